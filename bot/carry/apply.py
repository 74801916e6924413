"""Doing what a dry run has shown: all of it, in the transaction of the caller."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from bot import names
from bot.carry.numbers import Numbers
from bot.carry.plan import Plan, Step
from bot.carry.records import (
    EntryRecord,
    HiddenRecord,
    NameRecord,
    Record,
    RevisionRecord,
    SettingRecord,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    resolve,
)
from bot.model import SHARED, Kind, SubjectKind
from bot.store import carried, packs, settings
from bot.store import names as name_store
from bot.store.database import Connection
from bot.writing.fields import keys

ACTION = "imported"
"""What the history calls a change by a file. Its `actor_id` is 0 where the operator brought it in."""

OPERATOR = 0

Row: TypeAlias = tuple[Any, ...]

One = TypeVar("One", bound=Record)


async def apply(conn: Connection, plan: Plan, now: datetime, *, noted: bool) -> None:
    """Bring in what the plan says. With `noted` each change goes into the history, else only what was there before."""
    await _Applying(conn, plan, int(now.timestamp()), noted=noted).run()


@dataclass(frozen=True, slots=True)
class _Typed(Generic[One]):
    """A step of which the type of record is known."""

    record: One
    old: One | None
    step: Step


class _Applying:
    def __init__(self, conn: Connection, plan: Plan, now: int, *, noted: bool) -> None:
        self._conn = conn
        self._plan = plan
        self._now = now
        self._noted = noted
        self._actor = plan.state.target.actor
        self._numbers = Numbers(plan.state)
        self._notes: list[Row] = []

    async def run(self) -> None:
        """Write one type after the other: each refers only to those before it."""
        conn, numbers = self._conn, self._numbers
        sources = await self._numbered(SourceRecord, "source")
        await carried.insert_sources(conn, [numbers.source_row(step.record) for step in sources if not step.old])
        await carried.update_sources(conn, [numbers.source_row(step.record) for step in sources if step.old])
        await carried.replace_facts(
            conn,
            [step.record.id for step in sources],
            [(step.record.id, *fact) for step in sources for fact in step.record.facts],
        )
        for step in sources:
            self._note(step, "source", step.record.id, _source_fields)
        await self._subjects()
        touched = await self._names()
        touched |= await self._entries()
        await carried.reindex(conn, touched)
        hidden = self._steps(HiddenRecord)
        await carried.insert_hidden(conn, [(step.record.guild, numbers.shared(step.record.entry)) for step in hidden])
        for step in hidden:
            self._note(step, "entry", numbers.shared(step.record.entry), lambda _: None)
        suggestions = await self._numbered(SuggestionRecord, "suggestion")
        await carried.upsert_suggestions(
            conn,
            [numbers.suggestion_row(step.record) for step in suggestions],
            [(step.record.id, int(member)) for step in suggestions for member in step.record.supporters],
        )
        for step in self._steps(SettingRecord):
            await settings.upsert_setting(conn, step.record.guild or 0, step.record.key, step.record.value)
        await self._history()

    def _steps(self, of: type[One]) -> list[_Typed[One]]:
        return [
            _Typed(step.record, step.old if isinstance(step.old, of) else None, step)
            for step in self._plan.steps
            if isinstance(step.record, of)
        ]

    async def _numbered(self, of: type[One], table: str) -> list[_Typed[One]]:
        """Return the steps of a type, each record with the number that it has or gets."""
        steps = self._steps(of)
        assert all(step.old is None or (step.old.id and not step.old.line) for step in steps), "only what is stored changes"
        given = await self._numbers.give(self._conn, table, [step.record for step in steps if step.old is None])
        waiting = iter(given)
        numbered = [
            _Typed(replace(step.record, id=step.old.id if step.old else next(waiting)), step.old, step.step)
            for step in steps
        ]
        for step in numbered:
            self._numbers.know(step.record)
        return numbered

    async def _subjects(self) -> None:
        steps = await self._numbered(SubjectRecord, "subject")
        rows = [(one.id, one.guild, one.key, one.kind, one.name, one.description) for one in (s.record for s in steps)]
        await carried.insert_subjects(self._conn, [row for row, s in zip(rows, steps, strict=True) if not s.old])
        await carried.update_subjects(self._conn, [row for row, s in zip(rows, steps, strict=True) if s.old])

    async def _names(self) -> set[int]:
        """Write names with their endings, and return the entries that are found by them."""
        rows: list[Row] = []
        links: list[Row] = []
        words: set[str] = set()
        pairs: set[tuple[int, int]] = set()
        for step in self._steps(NameRecord):
            one, guild = step.record, step.record.guild or SHARED
            subject = self._plan.state.subjects[resolve(one.subject, guild)]
            subject_id = self._numbers.subject(one.subject, guild)
            key = names.key(one.text)
            sources = json.dumps([self._numbers.source(each, guild) for each in one.sources])
            measure = subject.kind == SubjectKind.MEASURE
            for each, rank in [
                (key, int(one.alias)),
                *((end, 2) for end in names.parts(SubjectKind(subject.kind), key)),
            ]:
                rows.append((guild, each, rank, subject_id, measure, one.text))
                links.append((guild, each, rank, subject_id, sources))
            words.update(key.split())
            pairs.add((guild, subject_id))
            if one.alias:
                self._note(step, "subject", subject_id, partial(_alias_fields, subject.name))
        await carried.upsert_names(self._conn, rows)
        await carried.replace_name_sources(self._conn, links)
        await name_store.insert_typo_keys(
            self._conn, ((typo, word) for word in words for typo in names.typo_keys(word))
        )
        return await carried.select_related(self._conn, pairs)

    async def _entries(self) -> set[int]:
        steps = await self._numbered(EntryRecord, "entry")
        rows, relations, hidden, shown = await asyncio.to_thread(self._entry_rows, steps)  # as of many it takes a while
        await carried.insert_entries(self._conn, [row for row, step in zip(rows, steps, strict=True) if not step.old])
        await carried.update_entries(self._conn, [row for row, step in zip(rows, steps, strict=True) if step.old])
        ids = [step.record.id for step in steps]
        await packs.replace_relations(self._conn, ids, relations)
        await carried.replace_members(self._conn, [(step.record.id, step.record.member) for step in steps])
        await carried.delete_hidden(self._conn, shown)
        await carried.insert_hidden(self._conn, hidden)
        return set(ids)

    def _entry_rows(self, steps: list[_Typed[EntryRecord]]) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
        """Return entries, how they are found, and what servers hide and show again for them, as rows."""
        author = self._actor.user_id if self._actor else None
        rows: list[Row] = []
        relations: list[Row] = []
        hidden: list[Row] = []
        shown: list[Row] = []
        for step in steps:
            one = step.record
            if one.added_at is None:
                one = replace(one, added_by=author, added_at=self._now)
            rows.append(self._numbers.entry_row(one, step.step.content))
            relations.extend(self._numbers.relations(one, step.step.content))
            if one.corrects:
                pair = (one.guild, self._numbers.shared(one.corrects))
                if one.deleted_at is None:
                    hidden.append(pair)
                elif step.old and step.old.deleted_at is None:
                    shown.append(pair)
            self._note(step, "entry", one.id, self._entry_fields)
        return rows, relations, hidden, shown

    async def _history(self) -> None:
        """Write the history that the file brings, then what was done now."""
        steps = self._steps(RevisionRecord)
        given = await self._numbers.give(self._conn, "revision", [step.record for step in steps], together=True)
        rows = [
            (
                id_,
                one.guild,
                one.target,
                self._numbers.target(one.target, one.of, one.guild or 0),
                one.action,
                one.actor,
                one.at,
                self._numbers.texts(one.before, one.guild or 0),
                self._numbers.texts(one.after, one.guild or 0),
            )
            for id_, one in zip(given, (step.record for step in steps), strict=True)
        ]
        await carried.insert_revisions(self._conn, rows)
        await carried.insert_revisions(self._conn, self._notes)

    def _note(
        self, step: _Typed[One], target: str, target_id: int, fields: Callable[[One], dict[str, str] | None]
    ) -> None:
        """Remember a change for the history; that of what is shared has none."""
        guild = step.record.guild or SHARED
        if guild == SHARED or not (self._noted or step.old):
            return
        before, after = (fields(step.old) if step.old else self._replaced(step.record)), fields(step.record)
        actor_id = self._actor.user_id if self._actor else OPERATOR
        texts = (
            None if each is None else json.dumps(each, ensure_ascii=False, sort_keys=True) for each in (before, after)
        )
        self._notes.append((None, guild, target, target_id, ACTION, actor_id, self._now, *texts))

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
