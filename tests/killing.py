"""Kill an import, an erasure and a proof at any moment, and look at what is left.

    .venv/bin/python tests/killing.py [--kills 100] [--seed 1]

Each runs in a process of its own, the import in that process's helper process. `kill -9` comes at a random moment of
it. Then the store is whole and holds all of it or nothing, no file lies beside it but SQLite's own, and no process is
left. Exits with 1 where that is not so.
"""

# ruff: noqa: S311, T201, ASYNC110 - its lines are its result, and no event tells of another's process

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from town import ARTICLE, HERE, found_town  # noqa: E402 - the program is not in a package

from bot.carry.bring import bring_in, parse  # noqa: E402
from bot.carry.state import Target  # noqa: E402
from bot.ingest.build import build  # noqa: E402
from bot.ingest.shipped import load_packs  # noqa: E402
from bot.ingest.verify import verify  # noqa: E402
from bot.model import Kind  # noqa: E402
from bot.servers import privacy  # noqa: E402
from bot.store import suggestions  # noqa: E402
from bot.store.database import Database  # noqa: E402
from bot.worker import Outside, Worker  # noqa: E402

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MEMBER = 77
MANY = 60
SHEET = "kind,about,measure,figure,statement,source\n" + "".join(
    f"stat,Pier {number},Boats,{number} boats,Boats at pier {number}.,1\n" for number in range(MANY)
)
FILES = {"store.db", "store.db-wal", "store.db-shm", "store.db-journal"}

COUNTS = {
    "import": "SELECT count(*) FROM entry WHERE guild_id = 5",
    "erasure": "SELECT count(*) FROM suggestion WHERE member_id = 77",
    "proof": "SELECT count(*) FROM entry WHERE guild_id = 0",
}
"""What is there of each, which is as before or as after it."""


async def prepare(path: Path) -> None:
    """Make a store with an article and with what a member has suggested."""
    async with Database(path) as db:
        await found_town(db)
        async with db.write() as conn:
            for number in range(MANY):
                said = {"title": f"Hearing {number}", "source": "1"}
                await suggestions.insert(
                    conn, guild_id=5, member_id=MEMBER, kind=Kind.EVENT, fields=said, now=NOW
                )  # fmt: skip


def import_sheet(store: Path, outside: Outside) -> None:
    """Bring a sheet in, as a job of a helper process."""

    async def done() -> None:
        async with Database(store, outside.writing) as db:
            parsed = parse("sheet.csv", SHEET.encode(), limited=True)
            await bring_in(db, Target(5, HERE), parsed, NOW, lambda _: True, progress=outside.progress)

    outside.progress(os.getpid(), 0, "helper")
    asyncio.run(done())


async def work(what: str, store: Path) -> None:
    """Do one of them, as the bot does, and say before which processes there are."""
    async with Database(store) as db:
        if what == "import":
            import killing  # noqa: PLC0415 - as the helper process knows it

            helpers = Worker("killing")
            tell = _Told()
            await helpers.run(5, partial(killing.import_sheet, store), tell, db.lent)
            helpers.close()
            return
        print(0, flush=True)
        if what == "erasure":
            await privacy.erase(db, MEMBER, 5, NOW)
            await privacy.overwrite(db)
        else:
            for pack in load_packs():
                verify(pack, ARTICLE)
                await build(db, pack, NOW)


class _Told:
    """Prints the helper process's number."""

    def __call__(self, done: int, _total: int, of: str) -> None:
        if of == "helper":
            print(done, flush=True)


async def one(what: str, prepared: Path, folder: Path, wait: float | None) -> float:
    """Run one of them and, with `wait`, kill it after that many seconds; return how long it took."""
    store = folder / "store.db"
    shutil.copyfile(prepared, store)
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--work", what, "--store", str(store), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    helper = int(await process.stdout.readline())
    began = time.monotonic()
    if wait is not None:
        await asyncio.wait({asyncio.create_task(process.wait())}, timeout=wait)
        if process.returncode is None:
            process.kill()
    await process.wait()
    took = time.monotonic() - began
    while helper and psutil.pid_exists(helper) and psutil.Process(helper).status() != psutil.STATUS_ZOMBIE:
        await asyncio.sleep(0.01)
    return took


def left(what: str, folder: Path) -> int:
    """Return how much of it is in the store; raise AssertionError where the store is not whole."""
    assert {file.name for file in folder.iterdir()} <= FILES, sorted(folder.iterdir())
    with closing(sqlite3.connect(folder / "store.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not conn.execute("PRAGMA foreign_key_check").fetchall()
        return conn.execute(COUNTS[what]).fetchone()[0]


async def run(kills: int, seed: int) -> bool:
    """Kill each of them that many times; print the figures and return whether each was whole or undone."""
    rng, sound = Random(seed), True
    with tempfile.TemporaryDirectory() as temporary:
        prepared = Path(temporary) / "prepared.db"
        await prepare(prepared)
        for what in COUNTS:
            folder = Path(temporary) / what
            folder.mkdir()
            shutil.copyfile(prepared, folder / "store.db")
            before = left(what, folder)
            took = await one(what, prepared, folder, None)
            after = left(what, folder)
            found: Counter[int] = Counter()
            for _ in range(kills):
                shutil.rmtree(folder)
                folder.mkdir()
                await one(what, prepared, folder, rng.uniform(0, took))
                found[left(what, folder)] += 1
            sound &= before != after and set(found) <= {before, after}
            other = found.total() - found[before] - found[after]
            print(f"{what}: killed {kills} times; not done {found[before]}, done {found[after]}, in between {other}")
    return sound


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", choices=COUNTS, help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        asyncio.run(work(options.work, options.store))
        return 0
    return 0 if asyncio.run(run(options.kills, options.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
