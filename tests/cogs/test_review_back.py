"""The way back from a decision, and what became of an approved entry meanwhile."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE
from suggesting import Desk, suggesting

from bot.store import revisions
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


async def test_taken_back(desk: Desk) -> None:
    """An approval taken back removes the entry; approved again, it is the same entry, and the history has it all."""
    await desk.suggest()

    await desk.room.press(desk.card, "Approve")
    waiting = await desk.room.press(desk.card, "Take back", desk.room.keeper)
    gone = await desk.room.typed("!show 36")
    again = await desk.room.press(desk.card, "Approve")

    assert waiting.buttons[:3] == ("Approve", "Edit", "Reject")
    assert f"Taken back by <@{desk.room.keeper.id}>" in waiting.text
    assert f"Approved by <@{desk.room.moderator.id}>" in waiting.text
    assert "12,400" not in gone.text
    assert "It is entry `#36`." in again.text
    assert "12,400" in (await desk.room.typed("!show 36")).text
    assert [told.title for told in desk.told()] == [
        "Your suggestion was approved",
        "Your suggestion waits again",
        "Your suggestion was approved",
    ]


async def test_a_rejection_taken_back(desk: Desk) -> None:
    """A rejected suggestion waits again, and can be approved then."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Reject")
    await desk.room.fill(form, None, desk.card, reason="No.")

    await desk.room.press(desk.card, "Take back")
    done = await desk.room.press(desk.card, "Approve")

    assert "Reason" not in done.text
    assert "12,400" in (await desk.room.typed("!stats harrow bay")).text


async def test_edited_after_it_was_taken_back(desk: Desk) -> None:
    """What is approved the second time is what the reviewer sees, in the same entry."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    await desk.room.press(desk.card, "Take back")

    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Another wording.")
    await desk.room.press(draft, "Approve")

    assert "Another wording." in (await desk.room.typed("!show 36")).text


async def test_taken_back_after_an_edit(desk: Desk) -> None:
    """What waits again is what the member wrote; the reviewer's version stays in the history."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Another wording.")
    await desk.room.press(draft, "Approve")

    back = await desk.room.press(desk.card, "Take back")

    shown, lost = back.everything.split("Approving changes #36 as it was last")
    assert FIGURE["statement"] in shown
    assert "Another wording." not in shown
    assert "Another wording. → About" in lost
    async with desk.room.store.read() as conn:
        changes = await revisions.select_of(conn, desk.room.here.guild.id, "suggestion", 1, limit=9)
    assert [(change.action, change.after and change.after["statement"]) for change in changes] == [
        ("taken back", FIGURE["statement"]),
        ("approved", "Another wording."),
        ("suggested", FIGURE["statement"]),
    ]


async def test_an_entry_removed_meanwhile(desk: Desk) -> None:
    """All cards say at once that the entry was removed since, and taking the approval back is no fault."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    asked = await desk.room.slash("entry remove", id="36")
    removed = await desk.room.press(asked, "Remove")
    decided = await desk.room.pick(await desk.room.slash("review"), "Decided")
    mine = await desk.room.slash("suggestions mine", desk.member)

    for card in (desk.card, decided, mine):
        assert "Entry `#36` was removed since then." in card.text
        assert "Show #36" not in card.buttons
    await desk.room.press(removed, "Undo")
    for card in (desk.card, await desk.room.slash("suggestions mine", desk.member)):
        assert "It is entry `#36`." in card.text
    await desk.room.press(await desk.room.slash("entry remove", id="36"), "Remove")
    back = await desk.room.press(decided, "Take back")
    assert "waits" in back.title


async def test_an_entry_that_a_file_changes(desk: Desk) -> None:
    """The card shows what an import has made of the entry, and what it is once that is taken back."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    sheet = b"id,kind,status,status_reason\n36,stat,retracted,Counted twice.\n"
    dry = await desk.room.slash("data import", file=("sheet.csv", sheet))

    done = await desk.room.press(dry, "Import 1 entry")
    imported = desk.card.text
    await desk.room.press(done, "Take this import back")

    assert "Counted twice." in imported
    assert "Counted twice." not in desk.card.text


async def test_a_subject_that_is_renamed(desk: Desk) -> None:
    """The card calls the subject of the entry what it is called now."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")

    form = await desk.room.slash_form("entry subject edit", name="Harrow Bay")
    await desk.room.fill(form, None, None, name="Harrow Cove")

    assert "Harrow Cove · Crossings by ferry" in desk.card.text.replace("**", "")


async def test_an_entry_edited_meanwhile(desk: Desk) -> None:
    """What was edited since the approval is shown before it is approved once more, as that would be lost."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    form = await desk.room.slash_form("entry edit", id="36")
    await desk.room.press(await desk.room.fill(form, None, None, statement="A better wording."), "Save")

    waiting = await desk.room.press(desk.card, "Take back")
    await desk.room.press(desk.card, "Approve")
    unchanged = await desk.room.press(desk.card, "Take back")

    assert "Approving changes #36 as it was last" in waiting.text
    assert "In our words: A better wording. → About 12,400 people" in waiting.everything
    assert "Approving changes" not in unchanged.text


async def test_a_message_that_shows_the_entry(desk: Desk) -> None:
    """When an approval is taken back, the messages in which its entry stands can be corrected."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    await desk.room.typed("!show 36", desk.member)

    back = await desk.room.press(desk.card, "Take back")

    assert "Update 1 message" in back.buttons
