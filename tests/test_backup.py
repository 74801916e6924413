"""Copies of the store: made while it is in use, put back whole, and never at the cost of what is there."""

# Nothing else waits for the event loop while a test looks at its files.
# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from process import POSIX, ROOT, STORE, Home

from bot import backup
from bot.errors import StoreError
from bot.store import copies
from bot.store.database import Database
from bot.store.files import APPLICATION_ID, migrations

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """Return the file of a store that nobody has open, with "old" in it."""
    path = tmp_path / "store.db"
    async with Database(path) as db:
        await put(db, "old")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty folder."""
    return Home(tmp_path)


async def put(db: Database, key: str) -> None:
    """Write one row."""
    async with db.write() as conn:
        await conn.execute("INSERT INTO meta (key, value) VALUES (?, '')", (key,))


def run(path: Path, script: str) -> None:
    """Change a file behind the bot's back."""
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(script)


def keys(path: Path) -> list[str]:
    """Return what is in a file."""
    with closing(sqlite3.connect(path)) as conn:
        return [key for (key,) in conn.execute("SELECT key FROM meta ORDER BY key")]


def names(path: Path) -> list[str]:
    """Return what is in a file's folder."""
    return sorted(file.name for file in path.parent.iterdir())


def contents(path: Path) -> dict[str, bytes]:
    """Return everything in a file's folder but SQLite's scratch memory."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}


def make(store: Path, target: Path | None = None) -> Path:
    """Make a backup."""
    return backup.backup(store, target, NOW, lambda _: None)


def put_back(store: Path, file: Path) -> Path | None:
    """Restore a backup."""
    return backup.restore(store, file, NOW, lambda _: None)


def refusal(store: Path, file: Path) -> str:
    """Return why a backup cannot be restored; everything is proven to be as it was."""
    before = contents(store)

    with pytest.raises(StoreError) as caught:
        put_back(store, file)

    assert contents(store) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_backup_of_a_store_in_use(store: Path) -> None:
    """A copy has all that was committed, also what is not in the main file yet, and is one file."""
    async with Database(store) as db:
        await put(db, "new")

        made = make(store)
        await put(db, "later")

    assert made == store.with_name("store-20260102-030405.db")
    assert keys(made) == ["new", "old"]
    assert names(store) == [made.name, "store.db"]


async def test_backup_is_of_one_moment(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another writes while a copy is being made is not in it, and makes it neither begin again nor fail."""
    monkeypatch.setattr(copies, "PAGES", 1)
    told: list[float] = []

    with closing(sqlite3.connect(store, isolation_level=None)) as other:

        def write(done: float) -> None:
            told.append(done)
            other.execute("INSERT INTO meta (key, value) VALUES (?, '')", (f"later {len(told)}",))

        made = backup.backup(store, None, NOW, write)

    assert keys(made) == ["old"]
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(keys(store)) == 1 + len(told)


async def test_backup_never_overwrites(store: Path) -> None:
    """A file that is there stays as it is."""
    target = store.with_name("there.db")
    target.write_bytes(b"precious")

    with pytest.raises(StoreError, match="is there already and is not overwritten"):
        make(store, target)

    assert target.read_bytes() == b"precious"
    assert names(store) == ["store.db", "there.db"]


async def test_backup_of_a_damaged_store(store: Path) -> None:
    """Of a store with rows that point nowhere no copy is kept that would pass for a good one."""
    run(store, "PRAGMA foreign_keys = OFF; INSERT INTO shown VALUES (1, 'any', 99)")

    with pytest.raises(StoreError, match=r"is damaged .a row of shown points to one of entry that is not there"):
        make(store)

    assert names(store) == ["store.db"]


async def test_backup_cut_short(store: Path) -> None:
    """Ctrl-C leaves nothing half-written."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.backup(store, None, NOW, interrupt)

    assert names(store) == ["store.db"]


async def test_backup_where_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    """No store and another program's database are named as such, and nothing is made."""
    run(tmp_path / "other.db", "CREATE TABLE t (x)")

    with pytest.raises(StoreError, match="There is no store at "):
        make(tmp_path / "store.db")
    with pytest.raises(StoreError, match="is a database of another program"):
        make(tmp_path / "other.db")

    assert names(tmp_path / "other.db") == ["other.db"]


@POSIX
async def test_a_copy_is_for_whom_the_store_is_for(store: Path) -> None:
    """A backup can be read by those who can read the store, and a restored store by those who could before."""
    store.chmod(0o640)
    made = make(store)
    store.chmod(0o660)

    put_back(store, made)

    assert made.stat().st_mode & 0o777 == 0o640
    assert store.stat().st_mode & 0o777 == 0o660


@POSIX
async def test_what_is_made_is_for_nobody_else(home: Home) -> None:
    """With any umask, only the user who made the store, its folder, copies and exports can read them."""
    script = f"""
        umask 000; cd "{home.folder}"; unset COVERAGE_PROCESS_CONFIG
        bot() {{ "{sys.executable}" -m bot "$@"; }}
        bot build && bot backup copy.db && bot export all.jsonl && bot export all.csv.gz --format csv \\
            && bot restore copy.db && DATABASE_PATH=new/folder/x.db bot build
    """

    outcome = await home.run("sh", "-c", script)

    assert (outcome.code, outcome.err) == (0, "")
    made = [path for path in home.folder.rglob("*") if "__pycache__" not in path.parts]
    assert {path.name for path in made} >= {
        "dateline.db",
        "copy.db",
        "all.jsonl",
        "all.csv.gz",
        "new",
        "folder",
        "x.db",
    }
    assert {path.stat().st_mode & 0o777 for path in made if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {0o700}


@POSIX
async def test_store_that_anybody_can_read(store: Path) -> None:
    """A copy of a store that everybody can read is for its user and group alone."""
    store.chmod(0o644)

    made = make(store)

    assert made.stat().st_mode & 0o777 == 0o640


@POSIX
async def test_files_beside_a_store_in_use(store: Path) -> None:
    """What SQLite keeps beside a store is as private as the store."""
    async with Database(store.with_name("new.db")) as db:
        await put(db, "new")
        modes = {file.name: file.stat().st_mode & 0o777 for file in store.parent.glob("new.db*")}

    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from bot import backup
from bot.store import copies
copies.PAGES = 1
backup.{what}(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC), lambda _: os.kill(os.getpid(), signal.{signal}))
"""


def copying(store: Path, what: str, file: Path, signal: str) -> subprocess.Popen[bytes]:
    """Begin to make or restore a backup in another process that gets a signal in the middle."""
    script = KILLED.format(what=what, signal=signal)
    return subprocess.Popen([sys.executable, "-c", script, str(store), str(file)], cwd=ROOT)  # noqa: S603 - ours


@POSIX
@pytest.mark.parametrize("what", ["backup", "restore"])
async def test_killed_copy(store: Path, what: str) -> None:
    """What a backup or a restore that was killed leaves is removed at the next run, and nothing else is."""
    made = make(store)
    for other in ("film.1a2b3c4d.part", "notes.dateline.part"):
        store.with_name(other).write_text("of another program")
    before = names(store)
    target = store.with_name("second.db") if what == "backup" else made
    assert copying(store, what, target, "SIGKILL").wait(60) == -9
    assert len([name for name in names(store) if ".dateline-" in name]) == 1

    async with Database(store):
        assert keys(store) == ["old"]

    assert names(store) == before


@POSIX
async def test_copy_that_is_being_made(store: Path) -> None:
    """A copy that somebody is making is left alone by others who make one."""
    paused = copying(store, "backup", store.with_name("slow.db"), "SIGSTOP")
    await asyncio.to_thread(os.waitpid, paused.pid, os.WUNTRACED)
    [part] = [name for name in names(store) if name.endswith(".part")]

    made = make(store)
    assert part in names(store)

    paused.kill()
    await asyncio.to_thread(paused.wait)
    make(store, store.with_name("later.db"))
    assert names(store) == sorted([made.name, "later.db", "store.db"])


async def test_restore(store: Path) -> None:
    """The store is what the backup is, the store before is kept whole, and nothing of SQLite's is left over."""
    made = make(store)
    async with Database(store) as db:
        await put(db, "new")

    kept = put_back(store, made)

    assert kept == store.with_name("store-before-restore-20260102-030405.db")
    assert (keys(store), keys(kept)) == (["old"], ["new", "old"])
    assert names(store) == ["store-20260102-030405.db", kept.name, "store.db"]
    async with Database(store) as db:
        await put(db, "again")
    assert (keys(kept), keys(made)) == (["new", "old"], ["old"])


async def test_restore_after_a_crash(store: Path) -> None:
    """What a crash left beside the store goes into the one that is kept, and not into the one that comes."""
    made = make(store)
    crashed = store.with_name("crashed.db")
    async with Database(store) as db:
        await put(db, "new")
        for suffix in ("", "-wal"):
            Path(f"{crashed}{suffix}").write_bytes(Path(f"{store}{suffix}").read_bytes())

    kept = put_back(crashed, made)

    assert kept
    assert (keys(crashed), keys(kept)) == (["old"], ["new", "old"])
    assert [name for name in names(store) if "-wal" in name] == []


async def test_restore_in_place_of_a_damaged_store(store: Path) -> None:
    """A store that SQLite cannot read any more is replaced, and kept; what lay beside it is gone."""
    made = make(store)
    store.write_bytes(b"no database" * 1000)
    for suffix in copies.BESIDE:
        Path(f"{store}{suffix}").write_bytes(b"of the damaged one")

    kept = put_back(store, made)

    assert kept
    assert keys(store) == ["old"]
    assert kept.read_bytes() == b"no database" * 1000
    assert names(store) == [made.name, kept.name, "store.db"]


async def test_restore_where_there_is_no_store(store: Path, tmp_path: Path) -> None:
    """On a new machine the folder is made; the log of a store that is gone is not taken for the backup's."""
    gone = tmp_path / "gone.db"
    Path(f"{gone}-wal").write_bytes(b"its log")

    assert put_back(gone, store) is None
    assert put_back(tmp_path / "new" / "folder" / "x.db", store) is None

    assert keys(gone) == keys(tmp_path / "new" / "folder" / "x.db") == ["old"]
    assert names(store) == ["gone.db", "new", "store.db"]


async def test_restore_of_an_older_version(store: Path, tmp_path: Path) -> None:
    """A backup of an older version is put back as it is, and the next start brings it up to date."""
    old = tmp_path / "old.db"
    mark = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;"
    run(old, "\n".join([migrations()[0], mark, "INSERT INTO meta VALUES ('ancient', '')"]))

    put_back(store, old)

    async with Database(store):
        pass
    assert keys(store) == ["ancient"]


async def test_restore_refuses_what_is_in_use(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a bot is idle on the store, or a program reads or writes it, nothing is changed."""
    monkeypatch.setattr(copies, "ALONE_SECONDS", 0.05)
    made = make(store)

    async with Database(store) as db:
        assert "is in use. Stop the bot and whatever else has it open" in refusal(store, made)
        await put(db, "new")
        assert "is in use" in refusal(store, made)
    with closing(sqlite3.connect(store)) as reader:
        reader.execute("SELECT * FROM meta").fetchone()
        assert "is in use" in refusal(store, made)

    assert keys(store) == ["new", "old"]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (None, "There is no file "),
        ("", "is not a store of Dateline's"),
        ("CREATE TABLE t (x)", "is not a store of Dateline's"),
        (f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99", "written by a newer Dateline (store"),
        ("CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (x REFERENCES a); INSERT INTO b VALUES (1)",
         "a row of b points to one of a that is not there"),
    ],
)  # fmt: skip
async def test_restore_refuses_what_is_no_backup(store: Path, script: str | None, why: str) -> None:
    """A file that is missing, another's, newer or damaged is refused before the store is touched."""
    file = store.with_name("file.db")
    if script is not None:
        file.touch()
        run(file, script)

    assert why in refusal(store, file)


async def test_restore_refuses_a_damaged_backup(store: Path) -> None:
    """Damage anywhere in the file is found before the store is touched."""
    made = make(store)
    content = bytearray(made.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    made.write_bytes(content)

    assert "as it is damaged or no store" in refusal(store, made)


async def test_restore_refuses_the_store_itself_and_a_stranger(store: Path, tmp_path: Path) -> None:
    """The store is no backup of itself, and another program's database is not replaced."""
    other = tmp_path / "other.db"
    run(other, "CREATE TABLE t (x)")

    assert "is the store itself" in refusal(store, store)
    assert "is a database of another program" in refusal(other, store)


async def test_on_the_command_line(home: Home, built: Path) -> None:
    """`backup` says where the copy is and how large, and `restore` what has become of the store before."""
    home.lay(built)

    made = await home.bot("backup", "copy.db")
    restored = await home.bot("restore", "copy.db")
    again = await home.bot("backup", "copy.db")

    assert (made.code, made.err) == (0, "")
    assert made.out.startswith("copy.db: ")
    assert made.out.endswith(" MB, checked\n")
    assert restored.out.startswith(f"{STORE} is now as copy.db has it. What it was before is kept: ")
    assert again.fault.startswith("copy.db is there already")
    assert len(home.files()) == 2


async def test_backup_into_no_folder(home: Home, built: Path) -> None:
    """A folder that is not there is one line."""
    home.lay(built)

    outcome = await home.bot("backup", os.path.join("none", "copy.db"))  # noqa: PTH118 - as it is typed

    assert outcome.fault.startswith(f"{Path('none', 'copy.db')} cannot be written: No such file or directory.")


@POSIX
async def test_full_disk(home: Home, built: Path) -> None:
    """A copy that the disk has no room for is one line and leaves nothing."""
    home.lay(built)
    before = home.files()

    limited = f'ulimit -f 64; unset COVERAGE_PROCESS_CONFIG; exec "{sys.executable}" -m bot backup'
    outcome = await home.run("sh", "-c", limited)

    assert "is on a disk that is full or failing" in outcome.fault
    assert home.files() == before
