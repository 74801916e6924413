"""Small facts about the store itself."""

from __future__ import annotations

import aiosqlite


async def select_value(conn: aiosqlite.Connection, key: str) -> str | None:
    """Return what was stored under a key, or None."""
    rows = await conn.execute_fetchall("SELECT value FROM meta WHERE key = :key", {"key": key})
    return next((row[0] for row in rows), None)


async def upsert_value(conn: aiosqlite.Connection, key: str, value: str) -> None:
    """Store a value under a key."""
    await conn.execute(
        """
        INSERT INTO meta (key, value) VALUES (:key, :value)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """,
        {"key": key, "value": value},
    )
