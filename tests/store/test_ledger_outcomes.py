"""How an edition ends, when it is tried again, and what is left to tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claiming import DAY, DUE, HERE, HOUR, SECOND, Note, actor, claim, get, log_of, make, nothing

from bot.digest import claims, digests, editions, outcomes
from bot.digest.catchup import CatchUp
from bot.digest.claims import LEASE
from bot.digest.digests import Digest
from bot.digest.editions import FollowUp, State
from bot.store.database import Connection, Database


async def test_retry(empty: Database) -> None:
    """What could not be posted comes again after a while, each time later; whether it may be there is remembered."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    [first] = await claim(empty, "a", DUE)

    await outcomes.retry(empty, first, "Unreachable.", DUE, surely_not_posted=True)
    assert not await claim(empty, "a", DUE + 4 * SECOND)
    [second] = await claim(empty, "a", DUE + 5 * SECOND)
    await outcomes.retry(empty, second, "Error.", DUE + 5 * SECOND, surely_not_posted=False)
    assert not await claim(empty, "a", DUE + 14 * SECOND)
    [third] = await claim(empty, "a", DUE + 15 * SECOND)
    await outcomes.retry(empty, third, "Unreachable.", DUE + 15 * SECOND, surely_not_posted=True)
    [fourth] = await claim(empty, "a", DUE + HOUR)

    assert [one.tried_at for one in (first, second, third, fourth)] == [None, None, DUE + 5 * SECOND, DUE + 5 * SECOND]
    [edition] = await log_of(empty, digest_id)
    assert (edition.state, edition.attempts, edition.reason) == (State.POSTING, 4, "Unreachable.")


async def test_too_late(empty: Database) -> None:
    """What was not reached within the window is skipped; what was tried in vain until then has failed, to be told."""
    skipped, failed = await make(empty, window=HOUR), await make(empty, window=HOUR)
    await editions.plan_due(empty, DUE)
    [_, tried] = await claim(empty, "a", DUE)
    await outcomes.retry(empty, tried, "Unreachable.", DUE, surely_not_posted=True)
    async with empty.write() as conn:
        await conn.execute("UPDATE digest_edition SET state = 'due', tried_at = 0 WHERE digest_id = ?", (skipped,))

    assert not await claim(empty, "a", DUE + HOUR + SECOND)

    [one], [other] = await log_of(empty, skipped), await log_of(empty, failed)
    assert (one.state, one.reason, one.follow_up) == (State.SKIPPED, editions.TOO_LATE, FollowUp.NOTHING)
    assert (other.state, other.reason, other.follow_up) == (State.FAILED, "Unreachable.", FollowUp.TELL)


async def test_nothing_new(empty: Database) -> None:
    """An edition with nothing in it is skipped."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)

    assert not await claim(empty, "a", DUE, compose=nothing)

    [edition] = await log_of(empty, digest_id)
    assert (edition.state, edition.reason) == (State.SKIPPED, editions.NOTHING)


async def test_broken_edition(empty: Database, caplog: pytest.LogCaptureFixture) -> None:
    """An edition that cannot be put together fails, leaves nothing behind, and holds up no other."""
    broken, sound = await make(empty), await make(empty)
    await editions.plan_due(empty, DUE)

    async def careless(conn: Connection, digest: Digest, *_: object) -> Note:
        await conn.execute("UPDATE digest SET name = 'Changed' WHERE id = ?", (digest.id,))
        if digest.id == broken:
            raise KeyError(digest.id)
        return Note(1)

    [found] = await claim(empty, "a", DUE, compose=careless)

    assert found.digest.id == sound
    assert [(await get(empty, id_)).name for id_ in (broken, sound)] == ["Daily", "Changed"]
    [edition] = await log_of(empty, broken)
    assert (edition.state, edition.reason, edition.follow_up) == (State.FAILED, claims.BROKEN, FollowUp.TELL)
    assert "an edition could not be put together" in caplog.messages


async def test_refused(empty: Database) -> None:
    """A channel that refuses pauses its digest, with what else is due of it, and there is something to tell."""
    digest_id = await make(empty, catch_up=CatchUp.ALL, window=7 * DAY)
    now = DUE + DAY
    await editions.plan_due(empty, now)
    [mine] = await claim(empty, "a", now, limit=1)

    await outcomes.failed(empty, mine, "Refused.", now, pause=True)

    second, first = await log_of(empty, digest_id)
    assert (first.state, first.reason) == (State.FAILED, "Refused.")
    assert (second.state, second.reason) == (State.SKIPPED, digests.PAUSED)
    digest = await get(empty, digest_id)
    assert (digest.paused_at, digest.paused_reason) == (now, "Refused.")
    [left] = await claims.claim_follow_ups(empty, "a", now, limit=10)
    assert left.edition.follow_up is FollowUp.TELL
    await outcomes.followed_up(empty, left)
    assert not await claims.claim_follow_ups(empty, "a", now + HOUR, limit=10)


async def test_follow_up_later(empty: Database) -> None:
    """What is left to do is tried again a minute later, and not for ever."""
    await make(empty, thread=True, window=HOUR)
    await editions.plan_due(empty, DUE)
    [mine] = await claim(empty, "a", DUE)
    await outcomes.posted(empty, mine, 1, DUE)
    [left] = await claims.claim_follow_ups(empty, "a", DUE, limit=10)

    await outcomes.follow_up_later(empty, left, FollowUp.THREAD, DUE)
    assert not await claims.claim_follow_ups(empty, "a", DUE + 59 * SECOND, limit=10)
    [again] = await claims.claim_follow_ups(empty, "b", DUE + 60 * SECOND, limit=10)
    await outcomes.follow_up_later(empty, again, FollowUp.THREAD, DUE + 2 * HOUR)
    assert not await claims.claim_follow_ups(empty, "b", DUE + DAY, limit=10)


async def test_a_channel_that_was_left_behind(empty: Database) -> None:
    """A channel that refuses does not pause a digest that posts in another one by now."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    await claim(empty, "a", DUE)
    async with empty.write() as conn:
        digest = await digests.select_one(conn, HERE, digest_id)
        assert digest is not None
        await digests.change(conn, actor(), replace(digest, channel_id=71), DUE)
    [found] = await claim(empty, "b", DUE + LEASE)

    await outcomes.failed(empty, found, "Gone.", DUE + LEASE, pause=True)

    assert (await get(empty, digest_id)).paused_at is None
    assert [(one.state, one.reason) for one in await log_of(empty, digest_id)] == [(State.FAILED, "Gone.")]


async def test_why_it_was_late(empty: Database) -> None:
    """What held an edition up is kept when it is posted."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    [first] = await claim(empty, "a", DUE)
    await outcomes.retry(empty, first, "Unreachable.", DUE, surely_not_posted=True)
    [second] = await claim(empty, "a", DUE + HOUR)
    await outcomes.posted(empty, second, 1, DUE + HOUR)

    [edition] = await log_of(empty, digest_id)
    assert (edition.late, edition.reason) == (True, "Unreachable.")
