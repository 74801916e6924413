"""Each edition belongs to one process at a time, and what may be posted is found out first."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from claiming import DAY, DUE, HERE, HOUR, SECOND, Note, actor, claim, get, log_of, make, nothing

from bot.digest import claims, digests, editions, outcomes
from bot.digest.catchup import GRACE, CatchUp
from bot.digest.claims import LEASE
from bot.digest.editions import State
from bot.store.database import Connection, Database


async def test_claimed_by_one(empty: Database) -> None:
    """Each edition is claimed by one process, in the order in which they are due."""
    ids = [await make(empty, at=time(9, minute)) for minute in (2, 0, 1)]
    await editions.plan_due(empty, DUE + HOUR)

    first = await claim(empty, "a", DUE + HOUR, limit=2)
    second = await claim(empty, "b", DUE + HOUR, limit=2)

    assert [one.digest.id for one in first] == [ids[1], ids[2]]
    assert [one.digest.id for one in second] == [ids[0]]
    assert not await claim(empty, "a", DUE + HOUR)
    assert first[0].content == f'{{"number": {first[0].edition.id}}}'
    assert first[0].tried_at is None


async def test_one_after_the_other(empty: Database) -> None:
    """Editions of one digest are claimed one after the other, however the first one ends."""
    await make(empty, catch_up=CatchUp.ALL, window=7 * DAY)
    now = DUE + 2 * DAY
    await editions.plan_due(empty, now)

    [first] = await claim(empty, "a", now)
    await outcomes.retry(empty, first, "No.", now, surely_not_posted=True)
    assert not await claim(empty, "a", now)
    [again] = await claim(empty, "a", now + HOUR)
    await outcomes.posted(empty, again, 1, now + HOUR)
    [second] = await claim(empty, "a", now + HOUR)

    assert [one.edition.due_at for one in (first, again, second)] == [DUE, DUE, DUE + DAY]


async def test_taken_over(empty: Database) -> None:
    """When the lease is over, another process gets it with what the first had settled, and the first is out."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    [mine] = await claim(empty, "a", DUE)

    assert not await claim(empty, "b", DUE + LEASE - SECOND)
    [theirs] = await claim(empty, "b", DUE + LEASE, compose=nothing)

    assert theirs.content == mine.content
    assert theirs.tried_at == DUE
    assert theirs.after_id == 1_000
    assert claims.nonce(theirs) == claims.nonce(mine)
    assert not await outcomes.posted(empty, mine, 1, DUE)
    await outcomes.failed(empty, mine, "No.", DUE, pause=True)
    await outcomes.skipped(empty, mine, "No.")
    await outcomes.retry(empty, mine, "No.", DUE, surely_not_posted=True)
    assert await outcomes.posted(empty, theirs, 2, DUE + LEASE)
    [edition] = await log_of(empty, digest_id)
    assert (edition.state, edition.message_id, edition.reason) == (State.POSTED, 2, "")
    assert (await get(empty, digest_id)).paused_at is None


async def test_renewed(empty: Database) -> None:
    """A process keeps what it renews, and learns what it has lost."""
    await make(empty)
    await make(empty)
    await editions.plan_due(empty, DUE)
    kept, lost = await claim(empty, "a", DUE)
    async with empty.write() as conn:
        await conn.execute("UPDATE digest_edition SET lease_until = 0 WHERE id = ?", (lost.edition.id,))
    await claim(empty, "b", DUE + SECOND)

    assert await claims.renew(empty, [kept, lost], DUE + LEASE - SECOND) == {kept.edition.id}
    assert [one.edition.id for one in await claim(empty, "c", DUE + LEASE + SECOND)] == [lost.edition.id]


async def test_latest_only(empty: Database) -> None:
    """Of a digest that posts the latest only, what still waits when the next one is due is over; of others it isn't."""
    ids = [await make(empty, catch_up=policy, window=7 * DAY) for policy in (CatchUp.LATEST, CatchUp.ALL)]
    await editions.plan_due(empty, DUE)
    for one in await claim(empty, "a", DUE):
        await outcomes.retry(empty, one, "Unreachable.", DUE, surely_not_posted=True)
    await editions.plan_due(empty, DUE + DAY)

    claimed = await claim(empty, "a", DUE + DAY)
    claimed += await claim(empty, "a", DUE + DAY)

    assert {(one.digest.id, one.edition.due_at) for one in claimed} == {(ids[1], DUE), (ids[0], DUE + DAY)}
    [_, first] = await log_of(empty, ids[0])
    assert (first.state, first.reason) == (State.SKIPPED, claims.REPLACED)


async def test_latest_only_and_perhaps_posted(empty: Database) -> None:
    """If it may be posted, that is found out first; if it is not, it is over."""
    await make(empty, window=7 * DAY)
    await editions.plan_due(empty, DUE)
    await claim(empty, "a", DUE)
    await editions.plan_due(empty, DUE + DAY)

    [found] = await claim(empty, "b", DUE + DAY)

    assert (found.edition.due_at, found.tried_at, found.over) == (DUE, DUE, claims.REPLACED)


async def test_never_late(empty: Database) -> None:
    """A digest that skips what is late does not try for longer than what counts as on time."""
    await make(empty, catch_up=CatchUp.SKIP)
    await editions.plan_due(empty, DUE)

    [mine] = await claim(empty, "a", DUE)

    assert mine.closes_at == DUE + GRACE


async def test_posted_or_paused(empty: Database) -> None:
    """Of an edition that may be posted, it is found out first, whatever has become of its digest."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    await claim(empty, "a", DUE)
    async with empty.write() as conn:
        await digests.delete(conn, actor(), digest_id, DUE)

    [found] = await claim(empty, "b", DUE + LEASE)

    assert found.tried_at == DUE
    assert found.digest.stopped == digests.DELETED


async def test_moved_meanwhile(empty: Database) -> None:
    """An edition that may be posted is looked for where that was tried, also when its digest has moved."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    await claim(empty, "a", DUE)
    async with empty.write() as conn:
        digest = await digests.select_one(conn, HERE, digest_id)
        assert digest is not None
        await digests.change(conn, actor(), replace(digest, channel_id=71), DUE)

    [found] = await claim(empty, "b", DUE + LEASE)

    assert (found.channel_id, found.digest.channel_id) == (70, 71)


async def test_posters(empty: Database) -> None:
    """Processes that were seen lately share the rate; one that says so, or is gone for long, does not."""
    assert await claims.attend(empty, "a", DUE) == 1
    assert await claims.attend(empty, "b", DUE) == 2
    assert await claims.attend(empty, "b", DUE + claims.SEEN + SECOND) == 1
    await claims.attend(empty, "c", DUE + claims.SEEN + SECOND)
    await claims.leave(empty, "c")
    assert await claims.attend(empty, "b", DUE + claims.SEEN + SECOND) == 1


async def test_claims_are_durable(empty: Database) -> None:
    """A claim is on the disk before it is acted on: its transaction waits for that, the others of the ledger do not."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    levels: list[int] = []

    async def note(conn: Connection, *_: object) -> Note:
        levels.extend(row[0] for row in await conn.execute_fetchall("PRAGMA synchronous"))
        return Note(1)

    await claim(empty, "a", DUE, compose=note)
    async with empty.write(content=False) as conn:
        await note(conn)

    assert levels == [2, 1]


async def test_one_at_a_time_after_a_clock_was_ahead(empty: Database) -> None:
    """An edition put off until a moment that a clock made up is claimed once, and not again within the lease."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    [first] = await claim(empty, "a", DUE)
    async with empty.write() as conn:
        await conn.execute("UPDATE digest_edition SET state = 'due', lease_until = 0, not_before = 99999999999")

    [again] = await claim(empty, "a", DUE + SECOND)
    others = await claim(empty, "b", DUE + 2 * SECOND)

    assert again.edition.id == first.edition.id
    assert others == []


async def test_follow_up_at_a_time_after_a_clock_was_ahead(empty: Database) -> None:
    """What is left to do of one is claimed once too."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    [one] = await claim(empty, "a", DUE)
    await outcomes.posted(empty, one, 1, DUE)
    async with empty.write() as conn:
        await conn.execute("UPDATE digest_edition SET follow_up = 'tell', not_before = 99999999999")

    [left] = await claims.claim_follow_ups(empty, "a", DUE + SECOND, limit=9)

    assert left.edition.id == one.edition.id
    assert await claims.claim_follow_ups(empty, "b", DUE + 2 * SECOND, limit=9) == []


async def test_given_back_is_not_held_again(empty: Database) -> None:
    """What a process gave back is free, also when the process renews what it thought that it held."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    [one] = await claim(empty, "a", DUE)
    await outcomes.given_back(empty, one)

    await claims.renew(empty, [one], DUE + SECOND)
    others = await claim(empty, "b", DUE + 2 * SECOND)

    assert [other.edition.id for other in others] == [one.edition.id]


async def test_an_earlier_attempt_records_nothing(empty: Database) -> None:
    """Once an edition is claimed again, the attempt before has no say in it, of the same process either."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    [first] = await claim(empty, "a", DUE)
    [second] = await claim(empty, "a", DUE + LEASE + SECOND)

    await outcomes.given_back(empty, first)
    held = await claims.renew(empty, [first, second], DUE + LEASE + 2 * SECOND)

    assert second.edition.id == first.edition.id
    assert held == {first.edition.id}
    assert await claim(empty, "b", DUE + LEASE + 3 * SECOND) == []
