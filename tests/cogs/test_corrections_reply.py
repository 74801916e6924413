"""After a change of an entry, replies to the messages that show it say what has changed."""

from __future__ import annotations

import discord
import pytest
import simcord
from correcting import actor, edit, hide, last, offered, one_of, there
from moderating import Moderated, moderated
from newsroom import seen

from bot.model import Quote, Stat
from bot.moderating import moderation
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


def replied_to(message: discord.Message) -> int | None:
    """Return which message this one replies to."""
    return message.reference.message_id if message.reference else None


class TestReplying:
    """Replies that say what has changed."""

    async def test_before_and_after(self, room: Moderated) -> None:
        """One reply in each channel, to the newest message there, says what was and what is; nobody is pinged."""
        entry = await one_of(room, Quote)
        second = room.here.guild.create_text_channel("second")
        await room.typed(f"!show {entry.id}", room.member)
        newest = await room.typed(f"!show {entry.id}", room.member)
        await room.member.send(second, f"!show {entry.id}")
        shown_there = last(second)
        mine = await edit(room, entry.id, statement="Said @everyone in a *corrected* context.")

        done = await room.press(await offered(room, mine), "Reply with what changed")

        here, there_ = last(room.here.channel), last(second)
        assert "2 replies" in done.text
        assert replied_to(here) == newest.message.id
        assert replied_to(there_) == shown_there.id
        assert f"Before: {entry.statement}"[:40] in seen(here).text
        assert "Now: Said @\u200beveryone in a \\*corrected\\* context." in seen(here).text
        assert not here.mentions
        assert not here.mention_everyone

    async def test_a_version_that_is_back(self, room: Moderated) -> None:
        """Of a version that is restored, the reply says in what it differs from the shared entry that was shown."""
        entry = await one_of(room, Stat)
        own = await edit(room, entry.id, note="Counted twice.")
        async with room.store.write() as conn:
            await moderation.remove(conn, actor(room), own, discord.utils.utcnow())
        await room.typed(f"!show {entry.id}", room.member)
        async with room.store.write() as conn:
            await moderation.restore(conn, actor(room), own, discord.utils.utcnow())

        await room.press(await offered(room, own), "Reply with what changed")

        reply = seen(last(room.here.channel))
        assert reply.title == f"Correction to #{entry.id}"
        assert f"Before: {entry.note}"[:40] in reply.text
        assert "Now: Counted twice." in reply.text

    async def test_removed(self, room: Moderated) -> None:
        """Of what was hidden, the reply says that and nothing more."""
        entry = await one_of(room, Quote)
        await room.typed(f"!show {entry.id}", room.member)
        await hide(room, entry.id)

        await room.press(await offered(room, entry.id), "Reply with what changed")

        reply = seen(last(room.here.channel))
        assert reply.title == f"Removed: #{entry.id}"
        assert entry.parts[0] not in reply.everything

    async def test_newest_is_gone(self, room: Moderated) -> None:
        """Where the newest message was deleted, the one before it is replied to."""
        entry = await one_of(room, Quote)
        older = await room.typed(f"!show {entry.id}", room.member)
        newest = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        offer = await offered(room, mine)
        await there(room.here.channel, newest).delete()

        await room.press(offer, "Reply with what changed")

        assert replied_to(last(room.here.channel)) == older.message.id

    async def test_nothing_changed(self, room: Moderated) -> None:
        """For an entry that was never changed, there is nothing to reply."""
        entry = await one_of(room, Quote)
        await room.typed(f"!show {entry.id}", room.member)

        offer = await offered(room, entry.id)
        reply = await room.plant(custom_id(Action("corrections.reply", entry.id, "last")))
        refused = await room.press(reply, "Press")

        assert "no message" in offer.text
        assert "has not been changed" in refused.content
