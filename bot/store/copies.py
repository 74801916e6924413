"""Copies of a store's file: made while it is in use, and there whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from bot.errors import StoreError
from bot.store.files import explain, lock, untouched

PAGES = 2_000
"""So many are copied at a time; in between, Ctrl-C is heard and progress is told."""

PART = "dateline"
"""What stands in the name of a copy that is being made, so that no file of another program is taken for one."""

ALONE_SECONDS = 2.0
"""How long to wait for others to let go of a store: another command may just be ending."""

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, and would take for part of another one that comes in its place."""

Progress: TypeAlias = Callable[[float], object]
"""Is told now and then how much is done, of 1."""


def _silent(_: float) -> None:
    pass


@contextmanager
def copied(
    source: Path, target: Path, *, like: Path, in_use: bool = True, progress: Progress = _silent
) -> Generator[Path]:
    """Yield a copy's file, which is on the disk beside `target`, to `put` there; otherwise it is removed.

    The copy is of one moment, however long it takes and whoever writes meanwhile. It has the rights and the owner
    of `like`. With `in_use` False, nothing is made beside a source that nobody uses.
    Raises StoreError in one line.
    """
    with part_of(target) as part:
        try:
            _copy(f"{source.absolute().as_uri()}?mode=rw" if in_use else untouched(source), part, progress)
            _liken(part, like)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(target, error) from error
        except sqlite3.Error as error:
            writing = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR"))
            raise StoreError(explain(error, target if writing else source)) from error
        yield part


@contextmanager
def part_of(target: Path) -> Generator[Path]:
    """Yield a new file beside `target`, for this user alone, to fill and `put` there; otherwise it is removed.

    What runs that were killed have left there is removed first. Raises StoreError in one line.
    """
    part = target.with_name(f"{target.name}.{PART}-{secrets.token_hex(4)}.part")
    try:
        sweep(target.parent)
        fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks
                lock(fd)
        yield part
    finally:
        part.unlink(missing_ok=True)
        os.close(fd)


def sweep(folder: Path) -> None:
    """Remove the parts in a folder that nobody writes any more; a writer holds a lock."""
    for part in folder.glob(f"*.{PART}-*.part"):
        with suppress(OSError):
            fd = os.open(part, os.O_RDWR)
            try:
                if sys.platform != "win32" and lock(fd):
                    part.unlink()
            finally:
                os.close(fd)
            if sys.platform == "win32":
                part.unlink()  # fails where somebody has it open


def _copy(uri: str, part: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(part)) as copy:
        # A copy that fails is thrown away, and one that does not is brought to the disk at the end.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        # Without a read of its own under way, SQLite begins again whenever another process writes.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copy, pages=PAGES, progress=lambda _, left, pages: progress(1 - left / max(pages, 1)))


def _liken(part: Path, like: Path) -> None:
    """Let the user and the group that may use `like` use the copy, also where root has made it."""
    status = like.stat()
    part.chmod(status.st_mode & 0o770)
    if sys.platform != "win32":
        with suppress(PermissionError):
            os.chown(part, status.st_uid, status.st_gid)


def put(part: Path, target: Path) -> None:
    """Give a copy its name, at once and for good; a file that has this name is replaced. Raises StoreError."""
    try:
        part.replace(target)
        if sys.platform != "win32":
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> StoreError:
    return StoreError(f"{target} cannot be written: {error.strerror}. Check its folder, and that this user may write.")


def keep_before_migration(store: Path, newest: int, progress: Progress = _silent) -> Path | None:
    """Copy a store of an older version than `newest`, and return the copy, which has that version in its name.

    Raises StoreError in one line, or sqlite3.Error where the store cannot be read.
    """
    version, time = _version(store)
    if not 0 < version < newest:
        return None
    kept = store.with_name(f"{store.stem}-version-{version}-{time}.db")
    with copied(store, kept, like=store, progress=progress) as part:
        # Another process, started at the same time, may just have kept it or have migrated it.
        if kept.exists() or _version(part)[0] != version:
            return None
        put(part, kept)
    return kept


def _version(path: Path) -> tuple[int, str]:
    """Return a file's version, and the time in UTC: for a name, SQLite's own clock will do."""
    with closing(sqlite3.connect(untouched(path), uri=True)) as conn:
        sql = "SELECT user_version, strftime('%Y%m%d-%H%M%S', 'now') FROM pragma_user_version"
        return conn.execute(sql).fetchone()


def exchange(part: Path, store: Path, kept: Path) -> None:
    """Put a copy in the place of a store, which is kept under another name.

    Raises StoreError in one line, and changes nothing, while anything has the store open.
    """
    try:
        if store.exists():
            _make_one_file(store)
            _link(store, kept)
        for suffix in BESIDE:
            # Still there only where the store is gone itself, or is too damaged for SQLite to take it in.
            Path(f"{store}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(kept, error) from error
    put(part, store)


def _make_one_file(store: Path) -> None:
    """Have SQLite write all it keeps beside a file into it, for which nobody else may have it open."""
    uri = f"{store.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=ALONE_SECONDS)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE").fetchall()
            # That is enough for a file in WAL mode, in which the bot has it; this is for any other.
            conn.execute("BEGIN EXCLUSIVE")
            conn.execute("ROLLBACK")
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreError(
                f"{store} is in use. Stop the bot and whatever else has it open, then try again."
            ) from error
        if not name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):  # a damaged one is to be replaced
            raise StoreError(explain(error, store)) from error


def _link(store: Path, kept: Path) -> None:
    try:
        os.link(store, kept)
    except OSError:  # not every file system gives a file two names
        shutil.copy2(store, kept)
