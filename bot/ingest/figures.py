"""Finding a figure in English text, however it is printed: 257,000, 1.4 million, 5bn, twenty-five."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

# fmt: off
_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
# fmt: on
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3, "hundred": 10**2}
_SHORT = {"trillion": "tn", "billion": "bn", "million": "m", "thousand": "k"}

_ANY_SCALE = "|".join(_SCALES)
_ANY_WORD = "|".join((*_UNITS, *_TENS, *_SCALES))
# A run of spaces is never tried in pieces (++): what follows it is no space.
_GAP = r"[\s-]++"
_GAP_AFTER_SCALE = rf",?{_GAP}(?:and\s++)?"

# What must not stand beside a figure, or it is only a piece of a longer one: "257" of "257,000", "1.4" of
# "1.4 million", "five" of "twenty-five". What stands before it is read backwards from it, as Python searches forwards.
_LONGER_BEFORE = re.compile(
    rf"[\w.]|,\d|{_GAP}(?:{_ANY_WORD[::-1]})\b|(?:\s++dna)?{_GAP},?(?:{_ANY_SCALE[::-1]})\b", re.IGNORECASE
)
_LONGER_AFTER = re.compile(rf"\w|[.,]\d|{_GAP}(?:{_ANY_WORD})\b", re.IGNORECASE)
_LONGER_AFTER_SCALE = re.compile(rf"{_GAP_AFTER_SCALE}(?:{_ANY_WORD})\b", re.IGNORECASE)
_NO_HALF = "(?<!half )(?<!of )"
_SPACE_IN_DIGITS = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3})")


def is_printed(value: Decimal, text: str) -> bool:
    """Return whether the text prints this figure, and not only as a piece of a longer one.

    Digits may be grouped and followed by a scale; whole numbers may be words. A percentage is its number. In
    "10 to 12 million" only 10 and 12,000,000 are found, and ordinals ("second") are no figures.
    """
    text = _SPACE_IN_DIGITS.sub(",", text)
    backwards = text[::-1]
    return any(
        _stands_alone(text, backwards, match) for pattern in _patterns(value) for match in pattern.finditer(text)
    )


def likely(value: Decimal, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places in text[start:end] that may print this figure, or a piece of a longer one. None is missed."""
    pattern = _any_form(value)
    return (match.span() for match in pattern.finditer(text, start, end))


def in_words(number: int) -> str:
    """Return a whole number from 0 to below 10^15 in words, as in "two hundred fifty-seven thousand"."""
    for name, scale in _SCALES.items():
        if number >= scale:
            rest = number % scale
            return f"{in_words(number // scale)} {name}" + (f" {in_words(rest)}" if rest else "")
    if number < len(_UNITS):
        return _UNITS[number]
    ten, unit = divmod(number, 10)
    return _TENS[ten - 2] + (f"-{_UNITS[unit]}" if unit else "")


@lru_cache(maxsize=64)
def _patterns(value: Decimal) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for form in _forms(value))


@lru_cache(maxsize=64)
def _any_form(value: Decimal) -> re.Pattern[str]:
    # Here a space may stand for the comma between digits, and what stands before is looked at later.
    forms = "|".join(_forms(value)).replace(",", "[,\u00a0\u202f]").replace(_NO_HALF, "")
    return re.compile(rf"(?<![\w.])(?:{forms})(?!\w)", re.IGNORECASE)


def _forms(value: Decimal) -> Iterator[str]:
    """Yield patterns for the ways to print a figure."""
    for number in {f"{value:f}", f"{_plain(value):f}", f"{_plain(value):,f}"}:
        yield re.escape(number)
    for name, scale in _SCALES.items():
        scaled = re.escape(f"{_plain(value / scale):,f}")
        yield rf"{scaled}{_GAP}{name}"
        if name in _SHORT:
            yield rf"{scaled}\s?{_SHORT[name]}"
        if value * 2 == scale:
            yield rf"half{_GAP}an?{_GAP}{name}"
    if value == int(value):
        yield _words(in_words(int(value)).replace("-", " ").split())


def _plain(value: Decimal) -> Decimal:
    """Return the figure without zeros at the end of its decimals."""
    return value.quantize(Decimal(1)) if value == int(value) else value.normalize()


def _words(words: list[str]) -> str:
    pattern = words[0]
    if pattern == "one" and words[1:] and words[1] in _SCALES:
        pattern = f"(?:one|{_NO_HALF}an?)"  # "a million", but not in "half a million"
    for before, word in pairwise(words):
        pattern += (_GAP_AFTER_SCALE if before in _SCALES else _GAP) + word
    return pattern


def _stands_alone(text: str, backwards: str, match: re.Match[str]) -> bool:
    ends_in_scale = match[0].casefold().endswith(tuple(_SCALES))
    after = _LONGER_AFTER_SCALE if ends_in_scale else _LONGER_AFTER
    return not (
        _LONGER_BEFORE.match(backwards, len(text) - match.start())
        or after.match(text, match.end())
        or _LONGER_AFTER.match(text, match.end())
    )
