"""Keeping an entry of a server: its row, its subjects, what finds it, and what stands in whose place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from bot.errors import UserError
from bot.ingest.content import content_of, relations_of
from bot.ingest.pack import PackEntry
from bot.model import SHARED, Actor, Entry
from bot.store import entries, hidden, own, packs, search, subjects
from bot.store.blanking import ERASED
from bot.store.database import Connection
from bot.writing import fields, naming
from bot.writing.naming import Meant


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry is to say: its content with the names of its subjects, what these mean, and its source."""

    content: PackEntry
    source_id: int
    meant: Meant

    @property
    def fields(self) -> dict[str, str]:
        """Return it as fields."""
        return fields.of_content(self.content, self.source_id)


class Done(NamedTuple):
    """A deed: the id of the entry that holds it, and of the change in its history, 0 where nothing was changed."""

    entry_id: int
    change_id: int


async def find(conn: Connection, guild_id: int, entry_id: int) -> tuple[Entry, bool]:
    """Return an entry and whether it is removed; in place of a shared one the server's correction of it.

    Raises UserError where this server has none; an entry of another server is none.
    """
    found = await entries.select_any(conn, guild_id, entry_id)
    if found and found[0].guild_id == SHARED:
        # It stands for the shared entry also where the pack has that no longer.
        if correction := await entries.select_correction(conn, guild_id, entry_id):
            return correction, False
        found = None if found[1] else found
    if found is None:
        raise UserError(f"There is no entry #{entry_id} in this server.")
    return found


async def content(conn: Connection, entry: Entry) -> PackEntry:
    """Return what an entry says, with the names of its subjects."""
    related = await subjects.select_of(conn, entry.id)
    return fields.as_content(entry, [one.name for relation, one in related if relation == "about"])


async def fields_of(conn: Connection, entry: Entry) -> dict[str, str]:
    """Return the fields of an entry."""
    return fields.of_content(await content(conn, entry), entry.source_id)


async def insert(
    conn: Connection,
    actor: Actor,
    said: Said,
    now: datetime,
    *,
    key: str = "",
    added_by: int | None = None,
    corrects: int | None = None,
) -> int:
    """Add an entry to a server, in place of a shared one if it `corrects` that, and return its id.

    Raises UserError if the server hides that one.
    """
    if corrects is not None:
        await _take_place(conn, actor.guild_id, corrects)
    keyed, ids = await naming.settle(conn, actor.guild_id, said.content, said.meant)
    entry_id = await own.insert_entry(
        conn,
        actor.guild_id,
        said.source_id,
        key or uuid4().hex,
        content_of(keyed, ids),
        added_by=actor.user_id if added_by is None else added_by,
        now=int(now.timestamp()),
        corrects=corrects,
    )
    await _relate(conn, entry_id, keyed, ids)
    return entry_id


async def update(conn: Connection, guild_id: int, entry_id: int, said: Said) -> None:
    """Change what an entry of a server says."""
    keyed, ids = await naming.settle(conn, guild_id, said.content, said.meant)
    await search.delete_document(conn, entry_id)
    await own.update_entry(conn, guild_id, entry_id, content_of(keyed, ids), said.source_id)
    await _relate(conn, entry_id, keyed, ids)


async def remove(conn: Connection, guild_id: int, entry: Entry, now: datetime) -> None:
    """Mark an entry of a server as removed; the shared one that it corrects is shown again."""
    await own.set_deleted(conn, guild_id, entry.id, int(now.timestamp()))
    await search.delete_document(conn, entry.id)
    if entry.corrects is not None:
        await hidden.delete(conn, guild_id, entry.corrects)


async def restore(conn: Connection, guild_id: int, entry: Entry) -> None:
    """Bring a removed entry of a server back; raises UserError if it was erased or its place is taken."""
    if entry.statement == ERASED:
        raise UserError(f"#{entry.id} was erased at the wish of the person who wrote it. Nothing of it is left.")
    if entry.corrects is not None:
        await _take_place(conn, guild_id, entry.corrects)
    await own.set_deleted(conn, guild_id, entry.id, None)
    await search.insert_document(conn, entry.id)


async def require_uncorrected(conn: Connection, guild_id: int, shared_id: int) -> None:
    """Raise UserError where a server has a correction of a shared entry."""
    if other := await entries.select_correction(conn, guild_id, shared_id):
        raise UserError(f"#{shared_id} is corrected by #{other.id} now; remove #{other.id} first.")


async def require_place(conn: Connection, guild_id: int, shared_id: int) -> None:
    """Raise UserError unless a correction can be shown in the place of a shared entry.

    Where the server hides that, it cannot: removing the correction would show it.
    """
    await require_uncorrected(conn, guild_id, shared_id)
    if await hidden.exists(conn, guild_id, shared_id):
        raise UserError(f"#{shared_id} is hidden here; show it again first.")


async def _take_place(conn: Connection, guild_id: int, shared_id: int) -> None:
    """Let what corrects a shared entry be shown in its place; raises as `require_place` does."""
    await require_place(conn, guild_id, shared_id)
    await hidden.insert(conn, guild_id, shared_id)


async def _relate(conn: Connection, entry_id: int, keyed: PackEntry, ids: Mapping[str, int]) -> None:
    await packs.replace_relations(conn, [entry_id], relations_of(keyed, entry_id, ids))
    await search.insert_document(conn, entry_id)
