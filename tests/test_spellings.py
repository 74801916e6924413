"""Names in any script: which are looked up together, which are one name, and what a hostile text costs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spellings import ACCENTS, APART, OTHER, PAIRS, SAME, pairs

from bot import folding, names
from bot.folding import LONGEST
from bot.names import Likeness

FORMS = ("NFC", "NFD", "NFKC", "NFKD")

LIKENESS = {SAME: Likeness.SAME, ACCENTS: Likeness.ACCENTS, APART: Likeness.OTHER, OTHER: Likeness.OTHER}

SCRIPTED = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co")), max_size=20)
"""Texts of assigned characters."""


@pytest.mark.parametrize("script", PAIRS)
def test_two_spellings(script: str) -> None:
    """In each script the same letters are one name, and other letters, signs and marks make another."""
    for _, one, other, holds in (pair for pair in pairs() if pair[0] == script):
        assert names.like(one, other) == names.like(other, one) == LIKENESS[holds], (one, other)
        assert (names.key(one) == names.key(other)) is (holds != OTHER), (one, other)


def test_many_scripts() -> None:
    """There are two hundred such pairs, all different, in more than fifteen scripts."""
    every = {frozenset(pair[1:3]) for pair in pairs()}

    assert len(every) == sum(1 for _ in pairs()) >= 200
    assert len(PAIRS) >= 15


def test_pairs_are_what_unicode_says() -> None:
    """Where Unicode itself folds two spellings to one, the table has them as the same."""
    for _, one, other, holds in pairs():
        folded = [
            unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", each).casefold()) for each in (one, other)
        ]
        if folded[0] == folded[1]:
            assert holds == SAME, (one, other)


@given(text=SCRIPTED)
@example("Ɖ")
@example("ᾳ")
@example("и\u0306")
@example("i\u0307")
@example("ﷺ")
@example("\u09c7\u09be")
def test_a_key_is_final(text: str) -> None:
    """The key of a key is that key, and a name has one key and one spelling in all of Unicode's normal forms."""
    key, spelling = names.key(text), names.spelling(text)

    assert names.key(key) == key
    assert names.spelling(spelling.letters).letters == spelling.letters
    for form in FORMS:
        assert names.key(unicodedata.normalize(form, text)) == key
        assert names.spelling(unicodedata.normalize(form, text)) == spelling


@given(one=SCRIPTED, other=SCRIPTED)
@example("Ɵ", "ɵ")
@example("ΐ", "\u0345")
@example("׃", " ")
def test_one_name_has_one_key(one: str, other: str) -> None:
    """Spellings of one name are looked up together."""
    for left, right in (
        (one, other),
        (one, one.upper()),
        (one, unicodedata.normalize("NFD", one).replace("\u0301", "")),
    ):
        if names.like(left, right) is not Likeness.OTHER:
            assert names.key(left) == names.key(right)


def test_the_length_has_a_bound() -> None:
    """Of a text that Unicode makes eighteen times as long, as much is read as of any other."""
    short, long = "\ufdfa" * LONGEST, "\ufdfa" * LONGEST * 3

    assert names.key(short) == names.key(long)
    assert names.spelling(short) == names.spelling(long)


def test_folding_has_a_bound() -> None:
    """A text that Unicode makes longer is folded up to a number of letters; one of as many letters is whole."""
    grown, plain = "\ufdfa" * LONGEST, "é" * LONGEST

    assert len(folding.folded(grown)) == LONGEST
    assert folding.folded(plain * 2) == "e" * LONGEST * 2
    assert folding.text_words("\ufdfa " * 100) == folding.text_words("\ufdfa") * 100


def test_what_is_typed_for_a_name_has_a_bound() -> None:
    """Of a pasted text no more than can be a name is folded, and a name of a hundred characters is whole."""
    pasted, longest = "\ufdfa" * LONGEST, "Łó" * 50

    assert len(names.key(names.typed(pasted))) < 4_000 < len(names.key(pasted))
    assert names.typed(f"  {longest}  ").strip() == longest


def test_a_syllable_half_typed() -> None:
    """In Korean, the first letters of a syllable begin a name that has the whole of it."""
    assert names.key("김동현").startswith(names.key("김도"))
    assert not names.key("김동현").startswith(names.key("김두"))


@pytest.mark.parametrize(
    ("typed", "name"), [("बटनागर", "भटनागर"), ("Шевчнко", "Шевченко"), ("박근해", "박근혜"), ("สมชัย", "สมชาย")]
)
def test_typing_mistakes(typed: str, name: str) -> None:
    """A word with one slip in it shares a typo key in every script with letters."""
    assert names.typo_keys(names.key(typed)) & names.typo_keys(names.key(name))
