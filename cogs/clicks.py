"""Presses, picks and submitted forms. What each is for stands in its custom_id, so that it works after a restart."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import discord
from discord.ext import commands

from bot.answers.asks import MENU_ID, PREFIX
from bot.client import Dateline
from bot.errors import UserError
from bot.moderating.actions import AGAIN, BUTTON, FORM, MENU, Action, decode
from cogs import failures
from cogs.actions import OUTDATED, filled, perform, reopen
from cogs.buttons import press
from cogs.replies import Interaction

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
        except Exception as error:  # noqa: BLE001 - told to the person and logged, whatever it is
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
        elif custom_id == MENU_ID and values:
            await press(interaction, values[0])
        elif custom_id.startswith(PREFIX):
            await press(interaction, custom_id)
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


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Clicks(bot))
