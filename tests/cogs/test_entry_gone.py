"""Entries that moderators remove or hide, and show again; what people read of them meanwhile."""

from __future__ import annotations

import pytest
import simcord
from moderating import CHICAGO, FIGURE, Moderated, edited, moderated, shown

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


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
