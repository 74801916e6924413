"""Bringing a file in: read, tried out, and then done at once or not at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.carry import files, lines, packs, sheet
from bot.carry.apply import Done, carry_out
from bot.carry.check import read
from bot.carry.decide import decide
from bot.carry.files import Form
from bot.carry.plan import Item, Outcome, Plan
from bot.carry.reading import Progress, untold
from bot.carry.records import NAMES, EntryRecord, Fault, Header, Record
from bot.carry.sheet import Row
from bot.carry.state import State, Target, load
from bot.errors import PackError, UserError
from bot.ingest.pack import Pack
from bot.ingest.read import read_pack
from bot.model import IMPORTED
from bot.store.carry import EVERYTHING, steady
from bot.store.database import Database
from bot.writing import duplicates

NAMED = 10
"""So many faults of a pack are said at once."""

AT_ONCE = 100
"""So many entries are looked for in the store at a time."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read: its form, and its lines or the pack that it is. A file of ours has a `header`.

    `places` says where in its file what a pack holds stands.
    """

    form: Form
    header: Header | None = None
    lines: tuple[Record | Row | Fault, ...] = ()
    pack: Pack | None = None
    places: packs.Places = field(default_factory=dict[tuple[str, str], int])

    @property
    def everything(self) -> bool:
        """Whether the file holds a whole store, and not what one server has."""
        return self.header is not None and self.header.everything

    @property
    def word(self) -> str:
        """Return what its parts are numbered as."""
        return "row" if self.form is Form.SHEET else "entry" if self.pack and not self.places else "line"

    @property
    def remark(self) -> str:
        """Return what is odd about the file as a whole, or ""."""
        if self.header is None:
            return ""
        counted = Counter(NAMES[type(line)] for line in self.lines if isinstance(line, Record))
        said = {name: self.header.counts.get(name, 0) for name in NAMES.values()}
        short = [f"{number:,} × {name}" for name, number in said.items() if counted[name] < number]
        return f"The header speaks of more than could be read: {', '.join(short)}. Is the file whole?" if short else ""


class Moved(Exception):  # noqa: N818 - not an error: there is a new plan to look at
    """The store has changed since the dry run: this is what would come of the file now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__()


def parse(name: str, content: bytes, *, limited: bool) -> Parsed:
    """Read a file that is called so; `limited` is whether the limits of Discord hold. Raises UserError."""
    form = files.form_of(name)
    if limited:
        files.check_size(len(content))
    text = files.decode(files.unpack(content, files.UNPACKED_BYTES if limited else None))
    del content
    if not text or text.isspace():
        raise UserError("The file is empty.")
    if form is Form.PACK:
        pack = _pack(name, text)
        return Parsed(form, pack=pack, places=packs.places(pack, text))
    header, found = lines.read(text) if form is Form.LINES else (None, sheet.read(text))
    return Parsed(form, header, tuple(files.at_most(files.FILE_ROWS, found) if limited else found))


def _pack(name: str, text: str) -> Pack:
    try:
        return read_pack(name, text.encode())
    except PackError as error:
        more = f"\n… and {len(error.faults) - NAMED:,} more." if len(error.faults) > NAMED else ""
        raise UserError("The pack cannot be read:\n" + "\n".join(error.faults[:NAMED]) + more) from error


async def dry_run(db: Database, target: Target, parsed: Parsed, progress: Progress = untold) -> Plan:
    """Return what would come of a file. Raises UserError for one that cannot be brought in there."""
    if parsed.everything and target.actor is not None:
        raise UserError("This file holds a whole store. Only the bot’s operator can bring it in, on the command line.")
    if not parsed.everything and target.guild_id == EVERYTHING:
        raise UserError("This file is for one server; say for which: --server ID.")
    pairs = packs.pairs(parsed.pack) if parsed.pack else ()
    async with db.read() as conn, steady(conn):
        state = await load(conn, target, parsed.lines, pairs, progress)
    found = packs.records(parsed.pack, state, parsed.places) if parsed.pack else parsed.lines
    exported = parsed.form is Form.LINES
    plan = await asyncio.to_thread(decide, state, found, progress, exported=exported, word=parsed.word)
    return plan if exported and target.actor is None else await _with_duplicates(db, plan, progress)


async def _with_duplicates(db: Database, plan: Plan, progress: Progress) -> Plan:
    """Add to each entry that would be added or changed which entries of the store say the same."""
    asked = [
        (record, step)
        for step in plan.steps
        if isinstance(record := step.record, EntryRecord) and step.content and record.deleted_at is None
    ]
    said: dict[int, str] = {}
    for start in range(0, len(asked), AT_ONCE):
        progress(start, len(asked), "entries looked for in the store")
        some = asked[start : start + AT_ONCE]
        async with db.read() as conn:  # between two such chunks, others read
            contents = [read(record)[1] for record, _ in some]
            near = await duplicates.find_all(conn, plan.state.target.guild_id, contents)
        for (record, step), found in zip(some, near, strict=True):
            ignored = {step.old.id if step.old else 0, *_corrected(plan.state, record)}
            if others := [f"#{entry.id}" for entry in found if entry.id not in ignored]:
                said[record.line] = f"It says the same as {', '.join(others[: duplicates.SHOWN])}."
    progress(len(asked), len(asked), "entries looked for in the store")
    return replace(plan, items=tuple(_noted(item, said) for item in plan.items))


def _corrected(state: State, record: EntryRecord) -> list[int]:
    return [state.shared[record.corrects[0], record.corrects[1]]] if record.corrects else []


def _noted(item: Item, said: dict[int, str]) -> Item:
    why = said.get(item.line, "")
    if item.type != "entry" or item.outcome not in {Outcome.ADDED, Outcome.CHANGED} or not why:
        return item
    return replace(item, why=f"{item.why} {why}".strip())


async def bring_in(
    db: Database,
    target: Target,
    parsed: Parsed,
    now: datetime,
    agreed: Callable[[Plan], bool],
    *,
    plan: Plan | None = None,
    progress: Progress = untold,
) -> Done:
    """Bring a file in, all of it or nothing, and return what was done.

    It is tried out again, unless the store is as it was when `plan` was made of it. Raises Moved with that plan unless
    it is one that was `agreed` to, and UserError.
    """

    async def planned() -> Plan:
        found = await dry_run(db, target, parsed, progress)
        if not agreed(found):
            raise Moved(found)
        return found

    exact = parsed.form is Form.LINES and target.actor is None
    return await carry_out(db, planned, plan, now, IMPORTED, noted=not exact, progress=progress)
