"""Which process posts an edition: claimed before anything is sent, renewed, recorded, or taken over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.dates import seconds
from bot.digest import digests, editions
from bot.digest.catchup import GRACE, CatchUp
from bot.digest.digests import Digest
from bot.digest.editions import ABSENT, FARTHEST, TOO_LATE, Edition, FollowUp, Servers, State
from bot.errors import StoreError
from bot.model import moment
from bot.store import claims as store
from bot.store import digests as digest_rows
from bot.store.claims import Mine
from bot.store.database import Connection, Database
from bot.store.editions import WIDTH
from bot.store.rows import Row

LEASE = timedelta(seconds=60)
"""So long is an edition left to the process that claimed it, which renews that for as long as it lives."""

SEEN = timedelta(seconds=30)
"""A process that was seen so lately still posts."""

_EVER = 2**62

REPLACED = "It was late, and the next one was due."
BROKEN = "It could not be put together; the operator's log says why."

log = logging.getLogger("dateline.editions")


@dataclass(frozen=True, slots=True)
class Claim:
    """An edition that this process is about to post, or to do what is left of it, with its `content` as stored.

    `tried_at` is when the first earlier attempt began that may have posted it: the message would then be newer than
    the one with `after_id`. None if it is certainly not posted. `replaced` says that it is late and another one is
    due, of a digest that posts the latest only.
    """

    edition: Edition
    digest: Digest
    mine: Mine
    content: str | None
    channel_id: int
    tried_at: datetime | None
    after_id: int
    replaced: bool

    @property
    def closes_at(self) -> datetime:
        """From when on it is not posted any more."""
        late = timedelta(0) if self.digest.catch_up is CatchUp.SKIP else self.digest.window
        return self.edition.due_at + max(late, GRACE)

    @property
    def over(self) -> str:
        """Why it is not to be posted any more, unless it may be posted already; "" if it is."""
        return self.digest.stopped or (REPLACED if self.replaced else "")


class Written(Protocol):
    """What an edition posts, with its number: unique among the digest's editions."""

    @property
    def number(self) -> int: ...  # noqa: D102
    def to_json(self) -> str: ...  # noqa: D102


Compose: TypeAlias = Callable[[Connection, Digest, int, datetime, datetime], Awaitable[Written | None]]
"""Choose what an edition posts, in the transaction of the claim: (conn, digest, edition id, due, now)."""


async def claim(
    db: Database,
    process: str,
    now: datetime,
    *,
    limit: int,
    compose: Compose,
    newest: Callable[[int, int], int],
    servers: Servers = None,
) -> tuple[list[Claim], int]:
    """Take editions that are due, or whose process has died, longest due first, of `limit` that are looked at.

    Return them, and at how many it was looked: some are over, which is recorded. What each posts is settled the first
    time. `newest` returns a message in a channel (server id, channel id) that is older than any to be posted now. The
    claim is on the disk before anything is posted: that the post may be there is
    then known, even after a power cut, and the record of it can be lost without harm.
    """
    claimed: list[Claim] = []
    async with db.write(content=False, durable=True) as conn:
        rows = await store.select_free(conn, _at(now), limit, editions.of_servers(servers))
        for row, digest, departed in rows:
            one = _claim(row, digest, process)
            if one.tried_at is None:
                content = await _settle(conn, one, now, compose, departed=departed)
                one = replace(one, content=content, after_id=newest(one.digest.guild_id, one.channel_id))
            elif departed:
                await store.update_postponed(conn, one.edition.id, seconds(now + FARTHEST))
                continue
            if one.content is None:
                continue
            await store.update_claimed(
                conn, one.edition.id, process, seconds(now + LEASE), after_id=one.after_id, now=seconds(now)
            )
            claimed.append(one)
    return claimed, len(rows)


async def claim_follow_ups(
    db: Database, process: str, now: datetime, *, limit: int, servers: Servers = None
) -> list[Claim]:
    """Take editions of which something is left to do."""
    claimed: list[Claim] = []
    async with db.write(content=False) as conn:
        rows = await store.select_follow_ups(conn, _at(now), limit, editions.of_servers(servers))
        for row, digest, departed in rows:
            if departed:
                await store.update_postponed(conn, row[0], seconds(now + FARTHEST))
            else:
                await store.update_follow_up_claimed(conn, row[0], process, seconds(now + LEASE))
                claimed.append(_claim(row, digest, process))
    return claimed


async def stopped(db: Database, claim: Claim) -> str:
    """Return why nothing is to be posted, as its digest is at this moment; "" while it runs."""
    async with db.read() as conn:
        row = await digest_rows.select_one(conn, claim.digest.guild_id, claim.digest.id)
    return digests.of_row(row).stopped if row else digests.DELETED


async def renew(db: Database, held: Sequence[Claim], now: datetime) -> set[int]:
    """Hold editions for longer; return the ids of those that are still this process's own."""
    mine = [claim.mine for claim in held]
    async with db.write(content=False) as conn:
        await store.update_lease(conn, mine, seconds(now + LEASE))
        return await store.select_held(conn, mine)


async def attend(db: Database, process: str, now: datetime) -> int:
    """Note that this process posts, and return how many do."""
    async with db.write(content=False) as conn:
        await store.upsert_poster(conn, process, seconds(now))
        await store.delete_posters(conn, "", seconds(now - SEEN), seconds(now + SEEN))
        return await store.select_posters(conn)


async def leave(db: Database, process: str) -> None:
    """Note that this process posts no more."""
    async with db.write(content=False) as conn:
        await store.delete_posters(conn, process, 0, _EVER)


def nonce(claim: Claim) -> str:
    """Return what makes Discord take a second post of the same edition for the first, for a few minutes."""
    # 25 characters at most. The due moment is in it for a store that was restored and counts its editions again.
    return f"{claim.edition.id:x}.{seconds(claim.edition.due_at):x}"[-25:]


async def _settle(conn: Connection, one: Claim, now: datetime, compose: Compose, *, departed: bool) -> str | None:
    """Return what an edition posts that was certainly not posted; None where it is over."""
    edition = one.edition
    late = now > one.closes_at
    over = ABSENT if departed else one.over or (TOO_LATE if late and not edition.reason else "")
    if over:
        await _end(conn, one, State.SKIPPED, over)
    elif late:
        await _end(conn, one, State.FAILED, edition.reason)
    elif one.content is not None:
        return one.content
    else:
        try:
            async with store.attempt(conn):
                written = await compose(conn, one.digest, edition.id, edition.due_at, now)
        except StoreError:
            raise
        except Exception:
            log.exception("an edition could not be put together", extra={"digest": one.digest.id})
            await _end(conn, one, State.FAILED, BROKEN)
            return None
        if written is None:
            await _end(conn, one, State.SKIPPED, editions.why_empty(one.digest))
        else:
            content = written.to_json()
            await store.update_content(conn, edition.id, content, written.number)
            return content
    return None


async def _end(conn: Connection, one: Claim, state: State, reason: str) -> None:
    follow_up = FollowUp.TELL if state is State.FAILED else FollowUp.NOTHING
    await store.update_ended(conn, one.edition.id, state, reason, follow_up=follow_up)
    told(f"edition {state}", one, why=reason)


def _claim(row: Row, digest_row: Row, process: str) -> Claim:
    edition, digest = editions.of_row(row), digests.of_row(digest_row)
    tried_at, after_id, content, replaced = row[WIDTH:]
    return Claim(
        edition,
        digest,
        (edition.id, process, edition.attempts + 1),
        content,
        edition.channel_id if tried_at and edition.channel_id else digest.channel_id,
        moment(tried_at) if tried_at else None,
        after_id,
        bool(replaced),
    )


def told(what: str, claim: Claim, **more: object) -> None:
    """Log what has become of an edition."""
    log.info(what, extra={"digest": claim.digest.id, "edition": claim.edition.id, **more})


def _at(now: datetime) -> store.At:
    return store.At(seconds(now), seconds(now + FARTHEST), seconds(now - GRACE))
