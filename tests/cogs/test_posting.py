"""Scheduled digests as a server sees them: posted when due, once, whatever goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import discord
import pytest
from newsroom import Newsroom, Seen, seen

from bot.client import Dateline
from bot.digest import claims, digests, editions, outcomes
from bot.digest.catchup import CatchUp
from bot.digest.digests import Digest
from bot.digest.editions import Edition, State
from bot.digest.editorial import Content
from bot.digest.schedule import DAILY
from bot.model import Actor, Settings
from bot.servers import settings

pytestmark = pytest.mark.simcord(shard_count=1)

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3600, 86_400

MESSAGES = "/channels/*/messages"


def actor(newsroom: Newsroom) -> Actor:
    """Return somebody who may do everything there."""
    return Actor(newsroom.guild.id, newsroom.asker.id, manages=True, roles=frozenset())


async def make(newsroom: Newsroom, at: time = time(0, 1), **wanted: object) -> int:
    """Let somebody make a daily digest in the channel, as the store sees it; return its id."""
    digest = Digest(
        guild_id=newsroom.guild.id, channel_id=newsroom.channel.id, name="Morning", zone="UTC", at=at, days=DAILY
    )
    async with newsroom.store.write() as conn:
        digest_id = await digests.create(conn, actor(newsroom), replace(digest, **wanted), newsroom.env.now())
    newsroom.env.bot.dispatch("digests_changed")
    return digest_id


async def change(newsroom: Newsroom, sql: str, *values: object) -> None:
    """Change the ledger behind the bot's back, as a crash would have left it."""
    async with newsroom.store.write() as conn:
        await conn.execute(sql, values)


async def get(newsroom: Newsroom, digest_id: int) -> Digest:
    """Return a digest."""
    async with newsroom.store.read() as conn:
        found = await digests.select_one(conn, newsroom.guild.id, digest_id)
    assert found is not None
    return found


async def log_of(newsroom: Newsroom, digest_id: int) -> list[Edition]:
    """Return the editions of a digest, newest first."""
    async with newsroom.store.read() as conn:
        found, _ = await editions.log_of(conn, digest_id, limit=100)
    return found


async def review_in(newsroom: Newsroom, channel_id: int) -> None:
    """Choose a channel for moderators."""
    await settings.change(newsroom.store, actor(newsroom), Settings(review_channel=channel_id), newsroom.env.now())


async def much_later(newsroom: Newsroom, seconds: float) -> None:
    """Let time pass while the bot is not running."""
    bot = newsroom.env.bot
    assert isinstance(bot, Dateline)
    newsroom.env.backend.clock.advance(seconds)
    await newsroom.env.restart_bot(Dateline(bot.config, newsroom.store, message_content=True))
    await newsroom.env.advance_time(1)


async def take(newsroom: Newsroom, right: str) -> None:
    """Take a right in the channel from everybody."""
    [channel] = [one for one in newsroom.env.bot.get_all_channels() if one.id == newsroom.channel.id]
    await channel.set_permissions(channel.guild.default_role, overwrite=discord.PermissionOverwrite(**{right: False}))


def posts(newsroom: Newsroom) -> list[Seen]:
    """Return what stands in the channel."""
    return [seen(message) for message in newsroom.channel.history()]


def asked(newsroom: Newsroom, method: str = "POST") -> int:
    """Return how many requests went to the messages of the channel."""
    path = f"/channels/{newsroom.channel.id}/messages"
    return sum(one.method == method and one.path.startswith(path) for one in newsroom.env.http_requests)


async def test_due(newsroom: Newsroom) -> None:
    """A digest is posted at its hour, once, and the ledger has the message."""
    digest_id = await make(newsroom)

    await newsroom.env.advance_time(30)
    before = posts(newsroom)
    await newsroom.env.advance_time(5 * MINUTE)

    [card] = posts(newsroom)
    [edition] = await log_of(newsroom, digest_id)
    assert not before
    assert card.footer == f"Digest {digest_id} · No. 1"
    assert "Late" not in card.text
    assert edition.state is State.POSTED
    assert edition.message_id == card.message.id
    assert edition.due_at == START + timedelta(minutes=1)


async def test_next_day(newsroom: Newsroom) -> None:
    """The next edition comes a day later, also when the bot was started anew, and is another one."""
    await make(newsroom)

    await newsroom.env.advance_time(2 * MINUTE)
    await much_later(newsroom, DAY - 5 * MINUTE)
    await newsroom.env.advance_time(5 * MINUTE)

    first, second = posts(newsroom)
    assert [card.footer for card in (first, second)] == ["Digest 1 · No. 1", "Digest 1 · No. 2"]
    assert first.text != second.text


async def test_several(newsroom: Newsroom) -> None:
    """Of several digests that are due at the same time, each is posted."""
    ids = [await make(newsroom) for _ in range(5)]

    await newsroom.env.advance_time(2 * MINUTE)

    assert {card.footer for card in posts(newsroom)} == {f"Digest {id_} · No. 1" for id_ in ids}


async def test_caught_up_in_order(newsroom: Newsroom) -> None:
    """A digest that makes up for everything posts its editions in order, also when the first has to be tried again."""
    await make(newsroom, catch_up=CatchUp.ALL, window=timedelta(days=7))
    newsroom.env.inject_error("POST", MESSAGES, status=503, times=1)

    await much_later(newsroom, 3 * DAY)
    await newsroom.env.advance_time(3 * MINUTE)

    assert [card.footer for card in posts(newsroom)] == [f"Digest 1 · No. {number}" for number in (1, 2, 3, 4)]


async def test_clock_put_forward(newsroom: Newsroom) -> None:
    """When the bot comes to itself an hour too late, the post says that it is late."""
    digest_id = await make(newsroom)

    newsroom.env.backend.clock.advance(HOUR)
    await newsroom.env.advance_time(2 * MINUTE)

    [card] = posts(newsroom)
    assert f"Late: this was due at <t:{int(START.timestamp()) + MINUTE}:f>" in card.text
    [edition] = await log_of(newsroom, digest_id)
    assert edition.late


async def test_clock_put_back(newsroom: Newsroom) -> None:
    """A moment that comes a second time is not posted a second time, and the next one is posted on time."""
    digest_id = await make(newsroom)
    await newsroom.env.advance_time(10 * MINUTE)

    newsroom.env.backend.clock.advance(-HOUR)
    await newsroom.env.advance_time(2 * HOUR)
    before = len(posts(newsroom))
    await much_later(newsroom, DAY - 80 * MINUTE)
    await newsroom.env.advance_time(20 * MINUTE)

    assert before == 1
    assert len(posts(newsroom)) == 2
    assert not any(edition.late for edition in await log_of(newsroom, digest_id))


async def test_posted_but_not_recorded(newsroom: Newsroom) -> None:
    """A process that was killed after posting and before recording has posted: the message is found."""
    digest_id = await make(newsroom)
    await newsroom.env.advance_time(2 * MINUTE)
    [card] = posts(newsroom)
    await newsroom.asker.send(newsroom.channel, "Digest 1 · No. 1, they say")
    await change(newsroom, "UPDATE digest_edition SET state = 'posting', message_id = NULL, claimed_by = 'killed'")
    before = asked(newsroom)

    newsroom.env.bot.dispatch("digests_changed")
    await newsroom.env.advance_time(MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.message_id) == (State.POSTED, card.message.id)
    assert asked(newsroom) == before


async def test_claimed_but_not_posted(newsroom: Newsroom) -> None:
    """What a process was killed over before posting is posted, with the same nonce, when its lease is over."""
    digest_id = await make(newsroom)
    await make(newsroom, name="Other")
    await newsroom.env.advance_time(50)
    now = newsroom.env.now() + timedelta(seconds=10)
    await editions.plan_due(newsroom.store, now)

    async def compose(*args: object) -> object:
        from bot.digest import editorial  # noqa: PLC0415 - as the bot does

        return await editorial.compose(*args)  # type: ignore[arg-type]

    taken, _ = await claims.claim(newsroom.store, "killed", now, limit=1, compose=compose, newest=lambda *_: 0)  # type: ignore[arg-type]
    await newsroom.env.advance_time(30)
    before = [card.footer for card in posts(newsroom)]
    await newsroom.env.advance_time(2 * MINUTE)

    assert before == ["Digest 2 · No. 1"]
    assert [card.footer for card in posts(newsroom)] == ["Digest 2 · No. 1", "Digest 1 · No. 1"]
    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.attempts) == (State.POSTED, 2)
    bodies = [json.dumps(one.json, default=str) for one in newsroom.env.http_requests if one.method == "POST"]
    assert sum(claims.nonce(taken[0]) in body for body in bodies) == 1


async def test_may_have_been_posted(newsroom: Newsroom) -> None:
    """Where the history may not be read and the nonce is forgotten, it is not posted again, and that is told."""
    digest_id = await make(newsroom)
    await newsroom.env.advance_time(2 * MINUTE)
    await take(newsroom, "read_message_history")
    await change(newsroom, "UPDATE digest_edition SET state = 'posting', message_id = NULL, claimed_by = 'killed'")
    newsroom.env.backend.clock.advance(10 * MINUTE)

    await newsroom.env.advance_time(2 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.FAILED, outcomes.MAYBE)
    assert len(newsroom.channel.history()) == 1
    assert "Read Message History" in seen(newsroom.asker.user.dm_channel.history()[-1]).text
    assert (await get(newsroom, digest_id)).paused_at is None


async def test_errors_of_discord(newsroom: Newsroom) -> None:
    """After errors of Discord's it is tried again, and posted once."""
    digest_id = await make(newsroom)
    newsroom.env.inject_error("POST", MESSAGES, status=503, times=2)

    await newsroom.env.advance_time(5 * MINUTE)

    assert len(posts(newsroom)) == 1
    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.attempts) == (State.POSTED, 3)


async def test_discord_is_away_for_long(newsroom: Newsroom) -> None:
    """When the time for late editions is over, it has failed, and that is told."""
    digest_id = await make(newsroom, window=timedelta(minutes=10))
    other = newsroom.guild.create_text_channel("moderators")
    await review_in(newsroom, other.id)
    newsroom.env.inject_error("POST", f"/channels/{newsroom.channel.id}/messages", status=503, times=None)

    await newsroom.env.advance_time(20 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.FAILED, "Discord answered with an error (503).")
    [told] = [seen(message) for message in other.history()]
    assert "503" in told.text
    assert told.buttons == ()
    assert (await get(newsroom, digest_id)).paused_at is None


async def test_refused(newsroom: Newsroom) -> None:
    """A channel that refuses pauses the digest; moderators are told once, and nothing more is tried."""
    digest_id = await make(newsroom)
    other = newsroom.guild.create_text_channel("moderators")
    await review_in(newsroom, other.id)
    newsroom.env.inject_error(
        "POST", f"/channels/{newsroom.channel.id}/messages", status=403, code=50013, message="No", times=None
    )

    await newsroom.env.advance_time(5 * MINUTE)
    await much_later(newsroom, DAY)

    digest = await get(newsroom, digest_id)
    assert digest.paused_reason == outcomes.REFUSED
    assert asked(newsroom) == 1
    [told] = [seen(message) for message in other.history()]
    assert "Morning" in told.text
    assert outcomes.REFUSED in told.text
    assert told.buttons == ("Resume",)


async def test_right_that_is_missing(newsroom: Newsroom) -> None:
    """What is known to be refused is not even tried; the missing right is named, and the maker told in private."""
    digest_id = await make(newsroom)
    await take(newsroom, "embed_links")

    await newsroom.env.advance_time(5 * MINUTE)

    assert asked(newsroom) == 0
    assert "Embed Links" in (await get(newsroom, digest_id)).paused_reason
    [told] = [seen(message) for message in newsroom.asker.user.dm_channel.history()]
    assert "Embed Links" in told.text
    assert told.buttons == ("Resume",)


async def test_channel_that_is_gone(newsroom: Newsroom) -> None:
    """A channel that was deleted pauses the digest."""
    digest_id = await make(newsroom)
    [channel] = [one for one in newsroom.env.bot.get_all_channels() if one.id == newsroom.channel.id]
    await channel.delete()

    await newsroom.env.advance_time(5 * MINUTE)

    assert (await get(newsroom, digest_id)).paused_reason == outcomes.GONE


async def test_word_that_cannot_be_sent(newsroom: Newsroom) -> None:
    """Where the channel for moderators refuses as well, the maker is told; word that fails is sent later, once."""
    other = newsroom.guild.create_text_channel("moderators")
    await review_in(newsroom, other.id)
    await make(newsroom)
    await take(newsroom, "send_messages")
    newsroom.env.inject_error("POST", f"/channels/{other.id}/messages", status=500, times=1)
    newsroom.env.inject_error("POST", f"/channels/{other.id}/messages", status=403, code=50013, times=1)

    await newsroom.env.advance_time(90)
    before = newsroom.asker.user.dm_channel.history()
    await newsroom.env.advance_time(5 * MINUTE)

    assert not before
    assert len(newsroom.asker.user.dm_channel.history()) == 1
    assert not other.history()


async def test_error_that_is_not_of_the_channel(newsroom: Newsroom) -> None:
    """A 403 without a code is of something that stands before Discord: it pauses nothing."""
    digest_id = await make(newsroom)
    newsroom.env.inject_error("POST", MESSAGES, status=403, code=0, times=1)

    await newsroom.env.advance_time(5 * MINUTE)

    assert len(posts(newsroom)) == 1
    assert (await get(newsroom, digest_id)).paused_at is None


async def test_message_that_is_not_accepted(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """What Discord does not accept as a message is not tried again."""
    digest_id = await make(newsroom)
    newsroom.env.inject_error("POST", MESSAGES, status=400, code=50035, times=1)

    await newsroom.env.advance_time(5 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.FAILED, "Discord did not accept the message (error 50035).")
    assert "an edition was not accepted" in caplog.messages


@pytest.mark.parametrize(
    ("answer", "seen_by_nobody"),
    [
        pytest.param({"status": 400, "code": 50035}, True, id="not accepted"),
        pytest.param({"status": 403, "code": 50013}, True, id="refused"),
        pytest.param({"status": 404, "code": 10008}, False, id="deleted at once"),
    ],
)
async def test_round_after_a_failure(newsroom: Newsroom, answer: dict[str, int], *, seen_by_nobody: bool) -> None:
    """What an edition was to carry comes up again in the same round, unless people may have seen it."""
    digest_id = await make(newsroom, stats=0, quotes=5, events=0)
    newsroom.env.inject_error("POST", f"/channels/{newsroom.channel.id}/messages", **answer, times=1)
    await newsroom.env.advance_time(5 * MINUTE)
    if (await get(newsroom, digest_id)).paused_at:
        async with newsroom.store.write() as conn:
            await digests.resume(conn, actor(newsroom), digest_id, newsroom.env.now())

    for _ in range(3):
        await much_later(newsroom, DAY)
        await newsroom.env.advance_time(MINUTE)

    async with newsroom.store.read() as conn:
        rows = await conn.execute_fetchall("SELECT content FROM digest_edition ORDER BY due_at")
        quotes = [row[0] for row in await conn.execute_fetchall("SELECT id FROM entry WHERE kind = 'quote'")]
    carried = [Content.from_json(row[0]).quotes for row in rows]
    assert len(posts(newsroom)) == 3
    a_round = carried[1:] if seen_by_nobody else carried[:3]
    assert sorted(id_ for edition in a_round for id_ in edition) == sorted(quotes)


async def test_round_after_a_pause(newsroom: Newsroom) -> None:
    """So does what waited for another attempt when the digest was paused."""
    digest_id = await make(newsroom, stats=0, quotes=5, events=0)
    newsroom.env.inject_error("POST", MESSAGES, status=429, code=0, times=1)
    await newsroom.env.advance_time(62)
    async with newsroom.store.write() as conn:
        await digests.pause(conn, newsroom.guild.id, digest_id, "asked for", newsroom.env.now())

        carried = await conn.execute_fetchall("SELECT 1 FROM digest_carried")

    [edition] = await log_of(newsroom, digest_id)
    assert edition.state is State.SKIPPED
    assert not carried


async def test_token_that_is_not_accepted(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """When the token is refused nothing more is tried, and nothing is lost."""
    digest_id = await make(newsroom)
    newsroom.env.inject_error("POST", MESSAGES, status=401, times=None)

    await newsroom.env.advance_time(10 * MINUTE)

    assert asked(newsroom) == 1
    [edition] = await log_of(newsroom, digest_id)
    assert edition.state is State.DUE
    assert sum("does not accept the token" in message for message in caplog.messages) == 1


async def test_deleted_at_once(newsroom: Newsroom) -> None:
    """A nonce whose message was deleted is answered so; that is not a channel that is gone."""
    digest_id = await make(newsroom)
    newsroom.env.inject_error("POST", MESSAGES, status=404, code=10008, times=1)

    await newsroom.env.advance_time(5 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.FAILED, outcomes.DELETED)
    assert (await get(newsroom, digest_id)).paused_at is None


async def test_thread(newsroom: Newsroom) -> None:
    """A digest with a thread gets one, also when that fails at first, and only one."""
    await make(newsroom, thread=True)
    newsroom.env.inject_error("POST", "/channels/*/messages/*/threads", status=500, times=1)

    await newsroom.env.advance_time(10 * MINUTE)

    [thread] = newsroom.channel.threads
    assert thread.name == "Morning · 2026-01-01"
    assert sum(card.footer != "" for card in posts(newsroom)) == 1


async def test_thread_that_is_there(newsroom: Newsroom) -> None:
    """A crash after the thread was opened opens no second one and asks no more."""
    await make(newsroom, thread=True)
    await newsroom.env.advance_time(2 * MINUTE)
    await change(newsroom, "UPDATE digest_edition SET follow_up = 'thread'")
    newsroom.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004, times=1)

    newsroom.env.bot.dispatch("digests_changed")
    await newsroom.env.advance_time(5 * MINUTE)

    assert len(newsroom.channel.threads) == 1
    [edition] = await log_of(newsroom, 1)
    assert edition.follow_up is editions.FollowUp.NOTHING


async def test_server_that_was_left(newsroom: Newsroom) -> None:
    """Nothing is posted, and nothing paused, where the bot is not any more."""
    digest_id = await make(newsroom)
    [guild] = newsroom.env.bot.guilds

    await guild.leave()
    await newsroom.env.advance_time(5 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.SKIPPED, editions.ABSENT)
    assert asked(newsroom) == 0


async def test_server_that_was_left_unseen(newsroom: Newsroom) -> None:
    """The same where nobody has noted that it was left."""
    digest_id = await make(newsroom)
    [guild] = newsroom.env.bot.guilds
    await guild.leave()
    await newsroom.env.settle()
    await change(newsroom, "DELETE FROM departed")

    await newsroom.env.advance_time(5 * MINUTE)

    [edition] = await log_of(newsroom, digest_id)
    assert (edition.state, edition.reason) == (State.SKIPPED, editions.ABSENT)
    assert asked(newsroom) == 0


async def test_role(newsroom: Newsroom) -> None:
    """A role that the digest names is mentioned, and nobody else can be."""
    role = newsroom.guild.create_role("Readers", mentionable=True)
    await make(newsroom, role_id=role.id, introduction="@everyone")

    await newsroom.env.advance_time(2 * MINUTE)

    [card] = posts(newsroom)
    assert card.content == f"<@&{role.id}>"
    message = newsroom.channel.last_message
    assert message is not None
    assert [one.id for one in message.role_mentions] == [role.id]
    assert not message.mention_everyone
