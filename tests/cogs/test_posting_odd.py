"""Digests in odd circumstances: moved, emptied, held up, told of in private."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from typing import Any

import aiosqlite
import discord
import pytest
import simcord
from digesting import HOUR, MINUTE, create, deny, log_of, me, only, pick, posts, start
from matplotlib.figure import Figure
from moderating import Moderated, moderated
from newsroom import seen

from bot.digest import claims, digests, editions, editorial
from bot.digest.editions import State
from bot.store.database import Database
from cogs.posting import ATTENDED

pytestmark = pytest.mark.simcord(shard_count=1)


COPY = """
    INSERT INTO digest (guild_id, channel_id, name, zone, wall_time, days, only_new, created_by, created_at, since_at,
        settled_at, next_due_at, new_since)
    SELECT guild_id, channel_id, name, zone, wall_time, days, only_new, created_by, created_at, since_at, settled_at,
        next_due_at, new_since
    FROM digest WHERE id = ?
"""


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def change(room: Moderated, sql: str, *values: object) -> None:
    """Change the store behind the bot's back."""
    async with room.store.write() as conn:
        await conn.execute(sql, values)


async def later(room: Moderated, seconds: float) -> None:
    """Let time pass while the bot is not running."""
    room.env.backend.clock.advance(seconds)
    await room.restart()
    await room.env.advance_time(2)


async def crash(room: Moderated) -> None:
    """Claim what is due at a minute past midnight, and die before posting it."""
    await room.env.advance_time(50)
    now = room.env.now() + timedelta(seconds=15)
    await editions.plan_due(room.store, now)
    taken, _ = await claims.claim(room.store, "killed", now, limit=1, compose=editorial.compose, newest=lambda *_: 0)
    assert taken


def unavailable(room: Moderated, times: int, **error: Any) -> None:
    """Let Discord refuse so many messages to the channel."""
    room.env.inject_error("POST", f"/channels/{room.here.channel.id}/messages", **{"status": 503} | error, times=times)


async def test_nothing_is_left_of_it(room: Moderated) -> None:
    """What was to be posted was removed before it could be: nobody is notified of nothing."""
    role = room.here.guild.create_role("Readers", mentionable=True)
    await room.press(await pick(room, await create(room), "role", role), "Start")
    await change(room, "UPDATE digest SET only_new = 1")
    await room.env.advance_time(5)
    entry_id = await room.add("stat")
    unavailable(room, 1)
    await room.env.advance_time(57)

    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")
    await room.env.advance_time(2 * MINUTE)

    assert posts(room) == []
    [edition] = await log_of(room, 1)
    assert (edition.state, edition.reason) == (State.SKIPPED, editions.NOTHING_NEW)


async def test_retracted_meanwhile(room: Moderated) -> None:
    """What was retracted since it was chosen is not posted."""
    await start(room)
    await room.env.advance_time(5)
    entry_id = await room.add("stat")
    unavailable(room, 1)
    await room.env.advance_time(57)

    await room.slash("entry status", id=str(entry_id), status="retracted", reason="Wrong.")
    await room.env.advance_time(2 * MINUTE)

    [card] = posts(room)
    assert f"`#{entry_id}`" not in card.text


async def test_moved(room: Moderated) -> None:
    """A digest that was moved is not paused by the channel that it was moved from."""
    news = room.here.guild.create_text_channel("news")
    await start(room, channel=news)
    room.env.inject_error("POST", f"/channels/{news.id}/messages", status=503, times=15)
    await room.env.advance_time(2 * MINUTE)
    await pick(room, await room.slash("digest edit", digest="1"), "channel", room.here.channel)

    await room.env.bot.http.delete_channel(news.id)
    await room.env.advance_time(5 * MINUTE)

    assert (await only(room)).paused_at is None


async def test_never_late(room: Moderated) -> None:
    """A digest that skips what is late posts nothing late, also not after a crash."""
    await start(room)
    await change(room, "UPDATE digest SET catch_up = 'skip'")
    await crash(room)

    await later(room, 5 * HOUR)
    await room.env.advance_time(2 * MINUTE)

    assert posts(room) == []
    [edition] = await log_of(room, 1)
    assert edition.state is State.FAILED


async def test_many_with_nothing(room: Moderated) -> None:
    """Digests that have nothing to post hold up no other one."""
    await start(room)
    await start(room)
    await change(room, "UPDATE digest SET only_new = 1 WHERE id = 1")
    for _ in range(35):
        await change(room, COPY, 1)
    await change(room, COPY, 2)
    await change(room, "DELETE FROM digest WHERE id = 2")
    room.env.bot.dispatch("digests_changed")

    await room.env.advance_time(59)
    await room.env.advance_time(3)

    assert len(posts(room)) == 1


async def test_the_store_is_busy_for_a_moment(room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that cannot be read for a moment ends no edition."""
    real = aiosqlite.Connection.execute_fetchall
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"
    refused: list[str] = []

    async def once(self: aiosqlite.Connection, sql: str, parameters: Any = None) -> Iterable[sqlite3.Row]:
        if "own.corrects = wanted.value" in sql and not refused:
            refused.append(sql)
            raise busy
        return await real(self, sql, parameters)

    await start(room)
    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", once)
    await room.env.advance_time(3 * MINUTE)

    assert refused
    assert len(posts(room)) == 1


async def test_a_chart_that_cannot_be_drawn(
    room: Moderated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The edition goes without its chart, and the log says why."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no fonts")

    monkeypatch.setattr(Figure, "savefig", broken)
    await start(room)
    await change(room, "UPDATE digest SET stats = 5")
    await room.env.advance_time(3 * MINUTE)

    [card] = posts(room)
    assert "In the chart" in [field.name for field in card.message.embeds[0].fields]
    assert card.files == ()
    assert "a chart could not be drawn; the edition goes without" in caplog.messages


async def test_paused_meanwhile(room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest that is paused, here by another process, while its edition is on its way posts nothing more."""
    real = Figure.savefig

    def pause(self: Figure, *args: Any, **options: Any) -> None:
        with closing(sqlite3.connect(room.store.path)) as conn, conn:
            conn.execute("UPDATE digest SET paused_at = 1, paused_reason = 'Holiday.'")
        real(self, *args, **options)

    await start(room)
    await change(room, "UPDATE digest SET stats = 5")
    monkeypatch.setattr(Figure, "savefig", pause)

    await room.env.advance_time(3 * MINUTE)

    assert posts(room) == []
    [edition] = await log_of(room, 1)
    assert (edition.state, edition.reason) == (State.SKIPPED, digests.PAUSED)


async def test_joining_another_process(room: Moderated) -> None:
    """Where another process posts, this one begins when that has surely seen that the rate is to be shared."""
    await start(room)
    await room.env.advance_time(55)
    await change(room, "INSERT INTO poster (process, seen_at) VALUES ('other', ?)", int(room.env.now().timestamp()))

    counts = list[int]()
    for _ in range(14):
        await room.env.advance_time(1)
        counts.append(len(posts(room)))

    assert counts.index(1) - 5 > ATTENDED.total_seconds()
    assert counts[-1] == 1


async def test_stopped_meanwhile(
    room: Moderated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What waits for its turn when the bot is stopped is given back, and posted by whoever starts next, at once."""
    bot, loop, real = room.env.bot, asyncio.get_running_loop(), Figure.savefig
    closing_down: list[asyncio.Task[None]] = []

    async def stop() -> None:
        closing_down.append(asyncio.create_task(bot.close()))
        await asyncio.sleep(0)

    def stopped(self: Figure, *args: Any, **options: Any) -> None:
        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        monkeypatch.undo()
        real(self, *args, **options)

    await start(room)
    await change(room, "UPDATE digest SET stats = 5")
    monkeypatch.setattr(Figure, "savefig", stopped)
    await room.env.advance_time(2 * MINUTE)
    await asyncio.wait(closing_down)

    assert posts(room) == []
    [edition] = await log_of(room, 1)
    assert (edition.state, edition.reason) == (State.DUE, "")
    await room.restart()
    await room.env.advance_time(2)
    assert len(posts(room)) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_the_date_of_a_thread(room: Moderated) -> None:
    """A thread is named by the date that stands on its card, wherever the server's clocks are."""
    await start(room, time="9:00", zone="Pacific/Auckland")
    await change(room, "UPDATE digest SET thread = 1, next_due_at = next_due_at")
    for _ in range(24):
        await room.env.advance_time(HOUR)

    [card], [thread] = posts(room), room.here.channel.threads
    assert "2 January 2026" in card.text
    assert thread.name.endswith(" · 2026-01-02")


async def test_busy_channel(room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too much was written since, that is said, and not that a right is missing."""
    monkeypatch.setattr("cogs.delivery.MOST_LOOKED", 5)
    await start(room)
    await crash(room)
    for number in range(8):
        await room.member.send(room.here.channel, f"chat {number}")

    await later(room, 10 * MINUTE)
    await room.env.advance_time(2 * MINUTE)

    [edition] = await log_of(room, 1)
    assert edition.state is State.FAILED
    assert "so many messages have come since" in edition.reason


async def test_a_thread_that_is_refused(room: Moderated) -> None:
    """The log says that a post has no thread, and why."""
    await start(room)
    await change(room, "UPDATE digest SET thread = 1")
    room.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013, times=1)

    await room.env.advance_time(5 * MINUTE)

    log = await room.slash("digest log", digest="1")
    assert len(posts(room)) == 1
    assert f"on time. {editions.NO_THREAD}" in log.everything


async def test_told_once(room: Moderated) -> None:
    """Who was told before a crash, and before that was written down, is not told again."""
    await start(room)
    await deny(room, room.here.channel, me(room), send_messages=True)
    await room.env.advance_time(3 * MINUTE)
    await change(room, "UPDATE digest_edition SET follow_up = 'tell', lease_until = 0")

    await later(room, 20 * MINUTE)
    await room.env.advance_time(2 * MINUTE)

    assert len(room.moderator.user.dm_channel.history()) == 1
    assert (await log_of(room, 1))[0].follow_up is editions.FollowUp.NOTHING


async def test_resumed_in_private(room: Moderated) -> None:
    """Who is told in private resumes the digest with one click, once the channel takes posts again."""
    await start(room)
    await deny(room, room.here.channel, me(room), send_messages=True)
    await room.env.advance_time(3 * MINUTE)
    [told] = room.moderator.user.dm_channel.history()

    refused = seen(await room.moderator.user.click(told, label="Resume"))
    await deny(room, room.here.channel, me(room), send_messages=False)
    done = seen(await room.moderator.user.click(told, label="Resume"))

    assert "I need Send Messages in #dateline" in refused.everything
    assert "It runs again." in done.text
    assert (await only(room)).paused_at is None


@pytest.mark.parametrize(
    ("who", "said"),
    [("member", "or the role Keepers, which you do not have there."), ("stranger", "not in that server any more")],
)
async def test_not_theirs_to_resume(room: Moderated, who: str, said: str) -> None:
    """In private too, the rights count that somebody has in the server."""
    await start(room)
    await room.slash("digest pause", digest="1")
    person = room.member.user if who == "member" else room.elsewhere.moderator.user
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Resume", custom_id=f"do:private.resume:1:{room.here.guild.id}"))
    view.stop()
    channel = await room.env.bot.create_dm(discord.Object(person.id))
    planted = await channel.send("planted", view=view)

    told = seen(await person.click(planted, label="Resume"))

    assert said in told.everything
    assert (await only(room)).paused_at is not None


async def test_a_deleted_channel(room: Moderated) -> None:
    """Whoever is told that the channel is gone is told how to choose another one, also where they press Resume."""
    news = room.here.guild.create_text_channel("news")
    await start(room, channel=news)
    await room.env.bot.http.delete_channel(news.id)
    await room.env.advance_time(3 * MINUTE)
    [told] = [seen(message) for message in room.moderator.user.dm_channel.history()]

    refused = seen(await room.moderator.user.click(told.message, label="Resume"))

    assert "The channel was deleted. Choose another one with /digest edit." in told.text
    assert refused.content == "The channel was deleted. Choose another one. /digest edit 1 does that."


async def test_a_deleted_role(room: Moderated) -> None:
    """A post does not begin with a role that is gone."""
    role = room.here.guild.create_role("Readers", mentionable=True)
    await room.press(await pick(room, await create(room), "role", role), "Start")
    await room.env.bot.http.delete_role(room.here.guild.id, role.id)

    await room.env.advance_time(2 * MINUTE)

    [card] = posts(room)
    assert card.content == ""


async def test_a_lost_zone_is_undone(room: Moderated) -> None:
    """A deleted digest whose zone is lost comes back paused."""
    await start(room)
    gone = await room.press(await room.slash("digest delete", digest="1"), "Delete")
    await change(room, "UPDATE digest SET zone = 'Mars/Base'")

    await room.press(gone, "Undo")

    assert "Mars/Base" in (await only(room)).paused_reason


async def test_its_maker_has_left(room: Moderated) -> None:
    """Where who made a digest has left the server, its owner is told in their place."""
    await start(room)
    await room.env.bot.http.kick(room.moderator.id, room.here.guild.id)
    await deny(room, room.here.channel, me(room), send_messages=True)
    owner = room.env.bot.get_guild(room.here.guild.id)
    assert owner
    assert owner.owner_id

    await room.env.advance_time(3 * MINUTE)

    told = [one.path for one in room.env.http_requests if one.method == "POST" and one.path.endswith("/channels")]
    assert not room.moderator.user.dm_channel.history()
    assert told
