"""Which entries have to be proven once more, and their status where that fails."""

from __future__ import annotations

import json
from collections.abc import Collection

import aiosqlite

from bot.model import Status


async def select_first(conn: aiosqlite.Connection, limit: int) -> list[tuple[int, int]]:
    """Return the server and the id of entries that have to be proven once more, lowest id first."""
    rows = await conn.execute_fetchall(
        """
        SELECT e.guild_id, e.id FROM prove_again AS p CROSS JOIN entry AS e ON e.id = p.entry_id
        ORDER BY p.entry_id LIMIT :limit
        """,
        {"limit": limit},
    )
    return [(row[0], row[1]) for row in rows]


async def delete(conn: aiosqlite.Connection, entry_ids: Collection[int]) -> None:
    """Take entries off the list."""
    await conn.execute(
        "DELETE FROM prove_again WHERE entry_id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(entry_ids))},
    )


async def update_status(conn: aiosqlite.Connection, guild_id: int, entry_id: int, reason: str) -> None:
    """Make a server's own entry unverified, removed or not; search finds entries without their status."""
    await conn.execute(
        """
        UPDATE entry SET status = :status, status_reason = :reason
        WHERE id = :id AND guild_id = nullif(:guild_id, 0)
        """,
        {"id": entry_id, "guild_id": guild_id, "status": Status.UNVERIFIED.value, "reason": reason},
    )
