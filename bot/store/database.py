"""One SQLite file: connections that read, and one guarded writer."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from time import monotonic
from typing import Self, TypeAlias

import aiosqlite

from bot.errors import StoreError
from bot.store import copies
from bot.store.files import (
    APPLICATION_ID,
    HEADER,
    READ_ONLY,
    explain,
    make_file,
    make_folder,
    meaning_of,
    migrations,
    recognise,
    untouched,
)

Connection: TypeAlias = aiosqlite.Connection
"""What store functions take; rules pass it on and need to know no more of it."""

READERS = 3
"""A slow search must not hold up a lookup; more threads than this only compete for the interpreter."""

WRITER_CACHE = 16_000
"""KiB at most. A large build writes all over the file; with SQLite's own 2,000 it takes twice as long."""

BUSY_SECONDS = 5.0

EDITION_SECONDS = 0.1
"""How long a change by another process may go unseen where answers are kept ready."""

CLOSED = "The store is closed."

log = logging.getLogger("dateline.store")


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
        copies.sweep(self.path.parent)
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

    async def size(self) -> int:
        """Return how many bytes the file has."""
        async with self.read() as conn:
            [row] = await conn.execute_fetchall(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            )
        return row[0]

    async def rewrite(self) -> None:
        """Write the file anew, without what was deleted. Changes wait for it meanwhile, reading does not."""
        assert self._writer is not None, "open() first"
        async with self._write_lock:
            await self._writer.execute("VACUUM")

    async def checkpoint(self) -> None:
        """Write the WAL back into the file and empty it, unless it is read at the moment for long."""
        assert self._writer is not None, "open() first"
        async with self._write_lock:
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint (TRUNCATE)")

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
        if self._writer is None:
            raise StoreError(CLOSED)
        idle = self._idle
        reader = await idle.get()
        try:
            yield reader
        except (sqlite3.Error, ValueError) as error:
            if meaning := self._meaning(error):
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
    async def write(
        self, *, content: bool = True, checked: bool = True, durable: bool | None = None
    ) -> AsyncGenerator[aiosqlite.Connection]:
        """Lend the writer for one transaction: committed when the block ends, rolled back when it raises.

        `content` is False where nothing that answers are made of is changed. With `checked` False, SQLite does not
        look after foreign keys, neither refusing nor cascading: to delete a row, it would read through every table
        that may refer to it. `durable` has it on the disk at the end, with all before it, as is needed where somebody
        is told that it is done; otherwise a power cut can take the latest transactions away. A change of content is.
        """
        durable = content if durable is None else durable
        async with self._write_lock:
            conn = self._writer
            if conn is None:
                raise StoreError(CLOSED)
            try:
                if durable:
                    await conn.execute("PRAGMA synchronous = FULL")
                if not checked:
                    await conn.execute("PRAGMA foreign_keys = OFF")
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
                if meaning := self._meaning(error):
                    raise StoreError(meaning) from error
                raise
            finally:
                if not checked:
                    with suppress(ValueError):
                        await conn.execute("PRAGMA foreign_keys = ON")
                if durable:
                    with suppress(ValueError):
                        await conn.execute("PRAGMA synchronous = NORMAL")

    def _meaning(self, error: BaseException) -> str | None:
        """Return what an error means for the operator, None where it is none of the store's."""
        if isinstance(error, sqlite3.Error):
            return meaning_of(error, self.path)
        return CLOSED if isinstance(error, ValueError) and self._writer is None else None

    def _recognise(self) -> None:
        if self.path.exists():
            # Opened for use, another program's WAL would be written back into its file on closing.
            with closing(sqlite3.connect(untouched(self.path), uri=True, timeout=BUSY_SECONDS)) as conn:
                [header] = conn.execute(HEADER)
            recognise(self.path, *header)
            if not all(os.access(place, os.W_OK) for place in (self.path, self.path.parent)):
                # SQLite would open it all the same, and leave an empty WAL beside it.
                raise StoreError(f"{self.path} {READ_ONLY}")
        else:
            make_folder(self.path.parent)
            make_file(self.path)  # SQLite gives its other files the same rights
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
        first = await _version(conn)
        kept = await self._keep(len(scripts)) if 0 < first < len(scripts) else None
        await _use_wal(conn)
        while (version := await _version(conn)) < len(scripts):
            try:
                # Not every script fails where it is run again, so that the version is looked at in the transaction.
                await conn.executescript(
                    f"BEGIN IMMEDIATE;\nSELECT iif(user_version = {version}, 1, json('done by another process')) "
                    f"FROM pragma_user_version;\n{scripts[version]}\nPRAGMA application_id = {APPLICATION_ID};\n"
                    f"PRAGMA user_version = {version + 1};\nCOMMIT;"
                )
            except BaseException as error:
                await conn.rollback()
                # Another process, started at the same time, may just have done the same.
                if not isinstance(error, sqlite3.OperationalError) or await _version(conn) == version:
                    if kept and version == first:
                        # The store is as it was. Copies of every vain start would fill the disk.
                        kept.unlink(missing_ok=True)
                    raise
        # A file that is locked or cannot be written is told of now, not at the first change. BEGIN IMMEDIATE
        # alone would not do: in a file that is read-only it takes no lock.
        await conn.execute("BEGIN IMMEDIATE")
        await conn.execute(f"PRAGMA user_version = {version}")
        await conn.execute("ROLLBACK")

    async def _keep(self, newest: int) -> Path | None:
        """Keep the store as it is in a file of its own: a migration cannot be taken back."""
        kept = await asyncio.to_thread(copies.keep_before_migration, self.path, newest)
        if kept:
            log.info("the store is brought to a newer version; as it was, it is kept", extra={"file": str(kept)})
        return kept


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
