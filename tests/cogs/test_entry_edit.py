"""Entries changed by moderators in a form, their own and shared ones, also by two of them at once."""

from __future__ import annotations

import pytest
import simcord
from moderating import CHICAGO, FIGURE, Moderated, edited, moderated, shown

from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def test_the_form_is_filled_in(room: Moderated) -> None:
    """The form of an entry holds what the entry says, and sending it as it is changes nothing."""
    entry_id = await room.add("stat")

    form = await room.slash_form("entry edit", id=f"#{entry_id}")
    draft = await room.fill(form)

    assert {key: form.values[key] for key in FIGURE} == FIGURE
    assert "Changes" not in draft.text


async def test_an_own_entry_is_edited(room: Moderated) -> None:
    """The draft shows what changes, the entry keeps its number, and Undo brings the old words back."""
    entry_id = await room.add("stat")
    form = await room.slash_form("entry edit", id=str(entry_id))

    draft = await room.fill(form, statement="Some 12,400 people cross the bay each week.")
    saved = await room.press(draft, "Save")
    after = await shown(room, entry_id)
    undone = await room.press(saved, "Undo")

    assert "In our words: **About** 12,400" in draft.text
    assert saved.title == f"Saved as #{entry_id}"
    assert "Some 12,400 people" in after
    assert "as it was before" in undone.title
    assert "About 12,400 people" in await shown(room, entry_id)


async def test_a_shared_entry_is_corrected_here(room: Moderated) -> None:
    """Editing an entry of a pack makes this server's version; other servers keep the pack's."""
    saved = await edited(room, CHICAGO, statement="Our own words about Chicago.")
    here = (await room.typed("!stats chicago", room.member)).text
    there = (await room.typed("!stats chicago", room.elsewhere.member)).text

    assert f"this server’s version of #{CHICAGO}" in saved.title
    assert "Our own words about Chicago." in here
    assert "Our own words about Chicago." not in there


async def test_undoing_a_correction(room: Moderated) -> None:
    """Undo of a correction brings the pack's version back."""
    saved = await edited(room, CHICAGO, statement="Our own words about Chicago.")

    undone = await room.press(saved, "Undo")

    assert f"#{CHICAGO} is shown as its pack has it" in undone.title
    assert "Our own words" not in (await room.typed("!stats chicago", room.member)).text


async def test_a_long_entry_in_a_draft(room: Moderated) -> None:
    """A draft that has to shorten the entry does not send to the stored one, which says something else."""
    entry_id = await room.add("stat")

    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, statement="word " * 700)

    assert "Shortened here, not when saved." in draft.text
    assert "has it in full" not in draft.text


async def test_two_edit_at_once(room: Moderated) -> None:
    """The slower of two is told who was faster, sees what their draft would change now, and may save it then."""
    entry_id = await room.add("stat")
    mine = await room.slash_form("entry edit", id=str(entry_id))
    draft = await room.fill(mine, statement="My words.")
    offered = await room.typed(f"!entry edit {entry_id}", room.keeper)
    theirs = await room.press_form(offered, f"Edit #{entry_id}", room.keeper)
    their_draft = await room.fill(theirs, room.keeper, None, statement="Their words.")
    await room.press(their_draft, "Save", room.keeper)

    refused = await room.press(draft, "Save")
    again = await room.press(refused, "Go on with my draft")
    saved = await room.press(again, "Save")

    assert f"<@{room.keeper.id}>" in refused.text
    assert "In our words: **Their** words. → **My** words." in again.text
    assert saved.title == f"Saved as #{entry_id}"
    assert "My words." in await shown(room, entry_id)


async def test_two_edit_different_fields(room: Moderated) -> None:
    """What the slower of two did not touch stays as the faster has it: before, and after going on with the draft."""
    entry_id = await room.add("stat")
    mine = await room.slash_form("entry edit", id=str(entry_id))
    offered = await room.typed(f"!entry edit {entry_id}", room.keeper)
    theirs = await room.press_form(offered, f"Edit #{entry_id}", room.keeper)
    await room.press(await room.fill(theirs, room.keeper, None, statement="One."), "Save", room.keeper)
    offered = await room.typed(f"!entry status {entry_id} disputed Counted twice.", room.keeper)
    await room.fill(await room.press_form(offered, f"#{entry_id}: disputed", room.keeper), room.keeper)

    draft = await room.fill(mine, about="Chicago")
    refused = await room.press(draft, "Save")
    again = await room.press(refused, "Go on with my draft")
    saved = await room.press(again, "Save")

    for card in (draft, again):
        assert "- About: Harrow Bay → Chicago" in card.text
        assert "One." not in card.text.partition("Changes")[2]
        assert "Status" not in card.text.partition("Changes")[2]
    assert f"<@{room.keeper.id}>" in refused.text
    assert "both" not in refused.text
    assert saved.title == f"Saved as #{entry_id}"
    after = await shown(room, entry_id)
    assert "One." in after
    assert "Chicago" in after
    assert "Counted twice." in after


async def test_two_edit_one_field(room: Moderated) -> None:
    """Where both changed a field, that is named, and the slower one decides once they have seen it."""
    entry_id = await room.add("stat")
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, statement="Mine.")
    await edited(room, entry_id, statement="Theirs.", about="Chicago")

    refused = await room.press(draft, "Save")
    again = await room.press(refused, "Go on with my draft")

    assert "You both changed “In our words”" in refused.text
    assert "About" not in refused.text
    assert "In our words: Theirs. → Mine." in again.text
    assert "- About" not in again.text


async def test_two_correct_at_once(room: Moderated) -> None:
    """Of two who edit the same shared entry, the slower is told, and there is one correction in the end."""
    mine = await room.slash_form("entry edit", id=str(CHICAGO))
    draft = await room.fill(mine, statement="My words.")
    await edited(room, CHICAGO, statement="Their words.")

    refused = await room.press(draft, "Save")
    look = next(label for label in refused.buttons if label.startswith("Look at"))
    looked = await room.press(refused, look)
    again = await room.press(refused, "Go on with my draft")
    saved = await room.press(again, "Save")

    assert "changed meanwhile" in refused.title
    assert "Their words." in looked.text
    assert "In our words: **Their** words. → **My** words." in again.text
    assert f"this server’s version of #{CHICAGO}" in saved.title
    assert "My words." in (await room.typed("!stats chicago", room.member)).text


async def test_entries_are_offered_while_typing(room: Moderated) -> None:
    """A number or words offer entries that this server sees, and nothing to another one."""
    entry_id = await room.add("stat")
    here, other = room.here.channel, room.elsewhere

    by_number = await room.moderator.autocomplete(here, "entry edit", "id", f"#{entry_id}")
    by_words = await room.moderator.autocomplete(here, "entry edit", "id", "harrow")
    elsewhere = await other.moderator.autocomplete(other.channel, "entry edit", "id", str(entry_id))

    assert [choice["value"] for choice in by_number] == [str(entry_id)]
    assert [choice["value"] for choice in by_words] == [str(entry_id)]
    assert elsewhere == []


@pytest.mark.parametrize("command", ["edit", "remove", "restore", "history", "hide", "unhide"])
async def test_another_server_s_entry(room: Moderated, command: str) -> None:
    """An entry of another server is answered like one that there is not."""
    entry_id = await room.add("stat")

    told = await room.slash(f"entry {command}", room.elsewhere.moderator, id=str(entry_id))

    assert told.content == f"There is no entry #{entry_id} in this server."


async def test_another_server_s_change(room: Moderated) -> None:
    """A change in another server cannot be undone or reverted by its id."""
    await room.add("stat")

    for name in ("entry.undo", "entry.revert.yes"):
        planted = await room.plant(custom_id(Action(name, 1)), room.elsewhere)
        told = await room.press(planted, "Press", room.elsewhere.moderator)

        assert "no such change" in told.content


async def test_undo_after_another_change(room: Moderated) -> None:
    """Undo takes back the last change only; after another one the history is pointed to."""
    entry_id = await room.add("stat")
    first = await edited(room, entry_id, statement="First words.")
    await edited(room, entry_id, statement="Second words.")

    told = await room.press(first, "Undo")

    assert "changed again since" in told.content
    assert "Second words." in await shown(room, entry_id)


@pytest.mark.parametrize("verb", ["edit", "remove", "restore", "status", "history", "hide", "unhide"])
async def test_a_number_that_nothing_has(room: Moderated, verb: str) -> None:
    """As typed, a number of nothing is answered at once and not only after the press."""
    told = await room.typed(f"!entry {verb} 999{' disputed' if verb == 'status' else ''}")

    assert "There is no entry #999 in this server." in told.everything
    assert told.buttons == ()


async def test_what_was_posted_can_follow(room: Moderated) -> None:
    """The card of a change says in how many messages the entry still stands as it was, and leads on from there."""
    entry_id = await room.add("stat")
    before = await edited(room, entry_id, statement="First words.")
    await room.typed("!stats harrow bay", room.member)
    await room.typed(f"!show {entry_id}", room.member)

    saved = await edited(room, entry_id, statement="Second words.")
    offered = await room.press(saved, "Update 2 messages")

    assert before.buttons == ("Show", "Undo")
    assert "2 messages here still show it" in saved.footer
    assert f"#{entry_id}" in offered.text
