"""Building packs into the store: what stays, what changes, what goes and what comes back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest
from packs import (
    EVENTS,
    FERRY,
    HARBOR,
    LATER,
    MAYOR,
    NOW,
    QUOTES,
    STATS,
    TOWN,
    WHOLE,
    add_own,
    pack,
    put,
    quote,
    stat,
    subject,
)

from bot.answers.lookup import answer
from bot.ingest.build import Built
from bot.ingest.shipped import load_packs
from bot.model import Ask, Command, Entry, Scope
from bot.store import entries, sources
from bot.store.database import Database
from bot.store.search import select_matching


def dump(path: Path) -> list[str]:
    """Return everything in a store's file, as SQL."""
    with closing(connect(path)) as conn:
        return list(conn.iterdump())


def content(path: Path) -> list[str]:
    """Return every row but what counts builds, and how words are indexed."""
    besides = ('INTO "source"', 'INTO "edition"', "entry_fts", "sqlite_sequence")
    return [line for line in dump(path) if not any(part in line for part in besides)]


async def ids(db: Database) -> dict[str, int]:
    """Return the id of each entry by key."""
    async with db.read() as conn:
        return dict(await conn.execute_fetchall("SELECT key, id FROM entry"))


async def find(db: Database, word: str, guild_id: int = 0) -> list[int]:
    """Return the ids of the entries that a search finds."""
    async with db.read() as conn:
        hits = await select_matching(conn, guild_id, [word], every=True, limit=50)
    return sorted(entry.id for entry in hits.entries)


async def one(db: Database, id_: int, guild_id: int = 0) -> Entry | None:
    """Return one entry."""
    async with db.read() as conn:
        return await entries.select_by_id(conn, guild_id, id_)


async def test_first_time(empty: Database) -> None:
    """The first time, every entry is added."""
    built = await put(empty)

    async with empty.read() as conn:
        counts = await sources.select_counts(conn, 0)
    assert built == Built(added=7)
    assert counts == {"stat": 2, "quote": 2, "event": 3}


async def test_again(empty: Database) -> None:
    """Building again, at another time, changes nothing at all."""
    await put(empty)
    before = dump(empty.path)

    built = await put(empty, now=LATER)

    assert built == Built(unchanged=7)
    assert dump(empty.path) == before


async def test_again_in_full(empty: Database) -> None:
    """A pack whose file has changed, but nothing that it says, leaves each row as it was."""
    await put(empty)
    before = content(empty.path)

    built = await put(empty, replace(WHOLE, digest="another"), LATER)

    assert built == Built(unchanged=7)
    assert content(empty.path) == before
    assert len(await find(empty, "pier")) == 2


async def test_shipped_pack_again(store: Database) -> None:
    """The same holds for the pack that comes with the bot."""
    before = content(store.path)

    for shipped in load_packs():
        await put(store, replace(shipped, digest="another"), LATER)

    assert content(store.path) == before


async def test_changed(empty: Database) -> None:
    """A changed entry has its new words under its old id, and is found by the new ones only."""
    await put(empty)
    before = await ids(empty)
    changed = stat("pier", HARBOR, value=12_500, statement="A recount.")

    built = await put(empty, pack(changed, *STATS[1:], *QUOTES, *EVENTS), LATER)

    entry = await one(empty, before["pier"])
    assert built == Built(changed=1, unchanged=6)
    assert await ids(empty) == before
    assert entry is not None
    assert entry.statement == "A recount."
    assert entry.added_at == NOW
    assert await find(empty, "recount") == [before["pier"]]


async def test_subjects_of_an_entry(empty: Database) -> None:
    """An entry is found under the subjects it has now, and no longer under those it had."""
    await put(empty)

    await put(empty, pack(stat("pier", HARBOR), *STATS[1:], *QUOTES, *EVENTS), LATER)

    ferry = await answer(empty, Scope(0, 1), Ask(Command.STATS, about="ferry"))
    assert [entry.statement for entry in ferry.entries] == ["Passengers, dock."]


async def test_removed_and_returned(empty: Database) -> None:
    """An entry that the pack no longer has is seen nowhere; when the pack has it again it has its old id."""
    await put(empty)
    before = await ids(empty)
    without = pack(*STATS, *QUOTES[1:], *EVENTS)

    gone = await put(empty, without, LATER)
    missing = (await one(empty, before["calder"]), await find(empty, "seven"))
    back = await put(empty, WHOLE, LATER)

    assert gone == Built(removed=1, unchanged=6)
    assert missing == (None, [])
    assert back == Built(changed=1, unchanged=6)
    assert await ids(empty) == before
    assert await one(empty, before["calder"]) is not None
    assert await find(empty, "seven") == [before["calder"]]


async def test_id_is_never_given_to_another(empty: Database) -> None:
    """The id of an entry that is gone for good is not taken by a new one."""
    await put(empty)
    before = await ids(empty)
    await put(empty, pack(*STATS, *QUOTES))

    await put(empty, pack(*STATS, *QUOTES, quote("new", MAYOR)))

    assert (await ids(empty))["new"] > max(before.values())


async def test_names(empty: Database) -> None:
    """A spelling that the pack no longer has finds nothing; a new one does."""
    await put(empty)
    renamed = [replace(FERRY, aliases=("ships",)) if one is FERRY else one for one in TOWN]

    await put(empty, pack(*STATS, *QUOTES, *EVENTS, subjects=renamed), LATER)

    old = await answer(empty, Scope(0, 1), Ask(Command.STATS, about="boats"))
    new = await answer(empty, Scope(0, 1), Ask(Command.STATS, about="ships"))
    assert old.subject is None
    assert new.subject is not None
    assert new.total == 2


async def test_names_of_another_pack(empty: Database) -> None:
    """Two packs that speak of one subject share it, and each brings its own spellings."""
    other = subject("Ferry", "floaters", kind=FERRY.kind)
    await put(empty)
    await put(empty, pack(stat("raft", other), key="other", subjects=(other, *TOWN[4:5])))

    await put(empty, pack(*STATS, *QUOTES, *EVENTS, subjects=[*TOWN, subject("Quay")]), LATER)

    spelled = [await answer(empty, Scope(0, 1), Ask(Command.STATS, about=name)) for name in ("boats", "floaters")]
    assert [found.total for found in spelled] == [3, 3]


async def test_entry_of_a_server(empty: Database) -> None:
    """What a server has added to an article stays and is found after the article's pack has changed."""
    await put(empty)
    own = await add_own(empty, 5, "pier")
    before = await one(empty, own, 5)

    await put(empty, pack(*QUOTES, *EVENTS), LATER)

    assert before is not None
    assert await one(empty, own, 5) == before
    assert own in await find(empty, "own", 5)
    assert await find(empty, "own") == []


async def test_fault_midway(empty: Database) -> None:
    """A pack that fails midway leaves the store as it was."""
    await put(empty)
    before = dump(empty.path)
    nameless = replace(STATS[0], subjects=("nobody",))

    with pytest.raises(KeyError):
        await put(empty, pack(*QUOTES, nameless), LATER)

    assert dump(empty.path) == before


@pytest.mark.parametrize("now", [NOW, LATER])
async def test_when_it_was_added(empty: Database, now: datetime) -> None:
    """An entry is stamped with the time at which it was built."""
    await put(empty, WHOLE, now)

    entry = await one(empty, 1)

    assert entry is not None
    assert entry.added_at == now
    assert entry.added_by is None
