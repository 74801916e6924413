"""Places in an article's text, in characters: what stands in quotation marks, and where a phrase is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# A quotation that goes on in the next paragraph has no closing mark in this one.
_QUOTATION = re.compile(r'“([^“”\r\n]*+)(?:”|(?=[\r\n])|\Z)|"([^"\r\n]*+)"')
_MARK = re.compile(r'[“”"]')

# Each of these sets is one character to somebody who types a phrase.
_ALIKE = ('"“”„', "'‘’ʼ", "-‐‑–—")


class Quotation(NamedTuple):
    """What stands between two quotation marks: [start, end) is its place, without the marks."""

    start: int
    end: int
    words: str


@lru_cache(maxsize=1)
def quotations(text: str) -> tuple[Quotation, ...]:
    """Return everything in curly or straight double quotation marks, in order. None spans a line break."""
    return tuple(
        Quotation(*match.span(match.lastindex or 0), match[match.lastindex or 0]) for match in _QUOTATION.finditer(text)
    )


def stray_marks(text: str) -> list[int]:
    """Return the places of the quotation marks that have no partner in their line."""
    return [match.start() for match in _MARK.finditer(_QUOTATION.sub(lambda quoted: " " * len(quoted[0]), text))]


def find(text: str, phrase: str) -> list[tuple[int, int]]:
    """Return each [start, end) of a phrase in the text, to write a pack's `passage`.

    Case, the shape of quotation marks, apostrophes and hyphens, and the length of spaces do not matter.
    """
    words = [_pattern(word) for word in phrase.split()]
    if not words:
        return []
    return [match.span() for match in re.finditer(r"\s+".join(words), text, re.IGNORECASE)]


def _pattern(word: str) -> str:
    return "".join(_character(character) for character in word)


def _character(character: str) -> str:
    for alike in _ALIKE:
        if character in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(character)
