"""Reading what has come or changed since the last edition of a digest."""

from __future__ import annotations

from datetime import datetime

import aiosqlite

from bot.model import Kind
from bot.store.editorial import ABOUT, FIT, GROUP, WAITS, Choice
from bot.store.entries import VISIBLE

NEWEST = 16_384
"""What is new is looked for among so many of the newest entries, and of the newest changes, of all servers."""

_FIRST_STEP = 256


async def select_new(
    conn: aiosqlite.Connection, choice: Choice, since: datetime, until: datetime, *, limit: int
) -> list[tuple[int, Kind, int]]:
    """Return what was added after `since` and not after `until`, newest first: id, kind and group.

    What was carried in this round is left out, and so are corrections, whose entries are not new.
    """
    oldest = await _oldest(conn, "entry", since)
    return [
        (row[0], Kind(row[1]), row[2])
        for row in await conn.execute_fetchall(
            f"""
            SELECT e.id, e.kind, {GROUP} FROM entry AS e NOT INDEXED
            WHERE e.id > :oldest AND e.added_at > :since AND e.added_at <= :until AND e.corrects IS NULL
                AND {FIT} AND {ABOUT} AND {WAITS}
            ORDER BY e.id DESC LIMIT :limit
            """,
            {**choice.parameters, **_between(since, until), "oldest": oldest, "limit": limit},
        )
    ]


async def select_changed(
    conn: aiosqlite.Connection, choice: Choice, since: datetime, until: datetime, *, limit: int
) -> list[tuple[int, int, int]]:
    """Return entries that people changed after `since` and not after `until`, newest change first.

    A row is the entry's id, and those of its first and its last change in that time. What was added or removed in it,
    is the same as before, or is not shown, is left out.
    """
    oldest = await _oldest(conn, "revision", since)
    return [
        (row[0], row[1], row[2])
        for row in await conn.execute_fetchall(
            f"""
            SELECT changed.id, changed.first, changed.last
            FROM (
                SELECT r.target_id AS id, min(r.id) AS first, max(r.id) AS last
                FROM revision AS r NOT INDEXED
                WHERE r.id > :oldest AND r.guild_id = :guild_id AND r.target = 'entry'
                    AND r.at > :since AND r.at <= :until
                GROUP BY r.target_id
            ) AS changed
            CROSS JOIN revision AS first ON first.id = changed.first
            CROSS JOIN revision AS last ON last.id = changed.last
            CROSS JOIN entry AS e ON e.id = changed.id
            WHERE first.before <> last.after AND {VISIBLE} AND {ABOUT}
            ORDER BY changed.last DESC LIMIT :limit
            """,
            {**choice.parameters, **_between(since, until), "oldest": oldest, "limit": limit},
        )
    ]


async def _oldest(conn: aiosqlite.Connection, table: str, since: datetime) -> int:
    """Return an id after which all lies that came after `since`, or the newest that are looked through.

    Ids grow with time, but for what is brought from a file: so far more is looked through than would have to be.
    """
    column = {"entry": "added_at", "revision": "at"}[table]
    [(newest,)] = await conn.execute_fetchall(f"SELECT ifnull(max(id), 0) FROM {table}")
    step = _FIRST_STEP
    while step < min(NEWEST, newest):
        fetched = await conn.execute_fetchall(
            f"SELECT {column} > :since FROM {table} WHERE id <= :id ORDER BY id DESC LIMIT 1",
            {"id": newest - step, "since": int(since.timestamp())},
        )
        if not any(row[0] for row in fetched):
            break
        step *= 2
    return newest - min(step, NEWEST)


def _between(since: datetime, until: datetime) -> dict[str, int]:
    return {"since": int(since.timestamp()), "until": int(until.timestamp())}
