"""A wall time in a zone is due once on each of its days, whatever the clocks do."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import CHANGING, expected, made_up, simulate
from thorough import examples

from bot.digest.schedule import (
    DAILY,
    FIRST,
    LAST,
    WEEKDAYS,
    Days,
    Schedule,
    describe,
    due_between,
    next_after,
    occurrences,
    parse_days,
)
from bot.errors import UserError

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.builds(Days, st.frozensets(st.integers(0, 6), min_size=1)) | st.builds(Days, month_day=st.integers(1, 31))
schedules = st.builds(Schedule, st.sampled_from([*CHANGING, "UTC", "Asia/Kolkata", "Asia/Tokyo"]), times, days)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=90))


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "wall", "after", "due"),
    [
        # Put forward over 02:30: the first moment after the gap, 03:00.
        ("America/New_York", "02:30", "2024-03-09 12:00", ["03-10 07:00", "03-11 06:30"]),
        # Put back over 01:30: the first of the two.
        ("America/New_York", "01:30", "2024-11-02 12:00", ["11-03 05:30", "11-04 06:30"]),
        ("America/New_York", "01:30", "2024-11-03 05:30", ["11-04 06:30"]),
        # Half an hour, in the south.
        ("Australia/Lord_Howe", "02:15", "2024-10-05 12:00", ["10-05 15:30", "10-06 15:15"]),
        ("Australia/Lord_Howe", "01:45", "2024-04-05 18:00", ["04-06 14:45", "04-07 15:15"]),
        # Winter time is the exception, which changes nothing.
        ("Europe/Dublin", "01:30", "2024-03-30 12:00", ["03-31 01:00", "04-01 00:30"]),
        # From 23:59:59 to 01:00: the day begins at one.
        ("America/Sao_Paulo", "00:00", "2018-11-03 12:00", ["11-04 03:00", "11-05 02:00"]),
        # Put back at 00:01 to the evening before: midnight comes twice and is due once.
        ("America/St_Johns", "00:00", "2010-11-06 12:00", ["11-07 02:30", "11-08 03:30"]),
        # A new rule: summer time for good.
        ("Europe/Istanbul", "09:00", "2016-11-05 12:00", ["11-06 06:00", "11-07 06:00"]),
        # December 30, 2011 did not take place: what it would have had is due as the 31st begins.
        ("Pacific/Apia", "09:00", "2011-12-29 00:00", ["12-29 19:00", "12-30 10:00", "12-30 19:00"]),
        # Unless something is due then anyway.
        ("Pacific/Apia", "00:00", "2011-12-29 00:00", ["12-29 10:00", "12-30 10:00", "12-31 10:00"]),
        ("Pacific/Kwajalein", "12:00", "1993-08-20 12:00", ["08-21 00:00", "08-21 12:00", "08-22 00:00"]),
    ],
)
def test_changes_of_clocks(where: str, wall: str, after: str, due: list[str]) -> None:
    """What the clocks leave out is due right after, what they show twice at the first time, each once."""
    schedule = Schedule(where, time.fromisoformat(wall), DAILY)

    found = list(islice(occurrences(schedule, at(after)), len(due)))

    assert found == [at(f"{after[:4]}-{moment}") for moment in due]


def test_schedules_over_ten_years() -> None:
    """Their moments are those of dateutil's recurrences, in zones with every kind of change."""
    rng = random.Random(40)  # noqa: S311 - made-up schedules are no secret
    since, until = at("2015-01-01"), at("2025-01-01")

    for _ in range(examples(40)):
        schedule = made_up(rng)
        assert list(due_between(schedule, since, until)) == expected(schedule, since, until).moments, schedule


@pytest.mark.parametrize(
    ("where", "end"), [("Pacific/Apia", "2011-12-30 10:00"), ("Pacific/Fakaofo", "2011-12-30 11:00")]
)
@pytest.mark.parametrize("wall", [time(0), time(0, 1), time(9), time(23, 59)])
@pytest.mark.parametrize("on", [DAILY, WEEKDAYS, Days(frozenset({4})), Days(month_day=30), Days(month_day=31)], ids=str)
def test_a_day_that_did_not_take_place(where: str, end: str, wall: time, on: Days) -> None:
    """The Friday that Samoa and Tokelau left out is due once, at its end."""
    schedule = Schedule(where, wall, on)
    since, until = at("2011-01-01"), at("2013-01-01")

    found = list(due_between(schedule, since, until))

    assert found == expected(schedule, since, until).moments
    assert found.count(at(end)) == (on != Days(month_day=31) or wall == time(0))


@given(schedules, moments)
@settings(deadline=None)
def test_any_schedule_agrees_with_dateutil(schedule: Schedule, since: datetime) -> None:
    """From 1990 to 2037, in every kind of zone."""
    until = since + timedelta(days=200)

    assert list(due_between(schedule, since, until)) == expected(schedule, since, until).moments


@given(schedules, moments)
def test_moments_increase(schedule: Schedule, after: datetime) -> None:
    """Each is after the one before; the first is after the asked moment, however often it is asked."""
    found = list(islice(occurrences(schedule, after), 40))

    assert found[0] > after
    assert all(one < two for one, two in pairwise(found))
    assert all(moment.tzinfo is UTC for moment in found)
    assert [next_after(schedule, moment) for moment in found[:-1]] == found[1:]
    assert next_after(schedule, found[0] - timedelta(microseconds=1)) == found[0]


@given(schedules, moments, spans, spans)
def test_spans_join(schedule: Schedule, since: datetime, one: timedelta, two: timedelta) -> None:
    """What is due in two neighbouring spans is what is due in both together: their ends belong to one."""
    middle = since + one
    until = middle + two

    parts = [*due_between(schedule, since, middle), *due_between(schedule, middle, until)]

    assert parts == list(due_between(schedule, since, until))


@given(schedules, st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=-12)))))
@settings(deadline=None)
def test_any_moment_can_be_asked_about(schedule: Schedule, now: datetime) -> None:
    """From the year 1 to 9999 there is a next moment, or the calendar ends."""
    found = next_after(schedule, now)

    assert found is None or found > max(now, FIRST)
    assert found is not None or now > LAST - timedelta(days=40)


@pytest.mark.parametrize("hours", [-12, 0, 14])
@pytest.mark.parametrize("where", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
def test_the_calendar_ends(where: str, hours: int) -> None:
    """At its ends there is a first moment and no next one, rather than an error."""
    schedule = Schedule(where, time(23, 59), DAILY)
    offset = timezone(timedelta(hours=hours))

    first = next_after(schedule, datetime.min.replace(tzinfo=offset))
    rest = list(occurrences(schedule, at("9999-12-20")))

    assert first is not None
    assert first.year == 1
    assert 7 <= len(rest) <= 10
    assert next_after(schedule, datetime.max.replace(tzinfo=offset)) is None


@pytest.mark.parametrize(
    ("month_day", "due"),
    [(31, ["01-31", "02-29", "03-31", "04-30"]), (29, ["01-29", "02-29", "03-29"]), (1, ["02-01", "03-01"])],
)
def test_a_shorter_month_takes_its_last_day(month_day: int, due: list[str]) -> None:
    """Every month has one moment."""
    schedule = Schedule("UTC", time(9), Days(month_day=month_day))

    found = [f"{moment:%m-%d}" for moment in islice(occurrences(schedule, at("2024-01-02")), len(due))]

    assert found == due


@given(days, st.dates(max_value=date(9999, 11, 30)))
def test_days_come_as_often_as_they_should(on: Days, day: date) -> None:
    """A month has one day of a monthly schedule, a week as many as were chosen."""
    month = [one for i in range(31) if (one := day.replace(day=1) + timedelta(days=i)).month == day.month]
    week = [day + timedelta(days=i) for i in range(7)]

    if on.month_day:
        assert sum(one in on for one in month) == 1
    else:
        assert sum(one in on for one in week) == len(on.week)


def test_walk() -> None:
    """Over a year of ticks, outages, restarts and wrong clocks, each moment is posted or skipped once.

    The full form is `python -m tests.simulation --schedules 500 --years 10`.
    """
    figures = simulate(30, 1, quiet=True)

    assert figures.due > 3000
    assert figures.posted + figures.skipped == figures.due
    assert (figures.twice, figures.lost, figures.never_due) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("daily", "every day at 09:05, America/Chicago"),
        ("weekdays", "every weekday at 09:05, America/Chicago"),
        ("wed", "every Wednesday at 09:05, America/Chicago"),
        ("mon,wed,sun", "every Monday, Wednesday and Sunday at 09:05, America/Chicago"),
        ("monthly:2", "on the 2nd of every month at 09:05, America/Chicago"),
        ("monthly:13", "on the 13th of every month at 09:05, America/Chicago"),
        ("monthly:30", "on the 30th of every month, or its last day where it is shorter, at 09:05, America/Chicago"),
        ("monthly:31", "on the last day of every month at 09:05, America/Chicago"),
    ],
)
def test_words(text: str, words: str) -> None:
    """A schedule reads as a sentence would say it."""
    assert describe(Schedule("America/Chicago", time(9, 5), parse_days(text))) == words


@given(days)
def test_days_are_stored_as_text(on: Days) -> None:
    """What is stored reads as what it was."""
    assert parse_days(str(on)) == on


@pytest.mark.parametrize("stored", ["", "sunday", "mon;wed", "monthly:32", "monthly:0", "monthly:"])
def test_what_was_not_stored(stored: str) -> None:
    """Days are read as they were written, and nothing else is."""
    with pytest.raises(ValueError, match=r"\S"):
        parse_days(stored)


def test_mistakes_of_the_caller() -> None:
    """Days that are none, a time finer than a minute and a moment without a zone are refused."""
    for week, month_day in (((), 0), ((7,), 0), ((1,), 1), ((), 32)):
        with pytest.raises(ValueError, match="no days"):
            Days(frozenset(week), month_day)
    for wall in (time(9, 0, 1), time(9, tzinfo=UTC)):
        with pytest.raises(ValueError, match="not a wall time"):
            Schedule("UTC", wall, DAILY)
    with pytest.raises(ValueError, match="without a zone"):
        next_after(Schedule("UTC", time(9), DAILY), datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(UserError, match="There is no time zone"):
        next_after(Schedule("Mars/Olympus", time(9), DAILY), at("2026-01-01"))
