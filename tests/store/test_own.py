"""What servers add: theirs alone, changed and deleted by nobody else."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import pytest
from packs import NOW, STATS, pack, put
from servers import HERE, PIER, PRIVATE, THERE, add, delete, row, seen, show

from bot.answers.lookup import answer
from bot.model import Ask, Command, Scope, Stat
from bot.store import entries, own, search
from bot.store.database import Database


async def hits(db: Database, guild_id: int, word: str) -> list[int]:
    """Return the ids of the entries that a search finds."""
    async with db.read() as conn:
        found = await search.select_matching(conn, guild_id, [word], every=True, limit=50)
    assert found.total == len(found.entries)
    return [entry.id for entry in found.entries]


async def test_as_it_was_written(empty: Database) -> None:
    """An entry is read as it was added: by whom, when, and what it says."""
    await put(empty)

    id_ = await add(empty, HERE, "pier", value="7.50", unit="boats")

    [entry] = (await show(empty, HERE, id_)).entries
    assert isinstance(entry, Stat)
    assert (entry.guild_id, entry.added_by, entry.added_at, entry.corrects) == (HERE, 77, NOW, None)
    assert (entry.statement, entry.value, entry.unit, entry.subject) == (
        "A secret.",
        Decimal("7.50"),
        "boats",
        "Harrow Bay",
    )


async def test_own_entries_stay_at_home(empty: Database) -> None:
    """A server sees its own entries by every way, and others see what there is without them."""
    await put(empty)
    whole = await seen(empty, THERE)

    for like in ("pier", "calder", "vote"):
        await add(empty, HERE, like, f"own-{like}", statement="What happened at the pier.")

    assert await seen(empty, THERE) == await seen(empty, PRIVATE) == whole
    here = await seen(empty, HERE)
    assert {name for name, found in here.items() if found == whole[name]} == {"by id", "names", "near names"}


async def test_deleted_entries_vanish(empty: Database) -> None:
    """What a server deletes it sees by no way any more, until it is restored."""
    await put(empty)
    whole = await seen(empty, HERE)
    ids = [await add(empty, HERE, like, f"own-{like}") for like in ("pier", "calder", "vote")]
    with_them = await seen(empty, HERE)

    deleted = [await delete(empty, HERE, id_) for id_ in ids]
    without_them = await seen(empty, HERE)
    restored = [await delete(empty, HERE, id_, None) for id_ in ids]

    assert deleted == restored == [True] * 3
    assert without_them == whole
    assert await seen(empty, HERE) == with_them != whole


async def test_chance_forgets_deleted_entries(empty: Database) -> None:
    """Chance shows no entry that a server has deleted."""
    await put(empty, pack(STATS[0]))
    await delete(empty, HERE, await add(empty, HERE, "pier"))

    shown = {(await answer(empty, Scope(HERE, 1), Ask(Command.RANDOM))).entries[0].id for _ in range(4)}

    assert shown == {PIER}


async def test_deleting_twice(empty: Database) -> None:
    """Deleting what is deleted, or restoring what is there, changes nothing, and says so."""
    await put(empty)
    id_ = await add(empty, HERE, "pier")

    changed = [await delete(empty, HERE, id_, at) for at in (None, 1, 2, None, None)]

    assert changed == [False, True, False, True, False]


async def test_nobody_elses(empty: Database) -> None:
    """A server can neither delete nor change another's entry or a shared one, nor can a direct message."""
    await put(empty)
    id_ = await add(empty, HERE, "pier")
    before = await seen(empty, HERE)
    content = await row(empty, "pier", statement="Not yours.")

    async with empty.write() as conn:
        for guild, entry_id in ((THERE, id_), (PRIVATE, id_), (HERE, PIER), (PRIVATE, PIER)):
            await own.update_entry(conn, guild, entry_id, content, 1)
            assert not await own.set_deleted(conn, guild, entry_id, 1)

    assert await seen(empty, HERE) == before


async def test_change(empty: Database) -> None:
    """A changed entry keeps its number and who added it, and is found by what it says now."""
    await put(empty)
    id_ = await add(empty, HERE, "pier")
    content = await row(empty, "pier", statement="An open thing.")

    async with empty.write() as conn:
        await own.update_entry(conn, HERE, id_, content, 1)
        await search.delete_document(conn, id_)
        await search.insert_document(conn, id_)

    [entry] = (await show(empty, HERE, id_)).entries
    assert (entry.statement, entry.added_by, entry.added_at) == ("An open thing.", 77, NOW)
    assert (await hits(empty, HERE, "secret"), await hits(empty, HERE, "open")) == ([], [id_])


async def test_documents(empty: Database) -> None:
    """A deleted entry is not put under search, and taking out what is not there does nothing."""
    await put(empty)
    id_ = await add(empty, HERE, "pier")
    async with empty.write() as conn:
        await own.set_deleted(conn, HERE, id_, 1)
        await search.delete_document(conn, id_)

        await search.delete_document(conn, id_)
        await search.delete_document(conn, 99)
        await search.insert_document(conn, id_)

    assert await hits(empty, HERE, "secret") == []


async def test_one_correction(empty: Database) -> None:
    """A server has one living correction of an entry; others have theirs, and a deleted one is none."""
    await put(empty)
    first = await add(empty, HERE, "pier", "first", corrects=PIER)
    theirs = await add(empty, THERE, "pier", "theirs", corrects=PIER)

    with pytest.raises(sqlite3.IntegrityError):
        await add(empty, HERE, "pier", "second", corrects=PIER)
    await delete(empty, HERE, first)
    second = await add(empty, HERE, "pier", "second", corrects=PIER)
    with pytest.raises(sqlite3.IntegrityError):
        await delete(empty, HERE, first, None)

    async with empty.read() as conn:
        found = [await entries.select_correction(conn, guild, PIER) for guild in (HERE, THERE, PRIVATE, 7)]
    assert [one and one.id for one in found] == [second, theirs, None, None]


async def test_pack_leaves_own_entries(empty: Database) -> None:
    """Building the article's pack again leaves a server's entries as they are, and under search."""
    await put(empty)
    id_ = await add(empty, HERE, "pier", corrects=PIER)

    await put(empty, pack(*STATS[1:]))

    assert [entry.id for entry in (await show(empty, HERE, id_)).entries] == [id_]
    assert (await hits(empty, HERE, "secret"), await hits(empty, THERE, "secret")) == ([id_], [])
