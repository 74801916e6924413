"""Private channels: what is answered there is seen by whoever asks, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest
import simcord
from moderating import Moderated, moderated
from newsroom import Seen, seen

from bot.client import Dateline
from bot.model import Actor
from bot.servers import settings
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

QUESTIONS = [
    "stats chicago",
    "quote homan",
    "quote",
    "search school district",
    "profile los angeles",
    "compare deportations",
    "timeline",
    "sources",
    "show 12",
    "random",
]


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers; in the first one's channel answers are private."""
    room = await moderated(simcord_env, store)
    await choose(room, private_channels=(room.here.channel.id,))
    return room


async def choose(room: Moderated, **wanted: object) -> None:
    """Set settings of the first server."""
    actor = Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset())
    async with room.store.read() as conn:
        old = await settings.load(conn, actor.guild_id)
    await settings.change(room.store, actor, replace(old, **wanted), discord.utils.utcnow())  # type: ignore[arg-type]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_typed(room: Moderated, question: str) -> None:
    """A typed command is answered with a button; the answer is shown to whoever presses it, and to nobody else."""
    offer = await room.typed(f"!{question}", room.member)

    own = await room.press(offer, "Show", room.member)
    theirs = await room.press(offer, "Show", room.keeper)

    assert not offer.hidden
    assert offer.buttons == ("Show",)
    assert "shown to whoever asks" in offer.text
    for answer in (own, theirs):
        assert answer.hidden
        assert answer.title not in {"", "Nothing found"}
    assert room.now(offer, room.member).text == offer.text


@pytest.mark.parametrize(
    ("command", "options"),
    [("stats", {"about": "chicago"}), ("timeline", {}), ("compare", {"measure": "deportations"}), ("random", {})],
)
async def test_slash(room: Moderated, command: str, options: dict[str, str]) -> None:
    """A slash command is answered for the asker alone, a chart too, and pages turn there in place."""
    answer = await room.slash(command, room.member, **options)

    assert answer.hidden
    assert len(answer.files) == (command == "compare")
    if "Next" in answer.buttons:
        turned = await room.press(answer, "Next", room.member)
        assert turned.hidden
        assert turned.message.id == answer.message.id


async def test_elsewhere(room: Moderated) -> None:
    """Another channel of the server, another server and a direct message are as ever."""
    other = room.here.guild.create_text_channel("open")

    open_ = seen(await room.member.slash(other, "timeline"))
    foreign = await room.slash("timeline", room.elsewhere.member)
    direct = seen(await room.member.user.slash("timeline"))

    assert [card.hidden for card in (open_, foreign, direct)] == [False, False, False]


async def test_thread(room: Moderated) -> None:
    """A thread of a private channel is private too."""
    channel = room.env.bot.get_channel(room.here.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="aside", type=discord.ChannelType.public_thread)
    [thread] = room.here.channel.threads

    answer = seen(await room.member.slash(thread, "timeline"))

    assert answer.hidden


async def test_miss(room: Moderated) -> None:
    """A miss says what is near, and what is chosen of that is shown to the chooser alone."""
    miss = await room.typed("!stats chicgo", room.member)

    answer = await room.press(miss, "Chicago (place)", room.member)

    assert miss.title == "Nothing found"
    assert answer.hidden
    assert answer.title == "Figures: Chicago"
    assert room.now(miss, room.member).title == "Nothing found"


async def test_older_card(room: Moderated) -> None:
    """A card from before the channel was private stays as it is; its buttons answer in private."""
    await choose(room, private_channels=())
    card = await room.typed("!timeline", room.member)
    await choose(room, private_channels=(room.here.channel.id,))

    second = await room.press(card, "Next", room.member)

    assert second.hidden
    assert "Page 2 of" in second.footer
    assert "Page 1 of" in room.now(card, room.member).footer


async def test_no_longer_private(room: Moderated) -> None:
    """When the channel is public again, the asker's button answers in its place."""
    offer = await room.typed("!timeline", room.member)
    await choose(room, private_channels=())

    answer = await room.press(offer, "Show", room.member)

    assert not answer.hidden
    assert answer.message.id == offer.message.id
    assert answer.title == "Timeline"


async def test_nothing_is_drawn_for_nothing(room: Moderated) -> None:
    """The offer of a random entry draws none: only what is shown counts as shown."""
    for _ in range(3):
        await room.typed("!random", room.member)

    async with room.store.read() as conn:
        [[drawn]] = await conn.execute_fetchall("SELECT count(*) FROM shown")

    assert drawn == 0


async def test_nothing_is_noted(room: Moderated) -> None:
    """What one person saw is not remembered for corrections."""
    await room.slash("timeline", room.member)
    await room.press(await room.typed("!timeline", room.member), "Show", room.member)
    bot = room.env.bot
    assert isinstance(bot, Dateline)

    await bot.posted.flush()

    async with room.store.read() as conn:
        [[noted]] = await conn.execute_fetchall("SELECT count(*) FROM posted")
    assert noted == 0


async def test_after_a_restart(room: Moderated) -> None:
    """The button works after a restart."""
    offer: Seen = await room.typed("!stats chicago", room.member)
    await room.restart()

    answer = await room.press(offer, "Show", room.member)

    assert answer.hidden
    assert answer.title == "Figures: Chicago"
