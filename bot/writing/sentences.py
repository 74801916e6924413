"""The sentences of a text: which is most like a phrase, and where the two differ."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from heapq import nlargest

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from bot.folding import text_words
from bot.writing.tokens import ALIKE, Span, Spans

Segments = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it differs from what was looked for."""

LONGEST = 1000
"""A longer sentence is taken in pieces: a text may have no full stops."""

HEAD = 300
"""So many first characters of a phrase say where in a text something like it is."""

LIKELY = 20
"""So many sentences that share rare words with a phrase are compared with it letter by letter."""

CLOSE_ENOUGH = 60
"""Of 100: what is less alike is no near miss."""

COMPARED = 5000
"""Characters of a text and of a phrase that are compared word by word; that takes the product of the two."""

_STRAIGHT = {mark: alike[0] for alike in ALIKE for mark in alike}
_TOKEN = re.compile(r"\w+|[^\w\s]")
_UNSPACED = re.compile(r"\S++")
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[.!?…][\"”’»)\]]*+\s++(?=[\"“‘«(\[]?[^\W_a-z])|[\r\n]\s*+")
_ABBREVIATED = re.compile(
    r"\b(?:\w|mr|mrs|ms|dr|prof|rev|gov|sen|rep|gen|col|lt|sgt|capt|st|jr|sr|no|nos|vs|inc|co|corp|ltd"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=4)
def sentences(text: str) -> Spans:
    """Return the sentences of a text in order, without the space between them; a line break ends one too."""
    found = Spans()
    start = 0
    for stop in _STOP.finditer(text):
        if not _ABBREVIATED.search(text, max(stop.start() - 6, 0), stop.start() + 1):
            _add_pieces(found, text, start, stop.end())
            start = stop.end()
    _add_pieces(found, text, start, len(text))
    return found


def around(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    found = sentences(text)
    if not found:
        return span
    first, last = (max(bisect_right(found.starts, place) - 1, 0) for place in (span[0], span[1] - 1))
    return min(found.starts[first], span[0]), max(found.ends[last], span[1])


def nearest(text: str, phrase: str) -> Span | None:
    """Return the sentences that are most like a phrase, as many as it takes; None where nothing is like it."""
    found = sentences(text)
    head = phrase[:HEAD]
    wanted = frozenset(text_words(head))
    kinds: dict[frozenset[str], frozenset[str]] = {}  # equal ones are kept once: there may be a million sentences
    shared = [
        kinds.setdefault(words, words)
        for span in found
        for words in [wanted.intersection(text_words(text[slice(*span)]))]
    ]
    common = Counter(word for words in shared for word in words)
    weights = [sum(1 / common[word] for word in words) for words in shared]
    likely = [index for index in nlargest(LIKELY, range(len(found)), key=weights.__getitem__) if weights[index]]
    best, score = None, float(CLOSE_ENOUGH)
    for index in sorted({near for each in likely for near in (each - 1, each) if near >= 0}):
        alike = fuzz.partial_ratio(head, text[slice(*_window(found, index, len(head)))], score_cutoff=score)
        # The later window of two that hold the same begins nearer to it.
        if alike >= score:
            best, score = index, alike
    return None if best is None else _window(found, best, len(phrase))


def compared(text: str, phrase: str) -> Segments:
    """Return a text in pieces, marked where the stretch of it that is like the phrase differs from that."""
    first, last = 0, len(text)
    if len(phrase) <= HEAD and (alignment := fuzz.partial_ratio_alignment(phrase, text[:COMPARED])):
        first, last = alignment.dest_start, alignment.dest_end
    tokens = [token for token in _TOKEN.finditer(text, 0, COMPARED) if token.end() > first and token.start() < last]
    typed = [_STRAIGHT.get(token, token) for token in _TOKEN.findall(phrase, 0, COMPARED)]
    if not tokens:
        return _segments(text, [])
    printed = [_STRAIGHT.get(token[0], token[0]) for token in tokens]
    codes = [code for code in Indel.opcodes(printed, typed) if code.tag != "equal"]
    replaced = {code.src_start for code in codes if code.tag == "insert"}
    dropped = {place for code in codes if code.tag == "delete" for place in (code.src_start, code.src_end)}
    differing: set[int] = set()
    for code in codes:
        if code.tag == "insert" and code.src_start not in dropped:
            # The phrase has more: what it stands between is marked.
            differing.update({max(code.src_start - 1, 0), min(code.src_start, len(tokens) - 1)})
        elif code.tag == "delete":
            at_edge = code.src_start == 0 or code.src_end == len(tokens)
            if not at_edge or replaced & {code.src_start, code.src_end}:
                differing.update(range(code.src_start, code.src_end))
    return _segments(text, [tokens[index].span() for index in sorted(differing)])


def numbers(text: str) -> Segments:
    """Return a text in pieces, its numbers marked."""
    return _segments(text, [match.span() for match in _UNSPACED.finditer(text) if _DIGIT.search(match[0])])


def _add_pieces(found: Spans, text: str, start: int, end: int) -> None:
    """Add a stretch of text without the space around it, cut at spaces where it is too long."""
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        cut = space if space > start else start + LONGEST
        _add_piece(found, text, start, cut)
        start = cut
    _add_piece(found, text, start, end)


def _add_piece(found: Spans, text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece := piece.rstrip():
        found.append(start + len(piece) - len(piece.lstrip()), start + len(piece))


def _window(found: Spans, index: int, length: int) -> Span:
    start, end = found[index]
    while end - start < length and index + 1 < len(found):
        index += 1
        end = found.ends[index]
    return start, end


def _segments(text: str, marked: Iterable[Span]) -> Segments:
    merged: list[Span] = []
    for start, end in marked:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    pieces: list[tuple[str, bool]] = []
    position = 0
    for start, end in merged:
        pieces += [(text[position:start], False), (text[start:end], True)]
        position = end
    return tuple(piece for piece in [*pieces, (text[position:], False)] if piece[0])
