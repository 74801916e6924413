"""Where a card leads: further pages, entries in full, other meanings, near misses."""

from __future__ import annotations

import factories as make
import pytest
from reading import asked, button, shown

from bot.answers.asks import LAST_PAGE, decode
from bot.model import COUNT_LIMIT, Answer, Ask, Command, Kind, SubjectKind
from bot.render.answers import card

CHICAGO = make.subject()
HOMAN = make.subject(id=8, kind=SubjectKind.PERSON, name="Tom Homan", description="")


def test_pages_say_where_they_are_and_carry_the_question() -> None:
    """Previous and Next ask the same for the pages around; counting stops at a thousand."""
    entries = tuple(make.stat(id=i) for i in range(1, 6))
    ask = Ask(Command.STATS, subject_id=3, page=1)
    made = card(Answer(ask, subject=CHICAGO, entries=entries, total=COUNT_LIMIT), make.ASKER_ID)

    assert (made.embed.footer.text or "").endswith("Page 2 of 200+ · 1,000+ in all")
    assert asked(made, "Previous") == ask.at(0)
    assert asked(made, "Next") == ask.at(2)


def test_the_ends_of_a_list_turn_no_further() -> None:
    """Previous is disabled on the first page and Next on the last."""
    first = card(Answer(Ask(Command.STATS), entries=(make.stat(),) * 5, total=9), make.ASKER_ID)
    last = card(Answer(Ask(Command.STATS, page=1), entries=(make.stat(),) * 4, total=9), make.ASKER_ID)

    assert (button(first, "Previous").disabled, button(first, "Next").disabled) == (True, False)
    assert (button(last, "Previous").disabled, button(last, "Next").disabled) == (False, True)


def test_several_entries_can_be_opened_from_a_menu() -> None:
    """Each line of it asks for one entry in full."""
    made = card(Answer(Ask(Command.STATS), entries=(make.stat(), make.stat(id=13)), total=2), make.ASKER_ID)

    assert made.menu is not None
    assert [decode(o.value) for o in made.menu.options] == [
        (Ask(Command.SHOW, entry_id=12), make.ASKER_ID),
        (Ask(Command.SHOW, entry_id=13), make.ASKER_ID),
    ]
    assert made.menu.options[0].label == "#12 about 257,000 residents"


def test_other_meanings_are_offered() -> None:
    """The likeliest is answered, and the others are named and a button away."""
    other = make.subject(id=4, name="Chicago Sky", kind=SubjectKind.ORGANIZATION)
    answer = Answer(Ask(Command.STATS, subject_id=3), subject=CHICAGO, entries=(make.stat(),), others=(other,))

    made = card(answer, make.ASKER_ID)

    assert "The name can also mean: **Chicago Sky** (organization)" in shown(answer)
    assert asked(made, "Chicago Sky (organization)") == Ask(Command.STATS, subject_id=4)


@pytest.mark.parametrize(
    ("ask", "offered"),
    [
        (Ask(Command.STATS, about="chicgo"), Ask(Command.STATS, subject_id=3)),
        (Ask(Command.QUOTE, who="chicgo"), Ask(Command.QUOTE, speaker_id=3)),
        (Ask(Command.QUOTE, who="x", about="border"), Ask(Command.QUOTE, speaker_id=3, text="border")),
        (Ask(Command.QUOTE, about="chicgo"), Ask(Command.QUOTE, subject_id=3)),
        (Ask(Command.SEARCH, text="chicgo"), Ask(Command.PROFILE, subject_id=3)),
    ],
)
def test_near_misses_ask_the_same_again(ask: Ask, offered: Ask) -> None:
    """Of a subject or a speaker, whichever was named; a search offers the profile."""
    made = card(Answer(ask, near=(CHICAGO,)), make.ASKER_ID)

    assert "Did you mean one of these?" in (made.embed.description or "")
    assert asked(made, "Chicago (place)") == offered


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer(Ask(Command.STATS, about="x*y")),
            "I know nothing by the name “x\\*y”, so there are no figures",
        ),
        (Answer(Ask(Command.PROFILE, about="x")), "I know nothing by the name “x”."),
        (
            Answer(Ask(Command.SEARCH, text="x", kind=Kind.EVENT)),
            "Nothing was found for “x” among the events.",
        ),
        (Answer(Ask(Command.STATS, subject_id=3), subject=CHICAGO), "There are no figures on **Chicago**."),
        (
            Answer(Ask(Command.QUOTE, speaker_id=8, text="moon"), speaker=HOMAN),
            "There are no quotations of **Tom Homan** on “moon”.",
        ),
        (Answer(Ask(Command.SHOW, entry_id=99)), "There is no entry `#99` here."),
        (Answer(Ask(Command.SHOW, about="abc")), "“abc” is not the number of an entry."),
        (Answer(Ask(Command.SOURCES, source_id=9)), "There is no source `9` here."),
        (Answer(Ask(Command.RANDOM)), "There are no entries yet."),
        (Answer(Ask(Command.STATS, subject_id=3, page=4)), "There is nothing on this page any more."),
    ],
)
def test_a_miss_is_a_plain_sentence(answer: Answer, said: str) -> None:
    """It names what was asked for and could not be found."""
    assert said in shown(answer)


def test_a_known_name_without_figures_offers_its_profile() -> None:
    """The name was understood; what there is about it is a button away."""
    made = card(Answer(Ask(Command.STATS, subject_id=3), subject=CHICAGO), make.ASKER_ID)

    assert asked(made, "Profile: Chicago") == Ask(Command.PROFILE, subject_id=3)


@pytest.mark.parametrize("command", [Command.STATS, Command.SEARCH, Command.SHOW, Command.SOURCES])
def test_the_last_page_that_an_id_can_name(command: Command) -> None:
    """A page that is far beyond the list has a card too, with a way back."""
    ask = Ask(command, subject_id=1, text="x", page=LAST_PAGE)

    shown = card(Answer(ask), 1)

    assert "nothing on this page" in (shown.embed.description or "")
