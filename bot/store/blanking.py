"""Deleting what an entry says: its words, its speaker, and the source that was made for it."""

from __future__ import annotations

import json
from collections.abc import Collection

import aiosqlite

from bot.store.packs import CONTENT

ERASED = "Erased at the wish of the person who wrote it."
"""What stands in place of the statement, and by which such an entry is known."""

MESSAGE = 4000
"""A message of Discord has at most so many characters; a longer text is an article."""

KEY = "erased"
"""The key of the subject and of the source that a server's erased entries have."""

_WORDS = "(erased)"
_ENTRY = {
    "kind": "quote",
    "status": "retracted",
    "status_reason": ERASED,
    "statement": ERASED,
    "note": "",
    "words": _WORDS,
}


async def upsert_nobody(conn: aiosqlite.Connection, guild_id: int) -> tuple[int, int]:
    """Return the subject and the source of a server that its erased entries have; neither says anything."""
    await conn.execute(
        """
        INSERT INTO subject (guild_id, key, kind, name) VALUES (:guild_id, :key, 'person', 'Erased')
        ON CONFLICT DO NOTHING
        """,
        {"guild_id": guild_id, "key": KEY},
    )
    await conn.execute(
        """
        INSERT INTO source (guild_id, key, label) VALUES (:guild_id, :key, 'Erased at its author’s wish')
        ON CONFLICT DO NOTHING
        """,
        {"guild_id": guild_id, "key": KEY},
    )
    [row] = await conn.execute_fetchall(
        """
        SELECT (SELECT id FROM subject WHERE guild_id = :guild_id AND key = :key),
            (SELECT id FROM source WHERE guild_id = :guild_id AND key = :key)
        """,
        {"guild_id": guild_id, "key": KEY},
    )
    return row[0], row[1]


async def update_entry(
    conn: aiosqlite.Connection, guild_id: int, entry_id: int, subject_id: int, source_id: int
) -> None:
    """Delete what a removed entry says; `upsert_nobody` gives what it has from then on."""
    content = dict.fromkeys(CONTENT) | _ENTRY | {"subject_id": subject_id, "speaker_id": subject_id}
    await conn.execute(
        f"""
        UPDATE entry SET source_id = :source_id, {", ".join(f"{column} = :{column}" for column in CONTENT)}
        WHERE id = :id AND guild_id = nullif(:guild_id, 0)
        """,
        {"id": entry_id, "guild_id": guild_id, "source_id": source_id, **content},
    )
    await conn.execute(
        "DELETE FROM entry_subject WHERE entry_id = :id AND guild_id = nullif(:guild_id, 0)",
        {"id": entry_id, "guild_id": guild_id},
    )
    await conn.execute(
        """
        INSERT INTO entry_subject (subject_id, kind, guild_id, relation, position, entry_id, deleted)
        SELECT :subject_id, 'quote', e.guild_id, r.relation, r.position, e.id, 1
        FROM entry AS e, (SELECT 'about' AS relation, 0 AS position UNION ALL SELECT 'speaker', 1) AS r
        WHERE e.id = :id AND e.guild_id = nullif(:guild_id, 0)
        """,
        {"id": entry_id, "guild_id": guild_id, "subject_id": subject_id},
    )


async def select_made(
    conn: aiosqlite.Connection, guild_id: int, person_id: int, entry_ids: Collection[int], candidates: Collection[int]
) -> list[int]:
    """Return those sources that were made of a person's messages, which these entries quote.

    They have a message's address, or a text as short as a message and no other entry. What quotes
    somebody else keeps its source.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT s.id FROM json_each(:candidates) AS c JOIN source AS s ON s.id = c.value
        WHERE s.guild_id = nullif(:guild_id, 0) AND (
            EXISTS (
                SELECT 1 FROM source_fact AS f
                WHERE f.source_id = s.id AND f.field = 'url' AND f.value LIKE 'https://discord.com/channels/%'
            )
            OR s.text IS NOT NULL AND s.length <= :longest AND NOT EXISTS (
                SELECT 1 FROM entry AS e
                WHERE e.source_id = s.id AND e.id NOT IN (SELECT value FROM json_each(:entries))
            )
        ) AND NOT EXISTS (
            SELECT 1 FROM entry AS e JOIN quoted_member AS q ON q.entry_id = e.id
            WHERE e.source_id = s.id AND q.member_id <> :person
        )
        """,
        {
            "guild_id": guild_id,
            "person": person_id,
            "longest": MESSAGE,
            "entries": json.dumps(list(entry_ids)),
            "candidates": json.dumps(list(candidates)),
        },
    )
    return [row[0] for row in rows]


async def delete_source(conn: aiosqlite.Connection, source_id: int, instead: int) -> list[int]:
    """Delete a source and return the entries that have another instead; search is to be told. Needs an unchecked write.

    Where in the text they stood is deleted with it.
    """
    rows = await conn.execute_fetchall(
        """
        UPDATE entry SET source_id = :instead, passage_start = NULL, passage_end = NULL
        WHERE source_id = :id RETURNING id
        """,
        {"id": source_id, "instead": instead},
    )
    moved = [row[0] for row in rows]
    for statement in (
        "DELETE FROM source_fact WHERE source_id = :id",
        "DELETE FROM name_source WHERE source_id = :id",
        "DELETE FROM source WHERE id = :id",
    ):
        await conn.execute(statement, {"id": source_id})
    return moved


async def select_lost_subjects(conn: aiosqlite.Connection, guild_id: int, names: Collection[str]) -> list[int]:
    """Return a server's own subjects of these names that no entry has."""
    rows = await conn.execute_fetchall(
        """
        SELECT s.id FROM subject AS s
        WHERE s.guild_id = nullif(:guild_id, 0) AND s.key <> :key
            AND s.name IN (SELECT value FROM json_each(:names))
            AND NOT EXISTS (SELECT 1 FROM entry_subject AS es WHERE es.subject_id = s.id)
        """,
        {"guild_id": guild_id, "key": KEY, "names": json.dumps(list(names))},
    )
    return [row[0] for row in rows]


async def replace_subject(conn: aiosqlite.Connection, guild_id: int, subject_id: int, instead: int) -> list[int]:
    """Put another subject in the place of one in a server's own entries, and return these; search is to be told."""
    ids = {"id": subject_id, "guild_id": guild_id, "instead": instead}
    mine = "subject_id = :id AND guild_id = nullif(:guild_id, 0)"
    rows = await conn.execute_fetchall(f"SELECT DISTINCT entry_id FROM entry_subject WHERE {mine}", ids)
    for statement in (
        *(
            f"""
            UPDATE entry SET {column} = :instead
            WHERE {column} = :id AND id IN (SELECT entry_id FROM entry_subject WHERE {mine})
            """
            for column in ("subject_id", "speaker_id", "counter_id")
        ),
        f"UPDATE entry_subject SET subject_id = :instead WHERE {mine}",
    ):
        await conn.execute(statement, ids)
    return [row[0] for row in rows]


async def delete_subject(conn: aiosqlite.Connection, guild_id: int, subject_id: int, instead: int) -> set[str]:
    """Delete a server's own subject that no entry has, and return the words of its names. Needs an unchecked write.

    A digest on it is on the one `instead` from then on: on nothing, and not on everything.
    """
    ids = {"id": subject_id, "guild_id": guild_id, "instead": instead}
    own = "(SELECT id FROM subject WHERE id = :id AND guild_id = nullif(:guild_id, 0))"
    rows = await conn.execute_fetchall(f"SELECT key FROM name WHERE subject_id = {own}", ids)
    for statement in (
        f"DELETE FROM name_source WHERE name_id IN (SELECT id FROM name WHERE subject_id = {own})",
        f"DELETE FROM name WHERE subject_id = {own}",
        f"""
        UPDATE digest SET subjects = (
            SELECT json_group_array(iif(value = :id, :instead, value)) FROM json_each(digest.subjects)
        )
        WHERE guild_id = nullif(:guild_id, 0)
            AND EXISTS (SELECT 1 FROM json_each(digest.subjects) WHERE value = {own})
        """,
        f"DELETE FROM subject WHERE id = {own}",
    ):
        await conn.execute(statement, ids)
    return {word for row in rows for word in row[0].split()}


PAGES = 500
"""So much of the search index is merged at a time, so that nobody else waits for long."""


async def merge_index(conn: aiosqlite.Connection, pages: int) -> bool:
    """Merge a part of the search index, which keeps words of what was deleted until then; False if nothing is left.

    Begins with `-PAGES` and goes on with `PAGES`: https://www.sqlite.org/fts5.html#the_merge_command
    """
    before = conn.total_changes
    await conn.execute("INSERT INTO entry_fts (entry_fts, rank) VALUES ('merge', :pages)", {"pages": pages})
    return conn.total_changes - before > 1
