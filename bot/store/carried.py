"""Writing what is brought in: many rows at a time, with the ids that they are to have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import aiosqlite

from bot.errors import StoreError
from bot.store import search
from bot.store.packs import CONTENT

_ENTRY = (
    "id", "guild_id", "source_id", "key", "added_by", "added_at", "deleted_at", "corrects", *CONTENT
)  # fmt: skip
_INSERT_ENTRY = f"INSERT INTO entry ({', '.join(_ENTRY)}) VALUES ({', '.join('?' * len(_ENTRY))})"
_UPDATE_ENTRY = f"UPDATE entry SET {', '.join(f'{column} = ?' for column in _ENTRY[2:])} WHERE id = ? AND guild_id = ?"

DIGEST = (
    "id", "guild_id", "created_at", "name", "channel_id", "zone", "wall_time", "days", "catch_up", "window_minutes",
    "stats", "quotes", "events", "corrections", "only_new", "thread", "subjects", "introduction", "role_id",
    "created_by", "paused_at", "paused_reason", "deleted_at", "since_at", "settled_at", "next_due_at",
    "new_since",
)  # fmt: skip
"""The columns of a digest, in the order of a row; the first three say which it is."""

_INSERT_DIGEST = f"INSERT INTO digest ({', '.join(DIGEST)}) VALUES ({', '.join('?' * len(DIGEST))})"
_UPDATE_DIGEST = (
    f"UPDATE digest SET {', '.join(f'{column} = ?' for column in DIGEST[3:])} WHERE id = ? AND guild_id = ?"
)

Rows = Iterable[tuple[Any, ...]]


async def insert_sources(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows (id, guild_id, key, label, sha256, length, text, pack_digest, text_from_file)."""
    await conn.executemany(
        """
        INSERT INTO source (id, guild_id, key, label, sha256, length, text, pack_digest, text_from_file)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )


async def update_sources(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Change sources by rows as for adding them. A stored text stays while its hash does, unless there is another."""
    await conn.executemany(
        """
        UPDATE source SET label = ?4, length = ?6, pack_digest = ?8, text_from_file = ?9,
            text = ifnull(?7, iif(sha256 = ?5, text, NULL)), sha256 = ?5
        WHERE id = ?1 AND guild_id = ?2 AND key = ?3
        """,
        rows,
    )


async def replace_facts(conn: aiosqlite.Connection, source_ids: Iterable[int], rows: Rows) -> None:
    """Set what is known of sources: rows (source_id, field, value, known, reason)."""
    await conn.executemany("DELETE FROM source_fact WHERE source_id = ?", [(id_,) for id_ in source_ids])
    await conn.executemany(
        "INSERT INTO source_fact (source_id, field, value, known, reason) VALUES (?, ?, ?, ?, ?)", rows
    )


async def insert_subjects(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows (id, guild_id, key, kind, name, description)."""
    await conn.executemany(
        "INSERT INTO subject (id, guild_id, key, kind, name, description) VALUES (?, ?, ?, ?, ?, ?)", rows
    )


async def update_subjects(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Change subjects by rows as for adding them."""
    changed = list(rows)
    await conn.executemany(
        """
        UPDATE subject SET kind = ?4, name = ?5, description = ?6
        WHERE id = ?1 AND guild_id = ?2 AND key = ?3
        """,
        changed,
    )
    await conn.executemany(
        "UPDATE name SET is_measure = ?2 WHERE subject_id = ?1", [(row[0], row[3] == "measure") for row in changed]
    )


async def upsert_names(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows (guild_id, key, rank, subject_id, is_measure, text), or change the text of one that is there."""
    await conn.executemany(
        """
        INSERT INTO name (guild_id, key, rank, subject_id, is_measure, text) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (guild_id, key, rank, subject_id) DO UPDATE
        SET text = iif(excluded.rank < 2, excluded.text, name.text)
        """,
        rows,
    )


async def replace_name_sources(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Set which sources brought names: rows (guild_id, key, rank, subject_id, JSON list of source ids).

    A list with nothing in it changes nothing, and of an ending none is taken off: another name may end so.
    """
    sourced = [row for row in rows if row[4] != "[]"]
    await conn.executemany(
        """
        INSERT INTO name_source (source_id, name_id)
        SELECT s.value, n.id FROM name AS n, json_each(?5) AS s
        WHERE n.guild_id = ?1 AND n.key = ?2 AND n.rank = ?3 AND n.subject_id = ?4
        ON CONFLICT DO NOTHING
        """,
        sourced,
    )
    await conn.executemany(
        """
        DELETE FROM name_source WHERE name_id = (
            SELECT id FROM name WHERE guild_id = ?1 AND key = ?2 AND rank = ?3 AND subject_id = ?4
        ) AND source_id NOT IN (SELECT value FROM json_each(?5))
        """,
        [row for row in sourced if row[2] < 2],  # noqa: PLR2004 - the rank of an ending
    )


async def insert_entries(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows (id, guild_id, source_id, key, added_by, added_at, deleted_at, corrects, *CONTENT)."""
    try:
        await conn.executemany(_INSERT_ENTRY, rows)
    except aiosqlite.IntegrityError as error:
        raise StoreError(f"An entry of the file does not fit the store: {error}.") from error


async def update_entries(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Change entries by rows as for adding them; each stays whose it is."""
    try:
        await conn.executemany(_UPDATE_ENTRY, [(*row[2:], *row[:2]) for row in rows])
    except aiosqlite.IntegrityError as error:
        raise StoreError(f"An entry of the file does not fit the store: {error}.") from error


async def replace_relations(conn: aiosqlite.Connection, changed: Iterable[int], rows: Rows) -> None:
    """Set what entries are found by, of which some were there and have `changed`.

    Rows are (subject_id, kind, guild_id, relation, position, entry_id, deleted).
    """
    await conn.executemany("DELETE FROM entry_subject WHERE entry_id = ?", [(id_,) for id_ in changed])
    await conn.executemany(
        """
        INSERT INTO entry_subject (subject_id, kind, guild_id, relation, position, entry_id, deleted)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )


async def replace_members(conn: aiosqlite.Connection, changed: Iterable[int], rows: Rows) -> None:
    """Set whose messages entries quote, of which some were there and have `changed`: rows (entry_id, member_id)."""
    await conn.executemany("DELETE FROM quoted_member WHERE entry_id = ?", [(id_,) for id_ in changed])
    await conn.executemany("INSERT INTO quoted_member (entry_id, member_id) VALUES (?, ?)", rows)


async def insert_hidden(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Let servers hide shared entries: rows (guild_id, entry_id)."""
    await conn.executemany(
        """
        INSERT INTO hidden (guild_id, entry_id) SELECT ?1, id FROM entry WHERE id = ?2 AND guild_id = 0
        ON CONFLICT DO NOTHING
        """,
        rows,
    )


async def delete_hidden(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Let servers show entries again: rows (guild_id, entry_id)."""
    await conn.executemany("DELETE FROM hidden WHERE guild_id = ? AND entry_id = ?", rows)


async def insert_revisions(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows (id or None, guild_id, target, target_id, action, actor_id, at, before, after)."""
    await conn.executemany(
        """
        INSERT INTO revision (id, guild_id, target, target_id, action, actor_id, at, before, after)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        rows,
    )


async def upsert_suggestions(conn: aiosqlite.Connection, rows: Rows, supporters: Rows) -> None:
    """Add or change suggestions, with rows (suggestion_id, member_id) of those who support them.

    Rows are (id, guild_id, member_id, kind, fields, status, suggested_at, decided_by, decided_at, reason, entry_id,
    channel_id, message_id).
    """
    await conn.executemany(
        """
        INSERT INTO suggestion (
            id, guild_id, member_id, kind, fields, status, suggested_at, decided_by, decided_at, reason, entry_id,
            channel_id, message_id
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET fields = excluded.fields, status = excluded.status,
            decided_by = excluded.decided_by, decided_at = excluded.decided_at, reason = excluded.reason,
            entry_id = excluded.entry_id, channel_id = excluded.channel_id, message_id = excluded.message_id
        """,
        rows,
    )
    await conn.executemany(
        "INSERT INTO suggestion_support (suggestion_id, member_id) VALUES (?, ?) ON CONFLICT DO NOTHING", supporters
    )


async def upsert_settings(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Set what servers have chosen: rows (guild_id, key, value)."""
    await conn.executemany(
        """
        INSERT INTO guild_setting (guild_id, key, value) VALUES (?, ?, ?)
        ON CONFLICT (guild_id, key) DO UPDATE SET value = excluded.value
        """,
        rows,
    )


async def insert_digests(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Add rows of `DIGEST`."""
    await conn.executemany(_INSERT_DIGEST, rows)


async def update_digests(conn: aiosqlite.Connection, rows: Rows) -> None:
    """Change digests by rows as for adding them; each stays whose it is."""
    await conn.executemany(_UPDATE_DIGEST, [(*row[3:], *row[:2]) for row in rows])


async def select_related(conn: aiosqlite.Connection, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """Return the entries that pairs (guild_id, subject_id) are found by; the names of 0 are found by every server."""
    fetched = await conn.execute_fetchall(
        """
        SELECT es.entry_id FROM json_each(:pairs) AS p JOIN entry_subject AS es ON es.subject_id = p.value ->> 1
        WHERE p.value ->> 0 IN (0, es.guild_id)
        """,
        {"pairs": json.dumps(sorted(set(pairs)))},
    )
    return {row[0] for row in fetched}


async def reindex(conn: aiosqlite.Connection, entry_ids: Iterable[int]) -> None:
    """Bring entries up to date under search; those that are deleted are taken out."""
    ids = {"ids": json.dumps(sorted(entry_ids))}
    await conn.execute("DELETE FROM entry_fts WHERE rowid IN (SELECT value FROM json_each(:ids))", ids)
    await conn.execute(f"{search.INSERT} WHERE id IN (SELECT value FROM json_each(:ids))", ids)
