"""Versions of shared entries, and shared entries that a server hides, as files bring them in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from carrying import HERE, NOW, THERE, bring, counts, do, fill, lines, try_out, whole, whys

from bot.carry.back import take_back
from bot.carry.bring import bring_in, parse
from bot.carry.plan import Outcome
from bot.carry.state import Target
from bot.moderating import keeping
from bot.store import hidden
from bot.store.carry import EVERYTHING
from bot.store.database import Database

MODERATOR = Target(5, HERE)
OPERATOR = Target(5)


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, in which a server has nothing yet; the next entry is #9."""
    await fill(empty)
    yield empty
    await whole(empty)


async def deeds(db: Database, *found: tuple[Any, ...]) -> str:
    """Do all of it and return what the server has then."""
    for deed in found:
        await do(db, deed, NOW)
    return await lines(db, 5)


async def shown(db: Database, entry_id: int, guild_id: int = 5) -> int:
    """Return the number of what a server shows in place of a shared entry, 0 for nothing."""
    async with db.read() as conn:
        entry, _ = await keeping.find(conn, guild_id, entry_id)
        gone = await hidden.exists(conn, guild_id, entry_id)
    return 0 if gone and entry.id == entry_id else entry.id


async def key_of(db: Database, entry_id: int) -> str:
    """Return the key of an entry."""
    async with db.read() as conn:
        [(key,)] = await conn.execute_fetchall("SELECT key FROM entry WHERE id = ?", (entry_id,))
    return str(key)


def of_type(carried: str, type_: str) -> list[dict[str, Any]]:
    """Return the lines of a type."""
    return [line for line in map(json.loads, carried.splitlines()) if line["type"] == type_]


async def test_what_is_hidden_stays_hidden(town: Database) -> None:
    """A row about a shared entry that the server hides is refused, as its form is: it would be shown after all."""
    before = await deeds(town, ("hide", HERE, 1))

    plan = await bring(town, MODERATOR, "id,kind,note\n1,stat,Not so.\n", "sheet.csv")

    assert whys(plan) == ["#1 is hidden here; show it again first, with /entry unhide."]
    assert await lines(town, 5) == before


@pytest.mark.parametrize("target", [MODERATOR, OPERATOR], ids=["moderator", "operator"])
async def test_a_version_of_what_is_hidden(town: Database, target: Target) -> None:
    """A version that a file brings does not take the place of a shared entry that is hidden."""
    carried = await deeds(town, ("edit", HERE, 1, {"note": "Not so."}))
    await deeds(town, ("remove", HERE, 9), ("hide", HERE, 1))

    plan = await bring(town, target, carried)

    assert "#1 is hidden here; show it again first, with /entry unhide." in whys(plan)
    assert await shown(town, 1) == 0


async def test_a_version_is_no_hidden_entry(town: Database) -> None:
    """What a version takes the place of is not hidden: it is not in the file as such, and no change of its history."""
    carried = await deeds(town, ("edit", HERE, 1, {"note": "Not so."}), ("hide", HERE, 2))

    done = await bring_in(town, Target(6, THERE), parse("a.jsonl", carried.encode(), limited=True), NOW, lambda _: True)

    assert [line["entry"][1] for line in of_type(carried, "hidden")] == [await key_of(town, 2)]
    assert done.plan.count(Outcome.ADDED, "hidden") == 1
    assert done.last - done.first == 1


async def test_a_line_that_hides_what_has_a_version(town: Database) -> None:
    """A line that hides a shared entry changes nothing where the server has its own version of that."""
    hides = await deeds(town, ("hide", HERE, 1))
    before = await deeds(town, ("unhide", HERE, 1), ("edit", HERE, 1, {"note": "Not so."}))

    plan = await bring(town, MODERATOR, hides.splitlines()[0] + "\n" + json.dumps(of_type(hides, "hidden")[0]))

    assert whys(plan, Outcome.LEFT) == ["This server has its own version of it."]
    assert await lines(town, 5) == before


@pytest.mark.parametrize("target", [MODERATOR, OPERATOR], ids=["moderator", "operator"])
async def test_another_version(town: Database, target: Target) -> None:
    """A file in which another version takes the place of the one that is here is brought in, either way round."""
    first = await deeds(town, ("edit", HERE, 1, {"note": "First."}))
    second = await deeds(town, ("remove", HERE, 9), ("edit", HERE, 1, {"note": "Second."}))
    third = await deeds(town, ("remove", HERE, 10), ("restore", HERE, 9))
    await deeds(town, ("remove", HERE, 9), ("restore", HERE, 10))

    back = await bring(town, target, third)
    now = await shown(town, 1)
    forth = await bring(town, target, second)

    assert (counts(back).get("refused"), counts(forth).get("refused")) == (None, None)
    assert (now, await shown(town, 1)) == (9, 10)
    assert whys(await try_out(town, target, first)) == ["#10 corrects the same shared entry already."]


async def test_a_whole_store(town: Database, tmp_path: Path) -> None:
    """Removed versions, and those in their place, are carried with all else into an empty store."""
    await deeds(
        town, ("edit", HERE, 1, {"note": "First."}), ("remove", HERE, 9), ("edit", HERE, 1, {"note": "Second."})
    )
    await deeds(town, ("remove", HERE, 10), ("restore", HERE, 9), ("edit", THERE, 2, {"note": "Third."}))
    carried = await lines(town)

    async with Database(tmp_path / "other.db") as other:
        plan = await bring(other, Target(EVERYTHING), carried)

        assert set(counts(plan)) == {"added"}
        assert await lines(other) == carried


async def test_a_new_version_in_place_of_an_old_one(town: Database) -> None:
    """A version that is not here yet takes the place of one that the file removes, until that is taken back."""
    first = await deeds(town, ("edit", HERE, 1, {"note": "First."}))
    second = await deeds(town, ("remove", HERE, 9), ("edit", HERE, 1, {"note": "Second."}))
    await bring(town, Target(6, THERE), first)
    old = await shown(town, 1, 6)

    done = await bring_in(town, Target(6, THERE), parse("b.jsonl", second.encode(), limited=True), NOW, lambda _: True)
    new = await shown(town, 1, 6)
    await take_back(town, THERE, done.first, done.last, NOW)

    assert counts(done.plan).get("refused") is None
    assert (old, new, await shown(town, 1, 6)) == (11, 12, 11)
