"""Entries as the texts that a person would type for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import factories
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import names
from bot.model import Basis, Entry, Event, Kind, Quote, Stat, Status
from bot.text import visible
from bot.writing import fields
from bot.writing.filled import LABELS

HOSTILE = [
    "@everyone <@&1> [x](https://example.org) **b** ||s||",
    "zero\u200bwidth \u202eright to left\u202c \u0627\u0644",
    "'; DROP TABLE entry; -- \" OR 1=1",
    '=HYPERLINK("https://example.org")',
    "[…] [...]",
    "about 5 million",
    "12-14",
    "#7",
    "a\u2028b\u00a0\u3000c",
    "word " * 20,
]


def texts(most: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Return texts that an entry may hold, hostile ones among them."""
    character = st.characters(exclude_categories=("Cc", "Cs"))
    text = st.sampled_from(HOSTILE) | st.text(character | st.just("\n") if lines else character, max_size=60)
    return text.map(lambda one: one[:most].strip()).filter(lambda one: not one or bool(visible(one)))


def stated(most: int = 2000) -> st.SearchStrategy[str]:
    """Return texts that a source may state."""
    return texts(most).filter(lambda text: text.rstrip(".").casefold() != "not stated")


NAME = stated(100).filter(lambda name: bool(names.key(name)) and ";" not in name)
LONG = texts(4000, lines=True)
WORDS = texts(900, lines=True).filter(
    lambda text: bool(text) and all(line.strip(" \t") not in {"[…]", "[...]"} for line in text.split("\n"))
)
DATE = st.sampled_from(["2018", "2024-11", "2024-11-05", "2024-02-29"])
VALUE = st.decimals(min_value=0, max_value=10**14, places=3) | st.integers(0, 10**15 - 1).map(Decimal)
ABOUT = st.lists(NAME, min_size=1, max_size=25, unique_by=names.key)
COMMON: Mapping[str, st.SearchStrategy[Any]] = {
    "source_id": st.integers(1, 10**18 - 1),
    "statement": LONG.filter(bool),
    "note": LONG,
    "passage": st.none() | st.tuples(st.integers(0, 10**6), st.integers(10**6 + 1, 10**9 - 1)),
}


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Return an entry that keeps the rules."""
    changes: dict[str, Any] = {key: draw(values) for key, values in COMMON.items()}
    changes["status"] = draw(st.sampled_from(Status))
    reasons = texts(2000, lines=True)
    changes["status_reason"] = draw(reasons.filter(bool) if changes["status"] in fields.DECIDED else reasons)
    match draw(st.sampled_from(Kind)):
        case Kind.STAT:
            value, out_of = sorted((draw(VALUE), draw(VALUE)))
            unit = texts(100).filter(bool)
            changes |= {"measure": draw(NAME), "value": value, "unit": draw(unit), "approximate": draw(st.booleans())}
            if draw(st.booleans()):
                whole_unit = draw(texts(100))
                changes |= {"out_of": out_of, "out_of_unit": whole_unit, "out_of_approximate": draw(st.booleans())}
            changes |= {"as_of": draw(DATE | st.just("")), "counted_by": draw(NAME | st.just(""))}
            return factories.stat(basis=draw(st.sampled_from(Basis)), **changes)
        case Kind.QUOTE:
            changes |= {"parts": tuple(draw(st.lists(WORDS, min_size=1, max_size=4))), "speaker": draw(NAME)}
            return factories.quote(role=draw(stated()), said_where=draw(stated()), said_when=draw(stated()), **changes)
        case Kind.EVENT:
            date, printed = draw(DATE | st.just("")), draw(stated())
            why = draw(LONG) if date else ""
            if date and printed and date[:4] not in printed:
                why = why or "Because."
            changes |= {"date": date, "date_printed": printed, "date_inferred": why}
            return factories.event(title=draw(texts(100).filter(bool)), **changes)


@given(entry=entries(), about=ABOUT)
@example(entry=factories.stat(), about=["Chicago", "Illinois"])
@example(entry=factories.stat(unit='"', out_of=Decimal(10**6), out_of_unit="million"), about=["Chicago"])
@example(entry=factories.quote(), about=["immigration enforcement"])
@example(entry=factories.event(date_printed="Nov. 5, 2024"), about=["United States"])
def test_an_entry_comes_back_from_its_fields(entry: Entry, about: list[str]) -> None:
    """What is written into a form, a history or a table is read as the very same entry."""
    written = fields.of_entry(entry, about)

    reading = fields.read(fields.kind_of(entry), written)

    assert reading.faults == {}
    assert reading.entry == fields.as_content(entry, about)
    assert (reading.source_id, reading.quoted) == (entry.source_id, "")
    assert reading.entry is not None
    assert fields.of_content(reading.entry, reading.source_id) == written


@pytest.mark.parametrize("entry", [factories.stat(), factories.quote(), factories.event()])
def test_fields_are_those_of_the_kind(entry: Stat | Quote | Event) -> None:
    """An entry has each field of its kind, in their order, and each is called something."""
    kind = fields.kind_of(entry)

    assert tuple(fields.of_entry(entry, ["Chicago"])) == fields.keys(kind)
    assert set(fields.keys(kind)) <= set(fields.LABELS)
    assert {key for each in Kind for key in fields.keys(each)} == set(LABELS)


STAT = {
    "about": "Chicago",
    "measure": "Residents",
    "figure": "about 257,000 people",
    "statement": "So many.",
    "source": "1",
}
QUOTE = {"words": "We will row.", "speaker": "Rue Landau", "statement": "On rowing.", "source": "1"}
EVENT = {"title": "Election", "date": "2024", "about": "Chicago", "statement": "It was held.", "source": "1"}
GIVEN = {Kind.STAT: STAT, Kind.QUOTE: QUOTE, Kind.EVENT: EVENT}

FIGURE = "write a number with what it counts, as in: about 257,000 people; 1.4 million residents; 12%."
FAULTS = [
    (Kind.STAT, "about", "", "is empty; name the place, person, organization or topic that it is about."),
    (Kind.STAT, "about", " ;\n; ", "is empty; name the place, person, organization or topic that it is about."),
    (Kind.STAT, "measure", "", "is empty; say what is counted, as in: residents without legal status."),
    (Kind.STAT, "measure", "Not stated.", "is empty; say what is counted, as in: residents without legal status."),
    (Kind.STAT, "figure", "", "is empty; write a number with what it counts, as in: about 257,000 people."),
    (Kind.QUOTE, "words", "\u200b", "is empty; copy the words as they are printed."),
    (Kind.QUOTE, "words", "[…]\n \n[...]", "is empty; copy the words as they are printed."),
    (Kind.QUOTE, "speaker", " ", "is empty; say who said it."),
    (Kind.EVENT, "title", "", "is empty; say in a few words what happened."),
    (Kind.EVENT, "statement", "", "is empty; say in your own words what the source says."),
    (Kind.EVENT, "source", "", "is empty; choose the source that says so, or add it."),
    (Kind.EVENT, "title", "a\nb", "has more than one line; write it on one."),
    (Kind.EVENT, "note", "a\x00b", "holds a control character, which cannot be seen; type the text anew."),
    (Kind.EVENT, "note", "a\ud800b", "holds a control character, which cannot be seen; type the text anew."),
    (Kind.EVENT, "note", "x" * 4001, "has 4,001 characters; shorten it to 4,000."),
    (Kind.QUOTE, "role", "x" * 2001, "has 2,001 characters; shorten it to 2,000."),
    (Kind.STAT, "counted_by", "x" * 101, "has 101 characters; shorten it to 100."),
    (Kind.STAT, "about", "x; " + "y" * 101, "has a name of 101 characters; shorten it to 100."),
    (Kind.STAT, "about", "; ".join(f"n{n}" for n in range(26)), "has 26 names; keep the 25 that matter most."),
    (Kind.STAT, "about", "; ".join(f"n{n}" for n in range(400)), "has 400 names; keep the 25 that matter most."),
    (
        Kind.STAT,
        "about",
        "Chicago; ?!",
        "has a name without a letter or a digit, so nobody could ask for it; change it.",
    ),
    (Kind.STAT, "measure", "–", "has a name without a letter or a digit, so nobody could ask for it; change it."),
    (Kind.QUOTE, "speaker", "Rue; Landau", "has “;” in a name; leave it out."),
    (Kind.STAT, "figure", "many people", f"is wrong: it does not begin with a number; {FIGURE}"),
    (Kind.STAT, "figure", "5-10 people", f"is wrong: it holds more than one number; {FIGURE}"),
    (Kind.STAT, "figure", f"{10**15} people", "is wrong: the number has more than 15 digits; write a smaller one."),
    (
        Kind.STAT,
        "figure",
        "0.1234567890123456 people",
        "is wrong: the number has more than 15 decimals; write fewer.",
    ),
    (
        Kind.STAT,
        "figure",
        "5 " + "x" * 101,
        "is wrong: what it counts has 101 characters; shorten it to 100.",
    ),
    (
        Kind.STAT,
        "figure",
        "257,000",
        "does not say what it counts; write a number with what it counts, as in: about 257,000 people.",
    ),
    (
        Kind.STAT,
        "figure",
        '257,000 " \u200b"',
        "does not say what it counts; write a number with what it counts, as in: about 257,000 people.",
    ),
    (Kind.STAT, "out_of", "5 people", "is smaller than the figure that is a part of it; exchange the two."),
    (Kind.STAT, "out_of", "5", "is smaller than the figure that is a part of it; exchange the two."),
    (
        Kind.STAT,
        "as_of",
        "5/11/24",
        "is not a date; write a real one as 5 November 2024, November 2024 or 2024, or leave it empty.",
    ),
    (
        Kind.EVENT,
        "date",
        "2023-02-29",
        "is not a date; write a real one as 5 November 2024, November 2024 or 2024, or leave it empty.",
    ),
    (Kind.STAT, "basis", "guess", "has to be one of: count, estimate, projection, not stated."),
    (
        Kind.STAT,
        "status",
        "true",
        "has to be one of: verified, unverified, disputed, corrected, retracted.",
    ),
    (Kind.EVENT, "passage", "7-7", "ends before it begins; write the first and the last character as in 6200-6280."),
    (Kind.EVENT, "source", "the Times", "is not the number of a source; choose one of the list."),
    (Kind.EVENT, "source", "9" * 19, "is not the number of a source; choose one of the list."),
]


@pytest.mark.parametrize(("kind", "key", "text", "said"), FAULTS)
def test_a_fault_is_said_at_its_field(kind: Kind, key: str, text: str, said: str) -> None:
    """Each thing that can be wrong is one sentence that names the field and says what to do."""
    reading = fields.read(kind, GIVEN[kind] | {key: text})

    assert reading.faults == {key: f"“{LABELS[key]}” {said}"}
    assert reading.entry is None


@pytest.mark.parametrize(
    ("kind", "changes", "key", "said"),
    [
        (Kind.STAT, {"status": "disputed"}, "status_reason", "is empty; say why; it is shown on the card."),
        (
            Kind.EVENT,
            {"date_printed": "last year"},
            "date_inferred",
            "is empty; say why the year is 2024, which the date as printed does not have.",
        ),
        (
            Kind.EVENT,
            {"date": "", "date_inferred": "It speaks of the election."},
            "date",
            "is empty, but there is a reason for one; write the date or remove the reason.",
        ),
    ],
)
def test_a_field_may_need_another(kind: Kind, changes: Mapping[str, str], key: str, said: str) -> None:
    """Where one field makes another necessary, the fault stands at what is missing."""
    assert fields.read(kind, GIVEN[kind] | changes).faults == {key: f"“{LABELS[key]}” {said}"}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("text", ["", "\u200b", "\x00", "x" * 50_000, "1" * 50_000, "[…]\n" * 12_000, "; " * 25_000])
def test_nothing_but_faults_comes_of_nonsense(kind: Kind, text: str) -> None:
    """Empty and huge texts in every field give sentences, and no more than one for each field."""
    reading = fields.read(kind, dict.fromkeys(fields.keys(kind), text))

    assert reading.entry is None
    assert 0 < len(reading.faults) <= len(fields.keys(kind))
    assert max(map(len, reading.faults.values())) < 200


@pytest.mark.parametrize("kind", Kind)
def test_all_faults_are_found_at_once(kind: Kind) -> None:
    """A person is told everything that is missing in one go."""
    missing = (
        {key for key, text in GIVEN[kind].items() if text} - {"date"} - ({"about"} if kind is Kind.QUOTE else set())
    )

    assert set(fields.read(kind, {}).faults) == missing


def test_a_quotation_is_about_its_speaker_unless_said() -> None:
    """Without a subject a quotation is about who speaks."""
    reading = fields.read(Kind.QUOTE, QUOTE)

    assert reading.entry is not None
    assert reading.entry.subjects == ("Rue Landau",)


def test_names_are_kept_once() -> None:
    """However often and however a name is spelled, it is one subject; the first spelling stays."""
    reading = fields.read(Kind.STAT, STAT | {"about": "São Paulo;sao-paulo\nThe Sao Paulo; Chicago;"})

    assert reading.entry is not None
    assert reading.entry.subjects == ("São Paulo", "Chicago")


def test_a_passage_may_be_words() -> None:
    """What is no place in the text is kept as the words that are to be found there."""
    reading = fields.read(Kind.EVENT, EVENT | {"passage": "held in 2024-25"})

    assert reading.entry is not None
    assert (reading.entry.passage, reading.quoted) == (None, "held in 2024-25")
    assert fields.read(Kind.EVENT, EVENT | {"passage": "12 – 40"}).quoted == ""


def test_a_broken_quotation_has_parts() -> None:
    """A line that holds only the mark divides what is printed apart; within a line the mark is text."""
    reading = fields.read(Kind.QUOTE, QUOTE | {"words": "One […] two\r\n […] \r\nthree\n[...]\nfour"})

    assert reading.entry is not None
    assert getattr(reading.entry.detail, "parts", None) == ("One […] two", "three", "four")


@pytest.mark.parametrize("parts", [2, fields.PARTS, fields.PARTS + 1, 660])
def test_a_quotation_has_a_number_of_parts(parts: int) -> None:
    """A quotation that is broken off more often than any in a paper is refused, and the sentence says what to do."""
    reading = fields.read(Kind.QUOTE, QUOTE | {"words": "\n[…]\n".join(["a"] * parts)})

    if parts <= fields.PARTS:
        assert reading.faults == {}
    else:
        said = f"“Words as printed” has {parts} parts; a quotation has at most 25. Make several quotations of them."
        assert reading.faults == {"words": said}
