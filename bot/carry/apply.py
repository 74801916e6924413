"""Writing what a plan does, in the transaction of the caller: rows that are ready, as everybody else's writes wait."""

from __future__ import annotations

from bot import names
from bot.carry.changes import Changes
from bot.store import carried
from bot.store import names as name_store
from bot.store.database import Connection


async def apply(conn: Connection, changes: Changes) -> None:
    """Write all of it. The numbers that were given out have to be free still (see `Changes.lasts`)."""
    await carried.insert_sources(conn, changes.sources.new)
    await carried.update_sources(conn, changes.sources.old)
    await carried.replace_facts(conn, changes.sources.ids, changes.facts)
    await carried.insert_subjects(conn, changes.subjects.new)
    await carried.update_subjects(conn, changes.subjects.old)
    await carried.upsert_names(conn, changes.names)
    await carried.replace_name_sources(conn, changes.name_sources)
    await name_store.insert_typo_keys(conn, ((typo, word) for word in changes.words for typo in names.typo_keys(word)))
    renamed = await carried.select_related(conn, changes.named)
    await carried.insert_entries(conn, changes.entries.new)
    await carried.update_entries(conn, changes.entries.old)
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
