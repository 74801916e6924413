"""What is due is written down once, whatever the clocks and the rules of time zones do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from claiming import DAY, DUE, EVE, HERE, HOUR, SECOND, THERE, claim, compose, get, log_of, make

from bot.digest import claims, digests, editions, outcomes
from bot.digest.claims import LEASE
from bot.digest.editions import State
from bot.errors import UserError
from bot.servers import departures
from bot.store.database import Database


async def test_planned_once(empty: Database) -> None:
    """What is due gets a row, once, and the next due moment is a day later."""
    digest_id = await make(empty)

    assert await editions.plan_due(empty, DUE - SECOND) == 0
    assert await editions.plan_due(empty, DUE) == 1
    assert await editions.plan_due(empty, DUE) == 0

    [edition] = await log_of(empty, digest_id)
    assert (edition.due_at, edition.state) == (DUE, State.DUE)
    assert (await get(empty, digest_id)).next_due_at == DUE + DAY


async def test_planned_in_order(empty: Database) -> None:
    """No more than so many digests are planned at once, those first that are due first."""
    late, early = await make(empty, at=time(9, 1)), await make(empty, at=time(9))

    assert await editions.plan_due(empty, DUE + HOUR, 1) == 1

    assert await log_of(empty, early)
    assert not await log_of(empty, late)


async def test_catching_up(empty: Database) -> None:
    """After three days, the newest moment is due, and the others are skipped with the reason."""
    digest_id = await make(empty)

    await editions.plan_due(empty, DUE + 2 * DAY + HOUR)

    found = await log_of(empty, digest_id)
    assert [edition.due_at for edition in found] == [DUE + 2 * DAY, DUE + DAY, DUE]
    assert [edition.state for edition in found] == [State.DUE, State.SKIPPED, State.SKIPPED]
    assert [edition.reason for edition in found] == ["", editions.LATE, editions.LATE]


async def test_zone_that_is_gone(empty: Database) -> None:
    """A digest whose zone is not known any more is paused with the reason, and holds up no other."""
    broken, sound = await make(empty), await make(empty)
    async with empty.write() as conn:
        await conn.execute("UPDATE digest SET zone = 'Mars/Olympus' WHERE id = ?", (broken,))

    await editions.plan_due(empty, DUE)

    assert (await get(empty, broken)).paused_at
    assert "Mars/Olympus" in (await get(empty, broken)).paused_reason
    assert await log_of(empty, sound)


async def test_other_rules_of_time_zones(empty: Database) -> None:
    """With other rules, running digests are due when these say; nothing is due twice on a day, and nothing is lost."""
    daily, missed, paused = [await make(empty, window=7 * DAY) for _ in range(3)]
    await editions.plan_due(empty, DUE)
    for one in await claim(empty, "a", DUE):
        await outcomes.posted(empty, one, 1, DUE)
    async with empty.write() as conn:
        await digests.pause(conn, HERE, paused, "Holiday.", DUE)
        # As old rules would have left it: due, and dealt with, an hour before what the rules say now.
        await conn.execute("UPDATE digest SET settled_at = settled_at - 3600, next_due_at = next_due_at - 3600")
        await conn.execute("UPDATE digest SET settled_at = settled_at - 86400, since_at = 0 WHERE id = ?", (missed,))

    counts = [await editions.reckon(empty, "2026a", DUE - 30 * SECOND) for _ in range(2)]

    assert counts == [2, 0]
    assert (await get(empty, daily)).next_due_at == DUE + DAY
    assert (await get(empty, missed)).next_due_at == DUE
    assert (await get(empty, paused)).next_due_at == DUE + DAY - HOUR


async def test_a_zone_that_is_gone(empty: Database) -> None:
    """It pauses its digest, and that is told; the others go on, also when the clock is put back."""
    broken, sound = await make(empty), await make(empty)
    async with empty.write() as conn:
        ahead = "UPDATE digest SET zone = 'Mars/Base', settled_at = settled_at + 864000 WHERE id = ?"
        await conn.execute(ahead, (broken,))

    await editions.rewind(empty, EVE)
    await editions.plan_due(empty, DUE)

    [left] = await claims.claim_follow_ups(empty, "a", DUE, limit=10)
    assert (left.digest.id, left.edition.state) == (broken, State.FAILED)
    assert "Mars/Base" in left.edition.reason
    assert (await get(empty, broken)).paused_at == EVE
    assert [one.digest.id for one in await claim(empty, "a", DUE)] == [sound]


async def test_servers_that_were_left(empty: Database) -> None:
    """While the bot is away from a server nothing is posted there; back again, it goes on with the next moment."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    await departures.left(empty, HERE, DUE)
    assert not await claim(empty, "a", DUE)
    await editions.plan_due(empty, DUE + DAY)

    await departures.returned(empty, HERE)
    await editions.plan_due(empty, DUE + DAY + HOUR)

    assert not await claim(empty, "a", DUE + DAY + HOUR)
    assert {edition.reason for edition in await log_of(empty, digest_id)} == {editions.ABSENT}
    await editions.plan_due(empty, DUE + 2 * DAY)
    assert len(await claim(empty, "a", DUE + 2 * DAY)) == 1


async def test_clock_that_was_ahead(empty: Database) -> None:
    """After a clock that was a week ahead is put right, what was skipped ahead of its time is due after all."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE + 7 * DAY)
    [ahead] = await claim(empty, "a", DUE + 7 * DAY)
    await outcomes.posted(empty, ahead, 1, DUE)

    assert await editions.rewind(empty, DUE - HOUR) == 1
    await editions.plan_due(empty, DUE)
    assert [one.edition.due_at for one in await claim(empty, "a", DUE)] == [DUE]

    await editions.plan_due(empty, DUE + 7 * DAY)
    posted = [edition for edition in await log_of(empty, digest_id) if edition.due_at == DUE + 7 * DAY]
    assert [(edition.state, edition.message_id) for edition in posted] == [(State.POSTED, 1)]


async def test_log_after_a_clock_that_was_years_ahead(empty: Database) -> None:
    """A clock ten years ahead leaves only what it posted in the log, in the place of the time when it was posted."""
    years = 3650 * DAY
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE + years)
    [ahead] = await claim(empty, "a", DUE + years)
    await outcomes.posted(empty, ahead, 1, DUE - HOUR)
    async with empty.read() as conn:
        assert (await editions.log_of(conn, digest_id, limit=0))[1] > 300

    await editions.rewind(empty, DUE - HOUR)
    left = await log_of(empty, digest_id)
    await editions.plan_due(empty, DUE)
    await editions.plan_due(empty, DUE + DAY)

    assert [(edition.state, edition.due_at) for edition in left] == [(State.POSTED, DUE + years)]
    assert [edition.due_at for edition in await log_of(empty, digest_id)] == [DUE + DAY, DUE, DUE + years]


async def test_log_that_an_earlier_clock_has_filled(empty: Database) -> None:
    """Lines of a time that has not come yet go at the next start also where the digest goes on already."""
    digest_id = await make(empty)
    async with empty.write() as conn:
        ahead = "INSERT INTO digest_edition (digest_id, guild_id, due_at, state, reason) VALUES (?, ?, ?, 'skipped', ?)"
        await conn.execute(ahead, (digest_id, HERE, int((DUE + 3650 * DAY).timestamp()), editions.LATE))

    assert await editions.rewind(empty, EVE) == 0

    assert await log_of(empty, digest_id) == []


async def test_edition_asked_for_by_a_clock_that_was_ahead(empty: Database) -> None:
    """What a moderator asked for is posted once the clock is right, and not in ten years."""
    digest_id = await make(empty)
    async with empty.write() as conn:
        await editions.order(conn, await get(empty, digest_id), DUE + 3650 * DAY)

    await editions.rewind(empty, EVE)

    assert [one.edition.due_at for one in await claim(empty, "a", EVE)] == [EVE]


async def test_long_downtime_is_still_told(empty: Database) -> None:
    """Every moment of a month without the bot is in the log as skipped, also after a start with the right time."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE + 30 * DAY)

    await editions.rewind(empty, DUE + 30 * DAY)

    told = await log_of(empty, digest_id)
    assert [edition.due_at for edition in told] == [DUE + number * DAY for number in range(30, -1, -1)]
    assert [edition.state for edition in told] == [State.DUE] + [State.SKIPPED] * 30


async def test_clock_that_was_behind(empty: Database) -> None:
    """A clock that starts in 1970 and is then put right makes up for nothing that was not to be made up."""
    digest_id = await make(empty, now=DUE + SECOND)

    await editions.rewind(empty, datetime(1970, 1, 2, tzinfo=UTC))
    await editions.plan_due(empty, DUE + HOUR)

    assert not await log_of(empty, digest_id)
    assert (await get(empty, digest_id)).next_due_at == DUE + DAY


async def test_lease_of_a_clock_that_was_ahead(empty: Database) -> None:
    """A lease that ends in the far future, by a clock that was ahead, holds nothing up."""
    await make(empty)
    await editions.plan_due(empty, DUE)
    await claim(empty, "a", DUE + 2 * HOUR)

    assert await editions.next_work(empty, DUE) == datetime.fromtimestamp(0, UTC)
    assert len(await claim(empty, "b", DUE)) == 1


async def test_next_work(empty: Database) -> None:
    """It is known when there is something to do: a due moment, the end of a lease, or something left."""
    assert await editions.next_work(empty, EVE) is None
    await make(empty, thread=True)

    assert await editions.next_work(empty, EVE) == DUE
    await editions.plan_due(empty, DUE)
    assert (await editions.next_work(empty, DUE) or DUE) < DUE
    [mine] = await claim(empty, "a", DUE)
    assert await editions.next_work(empty, DUE) == DUE + LEASE
    await outcomes.posted(empty, mine, 1, DUE)
    assert (await editions.next_work(empty, DUE) or DUE) < DUE


async def test_ordered(empty: Database) -> None:
    """An edition can be had at once, besides those that are due; not of a digest that is paused."""
    digest_id = await make(empty)
    digest = await get(empty, digest_id)

    async with empty.write() as conn:
        await editions.order(conn, digest, EVE + SECOND)

    assert [one.edition.due_at for one in await claim(empty, "a", EVE + SECOND)] == [EVE + SECOND]
    with pytest.raises(UserError, match="paused"):
        async with empty.write() as conn:
            await editions.order(conn, replace(digest, paused_at=EVE), EVE)


async def test_some_servers_only(empty: Database) -> None:
    """Where only some servers are looked after, nothing is touched of the others."""
    here, there = await make(empty, HERE), await make(empty, THERE)

    assert await editions.next_work(empty, EVE, servers=[9]) is None
    await editions.plan_due(empty, DUE, servers=[HERE])

    assert await log_of(empty, here)
    assert not await log_of(empty, there)
    assert await claims.claim(empty, "a", DUE, limit=9, compose=compose, newest=lambda *_: 0, servers=[THERE]) == (
        [],
        0,
    )
    assert await editions.rewind(empty, EVE - DAY, servers=[THERE]) == 0
