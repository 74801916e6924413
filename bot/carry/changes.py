"""What a plan does to the store, as rows with the numbers that everything has or gets, ready to be written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from bot import names
from bot.carry import lines
from bot.carry.numbers import Numbers, Taken
from bot.carry.plan import Plan, Step
from bot.carry.records import (
    DigestRecord,
    EntryRecord,
    HiddenRecord,
    Moment,
    NameRecord,
    Record,
    RevisionRecord,
    SettingRecord,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    resolve,
)
from bot.model import OPERATOR, SHARED, Kind, SubjectKind
from bot.store import carry
from bot.store.database import Connection
from bot.writing.fields import keys

RECORD = "record"
"""The field of a change of a source that has it as a line of a file."""

NUMBERED = {
    "source": SourceRecord,
    "subject": SubjectRecord,
    "entry": EntryRecord,
    "revision": RevisionRecord,
    "suggestion": SuggestionRecord,
    "digest": DigestRecord,
}
"""Of which records the tables give numbers."""

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = list[Row]
One = TypeVar("One", bound=Record)


def _rows() -> Rows:
    return []


@dataclass(frozen=True, slots=True)
class Both:
    """Rows to add, and rows in place of what is there."""

    new: Rows = field(default_factory=_rows)
    old: Rows = field(default_factory=_rows)

    def put(self, step: _Typed[Any], row: Row) -> None:
        """Add a row where it belongs."""
        (self.old if step.old else self.new).append(row)

    @property
    def ids(self) -> list[int]:
        """Return the numbers with which rows begin."""
        return [row[0] for row in (*self.new, *self.old)]


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows by table, as the functions of `bot.store.carried` take them.

    `lasts` are the last numbers that tables had given when these were given out: they hold while those do. `named` are
    pairs (guild_id, subject_id) of which names change, `words` the words of new ones. `notes` are the history of it.
    """

    lasts: Mapping[str, int]
    sources: Both = field(default_factory=Both)
    facts: Rows = field(default_factory=_rows)
    subjects: Both = field(default_factory=Both)
    names: Rows = field(default_factory=_rows)
    name_sources: Rows = field(default_factory=_rows)
    gone_names: Rows = field(default_factory=_rows)
    named: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    words: set[str] = field(default_factory=set[str])
    entries: Both = field(default_factory=Both)
    relations: Rows = field(default_factory=_rows)
    members: Rows = field(default_factory=_rows)
    hidden: Rows = field(default_factory=_rows)
    shown: Rows = field(default_factory=_rows)
    suggestions: Rows = field(default_factory=_rows)
    supporters: Rows = field(default_factory=_rows)
    settings: Rows = field(default_factory=_rows)
    digests: Both = field(default_factory=Both)
    revisions: Rows = field(default_factory=_rows)
    notes: Rows = field(default_factory=_rows)


async def prepare(conn: Connection, plan: Plan, now: datetime, action: str, *, noted: bool) -> Changes:
    """Return the rows of a plan. With `noted` each change goes into the history, else only what was there before.

    `action` is what the history calls it.
    """
    taken: dict[str, Taken] = {}
    for table, of in NUMBERED.items():
        asked = [step.record.id for step in plan.steps if isinstance(step.record, of) and step.old is None]
        if asked:
            taken[table] = await carry.select_taken(conn, table, filter(None, asked))
    preparing = _Preparing(plan, taken, int(now.timestamp()), action, noted=noted)
    return await asyncio.to_thread(preparing.changes)  # as of many it takes a while


@dataclass(frozen=True, slots=True)
class _Typed(Generic[One]):
    """A step of which the type of record is known."""

    record: One
    old: One | None
    step: Step


class _Preparing:
    def __init__(self, plan: Plan, taken: Mapping[str, Taken], now: int, action: str, *, noted: bool) -> None:
        self._plan = plan
        self._taken = taken
        self._now = Moment(now)
        self._action = action
        self._noted = noted
        self._actor = plan.state.target.actor
        self._numbers = Numbers(plan.state)
        self._made = Changes({table: last for table, (_, last) in taken.items()})

    def changes(self) -> Changes:
        """Return the rows, one type after the other: each refers only to those before it."""
        self._sources()
        self._subjects()
        self._names()
        self._entries()
        for step in self._steps(HiddenRecord):
            shared = self._numbers.shared(step.record.entry)
            (self._made.shown if step.step.gone else self._made.hidden).append((step.record.guild, shared))
            self._note(step, "entry", shared, lambda _: None)
        for step in self._numbered(SuggestionRecord, "suggestion"):
            self._made.suggestions.append(self._numbers.suggestion_row(step.record))
            self._made.supporters.extend((step.record.id, int(member)) for member in step.record.supporters)
        for step in self._steps(SettingRecord):
            self._made.settings.append((step.record.guild or 0, step.record.key, step.record.value))
        for step in self._numbered(DigestRecord, "digest"):
            self._made.digests.put(step, self._numbers.digest_row(step.record, self._actor, self._now))
        self._revisions()
        return self._made

    def _steps(self, of: type[One]) -> list[_Typed[One]]:
        return [
            _Typed(step.record, step.old if isinstance(step.old, of) else None, step)
            for step in self._plan.steps
            if isinstance(step.record, of)
        ]

    def _numbered(self, of: type[One], table: str) -> list[_Typed[One]]:
        """Return the steps of a type, each record with the number that it has or gets."""
        steps = self._steps(of)
        assert all(not step.old or (step.old.id and not step.old.line) for step in steps), "what changes is stored"
        new = [step.record for step in steps if step.old is None]
        given = iter(self._numbers.give(table, new, self._taken[table]) if new else ())
        numbered = [
            _Typed(replace(step.record, id=step.old.id if step.old else next(given)), step.old, step.step)
            for step in steps
        ]
        for step in numbered:
            self._numbers.know(step.record)
        return numbered

    def _sources(self) -> None:
        for step in self._numbered(SourceRecord, "source"):
            self._made.sources.put(step, self._numbers.source_row(step.record))
            self._made.facts.extend((step.record.id, *fact) for fact in step.record.facts)
            self._note(step, "source", step.record.id, _source_fields if not step.old else _whole_source)

    def _subjects(self) -> None:
        for step in self._numbered(SubjectRecord, "subject"):
            one = step.record
            self._made.subjects.put(step, (one.id, one.guild, one.key, one.kind, one.name, one.description))
            if step.old:
                self._note(step, "subject", one.id, _subject_fields)

    def _names(self) -> None:
        """Make rows of names, with their endings."""
        for step in self._steps(NameRecord):
            one, guild = step.record, step.record.guild or SHARED
            subject = self._plan.state.subjects[resolve(one.subject, guild)]
            subject_id = self._numbers.subject(one.subject, guild)
            key = names.key(one.text)
            self._made.named.add((guild, subject_id))
            if one.alias:
                self._note(step, "subject", subject_id, partial(_alias_fields, subject.name))
            if step.step.gone:
                self._made.gone_names.append((guild, subject_id, key))
                continue
            sources = json.dumps([self._numbers.source(each, guild) for each in one.sources])
            endings = ((end, 2) for end in names.parts(SubjectKind(subject.kind), key))
            for each, rank in [(key, int(one.alias)), *endings]:
                self._made.names.append((guild, each, rank, subject_id, subject.kind == SubjectKind.MEASURE, one.text))
                self._made.name_sources.append((guild, each, rank, subject_id, sources))
            self._made.words.update(key.split())

    def _entries(self) -> None:
        """Make rows of entries, of how they are found, and of what servers hide and show again for them."""
        author = self._actor.user_id if self._actor else None
        made = self._made
        for step in self._numbered(EntryRecord, "entry"):
            one, content = step.record, step.step.content
            if one.added_at is None:
                one = replace(one, added_by=author, added_at=self._now)
            if author and one.deleted_at is not None:
                one = replace(one, deleted_at=Moment(min(one.deleted_at, self._now)))
            made.entries.put(step, self._numbers.entry_row(one, content))
            made.relations.extend(self._numbers.relations(one, content))
            if one.member is not None:
                made.members.append((one.id, one.member))
            if one.corrects:
                pair = (one.guild, self._numbers.shared(one.corrects))
                if one.deleted_at is None:
                    made.hidden.append(pair)
                elif step.old and step.old.deleted_at is None:
                    made.shown.append(pair)
            self._note(step, "entry", one.id, self._entry_fields)

    def _revisions(self) -> None:
        """Make rows of the history that the file brings."""
        steps = self._steps(RevisionRecord)
        records = [step.record for step in steps]
        given = self._numbers.give("revision", records, self._taken["revision"], together=True) if steps else ()
        for id_, one in zip(given, records, strict=True):
            guild = one.guild or 0
            target_id = self._numbers.target(one.target, one.of, guild)
            texts = (self._numbers.texts(each, guild) for each in (one.before, one.after))
            at = min(one.at, self._now) if self._actor else one.at  # nothing was done after now
            self._made.revisions.append((id_, one.guild, one.target, target_id, one.action, one.actor, at, *texts))

    def _note(
        self, step: _Typed[One], target: str, target_id: int, fields: Callable[[One], dict[str, str] | None]
    ) -> None:
        """Remember a change for the history; that of what is shared has none."""
        guild = step.record.guild or SHARED
        if guild == SHARED or not (self._noted or step.old):
            return
        before, after = (fields(step.old) if step.old else self._replaced(step.record)), fields(step.record)
        if step.step.gone:
            before, after = after, before
        actor_id = self._actor.user_id if self._actor else OPERATOR
        texts = map(_text, (before, after))
        self._made.notes.append((None, guild, target, target_id, self._action, actor_id, self._now, *texts))

    def _replaced(self, record: Record) -> dict[str, str] | None:
        """Return what was shown in the place of a new record: the shared entry that it corrects or hides."""
        match record:
            case EntryRecord(corrects=(_, _) as pair, deleted_at=None) | HiddenRecord(entry=(_, _) as pair):
                shared = self._plan.state.entries.get(self._numbers.shared(pair))
                return self._entry_fields(shared) if shared else None
            case _:
                return None

    def _entry_fields(self, record: EntryRecord) -> dict[str, str] | None:
        """Return an entry as the history has it; None for one that is removed."""
        if record.deleted_at is not None:
            return None
        source = str(self._numbers.source(record.source, record.guild or 0))
        said = {**record.fields, "source": source}
        return {name: said.get(name, "") for name in keys(Kind(record.kind))}


def _alias_fields(name: str, record: NameRecord) -> dict[str, str]:
    return {"name": name, "alias": record.text}


def _source_fields(record: SourceRecord) -> dict[str, str]:
    return {"label": record.label, **{fact[0]: fact[1] for fact in record.facts}}


def _whole_source(record: SourceRecord) -> dict[str, str]:
    """Return a source that is changed with all there is to say of it, so that this can be taken back."""
    return {**_source_fields(record), RECORD: lines.line(replace(record, guild=None, id=0, line=0))}


def _subject_fields(record: SubjectRecord) -> dict[str, str]:
    return {"name": record.name, "kind": record.kind, "description": record.description}


def _text(fields: Mapping[str, str] | None) -> str | None:
    return None if fields is None else json.dumps(fields, ensure_ascii=False, sort_keys=True)
