"""The one place where a failed command, button or form tells its person what happened."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot import faults
from bot.client import Dateline
from bot.errors import UserError
from bot.text import clip, line, safe
from cogs.actions import way_back
from cogs.replies import Context, Interaction, may_send, reply_typed, waiting_time

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_UNKNOWN_INTERACTION = 10062
_ALREADY_ACKNOWLEDGED = 40060

_REFUSED = frozenset({403, 404, 429})
_SERVER_ERRORS = 500
_CLOSED = frozenset({20016, 20028, 50083, 160005})
"""Codes of a channel that takes nothing just now: slow mode, too many messages, an archived or a locked thread."""

_UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, ConnectionError)

UNKNOWN_COMMAND = "This command belongs to another version of the bot. Reload Discord (Ctrl-R) and choose it again."
NOT_TAKEN = "Discord did not take the answer. Please try again in a moment."

_TYPED_ROOM = 100
_REASON = 200

NOT_OFFERED = "This command does not offer that. Use it again, and choose from what Discord lists."

log = logging.getLogger("dateline.faults")

Autocompletion: TypeAlias = Callable[..., Coroutine[Any, Any, list[app_commands.Choice[str]]]]


async def tell(interaction: Interaction, error: Exception) -> None:
    """Tell the person who used an interaction, and nobody else, what went wrong. Raises nothing.

    What they filled in is given back to them, except where Discord did not take the answer to what was done.
    """
    cause = _cause(error)
    if isinstance(cause, discord.NotFound) and cause.code == _UNKNOWN_INTERACTION:
        # Too late, on a machine that has too much to do: Discord has told the person, and nobody can any more.
        log.warning("answered too late", extra={"what": interaction.type.name})
        return
    if isinstance(cause, discord.HTTPException) and cause.code == _ALREADY_ACKNOWLEDGED:
        log.warning("answered by another process", extra={"what": interaction.type.name})
        return
    where = f"interaction {interaction.type.name}"
    more = way_back(interaction)
    if isinstance(cause, app_commands.CommandNotFound):
        text = UNKNOWN_COMMAND
    elif _is_refusal(cause):
        log.warning("Discord did not take an answer", extra={"where": where, "error": _reason(cause)})
        text, more = NOT_TAKEN, {}
    else:
        text = faults.sentence(cause, where)
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])  # no sentence can be shown to somebody who types
        elif interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, **more)
        else:
            await interaction.response.send_message(text, ephemeral=True, **more)
    except _UNREACHABLE as unheard:
        # The interaction may have expired or been answered by now; there is no one left to tell then.
        log.info("nobody could be told", extra={"where": where, "error": _reason(unheard)})


def telling(complete: Autocompletion) -> Autocompletion:
    """Return the same autocompletion, in which a fault is told of as everywhere.

    discord.py would offer nothing at all, and log it without a reference and with the id of who typed.
    """

    @functools.wraps(complete)
    async def told(interaction: Interaction, typed: str, **only: Any) -> list[app_commands.Choice[str]]:
        try:
            return await complete(interaction, typed, **only)
        except Exception as error:  # noqa: BLE001 - whatever it is
            await tell(interaction, error)
            return []

    return told


def _is_refusal(error: Exception) -> bool:
    """Whether Discord, or what stands before it, did not take an answer, which is no fault of ours."""
    if isinstance(error, discord.HTTPException):
        return error.status in _REFUSED or error.status >= _SERVER_ERRORS or error.code in _CLOSED
    return isinstance(error, _UNREACHABLE)


def _reason(error: Exception) -> str:
    """Return what an error says, on one line of a sensible length: it may hold a whole page."""
    return clip(" ".join(str(error).split()) or type(error).__name__, _REASON)


def _cause(error: Exception) -> Exception:
    """Return what a command raised, out of discord.py's wrapping; UserError for a value of the wrong kind."""
    while isinstance(error, commands.CommandInvokeError | app_commands.CommandInvokeError):
        error = error.original
    # Discord lets nobody pick this: the sender has gone around Discord's client.
    return UserError(NOT_OFFERED) if isinstance(error, app_commands.TransformerError) else error


class Failures(commands.Cog):
    """Answers what typed commands raise."""

    @commands.Cog.listener()
    async def on_command_error(self, ctx: Context, error: commands.CommandError) -> None:
        """Tell the author of a typed command what went wrong."""
        match _cause(error):
            case commands.CommandNotFound():
                if ctx.guild and ctx.prefix == await ctx.bot.prefix(ctx.guild.id):
                    return  # another bot may share the prefix
                typed = line(clip(ctx.invoked_with or "", _TYPED_ROOM))
                text = f"I do not know “{typed}”. Type help to see what I can answer."
            case commands.UserInputError() | commands.CheckFailure() as refused:
                text = safe(str(refused))
            case cause if _is_refusal(cause):
                _not_taken(ctx, cause)
                return
            case cause:
                text = faults.sentence(cause, f"command {ctx.command}")
        if not may_send(ctx):
            return  # Discord bans an address that keeps trying what it may not
        if waiting_time(ctx.bot.refusals, ctx.channel, ctx.author):
            return  # whoever goes on regardless has been told often enough
        try:
            await reply_typed(ctx, content=text)
        except _UNREACHABLE as unheard:
            _not_taken(ctx, unheard)


def _not_taken(ctx: Context, error: Exception) -> None:
    """Log that nothing can be said in a channel just now: it is locked, gone, or Discord has a fault."""
    where = f"command {ctx.command}"
    log.warning(
        "Discord did not take an answer", extra={"where": where, "channel": ctx.channel.id, "error": _reason(error)}
    )


async def setup(bot: Dateline) -> None:
    """Take over from discord.py's handlers, which only log."""
    bot.tree.error(tell)
    await bot.add_cog(Failures())
