"""Excerpts of a text around what was searched for, where FTS5 cannot mark it by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.folding import folded
from bot.store import indexing

HIT_START, HIT_END = "\x02", "\x03"
"""Stand around each hit."""

Span = tuple[int, int]
"""[start, end) in characters."""

_MARK = re.compile(f"[{HIT_START}{HIT_END}]")
# What may change when it is folded together: a character with the marks after it, or the parts of a Korean syllable.
_CLUSTER = re.compile(f"[^{HIT_START}][\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]*", re.DOTALL)


def marked(text: str, terms: Sequence[str], room: int) -> str:
    """Return a text with the terms marked, cut to about `room` characters around the first (0: whole).

    What FTS5 has marked stays so. `terms` are those of `indexing.terms`.
    """
    plain, known = _unmarked(text)
    spans = _merged([*known, *_hits(plain, terms)])
    start, end = _window(plain, spans, room) if room else (0, len(plain))
    pieces = ["…" if start else ""]
    place = start
    for first, last in spans:
        if first >= start and last <= end:
            pieces += [plain[place:first], HIT_START, plain[first:last], HIT_END]
            place = last
    return "".join([*pieces, plain[place:end], "…" if end < len(plain) else ""])


def _unmarked(text: str) -> tuple[str, list[Span]]:
    """Return a text without marks, and what was between them."""
    pieces = _MARK.split(text)
    spans: list[Span] = []
    place = 0
    for index, piece in enumerate(pieces):
        if index % 2:
            spans.append((place, place + len(piece)))
        place += len(piece)
    return "".join(pieces), spans


def _hits(text: str, terms: Sequence[str]) -> Iterator[Span]:
    words = {term for term in terms if not indexing.is_unspaced(term)}
    runs = [term for term in terms if indexing.is_unspaced(term)]
    for start, end in indexing.words_of(text):
        word = text[start:end]
        if word.isascii():
            if word.casefold() in words:
                yield start, end
            continue
        found = indexing.terms(word)
        if not any(map(indexing.is_unspaced, found)):
            if words.intersection(found):
                yield start, end
        else:
            yield from ((start + first, start + last) for first, last in _within(word, runs, words))


def _within(word: str, runs: Sequence[str], words: Collection[str]) -> Iterator[Span]:
    """Yield where terms are in a word that has text without spaces in it."""
    places: list[Span] = []
    characters: list[str] = []
    for cluster in _CLUSTER.finditer(word):
        for character in folded(cluster[0]):
            characters.append(character)
            places.append(cluster.span())
    for part in indexing.parts("".join(characters)):
        if part[0] in words:
            yield places[part.start()][0], places[part.end() - 1][1]
        for run in runs if indexing.is_unspaced(part[0]) else ():
            for hit in re.finditer(re.escape(run), part[0]):
                first, last = part.start() + hit.start(), part.start() + hit.end() - 1
                yield places[first][0], places[last][1]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: Sequence[Span], room: int) -> Span:
    """Return which part of a text to show: with the first hit in its first quarter, from a space if one is near."""
    if len(text) <= room:
        return 0, len(text)
    first = spans[0][0] if spans else 0
    start = max(min(first - room // 4, len(text) - room), 0)
    space = text.rfind(" ", max(start - 16, 0), start + 1) if start else -1
    start = space + 1 if space >= 0 else start
    end = min(start + room, len(text))
    space = text.find(" ", end, end + 16) if end < len(text) else -1
    return start, space if space >= 0 else end
