"""An import is whole or not there, and nothing that others do meanwhile is lost or held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from carrying import (
    HERE,
    MODERATOR,
    NOW,
    OURS_AND_THEIRS,
    SHEET,
    STAT,
    THERE,
    bring,
    counts,
    do,
    entry,
    fields_of,
    fill,
    lines,
    try_out,
    whole,
    whys,
)
from unhurried import HUNG_SECONDS

from bot.carry.apply import ATTEMPTS
from bot.carry.bring import Moved, bring_in, parse
from bot.carry.plan import Outcome
from bot.carry.state import Target
from bot.model import Kind
from bot.store.carry import EVERYTHING
from bot.store.database import Connection, Database

ABOUT = ("shared:ferry", "measure=shared:weekly-passengers")


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, OURS_AND_THEIRS)
    yield empty
    await whole(empty)


async def test_a_fault_in_the_middle_leaves_nothing(town: Database) -> None:
    """An import that fails while it is written is not begun: nothing of it is in the store."""
    whole_ = await lines(town)
    good = [entry(key=f"k{i}", guild="5", fields={"figure": f"{i} people"}) for i in range(900)]
    bad = entry(key="bad", guild="5", exact={"basis": "no such"}, subjects=[*ABOUT])
    file = '{"type":"header","dateline":1,"everything":true}\n' + "".join([*good, bad])

    with pytest.raises(Exception, match="does not fit the store"):
        await bring(town, Target(EVERYTHING), file)

    assert await lines(town) == whole_


async def test_the_store_has_moved_on(town: Database) -> None:
    """If the store changes after the dry run, nothing is brought in, and what would come of it now is told."""
    content = b"id,kind,note\n9,stat,A note.\n"
    agreed = await try_out(town, MODERATOR, content, "sheet.csv")
    await do(town, ("remove", HERE, 9), NOW)

    with pytest.raises(Moved) as moved:
        await bring_in(
            town,
            MODERATOR,
            parse("sheet.csv", content, limited=True),
            NOW,
            lambda plan: plan.digest == agreed.digest,
        )

    assert whys(moved.value.plan) == ["#9 was removed; restore it first, with /entry restore."]


async def test_a_dry_run_is_of_one_moment(town: Database) -> None:
    """What somebody adds while a file is compared with the store is seen as a whole or not at all."""
    loop = asyncio.get_running_loop()
    added: list[str] = []

    def add_meanwhile(statement: str) -> None:
        if "FROM entry" in statement and not added:
            added.append(statement)
            deed = ("add", HERE, Kind.STAT, STAT | {"about": "Somewhere new", "figure": "7 people"})
            asyncio.run_coroutine_threadsafe(do(town, deed, NOW), loop).result(HUNG_SECONDS)

    async with town.read() as conn:
        await conn.set_trace_callback(add_meanwhile)

    plan = await try_out(town, MODERATOR, SHEET + ",stat,Harrow Bay,Crossings,8 people,Few cross.,1\n", "data.csv")
    after = await try_out(town, MODERATOR, await lines(town, 5))

    assert added
    assert counts(plan) == {"added": 1}
    assert after.count(Outcome.LEFT, "entry") == 2


async def meddle(conn: Connection, db: Database, on: str, deed: tuple[Any, ...]) -> list[str]:
    """Let somebody do something as soon as a statement with these words runs; return a list that then has it."""
    loop = asyncio.get_running_loop()
    met: list[str] = []

    def look(statement: str) -> None:
        if on in statement and not met:
            met.append(statement)
            asyncio.run_coroutine_threadsafe(do(db, deed, NOW), loop).result(HUNG_SECONDS)

    await conn.set_trace_callback(look)
    return met


async def test_others_write_meanwhile(town: Database) -> None:
    """While a file is compared with the store, nobody's change waits for it."""
    sheet = SHEET + "".join(f",stat,Place {i},Crossings,{i} people,Row {i}.,1\n" for i in range(2_000))
    task = asyncio.create_task(bring(town, MODERATOR, sheet, "sheet.csv"))
    written = 0

    while not task.done():
        async with town.write(content=False) as conn:
            await conn.execute("SELECT 1")
        written += 1
        await asyncio.sleep(0.01)

    assert counts(await task) == {"added": 4_000}
    assert written > 10


async def test_changed_all_the_time(town: Database) -> None:
    """Where others change the server faster than a file is compared with it, they wait for it in the end."""
    sheet = SHEET + "".join(f",stat,Place {i},Crossings,{i} people,Row {i}.,1\n" for i in range(300))
    task = asyncio.create_task(bring(town, MODERATOR, sheet, "sheet.csv"))
    changes = 0

    while not task.done():
        await do(town, ("edit", HERE, 9, {"note": f"Change {changes}."}), NOW)
        changes += 1

    assert counts(await task) == {"added": 600}
    assert changes > ATTEMPTS


async def test_changed_while_it_is_compared(town: Database) -> None:
    """What somebody changes in the server while a file is brought in is not written over."""
    sheet = f"{SHEET}9,stat,Harrow Bay,Crossings,13 people,Less.,1\n,stat,Ferry,Boats,3 boats,There are three.,1\n"
    async with town.read() as conn:
        met = await meddle(conn, town, "sqlite_sequence", ("edit", HERE, 9, {"note": "Mine."}))

    with pytest.raises(Moved) as moved:
        await bring_in(town, MODERATOR, parse("a.csv", sheet.encode(), limited=True), NOW, lambda _: not met)

    assert counts(moved.value.plan) == {"added": 2, "changed": 1}
    assert (await fields_of(town, 9))["note"] == "Mine."
    assert (await fields_of(town, 9))["figure"] == STAT["figure"]


async def test_numbers_that_others_take(town: Database) -> None:
    """A number that was meant for an entry of the file and that somebody takes meanwhile stays theirs."""
    async with town.read() as conn:
        met = await meddle(conn, town, "sqlite_sequence", ("add", THERE, Kind.STAT, STAT | {"figure": "3 people"}))

    await bring(town, MODERATOR, SHEET + ",stat,Ferry,Boats,3 boats,There are three.,1\n", "sheet.csv")

    assert met
    assert (await fields_of(town, 11, 6))["figure"] == "3 people"
    assert (await fields_of(town, 12, 5))["figure"] == "3 boats"
