"""Servers that the bot was removed from: their data waits for it to return, and goes when that takes too long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot import names
from bot.moderating.posted import REMEMBERED
from bot.store import departures as store
from bot.store import meta, posted
from bot.store.database import Database

DRAFT_AGE = timedelta(days=7)
"""A form that was left that long ago is not coming back."""


STEP = timedelta(days=2)
"""Time between two daily sweeps that a clock may show; with more, it was set, or the bot was away."""

STEADY = timedelta(hours=20)
"""Time for which the clock has to run without a jump before anything is deleted for its age."""

_CLOCK = "sweep:clock"
"""The key of when the clock last jumped and when the last sweep was, in Unix seconds."""


async def steady(db: Database, now: datetime) -> bool:
    """Note a sweep, and return whether the clock has run long enough without a jump to tell what is old.

    A clock that is set far ahead makes everything old at once. Whoever puts it right within `STEADY` loses nothing.
    """
    seconds = int(now.timestamp())
    async with db.write(content=False) as conn:
        since, _, last = (await meta.select_value(conn, _CLOCK) or "").partition(" ")
        if not (since.isdecimal() and last.isdecimal() and 0 <= seconds - int(last) <= STEP.total_seconds()):
            since = str(seconds)
        await meta.upsert_value(conn, _CLOCK, f"{since} {seconds}")
    return seconds - int(since) >= STEADY.total_seconds()


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


async def missing(db: Database, present: Collection[int], now: datetime) -> set[int]:
    """Return the servers with data that are neither `present` nor noted as left; those present are noted as back."""
    async with db.write(content=False) as conn:
        await store.delete_departed(conn, present)
        return await store.select_servers(conn) - set(present) - set(await store.select_departed(conn, now))


async def due(db: Database, present: Collection[int], grace: timedelta, now: datetime) -> list[int]:
    """Return the servers that the bot left at least `grace` ago; those present are noted as back."""
    async with db.write(content=False) as conn:
        await store.delete_departed(conn, present)
        return await store.select_departed(conn, now - grace)


async def erase(db: Database, guild_id: int) -> None:
    """Delete everything of a server, in one transaction."""
    async with db.write(checked=False) as conn:
        words = await store.select_words(conn, guild_id)
        await store.delete_server(conn, guild_id)
        lost = await store.select_lost_words(conn, words)
        await store.delete_typo_keys(conn, [(key, word) for word in lost for key in names.typo_keys(word)])


async def tidy(db: Database, now: datetime) -> None:
    """Delete what has had its time, whichever server it is of."""
    async with db.write(content=False) as conn:
        await store.delete_drafts(conn, now - DRAFT_AGE)
        await posted.delete_before(conn, now - REMEMBERED)
