"""A store that cannot be used, or only later: what people read, what the log holds, and that it goes on by itself."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import time
from pathlib import Path

import pytest
import simcord
from moderating import EVENT, Moderated, moderated
from newsroom import Newsroom, Seen
from process import POSIX

from bot.digest import digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY
from bot.errors import StoreBusyError, StoreError
from bot.model import Actor
from bot.store import deadline
from bot.store.database import Database

pytestmark = [pytest.mark.simcord(shard_count=1), POSIX]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notice changes of the store at once, and open it again without a wait."""
    monkeypatch.setattr("bot.store.database.EDITION_SECONDS", 0.0)
    monkeypatch.setattr("bot.store.health.FIRST_RETRY_SECONDS", 0)
    monkeypatch.setattr("bot.store.health.LAST_RETRY_SECONDS", 0)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


@contextmanager
def removed(path: Path) -> Iterator[None]:
    """Take the store away, and put it back as it was at its last checkpoint."""
    kept = path.with_name("kept.db")
    shutil.copyfile(path, kept)
    path.unlink()
    yield
    kept.rename(path)


@contextmanager
def written_by_another(path: Path) -> Iterator[None]:
    """Have another process write for as long as the block lasts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def faults(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what the operator has to read."""
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


async def asked(newsroom: Newsroom, card: Seen) -> list[Seen]:
    """Ask in every way."""
    return [
        await newsroom.typed("!stats chicago"),
        await newsroom.mentioned("quote homan"),
        await newsroom.private("stats chicago"),
        await newsroom.slash("stats", about="chicago"),
        await newsroom.slash("compare", measure="deportations"),
        await newsroom.private_slash("timeline"),
        await newsroom.pick(card, "#26"),
        await newsroom.press(card, "Next"),
        await newsroom.slash("privacy"),
    ]


async def test_removed_store(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Each person reads one sentence on each way to ask; the operator reads one line; then all is as before."""
    card = await newsroom.typed("!timeline")
    await newsroom.store.checkpoint()

    with removed(newsroom.store.path):
        told = await asked(newsroom, card)
        offered = await newsroom.suggested("stats", "about", "chi")
    [line] = faults(caplog)
    after = await asked(newsroom, newsroom.now(card))
    opened = faults(caplog)[1]

    assert {one.everything.strip() for one in told} == {StoreError.told}
    assert offered == []
    assert "was removed while it was in use" in line.getMessage()
    assert "was opened again and is used" in opened.getMessage()
    assert not [record for record in caplog.records if record.exc_info]
    assert newsroom.env.errors
    assert "Something went wrong" not in "".join(one.everything for one in (*told, *after))
    assert after[0].title == "Figures: Chicago"


async def test_messages_that_are_no_questions(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """What people say to each other is neither answered nor logged while the store cannot be read."""
    await newsroom.store.checkpoint()
    with removed(newsroom.store.path):
        assert await newsroom.silent("hello")
        assert await newsroom.silent("?stats chicago")

    assert not [record for record in caplog.records if record.exc_info]


async def test_prefix_of_a_server(room: Moderated) -> None:
    """A server's own prefix is known while the store cannot be read."""
    await room.store.checkpoint()
    async with room.store.write() as conn:
        await conn.execute("INSERT INTO guild_setting VALUES (?, 'prefix', '?')", (room.here.guild.id,))
    await room.typed("?stats chicago")
    await room.store.checkpoint()

    with removed(room.store.path):
        sent = await room.member.send(room.here.channel, "?stats chicago")
        reply = room.here.channel.last_message

    assert reply is not None
    assert reply != sent
    assert reply.content == StoreError.told
    assert room.env.errors


async def test_digest_is_posted_when_the_store_is_back(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A digest that is due while the store is away is posted once it is back; the log has one line and no traceback."""
    await newsroom.env.settle()
    wanted = Digest(
        guild_id=newsroom.guild.id,
        channel_id=newsroom.channel.id,
        name="Morning",
        zone="UTC",
        at=time(0, 1),
        days=DAILY,
    )
    actor = Actor(newsroom.guild.id, newsroom.asker.id, manages=True, roles=frozenset())
    async with newsroom.store.write() as conn:
        await digests.create(conn, actor, wanted, newsroom.env.now())
    newsroom.env.bot.dispatch("digests_changed")
    await newsroom.env.settle()
    await newsroom.store.checkpoint()

    with removed(newsroom.store.path):
        await newsroom.env.advance_time(90)
        assert newsroom.channel.last_message is None
    await newsroom.env.advance_time(90)

    assert newsroom.channel.last_message is not None
    assert newsroom.channel.last_message.embeds
    assert not [record for record in caplog.records if record.exc_info]
    assert len([record for record in faults(caplog) if "was removed" in record.getMessage()]) == 1


async def test_store_that_another_process_writes(
    room: Moderated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A moderator is told in time that the store is busy, and nothing is stored; later the same is done."""
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.05)
    form = await room.slash_form("entry add event")

    with written_by_another(room.store.path):
        told = await room.fill(form, **EVENT)
        answered = await room.slash("stats", room.member, about="chicago")
    again = await room.fill(await room.slash_form("entry add event"), **EVENT)

    assert told.content == StoreBusyError.told
    assert told.hidden
    assert answered.title == "Figures: Chicago"
    assert again.content != StoreBusyError.told
    assert not [record for record in caplog.records if record.exc_info]
