"""A process of its own: opens a store as the bot does, answers, and prints what that took as JSON.

python -m tests.benchmark.process STORE ENTRIES LOOKUPS
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from bot.ingest.shipped import build_shipped
from bot.loop import until_stopped
from bot.store.database import Database
from tests.benchmark.cases import CASES


def memory() -> float | None:
    """Return this process's resident memory in MB, or None where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return None
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def main(path: Path, entries: int, lookups: int) -> None:
    """Open the store, answer lookups of names and print `start_ms` and `memory_mb`."""
    begun = time.perf_counter()
    async with Database(path) as db:
        await build_shipped(db, datetime.now(UTC))
        start = time.perf_counter() - begun
        for call in islice(cycle(CASES[0].calls(entries)), lookups):
            await call(db)
        sys.stdout.write(json.dumps({"start_ms": start * 1000, "memory_mb": memory()}))


if __name__ == "__main__":
    until_stopped(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
