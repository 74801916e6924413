"""Where a source's text says what an entry says, on an article about a town that does not exist."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.writing.passages import Place, locate_figure, locate_passage, locate_words
from bot.writing.sentences import nearest

ARTICLE = (Path(__file__).parents[1] / "ingest" / "data" / "ferry.txt").read_bytes().decode()

CROWD = "We count on the boats, and the boats’ crews count on us."
ASIDE = "The harbor master called the plan"


def marked(place: Place) -> str:
    """Return the nearest text with what differs in brackets."""
    return "".join(f"[{text}]" if differs else text for text, differs in place.nearest)


def figure(text: str, value: str, hint: tuple[int, int] | str = "", *, like: str = "") -> Place:
    """Look for one number."""
    return locate_figure(text, [Decimal(value)], hint, like=like)


@pytest.mark.parametrize(
    "typed",
    [
        CROWD,
        "We count on the boats, and the boats' crews count on us.",
        "  We count\ton the\u00a0boats,\r\nand  the boats‘ crews count on us.\n",
        "We count on the boats, and\u200b the boats’ cr\u00adews count on us.",
    ],
)
def test_words_are_found_however_they_are_typed(typed: str) -> None:
    """The shape of marks, spaces, line ends and invisible characters do not matter; what is printed is told."""
    place = locate_words(ARTICLE, [typed])

    assert place.printed == (CROWD,)
    assert place.excerpt == f"“{CROWD}”"
    assert place.passage is not None
    assert ARTICLE[slice(*place.passage)] == place.excerpt


def test_a_line_ends_where_it_is_typed_and_printed() -> None:
    """Line ends of the source are its layout, and those that are typed a slip; where both have one, it is meant."""
    text = "Roses are red,\nviolets are\nblue."

    for typed, printed in (
        ("Roses are red,\nviolets are blue.", "Roses are red,\nviolets are blue."),
        ("Roses are\nred, violets are blue.", "Roses are red, violets are blue."),
        (" Roses are red,\n\nviolets\u200b are\nblue. ", "Roses are red,\nviolets are\nblue."),
    ):
        assert locate_words(text, [typed]).printed == (printed,)
    assert locate_words("Roses\u200bare red.", ["Roses are\nred."]).printed == ("Rosesare red.",)


def test_words_are_found_however_they_are_printed() -> None:
    """The text may break a line within the words, and hold what nobody sees."""
    text = "She said: \u201cIt\u2019s a long\r\n  way, and we\u200b all co\u00adunt on it.\u201d"

    assert locate_words(text, ["It's a long way, and we all count on it."]).printed == (
        "It’s a long way, and we all count on it.",
    )


def test_marks_within_a_quotation_may_be_straight() -> None:
    """A quotation within a quotation is found with either marks."""
    assert locate_words(ARTICLE, ["know the pier as “the Long Bench.”"]).passage is not None
    assert locate_words(ARTICLE, ["the plan “sound enough” at a hearing"]).printed == (
        'the plan "sound enough" at a hearing',
    )


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("The pier is full by eight,", "“The pier is full by [seven],” said Mayor Ines Calder."),
        ("the pier is full by seven", "“[The] pier is full by seven,” said Mayor Ines Calder."),
        ("The pier is quite full by seven", "“The pier [is full] by seven,” said Mayor Ines Calder."),
        ("The pier is by seven", "“The pier is [full] by seven,” said Mayor Ines Calder."),
        ("We will row if we mus", "Tobias Renn, the harbor master, told reporters: “We will row if we [must].”"),
    ],
)
def test_the_nearest_sentence_is_shown_with_its_difference(typed: str, nearest: str) -> None:
    """What is not there word for word is shown as it is printed, with what is other than typed marked."""
    place = locate_words(ARTICLE, [typed])

    assert (place.passage, place.printed) == (None, ())
    assert place.why == "The source does not have this quotation word for word."
    assert marked(place) == nearest


@pytest.mark.parametrize("typed", ["Nothing like it on zebras", "“”", "\u200b", "…"])
def test_nothing_near_is_nothing(typed: str) -> None:
    """What is like nothing in the text has no nearest sentence."""
    place = locate_words(ARTICLE, [typed])

    assert (place.passage, place.nearest) == (None, ())
    assert place.why == "The source does not have this quotation word for word."


def test_parts_stand_in_their_order() -> None:
    """A broken quotation is found from its first part to its last, and the sentences with them are the passage."""
    place = locate_words(ARTICLE, ["The pier is full by seven,", "We count on the boats,"])

    assert place.excerpt.startswith("“The pier is full")
    assert place.excerpt.endswith("crews count on us.”")
    turned = locate_words(ARTICLE, ["We count on the boats,", "The pier is full by seven,"])
    assert turned.passage is None
    assert "not in this order" in turned.why


def test_a_missing_part_is_named() -> None:
    """Of several parts the one that is not there is told, with what is nearest to it."""
    place = locate_words(ARTICLE, ["The pier is full by seven,", "We count on the buses,"])

    assert place.why == "The source does not have part 2 of this quotation word for word."
    assert marked(place) == "“We count on the [boats], and the boats’ crews count on us.”"


def test_parts_are_taken_where_they_are_closest() -> None:
    """Words that stand in several places are taken where they belong together."""
    text = "He said it. Somebody else spoke for a while. “He said it,” she said, “and left.”"

    assert locate_words(text, ["He said it", "and left."]).excerpt == "“He said it,” she said, “and left.”"


def test_parts_from_far_apart_are_no_quotation() -> None:
    """Nobody's words are put together from all over a text."""
    text = f"“We will,” he said. {'The ferry was late. ' * 100}“Sink it,” said another."

    place = locate_words(text, ["We will,", "Sink it,"])

    assert place.passage is None
    assert "far apart" in place.why


def test_a_passage_in_words_has_to_hold_the_quotation() -> None:
    """What a person gives as the passage is where the words have to be."""
    assert locate_words(ARTICLE, [CROWD], f"said Mayor Ines Calder. “{CROWD}").excerpt.startswith("said Mayor")

    other = locate_words(ARTICLE, [CROWD], ASIDE)
    assert (other.passage, other.why) == (None, "This passage does not have this quotation word for word.")
    none = locate_words(ARTICLE, [CROWD], "The harbor master called the plane")
    assert none.why == "The source does not have this passage word for word."
    assert marked(none).startswith("The harbor master called the [plan]")


def test_a_place_may_be_out_of_date() -> None:
    """Where a text has changed, what an entry says is found where it is now."""
    for hint in ((0, 13), (500, 50_000)):
        assert locate_words(ARTICLE, [CROWD], hint).excerpt == f"“{CROWD}”"
        assert figure(ARTICLE, "7.5", hint).excerpt.startswith("Fares rose 7.5")


def test_a_place_cuts_no_word() -> None:
    """A place that ends within a word is widened to it, so that no word is a piece of another."""
    text = "They sank boatshouses, all of them."
    cut = (0, len("They sank boats"))

    assert locate_words(text, ["They sank boats"], cut).passage is None
    assert locate_passage(text, cut).excerpt == "They sank boatshouses"


def test_words_do_not_begin_within_a_word() -> None:
    """A piece of a word is not the word."""
    assert locate_words("The ferryman is unable to row.", ["able to row."]).passage is None
    assert locate_words("The ferryman is unable to row.", ["The ferry"]).passage is None


@pytest.mark.parametrize(
    ("value", "excerpt"),
    [
        ("12400", "About 12,400 of Tarn"),
        ("1400000", "About 12,400 of Tarn"),
        ("5", "Fares rose"),
        ("2019", "Fares rose"),
    ],
)
def test_a_figure_in_one_sentence(value: str, excerpt: str) -> None:
    """The only sentence that prints a number, in digits or words, is the passage."""
    place = figure(ARTICLE, value)

    assert place.excerpt.startswith(excerpt)
    assert place.excerpt.endswith(".")


@pytest.mark.parametrize(("count", "said"), [(2, "2 sentences"), (9, "9 sentences"), (10, "more than 9 sentences")])
def test_a_figure_in_several_sentences(count: int, said: str) -> None:
    """Where several sentences print a number, a person says which; told so, that one is taken."""
    text = " ".join(f"Boat {chr(65 + n)} has 12 crew." for n in range(count))

    place = figure(text, "12")
    assert place.passage is None
    assert place.why == f"The number stands in {said} of the source; copy the one that is meant."
    assert figure(text, "12", "Boat B has 12 crew.").excerpt == "Boat B has 12 crew."


def test_a_figure_in_no_sentence() -> None:
    """A number that is not printed is told, with the sentence most like the entry and the numbers there marked."""
    place = figure(ARTICLE, "12401", like="So many residents of Tarn County cross each week")

    assert (place.passage, place.why) == (None, "The source does not print 12,401.")
    assert marked(place).startswith("About [12,400] of Tarn County’s [1.4] million residents cross each week")
    assert figure(ARTICLE, "12401", like="Zebras").nearest == ()


def test_a_figure_and_its_whole() -> None:
    """A part and its whole stand together, or else a person copies where both are."""
    both = [Decimal(12_400), Decimal(1_400_000)]
    apart = [Decimal(12_400), Decimal(2019)]

    assert locate_figure(ARTICLE, both).excerpt.startswith("About 12,400")
    assert locate_figure(ARTICLE, apart).why == (
        "No sentence of the source prints both numbers; copy the sentences that do."
    )
    start = ARTICLE.index("About 12,400")
    assert locate_figure(ARTICLE, apart, ARTICLE[start : ARTICLE.index("and five")]).passage is not None
    assert locate_figure(ARTICLE, apart, "About 12,400").why == "This passage does not print 2,019."


@pytest.mark.parametrize(
    ("text", "value", "hint"),
    [
        ("About 257,000 people.", "257", "257"),
        ("About 257,000 people.", "257", (6, 9)),
        ("About 257,000 people.", "0", "000 people."),
        ("Some twenty-five boats.", "5", "five boats."),
        ("About 1.4 million people.", "1.4", "About 1.4"),
        ("Half a million people.", "1000000", "a million people."),
    ],
)
def test_a_passage_does_not_cut_a_figure(text: str, value: str, hint: tuple[int, int] | str) -> None:
    """No passage makes a figure of the piece of another."""
    assert figure(text, value, hint).passage is None


def test_a_passage_alone() -> None:
    """A passage is found by its words or its place, and refused where the text has neither."""
    place = locate_passage(ARTICLE, "the pier as “the  Long\nBench.”")
    assert place.excerpt == "the pier as “the Long Bench.”"
    assert place.passage is not None
    assert locate_passage(ARTICLE, place.passage) == place

    assert locate_passage(ARTICLE, (0, 555)).why == (
        "The text of the source has 554 characters; this passage ends after that."
    )
    assert locate_passage("", "x").why == "The source does not have this passage word for word."


def test_a_sentence_does_not_end_at_an_abbreviation() -> None:
    """The passage is the whole sentence, with the title before a name and the initials in it."""
    text = "It rained. Gov. J. D. Hale told Mr. Renn on Nov. 5 that 9 boats sank. It rained again."

    assert figure(text, "9").excerpt == "Gov. J. D. Hale told Mr. Renn on Nov. 5 that 9 boats sank."


@given(
    st.text(st.sampled_from("ab. ’'\u200b\n“”"), max_size=60),
    st.lists(st.text(st.sampled_from("ab. ’'\u200b"), max_size=8), min_size=1, max_size=3),
)
def test_what_is_found_stands_there(text: str, parts: list[str]) -> None:
    """A passage is a place in the text with all parts as printed; without one there is a reason."""
    place = locate_words(text, parts)

    if place.passage is None:
        assert place.why
        return
    assert place.excerpt == text[slice(*place.passage)]
    seen = " ".join(place.excerpt.replace("\u200b", "").split())
    assert len(place.printed) == len(parts)
    assert all(part in seen for part in place.printed)


def test_a_long_text_is_searched_in_time(benchmark_text: str) -> None:
    """What is not there is looked for in a text as long as a book, and answered."""
    place = locate_words(benchmark_text, ["The pier 7 is full by eight", "word " * 700])

    assert place.passage is None
    assert "[eight]" not in marked(place)
    assert figure(benchmark_text, "12401", like="The pier is full").passage is None


@pytest.fixture(scope="module")
def benchmark_text() -> str:
    """Return some 600,000 characters."""
    return " ".join(f"The pier {n} is full by seven, and {n * 7} boats are on their way to it." for n in range(10_000))


def test_near_words_in_another_form() -> None:
    """A sentence is near where it has the same words in another form of their letters."""
    text = "Nothing of that. Montre\u0301al Straße. Nothing else."

    span = nearest(text, "Montréal Strasse")

    assert span is not None
    assert text[slice(*span)] == "Montre\u0301al Straße."
