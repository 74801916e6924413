"""Proving a pack against its article's text: what it says stands there, and nothing quoted there is missed.

Word for word means the same characters, curly apostrophes included. A part of a quotation is all that stands
between two marks, the printed comma at its end included, so that it can be neither cut nor stretched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot import names
from bot.ingest.figures import is_printed
from bot.ingest.locate import Quotation, quotations, stray_marks
from bot.ingest.pack import Pack, PackEntry, PackEvent, PackQuote, PackStat, PackSubject
from bot.model import SubjectKind

_NAMED_AS = re.compile("named as “([^“”]+)”", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s\b")


class Problem(StrEnum):
    """What a pack claims and its text does not bear out."""

    TEXT = "another text"
    LENGTH = "another length"
    PASSAGE = "passage cuts a word"
    WORDS = "words not found"
    CUT = "quotation cut or not in marks"
    SUBJECT = "subject not named"
    FIGURE = "figure not found"
    SPEAKER = "speaker not named"
    COUNTER = "counter not named"
    PRINTED = "printed words not found"
    UNCOVERED = "quotation without an entry"
    MARK = "quotation mark without a partner"
    ASIDE = "aside is no quotation"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be proven; `key` is the entry's, or "" where it is about the whole text."""

    problem: Problem
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.key}: {self.sentence}" if self.key else self.sentence


def verify(pack: Pack, text: str) -> list[Failure]:
    """Return what could not be proven, entry by entry and then for the text; an empty list is a proof.

    `text` is the article decoded from UTF-8 with its line ends as they are (`newline=""`). If it is another
    text than the pack was made from, that is the only failure: every place would be meaningless.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest != pack.sha256:
        return [
            Failure(
                Problem.TEXT,
                "",
                f"The text is not the one that the pack was made from: its SHA-256 is {digest}, the pack has "
                f"{pack.sha256}. A changed line end or space is enough for that; get the text as it was.",
            )
        ]
    return [*_length(pack, text), *_entries(pack, text), *_coverage(pack, text)]


def _length(pack: Pack, text: str) -> Iterator[Failure]:
    if len(text) != pack.length:
        yield Failure(Problem.LENGTH, "", f"The text has {len(text)} characters, the pack says {pack.length}.")


def _entries(pack: Pack, text: str) -> Iterator[Failure]:
    subjects = {subject.key: subject for subject in pack.subjects}
    for entry in pack.entries:
        yield from _passage(entry, text)
        passage = text[slice(*_place(entry))]
        match entry.detail:
            case PackStat():
                yield from _stat(entry, entry.detail, subjects, passage)
            case PackQuote():
                yield from _parts(entry, entry.detail, text)
                yield from _attribution(entry, entry.detail, subjects, text)
            case PackEvent():
                yield from _printed(entry.key, "date_printed", entry.detail.date_printed, passage, "the passage")


def _place(entry: PackEntry) -> tuple[int, int]:
    """Return the passage; an entry without one, which no pack brings, says what stands nowhere."""
    return entry.passage or (0, 0)


def _passage(entry: PackEntry, text: str) -> Iterator[Failure]:
    for place in _place(entry):
        if text[max(place - 1, 0) : place].isalnum() and text[place : place + 1].isalnum():
            around = text[max(place - 20, 0) : place + 20]
            yield Failure(Problem.PASSAGE, entry.key, f'The passage cuts a word at {place}, in "{around}".')


def _stat(entry: PackEntry, stat: PackStat, subjects: dict[str, PackSubject], passage: str) -> Iterator[Failure]:
    key, about = entry.key, entry.subjects[0]
    if not _is_meant(subjects[about], passage, entry.note):
        yield Failure(
            Problem.SUBJECT,
            key,
            f'The passage does not name what the figure is about, "{about}"; widen it to where the name is, '
            "or write in the note: named as “…”, with the words that stand for it.",
        )
    for field, figure in (("value", stat.value), ("out_of", stat.out_of)):
        if figure is not None and not is_printed(figure, passage):
            yield Failure(Problem.FIGURE, key, f'"{field}" is {figure:,f}, which the passage does not print.')
    # There is no place to say why a year is inferred for a figure, so it has to be printed.
    yield from _printed(key, "as_of", stat.as_of[:4], passage, "the passage")
    if stat.counted_by and not _is_named(subjects[stat.counted_by], passage):
        yield Failure(
            Problem.COUNTER,
            key,
            f'"counted_by" is "{stat.counted_by}", which the passage does not name; leave it out, so that it '
            "is not stated, or widen the passage to where it is named.",
        )


def _parts(entry: PackEntry, quote: PackQuote, text: str) -> Iterator[Failure]:
    found = _quoted(entry, quote, text)
    passage = text[slice(*_place(entry))]
    for part, place in zip(quote.parts, found, strict=True):
        if place is not None:
            continue
        if part in passage:
            yield Failure(
                Problem.CUT,
                entry.key,
                f'The passage has "{part}", but not as all that stands between two quotation marks, after '
                "the part before it; copy the whole of it, in order.",
            )
        else:
            yield Failure(Problem.WORDS, entry.key, f'The passage does not have "{part}" word for word.')


def _quoted(entry: PackEntry, quote: PackQuote, text: str) -> list[Quotation | None]:
    """Return where each part stands in its marks inside the passage, in order; None for one that does not."""
    start, end = _place(entry)
    candidates = [spot for spot in quotations(text) if start <= spot.start and spot.end <= end]
    found: list[Quotation | None] = []
    for part in quote.parts:
        spot = next((spot for spot in candidates if spot.words == part), None)
        if spot is not None:
            del candidates[: candidates.index(spot) + 1]
        found.append(spot)
    return found


def _attribution(entry: PackEntry, quote: PackQuote, subjects: dict[str, PackSubject], text: str) -> Iterator[Failure]:
    """Check who is said to have said it.

    The speaker is named outside of all quotation marks: whom a quotation names has not said it for that.
    """
    passage = text[slice(*_place(entry))]
    told = _without_quotations(passage)
    if not _is_meant(subjects[quote.speaker], told, entry.note):
        yield Failure(
            Problem.SPEAKER,
            entry.key,
            f'The passage does not name the speaker, "{quote.speaker}"; widen it to where the name is, or '
            "write in the note: named as “…”, with the words that stand for the speaker.",
        )
    yield from _printed(entry.key, "role", quote.role, text, "the article")
    yield from _printed(entry.key, "said_where", quote.said_where, passage, "the passage")
    yield from _printed(entry.key, "said_when", quote.said_when, passage, "the passage")


def _printed(key: str, field: str, words: str, text: str, where: str) -> Iterator[Failure]:
    if words not in text:
        yield Failure(Problem.PRINTED, key, f'"{field}" is "{words}", which {where} does not have word for word.')


def _coverage(pack: Pack, text: str) -> Iterator[Failure]:
    """Check that every quotation of the article has an entry or is set aside."""
    covered = {
        spot.start
        for entry in pack.entries
        if isinstance(entry.detail, PackQuote)
        for spot in _quoted(entry, entry.detail, text)
        if spot is not None
    }
    spots = quotations(text)
    for spot in spots:
        if spot.start not in covered and not _is_aside(pack, spot.start, spot.end):
            yield Failure(
                Problem.UNCOVERED,
                "",
                f'"{spot.words}" at [{spot.start}, {spot.end}] is quoted, but no [[quote]] has it '
                "as a part; add one, or an [[aside]] if these are nobody's words.",
            )
    marks = stray_marks(text)
    for place in marks:
        if not _is_aside(pack, place, place + 1):
            yield Failure(
                Problem.MARK,
                "",
                f"The quotation mark at {place} has no partner in its line, so what is quoted there cannot "
                "be told; look at the text, and cover the mark with an [[aside]] if it is none.",
            )
    for start, end in pack.asides:
        places = [*((spot.start, spot.end) for spot in spots), *((place, place + 1) for place in marks)]
        if not any(start <= first and last <= end for first, last in places):
            yield Failure(Problem.ASIDE, "", f"The [[aside]] at [{start}, {end}] holds no quotation; remove it.")


def _is_aside(pack: Pack, first: int, last: int) -> bool:
    return any(start <= first and last <= end for start, end in pack.asides)


def _is_meant(subject: PackSubject, text: str, note: str) -> bool:
    """Return whether the text names the subject, or does so in the words that the note gives for it.

    A note gives them as: named as “The mayor”. Nothing else that a note quotes counts.
    """
    return _is_named(subject, text) or _has_words(text, _NAMED_AS.findall(note))


def _is_named(subject: PackSubject, text: str) -> bool:
    """Return whether the text has the subject's name, an alias, or a person's surname, as whole words."""
    surname: list[str] = []
    if subject.kind is SubjectKind.PERSON:
        surname = names.parts(subject.kind, names.key(subject.name))[-1:]
    return _has_words(text, [subject.name, *subject.aliases, *surname])


def _has_words(text: str, phrases: list[str]) -> bool:
    """Return whether the text has one of the phrases as whole words, as names are compared."""
    words = f" {_words(text)} "
    return any(f" {_words(phrase)} " in words for phrase in phrases if _words(phrase))


def _words(text: str) -> str:
    return names.key(_POSSESSIVE.sub("", text))


def _without_quotations(text: str) -> str:
    """Return the text with what is quoted blanked out."""
    told: list[str] = []
    place = 0
    for quotation in quotations(text):
        told.append(text[place : quotation.start])
        place = quotation.end
    return " ".join([*told, text[place:]])
