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


class TestAliases:
    """Other names that were added here."""

    async def test_listed(self, room: Moderated) -> None:
        """Each name is listed with what it finds, who added it and when, the newest first; of one subject, its own."""
        await room.slash("entry alias add", subject="Chicago", alias="Windy *City*")
        offered = await room.typed("!entry alias add Tom Homan = Border chief", room.keeper)
        await room.fill(await room.press_form(offered, "Add another name", room.keeper), room.keeper)

        whole = await room.slash("entry alias list")
        of_one = await room.slash("entry alias list", subject="chicago")
        elsewhere = await room.slash("entry alias list", room.elsewhere.moderator)

        chief, windy = (part for part in whole.text.split("\n") if part.startswith("- "))
        assert chief.startswith(f"- “Border chief” finds Tom Homan (person), added by <@{room.keeper.id}>, <t:")
        assert windy.startswith(f"- “Windy \\*City\\*” finds Chicago (place), added by <@{room.moderator.id}>, <t:")
        assert "Windy" in of_one.text
        assert "Border chief" not in of_one.text
        assert "has added no name" in elsewhere.text
        assert whole.hidden

    async def test_a_name_of_digits(self, room: Moderated) -> None:
        """A name that is a number is a name, and not a page."""
        await room.slash("entry alias add", subject="Chicago", alias="312")

        card = await room.slash("entry alias list", subject="312")

        assert card.title == "Other names for Chicago"
        assert "“312” finds Chicago" in card.text

    async def test_pages(self, room: Moderated) -> None:
        """Each of many stands on one page, also of those of one subject."""
        for number in range(12):
            await room.slash("entry alias add", subject="Chicago", alias=f"Windy City {number}")

        first = await room.slash("entry alias list", subject="Chicago")
        second = await room.press(first, "Next")

        assert "Previous" in first.disabled
        assert "Next" in second.disabled
        listed = [part for card in (first, second) for part in card.text.split("\n") if part.startswith("- ")]
        assert [part.partition("”")[0] for part in listed] == [f"- “Windy City {n}" for n in reversed(range(12))]

    async def test_removing_is_undone(self, room: Moderated) -> None:
        """Undo gives a name back to all that it was taken from, once."""
        for subject in ("Chicago", "Tom Homan"):
            await room.slash("entry alias add", subject=subject, alias="The Windy One")
        told = await room.slash("entry alias remove", alias="the windy one")
        gone = await room.slash("entry alias list")

        undone = await room.press(told, "Undo")
        back = await room.slash("entry alias list")

        assert "has added no name" in gone.text
        assert "“The Windy One” finds Chicago and Tom Homan again." in undone.text
        assert "finds Chicago (place)" in back.text
        assert "finds Tom Homan (person)" in back.text

    async def test_adding_is_undone_alone(self, room: Moderated) -> None:
        """Undo takes a name from the subject that it was given, and leaves it with another that had it before."""
        await room.slash("entry alias add", subject="Tom Homan", alias="The Windy One")
        added = await room.slash("entry alias add", subject="Chicago", alias="The Windy One")

        undone = await room.press(added, "Undo")
        left = await room.slash("entry alias list")

        assert "“The Windy One” does not find Chicago any more." in undone.text
        assert "finds Tom Homan" in left.text
        assert "finds Chicago" not in left.text

    async def test_undone_already(self, room: Moderated) -> None:
        """What somebody else has taken back meanwhile is not taken back again."""
        added = await room.slash("entry alias add", subject="Chicago", alias="Windy City")
        await room.slash("entry alias remove", alias="Windy City")

        told = await room.press(added, "Undo")

        assert "are as they were before that change already" in told.everything

    async def test_typed(self, room: Moderated) -> None:
        """Typed, the list is a button away, also of one subject."""
        await room.slash("entry alias add", subject="Chicago", alias="Windy City")

        whole = await room.press(await room.typed("!entry alias list"), "Other names")
        of_one = await room.press(await room.typed("!entry alias list tom homan"), "Other names")

        assert "Windy City" in whole.text
        assert "has added no name for Tom Homan" in of_one.text
