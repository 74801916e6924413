"""What there is of each server, and its deletion."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

import aiosqlite

from bot.store.names import LAST

_ENTRIES = "SELECT id FROM entry WHERE guild_id = :guild_id"
_NAMES = "SELECT id FROM name WHERE guild_id = :guild_id"
_SOURCES = "SELECT id FROM source WHERE guild_id = :guild_id"
_SUGGESTIONS = "SELECT id FROM suggestion WHERE guild_id = :guild_id"
_DIGESTS = "SELECT id FROM digest WHERE guild_id = :guild_id"
_OWN = "guild_id = :guild_id"

ERASED = {
    "entry_fts": f"rowid IN ({_ENTRIES})",
    "shown": f"entry_id IN ({_ENTRIES})",
    "prove_again": f"entry_id IN ({_ENTRIES})",
    "quoted_member": f"entry_id IN ({_ENTRIES})",
    "entry_subject": f"entry_id IN ({_ENTRIES})",
    "digest_carried": f"digest_id IN ({_DIGESTS})",
    "digest_edition": _OWN,
    "digest": _OWN,
    "posted": _OWN,
    "hidden": _OWN,
    "suggestion_support": f"suggestion_id IN ({_SUGGESTIONS})",
    "suggestion": _OWN,
    "draft": _OWN,
    "revision": _OWN,
    "guild_setting": _OWN,
    "entry": _OWN,
    "name_source": f"name_id IN ({_NAMES}) OR source_id IN ({_SOURCES})",
    "name": _OWN,
    "subject": _OWN,
    "source_fact": f"source_id IN ({_SOURCES})",
    "source": _OWN,
    "departed": _OWN,
}
"""Which rows of which tables are a server's, in an order in which what they are found by goes after them."""

_LIVE = {"entry": "AND deleted_at IS NULL"}
"""What an index has; that an entry was deleted is in the server's history."""

_KNOWN = " UNION ".join(
    f"SELECT guild_id FROM {table} WHERE guild_id > 0 {_LIVE.get(table, '')}"
    for table, rows in ERASED.items()
    if rows == _OWN and table != "departed"
)


async def select_servers(conn: aiosqlite.Connection) -> set[int]:
    """Return every server of which something is stored."""
    return {row[0] for row in await conn.execute_fetchall(_KNOWN)}


async def upsert_departed(conn: aiosqlite.Connection, guild_id: int, now: datetime) -> None:
    """Note that the bot is not in a server any more; the latest time counts."""
    await conn.execute(
        """
        INSERT INTO departed (guild_id, left_at) VALUES (:guild_id, :now)
        ON CONFLICT (guild_id) DO UPDATE SET left_at = excluded.left_at
        """,
        {"guild_id": guild_id, "now": int(now.timestamp())},
    )


async def select_left(conn: aiosqlite.Connection, guild_id: int) -> bool:
    """Whether it is noted that the bot has left a server."""
    return bool(await conn.execute_fetchall(f"SELECT 1 FROM departed WHERE {_OWN}", {"guild_id": guild_id}))


async def delete_departed(conn: aiosqlite.Connection, present: Collection[int]) -> None:
    """Forget that the bot had left these servers."""
    await conn.execute(
        "DELETE FROM departed WHERE guild_id IN (SELECT value FROM json_each(:present))",
        {"present": json.dumps(list(present))},
    )


async def select_departed(conn: aiosqlite.Connection, until: datetime) -> list[int]:
    """Return the servers that the bot had left by then."""
    rows = await conn.execute_fetchall(
        "SELECT guild_id FROM departed WHERE left_at <= :until ORDER BY left_at", {"until": int(until.timestamp())}
    )
    return [row[0] for row in rows]


async def delete_server(conn: aiosqlite.Connection, guild_id: int) -> None:
    """Delete everything of a server. Needs a write that is not `checked`."""
    assert guild_id, "0 is what all servers share"
    for table, rows in ERASED.items():
        await conn.execute(f"DELETE FROM {table} WHERE {rows}", {"guild_id": guild_id})


async def select_words(conn: aiosqlite.Connection, guild_id: int) -> set[str]:
    """Return the words of a server's own names."""
    rows = await conn.execute_fetchall(f"SELECT key FROM name WHERE {_OWN}", {"guild_id": guild_id})
    return {word for row in rows for word in row[0].split()}


async def select_lost_words(conn: aiosqlite.Connection, words: Collection[str]) -> list[str]:
    """Return those of some words that no name of any server leads to: its key or that of an ending begins with each."""
    rows = await conn.execute_fetchall(
        """
        WITH RECURSIVE server (id) AS (
            SELECT 0 UNION ALL
            SELECT (SELECT min(guild_id) FROM name WHERE guild_id > server.id) FROM server WHERE id IS NOT NULL
        )
        SELECT w.value FROM json_each(:words) AS w WHERE NOT EXISTS (
            SELECT 1 FROM server CROSS JOIN name AS n
            WHERE n.guild_id = server.id AND n.key >= w.value AND n.key < w.value || :last
        )
        """,
        {"words": json.dumps(list(words)), "last": LAST},
    )
    return [row[0] for row in rows]


async def delete_typo_keys(conn: aiosqlite.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Delete rows (typo key, word)."""
    await conn.executemany("DELETE FROM typo WHERE key = ? AND word = ?", rows)


async def delete_drafts(conn: aiosqlite.Connection, before: datetime) -> None:
    """Delete the drafts that nobody has touched since."""
    await conn.execute("DELETE FROM draft WHERE updated_at < :before", {"before": int(before.timestamp())})
