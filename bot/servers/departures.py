"""Servers that the bot was removed from: their data waits for it to return, and goes when that takes too long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot import names
from bot.moderating.posted import REMEMBERED
from bot.store import departures as store
from bot.store import posted
from bot.store.database import Database

DRAFT_AGE = timedelta(days=7)
"""A form that was left that long ago is not coming back."""


async def left(db: Database, guild_id: int, now: datetime) -> None:
    """Note that the bot was removed from a server."""
    async with db.write(content=False) as conn:
        await store.upsert_departed(conn, guild_id, now)


async def returned(db: Database, guild_id: int) -> None:
    """Note that the bot is in a server again; what was stored of it is there as before."""
    async with db.read() as conn:
        if not await store.select_left(conn, guild_id):
            return  # Discord tells of every server, whenever it connects
    async with db.write(content=False) as conn:
        await store.delete_departed(conn, [guild_id])


async def compare(db: Database, present: Collection[int], now: datetime) -> None:
    """Note what has changed while the bot was away; `present` are all servers that it is in."""
    async with db.read() as conn:
        absent = await store.select_servers(conn) - set(present) - set(await store.select_departed(conn, now))
    async with db.write(content=False) as conn:
        await store.delete_departed(conn, present)
        for guild_id in absent:
            await store.upsert_departed(conn, guild_id, now)


async def erase_departed(db: Database, present: Collection[int], grace: timedelta, now: datetime) -> list[int]:
    """Delete everything of the servers that were left so long ago and that the bot is not in; return them.

    Each is deleted whole, in a transaction of its own.
    """
    async with db.write(content=False) as conn:
        # Another bot on the same store may have noted a server that this one has never left.
        await store.delete_departed(conn, present)
        due = await store.select_departed(conn, now - grace)
    for guild_id in due:
        async with db.write(checked=False) as conn:
            words = await store.select_words(conn, guild_id)
            await store.delete_server(conn, guild_id)
            lost = await store.select_lost_words(conn, words)
            await store.delete_typo_keys(conn, [(key, word) for word in lost for key in names.typo_keys(word)])
    return due


async def tidy(db: Database, now: datetime) -> None:
    """Delete what has had its time, whichever server it is of."""
    async with db.write(content=False) as conn:
        await store.delete_drafts(conn, now - DRAFT_AGE)
        await posted.delete_before(conn, now - REMEMBERED)
