"""What moderators find again: the entries that were removed here, and the names that were added here."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE, Moderated, moderated

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def remove(room: Moderated, entry_id: int) -> None:
    """Remove an entry."""
    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")


class TestRemoved:
    """Entries that are removed."""

    async def test_listed_and_restored(self, room: Moderated) -> None:
        """What was removed is listed, the latest first, and is restored from there."""
        first, second = await room.add("stat"), await room.add("quote")
        await remove(room, first)
        await room.env.advance_time(5)
        await remove(room, second)

        listed = await room.slash("entry removed")
        restored = await room.pick(listed, f"#{first}")
        left = await room.slash("entry removed")

        assert [option.value for option in listed.options] == [str(second), str(first)]
        assert "about 12,400 people" in listed.text
        assert "<t:" in listed.text
        assert listed.hidden
        assert restored.title == f"Restored #{first}"
        assert FIGURE["statement"] in (await room.typed(f"!show {first}", room.member)).text
        assert [option.value for option in left.options] == [str(second)]

    async def test_none(self, room: Moderated) -> None:
        """Where nothing is removed, the list says so; what is removed elsewhere is not on it."""
        await remove(room, await room.add("stat"))

        listed = await room.slash("entry removed", room.elsewhere.moderator)

        assert "Nothing is removed" in listed.text
        assert listed.options == ()

    async def test_pages(self, room: Moderated) -> None:
        """Each of many stands on one page."""
        entry_ids = [await room.add("stat", None, figure="about 12,400 people") for _ in range(12)]
        for entry_id in entry_ids:
            await remove(room, entry_id)

        first = await room.slash("entry removed")
        second = await room.press(first, "Next")

        assert "Previous" in first.disabled
        assert "Next" in second.disabled
        assert {option.value for option in (*first.options, *second.options)} == set(map(str, entry_ids))

    async def test_a_removed_version(self, room: Moderated) -> None:
        """A version of a shared entry says of which."""
        await room.slash("entry status", id="2", status="disputed", reason="Why.")
        await room.press(await room.slash("entry remove", id="2"), "Remove")

        listed = await room.slash("entry removed")

        assert "(version of `#2`)" in listed.text

    async def test_offered_while_typing(self, room: Moderated) -> None:
        """`/entry restore` offers what is removed here by its number, name or words, to moderators of this server."""
        entry_id, kept = await room.add("stat"), await room.add("quote")
        await remove(room, entry_id)
        here, other = room.here, room.elsewhere

        found = [
            [
                choice["value"]
                for choice in await room.moderator.autocomplete(here.channel, "entry restore", "id", typed)
            ]
            for typed in ("", f"#{entry_id}", "harrow", "12,400", str(kept))
        ]
        elsewhere = await other.moderator.autocomplete(other.channel, "entry restore", "id", "harrow")

        assert found == [[str(entry_id)]] * 4 + [[]]
        assert elsewhere == []

    async def test_typed(self, room: Moderated) -> None:
        """Typed, the list is a button away."""
        await remove(room, await room.add("stat"))

        listed = await room.press(await room.typed("!entry removed"), "Removed entries")

        assert listed.title == "Removed here"
