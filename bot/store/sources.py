"""Sources: the articles that entries come from."""

from __future__ import annotations

from collections.abc import Iterable

import aiosqlite

from bot.model import Fact, Known, Source
from bot.store.names import LAST

_SOURCE = """
    s.id, s.label, s.sha256, s.length, s.text IS NOT NULL,
    (SELECT count(*) FROM entry AS e WHERE e.source_id = s.id AND e.deleted_at IS NULL AND e.guild_id IN (0, :guild_id))
"""


async def select_all(
    conn: aiosqlite.Connection, guild_id: int, *, beginning: str = "", limit: int, offset: int = 0
) -> list[Source]:
    """Return a page of the sources that a server may see, newest last; their facts are left out."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {_SOURCE} FROM source AS s
        WHERE s.guild_id IN (0, :guild_id) AND s.label >= :beginning COLLATE NOCASE
            AND s.label < :beginning || :last COLLATE NOCASE
        ORDER BY s.id LIMIT :limit OFFSET :offset
        """,
        {"guild_id": guild_id, "beginning": beginning, "last": LAST, "limit": limit, "offset": offset},
    )
    return [Source(r[0], r[1], r[2], r[3], bool(r[4]), (), r[5]) for r in rows]


async def select_one(conn: aiosqlite.Connection, guild_id: int, source_id: int) -> Source | None:
    """Return one source with its facts, or None where there is none that this server may see."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {_SOURCE}, f.field, f.value, f.known, f.reason
        FROM source AS s LEFT JOIN source_fact AS f ON f.source_id = s.id
        WHERE s.id = :id AND s.guild_id IN (0, :guild_id)
        """,
        {"id": source_id, "guild_id": guild_id},
    )
    found = list(rows)
    if not found:
        return None
    facts = tuple(Fact(r[6], r[7], Known(r[8]), r[9]) for r in found if r[6] is not None)
    first = found[0]
    return Source(first[0], first[1], first[2], first[3], bool(first[4]), facts, first[5])


async def select_count(conn: aiosqlite.Connection, guild_id: int) -> int:
    """Return how many sources a server may see."""
    rows = await conn.execute_fetchall(
        "SELECT count(*) FROM source WHERE guild_id IN (0, :guild_id)", {"guild_id": guild_id}
    )
    return next(iter(rows))[0]


async def select_counts(conn: aiosqlite.Connection, guild_id: int) -> dict[str, int]:
    """Return how many entries a server may see, by kind; it reads an index through."""
    rows = await conn.execute_fetchall(
        """
        SELECT kind, count(*) FROM entry
        WHERE deleted_at IS NULL AND guild_id IN (0, :guild_id) GROUP BY kind
        """,
        {"guild_id": guild_id},
    )
    return {row[0]: row[1] for row in rows}


async def select_pack_digests(conn: aiosqlite.Connection) -> dict[str, str]:
    """Return the digest of each pack that the store was built from, by the pack's key."""
    rows = await conn.execute_fetchall("SELECT key, pack_digest FROM source WHERE guild_id = 0")
    return {row[0]: row[1] for row in rows}


async def upsert(
    conn: aiosqlite.Connection,
    guild_id: int,
    key: str,
    *,
    label: str,
    sha256: str,
    length: int,
    text: str | None,
    pack_digest: str,
    facts: Iterable[Fact],
) -> int:
    """Add a source or bring it up to date, and return its id. A stored text stays while its hash does."""
    rows = await conn.execute_fetchall(
        """
        INSERT INTO source (guild_id, key, label, sha256, length, text, pack_digest)
        VALUES (:guild_id, :key, :label, :sha256, :length, :text, :pack_digest)
        ON CONFLICT (guild_id, key) DO UPDATE SET
            label = excluded.label, length = excluded.length, pack_digest = excluded.pack_digest,
            text = ifnull(excluded.text, iif(source.sha256 = excluded.sha256, source.text, NULL)),
            sha256 = excluded.sha256
        RETURNING id
        """,
        {
            "guild_id": guild_id,
            "key": key,
            "label": label,
            "sha256": sha256,
            "length": length,
            "text": text,
            "pack_digest": pack_digest,
        },
    )
    source_id: int = next(iter(rows))[0]
    await conn.execute("DELETE FROM source_fact WHERE source_id = :id", {"id": source_id})
    await conn.executemany(
        "INSERT INTO source_fact (source_id, field, value, known, reason) VALUES (?, ?, ?, ?, ?)",
        [(source_id, f.field, f.value, f.known.value, f.reason) for f in facts],
    )
    return source_id
