"""What members propose: the queue of suggestions, who supports them, and what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import aiosqlite

from bot.model import Kind, moment
from bot.store.rows import Row, texts

Fields = Mapping[str, str]


class State(StrEnum):
    """Where a suggestion stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


DECIDED = (State.APPROVED, State.REJECTED)
"""The states that moderators decide on; a suggestion is in these exactly while it has a `decided_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An entry that a member proposes. Member and decider are 0 once they had their data erased.

    `entry_id` is the entry that an approval made, also after it was taken back, and `removed` whether that is removed
    now; 0 if there is none.
    `message_id` is the card in the review channel, 0 where none was posted.
    """

    id: int
    guild_id: int
    member_id: int
    kind: Kind
    fields: Fields
    state: State
    suggested_at: datetime
    decided_by: int
    decided_at: datetime | None
    reason: str
    entry_id: int
    channel_id: int
    message_id: int
    supporters: int
    removed: bool = False


async def insert(
    conn: aiosqlite.Connection, *, guild_id: int, member_id: int, kind: Kind, fields: Fields, now: datetime
) -> int:
    """Add a pending suggestion and return its id."""
    rows = await conn.execute_fetchall(
        """
        INSERT INTO suggestion (guild_id, member_id, kind, fields, suggested_at)
        VALUES (:guild_id, :member_id, :kind, :fields, :now) RETURNING id
        """,
        {
            "guild_id": guild_id,
            "member_id": member_id,
            "kind": kind.value,
            "fields": _text(fields),
            "now": int(now.timestamp()),
        },
    )
    return next(iter(rows))[0]


_SELECT = """
    SELECT s.id, s.guild_id, s.member_id, s.kind, s.fields, s.status, s.suggested_at, s.decided_by, s.decided_at,
        s.reason, s.entry_id, s.channel_id, s.message_id,
        (SELECT count(*) FROM suggestion_support AS p WHERE p.suggestion_id = s.id),
        (SELECT e.deleted_at IS NOT NULL FROM entry AS e WHERE e.id = s.entry_id)
    FROM suggestion AS s
"""


async def select_one(conn: aiosqlite.Connection, guild_id: int, suggestion_id: int) -> Suggestion | None:
    """Return one suggestion of this server, or None."""
    rows = await conn.execute_fetchall(
        f"{_SELECT} WHERE s.id = :id AND s.guild_id = :guild_id", {"id": suggestion_id, "guild_id": guild_id}
    )
    return next(iter(_suggestions(rows)), None)


async def select_of_entries(conn: aiosqlite.Connection, guild_id: int, entry_ids: Iterable[int]) -> list[Suggestion]:
    """Return the suggestions that have become these entries, newest first."""
    rows = await conn.execute_fetchall(
        f"""
        {_SELECT} WHERE s.guild_id = :guild_id AND s.status = 'approved'
            AND s.entry_id IN (SELECT value FROM json_each(:entry_ids))
        ORDER BY s.id DESC
        """,
        {"guild_id": guild_id, "entry_ids": json.dumps(list(entry_ids))},
    )
    return _suggestions(rows)


async def select_pending(
    conn: aiosqlite.Connection, guild_id: int, *, kind: Kind | None = None, limit: int, offset: int = 0
) -> list[Suggestion]:
    """Return a page of what waits in a server, oldest first."""
    rows = await conn.execute_fetchall(
        f"""
        {_SELECT} WHERE s.guild_id = :guild_id AND s.status = 'pending' AND (:kind IS NULL OR s.kind = :kind)
        ORDER BY s.id LIMIT :limit OFFSET :offset
        """,
        {"guild_id": guild_id, "kind": kind and kind.value, "limit": limit, "offset": offset},
    )
    return _suggestions(rows)


async def select_decided(conn: aiosqlite.Connection, guild_id: int, *, limit: int, offset: int = 0) -> list[Suggestion]:
    """Return a page of what was decided in a server, the latest decision first."""
    rows = await conn.execute_fetchall(
        f"""
        {_SELECT} WHERE s.guild_id = :guild_id AND s.status IN ('approved', 'rejected')
        ORDER BY s.decided_at DESC, s.id DESC LIMIT :limit OFFSET :offset
        """,
        {"guild_id": guild_id, "limit": limit, "offset": offset},
    )
    return _suggestions(rows)


async def select_counts(conn: aiosqlite.Connection, guild_id: int) -> dict[State, int]:
    """Return how many suggestions of a server stand where."""
    rows = await conn.execute_fetchall(
        "SELECT status, count(*) FROM suggestion WHERE guild_id = :guild_id GROUP BY status", {"guild_id": guild_id}
    )
    return {State(row[0]): row[1] for row in rows}


_THEIRS = """
    s.guild_id = :guild_id AND s.id IN (
        SELECT id FROM suggestion WHERE member_id = :member_id
        UNION
        SELECT suggestion_id FROM suggestion_support WHERE member_id = :member_id
    )
"""


async def select_of_member(
    conn: aiosqlite.Connection, guild_id: int, member_id: int, *, limit: int, offset: int = 0
) -> tuple[list[Suggestion], int]:
    """Return a page of what one member suggested or supports in a server, newest first, and how many these are."""
    which = {"guild_id": guild_id, "member_id": member_id}
    rows = await conn.execute_fetchall(
        f"{_SELECT} WHERE {_THEIRS} ORDER BY s.id DESC LIMIT :limit OFFSET :offset",
        {**which, "limit": limit, "offset": offset},
    )
    [total] = await conn.execute_fetchall(f"SELECT count(*) FROM suggestion AS s WHERE {_THEIRS}", which)
    return _suggestions(rows), total[0]


async def select_pending_count(conn: aiosqlite.Connection, guild_id: int, member_id: int) -> int:
    """Return how many suggestions of one member wait in a server."""
    rows = await conn.execute_fetchall(
        """
        SELECT count(*) FROM suggestion
        WHERE member_id = :member_id AND guild_id = :guild_id AND status = 'pending'
        """,
        {"guild_id": guild_id, "member_id": member_id},
    )
    return next(iter(rows))[0]


async def update_fields(conn: aiosqlite.Connection, guild_id: int, suggestion_id: int, fields: Fields) -> None:
    """Put a reviewer's version in place of the member's."""
    await conn.execute(
        "UPDATE suggestion SET fields = :fields WHERE id = :id AND guild_id = :guild_id",
        {"id": suggestion_id, "guild_id": guild_id, "fields": _text(fields)},
    )


async def update_state(
    conn: aiosqlite.Connection,
    guild_id: int,
    suggestion_id: int,
    state: State,
    *,
    of: State,
    decided_by: int = 0,
    now: datetime | None = None,
    reason: str = "",
    entry_id: int = 0,
) -> bool:
    """Move a suggestion on and return True, or return False where it does not stand at `of` (any longer).

    `now` is when it was decided, and None where nothing is decided. An `entry_id` stays unless another is given.
    """
    rows = await conn.execute_fetchall(
        """
        UPDATE suggestion SET status = :state, decided_by = nullif(:decided_by, 0), decided_at = :now,
            reason = :reason, entry_id = ifnull(nullif(:entry_id, 0), entry_id)
        WHERE id = :id AND guild_id = :guild_id AND status = :of RETURNING id
        """,
        {
            "id": suggestion_id,
            "guild_id": guild_id,
            "state": state.value,
            "of": of.value,
            "decided_by": decided_by,
            "now": now and int(now.timestamp()),
            "reason": reason,
            "entry_id": entry_id,
        },
    )
    return bool(list(rows))


async def update_message(
    conn: aiosqlite.Connection, guild_id: int, suggestion_id: int, channel_id: int, message_id: int
) -> None:
    """Remember the card in the review channel; two zeros forget it."""
    await conn.execute(
        """
        UPDATE suggestion SET channel_id = nullif(:channel_id, 0), message_id = nullif(:message_id, 0)
        WHERE id = :id AND guild_id = :guild_id
        """,
        {"id": suggestion_id, "guild_id": guild_id, "channel_id": channel_id, "message_id": message_id},
    )


async def insert_support(conn: aiosqlite.Connection, suggestion_id: int, member_id: int) -> bool:
    """Count a member's support once; return whether it is new."""
    rows = await conn.execute_fetchall(
        """
        INSERT INTO suggestion_support (suggestion_id, member_id) VALUES (:id, :member_id)
        ON CONFLICT DO NOTHING RETURNING member_id
        """,
        {"id": suggestion_id, "member_id": member_id},
    )
    return bool(list(rows))


async def select_supporters(conn: aiosqlite.Connection, suggestion_id: int, *, limit: int) -> list[int]:
    """Return members who support a suggestion."""
    rows = await conn.execute_fetchall(
        "SELECT member_id FROM suggestion_support WHERE suggestion_id = :id ORDER BY member_id LIMIT :limit",
        {"id": suggestion_id, "limit": limit},
    )
    return [row[0] for row in rows]


def _text(fields: Fields) -> str:
    return json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)


def _suggestions(rows: Iterable[Row]) -> list[Suggestion]:
    return [
        Suggestion(
            id=row[0],
            guild_id=row[1],
            member_id=row[2],
            kind=Kind(row[3]),
            fields=texts(row[4]),
            state=State(row[5]),
            suggested_at=moment(row[6]),
            decided_by=row[7] or 0,
            decided_at=None if row[8] is None else moment(row[8]),
            reason=row[9],
            entry_id=row[10] or 0,
            channel_id=row[11] or 0,
            message_id=row[12] or 0,
            supporters=row[13],
            removed=bool(row[14]),
        )
        for row in rows
    ]
