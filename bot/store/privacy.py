"""What the store holds about one person, in one server or (0) in all, and its erasure."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite

from bot.store.rows import texts
from bot.store.subjects import MEMBER

PERSONS = {
    ("entry", "added_by"),
    ("revision", "actor_id"),
    ("draft", "author_id"),
    ("suggestion", "member_id"),
    ("suggestion", "decided_by"),
    ("suggestion_support", "member_id"),
    ("quoted_member", "member_id"),
    ("digest", "created_by"),
}
"""Every column that holds a person's id.

Besides, `posted.ask` holds it, the fields of a saved message do, and the key of a subject that is a member.
"""

_MEMBER = '$."message.member"'
_TIME = "strftime('%Y-%m-%dT%H:%M:%SZ', {}, 'unixepoch')"


def _at(column: str) -> str:
    return _TIME.format(column)


_ENTRY = f"""
    'entry', r.id, 'kind', r.kind, 'statement', r.statement, 'note', r.note, 'status', r.status,
    'status_reason', r.status_reason, 'added_at', {_at("r.added_at")}, 'removed_at', {_at("r.deleted_at")},
    'about', (
        SELECT json_group_array(name) FROM (
            SELECT s.name FROM entry_subject AS es JOIN subject AS s ON s.id = es.subject_id
            WHERE es.entry_id = r.id AND es.relation = 'about' ORDER BY es.position
        )
    ),
    'measure', (SELECT name FROM subject WHERE id = r.measure_id), 'value', r.value, 'unit', r.unit,
    'approximate', r.approximate, 'basis', r.basis, 'out_of', r.out_of, 'out_of_unit', r.out_of_unit,
    'as_of', r.as_of, 'counted_by', (SELECT name FROM subject WHERE id = r.counter_id),
    'words', replace(r.words, char(31), ' […] '), 'speaker', (SELECT name FROM subject WHERE id = r.speaker_id),
    'role', r.role, 'said_where', r.said_where, 'said_when', r.said_when,
    'title', r.title, 'date', r.date, 'date_printed', r.date_printed, 'date_inferred', r.date_inferred,
    'source', (SELECT label FROM source WHERE id = r.source_id)
"""
_SUGGESTION = f"""
    'suggestion', r.id, 'kind', r.kind, 'status', r.status, 'reason', r.reason, 'entry', r.entry_id,
    'suggested_at', {_at("r.suggested_at")}, 'decided_at', {_at("r.decided_at")}
"""
# Whose message somebody else saved is not told to those who saved it.
_FIELDS = f"json_remove(r.fields, '{_MEMBER}')"

_HELD = {
    "entries": (_ENTRY, "entry AS r WHERE r.added_by = :person AND r.guild_id > 0"),
    "suggestions": (
        f"{_SUGGESTION}, 'fields', {_FIELDS}",
        "suggestion AS r WHERE r.member_id = :person",
    ),
    "supports": (
        _SUGGESTION,
        """suggestion_support AS p CROSS JOIN suggestion AS r ON r.id = p.suggestion_id WHERE p.member_id = :person""",
    ),
    "drafts": (
        f"'purpose', r.purpose, 'kind', r.kind, 'changed_at', {_at('r.updated_at')}, 'fields', {_FIELDS}",
        "draft AS r WHERE r.author_id = :person",
    ),
    "decisions": (_SUGGESTION, "suggestion AS r WHERE r.decided_by = :person"),
    "changes": (
        f"""
        'change', r.id, 'of', r.target, 'number', r.target_id, 'action', r.action, 'at', {_at("r.at")},
        'before', json_remove(r.before, '{_MEMBER}'), 'after', json_remove(r.after, '{_MEMBER}')
        """,
        "revision AS r WHERE r.actor_id = :person",
    ),
    "quotations": (
        f"""
        {_ENTRY}, 'source_text', (SELECT text FROM source WHERE id = r.source_id),
        'source_facts', (SELECT json_group_object(field, value) FROM source_fact WHERE source_id = r.source_id)
        """,
        "quoted_member AS q CROSS JOIN entry AS r ON r.id = q.entry_id WHERE q.member_id = :person AND r.guild_id > 0",
    ),
    "names": (
        "'name', r.text",
        f"""
        (
            SELECT n.guild_id, n.text FROM subject AS s CROSS JOIN name AS n ON n.subject_id = s.id
            WHERE s.key = '{MEMBER}' || :person AND s.guild_id > 0 AND n.rank < 2
        ) AS r WHERE true
        """,
    ),
    "messages": (
        "'suggestion', r.id, 'fields', json(r.fields)",
        f"""
        (
            SELECT id, guild_id, fields FROM suggestion UNION ALL SELECT NULL, guild_id, fields FROM draft
        ) AS r WHERE json_extract(r.fields, '{_MEMBER}') = CAST(:person AS TEXT)
        """,
    ),
    "digests": (
        f"""
        'digest', r.id, 'name', r.name, 'channel', CAST(r.channel_id AS TEXT), 'zone', r.zone, 'at', r.wall_time,
        'days', r.days, 'introduction', r.introduction, 'made_at', {_at("r.created_at")},
        'deleted_at', {_at("r.deleted_at")}
        """,
        "digest AS r WHERE r.created_by = :person",
    ),
    "answers": (
        f"'channel', CAST(r.channel_id AS TEXT), 'message', CAST(r.message_id AS TEXT), 'at', {_at('r.posted_at')}",
        """
        (
            SELECT DISTINCT guild_id, channel_id, message_id, posted_at FROM posted
            WHERE substr(ask, 7, length(:asker) + 1) = :asker || '.'
        ) AS r WHERE true
        """,
    ),
}
"""What is held, as the members of a JSON object, and where that is."""

HELD = tuple(_HELD)
"""The names of all that can be held about somebody, in the order in which it is shown."""

_HERE = "AND :guild_id IN (0, r.guild_id)"
_COUNT = " UNION ALL ".join(
    f"SELECT {place}, r.guild_id, count(*) FROM {where} GROUP BY r.guild_id"
    for place, (_, where) in enumerate(_HELD.values())
)


async def select_counts(conn: aiosqlite.Connection, person_id: int, asker: str) -> dict[int, dict[str, int]]:
    """Return by server how many rows of what (see `HELD`) there are about a person.

    `asker` is the person as it stands in `posted.ask`.
    """
    found: dict[int, dict[str, int]] = {}
    for place, guild_id, count in await conn.execute_fetchall(_COUNT, {"person": person_id, "asker": asker}):
        found.setdefault(guild_id, {})[HELD[place]] = count
    return found


async def select_states(conn: aiosqlite.Connection, guild_id: int, person_id: int) -> dict[str, int]:
    """Return how many suggestions of a person stand where."""
    rows = await conn.execute_fetchall(
        f"SELECT r.status, count(*) FROM suggestion AS r WHERE r.member_id = :person {_HERE} GROUP BY r.status",
        {"person": person_id, "guild_id": guild_id},
    )
    return {row[0]: row[1] for row in rows}


async def select_ids(conn: aiosqlite.Connection, guild_id: int, person_id: int, what: str, *, limit: int) -> list[int]:
    """Return the newest entries that a person added ("entries") or is quoted in ("quotations")."""
    rows = await conn.execute_fetchall(
        f"SELECT r.id FROM {_HELD[what][1]} {_HERE} ORDER BY r.id DESC LIMIT :limit",
        {"person": person_id, "guild_id": guild_id, "limit": limit},
    )
    return [row[0] for row in rows]


async def select_held(
    conn: aiosqlite.Connection, guild_id: int, person_id: int, asker: str
) -> dict[str, list[dict[str, Any]]]:
    """Return everything about a person with its texts, under the names in `HELD`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, (members, where) in _HELD.items():
        rows = await conn.execute_fetchall(
            f"SELECT json_object('server', CAST(r.guild_id AS TEXT), {members}) FROM {where} {_HERE}",
            {"person": person_id, "guild_id": guild_id, "asker": asker},
        )
        found[name] = [{key: value for key, value in json.loads(row[0]).items() if value is not None} for row in rows]
    return found


@asynccontextmanager
async def overwriting(conn: aiosqlite.Connection) -> AsyncGenerator[None]:
    """Have the places of what is deleted overwritten with zeros meanwhile."""
    await conn.execute_fetchall("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        await conn.execute_fetchall("PRAGMA secure_delete = OFF")


async def select_quoting(conn: aiosqlite.Connection, guild_id: int, person_id: int) -> list[tuple[int, int]]:
    """Return the servers and entries in which a message of a person was saved: (guild_id, entry_id)."""
    rows = await conn.execute_fetchall(
        f"SELECT r.guild_id, r.id FROM {_HELD['quotations'][1]} {_HERE} ORDER BY r.guild_id, r.id",
        {"person": person_id, "guild_id": guild_id},
    )
    return [(row[0], row[1]) for row in rows]


async def select_suggestions(
    conn: aiosqlite.Connection, guild_id: int, person_id: int, entry_ids: Collection[int]
) -> list[tuple[int, int]]:
    """Return the suggestions whose text goes with a person: (guild_id, suggestion_id).

    They are those that hold a message of theirs or became one of these entries, and their own without a decision.
    """
    rows = await conn.execute_fetchall(
        f"""
        SELECT r.guild_id, r.id FROM suggestion AS r
        WHERE (
            (r.member_id = :person AND r.status IN ('pending', 'withdrawn'))
            OR json_extract(r.fields, '{_MEMBER}') = CAST(:person AS TEXT)
            OR r.entry_id IN (SELECT value FROM json_each(:entries))
        ) {_HERE}
        ORDER BY r.id
        """,
        {"person": person_id, "guild_id": guild_id, "entries": json.dumps(list(entry_ids))},
    )
    return [(row[0], row[1]) for row in rows]


async def update_suggestions(conn: aiosqlite.Connection, suggestion_ids: Collection[int]) -> None:
    """Delete what suggestions say; those that wait are withdrawn."""
    await conn.execute(
        """
        UPDATE suggestion SET fields = '{}', status = iif(status = 'pending', 'withdrawn', status)
        WHERE id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(list(suggestion_ids))},
    )


async def select_said(
    conn: aiosqlite.Connection, guild_id: int, target: str, ids: Collection[int]
) -> list[dict[str, str]]:
    """Return all that the history of some things holds: the fields before and after each change."""
    rows = await conn.execute_fetchall(
        """
        SELECT before, after FROM revision
        WHERE guild_id = :guild_id AND target = :target AND target_id IN (SELECT value FROM json_each(:ids))
        """,
        {"guild_id": guild_id, "target": target, "ids": json.dumps(list(ids))},
    )
    return [texts(text) for row in rows for text in row if text is not None]


async def update_revisions(conn: aiosqlite.Connection, guild_id: int, target: str, ids: Collection[int]) -> None:
    """Delete what the history of some things holds, but not who changed them and when."""
    await conn.execute(
        """
        UPDATE revision SET before = iif(before IS NULL, NULL, '{}'), after = iif(after IS NULL, NULL, '{}')
        WHERE guild_id = :guild_id AND target = :target AND target_id IN (SELECT value FROM json_each(:ids))
        """,
        {"guild_id": guild_id, "target": target, "ids": json.dumps(list(ids))},
    )


_EVERYWHERE = f"UPDATE {{table}} AS r SET {{column}} = 0 WHERE r.{{column}} = :person {_HERE}"
_FORGET = (
    f"""
    DELETE FROM draft AS r
    WHERE (r.author_id = :person OR json_extract(r.fields, '{_MEMBER}') = CAST(:person AS TEXT)) {_HERE}
    """,
    """
    DELETE FROM suggestion_support WHERE member_id = :person AND suggestion_id IN (
        SELECT id FROM suggestion WHERE :guild_id IN (0, guild_id)
    )
    """,
    """
    DELETE FROM quoted_member WHERE member_id = :person AND entry_id IN (
        SELECT id FROM entry WHERE :guild_id IN (0, guild_id)
    )
    """,
    # What stood before the asker and behind stays: the card can still be corrected, and is nobody's.
    f"""
    UPDATE posted AS r SET ask = substr(ask, 1, 6) || substr(ask, 7 + length(:asker))
    WHERE substr(ask, 7, length(:asker) + 1) = :asker || '.' {_HERE}
    """,
    *(
        _EVERYWHERE.format(table=table, column=column)
        for table, column in sorted(PERSONS - {("draft", "author_id")})
        if table not in {"suggestion_support", "quoted_member"}
    ),
)


async def forget(conn: aiosqlite.Connection, guild_id: int, person_id: int, asker: str) -> None:
    """Take a person's id from everywhere; drafts, and what links them to suggestions and entries, are deleted."""
    for statement in _FORGET:
        await conn.execute(statement, {"person": person_id, "guild_id": guild_id, "asker": asker})
