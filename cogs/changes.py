"""What is done to an entry that exists: removed, restored, given a status, hidden, and taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import discord

from bot.client import Dateline
from bot.errors import UserError
from bot.model import SHARED, Access, Actor, Status
from bot.moderating import history, keeping, moderation
from bot.moderating.actions import FORM, Action, custom_id
from bot.moderating.keeping import Done
from bot.render.forms import status_form
from bot.render.history import history_card, revert_card
from bot.render.moderation import LISTED, Manner, done_card, hidden_card, question_card, restorable_card
from bot.render.plain import notice
from bot.store import entries, hidden, revisions
from bot.store.database import Connection
from cogs.actions import OUTDATED, action, ask, number, refuse, show
from cogs.corrections import offered
from cogs.notices import refresh_of
from cogs.replies import Interaction

Rule = Callable[[Connection, Actor, int, datetime], Awaitable[Done]]


async def manner(bot: Dateline, actor: Actor) -> Manner:
    """Return how commands and dates are written in a server."""
    settings = await bot.settings(actor.guild_id)
    return Manner(settings.prefix or bot.config.prefix, settings.language)


async def show_done(
    interaction: Interaction, actor: Actor, done: Done, told: str, *, undo: Action | None = None
) -> None:
    """Show what became of an entry, or that nothing did; without another `undo`, that takes back this change."""
    bot = interaction.client
    async with bot.database.read() as conn:
        entry, gone = await keeping.find(conn, actor.guild_id, done.entry_id)
        gone = gone or await hidden.exists(conn, actor.guild_id, done.entry_id)
    said = await manner(bot, actor)
    if not done.change_id:
        told = f"Nothing to save: #{entry.id} is like this already"
        await show(interaction, done_card(entry, said, told=told, undo=None, gone=gone))
        return
    count = await offered(interaction, done.entry_id)
    undo = undo or Action("entry.undo", done.change_id)
    await show(interaction, done_card(entry, said, told=told, undo=undo, posted=count, gone=gone))
    await refresh_of(bot, actor.guild_id, [done.entry_id])


@action("entry.cancel", Access.MODERATOR)
async def _cancel(interaction: Interaction, _wanted: Action, _actor: Actor) -> None:
    await show(interaction, notice("Nothing was changed."))


@action("entry.remove", Access.MODERATOR)
async def _remove(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Ask whether to remove an entry."""
    bot = interaction.client
    async with bot.database.read() as conn:
        entry, gone = await keeping.find(conn, actor.guild_id, wanted.id)
    if gone:
        raise UserError(f"#{entry.id} is removed already. /entry restore brings it back.")
    if entry.guild_id == SHARED:
        raise UserError(
            f"#{entry.id} came with a pack and belongs to every server, so that it cannot be removed. "
            f"/entry hide {entry.id} hides it here."
        )
    hint = "It is not shown any more; its number and its history stay, and it can be restored."
    if entry.corrects:
        hint += f" #{entry.corrects} of the pack, which it corrects, is shown again."
    card = question_card(
        entry,
        await manner(bot, actor),
        asked=f"Remove #{entry.id}?",
        hint=hint,
        yes="Remove",
        action=Action("entry.remove.yes", entry.id),
    )
    await show(interaction, card)


async def _change(interaction: Interaction, actor: Actor, rule: Rule, entry_id: int) -> Done:
    async with interaction.client.database.write() as conn:
        return await rule(conn, actor, entry_id, discord.utils.utcnow())


@action("entry.remove.yes", Access.MODERATOR)
async def _removed(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    done = await _change(interaction, actor, moderation.remove, wanted.id)
    await _gone(interaction, actor, done, f"Removed #{done.entry_id}")


@action("entry.restore", Access.MODERATOR)
async def _restore(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Bring a removed entry back; it is named by its id or picked from the list."""
    entry_id = number(wanted.values[0]) if wanted.values else wanted.id
    done = await _change(interaction, actor, moderation.restore, entry_id)
    await show_done(interaction, actor, done, f"Restored #{done.entry_id}")


@action("entry.hide", Access.MODERATOR)
async def _hide(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    done = await _change(interaction, actor, moderation.hide, wanted.id)
    undo = Action("entry.unhide", done.entry_id)
    await show_done(interaction, actor, done, f"#{done.entry_id} is hidden here", undo=undo)


@action("entry.unhide", Access.MODERATOR)
async def _unhide(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a hidden entry again; it is named by its id or picked from the list."""
    entry_id = number(wanted.values[0]) if wanted.values else wanted.id
    done = await _change(interaction, actor, moderation.unhide, entry_id)
    undo = Action("entry.hide", done.entry_id)
    await show_done(interaction, actor, done, f"#{done.entry_id} is shown again", undo=undo)


@action("entry.hidden", Access.MODERATOR)
async def _hidden(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """List a page (`text`) of what the server hides."""
    page = number(wanted.text)
    async with interaction.client.database.read() as conn:
        found = await hidden.select_page(conn, actor.guild_id, LISTED + 1, page * LISTED)
        versions = {entry.id: (await keeping.find(conn, actor.guild_id, entry.id))[0].id for entry in found}
    corrected = {shared: own for shared, own in versions.items() if shared != own}
    said = await manner(interaction.client, actor)
    await show(interaction, hidden_card(found[:LISTED], corrected, page, more=len(found) > LISTED, manner=said))


@action("entry.removed", Access.MODERATOR)
async def _removed_ones(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """List a page (`text`) of what the server has removed."""
    page = number(wanted.text)
    async with interaction.client.database.read() as conn:
        found = await entries.select_removed(conn, actor.guild_id, LISTED + 1, page * LISTED)
    said = await manner(interaction.client, actor)
    await show(interaction, restorable_card(found[:LISTED], page, more=len(found) > LISTED, manner=said))


@action("entry.status", Access.MODERATOR)
async def _status(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form, filled in with `text` ("disputed, and why"), with them give an entry a status."""
    if not wanted.fields:
        async with interaction.client.database.read() as conn:
            entry, _ = await moderation.fields_of(conn, actor.guild_id, wanted.id)
        status, _, reason = wanted.text.partition(" ")
        if status not in set(Status):
            status, reason = entry.status, entry.status_reason
        await ask(interaction, status_form(entry.id, status, reason, custom_id(Action("entry.status", entry.id), FORM)))
        return
    given = wanted.fields.get("status", "")
    if given not in set(Status):
        raise UserError(OUTDATED)
    reason, now = wanted.fields.get("reason", "").strip(), discord.utils.utcnow()
    try:
        async with interaction.client.database.write() as conn:
            done = await moderation.set_status(conn, actor, wanted.id, Status(given), reason, now)
    except UserError as refused:
        await refuse(interaction, refused, Action("entry.status", wanted.id, f"{given} {reason}".strip()))
        return
    own = done.entry_id
    which = f"#{own}" if own == wanted.id else f"#{own}, this server’s version of #{wanted.id},"
    await show_done(interaction, actor, done, f"{which} is {given} now")


@action("entry.undo", Access.MODERATOR)
async def _undo(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take back a change, as long as it is the last one of its entry."""
    async with interaction.client.database.write() as conn:
        entry, change = await history.find(conn, actor.guild_id, wanted.id)
        if await revisions.select_latest(conn, actor.guild_id, "entry", entry.id) != change.id:
            raise UserError(f"#{entry.id} was changed again since then. /entry history {entry.id} shows every change.")
        done = await moderation.revert(conn, actor, change.id, discord.utils.utcnow())
    await _changed_back(interaction, actor, done, "Undone")


@action("entry.history", Access.MODERATOR)
async def _history(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a page (`text`) of an entry's history."""
    async with interaction.client.database.read() as conn:
        found = await history.read(conn, actor.guild_id, wanted.id, number(wanted.text))
    await show(interaction, history_card(found, await manner(interaction.client, actor)))


@action("entry.revert", Access.MODERATOR)
async def _revert(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Ask whether to go back to before the change that was picked."""
    async with interaction.client.database.read() as conn:
        way = await history.way_back(conn, actor.guild_id, number("".join(wanted.values[:1])))
    await show(interaction, revert_card(way))


@action("entry.revert.yes", Access.MODERATOR)
async def _revert_now(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    async with interaction.client.database.write() as conn:
        _, change = await history.find(conn, actor.guild_id, wanted.id)
        done = await moderation.revert(conn, actor, change.id, discord.utils.utcnow())
    await _changed_back(interaction, actor, done, "Done")


async def _changed_back(interaction: Interaction, actor: Actor, done: Done, said: str) -> None:
    """Show what an entry is after a change was taken back."""
    async with interaction.client.database.read() as conn:
        entry, gone = await keeping.find(conn, actor.guild_id, done.entry_id)
        is_hidden = await hidden.exists(conn, actor.guild_id, entry.id)
    if gone:
        await _gone(interaction, actor, done, f"{said}: #{done.entry_id} is removed")
    elif is_hidden:
        undo = Action("entry.unhide", done.entry_id)
        await show_done(interaction, actor, done, f"{said}: #{done.entry_id} is hidden here", undo=undo)
    else:
        await show_done(interaction, actor, done, f"{said}: #{done.entry_id} is as it was before")


async def _gone(interaction: Interaction, actor: Actor, done: Done, told: str) -> None:
    """Show an entry that was removed; in place of a correction, what it corrected and what is shown again."""
    async with interaction.client.database.read() as conn:
        entry, _ = await keeping.find(conn, actor.guild_id, done.entry_id)
    if entry.corrects:
        told += f", and #{entry.corrects} is shown as its pack has it"
    undo = Action("entry.restore", entry.id)
    await show_done(interaction, actor, done._replace(entry_id=entry.corrects or entry.id), told, undo=undo)
