"""Reading everything that a server has, or that the whole store holds, in the order of ids."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

import aiosqlite

from bot.store import rows
from bot.store.carried import DIGEST
from bot.store.rows import Row

Moment = tuple[int, ...]

EVERYTHING = -1
"""In place of a server's id: whoever it belongs to, what is shared included."""

# A server's own rows, or all of them.
_OF = "(:guild_id = -1 OR {table}.guild_id = :guild_id)"


@asynccontextmanager
async def steady(conn: aiosqlite.Connection) -> AsyncGenerator[None]:
    """Let all that is read meanwhile be of one moment, whatever is written."""
    await conn.execute("BEGIN")
    try:
        yield
    finally:
        await conn.execute("ROLLBACK")


async def select_sources(conn: aiosqlite.Connection, guild_id: int, *, seen: bool = False) -> list[Row]:
    """Return rows (id, guild_id, key, label, sha256, length, text, pack_digest, text_from_file) of sources.

    With `seen`, of all those that the server may use, the shared ones too.
    """
    return await _all(
        conn,
        f"""
        SELECT id, guild_id, key, label, sha256, length, text, pack_digest, text_from_file FROM source
        WHERE {_OF.format(table="source")} OR (:seen AND guild_id = 0) ORDER BY id
        """,
        guild_id,
        seen=seen,
    )


async def select_facts(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows (source_id, field, value, known, reason)."""
    return await _all(
        conn,
        f"""
        SELECT f.source_id, f.field, f.value, f.known, f.reason
        FROM source_fact AS f JOIN source AS s ON s.id = f.source_id
        WHERE {_OF.format(table="s")} ORDER BY f.source_id, f.field
        """,
        guild_id,
    )


async def select_subjects(conn: aiosqlite.Connection, guild_id: int, *, seen: bool = False) -> list[Row]:
    """Return rows (id, guild_id, key, kind, name, description); `seen` as for sources."""
    return await _all(
        conn,
        f"""
        SELECT id, guild_id, key, kind, name, description FROM subject
        WHERE {_OF.format(table="subject")} OR (:seen AND guild_id = 0) ORDER BY id
        """,
        guild_id,
        seen=seen,
    )


async def select_names(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows (guild_id, subject_id, rank, text, JSON list of the ids of their sources), without endings."""
    return await _all(
        conn,
        f"""
        SELECT n.guild_id, n.subject_id, n.rank, n.text, (
            SELECT json_group_array(source_id) FROM (
                SELECT source_id FROM name_source WHERE name_id = n.id ORDER BY source_id
            )
        )
        FROM name AS n WHERE n.rank < 2 AND {_OF.format(table="n")}
        ORDER BY n.guild_id, n.subject_id, n.rank, n.key
        """,
        guild_id,
    )


async def select_entries(
    conn: aiosqlite.Connection, guild_id: int, *, after: int = 0, limit: int = -1, ids: Iterable[int] | None = None
) -> list[Row]:
    """Return rows that begin with `rows.ENTRY`.

    Then come key, deleted_at, the ids of the subjects it is about (a JSON list), of its measure, counter and speaker,
    what it corrects as source_id and key, and whose message it quotes.
    """
    return await _all(
        conn,
        f"""
        SELECT {rows.ENTRY}, e.key, e.deleted_at, (
            SELECT json_group_array(subject_id) FROM (
                SELECT subject_id FROM entry_subject
                WHERE entry_id = e.id AND relation = 'about' ORDER BY position
            )
        ), e.measure_id, e.counter_id, e.speaker_id, shared.source_id, shared.key, q.member_id
        FROM entry AS e {rows.JOINS}
        LEFT JOIN entry AS shared ON shared.id = e.corrects
        LEFT JOIN quoted_member AS q ON q.entry_id = e.id
        WHERE e.id > :after AND {_OF.format(table="e")}
            AND (:ids IS NULL OR e.id IN (SELECT value FROM json_each(:ids)))
        ORDER BY e.id LIMIT :limit
        """,
        guild_id,
        after=after,
        limit=limit,
        ids=None if ids is None else json.dumps(list(ids)),
    )


async def select_count(conn: aiosqlite.Connection, guild_id: int) -> int:
    """Return how many entries there are to read."""
    counted = await _all(conn, f"SELECT count(*) FROM entry WHERE {_OF.format(table='entry')}", guild_id)
    return counted[0][0]


async def select_hidden(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows (guild_id, source_id, key) of the shared entries that servers hide, not of those they correct."""
    return await _all(
        conn,
        f"""
        SELECT h.guild_id, e.source_id, e.key FROM hidden AS h JOIN entry AS e ON e.id = h.entry_id
        WHERE {_OF.format(table="h")} AND NOT EXISTS (
            SELECT 1 FROM entry AS own
            WHERE own.corrects = h.entry_id AND own.guild_id = h.guild_id AND own.deleted_at IS NULL
        )
        ORDER BY h.guild_id, h.entry_id
        """,
        guild_id,
    )


async def select_revisions(conn: aiosqlite.Connection, guild_id: int, *, after: int = 0, limit: int = -1) -> list[Row]:
    """Return rows (id, guild_id, target, target_id, action, actor_id, at, before, after).

    Then come of an entry that is the target its guild_id, source_id and key.
    """
    return await _all(
        conn,
        f"""
        SELECT r.id, r.guild_id, r.target, r.target_id, r.action, r.actor_id, r.at, r.before, r.after,
            e.guild_id, e.source_id, e.key
        FROM revision AS r LEFT JOIN entry AS e ON r.target = 'entry' AND e.id = r.target_id
        WHERE r.id > :after AND {_OF.format(table="r")} ORDER BY r.id LIMIT :limit
        """,
        guild_id,
        after=after,
        limit=limit,
    )


async def select_suggestions(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows (id, guild_id, member_id, kind, fields, status, suggested_at, decided_by, decided_at, reason).

    Then come channel_id, message_id, a JSON list of supporters, and of the entry that came of it guild_id, source_id
    and key.
    """
    return await _all(
        conn,
        f"""
        SELECT s.id, s.guild_id, s.member_id, s.kind, s.fields, s.status, s.suggested_at, s.decided_by,
            s.decided_at, s.reason, s.channel_id, s.message_id, (
                SELECT json_group_array(member_id) FROM (
                    SELECT member_id FROM suggestion_support WHERE suggestion_id = s.id ORDER BY member_id
                )
            ), e.guild_id, e.source_id, e.key
        FROM suggestion AS s LEFT JOIN entry AS e ON e.id = s.entry_id
        WHERE {_OF.format(table="s")} ORDER BY s.id
        """,
        guild_id,
    )


async def select_settings(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows (guild_id, key, value)."""
    return await _all(
        conn,
        f"""
        SELECT guild_id, key, value FROM guild_setting
        WHERE {_OF.format(table="guild_setting")} ORDER BY guild_id, key
        """,
        guild_id,
    )


async def select_digests(conn: aiosqlite.Connection, guild_id: int) -> list[Row]:
    """Return rows of `carried.DIGEST`; of one server, without those that were deleted."""
    return await _all(
        conn,
        f"""
        SELECT {", ".join(DIGEST)} FROM digest
        WHERE {_OF.format(table="digest")} AND (:guild_id = -1 OR deleted_at IS NULL) ORDER BY id
        """,
        guild_id,
    )


async def select_shared_entries(
    conn: aiosqlite.Connection, wanted: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """Return the ids of shared entries by (source_id, key), of those that are there."""
    fetched = await conn.execute_fetchall(
        """
        SELECT e.source_id, e.key, e.id FROM json_each(:wanted) AS w JOIN entry AS e
            ON e.source_id = w.value ->> 0 AND e.guild_id = 0 AND e.key = w.value ->> 1
        """,
        {"wanted": json.dumps(sorted(set(wanted)))},
    )
    return {(row[0], row[1]): row[2] for row in fetched}


async def select_moment(conn: aiosqlite.Connection, guild_id: int) -> Moment:
    """Return what is another after every change that matters to a file for a server, or with EVERYTHING for all.

    What people change in a server is in its history, but for its digests. What all servers share only grows, and is
    not changed by a server's file.
    """
    if guild_id == EVERYTHING:
        fetched = await conn.execute_fetchall("SELECT number FROM edition")
    else:
        fetched = await conn.execute_fetchall(
            """
            SELECT
                (SELECT count(*) FROM revision WHERE guild_id = :guild_id),
                (SELECT ifnull(max(id), 0) FROM revision WHERE guild_id = :guild_id),
                (SELECT count(*) FROM entry WHERE guild_id = :guild_id AND deleted_at IS NULL),
                (SELECT count(*) FROM digest WHERE guild_id = :guild_id AND deleted_at IS NULL)
            """,
            {"guild_id": guild_id},
        )
    return tuple(next(iter(fetched)))


async def select_lasts(conn: aiosqlite.Connection) -> dict[str, int]:
    """Return the last id that each table has ever given."""
    return {row[0]: row[1] for row in await conn.execute_fetchall("SELECT name, seq FROM sqlite_sequence")}


async def select_taken(conn: aiosqlite.Connection, table: str, ids: Iterable[int]) -> tuple[set[int], int]:
    """Return which of these ids of a table are taken, and the last id that it has ever given."""
    assert table in {"source", "subject", "entry", "revision", "suggestion", "digest"}
    fetched = await conn.execute_fetchall(
        f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(ids))}
    )
    last = await conn.execute_fetchall("SELECT seq FROM sqlite_sequence WHERE name = :table", {"table": table})
    return {row[0] for row in fetched}, next((row[0] for row in last), 0)


async def _all(conn: aiosqlite.Connection, statement: str, guild_id: int, **more: object) -> list[Row]:
    return list(await conn.execute_fetchall(statement, {"guild_id": guild_id, **more}))
