"""The history: one row for each change by a person, with what was before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from bot.model import A_FILE, Actor, moment
from bot.store.rows import Row, texts

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Revision:
    """One change. `before` is None for what was not there, `after` for what is there no longer."""

    id: int
    target: str
    target_id: int
    action: str
    actor_id: int
    at: datetime
    before: Fields | None
    after: Fields | None


async def insert(
    conn: aiosqlite.Connection,
    actor: Actor,
    target: str,
    target_id: int,
    action: str,
    *,
    now: datetime,
    before: Fields | None = None,
    after: Fields | None = None,
) -> int:
    """Add a change in the actor's server and return its id.

    `target` is entry, source, subject, suggestion or setting; `action` is a word for it such as "added".
    """
    rows = await conn.execute_fetchall(
        """
        INSERT INTO revision (guild_id, target, target_id, action, actor_id, at, before, after)
        VALUES (:guild_id, :target, :target_id, :action, :actor_id, :at, :before, :after) RETURNING id
        """,
        {
            "guild_id": actor.guild_id,
            "target": target,
            "target_id": target_id,
            "action": action,
            "actor_id": actor.user_id,
            "at": int(now.timestamp()),
            "before": _text(before),
            "after": _text(after),
        },
    )
    return next(iter(rows))[0]


_COLUMNS = "id, target, target_id, action, actor_id, at, before, after"


_OF = """
    WHERE guild_id = :guild_id AND target = :target AND target_id IN (SELECT value FROM json_each(:target_ids))
"""


async def select_of(
    conn: aiosqlite.Connection, guild_id: int, target: str, *target_ids: int, limit: int, offset: int = 0
) -> list[Revision]:
    """Return a page of the changes of one thing, or of several as one history, newest first."""
    ids = json.dumps(target_ids)
    rows = await conn.execute_fetchall(
        f"SELECT {_COLUMNS} FROM revision {_OF} ORDER BY id DESC LIMIT :limit OFFSET :offset",
        {"guild_id": guild_id, "target": target, "target_ids": ids, "limit": limit, "offset": offset},
    )
    return [_revision(row) for row in rows]


async def select_actions(conn: aiosqlite.Connection, guild_id: int, target: str, target_id: int) -> tuple[str, ...]:
    """Return what was done to one thing here, each once, in the order in which it was done first.

    What only a moderator's file says was done is left out.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT action FROM revision
        WHERE guild_id = :guild_id AND target = :target AND target_id = :target_id AND actor_id <> :from_file
        GROUP BY action ORDER BY min(id)
        """,
        {"guild_id": guild_id, "target": target, "target_id": target_id, "from_file": A_FILE},
    )
    return tuple(row[0] for row in rows)


async def select_count(conn: aiosqlite.Connection, guild_id: int, target: str, *target_ids: int) -> int:
    """Return how many changes one thing has, or several together."""
    rows = await conn.execute_fetchall(
        f"SELECT count(*) FROM revision {_OF}",
        {"guild_id": guild_id, "target": target, "target_ids": json.dumps(target_ids)},
    )
    return next(iter(rows))[0]


async def select_one(conn: aiosqlite.Connection, guild_id: int, revision_id: int) -> Revision | None:
    """Return one change of this server, or None."""
    rows = await conn.execute_fetchall(
        f"SELECT {_COLUMNS} FROM revision WHERE guild_id = :guild_id AND id = :id",
        {"guild_id": guild_id, "id": revision_id},
    )
    return next((_revision(row) for row in rows), None)


async def select_latest(conn: aiosqlite.Connection, guild_id: int, target: str, target_id: int) -> int:
    """Return the id of the newest change of one thing; 0 if there is none."""
    rows = await conn.execute_fetchall(
        """
        SELECT ifnull(max(id), 0) FROM revision
        WHERE guild_id = :guild_id AND target = :target AND target_id = :target_id
        """,
        {"guild_id": guild_id, "target": target, "target_id": target_id},
    )
    return next(iter(rows))[0]


async def select_next(
    conn: aiosqlite.Connection, guild_id: int, target: str, target_id: int, after: int
) -> Revision | None:
    """Return the first change of one thing after another one, or None."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {_COLUMNS} FROM revision
        WHERE guild_id = :guild_id AND target = :target AND target_id = :target_id AND id > :after
        ORDER BY id LIMIT 1
        """,
        {"guild_id": guild_id, "target": target, "target_id": target_id, "after": after},
    )
    return next((_revision(row) for row in rows), None)


async def select_between(conn: aiosqlite.Connection, guild_id: int, first: int, last: int) -> list[Revision]:
    """Return the changes of a server with ids from `first` to `last`, oldest first."""
    rows = await conn.execute_fetchall(
        f"SELECT {_COLUMNS} FROM revision WHERE id BETWEEN :first AND :last AND guild_id = :guild_id ORDER BY id",
        {"guild_id": guild_id, "first": first, "last": last},
    )
    return [_revision(row) for row in rows]


async def select_around(
    conn: aiosqlite.Connection, guild_id: int, first: int, last: int
) -> tuple[set[int], list[Revision]]:
    """Return of the entries that these changes are about those which were changed before, and all later changes.

    The latter are also those of the sources and subjects that they are about, oldest first.
    """
    values = {"guild_id": guild_id, "first": first, "last": last}
    same = "o.guild_id = r.guild_id AND o.target = r.target AND o.target_id = r.target_id"
    here = "r.id BETWEEN :first AND :last AND r.guild_id = :guild_id"
    of = f"revision AS r CROSS JOIN revision AS o ON {same} WHERE {here}"
    earlier = await conn.execute_fetchall(
        f"SELECT DISTINCT o.target_id FROM {of} AND r.target = 'entry' AND o.id < :first", values
    )
    columns = ", ".join(f"o.{column}" for column in _COLUMNS.split(", "))
    later = await conn.execute_fetchall(f"SELECT DISTINCT {columns} FROM {of} AND o.id > :last ORDER BY o.id", values)
    return {row[0] for row in earlier}, [_revision(row) for row in later]


async def select_entries_between(conn: aiosqlite.Connection, guild_id: int, first: int, last: int) -> set[int]:
    """Return the entries that changes of a server with ids from `first` to `last` are about.

    Those are also the entries from its own sources, and about its own subjects, that were changed.
    """
    rows = await conn.execute_fetchall(
        """
        WITH changed AS (
            SELECT DISTINCT target, target_id AS id FROM revision
            WHERE id BETWEEN :first AND :last AND guild_id = :guild_id
        )
        SELECT id FROM changed WHERE target = 'entry'
        UNION
        SELECT e.id FROM changed AS c CROSS JOIN source AS s ON s.id = c.id AND s.guild_id = :guild_id
        CROSS JOIN entry AS e ON e.source_id = s.id WHERE c.target = 'source'
        UNION
        SELECT r.entry_id FROM changed AS c CROSS JOIN subject AS s ON s.id = c.id AND s.guild_id = :guild_id
        CROSS JOIN entry_subject AS r ON r.subject_id = s.id WHERE c.target = 'subject'
        """,
        {"guild_id": guild_id, "first": first, "last": last},
    )
    return {row[0] for row in rows}


def _text(fields: Fields | None) -> str | None:
    return None if fields is None else json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)


def _revision(row: Row) -> Revision:
    id_, target, target_id, action, actor_id, at, before, after = row
    return Revision(
        id_,
        target,
        target_id,
        action,
        actor_id,
        moment(at),
        None if before is None else texts(before),
        None if after is None else texts(after),
    )
