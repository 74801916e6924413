"""A pack of TOML as a server's own source with its subjects and entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot import names
from bot.carry.records import (
    OF_SERVER,
    OF_SHARED,
    EntryRecord,
    Left,
    NameRecord,
    Record,
    SourceRecord,
    SubjectRecord,
    resolve,
)
from bot.carry.state import State
from bot.carry.words import describe
from bot.ingest.pack import Pack, PackEntry, PackQuote, PackStat, PackSubject
from bot.model import SHARED, Kind
from bot.writing import fields

_HEADING = re.compile(
    r"^[ \t]*(?:\[[ \t]*(source)[ \t]*\]|\[\[[ \t]*(subject|stat|quote|event)[ \t]*\]\])", re.MULTILINE
)

Places = Mapping[tuple[str, str], int]
"""In which line the table of each thing begins, by what it is and its key."""


def places(pack: Pack, text: str) -> Places:
    """Return where a pack's tables stand in its text; nothing if that cannot be told for all of them."""
    found: dict[str, list[int]] = {}
    number, end = 1, 0
    for heading in _HEADING.finditer(text):
        number += text.count("\n", end, heading.start())
        end = heading.start()
        found.setdefault(heading[1] or heading[2], []).append(number)
    keys = {"source": [pack.key], "subject": [subject.key for subject in pack.subjects]}
    keys |= {kind.value: [entry.key for entry in pack.entries if entry.kind is kind] for kind in Kind}
    if any(len(found.get(what, ())) != len(each) for what, each in keys.items()):
        return {}
    return {(what, key): line for what in found for key, line in zip(keys[what], found[what], strict=True)}


def pairs(pack: Pack) -> list[tuple[str, str]]:
    """Return how the pack's entries would be named if all servers shared them."""
    return [(pack.key, entry.key) for entry in pack.entries]


def records(pack: Pack, state: State, where: Places) -> Iterator[Record | Left]:
    """Yield what a pack holds, with its lines or else numbered. What all servers share already is left as it is."""
    shared = pack.sha256 != "" and state.hashes.get(pack.key) == pack.sha256
    for number, (what, one) in enumerate(_records(pack, state, shared=shared), 1):
        line = where.get(what, number)
        match one:
            case SourceRecord() if shared:
                yield Left(line, "source", describe(one, state), "All servers have it.")
            case EntryRecord() if shared and (known := _shared(one, state)):
                yield Left(line, "entry", describe(one, state), _as_shared(one, known))
            case _:
                yield replace(one, line=line)


def _records(pack: Pack, state: State, *, shared: bool) -> Iterator[tuple[tuple[str, str], Record]]:
    """Yield each record with the table that it stands in."""
    yield (
        ("source", pack.key),
        SourceRecord(
            key=pack.key,
            label=pack.label,
            sha256=pack.sha256,
            length=pack.length,
            facts=tuple((fact.field, fact.value, fact.known.value, fact.reason) for fact in pack.facts),
        ),
    )
    subjects = {subject.key: subject for subject in pack.subjects}
    references = {key: _reference(subject, state) for key, subject in subjects.items()}
    for key, subject in subjects.items():
        if references[key].startswith(OF_SERVER):
            yield (
                ("subject", key),
                SubjectRecord(key=key, kind=subject.kind.value, name=subject.name, description=subject.description),
            )
            yield ("subject", key), NameRecord(subject=references[key], text=subject.name, alias=False)
        for alias in subject.aliases:
            yield ("subject", key), NameRecord(subject=references[key], text=alias, alias=True)
    source = f"{OF_SHARED if shared else OF_SERVER}:{pack.key}"
    for entry in pack.entries:
        yield (entry.kind.value, entry.key), _entry(entry, source, subjects, references)


def _shared(record: EntryRecord, state: State) -> EntryRecord | None:
    """Return the entry that all servers have of a pack."""
    return state.entries.get(state.shared.get((resolve(record.source, SHARED)[1], record.key), 0))


def _as_shared(record: EntryRecord, shared: EntryRecord) -> str:
    same = record.fields == shared.fields
    return "All servers have it." if same else f"All servers have it as #{shared.id}; /entry edit changes it here."


def _reference(subject: PackSubject, state: State) -> str:
    known = state.subjects.get((SHARED, subject.key))
    same = (
        known and known.kind == subject.kind.value and names.like(known.name, subject.name) is not names.Likeness.OTHER
    )
    return f"{OF_SHARED if same else OF_SERVER}:{subject.key}"


def _entry(
    entry: PackEntry, source: str, subjects: Mapping[str, PackSubject], references: Mapping[str, str]
) -> EntryRecord:
    links: dict[str, str] = {}
    detail = entry.detail
    match detail:
        case PackStat():
            links = {"measure": detail.measure, "counted_by": detail.counted_by}
            counter = subjects[detail.counted_by].name if detail.counted_by else ""
            detail = replace(detail, measure=subjects[detail.measure].name, counted_by=counter)
        case PackQuote():
            links = {"speaker": detail.speaker}
            detail = replace(detail, speaker=subjects[detail.speaker].name)
        case _:
            pass
    named = replace(entry, subjects=tuple(subjects[key].name for key in entry.subjects), detail=detail)
    return EntryRecord(
        key=entry.key,
        kind=entry.kind.value,
        source=source,
        fields={name: text for name, text in fields.of_content(named, 0).items() if name != "source"},
        subjects=(
            *(references[key] for key in entry.subjects),
            *(f"{name}={references[key]}" for name, key in links.items() if key),
        ),
    )
