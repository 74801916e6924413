"""Threads, the posts of forums, and announcement channels: what works in a text channel works there too."""

from __future__ import annotations

import pytest
import simcord
from correcting import edit, first_listed, offered
from digesting import only, posts, start
from moderating import Moderated, moderated
from newsroom import seen
from places import place

from bot.config import Config
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

PLACES = ["thread", "forum post", "announcements", "voice"]


@pytest.fixture
def config(request: pytest.FixtureRequest) -> Config:
    """Return settings with a cooldown where a test is about it."""
    return Config(cooldown=(2, 10.0) if "cooldown" in request.node.name else None)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return a server with moderators, and the bot in it."""
    return await moderated(simcord_env, store)


@pytest.mark.parametrize("kind", PLACES)
async def test_questions(room: Moderated, kind: str) -> None:
    """Typed and slash commands are answered there, and their buttons turn the page in place."""
    where = await place(room, kind)

    await room.member.send(where, "!timeline")
    typed = where.last_message
    slash = seen(await room.member.slash(where, "stats", about="chicago"))
    assert typed is not None
    await room.member.click(typed, label="Next")

    [now] = [seen(one) for one in where.history() if one.id == typed.id]
    assert "Page 2 of" in now.footer
    assert slash.title == "Figures: Chicago"
    assert not slash.hidden


@pytest.mark.parametrize("kind", PLACES)
async def test_corrections(room: Moderated, kind: str) -> None:
    """What was shown there is corrected there."""
    where = await place(room, kind)
    await room.member.send(where, "!timeline")
    typed = where.last_message
    assert typed is not None
    mine = await edit(room, first_listed(seen(typed)), title="A title put right")

    done = await room.press(await offered(room, mine), "Update them")

    [now] = [seen(one) for one in where.history() if one.id == typed.id]
    assert "One message that showed" in done.text
    assert "A title put right" in now.text


async def test_private_channel_counts_for_its_threads(room: Moderated) -> None:
    """In a thread of a channel that is set to private answers, answers are private too."""
    card = await room.slash("settings")
    where, other = await place(room, "thread"), await place(room, "forum post")
    async with room.store.write() as conn:
        await conn.execute(
            "INSERT INTO guild_setting (guild_id, key, value) VALUES (?, 'private_channels', ?)",
            (room.here.guild.id, str(room.here.channel.id)),
        )

    hidden = seen(await room.member.slash(where, "stats", about="chicago"))
    shown = seen(await room.member.slash(other, "stats", about="chicago"))

    assert card.hidden
    assert hidden.hidden
    assert not shown.hidden


@pytest.mark.parametrize("kind", ["thread", "forum post"])
async def test_cooldown_of_all_threads(room: Moderated, kind: str) -> None:
    """To open another thread is no way around the limit; another person and another channel have their own."""
    first, second = await place(room, kind, "one"), await place(room, kind, "two")
    for _ in range(2):
        await room.member.send(first, "!stats chicago")

    await room.member.send(second, "!stats chicago")
    refused = second.last_message
    slash = seen(await room.member.slash(second, "stats", about="chicago"))
    other = seen(await room.moderator.slash(second, "stats", about="chicago"))
    apart = seen(await room.member.slash(await place(room, "announcements"), "stats", about="chicago"))

    assert refused is not None
    assert refused.content.startswith("That was 2 questions in 10 seconds.")
    assert slash.content.startswith("That was 2 questions in 10 seconds.")
    assert other.title == apart.title == "Figures: Chicago"
    assert room.env.errors


async def test_digest_in_an_announcement_channel(room: Moderated) -> None:
    """A digest is posted in an announcement channel like in any other, and opens its thread there."""
    where = await place(room, "announcements")
    await start(room, channel=where)

    await room.env.advance_time(120)

    assert len(posts(room, where)) == 1
    assert (await only(room)).channel_id == where.id
