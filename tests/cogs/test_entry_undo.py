"""What a moderator takes back with Undo: what they have done, and nothing that somebody else did."""

from __future__ import annotations

import pytest
import simcord
from moderating import CHICAGO, Moderated, moderated
from newsroom import Seen

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def keeper_edits(room: Moderated, entry_id: int, **fields: str) -> None:
    """Let the other moderator change an entry."""
    offered = await room.typed(f"!entry edit {entry_id}", room.keeper)
    form = await room.press_form(offered, f"Edit #{entry_id}", room.keeper)
    await room.press(await room.fill(form, room.keeper, None, **fields), "Save", room.keeper)


async def saved_as_it_was(room: Moderated, entry_id: int) -> Seen:
    """Open the form of an entry, send it as it is, and save."""
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)))
    return await room.press(draft, "Save")


async def test_an_edit_that_changes_nothing(room: Moderated) -> None:
    """Whoever saves an entry as it is has nothing to undo: the last change is somebody else's."""
    entry_id = await room.add("stat")
    await keeper_edits(room, entry_id, statement="The keeper’s good sentence.")

    saved = await saved_as_it_was(room, entry_id)

    assert saved.title == f"Nothing to save: #{entry_id} is like this already"
    assert saved.buttons == ("Show",)
    assert "The keeper’s good sentence." in (await room.typed(f"!show {entry_id}", room.member)).text


async def test_a_shared_entry_saved_as_it_is(room: Moderated) -> None:
    """A shared entry that nothing was changed in stays the pack's, and there is nothing to undo."""
    saved = await saved_as_it_was(room, CHICAGO)

    assert saved.title == f"Nothing to save: #{CHICAGO} is like this already"
    assert "Undo" not in saved.buttons


async def test_a_status_that_it_has(room: Moderated) -> None:
    """Giving an entry the status that it has changes nothing and takes nothing back."""
    entry_id = await room.add("stat")
    await keeper_edits(room, entry_id, statement="The keeper’s good sentence.")

    for id_ in (entry_id, CHICAGO):
        told = await room.slash("entry status", id=str(id_), status="verified")

        assert told.title == f"Nothing to save: #{id_} is like this already"
        assert "Undo" not in told.buttons


async def test_nothing_to_save_offers_no_update(room: Moderated) -> None:
    """Where nothing was changed, no message shows it otherwise."""
    entry_id = await room.add("stat")
    await room.typed(f"!show {entry_id}", room.member)

    saved = await saved_as_it_was(room, entry_id)

    assert saved.buttons == ("Show",)
    assert saved.footer == ""


async def test_undo_of_undo(room: Moderated) -> None:
    """What was undone can be done again in the same way, as long as nobody changed it meanwhile."""
    entry_id = await room.add("stat")
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, statement="Mine.")
    saved = await room.press(draft, "Save")

    undone = await room.press(saved, "Undo")
    again = await room.press(undone, "Undo")
    mine = (await room.typed(f"!show {entry_id}", room.member)).text
    await keeper_edits(room, entry_id, statement="The keeper’s.")
    refused = await room.press(again, "Undo")

    assert "Mine." in mine
    assert "changed again since then" in refused.content
    assert "The keeper’s." in (await room.typed(f"!show {entry_id}", room.member)).text
