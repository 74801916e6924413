"""Corrections that follow an entry to the messages in which it was shown."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby

import discord
from discord.ext import commands, tasks

from bot.client import Dateline
from bot.digest import editions, editorial
from bot.digest.editorial import Content
from bot.errors import UserError
from bot.model import IMPORTED, Access, Actor
from bot.moderating import corrections
from bot.moderating.actions import Action
from bot.moderating.corrections import Redone
from bot.moderating.posted import FLUSH_SECONDS
from bot.render.card import Card
from bot.render.corrections import (
    Link,
    Tally,
    all_updated_card,
    back_button,
    change_card,
    left_card,
    nowhere_card,
    offer_card,
    progress_card,
    remarked,
    removed_card,
    replied_card,
    updated_card,
)
from bot.store import revisions
from bot.store.posted import Posted
from cogs.actions import action, number, show
from cogs.digest_desk import edition_card
from cogs.replies import Interaction, as_edit, card_for, charts, message_of

STEP = 5
"""After so many messages it is said how far it is."""

log = logging.getLogger("dateline.corrections")


async def offered(interaction: Interaction, entry_id: int) -> int:
    """Return in how many messages of the server an entry stands as it is no longer: what can be corrected."""
    return len(await _outdated(interaction.client, interaction.guild_id or 0, entry_id))


@action("corrections.offer", Access.MODERATOR)
async def _offer(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    found = await _outdated(interaction.client, actor.guild_id, wanted.id)
    if not found:
        await show(interaction, nowhere_card(wanted.id))
        return
    async with interaction.client.database.read() as conn:
        removed = await corrections.current(conn, actor.guild_id, wanted.id) is None
    links = [Link(one.guild_id, one.channel_id, one.message_id, one.posted_at) for one in found]
    await show(interaction, offer_card(wanted.id, links, removed=removed))


@action("corrections.leave", Access.MODERATOR)
async def _leave(interaction: Interaction, wanted: Action, _: Actor) -> None:
    await show(interaction, left_card(wanted.id))


@action("corrections.update", Access.MODERATOR)
async def _update(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    bot = interaction.client

    with corrections.alone(actor.guild_id, f"#{wanted.id}"):
        found = await _outdated(bot, actor.guild_id, wanted.id)
        if not found:
            await show(interaction, nowhere_card(wanted.id))
            return
        tally = await _each(interaction, f"#{wanted.id}", [[one] for one in found], partial(correct, bot, wanted.id))
        await show(interaction, updated_card(wanted.id, tally, last=bool(wanted.text)))


async def offered_of(interaction: Interaction, first: int, last: int) -> int:
    """Return how many messages show otherwise what was changed at once, by the ids of the first and last change."""
    return len(await _outdated_by(interaction, first, last))


@action("corrections.all", Access.MODERATOR)
async def _update_all(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Update the messages that show what was changed at once, from the change `id` to the change `text`."""
    last = number(wanted.text)
    async with interaction.client.database.read() as conn:
        change = await revisions.select_one(conn, actor.guild_id, wanted.id)
    if change is None:
        raise UserError("There is no such change in this server.")

    async def renew(message: Posted) -> None:
        # The message is made anew as a whole, whichever of its entries it is that has changed.
        await correct(interaction.client, next(iter(message.looks)), message)

    with corrections.alone(actor.guild_id, f"changes {wanted.id} to {last}"):
        found = await _outdated_by(interaction, wanted.id, last)
        tally = await _each(interaction, "What was changed", [[one] for one in found], renew)
        back = back_button(wanted.id, last) if change.action == IMPORTED else None
        await show(interaction, all_updated_card(tally, back, most=len(found) == corrections.MOST))


async def _outdated_by(interaction: Interaction, first: int, last: int) -> list[Posted]:
    bot = interaction.client
    await bot.posted.flush()
    async with bot.database.read() as conn:
        return await corrections.outdated_by(conn, interaction.guild_id or 0, first, last, discord.utils.utcnow())


async def correct(bot: Dateline, entry_id: int, message: Posted, *, by: str = "this server’s moderators") -> None:
    """Let a message show an entry as it is now; `by` is who removed it, where somebody did."""
    now = discord.utils.utcnow()
    if await _correct_edition(bot, entry_id, message, now):
        return
    redone = await corrections.redo(bot.database, message, entry_id)
    if redone.answer is not None and redone.listing:
        await _correct_listing(bot, entry_id, message, redone, now)
        return
    if redone.answer is None:
        await _place(bot, message).edit(**as_edit(message_of(removed_card(entry_id, now, by=by)), []))
        await corrections.remember(bot.database, message, {})
        return
    card = await card_for(bot, message.guild_id, redone.answer, redone.asker_id)
    files = await charts(card.bars) if card.bars else []
    shown = message_of(remarked(card, entry_id, now, removed=redone.removed))
    await _place(bot, message).edit(**as_edit(shown, files))
    await corrections.remember(bot.database, message, {entry.id: entry for entry in redone.answer.entries})


async def _correct_listing(bot: Dateline, entry_id: int, message: Posted, redone: Redone, now: datetime) -> None:
    """Let what a search has found show its entries as they are now; the words that were searched for are not kept."""
    assert redone.answer is not None
    there = await _place(bot, message).fetch()
    [before] = there.embeds
    text = before.description or ""
    placed = sorted(
        redone.answer.entries, key=lambda entry: max(text.find(f"`#{id_}`") for id_ in (entry.id, entry.corrects))
    )
    card = await card_for(bot, message.guild_id, replace(redone.answer, entries=tuple(placed)), redone.asker_id)
    card.embed.title = before.title
    card.embed.set_footer(text=before.footer.text)
    shown = remarked(card, entry_id, now, removed=redone.removed)
    await _place(bot, message).edit(embed=shown.embed, attachments=[])
    await corrections.remember(bot.database, message, {entry.id: entry for entry in placed})


async def _correct_edition(bot: Dateline, entry_id: int, message: Posted, now: datetime) -> bool:
    """Let an edition of a digest show its entries as they are now; False where a message is none."""
    async with bot.database.read() as conn:
        shown = await editions.shown(conn, message.guild_id, message.ask)
        if shown is None:
            return False
        content, edition = Content.from_json(shown.content), shown.edition
        material = await editorial.gather(conn, message.guild_id, content)
        removed = await corrections.current(conn, message.guild_id, entry_id) is None
    card = await edition_card(bot, shown.digest, content, material, due_at=edition.due_at, late=edition.late)
    files = await charts(card.bars) if card.bars else []
    corrected = message_of(remarked(card, entry_id, now, removed=removed))
    await _place(bot, message).edit(**as_edit(corrected, files))
    await corrections.remember(bot.database, message, material.entries)
    return True


@action("corrections.reply", Access.MODERATOR)
async def _reply(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    bot = interaction.client
    card = message_of(await _what_changed(bot, actor, wanted.id))

    async def answer(message: Posted) -> None:
        # That a message was deleted is said clearly when it is looked for, and not when it is replied to.
        there = await _place(bot, message).fetch()
        reply = await there.reply(**card, mention_author=False)
        await corrections.told(bot.database, message, reply.id, wanted.id)

    with corrections.alone(actor.guild_id, f"#{wanted.id}"):
        # Those that were updated just now show what they are told about.
        found = await (_messages if wanted.text else _outdated)(bot, actor.guild_id, wanted.id)
        if not found:
            await show(interaction, nowhere_card(wanted.id))
            return
        found.sort(key=lambda one: (one.channel_id, -one.message_id))
        channels = [list(of_channel) for _, of_channel in groupby(found, key=lambda one: one.channel_id)]
        tally = await _each(interaction, f"#{wanted.id}", channels, answer)
        await show(interaction, replied_card(wanted.id, tally, last=bool(wanted.text)))


async def _what_changed(bot: Dateline, actor: Actor, entry_id: int) -> Card:
    """Return the card of an entry's last change, or that it was removed."""
    async with bot.database.read() as conn:
        entry = await corrections.current(conn, actor.guild_id, entry_id)
        if entry is None:
            return removed_card(entry_id, discord.utils.utcnow())
        return change_card(entry, await corrections.changes(conn, actor.guild_id, entry, entry_id))


async def _messages(bot: Dateline, guild_id: int, entry_id: int) -> list[Posted]:
    await bot.posted.flush()
    async with bot.database.read() as conn:
        return await corrections.messages(conn, guild_id, entry_id, discord.utils.utcnow())


async def _outdated(bot: Dateline, guild_id: int, entry_id: int) -> list[Posted]:
    await bot.posted.flush()
    async with bot.database.read() as conn:
        return await corrections.outdated(conn, guild_id, entry_id, discord.utils.utcnow())


async def _each(
    interaction: Interaction, what: str, groups: list[list[Posted]], do: Callable[[Posted], Awaitable[None]]
) -> Tally:
    """Do it to the first message of each group that is still there, one after the other, and say how far it is.

    A channel that refuses is left alone from then on: Discord bans an address that keeps trying.
    """
    tally = Tally()
    await show(interaction, progress_card(what, 0, len(groups)))
    for done, group in enumerate(groups, 1):
        for message in group:
            if message.channel_id in tally.refused:
                tally.refused[message.channel_id] += 1
                break
            if await tally_up(interaction.client, message, tally, do):
                break
        if not done % STEP and done < len(groups):
            # Whoever pressed may have closed the card; the messages are corrected all the same.
            with contextlib.suppress(discord.HTTPException):
                await show(interaction, progress_card(what, done, len(groups)))
    return tally


async def tally_up(bot: Dateline, message: Posted, tally: Tally, do: Callable[[Posted], Awaitable[None]]) -> bool:
    """Do it to a message and count what came of it; False if the message is there no longer."""
    try:
        await do(message)
    except discord.NotFound:
        tally.gone += 1
        await corrections.forget(bot.database, message)
        return False
    except discord.Forbidden:
        tally.refused[message.channel_id] = 1
    except (discord.HTTPException, ValueError) as error:
        tally.failed += 1
        log.warning("a message could not be corrected", extra={"error": str(error)})
    else:
        tally.done += 1
    return True


def _place(bot: Dateline, message: Posted) -> discord.PartialMessage:
    channel = bot.get_partial_messageable(message.channel_id, guild_id=message.guild_id)
    return channel.get_partial_message(message.message_id)


class Writing(commands.Cog):
    """Writes what was noted of where entries are shown. What can be done about it is in the table of actions."""

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Begin; the last notes are written when the bot closes."""
        self.tick.start()

    async def cog_unload(self) -> None:
        """End."""
        self.tick.cancel()

    @tasks.loop(seconds=FLUSH_SECONDS)
    async def tick(self) -> None:
        """Write."""
        await self.bot.posted.flush()


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Writing(bot))
