"""Whose message was saved as a quotation, so that they can have it erased."""

from __future__ import annotations

import aiosqlite

from bot.model import Entry
from bot.store import rows


async def insert(conn: aiosqlite.Connection, entry_id: int, member_id: int) -> None:
    """Keep whose message an entry quotes."""
    await conn.execute(
        "INSERT INTO quoted_member (entry_id, member_id) VALUES (:entry_id, :member_id)",
        {"entry_id": entry_id, "member_id": member_id},
    )


async def select_of(conn: aiosqlite.Connection, guild_id: int, member_id: int) -> tuple[Entry, ...]:
    """Return the entries of a server that quote a member's messages, also deleted ones, by id."""
    return rows.entries(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY} FROM quoted_member AS q CROSS JOIN entry AS e ON e.id = q.entry_id {rows.JOINS}
            WHERE q.member_id = :member_id AND e.guild_id = nullif(:guild_id, 0)
            ORDER BY q.entry_id
            """,
            {"guild_id": guild_id, "member_id": member_id},
        )
    )
