"""One SQLite file: connections that read, and one guarded writer."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from importlib import resources
from pathlib import Path
from time import monotonic
from typing import Self, TypeAlias

import aiosqlite

from bot.errors import StoreError

Connection: TypeAlias = aiosqlite.Connection
"""What store functions take; rules pass it on and need to know no more of it."""

APPLICATION_ID = 0x446C6E65
"""Written into the file's header ("Dlne"), so that another program's database is never taken for ours."""

READERS = 3
"""A slow search must not hold up a lookup; more threads than this only compete for the interpreter."""

WRITER_CACHE = 16_000
"""KiB at most. A large build writes all over the file; with SQLite's own 2,000 it takes twice as long."""

BUSY_SECONDS = 5.0

EDITION_SECONDS = 0.1
"""How long a change by another process may go unseen where answers are kept ready."""


def migrations() -> list[str]:
    """Return the SQL of every migration in order; the store's version is how many of them have run."""
    folder = resources.files("bot.store.migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [f.read_text(encoding="utf-8") for f in files]


class Database:
    """The open store. Reads see the last commit and never wait for the writer (SQLite's WAL mode).

    Store functions take a connection and never commit, so that several of them make one transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: list[aiosqlite.Connection] = []
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._writer: aiosqlite.Connection | None = None
        self._write_lock = asyncio.Lock()
        self._watch: sqlite3.Connection | None = None
        self._watched = (-1, -1)
        self._watch_again = 0.0

    async def open(self) -> Self:
        """Open the file, making it and its folder where missing, and bring it to this code's version.

        Raises StoreError in one line if the file cannot be used; the file is then as it was.
        """
        try:
            self._recognise()
            self._writer = await self._connect()
            await self._writer.execute(f"PRAGMA cache_size = -{WRITER_CACHE}")
            await self._migrate(self._writer)
            for _ in range(READERS):
                reader = await self._connect()
                await reader.execute("PRAGMA query_only = ON")
                self._idle.put_nowait(reader)
            self._watch = sqlite3.connect(self.path, isolation_level=None, timeout=0)
        except BaseException as error:
            await self.close()
            if isinstance(error, (sqlite3.Error, OSError)):
                raise StoreError(explain(error, self.path)) from error
            raise
        return self

    async def close(self) -> None:
        """Close every connection once it has done what it is doing; what was committed stays."""
        connections, self._connections = self._connections, []
        self._writer = None
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._idle = asyncio.LifoQueue()
        # The last connection to close writes the WAL back into the file, but not if another closes meanwhile.
        try:
            await _stop(connections[1:])
        finally:
            await _stop(connections[:1])

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[aiosqlite.Connection]:
        """Lend a connection that can only read."""
        assert self._writer is not None, "open() first"
        idle = self._idle
        reader = await idle.get()
        try:
            yield reader
        except sqlite3.Error as error:
            if meaning := _of_the_file(error, self.path):
                raise StoreError(meaning) from error
            raise
        finally:
            idle.put_nowait(reader)

    def edition(self) -> int:
        """Return a number that grows with every change of content.

        A change by this process counts at once, one by another within EDITION_SECONDS. It is asked for on the spot
        and not in a thread: it reads memory that SQLite's processes share, and a row where that has changed.
        Raises sqlite3.Error.
        """
        assert self._watch is not None, "open() first"
        moment = monotonic()
        if moment >= self._watch_again:
            self._watch_again = moment + EDITION_SECONDS
            [written] = self._watch.execute("PRAGMA data_version").fetchone()
            if written != self._watched[0]:
                [edition] = self._watch.execute("SELECT number FROM edition").fetchone()
                self._watched = (written, edition)
        return self._watched[1]

    @asynccontextmanager
    async def write(self, *, content: bool = True) -> AsyncGenerator[aiosqlite.Connection]:
        """Lend the writer for one transaction: committed when the block ends, rolled back when it raises.

        `content` is False where nothing that answers are made of is changed.
        """
        assert self._writer is not None, "open() first"
        async with self._write_lock:
            conn = self._writer
            try:
                await conn.execute("BEGIN IMMEDIATE")
                before = conn.total_changes
                yield conn
                if content and conn.total_changes != before:
                    await conn.execute("UPDATE edition SET number = number + 1")
                await conn.execute("COMMIT")
                self._watch_again = 0.0
            except BaseException as error:
                # A cancelled statement, BEGIN too, still runs on the connection's thread, where rollback()
                # waits its turn; in_transaction would be asked too early. With nothing open it does nothing.
                with suppress(ValueError):  # the store was closed meanwhile
                    await conn.rollback()
                if isinstance(error, sqlite3.Error) and (meaning := _of_the_file(error, self.path)):
                    raise StoreError(meaning) from error
                raise

    def _recognise(self) -> None:
        if self.path.exists():
            # Opened for use, another program's WAL would be written back into its file on closing.
            with closing(sqlite3.connect(untouched(self.path), uri=True, timeout=BUSY_SECONDS)) as conn:
                [header] = conn.execute(HEADER)
            recognise(self.path, *header)
            if not all(os.access(place, os.W_OK) for place in (self.path, self.path.parent)):
                # SQLite would open it all the same, and leave an empty WAL beside it.
                raise StoreError(f"{self.path} {_READ_ONLY}")
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        # What cannot be opened fails here: aiosqlite would leave a thread that outlives the event loop.
        sqlite3.connect(self.path).close()

    async def _connect(self) -> aiosqlite.Connection:
        opening = asyncio.ensure_future(aiosqlite.connect(self.path, isolation_level=None, timeout=BUSY_SECONDS))
        try:
            conn = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # For the same reason, an opening that has begun is seen through before it is given up.
            self._connections.append(await opening)
            raise
        self._connections.append(conn)
        await conn.execute("PRAGMA foreign_keys = ON")
        await conn.execute("PRAGMA synchronous = NORMAL")
        return conn

    async def _migrate(self, conn: aiosqlite.Connection) -> None:
        scripts = migrations()
        await _use_wal(conn)
        while (version := await _version(conn)) < len(scripts):
            try:
                await conn.executescript(
                    f"BEGIN IMMEDIATE;\n{scripts[version]}\nPRAGMA application_id = {APPLICATION_ID};\n"
                    f"PRAGMA user_version = {version + 1};\nCOMMIT;"
                )
            except BaseException as error:
                await conn.rollback()
                # Another process, started at the same time, may just have done the same.
                if not isinstance(error, sqlite3.OperationalError) or await _version(conn) == version:
                    raise
        # A file that is locked or cannot be written is told of now, not at the first change. BEGIN IMMEDIATE
        # alone would not do: in a file that is read-only it takes no lock.
        await conn.execute("BEGIN IMMEDIATE")
        await conn.execute(f"PRAGMA user_version = {version}")
        await conn.execute("ROLLBACK")


async def _stop(connections: list[aiosqlite.Connection]) -> None:
    # All are told to stop before any is waited for: were this cancelled between two close(), the threads of
    # the rest would keep the process alive for good.
    stopped: list[asyncio.Future[None] | None] = [
        conn.stop()  # pyright: ignore[reportUnknownMemberType] - aiosqlite leaves its future's type open
        for conn in connections
    ]
    await asyncio.gather(*filter(None, stopped))


async def _use_wal(conn: aiosqlite.Connection) -> None:
    """Switch to WAL; where another process is about the same, SQLite does not wait by itself."""
    loop = asyncio.get_running_loop()
    given_up = loop.time() + BUSY_SECONDS
    while True:
        try:
            await conn.execute_fetchall("PRAGMA journal_mode = WAL")  # fetched, or the statement stays open
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or loop.time() > given_up:
                raise
            await asyncio.sleep(0.02)
        else:
            return


async def _version(conn: aiosqlite.Connection) -> int:
    [(version,)] = await conn.execute_fetchall("PRAGMA user_version")
    return version


HEADER = """
    SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
    FROM pragma_application_id() AS a, pragma_user_version() AS v
"""
"""What `recognise` takes, after the path."""


def recognise(path: Path, application: int, version: int, tables: int) -> None:
    """Raise StoreError for another program's database and for a store that is newer than this code."""
    if application not in {0, APPLICATION_ID} or (tables and not application):
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


_READ_ONLY = "cannot be written. Give this user the right to write the file and its folder."
_MEANINGS = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "is locked by another program. Stop that program, then start again."),
    (("SQLITE_READONLY", "SQLITE_PERM"), _READ_ONLY),
    (
        ("SQLITE_FULL", "SQLITE_IOERR"),
        "is on a disk that is full or failing ({error}). Free some space, then start again.",
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
    return _of_the_file(error, path) or f"{path} cannot be used: {error}."


def _of_the_file(error: sqlite3.Error, path: Path) -> str | None:
    """Return what is wrong with the file, or None where it was the statement that was wrong."""
    name = getattr(error, "sqlite_errorname", "")
    for names, meaning in _MEANINGS:
        if name.startswith(names):
            return f"{path} {meaning.format(error=error)}"
    return None
