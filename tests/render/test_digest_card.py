"""Whatever an edition carries, Discord accepts its card, nothing in it takes effect, and only its role is notified."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

import discord
import factories as make
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, entries, events, ids, quotes, several, some_text, stats
from test_limits import MARKUP, PING, assert_accepted, live, texts
from thorough import examples

from bot.digest.digests import Digest
from bot.digest.editorial import Content, Corrected, Material
from bot.digest.schedule import DAILY
from bot.model import Entry, Language, Status
from bot.render.card import Card
from bot.render.chart import chart
from bot.render.digest import call, digest_card, mark
from bot.text import safe

DUE = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
LATE = re.compile(r"<t:\d+:f>")
TOP = 2**63 - 1


def digest(**changes: object) -> Digest:
    """Return a digest in Chicago."""
    fields = {
        "id": 4,
        "guild_id": 5,
        "channel_id": 1,
        "name": "Morning",
        "zone": "America/Chicago",
        "at": time(9),
        "days": DAILY,
    }
    return Digest(**fields | changes)  # type: ignore[arg-type]


def shown(card: Card) -> str:
    """Return all that a card says."""
    return "\n".join(texts(card)).replace("\u00a0", " ")


def post(content: Content, *found: Entry, late: bool = False, changes: object = None, **own: object) -> Card:
    """Return the card of an edition."""
    material = Material({entry.id: entry for entry in found}, changes or {})  # type: ignore[arg-type]
    return digest_card(digest(**own), content, material, due_at=DUE, late=late)


fields = st.dictionaries(
    st.sampled_from(("figure", "words", "title", "status", "note", "strange")), some_text, max_size=6
)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Digest, Content, Material]:
    """Return an edition of hostile texts, some of whose entries are there no longer."""
    carried = [tuple(draw(several(of, most=5))) for of in (stats, quotes, events)]
    others = draw(several(entries, most=8))
    known = {entry.id: entry for entry in (*others, *carried[0], *carried[1], *carried[2])}
    sections = [tuple(entry.id for entry in some) for some in carried]
    every = [id_ for section in sections for id_ in section]
    named = tuple(entry.id for entry in others)
    content = Content(
        draw(ids),
        *sections,
        new=tuple(every[: draw(st.integers(0, 5))]),
        also_new=named[:5],
        new_total=draw(st.integers(0, 300)),
        corrected=tuple(Corrected(id_, 1, 2) for id_ in named[-5:]),
        corrected_total=draw(st.integers(0, 300)),
        bars=(*sections[0], *named)[:6],
    )
    for id_ in draw(st.lists(st.sampled_from([0, *known]))):
        known.pop(id_, None)
    changes = {id_: (draw(fields), draw(fields)) for id_ in named if id_ in known}
    wanted = digest(
        id=draw(ids),
        name=draw(some_text),
        introduction=draw(some_text)[:1000],
        role_id=draw(st.just(0) | ids),
    )
    return wanted, content, Material(known, changes)


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    edition=editions(),
    late=st.booleans(),
    language=st.sampled_from(Language),
    prefix=st.sampled_from(("!", "/", "@" * 40)),
)
def test_any_edition_gives_a_card_that_discord_accepts(
    edition: tuple[Digest, Content, Material], *, late: bool, language: Language, prefix: str
) -> None:
    """No text and no number of entries is too much, and none of it takes effect."""
    wanted, content, material = edition

    card = digest_card(wanted, content, material, due_at=DUE, late=late, language=language, prefix=prefix)

    assert_accepted(card)
    for text in texts(card):
        assert not PING.search(text)
        assert not MARKUP.search(live(LATE.sub("", text)))
    assert card.embed.footer.text == mark(wanted.id, content.number)


@pytest.mark.parametrize(
    "text", ["word ", "*", "😀", "@everyone", "<@1>", "https://a.b/", "`", "\\", "\n# a", *HOSTILE]
)
def test_the_fullest_edition_is_accepted(text: str) -> None:
    """As many entries as there can be, each of endless texts, with the largest numbers and all there is besides."""
    long = (text * 800)[:6000]
    common = {"subject": long, "source": long, "statement": long, "note": long, "status_reason": long}
    own = [{**common, "id": TOP - i, "source_id": i, "status": Status.DISPUTED} for i in range(25)]
    words = {"parts": (long,) * 9, "speaker": long, "role": long, "said_where": long, "said_when": long}
    found = [
        *(make.stat(**one, measure=long, unit=long, as_of=long, counted_by=long) for one in own[:5]),
        *(make.quote(**one, **words) for one in own[5:10]),
        *(make.event(**one, title=long, date_inferred=long, date_printed=long) for one in own[10:]),
    ]
    numbers = tuple(entry.id for entry in found)
    content = Content(
        TOP,
        numbers[:5],
        numbers[5:10],
        numbers[10:15],
        numbers[:15],
        numbers[15:20],
        300,
        tuple(Corrected(id_, TOP, TOP) for id_ in numbers[20:]),
        300,
        numbers[:5],
    )
    before, after = {"figure": long, "words": long}, {"figure": f"{long}1", "words": f"1{long}"}
    changes = dict.fromkeys(numbers[20:], (before, after))

    card = post(content, *found, late=True, changes=changes, id=TOP, name=long[:100], introduction=long[:1000])

    assert_accepted(card)
    assert all(f"#{id_}" in shown(card) for id_ in numbers[:15])


@pytest.mark.parametrize("text", ["word ", "*", "😀", "<@1> **b** ", "https://a.b/", "@everyone "])
def test_the_whole_introduction_is_shown(text: str) -> None:
    """Of the 1,000 characters that an introduction can have none is cut, whatever it takes to make them harmless."""
    introduction = (text * 1000)[:1000].strip()

    card = post(Content(1, (12,)), make.stat(), introduction=introduction)

    assert safe(introduction) in (card.embed.description or "")


def test_what_is_read() -> None:
    """Date, introduction, figures with date and counter, quotations with speaker and role, events, and the source."""
    content = Content(17, (12,), (5,), (7,))

    card = post(content, make.stat(), make.quote(), make.event(), introduction="Good *morning*.")

    assert card.embed.title == "Morning"
    assert card.embed.footer.text == "Digest 4 · No. 17"
    for text in (
        "**Monday, 5 January 2026**",
        "Good \\*morning\\*.",
        "## Figures\n### about 257,000 residents · `#12`",
        "As of: not stated · counted by: not stated",
        "## Quotations\n### Rue Landau · `#5`\nPhiladelphia Councilwoman",
        "## Events\n### 5 November 2024 · Presidential election · `#7`",
    ):
        assert text in shown(card)
    assert shown(card).count("Source of all: Cities prepare for deportations") == 1
    assert [option.label[:3] for option in card.menu.options] == ["#12", "#5 ", "#7 "]  # type: ignore[union-attr]
    assert not card.bars


def test_the_date_is_that_of_the_zone() -> None:
    """An edition due on Monday in UTC is Tuesday's in Auckland."""
    assert "Tuesday, 6 January 2026" in shown(post(Content(1), zone="Pacific/Auckland"))


def test_sources_that_differ() -> None:
    """Each entry names its own."""
    other = make.quote(source_id=2, source="Another article")

    text = shown(post(Content(1, (12,), (5,)), make.stat(), other))

    assert "Source: Cities prepare for deportations" in text
    assert "Source: Another article" in text


def test_late() -> None:
    """A late edition says when it was due."""
    assert "Late: this was due at <t:1767625200:f>." in shown(post(Content(1), late=True))
    assert "Late" not in shown(post(Content(1)))


def test_new() -> None:
    """What is new says so in words, and what there was no room for is named and counted."""
    more = [make.quote(id=20 + i, parts=(f"Saying {i}",)) for i in range(2)]
    content = Content(1, (12,), (5,), new=(5,), also_new=(20, 21), new_total=9)

    text = shown(post(content, make.stat(), make.quote(), *more))

    assert "### New · Rue Landau · `#5`" in text
    assert "New · about" not in text
    assert "Also new since the last edition\n`#20` Quotation: “Saying 0”" in text
    assert "… and 6 more" in text


def test_corrected() -> None:
    """A correction says what it was and what it is, which entry it stands for, and how many more there are."""
    changed = make.stat(id=40, corrects=12)
    content = Content(1, corrected=(Corrected(40, 1, 2),), corrected_total=3)
    before, after = {"figure": "about 9 people", "note": "a"}, {"figure": "about 7 people", "note": "a"}

    text = shown(post(content, changed, changes={40: (before, after)}))

    assert "Corrected since the last edition" in text
    assert "`#40` (in place of `#12`) Chicago · Figure: about **9** people → about **7** people" in text
    assert "… and 2 more" in text


def test_chart() -> None:
    """Comparable figures make a picture with its text; what is no longer there is not in it."""
    content = Content(1, (12,), bars=(12, 13, 14))
    other = make.stat(id=13, subject="Boston")

    card = post(content, make.stat(), other)
    assert card.bars
    drawn = chart(card.bars)

    assert "`#12` beside `#13`: residents without legal status" in shown(card)
    assert drawn.png.startswith(b"\x89PNG")
    assert "Boston" in drawn.alt
    assert not post(content, make.stat()).bars


def test_much_is_shortened_and_says_so() -> None:
    """Fifteen long entries keep their words, speakers and dates, and say where notes and context are."""
    found = [make.quote(id=i, statement="Context. " * 30, note="A note. " * 30) for i in range(1, 16)]
    numbers = tuple(range(1, 16))

    text = shown(post(Content(1, quotes=numbers), *found))

    assert text.count("“They are preparing for the worst.”") == 15
    assert "A note." not in text
    assert "the menu opens an entry in full" in text


def test_one_long_entry_says_where_the_whole_is() -> None:
    """What does not fit at all names the command that shows it."""
    long = make.quote(parts=("Word after word. " * 500,))

    assert "Shortened: `/show 5` has it in full." in shown(post(Content(1, quotes=(5,)), long))


def test_whom_it_notifies() -> None:
    """The role that the digest names, and nobody else; nobody where it names none, or one that was deleted."""
    text, allowed = call(digest(role_id=77))

    assert text == "<@&77>"
    assert allowed.to_dict() == {"parse": [], "roles": [77]}
    for nothing, none in (call(digest()), call(digest(role_id=77), role=False)):
        assert nothing == ""
        assert none.to_dict() == discord.AllowedMentions.none().to_dict()
