"""Reading and writing: a write is whole or not there, and nobody waits for it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import database
from bot.store.database import Database

# Fills the database by one page per row, for as long as it is let.
FILL = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    INSERT INTO meta (key, value) SELECT 'key ' || i, hex(zeroblob(2000)) FROM n
"""


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """Return an open store."""
    async with Database(tmp_path / "store.db") as opened:
        yield opened


async def put(db: Database, key: str) -> None:
    """Write one row."""
    async with db.write() as conn:
        await conn.execute("INSERT INTO meta (key, value) VALUES (?, '')", (key,))


async def run(db: Database, *statements: str) -> None:
    """Execute statements in one write."""
    async with db.write() as conn:
        for sql in statements:
            await conn.execute(sql)


async def keys(db: Database) -> list[str]:
    """Read what has been written."""
    async with db.read() as conn:
        return [key for (key,) in await conn.execute_fetchall("SELECT key FROM meta ORDER BY key LIMIT 9")]


async def test_full_disk(db: Database) -> None:
    """A write that the disk has no room for leaves nothing behind and says so; a smaller one works."""
    async with db.write() as conn:
        await conn.execute_fetchall("PRAGMA max_page_count = 100")

    with pytest.raises(StoreError, match="on a disk that is full or failing"):
        async with db.write() as conn:
            await conn.execute(FILL)

    assert await keys(db) == []
    await put(db, "a")
    assert await keys(db) == ["a"]


async def test_write_that_raises_leaves_nothing(db: Database) -> None:
    """Whatever is raised in a write undoes all of it; the next write works."""
    with pytest.raises(sqlite3.OperationalError):
        await run(db, "INSERT INTO meta (key, value) VALUES ('a', '')", "SELECT missing")

    await put(db, "b")
    assert await keys(db) == ["b"]


async def test_wrong_statement_is_not_taken_for_a_fault_of_the_file(db: Database) -> None:
    """A broken constraint or a mistake in SQL is raised as what it is, and undoes the write."""
    await put(db, "a")

    for sql in ("INSERT INTO meta (key, value) VALUES ('b', ''), ('a', '')", "SELECT missing"):
        with pytest.raises(sqlite3.Error, match=r"UNIQUE|no such column"):
            await run(db, "INSERT INTO meta (key, value) VALUES ('c', '')", sql)

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        async with db.read() as conn:
            await conn.execute_fetchall("SELECT missing")
    assert await keys(db) == ["a"]


async def test_cancelled_statement_leaves_nothing(db: Database) -> None:
    """A write cancelled while SQLite is at work on it is undone when SQLite lets go; the next one works."""
    running = asyncio.Event()
    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def progress() -> int:
        loop.call_soon_threadsafe(running.set)
        return stop.wait(0.001)

    async def write() -> None:
        async with db.write() as conn:
            await conn.set_progress_handler(progress, 1000)
            await conn.execute(FILL)

    task = asyncio.create_task(write())
    await running.wait()
    task.cancel()
    stop.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with db.write() as conn:
        await conn.set_progress_handler(None, 0)
        await conn.execute("INSERT INTO meta (key, value) VALUES ('b', '')")
    assert await keys(db) == ["b"]


async def test_write_cancelled_at_any_step(db: Database) -> None:
    """Wherever a write is cancelled, BEGIN and COMMIT included, it is done whole or not at all."""

    async def write(number: int) -> None:
        async with db.write() as conn:
            for half in "ab":
                await conn.execute("INSERT INTO meta (key, value) VALUES (?, '')", (f"{number:03}{half}",))

    for number in range(100):
        task = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)  # no wait: one turn of the event loop
        task.cancel()
        await asyncio.wait([task])

        async with db.write() as conn:
            rows = [key for (key,) in await conn.execute_fetchall("SELECT key FROM meta ORDER BY key")]
            await conn.execute("DELETE FROM meta")
        assert rows in ([], [f"{number:03}a", f"{number:03}b"])


async def test_writes_take_turns(db: Database) -> None:
    """Two writes at once do not end up in one transaction: the one that fails undoes only its own."""
    first_is_in = asyncio.Event()

    async def fails() -> None:
        async with db.write() as conn:
            await conn.execute("INSERT INTO meta (key, value) VALUES ('a', '')")
            first_is_in.set()
            await conn.execute("INSERT INTO meta (key, value) VALUES ('a', '')")

    failing = asyncio.create_task(fails())
    await first_is_in.wait()
    await put(db, "b")
    with pytest.raises(sqlite3.IntegrityError):
        await failing

    assert await keys(db) == ["b"]


async def test_reads_do_not_wait_for_the_writer(db: Database) -> None:
    """While a write is open, more reads than there are connections all see the last commit."""
    await put(db, "a")

    async with db.write() as conn:
        await conn.execute("INSERT INTO meta (key, value) VALUES ('b', '')")
        during = await asyncio.gather(*(keys(db) for _ in range(10)))

    assert during == [["a"]] * 10
    assert await keys(db) == ["a", "b"]


async def test_reader_cannot_write(db: Database) -> None:
    """What is lent for reading refuses to write."""
    with pytest.raises(StoreError, match="cannot be written"):
        async with db.read() as conn:
            await conn.execute("INSERT INTO meta (key, value) VALUES ('a', '')")

    assert await keys(db) == []


async def test_cancelled_read_gives_its_connection_back(db: Database) -> None:
    """Reads that are cancelled do not use up the connections."""
    for _ in range(2 * database.READERS):
        task = asyncio.create_task(keys(db))
        await asyncio.sleep(0)  # no wait: the task is begun
        task.cancel()
        await asyncio.wait([task])

    assert await keys(db) == []
