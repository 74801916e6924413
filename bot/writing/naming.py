"""The names in an entry that a person wrote become subjects: those that are known, and new ones of the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import uuid4

from bot import names
from bot.answers.meaning import called, suggest
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import Subject, SubjectKind
from bot.names import Likeness
from bot.store import own, search, subjects
from bot.store.database import Connection
from bot.store.names import insert_alias, insert_typo_keys
from bot.text import raw_name

LIKE = 3
"""So many names are asked about in place of a new one."""

Name = tuple[bool, str]
"""Whether a measure is meant, and the letters of a name (see `names.Spelling`)."""


def name_of(text: str, *, measure: bool = False) -> Name:
    """Return a name as written in an entry."""
    return measure, names.spelling(text).letters


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever wrote a message that is quoted: a speaker of the server's own, whatever else goes by that name.

    `key` is the subject's, by which the author is known again under another `name`.
    """

    key: str
    name: str

    def is_called(self, name: str) -> bool:
        """Return whether a name in an entry means the author."""
        return names.like(name, self.name) is not Likeness.OTHER


@dataclass(frozen=True, slots=True)
class TakenName:
    """A name as typed, and the name of the subject that it is taken for: they differ by accents alone."""

    text: str
    name: str

    def __str__(self) -> str:
        return f"“{raw_name(self.text)}” is taken for {raw_name(self.name)}, as they differ only in accents."


@dataclass(frozen=True, slots=True)
class Meant:
    """What the names in an entry mean. Those that are in neither are new; `faults` are sentences by field.

    `author` is the speaker, where the entry quotes that person's message. `taken` are names that differ by accents from
    the known ones that they are taken for. `same` are new names that differ so from another new one of the entry.
    """

    known: Mapping[Name, Subject]
    faults: dict[str, str] = field(default_factory=dict[str, str])
    author: Author | None = None
    taken: tuple[TakenName, ...] = ()
    same: Mapping[Name, str] = field(default_factory=dict[Name, str])

    def named(self, entry: PackEntry) -> PackEntry:
        """Return the entry with each subject under its own name, and once."""

        def own_name(text: str, *, measure: bool = False) -> str:
            wanted = name_of(text, measure=measure)
            if self.author and not measure and self.author.is_called(text):
                return self.author.name
            return self.known[wanted].name if wanted in self.known else self.same.get(wanted, text)

        abouts = tuple(dict.fromkeys(own_name(text) for text in entry.subjects))
        return replace(entry, subjects=abouts, detail=_renamed(entry.detail, own_name))


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that no subject has: a new one would be made for it. `like` are names that may have been meant."""

    text: str
    kind: SubjectKind
    like: tuple[str, ...]


async def new(conn: Connection, guild_id: int, entry: PackEntry, meant: Meant) -> tuple[NewName, ...]:
    """Return the names of an entry for which subjects would be made."""
    found: dict[Name, NewName] = {}
    for _, text, kind in _names(entry):
        wanted = name_of(text, measure=kind is SubjectKind.MEASURE)
        if wanted not in meant.known and wanted not in found and wanted not in meant.same:
            if meant.author and not wanted[0] and meant.author.is_called(text):
                continue
            like = await suggest(conn, guild_id, text, measures=wanted[0], limit=LIKE)
            others = [one.name for one in like if (one.kind is SubjectKind.MEASURE) is wanted[0]]
            found[wanted] = NewName(text, kind, tuple(others))
    return tuple(found.values())


async def of_entry(conn: Connection, entry_id: int) -> dict[Name, Subject]:
    """Return the subjects that an entry has, under their names."""
    found = await subjects.select_of(conn, entry_id)
    # What it is mainly about goes before another subject of the same name.
    return {name_of(one.name, measure=one.kind is SubjectKind.MEASURE): one for _, one in reversed(found)}


async def understand(
    conn: Connection,
    guild_id: int,
    entry: PackEntry,
    kept: Mapping[Name, Subject] | None = None,
    author: Author | None = None,
) -> Meant:
    """Find what the names in an entry mean in a server; those of `kept` go on to mean the same.

    A speaker of the name of the `author` is that one.
    """
    known: dict[Name, Subject] = {}
    faults: dict[str, str] = {}
    taken: list[TakenName] = []
    new: dict[Name, str] = {}
    same: dict[Name, str] = {}
    looked_up: set[Name] = set()
    speaker = entry.detail.speaker if isinstance(entry.detail, PackQuote) else ""
    speaks = author if author and author.is_called(speaker) else None
    for key, text, kind in _names(entry):
        wanted = name_of(text, measure=kind is SubjectKind.MEASURE)
        if wanted in looked_up or (speaks and not wanted[0] and speaks.is_called(text)):
            continue
        looked_up.add(wanted)
        if kept and wanted in kept:
            known[wanted] = kept[wanted]
            continue
        found = await called(conn, guild_id, text, measures=wanted[0])
        if key == "speaker":
            # A place does not speak. What was only ever written about may be a person, though, or an office.
            found = [one for one in found if one.subject.kind is not SubjectKind.PLACE]
        named = [one for one in found if one.whole] or found
        likely = [one for one in named if one.subject.kind is kind] or named
        if likely and (len(likely) == 1 or name_of(likely[0].subject.name, measure=wanted[0]) == wanted):
            known[wanted] = likely[0].subject
            if likely[0].likeness is Likeness.ACCENTS:
                taken.append(TakenName(text, likely[0].subject.name))
        elif likely:
            may_be = " or ".join(raw_name(one.subject.name) for one in likely)
            faults.setdefault(key, f"“{raw_name(text)}” may be {may_be}; write which.")
        elif first := _like(text, new, measure=wanted[0]):
            same[wanted] = first
        else:
            new[wanted] = text
    # `named` has them under their own names from here on.
    own_names = {name_of(one.name, measure=measure): one for (measure, _), one in known.items()}
    return Meant(own_names | known, faults, speaks, tuple(taken), same)


def _like(text: str, new: Mapping[Name, str], *, measure: bool) -> str:
    """Return which new name of the entry a name is like, or ""."""
    alike = (one for (counted, _), one in new.items() if counted is measure)
    return next((one for one in alike if names.like(text, one) is not Likeness.OTHER), "")


async def settle(conn: Connection, guild_id: int, entry: PackEntry, meant: Meant) -> tuple[PackEntry, dict[str, int]]:
    """Return the entry with a key for each subject, and the ids by key; new subjects are added to the server."""
    ids = {wanted: one.id for wanted, one in meant.known.items()}
    author_id = await _settle_author(conn, guild_id, meant.author) if meant.author else 0
    for _, text, kind in _names(entry):
        wanted = name_of(text, measure=kind is SubjectKind.MEASURE)
        if meant.author and not wanted[0] and meant.author.is_called(text):
            ids[wanted] = author_id
        elif wanted in meant.same:
            ids[wanted] = ids[name_of(meant.same[wanted], measure=wanted[0])]
        elif wanted not in ids:
            ids[wanted] = await add(conn, guild_id, kind, text)

    def key(text: str, *, measure: bool = False) -> str:
        return str(ids[name_of(text, measure=measure)])

    abouts = tuple(dict.fromkeys(key(text) for text in entry.subjects))
    keyed = replace(entry, subjects=abouts, detail=_renamed(entry.detail, key))
    return keyed, {str(id_): id_ for id_ in ids.values()}


async def add(conn: Connection, guild_id: int, kind: SubjectKind, text: str, *, key: str = "") -> int:
    """Add a subject to a server, or give the one of this `key` another name, and return its id."""
    called = names.key(text)
    keys = [(called, 0), *((ending, 2) for ending in names.parts(kind, called))]
    subject_id = await own.upsert_subject(conn, guild_id, key or uuid4().hex, kind.value, text, keys)
    await insert_typo_keys(conn, ((typo, word) for word in called.split() for typo in names.typo_keys(word)))
    return subject_id


async def _settle_author(conn: Connection, guild_id: int, author: Author) -> int:
    """Return the subject that an author is, under the name of now; an earlier one goes on to find it."""
    before = await subjects.select_keyed(conn, guild_id, author.key)
    if before and before.name == author.name:
        return before.id
    subject_id = await add(conn, guild_id, SubjectKind.PERSON, author.name, key=author.key)
    if before:
        called = names.key(before.name)
        endings = names.parts(SubjectKind.PERSON, called)
        await insert_alias(conn, guild_id, subject_id, called, before.name, endings)
        await search.reindex(conn, guild_id, subject_id)
    return subject_id


def _names(entry: PackEntry) -> Iterator[tuple[str, str, SubjectKind]]:
    """Yield the names with their field and what a new subject of that name is; the surest kind comes first."""
    match entry.detail:
        case PackQuote() as quote:
            yield "speaker", quote.speaker, SubjectKind.PERSON
        case PackStat() as stat:
            yield "measure", stat.measure, SubjectKind.MEASURE
            if stat.counted_by:
                yield "counted_by", stat.counted_by, SubjectKind.ORGANIZATION
        case PackEvent():
            pass
    for text in entry.subjects:
        yield "about", text, SubjectKind.TOPIC


class _Rename(Protocol):
    def __call__(self, text: str, *, measure: bool = False) -> str: ...


def _renamed(detail: PackStat | PackQuote | PackEvent, rename: _Rename) -> PackStat | PackQuote | PackEvent:
    match detail:
        case PackStat():
            counter = rename(detail.counted_by) if detail.counted_by else ""
            return replace(detail, measure=rename(detail.measure, measure=True), counted_by=counter)
        case PackQuote():
            return replace(detail, speaker=rename(detail.speaker))
        case PackEvent():
            return detail
