"""The time and the days of a digest as people type them, in fields of their own or in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot import zone_search
from bot.digest.schedule import DAILY, DAY_NAMES, LAST_DAY, OR_LAST, WEEKDAYS, WEEKENDS, Days
from bot.errors import UserError
from bot.text import clip, visible

_SHOWN = 40
"""So much of what was typed is said back."""

_DAY_HOURS, _HALF_DAY, _HOUR_MINUTES = 24, 12, 60
_NEXT_DAY = _DAY_HOURS, 0
"""Hour and minute of 24:00."""

_TIME = re.compile(
    r"(?:at )?(?P<hour>[0-9]{1,2})(?:(?:(?:[:.h ]| h | ?uhr )?(?P<minute>[0-9]{2}))|(?::(?P<exact>[0-9]{2}):00))?"
    r" ?(?:h|hrs|uhr|o ?clock)? ?(?:(?P<half>[ap])\.?m\.?)?",
    re.ASCII,
)
_NAMED_TIME = re.compile(r"(?:at )?(?:12(?::00)? )?(noon|midday|midnight)")

_DAY_WORDS = re.compile(r"[0-9]{1,4}|[^\W\d_]+|[-–—]")
_FILLERS = frozenset({"every", "each", "on", "the", "of", "and", "a", "all", "any", "st", "nd", "rd", "th"})
_TO = frozenset({"-", "–", "—", "to", "through", "thru", "till", "until"})
_GROUPS = {
    **dict.fromkeys(("daily", "day", "days", "everyday"), DAILY.week),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "workday"), WEEKDAYS.week),
    **dict.fromkeys(("weekends", "weekend"), WEEKENDS.week),
}
_WORKING = re.compile(r"\b(?:business|working|work)[ -]days?\b")
_LETTERS = {"m": 0, "w": 2, "f": 4}
"""The days that have a letter of their own."""

_ORDINALS = {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}
_ENDS = frozenset({"last", "end"})
_MONTH_WORDS = frozenset({"monthly", "month", "months", "day"})
_WEEK_WORDS = frozenset({"weekly", "week"})
_MONTHS = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^\W\d_]*")
_OTHER_WEEKS = frozenset({"other", "weeks", "biweekly", "fortnight", "fortnightly"})

_BETWEEN = frozenset({"in", "at", "on", "by", "for", "the", ",", ";", "time"})
"""Words of a line that stand between its parts."""

_LONGEST_TIME, _LONGEST_DAYS, _LONGEST_ZONE = 3, 16, 10
"""Words, with the commas between them."""

_MOST_WORDS = 40
"""So many words of a line are read."""

_LONGEST_RUN = 200
"""Characters of the longest time, days or zone in a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: "time", "zone" and "days" as they were typed, where they are there, and what is left of it."""

    fields: Mapping[str, str]
    rest: str


def read_time(typed: str) -> time:
    """Read a time of day: 9, 9:30, 09.30, 0930, 9 30, 18h30, 17:00 Uhr, 9:30 pm, noon, 12 midnight.

    Raise UserError where it is none.
    """
    found = _clock(typed)
    if found == _NEXT_DAY:
        raise UserError(
            f"“{_said(typed)}” is when the next day begins. Type 0:00, and choose the days that begin then."
        )
    if found is None:
        raise UserError(f"“{_said(typed)}” is no time of day. Type one like 9:00, 21:15 or 9:30 pm.")
    return time(*found)


def read_days(typed: str) -> Days:
    """Read days: daily, weekdays and sat, mon,wed, M-F, Monday to Thursday, monthly:31, 1st, last day of the month.

    Raise UserError where none are named.
    """
    words = _day_words(typed)
    days = _days(words)
    if days is None:
        raise UserError(f"“{_said(typed)}” {_why_none(words)}")
    return days


def read_line(typed: str, now: datetime) -> Line:
    """Find time, days and zone in a line, in any order: "9:00 weekdays in Chicago"."""
    words = typed.replace(OR_LAST, "").replace(",", " , ").split()
    parts = [words[:_MOST_WORDS]]
    fields: dict[str, str] = {}
    readers: tuple[tuple[str, Callable[[str], bool], int], ...] = (
        ("time", _is_clear_time, _LONGEST_TIME),
        ("days", _is_clear_days, _LONGEST_DAYS),
        ("time", _is_time, _LONGEST_TIME),
        ("zone", lambda text: text.lower() not in _BETWEEN and zone_search.names_one(text, now), _LONGEST_ZONE),
    )
    for key, is_one, longest in readers:
        found = None if key in fields else _take(parts, is_one, longest)
        if found is not None:
            fields[key], parts = found
    left = [*(word for part in parts for word in part), *words[_MOST_WORDS:]]
    rest = " ".join(word for word in left if word.lower() not in _BETWEEN)
    return Line(fields, rest)


def _take(
    parts: Sequence[Sequence[str]], is_one: Callable[[str], bool], longest: int
) -> tuple[str, list[list[str]]] | None:
    """Return the longest run of words that is one, and what is before and after it; None if there is none."""
    most = min(longest, max((len(part) for part in parts), default=0))
    for length in range(most, 0, -1):
        for index, part in enumerate(parts):
            for start in range(len(part) - length + 1):
                run = part[start : start + length]
                if sum(map(len, run)) > _LONGEST_RUN:
                    continue
                text = " ".join(run).replace(" ,", ",").strip(", ").removeprefix("at ")
                if not is_one(text):
                    continue
                around = [list(part[:start]), list(part[start + length :])]
                return text, [*map(list, parts[:index]), *around, *map(list, parts[index + 1 :])]
    return None


def _clock(typed: str) -> tuple[int, int] | None:
    """Return the hour and the minute of a time of day, also of 24:00, None where it is none."""
    text = " ".join(typed.lower().replace("’", "").replace("'", "").split())
    if named := _NAMED_TIME.fullmatch(text):
        return 0 if named[1] == "midnight" else _HALF_DAY, 0
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or found["exact"] or 0), found["half"]
    if (hour, minute, half) == (*_NEXT_DAY, None):
        return _NEXT_DAY
    if half and (hour <= _HALF_DAY if half == "a" else 1 <= hour <= _HALF_DAY):
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
        half = None
    return (hour, minute) if not half and hour < _DAY_HOURS and minute < _HOUR_MINUTES else None


def _is_time(text: str) -> bool:
    return _clock(text) not in {None, _NEXT_DAY}


def _is_clear_time(text: str) -> bool:
    """Whether a text is a time that could not be the day of a month as well."""
    return not (text.isdecimal() and len(text) < len("900")) and _is_time(text)


def _is_clear_days(text: str) -> bool:
    """Whether a text is days that could not be a time as well."""
    return not text.isdecimal() and _days(_day_words(text)) is not None


def _day_words(typed: str) -> list[str]:
    text = _WORKING.sub("weekdays", typed.lower().replace(OR_LAST, ""))
    return [word for word in _DAY_WORDS.findall(text) if word not in _FILLERS]


def _days(words: Sequence[str]) -> Days | None:
    return _month_day(words) or _week(words)


def _month_day(words: Sequence[str]) -> Days | None:
    """Read one day of every month."""
    numbers = [int(word) for word in words if word.isdecimal()]
    numbers += [_ORDINALS[word] for word in words if word in _ORDINALS]
    others = {word for word in words if not word.isdecimal() and word not in _ORDINALS} - _MONTH_WORDS - _TO
    if len(others) == 1 and others <= _ENDS and not numbers:
        return Days(month_day=LAST_DAY)
    if others or len(numbers) != 1 or not 1 <= numbers[0] <= LAST_DAY:
        return None
    return Days(month_day=numbers[0])


def _week(words: Sequence[str]) -> Days | None:
    """Read days of the week, groups of them, and ranges, which may run over Sunday."""
    week: set[int] = set()
    start: int | None = None
    ranging = False
    for word in words:
        if word in _TO:
            if start is None or ranging:
                return None
            ranging = True
        elif word in _GROUPS and not ranging:
            week |= _GROUPS[word]
            start = None
        elif (day := _day(word)) is not None:
            week |= {(start + i) % 7 for i in range((day - start) % 7 + 1)} if ranging and start is not None else {day}
            start, ranging = day, False
        elif word not in _WEEK_WORDS:
            return None
    return Days(frozenset(week)) if week and not ranging else None


def _day(word: str) -> int | None:
    """Return the day of the week that a word is the name of, in the plural too, or a beginning of: mo, mon, tues."""
    begun = word.removesuffix("s") if len(word) > len("tue") else word
    found = (i for i, name in enumerate(DAY_NAMES) if len(begun) > 1 and name.lower().startswith(begun))
    return next(found, _LETTERS.get(word))


def _why_none(words: Sequence[str]) -> str:
    """Return why words name no days, as the end of a sentence, and what can be typed."""
    numbers = [word for word in words if word.isdecimal() or word in _ORDINALS]
    if _OTHER_WEEKS & {*words}:
        return "comes less than once a week. Type days of every week, such as mon, or monthly:15."
    if numbers and any(map(_MONTHS.fullmatch, words)):
        return "is one day of a year. Type monthly:15 for one day of every month."
    if len(numbers) > 1 and not {*words} - {*numbers} - _MONTH_WORDS - _TO:
        return "are several days of a month, and a digest has one. Type one, and make another digest for the rest."
    if {*words} and {*words} <= _WEEK_WORDS:
        return "says no day. Type the days of the week, such as mon or mon,thu."
    if {*words} and {*words} <= _MONTH_WORDS:
        return "says no day. Type the day of the month, such as monthly:1, or monthly:31 for the last one."
    return (
        "names no days. "
        "Type daily, weekdays, days of the week such as mon,wed, or monthly:15 for one day of every month."
    )


def _said(typed: str) -> str:
    return clip(visible(typed), _SHOWN)
