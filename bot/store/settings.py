"""What each server has chosen."""

from __future__ import annotations

import aiosqlite


async def select_settings(conn: aiosqlite.Connection, guild_id: int) -> dict[str, str]:
    """Return a server's own choices by key."""
    rows = await conn.execute_fetchall("SELECT key, value FROM guild_setting WHERE guild_id = :id", {"id": guild_id})
    return {row[0]: row[1] for row in rows}


async def upsert_setting(conn: aiosqlite.Connection, guild_id: int, key: str, value: str) -> None:
    """Set one choice."""
    await conn.execute(
        """
        INSERT INTO guild_setting (guild_id, key, value) VALUES (:guild_id, :key, :value)
        ON CONFLICT (guild_id, key) DO UPDATE SET value = excluded.value
        """,
        {"guild_id": guild_id, "key": key, "value": value},
    )
