"""An entry as the texts that a person would type for it, and back, with every fault in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot import names
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.ingest.table import NAME_LENGTH
from bot.model import Basis, Entry, Event, Kind, Quote, Stat, Status
from bot.text import visible
from bot.writing import amounts, filled
from bot.writing.amounts import Amount
from bot.writing.filled import LINE, LONG, MISSING, Filled

LABELS = filled.LABELS
"""What people call each field."""

PART = "[…]"
"""Stands on a line of its own between the parts of a broken quotation."""

PARTS = 25
"""Parts of the longest broken quotation. Each is searched for by itself."""

DECIDED = frozenset({Status.DISPUTED, Status.CORRECTED, Status.RETRACTED})
"""The statuses that only a person can give."""

_COMMON = ("statement", "note", "source", "passage", "status", "status_reason")
_KEYS = {
    Kind.STAT: ("about", "measure", "figure", "out_of", "as_of", "counted_by", "basis", *_COMMON),
    Kind.QUOTE: ("words", "speaker", "role", "said_where", "said_when", "about", *_COMMON),
    Kind.EVENT: ("title", "date", "date_printed", "date_inferred", "about", *_COMMON),
}

_PART_LINE = re.compile(r"^[ \t]*\[(?:…|\.\.\.)\][ \t]*$", re.MULTILINE)
_PASSAGE = re.compile(r"([0-9]{1,9})\s*[-–]\s*([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What fields say: an entry with the names of its subjects, not keys; None where there are `faults`, by field.

    `quoted` is what the field `passage` holds if that is words of the source and not "6200-6280".
    """

    entry: PackEntry | None
    source_id: int
    faults: dict[str, str]
    quoted: str = ""


def keys(kind: Kind) -> tuple[str, ...]:
    """Return the fields of a kind, in the order in which they are read."""
    return _KEYS[kind]


def kind_of(entry: Entry) -> Kind:
    """Return what an entry is."""
    return Kind.STAT if isinstance(entry, Stat) else Kind.QUOTE if isinstance(entry, Quote) else Kind.EVENT


def of_entry(entry: Entry, about: Sequence[str]) -> dict[str, str]:
    """Return the fields of an entry; `about` are the names of its subjects in order. `read` makes the same of them."""
    return of_content(as_content(entry, about), entry.source_id)


def as_content(entry: Entry, about: Sequence[str]) -> PackEntry:
    """Return what an entry says, with the names of its subjects."""
    match entry:
        case Stat():
            detail = PackStat(
                entry.measure,
                entry.value,
                entry.unit,
                entry.approximate,
                entry.basis,
                entry.out_of,
                entry.out_of_unit,
                entry.out_of_approximate,
                entry.as_of,
                entry.counted_by,
            )
            kind = Kind.STAT
        case Quote():
            detail = PackQuote(entry.parts, entry.speaker, entry.role, entry.said_where, entry.said_when)
            kind = Kind.QUOTE
        case Event():
            detail = PackEvent(entry.title, entry.date, entry.date_printed, entry.date_inferred)
            kind = Kind.EVENT
        case _:
            raise TypeError(f"not an entry of a known kind: {entry}")
    return PackEntry(
        "",
        kind,
        tuple(about),
        entry.statement,
        entry.note,
        entry.status,
        entry.status_reason,
        entry.passage,
        detail,
    )


def of_content(entry: PackEntry, source_id: int) -> dict[str, str]:
    """Return the fields of an entry that has names in place of keys."""
    match entry.detail:
        case PackStat() as stat:
            whole = Amount(stat.out_of, stat.out_of_unit, stat.out_of_approximate) if stat.out_of is not None else None
            own = {
                "measure": stat.measure,
                "figure": amounts.write(Amount(stat.value, stat.unit, stat.approximate)),
                "out_of": amounts.write(whole) if whole else "",
                "as_of": stat.as_of,
                "counted_by": stat.counted_by,
                "basis": stat.basis.value,
            }
        case PackQuote() as quote:
            own = {
                "words": f"\n{PART}\n".join(quote.parts),
                "speaker": quote.speaker,
                "role": quote.role,
                "said_where": quote.said_where,
                "said_when": quote.said_when,
            }
        case PackEvent() as event:
            own = {
                "title": event.title,
                "date": event.date,
                "date_printed": event.date_printed,
                "date_inferred": event.date_inferred,
            }
    own |= {
        "about": "; ".join(entry.subjects),
        "statement": entry.statement,
        "note": entry.note,
        "source": str(source_id),
        "passage": f"{entry.passage[0]}-{entry.passage[1]}" if entry.passage else "",
        "status": entry.status.value,
        "status_reason": entry.status_reason,
    }
    return {key: own[key] for key in _KEYS[entry.kind]}


def read(kind: Kind, fields: Mapping[str, str]) -> Reading:
    """Read fields; all faults are found at once. A field that is not there is empty, one of no kind is unused."""
    form = Filled(fields)
    detail = _DETAILS[kind](form)
    subjects = form.names("about", required=not isinstance(detail, PackQuote))
    if isinstance(detail, PackQuote) and not subjects:
        subjects = (detail.speaker,)
    status = form.choice("status", Status, Status.UNVERIFIED)
    reason = form.text("status_reason", LINE, required=status in DECIDED, lines=True)
    passage = form.text("passage", LONG, lines=True)
    offsets = _PASSAGE.fullmatch(passage)
    place = (int(offsets[1]), int(offsets[2])) if offsets else None
    if place and place[0] >= place[1]:
        form.fault("passage", "ends before it begins; write the first and the last character as in 6200-6280.")
    source = form.text("source", NAME_LENGTH, required=True)
    source_id = names.entry_number(source)
    if source and not source_id:
        form.fault("source", "is not the number of a source; choose one of the list.")
    entry = PackEntry(
        key="",
        kind=kind,
        subjects=subjects,
        statement=form.text("statement", LONG, required=True, lines=True),
        note=form.text("note", LONG, lines=True),
        status=status,
        status_reason=reason,
        passage=place,
        detail=detail,
    )
    return Reading(None if form.faults else entry, source_id, form.faults, "" if offsets else passage)


def _stat(form: Filled) -> PackStat:
    figure = form.amount("figure", required=True)
    whole = form.amount("out_of")
    if figure and not figure.unit:
        form.fault("figure", f"does not say what it counts; {MISSING['figure']}.")
    if figure and whole and whole.unit in {"", figure.unit} and whole.value < figure.value:
        form.fault("out_of", "is smaller than the figure that is a part of it; exchange the two.")
    figure = figure or Amount(Decimal(0), "", approximate=False)
    return PackStat(
        measure=form.name("measure", required=True),
        value=figure.value,
        unit=figure.unit,
        approximate=figure.approximate,
        basis=form.choice("basis", Basis, Basis.NOT_STATED),
        out_of=whole and whole.value,
        out_of_unit=whole.unit if whole else "",
        out_of_approximate=bool(whole and whole.approximate),
        as_of=form.date("as_of"),
        counted_by=form.name("counted_by"),
    )


def _quote(form: Filled) -> PackQuote:
    words = form.text("words", LONG, required=True, lines=True)
    parts = tuple(part for part in (part.strip() for part in _PART_LINE.split(words)) if visible(part))
    if words and not parts:
        form.missing("words")
    if len(parts) > PARTS:
        form.fault(
            "words", f"has {len(parts)} parts; a quotation has at most {PARTS}. Make several quotations of them."
        )
    return PackQuote(
        parts=parts,
        speaker=form.name("speaker", required=True),
        role=form.stated("role"),
        said_where=form.stated("said_where"),
        said_when=form.stated("said_when"),
    )


def _event(form: Filled) -> PackEvent:
    event = PackEvent(
        title=form.text("title", NAME_LENGTH, required=True),
        date=form.date("date"),
        date_printed=form.stated("date_printed"),
        date_inferred=form.text("date_inferred", LONG, lines=True),
    )
    year = event.date[:4]
    if "date" in form.faults:
        return event
    if event.date and event.date_printed and year not in event.date_printed and not event.date_inferred:
        form.fault("date_inferred", f"is empty; say why the year is {year}, which the date as printed does not have.")
    if event.date_inferred and not event.date:
        form.fault("date", "is empty, but there is a reason for one; write the date or remove the reason.")
    return event


_DETAILS = {Kind.STAT: _stat, Kind.QUOTE: _quote, Kind.EVENT: _event}
