"""Corrections that travel: entries changed behind the cards, and the messages that have shown them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import discord
from moderating import Moderated
from newsroom import Seen
from simcord import ChannelHandle

from bot.client import Dateline
from bot.model import Actor, Event, Quote, Stat
from bot.moderating import moderation
from bot.moderating.actions import Action, custom_id
from bot.store import entries
from bot.store.database import Database

E = TypeVar("E", Stat, Quote, Event)


def actor(room: Moderated) -> Actor:
    """Return the moderator as the rules know people."""
    return Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset())


async def edit(room: Moderated, entry_id: int, **fields: str) -> int:
    """Change an entry and return the id of what holds the change."""
    async with room.store.write() as conn:
        return (await moderation.edit(conn, actor(room), entry_id, fields, discord.utils.utcnow())).entry_id


async def hide(room: Moderated, entry_id: int) -> None:
    """Hide a shared entry."""
    async with room.store.write() as conn:
        await moderation.hide(conn, actor(room), entry_id, discord.utils.utcnow())


async def offered(room: Moderated, entry_id: int) -> Seen:
    """Open what is offered after a change."""
    planted = await room.plant(custom_id(Action("corrections.offer", entry_id)))
    return await room.press(planted, "Press")


async def one_of(room: Moderated, kind: type[E]) -> E:
    """Return the first entry of a kind."""
    async with room.store.read() as conn:
        for entry_id in range(1, 100):
            entry = await entries.select_by_id(conn, 0, entry_id)
            if isinstance(entry, kind):
                return entry
    raise AssertionError(kind)


async def known(store: Database) -> dict[int, set[int]]:
    """Return which entries each message is known to show."""
    async with store.read() as conn:
        rows = await conn.execute_fetchall("SELECT message_id, entry_id FROM posted ORDER BY message_id")
    found: dict[int, set[int]] = {}
    for message_id, entry_id in rows:
        found.setdefault(message_id, set()).add(entry_id)
    return found


def last(channel: ChannelHandle) -> discord.Message:
    """Return the newest message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


async def flushed(room: Moderated) -> Mapping[int, set[int]]:
    """Let what was shown be noted, and return it."""
    bot = room.env.bot
    assert isinstance(bot, Dateline)
    await bot.posted.flush()
    return await known(room.store)


def first_listed(card: Seen) -> int:
    """Return the id of the first entry on a list."""
    return int(card.options[0].label.split()[0].removeprefix("#"))


def there(channel: ChannelHandle, card: Seen) -> discord.Message:
    """Return a message as it stands in a channel."""
    [message] = [one for one in channel.history() if one.id == card.message.id]
    return message
