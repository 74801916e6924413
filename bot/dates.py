"""Dates as precise as they are known ("2018", "2018-11" or "2018-11-05"), and moments, as they are stored and read."""

from __future__ import annotations

import re
from datetime import date, datetime

from bot.model import Language

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

EXAMPLES = "5 November 2024, November 2024 or 2024"
"""How a date can be typed, for a sentence."""

_STORED = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_TYPED = re.compile(r"\d{4}(-\d{1,2}){0,2}", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SHORTEST = 3


def is_date(value: str) -> bool:
    """Return whether a text is a real date as it is stored."""
    try:
        date.fromisoformat((value + "-01-01")[: len("2018-11-05")])
    except ValueError:
        return False
    return _STORED.fullmatch(value) is not None


def parse(text: str) -> str:
    """Return a date as it is stored: of "Nov. 5, 2024", "5 November 2024", "November 2024", "2024-11-5" or "2024".

    Raises ValueError for anything else: 5/11/2024 is one day in one country and another in the next.
    """
    match text.casefold().replace(",", " ").split():
        case [whole] if _TYPED.fullmatch(whole):
            year, *rest = whole.split("-")
            found = "-".join([year, *(part.zfill(2) for part in rest)])
        case [month, year]:
            found = f"{_year(year)}-{_month(month):02}"
        case [first, second, year] if first[0].isdecimal():
            found = f"{_year(year)}-{_month(second):02}-{_day(first):02}"
        case [first, second, year]:
            found = f"{_year(year)}-{_month(first):02}-{_day(second):02}"
        case _:
            found = ""
    if not is_date(found):
        raise ValueError(f"no date: {text}")
    return found


def written(text: str, language: Language = Language.BRITISH) -> str:
    """Return "2024-11-05" as "5 November 2024", coarser dates likewise, and what is no such date as it is."""
    if not is_date(text):
        return text
    year, *rest = text.split("-")
    month = MONTHS[int(rest[0]) - 1] if rest else ""
    match rest:
        case [_, day] if language is Language.AMERICAN:
            return f"{month} {int(day)}, {year}"
        case [_, day]:
            return f"{int(day)} {month} {year}"
        case [_]:
            return f"{month} {year}"
        case _:
            return year


def seconds(moment: datetime) -> int:
    """Return an aware moment as it is stored, in Unix seconds."""
    return int(moment.timestamp())


def _month(text: str) -> int:
    """Return the number of a month by its name or the beginning of it, with or without a full stop; 0 for none."""
    name = text.removesuffix(".")
    found = [number for number, month in enumerate(MONTHS, 1) if month.casefold().startswith(name)]
    return found[0] if len(name) >= _SHORTEST and len(found) == 1 else 0


def _day(text: str) -> int:
    found = _DAY.fullmatch(text)
    return int(found[1]) if found else 0


def _year(text: str) -> str:
    return text if _YEAR.fullmatch(text) else ""
