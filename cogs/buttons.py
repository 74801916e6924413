"""Buttons and menus that ask. All that they need is in their ids, so they work after a restart, for weeks."""

from __future__ import annotations

import discord

from bot.answers.asks import decode
from bot.errors import UserError
from bot.model import Ask, Command
from cogs.replies import NAMED_BY_DISCORD, Interaction, answer_button


async def press(interaction: Interaction, custom_id: str) -> None:
    """Answer what a custom_id asks. Raises UserError."""
    ask, asker_id = _decoded(custom_id)
    asker = _asker(interaction.message, asker_id)
    own = asker == interaction.user.id and not _opens_entry(interaction.message, ask)
    await answer_button(interaction, ask, asker_id, own=own)


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
