"""From references to the numbers of this store: those that records had where they are free, else new ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias

from bot.carry.records import (
    DigestRecord,
    EntryRecord,
    Fields,
    Record,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    link,
    resolve,
)
from bot.carry.state import Key, State
from bot.ingest.content import content_of, relations_of
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import SHARED, Actor, Basis, Kind, Status
from bot.store.packs import CONTENT

ROOM = 100_000
"""A moderator's file keeps a number that lies at most so far beyond the last one given: it cannot use them all up."""

LAST = 10**15
"""The operator's file keeps what is not greater."""


Taken: TypeAlias = tuple[set[int], int]
"""Which of the numbers that records had are taken in a table, and the last one that it has given."""


class Numbers:
    """What everything is numbered in the store, as far as a plan speaks of it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sources: dict[Key, int] = dict(state.sources)
        self._subjects: dict[Key, int] = {key: record.id for key, record in state.subjects.items()}
        self._entries: dict[tuple[int, Key, str], int] = {}
        self._suggestions: dict[int, int] = {}
        for record in state.known.values():
            if isinstance(record, EntryRecord):
                self._know_entry(record)

    def give(self, table: str, records: Sequence[Record], taken: Taken, *, together: bool = False) -> list[int]:
        """Return a number for each new record. With `together`, all keep theirs or none does, and so their order."""
        used, last = set(taken[0]), taken[1]
        kept: list[int] = []
        most = last + ROOM if self._state.target.actor else LAST
        for record in records:
            free = 0 < record.id <= most and record.id not in used
            kept.append(record.id if free else 0)
            used.add(record.id)
        if together and not all(kept):
            kept = [0] * len(records)
        new = count(max([last, *kept]) + 1)
        given = [id_ or next(new) for id_ in kept]
        if table == "suggestion":
            self._suggestions.update(zip((record.id for record in records), given, strict=True))
        return given

    def know(self, record: Record) -> None:
        """Learn the number of a record."""
        guild = record.guild or SHARED
        match record:
            case SourceRecord():
                self._sources[guild, record.key] = record.id
            case SubjectRecord():
                self._subjects[guild, record.key] = record.id
            case EntryRecord():
                self._know_entry(record)
            case _:
                pass

    def _know_entry(self, record: EntryRecord) -> None:
        guild = record.guild or SHARED
        self._entries[guild, resolve(record.source, guild), record.key] = record.id

    def source(self, text: str, guild: int) -> int:
        """Return the number of a source."""
        return self._sources[resolve(text, guild)]

    def subject(self, text: str, guild: int) -> int:
        """Return the number of a subject."""
        return self._subjects[resolve(text, guild)]

    def shared(self, pair: tuple[str, ...]) -> int:
        """Return the number of a shared entry."""
        source, key = pair
        return self._state.shared.get((source, key)) or self._entries[SHARED, (SHARED, source), key]

    def target(self, target: str, of: tuple[str, ...], guild: int) -> int:
        """Return the number of what a line of the history is about; 0 for a setting."""
        match target, of:
            case "entry", ("shared", source, key):
                return self.shared((source.partition(":")[2], key))
            case "entry", (_, source, key):
                return self._entries[guild, resolve(source, guild), key]
            case "source", (text,):
                return self.source(text, guild)
            case "subject", (text,):
                return self.subject(text, guild)
            case "suggestion", (number,):
                return self._suggestions.get(int(number), int(number))
            case _:
                return 0

    def texts(self, fields: Fields | None, guild: int) -> str | None:
        """Return fields as the store keeps them, with the number of a source in place of its reference."""
        if fields is None:
            return None
        found = dict(fields)
        try:
            id_ = self._sources.get(resolve(found.get("source", ""), guild))
        except ValueError:
            id_ = None
        return json.dumps(found | ({"source": str(id_)} if id_ else {}), ensure_ascii=False, sort_keys=True)

    def source_row(self, one: SourceRecord) -> tuple[Any, ...]:
        """Return a source as a row."""
        return (
            one.id,
            one.guild,
            one.key,
            one.label,
            one.sha256,
            one.length,
            one.text,
            one.pack_digest,
            one.text_from_file,
        )

    def entry_row(self, one: EntryRecord, content: PackEntry | None) -> tuple[Any, ...]:
        """Return an entry as a row."""
        guild = one.guild or SHARED
        corrects = self.shared(one.corrects) if one.corrects else None
        row = content_of(content or _outline(one), self._ids(one))
        if one.exact is not None:
            row = tuple(one.exact.get(column, value) for column, value in zip(CONTENT, row, strict=True))
        source_id = self.source(one.source, guild)
        return (one.id, guild, source_id, one.key, one.added_by, one.added_at, one.deleted_at, corrects, *row)

    def relations(self, one: EntryRecord, content: PackEntry | None) -> Iterator[tuple[Any, ...]]:
        """Yield how an entry is found, as rows."""
        for subject_id, *relation, entry_id in relations_of(content or _outline(one), one.id, self._ids(one)):
            kind, *place = relation
            yield (subject_id, kind, one.guild, *place, entry_id, one.deleted_at is not None)

    def suggestion_row(self, one: SuggestionRecord) -> tuple[Any, ...]:
        """Return a suggestion as a row."""
        guild = one.guild or SHARED
        entry = self.target("entry", one.entry, guild) if one.entry else None
        return (
            one.id,
            guild,
            one.member,
            one.kind,
            self.texts(one.fields, guild),
            one.status,
            one.suggested_at,
            one.decided_by,
            one.decided_at,
            one.reason,
            entry,
            one.channel,
            one.message,
        )

    def digest_row(self, one: DigestRecord, actor: Actor | None, now: int) -> tuple[Any, ...]:
        """Return a digest as a row. One that says nothing of its life is the actor's, and begins paused."""
        guild = one.guild or SHARED
        author = actor.user_id if actor and one.created_at is None else one.created_by
        paused_at = now if one.created_at is None else one.paused_at
        return (
            one.id,
            guild,
            now if one.created_at is None else one.created_at,
            one.name,
            one.channel,
            one.zone,
            one.time,
            one.days,
            one.late,
            one.window,
            one.stats,
            one.quotes,
            one.events,
            one.corrections,
            one.only_new,
            one.thread,
            json.dumps([self.subject(each, guild) for each in one.subjects]),
            one.introduction,
            one.role or 0,
            author or 0,
            paused_at,
            one.paused_reason,
            one.deleted_at,
            *(now if each is None else each for each in (one.since, one.settled)),
            one.due,
            now if one.new_since is None else one.new_since,
        )

    def _ids(self, one: EntryRecord) -> dict[str, int]:
        return {text: self.subject(text, one.guild or SHARED) for _, text in map(link, one.subjects)}


_FIGURE = PackStat("", Decimal(0), "", False, Basis.NOT_STATED, None, "", False, "", "")  # noqa: FBT003 - a row


def _outline(one: EntryRecord) -> PackEntry:
    """Return an entry of which only the subjects count: its columns say the rest exactly."""
    about = tuple(text for field, text in map(link, one.subjects) if not field)
    links = dict(map(link, one.subjects))
    match Kind(one.kind):
        case Kind.STAT:
            detail = replace(_FIGURE, measure=links.get("measure", ""), counted_by=links.get("counted_by", ""))
        case Kind.QUOTE:
            detail = PackQuote((), links.get("speaker", ""), "", "", "")
        case Kind.EVENT:
            detail = PackEvent("", "", "", "")
    return PackEntry(one.key, Kind(one.kind), about, "", "", Status.VERIFIED, "", None, detail)
