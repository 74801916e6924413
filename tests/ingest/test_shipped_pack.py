"""The pack that comes with the bot, as far as it can be checked without its article."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from bot import packs
from bot.ingest.pack import Pack, PackEvent, PackQuote, PackStat
from bot.ingest.read import load_pack
from bot.model import Basis, Kind, Status


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the shipped pack."""
    return load_pack(Path(str(files(packs) / "cities-and-deportations.toml")))


def test_it_holds_every_kind_of_entry(pack: Pack) -> None:
    """The pack loads, and has figures, quotations and events."""
    kinds = {kind: sum(entry.kind is kind for entry in pack.entries) for kind in Kind}

    assert kinds == {Kind.STAT: 9, Kind.QUOTE: 15, Kind.EVENT: 11}


def test_each_figure_belongs_to_its_subject(pack: Pack) -> None:
    """The figures of one sentence have not changed places."""
    figures = {
        entry.subjects[0]: int(entry.detail.value)
        for entry in pack.entries
        if isinstance(entry.detail, PackStat) and entry.detail.unit != "executive orders"
    }

    assert figures == {
        "los-angeles-county": 951_000,
        "chicago": 257_000,
        "boston": 173_000,
        "philadelphia": 47_000,
        "lausd": 30_000,
        "donald-trump": 1_400_000,
        "joe-biden": 1_600_000,
        "barack-obama": 3_000_000,
    }


def test_every_subject_has_an_entry(pack: Pack) -> None:
    """Nobody who asks for a subject of the pack is left without an answer."""
    used: set[str] = set()
    for entry in pack.entries:
        used.update(entry.subjects)
        if isinstance(entry.detail, PackStat):
            used.update((entry.detail.measure, entry.detail.counted_by))
        if isinstance(entry.detail, PackQuote):
            used.add(entry.detail.speaker)

    assert {subject.key for subject in pack.subjects} - used == set()


def test_a_speaker_is_the_first_subject_of_a_quotation(pack: Pack) -> None:
    """A quotation is mainly about whoever said it."""
    quotes = [(entry.subjects[0], entry.detail) for entry in pack.entries if isinstance(entry.detail, PackQuote)]

    assert all(first == quote.speaker for first, quote in quotes)


def test_no_quotation_is_entered_twice(pack: Pack) -> None:
    """Each part of each quotation stands in one entry only."""
    parts = [part for entry in pack.entries if isinstance(entry.detail, PackQuote) for part in entry.detail.parts]

    assert len(parts) == len(set(parts))


def test_nobody_is_said_to_have_counted_what_the_article_leaves_open(pack: Pack) -> None:
    """The institute's name is not lent to the figures that stand near it without a source."""
    counted = {entry.key: entry.detail.counted_by for entry in pack.entries if isinstance(entry.detail, PackStat)}

    assert {key for key, counter in counted.items() if counter == "mpi"} == {
        "residents-los-angeles-county",
        "deportations-biden",
    }
    assert {key for key, counter in counted.items() if not counter} == {
        "residents-chicago",
        "residents-boston",
        "residents-philadelphia",
        "deportations-trump-first-term",
        "deportations-obama",
        "executive-orders-trump",
    }


def test_a_total_that_was_still_ahead_is_a_projection(pack: Pack) -> None:
    """The figure for a presidency that had not ended is not shown as a count."""
    (biden,) = (entry.detail for entry in pack.entries if entry.key == "deportations-biden")

    assert isinstance(biden, PackStat)
    assert biden.basis is Basis.PROJECTION


def test_no_day_is_computed_from_a_weekday(pack: Pack) -> None:
    """Only the two days that the article prints are days; the rest is coarser, or has no date."""
    days = {
        entry.detail.date
        for entry in pack.entries
        if isinstance(entry.detail, PackEvent) and len(entry.detail.date) == len("2024-11-05")
    }

    assert days == {"2024-11-05", "2025-01-20"}


def test_what_rests_on_a_garbled_sentence_alone_is_not_called_verified(pack: Pack) -> None:
    """Where the article's words do not bear the whole entry, its status says so, with a reason."""
    doubtful = {entry.key for entry in pack.entries if entry.status is Status.UNVERIFIED and entry.status_reason}

    assert doubtful == {"trump-no-price-tag", "homan-and-johnston"}
