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
from bot.render.forms import status_form
from bot.render.history import history_card, revert_card
from bot.render.moderation import HIDDEN_PAGE, Manner, done_card, hidden_card, question_card
from bot.render.plain import notice
from bot.store import hidden, revisions
from bot.store.database import Connection
from cogs.actions import OUTDATED, action, ask, number, refuse, show
from cogs.corrections import offered
from cogs.notices import refresh_of
from cogs.replies import Interaction

Rule = Callable[[Connection, Actor, int, datetime], Awaitable[object]]


async def manner(bot: Dateline, actor: Actor) -> Manner:
    """Return how commands and dates are written in a server."""
    settings = await bot.settings(actor.guild_id)
    return Manner(settings.prefix or bot.config.prefix, settings.language)


async def _done(interaction: Interaction, actor: Actor, entry_id: int, told: str, undo: Action | None = None) -> None:
    """Show what became of an entry; without another `undo`, that takes back its last change."""
    bot = interaction.client
    async with bot.database.read() as conn:
        entry, gone = await keeping.find(conn, actor.guild_id, entry_id)
        gone = gone or await hidden.exists(conn, actor.guild_id, entry_id)
        latest = await revisions.select_latest(conn, actor.guild_id, "entry", entry_id)
    count = await offered(interaction, entry_id)
    undo = undo or Action("entry.undo", latest)
    card = done_card(entry, await manner(bot, actor), told=told, undo=undo, posted=count, gone=gone)
    await show(interaction, card)
    await refresh_of(bot, actor.guild_id, entry_id)


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


async def _change(interaction: Interaction, actor: Actor, rule: Rule, entry_id: int) -> None:
    async with interaction.client.database.write() as conn:
        await rule(conn, actor, entry_id, discord.utils.utcnow())


@action("entry.remove.yes", Access.MODERATOR)
async def _removed(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await _change(interaction, actor, moderation.remove, wanted.id)
    await _gone(interaction, actor, wanted.id, f"Removed #{wanted.id}")


@action("entry.restore", Access.MODERATOR)
async def _restore(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await _change(interaction, actor, moderation.restore, wanted.id)
    await _done(interaction, actor, wanted.id, f"Restored #{wanted.id}")


@action("entry.hide", Access.MODERATOR)
async def _hide(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await _change(interaction, actor, moderation.hide, wanted.id)
    await _done(interaction, actor, wanted.id, f"#{wanted.id} is hidden here", Action("entry.unhide", wanted.id))


@action("entry.unhide", Access.MODERATOR)
async def _unhide(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a hidden entry again; it is named by its id or picked from the list."""
    entry_id = number(wanted.values[0]) if wanted.values else wanted.id
    await _change(interaction, actor, moderation.unhide, entry_id)
    await _done(interaction, actor, entry_id, f"#{entry_id} is shown again", Action("entry.hide", entry_id))


@action("entry.hidden", Access.MODERATOR)
async def _hidden(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """List a page (`text`) of what the server hides."""
    page = number(wanted.text)
    async with interaction.client.database.read() as conn:
        found = await hidden.select_page(conn, actor.guild_id, HIDDEN_PAGE + 1, page * HIDDEN_PAGE)
        versions = {entry.id: (await keeping.find(conn, actor.guild_id, entry.id))[0].id for entry in found}
    corrected = {shared: own for shared, own in versions.items() if shared != own}
    said = await manner(interaction.client, actor)
    await show(
        interaction, hidden_card(found[:HIDDEN_PAGE], corrected, page, more=len(found) > HIDDEN_PAGE, manner=said)
    )


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
            entry_id = await moderation.set_status(conn, actor, wanted.id, Status(given), reason, now)
    except UserError as refused:
        await refuse(interaction, refused, Action("entry.status", wanted.id, f"{given} {reason}".strip()))
        return
    which = f"#{wanted.id}" if entry_id == wanted.id else f"#{entry_id}, this server’s version of #{wanted.id},"
    await _done(interaction, actor, entry_id, f"{which} is {given} now")


@action("entry.undo", Access.MODERATOR)
async def _undo(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take back a change, as long as it is the last one of its entry."""
    async with interaction.client.database.write() as conn:
        entry, change = await history.find(conn, actor.guild_id, wanted.id)
        if await revisions.select_latest(conn, actor.guild_id, "entry", entry.id) != change.id:
            raise UserError(f"#{entry.id} was changed again since then. /entry history {entry.id} shows every change.")
        await moderation.revert(conn, actor, change.id, discord.utils.utcnow())
    await _changed_back(interaction, actor, entry.id, "Undone")


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
        entry, change = await history.find(conn, actor.guild_id, number("".join(wanted.values[:1])))
        _, gone = await keeping.find(conn, actor.guild_id, entry.id)
        now = None if gone else (await moderation.fields_of(conn, actor.guild_id, entry.id))[1]
    await show(interaction, revert_card(entry.id, change, now))


@action("entry.revert.yes", Access.MODERATOR)
async def _revert_now(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    async with interaction.client.database.write() as conn:
        entry, change = await history.find(conn, actor.guild_id, wanted.id)
        await moderation.revert(conn, actor, change.id, discord.utils.utcnow())
    await _changed_back(interaction, actor, entry.id, "Done")


async def _changed_back(interaction: Interaction, actor: Actor, entry_id: int, done: str) -> None:
    """Show what an entry is after a change was taken back."""
    async with interaction.client.database.read() as conn:
        _, gone = await keeping.find(conn, actor.guild_id, entry_id)
    if gone:
        await _gone(interaction, actor, entry_id, f"{done}: #{entry_id} is removed")
    else:
        await _done(interaction, actor, entry_id, f"{done}: #{entry_id} is as it was before")


async def _gone(interaction: Interaction, actor: Actor, entry_id: int, told: str) -> None:
    """Show an entry that was removed; in place of a correction, what it corrected and what is shown again."""
    async with interaction.client.database.read() as conn:
        entry, _ = await keeping.find(conn, actor.guild_id, entry_id)
    if entry.corrects:
        told += f", and #{entry.corrects} is shown as its pack has it"
    await _done(interaction, actor, entry.corrects or entry_id, told, Action("entry.restore", entry_id))
