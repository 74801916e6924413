"""What a store's file is: ours or not, of which version, and what its faults mean for the operator."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from bot.errors import StoreError

APPLICATION_ID = 0x446C6E65
"""Written into the file's header ("Dlne"), so that another program's database is never taken for ours."""

_BYTE = 2**30
"""The byte that is locked on Windows, where nobody can read what is locked."""


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing, for this user alone. Raises OSError."""
    for one in reversed([folder, *folder.parents]):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for this user alone, unless it is there. Raises OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def lock(fd: int, *, shared: bool = False) -> bool:
    """Lock an open file until it is closed; whether it was free. Raises OSError where files cannot be locked."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            os.lseek(fd, _BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
            os.lseek(fd, 0, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        if sys.platform == "win32":
            os.lseek(fd, 0, os.SEEK_SET)
        return False
    return True


def exposed(paths: Iterable[Path]) -> list[Path]:
    """Return the files that others than the owner and the group can read, by their rights and their folders'."""
    if sys.platform == "win32":
        return []
    return [path for path in paths if path.is_file() and _mode(path) & 0o004 and _is_reachable(path.resolve())]


def _is_reachable(path: Path) -> bool:
    return all(_mode(folder) & 0o001 for folder in path.parents)


def _mode(path: Path) -> int:
    return path.stat().st_mode


def migrations() -> list[str]:
    """Return the SQL of every migration in order; the store's version is how many of them have run."""
    folder = resources.files("bot.store.migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [f.read_text(encoding="utf-8") for f in files]


HEADER = """
    SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
    FROM pragma_application_id() AS a, pragma_user_version() AS v
"""
"""What `recognise` takes, after the path."""


def foreign(application: int, tables: int) -> bool:
    """Whether a file is another program's, by what `HEADER` says of it; one with nothing in it is nobody's."""
    return application not in {0, APPLICATION_ID} or bool(tables and not application)


def recognise(path: Path, application: int, version: int, tables: int) -> None:
    """Raise StoreError for another program's database and for a store that is newer than this code."""
    if foreign(application, tables):
        raise StoreError(f"{path} is a database of another program. Set DATABASE_PATH to another file.")
    if version > (newest := len(migrations())):
        raise StoreError(
            f"{path} was written by a newer Dateline (store version {version}; this one knows {newest}). "
            "Install that one again, or give DATABASE_PATH another file."
        )


def untouched(path: Path) -> str:
    """Return the URI that opens a file without changing it, whether or not it is in use.

    Even a reader makes the -wal and -shm files of a WAL database. Where there is no -wal, nobody has it open,
    and it can be read as if it were on a disk that never changes.
    """
    used = path.with_name(path.name + "-wal").exists()
    return f"{path.absolute().as_uri()}?{'mode=ro' if used else 'immutable=1'}"


READ_ONLY = "cannot be written. Give this user the right to write the file and its folder."
_MEANINGS = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "is locked by another program. Wait until that is done, or stop it."),
    (("SQLITE_READONLY", "SQLITE_PERM"), READ_ONLY),
    (
        ("SQLITE_FULL", "SQLITE_IOERR"),
        "is on a disk that is full or failing ({error}). Make room, or check the disk.",
    ),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "is damaged or not a database ({error}). Put a backup in its place, or move it away.",
    ),
    (
        ("SQLITE_CANTOPEN",),
        "cannot be opened. Check that it is a file, and that this user may write it and its folder.",
    ),
)


def explain(error: sqlite3.Error | OSError, path: Path) -> str:
    """Return one sentence for the operator: what is wrong with the file, and what to do."""
    if isinstance(error, OSError):
        return f"The store's folder {path.parent} cannot be used: {error.strerror}. Set DATABASE_PATH elsewhere."
    return meaning_of(error, path) or f"{path} cannot be used: {error}."


def meaning_of(error: sqlite3.Error, path: Path) -> str | None:
    """Return what is wrong with the file, or None where it was the statement that was wrong."""
    name = getattr(error, "sqlite_errorname", "")
    for names, meaning in _MEANINGS:
        if name.startswith(names):
            return f"{path} {meaning.format(error=error)}"
    return None
