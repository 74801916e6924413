"""One way to answer, from wherever a question comes: a slash command, a typed one, or a button."""

from __future__ import annotations

import asyncio
import io
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import discord
from discord.ext import commands

from bot.answers import lookup
from bot.answers.asks import encode
from bot.client import Dateline
from bot.errors import UserError
from bot.model import Answer, Ask, Scope
from bot.render.answers import card as card_of
from bot.render.card import Bars, Button, Card, Chart, Menu, Pick, Picker, Style
from bot.render.chart import chart
from bot.render.plain import notice

Context: TypeAlias = commands.Context[Dateline]
Interaction: TypeAlias = discord.Interaction[Dateline]
Place: TypeAlias = "discord.abc.MessageableChannel | discord.interactions.InteractionChannel | None"
"""A channel as messages and interactions have it."""

NAMED_BY_DISCORD = 0
"""In place of the asker's id on cards whose asker Discord names by itself, as it does for every interaction's."""

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_CANNOT_REPLY = 160002
"""Without the right Read Message History, which Discord may have taken away a moment ago."""

NO_CHART = "The chart is left out: I need the permission Attach Files in this channel."
ASKER_ONLY = "In this channel, answers are shown to whoever asks, and to nobody else."


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to be sent, as often as it is asked for: the message, but for its chart.

    In `private_channels` of its server it is for the asker alone.
    """

    answer: Answer
    message: dict[str, Any]
    bars: Bars | None
    private_channels: tuple[int, ...]

    @property
    def hidden(self) -> bool:
        """Whether it is a miss, which concerns its asker alone."""
        return not (self.answer.entries or self.answer.sources)


async def answer_slash(interaction: Interaction, ask: Ask) -> None:
    """Answer a slash command: in the channel, or for the asker alone a miss, and all in a private channel."""
    bot, scope = interaction.client, _scope(interaction)
    with bot.answering(ask.command, "slash", interaction.response.is_done):
        # Who asked stands in what Discord knows of the message, so that all askers share a reply.
        pace(bot, interaction.channel, interaction.user)
        reply = await _reply(bot, scope, ask, NAMED_BY_DISCORD)
        hidden = reply.hidden or _is_private(interaction.channel, reply.private_channels)
        if reply.bars:
            await interaction.response.defer(ephemeral=hidden)
            message = await interaction.edit_original_response(**as_edit(reply.message, await charts(reply.bars)))
            message_id = message.id
        else:
            sent = await interaction.response.send_message(**reply.message, ephemeral=hidden)
            message_id = sent.message_id
        if not hidden:
            _note(bot, scope, message_id, reply.answer, NAMED_BY_DISCORD)


async def answer_typed(ctx: Context, ask: Ask) -> None:
    """Answer a typed command with a reply to its message; in a private channel, with a button that answers."""
    with ctx.bot.answering(ask.command, "typed"):
        scope = Scope(ctx.guild.id if ctx.guild else 0, ctx.channel.id)
        private = _is_private(ctx.channel, (await ctx.bot.settings(scope.guild_id)).private_channels)
        pace(ctx.bot, ctx.channel, ctx.author)
        if private and lookup.is_random(ask):
            await _offer_answer(ctx, ask)
            return
        reply = await _reply(ctx.bot, scope, ask, ctx.author.id)
        if private and not reply.hidden:
            await _offer_answer(ctx, reply.answer.ask)
            return
        drawn: dict[str, Any] = {}
        if reply.bars and rights_in(ctx).attach_files:
            drawn = {"files": await charts(reply.bars)}
        elif reply.bars:
            _lacking(ctx, "Attach Files")
            drawn = {"content": NO_CHART}
        message = await reply_typed(ctx, **reply.message, **drawn)
        _note(ctx.bot, scope, message.id, reply.answer, ctx.author.id)


async def answer_button(interaction: Interaction, ask: Ask, asker_id: int, *, own: bool) -> None:
    """Answer a button: in place of its card (`own`), or in a new card that only the presser sees."""
    bot, scope, card = interaction.client, _scope(interaction), interaction.message
    with bot.answering(ask.command, "button", interaction.response.is_done):
        public = card is not None and not card.flags.ephemeral
        if public and own:
            own = not _is_private(interaction.channel, (await bot.settings(scope.guild_id)).private_channels)
        named = asker_id if own else NAMED_BY_DISCORD
        pace(bot, interaction.channel, interaction.user)
        reply = await _reply(bot, scope, ask, named)
        if reply.bars:
            await interaction.response.defer(ephemeral=not own, thinking=not own)
            await interaction.edit_original_response(**as_edit(reply.message, await charts(reply.bars)))
        elif own:
            await interaction.response.edit_message(**as_edit(reply.message, []))
        else:
            await interaction.response.send_message(**reply.message, ephemeral=True)
        if own and public and card is not None:
            _note(bot, scope, card.id, reply.answer, named, edited=True)


async def _offer_answer(ctx: Context, ask: Ask) -> None:
    """Reply with a button that shows an answer to whoever presses it."""
    button = Button("Show", encode(ask, ctx.author.id), style=Style.MAIN)
    await reply_typed(ctx, **message_of(replace(notice(ASKER_ONLY), buttons=(button,))))


def _is_private(channel: Any, private_channels: tuple[int, ...]) -> bool:
    """Whether answers are seen by their asker alone in a channel; a thread is as its channel."""
    if not private_channels or channel is None:
        return False
    return not {channel.id, getattr(channel, "parent_id", None)}.isdisjoint(private_channels)


def _note(
    bot: Dateline, scope: Scope, message_id: int | None, answer: Answer, asker_id: int, *, edited: bool = False
) -> None:
    """Note where an answer is shown, so that corrections can follow it; in a server only."""
    if scope.guild_id and message_id:
        bot.posted.note(scope.guild_id, scope.channel_id, message_id, answer, asker_id, edited=edited)


async def reply_typed(ctx: Context, **message: Any) -> discord.Message:
    """Answer a typed command: with a reply to its message, or just in the channel where that cannot be replied to.

    Raises BotMissingPermissions where nothing may be sent, and UserError where only cards may not.
    """
    if not may_send(ctx):
        raise commands.BotMissingPermissions([])
    rights = rights_in(ctx)
    if "embed" in message and not rights.embed_links:
        _lacking(ctx, "Embed Links")
        raise UserError("I need the permission Embed Links in this channel to answer here.")
    if rights.read_message_history:
        # The message may have been deleted by now, which is no reason to say nothing.
        reference = ctx.message.to_reference(fail_if_not_exists=False)
        try:
            return await ctx.send(**message, reference=reference, mention_author=False)
        except discord.Forbidden as error:
            if error.code != _CANNOT_REPLY or message.get("files"):  # which are gone with the first attempt
                raise
    _lacking(ctx, "Read Message History")
    return await ctx.send(**message)


def may_send(ctx: Context) -> bool:
    """Whether the bot has the right to answer where it was asked; if not, that is logged once for each channel."""
    rights = rights_in(ctx)
    if isinstance(ctx.channel, discord.Thread):
        held, right = rights.send_messages_in_threads, "Send Messages in Threads"
    else:
        held, right = rights.send_messages, "Send Messages"
    if not held:
        _lacking(ctx, right)
    return held


def rights_in(ctx: Context) -> discord.Permissions:
    """Return what the bot may do where it was asked; all, where the channel is not known."""
    if ctx.guild is None or isinstance(ctx.channel, discord.PartialMessageable):
        return discord.Permissions.all()
    if isinstance(ctx.channel, discord.Thread) and ctx.channel.parent is None:
        return discord.Permissions.all()
    return ctx.bot_permissions


def _lacking(ctx: Context, right: str) -> None:
    server = ctx.guild.id if ctx.guild else 0
    ctx.bot.note_once("a permission is missing", permission=right, server=server, channel=ctx.channel.id)


async def show_card(origin: Context | Interaction, card: Card, *, hidden: bool = False) -> None:
    """Send a card that needs no lookup."""
    asker = origin.user if isinstance(origin, discord.Interaction) else origin.author
    pace(origin.client if isinstance(origin, discord.Interaction) else origin.bot, origin.channel, asker)
    if isinstance(origin, discord.Interaction):
        await origin.response.send_message(**message_of(card), ephemeral=hidden)
    else:
        await reply_typed(origin, **message_of(card))


def _view(card: Card) -> discord.ui.View | None:
    """Return the card’s components; presses are answered by their ids (`cogs/clicks.py`)."""
    if not (card.buttons or card.menu or card.pickers):
        return None
    view = discord.ui.View(timeout=None)
    for menu in (card.menu, *card.pickers) if card.menu else card.pickers:
        view.add_item(_menu(menu) if isinstance(menu, Menu) else picker(menu))
    for button in card.buttons:
        view.add_item(
            discord.ui.Button(
                label=button.label,
                custom_id=button.custom_id,
                row=button.row,
                disabled=button.disabled,
                style=_STYLES[button.style],
            )
        )
    view.stop()  # a stopped view is sent all the same, and not kept in memory
    return view


_STYLES = {style: discord.ButtonStyle[style.value] for style in Style}


def _menu(menu: Menu) -> discord.ui.Select[Any]:
    options = [
        discord.SelectOption(label=o.label, value=o.value, description=o.description or None, default=o.chosen)
        for o in menu.options
    ]
    return discord.ui.Select(custom_id=menu.custom_id, placeholder=menu.placeholder, options=options, row=menu.row)


_TEXT = [discord.ChannelType.text, discord.ChannelType.news]
CHANNEL_TYPES = {
    Pick.CHANNELS: _TEXT,
    Pick.PLACES: [*_TEXT, discord.ChannelType.public_thread, discord.ChannelType.news_thread],
}


def picker(wanted: Picker, *, required: bool = False) -> discord.ui.Item[Any]:
    """Return a menu of roles, channels or places, for a message or a form."""
    if wanted.pick is Pick.ROLES:
        chosen = [discord.SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.role) for id_ in wanted.chosen]
        menu: Any = discord.ui.RoleSelect
    else:
        chosen = [
            discord.SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.channel) for id_ in wanted.chosen
        ]
        menu = partial(discord.ui.ChannelSelect, channel_types=CHANNEL_TYPES[wanted.pick])
    return menu(
        custom_id=wanted.custom_id,
        placeholder=wanted.placeholder or None,
        required=required,
        min_values=int(required),
        max_values=wanted.most,
        default_values=chosen,
        row=wanted.row,
    )


def message_of(card: Card) -> dict[str, Any]:
    """Return a card as the arguments of a message."""
    view = _view(card)
    return {"embed": card.embed, "view": view} if view else {"embed": card.embed}


def as_edit(message: dict[str, Any], files: list[discord.File]) -> dict[str, Any]:
    """Return the same message for an edit, which otherwise keeps an old sentence, old buttons and pictures."""
    return {"content": None, "view": None, **message, "attachments": files}


async def charts(bars: Bars) -> list[discord.File]:
    """Draw a card's chart in a thread: the first one also loads the drawing library."""
    return [file_of(await asyncio.to_thread(chart, bars))]


class _File(discord.File):
    """A file that gives its bytes back when it is sent; discord.py leaves them to the garbage collector."""

    def close(self) -> None:
        """Close; it goes with one message only."""
        super().close()
        self.fp.close()


def file_of(drawn: Chart) -> discord.File:
    """Return a chart as a file that goes with a message, once."""
    return attached(drawn.png, drawn.file_name, drawn.alt)


def attached(content: bytes, name: str, alt: str | None = None) -> discord.File:
    """Return bytes as a file that goes with a message, once."""
    return _File(io.BytesIO(content), name, description=alt)


def _scope(interaction: Interaction) -> Scope:
    return Scope(interaction.guild_id or 0, interaction.channel_id or 0)


async def card_for(bot: Dateline, guild_id: int, answer: Answer, asker_id: int) -> Card:
    """Return an answer's card as a server's settings have it."""
    settings = await bot.settings(guild_id)
    return card_of(answer, asker_id, settings.prefix or bot.config.prefix, settings.language)


async def _reply(bot: Dateline, scope: Scope, ask: Ask, asker_id: int) -> Reply:
    """Make the reply, or take the one that was made since the store last changed."""
    key = (scope.guild_id, ask, asker_id)
    edition = bot.database.edition()
    known = bot.recent.get(key, edition)
    if known is not None:
        return known
    answer = await lookup.answer(bot.database, scope, ask)
    card = await card_for(bot, scope.guild_id, answer, asker_id)
    private = (await bot.settings(scope.guild_id)).private_channels
    reply = Reply(answer, message_of(card), card.bars, private)
    if not lookup.is_random(ask):
        bot.recent.put(key, edition, reply)
    return reply


def pace(bot: Dateline, channel: Place, asker: discord.abc.User) -> None:
    """Raise UserError if this person asks too much in this channel; it says when to try again."""
    if wait := waiting_time(bot.cooldowns, channel, asker):
        rate, per = bot.config.cooldown or (0, 0.0)
        seconds = max(1, math.ceil(wait))
        raise UserError(
            f"That was {rate} questions in {per:g} seconds. Try again in {seconds} second{'s' if seconds > 1 else ''}."
        )


def waiting_time(
    cooldowns: commands.CooldownMapping[tuple[int, int]] | None, channel: Place, asker: discord.abc.User
) -> float:
    """Count one more, and return for how many seconds it is too many; 0 if it is not.

    All threads of a channel count as that channel: anybody can open another thread.
    """
    if cooldowns is None:
        return 0.0
    now = discord.utils.utcnow().timestamp()
    place = getattr(channel, "parent_id", None) or (channel.id if channel else 0)
    bucket = cooldowns.get_bucket((place, asker.id), now)
    return (bucket.update_rate_limit(now) or 0.0) if bucket else 0.0
