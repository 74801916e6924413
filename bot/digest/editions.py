"""The ledger of editions: each due moment of a digest is written down, once, before anything is posted."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.dates import seconds
from bot.digest import digests
from bot.digest.catchup import GRACE, Plan, plan
from bot.digest.digests import Digest
from bot.digest.schedule import next_after
from bot.errors import UserError
from bot.model import moment
from bot.store import claims, meta
from bot.store import digests as digest_rows
from bot.store import editions as store
from bot.store.database import Connection, Database
from bot.store.rows import Row

FARTHEST = timedelta(minutes=5)
"""Nothing is put off for longer than this at once."""

LATE, ABSENT, NOTHING_NEW, NOTHING, TOO_LATE = (
    "The bot was not running at that time, or its clock was wrong.",
    "The bot was not in the server at that time.",
    "There was nothing new.",
    "There was nothing that it could carry.",
    "It was not reached within the time for late editions.",
)
"""Why an edition was skipped, as moderators read it. So are `digests.PAUSED` and `digests.DELETED`."""

NO_THREAD = "It has no thread: Discord does not let me open one. Check my permissions in the channel."
"""What is noted of one that was posted."""

_SHOWN = "edition:"
_RULES = "time zones"
_SAME_DAY = timedelta(hours=18)
"""A digest is due once a day at the most, and no change of rules moves that by more than the rest of a day."""

log = logging.getLogger("dateline.editions")


Servers: TypeAlias = Collection[int] | None
"""Whose digests are meant; None stands for all servers."""


class State(StrEnum):
    """What has become of a due moment."""

    DUE = "due"
    POSTING = "posting"
    POSTED = "posted"
    SKIPPED = "skipped"
    FAILED = "failed"


class FollowUp(StrEnum):
    """What is left to do of an edition."""

    NOTHING = ""
    THREAD = "thread"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Edition:
    """A due moment of a digest. `number` is 0 where nothing was to be posted; `reason` says why it was not (yet).

    `asked_for` says that it was due because a moderator wanted it then.
    """

    id: int
    digest_id: int
    guild_id: int
    due_at: datetime
    state: State
    number: int
    attempts: int
    channel_id: int | None
    message_id: int | None
    posted_at: datetime | None
    reason: str
    follow_up: FollowUp
    asked_for: bool

    @property
    def late(self) -> bool:
        """Whether it was posted late."""
        return self.posted_at is not None and self.posted_at - self.due_at > GRACE


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition that was posted, its digest, which may be deleted, and its content as the ledger keeps it."""

    edition: Edition
    digest: Digest
    content: str


async def plan_due(db: Database, now: datetime, limit: int = 200, *, servers: Servers = None) -> int:
    """Write down what is due of so many digests, longest due first; return of how many. One transaction."""
    async with db.write(content=False) as conn:
        due = await digest_rows.select_due(conn, seconds(now), limit, of_servers(servers))
        rows: list[tuple[int, int, int, str, str]] = []
        settled: list[tuple[int, int | None, int]] = []
        for row, departed in due:
            digest = digests.of_row(row)
            if digest.unread:
                await _broken(conn, digest, digest.unread, now)
                continue
            try:
                planned = plan(digest.schedule, digest.settled_at, now, digest.catch_up, digest.window)
                next_due = next_after(digest.schedule, max(now, digest.settled_at))
            except UserError as error:
                await _broken(conn, digest, str(error), now)
                continue
            rows += _moments(digest, planned, departed=departed)
            last = planned.last or digest.settled_at
            settled.append((seconds(last), seconds(next_due) if next_due else None, digest.id))
        await store.insert(conn, rows)
        # A clock that was ahead may have skipped what is on time after all.
        await store.update_skipped_due(conn, [(row[0], row[2], LATE) for row in rows if row[3] == State.DUE])
        await digest_rows.update_settled(conn, settled)
    for digest_id, _, due_at, state, _ in rows:
        if state == State.SKIPPED:
            log.info("edition skipped", extra={"digest": digest_id, "due": moment(due_at).isoformat()})
    return len(due)


async def rewind(db: Database, now: datetime, *, servers: Servers = None) -> int:
    """Make digests due again whose clock was ahead and was put back; return how many.

    What was posted stays so. Moments that have not come yet go from the ledger, and are due when they come.
    """
    async with db.write(content=False) as conn:
        removed = await store.delete_ahead(conn, seconds(now), of_servers(servers))
        rows = await digest_rows.select_ahead(conn, seconds(now), of_servers(servers))
        for digest in map(digests.of_row, rows):
            try:
                await digest_rows.update_settled(conn, [(seconds(now), _next(digest, now), digest.id)])
            except UserError as error:
                await _broken(conn, digest, str(error), now)
    if removed:
        log.info("editions of a time that has not come yet are removed", extra={"count": removed})
    return len(rows)


async def reckon(db: Database, rules: str, now: datetime, *, servers: Servers = None) -> int:
    """Reckon anew when digests are due, where that was last done by other `rules` of time zones; return of how many.

    What was dealt with stays so: a moment that comes again on the same day, as the rules have moved it, is none.
    """
    async with db.write(content=False) as conn:
        if await meta.select_value(conn, _RULES) == rules:
            return 0
        rows = await digest_rows.select_running(conn, of_servers(servers))
        for row in rows:
            digest, begun = digests.of_row(row), bool(row[digest_rows.WIDTH])
            try:
                due = next_after(digest.schedule, digest.settled_at)
                if begun and due is not None and due - digest.settled_at < _SAME_DAY:
                    due = next_after(digest.schedule, due)
            except UserError as error:
                await _broken(conn, digest, str(error), now)
                continue
            await digest_rows.update_next_due(conn, digest.id, seconds(due) if due else None)
        await meta.upsert_value(conn, _RULES, rules)
    return len(rows)


async def order(conn: Connection, digest: Digest, now: datetime) -> None:
    """Have an edition posted now, besides those that are due. Raises UserError while the digest is paused."""
    if digest.paused_at:
        raise UserError("This digest is paused. Resume it first.")
    await store.insert_asked(conn, digest.id, digest.guild_id, seconds(now))


def why_empty(digest: Digest) -> str:
    """Return why an edition was skipped for which there was nothing."""
    return NOTHING_NEW if digest.only_new else NOTHING


async def next_work(db: Database, now: datetime, *, servers: Servers = None) -> datetime | None:
    """Return when there is something to plan, to post or to follow up; None if there is nothing ahead."""
    async with db.read() as conn:
        waiting = await claims.select_next(conn, seconds(now + FARTHEST), of_servers(servers))
        due = await digest_rows.select_next_due(conn, of_servers(servers))
    return min((moment(one) for one in (waiting, due) if one is not None), default=None)


def shown_as(edition_id: int) -> str:
    """Return what an edition's message is known by among the messages that show entries (`store.posted`)."""
    return f"{_SHOWN}{edition_id}"


async def shown(conn: Connection, guild_id: int, ask: str) -> Shown | None:
    """Return the edition that a message shows; None for a message that shows none, or no more."""
    if not ask.startswith(_SHOWN):
        return None
    found = await store.select_shown(conn, guild_id, int(ask.removeprefix(_SHOWN)))
    return Shown(of_row(found[0]), digests.of_row(found[1]), found[2]) if found else None


async def log_of(conn: Connection, digest_id: int, *, limit: int, offset: int = 0) -> tuple[list[Edition], int]:
    """Return a page of a digest's editions, newest first, and how many there are."""
    rows = await store.select_of(conn, digest_id, limit, offset)
    return [of_row(row) for row in rows], await store.select_count(conn, digest_id)


async def _broken(conn: Connection, digest: Digest, reason: str, now: datetime) -> None:
    """Pause a digest that cannot be read, or whose zone is not known any more, and have that told."""
    log.warning("digest paused", extra={"digest": digest.id, "why": reason})
    await digests.halt(conn, digest.id, reason, now)
    await store.insert_failed(conn, digest.id, digest.guild_id, seconds(digest.next_due_at or now), reason)


def _moments(digest: Digest, planned: Plan, *, departed: bool) -> list[tuple[int, int, int, str, str]]:
    """Return the rows of what was due."""
    skipped = [*([planned.older] if planned.older else []), *planned.skipped]
    if departed:
        skipped += planned.post
    reason = ABSENT if departed else LATE
    rows = [(digest.id, digest.guild_id, seconds(due), State.SKIPPED.value, reason) for due in skipped]
    if not departed:
        rows += [(digest.id, digest.guild_id, seconds(due), State.DUE.value, "") for due in planned.post]
    return rows


def of_servers(servers: Servers) -> str | None:
    """Return servers as the store takes them."""
    return None if servers is None else json.dumps(list(servers))


def of_row(row: Row) -> Edition:
    """Make an edition of a row that begins with the columns of `store.COLUMNS`."""
    (
        id_, digest_id, guild_id, due_at, state, number, attempts, channel_id, message_id, posted_at, reason, follow_up,
        asked_for,
    ) = row[: store.WIDTH]  # fmt: skip
    return Edition(
        id_,
        digest_id,
        guild_id,
        moment(due_at),
        State(state),
        number,
        attempts,
        channel_id,
        message_id,
        moment(posted_at) if posted_at else None,
        reason,
        FollowUp(follow_up),
        bool(asked_for),
    )


def _next(digest: Digest, now: datetime) -> int | None:
    moment = next_after(digest.schedule, now)
    return None if moment is None else seconds(moment)
