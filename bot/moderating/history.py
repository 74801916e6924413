"""Reading the history of an entry: what was changed in a server, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.errors import UserError
from bot.model import Entry
from bot.moderating import keeping
from bot.store import revisions
from bot.store.database import Connection
from bot.store.revisions import Revision

PAGE = 5
"""So many changes stand on a page."""

Change: TypeAlias = Revision


@dataclass(frozen=True, slots=True)
class History:
    """A page of an entry's changes, newest first; `total` counts all of them, pages count from 0."""

    entry: Entry
    changes: tuple[Change, ...]
    total: int
    page: int


async def read(conn: Connection, guild_id: int, entry_id: int, page: int) -> History:
    """Return a page of an entry's history, also of a removed one; raises UserError.

    That of a shared entry which the server has corrected is the history of its correction.
    """
    entry, _ = await keeping.find(conn, guild_id, entry_id)
    total = await revisions.select_count(conn, guild_id, "entry", entry.id)
    page = min(page, max(0, total - 1) // PAGE)
    changes = await revisions.select_of(conn, guild_id, "entry", entry.id, limit=PAGE, offset=page * PAGE)
    return History(entry, tuple(changes), total, page)


async def find(conn: Connection, guild_id: int, revision_id: int) -> tuple[Entry, Change]:
    """Return a change of an entry in this server, with the entry; raises UserError."""
    change = await revisions.select_one(conn, guild_id, revision_id)
    if change is None or change.target != "entry":
        raise UserError("There is no such change in this server.")
    entry, _ = await keeping.find(conn, guild_id, change.target_id)
    return entry, change
