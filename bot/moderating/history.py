"""Reading the history of an entry: what was changed in a server, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.errors import UserError
from bot.model import SHARED, Entry
from bot.moderating import keeping, reverting
from bot.store import entries, hidden, revisions
from bot.store.database import Connection
from bot.store.revisions import Fields, Revision

PAGE = 5
"""So many changes stand on a page."""

Change: TypeAlias = Revision


@dataclass(frozen=True, slots=True)
class History:
    """A page of an entry's changes, newest first; `total` counts all of them, pages count from 0.

    `entry_id` is the shared one's where a server has versions of that, all of whose changes are one history;
    `entry` is what stands for it now. `several` is whether there are changes under more than one number.
    """

    entry_id: int
    entry: Entry
    changes: tuple[Change, ...]
    total: int
    page: int
    several: bool


@dataclass(frozen=True, slots=True)
class WayBack:
    """What going back to before a change would do to its entry: its fields now, and the `goal`.

    None stands for an entry that is not shown: it is removed, or hidden where it is shared.
    """

    entry: Entry
    change: Change
    now: Fields | None
    goal: Fields | None


async def read(conn: Connection, guild_id: int, entry_id: int, page: int) -> History:
    """Return a page of an entry's history, also of a removed one; raises UserError.

    A shared entry and all versions that the server has had of it have one history, whichever is asked for.
    """
    entry, _ = await keeping.find(conn, guild_id, entry_id)
    whole = entry.corrects or entry.id
    ids = [whole, *await entries.select_version_ids(conn, guild_id, whole)]
    total = await revisions.select_count(conn, guild_id, "entry", *ids)
    page = min(page, max(0, total - 1) // PAGE)
    changes = await revisions.select_of(conn, guild_id, "entry", *ids, limit=PAGE, offset=page * PAGE)
    return History(whole, entry, tuple(changes), total, page, len(ids) > 1)


async def find(conn: Connection, guild_id: int, revision_id: int) -> tuple[Entry, Change]:
    """Return a change of an entry in this server, with what stands for the entry now; raises UserError."""
    change = await revisions.select_one(conn, guild_id, revision_id)
    if change is None or change.target != "entry":
        raise UserError("There is no such change in this server.")
    entry, _ = await keeping.find(conn, guild_id, change.target_id)
    return entry, change


async def way_back(conn: Connection, guild_id: int, revision_id: int) -> WayBack:
    """Return what going back to before a change would do; raises UserError, also where it cannot be done now."""
    _, change = await find(conn, guild_id, revision_id)
    stored = await entries.select_any(conn, guild_id, change.target_id)
    assert stored is not None
    entry, removed = stored
    gone = removed or (entry.guild_id == SHARED and await hidden.exists(conn, guild_id, entry.id))
    now = None if gone else await keeping.fields_of(conn, entry)
    goal = await reverting.goal_of(conn, guild_id, entry, change)
    if entry.guild_id == SHARED:
        await keeping.require_uncorrected(conn, guild_id, entry.id)
    elif entry.corrects and removed and goal is not None:
        await keeping.require_place(conn, guild_id, entry.corrects)
    return WayBack(entry, change, now, goal)
