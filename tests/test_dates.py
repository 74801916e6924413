"""Dates as people type them, as they are stored and as they are read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import MONTHS, is_date, parse, written
from bot.model import Language


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("2024-11-05", "November 5, 2024", "5 November 2024"),
        ("2024-11", "November 2024", "November 2024"),
        ("2024", "2024", "2024"),
        ("", "", ""),
        ("2024-13-05", "2024-13-05", "2024-13-05"),
        ("last November", "last November", "last November"),
    ],
)
def test_dates(text: str, american: str, british: str) -> None:
    """A whole date has an order of its own; a coarser one reads the same, and what is no date stays as it is."""
    assert written(text, Language.AMERICAN) == american
    assert written(text, Language.BRITISH) == british


@pytest.mark.parametrize(
    "typed",
    [
        "2024-11-05", "2024-11-5", "5 November 2024", "November 5, 2024", "Nov. 5, 2024", "nov 5 2024", "5 nov. 2024",
        "5th November 2024", "November 5th, 2024", "  NOVEMBER  5,2024 ",
    ],
)  # fmt: skip
def test_a_day_as_people_type_it(typed: str) -> None:
    """Whatever the order and however short the month, it is one day."""
    assert parse(typed) == "2024-11-05"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("November 2024", "2024-11"),
        ("Nov. 2024", "2024-11"),
        ("2024-11", "2024-11"),
        ("2024", "2024"),
        ("sept 2024", "2024-09"),
    ],
)
def test_a_coarser_date_stays_coarse(typed: str, stored: str) -> None:
    """No day and no month is made up."""
    assert parse(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "5/11/2024", "05.11.2024", "5-11-2024", "Nov 5", "ju 5 2024", "Ju 2024", "31 June 2024", "2023-02-29",
        "2024-13", "November 5 24", "5 6 2024", "yesterday", "5 November 2024 at noon", "November November 2024",
        "٥ November 2024", "2024-", "20241105", "0000", "May", "5", "5 2024", "5th 2024",
    ],
)  # fmt: skip
def test_what_is_no_date(typed: str) -> None:
    """What can be read in two ways, is not whole or is not in the calendar is refused."""
    with pytest.raises(ValueError, match="no date"):
        parse(typed)


@given(st.dates(), st.sampled_from(Language), st.integers(3, 9))
def test_what_is_written_can_be_typed(day: date, language: Language, letters: int) -> None:
    """A date that a card shows, also with its month shortened, is understood as the same date."""
    stored = day.isoformat()
    said = written(stored, language)
    month = MONTHS[day.month - 1]

    assert parse(said) == stored
    assert parse(said.replace(month, month[:letters])) == stored
    assert parse(written(stored[:7], language)) == stored[:7]


@given(
    st.text(max_size=30) | st.lists(st.sampled_from(["5", "2024", "nov", ",", " ", "-", "."]), max_size=8).map("".join)
)
def test_nothing_but_dates_comes_of_anything(text: str) -> None:
    """Any text is a real date or refused."""
    try:
        found = parse(text)
    except ValueError:
        return
    assert is_date(found)
