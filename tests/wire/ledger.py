"""What the runs with digests share: a store with digests that are due, and what stands in it and in the channels."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
sys.path.insert(0, str(PROJECT))

from bot.digest import digests  # noqa: E402 - the project is found first
from bot.digest.digests import Digest  # noqa: E402
from bot.digest.schedule import DAILY  # noqa: E402
from bot.ingest.shipped import build_shipped  # noqa: E402
from bot.model import Actor  # noqa: E402
from bot.store.database import Database  # noqa: E402

MARK = re.compile(r"Digest \d+ · No\. \d+")


async def fill(path: Path, places: list[tuple[int, int]], due: datetime) -> None:
    """Make a daily digest for each place (guild id, channel id) that is due at this minute."""
    now = datetime.now(UTC)
    before = min(now, due - timedelta(minutes=1))
    async with Database(path) as db:
        await build_shipped(db, now)
        async with db.write() as conn:
            for guild_id, channel_id in places:
                wanted = Digest(
                    guild_id=guild_id, channel_id=channel_id, name="Daily", zone="UTC", at=due.time(), days=DAILY
                )
                actor = Actor(guild_id, 1, manages=True, roles=frozenset())
                await digests.create(conn, actor, wanted, before)


def states(path: Path) -> Counter[str]:
    """Count the editions of the ledger by their state."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return Counter(dict(conn.execute("SELECT state, count(*) FROM digest_edition GROUP BY state")))


def reasons(path: Path) -> dict[str, int]:
    """Count the editions that were not posted by the reason why."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        return dict(conn.execute("SELECT reason, count(*) FROM digest_edition WHERE state <> 'posted' GROUP BY reason"))


def marks(world: Any) -> Counter[str]:
    """Count what was posted by the mark in its footer: one for each edition."""
    return Counter(
        found[0]
        for book in world.messages.values()
        for message in book.values()
        for embed in message["embeds"]
        if (found := MARK.match((embed.get("footer") or {}).get("text") or ""))
    )
