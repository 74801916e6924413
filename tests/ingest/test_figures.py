"""Finding figures in text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.ingest.figures import in_words, is_printed

whole = st.integers(min_value=0, max_value=10**15 - 1) | st.integers(min_value=0, max_value=2000)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("257000", "About 257,000 residents"),
        ("257000", "some 257000 people"),
        ("257000", "257\u202f000 people"),
        ("257000", "$257k in all"),
        ("1400000", "approximately 1.4 million people."),
        ("10000000", "a 10-million city"),
        ("5000000000", "£5bn"),
        ("3000000", "Three million people"),
        ("500000", "half a million"),
        ("1000000", "a million boats"),
        ("5", "sign five executive orders"),
        ("5", "between five and ten"),
        ("10", "between five and ten"),
        ("205", "two hundred and five"),
        ("2300000", "two million, three hundred thousand"),
        ("7.5", "7.5%"),
        ("7.50", "7.5 percent"),
        ("5", "It was 5."),
        ("12", "A new line\n12 boats sank"),
        ("0", "zero"),
    ],
)
def test_a_figure_is_found_however_it_is_printed(value: str, text: str) -> None:
    """Digits, grouped digits, digits with a scale, percentages and words are all the same figure."""
    assert is_printed(Decimal(value), text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("257", "About 257,000 residents"),
        ("0", "About 257,000 residents"),
        ("1.4", "1.4 million people"),
        ("4", "1.4 million people"),
        ("4000000", "1.4 million people"),
        ("5", "in 2015"),
        ("5", "the 5th boat"),
        ("5", "twenty-five"),
        ("20", "twenty-five"),
        ("5", "five million"),
        ("200", "two hundred and five"),
        ("5", "two hundred and five"),
        ("1000000", "half a million"),
        ("1000000", "a quarter of a million"),
        ("2", "second-largest"),
        ("1", "a boat"),
        ("10", "often"),
    ],
)
def test_a_piece_of_a_longer_figure_is_not_found(value: str, text: str) -> None:
    """What looks like the figure but belongs to another, or to a word, proves nothing."""
    assert not is_printed(Decimal(value), text)


@given(number=whole)
def test_each_way_to_print_a_whole_number_is_found(number: int) -> None:
    """A number is found plain, grouped and in words, in the middle of a sentence."""
    for printed in (f"{number}", f"{number:,}", in_words(number), in_words(number).replace("-", " ")):
        assert is_printed(Decimal(number), f"About {printed} of them")


@given(number=whole, power=st.integers(min_value=1, max_value=14))
def test_the_pieces_of_a_number_are_not_found_in_it(number: int, power: int) -> None:
    """Neither the beginning nor the end of a number is taken for a number of its own, digits or words."""
    scale = 10**power
    for piece in (number // scale, number % scale, number - number % scale):
        assume(piece != number)

        assert not is_printed(Decimal(piece), f"About {number:,} of them")
        assert not is_printed(Decimal(piece), f"About {in_words(number)} of them")


@given(tenths=st.integers(min_value=1, max_value=9999))
def test_a_figure_in_millions_is_its_full_value(tenths: int) -> None:
    """The figure of "1.4 million" is 1,400,000 and not 1.4."""
    printed = f"{Decimal(tenths) / 10:f} million"

    assert is_printed(Decimal(tenths) * 100_000, printed)
    assert not is_printed(Decimal(tenths) / 10, printed)
