"""Buttons and menus. All that they need is in their ids, so they work after a restart, for weeks."""

from __future__ import annotations

import re
from typing import Self

import discord

from bot.client import Dateline
from bot.model import Command
from bot.render.asks import MENU_ID, TEMPLATE, decode
from cogs import failures
from cogs.replies import Interaction, answer_button


async def press(interaction: Interaction, custom_id: str) -> None:
    """Answer what a custom_id asks. An entry in full comes beside the card it was opened from, not in its place."""
    try:
        ask, asker_id = decode(custom_id)
        turning = ask.command is not Command.SHOW or _shows_entry(interaction)
        await answer_button(interaction, ask, own=turning and asker_id == interaction.user.id)
    except Exception as error:  # noqa: BLE001 - discord.py only logs what a dynamic item raises
        await failures.tell(interaction, error)


def _shows_entry(interaction: Interaction) -> bool:
    """Whether the card with the button is itself an entry in full, so that the button turns its page."""
    message = interaction.message
    pages = [
        component
        for row in (message.components if message else [])
        if isinstance(row, discord.ActionRow)
        for component in row.children
        if isinstance(component, discord.Button) and component.custom_id
    ]
    return any(
        TEMPLATE.fullmatch(b.custom_id or "") and decode(b.custom_id or "")[0].command is Command.SHOW
        and decode(b.custom_id or "")[0].page
        for b in pages
    )


class AskButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=TEMPLATE):
    """A button whose custom_id is a question."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: discord.ui.Item[discord.ui.View], _match: re.Match[str], /
    ) -> Self:
        """Take the button as Discord sends it."""
        assert isinstance(item, discord.ui.Button)
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the question."""
        await press(interaction, self.item.custom_id or "")


class OpenMenu(discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=re.escape(MENU_ID)):
    """A menu whose values are questions."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: discord.ui.Item[discord.ui.View], _match: re.Match[str], /
    ) -> Self:
        """Take the menu as Discord sends it."""
        assert isinstance(item, discord.ui.Select)
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Answer the question that was picked."""
        await press(interaction, self.item.values[0])


async def setup(bot: Dateline) -> None:
    """Listen for both."""
    bot.add_dynamic_items(AskButton, OpenMenu)
