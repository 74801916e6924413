"""Which process has which edition of the ledger, until when, and what came of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiosqlite

from bot.errors import StoreError
from bot.store import digests, editions
from bot.store.rows import Row

_CLAIM = f"""
    {editions.COLUMNS}, e.tried_at, e.after_id, e.content, d.catch_up = 'latest' AND e.due_at < :late AND EXISTS (
        SELECT 1 FROM digest_edition AS n
        WHERE n.digest_id = e.digest_id AND n.due_at > e.due_at AND n.state = 'due'
    ),
    {digests.COLUMNS}, EXISTS (SELECT 1 FROM departed AS g WHERE g.guild_id = e.guild_id)
"""
_WIDTH = editions.WIDTH + 4

_OURS = digests.OURS.format("e")
_WAITING = "e.state IN ('due', 'posting')"
_FREE_AT = "max(e.lease_until, e.not_before)"
# A time further away than anybody sets one was set before the clock was put back.
_FREE = f"({_FREE_AT} <= :now OR {_FREE_AT} > :horizon)"
_NEXT = f"min(CASE WHEN {_FREE_AT} > :horizon THEN 0 ELSE {_FREE_AT} END)"

Mine = tuple[int, str, int]
"""What a process holds: (edition_id, process, attempt). Once another has taken it over, nothing matches it."""


class At(NamedTuple):
    """A moment, from when on nothing was set rightly, and up to when what was due is late; in Unix seconds."""

    now: int
    horizon: int
    late: int


_MINE = "id = ? AND claimed_by = ? AND attempts = ?"


async def select_next(conn: aiosqlite.Connection, horizon: int, servers: str | None) -> int | None:
    """Return when the next waiting edition or follow-up can be claimed; None if there is none."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {_NEXT} FROM digest_edition AS e WHERE {_WAITING} AND {_OURS}
        UNION ALL SELECT {_NEXT} FROM digest_edition AS e WHERE e.follow_up <> '' AND {_OURS}
        """,
        {"horizon": horizon, "servers": servers},
    )
    return min((row[0] for row in rows if row[0] is not None), default=None)


async def select_free(
    conn: aiosqlite.Connection, at: At, limit: int, servers: str | None
) -> list[tuple[Row, Row, bool]]:
    """Return those to be posted, longest due first: (edition, its digest, whether the bot has left its server).

    One that comes after another of the same digest is not among them before that one has ended.
    The columns of an edition are followed by those of its claim: tried_at, after_id, content, and whether it is
    late and another one is due that is to be posted in its place.
    """
    return _joined(
        await conn.execute_fetchall(
            f"""
            SELECT {_CLAIM}
            FROM digest_edition AS e CROSS JOIN digest AS d ON d.id = e.digest_id
            WHERE {_WAITING} AND {_FREE} AND {_OURS} AND NOT EXISTS (
                SELECT 1 FROM digest_edition AS p
                WHERE p.digest_id = e.digest_id AND p.due_at < e.due_at AND p.state IN ('due', 'posting')
            )
            ORDER BY e.due_at, e.id LIMIT :limit
            """,
            {**at._asdict(), "limit": limit, "servers": servers},
        )
    )


async def select_follow_ups(
    conn: aiosqlite.Connection, at: At, limit: int, servers: str | None
) -> list[tuple[Row, Row, bool]]:
    """Return the same of those of which something is left to do."""
    return _joined(
        await conn.execute_fetchall(
            f"""
            SELECT {_CLAIM}
            FROM digest_edition AS e CROSS JOIN digest AS d ON d.id = e.digest_id
            WHERE e.follow_up <> '' AND {_FREE} AND {_OURS} ORDER BY e.due_at, e.id LIMIT :limit
            """,
            {**at._asdict(), "limit": limit, "servers": servers},
        )
    )


async def update_claimed(
    conn: aiosqlite.Connection, edition_id: int, process: str, lease_until: int, *, after_id: int, now: int
) -> None:
    """Give an edition to a process that is about to post it. The first attempt that may post it is remembered."""
    await conn.execute(
        """
        UPDATE digest_edition SET state = 'posting', claimed_by = :process, lease_until = :lease_until,
            not_before = 0, attempts = attempts + 1,
            tried_at = CASE tried_at WHEN 0 THEN :now ELSE tried_at END,
            after_id = CASE tried_at WHEN 0 THEN :after_id ELSE after_id END,
            channel_id = CASE tried_at
                WHEN 0 THEN (SELECT d.channel_id FROM digest AS d WHERE d.id = digest_id) ELSE channel_id
            END
        WHERE id = :id
        """,
        {"id": edition_id, "process": process, "lease_until": lease_until, "after_id": after_id, "now": now},
    )


async def update_follow_up_claimed(conn: aiosqlite.Connection, edition_id: int, process: str, lease_until: int) -> None:
    """Give what is left to do of an edition to a process."""
    await conn.execute(
        """
        UPDATE digest_edition SET claimed_by = :process, lease_until = :lease_until, not_before = 0,
            attempts = attempts + 1
        WHERE id = :id
        """,
        {"id": edition_id, "process": process, "lease_until": lease_until},
    )


async def update_content(conn: aiosqlite.Connection, edition_id: int, content: str, number: int) -> None:
    """Settle what an edition posts, and its number."""
    await conn.execute(
        "UPDATE digest_edition SET content = :content, number = :number WHERE id = :id",
        {"id": edition_id, "content": content, "number": number},
    )


async def update_ended(
    conn: aiosqlite.Connection, edition_id: int, state: str, reason: str, *, follow_up: str = "", unseen: bool = True
) -> None:
    """Skip an edition or let it have failed; nobody holds it.

    Where nobody has seen it, what it was to carry comes up again, and the next one takes its number.
    """
    await conn.execute(
        """
        UPDATE digest_edition SET state = :state, reason = :reason, follow_up = :follow_up, lease_until = 0,
            not_before = 0, number = CASE WHEN :unseen THEN 0 ELSE number END
        WHERE id = :id
        """,
        {"id": edition_id, "state": state, "reason": reason, "follow_up": follow_up, "unseen": unseen},
    )
    if unseen:
        await conn.execute("DELETE FROM digest_carried WHERE edition_id = ?", (edition_id,))


async def update_postponed(conn: aiosqlite.Connection, edition_id: int, not_before: int) -> None:
    """Leave an edition alone until then."""
    await conn.execute(
        "UPDATE digest_edition SET not_before = :not_before WHERE id = :id",
        {"id": edition_id, "not_before": not_before},
    )


async def select_mine(conn: aiosqlite.Connection, mine: Mine) -> bool:
    """Return whether a process still holds an edition."""
    return bool(list(await conn.execute_fetchall(f"SELECT 1 FROM digest_edition WHERE {_MINE}", mine)))


async def update_posted(
    conn: aiosqlite.Connection, mine: Mine, message_id: int, posted_at: int, follow_up: str
) -> bool:
    """Record the message; False if another process has taken the edition over. What held it up is kept."""
    cursor = await conn.execute(
        f"""
        UPDATE digest_edition SET state = 'posted', message_id = ?, posted_at = ?, follow_up = ?,
            lease_until = 0, not_before = 0
        WHERE {_MINE} AND state = 'posting'
        """,
        (message_id, posted_at, follow_up, *mine),
    )
    return cursor.rowcount > 0


async def update_retry(
    conn: aiosqlite.Connection, mine: Mine, not_before: int, reason: str, *, surely_not_posted: bool
) -> None:
    """Give an edition back until then. `surely_not_posted` says that no attempt so far can have posted it."""
    await conn.execute(
        f"""
        UPDATE digest_edition SET state = 'due', lease_until = 0, not_before = ?, reason = ?,
            tried_at = CASE WHEN ? THEN 0 ELSE tried_at END
        WHERE {_MINE} AND state = 'posting'
        """,
        (not_before, reason, surely_not_posted, *mine),
    )


async def update_follow_up(
    conn: aiosqlite.Connection, mine: Mine, follow_up: str, not_before: int, reason: str = ""
) -> None:
    """Say what is left to do of an edition, and from when on; or why it could not be done."""
    await conn.execute(
        f"""
        UPDATE digest_edition SET follow_up = ?, lease_until = 0, not_before = ?, reason = ifnull(nullif(?, ''), reason)
        WHERE {_MINE}
        """,
        (follow_up, not_before, reason, *mine),
    )


async def update_lease(conn: aiosqlite.Connection, held: Iterable[Mine], lease_until: int) -> None:
    """Hold editions for longer."""
    await conn.executemany(
        f"UPDATE digest_edition SET lease_until = ? WHERE {_MINE} AND lease_until > 0",
        [(lease_until, *mine) for mine in held],
    )


async def select_held(conn: aiosqlite.Connection, held: Sequence[Mine]) -> set[int]:
    """Return which of these editions are still held as said."""
    rows = await conn.execute_fetchall(
        """
        SELECT e.id FROM json_each(:held) AS h CROSS JOIN digest_edition AS e ON e.id = json_extract(h.value, '$[0]')
        WHERE e.claimed_by = json_extract(h.value, '$[1]') AND e.attempts = json_extract(h.value, '$[2]')
        """,
        {"held": json.dumps(held)},
    )
    return {row[0] for row in rows}


async def upsert_poster(conn: aiosqlite.Connection, process: str, now: int) -> None:
    """Note that a process posts."""
    await conn.execute(
        """
        INSERT INTO poster (process, seen_at) VALUES (:process, :now)
        ON CONFLICT (process) DO UPDATE SET seen_at = excluded.seen_at
        """,
        {"process": process, "now": now},
    )


async def delete_posters(conn: aiosqlite.Connection, process: str, before: int, after: int) -> None:
    """Forget a process, and those that were seen before or, by a clock that was wrong, after these moments."""
    await conn.execute(
        "DELETE FROM poster WHERE process = :process OR seen_at < :before OR seen_at > :after",
        {"process": process, "before": before, "after": after},
    )


async def select_posters(conn: aiosqlite.Connection) -> int:
    """Return how many processes post."""
    [row] = await conn.execute_fetchall("SELECT count(*) FROM poster")
    return row[0]


@asynccontextmanager
async def attempt(conn: aiosqlite.Connection) -> AsyncGenerator[None]:
    """Take back what the block has changed, and nothing else of the transaction, where it raises.

    Raises StoreError if the store as such does not work.
    """
    await conn.execute("SAVEPOINT attempt")
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(str(error)) from error
    except BaseException:
        await conn.execute("ROLLBACK TO attempt")
        raise
    finally:
        await conn.execute("RELEASE attempt")


def _joined(rows: Iterable[Row]) -> list[tuple[Row, Row, bool]]:
    return [(row[:_WIDTH], row[_WIDTH:-1], bool(row[-1])) for row in rows]
