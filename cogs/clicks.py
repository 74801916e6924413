"""Presses, picks and submitted forms. What each is for stands in its custom_id, so that it works after a restart."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import discord
from discord.ext import commands

from bot.answers import asks
from bot.client import Dateline
from bot.errors import UserError
from bot.model import Ask, Command
from bot.moderating.actions import AGAIN, BUTTON, FORM, MENU, Action, decode
from cogs import failures
from cogs.actions import OUTDATED, filled, perform, reopen
from cogs.replies import NAMED_BY_DISCORD, Interaction, answer_button

TWICE = "This was sent twice, and is done once."


class Clicks(commands.Cog):
    """Answers every component and every form, also those that this version does not know."""

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot
        self._forms: set[Hashable] = set()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Do what was clicked or sent; slash commands and what is typed into them are discord.py's."""
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        if not self.bot.is_first(interaction.id):
            return
        try:
            await self._do(interaction)
        except Exception as error:  # noqa: BLE001 - every error is told to the person and logged
            await failures.tell(interaction, error)

    async def _do(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        custom_id, values = data["custom_id"], tuple(data.get("values", ()))
        kind = custom_id.partition(":")[0]
        if interaction.type is discord.InteractionType.modal_submit:
            if kind != FORM:
                raise UserError(OUTDATED)
            fields = filled(data)
            with self._once((interaction.guild_id, interaction.user.id, custom_id, *fields.items())):
                await perform(interaction, replace(_action(custom_id), fields=fields), "form")
        elif custom_id == AGAIN:
            await reopen(interaction)
        elif custom_id == asks.MENU_ID and values:
            await _press(interaction, values[0])
        elif custom_id.startswith(asks.PREFIX):
            await _press(interaction, custom_id)
        elif kind == BUTTON:
            await perform(interaction, _action(custom_id), "button")
        elif kind == MENU:
            await perform(interaction, replace(_action(custom_id), values=values), "menu")
        else:
            raise UserError(OUTDATED)

    @contextmanager
    def _once(self, form: Hashable) -> Generator[None]:
        """Raise UserError if the same person's same form is being done at this moment."""
        if form in self._forms:
            raise UserError(TWICE)
        self._forms.add(form)
        try:
            yield
        finally:
            self._forms.discard(form)


def _action(custom_id: str) -> Action:
    try:
        return decode(custom_id)
    except ValueError as error:
        raise UserError(OUTDATED) from error


async def _press(interaction: Interaction, custom_id: str) -> None:
    """Answer the question in a custom_id. Raises UserError."""
    ask, asker_id = _question(custom_id)
    asker = _asker(interaction.message, asker_id)
    own = asker == interaction.user.id and not _opens_entry(interaction.message, ask)
    await answer_button(interaction, ask, asker_id, own=own)


def _question(custom_id: str) -> tuple[Ask, int]:
    try:
        return asks.decode(custom_id)
    except ValueError as error:
        raise UserError("This card is from another version of the bot. Please ask again.") from error


def _asker(message: discord.Message | None, asker_id: int) -> int:
    """Return who asked for a card: a typed command's card says so itself, of the others Discord does."""
    if asker_id != NAMED_BY_DISCORD or message is None or message.interaction_metadata is None:
        return asker_id
    return message.interaction_metadata.user.id


def _opens_entry(message: discord.Message | None, ask: Ask) -> bool:
    """Whether an entry is opened from a list, beside which it is shown, and not a page of it turned."""
    if ask.command is not Command.SHOW or message is None:
        return False
    buttons = [item for row in message.components if isinstance(row, discord.ActionRow) for item in row.children]
    pages = {item.custom_id for item in buttons if isinstance(item, discord.Button) and _shows(item.custom_id)}
    return len(pages) < 2  # noqa: PLR2004 - Previous and Next


def _shows(custom_id: str | None) -> bool:
    try:
        return asks.decode(custom_id or "")[0].command is Command.SHOW
    except ValueError:
        return False


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Clicks(bot))
