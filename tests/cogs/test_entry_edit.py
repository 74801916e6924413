"""Entries changed by moderators: edited, removed, restored, given a status, hidden, and found by other names."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE, Moderated, moderated
from newsroom import Seen

from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

CHICAGO = 2
"""A figure of the pack that comes with the bot."""


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def edited(room: Moderated, entry_id: int, **fields: str) -> Seen:
    """Edit an entry through its first form, and return what is shown once it is saved."""
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, **fields)
    return await room.press(draft, next(label for label in draft.buttons if label.startswith("Save")))


async def shown(room: Moderated, entry_id: int) -> str:
    """Return what a member reads when they look at an entry."""
    return (await room.typed(f"!show {entry_id}", room.member)).everything


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


async def test_removed_and_back(room: Moderated) -> None:
    """Removing asks first; Undo, and the command restore, bring the entry back under its number."""
    entry_id = await room.add("stat")

    asked = await room.slash("entry remove", id=str(entry_id))
    before = await shown(room, entry_id)
    removed = await room.press(asked, "Remove")
    gone = await shown(room, entry_id)
    await room.press(removed, "Undo")
    back = await shown(room, entry_id)
    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")
    restored = await room.slash("entry restore", id=str(entry_id))

    assert asked.title == f"Remove #{entry_id}?"
    assert removed.title == f"Removed #{entry_id}"
    assert "about 12,400 people" in before
    assert "about 12,400 people" not in gone
    assert "about 12,400 people" in back
    assert restored.title == f"Restored #{entry_id}"


async def test_not_removed(room: Moderated) -> None:
    """Cancel changes nothing."""
    entry_id = await room.add("stat")

    told = await room.press(await room.slash("entry remove", id=str(entry_id)), "Cancel")

    assert "Nothing was changed" in told.text
    assert "about 12,400 people" in await shown(room, entry_id)


async def test_a_shared_entry_is_not_removed(room: Moderated) -> None:
    """Whoever would remove an entry of a pack is told to hide it."""
    told = await room.slash("entry remove", id=str(CHICAGO))

    assert f"/entry hide {CHICAGO}" in told.content


async def test_removing_a_correction(room: Moderated) -> None:
    """Without its correction, the pack's version is shown again."""
    await edited(room, CHICAGO, statement="Our own words about Chicago.")

    removed = await room.press(await room.slash("entry remove", id=str(CHICAGO)), "Remove")

    assert f"#{CHICAGO} is shown as its pack has it" in removed.title
    assert "Our own words" not in (await room.typed("!stats chicago", room.member)).text


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


async def test_hidden_and_shown_again(room: Moderated) -> None:
    """A hidden entry is seen in other servers only, is listed, and can be shown again from the list."""
    hidden = await room.slash("entry hide", id=str(CHICAGO))
    here = (await room.typed("!stats chicago", room.member)).text
    there = (await room.typed("!stats chicago", room.elsewhere.member)).text
    listed = await room.slash("entry hidden")
    again = await room.pick(listed, f"#{CHICAGO}")

    assert hidden.title == f"#{CHICAGO} is hidden here"
    assert "257,000" not in here
    assert "257,000" in there
    assert f"#{CHICAGO}" in listed.text
    assert again.title == f"#{CHICAGO} is shown again"
    assert "257,000" in (await room.typed("!stats chicago", room.member)).text


async def test_unhiding_by_number(room: Moderated) -> None:
    """What is hidden is offered while typing to moderators of that server, and shown again by its number."""
    await room.slash("entry hide", id=str(CHICAGO))
    here, other = room.here.channel, room.elsewhere

    offered = await room.moderator.autocomplete(here, "entry unhide", "id", "chic")
    elsewhere = await other.moderator.autocomplete(other.channel, "entry unhide", "id", "chic")
    told = await room.slash("entry unhide", id=str(CHICAGO))
    twice = await room.slash("entry unhide", id=str(CHICAGO))

    assert [choice["value"] for choice in offered] == [str(CHICAGO)]
    assert elsewhere == []
    assert told.title == f"#{CHICAGO} is shown again"
    assert "not hidden" in twice.content


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


async def test_an_alias(room: Moderated) -> None:
    """Another name finds the subject in this server only, until it is taken away."""
    await room.slash("entry alias add", subject="Chicago", alias="Windy City")
    here = (await room.typed("!stats windy city", room.member)).everything
    there = (await room.typed("!stats windy city", room.elsewhere.member)).everything
    offered = await room.moderator.autocomplete(room.here.channel, "entry alias remove", "alias", "win")
    told = await room.slash("entry alias remove", alias="windy city")

    assert "257,000" in here
    assert "257,000" not in there
    assert [choice["value"] for choice in offered] == ["Windy City"]
    assert "“windy city” is no other name of anything in this server any more." in told.text
    assert "257,000" not in (await room.typed("!stats windy city", room.member)).everything


async def test_an_alias_as_typed(room: Moderated) -> None:
    """The button opens a form with both names, and one that is refused can be opened again."""
    offered = await room.typed("!entry alias add chicago = windy city")
    form = await room.press_form(offered, "Add another name")
    told = await room.fill(form)
    undone = await room.press(told, "Undo")

    assert form.values == {"subject": "chicago", "alias": "windy city"}
    assert "windy city" in told.text
    assert "“windy city” does not find Chicago any more." in undone.text


async def test_long_names_come_back(room: Moderated) -> None:
    """A form with names that fill it is kept when it is refused, and so is what was typed of them."""
    subject, alias = "Atlantis " * 10, "Windy City " * 9

    refused = await room.slash("entry alias add", subject=subject, alias=alias)
    again = await room.press_form(refused, "Back to the form")
    typed = await room.typed(f"!entry alias add {subject} = {alias}")
    form = await room.press_form(typed, "Add another name")

    assert again.values == {"subject": subject.strip(), "alias": alias.strip()} == form.values


async def test_an_alias_that_is_a_name(room: Moderated) -> None:
    """What is the name of one subject does not become another's: whoever types it means that one."""
    told = await room.slash("entry alias add", subject="Chicago", alias="city of los angeles")

    assert "“city of los angeles” is the name of a place here, so that it cannot stand for Chicago." in told.everything
    assert "257,000" not in (await room.typed("!stats city of los angeles", room.member)).everything


async def test_an_alias_of_two(room: Moderated) -> None:
    """An alias may have several meanings; who gives it another is told the first."""
    told = await room.slash("entry alias add", subject="Chicago", alias="los angeles")

    assert "It finds Los Angeles County, City of Los Angeles too, as before." in told.everything


async def test_an_alias_of_nobody(room: Moderated) -> None:
    """A subject that is not known is a fault that says so."""
    told = await room.slash("entry alias add", subject="Atlantis Harbor", alias="Windy City")

    assert "Atlantis Harbor" in told.everything


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (("entry remove", "Remove"), "Moderators of this server have removed #{0}; /entry restore {0} brings it back."),
        (("entry hide", ""), "Moderators of this server have hidden #{0}; /entry unhide {0} shows it again."),
    ],
)
async def test_show_of_what_is_gone(room: Moderated, done: tuple[str, str], said: str) -> None:
    """Who asks for an entry that moderators took away is told so, and nothing of it; another server knows nothing."""
    command, button = done
    entry_id = await room.add("stat") if button else 2
    card = await room.slash(command, id=f"#{entry_id}")
    if button:
        await room.press(card, button)

    told = await room.typed(f"!show {entry_id}", room.member)
    there = await room.typed(f"!show {entry_id}", room.elsewhere.member)

    assert said.format(entry_id) in told.everything
    assert FIGURE["statement"] not in told.everything
    assert "Moderators of this server" not in there.everything


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
