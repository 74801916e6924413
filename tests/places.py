"""Places of a server besides its text channels: threads, the posts of forums, announcement and voice channels."""

from __future__ import annotations

from typing import Any

import discord
from moderating import Moderated
from simcord import ChannelHandle

THREADS = ("thread", "announcement thread", "forum post")
"""The places that are threads to Discord."""


async def place(room: Moderated, kind: str, name: str = "place") -> ChannelHandle:
    """Make a place in the first server; its parent is the channel, or "announcements" or "forum", made if missing."""
    guild = room.here.guild
    if kind == "announcements":
        return guild.create_news_channel(name)
    if kind == "voice":
        return guild.create_voice_channel(name)
    if kind == "forum post":
        parent = guild.channels.get("forum") or guild.create_forum_channel("forum")
    elif kind == "announcement thread":
        parent = guild.channels.get("announcements") or guild.create_news_channel("announcements")
    else:
        parent = room.here.channel
    known: Any = room.env.bot.get_channel(parent.id)
    if kind == "forum post":
        made = (await known.create_thread(name=name, content="A post")).thread
    else:
        private = kind == "private thread"
        # simcord has no threads of the kind that announcement channels have; they differ in nothing but that.
        type_ = discord.ChannelType.private_thread if private else discord.ChannelType.public_thread
        made = await known.create_thread(name=name, type=type_)
        if private:
            await made.add_user(discord.Object(room.moderator.id))
    return next(one for one in parent.threads if one.id == made.id)


def set_thread(room: Moderated, thread: ChannelHandle, **state: bool) -> None:
    """Archive or lock a thread, or the contrary; Discord takes an archived one from what the bot knows."""
    room.env.backend.edit_channel(thread.id, {}, thread_metadata=state)
