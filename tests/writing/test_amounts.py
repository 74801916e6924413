"""Figures as people type them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text import visible
from bot.writing import amounts
from bot.writing.amounts import Amount


@pytest.mark.parametrize(
    ("typed", "value", "unit", "approximate"),
    [
        ("257,000 people", "257000", "people", False),
        ("about 257,000 people", "257000", "people", True),
        ("~5 000 boats", "5000", "boats", True),
        ("≈ 5_000 boats", "5000", "boats", True),
        ("Approx. 12'400 people", "12400", "people", True),
        ("12\u202f400 people", "12400", "people", False),
        ("nearly 1.4 million residents", "1400000", "residents", True),
        ("1.4-million residents", "1400000", "residents", False),
        ("5bn dollars", "5000000000", "dollars", False),
        ("5m people", "5000000", "people", False),
        ("5 m", "5", "m", False),
        ("5 metres", "5", "metres", False),
        ("12%", "12", "%", False),
        ("7.50 percent", "7.50", "percent", False),
        ("3 million", "3000000", "", False),
        ('5 "million people"', "5", "million people", False),
        ('5 " people "', "5", "people", False),
        ('5 " \u200b"', "5", "", False),
        ("0 boats", "0", "boats", False),
        ("5-year terms", "5", "-year terms", False),
        ("5 of them", "5", "of them", False),
    ],
)
def test_a_figure_is_read(typed: str, value: str, unit: str, approximate: bool) -> None:  # noqa: FBT001 - a case
    """Thousands may stand apart, a scale may follow, and "about" may stand before."""
    assert amounts.parse(typed) == Amount(Decimal(value), unit, approximate)


@pytest.mark.parametrize(
    "typed",
    [
        "5-10 people",
        "5–10 people",
        "5 to 10 people",
        "5 or 6 people",
        "1 in 3 people",
        "5 out of 10 people",
        "1,4 million people",
        "1e5 people",
        "3½ miles",
        "3 ½ miles",
        "3 1/2 miles",
        "2 x 5 boats",
        "7.5.1 boats",
        "12,34 people",
        "5,000 000 people",
        "5. people",
    ],
)
def test_what_may_be_another_figure_is_refused(typed: str) -> None:
    """A figure is never taken for a piece of itself."""
    with pytest.raises(ValueError, match="more than one number"):
        amounts.parse(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "does not begin with a number"),
        ("many people", "does not begin with a number"),
        (".5 people", "does not begin with a number"),
        ("-5 people", "does not begin with a number"),
        ("١٢ people", "does not begin with a number"),
        ("1000000000000000 people", "more than 15 digits"),
        ("1,000 trillion people", "more than 15 digits"),
        ("9" * 30 + " million people", "more than 15 digits"),
        ("9" * 4000, "more than 15 digits"),
        ("0.1234567890123456 people", "more than 15 decimals"),
        ("0." + "9" * 3000 + " trillion people", "more than 15 decimals"),
        ("5 " + "x" * 101, "has 101 characters; shorten it to 100"),
    ],
)
def test_what_is_no_figure_is_refused(typed: str, said: str) -> None:
    """Each fault is a sentence, however long the text is."""
    with pytest.raises(ValueError, match=said):
        amounts.parse(typed)


@given(
    value=st.decimals(min_value=0, max_value=10**15 - 1, places=3) | st.integers(0, 10**15 - 1).map(Decimal),
    unit=st.text(st.sampled_from("0123456789 .,-'\"%kmXe½million people to") | st.characters(), max_size=100)
    .map(str.strip)
    .filter(lambda unit: not unit or visible(unit)),
    approximate=st.booleans(),
)
@example(value=Decimal(5), unit="million", approximate=False)
@example(value=Decimal(5), unit='"', approximate=True)
def test_what_is_written_is_read_as_the_same(**given: Any) -> None:
    """Whatever is counted, the text of a figure is read as that figure."""
    amount = Amount(**given)

    assert amounts.parse(amounts.write(amount)) == amount


@given(st.text(st.sampled_from("0123456789.,-' %\"abokmilnt\u00a0½"), max_size=60))
def test_whatever_is_typed_is_a_figure_or_a_fault(typed: str) -> None:
    """Nothing else comes of a text, and what is read of it comes back."""
    try:
        amount = amounts.parse(typed)
    except ValueError:
        return

    assert amounts.parse(amounts.write(amount)) == amount
