"""`python -m bot export` and `import`: the store, or what one server has, as a file and back."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BotError, UserError
from bot.text import visible

if TYPE_CHECKING:
    from bot.carry.bring import Parsed
    from bot.carry.plan import Plan
    from bot.carry.state import Target

# As in bot/cli.py, each command imports what it needs, and what it prints is its result.
# ruff: noqa: PLC0415, T201

STDOUT = "-"
NOT_UNDERSTOOD = 2

Clock = Callable[[], datetime]


def add(commands: Any, env_file: Path, clock: Clock) -> None:
    """Add both commands to those of `python -m bot`."""
    export = commands.add_parser("export", help="write the store, or what one server has, to a file")
    export.add_argument("file", metavar="FILE", help="ends in .gz to be compressed; - is standard output")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="csv holds the entries only")
    export.add_argument("--server", type=_server, metavar="ID", help="only what this server has")
    export.add_argument("--force", action="store_true", help="write over a file that is there")
    export.set_defaults(command=partial(_export, env_file))

    bring = commands.add_parser("import", help="bring a file in: an export, a spreadsheet (.csv) or a pack (.toml)")
    bring.add_argument("file", metavar="FILE", type=Path, help="ends in .jsonl, .csv or .toml, or one of these and .gz")
    bring.add_argument("--server", type=_server, metavar="ID", help="into this server")
    bring.add_argument("--yes", action="store_true", help="do not ask after the dry run")
    bring.set_defaults(command=partial(_import, env_file, clock))


def _server(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) < 2**63):
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a server, such as 80351110224678912")
    return int(text)


def _store(env_file: Path) -> Path:
    from bot import config

    return config.load(os.environ, env_file).database_path


def _export(env_file: Path, options: argparse.Namespace) -> int:
    from bot.carry.files import pack
    from bot.loop import until_stopped

    store, path = _store(env_file), Path(options.file)
    if not store.exists():
        raise BotError(f"There is no store at {store}. python -m bot build makes one.")
    if options.file != STDOUT and path.exists() and not options.force:
        raise BotError(f"{path} is there already. Choose another name, or add --force to write over it.")
    rows = until_stopped(_rows(store, options))
    content = "".join(rows).encode()
    content = pack(content) if path.suffix == ".gz" else content
    if options.file == STDOUT:
        sys.stdout.buffer.write(content)
        return 0
    _write(path, content)
    print(f"{path}: {len(rows) - 1:,} {'entries' if options.format == 'csv' else 'lines'}, {len(content):,} bytes")
    return 0


async def _rows(store: Path, options: argparse.Namespace) -> list[str]:
    from bot.carry.export import export_lines, export_sheet
    from bot.store.carry import EVERYTHING
    from bot.store.database import Database

    read = export_sheet if options.format == "csv" else export_lines
    async with Database(store) as database, database.read() as conn:
        progress = None if options.file == STDOUT else _progress
        return await read(conn, options.server or EVERYTHING, progress)


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole: what was there stays until all of it is written."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BotError(f"{path} cannot be written: {error.strerror}.") from error


def _progress(done: int, total: int) -> None:
    if sys.stdout is not None and sys.stdout.isatty():  # pyright: ignore[reportUnnecessaryComparison] - under pythonw
        print(f"\r{done:,} of {total:,} entries", end="\n" if done >= total else "", flush=True)


def _import(env_file: Path, clock: Clock, options: argparse.Namespace) -> int:
    try:
        return _bring(_store(env_file), clock, options)
    except UserError as error:
        raise BotError("\n".join(map(visible, str(error).splitlines()))) from error  # a file's words may hold anything


def _bring(store: Path, clock: Clock, options: argparse.Namespace) -> int:
    from bot.carry.bring import Moved, parse
    from bot.carry.plan import Outcome
    from bot.carry.state import Target
    from bot.loop import until_stopped
    from bot.render.carry import summary
    from bot.store.carry import EVERYTHING

    if not options.yes and not (sys.stdin and sys.stdin.isatty()):
        print("Nobody can be asked here: standard input is no terminal. Add --yes to import.", file=sys.stderr)
        return NOT_UNDERSTOOD
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise BotError(f"{options.file} cannot be read: {error.strerror}.") from error
    parsed = parse(options.file.name, content, limited=False)
    target = Target(options.server or EVERYTHING)
    plan = until_stopped(_tried(store, target, parsed))
    print("\n".join(filter(None, [parsed.remark, summary(plan)])), flush=True)
    refused = plan.count(Outcome.REFUSED)
    if not plan.steps:
        print("There is nothing to bring in.")
        return int(refused > 0)
    if not options.yes and input(f"Bring in {len(plan.steps):,} changes? [y/N] ").strip().casefold() not in {
        "y",
        "yes",
    }:
        print("Nothing was changed.")
        return 1
    try:
        until_stopped(_brought(store, target, parsed, plan, clock()))
    except Moved as moved:
        raise BotError(f"The store has changed meanwhile; import again. Now it is:\n{summary(moved.plan)}") from moved
    print(f"Brought in: {len(plan.steps):,} changes." + (f" Refused: {refused:,}." if refused else ""))
    return int(refused > 0)


async def _tried(store: Path, target: Target, parsed: Parsed) -> Plan:
    from bot.carry.bring import dry_run
    from bot.store.database import Database

    async with Database(store) as database:
        return await dry_run(database, target, parsed)


async def _brought(store: Path, target: Target, parsed: Parsed, agreed: Plan, now: datetime) -> Plan:
    from bot.carry.bring import bring_in
    from bot.store.database import Database

    async with Database(store) as database:
        return await bring_in(database, target, parsed, now, lambda plan: plan.digest == agreed.digest)
