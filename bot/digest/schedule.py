"""When a digest is due: a wall time on certain days in a time zone, as moments in UTC."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.zones import zone

_MARGIN = timedelta(days=2)
FIRST, LAST = datetime.min.replace(tzinfo=UTC) + _MARGIN, datetime.max.replace(tzinfo=UTC) - _MARGIN
"""Nothing is due outside: so near to the ends of the calendar, a moment has no date in some zones."""

# Those of the calendar module are in the language of the process, and these are stored.
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = tuple(name[:3].lower() for name in DAY_NAMES)
_WEEK = frozenset(range(7))
_WORKING = frozenset(range(5))
_MONTHLY = "monthly:"
_SHORTEST_MONTH = 28

LAST_DAY = 31
"""A month that is shorter has its last day instead, so that this is the last one of any."""

OR_LAST = ", or its last day where it is shorter"
"""What is said of a day that not every month has."""

_TICK = timedelta(seconds=1)
"""Clocks change at whole seconds."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a schedule: some of the week (0 is Monday), or one of every month where `month_day` is not 0.

    A month that has no such day takes its last one. `str()` gives the form to store: "daily", "weekdays",
    "mon,wed" or "monthly:31", which `parse_days` reads.
    """

    week: frozenset[int] = frozenset()
    month_day: int = 0

    def __post_init__(self) -> None:
        if not self.week <= _WEEK or not 0 <= self.month_day <= LAST_DAY or bool(self.week) == bool(self.month_day):
            raise ValueError(f"no days: {self.week}, {self.month_day}")

    def __contains__(self, day: date) -> bool:
        if not self.month_day:
            return day.weekday() in self.week
        if day.day < _SHORTEST_MONTH:
            return day.day == self.month_day
        return day.day == min(self.month_day, monthrange(day.year, day.month)[1])

    def __str__(self) -> str:
        if self.month_day:
            return f"{_MONTHLY}{self.month_day}"
        named = {_WEEK: "daily", _WORKING: "weekdays"}
        return named.get(self.week) or ",".join(_SHORT[day] for day in sorted(self.week))


DAILY = Days(_WEEK)
WEEKDAYS = Days(_WORKING)
WEEKENDS = Days(_WEEK - _WORKING)


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
    words = in_words(schedule.days)
    return f"{words}{',' if words.endswith(OR_LAST) else ''} at {schedule.at:%H:%M}, {schedule.zone}"


def in_words(days: Days) -> str:
    """Return days in words: "every weekday", "on the 15th of every month"."""
    if days.month_day == LAST_DAY:
        return "on the last day of every month"
    if days.month_day:
        shorter = OR_LAST if days.month_day > _SHORTEST_MONTH else ""
        return f"on the {_ordinal(days.month_day)} of every month{shorter}"
    if days in {DAILY, WEEKDAYS}:
        return "every day" if days == DAILY else "every weekday"
    *most, last = (DAY_NAMES[day] for day in sorted(days.week))
    return f"every {', '.join(most)} and {last}" if most else f"every {last}"


def parse_days(stored: str) -> Days:
    """Read days as `str()` gives them. Raises ValueError for anything else."""
    named = {"daily": DAILY, "weekdays": WEEKDAYS}
    if stored in named:
        return named[stored]
    if stored.startswith(_MONTHLY):
        return Days(month_day=int(stored.removeprefix(_MONTHLY)))
    return Days(frozenset(map(_SHORT.index, stored.split(","))))


def _ordinal(number: int) -> str:
    ending = "th" if number in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


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
