"""Presses, picks and submitted forms whose custom_id is an action; each is done through `cogs/actions.py`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Self

import discord
from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.moderating.actions import BUTTON, FORM, MENU, PATTERN, decode
from cogs import failures
from cogs.actions import OUTDATED, filled, perform
from cogs.replies import Interaction


async def _do(interaction: Interaction, surface: str, **given: Any) -> None:
    """Do what the custom_id says, with what was picked or filled in."""
    # discord.py only logs what a DynamicItem or a listener raises.
    data: Any = interaction.data
    try:
        try:
            wanted = decode(data["custom_id"])
        except ValueError as error:
            raise UserError(OUTDATED) from error
        await perform(interaction, replace(wanted, **given), surface)
    except Exception as error:  # noqa: BLE001 - told to the person and logged, whatever it is
        await failures.tell(interaction, error)


class ActionButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(BUTTON + PATTERN, re.DOTALL)
):
    """A button whose custom_id is an action."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Take the button as Discord sends it."""
        assert isinstance(item, discord.ui.Button)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it."""
        await _do(interaction, "button")


class ActionMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=re.compile(MENU + PATTERN, re.DOTALL)
):
    """A menu whose custom_id is an action; what is picked goes along as its values."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Take the menu as Discord sends it."""
        return cls(item)  # pyright: ignore[reportArgumentType] - a menu of roles or channels is none of options

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it with what was picked."""
        data: Any = interaction.data
        await _do(interaction, "menu", values=tuple(data.get("values", ())))


class Forms(commands.Cog):
    """Reads submitted forms by their custom_id; discord.py would know only those opened since the start."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Do what a submitted form is for."""
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.modal_submit and data["custom_id"].startswith(f"{FORM}:"):
            await _do(interaction, "form", fields=filled(data))


async def setup(bot: Dateline) -> None:
    """Listen for all three."""
    bot.add_dynamic_items(ActionButton, ActionMenu)
    await bot.add_cog(Forms())
