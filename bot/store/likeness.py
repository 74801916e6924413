"""Entries that may say the same as another: what is to be compared, found without reading much of the store."""

from __future__ import annotations

from collections.abc import Sequence

import aiosqlite

from bot.model import Entry, Kind
from bot.store import rows
from bot.store.entries import VISIBLE
from bot.store.hidden import unhidden

CANDIDATES = 200
"""So many are compared at most, the newest first."""

# Full text keeps an entry's words in lists in the order of ids, which are read together: what holds all of these
# words is found about as fast as the rarest of them alone.
_HOLDING = f"""
    SELECT {rows.ENTRY}
    FROM (
        SELECT rowid AS id FROM entry_fts WHERE entry_fts MATCH :match ORDER BY rowid DESC LIMIT {CANDIDATES}
    ) AS hit CROSS JOIN entry AS e ON e.id = hit.id {rows.JOINS}
    WHERE {VISIBLE}
    ORDER BY e.id DESC
"""
_OF_DAY = f"""
    SELECT e.id FROM entry AS e
    WHERE e.kind = 'event' AND e.deleted_at IS NULL AND e.guild_id = {{whose}} AND e.date || '~' = :date || '~'
        AND {unhidden("e.id")}
    ORDER BY e.id DESC LIMIT {CANDIDATES}
"""
_SAME_DAY = f"""
    SELECT {rows.ENTRY}
    FROM (
        SELECT id FROM ({_OF_DAY.format(whose="0")})
        UNION ALL
        SELECT id FROM ({_OF_DAY.format(whose="nullif(:guild_id, 0)")})
    ) AS day CROSS JOIN entry AS e ON e.id = day.id {rows.JOINS}
    ORDER BY e.id DESC
"""


async def select_holding(
    conn: aiosqlite.Connection, guild_id: int, kind: Kind, phrases: Sequence[tuple[str, Sequence[str]]]
) -> tuple[Entry, ...]:
    """Return the newest entries of a kind that hold all phrases: (column of `entry_fts`, words one after the other).

    The words come from `search.words`, at least one in a phrase.
    """
    # Words are letters, digits and underscores, so that quoting them leaves no search syntax.
    texts = [f'{column} : "{" ".join(words)}"' for column, words in phrases]
    facets = f"facet : ({f'(g0 OR g{guild_id})' if guild_id else 'g0'} AND k{kind.value})"
    fetched = await conn.execute_fetchall(_HOLDING, {"guild_id": guild_id, "match": " AND ".join([facets, *texts])})
    return rows.entries(fetched)


async def select_same_day(conn: aiosqlite.Connection, guild_id: int, date: str) -> tuple[Entry, ...]:
    """Return the newest events with exactly this date."""
    return rows.entries(await conn.execute_fetchall(_SAME_DAY, {"guild_id": guild_id, "date": date}))
