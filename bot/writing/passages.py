"""Where a source's text says what an entry says: a quotation word for word, a figure's number; else what is nearest."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from bot.ingest.figures import is_printed, likely
from bot.writing.sentences import Segments, around, compared, nearest, numbers, sentences
from bot.writing.tokens import Span, Spans, Tokens, has_unseen, prepared, without_unseen

PLACES = 9
"""Counting the sentences that print a figure stops after so many."""

OCCURRENCES = 100
"""So many places are tried for the first part of a broken quotation."""

APART = 1000
"""With more characters between them, two parts are no longer one quotation."""

BLOCK = 10_000
"""Characters of a text that are looked at for a figure at a time."""

_WORD = re.compile(r"(\S++)(\s*+)")

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
        if found := _parts(text, parts, window):
            return _found(text, window, [text[slice(*each)] for each in found], parts)
    if isinstance(hint, str) and hint:
        if not windows:
            return _no_passage(text, hint)
        return _without(text, parts, "This passage", windows[0])
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
    tokens = prepared(text)
    (start, _), (_, end) = (tokens.around(place) for place in span)
    return start, end


def _found(text: str, passage: Span, printed: Sequence[str] = (), typed: Sequence[str] = ()) -> Place:
    return Place(passage, text[slice(*passage)], printed=tuple(map(_without_layout, printed, typed)))


def _without_layout(part: str, typed: str) -> str:
    """Return a part of a quotation as the text has it; a line ends only where it does in what was typed as well."""
    found, wanted = (_WORD.findall(without_unseen(each).strip()) for each in (part, typed))
    if len(found) != len(wanted):  # what cannot be seen stands between two words
        return " ".join(word for word, _ in found)
    ends = ("\n" if "\n" in a and "\n" in b else " " for (_, a), (_, b) in zip(found, wanted, strict=True))
    return "".join(word + end for (word, _), end in zip(found, ends, strict=True)).strip()


def _no_passage(text: str, hint: str) -> Place:
    return _nearest(text, hint, "The source does not have this passage word for word.")


def _without(text: str, parts: Sequence[str], where: str, window: Span | None = None) -> Place:
    """Return why a text does not have the parts of a quotation, with what is nearest to the first that is missing."""
    missing = next((part for part in parts if not any(_occurrences(text, part, window))), None)
    if missing is None:
        return Place(None, why=f"{where} has the parts of this quotation, but far apart or not in this order.")
    which = "this quotation" if len(parts) == 1 else f"part {parts.index(missing) + 1} of this quotation"
    passage = text[slice(*window)] if window else text
    return _nearest(passage, missing, f"{where} does not have {which} word for word.")


def _nearest(text: str, phrase: str, why: str) -> Place:
    near = nearest(text, phrase)
    return Place(None, nearest=compared(text[slice(*near)], phrase) if near else (), why=why)


def _unprinted(text: str, window: Span, values: Sequence[Decimal], where: str) -> str:
    for value in values:
        if not _is_printed(value, text, window):
            return f"{where} does not print {value:,f}."
    return f"No sentence of {where.lower()} prints both numbers; copy the sentences that do."


def _parts(text: str, parts: Sequence[str], window: Span | None = None) -> list[Span]:
    """Return where parts stand one after the other, as close together as there is; [] where they do not."""
    for tokens in _readings(text):
        if found := _closest(tokens, parts, window):
            return found
    return []


def _closest(tokens: Tokens, parts: Sequence[str], window: Span | None) -> list[Span]:
    codes = [tokens.encode(part) for part in parts]
    if not all(codes):
        return []
    first, last = tokens.within(window) if window else (0, len(tokens.places))
    following = [-1] * len(codes)  # each part's place, which only moves on: the text is gone through once for each
    best: list[Span] = []
    for begun in islice(tokens.occurrences(codes[0], first, last), OCCURRENCES):
        found = [begun]
        for index, code in enumerate(codes[1:], 1):
            end = found[-1][1]
            if following[index] < end:
                following[index] = tokens.find(code, end, last)
            if following[index] < 0:
                return best
            if tokens.places.starts[following[index]] - tokens.places.ends[end - 1] > APART:
                break
            found.append((following[index], following[index] + len(code)))
        if len(found) == len(parts):
            spans = [tokens.span(*each) for each in found]
            if not best or spans[-1][1] - spans[0][0] < best[-1][1] - best[0][0]:
                best = spans
        if len(parts) == 1:
            break
    return best


def _occurrences(text: str, phrase: str, window: Span | None = None) -> Iterator[Span]:
    for tokens in _readings(text):
        place = tokens.within(window) if window else (0, len(tokens.places))
        found = [tokens.span(*each) for each in islice(tokens.occurrences(tokens.encode(phrase), *place), OCCURRENCES)]
        if found:
            return iter(found)
    return iter(())


def _readings(text: str) -> Iterator[Tokens]:
    """Yield the ways to read a text: what nobody sees is nothing there, or else it stands where a space would."""
    yield prepared(text)
    if has_unseen(text):
        yield prepared(text, spaced=True)


def _is_printed(value: Decimal, text: str, window: Span) -> bool:
    """Return whether a passage prints a figure that is one in its sentences too, and not a piece of another there."""
    return all(is_printed(value, text[slice(*span)]) for span in (window, around(text, window)))


def _printing(text: str, values: Sequence[Decimal]) -> Iterator[Span]:
    """Yield the sentences that print all of the values. Most print nothing like it, which is seen of many at once."""
    found = sentences(text)
    first = 0
    while first < len(found):
        last = bisect_right(found.starts, found.starts[first] + BLOCK)
        one, *others = (_likely(found, value, text, first, last) for value in values)
        for index in sorted(one.intersection(*others)):
            passage = text[slice(*found[index])]
            if all(is_printed(value, passage) for value in values):
                yield found[index]
        first = last


def _likely(found: Spans, value: Decimal, text: str, first: int, last: int) -> set[int]:
    """Return which of the sentences [first, last) may print a figure."""
    places = likely(value, text, found.starts[first], found.ends[last - 1])
    return {
        index
        for start, end in places
        for index in range(bisect_right(found.ends, start), bisect_left(found.starts, end))
    }
