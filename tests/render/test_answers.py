"""What stands on the card of each command."""

from __future__ import annotations

from decimal import Decimal

import factories as make
import pytest
from reading import asked, button, shown

from bot.model import (
    Answer,
    Ask,
    Basis,
    Command,
    Fact,
    Known,
    Status,
    SubjectKind,
)
from bot.render.answers import card
from bot.render.card import Bars

CHICAGO = make.subject()
HOMAN = make.subject(id=8, kind=SubjectKind.PERSON, name="Tom Homan", description="")


def test_a_figure_is_shown_with_all_it_has_to_be_read_with() -> None:
    """The number in full, “about”, unit, who counted, date, our sentence, note, id and source."""
    stat = make.stat(counted_by="A bureau", as_of="2023", basis=Basis.ESTIMATE, note="Garbled sentence.")

    text = shown(Answer(Ask(Command.STATS, subject_id=3), subject=CHICAGO, entries=(stat,), total=1))

    assert text == (
        "Figures: Chicago\n"
        "### about 257,000 residents ·\u00a0`#12`\n"
        "residents without legal status\n"
        "About 257,000 residents of Chicago have no legal status.\n"
        "As of: 2023 · counted by: A bureau · an estimate\n"
        "Note: Garbled sentence.\n"
        "Source: Cities prepare for deportations"
    )


def test_what_a_figure_lacks_is_not_stated() -> None:
    """A missing date and a missing counter are said, not passed over."""
    text = shown(Answer(Ask(Command.STATS, subject_id=3), subject=CHICAGO, entries=(make.stat(),), total=1))

    assert "As of: not stated · counted by: not stated" in text


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"approximate": False, "value": Decimal("1.40")}, "### 1.40 residents (exact)"),
        (
            {
                "value": Decimal(30000),
                "unit": "students",
                "out_of": Decimal(400000),
                "out_of_unit": "students",
            },
            "### about 30,000 of 400,000 students ·",
        ),
        (
            {"out_of": Decimal("1E+7"), "out_of_unit": "people", "out_of_approximate": True},
            "### about 257,000 residents out of about 10,000,000 people ·",
        ),
    ],
)
def test_figures_are_grouped_and_never_rounded(changes: dict[str, object], phrase: str) -> None:
    """Decimals stay, thousands are grouped, and the whole is named with its own “about”."""
    stat = make.stat(**changes)

    assert phrase in shown(Answer(Ask(Command.STATS), entries=(stat,), total=1))


def test_a_status_is_shown_unless_verified() -> None:
    """A disputed entry says so and why; a verified one says nothing."""
    doubtful = make.stat(status=Status.DISPUTED, status_reason="The city has another figure.")

    assert "**Disputed:** The city has another figure." in shown(Answer(Ask(Command.STATS), entries=(doubtful,)))
    assert "erified" not in shown(Answer(Ask(Command.STATS), entries=(make.stat(),)))


def test_entries_of_several_sources_each_name_theirs() -> None:
    """The footer cannot speak for all of them."""
    entries = (make.stat(), make.stat(id=13, source_id=2, source="Another article"))

    text = shown(Answer(Ask(Command.STATS), entries=entries, total=2))

    assert "Source: Cities prepare for deportations\n" in text
    assert "Source: Another article" in text
    assert text.endswith("Sources: named at each entry")


def test_a_broken_quotation_is_not_glued() -> None:
    """Its parts stand apart, each in its own quotation marks."""
    answer = Answer(Ask(Command.QUOTE, speaker_id=9), speaker=HOMAN, entries=(make.quote(),), total=1)

    text = shown(answer)

    assert "> “People’s fear is incredibly high,”\n\n> “They are preparing for the worst.”\n\nWhere" in text
    assert "### Rue Landau ·\u00a0`#5`\nPhiladelphia Councilwoman\n> “" in text
    assert "Where and when: not stated" in text


def test_a_quotation_at_random_offers_another() -> None:
    """The button asks the same again; there are no pages."""
    made = card(Answer(Ask(Command.QUOTE), entries=(make.quote(),), total=40), make.ASKER_ID)

    assert [b.label for b in made.buttons] == ["Another", "Details"]
    assert asked(made, "Another") == Ask(Command.QUOTE)


def test_hits_are_bold() -> None:
    """The marks of a search go in after what is around them has been escaped."""
    answer = Answer(
        Ask(Command.SEARCH, text="fear"),
        entries=(make.quote(),),
        total=1,
        excerpts=("People’s *big* \x02fear\x03 is **high**",),
    )

    text = shown(answer)

    assert "People’s \\*big\\* **fear** is \\*\\*high\\*\\*" in text
    assert "### Quotation · immigration enforcement ·\u00a0`#5`" in text


def test_a_profile_has_all_three_kinds_and_ways_to_the_rest() -> None:
    """Figures, quotations and events under headings of their own, with the number in all."""
    own = make.quote(speaker="Tom Homan")
    answer = Answer(
        Ask(Command.PROFILE, subject_id=8),
        subject=HOMAN,
        entries=(make.event(), own, make.stat()),
        total=61,
    )

    made = card(answer, make.ASKER_ID)

    text = made.embed.description or ""
    assert text.index("### Figures") < text.index("### Quotations") < text.index("### Events")
    assert made.embed.footer.text == "Source: Cities prepare for deportations · 3 of 61 entries"
    assert asked(made, "All quotations") == Ask(Command.QUOTE, speaker_id=8)
    assert asked(made, "All figures") == Ask(Command.STATS, subject_id=8)


def test_a_comparison_has_a_table_and_a_chart() -> None:
    """Each bar has who counted and the date; the chart, of the same figures, is left to be drawn."""
    measure = make.subject(kind=SubjectKind.MEASURE, name="residents without legal status")
    entries = (make.stat(), make.stat(id=13, subject="Boston ```", value=Decimal(173000)))
    made = card(Answer(Ask(Command.COMPARE, subject_id=3), subject=measure, entries=entries), make.ASKER_ID)

    text = made.embed.description or ""

    assert made.bars == Bars(entries, "residents without legal status")
    assert "#12 Chicago                about 257,000\n   counted by: not stated\n   as of: not stated" in text
    assert text.count("```") == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "### 5 November 2024 · Presidential election ·\u00a0`#7`\nThe presidential"),
        (
            {"date_inferred": "the year is that of the election"},
            "Date uncertain: the year is that of the election; printed as “Nov. 5”",
        ),
        (
            {"date": "2018", "date_printed": ""},
            "### 2018 · Presidential election ·\u00a0`#7`\nDate uncertain: only the year",
        ),
        ({"date": "2024-11"}, "### November 2024 · "),
        ({"date": "", "date_printed": ""}, "### date not stated · "),
    ],
)
def test_uncertain_dates_are_marked_in_words(changes: dict[str, str], said: str) -> None:
    """A date is as precise as it is printed, and says when it is not sure."""
    answer = Answer(Ask(Command.TIMELINE), entries=(make.event(**changes),), total=1)

    assert said in shown(answer)


def test_a_source_says_how_each_particular_is_known() -> None:
    """Stated, inferred with a reason, or not stated with a reason; never an empty line."""
    facts = (
        Fact("title", "", Known.NOT_STATED, "no headline"),
        Fact("publisher", "A paper", Known.STATED, ""),
        Fact("url", "https://example.org/a_b", Known.INFERRED, "from the feed"),
    )
    answer = Answer(Ask(Command.SOURCES, source_id=1), sources=(make.source(facts=facts),), total=1)

    text = shown(answer)

    assert "**Title:** not stated (no headline)" in text
    assert "**Publisher:** A paper (stated)" in text
    assert "**Author:** not stated\n" in text
    assert "**Address:** https://example.org/a_b (inferred: from the feed)" in text
    assert "**Entries:** 61" in text
    assert make.SHA256 in text
    assert "it is in the store" in text


def test_an_entry_in_full_shows_everything() -> None:
    """Passage, hash, status, who added it and when."""
    stat = make.stat(added_by=42, guild_id=5, status=Status.CORRECTED, status_reason="A digit was wrong.")

    text = shown(Answer(Ask(Command.SHOW, entry_id=12), entries=(stat,), total=1))

    assert "**Passage:** characters 6,200 to 6,280 of the source’s text" in text
    assert f"`{make.SHA256}`" in text
    assert "**Status:** corrected: changed since it was first added. A digit was wrong." in text
    assert "<@42>, <t:1735787045:f>; seen in this server only" in text
    assert "**Out of:** not stated" in text


def test_a_long_entry_goes_on_on_further_pages() -> None:
    """Every word of it can be read, in order, by turning pages."""
    words = [f"word{i}" for i in range(2000)]
    entry = make.quote(statement=" ".join(words))
    pages: list[str] = []
    ask = Ask(Command.SHOW, entry_id=5)

    while True:
        made = card(Answer(ask, entries=(entry,), total=1), make.ASKER_ID)
        pages.append(made.embed.description or "")
        if button(made, "Next").disabled:
            break
        ask = asked(made, "Next")

    assert [word for word in " ".join(pages).split() if word.startswith("word")] == words
    assert f"Page {len(pages)} of {len(pages)}" in (made.embed.footer.text or "")


def test_long_text_on_a_list_says_where_the_whole_is() -> None:
    """It is cut at a word, and the command that shows all of it is named."""
    stat = make.stat(statement="word " * 2000)
    answer = Answer(Ask(Command.STATS), entries=(stat,), total=1)

    text = card(answer, make.ASKER_ID, prefix="?").embed.description or ""

    assert "word…" in text
    assert text.endswith("Shortened: `?show 12` has it in full.")


def test_remarks_are_shown() -> None:
    """What the lookup has to add stands under the entries."""
    answer = Answer(Ask(Command.STATS), entries=(make.stat(),), remarks=("Searched *without* accents.",))

    assert "Note: Searched \\*without\\* accents." in shown(answer)
