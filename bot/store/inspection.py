"""Looking at a store without opening it for use: nothing is made, migrated or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StoreError
from bot.store import digests
from bot.store.files import HEADER, explain, foreign, migrations, recognise, untouched
from bot.store.rows import Row

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A store of this version or an older one. `pack_digests` are by pack key; `size` is in bytes.

    An `empty` one has nothing in it: a file that was only made, or a first start that was cut short.
    """

    version: int
    newest: int
    empty: bool
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
    version: int
    tables: int
    _, version, tables = header
    [(finding,)] = conn.execute("PRAGMA quick_check(1)")
    if finding != "ok":
        raise StoreError(f"{path} is damaged ({_one_line(finding)}). Put a backup in its place.")
    digests: dict[str, str] = {}
    if version:
        digests = dict(conn.execute("SELECT key, pack_digest FROM source WHERE guild_id = 0"))
    return Inspection(version, len(migrations()), not tables, path.stat().st_size, digests)


@dataclass(frozen=True, slots=True)
class Stored:
    """What servers have chosen, by server and key, and rows of `digests.COLUMNS` of digests that are not deleted."""

    settings: dict[int, dict[str, str]]
    digests: list[Row]


def stored(path: Path) -> Stored:
    """Read what servers have set in a store of this version; nothing of an older one."""
    found = Stored({}, [])
    with closing(sqlite3.connect(untouched(path), uri=True)) as conn:
        if conn.execute(HEADER).fetchone()[1] != len(migrations()):
            return found
        for guild_id, key, value in conn.execute("SELECT guild_id, key, value FROM guild_setting ORDER BY 1, 2"):
            found.settings.setdefault(guild_id, {})[key] = value
        query = f"SELECT {digests.COLUMNS} FROM digest AS d WHERE d.deleted_at IS NULL ORDER BY d.id"
        found.digests.extend(conn.execute(query))
    return found


def stamp(path: Path) -> tuple[bool, int]:
    """Return whether a file is another program's database, and the store's version: 0 if it is no store yet.

    Of a file that is too damaged to tell, neither is said.
    """
    try:
        with closing(sqlite3.connect(untouched(path), uri=True)) as conn:
            [(application, version, tables)] = conn.execute(HEADER)
    except sqlite3.Error:
        return False, 0
    return foreign(application, tables), version


def _one_line(finding: str) -> str:
    """Return what SQLite has found, which it may say in several lines."""
    return " ".join(finding.split())


def damage(path: Path, *, thorough: bool) -> str:
    """Return what is wrong inside a file, or "". To be `thorough` reads the indexes against their tables too."""
    try:
        with closing(sqlite3.connect(untouched(path), uri=True)) as conn:
            [(finding,)] = conn.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check(1)")
            if finding != "ok":
                return _one_line(finding)
            for table, _, parent, _ in conn.execute("PRAGMA foreign_key_check"):
                return f"a row of {table} points to one of {parent} that is not there"
    except sqlite3.Error as error:
        return str(error)
    return ""
