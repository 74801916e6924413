"""Entries that may say the same as another: what is to be compared, found without reading much of the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import aiosqlite

from bot.model import Entry, Kind
from bot.store import indexing, rows
from bot.store.entries import VISIBLE
from bot.store.hidden import unhidden

CANDIDATES = 200
"""So many are compared at most, the newest first."""

Phrase = tuple[str, Sequence[str]]
"""A column of `entry_fts`, and words that stand in it one after the other."""

# Full text keeps an entry's words in lists in the order of ids, which are read together: what holds all of these
# words is found about as fast as the rarest of them alone.
_HOLDING = f"""
    SELECT m.key, {rows.ENTRY}
    FROM json_each(:matches) AS m CROSS JOIN json_each((
        SELECT json_group_array(id) FROM (
            SELECT rowid AS id FROM entry_fts WHERE entry_fts MATCH m.value ORDER BY rowid DESC LIMIT {CANDIDATES}
        )
    )) AS hit CROSS JOIN entry AS e ON e.id = hit.value {rows.JOINS}
    WHERE {VISIBLE}
    ORDER BY m.key, e.id DESC
"""
_OF_DAY = f"""
    SELECT e.id FROM entry AS e
    WHERE e.kind = 'event' AND e.deleted_at IS NULL AND e.guild_id = {{whose}} AND e.date || '~' = d.value || '~'
        AND {unhidden("e.id")}
    ORDER BY e.id DESC LIMIT {CANDIDATES}
"""
_SAME_DAY = f"""
    SELECT d.key, {rows.ENTRY}
    FROM json_each(:dates) AS d CROSS JOIN entry AS e ON e.id IN (
        SELECT id FROM ({_OF_DAY.format(whose="0")})
        UNION ALL
        SELECT id FROM ({_OF_DAY.format(whose="nullif(:guild_id, 0)")})
    ) {rows.JOINS}
    ORDER BY d.key, e.id DESC
"""


async def select_holding(
    conn: aiosqlite.Connection, guild_id: int, wanted: Iterable[tuple[Kind, Sequence[Phrase]]]
) -> list[tuple[Entry, ...]]:
    """Return for each (kind, phrases) the newest entries of that kind that hold all of these, at least one.

    The words are those of `indexing.terms`: letters, marks and digits, so that quoting them leaves no search syntax.
    """
    matches: list[str] = []
    for kind, phrases in wanted:
        texts = [_phrase(column, words) for column, words in phrases]
        facets = f"facet : ({f'(g0 OR g{guild_id})' if guild_id else 'g0'} AND k{kind.value})"
        matches.append(" AND ".join([facets, *texts]))
    values = {"guild_id": guild_id, "matches": json.dumps(matches)}
    return _each(len(matches), await conn.execute_fetchall(_HOLDING, values))


async def select_same_day(conn: aiosqlite.Connection, guild_id: int, dates: Sequence[str]) -> list[tuple[Entry, ...]]:
    """Return for each date the newest events with exactly that one."""
    values = {"guild_id": guild_id, "dates": json.dumps(dates)}
    return _each(len(dates), await conn.execute_fetchall(_SAME_DAY, values))


def _phrase(column: str, words: Sequence[str]) -> str:
    """Return what finds these words one after the other.

    Where FTS5 does not find all of them by itself, they are in `folded` (see `indexing`), which has no order.
    """
    each = [indexing.expression(word, column) for word in words]
    special = " OR ".join(indexing.expression(word) for word in words)
    anywhere = f"(({special}) AND {' AND '.join(each)})"
    if any(map(indexing.is_unspaced, words)):
        return anywhere
    return f'({column} : "{" ".join(words)}" OR {anywhere})'


def _each(number: int, fetched: Iterable[rows.Row]) -> list[tuple[Entry, ...]]:
    """Return entries of rows (place, *rows.ENTRY) by their places."""
    found: list[list[Entry]] = [[] for _ in range(number)]
    for row in fetched:
        place: int = row[0]
        found[place].append(rows.entry(row[1:]))
    return [tuple(each) for each in found]
