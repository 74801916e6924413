"""What `/data …` does in a helper process: reads a file, brings it in, takes that back, and writes an export."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.carry import back, bring, export, files
from bot.carry.bring import Moved, Parsed
from bot.carry.files import Form
from bot.carry.plan import Plan
from bot.carry.state import Target
from bot.errors import UserError
from bot.model import Actor
from bot.render.card import Card
from bot.render.carry import brought_card, dry_run_card, report, taken_back_card
from bot.store.database import Database
from bot.worker import CPU_SECONDS, Outside

READING_SECONDS = 20
"""CPU time for reading one file, in seconds."""

REPORT = "dry-run.txt"
"""The report's name. The file itself is beside it, so that nothing of it is kept between the two clicks."""

DIGITS = 16
"""Digits of a SHA-256 in the button that brings a file in: of the file, then of what was shown."""

GONE = "The file of this dry run is gone. Use /data import again."

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was uploaded."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """Return the first digits of its SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:DIGITS]


@dataclass(frozen=True, slots=True)
class Tried:
    """A dry run: its card, and its report as a file."""

    card: Card
    report: File


@dataclass(frozen=True, slots=True)
class Made:
    """What was done: its card, and the first and the last of its changes in the history, 0 for none."""

    card: Card
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Exported:
    """An export. `number` counts its entries or lines; a `packed` one is compressed."""

    content: bytes
    number: int
    packed: bool


def try_out(store: Path, target: Target, file: File, outside: Outside) -> Tried:
    """Make a dry run of a file. Raises UserError."""
    parsed = _parsed(file, outside)
    plan = _in_store(store, outside, lambda db: bring.dry_run(db, target, parsed, outside.progress))
    return _tried(file, parsed, plan, moved=False)


def bring_in(store: Path, target: Target, file: File, outside: Outside, *, token: str, now: datetime) -> Made | Tried:
    """Bring a file in if it and what would come of it are what `token` says; return the new dry run otherwise."""
    if file.digest != token[:DIGITS]:
        raise UserError(GONE)
    parsed = _parsed(file, outside)

    def agreed(plan: Plan) -> bool:
        return plan.digest[:DIGITS] == token[DIGITS:]

    try:
        done = _in_store(
            store,
            outside,
            lambda db: bring.bring_in(db, target, parsed, now, agreed, progress=outside.progress),
        )
    except Moved as moved:
        return _tried(file, parsed, moved.plan, moved=True)
    return Made(brought_card(done, 0), done.first, done.last)


def take_back(store: Path, actor: Actor, outside: Outside, *, first: int, last: int, now: datetime) -> Made:
    """Take an import back, whose changes in the history are those from `first` to `last`. Raises UserError."""
    done = _in_store(store, outside, lambda db: back.take_back(db, actor, first, last, now, outside.progress))
    return Made(taken_back_card(done, 0), done.first, done.last)


def write_out(store: Path, guild_id: int, form: Form, most: int, outside: Outside) -> Exported:
    """Export what a server has, compressed where it has more than `most` bytes."""
    read = export.export_sheet if form is Form.SHEET else export.export_lines

    async def rows(db: Database) -> list[str]:
        async with db.read() as conn:
            return await read(conn, guild_id, outside.progress)

    found = _in_store(store, outside, rows)
    content = "".join(found).encode()
    packed = len(content) > most
    return Exported(files.pack(content) if packed else content, len(found) - 1, packed)


def _parsed(file: File, outside: Outside) -> Parsed:
    outside.allow(READING_SECONDS)
    parsed = bring.parse(file.name, file.content, limited=True)
    outside.allow(CPU_SECONDS)
    return parsed


def _in_store(store: Path, outside: Outside, work: Callable[[Database], Awaitable[Result]]) -> Result:
    async def done() -> Result:
        async with Database(store, outside.writing) as db:
            return await work(db)

    return asyncio.run(done())


def _tried(file: File, parsed: Parsed, plan: Plan, *, moved: bool) -> Tried:
    token = file.digest + plan.digest[:DIGITS]
    card = dry_run_card(file.name, plan, remark=parsed.remark, token=token, moved=moved)
    whole = report(file.name, plan, parsed.remark).encode()
    packed = len(whole) > files.FILE_BYTES
    return Tried(card, File(f"{REPORT}.gz", files.pack(whole)) if packed else File(REPORT, whole))
