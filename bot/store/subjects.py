"""Subjects: those of one entry, and those that a whole name means."""

from __future__ import annotations

import aiosqlite

from bot.model import Subject
from bot.store import blanking
from bot.store.rows import subject

MEMBER = "member:"
"""The key of a subject that is a member begins with it; the rest is that person's id."""


async def select_of(conn: aiosqlite.Connection, entry_id: int) -> list[tuple[str, Subject]]:
    """Return an entry's subjects with their relation: about (in their order), then measure, counter and speaker."""
    rows = await conn.execute_fetchall(
        """
        SELECT s.id, s.kind, s.name, s.description, 'about' AS relation, 0, es.position
        FROM entry_subject AS es JOIN subject AS s ON s.id = es.subject_id
        WHERE es.entry_id = :id AND es.relation = 'about'
        UNION ALL
        SELECT s.id, s.kind, s.name, s.description, 'measure', 1, 0
        FROM entry AS e JOIN subject AS s ON s.id = e.measure_id WHERE e.id = :id
        UNION ALL
        SELECT s.id, s.kind, s.name, s.description, 'counter', 2, 0
        FROM entry AS e JOIN subject AS s ON s.id = e.counter_id WHERE e.id = :id
        UNION ALL
        SELECT s.id, s.kind, s.name, s.description, 'speaker', 3, 0
        FROM entry AS e JOIN subject AS s ON s.id = e.speaker_id WHERE e.id = :id
        ORDER BY 6, 7
        """,
        {"id": entry_id},
    )
    return [(row[4], subject(row)) for row in rows]


async def select_named(
    conn: aiosqlite.Connection, guild_id: int, key: str, *, measures: bool, limit: int = 200
) -> list[tuple[Subject, bool, str]]:
    """Return what a server looks up by this key: (subject, whether by its name and not an alias, that spelling).

    Names come before aliases. With `measures` they are measures, without they are anything else. The spellings may
    be different names: see `names.like`.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT s.id, s.kind, s.name, s.description, n.rank, n.text
        FROM name AS n JOIN subject AS s ON s.id = n.subject_id
        WHERE n.guild_id IN (0, :guild_id) AND n.key = :key AND n.rank < 2
            AND s.guild_id IN (0, :guild_id) AND (s.kind = 'measure') = :measures
        ORDER BY n.rank, s.id LIMIT :limit
        """,
        {"guild_id": guild_id, "key": key, "measures": measures, "limit": limit},
    )
    return [(subject(row), row[4] == 0, row[5]) for row in rows]


async def is_own(conn: aiosqlite.Connection, guild_id: int, subject_id: int) -> bool:
    """Return whether a subject is a server's own, and not that of erased entries."""
    rows = await conn.execute_fetchall(
        "SELECT 1 FROM subject WHERE id = :id AND guild_id = nullif(:guild_id, 0) AND key <> :erased",
        {"id": subject_id, "guild_id": guild_id, "erased": blanking.KEY},
    )
    return any(True for _ in rows)


async def select_one(conn: aiosqlite.Connection, guild_id: int, subject_id: int) -> Subject | None:
    """Return one subject, or None where there is none that this server may see."""
    rows = await conn.execute_fetchall(
        "SELECT id, kind, name, description FROM subject WHERE id = :id AND guild_id IN (0, :guild_id)",
        {"id": subject_id, "guild_id": guild_id},
    )
    return next((subject(row) for row in rows), None)


async def select_keyed(conn: aiosqlite.Connection, guild_id: int, key: str) -> Subject | None:
    """Return the server's own subject of a key, or None."""
    rows = await conn.execute_fetchall(
        "SELECT id, kind, name, description FROM subject WHERE guild_id = nullif(:guild_id, 0) AND key = :key",
        {"guild_id": guild_id, "key": key},
    )
    return next((subject(row) for row in rows), None)


async def select_of_member(conn: aiosqlite.Connection, guild_id: int, person_id: int) -> list[tuple[int, int]]:
    """Return the subjects that a person is in a server, or (0) in all: (guild_id, subject_id)."""
    rows = await conn.execute_fetchall(
        """
        SELECT guild_id, id FROM subject
        WHERE key = :key AND guild_id > 0 AND :guild_id IN (0, guild_id) ORDER BY guild_id
        """,
        {"key": f"{MEMBER}{person_id}", "guild_id": guild_id},
    )
    return [(row[0], row[1]) for row in rows]
