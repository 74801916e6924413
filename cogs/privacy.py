"""`/privacy`: what is stored about the person who asks, a copy of it, and its erasure; in private, of all servers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating.actions import Action
from bot.render.commands import BY_NAME
from bot.render.corrections import Tally
from bot.render.privacy import copy_card, erased_card, held_card, question_card
from bot.servers import privacy
from bot.servers.privacy import Erased, Held
from bot.store import posted
from bot.store.posted import Posted
from cogs.actions import action, offer, perform, show
from cogs.corrections import correct, tally_up
from cogs.notices import refresh
from cogs.replies import Context, Interaction, as_edit, attached, message_of

BY = "its author"
"""Who removed what was erased, in the messages that had shown it."""


async def _held(bot: Dateline, actor: Actor) -> Held:
    await bot.posted.flush()
    async with bot.database.read() as conn:
        return await privacy.held(conn, actor.user_id, actor.guild_id)


@action("privacy.show", Access.ANYBODY)
async def _show(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    await show(interaction, held_card(await _held(interaction.client, actor)))


@action("privacy.copy", Access.ANYBODY)
async def _copy(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    bot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    await bot.posted.flush()
    now = discord.utils.utcnow()
    async with bot.database.read() as conn:
        content = await privacy.copy(conn, actor.user_id, actor.guild_id, now)
    if len(content) > interaction.filesize_limit:
        raise UserError("The file is larger than Discord takes. Ask those who run this bot for it.")
    file = attached(content, f"about-you-{now:%Y-%m-%d}.json")
    await interaction.edit_original_response(**as_edit(message_of(copy_card(len(content))), [file]))


@action("privacy.erase", Access.ANYBODY)
async def _ask(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    await show(interaction, question_card(await _held(interaction.client, actor)))


@action("privacy.erase.yes", Access.ANYBODY)
async def _erase(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    bot = interaction.client
    await interaction.response.defer()
    await bot.posted.flush()
    erased = await privacy.erase(bot.database, actor.user_id, actor.guild_id, discord.utils.utcnow())
    await privacy.overwrite(bot.database)
    entry_ids = [entry_id for _, entry_id in erased.entries]
    await show(interaction, erased_card(everywhere=not actor.guild_id, entry_ids=entry_ids))
    await _follow(bot, erased)


async def _follow(bot: Dateline, erased: Erased) -> None:
    """Take what was erased out of the messages of the bot that show it, as far as it still may."""
    for suggestion in erased.suggestions:
        await refresh(bot, suggestion)
    await _correct(bot, ((entry_id, one) for (_, entry_id), messages in erased.entries.items() for one in messages))


async def go_on(bot: Dateline) -> None:
    """Take out of messages what was erased and still stands there: the bot was stopped, or had lost a right."""
    async with bot.database.read() as conn:
        left = await posted.select_erased(conn)
    await _correct(bot, ((next(iter(one.looks)), one) for one in left if bot.get_guild(one.guild_id)))


async def _correct(bot: Dateline, shown: Iterable[tuple[int, Posted]]) -> None:
    """Correct messages that show an erased entry; a channel that refuses is left alone from then on."""
    tally = Tally()
    for entry_id, message in shown:
        if message.channel_id not in tally.refused:
            await tally_up(bot, message, tally, partial(correct, bot, entry_id, by=BY))


class Privacy(commands.Cog):
    """The command, slash and typed."""

    @app_commands.command(name="privacy", description=BY_NAME["privacy"].description)
    async def slash(self, interaction: Interaction) -> None:
        """Show it to the person alone."""
        await perform(interaction, Action("privacy.show"), "slash")

    @commands.command(name="privacy")
    async def typed(self, ctx: Context, *, _text: str = "") -> None:
        """Offer to show it."""
        await offer(ctx, Action("privacy.show"), "What is stored about me", "The answer is shown to you alone.")


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Privacy())
