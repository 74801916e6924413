"""Proving entries once more that earlier versions took for verified, and making those unverified that are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.ingest.pack import PackEntry
from bot.model import SHARED, THE_BOT, Actor, Entry, Status
from bot.moderating import keeping, moderation
from bot.store import entries, revisions, unproven
from bot.store.database import Connection, Database
from bot.writing.fields import of_content
from bot.writing.proof import DERIVED, NOT_FOUND

PIECE = 50
"""Entries whose outcome is written in one transaction."""


class _Doubt(NamedTuple):
    """An entry that is called verified and is not, what it says, and why it is not."""

    entry: Entry
    said: PackEntry
    reason: str


async def prove_again(db: Database, now: datetime) -> int:
    """Prove what has to be proven once more, and return how many entries became unverified.

    Each piece is written at once, so that a stop loses little. Long texts are searched in a thread, and nobody's
    change waits for that.
    """
    count = 0
    while True:
        async with db.read() as conn:
            piece = await unproven.select_first(conn, PIECE)
        if not piece:
            return count
        doubts: list[_Doubt] = []
        for guild_id, entry_id in piece:
            async with db.read() as conn:
                if doubt := await _doubt(conn, guild_id, entry_id):
                    doubts.append(doubt)
        async with db.write(content=bool(doubts)) as conn:
            changed = {doubt.entry.id for doubt in doubts if not await _is_current(conn, doubt)}
            for entry, said, reason in doubts:
                if entry.id not in changed:
                    await _make_unverified(conn, entry, said, reason, now)
                    count += 1
            await unproven.delete(conn, {entry_id for _, entry_id in piece} - changed)


async def _doubt(conn: Connection, guild_id: int, entry_id: int) -> _Doubt | None:
    """Return why an entry is not verified by its source's text; None if it is, or does not say so."""
    found = await entries.select_any(conn, guild_id, entry_id)
    if found is None or found[0].guild_id == SHARED:
        return None
    entry = found[0]
    if (entry.status, entry.status_reason) != (Status.VERIFIED, ""):
        return None
    said = await keeping.content(conn, entry)
    proven, why = await moderation.bear_out(conn, guild_id, entry, said)
    return None if proven else _Doubt(entry, said, why if why in DERIVED else NOT_FOUND)


async def _is_current(conn: Connection, doubt: _Doubt) -> bool:
    """Whether an entry still says what was looked for; one that was changed is proven another time."""
    found = await entries.select_any(conn, doubt.entry.guild_id, doubt.entry.id)
    return found is not None and found[0] == doubt.entry and await keeping.content(conn, found[0]) == doubt.said


async def _make_unverified(conn: Connection, entry: Entry, said: PackEntry, reason: str, now: datetime) -> None:
    await unproven.update_status(conn, entry.guild_id, entry.id, reason)
    actor = Actor(entry.guild_id, THE_BOT, manages=False, roles=frozenset())
    before = of_content(said, entry.source_id)
    after = of_content(replace(said, status=Status.UNVERIFIED, status_reason=reason), entry.source_id)
    await revisions.insert(conn, actor, "entry", entry.id, "status", now=now, before=before, after=after)
