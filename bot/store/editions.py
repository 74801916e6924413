"""The ledger of editions: a row for each due moment of a digest, and which process has it."""

from __future__ import annotations

from collections.abc import Iterable

import aiosqlite

from bot.store import digests
from bot.store.rows import Row

COLUMNS = """
    e.id, e.digest_id, e.guild_id, e.due_at, e.state, e.number, e.attempts, e.channel_id, e.message_id, e.posted_at,
    e.reason, e.follow_up, e.asked_for
"""
WIDTH = 13
"""The number of columns of `COLUMNS`."""


SKIPPED = "skipped"

_AHEAD = """
    digest_id IN (
        SELECT id FROM digest WHERE :servers IS NULL OR guild_id IN (SELECT value FROM json_each(:servers))
    )
    AND due_at > :now AND state IN ('due', 'skipped') AND tried_at = 0
"""


async def insert(conn: aiosqlite.Connection, rows: Iterable[tuple[int, int, int, str, str]]) -> None:
    """Add due moments as rows (digest_id, guild_id, due_at, state, reason). What is known of one stays."""
    await conn.executemany(
        """
        INSERT INTO digest_edition (digest_id, guild_id, due_at, state, reason) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (digest_id, due_at) DO NOTHING
        """,
        rows,
    )


async def insert_asked(conn: aiosqlite.Connection, digest_id: int, guild_id: int, due_at: int) -> None:
    """Add an edition that somebody has asked for; a second one at the same second is the same."""
    await conn.execute(
        """
        INSERT INTO digest_edition (digest_id, guild_id, due_at, state, asked_for) VALUES (?, ?, ?, 'due', 1)
        ON CONFLICT (digest_id, due_at) DO NOTHING
        """,
        (digest_id, guild_id, due_at),
    )


async def insert_failed(conn: aiosqlite.Connection, digest_id: int, guild_id: int, due_at: int, reason: str) -> None:
    """Add a due moment that cannot be posted, which is to be told. One that is known is told of too, if it waits."""
    await conn.execute(
        """
        INSERT INTO digest_edition (digest_id, guild_id, due_at, state, reason, follow_up)
        VALUES (:digest_id, :guild_id, :due_at, 'failed', :reason, 'tell')
        ON CONFLICT (digest_id, due_at) DO UPDATE SET state = 'failed', reason = :reason, follow_up = 'tell'
        WHERE state = 'due' AND tried_at = 0
        """,
        {"digest_id": digest_id, "guild_id": guild_id, "due_at": due_at, "reason": reason},
    )


async def update_skipped_due(conn: aiosqlite.Connection, rows: Iterable[tuple[int, int, str]]) -> None:
    """Let moments be due after all that were skipped for this reason: rows (digest_id, due_at, reason)."""
    await conn.executemany(
        """
        UPDATE digest_edition SET state = 'due', reason = ''
        WHERE digest_id = ? AND due_at = ? AND state = 'skipped' AND reason = ?
        """,
        rows,
    )


async def delete_ahead(conn: aiosqlite.Connection, now: int, servers: str | None) -> int:
    """Delete due moments that have not come yet and were not tried: a clock that was ahead has made them.

    What somebody asked for at such a moment is due now. Returns how many are gone.
    """
    given = {"now": now, "servers": servers}
    await conn.execute(f"UPDATE OR IGNORE digest_edition SET due_at = :now WHERE {_AHEAD} AND asked_for = 1", given)
    await conn.execute(
        f"DELETE FROM digest_carried WHERE edition_id IN (SELECT id FROM digest_edition WHERE {_AHEAD})", given
    )
    return (await conn.execute(f"DELETE FROM digest_edition WHERE {_AHEAD}", given)).rowcount


async def update_due_skipped(conn: aiosqlite.Connection, digest_id: int, reason: str) -> None:
    """Skip what is due of a digest and certainly not posted; what it would have carried comes up again."""
    await conn.execute(
        """
        DELETE FROM digest_carried WHERE edition_id IN (
            SELECT id FROM digest_edition WHERE digest_id = :id AND state = 'due' AND tried_at = 0
        )
        """,
        {"id": digest_id},
    )
    await conn.execute(
        """
        UPDATE digest_edition SET state = 'skipped', reason = :reason
        WHERE digest_id = :id AND state = 'due' AND tried_at = 0
        """,
        {"id": digest_id, "reason": reason},
    )


async def select_of(conn: aiosqlite.Connection, digest_id: int, limit: int, offset: int) -> list[Row]:
    """Return a digest's editions, newest first; one that a clock posted ahead of its time, as of when it was posted."""
    return list(
        await conn.execute_fetchall(
            f"""
            SELECT {COLUMNS} FROM digest_edition AS e WHERE e.digest_id = :id
            ORDER BY min(e.due_at, ifnull(e.posted_at, e.due_at)) DESC, e.id DESC LIMIT :limit OFFSET :offset
            """,
            {"id": digest_id, "limit": limit, "offset": offset},
        )
    )


async def select_waiting(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return a server's editions that could not be posted yet and are tried again, longest due first."""
    return list(
        await conn.execute_fetchall(
            f"""
            SELECT {COLUMNS} FROM digest_edition AS e
            WHERE e.guild_id = :guild_id AND e.state IN ('due', 'posting') AND e.reason <> ''
            ORDER BY e.due_at, e.id
            """,
            {"guild_id": guild_id},
        )
    )


async def select_shown(conn: aiosqlite.Connection, guild_id: int, edition_id: int) -> tuple[Row, Row, str] | None:
    """Return an edition of a server that was posted, its digest, and its content."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {COLUMNS}, e.content, {digests.COLUMNS}
        FROM digest_edition AS e JOIN digest AS d ON d.id = e.digest_id
        WHERE e.id = :id AND e.guild_id = :guild_id AND e.message_id IS NOT NULL
        """,
        {"id": edition_id, "guild_id": guild_id},
    )
    return next(((row[:WIDTH], row[WIDTH + 1 :], row[WIDTH]) for row in rows), None)


async def select_count(conn: aiosqlite.Connection, digest_id: int) -> int:
    """Return how many editions a digest has."""
    [row] = await conn.execute_fetchall("SELECT count(*) FROM digest_edition WHERE digest_id = :id", {"id": digest_id})
    return row[0]
