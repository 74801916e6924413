"""Entries being written: the forms of each step, and the private card of what they hold so far."""

from __future__ import annotations

import discord

from bot.answers.similar import articles
from bot.errors import UserError
from bot.model import Access, Actor, Kind
from bot.moderating import drafts, merging, moderation, reviews, suggestions
from bot.moderating.actions import FORM, Action, custom_id
from bot.moderating.keeping import Done
from bot.names import entry_number
from bot.render.drafts import discard_card, draft_card, drafts_card, late_card
from bot.render.forms import SOURCE_QUESTIONS, SOURCES, STEPS, Sources, source_form, step_form
from bot.render.forms import merged as merge
from bot.render.moderation import conflict_card
from bot.render.plain import notice
from bot.render.words import kind
from bot.store import sources
from bot.store.database import Connection
from cogs.actions import OUTDATED, action, ask, number, show
from cogs.changes import manner, show_done
from cogs.replies import Interaction

FAMILIES = {"suggest": "suggestion", "review": "review"}
"""Whose actions the buttons of a draft are, by its purpose; of the others, "entry"."""


async def show_draft(interaction: Interaction, actor: Actor, draft_id: int) -> None:
    """Show the card of a draft; raises UserError."""
    db, now = interaction.client.database, discord.utils.utcnow()
    async with db.read() as conn:
        draft = await drafts.find(conn, actor, draft_id)
    family = FAMILIES.get(draft.purpose, "entry")
    try:
        tried = await (reviews.try_out if family == "review" else drafts.try_out)(db, actor, draft_id, now)
    except suggestions.Decided as late:
        await show(interaction, late_card(draft, str(late)))
        return
    await show(interaction, draft_card(tried, await manner(interaction.client, actor), family))


def steps(family: str, needed: Access) -> None:
    """Enter into the table what every draft of a family can do: its forms, and to be discarded."""

    @action(f"{family}.step", needed)
    async def _step(interaction: Interaction, wanted: Action, actor: Actor) -> None:
        """Without fields open the form of a step (`text` is which), with them keep what was filled in."""
        db, step = interaction.client.database, number(wanted.text)
        async with db.read() as conn:
            draft = await drafts.find(conn, actor, wanted.id)
            if step >= len(STEPS[draft.kind]):
                raise UserError(OUTDATED)
            listed = await _sources(conn, actor, draft.fields.get("source", ""))
        if not wanted.fields:
            submit = custom_id(Action(f"{family}.step", wanted.id, wanted.text), FORM)
            await ask(interaction, step_form(draft.kind, step, draft.fields, submit, listed))
            return
        fields = merge(STEPS[draft.kind][step].questions, draft.fields, wanted.fields)
        await drafts.keep(db, actor, wanted.id, fields, discord.utils.utcnow())
        await show_draft(interaction, actor, wanted.id)

    @action(f"{family}.source", needed)
    async def _source(interaction: Interaction, wanted: Action, actor: Actor) -> None:
        """Without fields open the form of a new source, with them keep what was filled in."""
        db = interaction.client.database
        async with db.read() as conn:
            draft = await drafts.find(conn, actor, wanted.id)
        if not wanted.fields:
            await ask(interaction, source_form(draft.fields, custom_id(Action(f"{family}.source", wanted.id), FORM)))
            return
        fields = merge(SOURCE_QUESTIONS, draft.fields, wanted.fields) | {"source": drafts.NEW}
        await drafts.keep(db, actor, wanted.id, fields, discord.utils.utcnow())
        await show_draft(interaction, actor, wanted.id)

    @action(f"{family}.discard", needed)
    async def _discard(interaction: Interaction, wanted: Action, actor: Actor) -> None:
        """Ask whether to discard a draft: what was typed is gone then."""
        async with interaction.client.database.read() as conn:
            await show(interaction, discard_card(await drafts.find(conn, actor, wanted.id), family))

    @action(f"{family}.discard.yes", needed)
    async def _discarded(interaction: Interaction, wanted: Action, actor: Actor) -> None:
        await drafts.discard(interaction.client.database, actor, wanted.id)
        await show(interaction, notice("The draft is discarded. Nothing was saved."))

    @action(f"{family}.draft", needed)
    async def _draft(interaction: Interaction, wanted: Action, actor: Actor) -> None:
        """Show a draft, picked from a list of them or named by its id."""
        await show_draft(interaction, actor, number(wanted.values[0]) if wanted.values else wanted.id)


steps("entry", Access.MODERATOR)


@action("entry.add", Access.MODERATOR)
async def _add(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await begin(interaction, wanted, actor)


async def begin(interaction: Interaction, wanted: Action, actor: Actor, *, purpose: str = "add") -> None:
    """Without fields open the first form of a kind (`text`), with them begin a draft.

    Its source, if any, is `id`, or what was typed of it, in `values`.
    """
    db = interaction.client.database
    if wanted.text not in set(Kind):
        raise UserError(OUTDATED)
    what = Kind(wanted.text)
    if not wanted.fields:
        typed = "".join(wanted.values[:1]) or str(wanted.id or "")
        async with db.read() as conn:
            source_id = await source_named(conn, actor, typed) if typed else 0
        submit = custom_id(Action(wanted.name, source_id, what), FORM)
        await ask(interaction, step_form(what, 0, {}, submit))
        return
    given = {"source": str(wanted.id)} if wanted.id else {}
    fields = merge(STEPS[what][0].questions, given, wanted.fields)
    draft_id = await drafts.begin(db, actor, what, fields, discord.utils.utcnow(), purpose=purpose)
    await show_draft(interaction, actor, draft_id)


@action("entry.edit", Access.MODERATOR)
async def _edit(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the first form of an entry, with them begin a draft; `text` is its last change then."""
    db, base = interaction.client.database, number(wanted.text)
    async with db.read() as conn:
        entry, fields = await moderation.fields_of(conn, actor.guild_id, wanted.id)
        if not wanted.fields:
            base = await moderation.base_of(conn, actor.guild_id, entry.id)
        else:
            # What the form was filled in with: somebody may have changed the entry since it was opened.
            fields = await merging.fields_at(conn, actor.guild_id, entry.id, base)
    if not wanted.fields:
        submit = custom_id(Action("entry.edit", entry.id, str(base)), FORM)
        await ask(interaction, step_form(kind(entry), 0, fields, submit))
        return
    fields = merge(STEPS[kind(entry)][0].questions, fields, wanted.fields)
    draft_id = await drafts.begin(db, actor, kind(entry), fields, discord.utils.utcnow(), editing=entry.id, base=base)
    await show_draft(interaction, actor, draft_id)


@action("entry.save", Access.MODERATOR)
async def _save(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Save a draft; `text` are the near-duplicates that its card showed."""
    bot, now = interaction.client, discord.utils.utcnow()
    seen = [number(id_) for id_ in wanted.text.split(",")]
    try:
        saved = await drafts.save(bot.database, actor, wanted.id, now, seen=seen)
    except drafts.Conflict as conflict:
        await show(interaction, conflict_card(wanted.id, conflict.entry_id, str(conflict), conflict.both))
        return
    if saved is None:
        await show_draft(interaction, actor, wanted.id)
        return
    told = f"Saved as #{saved.entry.id}"
    if saved.entry.corrects:
        told += f", this server’s version of #{saved.entry.corrects}"
    await show_done(interaction, actor, Done(saved.entry.id, saved.change_id), told)


@action("entry.rebase", Access.MODERATOR)
async def _rebase(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Go on with a draft after somebody else changed its entry."""
    draft_id = await drafts.rebase(interaction.client.database, actor, wanted.id, discord.utils.utcnow())
    await show_draft(interaction, actor, draft_id)


@action("entry.drafts", Access.MODERATOR)
async def _drafts(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    """List what this person has begun and not saved."""
    async with interaction.client.database.read() as conn:
        await show(interaction, drafts_card(await drafts.mine(conn, actor, drafts.MODERATORS)))


async def _sources(conn: Connection, actor: Actor, chosen: str) -> Sources:
    """Return the newest sources, and in any case the one that is chosen."""
    listed = await sources.select_labels(conn, actor.guild_id, limit=SOURCES)
    source_id = entry_number(chosen)
    if source_id and source_id not in {id_ for id_, _ in listed}:
        source = await sources.select_one(conn, actor.guild_id, source_id)
        if source is not None:
            listed = [*listed[: SOURCES - 1], (source.id, source.label)]
    return listed


async def source_named(conn: Connection, actor: Actor, typed: str) -> int:
    """Return the source that a person means by a number or a name; raises UserError."""
    if source_id := entry_number(typed):
        if await sources.select_one(conn, actor.guild_id, source_id):
            return source_id
        raise UserError(f"There is no source {source_id} in this server. /sources lists those that there are.")
    for id_, _ in await articles(conn, actor.guild_id, typed, limit=1):
        return id_
    raise UserError("There is no such source. Leave it out: the form offers the newest, and a new one.")
