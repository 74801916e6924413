"""What the source of an entry bears out: the place where it says so, and the status that follows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import Status
from bot.store.sources import SourceText
from bot.writing.fields import DECIDED, Reading
from bot.writing.passages import Place, locate_figure, locate_passage, locate_words
from bot.writing.tokens import LONGEST

AT_ONCE = 1_000
"""Characters of a text that is searched on the event loop; a longer one takes more than some milliseconds."""

NO_TEXT = "The text of the source is not stored here."
TOO_LONG = f"The text of the source has more than {LONGEST:,} characters, which is too long to search it here."
NO_PASSAGE = "It is not given where in the source this stands."
NO_DATE = "The words of the source for the date are not given."
BROUGHT = "The text came in a file, and nobody here has compared it with the source."
NOT_FOUND = "The text of the source does not say this."

DERIVED = frozenset({NO_TEXT, TOO_LONG, NO_PASSAGE, NO_DATE, BROUGHT, NOT_FOUND})
"""Why an entry is unverified where no person has said why."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry as its source bears it out, and what is wrong, by field. `place` is None where there is no text."""

    entry: PackEntry
    place: Place | None
    faults: dict[str, str]


async def proven(reading: Reading, source: SourceText, before: tuple[int, PackEntry] | None = None) -> Proof:
    """Return what `prove` does; a long text is searched in a thread, so that nobody else waits for it."""
    if source.text is None or len(source.text) <= AT_ONCE:
        return prove(reading, source, before)
    return await asyncio.to_thread(prove, reading, source, before)


def prove(reading: Reading, source: SourceText, before: tuple[int, PackEntry] | None = None) -> Proof:
    """Look for what was read in the text of its source. A text that a moderator's file brought verifies nothing.

    `before` is the source and the content of the entry that is edited. A status that a person gave stays, and so
    does any as long as what it speaks of is the same.
    """
    missing, text = NO_TEXT, source.text
    if text is not None and len(text) > LONGEST:
        missing, text = TOO_LONG, None
    entry = reading.entry
    assert entry is not None
    if before is not None and text is None and entry.passage == before[1].passage and entry.detail != before[1].detail:
        # The place bore out what was said before; where the text is not stored, nobody knows whether it does now.
        entry = replace(entry, passage=None)
    proven = _without_text(reading, entry, source.length, missing) if text is None else _located(reading, entry, text)
    if source.from_file and proven.entry.status is Status.VERIFIED:
        proven = replace(proven, entry=_with_status(proven.entry, Status.UNVERIFIED, BROUGHT))
    if before is not None and before[1].status_reason not in DERIVED:
        source_id, old = before
        same = source_id == reading.source_id and claim(old) == claim(proven.entry)
        if same and (entry.status, entry.status_reason) == (old.status, old.status_reason):
            return replace(proven, entry=_with_status(proven.entry, old.status, old.status_reason))
    if entry.status in DECIDED:
        return replace(proven, entry=_with_status(proven.entry, entry.status, entry.status_reason))
    return proven


def _without_text(reading: Reading, entry: PackEntry, length: int, missing: str) -> Proof:
    faults: dict[str, str] = {}
    if reading.quoted:
        faults["passage"] = f"{missing} So a passage cannot be found in it; leave it empty, or keep it as the note."
    elif entry.passage and length and entry.passage[1] > length:
        faults["passage"] = f"The text of the source has {length:,} characters; this passage ends after that."
    return Proof(_with_status(entry, Status.UNVERIFIED, missing), None, faults)


def _located(reading: Reading, entry: PackEntry, text: str) -> Proof:
    hint = entry.passage or reading.quoted
    match entry.detail:
        case PackStat() as stat:
            values = [stat.value] if stat.out_of is None else [stat.value, stat.out_of]
            place = locate_figure(text, values, hint, like=entry.statement)
            at_fault = "passage" if reading.quoted or "sentence" in place.why else "figure"
        case PackQuote() as quote:
            place = locate_words(text, quote.parts, hint)
            at_fault = "words"
            if place.printed:
                entry = replace(entry, detail=replace(quote, parts=place.printed))
        case PackEvent() as event:
            return _dated(entry, event, locate_passage(text, hint) if hint else None)
    if place.passage is None:
        return Proof(entry, place, {at_fault: place.why})
    return Proof(_with_status(replace(entry, passage=place.passage), Status.VERIFIED, ""), place, {})


def _dated(entry: PackEntry, event: PackEvent, place: Place | None) -> Proof:
    if place is None:
        return Proof(_with_status(entry, Status.UNVERIFIED, NO_PASSAGE), None, {})
    if place.passage is None:
        return Proof(entry, place, {"passage": place.why})
    entry = replace(entry, passage=place.passage)
    if event.date_printed:
        printed = locate_words(place.excerpt, [event.date_printed])
        if printed.passage is None:
            why = "The passage does not have the date as printed word for word."
            return Proof(entry, replace(place, passage=None, nearest=printed.nearest, why=why), {"date_printed": why})
    elif event.date:
        return Proof(_with_status(entry, Status.UNVERIFIED, NO_DATE), place, {})
    return Proof(_with_status(entry, Status.VERIFIED, ""), place, {})


def _with_status(entry: PackEntry, status: Status, reason: str) -> PackEntry:
    return replace(entry, status=status, status_reason=reason)


def claim(entry: PackEntry) -> object:
    """Return what a status speaks of: the wording of statement and note is ours."""
    return entry.subjects, entry.passage, entry.detail
