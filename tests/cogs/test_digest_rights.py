"""Whether a digest will go through: the rights of the bot and of the moderator, named with where to set them."""

from __future__ import annotations

import discord
import pytest
import simcord
from digesting import create, deny, digests_of, me, only, pick, start, submit
from moderating import Moderated, moderated
from simcord import ChannelHandle

from bot.moderating.actions import Action
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

BOT = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
MODERATOR = {"view_channel": "View Channel", "send_messages": "Send Messages"}


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


@pytest.fixture
def news(room: Moderated) -> ChannelHandle:
    """Return a channel beside the one in which is spoken."""
    return room.here.guild.create_text_channel("news")


async def let_mention(room: Moderated) -> None:
    """Let the moderator mention every role."""
    callers = room.here.guild.create_role("Callers", permissions=discord.Permissions(mention_everyone=True))
    await room.env.bot.http.add_role(room.here.guild.id, room.moderator.id, callers.id)


class TestBot:
    """What the bot needs."""

    @pytest.mark.parametrize(("right", "named"), BOT.items())
    async def test_begin(self, room: Moderated, news: ChannelHandle, right: str, named: str) -> None:
        """A digest is not begun where a right is missing, which is named, with where to set it."""
        await deny(room, news, me(room), **{right: True})

        refused = await create(room, channel=news)

        assert f"I need {named} in #news" in refused.text
        assert "Edit Channel → Permissions" in refused.text
        assert not await digests_of(room)

    @pytest.mark.parametrize(("right", "named"), BOT.items())
    async def test_move(self, room: Moderated, news: ChannelHandle, right: str, named: str) -> None:
        """Nor is it moved there."""
        await deny(room, news, me(room), **{right: True})

        card = await pick(room, await create(room), "channel", news)

        assert f"Not changed\nI need {named} in #news" in card.text
        assert (await only(room)).channel_id == room.here.channel.id

    @pytest.mark.parametrize(("right", "named"), BOT.items())
    async def test_show(self, room: Moderated, news: ChannelHandle, right: str, named: str) -> None:
        """A right that is taken away later is named, with what comes of that."""
        await start(room, channel=news)
        await deny(room, news, me(room), **{right: True})

        card = await room.slash("digest show", digest="1")

        vital = right not in {"attach_files", "read_message_history"}
        assert f"**{'No.' if vital else 'Yes, but not all of it.'}**" in card.text
        assert f"I lack {named} in #news: " in card.text
        assert f"✗ {named}: missing" in card.text
        assert ("nothing is posted" in card.text) is vital

    async def test_all_are_named(self, room: Moderated, news: ChannelHandle) -> None:
        """Where several are missing, all are named at once, with one sentence on where to set them."""
        card = await create(room, channel=news)
        await deny(room, news, me(room), embed_links=True, read_message_history=True)

        begun = await create(room, channel=news)
        started = await room.press(card, "Start")
        shown = await room.slash("digest show", digest="1")

        said = (
            "I need Embed Links and Read Message History in #news. Set them under Edit Channel → Permissions → TestBot."
        )
        assert said in begun.text
        assert said in started.content
        assert "I lack Embed Links in #news: nothing is posted." in shown.text
        assert "I lack Read Message History in #news: " in shown.text
        assert shown.text.count("Set them under Edit Channel") == 1

    async def test_without_view_channel(self, room: Moderated, news: ChannelHandle) -> None:
        """Discord calls all others missing too, of which nothing is known: that one alone is named."""
        await deny(room, news, me(room), view_channel=True)

        refused = await create(room, channel=news)

        assert "I need View Channel in #news. Set it under" in refused.text

    async def test_only_the_first_is_named(self, room: Moderated, news: ChannelHandle) -> None:
        """What cannot be known without another right is not called missing."""
        await start(room, channel=news)
        await deny(room, news, me(room), send_messages=True)

        card = await room.slash("digest show", digest="1")

        assert "✗ Send Messages: missing" in card.text
        assert "– Embed Links: known once the one above is there" in card.text

    async def test_start(self, room: Moderated, news: ChannelHandle) -> None:
        """A digest is not started, and not resumed, where it could not post."""
        card = await create(room, channel=news)
        await deny(room, news, me(room), embed_links=True)

        refused = await room.press(card, "Start")
        again = await room.slash("digest resume", digest="1")

        assert "I need Embed Links in #news" in refused.content == again.content
        assert (await only(room)).paused_at is not None

    async def test_thread(self, room: Moderated, news: ChannelHandle) -> None:
        """Threads need a right of their own, of which nothing else depends."""
        card = await create(room, channel=news)
        await deny(room, news, me(room), create_public_threads=True)

        refused = await room.press(card, "With a thread")
        await room.env.bot.http.delete_channel_permissions(news.id, me(room).id)
        await room.press(refused, "With a thread")
        await deny(room, news, me(room), create_public_threads=True)
        shown = await room.slash("digest show", digest="1")

        assert "I need Create Public Threads in #news" in refused.text
        assert (await only(room)).thread
        assert "no thread is opened" in shown.text

    async def test_mention(self, room: Moderated, news: ChannelHandle) -> None:
        """A role that not everybody may mention needs a right; the role itself can allow it instead."""
        closed = room.here.guild.create_role("Readers")
        await let_mention(room)
        card = await create(room, channel=news)
        await deny(room, news, me(room), mention_everyone=True)

        refused = await pick(room, card, "role", closed)

        assert "I need Mention @\u200beveryone, @\u200bhere and All Roles" in refused.text
        assert "Allow anyone to @mention this role" in refused.text
        assert (await only(room)).role_id == 0

    async def test_gone(self, room: Moderated, news: ChannelHandle) -> None:
        """A channel and a role that were deleted are said to be; the digest can be moved."""
        role = room.here.guild.create_role("Readers", mentionable=True)
        card = await create(room, channel=news)
        await pick(room, card, "role", role)
        await room.env.bot.http.delete_channel(news.id)
        await room.env.bot.http.delete_role(room.here.guild.id, role.id)

        shown = await room.slash("digest show", digest="1")
        listed = await room.slash("digest list")
        started = await room.slash("digest resume", digest="1")
        moved = await pick(room, await room.slash("digest edit", digest="1"), "channel", room.here.channel)

        assert "a channel that was deleted" in shown.text
        assert "The channel was deleted. Choose another one." in shown.text
        assert "a deleted channel" in listed.text
        assert "The channel was deleted" in started.content
        assert f"a channel that was deleted → <#{room.here.channel.id}>" in moved.text
        assert "a role that was deleted" in moved.text
        assert "nobody is notified" in moved.text

    @pytest.mark.parametrize("gone", [True, False])
    async def test_restore(self, room: Moderated, news: ChannelHandle, *, gone: bool) -> None:
        """What could not post any more is restored, but paused with the reason, and can be mended."""
        await start(room, channel=news)
        card = await room.press(await room.slash("digest delete", digest="1"), "Delete")
        if gone:
            await room.env.bot.http.delete_channel(news.id)
        else:
            await deny(room, news, me(room), embed_links=True)

        back = await room.press(card, "Undo")

        said = "The channel was deleted." if gone else "I need Embed Links in #news."
        assert "**It is paused** since" in back.text
        assert said in (await only(room)).paused_reason

    async def test_wrong_kind(self, room: Moderated) -> None:
        """A voice channel or a forum takes no digest, whatever a client sends."""
        card = await create(room)
        voice = room.here.guild.create_voice_channel("voice")

        form = await room.press_form(await room.typed(f"!digest create <#{voice.id}> 9:00"), "A new digest")
        begin = Action("digest.create", voice.id)
        refused = await submit(room, room.moderator, begin, time="9:00")
        chosen = await submit(room, room.moderator, Action("digest.create"), time="9:00", channel=str(voice.id))

        assert form.values["channel"] == ""
        for told in (refused, chosen):
            assert "#voice is no text or announcement channel" in told
        assert len(await digests_of(room)) == 1
        assert card.hidden


class TestModerator:
    """What the moderator needs: a digest does nothing in their name that they may not do."""

    @pytest.mark.parametrize(("right", "named"), MODERATOR.items())
    async def test_begin(self, room: Moderated, news: ChannelHandle, right: str, named: str) -> None:
        """Who may not post in a channel begins no digest there, even if they know its id."""
        await deny(room, news, room.moderator, **{right: True})

        refused = await submit(room, room.moderator, Action("digest.create", news.id), time="9:00")

        assert f"You need {named} in #news yourself" in refused
        assert not await digests_of(room)

    async def test_all_are_named(self, room: Moderated, news: ChannelHandle) -> None:
        """Where several are missing, all are named at once."""
        role = room.here.guild.create_role("Readers")
        await let_mention(room)
        card = await room.press(await pick(room, await create(room), "role", role), "With a thread")
        await deny(room, news, room.moderator, create_public_threads=True, mention_everyone=True)

        refused = await pick(room, card, "channel", news)

        said = "You need Create Public Threads and Mention @\u200beveryone, @\u200bhere and All Roles in #news yourself"
        assert said in refused.text

    async def test_restore(self, room: Moderated, news: ChannelHandle) -> None:
        """Whoever takes back the deletion of what then runs, starts it: only those do who may post there."""
        await start(room, channel=news)
        gone = await room.press(await room.slash("digest delete", digest="1"), "Delete")
        await deny(room, news, room.moderator, send_messages=True)

        undone = await room.press(gone, "Undo")
        restored = await room.slash("digest restore", digest="1")

        for refused in (undone, restored):
            assert "You need Send Messages in #news yourself" in refused.content
        assert not await digests_of(room)

    async def test_restore_of_what_does_not_run(self, room: Moderated, news: ChannelHandle) -> None:
        """What was paused is so again, and anybody who moderates may restore it."""
        await start(room, channel=news)
        await room.slash("digest pause", digest="1")
        gone = await room.press(await room.slash("digest delete", digest="1"), "Delete")
        await deny(room, news, room.moderator, send_messages=True)

        await room.press(gone, "Undo")

        assert (await only(room)).paused_reason == "A moderator paused it."

    async def test_move(self, room: Moderated, news: ChannelHandle) -> None:
        """Nor do they move one there."""
        await deny(room, news, room.moderator, send_messages=True)

        card = await pick(room, await create(room), "channel", news)

        assert "You need Send Messages in #news yourself" in card.text
        assert (await only(room)).channel_id == room.here.channel.id

    async def test_others_digest(self, room: Moderated, news: ChannelHandle) -> None:
        """Who may not post in its channel changes, resumes and posts nothing of a digest, but may stop it."""
        await start(room, channel=news)
        card = await room.slash("digest edit", digest="1")
        form = await room.press_form(card, "Words and time")
        await deny(room, news, room.moderator, send_messages=True)

        words = await room.fill(form, None, card, introduction="Hello")
        days = await pick(room, await room.slash("digest edit", digest="1"), "days", "mon")
        now = await room.slash("digest now", digest="1")
        paused = await room.slash("digest pause", digest="1")
        resumed = await room.press(paused, "Resume")

        digest = await only(room)
        for refused in (words.text, days.text, now.content, resumed.content):
            assert "You need Send Messages in #news yourself" in refused
        assert (digest.introduction, str(digest.days)) == ("", "daily")
        assert digest.paused_at is not None

    async def test_role(self, room: Moderated) -> None:
        """A role that only some may mention is chosen by those alone."""
        role = room.here.guild.create_role("Readers")
        card = await create(room)

        refused = await pick(room, card, "role", role)
        await let_mention(room)
        allowed = await pick(room, refused, "role", role)

        assert "You need Mention @\u200beveryone" in refused.text
        assert f"nobody → <@&{role.id}>" in allowed.text

    async def test_everyone(self, room: Moderated) -> None:
        """Everyone is never mentioned."""
        card = await pick(room, await create(room), "role", room.here.guild.default_role)

        assert "A digest does not mention everyone" in card.text
        assert (await only(room)).role_id == 0

    async def test_moved_with_its_role(self, room: Moderated, news: ChannelHandle) -> None:
        """A digest that mentions is moved only where whoever moves it may mention."""
        role = room.here.guild.create_role("Readers")
        await let_mention(room)
        card = await pick(room, await create(room), "role", role)
        await deny(room, news, room.moderator, mention_everyone=True)

        refused = await pick(room, card, "channel", news)

        assert "You need Mention @\u200beveryone" in refused.text
        assert (await only(room)).channel_id == room.here.channel.id

    async def test_thread(self, room: Moderated, news: ChannelHandle) -> None:
        """Threads are switched on by those who may open them."""
        card = await create(room, channel=news)
        await deny(room, news, room.moderator, create_public_threads=True)

        refused = await room.press(card, "With a thread")

        assert "You need Create Public Threads in #news yourself" in refused.text
        assert not (await only(room)).thread
