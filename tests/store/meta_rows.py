"""Rows of the table `meta`, by which a test sees what a store holds."""

from __future__ import annotations

from bot.store.database import Database


async def put(db: Database, key: str) -> None:
    """Write one row."""
    async with db.write() as conn:
        await conn.execute("INSERT INTO meta (key, value) VALUES (?, '')", (key,))


async def keys(db: Database) -> list[str]:
    """Read what has been written."""
    async with db.read() as conn:
        return [key for (key,) in await conn.execute_fetchall("SELECT key FROM meta ORDER BY key LIMIT 99")]
