"""Looking at a store without opening it for use: nothing is made, migrated or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreError
from bot.store.database import HEADER, explain, migrations, recognise, untouched

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A store of this version or an older one. `pack_digests` are by pack key; `size` is in bytes."""

    version: int
    newest: int
    size: int
    pack_digests: dict[str, str]


def sqlite_faults() -> list[str]:
    """Return what this Python's SQLite lacks, one sentence each."""
    faults: list[str] = []
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        faults.append(f"SQLite {sqlite3.sqlite_version} is too old: {'.'.join(map(str, OLDEST_SQLITE))} is needed.")
    with closing(sqlite3.connect(":memory:")) as conn:
        try:
            conn.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
        except sqlite3.OperationalError:
            faults.append(f"SQLite {sqlite3.sqlite_version} was built without full-text search (FTS5).")
    return faults


def inspect(path: Path) -> Inspection:
    """Read and check the whole file; the bot may be running on it.

    Raises StoreError in one line for a file that is damaged, another program's, newer than this code or not
    to be read.
    """
    try:
        with closing(sqlite3.connect(untouched(path), uri=True)) as conn:
            return _inspect(conn, path)
    except sqlite3.Error as error:
        raise StoreError(explain(error, path)) from error


def _inspect(conn: sqlite3.Connection, path: Path) -> Inspection:
    [header] = conn.execute(HEADER)
    recognise(path, *header)
    version: int = header[1]
    [(finding,)] = conn.execute("PRAGMA quick_check(1)")
    if finding != "ok":
        raise StoreError(f"{path} is damaged ({finding}). Put a backup in its place.")
    digests: dict[str, str] = {}
    if version:
        digests = dict(conn.execute("SELECT key, pack_digest FROM source WHERE guild_id = 0"))
    return Inspection(version, len(migrations()), path.stat().st_size, digests)
