"""What else people call a subject: aliases that a server adds and removes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating import aliases, kept
from bot.moderating.actions import FORM, Action, custom_id
from bot.render.card import Button, Card
from bot.render.moderation import LISTED
from bot.render.naming import alias_form, aliases_card
from bot.render.plain import error, notice
from bot.store import subjects
from cogs.actions import action, ask, number, refuse, show
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
            added = await aliases.add(conn, actor, name, alias, discord.utils.utcnow())
    except UserError as refused:
        await refuse(interaction, refused, Action("entry.alias.add", text=f"{name}{BETWEEN}{alias}"))
        return
    others = ", ".join(one.name for one in added.others)
    also = f" It finds {others} too, as before." if others else ""
    card = notice(f"“{alias}” now finds {added.subject.name} in this server.{also}")
    await show(interaction, await _undoable(interaction, actor, card, [added.change_id]))


@action("entry.alias.remove", Access.MODERATOR)
async def _remove(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Remove the alias in the field `alias` or in `text`."""
    alias = wanted.fields.get("alias", wanted.text).strip()
    try:
        async with interaction.client.database.write() as conn:
            changes = await aliases.remove(conn, actor, alias, discord.utils.utcnow())
    except UserError as refused:
        await show(interaction, error(str(refused)))  # it says what was typed
        return
    card = notice(f"“{alias}” is no other name of anything in this server any more.")
    await show(interaction, await _undoable(interaction, actor, card, changes))


@action("entry.alias.undo", Access.MODERATOR)
async def _undo(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take back what was done to a name: the change `id`, and those in `text`."""
    changes = [wanted.id, *map(number, filter(None, wanted.text.split(",")))]
    async with interaction.client.database.write() as conn:
        undone = await aliases.undo(conn, actor, changes, discord.utils.utcnow())
    named = " and ".join(sorted(one.name for one in undone.subjects))
    told = f"finds {named} again" if undone.given else f"does not find {named} any more"
    await show(interaction, notice(f"“{undone.alias}” {told}."))


@action("entry.alias.list", Access.MODERATOR)
async def _list(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """List the aliases that the server added: of the subject `id`, or one that was picked or typed, or all.

    As `text`, a number is a page of them.
    """
    page, subject = number(wanted.text), None
    typed = "".join(wanted.values[:1]) or ("" if wanted.text.isdecimal() else wanted.text)
    async with interaction.client.database.read() as conn:
        if typed:
            subject = await aliases.named(conn, actor.guild_id, typed)
        elif wanted.id:
            subject = await subjects.select_one(conn, actor.guild_id, wanted.id)
            if subject is None:
                raise UserError("There is no such subject in this server.")
        of = subject.id if subject else 0
        found = await aliases.listed(conn, actor.guild_id, of, limit=LISTED + 1, offset=page * LISTED)
    await show(interaction, aliases_card(found[:LISTED], subject, page, more=len(found) > LISTED))


async def _undoable(interaction: Interaction, actor: Actor, card: Card, changes: Sequence[int]) -> Card:
    """Return a card with a button that takes these changes back."""
    undo = Action("entry.alias.undo", changes[0], ",".join(map(str, changes[1:])))
    short = await kept.short(interaction.client.database, actor, undo, discord.utils.utcnow())
    return replace(card, buttons=(Button("Undo", custom_id(short)),))
