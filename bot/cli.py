"""The commands of `python -m bot`: their arguments, what they print, and their exit codes."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import logging
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import cli_data
from bot.errors import BotError
from bot.loop import STOPPED, until_stopped
from bot.model import Kind
from bot.version import version

if TYPE_CHECKING:
    from bot.ingest.pack import Pack

# Each command imports what it needs: `doctor` has to run where packages are missing, and --version at once.
# What a command prints is its result; what `run` has to say goes to the log.
# ruff: noqa: PLC0415, T201

ENV_FILE = Path(".env")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code: 0 done, 1 a fault, 2 not understood, 130 cut short."""
    options = _parser().parse_args(arguments)
    # Without a log, Python would print warnings to stderr, beside what the command says itself.
    logging.getLogger("dateline").addHandler(logging.NullHandler())
    # Neither a closed pipe nor a full disk behind stdout is worth a traceback.
    try:
        code = _outcome(options)
        if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison] - it is, under pythonw or >&-
            sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _say(f"What was to be printed could not be: {error.strerror}.")
        # The interpreter flushes stdout once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return 1
    return code


def _outcome(options: argparse.Namespace) -> int:
    try:
        return options.command(options)
    except BotError as error:
        _say(str(error))
        return 1
    except (MemoryError, RuntimeError, ImportError) as error:
        if not _is_out_of_memory(error):
            raise
        _say("There is not enough memory for this. Nothing was left half done.")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        # To be stopped is how a bot ends; anything else was not finished.
        return 0 if options.command in {_run, _preview} else STOPPED


def _is_out_of_memory(error: Exception) -> bool:
    """Whether memory is what is missing: neither a thread nor a library says so by a MemoryError."""
    signs = ("can't start new thread", "failed to map segment", "annot allocate memory")
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in signs)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Dateline, a Discord bot.")
    parser.add_argument("--version", action="version", version=f"Dateline {version()}")
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = commands.add_parser("run", help="connect to Discord and answer (what happens without a command)")
    run.set_defaults(command=_run)

    preview = commands.add_parser("preview", help="try the bot in a local page, without a token")
    preview.add_argument("--port", type=int, default=0, help="of the page (default: any that is free)")
    preview.add_argument("--no-open", action="store_true", help="print the page's address without opening it")
    preview.add_argument(
        "--store", type=Path, metavar="FILE", help="of the page, such as a backup (default: one of its own)"
    )
    preview.set_defaults(command=_preview)

    build = commands.add_parser("build", help="bring packs into the store")
    build.add_argument("packs", nargs="*", type=Path, metavar="PACK", help="default: those of the bot")
    build.add_argument(
        "--source",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="an article's text, to store it with its pack; may be given more than once",
    )
    build.set_defaults(command=_build)

    verify = commands.add_parser("verify", help="prove a pack against its article")
    verify.add_argument("--source", type=Path, required=True, metavar="FILE", help="the article's text")
    verify.add_argument("--pack", type=Path, metavar="FILE", help="default: the bot's own for that article")
    verify.add_argument("--find", metavar="PHRASE", help="print where a phrase stands in the article instead")
    verify.set_defaults(command=_verify)

    backup = commands.add_parser("backup", help="copy the store, also while the bot runs")
    backup.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: beside the store, with the time")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="put a backup in the store's place")
    restore.add_argument("file", type=Path, metavar="FILE", help="a backup, also of an older version")
    restore.set_defaults(command=_restore)

    cli_data.add(commands, ENV_FILE, lambda: datetime.now(UTC))

    doctor = commands.add_parser("doctor", help="check the machine, the settings, the store and the login")
    doctor.set_defaults(command=_doctor)
    return parser


def _run(_: argparse.Namespace) -> int:
    from bot import config, logs

    settings = config.load(os.environ, ENV_FILE, need_token=True)
    logs.start(settings.log_level, settings.log_format, secrets=[settings.token])
    log = logging.getLogger("dateline.run")
    from bot.run import serve

    try:
        until_stopped(serve(settings), code=0)
    except (KeyboardInterrupt, asyncio.CancelledError):
        log.info("stopped")
        raise
    except BotError as error:
        # Through the log, where no line can have the token in it.
        for line in str(error).splitlines():
            log.error("%s", line)  # noqa: TRY400 - the sentence says what its traceback could
        return 1
    except MemoryError:
        log.critical("stopped, as there is not enough memory")
        return 1
    except Exception:
        log.critical("stopped by a fault of its own", exc_info=True)
        return 1
    return 0


def _preview(options: argparse.Namespace) -> int:
    from bot import config, logs

    settings = config.load(os.environ, ENV_FILE)
    logs.start(settings.log_level, settings.log_format, secrets=[settings.token])
    from bot.preview import serve, store_of

    settings = replace(settings, grace_days=None, database_path=store_of(settings, options.store))
    # simcord steers the event loop's clock, which only asyncio's own lets it do.
    until_stopped(serve(settings, port=options.port, open_page=not options.no_open), fast=False, code=0)
    return 0


def _build(options: argparse.Namespace) -> int:
    from bot import config
    from bot.ingest.shipped import load_packs

    settings = config.load(os.environ, ENV_FILE)
    packs = load_packs(options.packs)
    texts: dict[str, str] = {}
    for path in options.source:
        text = _text(path)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in {pack.sha256 for pack in packs}:
            raise BotError(f"{path} is the article of none of these packs (its SHA-256 is {digest}).")
        texts[digest] = text
    until_stopped(_build_all(settings.database_path, packs, texts))
    return 0


async def _build_all(path: Path, packs: list[Pack], texts: dict[str, str]) -> None:
    from bot.ingest.build import build
    from bot.store.database import Database

    async with Database(path) as database:
        for pack in packs:
            built = await build(database, pack, datetime.now(UTC), texts.get(pack.sha256))
            print(
                f"{pack.key}: {built.added:,} added, {built.changed:,} changed, {built.removed:,} removed, "
                f"{built.unchanged:,} unchanged",
                flush=True,
            )


def _verify(options: argparse.Namespace) -> int:
    from bot.ingest.locate import find
    from bot.ingest.shipped import load_packs
    from bot.ingest.verify import verify

    text = _text(options.source)
    if options.find is not None:
        places = find(text, options.find)
        for start, end in places:
            print(f"passage = [{start}, {end}]  {' '.join(text[start:end].split())}")
        return 0 if places else _failed(f"{options.find!r} is not in {options.source}.")
    packs = load_packs([options.pack] if options.pack else ())
    digest = hashlib.sha256(text.encode()).hexdigest()
    # With one pack to choose from there is no doubt which is meant, and verify() says what differs.
    meant = packs if len(packs) == 1 else [pack for pack in packs if pack.sha256 == digest]
    if not meant:
        return _failed(f"{options.source} is the article of no pack here (its SHA-256 is {digest}).")
    failures = [(pack, failure) for pack in meant for failure in verify(pack, text)]
    for pack, failure in failures:
        print(f"{pack.key}: {failure}")
    if failures:
        return _failed(f"{len(failures):,} could not be proven.")
    for pack in meant:
        print(_proof(pack))
    return 0


def _failed(why: str) -> int:
    _say(why)
    return 1


def _proof(pack: Pack) -> str:
    kinds = Counter(entry.kind for entry in pack.entries)
    return (
        f"{pack.key}: proven against the text with SHA-256 {pack.sha256}. In their passages: "
        f"{_count(kinds[Kind.STAT], 'figure')}, {_count(kinds[Kind.QUOTE], 'quotation')} word for word, "
        f"{_count(kinds[Kind.EVENT], 'event')}; no quotation of the article is left out "
        f"({len(pack.asides):,} set aside)."
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _text(path: Path) -> str:
    try:
        # Decoded from bytes: a changed line end would be another text.
        return path.read_bytes().decode()
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BotError(f"{path} is not UTF-8 text (byte {error.start}).") from error


def _backup(options: argparse.Namespace) -> int:
    from bot import backup, config

    store = config.load(os.environ, ENV_FILE).database_path
    path = backup.backup(store, options.file, datetime.now(UTC), _progress)
    print(f"{path}: {path.stat().st_size / 1_000_000:,.1f} MB, checked")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot import backup, config

    store = config.load(os.environ, ENV_FILE).database_path
    kept = backup.restore(store, options.file, datetime.now(UTC), _progress)
    print(f"{store} is now as {options.file} has it." + (f" What it was before is kept: {kept}" if kept else ""))
    return 0


def _progress(done: float) -> None:
    if sys.stdout is not None and sys.stdout.isatty():  # pyright: ignore[reportUnnecessaryComparison] - as above
        print(f"\r{done:.0%} copied", end="\n" if done >= 1 else "", flush=True)


def _doctor(_: argparse.Namespace) -> int:

    return until_stopped(_examine())


async def _examine() -> int:
    from bot.doctor import Level, examine

    failed = False
    async for check in examine(os.environ, ENV_FILE):
        print(check, flush=True)
        failed |= check.level is Level.FAIL
    return int(failed)
