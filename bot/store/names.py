"""Finding subjects by what people type. Each function costs the same however many names there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import itemgetter

import aiosqlite

from bot.model import Kind, Subject
from bot.store.hidden import unhidden
from bot.store.rows import subject

LAST = "\U0010ffff"
"""Sorts after every key that begins with the same characters."""


# A subject with no entry that the server may see is not offered: whoever asked for it would find nothing. Where any
# kind will do and the server hides nothing, what comes with a pack is taken to have one: in a large store, looking
# takes as long as all the rest.
_HAS_ENTRY = f"""
    s.guild_id = 0 AND :kind = '' AND NOT EXISTS (SELECT 1 FROM hidden WHERE guild_id = :guild_id)
    OR EXISTS (
        SELECT 1 FROM entry_subject AS es
        WHERE es.subject_id = s.id AND es.kind IN (SELECT value FROM json_each(:kinds))
            AND es.guild_id IN (0, :guild_id) AND NOT es.deleted AND {unhidden("es.entry_id")}
    )
"""
# Each part is read from an index in its order, so that merging them reads no further than it has to; how many
# names are looked at for want of one with an entry of the kind is bounded too.
_PREFIX = f"""
    SELECT s.id, s.kind, s.name, s.description, n.rank, n.key
    FROM ({{parts}} ORDER BY rank, key, subject_id LIMIT :window) AS n
    CROSS JOIN subject AS s ON s.id = n.subject_id
    WHERE {_HAS_ENTRY}
    LIMIT :limit
"""
_PART = """
    SELECT rank, key, subject_id FROM name
    WHERE guild_id = {guild} AND rank = {rank} AND key >= :key AND key < :key || :last {narrow}
"""


def _prefix(narrow: str) -> str:
    guilds = ("0", "nullif(:guild_id, 0)")
    parts = [_PART.format(guild=guild, rank=rank, narrow=narrow) for guild in guilds for rank in range(3)]
    return _PREFIX.format(parts=" UNION ALL ".join(parts))


_PREFIX_ANY = _prefix("")
_PREFIX_MEASURE = _prefix("AND is_measure = 1")


async def select_prefix(
    conn: aiosqlite.Connection,
    guild_id: int,
    key: str,
    *,
    kind: Kind | None,
    measures: bool = False,
    limit: int,
) -> list[Subject]:
    """Return subjects that have a name beginning with `key`: whole names first, then aliases, then endings.

    They have an entry that the server may see, with `kind` one of that kind; `measures` keeps measures only. ""
    begins every name.
    """
    rows = await conn.execute_fetchall(
        _PREFIX_MEASURE if measures else _PREFIX_ANY,
        {
            "guild_id": guild_id,
            "key": key,
            "last": LAST,
            "kind": kind or "",
            "kinds": _kinds(kind),
            "window": limit * 8,
            "limit": limit + limit // 5,  # a few names of one subject may begin alike
        },
    )
    found = {row[0]: row for row in sorted(rows, key=itemgetter(4, 5), reverse=True)}
    return [subject(row) for row in reversed(found.values())][:limit]


def _kinds(kind: Kind | None) -> str:
    return json.dumps([kind] if kind else list(Kind))


async def select_typo_words(conn: aiosqlite.Connection, beginnings: Iterable[str], each: int = 400) -> list[str]:
    """Return the distinct words of names that have a typo key with one of these beginnings.

    About `each` per beginning at most, the shortest keys first, so that no beginning crowds out another.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT DISTINCT t.word FROM json_each(:beginnings) AS b JOIN typo AS t
            ON t.key >= b.value AND t.key < b.value || :last AND t.key <= ifnull(
                (SELECT key FROM typo WHERE key >= b.value ORDER BY key LIMIT 1 OFFSET :each), :last
            )
        """,
        {"beginnings": json.dumps(list(beginnings)), "last": LAST, "each": each},
    )
    return [row[0] for row in rows]


async def select_with_words(
    conn: aiosqlite.Connection,
    guild_id: int,
    words: Iterable[str],
    *,
    kind: Kind | None,
    measures: bool = False,
    each: int = 20,
) -> list[tuple[Subject, str]]:
    """Return subjects with the key of a name or of its ending that begins with one of these words.

    They have an entry that the server may see, with `kind` one of that kind. At most `each` names per word and server,
    so that a common word does not crowd out the rest.
    """
    rows = await conn.execute_fetchall(
        f"""
        SELECT s.id, s.kind, s.name, s.description, n.key
        FROM json_each(:words) AS w JOIN name AS n ON n.id IN (
            SELECT id FROM (
                SELECT id FROM name
                WHERE guild_id = 0 AND key >= w.value AND key < w.value || :last
                    AND is_measure >= :measures ORDER BY key LIMIT :each
            )
            UNION ALL
            SELECT id FROM (
                SELECT id FROM name
                WHERE guild_id = nullif(:guild_id, 0) AND key >= w.value AND key < w.value || :last
                    AND is_measure >= :measures ORDER BY key LIMIT :each
            )
        )
        JOIN subject AS s ON s.id = n.subject_id
        WHERE {_HAS_ENTRY}
        """,
        {
            "guild_id": guild_id,
            "words": json.dumps(list(words)),
            "last": LAST,
            "kind": kind or "",
            "kinds": _kinds(kind),
            "measures": measures,
            "each": each,
        },
    )
    return [(subject(row), row[4]) for row in rows]


async def insert_names(conn: aiosqlite.Connection, rows: Iterable[tuple[int, str, int, int, int, bool, str]]) -> None:
    """Add rows (guild_id, key, rank, subject_id, source_id, is_measure, text); one that is there stays."""
    added = list(rows)
    await conn.executemany(
        """
        INSERT INTO name (guild_id, key, rank, subject_id, is_measure, text) VALUES (?1, ?2, ?3, ?4, ?6, ?7)
        ON CONFLICT DO NOTHING
        """,
        added,
    )
    await conn.executemany(
        """
        INSERT INTO name_source (source_id, name_id)
        SELECT ?5, id FROM name WHERE guild_id = ?1 AND key = ?2 AND rank = ?3 AND subject_id = ?4
        ON CONFLICT DO NOTHING
        """,
        [row[:5] for row in added],
    )


async def insert_typo_keys(conn: aiosqlite.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Add rows (typo key, word); one that is there stays."""
    await conn.executemany("INSERT INTO typo (key, word) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


async def delete_names_of_source(conn: aiosqlite.Connection, source_id: int) -> None:
    """Remove the names that one source's pack brought; those of other sources and of servers stay."""
    await conn.execute(
        """
        DELETE FROM name_source
        WHERE source_id = :source_id AND (SELECT guild_id FROM name WHERE id = name_id) = 0
        """,
        {"source_id": source_id},
    )


async def insert_own(
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, text: str, keys: Iterable[tuple[str, int]]
) -> None:
    """Let a subject answer to rows (key, rank) of one spelling in one server; a row that is there stays.

    Nothing happens if the subject is another server's.
    """
    await conn.executemany(
        """
        INSERT INTO name (guild_id, key, rank, subject_id, is_measure, text)
        SELECT ?1, ?2, ?3, id, kind = 'measure', ?5 FROM subject WHERE id = ?4 AND guild_id IN (0, ?1)
        ON CONFLICT DO NOTHING
        """,
        [(guild_id, key, rank, subject_id, text) for key, rank in keys],
    )


async def insert_alias(  # noqa: PLR0917 - a row of `name`, as it is stored
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, key: str, text: str, endings: Iterable[str]
) -> None:
    """Give a subject an alias in one server, with the keys of its endings; search knows it after a `reindex`."""
    await insert_own(conn, guild_id, subject_id, text, [(key, 1), *((ending, 2) for ending in endings)])


async def delete_alias(conn: aiosqlite.Connection, guild_id: int, subject_id: int, key: str) -> bool:
    """Remove an alias that a server gave a subject; False if it did not. Search knows it after a `reindex`."""
    cursor = await conn.execute(
        """
        DELETE FROM name
        WHERE guild_id = nullif(:guild_id, 0) AND key = :key AND rank = 1 AND subject_id = :subject_id
        """,
        {"guild_id": guild_id, "subject_id": subject_id, "key": key},
    )
    await delete_lost_endings(conn, guild_id, subject_id)
    return cursor.rowcount > 0


async def delete_lost_endings(conn: aiosqlite.Connection, guild_id: int, subject_id: int) -> None:
    """Remove the endings of a server's own names for a subject that none of these holds any more."""
    await conn.execute(
        """
        DELETE FROM name INDEXED BY name_subject
        WHERE guild_id = nullif(:guild_id, 0) AND subject_id = :subject_id AND rank = 2 AND NOT EXISTS (
            SELECT 1 FROM name AS whole INDEXED BY name_subject
            WHERE whole.subject_id = name.subject_id AND whole.guild_id = name.guild_id AND whole.rank < 2
                AND instr(' ' || whole.key || ' ', ' ' || name.key || ' ')
        )
        """,
        {"guild_id": guild_id, "subject_id": subject_id},
    )


async def select_aliases(conn: aiosqlite.Connection, guild_id: int, subject_id: int) -> list[tuple[str, str, bool]]:
    """Return what else a subject is called in a server, shared aliases first: (text, key, whether it is its own)."""
    rows = await conn.execute_fetchall(
        """
        SELECT text, key, guild_id <> 0 FROM name INDEXED BY name_subject
        WHERE subject_id = :subject_id AND guild_id IN (0, :guild_id) AND rank = 1 ORDER BY guild_id, key
        """,
        {"guild_id": guild_id, "subject_id": subject_id},
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]
