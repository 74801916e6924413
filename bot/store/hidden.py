"""What a server does not show: shared entries that it hides, or has its own correction of."""

from __future__ import annotations

import aiosqlite

from bot.model import Entry
from bot.store import rows


def unhidden(entry_id: str) -> str:
    """Return the condition that the server `:guild_id` does not hide the entry whose id is in this column.

    Whether it hides any at all is asked once in a statement: where it hides none, as most do, a row costs no look-up.
    """
    return f"""(
        NOT EXISTS (SELECT 1 FROM hidden WHERE guild_id = :guild_id)
        OR NOT EXISTS (SELECT 1 FROM hidden AS h WHERE h.guild_id = :guild_id AND h.entry_id = {entry_id})
    )"""


async def insert(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> None:
    """Let a server hide an entry; nothing happens if it does already, or if the entry is not a shared one."""
    await conn.execute(
        """
        INSERT INTO hidden (guild_id, entry_id)
        SELECT :guild_id, id FROM entry WHERE id = :entry_id AND guild_id = 0
        ON CONFLICT DO NOTHING
        """,
        {"guild_id": guild_id, "entry_id": entry_id},
    )


async def delete(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> bool:
    """Let a server show an entry again; False if it did not hide it."""
    cursor = await conn.execute(
        "DELETE FROM hidden WHERE guild_id = :guild_id AND entry_id = :entry_id",
        {"guild_id": guild_id, "entry_id": entry_id},
    )
    return cursor.rowcount > 0


async def exists(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> bool:
    """Return whether a server hides an entry."""
    fetched = await conn.execute_fetchall(
        "SELECT 1 FROM hidden WHERE guild_id = :guild_id AND entry_id = :entry_id",
        {"guild_id": guild_id, "entry_id": entry_id},
    )
    return any(True for _ in fetched)


async def select_page(conn: aiosqlite.Connection, guild_id: int, limit: int, offset: int) -> tuple[Entry, ...]:
    """Return a page of what a server hides, by id, also what it corrects; without what a pack has removed since."""
    return rows.entries(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY} FROM hidden AS h CROSS JOIN entry AS e ON e.id = h.entry_id {rows.JOINS}
            WHERE h.guild_id = :guild_id AND e.deleted_at IS NULL
            ORDER BY h.entry_id LIMIT :limit OFFSET :offset
            """,
            {"guild_id": guild_id, "limit": limit, "offset": offset},
        )
    )
