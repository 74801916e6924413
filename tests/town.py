"""A town that does not exist, in a store: its article as source 1, and what two servers do with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.answers.lookup import answer
from bot.errors import UserError
from bot.ingest.build import build
from bot.ingest.read import load_pack
from bot.model import Actor, Ask, Command, Entry, Kind, Scope
from bot.moderating import moderation
from bot.store import revisions
from bot.store.database import Database

DATA = Path(__file__).parent / "ingest" / "data"
ARTICLE = (DATA / "ferry.txt").read_bytes().decode()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

HERE = Actor(5, 501, manages=True, roles=frozenset())
COLLEAGUE = Actor(5, 502, manages=True, roles=frozenset())
THERE = Actor(6, 601, manages=True, roles=frozenset())

STAT = {
    "about": "Tarn County",
    "measure": "Weekly passengers",
    "figure": "about 12,400 people",
    "statement": "So many people cross each week.",
    "source": "1",
}
QUOTE = {
    "words": "We will row if we must.",
    "speaker": "Tobias Renn",
    "about": "Ferry",
    "statement": "On what comes next.",
    "source": "1",
}
EVENT = {
    "title": "Hearing on the ferry",
    "date": "2024-03",
    "date_printed": "last week",
    "date_inferred": "The article is of March 2024.",
    "about": "Ferry",
    "statement": "There was a hearing.",
    "source": "1",
}
GIVEN = {Kind.STAT: STAT, Kind.QUOTE: QUOTE, Kind.EVENT: EVENT}


async def do(db: Database, deed: Any, *args: Any, **kwargs: Any) -> Any:
    """Do something to the store in a transaction of its own."""
    async with db.write() as conn:
        return await deed(conn, *args, **kwargs)


async def show(db: Database, guild_id: int, entry_id: int) -> Entry | None:
    """Return an entry as a server sees it."""
    found = await answer(db, Scope(guild_id, 1), Ask(Command.SHOW, entry_id=entry_id))
    return next(iter(found.entries), None)


async def search(db: Database, guild_id: int, text: str) -> list[int]:
    """Return the ids of what a server finds by words."""
    found = await answer(db, Scope(guild_id, 1), Ask(Command.SEARCH, text=text))
    return [entry.id for entry in found.entries]


async def shared(db: Database, key: str) -> int:
    """Return the id of an entry of the pack."""
    async with db.read() as conn:
        [(id_,)] = await conn.execute_fetchall("SELECT id FROM entry WHERE key = ? AND guild_id = 0", (key,))
    return id_


async def changes(db: Database, guild_id: int, entry_id: int) -> list[tuple[str, bool, bool]]:
    """Return what was done to an entry, oldest first, each with whether there is a before and an after."""
    async with db.read() as conn:
        found = await revisions.select_of(conn, guild_id, "entry", entry_id, limit=50)
    return [(one.action, one.before is not None, one.after is not None) for one in reversed(found)]


async def fields_of(db: Database, guild_id: int, entry_id: int) -> dict[str, str]:
    """Return an entry's fields."""
    async with db.read() as conn:
        return (await moderation.fields_of(conn, guild_id, entry_id))[1]


async def latest(db: Database, guild_id: int, entry_id: int) -> int:
    """Return an entry's newest change."""
    async with db.read() as conn:
        return await revisions.select_latest(conn, guild_id, "entry", entry_id)


async def refused(db: Database, deed: Any, *args: Any, **kwargs: Any) -> str:
    """Return why something is refused; the store is then as it was."""
    async with db.read() as conn:
        before = await conn.execute_fetchall("SELECT count(*) FROM revision")
    with pytest.raises(UserError) as refusal:
        await do(db, deed, *args, **kwargs)
    async with db.read() as conn:
        assert await conn.execute_fetchall("SELECT count(*) FROM revision") == before
    return str(refusal.value)


async def found_town(db: Database) -> None:
    """Put the article on a ferry into a store as source 1, its text included, and source 2 without a text."""
    await build(db, load_pack(DATA / "ferry.toml"), NOW, ARTICLE)
    async with db.write() as conn:
        await conn.execute(
            "INSERT INTO source (guild_id, key, label, length) VALUES (0, 'other', 'Without a text', 1000)"
        )
