"""Send the bot thousands of hostile inputs over the wire, and look at what comes back, at its log and at its memory.

    python tests/wire/hostile.py FOLDER [--inputs 2000] [--seed 1]

FOLDER holds a Discord on the loopback address (its module `loopback`). Members and moderators of one server, and
people in private, use every command, button, menu and form with what `grammar` makes: texts of all planes, mentions,
markdown, ids of the other server, custom_ids that were tampered with, values that no menu offers, forms with missing
fields, and files of every broken kind. Discord's client would send few of these.

Each interaction is answered; nothing that the other server has is told; no mention is allowed to fire; the log has no
traceback; Discord's contract is kept; and memory does not grow in the second half. Exits with 1 where that is not so.
An answer later than Discord's three seconds is counted, and is a failure with --strict, on a quiet machine.
"""

# ruff: noqa: ASYNC110, ASYNC240, E402, T201 - nothing else waits, tests are no package, and its lines are its result

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests" / "store")]

from grammar import Grammar
from neighbors import Server, fill
from town import found_town

from bot.store.database import Database

CANARY = "zcanaryz"
GROWTH_MB = 25.0
"""At most, in the second half: caches are full then."""
PATIENCE = 30.0
"""Seconds after which an interaction counts as never answered."""
TYPED_SECONDS = 0.15
"""Seconds for which an answer to something typed is waited for; most of it is not for the bot."""
LATE = 3.0
PING = re.compile(r"@everyone|@here|<@[!&]?\d")
KEPT = 200


class Watch(deque[Any]):
    """The bot's requests; each is looked at as it comes in."""

    def __init__(self) -> None:
        super().__init__(maxlen=KEPT)
        self.faults: list[str] = []
        self.asking = ""
        self.answered: set[str] = set()

    def append(self, call: Any) -> None:
        """Look at a request."""
        super().append(call)
        text = json.dumps(call.body, ensure_ascii=False, default=str) if call.body else ""
        if "/callback" in call.template:
            self.answered.add(call.args[0])
        if call.method == "GET":
            return
        if CANARY in text or any(CANARY.encode() in data for data in call.files.values()):
            self.faults.append(f"the other server's words: {self.asking}: {text[:300]}")
        body = call.body if isinstance(call.body, dict) else {}
        data = body.get("data") if isinstance(body.get("data"), dict) else body
        allowed = data.get("allowed_mentions")
        fires = allowed is None or allowed.get("parse") or allowed.get("users") or allowed.get("roles")
        if fires and PING.search(data.get("content") or ""):
            self.faults.append(f"a mention fires: {self.asking}: {text[:300]}")


class Attack:
    """Everybody who sends something, and what came of it."""

    def __init__(self, world: Any, options: argparse.Namespace, servers: list[Server]) -> None:
        self.world, self.watch = world, Watch()
        self.here = servers[0]
        world.calls = self.watch
        self.guild = next(iter(world.guilds.values()))
        self.channel = next(one for one in self.guild.channels if one.type == 0)
        self.leaves = [
            leaf for command in world.commands[None].values() if command["type"] == 1 for leaf in walk(command)
        ]
        self.menus = [command for command in world.commands[None].values() if command["type"] == 3]
        ids = [number for server in servers for some in server.ids.values() for number in some]
        custom_ids, forms = sorted(real_ids(ids)), real_forms()
        self.make = Grammar(options.seed, ids, custom_ids, forms)
        self.kinds: Counter[str] = Counter()
        self.unanswered: list[str] = []
        self.late = 0
        self.trigger: Any = None
        """What opened the form that is submitted next."""

    async def begin(self) -> None:
        """Send what anybody sends, so that forms can be said to have been opened by it."""
        [path] = [path for path, _ in self.leaves if path[0]["name"] == "help"]
        await self.send(2, self.nested(path, []))
        # The library that draws charts is loaded once and stays: it is no growth.
        chart = await self.world.slash(
            self.world.user, self.channel, "compare", {"measure": "deportations"}, timeout=30
        )
        await chart.settle()

    async def one(self) -> None:
        """Send something."""
        ways = {
            self.slash: 5,
            self.press: 5,
            self.pick: 3,
            self.submit: 5,
            self.typed: 4,
            self.complete: 3,
            self.menu: 1,
        }
        way = self.make.rng.choices(list(ways), list(ways.values()))[0]
        self.kinds[way.__name__] += 1
        await way()

    async def send(self, kind: int, data: dict[str, Any], **more: Any) -> None:
        """Send an interaction, and wait until it is answered, however late."""
        rng, world = self.make.rng, self.world
        user = rng.choice((world.user, world.user, world.mod, world.mod, world.owner))
        channel = world.dm(user) if rng.random() < 0.1 else self.channel
        what = f"{kind} {json.dumps(data)[:700]}"
        self.watch.asking = what
        begun = time.perf_counter()
        result = await world._interact(kind, user, channel, data, what="hostile", wait="ack", timeout=LATE, **more)
        number = str(result.interaction.id)
        if kind == 2:
            self.trigger = result.interaction
        while number not in self.watch.answered and time.perf_counter() - begun < PATIENCE:
            await asyncio.sleep(0.01)
        if number not in self.watch.answered:
            self.unanswered.append(what)
            print(f"never answered: {what}", flush=True)
        self.late += not result.ok

    async def slash(self) -> None:
        """Use a slash command."""
        await self.send(2, self.command(*self.make.rng.choice(self.leaves)))

    async def complete(self) -> None:
        """Type into an option of one."""
        ways = [(path, leaf) for path, leaf in self.leaves if any(one.get("autocomplete") for one in leaf["options"])]
        path, leaf = self.make.rng.choice(ways)
        option = self.make.rng.choice([one for one in leaf["options"] if one.get("autocomplete")])
        typed = self.make.text(self.make.rng.choice((3, 100, 10_000)))
        focused = {"name": option["name"], "type": 3, "value": typed, "focused": True}
        await self.send(4, self.nested(path, [focused]))

    def command(self, path: list[dict[str, Any]], leaf: dict[str, Any]) -> dict[str, Any]:
        """Return the data of a slash command with something for most of its options."""
        rng, options, resolved = self.make.rng, [], {}
        for spec in leaf["options"]:
            if not spec.get("required") and rng.random() < 0.3:
                continue
            if spec["type"] == 11:
                name, data, kind = self.make.file()
                value = self.world._option(spec, (name, data, kind), resolved, self.channel)
                if rng.random() < 0.2:
                    resolved["attachments"][value]["size"] = rng.choice((0, 1, 9**9))
            elif spec["type"] in {7, 8}:
                value = self.world._option(
                    spec, self.channel if spec["type"] == 7 else self.guild.everyone, resolved, self.channel
                )
            else:
                value = self.make.option(spec)
            options.append({"name": spec["name"], "type": spec["type"], "value": value})
        return self.nested(path, options) | ({"resolved": resolved} if resolved else {})

    def nested(self, path: list[dict[str, Any]], options: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the data of a command."""
        for link in reversed(path[1:]):
            options = [{"name": link["name"], "type": link["type"], "options": options}]
        return {"id": path[0]["id"], "name": path[0]["name"], "type": 1, "options": options}

    def card(self, component: dict[str, Any]) -> dict[str, Any]:
        """Return a message of the bot's with a button or a menu."""
        author = self.world.bot.json()
        row = {"type": 1, "id": 1, "components": [component | {"id": 2}]}
        return {
            "id": str(self.world.snowflake()), "channel_id": str(self.channel.id), "author": author, "content": "",
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False, "mention_everyone": False,
            "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0,
            "flags": self.make.rng.choice((0, 64)), "components": [row],
        }  # fmt: skip

    async def press(self) -> None:
        """Press a button."""
        custom_id = self.make.custom_id()
        source = self.card({"type": 2, "style": 1, "label": "Press", "custom_id": custom_id})
        await self.send(3, {"custom_id": custom_id, "component_type": 2, "id": 2}, source=source)

    async def pick(self) -> None:
        """Pick from a menu what it does not offer."""
        custom_id = self.make.custom_id()
        rng = self.make.rng
        values = [
            rng.choice((str(self.make.id()), self.make.custom_id(), self.make.text(100)))
            for _ in range(rng.randint(0, 3))
        ]
        options = [{"label": "Line", "value": "1"}]
        source = self.card({"type": 3, "custom_id": custom_id, "options": options, "min_values": 0, "max_values": 1})
        await self.send(3, {"custom_id": custom_id, "component_type": 3, "id": 2, "values": values}, source=source)

    async def submit(self) -> None:
        """Submit a form."""
        custom_id = self.make.custom_id()
        if self.make.rng.random() < 0.7:
            name = self.make.rng.choice(sorted(self.make.forms))
            number = self.make.rng.choice(("", self.make.id()))
            custom_id = f"form:{name}:{number}:{self.make.rng.choice(('', '1', 'stat', 'event'))}"
        rows = [
            {"type": 18, "id": number, "component": {"type": 4, "id": 100 + number, "custom_id": key, "value": text}}
            for number, (key, text) in enumerate(self.make.fields(custom_id).items(), 1)
        ]
        source = (
            self.card({"type": 2, "style": 1, "label": "x", "custom_id": "do:x::"})
            if self.make.rng.random() < 0.5
            else None
        )
        await self.send(5, {"custom_id": custom_id[:100], "components": rows}, source=source, trigger=self.trigger)

    async def menu(self) -> None:
        """Use a command of a message's menu."""
        command = self.make.rng.choice(self.menus)
        message = self.card({"type": 2, "style": 1, "label": "x", "custom_id": "x"})
        message |= {
            "content": self.make.text(2000),
            "author": self.make.rng.choice((self.world.user, self.world.bot)).json(),
        }
        data = {"id": command["id"], "name": command["name"], "type": 3, "target_id": message["id"]}
        await self.send(2, data | {"resolved": {"messages": {message["id"]: message}}}, command_type=3)

    async def typed(self) -> None:
        """Type something."""
        user = self.make.rng.choice((self.world.user, self.world.mod))
        private = self.make.rng.random() < 0.2
        names = sorted({path[0]["name"] for path, _ in self.leaves})
        line = self.make.line("!", names, self.world.bot.id)
        self.watch.asking = f"typed {line[:300]!r}"
        where = self.world.dm(user) if private else self.channel
        await self.world.message(user, where, line, expect=1, timeout=TYPED_SECONDS)


def walk(command: dict[str, Any]) -> list[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """Return each command that can be used, with the way to it."""

    def within(path: list[dict[str, Any]]) -> list[tuple[list[dict[str, Any]], dict[str, Any]]]:
        inner = [one for one in path[-1].get("options") or [] if one["type"] in {1, 2}]
        if inner:
            return [found for one in inner for found in within([*path, one])]
        return [(path, path[-1] | {"options": path[-1].get("options") or []})]

    return within([command])


def real_ids(ids: list[int]) -> set[str]:
    """Return custom_ids as the bot makes them, of everything that can be done and asked."""
    from importlib import import_module  # noqa: PLC0415

    from bot.client import COGS  # noqa: PLC0415
    from cogs.actions import ACTIONS  # noqa: PLC0415 - filled by the cogs

    for name in COGS:
        import_module(name)
    made = {
        f"{way}:{name}:{number}:"
        for name in ACTIONS
        for way in ("do", "pick", "form")
        for number in ("", ids[0], ids[-1])
    }
    return (
        made
        | {f"ask:{command}-.{page}.{ids[0]}.{ids[-1]}.1.{ids[-1]}.word" for command in "tqspclowr" for page in "01z"}
        | {"open"}
    )


def real_forms() -> dict[str, tuple[str, ...]]:
    """Return the names of forms with the fields that they may have."""
    from cogs.actions import ACTIONS  # noqa: PLC0415

    fields = (
        "about",
        "measure",
        "figure",
        "words",
        "speaker",
        "title",
        "date",
        "statement",
        "note",
        "source",
        "reason",
    )
    settings = ("prefix", "zone", "language")
    digest = ("name", "time", "days", "zone", "introduction", "subjects")
    return {
        name: settings if name.startswith("settings") else digest if name.startswith("digest") else fields
        for name in ACTIONS
    }


async def main(folder: Path, options: argparse.Namespace) -> int:
    """Attack a bot of its own."""
    sys.path.insert(0, str(folder))
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary, "dateline.db")
        async with World(guilds=2) as world:
            servers = [Server(guild, word) for guild, word in zip(world.guilds, ("alder", CANARY), strict=True)]
            async with Database(path) as db:
                await found_town(db)
                for server in servers:
                    await fill(db, server)
                async with db.write() as conn:
                    await conn.execute("DELETE FROM departed")
                    await conn.execute("UPDATE digest SET paused_at = 1")
            env = {"DATABASE_PATH": str(path), "COOLDOWN": "off", "LOG_LEVEL": "INFO", "MESSAGE_CONTENT": "on"}
            bot = await BotProcess.start(world, "bot", cwd=str(PROJECT), python=sys.executable, env=env)
            try:
                await world.synced()
                await world.ready()
                return await report(Attack(world, options, servers), bot, options)
            finally:
                await bot.stop()


async def report(attack: Attack, bot: Any, options: argparse.Namespace) -> int:
    """Send everything, and print what came of it."""
    half = 0.0
    await attack.begin()
    for number in range(options.inputs):
        if number == options.inputs // 2:
            half = bot.rss()
        await attack.one()
        if bot.process.returncode is not None:
            print(f"the bot ended with {bot.process.returncode} after: {attack.watch.asking}")
            break
    await asyncio.sleep(1)  # what is under way still
    grown, log = bot.rss() - half, bot.log()
    lines = [line for line in log.splitlines() if " ERROR " in line or line.startswith("Traceback")]
    problems = {
        "never answered": attack.unanswered,
        "told or fired": attack.watch.faults,
        "errors in the log": lines,
        "breaks of Discord's contract": [str(one)[:400] for one in attack.world.violations],
        "unhandled requests": attack.world.unhandled,
        "megabytes more in the second half": [f"{grown:.1f}"] if grown > GROWTH_MB and options.inputs >= 1000 else [],
        "late": [str(attack.late)] if attack.late and options.strict else [],
        "ended": [str(bot.process.returncode)] if bot.process.returncode is not None else [],
    }
    print(f"{options.inputs} inputs with seed {options.seed}: {dict(attack.kinds)}")
    print(f"memory {half:.1f} MB after half of them, {grown:+.1f} MB since; {attack.late} answers after {LATE:g} s")
    for what, found in problems.items():
        print(f"{len(found):4}  {what}")
        for one in found[:20]:
            print(f"        {one}")
    if options.log:
        Path(options.log).write_text(log, encoding="utf-8")
    return int(any(problems.values()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="an answer after three seconds is a failure")
    parser.add_argument("--log", help="keep the bot's log in this file")
    given = parser.parse_args()
    raise SystemExit(asyncio.run(main(given.folder.resolve(), given)))
