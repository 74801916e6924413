"""A server in which digests are made: the controls of their card, and what the store and the channel then hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
from intruding import intruder
from moderating import Moderated, Opened, opened
from newsroom import Seen, seen
from simcord import ChannelHandle, MemberActor

from bot.digest import digests, editions
from bot.digest.digests import Digest
from bot.digest.editions import Edition
from bot.moderating.actions import FORM, MENU, Action, custom_id
from bot.store.settings import upsert_setting

MINUTE, HOUR, DAY = 60, 3600, 86400
NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When a test begins."""

VERBS = ("show", "edit", "pause", "resume", "delete", "preview", "now", "log", "restore")
"""What can be done with a digest that there is."""


async def zone(room: Moderated, name: str) -> None:
    """Let the first server keep to the clocks of a zone."""
    async with room.store.write() as conn:
        await upsert_setting(conn, room.here.guild.id, "zone", name)


async def create(room: Moderated, by: MemberActor | None = None, /, **options: Any) -> Seen:
    """Begin a digest in the channel, at a minute past midnight unless told otherwise; return its card."""
    given = {"channel": room.here.channel, "time": "0:01", **options}
    return await room.slash("digest create", by, **given)


async def start(room: Moderated, **options: Any) -> int:
    """Begin a digest, start it, and return its id."""
    started = await room.press(await create(room, **options), "Start")
    assert "It is started." in started.text, started.everything
    return max(digest.id for digest in await digests_of(room))


async def digests_of(room: Moderated) -> list[Digest]:
    """Return the digests of the first server."""
    async with room.store.read() as conn:
        return await digests.select_all(conn, room.here.guild.id)


async def only(room: Moderated) -> Digest:
    """Return the only digest there is."""
    [digest] = await digests_of(room)
    return digest


async def log_of(room: Moderated, digest_id: int) -> list[Edition]:
    """Return the editions of a digest, newest first."""
    async with room.store.read() as conn:
        return (await editions.log_of(conn, digest_id, limit=100))[0]


async def pick(
    room: Moderated, card: Seen, control: str, *chosen: Any, digest_id: int = 1, by: MemberActor | None = None
) -> Seen:
    """Pick from one of the menus of a digest's card and return the card as it then is."""
    by = by or room.moderator
    which = custom_id(Action(f"digest.{control}", digest_id), MENU)
    return room.after(card, await by.select(card.message, chosen, custom_id=which), by)


async def pick_form(room: Moderated, card: Seen, control: str, line: str, digest_id: int = 1) -> Opened:
    """Pick the line of a menu that opens a form."""
    which = custom_id(Action(f"digest.{control}", digest_id), MENU)
    return opened(await room.moderator.select(card.message, [line], custom_id=which))


async def submit(room: Moderated, by: MemberActor, deed: Action, **fields: str) -> str:
    """Send a form, whatever Discord would let a person choose in it; return what they are told."""
    told = await (await intruder(room.env, by, room.here.channel)).submit(custom_id(deed, FORM), fields)
    return told.text


def menus(card: Seen) -> dict[str, discord.SelectMenu]:
    """Return the menus of a card by what they are for."""
    message: Any = card.message
    message = message if isinstance(message, discord.Message) else message.message
    items = [item for row in message.components if isinstance(row, discord.ActionRow) for item in row.children]
    return {item.custom_id.split(":")[1]: item for item in items if isinstance(item, discord.SelectMenu)}


def chosen(card: Seen, control: str) -> list[str]:
    """Return what is picked in one of the menus of a card."""
    menu = menus(card)[f"digest.{control}"]
    return [str(one.id) for one in menu.default_values] or [one.value for one in menu.options if one.default]


def posts(room: Moderated, channel: ChannelHandle | None = None) -> list[Seen]:
    """Return the editions that stand in a channel, oldest first."""
    channel = channel or room.here.channel
    found = [seen(message) for message in channel.history(viewer=room.moderator) if message.author == room.env.bot.user]
    return [card for card in found if not card.hidden and card.footer.startswith("Digest ")]


async def deny(room: Moderated, channel: ChannelHandle, who: Any, **rights: bool) -> None:
    """Take rights in a channel from a person, a role or the bot."""
    kind = 1 if not hasattr(who, "permissions") else 0
    denied = discord.Permissions(**rights)
    await room.env.bot.http.edit_channel_permissions(channel.id, who.id, "0", str(denied.value), kind)  # type: ignore[arg-type]


def me(room: Moderated) -> discord.ClientUser:
    """Return the bot's user."""
    assert room.env.bot.user is not None
    return room.env.bot.user
