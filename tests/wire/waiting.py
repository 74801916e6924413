"""Let people of one server do the most costly things that they can, and see how long another server waits for `/help`.

    python tests/wire/waiting.py FOLDER [--rounds 3]

FOLDER holds a Discord on the loopback address (its module `loopback`). At once, and again and again: a member suggests
a message of `a a a …` as a quotation of 660 parts, and one of 25; a moderator reviews the queue and brings in a file of
a header and 32.5 million rows, packed to 63 KB, and a sheet of 40,000 columns; members search for what is on everything
and for what is long, and type 6,000 letters that expand (U+FDFA) into what is completed. All the while a member of
another server asks `/help`. The program prints the longest wait for it, idle and under load, and for each costly
thing whether its author had an answer. Exits with 1 where `/help` took longer than 0.3 s, or somebody had no answer.
"""

# ruff: noqa: T201 - its lines are its result

from __future__ import annotations

import argparse
import asyncio
import gzip
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]

MOST = 0.3
"""Seconds that `/help` may take in another server."""

PAUSE = 0.02
IDLE = 50
MENU = "Suggest as quote"
LETTER = "\ufdfa"
ROWS, COLUMNS = 32_500_000, 40_000
LONG = 120.0
"""Seconds that a file may take until its answer is there."""

Deed = Callable[[Any, Any, Any], Awaitable[Any]]


async def suggestion(world: Any, member: Any, channel: Any, parts: int) -> Any:
    """Suggest a message as a quotation of many parts."""
    await world.message(member, channel, "a " * 1000, expect=0)
    message = [one for one in world.messages[channel.id].values() if one["author"]["id"] == str(member.id)][-1]
    opened = await world.context_menu(member, channel, MENU, message)
    words = "\n[…]\n".join("a" * parts)
    return await world.modal_submit(member, opened, {"Words as printed": words, "In our words": "On letters."})


async def searches(world: Any, member: Any, channel: Any) -> Any:
    """Search for what is on everything, and for what is long."""
    found = None
    for text in (" ".join("abcdefghijklmnop"), "the of and to in a is that it was " * 50, LETTER * 6000, "“" * 6000):
        found = await world.slash(member, channel, "search", {"text": text})
        if not found.ok:
            return found
    return found


async def completions(world: Any, member: Any, channel: Any) -> Any:
    """Type what expands into options that are completed."""
    found = None
    for command, option in (("stats", "about"), ("profile", "name"), ("sources", "source")):
        found = await world.autocomplete(member, channel, command, option, LETTER * 6000)
        if not found.ok:
            return found
    return found


def packed() -> bytes:
    """Return a sheet of very many rows in 63 KB."""
    return gzip.compress(b"kind\n" + b"1\n" * ROWS)


def wide() -> bytes:
    """Return a sheet of very many columns."""
    return ",".join(f"column {number}" for number in range(COLUMNS)).encode() + b"\n"


async def asks(world: Any, member: Any, channel: Any, times: list[float], stop: asyncio.Event) -> None:
    """Ask `/help` until told to stop; note how long each answer takes."""
    while not stop.is_set():
        result = await world.slash(member, channel, "help", {})
        times.append(result.latency if result.ok else 3.0)
        await asyncio.sleep(PAUSE)


async def tried(name: str, deed: Awaitable[Any], answered: dict[str, list[str]]) -> None:
    """Do something costly, and note whether it was answered."""
    begun = time.monotonic()
    try:
        result = await deed
        said = "answered" if result.ok else f"NO ANSWER: {result!r:.200}"
    except Exception as error:  # noqa: BLE001 - every error is printed in place of the answer
        said = f"NO ANSWER: {error!r:.200}"
    answered[name].append(f"{said} after {time.monotonic() - begun:.2f} s")


async def run(options: argparse.Namespace, path: Path) -> bool:
    """Run everything, print the figures, and return whether all of them are good enough."""
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    env = {"DATABASE_PATH": str(path), "LOG_LEVEL": "INFO", "COOLDOWN": "off"}
    async with World(guilds=2) as world:
        bot = await BotProcess.start(world, "bot", cwd=str(PROJECT), python=sys.executable, env=env)
        try:
            await world.synced()
            await world.ready()
            other = list(world.guilds.values())[1]
            elsewhere = next(one for one in other.channels if one.type == 0)
            asker = world.add_user("asker", other, [])
            here = world.channel
            idle = [(await world.slash(asker, elsewhere, "help", {})).latency for _ in range(IDLE)]
            rows = packed()  # here, as it would keep the loop that measures
            times: list[float] = []
            answered: dict[str, list[str]] = defaultdict(list)
            stop = asyncio.Event()
            asking = asyncio.create_task(asks(world, asker, elsewhere, times, stop))
            for number in range(options.rounds):
                some = [world.add_user(f"member{number}-{each}", here.guild, []) for each in range(4)]
                file = {"final_timeout": LONG}
                deeds = {
                    "a suggestion of 660 parts": suggestion(world, some[0], here, 660),
                    "a suggestion of 25 parts": suggestion(world, some[1], here, 25),
                    "searches": searches(world, some[2], here),
                    "completions": completions(world, some[3], here),
                    "the review queue": world.slash(world.mod, here, "review", {}),
                    "a file of 32.5 million rows": world.slash(
                        world.owner, here, "data import", {"file": ("rows.csv.gz", rows)}, **file
                    ),
                    "a sheet of 40,000 columns": world.slash(
                        world.mod, here, "data import", {"file": ("wide.csv", wide())}, **file
                    ),
                }
                wanted = {name: deed for name, deed in deeds.items() if options.only in name}
                for name, deed in deeds.items():
                    if name not in wanted:
                        deed.close()
                await asyncio.gather(*(tried(name, deed, answered) for name, deed in wanted.items()))
            stop.set()
            await asking
            print(f"/help when idle: {max(idle):.3f} s at most, in {len(idle)}")
            print(f"/help under load: {max(times):.3f} s at most, in {len(times)}; in another server, {MOST} s allowed")
            for name, said in answered.items():
                print(f"{name}: {'; '.join(said)}")
            print(f"contract broken: {len(world.violations)}, unhandled: {len(world.unhandled)}, {bot.rss():.0f} MB")
            lost = any("NO ANSWER" in one for said in answered.values() for one in said)
            return max(times) <= MOST and not lost and not world.violations
        finally:
            await bot.stop()


def main() -> None:
    """Run everything on a store of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often everything is done")
    parser.add_argument("--only", default="", metavar="WHAT", help="only what has this in its name")
    options = parser.parse_args()
    sys.path.insert(0, str(options.folder.resolve()))
    with tempfile.TemporaryDirectory() as temporary:
        good = asyncio.run(run(options, Path(temporary) / "dateline.db"))
    sys.exit(not good)


if __name__ == "__main__":
    main()
