"""`/privacy` as a person uses it: seeing what is stored about oneself, getting a copy, and having it erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import simcord
from moderating import QUOTATION, Moderated, moderated, opened
from newsroom import Seen, seen
from suggesting import Desk, suggesting

from bot.servers import privacy
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

WORDS = "Nobody here has ever seen two ferries at once."


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, moderators and members."""
    return await suggesting(simcord_env, store)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with the bot."""
    return await moderated(simcord_env, store)


async def quote(room: Moderated) -> int:
    """Let the moderator save a message of the member as a quotation, and return the entry's id."""
    sent = await room.member.send(room.here.channel, WORDS)
    result = await room.moderator.context_menu(room.here.channel, "Save as quote", sent)

    form = opened(result)
    draft = await room.fill(form, None, None, about="Harrow Bay", statement="A member on ferries.")
    saved = await room.press(draft, next(label for label in draft.buttons if label.startswith("Save")))
    assert saved.title.startswith("Saved as #"), saved.everything
    return int(saved.title.removeprefix("Saved as #"))


async def private(room: Moderated, name: str = "privacy") -> Seen:
    """Use the command in a direct message to the bot."""
    return seen(await room.member.user.slash(name))


async def test_nothing(room: Moderated) -> None:
    """Whoever never did anything is told so, and there is nothing to copy or to erase."""
    card = await room.slash("privacy", room.member)

    assert card.hidden
    assert card.text.startswith("Nothing.")
    assert card.buttons == ()


async def test_what_is_stored(desk: Desk) -> None:
    """The card counts what is stored, to the person alone, and names entries by their numbers."""
    entry_id = await quote(desk.room)
    await desk.suggest()

    card = await desk.room.slash("privacy", desk.member)

    assert card.hidden
    assert f"Messages of yours saved as quotations: 1 (#{entry_id})" in card.everything.replace("`", "")
    assert "Suggestions of yours: 1 (1 waiting)" in card.everything
    assert card.buttons == ("Get a copy", "Erase …")


async def test_others_see_their_own(room: Moderated) -> None:
    """The button of a typed command shows whoever presses it what is stored about themselves."""
    await quote(room)
    offered = await room.typed("!privacy", room.member)
    [label] = offered.buttons

    mine = await room.press(offered, label, room.member)
    theirs = await room.press(offered, label, room.keeper)

    assert mine.hidden
    assert "saved as quotations" in mine.text
    assert theirs.hidden
    assert theirs.text.startswith("Nothing.")


async def test_copy(room: Moderated) -> None:
    """The copy is a file that only the person sees, and it holds the words of their message."""
    entry_id = await quote(room)
    card = await room.slash("privacy", room.member)

    result = await room.member.click(card.message, label="Get a copy")

    answer = seen(result)
    assert answer.hidden
    [file] = answer.files
    copied = json.loads(await file.read())
    [quotation] = copied["quotations"]
    assert (quotation["entry"], quotation["words"], quotation["source_text"]) == (entry_id, WORDS, WORDS)
    assert quotation["server"] == str(room.here.guild.id)


async def test_erasing(room: Moderated) -> None:
    """It asks first and says what goes; then the quotation is gone, its number stays, and nobody can bring it back."""
    entry_id = await quote(room)
    shown = await room.typed(f"!show {entry_id}")
    card = await room.slash("privacy", room.member)

    asked = await room.press(card, "Erase …", room.member)
    assert "1 quotation of your messages" in asked.everything
    assert "cannot be taken back" in asked.everything
    done = await room.press(asked, "Erase for good", room.member)

    assert done.title == "Erased"
    assert f"#{entry_id}" in done.text
    assert (await room.slash("privacy", room.member)).text.startswith("Nothing.")
    assert WORDS not in room.now(shown).everything
    assert f"Removed: #{entry_id}" in room.now(shown).everything
    history = await room.slash("entry history", id=str(entry_id))
    assert "somebody whose data was erased" in history.text
    assert WORDS not in history.everything
    refused = await room.slash("entry restore", id=str(entry_id))
    assert "Nothing of it is left" in refused.everything


async def test_keeping(room: Moderated) -> None:
    """Whoever is asked can leave everything as it is."""
    await quote(room)
    card = await room.slash("privacy", room.member)
    asked = await room.press(card, "Erase …", room.member)

    back = await room.press(asked, "Keep it", room.member)

    assert back.text == card.text


async def test_entries_stay_without_the_name(room: Moderated) -> None:
    """Of whoever added an entry, it says that their data was erased; the entry stays."""
    entry_id = await room.add("quote", None, **QUOTATION)
    card = await room.slash("privacy")

    await room.press(await room.press(card, "Erase …"), "Erase for good")

    shown = await room.slash("show", room.member, id=str(entry_id))
    assert "somebody whose data was erased" in shown.text
    assert QUOTATION["words"].rstrip(",") in shown.text
    assert "somebody whose data was erased" in (await room.slash("entry history", id=str(entry_id))).text


async def test_suggestions(desk: Desk) -> None:
    """A suggestion that waits is withdrawn, and its card in the review channel has its text no longer."""
    await desk.suggest("figure")
    assert "12,400" in desk.card.everything
    card = await desk.room.slash("privacy", desk.member)

    await desk.room.press(await desk.room.press(card, "Erase …", desk.member), "Erase for good", desk.member)

    assert "12,400" not in desk.card.everything
    assert "withdrawn" in desk.card.title
    assert "somebody whose data was erased" in desk.card.everything
    assert "nothing here" in (await desk.room.slash("suggestions mine", desk.member)).text


async def erase(room: Moderated) -> None:
    """Let the member have everything erased."""
    asked = await room.press(await room.slash("privacy", room.member), "Erase …", room.member)
    assert (await room.press(asked, "Erase for good", room.member)).title == "Erased"


async def test_others_drafts_of_it(desk: Desk) -> None:
    """What moderators had begun to write on top of a message or of a suggestion goes with it."""
    room = desk.room
    entry_id = await quote(room)
    await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, statement="Put otherwise.")
    await desk.suggest("event")
    await room.fill(await room.press_form(desk.card, "Edit"), None, None, statement="The council voted.")
    begun = await room.slash("entry drafts")
    assert len(begun.options) == 2

    await erase(room)

    assert (await room.slash("entry drafts")).text.startswith("You have no drafts here.")


async def test_what_was_told_of_changes(room: Moderated) -> None:
    """A reply that told readers what had changed in a quotation shows the words no longer, and is no card of it."""
    entry_id = await quote(room)
    await room.typed(f"!show {entry_id}", room.member)
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, words=WORDS[:-1])
    saved = await room.press(draft, "Save")
    offer = await room.press(saved, "Update 1 message")
    replied = await room.press(offer, "Reply with what changed")
    told = next(one for one in map(seen, room.here.channel.history()) if one.title == f"Correction to #{entry_id}")
    assert WORDS in told.everything

    await room.press(replied, "Update them")
    again = await room.slash("entry status", id=str(entry_id), status="disputed", reason="A test.")
    await erase(room)

    assert "Update 1 message" in again.buttons
    assert f"Removed: #{entry_id}" in room.now(told).everything
    assert WORDS[:-1] not in room.now(told).everything


async def test_a_stop_in_between(room: Moderated) -> None:
    """Where the bot is stopped before it has corrected what shows an erased message, it does so after its start."""
    entry_id = await quote(room)
    shown = await room.typed(f"!show {entry_id}", room.member)
    await room.slash("privacy", room.member)
    await privacy.erase(room.store, room.member.id, room.here.guild.id, datetime(2026, 1, 1, tzinfo=UTC))
    assert WORDS in room.now(shown).everything

    await room.restart()
    await room.env.settle()

    assert f"Removed: #{entry_id}" in room.now(shown).everything
    assert WORDS not in room.now(shown).everything
    changed = len(room.env.http_requests)
    await room.env.advance_time(24 * 60 * 60 + 1)
    assert [one.path for one in room.env.http_requests[changed:] if one.method == "PATCH"] == []


async def test_others_forms_on_the_name(room: Moderated) -> None:
    """A form in which a moderator was renaming the member as a speaker is not kept."""
    await quote(room)
    [choice] = await room.moderator.autocomplete(room.here.channel, "entry subject edit", "name", room.member.user.name)
    form = await room.slash_form("entry subject edit", name=choice["value"])
    refused = await room.fill(form, None, None, name=f"{form.values['name']}; or so")
    assert (await room.press_form(refused, "Back to the form")).values["name"] == f"{form.values['name']}; or so"

    await erase(room)

    assert "What was typed here is gone." in (await room.press(refused, "Back to the form")).everything


async def test_in_private(room: Moderated) -> None:
    """In a direct message it is of all servers, also for whoever has left the server meanwhile."""
    await quote(room)
    await room.slash("entry hidden", room.moderator)
    card = await private(room)
    assert card.title == "What is stored about you, in all servers"
    assert "saved as quotations: 1" in card.everything

    asked = seen(await room.member.user.click(card.message, label="Erase …"))
    assert "in all servers?" in asked.title
    done = seen(await room.member.user.click(asked.message, label="Erase for good"))

    assert done.title == "Erased"
    assert "Your Discord id is not stored in any server any more." in done.text
    assert (await private(room)).text.startswith("Nothing.")


async def test_elsewhere(room: Moderated) -> None:
    """Another server's data is not shown, only that there is some, and where to ask."""
    await quote(room)
    there = room.elsewhere.guild.add_member(room.member.user)

    card = seen(await there.slash(room.elsewhere.channel, "privacy"))

    assert card.text.startswith("Nothing.")
    assert "1 other server holds something about you too." in card.text
