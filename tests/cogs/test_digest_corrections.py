"""Corrections follow entries into the digests that have shown them."""

from __future__ import annotations

import re

import discord
import pytest
import simcord
from digesting import MINUTE, posts, start
from moderating import Moderated, moderated, opened
from newsroom import Seen

from bot.client import Dateline
from bot.model import Actor
from bot.moderating import moderation
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def posted(room: Moderated) -> Seen:
    """Let a digest be posted, and return its post."""
    await start(room)
    await room.env.advance_time(2 * MINUTE)
    [card] = posts(room)
    return card


def first_shown(card: Seen) -> int:
    """Return the entry that a post shows first."""
    found = re.search(r"`#(\d+)`", card.text)
    assert found
    return int(found[1])


async def update(room: Moderated, entry_id: int) -> tuple[Seen, Seen]:
    """Press what is offered after a change; return the offer and the post as it then is."""
    offer = await room.press(await room.plant(custom_id(Action("corrections.offer", entry_id))), "Press")
    await room.press(offer, "Update them")
    return offer, posts(room)[0]


async def test_a_changed_entry(room: Moderated) -> None:
    """The post shows the entry as it is now and says that it was corrected; it stays the same edition."""
    before = await posted(room)
    entry_id = first_shown(before)
    async with room.store.write() as conn:
        actor = Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset())
        mine, _ = await moderation.edit(conn, actor, entry_id, {"statement": "Put right."}, discord.utils.utcnow())

    offer, after = await update(room, mine)

    assert "shown in one message" in offer.text
    assert "Put right." in after.text
    assert "Put right." not in before.text
    assert "Corrected <t:" in after.text
    assert (after.title, after.footer) == (before.title, before.footer)
    assert after.message.id == before.message.id


async def test_as_it_was_posted(room: Moderated) -> None:
    """A post that shows an entry as it is again is not offered; one that was updated meanwhile is."""
    entry_id = first_shown(await posted(room))
    hidden = await room.slash("entry hide", id=str(entry_id))
    shown = await room.press(hidden, "Undo")
    await room.slash("entry hide", id=str(entry_id))
    await update(room, entry_id)

    again = await room.slash("entry unhide", id=str(entry_id))

    assert shown.buttons == ("Show", "Undo")
    assert "Update 1 message" in again.buttons


async def test_after_a_restart(room: Moderated) -> None:
    """Where an edition was shown is kept in the store."""
    before = await posted(room)
    entry_id = first_shown(before)
    bot = room.env.bot
    assert isinstance(bot, Dateline)
    await room.env.restart_bot(Dateline(bot.config, room.store, message_content=True))

    hidden = await room.slash("entry hide", id=str(entry_id))
    _, after = await update(room, entry_id)

    assert "Update 1 message" in hidden.buttons
    assert f"`#{entry_id}` was removed" in after.text
    assert f"`#{entry_id}`" not in after.text.replace(f"`#{entry_id}` was removed", "")


async def test_an_erased_message(room: Moderated) -> None:
    """Who has their message erased finds it in no digest either."""
    await start(room)
    await room.env.advance_time(5)
    message = await room.member.send(room.here.channel, "We will row if we must.")
    form = opened(await room.menu("Save as quote", message))
    draft = await room.fill(form, None, None, statement="On the ferry.")
    await room.press(draft, "Save")
    await room.env.advance_time(2 * MINUTE)
    [before] = posts(room)

    card = await room.slash("privacy", room.member)
    await room.press(await room.press(card, "Erase …", room.member), "Erase for good", room.member)

    [after] = posts(room)
    assert "We will row if we must." in before.text
    assert "We will row" not in after.everything
    assert room.member.name not in after.everything
