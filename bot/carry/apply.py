"""Carrying out what is planned: rows made ready on a reader, then written at once, as everybody else's writes wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot import names
from bot.carry.changes import Changes, prepare
from bot.carry.plan import Plan
from bot.carry.reading import Progress
from bot.errors import UserError
from bot.store import carried
from bot.store import names as name_store
from bot.store.carry import select_lasts, select_moment, steady
from bot.store.database import Connection, Database

ATTEMPTS = 5
"""So often it is tried before others change the server."""

HELD = 1000
"""So many steps, a second's work, are compared while the changes of others wait, where they come too fast otherwise."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out; its changes are in the history from the one with the id `first` to `last`, 0 for none."""

    plan: Plan
    first: int
    last: int


async def carry_out(
    db: Database,
    planned: Callable[[], Awaitable[Plan]],
    plan: Plan | None,
    now: datetime,
    action: str,
    *,
    noted: bool,
    progress: Progress,
) -> Done:
    """Do all of what is `planned`, or nothing; `plan` is an earlier one, good for as long as the store is as it was.

    With `noted` each change goes into the history, else only what was there before. Raises UserError where there is
    much to do and the server is changed faster than that can be done.
    """
    steps = 0
    for last in [False] * (ATTEMPTS - 1) + [True]:
        plan = plan or await planned()
        steps = len(plan.steps)
        progress(0, 0, "")
        async with db.read() as conn, steady(conn):
            changes = await prepare(conn, plan, now, action, noted=noted)
        async with db.write() as conn:
            if await select_moment(conn, plan.state.target.guild_id) != plan.state.moment:
                plan = None
                continue
            lasts = await select_lasts(conn)
            if any(lasts.get(table, 0) != number for table, number in changes.lasts.items()):
                if not last:
                    continue
                changes = await prepare(conn, plan, now, action, noted=noted)
            return await _write(conn, plan, changes)
    if steps > HELD:
        raise UserError("This server is being changed faster than the file can be compared with it. Try again.")
    async with db.write() as conn:
        plan = await planned()
        return await _write(conn, plan, await prepare(conn, plan, now, action, noted=noted))


async def _write(conn: Connection, plan: Plan, changes: Changes) -> Done:
    """Write all of it. The numbers that were given out have to be free still (see `Changes.lasts`)."""
    await carried.insert_sources(conn, changes.sources.new)
    await carried.update_sources(conn, changes.sources.old)
    await carried.replace_facts(conn, changes.sources.ids, changes.facts)
    await carried.insert_subjects(conn, changes.subjects.new)
    await carried.update_subjects(conn, changes.subjects.old)
    await carried.upsert_names(conn, changes.names)
    await carried.replace_name_sources(conn, changes.name_sources)
    await name_store.insert_typo_keys(conn, ((typo, word) for word in changes.words for typo in names.typo_keys(word)))
    for guild_id, subject_id, key in changes.gone_names:
        await name_store.delete_alias(conn, guild_id, subject_id, key)
    renamed = await carried.select_related(conn, changes.named)
    await carried.update_entries(conn, changes.entries.old)  # first, as what is removed makes room
    await carried.insert_entries(conn, changes.entries.new)
    changed = [row[0] for row in changes.entries.old]
    await carried.replace_relations(conn, changed, changes.relations)
    await carried.replace_members(conn, changed, changes.members)
    await carried.delete_hidden(conn, changes.shown)
    await carried.insert_hidden(conn, changes.hidden)
    await carried.reindex(conn, renamed | set(changes.entries.ids))
    await carried.upsert_suggestions(conn, changes.suggestions, changes.supporters)
    await carried.upsert_settings(conn, changes.settings)
    await carried.insert_digests(conn, changes.digests.new)
    await carried.update_digests(conn, changes.digests.old)
    await carried.insert_revisions(conn, changes.revisions)
    await carried.insert_revisions(conn, changes.notes)
    newest = (await select_lasts(conn)).get("revision", 0)
    return Done(plan, *((newest - len(changes.notes) + 1, newest) if changes.notes else (0, 0)))
