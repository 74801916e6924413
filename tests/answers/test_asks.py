"""A question survives as the `custom_id` of a button."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import asks, ids, some_text

from bot.answers.asks import MENU_ID, TEMPLATE, decode, encode, fit
from bot.model import Ask, Command, Kind
from bot.text import units


@given(asks.map(lambda ask: replace(ask, about="", who="", text="")), st.integers(0, 2**63 - 1))
def test_a_question_of_ids_comes_back_as_it_was(ask: Ask, asker_id: int) -> None:
    """Every id, the kind, the page and the asker are carried, in at most 100 characters."""
    custom_id = encode(ask, asker_id)

    assert units(custom_id) <= 100
    assert TEMPLATE.fullmatch(custom_id)
    assert decode(custom_id) == (ask, asker_id)


@given(asks, ids)
def test_any_question_fits(ask: Ask, asker_id: int) -> None:
    """Typed names are left out and the text is cut; what comes back encodes to the same."""
    custom_id = encode(ask, asker_id)

    assert units(custom_id) <= 100
    assert encode(*decode(custom_id)) == custom_id


@given(some_text, ids, ids, st.sampled_from(Kind), st.integers(0, 10**6))
def test_a_search_text_that_fits_is_carried_whole(
    text: str, asker_id: int, source_id: int, kind: Kind, page: int
) -> None:
    """Every page of a search in one source, for one kind, knows all the words that `fit` kept."""
    kept = fit(text)
    ask = Ask(Command.SEARCH, text=kept, source_id=source_id, kind=kind, page=page)

    assert fit(kept) == kept
    assert decode(encode(ask, asker_id)) == (ask, asker_id)


def test_fit_keeps_whole_words() -> None:
    """A word that does not fit is left out with all that follow it."""
    text = "the limits of the power to order state and local governments to do things"

    kept = fit(text)

    assert text.startswith(kept + " ")
    assert 40 < len(kept) <= 60


@given(st.text() | st.text(alphabet="ask:tw-0123.az").map("ask:".__add__))
def test_anything_else_is_a_value_error(custom_id: str) -> None:
    """A foreign or damaged `custom_id` is refused in one way, or is a question."""
    try:
        ask, asker_id = decode(custom_id)
    except ValueError:
        return

    encode(ask, asker_id)


@pytest.mark.parametrize(
    "custom_id",
    ["", "ask:", MENU_ID, "ask:x-1......", "ask:t-1.....", "ask:t-zzzzzzzzzzzzz......", "ask:t--1......"],
)
def test_damaged_questions_are_refused(custom_id: str) -> None:
    """An unknown command, a missing field, a number beyond any id, a sign."""
    with pytest.raises(ValueError, match="not a question"):
        decode(custom_id)


@pytest.mark.parametrize("ask", [Ask(Command.STATS, page=-1), Ask(Command.STATS, subject_id=2**63)])
def test_numbers_that_no_id_has_are_refused(ask: Ask) -> None:
    """A page below 0 and an id beyond 64 bits are mistakes of the caller."""
    with pytest.raises(ValueError, match="no such"):
        encode(ask, 1)
