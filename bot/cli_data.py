"""`python -m bot export` and `import`: the store, or what one server has, as a file and back."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.errors import BotError, UserError
from bot.text import visible

if TYPE_CHECKING:
    from bot.carry.bring import Parsed
    from bot.carry.plan import Plan
    from bot.carry.reading import Progress
    from bot.carry.state import Target

# As in bot/cli.py, each command imports what it needs, and what it prints is its result.
# ruff: noqa: PLC0415, T201

STANDARD = "-"
"""In place of a file's name: standard input or output."""

NOT_UNDERSTOOD = 2

STEP = 0.1
"""So many seconds lie at least between two counts on a terminal."""

Clock = Callable[[], datetime]

log = logging.getLogger("dateline.data")


def add(commands: Any, env_file: Path, clock: Clock) -> None:
    """Add both commands to those of `python -m bot`."""
    export = commands.add_parser("export", help="write the store, or what one server has, to a file")
    export.add_argument("file", metavar="FILE", help="ends in .gz to be compressed; - is standard output")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="csv holds the entries only")
    export.add_argument("--server", type=_server, metavar="ID", help="only what this server has")
    export.add_argument("--force", action="store_true", help="write over a file that is there")
    export.set_defaults(command=partial(_export, env_file))

    bring = commands.add_parser("import", help="bring a file in: an export, a spreadsheet (.csv) or a pack (.toml)")
    bring.add_argument(
        "file", metavar="FILE", help="ends in .jsonl, .csv or .toml, or one of these and .gz; - is standard input"
    )
    bring.add_argument(
        "--format", choices=("jsonl", "csv", "toml"), help="default: by the name; of standard input jsonl"
    )
    bring.add_argument("--server", type=_server, metavar="ID", help="into this server")
    bring.add_argument("--yes", action="store_true", help="do not ask after the dry run")
    bring.set_defaults(command=partial(_import, env_file, clock))


def _server(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) < 2**63):
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a server, such as 80351110224678912")
    return int(text)


def _answered(command: Callable[[Path], int], env_file: Path) -> int:
    """Run a command on the store, and answer whatever goes wrong in one line; its traceback is in the log."""
    from bot import config, logs

    settings = config.load(os.environ, env_file)
    if settings.log_level is config.LogLevel.DEBUG:
        logs.start(settings.log_level, settings.log_format, secrets=[settings.token])
    try:
        return command(settings.database_path)
    except (BotError, OSError, MemoryError):  # the rest of these is what could not be printed
        raise
    except UserError as error:
        raise BotError("\n".join(map(visible, str(error).splitlines()))) from error  # a file's words may hold anything
    except Exception as error:
        log.debug("failed", exc_info=True)
        what = visible(f"{type(error).__name__}: {error}")
        raise BotError(
            f"Something went wrong, and nothing was changed ({what}). Please report it; LOG_LEVEL=DEBUG shows where."
        ) from error


def _export(env_file: Path, options: argparse.Namespace) -> int:
    return _answered(partial(_written, options), env_file)


def _written(options: argparse.Namespace, store: Path) -> int:
    from bot.carry.files import pack
    from bot.loop import until_stopped

    path = Path(options.file)
    if not store.exists():
        raise BotError(f"There is no store at {store}. python -m bot build makes one.")
    if options.file != STANDARD and path.exists() and not options.force:
        raise BotError(f"{path} is there already. Choose another name, or add --force to write over it.")
    rows = until_stopped(_rows(store, options))
    content = "".join(rows).encode()
    content = pack(content) if path.suffix == ".gz" else content
    if options.file == STANDARD:
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
        return await read(conn, options.server or EVERYTHING, _counting())


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole, for this user alone: what was there stays until all of it is written."""
    from bot.store.copies import part_of, put

    with part_of(path) as part:
        try:
            part.write_bytes(content)
        except OSError as error:
            raise BotError(f"{path} cannot be written: {error.strerror}.") from error
        put(part, path)


def _counting() -> Progress:
    """Return what says on a terminal how far it is; standard output stays what it is."""
    last = 0.0

    def tell(done: int, total: int, of: str) -> None:
        nonlocal last
        whole = done >= total
        if not total or not sys.stderr.isatty() or (not whole and monotonic() - last < STEP):
            return
        last = monotonic()
        print(f"\r{done:,} of {total:,} {of}", end="\n" if whole else "", file=sys.stderr, flush=True)

    return tell


def _import(env_file: Path, clock: Clock, options: argparse.Namespace) -> int:
    if not options.yes and (options.file == STANDARD or not (sys.stdin and sys.stdin.isatty())):
        why = "is the file" if options.file == STANDARD else "is no terminal"
        print(f"Nobody can be asked here: standard input {why}. Add --yes to import.", file=sys.stderr)
        return NOT_UNDERSTOOD
    return _answered(partial(_brought, clock, options), env_file)


def _brought(clock: Clock, options: argparse.Namespace, store: Path) -> int:
    from bot.carry.bring import Moved, parse
    from bot.carry.plan import Outcome
    from bot.carry.state import Target
    from bot.loop import until_stopped
    from bot.render.carry import summary
    from bot.store.carry import EVERYTHING

    # No helper process with its limits: the operator's own file may be a whole store, larger than any fixed limit.
    parsed = parse(_name(options), _content(options.file), limited=False)
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
        until_stopped(_done(store, target, parsed, plan, clock()))
    except Moved as moved:
        raise BotError(f"The store has changed meanwhile; import again. Now it is:\n{summary(moved.plan)}") from moved
    print(f"Brought in: {len(plan.steps):,} changes." + (f" Refused: {refused:,}." if refused else ""))
    return int(refused > 0)


def _name(options: argparse.Namespace) -> str:
    """Return a name that says what form the file has."""
    form = options.format or ("jsonl" if options.file == STANDARD else "")
    return f"file.{form}" if form else Path(options.file).name


def _content(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
    except OSError as error:
        raise BotError(f"{file} cannot be read: {error.strerror}.") from error


async def _tried(store: Path, target: Target, parsed: Parsed) -> Plan:
    from bot.carry.bring import dry_run
    from bot.store.database import Database

    async with Database(store) as database:
        return await dry_run(database, target, parsed, _counting())


async def _done(store: Path, target: Target, parsed: Parsed, agreed: Plan, now: datetime) -> None:
    from bot.carry.bring import bring_in
    from bot.store.database import Database

    async with Database(store) as database:
        await bring_in(
            database,
            target,
            parsed,
            now,
            lambda plan: plan.digest == agreed.digest,
            plan=agreed,
            progress=_counting(),
        )
