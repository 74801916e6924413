"""What looks after the store while nobody asks: it goes on whatever goes wrong."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot import run
from bot.client import Dateline
from bot.config import Config
from bot.store.database import Database

HUNG_SECONDS = 60.0
_SO = True
FAULT = "the store could not be watched; it is tried again"


async def until(ready: Callable[[], bool]) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(HUNG_SECONDS):
        for _ in iter(ready, _SO):
            await asyncio.sleep(0)


async def test_fault_while_watching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine that starts no process for a moment ends no watching: it is logged once, and then all is noticed."""
    monkeypatch.setattr(run, "WATCH_SECONDS", 0.0)
    path = tmp_path / "dateline.db"
    async with Database(path) as db:
        async with db.write() as conn:
            await conn.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')")
        watching = asyncio.create_task(run.watch(Dateline(Config(), db, message_content=False)))
        with monkeypatch.context() as lacking:
            lacking.setattr(sys, "executable", str(tmp_path / "missing"))
            with closing(sqlite3.connect(path)) as other:
                other.execute("PRAGMA wal_checkpoint (TRUNCATE)")
            await until(lambda: FAULT in caplog.messages)
            for _ in range(100):
                await asyncio.sleep(0)

        path.rename(tmp_path / "taken.db")
        await until(lambda: any("was removed while it was in use" in message for message in caplog.messages))

        watching.cancel()
        assert caplog.messages.count(FAULT) == 1
