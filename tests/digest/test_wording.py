"""Times and days are understood as people write them, and what is written on a card can be typed back."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.schedule import Days, Schedule, describe, in_words
from bot.digest.wording import read_days, read_line, read_time
from bot.errors import UserError
from bot.render import digest_words
from bot.zone_search import meant
from bot.zones import atlas

NOW = datetime(2026, 1, 15, 15, tzinfo=UTC)

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.builds(Days, st.frozensets(st.integers(0, 6), min_size=1)) | st.builds(Days, month_day=st.integers(1, 31))
schedules = st.builds(Schedule, st.sampled_from([*atlas().labels]), times, days)


@given(days)
def test_days_of_a_card_can_be_typed(on: Days) -> None:
    """As they are stored, in a sentence, and in the menu."""
    assert read_days(str(on)) == read_days(in_words(on)) == read_days(digest_words.days(on)) == on


@given(times)
def test_a_time_of_a_card_can_be_typed(at: time) -> None:
    """In 24 hours as on the cards, in twelve, in words around it, and as other countries write it."""
    twelve = at.hour % 12 or 12
    half = "pm" if at.hour > 11 else "am"

    for typed in (
        *(f"{at:%H:%M}", f"{at.hour}:{at:%M}", f"{at:%H:%M}:00", f"{at:%H%M}", f"{at.hour} {at:%M}", f"at {at:%H.%M}"),
        *(f"{at:%H:%M} Uhr", f"{at.hour}h{at:%M}", f"{twelve}:{at:%M} {half}", f"{twelve}:{at:%M}  {half[0]}.m."),
    ):
        assert read_time(typed) == at, typed


@given(schedules)
def test_a_schedule_of_a_card_can_be_typed(schedule: Schedule) -> None:
    """What the card says of when a digest is due is read from one line."""
    line = read_line(describe(schedule), NOW)

    place = meant(line.fields["zone"], NOW).place
    assert read_time(line.fields["time"]) == schedule.at
    assert read_days(line.fields["days"]) == schedule.days
    assert place
    assert place.iana == schedule.zone
    assert line.rest == ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("every day", "daily"),
        ("everyday", "daily"),
        ("all days", "daily"),
        ("every day of the week", "daily"),
        ("Every weekday", "weekdays"),
        ("business days", "weekdays"),
        ("work days", "weekdays"),
        ("weekdays and sat", "mon,tue,wed,thu,fri,sat"),
        ("weekends", "sat,sun"),
        ("weekends, mon", "mon,sat,sun"),
        ("Wed, mon", "mon,wed"),
        ("mo,we", "mon,wed"),
        ("mo-fr", "weekdays"),
        ("M-F", "weekdays"),
        ("m w f", "mon,wed,fri"),
        ("Mondays and Thursdays", "mon,thu"),
        ("tues thurs", "tue,thu"),
        ("mon-fri", "weekdays"),
        ("mon thru fri", "weekdays"),
        ("mon through fri", "weekdays"),
        ("Friday to Monday", "mon,fri,sat,sun"),
        ("weekly on Monday", "mon"),
        ("every week on fri", "fri"),
        ("monthly on the 15th", "monthly:15"),
        ("1st", "monthly:1"),
        ("first of the month", "monthly:1"),
        ("last day of the month", "monthly:31"),
        ("end of month", "monthly:31"),
        ("month-end", "monthly:31"),
    ],
)
def test_days_as_typed(typed: str, stored: str) -> None:
    """Days are understood as people write them."""
    assert str(read_days(typed)) == stored


@pytest.mark.parametrize(
    "typed", ["", "-", "mon-", "-mon", "mon--wed", "t", "s", "funday", "0th", "32", "mon 1", "weekdays-sat", "last fri"]
)
def test_no_days(typed: str) -> None:
    """Anything else is refused with what can be typed."""
    with pytest.raises(UserError, match=r"names no days\. Type daily, weekdays"):
        read_days(typed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("weekly", "says no day. Type the days of the week"),
        ("every week", "says no day. Type the days of the week"),
        ("monthly", "says no day. Type the day of the month"),
        ("29 Feb", "is one day of a year. Type monthly:15"),
        ("March 1st", "is one day of a year"),
        ("1st and 15th", "are several days of a month, and a digest has one. Type one, and make another"),
        ("first and third of the month", "are several days of a month"),
        ("every 2 weeks", "comes less than once a week"),
        ("every other Monday", "comes less than once a week"),
    ],
)
def test_days_that_cannot_be(typed: str, why: str) -> None:
    """What a digest cannot do is said to be that, with what it can."""
    with pytest.raises(UserError) as caught:
        read_days(typed)

    assert f"“{typed}” {why}" in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *[(typed, time(9)) for typed in ("9", "9:00", "09:00", "9am", "9 AM", "9 a.m.", "0900", " 9h ", "9.00")],
        *[(typed, time(9)) for typed in ("9:00 Uhr", "9 Uhr", "9 o'clock", "09:00:00", "at 9:00", "at 9", "9:00h")],
        *[(typed, time(12)) for typed in ("noon", "12", "12pm", "12:00 p.m.", "12 noon", "at noon")],
        *[(typed, time(0)) for typed in ("Midnight", "12am", "0:00", "00h", "12 midnight", "0am", "12:00 midnight")],
        *[(typed, time(0, 30)) for typed in ("0:30 am", "0:30", "12:30 am")],
        *[(typed, time(9, 30)) for typed in ("9 30", "09:30:00", "9 uhr 30", "9 h 30", "9:30  am")],
        *[(typed, time(17)) for typed in ("17:00h", "17 h", "5  pm", "5:00 PM")],
        *[(typed, time(21, 30)) for typed in ("9:30 pm", "930pm", "21.30", "21h30", "2130", "21:30", "9 30 pm")],
    ],
)
def test_times_as_typed(typed: str, read: time) -> None:
    """Times are understood as people write them."""
    assert read_time(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "x", "25:00", "24:30", "9:60", "9:5", "13pm", "0:30 pm", "9:00:30", "9 30:00", "-1", "٩", "9" * 5000]
)
def test_no_time(typed: str) -> None:
    """Anything else is refused with what can be typed, and said back at no great length."""
    with pytest.raises(UserError, match=r"is no time of day\. Type one like 9:00") as caught:
        read_time(typed)

    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("typed", ["24:00", "24", "24h", "2400"])
def test_the_end_of_a_day(typed: str) -> None:
    """That would be the next day, which may be none of those that were chosen: it is asked for as such."""
    with pytest.raises(UserError, match=r"is when the next day begins\. Type 0:00"):
        read_time(typed)


@given(st.text() | st.text("0123456789:.h apmontuewd-,", max_size=12))
def test_any_text_is_read_or_refused(typed: str) -> None:
    """Nothing that is typed is an error of another kind."""
    for read in (read_time, read_days):
        with suppress(UserError):
            read(typed)
    read_line(typed, NOW)


@pytest.mark.parametrize(
    ("typed", "fields", "rest"),
    [
        ("", {}, ""),
        ("9:30", {"time": "9:30"}, ""),
        ("9", {"time": "9"}, ""),
        ("9:00 weekdays in Chicago", {"time": "9:00", "days": "weekdays", "zone": "Chicago"}, ""),
        ("9:00 weekdays in Chicago please", {"time": "9:00", "days": "weekdays", "zone": "Chicago"}, "please"),
        ("every Monday and Friday at 9 pm", {"time": "9 pm", "days": "every Monday and Friday"}, ""),
        ("daily at noon, new york time", {"time": "noon", "days": "daily", "zone": "new york time"}, ""),
        ("monthly on the 15th at 9", {"time": "9", "days": "monthly on the 15th"}, ""),
        ("EST 7:00 mon,wed", {"time": "7:00", "days": "mon, wed", "zone": "EST"}, ""),
        ("at 25:00 daily", {"days": "daily"}, "25:00"),
        ("x " * 50, {}, " ".join("x" * 50)),
    ],
)
def test_lines(typed: str, fields: dict[str, str], rest: str) -> None:
    """Time, days and zone are found in one line, in any order; what is left is known too."""
    line = read_line(typed, NOW)

    assert line.fields == fields
    assert line.rest == rest
