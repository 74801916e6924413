"""Measure what an answer costs at a million entries against a thousand.

    python -m tests.benchmark [--entries N] [--store FILE] [--rounds N] [--fresh]

The first run fills two stores with made-up packs by way of the same code that builds the shipped ones: N
entries about N / 5 subjects in FILE, and a thousandth of that (200 at the least) beside it. A million takes
some minutes; both files stay for the next run. Both are then read through, so that the system has them in
memory and the disk is left out, also where an answer reads what no question before it has read. Every question
is asked of both stores in turn (A B A B ...), about another story each time, once before it counts. Printed are
the medians of the times per answer, and the median of the ratios of neighbouring rounds with the smallest and
the largest; in the last lines, the start and the memory of a process that opens the store. A row is marked when
it is over its target: 1.5 times the time for lookups, beginnings of names and random quotes, 50 ms for typing
mistakes and searches.

All runs on one core where the system allows it: waking the other one takes longer than an answer does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bot.loop import until_stopped
from bot.store.database import Database
from tests.benchmark.cases import CASES, Call, Case
from tests.benchmark.fill import fill, read_through

MOST_RATIO = 1.5
MOST_MS = 50
ROUND_SECONDS = 0.02
"""A round asks so often that it lasts about so long."""

LOOKUPS = 1000


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def spread(values: list[float]) -> str:
    """Return the median and the range."""
    return f"{statistics.median(values):5.2f} [{min(values):.2f}-{max(values):.2f}]"


async def timed(db: Database, calls: list[Call]) -> float:
    """Return the milliseconds that one of these calls takes."""
    begun = time.perf_counter()
    for call in calls:
        await call(db)
    return (time.perf_counter() - begun) / len(calls) * 1000


async def measured(case: Case, stores: list[tuple[Database, int]], rounds: int) -> list[list[float]]:
    """Return the milliseconds per call of each round, by store."""
    sides = [(db, case.calls(entries)) for db, entries in stores]
    slowest = max([await timed(db, calls) for db, calls in sides])
    count = max(1, min(100, int(ROUND_SECONDS * 1000 / slowest)))
    turns = [(db, cycle(calls), list[float]()) for db, calls in sides]
    for _ in range(rounds):
        for db, calls, taken in turns:
            taken.append(await timed(db, list(islice(calls, count))))
    return [taken for _, _, taken in turns]


def verdict(case: Case, large: list[float], ratios: list[float]) -> str:
    """Return what a row's target says of it."""
    if case.within == "ratio":
        ok = statistics.median(ratios) <= MOST_RATIO
        return f"{'ok  ' if ok else 'OVER'} <= {MOST_RATIO}x"
    if case.within == "ms":
        return f"{'ok  ' if statistics.median(large) < MOST_MS else 'OVER'} < {MOST_MS} ms"
    return ""


async def answers(paths: list[tuple[Path, int]], rounds: int) -> None:
    """Print a row for every case."""
    (large_path, large_size), (small_path, small_size) = paths
    say(f"{'ms per answer':<40}{large_size:>12,}{small_size:>12,}   ratio")
    async with Database(large_path) as large, Database(small_path) as small:
        for case in CASES:
            many, few = await measured(case, [(large, large_size), (small, small_size)], rounds)
            ratios = [a / b for a, b in zip(many, few, strict=True)]
            medians = f"{statistics.median(many):>12.3f}{statistics.median(few):>12.3f}"
            say(f"{case.name:<40}{medians}   {spread(ratios):<22}{verdict(case, many, ratios)}")


def processes(paths: list[tuple[Path, int]], rounds: int) -> None:
    """Print the start and the memory of a process on each store."""
    found: list[list[dict[str, Any]]] = [[] for _ in paths]
    for _ in range(rounds):
        for (path, entries), results in zip(paths, found, strict=True):
            command = [sys.executable, "-m", "tests.benchmark.process", str(path), str(entries), str(LOOKUPS)]
            results.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))  # noqa: S603
    for name, key in (
        ("start: the store open, packs checked", "start_ms"),
        ("memory after lookups, MB", "memory_mb"),
    ):
        many, few = ([result[key] for result in results] for results in found)
        if None in many:
            say(f"{name:<40}not measured on this system")
            continue
        ratios = [a / b for a, b in zip(many, few, strict=True)]
        say(f"{name:<40}{statistics.median(many):>12.2f}{statistics.median(few):>12.2f}   {spread(ratios)}")


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--entries", type=int, default=1_000_000, metavar="N", help="the larger store's size")
    parser.add_argument("--store", type=Path, metavar="FILE", help="where it is kept (data/bench/N.db)")
    parser.add_argument("--rounds", type=int, default=31, metavar="N", help="rounds per row")
    parser.add_argument("--fresh", action="store_true", help="fill again, as after a change of the store")
    args = parser.parse_args()
    small_size = max(200, args.entries // 1000)
    large: Path = args.store or Path("data/bench") / f"{args.entries}.db"
    paths = [(large, args.entries), (large.with_name(f"{large.stem}-{small_size}.db"), small_size)]
    for path, entries in paths:
        if args.fresh:
            path.unlink(missing_ok=True)
        until_stopped(fill(path, entries))
    for path, _ in paths:
        read_through(path)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    until_stopped(answers(paths, args.rounds))
    processes(paths, min(args.rounds, 5))


if __name__ == "__main__":
    main()
