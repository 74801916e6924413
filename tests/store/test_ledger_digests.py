"""Digests in the ledger: what one can be, whose it is, and what is made of one that was stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from claiming import DAY, DUE, EVE, HERE, HOUR, SECOND, THERE, actor, claim, get, log_of, make

from bot.digest import digests, editions
from bot.digest.catchup import CatchUp
from bot.digest.digests import MOST_DIGESTS, Digest
from bot.digest.editions import State
from bot.digest.schedule import DAILY
from bot.errors import UserError
from bot.store.database import Database


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
