"""The store's files under bad conditions: removed, replaced, cut, full, locked; noticed, told, and used again."""

# Nothing else waits for the event loop while a test handles its files.
# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from meta_rows import keys, put
from process import POSIX

from bot.errors import StoreBusyError, StoreError
from bot.store import database, deadline, health
from bot.store.database import Database

pytestmark = POSIX  # elsewhere, files that are open can be neither removed nor replaced


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "store.db"


@pytest.fixture
async def db(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """Return an open store that is opened again without a wait, with "old" written back and "new" in its WAL."""
    monkeypatch.setattr(health, "FIRST_RETRY_SECONDS", 0)
    monkeypatch.setattr(health, "LAST_RETRY_SECONDS", 0)
    async with Database(path) as opened:
        await put(opened, "old")
        await opened.checkpoint()
        await put(opened, "new")
        yield opened


async def backup(path: Path, *written: str) -> Path:
    """Make another store with some keys beside this one."""
    other = path.with_name("other.db")
    async with Database(other) as db:
        for key in written:
            await put(db, key)
    return other


def content(path: Path) -> list[str]:
    """Return the keys in a file that nobody uses, which is sound."""
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [key for (key,) in conn.execute("SELECT key FROM meta ORDER BY key")]


async def refusal(db: Database) -> str:
    """Return why the store can be neither read nor written."""
    with pytest.raises(StoreError) as reading:
        await keys(db)
    with pytest.raises(StoreError) as writing:
        await put(db, "refused")
    assert str(reading.value) == str(writing.value)
    return str(reading.value)


async def test_removed(db: Database, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is removed is noticed before anybody asks, in one line, and then neither read nor written."""
    path.unlink()

    await db.look()
    assert caplog.messages == [
        f"{path} was removed while it was in use. Nothing is answered or saved until a backup is in its place."
    ]
    assert await refusal(db) == caplog.messages[0] == db.broken
    assert len(caplog.messages) == 1
    assert not path.exists()


async def test_backup_in_the_place_of_a_removed_store(db: Database, path: Path) -> None:
    """As soon as a backup is there, it is used, and nothing of the store before gets into it."""
    other = await backup(path, "backup")
    path.unlink()
    await refusal(db)

    shutil.copyfile(other, path)

    await put(db, "later")
    assert await keys(db) == ["backup", "later"]
    assert db.broken is None
    await db.close()
    assert content(path) == ["backup", "later"]


async def test_replaced_store(db: Database, path: Path) -> None:
    """A store that is put in the place of this one is used from then on; this one keeps all that it was given."""
    other = await backup(path, "backup")
    kept = path.rename(path.with_name("kept.db"))

    other.rename(path)

    assert await keys(db) == ["backup"]
    await db.close()
    assert (content(path), content(kept)) == (["backup"], ["new", "old"])


async def test_edition_of_a_replaced_store(db: Database, path: Path) -> None:
    """What is known of one store is not taken for what another has, however often that was changed."""
    other = await backup(path, "a", "b")
    shutil.copyfile(other, path.with_name("copy.db"))
    before = db.edition()

    other.replace(path)
    await keys(db)

    assert db.edition() != before


@pytest.mark.parametrize(
    "what", [b"", b"no database" * 500, b"SQLite format 3\0" * 500], ids=["empty", "text", "header"]
)
async def test_replaced_by_something_else(db: Database, path: Path, what: bytes) -> None:
    """What is no store of this version is neither used nor changed; a backup in its place is."""
    other = await backup(path, "backup")
    path.unlink()
    path.write_bytes(what)

    assert "was replaced while it was in use. What is there now is no store" in await refusal(db)
    assert path.read_bytes() == what

    other.replace(path)
    assert await keys(db) == ["backup"]


@pytest.mark.parametrize("part", [0, 0.5, 0.99])
async def test_wal_that_was_cut(db: Database, path: Path, part: float) -> None:
    """Where the WAL has lost its end, what is left is used, sound, and can be written; one line says so."""
    for number in range(40):
        await put(db, f"{number:02}")
    wal = Path(f"{path}-wal")

    os.truncate(wal, int(wal.stat().st_size * part))
    await put(db, "later")

    found = await keys(db)
    assert found[-2:] == ["later", "old"] if part == 0 else "later" in found
    assert await keys(db) == found
    await db.close()
    assert content(path) == found


async def test_wal_that_was_removed(db: Database, path: Path) -> None:
    """Where the WAL was removed, nothing is lost."""
    Path(f"{path}-wal").unlink()

    await put(db, "later")

    assert await keys(db) == ["later", "new", "old"]
    await db.close()
    assert content(path) == ["later", "new", "old"]


async def test_wal_that_another_process_has_emptied(db: Database, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A WAL that is shorter because it was written back is no fault."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert other.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchone()[0] == 0
        assert Path(f"{path}-wal").stat().st_size == 0

        await put(db, "later")

    assert await keys(db) == ["later", "new", "old"]
    assert caplog.messages == []


async def test_full_disk(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Where there is no room, writes are refused, one line says so, reads go on; with room, writes go on."""
    async with db.write() as conn:
        [(pages,)] = await conn.execute_fetchall("PRAGMA page_count")
        await conn.execute_fetchall(f"PRAGMA max_page_count = {pages}")

    for _ in range(3):
        with pytest.raises(StoreError, match="full or failing"):
            await put(db, "x" * 100_000)
    assert await keys(db) == ["new", "old"]
    assert len(caplog.messages) == 1

    async with db.write() as conn:
        await conn.execute_fetchall("PRAGMA max_page_count = 100000")
    await put(db, "x" * 100_000)
    assert caplog.messages[1:] == [f"{db.path} can be written again."]


async def test_write_error(db: Database, path: Path) -> None:
    """A write that the system refuses changes nothing, and the next one that it takes is done."""
    import resource  # noqa: PLC0415 - POSIX only

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size, before[1]))
    try:
        with pytest.raises(StoreError, match="full or failing"):
            await put(db, "refused")
        found = await keys(db)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    await put(db, "later")
    assert found == ["new", "old"]
    assert await keys(db) == ["later", "new", "old"]


async def test_damaged_page(db: Database, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Damage inside the file is told in one line however often it is met; what is elsewhere can be read."""
    await db.close()
    with closing(sqlite3.connect(path)) as conn:
        [(page, size)] = conn.execute(
            "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'meta'"
        )
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    await db.open()

    for _ in range(3):
        with pytest.raises(StoreError, match="is damaged"):
            await keys(db)
        async with db.read() as reader:
            assert list(await reader.execute_fetchall("SELECT count(*) FROM entry"))

    first, again = caplog.messages
    assert "is damaged" in first
    assert again.startswith(f"{first} It was opened again")


async def test_wait_for_another_process(db: Database, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody waits for an answer, a write gives up in time; for anybody else it waits longer."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 60)

    with deadline.answering(lambda: False):
        async with db.write() as conn:
            [(milliseconds,)] = await conn.execute_fetchall("PRAGMA busy_timeout")
    async with db.write() as conn:
        [(longer,)] = await conn.execute_fetchall("PRAGMA busy_timeout")
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, deadline.answering(lambda: False):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="is locked by another program"):
            await put(db, "refused")

    assert milliseconds <= 2000
    assert longer == 60_000
    assert await keys(db) == ["new", "old"]


async def test_wait_for_this_process(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that waits for another one here gives up in time too, and later writes are done."""
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.01)

    async with db.write() as conn:
        await conn.execute("INSERT INTO meta VALUES ('first', '')")
        with deadline.answering(lambda: False), pytest.raises(StoreBusyError):
            await put(db, "refused")
        with deadline.answering(lambda: True):
            waiting = asyncio.create_task(put(db, "deferred"))
            await asyncio.sleep(0)

    await waiting
    assert await keys(db) == ["deferred", "first", "new", "old"]


async def test_write_that_takes_too_long(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored once the answer would come too late, unless somebody was told to wait."""
    monkeypatch.setattr(deadline, "COMMIT_SECONDS", 0)

    with deadline.answering(lambda: False), pytest.raises(StoreBusyError, match="too slowly"):
        await put(db, "late")
    with deadline.answering(lambda: True):
        await put(db, "deferred")

    assert await keys(db) == ["deferred", "new", "old"]


async def test_task_that_outlives_an_answer(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on in the background after an answer is not bound by its time."""
    monkeypatch.setattr(deadline, "COMMIT_SECONDS", 0)
    answered = asyncio.Event()

    async def later() -> None:
        await answered.wait()
        await put(db, "background")

    with deadline.answering(lambda: False):
        task = asyncio.create_task(later())
    answered.set()
    await task

    assert await keys(db) == ["background", "new", "old"]
