"""Servers that the bot was removed from: what waits for their return, and that nothing of them is left at last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from packs import NOW, WHOLE, add_own, put

from bot import names
from bot.servers import departures
from bot.store.database import Database
from bot.store.departures import ERASED

HERE, THERE = 5, 6
GRACE = timedelta(days=30)
LATER = NOW + GRACE
OWNED = [table for table, of in ERASED.items() if of == "guild_id = :guild_id" and table != "departed"]


@pytest.fixture
async def db(empty: Database) -> Database:
    """Return a store with the town's pack and something of two servers in every table."""
    await put(empty, WHOLE)
    for guild_id in (HERE, THERE):
        entry_id = await add_own(empty, guild_id, "pier", f"own {guild_id}")
        await fill(empty, guild_id, entry_id)
    return empty


ROWS = """
    INSERT INTO source (id, guild_id, key, label) VALUES (:g, :g, 'own', 'Own article');
    INSERT INTO source_fact VALUES (:g, 'title', 'T', 'stated', 'it says so');
    INSERT INTO subject (id, guild_id, key, kind, name) VALUES (:g * 100, :g, 'own', 'person', 'Zoe Quill');
    INSERT INTO name VALUES (:g * 100, :g, 'zoe quill', 0, :g * 100, 0, 'Zoe Quill');
    INSERT INTO name VALUES (:g * 101, :g, 'quill', 2, :g * 100, 0, 'Zoe Quill');
    INSERT INTO name VALUES (:g * 102, :g, 'harrow ' || :g, 1, 1, 0, 'An alias');
    INSERT INTO name_source VALUES (:g, :g * 100);
    UPDATE entry SET subject_id = :g * 100, corrects = 1 WHERE id = :e;
    INSERT INTO shown VALUES (1, 'any', :e), (1, 'quote', 1) ON CONFLICT DO NOTHING;
    INSERT INTO hidden VALUES (:g, 1);
    INSERT INTO guild_setting VALUES (:g, 'prefix', '?');
    INSERT INTO revision VALUES (NULL, :g, 'entry', :e, 'changed', 7, 0, '{}', '{}');
    INSERT INTO draft VALUES (NULL, :g, 7, 'add', 'stat', 0, 0, '{}', 1767225600);
    INSERT INTO suggestion (id, guild_id, member_id, kind, fields, suggested_at, entry_id)
        VALUES (:g, :g, 7, 'stat', '{}', 0, :e);
    INSERT INTO suggestion_support VALUES (:g, 8);
    INSERT INTO posted VALUES (1, :g, :g, 1, 'ask', 1767225600, NULL);
    INSERT INTO quoted_member VALUES (:e, 9);
    INSERT INTO prove_again VALUES (:e);
    INSERT INTO digest
        (id, guild_id, channel_id, name, zone, wall_time, days, created_by, created_at, since_at, settled_at)
        VALUES (:g, :g, 1, 'Daily', 'UTC', '08:00', 'daily', 7, 0, 0, 0);
    INSERT INTO digest_edition (digest_id, guild_id, due_at, state, content) VALUES (:g, :g, 0, 'due', '{}');
    INSERT INTO digest_carried VALUES (:g, 1, (SELECT max(id) FROM digest_edition))
"""
"""A row of a server in each table that `add_own` leaves out; each is of the moment NOW or has no time."""


async def fill(db: Database, guild_id: int, entry_id: int) -> None:
    """Put the rows of a server into the store."""
    async with db.write() as conn:
        for sql in ROWS.split(";"):
            await conn.execute(sql, {"g": guild_id, "e": entry_id})
        keys = [(key, word) for word in ("zoe", "quill", "harrow") for key in names.typo_keys(word)]
        await conn.executemany("INSERT INTO typo VALUES (?, ?) ON CONFLICT DO NOTHING", keys)


async def rows(db: Database, sql: str, *values: int) -> list[tuple[object, ...]]:
    """Return what is in the store."""
    async with db.read() as conn:
        return [tuple(row) for row in await conn.execute_fetchall(sql, values)]


async def tables(db: Database) -> list[str]:
    """Return every table, without those that SQLite makes for others."""
    found = await rows(db, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    return sorted(str(name) for (name,) in found if not str(name).startswith("sqlite_"))


async def counts(db: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    found = {name: await rows(db, f"SELECT count(*) FROM {name}") for name in await tables(db)}  # noqa: S608 - ours
    return {name: int(str(count)) for name, [(count,)] in found.items()}


async def departed(db: Database) -> list[object]:
    """Return the servers that are noted as left."""
    return [id_ for (id_,) in await rows(db, "SELECT guild_id FROM departed ORDER BY guild_id")]


async def sweep(db: Database, *present: int) -> list[int]:
    """Delete what is due when the days of grace are over."""
    due = await departures.due(db, present, GRACE, LATER)
    for guild_id in due:
        await departures.erase(db, guild_id)
    return due


async def test_no_table_is_forgotten(db: Database) -> None:
    """Every table with a server's id, or with a reference to what may be a server's, is one that is erased."""
    columns = await rows(
        db,
        """
        SELECT t.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND c.name = 'guild_id'
        """,
    )
    references = await rows(
        db,
        """
        SELECT t.name, f."table" FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f
        WHERE t.schema = 'main' AND t.type = 'table'
        """,
    )

    owned = {str(name) for (name,) in columns}
    assert len(owned) > 10
    assert owned <= set(ERASED)
    assert {str(name) for name, of in references if of in ERASED} <= set(ERASED)


async def test_everything_of_a_server_goes(db: Database) -> None:
    """Every table loses what is of the one server, and keeps what is shared and the other server's."""
    shared = await rows(db, "SELECT * FROM entry WHERE guild_id = 0")
    before = await counts(db)
    assert all(before[name] for name in ERASED if name != "departed")
    await departures.left(db, HERE, NOW)

    assert await sweep(db, THERE) == [HERE]

    after = await counts(db)
    assert {name for name in before if before[name] != after[name]} == set(ERASED) - {"departed"}
    for name in OWNED:
        assert await rows(db, f"SELECT 1 FROM {name} WHERE guild_id = ?", HERE) == []  # noqa: S608 - ours
        assert await rows(db, f"SELECT 1 FROM {name} WHERE guild_id = ?", THERE)  # noqa: S608 - ours
    assert await rows(db, "PRAGMA foreign_key_check") == []
    assert await rows(db, "SELECT * FROM entry WHERE guild_id = 0") == shared
    assert await rows(db, "SELECT channel_id FROM shown WHERE entry_id = 1") == [(1,)]
    assert await rows(db, "SELECT rowid FROM entry_fts EXCEPT SELECT id FROM entry") == []


async def test_words_of_names_go_with_the_last_name(db: Database) -> None:
    """A word stays among those for mistyped names as long as a name has it, in whichever server."""
    await departures.left(db, HERE, NOW)
    await sweep(db, THERE)
    assert await rows(db, "SELECT DISTINCT word FROM typo WHERE word IN ('zoe', 'quill') ORDER BY 1") == [
        ("quill",),
        ("zoe",),
    ]

    await departures.left(db, THERE, NOW)
    await sweep(db)

    assert await rows(db, "SELECT word FROM typo WHERE word IN ('zoe', 'quill')") == []
    assert await rows(db, "SELECT DISTINCT word FROM typo WHERE word = 'harrow'") == [("harrow",)]


async def test_edition_grows(db: Database) -> None:
    """Answers that are kept ready are given up when entries go."""
    before = db.edition()
    await departures.left(db, HERE, NOW)

    await sweep(db, THERE)

    assert db.edition() > before


async def test_grace(db: Database) -> None:
    """Until the days are over nothing goes, and then it goes at the next sweep; with none, at once."""
    await departures.left(db, HERE, NOW)
    before = await counts(db)
    early = NOW + GRACE - timedelta(seconds=1)

    assert await departures.due(db, [], GRACE, early) == []
    assert await counts(db) == before

    assert await departures.due(db, [], timedelta(0), NOW) == [HERE]


async def test_return_in_time(db: Database) -> None:
    """A server that has the bot again keeps everything; its days begin anew when it is left once more."""
    before = await counts(db)
    await departures.left(db, HERE, NOW)
    await departures.returned(db, HERE)

    assert await sweep(db, THERE) == []
    assert await counts(db) == before

    await departures.left(db, HERE, LATER)
    assert await sweep(db, THERE) == []


async def test_no_server_that_the_bot_is_in_is_deleted(db: Database) -> None:
    """A note is not enough: whoever made it, a server with the bot in it is left alone."""
    await departures.left(db, HERE, NOW)

    assert await sweep(db, HERE, THERE) == []

    assert await departed(db) == []


async def test_found_at_start(db: Database) -> None:
    """Servers with data that the bot is not in are missing until they are noted; a note of one it is in is deleted."""
    await departures.left(db, THERE, NOW)

    assert await departures.missing(db, [THERE, 77], NOW) == {HERE}
    await departures.left(db, HERE, NOW)

    assert await departures.missing(db, [THERE, 77], LATER) == set()
    assert await departed(db) == [HERE]


@pytest.mark.parametrize("table", OWNED)
async def test_any_row_makes_a_server_known(db: Database, table: str) -> None:
    """Whatever a server has, it is found at the start to have been left."""
    async with db.write(checked=False) as conn:
        for name, of in ERASED.items():
            if name != table:
                await conn.execute(f"DELETE FROM {name} WHERE {of}", {"guild_id": HERE})  # noqa: S608 - ours

    assert await departures.missing(db, [THERE], NOW) == {HERE}


async def test_failure_leaves_a_server_whole(db: Database) -> None:
    """A deletion that is cut short by whatever is undone, and done at the next sweep."""
    await departures.left(db, HERE, NOW)
    before = await counts(db)
    async with db.write() as conn:
        await conn.execute("CREATE TRIGGER refuse BEFORE DELETE ON source BEGIN SELECT raise(ABORT, 'not now'); END")

    with pytest.raises(Exception, match="not now"):
        await sweep(db, THERE)
    assert await counts(db) == before
    async with db.write() as conn:
        await conn.execute("DROP TRIGGER refuse")

    assert await sweep(db, THERE) == [HERE]


async def test_tidying(db: Database) -> None:
    """Drafts go after seven days without a change, notes of what was shown where after ninety."""
    for days in (6, 8, 89, 91):
        at = int((NOW - timedelta(days=days)).timestamp())
        async with db.write() as conn:
            await conn.execute("INSERT INTO draft VALUES (?, 9, 7, 'add', 'stat', 0, 0, '{}', ?)", (days + 1000, at))
            await conn.execute("INSERT INTO posted VALUES (1, 9, ?, 1, 'ask', ?, NULL)", (days, at))

    await departures.tidy(db, NOW)

    assert await rows(db, "SELECT id - 1000 FROM draft WHERE guild_id = 9") == [(6,)]
    assert await rows(db, "SELECT message_id FROM posted WHERE guild_id = 9 ORDER BY 1") == [(6,), (8,), (89,)]
