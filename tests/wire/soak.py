"""Kill the bot again and again while many people change and look up entries, and count what is in the store.

    python tests/wire/soak.py FOLDER [--kills 5] [--crowd 1] [--seconds 0] [--seed 1]

FOLDER holds a Discord on the loopback address (its module `loopback`). In two servers at once, moderators add, edit,
remove, restore, import and decide, two of them on the same suggestion, and members suggest and look things up. Now
and then the operator imports a file meanwhile. `kill -9` comes at any moment, also while the bot starts, and half of
the times just after a change was asked for. Then, each time, the store is whole and holds every change that somebody
was told of, and each of the others as a whole or not at all. Exits with 1 at the first time that it does not.

Eight people act at once in each server, each of them one step after the other; --crowd has so many times as many.
With --seconds it ends after so many. The long form, in which 240 people act at once, takes half an hour:

    python tests/wire/soak.py FOLDER --kills 200 --crowd 15
"""

# ruff: noqa: ASYNC110, ASYNC240, S311, T201 - nothing else waits, and its lines are its result

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from ledger import PROJECT
from soak_ledger import Broken, Ledger
from soak_store import Inspection

from bot.store.database import Database
from bot.store.settings import upsert_setting

WHOLE = 50
"""After so many kills, what was not touched is looked at too."""


class Soak:
    """Two servers, the people in them, and one store."""

    def __init__(self, world: Any, folder: Path, seed: int, crowd: int) -> None:
        from soak_people import Desk  # noqa: PLC0415 - needs the folder that was named

        # Seconds. Each of many waits for the others, and takes a breath: Discord waits for three seconds only.
        self.longest, self.rest = 1.8 + crowd / 2, 0.02 + (crowd - 1) / 10
        self.world, self.path, self.rng = world, folder / "dateline.db", Random(seed)
        self.folder = folder
        self.ledger, self.inspection = Ledger(), Inspection(self.path, folder)
        self.kinds: Counter[str] = Counter()
        self.env = {"DATABASE_PATH": str(self.path), "COOLDOWN": "off", "LOG_LEVEL": "INFO"}
        self.desks = []
        for guild in world.guilds.values():
            texts = [channel for channel in guild.channels if channel.type == 0]
            self.desks.append(Desk(world, guild, texts[0], texts[1], self.ledger, self.rng))
        self.people = [person for desk in self.desks for group in range(crowd) for person in self._staff(desk, group)]
        self.seconds: Counter[str] = Counter()
        self.log = ""

    def _staff(self, desk: Any, group: int) -> list[Any]:
        from soak_acts import Member, Moderator, Stranger  # noqa: PLC0415 - needs the folder that was named

        guild, add = desk.guild, self.world.add_user
        role = next(role for role in guild.roles if role.name == "Moderator")
        moderators = [
            Moderator(
                desk, add(f"mod {group} {n}", guild, [role]), colleague=add(f"colleague {group} {n}", guild, [role])
            )
            for n in range(4)
        ]
        members = [Member(desk, add(f"member {group} {n}", guild)) for n in range(3)]
        other = next(each for each in self.desks if each is not desk)
        return [*moderators, *members, Stranger(desk, add(f"stranger {group}", guild), other=other)]

    async def prepare(self) -> None:
        """Give each server a review channel."""
        async with Database(self.path) as db, db.write() as conn:
            for desk in self.desks:
                await upsert_setting(conn, desk.guild.id, "review_channel", str(desk.review.id))

    async def life(self, number: int) -> None:
        """Start the bot, let everybody act, kill it, and look at what is left."""
        from loopback import BotProcess  # noqa: PLC0415 - lies in the folder that was named

        began = time.monotonic()
        bot = await BotProcess.start(self.world, "bot", cwd=str(PROJECT), python=sys.executable, env=self.env)
        died = asyncio.create_task(bot.process.wait())
        tasks: list[asyncio.Task[None]] = []
        try:
            if self.rng.random() < 0.1:
                await self._until(died, asyncio.create_task(asyncio.sleep(self.rng.uniform(0.1, 1.5))))
                self.kinds["while it started"] += 1
            else:
                await self._until(died, asyncio.create_task(self._ready()))
                self.seconds["starting"] += time.monotonic() - began
                tasks = [asyncio.create_task(self._act(person)) for person in self.people]
                if self.rng.random() < 0.25:
                    tasks.append(asyncio.create_task(self._operator()))
                await self._until(died, asyncio.create_task(self._moment()), *tasks)
            bot.process.kill()
            await died
            await asyncio.sleep(0.02)  # what the bot has sent arrives
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            await bot.stop()
            self.log = bot.log()
            Path(bot.log_path).unlink()
        for error in ended:
            if isinstance(error, Exception):
                raise error
        if " ERROR " in self.log or "Traceback" in self.log:
            raise Broken("a fault in the log of the bot")
        before = time.monotonic()
        await self.inspection.run(self.ledger, whole=number % WHOLE == WHOLE - 1)
        for desk in self.desks:
            desk.restarted()
        self.seconds["checking"] += time.monotonic() - before

    async def _until(self, died: asyncio.Task[Any], end: asyncio.Task[None], *acting: asyncio.Task[None]) -> None:
        """Wait for the moment of the kill; raise what goes wrong before."""
        await asyncio.wait({died, end, *acting}, return_when=asyncio.FIRST_COMPLETED)
        while not end.done():
            for task in acting:
                if task.done() and not task.cancelled() and (error := task.exception()):
                    end.cancel()
                    raise error
            if died.done():
                end.cancel()
                raise Broken("the bot ended by itself")
            running = {task for task in acting if not task.done()}
            await asyncio.wait({died, end, *running}, return_when=asyncio.FIRST_COMPLETED)
        await end

    async def _ready(self) -> None:
        await self.world.synced()
        await self.world.ready()

    async def _moment(self) -> None:
        """Wait for a moment to kill at: any, or just after a change was asked for."""
        await asyncio.sleep(self.rng.uniform(0.3, self.longest))
        if self.rng.random() < 0.5:
            begun, given_up = self.ledger.begun, time.monotonic() + 1
            while self.ledger.begun == begun and time.monotonic() < given_up:
                await asyncio.sleep(0)
            await asyncio.sleep(self.rng.uniform(0, 0.02))
            self.kinds["just after a change was asked for"] += 1
        else:
            self.kinds["at any moment"] += 1

    async def _act(self, person: Any) -> None:
        """Act until cancelled."""
        from loopback import DriverError  # noqa: PLC0415 - lies in the folder that was named
        from soak_people import Late  # noqa: PLC0415 - the same

        acts, weights = zip(*person.acts(), strict=True)
        while True:
            mine = [again for again in person.desk.before if again.user is person.user]
            try:
                if mine:
                    person.desk.before.remove(mine[0])
                    self.kinds["buttons pressed again"] += 1
                    await person.repeat(mine[0])
                else:
                    await self.rng.choices(acts, weights)[0]()
            except DriverError:
                self.ledger.refused["(not offered any more)"] += 1
            except Late:
                self.ledger.refused["(no answer in time)"] += 1
            await asyncio.sleep(self.rng.uniform(0, self.rest))

    async def _operator(self) -> None:
        """Import a file on the command line; now and then that is killed as well."""
        from soak_acts import rows  # noqa: PLC0415 - needs the folder that was named

        person = self.rng.choice(self.people)
        batch, sheet = rows(person)
        guild = person.desk.guild.id
        file = self.folder / f"{batch}.csv"
        file.write_bytes(sheet)
        with self.ledger.trying(("imported", guild, batch)) as attempt:
            while True:
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", "import", str(file), "--server", str(guild), "--yes",
                    cwd=PROJECT, env={**os.environ, **self.env}, stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.STDOUT,
                )  # fmt: skip
                reading = asyncio.create_task(process.communicate())
                try:
                    out, _ = await asyncio.shield(reading)
                except asyncio.CancelledError:
                    if self.rng.random() < 0.5:
                        with contextlib.suppress(ProcessLookupError):
                            process.kill()
                    await reading  # the next bot is to find nobody else at work
                    raise
                self.kinds["imports by the operator meanwhile"] += 1
                if process.returncode == 0 and b"Brought in" in out:
                    attempt.told()
                    return
                if b"has changed meanwhile" not in out:
                    raise Broken(f"the operator's import failed: {out.decode()}")


async def run(options: argparse.Namespace, folder: Path) -> bool:
    """Run everything, print the figures, and return whether nothing was lost."""
    from loopback import World  # noqa: PLC0415 - lies in the folder that was named

    async with World(guilds=2, limits=False, contract_mode="off") as world:
        soak = Soak(world, folder, options.seed, options.crowd)
        await soak.prepare()
        began, number, broken = time.monotonic(), 0, ""
        try:
            while number < options.kills and not 0 < options.seconds < time.monotonic() - began:
                await soak.life(number)
                number += 1
                if number % 10 == 0 or sys.stdout.isatty():
                    far = f"{number} kills, {time.monotonic() - began:.0f} s, {soak.inspection.entries:,} entries"
                    print(far, end="\r" if sys.stdout.isatty() and number < options.kills else "\n", flush=True)
            await soak.inspection.run(soak.ledger, whole=True)
        except Broken as error:
            broken = str(error)
        except Exception:  # noqa: BLE001 - a store that is damaged, for one
            broken = traceback.format_exc()
        report(soak, number, time.monotonic() - began)
    if broken:
        print(f"{soak.log[-4000:]}\nFAILED after {number} kills with --seed {options.seed}: {broken}")
    else:
        print("nothing acknowledged was lost, nothing is half there, nothing is there twice")
    return not broken


def report(soak: Soak, kills: int, seconds: float) -> None:
    """Print the figures."""
    ledger, inspection = soak.ledger, soak.inspection
    figures: dict[str, Any] = {
        "killed": f"{kills} times in {seconds:.0f} s, while {len(soak.people)} people acted at once",
        **soak.kinds,
        "interactions": sum(person.done for person in soak.people),
        "acknowledged": _sorted(ledger.acknowledged),
        "not acknowledged, found": _outcome(ledger, found=True),
        "not acknowledged, absent": _outcome(ledger, found=False),
        "entries, lines of history": f"{inspection.entries}, {inspection.revisions}",
        "checks": inspection.checks,
        "seconds starting, checking": f"{soak.seconds['starting']:.0f}, {soak.seconds['checking']:.0f}",
        "refused most": dict(ledger.refused.most_common(12)),
    }
    for what, value in figures.items():
        print(f"{what:>34}  {value}")


def _outcome(ledger: Ledger, *, found: bool) -> str:
    return _sorted(Counter({kind: many for (kind, there), many in ledger.outcome.items() if there is found and many}))


def _sorted(counts: Counter[str]) -> str:
    return f"{counts.total()}: {', '.join(f'{many} {kind}' for kind, many in counts.most_common())}"


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--crowd", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.path.insert(0, str(options.folder.resolve()))
    with tempfile.TemporaryDirectory() as temporary:
        return 0 if asyncio.run(run(options, Path(temporary))) else 1


if __name__ == "__main__":
    sys.exit(main())
