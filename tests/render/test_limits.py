"""Whatever is answered, Discord accepts the card and nothing in it takes effect."""

from __future__ import annotations

import re
from decimal import Decimal

import factories as make
import orjson
import pytest
from factories import ASKER_ID
from hypothesis import HealthCheck, given, settings
from strategies import answers, some_text
from thorough import examples

from bot import limits
from bot.answers.asks import decode
from bot.answers.pages import PAGE_SIZE
from bot.model import (
    COUNT_LIMIT,
    Answer,
    Ask,
    Basis,
    Command,
    Entry,
    Fact,
    Kind,
    Known,
    Status,
    SubjectKind,
)
from bot.render.answers import card
from bot.render.card import Card
from bot.render.plain import about_card, error, help_card, notice
from bot.text import units

ADDED = re.compile(
    r"(?:(?:<@\d+>|the bot’s operator)(?:, edited by a moderator|, edited since)?|pack), <t:\d+:f>; seen in"
)
"""The one mention and the one timestamp that a card makes itself, from numbers."""

CODE = re.compile(r"```.*?```|(?<!\\)`[^`\n]*`", re.DOTALL)
PING = re.compile(r"@everyone|@here|<@[!&]?\d")
MARKUP = re.compile(r"<(?:#|a?:\w+:|t:|/|id:)|\]\(|\|\||~~|__")


def live(text: str) -> str:
    """Return what of a text Discord would read as markup: without code and without escaped characters."""
    return re.sub(r"\\[^0-9A-Za-z\s]", "x", CODE.sub("", ADDED.sub("", text)))


def texts(card: Card) -> list[str]:
    """Return every text of a card's embed."""
    embed = card.embed
    footer = embed.footer.text or ""
    fields = [text for field in embed.fields for text in (field.name or "", field.value or "")]
    return [embed.title or "", embed.description or "", footer, *fields]


def assert_accepted(card: Card) -> None:
    """Check a card against every limit that Discord states."""
    embed = card.embed
    assert embed.description
    assert embed.description.strip()
    assert embed.title is None or 0 < units(embed.title.strip()) <= limits.EMBED_TITLE
    assert units(embed.description) <= limits.EMBED_DESCRIPTION
    assert len(embed.fields) <= limits.EMBED_FIELDS
    for field in embed.fields:
        assert 0 < units((field.name or "").strip()) <= limits.EMBED_FIELD_NAME
        assert 0 < units((field.value or "").strip()) <= limits.EMBED_FIELD_VALUE
    assert units(embed.footer.text or "") <= limits.EMBED_FOOTER
    assert sum(map(units, texts(card))) <= limits.EMBED_TOTAL
    orjson.dumps(embed.to_dict())

    ids = [button.custom_id for button in card.buttons]
    assert len(ids) == len(set(ids))
    for button in card.buttons:
        assert 0 < units(button.label.strip()) <= limits.BUTTON_LABEL
        assert units(button.custom_id) <= limits.CUSTOM_ID
        decode(button.custom_id)
    for row in {button.row for button in card.buttons}:
        assert sum(button.row == row for button in card.buttons) <= limits.ROW_BUTTONS

    if card.menu:
        assert card.menu.custom_id not in ids
        assert 0 < units(card.menu.placeholder) <= limits.SELECT_PLACEHOLDER
        assert 0 < len(card.menu.options) <= limits.SELECT_OPTIONS
        values = [option.value for option in card.menu.options]
        assert len(values) == len(set(values))
        for option in card.menu.options:
            assert 0 < units(option.label.strip()) <= limits.OPTION_LABEL
            assert 0 < units(option.description.strip()) <= limits.OPTION_DESCRIPTION
            assert units(option.value) <= limits.OPTION_VALUE
            decode(option.value)


@settings(
    max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(answers())
def test_any_answer_gives_a_card_that_discord_accepts(answer: Answer) -> None:
    """No text, number or list is too long, too short or too strange for a card."""
    made = card(answer, ASKER_ID)

    assert_accepted(made)
    for text in texts(made):
        assert not PING.search(ADDED.sub("", text))
    values = [field.value or "" for field in made.embed.fields]
    for text in (made.embed.title or "", made.embed.description or "", *values):
        assert not MARKUP.search(live(text))


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize("text", ["word ", "*", "😀", "@everyone", "<@1>", "https://a.b/", "`", "\\", "\n# a"])
@pytest.mark.parametrize("status", [Status.UNVERIFIED, Status.VERIFIED])
def test_the_fullest_card_is_accepted(command: Command, text: str, status: Status) -> None:
    """A full page of endless texts with the largest ids, and the most there can be around it."""
    made = card(fullest(command, text * 800, status), 2**63 - 1, prefix=text * 20)

    assert_accepted(made)


def fullest(command: Command, text: str, status: Status = Status.UNVERIFIED) -> Answer:
    """Return an answer in which everything is as long as can be and no two figures share an axis."""
    top = 2**63 - 1
    common = {"subject": text, "source": text, "statement": text, "note": text, "status_reason": text}
    entries: list[Entry] = []
    for i in range(PAGE_SIZE[command]):
        own = {**common, "id": top - i, "source_id": top - i, "status": status, "guild_id": 5, "added_by": top}
        figure = {"measure": f"{i}{text}", "unit": f"{i}{text}", "as_of": text, "counted_by": text}
        whole = {
            "value": Decimal(10**35),
            "out_of": Decimal(10**35),
            "out_of_unit": text,
            "basis": Basis.PROJECTION,
        }
        stat = make.stat(**own, **figure, **whole)
        words = {"parts": (text,) * 30, "speaker": text, "role": text, "said_where": text, "said_when": text}
        quote = make.quote(**own, **words)
        dated = {"title": text, "date": text, "date_printed": text, "date_inferred": text}
        event = make.event(**own, **dated)
        kinds = {Command.QUOTE: quote, Command.TIMELINE: event}
        several = (stat, quote, event)[i % 3]
        entries.append(kinds.get(command, stat if command in {Command.STATS, Command.COMPARE} else several))
    subject = make.subject(id=top, kind=SubjectKind.ORGANIZATION, name=text, description=text)
    others = tuple(make.subject(id=i + 1, kind=SubjectKind.ORGANIZATION, name=text) for i in range(9))
    facts = tuple(
        Fact(field, text, Known.INFERRED, text) for field in ("title", "publisher", "author", "url", "published")
    )
    sources = tuple(
        make.source(id=top - i, label=text, sha256=text, length=top, entries=top, facts=facts)
        for i in range(PAGE_SIZE[command])
    )
    return Answer(
        Ask(command, text=text, kind=Kind.STAT, page=999),
        subject=subject,
        speaker=subject,
        entries=tuple(entries),
        total=COUNT_LIMIT,
        others=others,
        sources=sources,
        excerpts=(f"\x02{text}\x03" * 5,) * len(entries),
        remarks=(text,) * 9,
    )


@given(some_text, some_text)
def test_any_sentence_gives_a_card_that_discord_accepts(text: str, other: str) -> None:
    """Help on an unknown topic, notices and errors hold whatever was typed."""
    for made in (
        notice(text),
        error(text),
        help_card(text, other, message_content=True),
        help_card(None, other, message_content=False),
        about_card(text, message_content=False, counts={other: 3}, source_url="https://example.org/code"),
    ):
        assert_accepted(made)
        for shown in texts(made):
            assert not PING.search(shown)
            assert not MARKUP.search(live(shown))
