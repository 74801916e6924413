"""The ledger on its own: what is due is written down, and each edition belongs to one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.digest import claims, digests, editions, outcomes
from bot.digest.catchup import GRACE, CatchUp
from bot.digest.claims import LEASE, Claim
from bot.digest.digests import MOST_DIGESTS, Digest
from bot.digest.editions import Edition, FollowUp, State
from bot.digest.schedule import DAILY
from bot.errors import UserError
from bot.model import Actor
from bot.servers import departures
from bot.store.database import Connection, Database

HERE, THERE = 5, 6
EVE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Note:
    """What an edition posts in these tests."""

    number: int

    def to_json(self) -> str:
        """Return it as the ledger keeps it."""
        return f'{{"number": {self.number}}}'


async def compose(_: Connection, __: Digest, edition_id: int, ___: datetime, ____: datetime) -> Note | None:
    """Put something together."""
    return Note(edition_id)


async def nothing(*_: object) -> None:
    """Find nothing new."""


def actor(guild_id: int = HERE) -> Actor:
    """Return somebody who may do everything."""
    return Actor(guild_id, 7, manages=True, roles=frozenset())


async def make(db: Database, guild_id: int = HERE, *, at: time = time(9), now: datetime = EVE, **wanted: object) -> int:
    """Make a daily digest."""
    digest = Digest(guild_id=guild_id, channel_id=70, name="Daily", zone="UTC", at=at, days=DAILY)
    async with db.write() as conn:
        return await digests.create(conn, actor(guild_id), replace(digest, **wanted), now)


async def get(db: Database, digest_id: int, guild_id: int = HERE) -> Digest:
    """Return a digest."""
    async with db.read() as conn:
        found = await digests.select_one(conn, guild_id, digest_id)
    assert found is not None
    return found


async def log_of(db: Database, digest_id: int) -> list[Edition]:
    """Return the editions of a digest, newest first."""
    async with db.read() as conn:
        found, total = await editions.log_of(conn, digest_id, limit=100)
    assert total == len(found)
    return found


async def claim(
    db: Database, process: str, now: datetime, *, limit: int = 100, compose: Callable[..., object] = compose
) -> list[Claim]:
    """Let a process claim what it can."""
    claimed, _ = await claims.claim(db, process, now, limit=limit, compose=compose, newest=lambda *_: 1_000)  # type: ignore[arg-type]
    return claimed


async def test_round_trip(empty: Database) -> None:
    """A digest comes out of the store as it went in, with when it is due next."""
    wanted = Digest(
        guild_id=HERE, channel_id=71, name="Evening", zone="America/Chicago", at=time(18, 30), days=DAILY,
        catch_up=CatchUp.ALL, window=timedelta(hours=2), stats=0, quotes=5, events=3, corrections=False, only_new=True,
        subjects=(), introduction="Hello.", role_id=9, thread=True,
    )  # fmt: skip

    async with empty.write() as conn:
        digest_id = await digests.create(conn, actor(), wanted, EVE)

    found = await get(empty, digest_id)
    assert found == replace(
        wanted,
        id=digest_id,
        created_by=7,
        created_at=EVE,
        settled_at=EVE,
        next_due_at=datetime(2026, 3, 2, 0, 30, tzinfo=UTC),
        new_since=EVE,
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "x" * 101}, "needs a name"),
        ({"introduction": "x" * 1001}, "introduction"),
        ({"stats": 6}, "0 to 5"),
        ({"events": -1}, "0 to 5"),
        ({"stats": 0, "quotes": 0, "events": 0, "corrections": False}, "would be empty"),
        ({"window": timedelta(minutes=4)}, "from 5 minutes"),
        ({"window": timedelta(days=8)}, "to 7 days"),
    ],
)
async def test_what_no_digest_can_be(empty: Database, wrong: dict[str, object], said: str) -> None:
    """What cannot be posted is refused with a sentence."""
    with pytest.raises(UserError, match=said):
        await make(empty, **wrong)


async def test_the_most_digests(empty: Database) -> None:
    """A server has so many digests at the most; one that is deleted makes room, and is then in the way of an undo."""
    ids = [await make(empty) for _ in range(MOST_DIGESTS)]
    with pytest.raises(UserError, match=str(MOST_DIGESTS)):
        await make(empty)

    async with empty.write() as conn:
        await digests.delete(conn, actor(), ids[0], EVE)
    await make(empty)

    with pytest.raises(UserError, match=str(MOST_DIGESTS)):
        async with empty.write() as conn:
            await digests.undelete(conn, actor(), ids[0], EVE)
    await make(empty, THERE)


@pytest.mark.parametrize("deed", ["pause", "resume", "change", "delete", "undelete"])
async def test_digests_of_others(empty: Database, deed: str) -> None:
    """Nobody reaches the digests of another server."""
    digest_id = await make(empty)
    digest = await get(empty, digest_id)
    stranger = actor(THERE)

    async with empty.write() as conn:
        deeds = {
            "pause": lambda: digests.pause(conn, THERE, digest_id, "", EVE),
            "resume": lambda: digests.resume(conn, stranger, digest_id, EVE),
            "change": lambda: digests.change(conn, stranger, digest, EVE),
            "delete": lambda: digests.delete(conn, stranger, digest_id, EVE),
            "undelete": lambda: digests.undelete(conn, stranger, digest_id, EVE),
        }
        with pytest.raises(UserError, match=f"There is no digest {digest_id} in this server"):
            await deeds[deed]()

    assert await get(empty, digest_id) == digest


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


async def test_resumed(empty: Database) -> None:
    """What was due at the pause and what was missed after it is not made up, and both are written down."""
    digest_id = await make(empty)
    await editions.plan_due(empty, DUE)
    async with empty.write() as conn:
        await digests.pause(conn, HERE, digest_id, "Holiday.", DUE)
    assert not await claim(empty, "a", DUE)
    assert await editions.plan_due(empty, DUE + DAY) == 0

    async with empty.write() as conn:
        await digests.resume(conn, actor(), digest_id, DUE + DAY + HOUR)
    await editions.plan_due(empty, DUE + DAY + HOUR)

    found = await log_of(empty, digest_id)
    assert [edition.due_at for edition in found] == [DUE + DAY, DUE]
    assert {(edition.state, edition.reason) for edition in found} == {(State.SKIPPED, digests.PAUSED)}
    assert (await get(empty, digest_id)).next_due_at == DUE + 2 * DAY


async def test_not_started(empty: Database) -> None:
    """Before a digest is started for the first time, nothing was due."""
    digest_id = await make(empty)
    async with empty.write() as conn:
        await digests.pause(conn, HERE, digest_id, digests.NOT_STARTED, EVE)
        await digests.resume(conn, actor(), digest_id, DUE + DAY + HOUR)

    assert not await log_of(empty, digest_id)


async def test_undone_later(empty: Database) -> None:
    """What was due while a digest was deleted is written down when that is undone."""
    digest_id = await make(empty)
    async with empty.write() as conn:
        await digests.delete(conn, actor(), digest_id, DUE - SECOND)
        await digests.undelete(conn, actor(), digest_id, DUE + SECOND)

    [edition] = await log_of(empty, digest_id)
    assert (edition.due_at, edition.state, edition.reason) == (DUE, State.SKIPPED, digests.DELETED)


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


async def test_deleted_and_restored(empty: Database) -> None:
    """A digest that is deleted is not there, and is as it was after an undo, paused if it was."""
    digest_id = await make(empty)
    async with empty.write() as conn:
        await digests.pause(conn, HERE, digest_id, "Holiday.", EVE)
        before = await digests.select_one(conn, HERE, digest_id)
        await digests.delete(conn, actor(), digest_id, EVE)
        gone = await digests.select_one(conn, HERE, digest_id), await digests.select_all(conn, HERE)
        await digests.undelete(conn, actor(), digest_id, EVE)

    assert gone == (None, [])
    assert await get(empty, digest_id) == before


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


async def test_posters(empty: Database) -> None:
    """Processes that were seen lately share the rate; one that says so, or is gone for long, does not."""
    assert await claims.attend(empty, "a", DUE) == 1
    assert await claims.attend(empty, "b", DUE) == 2
    assert await claims.attend(empty, "b", DUE + claims.SEEN + SECOND) == 1
    await claims.attend(empty, "c", DUE + claims.SEEN + SECOND)
    await claims.leave(empty, "c")
    assert await claims.attend(empty, "b", DUE + claims.SEEN + SECOND) == 1


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
