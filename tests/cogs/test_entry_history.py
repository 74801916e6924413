"""The history of an entry as moderators see it, and the way back to before each change."""

from __future__ import annotations

import discord
import pytest
import simcord
from moderating import Moderated, moderated
from newsroom import Seen

from bot.model import Actor
from bot.moderating import moderation
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def edit(room: Moderated, entry_id: int, **fields: str) -> Seen:
    """Edit an entry through its first form."""
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, **fields)
    return await room.press(draft, "Save")


async def statement(room: Moderated, entry_id: int) -> str:
    """Return what a member reads in the card of an entry."""
    return (await room.typed(f"!show {entry_id}", room.member)).text


async def test_who_what_and_when(room: Moderated) -> None:
    """Each change names its person, its time, and each field before and after, the newest change first."""
    entry_id = await room.add("stat")
    await edit(room, entry_id, statement="About 12,400 people cross the bay every week.")
    await room.slash("entry status", id=str(entry_id), status="disputed", reason="Counted twice.")

    card = await room.slash("entry history", id=str(entry_id))

    assert card.hidden
    status, words, added = card.text.split("\n\n")
    assert f"by <@{room.moderator.id}>, <t:1767225600:f>" in status
    assert "- Status: verified → disputed" in status
    assert "Counted twice." in status
    assert "the bay **each** week. → " in words
    assert "the bay **every** week." in words
    assert added.startswith("**Added** by")


async def test_an_entry_that_nobody_changed(room: Moderated) -> None:
    """The history of a pack's entry says that nobody has changed it."""
    card = await room.slash("entry history", id="1")

    assert "Nobody in this server has changed this entry" in card.text


async def test_a_long_text_is_clipped_around_the_difference(room: Moderated) -> None:
    """Of two long texts that differ in a word, the history shows that word."""
    start, end = "word " * 300, " end" * 300
    entry_id = await room.add("stat")
    await edit(room, entry_id, statement=f"{start}old{end}")
    await edit(room, entry_id, statement=f"{start}new{end}")

    card = await room.slash("entry history", id=str(entry_id))

    assert "**old**" in card.text
    assert "**new**" in card.text
    assert len(card.text) <= 4096


@pytest.mark.parametrize(("changed", "said"), [(7, "- and 1 more field"), (8, "- and 2 more fields")])
async def test_more_fields_than_are_shown(room: Moderated, changed: int, said: str) -> None:
    """Of many changed fields the first are shown, and the rest is counted in good English."""
    entry_id = await room.add("stat")
    fields = {
        "statement": "About 12,400 of them.",
        "note": "A note.",
        "as_of": "2024",
        "counted_by": "Harbor Survey Office",
        "basis": "count",
        "out_of": "about 12,400 people",
        "about": "Chicago",
        "measure": "Ferries",
    }
    async with room.store.write() as conn:
        actor = Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset())
        given = dict(list(fields.items())[:changed])
        await moderation.edit(conn, actor, entry_id, given, discord.utils.utcnow())

    card = await room.slash("entry history", id=str(entry_id))

    assert said in card.text.split("\n\n")[0].split("\n")


async def test_back_to_before(room: Moderated) -> None:
    """The menu asks first, shows what would change, and goes back also beyond later changes."""
    entry_id = await room.add("stat")
    await edit(room, entry_id, statement="First words.")
    await edit(room, entry_id, statement="Second words.")
    card = await room.slash("entry history", id=str(entry_id))
    first = card.options[1]  # newest first

    asked = room.after(card, await room.moderator.select(card.message, [first.value]), room.moderator)
    unchanged = await statement(room, entry_id)
    done = await room.press(asked, "Go back")

    assert first.description == "In our words: About 12,400 people cross the bay each week."
    assert "Second words" in asked.text
    assert "Second words." in unchanged
    assert "is as it was before" in done.title
    assert "About 12,400 people cross the bay each week." in await statement(room, entry_id)


async def test_cancel_leads_back_to_the_history(room: Moderated) -> None:
    """Whoever does not go back sees the history again, and nothing has changed."""
    entry_id = await room.add("stat")
    await edit(room, entry_id, statement="First words.")
    card = await room.slash("entry history", id=str(entry_id))
    asked = await room.pick(card, "Before it was edited")

    again = await room.press(asked, "Cancel")

    assert again.title == card.title
    assert again.text == card.text


async def test_before_it_was_added(room: Moderated) -> None:
    """Going back to before an entry was added removes it, and that can be undone."""
    entry_id = await room.add("stat")
    card = await room.slash("entry history", id=str(entry_id))

    done = await room.press(await room.pick(card, "Before it was added"), "Go back")
    gone = await room.typed(f"!show {entry_id}", room.member)
    await room.press(done, "Undo")

    assert done.title == f"Done: #{entry_id} is removed"
    assert "About 12,400" not in gone.everything
    assert "About 12,400" in await statement(room, entry_id)


async def test_pages(room: Moderated) -> None:
    """A long history has pages; each change stands on one of them, and the same one is shown after a restart."""
    entry_id = await room.add("stat")
    for number in range(7):
        await edit(room, entry_id, statement=f"Words number {number}.")

    first = await room.slash("entry history", id=str(entry_id))
    await room.restart()
    second = await room.press(first, "Next")

    assert "Page 1 of 2" in first.footer
    assert "Previous" in first.disabled
    assert "Page 2 of 2" in second.footer
    assert "Next" in second.disabled
    assert len({option.value for option in (*first.options, *second.options)}) == 8


async def test_for_moderators_alone(room: Moderated) -> None:
    """A member is refused the history, which names who moderates."""
    entry_id = await room.add("stat")
    offered = await room.typed(f"!entry history {entry_id}")

    told = await room.press(offered, f"History of #{entry_id}", room.member)

    assert "Manage Server" in told.content


async def test_a_shared_entry_and_its_versions(room: Moderated) -> None:
    """All that was done here to a shared entry and to its versions is one history, by whichever number it is asked."""
    first = number(await edit(room, 1, statement="Our first words."))
    await room.press(await room.slash("entry remove", id=str(first)), "Remove")
    alone = await room.slash("entry history", id="1")
    await room.press(await room.slash("entry hide", id="1"), "Undo")
    second = number(await edit(room, 1, statement="Our second words."))

    cards = [await room.slash("entry history", id=str(id_)) for id_ in (1, first, second)]

    assert "Nobody" not in alone.text
    for card in cards:
        assert card.title == "History of #1"
        told = [part.partition(" by ")[0] for part in card.text.split("\n\n")]
        assert told == [
            f"**Edited** (`#{second}`)",
            "**Shown again** (`#1`)",
            "**Hidden** (`#1`)",
            f"**Removed** (`#{first}`)",
            f"**Edited** (`#{first}`)",
        ]
    assert "Our second words." in cards[0].text
    assert "Our first words." in cards[0].text


async def test_back_to_a_former_version(room: Moderated) -> None:
    """A version that was taken back comes back from the history of the shared entry."""
    first = number(await edit(room, 1, statement="Our first words."))
    await room.press(await room.slash("entry remove", id=str(first)), "Remove")
    card = await room.slash("entry history", id="1")

    asked = await room.pick(card, "Before it was removed")
    done = await room.press(asked, "Go back")

    assert asked.title == f"Go back to before this change of #{first}?"
    assert "It is removed now, and would be there again" in asked.text
    assert done.title == f"Done: #{first} is as it was before"
    assert "Our first words." in await statement(room, 1)


async def test_what_another_version_keeps_out(room: Moderated) -> None:
    """Where another version is shown, no way back is offered that would be refused: it is said what to do first."""
    await room.slash("entry hide", id="1")
    await room.slash("entry unhide", id="1")
    first = number(await edit(room, 1, statement="Our first words."))
    await room.press(await room.slash("entry remove", id=str(first)), "Remove")
    second = number(await edit(room, 1, statement="Our second words."))
    card = await room.slash("entry history", id="1")

    for before in ("Before it was removed", "Before it was shown again", "Before it was hidden"):
        refused = await room.pick(card, before)

        assert refused.content == f"\\#1 is corrected by #{second} now; remove #{second} first."
    assert room.now(card).title == "History of #1"


async def test_another_server_has_its_own_history(room: Moderated) -> None:
    """What this server did to a shared entry is no history elsewhere."""
    await edit(room, 1, statement="Our own words.")

    card = await room.slash("entry history", room.elsewhere.moderator, id="1")

    assert "Nobody in this server has changed this entry" in card.text


async def test_hidden_and_shown_again(room: Moderated) -> None:
    """The menu says of a hidden entry that it was hidden, and what going back would do."""
    await room.slash("entry hide", id="1")
    hidden = await room.slash("entry history", id="1")
    unhiding = await room.pick(hidden, "Before it was hidden")
    await room.slash("entry unhide", id="1")
    shown = await room.slash("entry history", id="1")
    asked = await room.pick(shown, "Before it was shown again")
    same = await room.pick(await room.slash("entry history", id="1"), "Before it was hidden")

    done = await room.press(asked, "Go back")

    assert "It is hidden here now, and would be shown again" in unhiding.text
    assert shown.options[0].description == "It was hidden here"
    assert "It would be hidden here again." in asked.text
    assert "Nothing would change" in same.text
    assert done.title == "Done: #1 is hidden here"
    assert "have hidden #1" in await statement(room, 1)


async def test_brought_in_and_taken_back(room: Moderated) -> None:
    """Of an entry that an import added or removed, or its way back, the history says which."""
    sheet = b"kind,about,measure,figure,statement,source\nstat,Ferry,Crossings,12 people,Many.,1\n"
    done = await room.press(await room.slash("data import", file=("a.csv", sheet)), "Import 1 entry")
    exported = await (await room.slash("data export")).files[0].read()
    await room.press(done, "Take this import back")
    await room.press(await room.slash("data import", file=("a.jsonl", exported)), "Import 1 entry")

    card = await room.slash("entry history", id="36")

    again, back, first = card.text.split("\n\n")
    assert "**Imported** by" in again
    assert "Shown from then on: Ferry: 12 people" in again
    assert "**Reverted** by" in back
    assert "Not shown any more: Ferry: 12 people" in back
    assert "Shown from then on: Ferry: 12 people" in first


async def test_before_a_version_was_made(room: Moderated) -> None:
    """Going back to before the first change of a shared entry removes this server's version."""
    own = number(await edit(room, 1, statement="Our own words."))
    card = await room.slash("entry history", id="1")

    asked = await room.pick(card, "Before it was edited")
    done = await room.press(asked, "Go back")

    assert f"#{own} would be removed, and #1 shown as its pack has it." in asked.text
    assert "Our own words" not in await statement(room, 1)
    assert "#1 is shown as its pack has it" in done.title


def number(saved: Seen) -> int:
    """Return the number that an entry was saved under."""
    return int(saved.title.removeprefix("Saved as #").partition(",")[0])
