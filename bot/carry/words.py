"""What a line is about, in raw words: what people call it, and its keys only where nothing has a name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.carry.records import (
    NAMES,
    DigestRecord,
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
from bot.carry.sheet import Row
from bot.carry.state import State
from bot.model import SHARED

SAID = {"stat": "figure", "quote": "words", "event": "title"}
"""The field by which people know an entry of each kind."""

SHOWN = 80
"""So many characters of it are told."""


def describe(line: Record | Row, state: State) -> str:
    """Return what a line is about."""
    match line:
        case Row():
            old = state.entries.get(line.id)
            number = f"#{line.id} " if line.id else ""
            said = number + entry(line.kind, {**(old.fields if old else {}), **line.fields})
        case EntryRecord():
            said = entry(line.kind, line.fields)
        case SuggestionRecord():
            said = f"suggestion: {entry(line.kind, line.fields)}"
        case (
            SourceRecord(label=called)
            | SubjectRecord(name=called)
            | SettingRecord(key=called)
            | DigestRecord(name=called)
        ):
            said = f"{NAMES[type(line)]} “{called}”"
        case SettingRecord():
            said = f"setting “{line.key}”"
        case NameRecord():
            said = f"name “{line.text}” of {_subject(line.subject, state, state.owner(line))}"
        case HiddenRecord():
            said = f"hidden: {_entry(('shared', f'shared:{line.entry[0]}', *line.entry[1:]), state, SHARED)}"
        case RevisionRecord():
            said = f"history: {line.action} {_target(line, state)}"
        case _:
            said = NAMES[type(line)]
    return said


def entry(kind: str, fields: Mapping[str, str]) -> str:
    """Return an entry by its kind and the field that people know it by."""
    said = " ".join(fields.get(SAID.get(kind, ""), "").split())
    return f"{kind} “{said if len(said) <= SHOWN else f'{said[:SHOWN]}…'}”" if said else kind


def _target(line: RevisionRecord, state: State) -> str:
    guild = state.owner(line)
    match line.target, line.of:
        case "entry", of:
            return _entry(of, state, guild)
        case "source", (reference,):
            return _source(reference, state, guild)
        case "subject", (reference,):
            return _subject(reference, state, guild)
        case target, of:
            return " ".join([target, *of])


def _entry(of: tuple[str, ...], state: State, guild: int) -> str:
    """Return the entry that is named so."""
    match of:
        case ("shared", source, key) if id_ := state.shared.get((source.partition(":")[2], key)):
            shared = state.entries.get(id_)
            return f"#{id_} {entry(shared.kind, shared.fields) if shared else ''}".strip()
        case ("server", source, key):
            found = state.known.get((EntryRecord, guild, _key(source, guild), key))
            return entry(found.kind, found.fields) if isinstance(found, EntryRecord) else " / ".join(of)
        case _:
            return " / ".join(of)


def _source(reference: str, state: State, guild: int) -> str:
    found = state.known.get((SourceRecord, *_key(reference, guild)))
    return f"source “{found.label}”" if isinstance(found, SourceRecord) else reference


def _subject(reference: str, state: State, guild: int) -> str:
    found = state.subjects.get(_key(reference, guild))
    return f"“{found.name}”" if found else reference


def _key(reference: str, guild: int) -> tuple[int, str]:
    try:
        return resolve(reference, guild)
    except ValueError:
        return guild, ""
