"""Run the whole bot as a process of its own against a Discord on the loopback address, and look at it.

    python tests/wire/drive.py FOLDER

FOLDER holds that Discord (its module `loopback`): real HTTP and WebSocket, every request checked against
Discord's published API description. Prints a line for each thing shown; exits 1 with the first that fails.
"""

# ruff: noqa: T201, ASYNC110 - its lines are its result, and the loopback's calls are a plain list

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]

SLASH: list[tuple[str, dict[str, str], str]] = [
    ("stats", {"about": "chicago"}, "257,000"),
    ("stats", {"about": "la"}, "951,000"),
    ("quote", {"who": "homan"}, "mandate from the American people"),
    ("quote", {"about": "sanctuary"}, "moral obligation"),
    ("quote", {}, "“"),
    ("search", {"text": "police grants", "kind": "events"}, "Justice Department"),
    ("profile", {"name": "rue landau"}, "fear is incredibly high"),
    ("timeline", {"about": "newsom"}, "special"),
    ("sources", {}, "Report on cities"),
    ("sources", {"source": "1"}, "not stated"),
    ("show", {"id": "2"}, "Passage"),
    ("random", {}, "Source:"),
    ("help", {}, "/stats"),
    ("about", {}, "Version"),
]


def shown(what: str, *, holds: bool, detail: object = "") -> None:
    """Print what was shown, or stop with what was seen in its place."""
    if not holds:
        print(f"FAILED  {what}\n{detail}")
        raise SystemExit(1)
    print(f"ok      {what}", flush=True)


async def answers(world: Any) -> None:
    """Ask everything in every way."""
    for command, options, expected in SLASH:
        result = await world.slash(world.user, world.channel, command, options)
        shown(f"/{command} {options}", holds=result.ok and expected in result.text, detail=result)
        typed = f"!{command} {' '.join(v for k, v in options.items() if k != 'kind')}"
        if command != "quote" or "about" not in options:
            result = await world.message(world.user, world.channel, typed)
            shown(typed, holds=result.ok and expected in result.text, detail=result)
    chart = await world.slash(world.user, world.channel, "compare", {"measure": "deportations"})
    await chart.settle()
    alt = [a.get("description") for m in chart.shown for a in m["attachments"]]
    shown("/compare draws a chart with alt text", holds=any("1,600,000" in (a or "") for a in alt), detail=alt)
    mention = await world.message(world.user, world.channel, f"<@{world.bot.id}> quote homan")
    shown("@Dateline quote homan", holds="Tom Homan" in mention.text, detail=mention)
    private = await world.message(world.user, world.dm(world.user), "stats boston")
    shown("in private, without a prefix", holds="173,000" in private.text, detail=private)


async def presses(world: Any) -> None:
    """Use what is on the cards: near misses, pages, entries in full."""
    miss = await world.slash(world.user, world.channel, "stats", {"about": "chicgo"})
    shown("a miss is seen by its asker alone", holds=miss.ephemeral and "Chicago" in miss.text, detail=miss)
    label = next(c["label"] for c in miss.components if "Chicago" in (c.get("label") or ""))
    chosen = await world.component(world.user, miss, label)
    shown("a near miss is a button", holds="257,000" in chosen.text, detail=chosen)
    first = await world.slash(world.user, world.channel, "timeline", {})
    second = await world.component(world.user, first, "Next")
    shown("a list turns its page", holds="Page 2" in str(second.message or second.data), detail=second)
    menu = next(c for c in first.components if c.get("options"))
    opened = await world.component(world.user, first, menu["custom_id"], [menu["options"][0]["value"]])
    shown("a menu opens an entry in full", holds=opened.ephemeral and "Passage" in opened.text, detail=opened)
    for typed, expected in (("c", "Chicago"), ("chicgo", "Chicago"), ("phil", "Philadelphia")):
        found = await world.autocomplete(world.user, world.channel, "stats", "about", typed)
        names = [choice["name"] for choice in found.choices]
        shown(f"autocomplete of {typed!r}", holds=expected in names, detail=names)


async def session(database: str) -> None:
    """Start the bot in a world of its own, ask everything, and stop it as an operator would."""
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    env = {"DATABASE_PATH": database, "COOLDOWN": "off", "LOG_LEVEL": "DEBUG"}
    async with World(guilds=2) as world:
        bot = await BotProcess.start(world, "bot", cwd=str(PROJECT), python=sys.executable, env=env)
        try:
            await world.synced()
            await world.ready()
            shown("logs in and registers its commands", holds=True)
            await answers(world)
            await presses(world)
            await world.disconnect(4000)
            await world.ready()
            result = await world.slash(world.user, world.channel, "stats", {"about": "chicago"})
            shown("answers after the gateway was lost", holds="257,000" in result.text, detail=result)
            seen = len(world.calls)
            busy = asyncio.create_task(world.slash(world.user, world.channel, "compare", {"measure": "deportations"}))
            while len(world.calls) == seen:  # until the bot has begun to answer
                await asyncio.sleep(0.001)
            bot.process.send_signal(signal.SIGTERM)
            last = await (await busy).settle()
            attached = [a for message in last.shown for a in message["attachments"]]
            shown("SIGTERM lets an answer be finished", holds=bool(attached), detail=last)
            code = await bot.wait()
            shown("SIGTERM stops it with exit code 0", holds=code == 0, detail=(code, bot.log()))
            shown("the token is not in its log", holds=world.token not in bot.log())
            shown("nothing broke Discord's contract", holds=not world.violations, detail=world.violations)
            shown("nothing was left unhandled", holds=not world.unhandled, detail=world.unhandled)
            shown("no fault in its log", holds=" ERROR " not in bot.log(), detail=bot.log())
        finally:
            await bot.stop()


async def refusals(database: str) -> None:
    """Give it what it cannot start with; each has one line and an exit code."""
    from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

    env = {"DATABASE_PATH": database, "MESSAGE_CONTENT": "on", "LOG_LEVEL": "DEBUG"}
    for what, token, denied in (
        ("a wrong token", "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.wrong.not-the-token-of-this-world", []),
        ("an intent that is forced but refused", None, ["message_content"]),
    ):
        async with World(deny_intents=denied) as world:
            bot = await BotProcess.start(world, "bot", cwd=str(PROJECT), python=sys.executable, env=env, token=token)
            code = await bot.wait()
            lines = [line for line in bot.log().splitlines() if " ERROR " in line]
            one = code != 0 and len(lines) == 1 and "Traceback" not in bot.log()
            shown(f"{what}: one line, exit code {code}", holds=one, detail=bot.log())


async def main(folder: Path) -> None:
    """Run everything on a store of its own."""
    sys.path.insert(0, str(folder))
    with tempfile.TemporaryDirectory() as temporary:
        database = os.path.join(temporary, "store", "dateline.db")  # noqa: PTH118 - goes into an environment
        await session(database)
        await refusals(database)
    print("the whole bot was run and stopped: all shown")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).resolve()))
