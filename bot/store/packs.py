"""Writing what a pack holds: many rows at a time, so that a million entries take a minute."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite

CONTENT = (
    "kind", "subject_id", "status", "status_reason", "statement", "note", "passage_start", "passage_end",
    "measure_id", "value", "unit", "approximate", "basis", "out_of", "out_of_unit", "out_of_approximate",
    "as_of", "counter_id", "words", "speaker_id", "role", "said_where", "said_when",
    "title", "date", "date_printed", "date_inferred",
)  # fmt: skip
"""The columns of an entry that a pack decides, in the order of a content row."""

Content = tuple[Any, ...]


async def upsert_subjects(
    conn: aiosqlite.Connection, guild_id: int, rows: Iterable[tuple[str, str, str, str]]
) -> dict[str, int]:
    """Add or update subjects (key, kind, name, description) and return their ids by key."""
    wanted = list(rows)
    await conn.executemany(
        """
        INSERT INTO subject (guild_id, key, kind, name, description) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (guild_id, key) DO UPDATE SET
            kind = excluded.kind, name = excluded.name,
            description = iif(excluded.description = '', subject.description, excluded.description)
        """,
        [(guild_id, *row) for row in wanted],
    )
    found = await conn.execute_fetchall(
        """
        SELECT key, id FROM subject
        WHERE guild_id = :guild_id AND key IN (SELECT value FROM json_each(:keys))
        """,
        {"guild_id": guild_id, "keys": json.dumps([row[0] for row in wanted])},
    )
    return {row[0]: row[1] for row in found}


async def select_content(conn: aiosqlite.Connection, source_id: int) -> dict[str, tuple[int, bool, Content]]:
    """Return a source's shared entries by key: id, whether it is removed, and its content row."""
    fetched = await conn.execute_fetchall(
        f"SELECT key, id, deleted_at IS NOT NULL, {', '.join(CONTENT)} FROM entry"
        " WHERE source_id = :source_id AND guild_id = 0",
        {"source_id": source_id},
    )
    return {row[0]: (row[1], bool(row[2]), tuple(row[3:])) for row in fetched}


_UPSERT = f"""
    INSERT INTO entry (source_id, key, added_at, {", ".join(CONTENT)})
    VALUES (?, ?, ?, {", ".join("?" * len(CONTENT))})
    ON CONFLICT (source_id, guild_id, key) DO UPDATE SET
        deleted_at = NULL, {", ".join(f"{column} = excluded.{column}" for column in CONTENT)}
"""


async def upsert_entries(
    conn: aiosqlite.Connection, source_id: int, now: int, contents: Iterable[tuple[str, Content]]
) -> None:
    """Add entries (key, content row) or update them in place: an entry keeps its id, a removed one returns."""
    await conn.executemany(_UPSERT, [(source_id, key, now, *content) for key, content in contents])


async def remove_entries(conn: aiosqlite.Connection, entry_ids: Sequence[int], now: int) -> None:
    """Mark entries as removed at `now`; their ids are never given to others."""
    await conn.executemany("UPDATE entry SET deleted_at = ? WHERE id = ?", [(now, id_) for id_ in entry_ids])


async def replace_relations(
    conn: aiosqlite.Connection, entry_ids: Iterable[int], relations: Iterable[tuple[int, str, str, int, int]]
) -> None:
    """Set the subjects of entries: rows (subject_id, kind, relation, position, entry_id)."""
    await conn.executemany("DELETE FROM entry_subject WHERE entry_id = ?", [(id_,) for id_ in entry_ids])
    await conn.executemany(
        """
        INSERT INTO entry_subject (subject_id, kind, guild_id, relation, position, entry_id, deleted)
        SELECT ?1, ?2, guild_id, ?3, ?4, id, deleted_at IS NOT NULL FROM entry WHERE id = ?5
        """,
        relations,
    )
