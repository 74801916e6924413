"""The search of passages finds what a simple one finds, which reads a text again for every part and place."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.figures import is_printed
from bot.writing.passages import APART, OCCURRENCES, Place, locate_figure, locate_words
from bot.writing.sentences import around, sentences

Span = tuple[int, int]

UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
MARKS = ('"“”„«»', "'‘’")

LETTERS = "ab. ’'\n“”"
WORDS = ("a", "aa", "b", "a b", "’", " ", ".", "\n", "ab. ", "“a", "a”", "_", "é", "的", "1", "  ")

texts = st.text(st.sampled_from(LETTERS), max_size=60) | st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
parts = st.lists(
    st.text(st.sampled_from(LETTERS), min_size=1, max_size=8)
    | st.lists(st.sampled_from(WORDS), max_size=4).map("".join),
    min_size=1,
    max_size=4,
)


def pattern(phrase: str) -> re.Pattern[str] | None:
    """Return a pattern of a phrase: any mark of a shape for one, any spaces between words, and no word cut."""
    words = ["".join(map(character, word)) for word in re.sub(f"[{UNSEEN}]", "", phrase).split()]
    joined = r"\s+".join(words)
    return re.compile(rf"(?:\b|(?!\w)){joined}(?:\b|(?<!\w))") if words else None


def character(one: str) -> str:
    """Return a pattern of one character."""
    return next((f"[{marks}]" for marks in MARKS if one in marks), re.escape(one))


def simple(text: str, parts: list[str]) -> list[Span]:
    """Return where parts stand one after the other, as close together as there is."""
    patterns = [pattern(part) for part in parts]
    if None in patterns:
        return []
    best: list[Span] = []
    first, *others = (each for each in patterns if each)
    for match in islice(first.finditer(text), OCCURRENCES):
        found = [match.span()]
        for other in others:
            following = other.search(text, found[-1][1])
            if following is None or following.start() - found[-1][1] > APART:
                break
            found.append(following.span())
        else:
            if not best or found[-1][1] - found[0][0] < best[-1][1] - best[0][0]:
                best = found
        if not others:
            break
    return best


def expected(text: str, found: list[Span]) -> str:
    """Return the passage of what was found."""
    return text[slice(*around(text, (found[0][0], found[-1][1])))]


def same(place: Place, text: str, found: list[Span]) -> bool:
    """Return whether a place is that of what the simple search found."""
    return place.excerpt == expected(text, found) if found else place.passage is None


@given(texts, parts)
def test_the_same_places_are_found(text: str, parts: list[str]) -> None:
    """Parts of a quotation are found where the simple search finds them, and nowhere else."""
    assert same(locate_words(text, parts), text, simple(text, parts))


@given(texts, parts, st.integers(1, 3))
def test_the_same_places_are_found_in_the_text_itself(text: str, parts: list[str], length: int) -> None:
    """Parts that were taken from the text are found like any."""
    places = sorted(len(part) * 7 % (len(text) + 1) for part in parts)
    taken = [text[place : place + length] for place in places]

    assert same(locate_words(text, taken), text, simple(text, taken))


@given(texts, parts, st.data())
def test_what_nobody_sees_changes_nothing(text: str, parts: list[str], data: st.DataObject) -> None:
    """Soft hyphens within the words of a text hide nothing of what is found without them."""
    hidden = "".join(f"{one}\u00ad" if data.draw(st.booleans()) and one.isalnum() else one for one in text)

    place = locate_words(hidden, parts)

    if simple(text, parts):
        assert place.passage is not None
        assert place.printed == locate_words(text, parts).printed or "\n" in text


@given(texts, parts)
def test_a_zero_width_space_may_stand_for_a_space(text: str, parts: list[str]) -> None:
    """Where only what nobody sees stands between words, they are found with spaces typed between them."""
    if simple(text, parts):
        assert locate_words(text.replace(" ", "\u200b"), parts).passage is not None


figures = st.sampled_from(
    [
        *("1", "11", "1.1", "1,000", "1 000", "1 million", "1m", "a million", "half a million", "million", "one"),
        *(
            "twenty",
            "five",
            "twenty-five",
            "and",
            "thousand",
            "two thousand and five",
            ". ",
            ".\n",
            " ",
            " ",
            "-",
            ", ",
        ),
    ]
)


@given(st.lists(figures, max_size=25).map("".join), st.sampled_from(["1", "5", "11", "1000", "1000000", "25", "2005"]))
def test_figures_are_found_in_the_same_sentences(text: str, typed: str) -> None:
    """A figure is found in each sentence that prints it when read alone."""
    value = Decimal(typed)
    printing = [span for span in sentences(text) if is_printed(value, text[slice(*span)])]

    place = locate_figure(text, [value])

    assert place.passage == (printing[0] if len(printing) == 1 else None)
    assert ("sentences" in place.why) is (len(printing) > 1)


def before(value: str, text: str) -> bool:
    """Return whether a figure of digits is the end of a longer one; the text is read from its start."""
    start = text.index(value)
    longer = r"(?:[\w.]|\d,|\b(?:twenty|one|million|thousand)[\s-]+|\b(?:million|thousand),?[\s-]+(?:and\s+)?)\Z"
    return re.search(longer, text[:start], re.IGNORECASE) is not None


@given(
    st.lists(
        st.sampled_from(["twenty", "million", "thousand", "and", "one", "boats", "7", ",", " ", "  ", "-", ".", "\n"]),
        max_size=12,
    ).map("".join)
)
def test_what_stands_before_a_figure_is_read_backwards(text: str) -> None:
    """A figure is a piece of a longer one for what stands right before it, however far back that begins."""
    assert is_printed(Decimal(63), f"{text}63") is not before("63", f"{text}63")
