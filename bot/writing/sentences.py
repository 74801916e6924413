"""The sentences of a text: which is most like a phrase, and where the two differ."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from heapq import nlargest

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

Span = tuple[int, int]
"""[start, end) in characters."""

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

ALIKE = ('"“”„«»', "'‘’ʼ")
"""People type straight marks where papers print curly ones."""

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(r"\S*\d\S*")
_STOP = re.compile(r"[.!?…][\"”’»)\]]*\s+(?=[\"“‘«(\[]?[^\W_a-z])|\s*[\r\n]+\s*")
_ABBREVIATED = re.compile(
    r"\b(?:\w|mr|mrs|ms|dr|prof|rev|gov|sen|rep|gen|col|lt|sgt|capt|st|jr|sr|no|nos|vs|inc|co|corp|ltd"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def sentences(text: str) -> list[Span]:
    """Return the sentences of a text in order, without the space between them; a line break ends one too."""
    found: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        if not _ABBREVIATED.search(text, max(stop.start() - 6, 0), stop.start() + 1):
            found += _pieces(text, start, stop.end())
            start = stop.end()
    return found + _pieces(text, start, len(text))


def around(text: str, span: Span) -> Span:
    """Return the sentences that a span stands in."""
    found = sentences(text)
    starts = [start for start, _ in found]
    first, last = (max(bisect_right(starts, place) - 1, 0) for place in (span[0], span[1] - 1))
    return min(found[first][0], span[0]), max(found[last][1], span[1])


def nearest(text: str, phrase: str) -> Span | None:
    """Return the sentences that are most like a phrase, as many as it takes; None where nothing is like it."""
    found = sentences(text)
    head = phrase[:HEAD]
    wanted = set(_WORD.findall(head.casefold()))
    shared = [wanted.intersection(_WORD.findall(text[slice(*span)].casefold())) for span in found]
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
    if len(phrase) <= HEAD and (alignment := fuzz.partial_ratio_alignment(phrase, text)):
        first, last = alignment.dest_start, alignment.dest_end
    tokens = [token for token in _TOKEN.finditer(text) if token.end() > first and token.start() < last]
    typed = [_folded(token) for token in _TOKEN.findall(phrase)]
    codes = [code for code in Indel.opcodes([_folded(token[0]) for token in tokens], typed) if code.tag != "equal"]
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
    return _segments(text, [match.span() for match in _NUMBER.finditer(text)])


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """Return a stretch of text without the space around it, cut at spaces where it is too long."""
    pieces: list[Span] = []
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        cut = space if space > start else start + LONGEST
        pieces += _pieces(text, start, cut)
        start = cut
    piece = text[start:end]
    trimmed = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
    return [*pieces, trimmed] if trimmed[0] < trimmed[1] else pieces


def _window(found: Sequence[Span], index: int, length: int) -> Span:
    start, end = found[index]
    for following in found[index + 1 :]:
        if end - start >= length:
            break
        end = following[1]
    return start, end


def _folded(token: str) -> str:
    return next((alike[0] for alike in ALIKE if token in alike), token)


def _segments(text: str, marked: Sequence[Span]) -> Segments:
    pieces: list[tuple[str, bool]] = []
    position = 0
    for start, end in marked:
        between = text[position:start]
        if pieces and not between.strip():
            pieces[-1] = (pieces[-1][0] + between + text[start:end], True)
        else:
            pieces += [(between, False), (text[start:end], True)]
        position = end
    return tuple(piece for piece in [*pieces, (text[position:], False)] if piece[0])
