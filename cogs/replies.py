"""One way to answer, from wherever a question comes: a slash command, a typed one, or a button."""

from __future__ import annotations

import asyncio
import io
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord.ext import commands

from bot import lookup
from bot.client import Dateline
from bot.errors import UserError
from bot.model import Answer, Ask, Scope
from bot.render.answers import card as card_of
from bot.render.card import Card
from bot.render.chart import compare_chart

Context: TypeAlias = commands.Context[Dateline]
Interaction: TypeAlias = discord.Interaction[Dateline]

NAMED_BY_DISCORD = 0
"""In place of the asker's id on cards whose asker Discord names by itself, as it does for every interaction's."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to be sent, as often as it is asked for: the message, but for its chart."""

    answer: Answer
    message: dict[str, Any]
    wants_chart: bool

    @property
    def hidden(self) -> bool:
        """Whether it is a miss, which concerns its asker alone."""
        return not (self.answer.entries or self.answer.sources)


async def answer_slash(interaction: Interaction, ask: Ask) -> None:
    """Answer a slash command: in the channel, or a miss for the asker alone."""
    with interaction.client.answering(ask.command, "slash"):
        # Who asked stands in what Discord knows of the message, so that all askers share a reply.
        reply = await _reply(interaction.client, _scope(interaction), interaction.user, ask, NAMED_BY_DISCORD)
        if reply.wants_chart:
            await interaction.response.defer()
            await interaction.edit_original_response(**_as_edit(reply.message, await _charts(reply.answer)))
            return
        await interaction.response.send_message(**reply.message, ephemeral=reply.hidden)


async def answer_typed(ctx: Context, ask: Ask) -> None:
    """Answer a typed command with a reply to its message."""
    with ctx.bot.answering(ask.command, "typed"):
        scope = Scope(ctx.guild.id if ctx.guild else 0, ctx.channel.id)
        reply = await _reply(ctx.bot, scope, ctx.author, ask, ctx.author.id)
        charts = {"files": await _charts(reply.answer)} if reply.wants_chart else {}
        await reply_typed(ctx, **reply.message, **charts)


async def answer_button(interaction: Interaction, ask: Ask, asker_id: int, *, own: bool) -> None:
    """Answer a button: in place of its card (`own`), or in a new card that only the presser sees."""
    with interaction.client.answering(ask.command, "button"):
        named = asker_id if own else NAMED_BY_DISCORD
        reply = await _reply(interaction.client, _scope(interaction), interaction.user, ask, named)
        if reply.wants_chart:
            await interaction.response.defer(ephemeral=not own, thinking=not own)
            await interaction.edit_original_response(**_as_edit(reply.message, await _charts(reply.answer)))
        elif own:
            await interaction.response.edit_message(**_as_edit(reply.message, []))
        else:
            await interaction.response.send_message(**reply.message, ephemeral=True)


async def reply_typed(ctx: Context, **message: Any) -> None:
    """Reply to a typed command; where a right is missing, say which."""
    if not may_send(ctx):
        raise commands.BotMissingPermissions(["send_messages"])
    if "embed" in message and not ctx.bot_permissions.embed_links:
        raise UserError("I need the permission Embed Links in this channel to answer here.")
    await ctx.reply(**message, mention_author=False)


def may_send(ctx: Context) -> bool:
    """Whether the bot has the right to reply where it was asked; threads have a right of their own."""
    rights = ctx.bot_permissions
    thread = isinstance(ctx.channel, discord.Thread)
    return not ctx.guild or (rights.send_messages_in_threads if thread else rights.send_messages)


async def show_card(origin: Context | Interaction, card: Card, *, hidden: bool = False) -> None:
    """Send a card that needs no lookup."""
    asker = origin.user if isinstance(origin, discord.Interaction) else origin.author
    channel_id = origin.channel.id if origin.channel else 0
    pace(origin.client if isinstance(origin, discord.Interaction) else origin.bot, channel_id, asker)
    if isinstance(origin, discord.Interaction):
        await origin.response.send_message(**_message(card), ephemeral=hidden)
    else:
        await reply_typed(origin, **_message(card))


def _view(card: Card) -> discord.ui.View | None:
    """Return the card's components; presses are answered by their ids (`cogs/buttons.py`)."""
    if not card.buttons and card.menu is None:
        return None
    view = discord.ui.View(timeout=None)
    if card.menu is not None:
        menu = card.menu
        options = [discord.SelectOption(label=o.label, value=o.value, description=o.description) for o in menu.options]
        view.add_item(
            discord.ui.Select(custom_id=menu.custom_id, placeholder=menu.placeholder, options=options, row=menu.row)
        )
    for button in card.buttons:
        view.add_item(
            discord.ui.Button(label=button.label, custom_id=button.custom_id, row=button.row, disabled=button.disabled)
        )
    view.stop()  # a stopped view is sent all the same, and not kept in memory
    return view


def _message(card: Card) -> dict[str, Any]:
    view = _view(card)
    return {"embed": card.embed, "view": view} if view else {"embed": card.embed}


def _as_edit(message: dict[str, Any], files: list[discord.File]) -> dict[str, Any]:
    """Return the same message for an edit, which otherwise keeps old buttons and pictures."""
    return {"view": None, **message, "attachments": files}


async def _charts(answer: Answer) -> list[discord.File]:
    """Draw the answer's chart in a thread: the first one also loads the drawing library."""
    chart = await asyncio.to_thread(compare_chart, answer)
    return [discord.File(io.BytesIO(chart.png), chart.file_name, description=chart.alt)]


def _scope(interaction: Interaction) -> Scope:
    return Scope(interaction.guild_id or 0, interaction.channel_id or 0)


async def _reply(bot: Dateline, scope: Scope, asker: discord.abc.User, ask: Ask, asker_id: int) -> Reply:
    """Make the reply, or take the one that was made since the store last changed."""
    pace(bot, scope.channel_id, asker)
    key = (scope.guild_id, ask, asker_id)
    edition = bot.database.edition()
    known = bot.recent.get(key, edition)
    if known is not None:
        return known
    answer = await lookup.answer(bot.database, scope, ask)
    card = card_of(answer, asker_id, bot.config.prefix)
    reply = Reply(answer, _message(card), card.wants_chart)
    if not lookup.is_random(ask):
        bot.recent.put(key, edition, reply)
    return reply


def pace(bot: Dateline, channel_id: int, asker: discord.abc.User) -> None:
    """Raise UserError if this person asks too much in this channel; it says when to try again."""
    if wait := waiting_time(bot.cooldowns, channel_id, asker):
        rate, per = bot.config.cooldown or (0, 0.0)
        seconds = max(1, math.ceil(wait))
        raise UserError(
            f"That was {rate} questions in {per:g} seconds. Try again in {seconds} second{'s' if seconds > 1 else ''}."
        )


def waiting_time(
    cooldowns: commands.CooldownMapping[tuple[int, int]] | None, channel_id: int, asker: discord.abc.User
) -> float:
    """Count one more, and return for how many seconds it is too many; 0 if it is not."""
    if cooldowns is None:
        return 0.0
    now = discord.utils.utcnow().timestamp()
    bucket = cooldowns.get_bucket((channel_id, asker.id), now)
    return (bucket.update_rate_limit(now) or 0.0) if bucket else 0.0
