"""What the store holds already, as a dry run compares it with a file."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot import names
from bot.carry.reading import Progress, Reader, untold
from bot.carry.records import (
    DigestRecord,
    EntryRecord,
    Fault,
    HiddenRecord,
    NameRecord,
    Record,
    RevisionRecord,
    SettingRecord,
    Snowflake,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    resolve,
)
from bot.carry.sheet import Row
from bot.model import SHARED, Actor
from bot.store import carry
from bot.store.carry import EVERYTHING
from bot.store.database import Connection
from bot.store.sources import SourceText

Key: TypeAlias = tuple[int, str]
"""Whose a source or subject is, and its key."""

Pair: TypeAlias = tuple[str, str]
"""A shared entry: the key of its source, and its own."""

Identity: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file is brought in: one server, or with EVERYTHING the whole store. `actor` None is the operator.

    What the operator brings in is taken as it is; what a moderator brings in is checked like what is typed.
    """

    guild_id: int
    actor: Actor | None = None


@dataclass(slots=True)
class State:
    """The store at one moment, to which a dry run adds what the file brings.

    `known` holds what the target has, by identity; `shared` the ids of the shared entries that are spoken of.
    `moment` is another once the store has changed. `texts` are those of sources. `spellings` says which subjects
    answer to the key of a name, whether by an alias (1) or not (0), and its spelling. `hashes` are those of the texts
    of shared sources, by their keys.
    """

    target: Target
    moment: tuple[int, ...] = ()
    known: dict[Identity, Record] = field(default_factory=dict[Identity, Record])
    entries: dict[int, EntryRecord] = field(default_factory=dict[int, EntryRecord])
    sources: dict[Key, int] = field(default_factory=dict[Key, int])
    texts: dict[Key, SourceText] = field(default_factory=dict[Key, SourceText])
    subjects: dict[Key, SubjectRecord] = field(default_factory=dict[Key, SubjectRecord])
    spellings: dict[str, list[tuple[int, Key, str]]] = field(default_factory=dict[str, list[tuple[int, Key, str]]])
    hashes: dict[str, str] = field(default_factory=dict[str, str])
    shared: dict[Pair, int] = field(default_factory=dict[Pair, int])

    def owner(self, record: Record) -> int:
        """Return whose a record is."""
        return self.target.guild_id if record.guild is None else record.guild

    def put(self, record: Record) -> None:
        """Let a record be known, so that those after it find it."""
        guild = self.owner(record)
        known = identity(record, guild)
        while isinstance(record, RevisionRecord) and known in self.known:
            known = (*known, "again")  # the same may have been done twice in a second
        self.known[known] = record
        match record:
            case SourceRecord():
                self.sources.setdefault((guild, record.key), 0)
                self.texts[guild, record.key] = SourceText(record.length, record.text, record.text_from_file)
            case SubjectRecord():
                self.subjects[guild, record.key] = record
            case NameRecord():
                spelt = self.spellings.setdefault(names.key(record.text), [])
                spelt.append((int(record.alias), resolve(record.subject, guild), record.text))
            case EntryRecord():
                if record.id:
                    self.entries[record.id] = record
                if guild == SHARED:
                    self.shared[record.source.partition(":")[2], record.key] = record.id
            case _:
                pass


def identity(record: Record, guild: int) -> Identity:
    """Return by what a record is known again: its key and whose it is, but for the history all that it says."""
    match record:
        case SourceRecord() | SubjectRecord() | SettingRecord():
            known = (record.key,)
        case NameRecord():
            known = (resolve(record.subject, guild), record.alias, names.key(record.text))
        case EntryRecord():
            known = (resolve(record.source, guild), record.key)
        case HiddenRecord():
            known = (record.entry,)
        case RevisionRecord():
            texts = (None if each is None else tuple(sorted(each.items())) for each in (record.before, record.after))
            known = (record.target, record.of, record.action, record.actor, record.at, *texts)
        case SuggestionRecord():
            known = (record.id, record.member, record.suggested_at)
        case DigestRecord():
            known = (record.id or -record.line, record.created_at)
        case _:
            raise TypeError(record)
    return type(record), guild, *known


async def load(
    conn: Connection,
    target: Target,
    lines: Iterable[Record | Row | Fault],
    pairs: Iterable[Pair] = (),
    progress: Progress = untold,
    *,
    ids: Iterable[int] = (),
) -> State:
    """Read what the target has, what it sees of the shared, and of the shared entries those that are spoken of.

    These are those of `pairs`, those with one of `ids`, and those that the lines name.
    """
    state = State(target, await carry.select_moment(conn, target.guild_id))
    reader = await Reader.open(conn, target.guild_id)
    told = any(isinstance(line, RevisionRecord) for line in lines)
    own = await reader.records(progress, but=() if told else {RevisionRecord})
    if target.guild_id != EVERYTHING:
        numbers = [*ids, *(line.id for line in lines if isinstance(line, Row) and line.id)]
        await _load_shared(
            conn, state, reader, {*pairs, *(pair for line in (*lines, *own) for pair in _pairs(line))}, numbers
        )
    for row in await carry.select_sources(conn, target.guild_id):
        state.sources[row[1], row[2]] = row[0]
    await asyncio.to_thread(_put_all, state, own)  # of many it takes a while
    return state


def _put_all(state: State, records: Iterable[Record]) -> None:
    for record in records:
        state.put(replace(record, guild=Snowflake(state.owner(record))))


async def _load_shared(
    conn: Connection, state: State, reader: Reader, wanted: Collection[Pair], numbers: Iterable[int]
) -> None:
    """Read the shared things that a server may refer to."""
    for row in await carry.select_sources(conn, SHARED):
        state.sources[SHARED, row[2]] = row[0]
        state.hashes[row[2]] = row[4]
        state.texts[SHARED, row[2]] = SourceText(row[5], row[6], bool(row[8]))
    for id_, _, key, kind, name, description in await carry.select_subjects(conn, SHARED):
        state.subjects[SHARED, key] = SubjectRecord(
            guild=Snowflake(SHARED), id=id_, key=key, kind=kind, name=name, description=description
        )
    for _, subject_id, rank, text, _ in await carry.select_names(conn, SHARED):
        state.spellings.setdefault(names.key(text), []).append((rank, reader.subjects[subject_id][:2], text))
    by_id = {state.sources.get((SHARED, source), 0): source for source, _ in wanted}
    found = await carry.select_shared_entries(
        conn, [(state.sources.get((SHARED, source), 0), key) for source, key in wanted]
    )
    state.shared.update({(by_id[source_id], key): id_ for (source_id, key), id_ in found.items()})
    for row in await carry.select_entries(conn, SHARED, ids=[*numbers, *found.values()]):
        entry, _ = reader.entry(row)
        state.shared[entry.source.partition(":")[2], entry.key] = entry.id
        state.entries[entry.id] = replace(entry, guild=Snowflake(SHARED))


def _pairs(line: Record | Row | Fault) -> Iterator[Pair]:
    match line:
        case EntryRecord(corrects=(source, key)) | HiddenRecord(entry=(source, key)):
            yield source, key
        case RevisionRecord(of=("shared", source, key)):
            yield source.partition(":")[2], key
        case _:
            pass
