"""Reading entries at random, none again in a channel before all were shown there."""

from __future__ import annotations

import aiosqlite

from bot.model import Entry, Kind
from bot.store.entries import select_by_id
from bot.store.hidden import unhidden


async def take_unshown(
    conn: aiosqlite.Connection, guild_id: int, channel_id: int, kind: Kind | None, point: int
) -> Entry | None:
    """Return an entry that the channel has not been shown at random and note it as shown; None if all were.

    `point` is a random 64-bit signed integer: entries lie on a circle by their own random number, and the
    first from there on is taken. Needs a write transaction, so that two askers at once get two entries.
    """
    pool = "any" if kind is None else "quote"
    only = "" if kind is None else "AND e.kind = 'quote'"
    half = f"""
        SELECT e.id FROM entry AS e
        WHERE e.guild_id = {{guild}} AND e.deleted_at IS NULL {only} AND e.shuffle {{side}} :point
        AND {unhidden("e.id")} AND NOT EXISTS (
            SELECT 1 FROM shown AS s WHERE s.channel_id = :channel_id AND s.pool = :pool AND s.entry_id = e.id
        ) ORDER BY e.shuffle LIMIT 1
    """
    fetched = await conn.execute_fetchall(
        f"""
        INSERT INTO shown (channel_id, pool, entry_id)
        SELECT :channel_id, :pool, id FROM (
            SELECT * FROM ({half.format(guild=":first", side=">=")})
            UNION ALL SELECT * FROM ({half.format(guild=":first", side="<")})
            UNION ALL SELECT * FROM ({half.format(guild=":second", side=">=")})
            UNION ALL SELECT * FROM ({half.format(guild=":second", side="<")})
        ) LIMIT 1
        RETURNING entry_id
        """,
        {
            "guild_id": guild_id,
            "channel_id": channel_id,
            "pool": pool,
            "point": point,
            # A coin decides whether the server's own entries or the shared ones come first this time.
            "first": guild_id if point & 1 else 0,
            "second": 0 if point & 1 else guild_id,
        },
    )
    for (entry_id,) in fetched:
        return await select_by_id(conn, guild_id, entry_id)
    return None


async def delete_shown(conn: aiosqlite.Connection, channel_id: int, kind: Kind | None) -> bool:
    """Forget what the channel has been shown, so that a new round begins; False if there was nothing."""
    cursor = await conn.execute(
        "DELETE FROM shown WHERE channel_id = :channel_id AND pool = :pool",
        {"channel_id": channel_id, "pool": "any" if kind is None else "quote"},
    )
    return cursor.rowcount > 0
