"""One SQLite file: connections that read, and one guarded writer."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Self, TypeAlias

import aiosqlite

from bot.errors import StoreBusyError, StoreError
from bot.store import copies, deadline, functions
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
from bot.store.health import Change, Files, Reports, Retry

Connection: TypeAlias = aiosqlite.Connection
"""What store functions take; rules pass it on and need to know no more of it."""

READERS = 3
"""A slow search must not hold up a lookup; more threads than this only compete for the interpreter."""

WRITER_CACHE = 16_000
"""KiB at most. A large build writes all over the file; with SQLite's own 2,000 it takes twice as long."""

BUSY_SECONDS = 5.0
"""Seconds to wait for another process that writes; less where somebody waits for an answer (`deadline`)."""

BUSY = "SQLITE_BUSY", "SQLITE_LOCKED"
BROKEN = (
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_SHM"),
    *("SQLITE_IOERR_LOCK", "SQLITE_IOERR_UNLOCK", "SQLITE_IOERR_RDLOCK"),
)
"""Errors after which the files have to be opened again: what SQLite knows of them is not what they are."""

INTERRUPT_SECONDS = 0.05
"""Seconds between two interruptions of what a connection does."""

EDITION_SECONDS = 0.1
"""How long a change by another process may go unseen where answers are kept ready."""

EDITIONS = 2**40
"""More than the content of a file ever changes: what is known of one store is never taken for what another has."""

CLOSED = "The store is closed."

log = logging.getLogger("dateline.store")


class Database:
    """The open store. Reads see the last commit and never wait for the writer (SQLite's WAL mode).

    Store functions take a connection and never commit, so that several of them make one transaction.

    `writing` is given in a helper process of one that has the store open: it is entered for each transaction, and
    the store is taken to be at this code's version.
    """

    def __init__(self, path: Path, writing: AbstractAsyncContextManager[object] | None = None) -> None:
        self.path = path
        self._connections: list[aiosqlite.Connection] = []
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._writer: aiosqlite.Connection | None = None
        self._writing = writing
        self._write_lock = asyncio.Lock()
        self._waits = -1.0
        self._watch: sqlite3.Connection | None = None
        self._watched = (-1, -1)
        self._watch_again = 0.0
        self._opened = False
        self._openings = 0
        self._unknown = 0
        self._broken: str | None = None
        self._files = Files(path)
        self._reports = Reports()
        self._retry = Retry()

    async def open(self) -> Self:
        """Open the file, making it and its folder where missing, and bring it to this code's version.

        Raises StoreError in one line if the file cannot be used; the file is then as it was.
        """
        if self._writing is None:
            copies.sweep(self.path.parent)
        await self._open(migrate=True)
        self._opened = True
        return self

    async def _open(self, *, migrate: bool) -> None:
        try:
            if self._writing is None:
                self._recognise()
            self._writer = await self._connect()
            await self._writer.execute(f"PRAGMA cache_size = -{WRITER_CACHE}")
            await functions.register(self._writer)
            if migrate and self._writing is None:
                await self._migrate(self._writer)
            elif not migrate:
                await _use_wal(self._writer)
            for _ in range(READERS):
                reader = await self._connect()
                await reader.execute("PRAGMA query_only = ON")
                self._idle.put_nowait(reader)
            self._watch = sqlite3.connect(self.path, isolation_level=None, timeout=0)
            await self._writer.execute_fetchall("SELECT count(*) FROM sqlite_schema")  # now there is a WAL
            self._files.note()
        except BaseException as error:
            await self._disconnect()
            if isinstance(error, (sqlite3.Error, OSError)):
                raise StoreError(explain(error, self.path)) from error
            raise

    async def size(self) -> int:
        """Return how many bytes the file has."""
        async with self.read() as conn:
            [row] = await conn.execute_fetchall(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            )
        return row[0]

    async def rewrite(self) -> None:
        """Write the file anew, without what was deleted. Changes wait for it meanwhile, reading does not."""
        async with self._alone():
            # VACUUM is refused while a statement is open on its connection, as one of a cancelled task can be.
            conn = await self._connect()
            try:
                with self._explained(conn):
                    await conn.execute("VACUUM")
            finally:
                if conn in self._connections:  # else the store was closed
                    self._connections.remove(conn)
                    await _calm(conn)
                    await conn.close()

    async def checkpoint(self) -> None:
        """Write the WAL back into the file and empty it, unless it is read at the moment for long."""
        async with self._alone() as conn:
            await conn.execute_fetchall("PRAGMA wal_checkpoint (TRUNCATE)")
            self._files.note()

    async def close(self) -> None:
        """Close every connection, and interrupt what it is doing; what was committed stays."""
        self._opened = False
        self._broken = None
        await self._disconnect()

    async def _disconnect(self) -> None:
        connections, self._connections = self._connections, []
        self._writer = None
        self._waits = -1.0
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._idle = asyncio.LifoQueue()
        # The last connection to close writes the WAL back into the file, but not if another closes meanwhile.
        try:
            await asyncio.gather(*map(_interrupt, connections))
        finally:
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
        """Lend a connection that can only read. Raises StoreError, also where the file is gone or was replaced."""
        if not self._opened:
            raise StoreError(CLOSED)
        if self._changed() and not await self._still_whole():
            async with self._alone():
                pass
        idle = self._idle
        try:
            async with asyncio.timeout(deadline.left()):
                reader = await idle.get()
        except TimeoutError:
            raise StoreBusyError(f"{self.path} was being read too much to answer in time.") from None
        try:
            with self._explained(reader):
                yield reader
        finally:
            idle.put_nowait(reader)

    def edition(self) -> int:
        """Return a number that grows with every change of content.

        A change by this process counts at once, one by another within EDITION_SECONDS. It is asked for on the spot
        and not in a thread: it reads memory that SQLite's processes share, and a row where that has changed.
        While the store cannot be read, it is one that was never returned: nothing that is known of it counts.
        """
        if not self._opened:
            raise StoreError(CLOSED)
        moment = monotonic()
        if moment >= self._watch_again:
            if self._changed() or self._watch is None:
                return self._no_edition()
            try:
                [written] = self._watch.execute("PRAGMA data_version").fetchone()
                if written != self._watched[0]:
                    [edition] = self._watch.execute("SELECT number FROM edition").fetchone()
                    self._watched = (written, self._openings * EDITIONS + edition)
            except sqlite3.Error as error:
                self._explain(error)
                return self._no_edition()
            self._watch_again = moment + EDITION_SECONDS
        return self._watched[1]

    def _no_edition(self) -> int:
        self._unknown -= 1
        return self._unknown

    @asynccontextmanager
    async def lent(self) -> AsyncGenerator[None]:
        """Write nothing in this block, in which a helper process writes."""
        async with self._alone():
            try:
                yield
            finally:
                self._watch_again = 0.0

    @asynccontextmanager
    async def write(
        self, *, content: bool = True, checked: bool = True, durable: bool | None = None
    ) -> AsyncGenerator[aiosqlite.Connection]:
        """Lend the writer for one transaction: committed when the block ends, rolled back when it raises.

        `content` is False where nothing that answers are made of is changed. With `checked` False, SQLite does not
        look after foreign keys, neither refusing nor cascading: to delete a row, it would read through every table
        that may refer to it. `durable` has it on the disk at the end, with all before it, as is needed where somebody
        is told that it is done; otherwise a power cut can take the latest transactions away. A change of content is.
        Raises StoreBusyError where others write for too long, and where it took so long that the answer would come
        too late; StoreError where the store cannot be written. Nothing is changed then.
        """
        durable = content if durable is None else durable
        async with self._alone() as conn:
            try:
                await self._wait_for_others(conn)
                if durable:
                    await conn.execute("PRAGMA synchronous = FULL")
                if not checked:
                    await conn.execute("PRAGMA foreign_keys = OFF")
                await conn.execute("BEGIN IMMEDIATE")
                before = conn.total_changes
                yield conn
                if content and conn.total_changes != before:
                    await conn.execute("UPDATE edition SET number = number + 1")
                self._require_time()
                await conn.execute("COMMIT")
                self._watch_again = 0.0
                self._reports.well(f"{self.path} can be written again.")
            except BaseException as error:
                # A cancelled statement, BEGIN too, still runs on the connection's thread, where rollback()
                # waits its turn; in_transaction would be asked too early. With nothing open it does nothing.
                with suppress(ValueError, sqlite3.Error):  # the store was closed, or the error is the one before
                    await _undo(conn, error)
                raise
            finally:
                if not checked:
                    with suppress(ValueError, sqlite3.Error):
                        await conn.execute("PRAGMA foreign_keys = ON")
                if durable:
                    with suppress(ValueError, sqlite3.Error):
                        await conn.execute("PRAGMA synchronous = NORMAL")

    async def look(self) -> None:
        """Find out, before somebody asks, whether the files are still there; where they are again, open them."""
        with suppress(StoreError):
            async with self.read():
                pass

    @property
    def broken(self) -> str | None:
        """Why the store cannot be used since it was opened, for the operator; None while it can."""
        return self._broken

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[aiosqlite.Connection]:
        """Lend the writer while nobody else in this process has it; an open store is made sure of first."""
        async with self._writing or self._turn():
            if self._opened and self._changed() and not await self._still_whole():
                await self._reopen()
            conn = self._writer
            if conn is None:
                raise StoreError(CLOSED)
            with self._explained(conn):
                yield conn

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Wait until nobody else in this process writes, as long as an answer can wait."""
        try:
            async with asyncio.timeout(deadline.left()):
                await self._write_lock.acquire()
        except TimeoutError:
            raise StoreBusyError(f"{self.path} was being written too long to answer in time.") from None
        try:
            yield
        finally:
            self._write_lock.release()

    async def _wait_for_others(self, conn: aiosqlite.Connection) -> None:
        left = deadline.left()
        seconds = BUSY_SECONDS if left is None else min(left, BUSY_SECONDS)
        if seconds != self._waits:
            # Fetched, or the statement stays open.
            await conn.execute_fetchall(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
            self._waits = seconds

    def _require_time(self) -> None:
        if deadline.left(deadline.COMMIT_SECONDS) == 0:
            raise StoreBusyError(f"{self.path} was written too slowly to answer in time.")

    def _changed(self) -> bool:
        """Whether the files that are open are not those at the path, or an error said so."""
        return self._broken is not None or bool(self._files.change())

    async def _still_whole(self) -> bool:
        """Whether what has changed is only that another process has emptied the WAL."""
        return (
            self._broken is None
            and self._files.change() in {Change.NONE, Change.WAL_CUT}
            and await asyncio.to_thread(self._files.is_whole)
        )

    async def _reopen(self) -> None:
        """Open the files that are at the path now, if they are a store. Raises StoreError."""
        change = self._files.change()
        if change:
            self._broken = f"{self.path} {change}."
            if change is Change.GONE:
                self._broken += " Nothing is answered or saved until a backup is in its place."
                self._reports.fault(self._broken)
        why = self._broken or ""
        if change is Change.GONE or not self._retry.due():
            raise StoreError(why)
        try:
            await self._exchange(change, why)
        except (StoreError, OSError) as error:
            self._broken = str(error) if isinstance(error, StoreError) else f"{why} ({error.strerror})"
            self._reports.fault(self._broken)
            raise StoreError(self._broken) from error
        self._broken = None
        self._openings += 1
        self._watched = (-1, -1)
        self._watch_again = 0.0
        self._reports.opened(f"{why} It was opened again and is used as it is now. Check it: python -m bot doctor")

    async def _exchange(self, change: Change, why: str) -> None:
        """Close the files that are open, and open those at the path."""
        kept = self._files.set_aside() if change is Change.WAL_CUT and self._writer else None
        if change in {Change.REPLACED, Change.WAL_GONE} and self._writer:
            with suppress(sqlite3.Error, ValueError):
                # What belongs to the file before goes there, and not into the one that has come in its place.
                await self._writer.execute_fetchall("PRAGMA wal_checkpoint (TRUNCATE)")
        await self._disconnect()
        if kept:
            kept.replace(self._files.wal)
        if change is Change.REPLACED and not self._files.remove_leftovers():
            raise StoreError(f"{why} Move {self._files.wal}, which belongs to the file before, out of the way.")
        if not self._is_current():
            raise StoreError(f"{why} What is there now is no store of this version. Stop the bot and restore a backup.")
        await self._open(migrate=False)

    def _is_current(self) -> bool:
        with suppress(sqlite3.Error), closing(sqlite3.connect(untouched(self.path), uri=True)) as conn:
            [(application, version, _)] = conn.execute(HEADER)
            return (application, version) == (APPLICATION_ID, len(migrations()))
        return False

    @contextmanager
    def _explained(self, conn: aiosqlite.Connection) -> Generator[None]:
        """Raise StoreError in place of SQLite's errors that are faults of the file."""
        try:
            yield
        except sqlite3.Error as error:
            if meant := self._explain(error):
                raise meant from error
            raise
        except ValueError as error:
            if conn not in self._connections:
                raise StoreError(self._broken or CLOSED) from error
            raise

    def _explain(self, error: sqlite3.Error) -> StoreError | None:
        """Return an error of the file as the operator reads it, who is told; None for one of the statement."""
        meaning = meaning_of(error, self.path)
        if meaning is None:
            return None
        if error.sqlite_errorname.startswith(BUSY):
            self._reports.remark(meaning)
            return StoreBusyError(meaning)
        if error.sqlite_errorname.startswith(BROKEN):
            self._broken = meaning
        self._reports.fault(meaning)
        return StoreError(meaning)

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
        try:
            await self._bring_up(conn, scripts)
        except BaseException:
            if kept and await _version(conn) == first:
                # The store is as it was. Copies of every vain start would fill the disk.
                kept.unlink(missing_ok=True)
            raise

    @staticmethod
    async def _bring_up(conn: aiosqlite.Connection, scripts: list[str]) -> None:
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
                await _undo(conn, error)
                # Another process, started at the same time, may just have done the same.
                if not isinstance(error, sqlite3.OperationalError) or await _version(conn) == version:
                    raise
        # A file that is locked or cannot be written is told of now, not at the first change. BEGIN IMMEDIATE
        # alone would not do: in a file that is read-only it takes no lock.
        await conn.execute("BEGIN IMMEDIATE")
        await conn.execute(f"PRAGMA user_version = {version}")
        await conn.execute("ROLLBACK")

    async def _keep(self, newest: int) -> Path | None:
        """Keep the store as it is in a file of its own: a migration cannot be taken back."""
        stopped = threading.Event()

        def go_on(_: float) -> None:
            if stopped.is_set():
                raise InterruptedError  # what was copied is removed

        copying = asyncio.ensure_future(asyncio.to_thread(copies.keep_before_migration, self.path, newest, go_on))
        try:
            kept = await asyncio.shield(copying)
        except asyncio.CancelledError:
            stopped.set()
            with suppress(InterruptedError, StoreError, sqlite3.Error):
                if kept := await copying:
                    kept.unlink(missing_ok=True)
            raise
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


async def _interrupt(conn: aiosqlite.Connection) -> None:
    """End what a connection is doing."""
    # SystemError: SQLite's error code is lost when a cursor is freed in another thread at the same moment.
    with suppress(ValueError, sqlite3.Error, SystemError):  # it is closed already, or cannot be read
        await _calm(conn)
        # A statement, not a closing, clears SQLite's note of the interruption.
        await conn.execute_fetchall("SELECT 1")


async def _undo(conn: aiosqlite.Connection, error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        await _calm(conn)
    await conn.rollback()


async def _calm(conn: aiosqlite.Connection) -> None:
    """Interrupt what a connection does until it does nothing."""
    # Something that is no statement, so that it cannot be interrupted itself.
    waiting = asyncio.ensure_future(conn.set_authorizer(None))
    # More than once: what is interrupted may not have begun.
    while not waiting.done():
        await conn.interrupt()
        await asyncio.wait({waiting}, timeout=INTERRUPT_SECONDS)
    waiting.result()


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
