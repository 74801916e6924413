"""A pack of TOML as a server's own source with its subjects and entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot import names
from bot.carry.records import OF_SERVER, OF_SHARED, EntryRecord, NameRecord, Record, SourceRecord, SubjectRecord
from bot.ingest.pack import Pack, PackEntry, PackQuote, PackStat, PackSubject
from bot.writing import fields

Known = Mapping[str, tuple[str, str]]
"""The kind and the name of each shared subject, by its key."""


def records(pack: Pack, shared: Known) -> Iterator[Record]:
    """Yield what a pack holds. A subject that all servers share already is not brought in again."""
    yield SourceRecord(
        key=pack.key,
        label=pack.label,
        sha256=pack.sha256,
        length=pack.length,
        facts=tuple((fact.field, fact.value, fact.known.value, fact.reason) for fact in pack.facts),
    )
    subjects = {subject.key: subject for subject in pack.subjects}
    references = {key: _reference(subject, shared) for key, subject in subjects.items()}
    for key, subject in subjects.items():
        own = references[key].startswith(OF_SERVER)
        if own:
            yield SubjectRecord(key=key, kind=subject.kind.value, name=subject.name, description=subject.description)
            yield NameRecord(subject=references[key], text=subject.name, alias=False)
        for alias in subject.aliases:
            yield NameRecord(subject=references[key], text=alias, alias=True)
    for entry in pack.entries:
        yield _entry(entry, f"{OF_SERVER}:{pack.key}", subjects, references)


def _reference(subject: PackSubject, shared: Known) -> str:
    kind, name = shared.get(subject.key, ("", ""))
    same = kind == subject.kind.value and names.key(name) == names.key(subject.name)
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
