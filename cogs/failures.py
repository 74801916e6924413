"""The one place where a failed command, button or form tells its person what happened."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import discord
from discord import app_commands
from discord.ext import commands

from bot import faults
from bot.client import Dateline
from bot.text import clip, line, safe
from cogs.replies import Context, Interaction, may_send, waiting_time

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_UNKNOWN_INTERACTION = 10062
_ALREADY_ACKNOWLEDGED = 40060

_TYPED_ROOM = 100

log = logging.getLogger("dateline.faults")

Autocompletion: TypeAlias = Callable[..., Coroutine[Any, Any, list[app_commands.Choice[str]]]]


async def tell(interaction: Interaction, error: Exception) -> None:
    """Tell the person who used an interaction, and nobody else, what went wrong."""
    cause = _cause(error)
    if isinstance(cause, discord.NotFound) and cause.code == _UNKNOWN_INTERACTION:
        # Too late, on a machine that has too much to do: Discord has told the person, and nobody can any more.
        log.warning("answered too late", extra={"what": interaction.type.name})
        return
    if isinstance(cause, discord.HTTPException) and cause.code == _ALREADY_ACKNOWLEDGED:
        log.warning("answered by another process", extra={"what": interaction.type.name})
        return
    text = faults.sentence(cause, f"interaction {interaction.type.name}")
    # The interaction may have expired or been answered by now; there is no one left to tell then.
    with contextlib.suppress(discord.HTTPException):
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])  # no sentence can be shown to somebody who types
        elif interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)


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


def _cause(error: Exception) -> Exception:
    """Return what a command raised, out of discord.py's wrapping."""
    while isinstance(error, commands.CommandInvokeError | app_commands.CommandInvokeError):
        error = error.original
    return error


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
            case cause:
                text = faults.sentence(cause, f"command {ctx.command}")
        if not may_send(ctx):
            return  # Discord bans an address that keeps trying what it may not
        if waiting_time(ctx.bot.refusals, ctx.channel.id, ctx.author):
            return  # whoever goes on regardless has been told often enough
        with contextlib.suppress(discord.HTTPException):
            await ctx.reply(text, mention_author=False)


async def setup(bot: Dateline) -> None:
    """Take over from discord.py's handlers, which only log."""
    bot.tree.error(tell)
    await bot.add_cog(Failures())
