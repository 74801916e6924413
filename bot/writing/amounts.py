"""A figure as a person types it: "about 257,000 people", "~5 000", "1.4 million residents", "12%"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from bot.ingest.table import NAME_LENGTH, VALUE_LIMIT
from bot.text import visible

_ABOUT = re.compile(
    r"(?:about|around|approximately|approx\.?|roughly|circa|ca?\.|some|nearly|almost)\s+|[~≈]\s*", re.IGNORECASE
)
# Thousands stand apart by one and the same character; a comma is never a decimal sign, as in English.
_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:([,_'’ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*)(?![0-9])|[0-9]+)(?:\.[0-9]+)?")
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "k": 3, "m": 6, "bn": 9, "tn": 12}
# "5m" are five million, "5 m" may be metres.
_SCALE = re.compile(r"[\s\u00a0-]+(thousand|million|billion|trillion)\b|(k|m|bn|tn)\b", re.IGNORECASE)
_SPACES = str.maketrans("", "", ",_'’ \u00a0\u202f")
# Otherwise it goes on with the number: "5-10 people", "1,4 million", "7.5.1", "5 to 10 people", "1 in 3", "1e5".
_UNIT = re.compile(
    r"(?!(?:e[+-]?|[x×]|to|or|and|(?:out\s+)?of|in)\s*\d)(?:[^\d\s.,:;/+*=^~≈<>–—-]|-\D)", re.DOTALL | re.IGNORECASE
)
_DECIMALS = 15

_WRITE = "write a number with what it counts, as in: about 257,000 people; 1.4 million residents; 12%"


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure: what `value` counts is its `unit`, which may be "" where it is a whole of the same."""

    value: Decimal
    unit: str
    approximate: bool


def parse(text: str) -> Amount:
    """Read a figure. Raises ValueError with what is wrong and how to write it, to go on after "… is wrong: "."""
    about = _ABOUT.match(text)
    start = about.end() if about else 0
    number = _NUMBER.match(text, start)
    if number is None:
        raise ValueError(f"it does not begin with a number; {_WRITE}.")
    value = Decimal(number[0].translate(_SPACES))
    if len(number[0].partition(".")[2]) > _DECIMALS:
        raise ValueError(f"the number has more than {_DECIMALS} decimals; write fewer.")
    scale = _SCALE.match(text, number.end())
    # A larger number is none already, and more digits than a Decimal reckons with cannot be scaled.
    if scale is not None and value < VALUE_LIMIT:
        value = _plain(value.scaleb(_SCALES[(scale[1] or scale[2]).lower()]))
    if value >= VALUE_LIMIT:
        raise ValueError("the number has more than 15 digits; write a smaller one.")
    rest = text[scale.end() if scale else number.end() :]
    unit = _unit(rest)
    # "½" is a number too, though no digit.
    if unit and not _quoted(rest) and (unicodedata.category(unit[0]) == "No" or not _UNIT.match(unit)):
        raise ValueError(f"it holds more than one number; {_WRITE}.")
    if len(unit) > NAME_LENGTH:
        raise ValueError(f"what it counts has {len(unit)} characters; shorten it to {NAME_LENGTH}.")
    return Amount(value, unit, about is not None)


def write(amount: Amount) -> str:
    """Return the text that `parse` reads as this figure. A unit such as "million people" is put in quotation marks."""
    number = f"{'about ' if amount.approximate else ''}{amount.value:,f}"
    text = f"{number}{amount.unit}" if amount.unit.startswith("%") else f"{number} {amount.unit}".rstrip()
    try:
        same = parse(text) == amount
    except ValueError:
        same = False
    return text if same else f'{number} "{amount.unit}"'


def _unit(rest: str) -> str:
    rest = rest.strip()
    unit = rest[1:-1].strip() if _quoted(rest) else rest
    return unit if visible(unit) else ""


def _quoted(rest: str) -> bool:
    rest = rest.strip()
    return len(rest) > 1 and rest[0] == rest[-1] == '"'


def _plain(value: Decimal) -> Decimal:
    """Return a scaled number without zeros that were not typed."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
