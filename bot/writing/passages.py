"""Where a source's text says what an entry says: a quotation word for word, a figure's number; else what is nearest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from bot.ingest.figures import is_printed
from bot.writing.sentences import ALIKE, Segments, Span, around, compared, nearest, numbers, sentences

PLACES = 9
"""Counting the sentences that print a figure stops after so many."""

OCCURRENCES = 100
"""So many places are tried for the first part of a broken quotation."""

APART = 1000
"""With more characters between them, two parts are no longer one quotation."""

_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_REMOVED = re.compile(f"[{_UNSEEN}]+")
_WORD = re.compile(r"(\S+)(\s*)")

Hint = Span | str
"""The passage that is meant, as its place or as its words; "" where none is given."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text, or why it does not.

    `passage` is [start, end) and `excerpt` its text. Without one, `why` is a sentence, and `nearest` may hold the
    sentence that is most like what was looked for. `printed` are the parts of a quotation as the text has them.
    """

    passage: Span | None
    excerpt: str = ""
    nearest: Segments = ()
    why: str = ""
    printed: tuple[str, ...] = ()


def locate_words(text: str, parts: Sequence[str], hint: Hint = "") -> Place:
    """Return the sentences in which all parts of a quotation stand in their order, word for word.

    The shape of quotation marks and apostrophes, spaces and line ends do not matter, case does. The place in `hint`
    may be out of date, its words may not.
    """
    windows = _given(text, hint)
    for window in windows:
        passage = text[slice(*window)]
        if found := _parts(passage, parts):
            return _found(text, window, [passage[slice(*each)] for each in found], parts)
    if isinstance(hint, str) and hint:
        if not windows:
            return _no_passage(text, hint)
        return _without(text[slice(*windows[0])], parts, "This passage")
    if found := _parts(text, parts):
        whole = around(text, (found[0][0], found[-1][1]))
        return _found(text, whole, [text[slice(*each)] for each in found], parts)
    return _without(text, parts, "The source")


def locate_figure(text: str, values: Sequence[Decimal], hint: Hint = "", *, like: str = "") -> Place:
    """Return the one sentence that prints all of these numbers: a figure, and the whole that it is a part of.

    The place in `hint` may be out of date, its words may not. Where no sentence prints them, the nearest is the one
    that is most like the text `like`, its numbers marked.
    """
    windows = _given(text, hint)
    for window in windows:
        if all(_is_printed(value, text, window) for value in values):
            return _found(text, window)
    if isinstance(hint, str) and hint:
        if not windows:
            return _no_passage(text, hint)
        window = windows[0]
        why = _unprinted(text, window, values, "This passage")
        return Place(None, nearest=numbers(text[slice(*window)]), why=why)
    found = list(islice(_printing(text, values), PLACES + 1))
    if len(found) == 1:
        return _found(text, found[0])
    if found:
        count = f"more than {PLACES}" if len(found) > PLACES else str(len(found))
        return Place(None, why=f"The number stands in {count} sentences of the source; copy the one that is meant.")
    near = nearest(text, like)
    why = _unprinted(text, (0, len(text)), values, "The source")
    return Place(None, nearest=numbers(text[slice(*near)]) if near else (), why=why)


def locate_passage(text: str, hint: Hint) -> Place:
    """Return the passage that is given, which has to be there."""
    if windows := _given(text, hint):
        return _found(text, windows[0])
    if isinstance(hint, str):
        return _no_passage(text, hint)
    return Place(None, why=f"The text of the source has {len(text):,} characters; this passage ends after that.")


def _given(text: str, hint: Hint) -> list[Span]:
    if isinstance(hint, str):
        return list(islice(_occurrences(text, hint), OCCURRENCES))
    return [_whole_words(text, hint)] if hint[1] <= len(text) else []


def _whole_words(text: str, span: Span) -> Span:
    start, end = span
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _found(text: str, passage: Span, printed: Sequence[str] = (), typed: Sequence[str] = ()) -> Place:
    return Place(passage, text[slice(*passage)], printed=tuple(map(_without_layout, printed, typed)))


def _without_layout(part: str, typed: str) -> str:
    """Return a part of a quotation as the text has it; a line ends only where it does in what was typed as well."""
    found, wanted = (_WORD.findall(_REMOVED.sub("", each).strip()) for each in (part, typed))
    if len(found) != len(wanted):  # what cannot be seen stands between two words
        return " ".join(word for word, _ in found)
    ends = ("\n" if "\n" in a and "\n" in b else " " for (_, a), (_, b) in zip(found, wanted, strict=True))
    return "".join(word + end for (word, _), end in zip(found, ends, strict=True)).strip()


def _no_passage(text: str, hint: str) -> Place:
    return _nearest(text, hint, "The source does not have this passage word for word.")


def _without(text: str, parts: Sequence[str], where: str) -> Place:
    """Return why a text does not have the parts of a quotation, with what is nearest to the first that is missing."""
    missing = next((part for part in parts if not any(_occurrences(text, part))), None)
    if missing is None:
        return Place(None, why=f"{where} has the parts of this quotation, but far apart or not in this order.")
    which = "this quotation" if len(parts) == 1 else f"part {parts.index(missing) + 1} of this quotation"
    return _nearest(text, missing, f"{where} does not have {which} word for word.")


def _nearest(text: str, phrase: str, why: str) -> Place:
    near = nearest(text, phrase)
    return Place(None, nearest=compared(text[slice(*near)], phrase) if near else (), why=why)


def _unprinted(text: str, window: Span, values: Sequence[Decimal], where: str) -> str:
    for value in values:
        if not _is_printed(value, text, window):
            return f"{where} does not print {value:,f}."
    return f"No sentence of {where.lower()} prints both numbers; copy the sentences that do."


def _parts(text: str, parts: Sequence[str]) -> list[Span]:
    """Return where parts stand one after the other, as close together as there is; [] where they do not."""
    best: list[Span] = []
    for first in islice(_occurrences(text, parts[0]), OCCURRENCES):
        found = [first]
        for part in parts[1:]:
            following = next(_occurrences(text, part, found[-1][1]), None)
            if following is None:
                return best
            if following[0] - found[-1][1] > APART:
                break
            found.append(following)
        if len(found) == len(parts) and (not best or found[-1][1] - first[0] < best[-1][1] - best[0][0]):
            best = found
        if len(parts) == 1:
            break
    return best


def _occurrences(text: str, phrase: str, start: int = 0) -> Iterator[Span]:
    pattern = _pattern(phrase, unseen=_REMOVED.search(text) is not None)
    return (match.span() for match in pattern.finditer(text, start)) if pattern else iter(())


@lru_cache(maxsize=64)
def _pattern(phrase: str, *, unseen: bool) -> re.Pattern[str] | None:
    between = f"[{_UNSEEN}]*" if unseen else ""
    words = [between.join(map(_character, word)) for word in _REMOVED.sub("", phrase).split()]
    if not words:
        return None
    gap = rf"[\s{_UNSEEN}]+"
    # A quotation does not begin or end within a word.
    return re.compile(rf"(?:\b|(?!\w)){gap.join(words)}(?:\b|(?<!\w))")


def _character(character: str) -> str:
    return next((f"[{alike}]" for alike in ALIKE if character in alike), re.escape(character))


def _is_printed(value: Decimal, text: str, window: Span) -> bool:
    """Return whether a passage prints a figure that is one in its sentences too, and not a piece of another there."""
    return all(is_printed(value, text[slice(*span)]) for span in (window, around(text, window)))


def _prints(passage: str, values: Sequence[Decimal]) -> bool:
    return all(is_printed(value, passage) for value in values)


def _printing(text: str, values: Sequence[Decimal]) -> Iterator[Span]:
    """Yield the sentences that print all of the values; a half of the text that does not is not looked at further."""
    spans = sentences(text)
    waiting = [(0, len(spans))]
    while waiting:
        first, last = waiting.pop()
        if first == last or not _prints(text[spans[first][0] : spans[last - 1][1]], values):
            continue
        if last - first == 1:
            yield spans[first]
            continue
        middle = (first + last) // 2
        waiting += [(middle, last), (first, middle)]
