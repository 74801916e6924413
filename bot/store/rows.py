"""How an entry's row is read: one SELECT list and the value it becomes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bot.model import Basis, Entry, Event, Kind, Quote, Stat, Status, Subject, SubjectKind, moment

PART_BREAK = "\x1f"
"""Stands between the parts of a quotation: no article prints it (ASCII's unit separator)."""

ENTRY = """
    e.id, e.kind, about.name, e.source_id, src.label, iif(src.text_from_file, '', src.sha256), e.status,
    e.status_reason, e.statement, e.note, e.passage_start, e.passage_end, e.guild_id, e.added_by, e.added_at,
    measure.name, e.value, e.unit, e.approximate, e.basis, e.out_of, e.out_of_unit, e.out_of_approximate,
    e.as_of, counter.name, e.words, speaker.name, e.role, e.said_where, e.said_when,
    e.title, e.date, e.date_printed, e.date_inferred, e.corrects
"""
WIDTH = 35
"""The number of columns of `ENTRY`."""

JOINS = """
    LEFT JOIN source AS src ON src.id = e.source_id
    LEFT JOIN subject AS about ON about.id = e.subject_id
    LEFT JOIN subject AS measure ON measure.id = e.measure_id
    LEFT JOIN subject AS counter ON counter.id = e.counter_id
    LEFT JOIN subject AS speaker ON speaker.id = e.speaker_id
"""

# Looking a member up costs a fraction of calling its enum, and a page of answers does it dozens of times.
_STATUSES = {status.value: status for status in Status}
_BASES = {basis.value: basis for basis in Basis}
_SUBJECT_KINDS = {kind.value: kind for kind in SubjectKind}

Row = Any
"""A tuple. aiosqlite's annotations say sqlite3.Row, which a row is only where a row factory is set."""


def entry(row: Row) -> Entry:
    """Make an entry of a row that begins with the columns of `ENTRY`."""
    (
        id_, kind, subject, source_id, source, sha256, status, status_reason, statement, note,
        start, end, guild_id, added_by, added_at,
        measure, value, unit, approximate, basis, out_of, out_of_unit, out_of_approximate, as_of,
        counter, words, speaker, role, said_where, said_when,
        title, date, date_printed, date_inferred, corrects,
    ) = row[:WIDTH]  # fmt: skip
    common: dict[str, Any] = {
        "id": id_,
        "subject": subject,
        "source_id": source_id,
        "source": source,
        "sha256": sha256,
        "status": _STATUSES[status],
        "status_reason": status_reason,
        "statement": statement,
        "note": note,
        "passage": None if start is None else (start, end),
        "guild_id": guild_id,
        "added_by": added_by,
        "added_at": moment(added_at),
        "corrects": corrects,
    }
    if kind == Kind.STAT:
        return Stat(
            **common,
            measure=measure,
            value=Decimal(value),
            unit=unit,
            approximate=bool(approximate),
            basis=_BASES[basis],
            out_of=None if out_of is None else Decimal(out_of),
            out_of_unit=out_of_unit or "",
            out_of_approximate=bool(out_of_approximate),
            as_of=as_of or "",
            counted_by=counter or "",
        )
    if kind == Kind.QUOTE:
        return Quote(
            **common,
            parts=tuple(words.split(PART_BREAK)),
            speaker=speaker,
            role=role or "",
            said_where=said_where or "",
            said_when=said_when or "",
        )
    return Event(**common, title=title, date=date, date_printed=date_printed or "", date_inferred=date_inferred or "")


def texts(stored: str) -> dict[str, str]:
    """Return the text fields of a stored JSON object; what is no such field, or no object, is left out."""
    found: Any = json.loads(stored)
    return {key: text for key, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType] - of JSON


def entries(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """Make entries of rows, in their order."""
    return tuple(entry(row) for row in rows)


def subject(row: Row) -> Subject:
    """Make a subject of a row (id, kind, name, description)."""
    return Subject(row[0], _SUBJECT_KINDS[row[1]], row[2], row[3])
