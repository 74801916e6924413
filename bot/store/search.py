"""Full-text search over everything an entry says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import aiosqlite

from bot.model import COUNT_LIMIT, Entry, Kind
from bot.store import rows

RANKED = 5_000
"""Relevance weighs every entry that holds one of the words, so it is worked out up to so many; beyond that the
newest entries come first. This bounds a search for a word that half of the store holds."""

HIT_START, HIT_END = "\x02", "\x03"

_COLUMNS = "{subjects statement words context source}"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of a search: `excerpts` goes with `entries`, hits between U+0002 and U+0003."""

    entries: tuple[Entry, ...]
    excerpts: tuple[str, ...]
    total: int
    ranked: bool


def words(text: str) -> list[str]:
    """Return the words that are searched for, each once, in the order typed. Nothing else of the text is used."""
    return list(dict.fromkeys(_WORD.findall(text.casefold())))


def _match(
    terms: Sequence[str], joined: str, guild_id: int, kind: Kind | None, source_id: int, speaker_id: int
) -> str:
    # Words are letters, digits and underscores, so that quoting them leaves no search syntax.
    texts = joined.join(f'"{term}"' for term in terms)
    facets = [f"(g0 OR g{guild_id})" if guild_id else "g0"]
    facets += [f"k{kind.value}"] if kind else []
    facets += [f"s{source_id}"] if source_id else []
    facets += [f"p{speaker_id}"] if speaker_id else []
    return f"facet : ({' AND '.join(facets)}) AND {_COLUMNS} : ({texts})"


async def select_matching(
    conn: aiosqlite.Connection,
    guild_id: int,
    terms: Sequence[str],
    *,
    every: bool,
    kind: Kind | None = None,
    source_id: int = 0,
    speaker_id: int = 0,
    limit: int,
    offset: int = 0,
) -> Hits:
    """Return a page of the entries that hold every (or any) of the terms, best first.

    Best is by relevance (BM25; names weigh most, then the words and statements, then context), or the newest
    first where `ranked` is False. `terms` come from `words` and are at least one.
    """
    match = _match(terms, " AND " if every else " OR ", guild_id, kind, source_id, speaker_id)
    broad = _match(terms, " OR ", guild_id, None, 0, 0)
    [(total, held)] = await conn.execute_fetchall(
        """
        SELECT
            (SELECT count(*) FROM (SELECT 1 FROM entry_fts WHERE entry_fts MATCH :match LIMIT :total)),
            (SELECT count(*) FROM (SELECT 1 FROM entry_fts WHERE entry_fts MATCH :broad LIMIT :ranked + 1))
        """,
        {"match": match, "broad": broad, "total": COUNT_LIMIT, "ranked": RANKED},
    )
    if not total:
        return Hits((), (), 0, ranked=True)
    order = "rank" if held <= RANKED else "-rowid"
    fetched = list(
        await conn.execute_fetchall(
            f"""
            WITH hit AS MATERIALIZED (
                SELECT rowid AS id, {order} AS place, highlight(entry_fts, 2, :start, :end) AS statement,
                    highlight(entry_fts, 3, :start, :end) AS words
                FROM entry_fts WHERE entry_fts MATCH :match ORDER BY {order} LIMIT :limit OFFSET :offset
            )
            SELECT {rows.ENTRY}, ifnull(hit.words, hit.statement)
            FROM hit JOIN entry AS e ON e.id = hit.id {rows.JOINS}
            ORDER BY hit.place
            """,
            {"match": match, "start": HIT_START, "end": HIT_END, "limit": limit, "offset": offset},
        )
    )
    return Hits(
        rows.entries(fetched),
        tuple(row[-1].replace(rows.PART_BREAK, " … ") for row in fetched),
        total,
        held <= RANKED,
    )


async def insert_documents(conn: aiosqlite.Connection, source_id: int) -> None:
    """Put the entries of a source under search; none of them may be there."""
    await conn.execute(
        """
        INSERT INTO entry_fts (rowid, facet, subjects, statement, words, context, source)
        SELECT id, facet, subjects, statement, words, context, source FROM entry_document WHERE source_id = :id
        """,
        {"id": source_id},
    )


async def delete_documents(conn: aiosqlite.Connection, entry_ids: Sequence[int]) -> None:
    """Take entries out of search."""
    await conn.execute(
        "DELETE FROM entry_fts WHERE rowid IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(list(entry_ids))},
    )
