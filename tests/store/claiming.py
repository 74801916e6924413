"""Digests in a store, with nobody to post them: made, looked at, and claimed as a process claims them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.digest import claims, digests, editions
from bot.digest.claims import Claim
from bot.digest.digests import Digest
from bot.digest.editions import Edition
from bot.digest.schedule import DAILY
from bot.model import Actor
from bot.store.database import Connection, Database

HERE, THERE = 5, 6
EVE = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Note:
    """What an edition posts in these tests."""

    number: int

    def to_json(self) -> str:
        """Return it as the ledger keeps it."""
        return f'{{"number": {self.number}}}'


async def compose(_: Connection, __: Digest, edition_id: int, ___: datetime, ____: datetime) -> Note | None:
    """Put something together."""
    return Note(edition_id)


async def nothing(*_: object) -> None:
    """Find nothing new."""


def actor(guild_id: int = HERE) -> Actor:
    """Return somebody who may do everything."""
    return Actor(guild_id, 7, manages=True, roles=frozenset())


async def make(db: Database, guild_id: int = HERE, *, at: time = time(9), now: datetime = EVE, **wanted: object) -> int:
    """Make a daily digest."""
    digest = Digest(guild_id=guild_id, channel_id=70, name="Daily", zone="UTC", at=at, days=DAILY)
    async with db.write() as conn:
        return await digests.create(conn, actor(guild_id), replace(digest, **wanted), now)


async def get(db: Database, digest_id: int, guild_id: int = HERE) -> Digest:
    """Return a digest."""
    async with db.read() as conn:
        found = await digests.select_one(conn, guild_id, digest_id)
    assert found is not None
    return found


async def log_of(db: Database, digest_id: int) -> list[Edition]:
    """Return the editions of a digest, newest first."""
    async with db.read() as conn:
        found, total = await editions.log_of(conn, digest_id, limit=100)
    assert total == len(found)
    return found


async def claim(
    db: Database, process: str, now: datetime, *, limit: int = 100, compose: Callable[..., object] = compose
) -> list[Claim]:
    """Let a process claim what it can."""
    claimed, _ = await claims.claim(db, process, now, limit=limit, compose=compose, newest=lambda *_: 1_000)  # type: ignore[arg-type]
    return claimed
