"""Buttons and menus. All that they need is in their ids, so they work after a restart, for weeks."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.answers.asks import MENU_ID, TEMPLATE, decode
from bot.client import Dateline
from bot.errors import UserError
from bot.model import Ask, Command
from cogs import failures
from cogs.replies import NAMED_BY_DISCORD, Interaction, answer_button


async def press(interaction: Interaction, custom_id: str) -> None:
    """Answer what a custom_id asks."""
    try:
        ask, asker_id = _decoded(custom_id)
        asker = _asker(interaction.message, asker_id)
        own = asker == interaction.user.id and not _opens_entry(interaction.message, ask)
        await answer_button(interaction, ask, asker_id, own=own)
    except Exception as error:  # noqa: BLE001 - discord.py only logs what a dynamic item raises
        await failures.tell(interaction, error)


def _decoded(custom_id: str) -> tuple[Ask, int]:
    try:
        return decode(custom_id)
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
        return decode(custom_id or "")[0].command is Command.SHOW
    except ValueError:
        return False


class AskButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=TEMPLATE):
    """A button whose custom_id is a question."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Take the button as Discord sends it."""
        assert isinstance(item, discord.ui.Button)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question."""
        await press(interaction, self.item.custom_id or "")


class OpenMenu(discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=re.escape(MENU_ID)):
    """A menu whose values are questions."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Take the menu as Discord sends it."""
        assert isinstance(item, discord.ui.Select)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question that was picked."""
        await press(interaction, self.item.values[0])


async def setup(bot: Dateline) -> None:
    """Listen for both."""
    bot.add_dynamic_items(AskButton, OpenMenu)
