"""What a server's own sources and subjects are called: their forms, and the way back."""

from __future__ import annotations

import discord

from bot import names
from bot.answers import similar
from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating import aliases, kept, subjects
from bot.moderating.actions import FORM, Action, custom_id
from bot.names import entry_number
from bot.render.card import Card
from bot.render.corrections import with_update
from bot.render.forms import source_form
from bot.render.particulars import changed_card, subject_form
from bot.render.plain import notice
from bot.store import revisions
from bot.store.database import Connection
from bot.text import raw_name
from bot.writing import articles
from cogs.actions import action, ask, refuse, show
from cogs.corrections import offered_of
from cogs.digest_desk import hold
from cogs.notices import refresh_between
from cogs.replies import Interaction

_NEW = "new."
"""What the fields of a source's form begin with."""


@action("source.edit", Access.MODERATOR)
async def _source(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form of a source, filled in with `text`, with them change it.

    It is named by its id, or without one by `text`.
    """
    db, now = interaction.client.database, discord.utils.utcnow()
    if not wanted.fields:
        async with db.read() as conn:
            source_id = wanted.id or entry_number(wanted.text) or await _named(conn, actor, wanted.text)
            source = await articles.own_source(conn, actor.guild_id, source_id)
        stated = {f"{_NEW}{field}": text or articles.NOT_STATED for field, text in articles.particulars(source).items()}
        submit = custom_id(Action("source.edit", source.id), FORM)
        await ask(interaction, source_form(stated | kept.unpacked(wanted.text), submit, f"Source {source.id}"))
        return
    facts = {key.removeprefix(_NEW): text for key, text in wanted.fields.items()}
    try:
        async with db.write() as conn:
            before = articles.particulars(await articles.own_source(conn, actor.guild_id, wanted.id))
            change_id = await articles.edit_source(conn, actor, wanted.id, facts, now)
            after = articles.particulars(await articles.own_source(conn, actor.guild_id, wanted.id))
    except UserError as refused:
        await refuse(interaction, refused, Action("source.edit", wanted.id, kept.packed(wanted.fields)))
        return
    if not change_id:
        await show(interaction, notice(f"Nothing to save: source {wanted.id} is like this already."))
        return
    undo = Action("source.undo", change_id)
    card = changed_card(f"Source {wanted.id} is changed", before, after, undo)
    await _show(interaction, card, change_id)


async def _named(conn: Connection, actor: Actor, typed: str) -> int:
    """Return which of the server's own sources is called so, or nearly; raises UserError."""
    for source_id, _ in await similar.articles(conn, actor.guild_id, typed, limit=1, own=True):
        return source_id
    raise UserError(f"There is no source “{raw_name(typed)}” among those that this server has added.")


@action("source.undo", Access.MODERATOR)
async def _source_back(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take back a change of a source, as long as it is the last one."""
    async with interaction.client.database.write() as conn:
        source = await articles.undo_edit(conn, actor, wanted.id, discord.utils.utcnow())
        change_id = await revisions.select_latest(conn, actor.guild_id, "source", source.id)
    await _show(interaction, notice(f"Undone: source {source.id} is as it was before."), change_id)


@action("subject.edit", Access.MODERATOR)
async def _subject(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form of a subject, filled in with `text`, with them change it.

    It is named by its id, or without one by `text`.
    """
    db, now = interaction.client.database, discord.utils.utcnow()
    if not wanted.fields:
        async with db.read() as conn:
            subject_id = wanted.id or (await aliases.named(conn, actor.guild_id, wanted.text)).id
            subject = await subjects.find(conn, actor.guild_id, subject_id)
        submit = custom_id(Action("subject.edit", subject.id), FORM)
        await ask(interaction, subject_form(subjects.fields_of(subject) | kept.unpacked(wanted.text), submit))
        return
    try:
        async with db.write() as conn:
            before = subjects.fields_of(await subjects.find(conn, actor.guild_id, wanted.id))
            change_id = await subjects.edit(conn, actor, wanted.id, wanted.fields, now)
            after = subjects.fields_of(await subjects.find(conn, actor.guild_id, wanted.id))
    except UserError as refused:
        await refuse(interaction, refused, Action("subject.edit", wanted.id, kept.packed(wanted.fields)))
        return
    if not change_id:
        await show(interaction, notice(f"Nothing to save: {raw_name(before['name'])} is like this already."))
        return
    renamed = names.like(before["name"], after["name"]) is names.Likeness.OTHER
    still = f"“{before['name']}” finds it still; /entry alias remove takes that away." if renamed else ""
    undo = Action("subject.undo", change_id)
    card = changed_card(f"{after['name']} is changed", before, after, undo, still)
    await _show(interaction, card, change_id)


@action("subject.undo", Access.MODERATOR)
async def _subject_back(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take back a change of a subject, as long as it is the last one."""
    async with interaction.client.database.write() as conn:
        subject = await subjects.undo(conn, actor, wanted.id, discord.utils.utcnow())
        change_id = await revisions.select_latest(conn, actor.guild_id, "subject", subject.id)
    await _show(interaction, notice(f"Undone: {subject.name} is as it was before."), change_id)


async def _show(interaction: Interaction, card: Card, change_id: int) -> None:
    """Show what a change has come to, with a way to update the messages that its entries were shown in."""
    await hold(interaction)
    posted = await offered_of(interaction, change_id, change_id)
    await show(interaction, with_update(card, change_id, change_id, posted))
    await refresh_between(interaction.client, interaction.guild_id or 0, change_id, change_id)
