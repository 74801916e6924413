"""The store's file: brought up to date or refused untouched, and never left with half a change."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from meta_rows import keys, put

from bot.errors import StoreError
from bot.store import database
from bot.store.database import Database
from bot.store.files import APPLICATION_ID, migrations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is to be: in folders that are not there yet."""
    return tmp_path / "new" / "folder" / "store.db"


@pytest.fixture
async def db(path: Path) -> AsyncIterator[Database]:
    """Return an open store."""
    async with Database(path) as opened:
        yield opened


def header(path: Path) -> tuple[int, int]:
    """Return a file's application id and user version."""
    with closing(sqlite3.connect(path)) as conn:
        [(application,)] = conn.execute("PRAGMA application_id")
        [(version,)] = conn.execute("PRAGMA user_version")
    return application, version


def files(path: Path) -> dict[str, bytes]:
    """Return everything in the store's folder but the -shm files, SQLite's scratch memory."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.suffix != ".db-shm"}


def lay(path: Path, content: bytes) -> None:
    """Make the store's folder and, in the store's place, a file of this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def damage(path: Path) -> None:
    """Overwrite the one page on which the table `meta` begins."""
    with closing(sqlite3.connect(path)) as conn:
        [(page,)] = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'meta'")
        [(size,)] = conn.execute("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)


async def refusal(path: Path) -> str:
    """Return why a file cannot be opened; everything in its folder is proven to be as it was."""
    before = files(path)

    with pytest.raises(StoreError) as caught:
        await Database(path).open()

    assert files(path) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_new_store(path: Path) -> None:
    """A store is made with its folders, marked as ours, at the newest version; closed, it is one file."""
    async with Database(path) as db:
        await put(db, "a")

    assert header(path) == (APPLICATION_ID, len(migrations()))
    assert list(files(path)) == ["store.db"]


async def test_opening_again_changes_nothing(path: Path) -> None:
    """A start and a stop leave a store of this version byte for byte as it was."""
    async with Database(path) as db:
        await put(db, "a")
    before = files(path)

    async with Database(path) as db:
        assert await keys(db) == ["a"]

    assert files(path) == before


async def test_empty_file_is_taken(path: Path) -> None:
    """A file of no length, as `touch` makes it, becomes a store."""
    lay(path, b"")

    async with Database(path):
        pass

    assert header(path) == (APPLICATION_ID, len(migrations()))


async def test_older_store_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newer code adds is made in an older store, and what is in it stays."""
    async with Database(path) as db:
        await put(db, "a")
    monkeypatch.setattr(database, "migrations", lambda: [*migrations(), "CREATE TABLE more (x);"])

    async with Database(path) as db, db.read() as conn:
        assert list(await conn.execute_fetchall("SELECT key, (SELECT count(*) FROM more) FROM meta")) == [("a", 0)]

    assert header(path) == (APPLICATION_ID, len(migrations()) + 1)


async def test_failing_migration_leaves_the_version_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a migration that fails halfway nothing is left, and the store opens with the code before."""
    async with Database(path) as db:
        await put(db, "a")
    monkeypatch.setattr(database, "migrations", lambda: [*migrations(), "CREATE TABLE more (x); SELECT missing;"])

    with pytest.raises(StoreError, match="no such column: missing"):
        await Database(path).open()
    monkeypatch.undo()

    assert header(path) == (APPLICATION_ID, len(migrations()))
    async with Database(path) as db, db.read() as conn:
        assert list(await conn.execute_fetchall("SELECT name FROM sqlite_schema WHERE name = 'more'")) == []


def lay_version_1(path: Path) -> None:
    """Make a store as the first version made it, with "ancient" in it."""
    lay(path, b"")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(migrations()[0])
        conn.executescript(f"PRAGMA journal_mode = WAL; PRAGMA application_id = {APPLICATION_ID}")
        conn.executescript("PRAGMA user_version = 1; INSERT INTO meta (key, value) VALUES ('ancient', '')")


def copies_of(path: Path) -> list[Path]:
    """Return what lies beside the store."""
    return [file for file in path.parent.iterdir() if file != path]


async def test_store_is_kept_before_a_migration(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An older store is copied before it is changed; the copy has its version in its name, and the log names it."""
    lay_version_1(path)

    with caplog.at_level("INFO", "dateline.store"):
        async with Database(path) as db:
            assert await keys(db) == ["ancient"]

    [kept] = copies_of(path)
    assert re.fullmatch(r"store-version-1-\d{8}-\d{6}\.db", kept.name)
    assert [header(file)[1] for file in (kept, path)] == [1, len(migrations())]
    with closing(sqlite3.connect(kept)) as conn:
        assert conn.execute("SELECT key FROM meta").fetchall() == [("ancient",)]
    assert [record.__dict__["file"] for record in caplog.records] == [str(kept)]


async def test_no_migration_without_a_copy(path: Path) -> None:
    """A store that cannot be copied first is not opened, and stays as it was."""
    long = path.with_name("s" * 230 + ".db")  # the copy's name is longer than file systems take
    lay_version_1(long)

    assert "-version-1-" in await refusal(long)

    assert header(long) == (APPLICATION_ID, 1)


async def test_failing_migration_keeps_no_copies(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that starts the bot again and again does not fill the disk with copies of the same."""
    lay_version_1(path)
    monkeypatch.setattr(database, "migrations", lambda: [migrations()[0], "SELECT missing;"])

    for _ in range(2):
        with pytest.raises(StoreError, match="no such column: missing"):
            await Database(path).open()

    assert copies_of(path) == []
    assert header(path) == (APPLICATION_ID, 1)


async def test_two_starts_at_once_with_an_older_store(path: Path) -> None:
    """Whoever migrates, every copy that is kept is of the version in its name."""
    lay_version_1(path)
    stores = [Database(path) for _ in range(4)]

    await asyncio.gather(*(store.open() for store in stores))

    assert [await keys(store) for store in stores] == [["ancient"]] * 4
    for store in stores:
        await store.close()
    assert {header(kept)[1] for kept in copies_of(path)} == {1}


async def test_unchecked_write(db: Database) -> None:
    """A write that is not checked may leave what points nowhere for a moment; the next one is checked again."""
    async with db.write(checked=False) as conn:
        await conn.execute("INSERT INTO shown (channel_id, pool, entry_id) VALUES (1, 'any', 9)")
        await conn.execute("DELETE FROM shown")

    with pytest.raises(RuntimeError):
        async with db.write(checked=False):
            raise RuntimeError
    with pytest.raises(sqlite3.IntegrityError):
        async with db.write() as conn:
            await conn.execute("INSERT INTO shown (channel_id, pool, entry_id) VALUES (1, 'any', 9)")


@pytest.mark.parametrize(
    ("how", "level"),
    [({}, 2), ({"content": False}, 1), ({"content": False, "durable": True}, 2), ({"durable": False}, 1)],
    ids=["content", "bookkeeping", "durable bookkeeping", "content that need not be"],
)
async def test_durable_write(db: Database, how: dict[str, bool], level: int) -> None:
    """SQLite syncs (2: FULL) what people are told of, and nothing else (1: NORMAL), also after a write that failed."""
    with pytest.raises(RuntimeError):
        async with db.write():
            raise RuntimeError

    for _ in range(2):
        async with db.write(**how) as conn:
            [(synchronous,)] = await conn.execute_fetchall("PRAGMA synchronous")
            assert synchronous == level


async def test_rewritten_with_a_statement_open(db: Database) -> None:
    """The file is rewritten even while a statement is open, which SQLite refuses on the same connection."""
    async with db.write() as conn:
        cursor = await conn.execute("SELECT value FROM json_each('[1, 2]')")
        assert await cursor.fetchone() == (1,)
    async with db.write() as conn:
        await conn.execute("INSERT INTO meta VALUES ('big', hex(zeroblob(200000)))")
        await conn.execute("DELETE FROM meta WHERE key = 'big'")
    before = await db.size()

    await db.rewrite()

    assert await db.size() < before
    await cursor.close()


async def test_two_starts_at_once(path: Path) -> None:
    """Two processes that make the same store at the same moment both find it made."""
    stores = [Database(path) for _ in range(4)]

    await asyncio.gather(*(store.open() for store in stores))

    await put(stores[0], "a")
    assert [await keys(store) for store in stores] == [["a"]] * 4
    for store in stores:
        await store.close()


async def test_newer_store_is_refused(path: Path) -> None:
    """A store that a newer Dateline has written is left alone, and both versions are named."""
    async with Database(path):
        pass
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA user_version = 99")

    assert "written by a newer Dateline (store version 99; this one knows " in await refusal(path)


@pytest.mark.parametrize("setup", ["CREATE TABLE t (x)", "PRAGMA application_id = 7; PRAGMA user_version = 1"])
async def test_another_programs_database_is_refused(path: Path, setup: str) -> None:
    """A database that has tables without our mark, or another mark, is left alone."""
    lay(path, b"")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(setup)

    assert "is a database of another program" in await refusal(path)


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        (f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99", "newer Dateline"),
        ("SELECT 1", "another program"),
    ],
)
async def test_leftovers_of_a_crash_are_not_touched(path: Path, setup: str, why: str) -> None:
    """What a crash left beside a file that is refused is read, but neither written back nor removed."""
    lay(path, b"")
    crashed = path.with_name("crashed.db")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(f"PRAGMA journal_mode = WAL; CREATE TABLE t (x); {setup}")
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{path}{suffix}", f"{crashed}{suffix}")

    assert why in await refusal(crashed)


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 30, b"SQLite format 3\0" * 64])
async def test_file_that_is_no_database_is_refused(path: Path, content: bytes) -> None:
    """A file that is something else, or whose beginning is damaged, is left alone."""
    lay(path, content)

    assert "is damaged or not a database" in await refusal(path)


async def test_damage_that_shows_later(path: Path) -> None:
    """Damage inside the file is told as such where it is met, in reading and in writing."""
    async with Database(path) as db:
        await put(db, "a")
    damage(path)

    async with Database(path) as db:
        with pytest.raises(StoreError, match="is damaged"):
            await keys(db)
        with pytest.raises(StoreError, match="is damaged"):
            await put(db, "b")


async def test_locked_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that another program is writing to for too long is not opened; afterwards it is."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    async with Database(path):
        pass

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program"):
            await Database(path).open()
        other.execute("ROLLBACK")
        async with Database(path) as db:
            await put(db, "a")
            assert await keys(db) == ["a"]


async def test_lock_met_in_a_write(db: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that another program keeps waiting too long fails, reads go on, and the next write works."""
    await db.close()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    await db.open()

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program"):
            await put(db, "a")
        assert await keys(db) == []
        other.execute("ROLLBACK")
        await put(db, "b")

    assert await keys(db) == ["b"]


async def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """A path that is a folder cannot be opened."""
    with pytest.raises(StoreError, match="Check that it is a file"):
        await Database(tmp_path).open()


async def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """A path through a file cannot be made."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"folder .* cannot be used: "):
        await Database(tmp_path / "file" / "store.db").open()


async def test_closed_meanwhile(path: Path) -> None:
    """Whatever is at work in a store that is closed, or comes to it later, is told so."""
    db = await Database(path).open()

    async def overtaken() -> None:
        async with db.write() as conn:
            await db.close()
            await conn.execute("SELECT 1")

    with pytest.raises(StoreError, match="closed"):
        await overtaken()
    with pytest.raises(StoreError, match="closed"):
        await put(db, "a")
    with pytest.raises(StoreError, match="closed"):
        await keys(db)

    async with db:
        assert await keys(db) == []


async def test_closing_twice(path: Path) -> None:
    """A store can be closed before it was opened, twice, and be opened again."""
    db = Database(path)

    await db.close()
    await db.open()
    await db.close()
    await db.close()

    async with db:
        await put(db, "a")
        assert await keys(db) == ["a"]


async def test_opening_cancelled_at_any_step(path: Path) -> None:
    """A start that is stopped while it opens the store leaves no thread that keeps the process alive."""
    before = set(threading.enumerate())

    for number in range(0, 120, 3):
        task = asyncio.create_task(Database(path).open())
        for _ in range(number):
            await asyncio.sleep(0)  # no wait: one turn of the event loop
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            await task.result().close()

    await asyncio.get_running_loop().shutdown_default_executor()  # as the end of every program does
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) <= before
