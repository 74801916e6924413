"""When a digest is due: a wall time on certain days in a time zone, as moments in UTC."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.text import clip, visible
from bot.zones import zone

_MARGIN = timedelta(days=2)
FIRST, LAST = datetime.min.replace(tzinfo=UTC) + _MARGIN, datetime.max.replace(tzinfo=UTC) - _MARGIN
"""Nothing is due outside: so near to the ends of the calendar, a moment has no date in some zones."""

# Those of the calendar module are in the language of the process, and these are stored.
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = frozenset(range(7))
_WORKING = frozenset(range(5))
_LONGEST_MONTH = 31
_SHORTEST_MONTH = 28
_DAY_HOURS, _HALF_DAY, _HOUR_MINUTES = 24, 12, 60

_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-9]{2})|h)?(?: ?(?P<half>[ap])\.?m\.?)?", re.ASCII)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}

_DAY_WORDS = re.compile(r"[0-9]{1,4}|[^\W\d_]+|[-–—]")
_FILLERS = frozenset({"every", "each", "on", "the", "of", "and", "st", "nd", "rd", "th"})
_TO = frozenset({"-", "–", "—", "to", "through"})

_TICK = timedelta(seconds=1)
"""Clocks change at whole seconds."""

_SHOWN = 40
"""So much of what was typed is said back."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a schedule: some of the week (0 is Monday), or one of every month where `month_day` is not 0.

    A month that has no such day takes its last one. `str()` gives the form to store: "daily", "weekdays",
    "mon,wed" or "monthly:31", which `parse_days` reads.
    """

    week: frozenset[int] = frozenset()
    month_day: int = 0

    def __post_init__(self) -> None:
        if (
            not self.week <= _WEEK
            or not 0 <= self.month_day <= _LONGEST_MONTH
            or bool(self.week) == bool(self.month_day)
        ):
            raise ValueError(f"no days: {self.week}, {self.month_day}")

    def __contains__(self, day: date) -> bool:
        if not self.month_day:
            return day.weekday() in self.week
        if day.day < _SHORTEST_MONTH:
            return day.day == self.month_day
        return day.day == min(self.month_day, monthrange(day.year, day.month)[1])

    def __str__(self) -> str:
        if self.month_day:
            return f"monthly:{self.month_day}"
        named = {_WEEK: "daily", _WORKING: "weekdays"}
        return named.get(self.week) or ",".join(_DAY_NAMES[day][:3].lower() for day in sorted(self.week))


DAILY = Days(_WEEK)
WEEKDAYS = Days(_WORKING)

_NAMED_DAYS = {
    **dict.fromkeys(("daily", "day", "days", "everyday"), DAILY),
    **dict.fromkeys(("weekdays", "weekday", "workdays"), WEEKDAYS),
    **dict.fromkeys(("weekends", "weekend"), Days(_WEEK - _WORKING)),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A wall time, to the minute, on certain days. `zone` is an IANA name; what it means in UTC follows from both.

    Clocks that are put forward past the wall time, even by a whole day, make it due at the first moment after the
    gap. Where they are put back and show it twice, it is due at the first.
    """

    zone: str
    at: time
    days: Days

    def __post_init__(self) -> None:
        if self.at.tzinfo or self.at != self.at.replace(second=0, microsecond=0, fold=0):
            raise ValueError(f"not a wall time in minutes: {self.at!r}")


def occurrences(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield the moments (aware UTC, increasing) at which it is due, strictly after an aware one, to the year 9999.

    Two wall times that fall into one gap can be due at the same moment, which comes once.
    Raise UserError for a zone that is not known.
    """
    if after.utcoffset() is None:
        raise ValueError("a moment without a zone is none")
    clocks = zone(schedule.zone)
    latest = min(max(after, FIRST), LAST).astimezone(UTC)
    # Earlier dates are over: their wall times are past wherever the clocks show this one.
    today = latest.astimezone(clocks).toordinal()
    for day in map(date.fromordinal, range(today, LAST.toordinal())):
        if day in schedule.days:
            moment = _reached(datetime.combine(day, schedule.at), clocks)
            if moment > latest:
                yield moment
                latest = moment


def next_after(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the first moment due after `now`, in UTC; None where the calendar ends."""
    return next(occurrences(schedule, now), None)


def due_between(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments due after `since` and not after `until`, in UTC, increasing."""
    return takewhile(lambda moment: moment <= until, occurrences(schedule, since))


def describe(schedule: Schedule) -> str:
    """Return a schedule in words: "every weekday at 09:00, America/Chicago"."""
    return f"{_in_words(schedule.days)} at {schedule.at:%H:%M}, {schedule.zone}"


def parse_time(typed: str) -> time:
    """Read a time of day as people type it: 9, 9:30, 09.30, 0930, 18h30, 9:30 pm, noon, midnight.

    Raise UserError where it is none.
    """
    text = typed.strip().lower()
    if text in _NAMED_TIMES:
        return _NAMED_TIMES[text]
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
        if half and 1 <= hour <= _HALF_DAY:
            hour = hour % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
            half = None
        if not half and hour < _DAY_HOURS and minute < _HOUR_MINUTES:
            return time(hour, minute)
    raise UserError(f"“{clip(visible(typed), _SHOWN)}” is no time of day. Type one like 9:00, 21:15 or 9:30 pm.")


def parse_days(typed: str) -> Days:
    """Read days as stored or as people type them: daily, weekdays, mon,wed, Monday to Thursday, monthly:31, 1st.

    Raise UserError where none are named.
    """
    words = [word for word in _DAY_WORDS.findall(typed.lower()) if word not in _FILLERS]
    if len(words) == 1 and words[0] in _NAMED_DAYS:
        return _NAMED_DAYS[words[0]]
    days = _month_day(words) or _week(words)
    if days is None:
        raise UserError(
            f"“{clip(visible(typed), _SHOWN)}” names no days. "
            "Type daily, weekdays, days of the week such as mon,wed, or monthly:15 for one day of every month."
        )
    return days


def _in_words(days: Days) -> str:
    if days.month_day:
        shorter = ", or its last day where it is shorter," if days.month_day > _SHORTEST_MONTH else ""
        return f"on the {_ordinal(days.month_day)} of every month{shorter}"
    if days in {DAILY, WEEKDAYS}:
        return "every day" if days == DAILY else "every weekday"
    *most, last = (_DAY_NAMES[day] for day in sorted(days.week))
    return f"every {', '.join(most)} and {last}" if most else f"every {last}"


def _ordinal(number: int) -> str:
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _month_day(words: list[str]) -> Days | None:
    """Read one day of every month."""
    numbers = [int(word) for word in words if word.isdecimal()]
    others = {word for word in words if not word.isdecimal()} - {"monthly", "month", "day"}
    if others == {"last"} and not numbers:
        return Days(month_day=_LONGEST_MONTH)
    if others or len(numbers) != 1 or not 1 <= numbers[0] <= _LONGEST_MONTH:
        return None
    return Days(month_day=numbers[0])


def _week(words: list[str]) -> Days | None:
    """Read days of the week, and ranges of them, which may run over Sunday."""
    week: set[int] = set()
    start: int | None = None
    ranging = False
    for word in words:
        if word in _TO:
            if start is None or ranging:
                return None
            ranging = True
            continue
        day = next((i for i, name in enumerate(_DAY_NAMES) if _names(word, name.lower())), None)
        if day is None:
            return None
        week |= {(start + i) % 7 for i in range((day - start) % 7 + 1)} if ranging and start is not None else {day}
        start, ranging = day, False
    return Days(frozenset(week)) if week and not ranging else None


def _names(word: str, day: str) -> bool:
    """Whether a word is a day's name, in the plural too, or a beginning of it: mon, tues, thurs."""
    return word == f"{day}s" or (len(word) >= len("mon") and day.startswith(word))


def _reached(wall: datetime, clocks: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clocks show a (naive) wall time or a later one."""
    moment = wall.replace(tzinfo=clocks, fold=0).astimezone(UTC)
    if _shown(moment, clocks) == wall:
        return moment
    # In a gap, fold 0 reckons with the offset before and lands behind the gap, fold 1 ahead of it (PEP 495).
    before, behind = wall.replace(tzinfo=clocks, fold=1).astimezone(UTC), moment
    while behind - before > _TICK:
        middle = before + (behind - before) // _TICK // 2 * _TICK
        before, behind = (middle, behind) if _shown(middle, clocks) < wall else (before, middle)
    return behind


def _shown(moment: datetime, clocks: ZoneInfo) -> datetime:
    """Return the wall time of a moment."""
    return moment.astimezone(clocks).replace(tzinfo=None, fold=0)
