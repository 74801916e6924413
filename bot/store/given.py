"""What a server calls subjects by itself: its own subjects by name, and the names that it has added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from bot.model import Subject, moment
from bot.store.names import LAST
from bot.store.rows import subject


@dataclass(frozen=True, slots=True)
class Given:
    """A name that a server has given a subject; `added_at` is None where nobody here has, but a file did."""

    alias: str
    subject: Subject
    added_by: int
    added_at: datetime | None


async def select_own_subjects(conn: aiosqlite.Connection, guild_id: int, key: str, *, limit: int) -> list[Subject]:
    """Return a server's own subjects whose names begin so, by key; "" begins every key."""
    rows = await conn.execute_fetchall(
        """
        SELECT s.id, s.kind, s.name, s.description FROM name AS n JOIN subject AS s ON s.id = n.subject_id
        WHERE n.guild_id = nullif(:guild_id, 0) AND n.rank = 0 AND n.key >= :key AND n.key < :key || :last
            AND s.guild_id = n.guild_id
        ORDER BY n.key, s.id LIMIT :limit
        """,
        {"guild_id": guild_id, "key": key, "last": LAST, "limit": limit},
    )
    return [subject(row) for row in rows]


async def select_own_aliases(conn: aiosqlite.Connection, guild_id: int, key: str, *, limit: int) -> list[str]:
    """Return the aliases that a server gave and whose keys begin so, by key; "" begins every key."""
    rows = await conn.execute_fetchall(
        """
        SELECT text FROM name
        WHERE guild_id = nullif(:guild_id, 0) AND rank = 1 AND key >= :key AND key < :key || :last
        ORDER BY key LIMIT :limit
        """,
        {"guild_id": guild_id, "key": key, "last": LAST, "limit": limit},
    )
    return [row[0] for row in rows]


async def select_given(
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, *, limit: int, offset: int
) -> list[Given]:
    """Return a page of the aliases that a server gave a subject (0: any), newest first, as its history has them."""
    rows = await conn.execute_fetchall(
        """
        SELECT s.id, s.kind, s.name, s.description, n.text, r.actor_id, r.at
        FROM name AS n JOIN subject AS s ON s.id = n.subject_id
        LEFT JOIN revision AS r ON r.id = (
            SELECT max(id) FROM revision
            WHERE guild_id = n.guild_id AND target = 'subject' AND target_id = n.subject_id
                AND after ->> 'alias' = n.text
        )
        WHERE n.guild_id = nullif(:guild_id, 0) AND n.rank = 1 AND :subject_id IN (0, n.subject_id)
        ORDER BY n.id DESC LIMIT :limit OFFSET :offset
        """,
        {"guild_id": guild_id, "subject_id": subject_id, "limit": limit, "offset": offset},
    )
    return [Given(row[4], subject(row), row[5] or 0, None if row[6] is None else moment(row[6])) for row in rows]
