"""Let a digest be due in very many servers at the same minute, and see at what rate they are posted.

    python tests/wire/fanout.py FOLDER [--servers 300] [--latency 0.3]

FOLDER holds a Discord on the loopback address (its module `loopback`), which takes 50 requests a second and answers
each post after LATENCY seconds. Meanwhile a member asks `/stats`. Exits with 1 unless at least 95 % of that rate was
held, no request was refused, `/stats` took no more than twice its time (the median) when idle, and memory stayed flat.

The long form, of four minutes: python tests/wire/fanout.py FOLDER --servers 10000
"""

# ruff: noqa: T201, ASYNC110 - its lines are its result, and the loopback's calls are a plain list

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from ledger import PROJECT, fill, marks, reasons, states

POST = "POST /channels/{channel_id}/messages"
ALLOWED = 50.0
HELD = 0.95
ASKED = 100
PAUSE = 0.1
WARM_UP = 100
"""After so many posts, what is loaded with the first ones (the drawing of charts) is there."""
GROWTH_MB = 30.0
"""At most: 10,000 servers that are sent something once are not to be kept in memory."""


async def ask(world: Any, times: list[float], stop: asyncio.Event) -> None:
    """Ask again and again until told to stop; note how long the answers take."""
    while not stop.is_set():
        result = await world.slash(world.user, world.channel, "stats", {"about": "chicago"})
        times.append(result.latency if result.ok else 3.0)
        await asyncio.sleep(PAUSE)


async def idle(world: Any) -> list[float]:
    """Return how long answers take while nothing else happens."""
    times: list[float] = []
    for _ in range(ASKED):
        result = await world.slash(world.user, world.channel, "stats", {"about": "chicago"})
        times.append(result.latency)
        await asyncio.sleep(PAUSE / 2)
    return times


async def watch(world: Any, bot: Any, servers: int) -> tuple[list[float], list[tuple[int, float]]]:
    """Return when each post came in, and the memory after each thousand."""
    moments: list[float] = []
    memory: list[tuple[int, float]] = []
    last = time.monotonic()
    step = min(1000, max(100, servers // 3))
    while len(moments) < servers and time.monotonic() - last < 90:
        now, found = time.monotonic(), world.counts[POST]
        if found > len(moments):
            if found // step > len(moments) // step or not moments:
                memory.append((found, bot.rss()))
            moments += [now] * (found - len(moments))
            last = now
        await asyncio.sleep(0.01)
    memory.append((len(moments), bot.rss()))
    return moments, memory


async def run(options: argparse.Namespace, path: Path) -> bool:
    """Run everything, print the figures, and return whether all of them are good enough."""
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    env = {"DATABASE_PATH": str(path), "LOG_LEVEL": "INFO", "COOLDOWN": "off"}
    shape = {"guilds": options.servers, "roles": 2, "channels": 2, "members": 4, "recommended_shards": 1}
    async with World(**shape, max_guilds_per_shard=20_000, global_limit=50, contract_mode="deferred") as world:
        world.fault(POST, times=None, latency=options.latency)
        due = datetime.now(UTC).replace(second=0, microsecond=0)
        await fill(path, [(guild.id, guild.channels[0].id) for guild in world.guilds.values()], due)
        bot = await BotProcess.start(world, "bot", cwd=str(PROJECT), python=sys.executable, env=env)
        try:
            await world.synced()
            await world.ready()
            while not world.counts[POST]:
                await asyncio.sleep(0.01)
            gc.freeze()  # this process is the other side, whose pauses are not to be measured
            gc.disable()
            times: list[float] = []
            stop = asyncio.Event()
            asking = asyncio.create_task(ask(world, times, stop))
            moments, memory = await watch(world, bot, options.servers)
            stop.set()
            await asking
            await asyncio.sleep(2 + options.latency)
            processor = bot.cpu()
            at_rest = await idle(world)
        finally:
            await bot.stop()
        found = marks(world)
        rate = (len(moments) - 1) / (moments[-1] - moments[0])
        warm = moments[min(WARM_UP, len(moments) // 2) :]
        held = (len(warm) - 1) / (warm[-1] - warm[0])
        grown = memory[-1][1] - next(mb for count, mb in memory if count >= min(WARM_UP, memory[-1][0]))
        holds = {
            "each posted once": len(found) == options.servers == sum(found.values()),
            "rate": held >= HELD * ALLOWED,
            "no refusal": not world.invalid_requests,
            "answers": median(times) <= 2 * median(at_rest),
            "memory": grown <= GROWTH_MB,
            "no fault": " ERROR " not in bot.log() and not world.violations,
        }
        figures = {
            "servers": options.servers,
            "rate": f"{held:.2f}/s, {held / ALLOWED:.1%} of what is allowed ({rate:.2f}/s with the first {WARM_UP})",
            "429": world.invalid_requests,
            "/stats idle": in_words(at_rest),
            "/stats meanwhile": in_words(times),
            "memory": ", ".join(f"{mb:.0f} MB at {count}" for count, mb in memory),
            "processor": f"{processor:.1f} s for {options.servers} editions and {len(times)} answers",
            "in the ledger": dict(states(path)),
            "not posted": reasons(path),
        }
        for what, value in figures.items():
            print(f"{what:>24}  {value}")
        failed = [what for what, good in holds.items() if not good]
        if "no fault" in failed:
            print([line for line in bot.log().splitlines() if " ERROR " in line][:5], world.violations[:3])
        print(f"FAILED: {', '.join(failed)}" if failed else "all held")
        return not failed


def in_words(times: list[float]) -> str:
    """Return the median of some times, and what most of them keep to."""
    return f"{median(times) * 1000:.1f} ms, 95 % within {quantiles(times, n=20)[-1] * 1000:.1f} ms"


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--servers", type=int, default=300)
    parser.add_argument("--latency", type=float, default=0.3)
    options = parser.parse_args()
    sys.path.insert(0, str(options.folder.resolve()))
    with tempfile.TemporaryDirectory() as temporary:
        return 0 if asyncio.run(run(options, Path(temporary) / "dateline.db")) else 1


if __name__ == "__main__":
    sys.exit(main())
