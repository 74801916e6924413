"""Drafts: what forms hold until it is saved. Only its author finds one again, and only in the same server.

A form that is no draft of an entry is kept beside them, and never read as one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from bot.model import Actor, Kind, moment
from bot.store.rows import Row, texts


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields being worked on. `purpose` is add, edit, suggest or review.

    `target_id` is the entry that is edited or the suggestion that is reviewed, `base` its last revision then.
    """

    id: int
    purpose: str
    kind: Kind
    target_id: int
    base: int
    fields: Mapping[str, str]
    updated_at: datetime


async def insert(
    conn: aiosqlite.Connection,
    actor: Actor,
    purpose: str,
    kind: Kind,
    fields: Mapping[str, str],
    *,
    target_id: int = 0,
    base: int = 0,
    now: datetime,
) -> int:
    """Add a draft of this person and return its id."""
    rows = await conn.execute_fetchall(
        """
        INSERT INTO draft (guild_id, author_id, purpose, kind, target_id, base, fields, updated_at)
        VALUES (:guild_id, :author_id, :purpose, :kind, :target_id, :base, :fields, :now) RETURNING id
        """,
        {
            "guild_id": actor.guild_id,
            "author_id": actor.user_id,
            "purpose": purpose,
            "kind": kind.value,
            "target_id": target_id,
            "base": base,
            "fields": _text(fields),
            "now": int(now.timestamp()),
        },
    )
    return next(iter(rows))[0]


async def select(conn: aiosqlite.Connection, guild_id: int, author_id: int, draft_id: int) -> Draft | None:
    """Return a draft of this person in this server, or None."""
    rows = await conn.execute_fetchall(
        """
        SELECT id, purpose, kind, target_id, base, fields, updated_at FROM draft
        WHERE id = :id AND guild_id = :guild_id AND author_id = :author_id AND purpose <> 'form'
        """,
        {"id": draft_id, "guild_id": guild_id, "author_id": author_id},
    )
    return next((_draft(row) for row in rows), None)


async def insert_form(
    conn: aiosqlite.Connection, actor: Actor, target_id: int, fields: Mapping[str, str], now: datetime
) -> int:
    """Keep what this person typed into a form about something, and return its id."""
    rows = await conn.execute_fetchall(
        """
        INSERT INTO draft (guild_id, author_id, purpose, kind, target_id, fields, updated_at)
        VALUES (:guild_id, :author_id, 'form', '', :target_id, :fields, :now) RETURNING id
        """,
        {
            "guild_id": actor.guild_id,
            "author_id": actor.user_id,
            "target_id": target_id,
            "fields": _text(fields),
            "now": int(now.timestamp()),
        },
    )
    return next(iter(rows))[0]


async def select_form(
    conn: aiosqlite.Connection, guild_id: int, author_id: int, form_id: int
) -> tuple[int, Mapping[str, str]] | None:
    """Return what this person typed into a form in this server, with what it is about; None where it is not kept."""
    rows = await conn.execute_fetchall(
        """
        SELECT target_id, fields FROM draft
        WHERE id = :id AND guild_id = :guild_id AND author_id = :author_id AND purpose = 'form'
        """,
        {"id": form_id, "guild_id": guild_id, "author_id": author_id},
    )
    return next(((row[0], texts(row[1])) for row in rows), None)


async def select_of(
    conn: aiosqlite.Connection,
    guild_id: int,
    author_id: int,
    purposes: Iterable[str],
    *,
    target_id: int = 0,
    limit: int,
) -> list[Draft]:
    """Return this person's drafts in a server that are for one of these purposes, the last touched first.

    With a `target_id`, those of one entry or suggestion.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT id, purpose, kind, target_id, base, fields, updated_at FROM draft
        WHERE guild_id = :guild_id AND author_id = :author_id AND purpose IN (SELECT value FROM json_each(:purposes))
            AND :target_id IN (0, target_id)
        ORDER BY updated_at DESC, id DESC LIMIT :limit
        """,
        {
            "guild_id": guild_id,
            "author_id": author_id,
            "purposes": json.dumps(list(purposes)),
            "target_id": target_id,
            "limit": limit,
        },
    )
    return [_draft(row) for row in rows]


async def update(conn: aiosqlite.Connection, draft_id: int, fields: Mapping[str, str], now: datetime) -> None:
    """Keep other fields in a draft."""
    await conn.execute(
        "UPDATE draft SET fields = :fields, updated_at = :now WHERE id = :id",
        {"id": draft_id, "fields": _text(fields), "now": int(now.timestamp())},
    )


async def delete(conn: aiosqlite.Connection, draft_id: int) -> None:
    """Delete a draft."""
    await conn.execute("DELETE FROM draft WHERE id = :id", {"id": draft_id})


_WRITTEN = {"entry": "edit", "suggestion": "review"}
"""What a draft is for that holds a version of such a thing."""


async def delete_about(conn: aiosqlite.Connection, guild_id: int, target: str, ids: Collection[int]) -> None:
    """Delete what anybody has begun to write about some things, with the forms that are kept."""
    await conn.execute(
        """
        DELETE FROM draft
        WHERE guild_id = :guild_id AND target_id IN (SELECT value FROM json_each(:ids)) AND (
            purpose = :purpose OR purpose = 'form' AND json_extract(fields, '$.action') GLOB :target || '.*'
        )
        """,
        {"guild_id": guild_id, "target": target, "purpose": _WRITTEN.get(target), "ids": json.dumps(list(ids))},
    )


def _text(fields: Mapping[str, str]) -> str:
    return json.dumps(dict(fields), ensure_ascii=False)


def _draft(row: Row) -> Draft:
    id_, purpose, kind, target_id, base, fields, updated_at = row
    return Draft(id_, purpose, Kind(kind), target_id, base, texts(fields), moment(updated_at))
