"""What is asked of Discord: no more than there are reasons for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from discord_api import APPLICATION

from bot import invite


def test_invitation() -> None:
    """The link asks for the bot and its commands, with just the permissions that the table gives reasons for."""
    query = parse_qs(urlsplit(invite.link(APPLICATION)).query)

    asked = discord.Permissions(int(query["permissions"][0]))

    assert query["client_id"] == [str(APPLICATION)]
    assert query["scope"] == ["bot applications.commands"]
    assert asked == discord.Permissions(**{need.flag: True for need in invite.PERMISSIONS})


@pytest.mark.parametrize("message_content", [False, True])
def test_intents(message_content: bool) -> None:  # noqa: FBT001 - a column of the table
    """The gateway is asked for no more than the table gives reasons for; the privileged one only on request."""
    asked = invite.intents(message_content=message_content)

    expected = {need.flag for need in invite.INTENTS} | ({"message_content"} if message_content else set())
    assert asked == discord.Intents(**dict.fromkeys(expected, True))
    assert not asked.members
    assert not asked.presences
