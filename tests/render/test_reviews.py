"""Whatever was suggested, Discord accepts the cards of a suggestion and nothing in them takes effect."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product

import discord
import factories as make
import pytest

from bot import limits
from bot.model import Kind, Language, Status
from bot.moderating.actions import decode
from bot.moderating.reviews import REASON, Change, Review
from bot.moderating.suggestions import PAGE, State, Suggestion
from bot.render.card import Card
from bot.render.moderation import Manner
from bot.render.reviews import done_card, queue_card, review_card
from bot.render.suggestions import alike_card, message_card, mine_card, sent_card, supported_card
from bot.store.suggestions import DECIDED
from bot.text import units
from bot.writing.passages import Place

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANNER = Manner("!" * 40, Language.BRITISH)
PIECES = ("w", "w ", "*", "@everyone ", "😀", "a\n", "[x](https://e.com) ", "\u202e<@1>`")
KEYS: tuple[str, ...] = ("about", "title", "date_printed", "date_inferred", "statement", "note", "words", "figure")


LIVE = re.compile(r"@everyone|(?<!\\)\]\(|<@1>|\u202e")
CASES = tuple(product(State, PIECES))


def longest(piece: str, room: int = 4000) -> str:
    """Return so many characters of a piece over and over."""
    return (piece * room)[:room]


def suggestion(state: State, piece: str, id_: int = 1) -> Suggestion:
    """Return a suggestion of the longest texts."""
    decided = state in DECIDED
    return Suggestion(
        id=10**15 + id_,
        guild_id=1,
        member_id=10**18,
        kind=Kind.EVENT,
        fields=dict.fromkeys(KEYS, longest(piece)),
        state=state,
        suggested_at=NOW,
        decided_by=10**18 if decided else 0,
        decided_at=NOW if decided else None,
        reason=longest(piece, REASON) if state is State.REJECTED else "",
        entry_id=10**15 if state is State.APPROVED else 0,
        channel_id=0,
        message_id=0,
        supporters=1000,
    )


def change(action: str, piece: str) -> Change:
    """Return a row of the history in which every text changed."""
    before, after = dict.fromkeys(KEYS, longest(piece)), dict.fromkeys(KEYS, "b" + longest(piece))
    return Change(1, "suggestion", 1, action, 10**18, NOW, before, after)


def review(state: State, piece: str, *, faulty: bool) -> Review:
    """Return all that there can be to show of a suggestion."""
    text = longest(piece)
    entry = make.event(title=text[:300], statement=text, note=text, status=Status.UNVERIFIED, status_reason=text)
    return Review(
        suggestion(state, piece),
        None if faulty else entry,
        dict.fromkeys(KEYS, text) if faulty else {},
        near=(make.stat(unit=text[:300]), make.quote(parts=(text,)), entry) * 2,
        place=Place((0, 4000), text),
        alike=tuple(suggestion(State.PENDING, piece, number) for number in range(5)),
        history=tuple(change(action, piece) for action in ("approved", "taken back", "approved", "taken back") * 2),
    )


def assert_accepted(card: Card) -> None:
    """Check a card against the limits of Discord, and that no text of others takes effect."""
    embed = card.embed
    values = [field.value or "" for field in embed.fields]
    assert 0 < units(embed.title or "") <= limits.EMBED_TITLE
    assert 0 < units((embed.description or "").strip()) <= limits.EMBED_DESCRIPTION
    assert all(0 < units(value.strip()) <= limits.EMBED_FIELD_VALUE for value in values)
    texts = [embed.title or "", embed.description or "", embed.footer.text or "", *values]
    names = [field.name or "" for field in embed.fields]
    assert sum(map(units, texts + names)) <= limits.EMBED_TOTAL
    assert not any(LIVE.search(text) for text in texts)
    ids = [button.custom_id for button in card.buttons]
    assert len(ids) == len(set(ids))
    for button in card.buttons:
        assert 0 < units(button.label) <= limits.BUTTON_LABEL
        if button.custom_id.startswith("do:"):
            decode(button.custom_id)
    for row in {button.row for button in card.buttons}:
        assert sum(button.row == row for button in card.buttons) <= limits.ROW_BUTTONS
    discord.Embed.from_dict(embed.to_dict())


@pytest.mark.parametrize(("state", "piece"), CASES)
def test_what_moderators_see(state: State, piece: str) -> None:
    """The card to decide on, on its page and after the decision, is accepted in every state."""
    for faulty in (False, True) if state is State.PENDING else (False,):
        one = review(state, piece, faulty=faulty)

        assert_accepted(review_card(one, MANNER, posted=1000))
        assert_accepted(review_card(one, MANNER, named=False))
        assert_accepted(queue_card(one, MANNER, "w", 10**6, (10**7, 10**7)))
        assert_accepted(done_card(one, MANNER, "d1000000", 10**7, posted=1000))


@pytest.mark.parametrize(("state", "piece"), CASES)
def test_what_members_see(state: State, piece: str) -> None:
    """So is what its member sees of it, in the server and in private."""
    some = [suggestion(state, piece, number) for number in range(PAGE)]

    edit = dict.fromkeys(KEYS, longest(piece)), dict.fromkeys(KEYS, "b" + longest(piece))
    for member_id in (some[0].member_id, 7):
        assert_accepted(mine_card(some, 10**6, 10**5, member_id, edits={one.id: edit for one in some}))
        assert_accepted(alike_card(10**15, some, member_id))
    for supported in (False, True):
        assert_accepted(message_card(some[0], longest(piece, 100), edit, supported=supported))
    assert_accepted(sent_card(some[0]))
    assert_accepted(supported_card(some[0]))
