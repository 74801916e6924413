"""Whatever is filled into the forms of an entry is kept as it is, shown harmlessly, and wakes nobody."""

from __future__ import annotations

import pytest
import simcord
from moderating import EVENT, FIGURE, QUOTATION, Moderated, moderated
from newsroom import Seen

from bot.render.forms import STEPS
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

TEXTS = {
    "long": "word " * 399 + "end",
    "one word": "x" * 2000,
    "emoji": "🧑‍🧑‍🧒" * 240,
    "mentions": "@everyone @here <@1> <@&2> <#3> <t:1:R>",
    "markdown": "**bold** __u__ ~~s~~ ||spoiler|| `code` ```block",
    "lines": "# heading\n> quote\n- list\n1. one\n-# small",
    "links": "[link](https://x.example) https://x.example <https://x.example>",
    "backslashes": "\\" * 500,
    "search": 'NEAR(a b) AND NOT OR * ^ : - + ( "unclosed',
    "sql": "'; DROP TABLE entry; --",
    "formula": '=HYPERLINK("https://x.example")',
    "direction": "\u202eright to left\u202c",
    "invisible": "a\u200bb\u2060c",
    "accents": "Z̸̢̛a̶l̷g̵o̶" * 40,
    "digits": "9" * 400,
    "markers": "\x02bold\x03 \x1f parts",
    "draft": "·\u00a0`#0`",
    "parts": "one\n[…]\ntwo\n[...]\nthree",
}
FORMS = {"stat": FIGURE, "quote": QUOTATION, "event": EVENT}


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


def check(room: Moderated, card: Seen) -> None:
    """Assert that a card is no fault, and that what was typed has no effect in it."""
    assert "Something went wrong" not in card.everything
    for text in ("**bold**", "<@1>", "<#3>", "https://x", "\u202e", "@everyone", "\n# heading", "`code`"):
        assert text not in card.text
    assert room.env.errors == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", FORMS)
async def test_every_field_at_once(room: Moderated, kind: str, text: str) -> None:
    """A form with the same text in all of its fields leads to a card, and comes back as it was sent."""
    form = await room.slash_form(f"entry add {kind}")
    limits = {question.key: question.most for step in STEPS[kind] for question in step.questions}
    sent = {key: text[: limits[key] // 2] for key in form.values if key not in form.options}

    draft = await room.fill(form, None, None, **sent)
    again = await room.press_form(draft, draft.buttons[1])

    check(room, draft)
    assert {key: again.values[key] for key in sent} == {key: value.strip() for key, value in sent.items()}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_saved_and_found(room: Moderated, text: str) -> None:
    """A note and a statement with such a text are saved, shown in full, and stand in the history."""
    words = text if text.isprintable() or "\n" in text else f"plain {text.encode('ascii', 'ignore').decode()}"
    words = "".join(c for c in words if c == "\n" or c.isprintable())
    entry_id = await room.add("stat", None, statement=f"ferrywords {words}"[:2000])

    card = await room.typed("!search ferrywords", room.member)
    full = await room.typed(f"!show {entry_id}", room.member)
    history = await room.slash("entry history", id=str(entry_id))
    status = await room.slash("entry status", id=str(entry_id), status="disputed", reason=words[:1000])
    changed = await room.slash("entry history", id=str(entry_id))

    assert "ferrywords" in card.text
    for shown in (card, full, history, status, changed):
        check(room, shown)
