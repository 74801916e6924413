"""How far an entry can be trusted, and why: what the bot can check, and what a moderator vouches for."""

from __future__ import annotations

import pytest
import simcord
from moderating import CHICAGO, FIGURE, Moderated, moderated, shown

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

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


async def test_a_status(room: Moderated) -> None:
    """A status is shown with its reason on the card, and Undo takes it back."""
    entry_id = await room.add("stat")

    told = await room.slash("entry status", id=str(entry_id), status="disputed", reason="The **ferry** says less.")
    card = (await room.typed("!stats harrow bay", room.member)).text
    await room.press(told, "Undo")

    assert told.title == f"#{entry_id} is disputed now"
    assert "**Disputed:** The \\*\\*ferry\\*\\* says less." in card
    assert "Disputed" not in (await room.typed("!stats harrow bay", room.member)).text


async def test_a_status_without_a_reason(room: Moderated) -> None:
    """Whoever gives no reason is asked for one, and nothing is changed."""
    entry_id = await room.add("stat")

    told = await room.slash("entry status", id=str(entry_id), status="retracted")

    assert "Say why" in told.everything
    assert "retracted" not in await shown(room, entry_id)


async def test_a_status_as_typed(room: Moderated) -> None:
    """A typed status and its reason stand in the form that the button opens."""
    entry_id = await room.add("stat")

    offered = await room.typed(f"!entry status {entry_id} disputed The ferry\nsays less.")
    form = await room.press_form(offered, f"#{entry_id}: disputed")
    told = await room.fill(form)

    assert form.values == {"status": "disputed", "reason": "The ferry\nsays less."}
    assert told.title == f"#{entry_id} is disputed now"


async def test_a_reason_too_long_for_a_button(room: Moderated) -> None:
    """A typed reason that the button has no room for is kept, also over a restart, for the one who typed it."""
    entry_id = await room.add("stat")
    reason = ("The ferry says less. " * 10).strip()

    offered = await room.typed(f"!entry status {entry_id} disputed {reason}")
    await room.restart()
    form = await room.press_form(offered, f"#{entry_id}: disputed")
    told = await room.fill(form)
    other = await room.press(offered, f"#{entry_id}: disputed", room.keeper)

    assert form.values == {"status": "disputed", "reason": reason}
    assert told.title == f"#{entry_id} is disputed now"
    assert "is gone" in other.content


async def test_a_form_without_a_reason_comes_back(room: Moderated) -> None:
    """A status form that is refused can be opened again as it was."""
    entry_id = await room.add("stat")
    offered = await room.typed(f"!entry status {entry_id} disputed")

    refused = await room.fill(await room.press_form(offered, f"#{entry_id}: disputed"))
    again = await room.press_form(refused, "Back to the form")

    assert "Say why" in refused.text
    assert again.values["status"] == "disputed"


async def test_a_long_reason_comes_back(room: Moderated) -> None:
    """A status form with a long reason that is refused can be opened again as it was, also after a restart."""
    entry_id = await room.add("stat")
    form = await room.press_form(await room.typed(f"!entry status {entry_id} disputed"), f"#{entry_id}: disputed")
    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")

    refused = await room.fill(form, reason="The ferry\nsays less. " * 90)
    await room.restart()
    await room.slash("entry restore", id=str(entry_id))
    again = await room.press_form(refused, "Back to the form")
    told = await room.fill(again)

    assert "is removed; restore it first" in refused.text
    assert again.values == {"status": "disputed", "reason": ("The ferry\nsays less. " * 90).strip()}
    assert told.title == f"#{entry_id} is disputed now"


async def test_a_status_that_is_none(room: Moderated) -> None:
    """A status that there is not, or none, is answered with those that there are, and with what to type."""
    for text in ("12 wrong", "12"):
        told = await room.typed(f"!entry status {text}")

        assert "Say which status #12 has: verified, unverified, disputed, corrected or retracted." in told.content
        assert "!entry status 12 disputed and why" in told.content
