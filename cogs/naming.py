"""What else people call a subject: aliases that a server adds and removes."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating import aliases
from bot.moderating.actions import FORM, Action, custom_id, fits
from bot.render.card import Button
from bot.render.forms import alias_form
from bot.render.plain import error, notice
from cogs.actions import action, ask, refuse, show
from cogs.replies import Interaction

BETWEEN = "="
"""Stands between a name and its alias where both are one text."""


@action("entry.alias.add", Access.MODERATOR)
async def _add(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form, filled in with `text` ("chicago = windy city"), with them add the alias."""
    if not wanted.fields:
        name, _, alias = wanted.text.partition(BETWEEN)
        submit = custom_id(Action("entry.alias.add"), FORM)
        await ask(interaction, alias_form(name.strip(), alias.strip(), submit))
        return
    name, alias = wanted.fields.get("subject", "").strip(), wanted.fields.get("alias", "").strip()
    try:
        async with interaction.client.database.write() as conn:
            others = await aliases.add(conn, actor, name, alias, discord.utils.utcnow())
    except UserError as refused:
        await refuse(interaction, refused, Action("entry.alias.add", text=f"{name}{BETWEEN}{alias}"))
        return
    also = f" It finds {', '.join(other.name for other in others)} too, as before." if others else ""
    card = notice(f"“{alias}” now finds {name} in this server.{also}")
    undo = Action("entry.alias.remove", text=alias)
    await show(interaction, replace(card, buttons=(Button("Undo", custom_id(undo)),) if fits(undo) else ()))


@action("entry.alias.remove", Access.MODERATOR)
async def _remove(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Remove the alias in the field `alias` or in `text`."""
    alias = wanted.fields.get("alias", wanted.text).strip()
    try:
        async with interaction.client.database.write() as conn:
            await aliases.remove(conn, actor, alias, discord.utils.utcnow())
    except UserError as refused:
        await show(interaction, error(str(refused)))  # it says what was typed
        return
    await show(interaction, notice(f"“{alias}” is no alias in this server any more."))
