"""A stop is over in time, with any work under way, and leaves the store whole."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from process import POSIX, Home, ended

from bot.store.database import Database

BUSY = """
import asyncio, sys
from bot import loop
loop.STOP_SECONDS = 0.5

def endless():
    print("busy", flush=True)
    while True:
        pass

async def in_a_thread():
    await asyncio.to_thread(endless)

async def on_the_loop():
    endless()

async def deaf():
    print("busy", flush=True)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

try:
    loop.until_stopped(globals()[sys.argv[1]](), fast=sys.argv[2] == "fast", code=7)
except asyncio.CancelledError:
    sys.exit(7)  # it let itself be cancelled, and then ended by itself
"""

ENDLESS = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

STATEMENT = f"""
import asyncio, sys
from pathlib import Path
from bot.loop import until_stopped
from bot.store.database import Database

async def main():
    async with Database(Path("data", "dateline.db")) as db:
        async with getattr(db, sys.argv[1])() as conn:
            print("busy", flush=True)
            await conn.execute_fetchall("{ENDLESS}")

try:
    until_stopped(main(), code=8)
except asyncio.CancelledError:
    sys.exit(7)
"""

MIGRATION = f"""
import asyncio, sys
from pathlib import Path
from bot.loop import until_stopped
from bot.store import database

known = database.migrations
database.migrations = lambda: [*known(), "CREATE TABLE newer (i); {ENDLESS}"]

class Told(database.Database):
    async def _keep(self, newest):
        kept = await super()._keep(newest)
        print("busy", flush=True)
        return kept

async def main():
    async with Told(Path("data", "dateline.db")):
        pass

try:
    until_stopped(main(), code=8)
except asyncio.CancelledError:
    sys.exit(7)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty folder."""
    return Home(tmp_path)


async def stopped(home: Home, number: signal.Signals, *command: str) -> int | None:
    """Run a program until it is busy, stop it, and return how it ended."""
    process = await home.start(sys.executable, "-c", *command)
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"busy\n"
    process.send_signal(number)
    return (await ended(process)).code


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("speed", ["fast", "slow"])
@pytest.mark.parametrize("what", ["in_a_thread", "on_the_loop", "deaf"])
async def test_something_that_never_ends(home: Home, what: str, speed: str, number: signal.Signals) -> None:
    """What computes without end, or takes no notice, does not keep the process; its exit code is that of a stop."""
    assert await stopped(home, number, BUSY, what, speed) == 7


@POSIX
@pytest.mark.parametrize("turn", ["read", "write"])
async def test_a_statement_that_never_ends(home: Home, turn: str) -> None:
    """A statement is interrupted, and the store is closed as always: nothing is left beside its file."""
    home.store.parent.mkdir()

    code = await stopped(home, signal.SIGTERM, STATEMENT, turn)

    assert code == 7
    assert list(home.files()) == ["dateline.db"]


@POSIX
async def test_a_migration_that_never_ends(home: Home) -> None:
    """A stop while a store is brought to a newer version leaves it as it was, without a copy."""
    async with Database(home.store):
        pass

    code = await stopped(home, signal.SIGTERM, MIGRATION)

    assert code == 7
    assert list(home.files()) == ["dateline.db"]
    async with Database(home.store) as db, db.read() as conn:
        assert not list(await conn.execute_fetchall("SELECT 1 FROM sqlite_schema WHERE name = 'newer'"))


@pytest.mark.skipif(sys.platform != "linux", reason="the shell limits memory on Linux")
@pytest.mark.parametrize("kilobytes", [40_000, 60_000])
async def test_little_memory(home: Home, kilobytes: int) -> None:
    """Where there is too little memory for a command, it ends with one line that says so."""
    command = f"ulimit -v {kilobytes}; exec {sys.executable} -m bot build"

    outcome = await home.run("/bin/sh", "-c", command)

    assert outcome.fault.startswith("There is not enough memory")
