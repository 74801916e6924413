"""Sources: the articles that entries come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import aiosqlite

from bot.model import Fact, Known, Source
from bot.store import blanking
from bot.store.names import LAST
from bot.store.rows import Row

# What is hidden is taken off what is counted: there are few of these, and the rest is an index read through.
_SOURCE = """
    s.id, s.label, s.sha256, s.length, s.text IS NOT NULL, s.text_from_file,
    (
        SELECT count(*) FROM entry AS e
        WHERE e.guild_id IN (0, :guild_id) AND e.kind IN ('event', 'quote', 'stat') AND e.source_id = s.id
            AND e.deleted_at IS NULL
    ) - (
        SELECT count(*) FROM hidden AS h CROSS JOIN entry AS e ON e.id = h.entry_id
        WHERE h.guild_id = :guild_id AND e.source_id = s.id AND e.deleted_at IS NULL
    )
"""


# What erased entries have says nothing of itself; it is listed only where another entry has come to have it too.
_TELLING = f"""
    (key <> '{blanking.KEY}' OR guild_id = 0 OR EXISTS (
        SELECT 1 FROM entry AS e
        WHERE e.guild_id = source.guild_id AND e.kind IN ('event', 'quote', 'stat') AND e.source_id = source.id
            AND e.deleted_at IS NULL
    ))
"""


async def select_all(
    conn: aiosqlite.Connection, guild_id: int, *, beginning: str = "", limit: int, offset: int = 0
) -> list[Source]:
    """Return a page of the sources that a server may see and whose labels begin so, newest last."""
    rows = await conn.execute_fetchall(
        f"""
        SELECT {_SOURCE}, f.field, f.value, f.known, f.reason
        FROM (
            SELECT * FROM source
            WHERE guild_id IN (0, :guild_id) AND label >= :beginning COLLATE NOCASE
                AND label < :beginning || :last COLLATE NOCASE AND {_TELLING}
            ORDER BY id LIMIT :limit OFFSET :offset
        ) AS s LEFT JOIN source_fact AS f ON f.source_id = s.id ORDER BY s.id
        """,
        {"guild_id": guild_id, "beginning": beginning, "last": LAST, "limit": limit, "offset": offset},
    )
    return _sources(rows)


async def select_labels(
    conn: aiosqlite.Connection, guild_id: int, *, limit: int, own: bool = False
) -> list[tuple[int, str]]:
    """Return the id and label of the newest sources that an entry of a server may have, or that are its `own`."""
    rows = await conn.execute_fetchall(
        """
        SELECT id, label FROM source
        WHERE guild_id IN (iif(:own, :guild_id, 0), nullif(:guild_id, 0)) AND (key <> :erased OR guild_id = 0)
        ORDER BY id DESC LIMIT :limit
        """,
        {"guild_id": guild_id, "limit": limit, "own": own, "erased": blanking.KEY},
    )
    return [(row[0], row[1]) for row in rows]


async def select_label(conn: aiosqlite.Connection, guild_id: int, source_id: int) -> str:
    """Return what a source is called, "" where there is none that this server may see."""
    rows = await conn.execute_fetchall(
        "SELECT label FROM source WHERE id = :id AND guild_id IN (0, :guild_id)",
        {"id": source_id, "guild_id": guild_id},
    )
    return next((row[0] for row in rows), "")


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
    return next(iter(_sources(rows)), None)


def _sources(rows: Iterable[Row]) -> list[Source]:
    """Make sources of rows in their order, one row for each fact."""
    found: list[Source] = []
    for _, group in groupby(rows, key=itemgetter(0)):
        each = list(group)
        id_, label, sha256, length, has_text, from_file, entries, *_ = each[0]
        facts = tuple(Fact(row[7], row[8], Known(row[9]), row[10]) for row in each if row[7] is not None)
        found.append(Source(id_, label, sha256, length, bool(has_text), facts, entries, bool(from_file)))
    return found


async def select_count(conn: aiosqlite.Connection, guild_id: int) -> int:
    """Return how many sources a server may see."""
    rows = await conn.execute_fetchall(
        f"SELECT count(*) FROM source WHERE guild_id IN (0, :guild_id) AND {_TELLING}", {"guild_id": guild_id}
    )
    return next(iter(rows))[0]


async def select_counts(conn: aiosqlite.Connection, guild_id: int) -> dict[str, int]:
    """Return how many entries a server may see, by kind; it reads an index through."""
    rows = await conn.execute_fetchall(
        """
        SELECT kind, count(*) FROM entry WHERE guild_id = 0 AND deleted_at IS NULL GROUP BY kind
        UNION ALL
        SELECT kind, count(*) FROM entry
        WHERE guild_id = nullif(:guild_id, 0) AND deleted_at IS NULL GROUP BY kind
        UNION ALL
        SELECT e.kind, -1 FROM hidden AS h CROSS JOIN entry AS e ON e.id = h.entry_id
        WHERE h.guild_id = :guild_id AND e.deleted_at IS NULL
        """,
        {"guild_id": guild_id},
    )
    counts: Counter[str] = Counter()
    for kind, count in rows:
        counts[kind] += count
    return +counts


class SourceText(NamedTuple):
    """The text of a source, None where it is not stored, and its length in characters, 0 where that is not known.

    `from_file` says that a moderator's file brought it, so that it proves nothing.
    """

    length: int
    text: str | None
    from_file: bool = False


async def select_text(conn: aiosqlite.Connection, guild_id: int, source_id: int) -> SourceText | None:
    """Return the text of a source, or None where there is no source that this server may see."""
    rows = await conn.execute_fetchall(
        "SELECT length, text, text_from_file FROM source WHERE id = :id AND guild_id IN (0, :guild_id)",
        {"id": source_id, "guild_id": guild_id},
    )
    return next((SourceText(row[0], row[1], bool(row[2])) for row in rows), None)


async def select_pack_digest(conn: aiosqlite.Connection, key: str) -> str | None:
    """Return the digest of the pack, known by its key, that the store was last built from, or None."""
    rows = await conn.execute_fetchall("SELECT pack_digest FROM source WHERE guild_id = 0 AND key = :key", {"key": key})
    return next((row[0] for row in rows), None)


async def is_own(conn: aiosqlite.Connection, guild_id: int, source_id: int) -> bool:
    """Return whether a source is a server's own, and says of what it is: not that of erased entries."""
    rows = await conn.execute_fetchall(
        "SELECT 1 FROM source WHERE id = :id AND guild_id = nullif(:guild_id, 0) AND key <> :erased",
        {"id": source_id, "guild_id": guild_id, "erased": blanking.KEY},
    )
    return any(True for _ in rows)


async def update(conn: aiosqlite.Connection, source_id: int, label: str, facts: Iterable[Fact]) -> None:
    """Give a source another label and other facts; search, which knows the label, is told apart."""
    await conn.execute("UPDATE source SET label = :label WHERE id = :id", {"id": source_id, "label": label})
    await _replace_facts(conn, source_id, facts)


async def _replace_facts(conn: aiosqlite.Connection, source_id: int, facts: Iterable[Fact]) -> None:
    await conn.execute("DELETE FROM source_fact WHERE source_id = :id", {"id": source_id})
    await conn.executemany(
        "INSERT INTO source_fact (source_id, field, value, known, reason) VALUES (?, ?, ?, ?, ?)",
        [(source_id, f.field, f.value, f.known.value, f.reason) for f in facts],
    )


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
    await _replace_facts(conn, source_id, facts)
    return source_id
