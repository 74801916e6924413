"""Stores filled with made-up packs, kept for the next run, and in memory for this one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from bot.ingest.build import build
from bot.store import sources
from bot.store.database import Database
from tests.benchmark import world

STORIES = 10
"""Stories in one pack."""

BUILT_AT = datetime(2025, 1, 1, tzinfo=UTC)

CHUNK = 1 << 20


async def fill(path: Path, entries: int) -> None:
    """Fill the store at `path` with so many entries, going on where an earlier run has stopped."""
    stories = entries // world.ENTRIES
    async with Database(path) as db:
        async with db.read() as conn:
            done = await sources.select_count(conn, 0) * STORIES
        with tqdm(
            total=stories * world.ENTRIES,
            initial=min(done, stories) * world.ENTRIES,
            desc=f"filling {path.name}",
            unit=" entries",
            unit_scale=True,
            disable=done >= stories,
        ) as bar:
            for first in range(done, stories, STORIES):
                some = min(STORIES, stories - first)
                await build(db, world.pack(first, some), BUILT_AT)
                bar.update(some * world.ENTRIES)


def read_through(path: Path) -> None:
    """Read the whole file, so that the system keeps it in memory as far as there is room."""
    with (
        path.open("rb", buffering=0) as file,
        tqdm(
            total=path.stat().st_size, desc=f"reading {path.name}", unit="B", unit_scale=True, delay=1, leave=False
        ) as bar,
    ):
        while chunk := file.read(CHUNK):
            bar.update(len(chunk))
