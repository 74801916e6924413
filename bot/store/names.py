"""Finding subjects by what people type. Each function costs the same however many names there are."""

from __future__ import annotations

import json
from collections.abc import Iterable

import aiosqlite

from bot.model import Kind, Subject
from bot.store.rows import subject

LAST = "\U0010ffff"
"""Sorts after every key that begins with the same characters."""

_PREFIX = """
    SELECT s.id, s.kind, s.name, s.description
    FROM (
        SELECT * FROM (
            SELECT subject_id, rank, key FROM name
            WHERE guild_id = 0 AND key >= :key AND key < :key || :last AND {narrow} ORDER BY key LIMIT :fetch
        )
        UNION ALL
        SELECT * FROM (
            SELECT subject_id, rank, key FROM name
            WHERE guild_id = :guild_id AND key >= :key AND key < :key || :last AND {narrow} ORDER BY key LIMIT :fetch
        )
    ) AS n JOIN subject AS s ON s.id = n.subject_id
    WHERE :kind = '' OR EXISTS (SELECT 1 FROM entry_subject AS es WHERE es.subject_id = s.id AND es.kind = :kind)
    GROUP BY s.id ORDER BY min(n.rank), min(n.key) LIMIT :limit
"""
# Measures are few among many names: a window over all names would hold none, so they have an index of their own.
_PREFIX_ANY = _PREFIX.format(narrow="TRUE")
_PREFIX_MEASURE = _PREFIX.format(narrow="is_measure = 1")


async def select_prefix(
    conn: aiosqlite.Connection,
    guild_id: int,
    key: str,
    *,
    kind: Kind | None,
    measures: bool = False,
    limit: int,
) -> list[Subject]:
    """Return subjects that have a name beginning with `key`: whole names first, then aliases, then endings.

    `kind` keeps those with an entry of that kind, `measures` keeps measures only. "" begins every name.
    """
    rows = await conn.execute_fetchall(
        _PREFIX_MEASURE if measures else _PREFIX_ANY,
        {
            "guild_id": guild_id,
            "key": key,
            "last": LAST,
            "kind": kind or "",
            "fetch": limit * 8,  # several names lead to one subject
            "limit": limit,
        },
    )
    return [subject(row) for row in rows]


async def select_typo_words(
    conn: aiosqlite.Connection, beginnings: Iterable[str], limit: int = 4000
) -> list[str]:
    """Return the distinct words of names that have a typo key with one of these beginnings."""
    rows = await conn.execute_fetchall(
        """
        SELECT DISTINCT word FROM (
            SELECT t.word FROM json_each(:beginnings) AS b
            JOIN typo AS t ON t.key >= b.value AND t.key < b.value || :last
            LIMIT :limit
        )
        """,
        {"beginnings": json.dumps(list(beginnings)), "last": LAST, "limit": limit},
    )
    return [row[0] for row in rows]


async def select_with_words(
    conn: aiosqlite.Connection,
    guild_id: int,
    words: Iterable[str],
    *,
    kind: Kind | None,
    measures: bool = False,
    limit: int = 500,
) -> list[tuple[Subject, str]]:
    """Return subjects with the key of a name or of its ending that begins with one of these words."""
    rows = await conn.execute_fetchall(
        """
        SELECT s.id, s.kind, s.name, s.description, n.key
        FROM json_each(:words) AS w
        JOIN name AS n ON n.guild_id IN (0, :guild_id) AND n.key >= w.value AND n.key < w.value || :last
        JOIN subject AS s ON s.id = n.subject_id
        WHERE (:kind = '' OR EXISTS (
            SELECT 1 FROM entry_subject AS es WHERE es.subject_id = s.id AND es.kind = :kind
        )) AND (NOT :measures OR n.is_measure = 1)
        LIMIT :limit
        """,
        {
            "guild_id": guild_id,
            "words": json.dumps(list(words)),
            "last": LAST,
            "kind": kind or "",
            "measures": measures,
            "limit": limit,
        },
    )
    return [(subject(row), row[4]) for row in rows]


async def insert_names(
    conn: aiosqlite.Connection, rows: Iterable[tuple[int, str, int, int, int, bool, str]]
) -> None:
    """Add rows (guild_id, key, rank, subject_id, source_id, is_measure, text); one that is there stays."""
    await conn.executemany(
        """
        INSERT INTO name (guild_id, key, rank, subject_id, source_id, is_measure, text)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        rows,
    )


async def insert_typo_keys(conn: aiosqlite.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Add rows (typo key, word); one that is there stays."""
    await conn.executemany("INSERT INTO typo (key, word) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


async def delete_names_of_source(conn: aiosqlite.Connection, source_id: int) -> None:
    """Remove the names that one source brought; those that other sources brought stay."""
    await conn.execute("DELETE FROM name WHERE source_id = :source_id", {"source_id": source_id})
