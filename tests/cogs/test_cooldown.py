"""One person cannot flood a channel."""

from __future__ import annotations

import discord
import pytest
from newsroom import Newsroom

from bot.config import Config

pytestmark = pytest.mark.simcord(shard_count=1)

SENTENCE = "That was 2 questions in 10 seconds. Try again in "


@pytest.fixture
def config() -> Config:
    """Return settings with two answers in ten seconds."""
    return Config(cooldown=(2, 10.0))


async def test_says_when_to_try_again(newsroom: Newsroom) -> None:
    """The third question in a row is answered with how long to wait; after that time it is answered."""
    await newsroom.typed("!stats chicago")
    await newsroom.env.advance_time(4)
    await newsroom.typed("!stats chicago")

    early = await newsroom.typed("!stats chicago")
    await newsroom.env.advance_time(6)
    later = await newsroom.typed("!stats chicago")

    assert early.content == SENTENCE + "6 seconds."
    assert later.title == "Figures: Chicago"
    assert newsroom.env.errors


async def test_every_surface_counts(newsroom: Newsroom) -> None:
    """Typed commands, slash commands and buttons count together, and the last two tell the asker alone."""
    card = await newsroom.typed("!timeline")
    await newsroom.slash("help")

    slash = await newsroom.slash("stats", about="chicago")
    press = await newsroom.press(card, "Next")
    about = await newsroom.typed("!about")

    assert slash.content == press.content == about.content == SENTENCE + "10 seconds."
    assert slash.hidden
    assert press.hidden
    assert newsroom.now(card).text == card.text
    assert newsroom.env.errors


async def test_each_person_and_channel_for_itself(newsroom: Newsroom) -> None:
    """Neither another person nor another channel has to wait."""
    for _ in range(2):
        await newsroom.typed("!stats chicago")

    other = await newsroom.typed("!stats chicago", newsroom.other)
    private = await newsroom.private("stats chicago")

    assert other.title == private.title == "Figures: Chicago"


@pytest.mark.parametrize("text", ["!stats", "!search kind:boats x", "!stats chicago", "<@{}> zebra"])
async def test_refusals_are_not_a_flood(newsroom: Newsroom, text: str) -> None:
    """Whoever goes on regardless gets as many refusals as answers, and then silence until the time is over."""
    assert newsroom.env.bot.user is not None
    text = text.format(newsroom.env.bot.user.id)

    for _ in range(12):
        await newsroom.asker.send(newsroom.channel, text)
    quiet = await newsroom.silent(text)
    replies = [message for message in newsroom.channel.history() if message.author.bot]
    await newsroom.env.advance_time(10)
    later = await newsroom.typed(text)

    assert quiet
    assert len(replies) <= 4
    assert later.content or later.title
    assert len(newsroom.env.errors) <= 14  # discord.py reports a refusal as an error


async def test_moderators_click_freely(newsroom: Newsroom) -> None:
    """What is for moderators alone is not counted: nobody else sees their cards and forms."""
    role = newsroom.guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    moderator = newsroom.guild.add_member(newsroom.env.create_user("moderator"), roles=[role])

    titles = [(await newsroom.slash("settings", moderator)).title for _ in range(5)]

    assert len(set(titles)) == 1
    assert titles[0]
