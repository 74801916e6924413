"""How far an entry can be trusted, as moderators say it: what the bot can check, and what a person vouches for."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE, Moderated, moderated

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

CHICAGO = 2
"""A figure of the pack that comes with the bot, whose text is not stored."""

ATLAS = {
    "new_title": "Report on ferries",
    "new_publisher": "Harbor Survey Office",
    "new_author": "not stated",
    "new_url": "not stated",
    "new_published": "not stated",
}


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def unproven(room: Moderated, **fields: str) -> int:
    """Add a figure from a source whose text is not stored, and return its id."""
    draft = await room.fill(await room.slash_form("entry add stat", source="1"), None, None, **FIGURE | fields)
    draft = await room.fill(await room.press_form(draft, "Source"), None, draft, source="new")
    draft = await room.fill(await room.press_form(draft, "New source"), None, draft, **ATLAS)
    saved = await room.press(draft, "Save")
    return int(saved.title.removeprefix("Saved as #"))


async def test_verified_needs_a_reason_without_the_text(room: Moderated) -> None:
    """Where the source's text is not stored, nobody calls an entry verified without saying how it was checked."""
    entry_id = await unproven(room)

    refused = await room.slash("entry status", id=str(entry_id), status="verified")
    card = await room.typed(f"!show {entry_id}", room.member)
    form = await room.press_form(refused, "Back to the form")
    told = await room.fill(form, reason="Checked in the printed report.")

    assert "The text of the source is not stored here." in refused.text
    assert "Say how you have checked it" in refused.text
    assert "unverified: not yet checked against the source" in card.text.replace("**", "")
    assert told.title == f"#{entry_id} is verified now"


async def test_every_card_says_who_vouches_for_it(room: Moderated) -> None:
    """What a moderator verified is never shown as if the bot had checked it."""
    entry_id = await unproven(room)
    other = await unproven(room, figure="13,000 people")
    await room.slash("entry status", id=str(other), status="disputed", reason="So that two can be compared.")

    done = await room.slash("entry status", id=str(entry_id), status="verified", reason="Checked *on paper*.")

    said = "Verified by a moderator: Checked \\*on paper\\*."
    assert said in done.everything
    for question in ("stats harrow bay", "profile harrow bay", "search cross the bay", f"show {entry_id}"):
        card = await room.typed(f"!{question}", room.member)
        assert "verified by a moderator" in card.everything.casefold(), question
    compared = await room.slash("compare", room.member, measure="crossings by ferry")
    assert "VERIFIED BY A MODERATOR" in compared.text
    assert said in (await room.typed("!stats harrow bay", room.member)).everything
    full = (await room.typed(f"!show {entry_id}", room.member)).everything
    assert "Status: verified by a moderator. Checked \\*on paper\\*." in full
    assert "checked against the source" not in full


async def test_verified_by_the_text(room: Moderated) -> None:
    """What the stored text bears out can be called verified again, and needs no reason."""
    entry_id = await room.add("stat")
    await room.slash("entry status", id=str(entry_id), status="disputed", reason="Counted twice.")

    told = await room.slash("entry status", id=str(entry_id), status="verified")

    assert told.title == f"#{entry_id} is verified now"
    assert "verified: checked against the source" in (await room.typed(f"!show {entry_id}", room.member)).everything


async def test_verified_as_the_pack_has_it(room: Moderated) -> None:
    """A version that says what the pack's verified entry says can be verified as that is; one that differs cannot."""
    await room.slash("entry status", id=str(CHICAGO), status="disputed", reason="We asked.")

    back = await room.slash("entry status", id=str(CHICAGO), status="verified")
    await room.slash("entry status", id=str(CHICAGO), status="disputed", reason="We asked again.")
    draft = await room.fill(await room.slash_form("entry edit", id=str(CHICAGO)), figure="12 people")
    await room.press(draft, "Save")
    refused = await room.slash("entry status", id=str(CHICAGO), status="verified")

    assert "is verified now" in back.title
    assert "Say how you have checked it" in refused.text
