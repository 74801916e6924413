"""One way to answer, from wherever a question comes: a slash command, a typed one, or a button."""

from __future__ import annotations

import asyncio
import io
import math
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


async def answer_slash(interaction: Interaction, ask: Ask) -> None:
    """Answer a slash command: in the channel, or a miss for the asker alone."""
    bot = interaction.client
    with bot.answering(ask.command, "slash"):
        answer, card = await _prepared(bot, interaction.channel_id, interaction.guild_id, interaction.user, ask)
        if card.wants_chart:
            await interaction.response.defer()
            sent = _message(card, await _charts(answer))
            await interaction.edit_original_response(**_as_edit(sent))
            return
        hidden = not (answer.entries or answer.sources)
        await interaction.response.send_message(**_message(card, []), ephemeral=hidden)


async def answer_typed(ctx: Context, ask: Ask) -> None:
    """Answer a typed command with a reply to its message."""
    bot = ctx.bot
    with bot.answering(ask.command, "typed"):
        guild_id = ctx.guild.id if ctx.guild else None
        answer, card = await _prepared(bot, ctx.channel.id, guild_id, ctx.author, ask)
        charts = await _charts(answer) if card.wants_chart else []
        await reply_typed(ctx, **_message(card, charts))


async def answer_button(interaction: Interaction, ask: Ask, *, own: bool) -> None:
    """Answer a button: in place of the card for the one who asked for it, else in a card that only they see."""
    bot = interaction.client
    with bot.answering(ask.command, "button"):
        answer, card = await _prepared(bot, interaction.channel_id, interaction.guild_id, interaction.user, ask)
        if card.wants_chart:
            await interaction.response.defer(ephemeral=not own, thinking=not own)
            sent = _message(card, await _charts(answer))
            await interaction.edit_original_response(**_as_edit(sent))
        elif own:
            await interaction.response.edit_message(**_as_edit(_message(card, [])))
        else:
            await interaction.response.send_message(**_message(card, []), ephemeral=True)


async def reply_typed(ctx: Context, **message: Any) -> None:
    """Reply to a typed command; without a needed right, say which one is missing, as far as that is possible."""
    rights = ctx.bot_permissions
    if ctx.guild and not rights.send_messages:
        raise discord.ext.commands.BotMissingPermissions(["send_messages"])
    if "embed" in message and not rights.embed_links:
        raise UserError("I need the permission Embed Links in this channel to answer here.")
    await ctx.reply(**message, mention_author=False)


async def show_card(origin: Context | Interaction, card: Card, *, hidden: bool = False) -> None:
    """Send a card that needs no lookup."""
    if isinstance(origin, discord.Interaction):
        await origin.response.send_message(**_message(card, []), ephemeral=hidden)
    else:
        await reply_typed(origin, **_message(card, []))


def _view(card: Card) -> discord.ui.View | None:
    """Return the card's components. They are answered by what is in their ids, so nothing waits for a press."""
    if not card.buttons and card.menu is None:
        return None
    view = discord.ui.View(timeout=None)
    if card.menu is not None:
        menu = card.menu
        options = [
            discord.SelectOption(label=o.label, value=o.value, description=o.description) for o in menu.options
        ]
        view.add_item(
            discord.ui.Select(
                custom_id=menu.custom_id, placeholder=menu.placeholder, options=options, row=menu.row
            )
        )
    for button in card.buttons:
        view.add_item(
            discord.ui.Button(
                label=button.label, custom_id=button.custom_id, row=button.row, disabled=button.disabled
            )
        )
    view.stop()  # a stopped view is sent all the same, and not kept in memory
    return view


def _message(card: Card, charts: list[discord.File]) -> dict[str, Any]:
    message: dict[str, Any] = {"embed": card.embed}
    if view := _view(card):
        message["view"] = view
    if charts:
        message["files"] = charts
    return message


def _as_edit(message: dict[str, Any]) -> dict[str, Any]:
    """Return the same message for an edit, which otherwise keeps old buttons and pictures."""
    files = message.pop("files", [])
    return {"view": None, **message, "attachments": files}


async def _charts(answer: Answer) -> list[discord.File]:
    """Draw the answer's chart in a thread: the first one also loads the drawing library."""
    chart = await asyncio.to_thread(compare_chart, answer)
    return [discord.File(io.BytesIO(chart.png), chart.file_name, description=chart.alt)]


async def _prepared(
    bot: Dateline, channel_id: int | None, guild_id: int | None, asker: discord.abc.User, ask: Ask
) -> tuple[Answer, Card]:
    scope = Scope(guild_id or 0, channel_id or 0)
    pace(bot, scope, asker)
    answer = await lookup.answer(bot.database, scope, ask)
    return answer, card_of(answer, asker.id, bot.config.prefix)


def pace(bot: Dateline, scope: Scope, asker: discord.abc.User) -> None:
    """Raise UserError if this person asks too much in this channel; it says when to try again."""
    if bot.cooldowns is None:
        return
    now = discord.utils.utcnow().timestamp()
    bucket = bot.cooldowns.get_bucket((scope.channel_id, asker.id), now)
    if bucket is None:
        return
    wait = bucket.update_rate_limit(now)
    if wait:
        seconds = max(1, math.ceil(wait))
        raise UserError(
            f"That was {bucket.rate} questions in {bucket.per:g} seconds. "
            f"Try again in {seconds} second{'s' if seconds > 1 else ''}."
        )
