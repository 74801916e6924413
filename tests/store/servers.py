"""What a server sees of the town's store, by every way there is, and entries of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from packs import NOW

from bot.answers.lookup import answer
from bot.model import Answer, Ask, Command, Kind, Scope
from bot.store import entries, hidden, names, own, packs, search, sources
from bot.store.database import Connection, Database

HERE, THERE, PRIVATE = 5, 6, 0
"""Two servers, and a direct message."""

PIER, DOCK, CALDER, RENN, VOTE, STORM, SOMEDAY = range(1, 8)
"""The entries of `packs.WHOLE`."""

HARBOR, MAYOR, PILOT, FERRY, PASSENGERS, OFFICE = range(1, 7)
"""Its subjects."""

Reader = Callable[[Connection, int], Awaitable[Any]]


async def found(
    conn: Connection, guild_id: int, *terms: str, every: bool = True, kind: Kind | None = None
) -> tuple[object, int]:
    """Return what a search finds in no order, as what all servers hold decides how rare a word is; and the count."""
    hits = await search.select_matching(conn, guild_id, terms, every=every, kind=kind, limit=50)
    return set(zip(hits.entries, hits.excerpts, strict=True)), hits.total


READERS: dict[str, Reader] = {
    "about": lambda conn, guild: entries.select_about(conn, guild, Kind.STAT, key="ferry", limit=50),
    "about a measure": lambda conn, guild: entries.select_about(
        conn, guild, Kind.STAT, key="weekly passengers", relations=entries.MEASURE, measures=True, limit=50
    ),
    "about, any kind": lambda conn, guild: entries.select_about(conn, guild, None, key="harrow bay", limit=50),
    "count alone": lambda conn, guild: entries.select_about(conn, guild, None, subject_id=HARBOR, limit=0),
    "by subject": lambda conn, guild: entries.select_about(
        conn, guild, Kind.QUOTE, subject_id=MAYOR, relations=entries.SPEAKER, limit=50
    ),
    "by id": lambda conn, guild: entries.select_by_id(conn, guild, PIER),
    "said about": lambda conn, guild: entries.select_said_about(conn, guild, MAYOR, HARBOR, limit=50, offset=0),
    "events": lambda conn, guild: entries.select_events(conn, guild, limit=50, offset=0),
    "events about": lambda conn, guild: entries.select_events_about(conn, guild, HARBOR, limit=50, offset=0),
    "search": lambda conn, guild: found(conn, guild, "pier"),
    "search, a kind": lambda conn, guild: found(conn, guild, "harrow", kind=Kind.EVENT),
    "search, any word": lambda conn, guild: found(conn, guild, "pier", "happened", every=False),
    "sources": lambda conn, guild: sources.select_all(conn, guild, limit=50),
    "one source": lambda conn, guild: sources.select_one(conn, guild, 1),
    "counts": sources.select_counts,
    "names": lambda conn, guild: names.select_prefix(conn, guild, "", kind=Kind.EVENT, limit=50),
    "near names": lambda conn, guild: names.select_with_words(conn, guild, ["harrow"], kind=Kind.EVENT),
}  # fmt: skip
"""Whatever reads entries or counts them; each shows something of PIER, CALDER or VOTE."""


async def seen(db: Database, guild_id: int) -> dict[str, Any]:
    """Return what a server sees by every reader."""
    async with db.read() as conn:
        return {name: await read(conn, guild_id) for name, read in READERS.items()}


async def show(db: Database, guild_id: int, entry_id: int) -> Answer:
    """Ask for one entry."""
    return await answer(db, Scope(guild_id, 1), Ask(Command.SHOW, entry_id=entry_id))


async def hide(db: Database, guild_id: int, *entry_ids: int) -> None:
    """Let a server hide entries."""
    async with db.write() as conn:
        for entry_id in entry_ids:
            await hidden.insert(conn, guild_id, entry_id)


async def unhide(db: Database, guild_id: int, *entry_ids: int) -> list[bool]:
    """Let a server show entries again; return whether each was hidden."""
    async with db.write() as conn:
        return [await hidden.delete(conn, guild_id, entry_id) for entry_id in entry_ids]


async def row(db: Database, key: str, **changes: Any) -> packs.Content:
    """Return the content row of a shared entry, with changes by column."""
    async with db.read() as conn:
        _, _, content = (await packs.select_content(conn, 1))[key]
    return tuple((dict(zip(packs.CONTENT, content, strict=True)) | changes).values())


async def add(
    db: Database, guild_id: int, like: str, key: str = "own", *, corrects: int | None = None, **changes: Any
) -> int:
    """Add a server's own entry, like a shared one but for its changes, to the shared article; return its id."""
    content = await row(db, like, **{"statement": "A secret."} | changes)
    async with db.write() as conn:
        id_ = await own.insert_entry(
            conn, guild_id, 1, key, content, added_by=77, now=int(NOW.timestamp()), corrects=corrects
        )
        relations = await conn.execute_fetchall(
            """
            SELECT subject_id, kind, relation, position, ? FROM entry_subject
            WHERE entry_id = (SELECT id FROM entry WHERE key = ? AND guild_id = 0)
            """,
            (id_, like),
        )
        await packs.replace_relations(conn, [id_], list(relations))
        await search.insert_document(conn, id_)
        if corrects:
            await hidden.insert(conn, guild_id, corrects)
    return id_


async def delete(db: Database, guild_id: int, entry_id: int, at: int | None = 1) -> bool:
    """Delete a server's own entry, or restore it."""
    async with db.write() as conn:
        changed = await own.set_deleted(conn, guild_id, entry_id, at)
        await search.delete_document(conn, entry_id)
        await search.insert_document(conn, entry_id)
    return changed
