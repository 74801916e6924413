"""What moderators are told of a digest that could not be posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.digest.digests import Digest
from bot.digest.schedule import DAILY
from bot.moderating.actions import Action, decode
from bot.render.refused import refused_card

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DIGEST = Digest(id=4, guild_id=5, channel_id=70, name="Daily", zone="UTC", at=time(9), days=DAILY)


def test_paused() -> None:
    """In the server, a digest that was paused has a button that resumes it."""
    card = refused_card(replace(DIGEST, paused_at=NOW), NOW, 70, "The channel was deleted.", private=False)

    [button] = card.buttons
    assert decode(button.custom_id) == Action("digest.resume", 4)
    assert "<#70>" in (card.embed.description or "")
    assert "The channel was deleted." in (card.embed.description or "")


def test_private() -> None:
    """In private the button knows which server it is about."""
    card = refused_card(replace(DIGEST, paused_at=NOW), NOW, 70, "No.", private=True)

    [button] = card.buttons
    assert decode(button.custom_id) == Action("private.resume", 4, "5")
    assert "https://discord.com/channels/5/70" in (card.embed.description or "")


def test_not_paused() -> None:
    """A digest that goes on tomorrow has nothing to be resumed."""
    card = refused_card(DIGEST, NOW, 70, "No.", private=False)

    assert not card.buttons
    assert "paused" not in (card.embed.description or "")


@pytest.mark.parametrize("hostile", ["@everyone", "<@&1>", "**bold**", "x" * 5_000])
def test_hostile_text(hostile: str) -> None:
    """A name and a reason are shown as they are, and the card keeps within Discord's limits."""
    card = refused_card(replace(DIGEST, name=hostile[:100], paused_at=NOW), NOW, 70, hostile, private=False)

    text = card.embed.description or ""
    assert len(text) <= 4096
    assert not any(mark in text for mark in ("@everyone", "<@&1>", " **bold"))
