"""Kill the bot while it posts digests, again and again, and count what is in the channels in the end.

    python tests/wire/digests.py FOLDER [--editions 60] [--kills 2] [--lease 4] [--nonces 0] [--blind] [--seed 1]

FOLDER holds a Discord on the loopback address (its module `loopback`). Meanwhile requests fail with 429 and 5xx,
connections are cut before and after a request is done, and the gateway is lost. Exits with 1 unless each edition was
posted exactly once, each process ended as it was told to, and no fault is in a log.

NONCES is for how many seconds that Discord knows a nonce again; with 0 the history of the channels alone has to do.
With --blind it is the other way round: the bot may not read the history, and the nonces have to do (for 180 seconds).

The long form takes some four minutes:

    python tests/wire/digests.py FOLDER --editions 1000 --kills 40 --lease 60
"""

# ruff: noqa: T201, S311, ASYNC110 - its lines are its result, chance is just that, and a store is looked at from outside

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger import PROJECT, fill, marks, reasons, states

POST = "POST /channels/{channel_id}/messages"
HISTORY = "GET /channels/{channel_id}/messages"
PER_SERVER = 10
READ_HISTORY = 1 << 16
PENDING = 2
KILLED, STOPPED, LAST = "killed", "stopped", "last"
PATIENCE = 600.0


@dataclass
class Chaos:
    """What goes wrong, and how often it did."""

    world: Any
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Let something go wrong every moment until cancelled."""
        ways = [self._error, self._cut, self._limit, self._gateway]
        while True:
            await asyncio.sleep(self.rng.uniform(0.05, 0.4))
            if sum(bool(fault.times) for fault in self.world.faults) > PENDING:
                continue  # the last ones have not happened yet
            # Now and then there is no gateway connection to lose.
            with contextlib.suppress(StopIteration, ConnectionError, RuntimeError):
                await self.rng.choice(ways)()

    async def _error(self) -> None:
        status = self.rng.choice([500, 502, 503])
        self.world.fault(self.rng.choice([POST, POST, HISTORY]), status=status, times=self.rng.randint(1, 3))
        self.done["5xx"] += 1

    async def _cut(self) -> None:
        when = self.rng.choice(["before", "after"])
        self.world.fault(POST, drop=when, times=self.rng.randint(1, 3))
        self.done[f"cut {when}"] += 1

    async def _limit(self) -> None:
        everywhere = self.rng.random() < 0.3
        self.world.fault(POST, status=429, retry_after=0.3, is_global=everywhere)
        self.done["429"] += 1

    async def _gateway(self) -> None:
        how = self.rng.choice(["close", "cut", "reconnect", "invalid"])
        match how:
            case "close":
                await self.world.disconnect(4000)
            case "cut":
                await self.world.cut()
            case "reconnect":
                await self.world.reconnect_op()
            case _:
                await self.world.invalid_session(resumable=True)
        self.done["gateway"] += 1


async def life(world: Any, start: Any, rng: random.Random, end: str, path: Path) -> tuple[str, int]:
    """Run the bot until it is killed or stopped while it posts, or to the end; return its log and exit code."""
    bot = await start()
    try:
        begun = world.counts[POST]
        limit = time.monotonic() + PATIENCE
        while world.counts[POST] == begun and not over(path) and time.monotonic() < limit:
            await asyncio.sleep(0.005)
        if end == LAST:
            while not over(path) and time.monotonic() < limit:
                await asyncio.sleep(0.2)
        else:
            await asyncio.sleep(rng.uniform(0, 1.2))
            bot.process.send_signal(signal.SIGKILL if end == KILLED else signal.SIGTERM)
            await bot.wait(30)
    finally:
        code = await bot.stop()
    return bot.log(), code


def over(path: Path) -> bool:
    """Whether nothing is left to be posted."""
    found = states(path)
    return bool(found) and not found["due"] and not found["posting"]


async def run(options: argparse.Namespace, path: Path) -> bool:  # noqa: C901 - one story, told in order
    """Run everything, print the figures, and return whether each edition was posted exactly once."""
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    rng = random.Random(options.seed)
    servers = -(-options.editions // PER_SERVER)
    env = {"DATABASE_PATH": str(path), "LOG_LEVEL": "INFO"}
    window = 180.0 if options.blind else options.nonces
    async with World(guilds=servers, roles=2, channels=8, members=3, global_limit=50, nonce_window=window) as world:
        texts = [[c.id for c in guild.channels if c.type == 0] for guild in world.guilds.values()]
        places = [
            (guild.id, channels[number % len(channels)])
            for guild, channels in zip(world.guilds.values(), texts, strict=True)
            for number in range(PER_SERVER)
        ][: options.editions]
        if options.blind:
            for guild in world.guilds.values():
                for role in guild.roles:
                    role.permissions &= ~READ_HISTORY
        await fill(path, places, datetime.now(UTC).replace(second=0, microsecond=0))

        async def start() -> Any:
            return await BotProcess.start(
                world, str(Path(__file__).with_name("leased.py")), str(options.lease), cwd=str(PROJECT),
                python=sys.executable, env=env,
            )  # fmt: skip

        chaos = Chaos(world, rng)
        going_wrong = asyncio.create_task(chaos.run())
        began = time.monotonic()
        lives: list[tuple[str, int]] = []
        for number in range(options.kills + 1):
            end = LAST if number == options.kills else STOPPED if number % 4 == 2 else KILLED
            if end == LAST:  # so much for that: now it is to come to an end
                going_wrong.cancel()
            pair = [life(world, start, rng, end, path)]
            if number % 3 == 1:  # two processes share the work, and both end
                pair.append(life(world, start, rng, end, path))
            lives += await asyncio.gather(*pair)
            if over(path):
                break
        seconds = time.monotonic() - began
        found, ledger = marks(world), states(path)
        log = "\n".join(log for log, _ in lives)
        codes = Counter(code for _, code in lives)
        twice = {mark: count for mark, count in found.items() if count > 1}
        figures = {
            "editions": options.editions,
            "processes": f"{len(lives)}: {codes[-signal.SIGKILL]} killed, {codes[0]} stopped with exit code 0",
            "seconds": round(seconds),
            "posts asked for": world.counts[POST],
            "histories read": world.counts[HISTORY],
            "found in a history": log.count("edition found"),
            "known by their nonce": world.repeated_nonces,
            "went wrong": dict(chaos.done),
            "429 not made on purpose": world.invalid_requests - sum(f.hits for f in world.faults if f.status == 429),
            "in the channels": sum(found.values()),
            "there twice": twice,
            "in the ledger": dict(ledger),
            "not posted": reasons(path),
            "faults in the log": log.count(" ERROR "),
            "broken contract": len(world.violations),
        }
        for what, value in figures.items():
            print(f"{what:>24}  {value}")
        once = len(found) == options.editions and not twice and ledger["posted"] == options.editions
        once = once and set(codes) <= {0, -signal.SIGKILL} and not log.count(" ERROR ")
        if not once:
            print(log[max(0, log.find(" ERROR ")) :][:3000])
        print("every edition was posted exactly once" if once else "FAILED")
        return once


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--editions", type=int, default=60)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--lease", type=float, default=4)
    parser.add_argument("--nonces", type=float, default=0)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.path.insert(0, str(options.folder.resolve()))
    with tempfile.TemporaryDirectory() as temporary:
        return 0 if asyncio.run(run(options, Path(temporary) / "dateline.db")) else 1


if __name__ == "__main__":
    sys.exit(main())
