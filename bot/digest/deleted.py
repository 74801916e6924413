"""Digests that were deleted: found by number or name for a while, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot import names
from bot.digest import digests, planning
from bot.digest.digests import Digest
from bot.errors import UserError
from bot.model import Actor
from bot.store import digests as store
from bot.store.database import Connection, Database
from bot.text import clip, raw_name, visible

DAYS = 90
"""For so long can a digest be restored."""

_MOST = 100
_SHOWN = 40


async def select(conn: Connection, guild_id: int, now: datetime) -> list[Digest]:
    """Return the digests of a server that can be restored, the last one deleted first."""
    since = int((now - timedelta(days=DAYS)).timestamp())
    return [digests.of_row(row) for row in await store.select_deleted(conn, guild_id, since, _MOST)]


async def find(
    conn: Connection,
    guild_id: int,
    digest_id: int,
    now: datetime,
    typed: str = "",
    *,
    place: Callable[[Digest], str] = planning.when,
) -> Digest:
    """Return a digest that can be restored, by its id, or else by a number or name as typed. Raises UserError.

    One that is there is returned too: somebody else was quicker.
    """
    listed = await select(conn, guild_id, now)
    found = planning.choose(listed, digest_id, typed, place)
    if found is None:
        found = planning.choose(await digests.select_all(conn, guild_id), digest_id, typed, place)
    if found is None:
        number = digest_id or names.entry_number(typed)
        which = str(number) if number else f"“{raw_name(clip(visible(typed), _SHOWN))}”"
        raise UserError(f"There is no digest {which} that was deleted in this server in the last {DAYS} days.")
    return found


async def restore(db: Database, actor: Actor, digest_id: int, now: datetime, *, halted: str = "") -> None:
    """Take a deletion back. `halted` is why the digest cannot run now: it is paused then."""
    async with db.write() as conn:
        await digests.undelete(conn, actor, digest_id, now)
        if halted:
            await digests.pause(conn, actor.guild_id, digest_id, halted, now)
