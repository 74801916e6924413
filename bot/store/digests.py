"""What digests are as rows: their settings, and when each is due next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import aiosqlite

from bot.store.rows import Row

COLUMNS = """
    d.id, d.guild_id, d.channel_id, d.name, d.zone, d.wall_time, d.days, d.catch_up, d.window_minutes, d.stats,
    d.quotes, d.events, d.corrections, d.only_new, d.subjects, d.introduction, d.role_id, d.thread, d.created_by,
    d.created_at, d.paused_at, d.paused_reason, d.deleted_at, d.settled_at, d.next_due_at,
    d.new_since
"""
WIDTH = 26
"""The number of columns of `COLUMNS`."""

OURS = "(:servers IS NULL OR {}.guild_id IN (SELECT value FROM json_each(:servers)))"
"""That a row is of one of these servers, a JSON array; NULL stands for all."""

_LIVE = "d.deleted_at IS NULL"
_RUNNING = f"{_LIVE} AND d.paused_at IS NULL"
_OURS = OURS.format("d")


def subject_ids(stored: str) -> tuple[int, ...] | None:
    """Return the ids in the stored `subjects` of a digest; None for what is no list of ids."""
    found: list[Any] | Any = json.loads(stored)
    if not isinstance(found, list):
        return None
    ids: tuple[Any, ...] = tuple(found)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of JSON
    return ids if all(type(each) is int and 0 < each < 2**63 for each in ids) else None


async def select_all(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return a server's digests, oldest first, without those that were deleted."""
    return list(
        await conn.execute_fetchall(
            f"SELECT {COLUMNS} FROM digest AS d WHERE d.guild_id = :guild_id AND {_LIVE} ORDER BY d.id",
            {"guild_id": guild_id},
        )
    )


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


async def select_one(conn: aiosqlite.Connection, guild_id: int, digest_id: int) -> Row | None:
    """Return one of a server's digests, also if it was deleted."""
    rows = await conn.execute_fetchall(
        f"SELECT {COLUMNS} FROM digest AS d WHERE d.id = :id AND d.guild_id = :guild_id",
        {"id": digest_id, "guild_id": guild_id},
    )
    return next(iter(rows), None)


async def select_channel(conn: aiosqlite.Connection, digest_id: int) -> int | None:
    """Return where a digest posts."""
    rows = await conn.execute_fetchall("SELECT channel_id FROM digest WHERE id = :id", {"id": digest_id})
    return next((row[0] for row in rows), None)


async def select_due(conn: aiosqlite.Connection, now: int, limit: int, servers: str | None) -> list[tuple[Row, bool]]:
    """Return running digests that are due, longest due first, each with whether the bot has left its server."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {COLUMNS}, EXISTS (SELECT 1 FROM departed AS g WHERE g.guild_id = d.guild_id) FROM digest AS d
        WHERE d.next_due_at <= :now AND {_RUNNING} AND {_OURS} ORDER BY d.next_due_at, d.id LIMIT :limit
        """,
        {"now": now, "limit": limit, "servers": servers},
    )
    return [(row, bool(row[WIDTH])) for row in rows]


async def select_ahead(conn: aiosqlite.Connection, now: int, servers: str | None) -> list[Row]:
    """Return running digests that were dealt with up to a moment that has not come yet."""
    return list(
        await conn.execute_fetchall(
            f"""
            SELECT {COLUMNS} FROM digest AS d
            WHERE d.settled_at > max(:now, d.since_at) AND {_RUNNING} AND {_OURS}
            """,
            {"now": now, "servers": servers},
        )
    )


async def select_running(conn: aiosqlite.Connection, servers: str | None) -> list[Row]:
    """Return running digests, each with whether a due moment of it was dealt with since it runs."""
    return list(
        await conn.execute_fetchall(
            f"SELECT {COLUMNS}, d.settled_at > d.since_at FROM digest AS d WHERE {_RUNNING} AND {_OURS}",
            {"servers": servers},
        )
    )


async def select_next_due(conn: aiosqlite.Connection, servers: str | None) -> int | None:
    """Return when the next running digest is due."""
    [row] = await conn.execute_fetchall(
        f"SELECT min(d.next_due_at) FROM digest AS d WHERE d.next_due_at > 0 AND {_RUNNING} AND {_OURS}",
        {"servers": servers},
    )
    return row[0]


async def insert(conn: aiosqlite.Connection, values: Mapping[str, object]) -> int:
    """Add a digest; `values` are its columns."""
    cursor = await conn.execute(
        """
        INSERT INTO digest (guild_id, channel_id, name, zone, wall_time, days, catch_up, window_minutes, stats, quotes,
            events, corrections, only_new, subjects, introduction, role_id, thread, created_by, created_at,
            since_at, settled_at, next_due_at, new_since)
        VALUES (:guild_id, :channel_id, :name, :zone, :wall_time, :days, :catch_up, :window_minutes, :stats, :quotes,
            :events, :corrections, :only_new, :subjects, :introduction, :role_id, :thread, :created_by, :now,
            :now, :now, :next_due_at, :now)
        """,
        values,
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


async def update(conn: aiosqlite.Connection, values: Mapping[str, object]) -> None:
    """Change a digest's settings; `values` are its columns. What was due until now is not made up."""
    await conn.execute(
        """
        UPDATE digest SET channel_id = :channel_id, name = :name, zone = :zone, wall_time = :wall_time, days = :days,
            catch_up = :catch_up, window_minutes = :window_minutes, stats = :stats, quotes = :quotes, events = :events,
            corrections = :corrections, only_new = :only_new, subjects = :subjects, introduction = :introduction,
            role_id = :role_id, thread = :thread, since_at = :now, settled_at = :now, next_due_at = :next_due_at,
            new_since = CASE WHEN :only_new > only_new THEN :now ELSE new_since END
        WHERE id = :id AND guild_id = :guild_id
        """,
        values,
    )


async def update_paused(conn: aiosqlite.Connection, digest_id: int, reason: str, now: int) -> None:
    """Pause a digest; one that is paused already keeps its reason."""
    await conn.execute(
        "UPDATE digest SET paused_at = :now, paused_reason = :reason WHERE id = :id AND paused_at IS NULL",
        {"id": digest_id, "reason": reason, "now": now},
    )


async def update_running(conn: aiosqlite.Connection, digest_id: int, next_due: int | None, now: int) -> None:
    """Let a digest that was paused or deleted run again. What was due until now is not made up."""
    await conn.execute(
        """
        UPDATE digest SET paused_at = NULL, paused_reason = '', deleted_at = NULL,
            since_at = :now, settled_at = :now, next_due_at = :next_due
        WHERE id = :id
        """,
        {"id": digest_id, "next_due": next_due, "now": now},
    )


async def update_deleted(conn: aiosqlite.Connection, digest_id: int, now: int) -> None:
    """Delete a digest; its row and its editions stay."""
    await conn.execute("UPDATE digest SET deleted_at = :now WHERE id = :id", {"id": digest_id, "now": now})


async def update_restored(conn: aiosqlite.Connection, digest_id: int, next_due: int | None, now: int) -> None:
    """Undo a deletion; a digest that was paused is so again. What was due until now is not made up."""
    await conn.execute(
        """
        UPDATE digest SET deleted_at = NULL, since_at = :now, settled_at = :now, next_due_at = :next_due WHERE id = :id
        """,
        {"id": digest_id, "next_due": next_due, "now": now},
    )


async def update_next_due(conn: aiosqlite.Connection, digest_id: int, next_due: int | None) -> None:
    """Set when a digest is due next."""
    await conn.execute(
        "UPDATE digest SET next_due_at = :next_due WHERE id = :id", {"id": digest_id, "next_due": next_due}
    )


async def update_settled(conn: aiosqlite.Connection, rows: Iterable[tuple[int, int | None, int]]) -> None:
    """Set up to when digests were dealt with and when they are due next: rows (settled_at, next_due_at, id)."""
    await conn.executemany("UPDATE digest SET settled_at = max(?, since_at), next_due_at = ? WHERE id = ?", rows)
