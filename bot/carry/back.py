"""Taking an import back: what it changed becomes what it was before, all of it or nothing.

What an import was is in the history: its changes have ids one after the other, as they were made in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot import names
from bot.carry import check, lines
from bot.carry.apply import Done, carry_out
from bot.carry.changes import RECORD
from bot.carry.check import Refused
from bot.carry.decide import TOLD
from bot.carry.plan import Plan, Step
from bot.carry.reading import Progress, untold
from bot.carry.records import (
    DigestRecord,
    EntryRecord,
    HiddenRecord,
    Moment,
    NameRecord,
    Record,
    Snowflake,
    SourceRecord,
    SubjectRecord,
    reference,
)
from bot.carry.state import State, Target, load
from bot.digest.digests import FROM_FILE
from bot.errors import UserError
from bot.ingest.pack import PackEntry
from bot.model import A_FILE, IMPORTED, SHARED, Actor
from bot.store import revisions
from bot.store.carry import steady
from bot.store.database import Database
from bot.store.revisions import Revision

REVERTED = "reverted"
"""What the history calls it."""

NONE = "There is no such import in this server."

NAMED = 10
"""So many of what stands in the way are named."""

One = TypeVar("One", bound=Record)


@dataclass(frozen=True, slots=True)
class _Made:
    """What an import changed, which of its entries were changed before it, and all that was changed after it."""

    changes: Sequence[Revision]
    earlier: set[int]
    later: Sequence[Revision]


async def take_back(  # noqa: PLR0917 - which import of which server, by whom and when
    db: Database, actor: Actor, first: int, last: int, now: datetime, progress: Progress = untold
) -> Done:
    """Take an import back, whose changes in the history are those from `first` to `last`.

    Articles and subjects that it added stay, as their entries can be restored. Raises UserError where there is no such
    import, where something of it was changed since, and where something cannot become what it was.
    """

    async def planned() -> Plan:
        async with db.read() as conn, steady(conn):
            changes = await revisions.select_between(conn, actor.guild_id, first, last)
            made = _Made(changes, *await revisions.select_around(conn, actor.guild_id, first, last))
            if {change.action for change in changes if change.actor_id != A_FILE} != {IMPORTED}:
                raise UserError(NONE)
            wanted = [change.target_id for change in changes if change.target == "entry"]
            state = await load(conn, Target(actor.guild_id, actor), (), (), progress, ids=wanted)
        steps = await asyncio.to_thread(_Undoing(state, made, int(now.timestamp())).steps, progress)
        return Plan(state, (), tuple(steps))

    return await carry_out(db, planned, None, now, REVERTED, noted=True, progress=progress)


class _Undoing:
    def __init__(self, state: State, made: _Made, now: int) -> None:
        self._state = state
        self._made = made
        self._now = Moment(now)
        self._at = int(made.changes[0].at.timestamp())
        self._guild = Snowflake(state.target.guild_id)
        self._sources = {id_: key for key, id_ in state.sources.items()}
        self._records = {(type(record), record.id): record for record in state.known.values() if record.id}
        self._faults: list[str] = []

    def steps(self, progress: Progress) -> list[Step]:
        """Return what there is to do. Raises UserError."""
        self._unchanged()
        steps: list[Step] = []
        changes = self._made.changes
        for number, change in enumerate(changes):
            if not number % TOLD:
                progress(number, len(changes), "changes looked at")
            step = self._step(change)
            steps += [] if step is None else [step]
        progress(len(changes), len(changes), "changes looked at")
        # What is shown again or removed makes room for what returns in its place.
        steps.sort(key=lambda step: not (step.gone or getattr(step.record, "deleted_at", None)))
        self._places(steps)
        steps += self._digests()
        if self._faults:
            rest = len(self._faults) - NAMED
            more = f"\n… and {rest:,} more." if rest > 0 else ""
            raise UserError("\n".join(["Nothing was taken back.", *self._faults[:NAMED]]) + more)
        return steps

    def _unchanged(self) -> None:
        """Raise UserError where anything was changed since, which says what."""
        aliases = {(change.target_id, _alias(change)) for change in self._made.changes if change.target == "subject"}
        later = [
            change
            for change in self._made.later
            if change.target != "subject" or (change.target_id, _alias(change)) in aliases
        ]
        whole = {_thing(change) for change in self._made.changes if _is_reverted(change)}
        if later and whole == {_thing(change) for change in later if change.action == REVERTED}:
            raise UserError("This import was taken back already, or each of its changes was.")
        changed = dict.fromkeys(map(self._called, later))
        if changed:
            rest = len(changed) - NAMED
            which = ", ".join([*list(changed)[:NAMED], *([f"{rest:,} more"] if rest > 0 else [])])
            raise UserError(
                f"Nothing was taken back, as this was changed since then: {which}. /entry history shows each change of "
                "an entry and takes it back alone."
            )

    def _places(self, steps: list[Step]) -> None:
        """Find corrections that would return where the server shows another one by now, or nothing."""
        known = self._state.known.values()
        taken = {one.corrects for one in known if isinstance(one, EntryRecord) and not one.deleted_at}
        taken |= {one.entry for one in known if isinstance(one, HiddenRecord)}
        for step in steps:
            match step.record:
                case HiddenRecord(entry=pair):
                    taken.discard(pair)
                case EntryRecord(corrects=(_, _) as pair) as record:
                    returns = isinstance(step.old, EntryRecord) and step.old.deleted_at and not record.deleted_at
                    if returns and pair in taken:
                        self._faults.append(f"#{record.id} cannot return: what it corrects is shown otherwise now.")
                    elif record.deleted_at:
                        taken.discard(pair)
                case _:
                    pass

    def _called(self, change: Revision) -> str:
        match change.target:
            case "entry":
                return f"#{change.target_id}"
            case "subject" if alias := _alias(change):
                return f"the search name “{alias}”"
            case target:
                return f"{target} {change.target_id}"

    def _step(self, change: Revision) -> Step | None:
        """Return what takes a change back; None where there is nothing to do, or that cannot be done."""
        try:
            match change.target:
                case "entry" if entry := self._record(EntryRecord, change.target_id):
                    return self._entry(entry, change)
                case "entry":
                    return self._shown(change)
                case "source" if source := self._record(SourceRecord, change.target_id):
                    return self._source(source, change)
                case "subject":
                    return self._name(change)
                case _:
                    return self._missing()
        except Refused as refused:
            self._faults.append(f"{self._called(change)} cannot become what it was: {refused}")
            return None

    def _record(self, of: type[One], id_: int) -> One | None:
        found = self._records.get((of, id_))
        return found if isinstance(found, of) else None

    def _entry(self, entry: EntryRecord, change: Revision) -> Step | None:
        if change.before is None or self._corrected_first(entry, change):
            return None if entry.deleted_at else Step(replace(entry, deleted_at=self._now), entry, self._content(entry))
        fields = dict(change.before)
        source = self._sources.get(names.entry_number(fields.pop("source", "")))
        if source is None:
            raise Refused("its source is not there any more.")
        record = replace(entry, source=reference(*source), fields=fields, deleted_at=None, exact=None)
        content = self._content(record)
        return Step(replace(record, subjects=check.references(content) if content else ()), entry, content)

    def _corrected_first(self, entry: EntryRecord, change: Revision) -> bool:
        """Whether a change made a correction; before it, there was the shared entry."""
        match entry.corrects:
            case (source, key):
                shared = self._state.entries.get(self._state.shared.get((source, key), 0))
            case _:
                return False
        number = str(self._state.sources.get((SHARED, source), 0))
        was = shared is not None and change.before == {**shared.fields, "source": number}
        return was or (entry.added_at == self._at and entry.id not in self._made.earlier)

    def _content(self, record: EntryRecord) -> PackEntry | None:
        """Return what an entry says, with the subjects that it has; None for one that is taken as it is."""
        if record.exact is not None:
            return None
        said = check.linked(check.read(record)[1], record, self._state)
        if said.new:
            raise Refused(f"“{said.new[0].name}” is no subject any more.")
        return said.content

    def _shown(self, change: Revision) -> Step:
        shared = self._state.entries.get(change.target_id)
        if shared is None:
            return self._missing()
        return Step(HiddenRecord(guild=self._guild, entry=(shared.source.partition(":")[2], shared.key)), gone=True)

    def _missing(self) -> Step:
        raise Refused("it is not there any more.")

    def _source(self, source: SourceRecord, change: Revision) -> Step | None:
        if change.before is None:
            return None
        try:
            before = lines.record(change.before[RECORD])
        except (KeyError, ValueError) as error:
            raise Refused("what it was is not known any more.") from error
        return Step(replace(before, guild=source.guild, id=source.id), source)

    def _name(self, change: Revision) -> Step | None:
        alias, before = _alias(change), change.before or {}
        if not alias:
            subject = self._record(SubjectRecord, change.target_id)
            if subject is None or set(before) != {"name", "kind", "description"}:
                raise Refused("what it was is not known any more.")
            return Step(replace(subject, **before), subject)
        whose = next((key for key, one in self._state.subjects.items() if one.id == change.target_id), None)
        if whose is None:
            raise Refused("its subject is not there any more.")
        name = NameRecord(guild=self._guild, subject=reference(*whose), text=alias, alias=True)
        return Step(replace(name, text=before["alias"]), name) if before else Step(name, gone=True)

    def _digests(self) -> list[Step]:
        """Return that the digests go which came with the import, unless somebody has started them."""
        actor_id = self._made.changes[0].actor_id
        found = [
            record
            for record in self._state.known.values()
            if isinstance(record, DigestRecord) and (record.created_at, record.created_by) == (self._at, actor_id)
        ]
        self._faults += [
            f"Digest {one.id} was started since then; delete it first."
            for one in found
            if one.paused_reason != FROM_FILE
        ]
        return [Step(replace(one, deleted_at=self._now), one) for one in found]


def _thing(change: Revision) -> tuple[str, int]:
    return change.target, change.target_id


def _is_reverted(change: Revision) -> bool:
    """Return whether there is something to take back: an article that was added stays, and what came removed is so."""
    return change.before is not None or (change.after is not None and change.target != "source")


def _alias(change: Revision) -> str:
    """Return the search name that a change of a subject is about; "" where it is about the subject itself."""
    return (change.after or change.before or {}).get("alias", "")
