"""Proving a pack against its text: every kind of failure is shown by a pack that has it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from ferry import ARTICLE, PACK_FILE, changed
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.locate import find, quotations, stray_marks
from bot.ingest.pack import Pack
from bot.ingest.read import load_pack
from bot.ingest.verify import Problem, verify

FIRST, SECOND = "The pier is full by seven,", "We count on the boats, and the boats’ crews count on us."

# What is replaced in the pack, by what, the kind of failure, and the entry that has it.
FAILURES = [
    ('sha256 = "', 'sha256 = "' + "0" * 64 + '" # "', Problem.TEXT, ""),
    ("length = ", "length = 1000 # ", Problem.LENGTH, ""),
    ("passage = [191, ", "passage = [192, ", Problem.PASSAGE, "passengers"),
    ("seven,", "eight,", Problem.WORDS, "calder-pier"),
    ("boats’ crews", "boats' crews", Problem.WORDS, "calder-pier"),
    ("seven,", "seven", Problem.CUT, "calder-pier"),
    ('"sound enough"', '"the plan"', Problem.CUT, "renn-sound-enough"),
    (f'["{FIRST}", "{SECOND}"]', f'["{SECOND}", "{FIRST}"]', Problem.CUT, "calder-pier"),
    ("value = 12_400", "value = 12_401", Problem.FIGURE, "passengers"),
    ("value = 7.5", "value = 7", Problem.FIGURE, "fares"),
    ("value = 5", "value = 4", Problem.FIGURE, "boats"),
    ("out_of = 1_400_000", "out_of = 1_500_000", Problem.FIGURE, "passengers"),
    ('speaker = "ines-calder"', 'speaker = "tobias-renn"', Problem.SPEAKER, "calder-pier"),
    ("Here he is named as “The harbor master”; his name", "His name", Problem.SPEAKER, "renn-sound-enough"),
    ("named as “The harbor master”", "called “The harbor master”", Problem.SPEAKER, "renn-sound-enough"),
    ("“The harbor master”; his name", "“The pilot”; his name", Problem.SPEAKER, "renn-sound-enough"),
    ("“The harbor master”; his name", "“”; his name", Problem.SPEAKER, "renn-sound-enough"),
    ("“The harbor master”; his name", "“sound enough”; his name", Problem.SPEAKER, "renn-sound-enough"),
    ('["tarn-county", "ferry"]', '["tobias-renn"]', Problem.SUBJECT, "passengers"),
    ('as_of = "2019"', 'counted_by = "survey-office"', Problem.COUNTER, "fares"),
    ('as_of = "2019"', 'as_of = "2018"', Problem.PRINTED, "fares"),
    ('date_printed = "March 4"', 'date_printed = "March 5"', Problem.PRINTED, "vote"),
    ('role = "Mayor"', 'role = "Governor"', Problem.PRINTED, "calder-pier"),
    ('said_where = "at a hearing"', 'said_where = "at home"', Problem.PRINTED, "renn-sound-enough"),
    ('said_when = "last week"', 'said_when = "on March 4"', Problem.PRINTED, "renn-sound-enough"),
    ("[[aside]]\n", '[[aside]]\npassage = [0, 10]\nreason = "None."\n[[aside]]\n', Problem.ASIDE, ""),
]  # fmt: skip


def of_text(pack: Pack, text: str) -> Pack:
    """Return the pack as made from another text."""
    return replace(pack, sha256=hashlib.sha256(text.encode()).hexdigest(), length=len(text))


def test_a_true_pack_has_no_failure() -> None:
    """Nothing is held against a pack that says what its article says."""
    assert verify(load_pack(PACK_FILE), ARTICLE) == []


@pytest.mark.parametrize(("old", "new", "problem", "key"), FAILURES)
def test_each_untruth_is_found(tmp_path: Path, old: str, new: str, problem: Problem, key: str) -> None:
    """One changed claim gives its own kind of failure, at its entry."""
    pack = changed(tmp_path, old, new)

    failures = verify(pack, ARTICLE)

    assert (problem, key) in {(failure.problem, failure.key) for failure in failures}
    assert {failure.problem for failure in failures} <= {problem, Problem.UNCOVERED}


def test_another_text_is_the_only_failure() -> None:
    """A text with one other line end is not measured against places that no longer mean anything."""
    failures = verify(load_pack(PACK_FILE), ARTICLE.replace("\n", "\r\n", 1))

    assert [failure.problem for failure in failures] == [Problem.TEXT]


def test_a_quotation_without_an_entry_is_found() -> None:
    """A quotation that no entry has as a part is reported with its place, straight marks included."""
    pack = load_pack(PACK_FILE)
    rest = tuple(entry for entry in pack.entries if not entry.key.startswith("renn"))

    failures = verify(replace(pack, entries=rest, asides=()), ARTICLE)

    assert [failure.problem for failure in failures] == [Problem.UNCOVERED] * 3
    for words, failure in zip(("sound enough", "the Long Bench.", "We will row"), failures, strict=True):
        assert words in str(failure)


def test_a_quotation_repeated_elsewhere_needs_its_own_entry() -> None:
    """The same words at another place are another quotation: they may be somebody else's."""
    text = ARTICLE + "Some disagree: “We will row if we must.”\n"

    failures = verify(of_text(load_pack(PACK_FILE), text), text)

    assert [failure.problem for failure in failures] == [Problem.UNCOVERED]


def test_a_mark_without_a_partner_is_found_until_it_is_set_aside() -> None:
    """A stray mark makes it unclear what is quoted; an aside says that somebody has looked."""
    text = ARTICLE + 'The mast is 40" high.\n'
    pack = of_text(load_pack(PACK_FILE), text)
    place = text.index('"', len(ARTICLE))

    failures = verify(pack, text)
    settled = verify(replace(pack, asides=(*pack.asides, (place, place + 1))), text)

    assert [failure.problem for failure in failures] == [Problem.MARK]
    assert settled == []


def test_a_speaker_named_only_inside_a_quotation_is_not_named(tmp_path: Path) -> None:
    """Whoever is spoken of in a quotation has not said it for that."""
    text = ARTICLE.replace("We will row if we must.", "Calder is ill. I wait.")
    pack = of_text(changed(tmp_path, "We will row if we must.", "Calder is ill. I wait."), text)
    entries = tuple(
        replace(entry, detail=replace(entry.detail, speaker="ines-calder")) if entry.key == "renn-row" else entry
        for entry in pack.entries
    )

    failures = verify(replace(pack, entries=entries), text)

    assert Problem.SPEAKER in {failure.problem for failure in failures}


def test_a_longer_surname_is_another_person() -> None:
    """Names are compared as whole words: the Renners are not Renn."""
    text = ARTICLE.replace("Tobias Renn, the", "Old Renners the")
    pack = of_text(load_pack(PACK_FILE), text)

    failures = verify(pack, text)

    assert ("renn-row", Problem.SPEAKER) in {(failure.key, failure.problem) for failure in failures}


def test_a_failure_is_a_sentence_with_its_entry(tmp_path: Path) -> None:
    """What is printed for a person names the entry first and ends as a sentence does."""
    (failure,) = verify(changed(tmp_path, "value = 5", "value = 4"), ARTICLE)

    assert str(failure) == 'boats: "value" is 4, which the passage does not print.'


@pytest.mark.parametrize(
    "phrase",
    ["“The pier is full", '"the pier   is full', "the boats' crews", "bay - the council", "seven,”\nsaid"],
)
def test_a_phrase_is_found_as_it_is_typed(phrase: str) -> None:
    """Case, kinds of marks and hyphens, and spaces do not matter to somebody who looks for a passage."""
    assert len(find(ARTICLE, phrase)) == 1


def test_every_place_of_a_phrase_is_found() -> None:
    """Each occurrence comes with its start and end; nothing is found for nothing."""
    places = find(ARTICLE, "harbor master")

    assert [ARTICLE[start:end] for start, end in places] == ["harbor master"] * 2
    assert find(ARTICLE, "  ") == find(ARTICLE, "airship") == []


@given(text=st.text(alphabet='ab “”"\n', max_size=40))
def test_every_mark_is_part_of_a_quotation_or_stray(text: str) -> None:
    """No quotation mark is overlooked, and what a quotation holds is what the text has at its place."""
    found, stray = quotations(text), stray_marks(text)

    inside = {place for start, end, _ in found for place in range(start - 1, end + 1)}
    assert all(text[start:end] == words for start, end, words in found)
    assert inside.isdisjoint(stray)
    assert {place for place, character in enumerate(text) if character in '“”"'} <= inside.union(stray)
