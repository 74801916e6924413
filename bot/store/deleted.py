"""Digests that were deleted: their rows stay, so that they can be restored."""

from __future__ import annotations

import aiosqlite

from bot.store.digests import COLUMNS
from bot.store.rows import Row


async def select_deleted(conn: aiosqlite.Connection, guild_id: int, since: int, limit: int) -> list[Row]:
    """Return a server's digests that were deleted since a moment, the last one first."""
    return list(
        await conn.execute_fetchall(
            f"""
            SELECT {COLUMNS} FROM digest AS d WHERE d.guild_id = :guild_id AND d.deleted_at >= :since
            ORDER BY d.deleted_at DESC, d.id DESC LIMIT :limit
            """,
            {"guild_id": guild_id, "since": since, "limit": limit},
        )
    )
