"""The channels, threads and forum posts in which the bot posts unasked: finding them, and whether they take a post."""

from __future__ import annotations

import discord

from bot.digest.foresight import IN_THREAD, SEND, Channel

POSTABLE = (discord.ChannelType.text, discord.ChannelType.news)


async def find(guild: discord.Guild, place_id: int) -> discord.abc.GuildChannel | discord.Thread | None:
    """Return a channel or thread of a server; None if there is none, or none that the bot can see.

    discord.py forgets a thread that is archived, so that Discord is asked for what is not known.
    """
    if not place_id:
        return None
    place = guild.get_channel_or_thread(place_id)
    if place is None:
        try:
            place = await guild.fetch_channel(place_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return None
    return place if home(place) else None


def home(place: discord.abc.GuildChannel | discord.Thread) -> discord.abc.GuildChannel | None:
    """Return the channel whose permissions count in a place: itself, or that of a thread, None if that is gone."""
    return place.parent if isinstance(place, discord.Thread) else place


def kind(place: discord.abc.GuildChannel | discord.Thread) -> Channel:
    """Return whether the bot can post in a place by itself, or why it cannot."""
    if isinstance(place, discord.Thread):
        return Channel.PRIVATE if place.is_private() else Channel.LOCKED if place.locked else Channel.THERE
    if place.type in POSTABLE:
        return Channel.THERE
    return Channel.FORUM if isinstance(place, discord.ForumChannel) else Channel.WRONG


def write(place: discord.abc.GuildChannel | discord.Thread) -> str:
    """Return the right that lets somebody write in a place."""
    return IN_THREAD if isinstance(place, discord.Thread) else SEND
