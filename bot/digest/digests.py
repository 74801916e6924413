"""Scheduled digests: what each posts, where and when, and what moderators do with them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar

from bot.dates import seconds
from bot.digest.catchup import REACH, CatchUp
from bot.digest.schedule import DAILY, Days, Schedule, due_between, next_after, parse_days
from bot.errors import UserError
from bot.model import Actor, moment
from bot.store import digests as store
from bot.store import editions as ledger
from bot.store.database import Connection
from bot.store.rows import Row
from bot.text import clip, visible

MOST_DIGESTS = 10
"""So many can a server have."""

MOST_OF_A_KIND = 5
"""So many figures, quotations or events can be in one edition."""

NAME_ROOM, INTRODUCTION_ROOM = 100, 1000
"""Characters."""

SHORTEST_WINDOW, LONGEST_WINDOW = timedelta(minutes=5), timedelta(days=7)

NEVER = datetime.min.replace(tzinfo=UTC)

PAUSED, DELETED = "The digest was paused.", "The digest was deleted."
NOT_STARTED = "It was made and not started."
FROM_FILE = "It came from a file. Resume starts it, if its channel and its role are the ones that are meant."
UNSTARTED = frozenset({NOT_STARTED, FROM_FILE})
"""Why those are paused that nobody here has started yet: of whoever starts them, all rights are asked."""

_NOON = time(12)
_SHOWN = 40
"""Characters of a value that are repeated where it cannot be read."""

T = TypeVar("T")

log = logging.getLogger("dateline.digests")


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest. `stats`, `quotes` and `events` say how many of each it posts; `subjects` are ids, none means all.

    What is late is posted within `window` only. `settled_at` is the newest due moment that was dealt with. With
    `only_new`, what was added after `new_since` is new until it was carried. `unread` says what of it cannot be read.
    """

    id: int = 0
    guild_id: int
    channel_id: int
    name: str
    zone: str
    at: time
    days: Days
    catch_up: CatchUp = CatchUp.LATEST
    window: timedelta = timedelta(hours=6)
    stats: int = 2
    quotes: int = 2
    events: int = 1
    corrections: bool = True
    only_new: bool = False
    subjects: tuple[int, ...] = ()
    introduction: str = ""
    role_id: int = 0
    thread: bool = False
    created_by: int = 0
    created_at: datetime = NEVER
    paused_at: datetime | None = None
    paused_reason: str = ""
    deleted_at: datetime | None = None
    settled_at: datetime = NEVER
    next_due_at: datetime | None = None
    new_since: datetime = NEVER
    unread: str = ""

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        return Schedule(self.zone, self.at, self.days)

    @property
    def stopped(self) -> str:
        """Why nothing is posted: it was paused or deleted; "" while it runs."""
        return DELETED if self.deleted_at else PAUSED if self.paused_at else ""


def check(wanted: Digest) -> None:
    """Raise UserError for what no digest can be."""
    if not 1 <= len(wanted.name) <= NAME_ROOM:
        raise UserError(f"A digest needs a name of at most {NAME_ROOM} characters.")
    if len(wanted.introduction) > INTRODUCTION_ROOM:
        raise UserError(f"The introduction can have {INTRODUCTION_ROOM:,} characters at most.")
    if not all(0 <= count <= MOST_OF_A_KIND for count in (wanted.stats, wanted.quotes, wanted.events)):
        raise UserError(f"Of figures, quotations and events, a digest can post 0 to {MOST_OF_A_KIND} each.")
    if not (wanted.stats or wanted.quotes or wanted.events or wanted.corrections):
        raise UserError("This digest would be empty. Choose figures, quotations, events or corrections for it.")
    if not SHORTEST_WINDOW <= wanted.window <= LONGEST_WINDOW:
        raise UserError("Choose a time from 5 minutes to 7 days within which a late digest is still posted.")


async def create(conn: Connection, actor: Actor, wanted: Digest, now: datetime) -> int:
    """Add a digest to the actor's server and return its id. The first due moment after now is its first."""
    check(wanted)
    await _check_room(conn, actor.guild_id)
    digest_id = await store.insert(conn, _values(replace(wanted, guild_id=actor.guild_id), now, actor.user_id))
    log.info("digest created", extra={"digest": digest_id, "server": actor.guild_id, "by": actor.user_id})
    return digest_id


async def change(conn: Connection, actor: Actor, wanted: Digest, now: datetime) -> None:
    """Give the digest with this id other settings. Moments due while it was paused are not made up.

    What could not be read of it is from then on as it was shown. A digest that ran with that stays paused.
    """
    check(wanted)
    known = await _known(conn, actor.guild_id, wanted.id)
    if known.paused_at:
        await _missed(conn, known, PAUSED, now)
    if known.unread:
        await store.update_paused(conn, known.id, known.unread, seconds(now))
    await store.update(conn, _values(replace(wanted, guild_id=actor.guild_id), now, actor.user_id))
    log.info("digest changed", extra={"digest": wanted.id, "server": actor.guild_id, "by": actor.user_id})


async def pause(conn: Connection, guild_id: int, digest_id: int, reason: str, now: datetime) -> None:
    """Stop a digest until it is resumed; what is due and not yet begun is skipped."""
    await _known(conn, guild_id, digest_id)
    await halt(conn, digest_id, reason, now)


async def halt(conn: Connection, digest_id: int, reason: str, now: datetime) -> None:
    """Pause a digest whoever's it is; one that is paused keeps its reason."""
    await store.update_paused(conn, digest_id, reason, seconds(now))
    await ledger.update_due_skipped(conn, digest_id, PAUSED)
    log.info("digest paused", extra={"digest": digest_id})


async def refuse(conn: Connection, digest_id: int, channel_id: int, reason: str, now: datetime) -> None:
    """Pause a digest whose channel refuses, unless it posts in another one by now."""
    if await store.select_channel(conn, digest_id) == channel_id:
        await halt(conn, digest_id, reason, now)


async def resume(conn: Connection, actor: Actor, digest_id: int, now: datetime) -> None:
    """Let a paused digest run again, from the next due moment on; what was due meanwhile is written down as skipped."""
    digest = await _known(conn, actor.guild_id, digest_id)
    if digest.unread:
        raise UserError(digest.unread)
    if digest.paused_at:
        await _missed(conn, digest, PAUSED, now)
        await store.update_running(conn, digest_id, _next(digest, now), seconds(now))
        log.info("digest resumed", extra={"digest": digest_id, "server": actor.guild_id, "by": actor.user_id})


async def delete(conn: Connection, actor: Actor, digest_id: int, now: datetime) -> None:
    """Delete a digest; what is due and not yet begun is skipped. It can be undone."""
    await _known(conn, actor.guild_id, digest_id)
    await store.update_deleted(conn, digest_id, seconds(now))
    await ledger.update_due_skipped(conn, digest_id, DELETED)
    log.info("digest deleted", extra={"digest": digest_id, "server": actor.guild_id, "by": actor.user_id})


async def undelete(conn: Connection, actor: Actor, digest_id: int, now: datetime) -> None:
    """Take a deletion back; the digest goes on with the next due moment, or is paused if it was."""
    row = await store.select_one(conn, actor.guild_id, digest_id)
    if row is None:
        raise _unknown(digest_id)
    digest = of_row(row)
    if digest.deleted_at:
        await _check_room(conn, actor.guild_id)
        if not digest.paused_at:
            await _missed(conn, digest, DELETED, now)
        try:
            await store.update_restored(conn, digest_id, _next(digest, now), seconds(now))
        except UserError as error:  # a zone that is not known any more
            await store.update_restored(conn, digest_id, None, seconds(now))
            await halt(conn, digest_id, str(error), now)
        log.info("digest restored", extra={"digest": digest_id, "server": actor.guild_id, "by": actor.user_id})


async def select_all(conn: Connection, guild_id: int) -> list[Digest]:
    """Return a server's digests, oldest first."""
    return [of_row(row) for row in await store.select_all(conn, guild_id)]


async def select_one(conn: Connection, guild_id: int, digest_id: int) -> Digest | None:
    """Return one of a server's digests; None if there is no such one, or none any more."""
    row = await store.select_one(conn, guild_id, digest_id)
    digest = of_row(row) if row else None
    return None if digest is None or digest.deleted_at else digest


def of_row(row: Row) -> Digest:
    """Make a digest of a row that begins with the columns of `store.COLUMNS`.

    What cannot be read of it is as by default, and it counts as paused: `unread` says in a sentence what that is.
    """
    (
        id_, guild_id, channel_id, name, zone, wall_time, days, catch_up, window_minutes, stats, quotes, events,
        corrections, only_new, subjects, introduction, role_id, thread, created_by, created_at, paused_at,
        paused_reason, deleted_at, settled_at, next_due_at,
        new_since,
    ) = row[: store.WIDTH]  # fmt: skip
    unread: list[str] = []

    def read(called: str, stored: str, how: Callable[[str], T], default: T) -> T:
        try:
            return how(stored)
        except ValueError:
            unread.append(f"{called} “{clip(visible(stored), _SHOWN)}”")
            return default

    at = read("time", wall_time, _time, _NOON)
    on = read("days", days, parse_days, DAILY)
    about = read("subjects", subjects, _subjects, ())
    why = (
        f"This version cannot read its {' and its '.join(unread)}. Set what is wrong, then resume it." if unread else ""
    )
    if why:
        _note(id_, guild_id, why)
    made = moment(created_at)
    paused = moment(paused_at) if paused_at else made if why else None
    return Digest(
        id=id_,
        guild_id=guild_id,
        channel_id=channel_id,
        name=name,
        zone=zone,
        at=at,
        days=on,
        catch_up=CatchUp(catch_up),
        window=timedelta(minutes=window_minutes),
        stats=stats,
        quotes=quotes,
        events=events,
        corrections=bool(corrections),
        only_new=bool(only_new),
        subjects=about,
        introduction=introduction,
        role_id=role_id,
        thread=bool(thread),
        created_by=created_by,
        created_at=made,
        paused_at=paused,
        paused_reason=paused_reason if paused_at else why,
        deleted_at=moment(deleted_at) if deleted_at else None,
        settled_at=moment(settled_at),
        next_due_at=moment(next_due_at) if next_due_at else None,
        new_since=moment(new_since),
        unread=why,
    )


def _time(stored: str) -> time:
    at = time.fromisoformat(stored)
    if f"{at:%H:%M}" != stored:
        raise ValueError(f"not a wall time in minutes: {stored}")
    return at


def _subjects(stored: str) -> tuple[int, ...]:
    found = store.subject_ids(stored)
    if found is None:
        raise ValueError(f"no list of subjects: {stored}")
    return found


@lru_cache(maxsize=1000)
def _note(digest_id: int, guild_id: int, why: str) -> None:
    """Log that a digest cannot be read, once for as long as it is the same."""
    log.warning("digest not read", extra={"digest": digest_id, "server": guild_id, "why": why})


def _values(digest: Digest, now: datetime, created_by: int) -> dict[str, object]:
    return {
        "id": digest.id,
        "guild_id": digest.guild_id,
        "channel_id": digest.channel_id,
        "name": digest.name,
        "zone": digest.zone,
        "wall_time": f"{digest.at:%H:%M}",
        "days": str(digest.days),
        "catch_up": digest.catch_up,
        "window_minutes": int(digest.window.total_seconds() // 60),
        "stats": digest.stats,
        "quotes": digest.quotes,
        "events": digest.events,
        "corrections": int(digest.corrections),
        "only_new": int(digest.only_new),
        "subjects": json.dumps(digest.subjects),
        "introduction": digest.introduction,
        "role_id": digest.role_id,
        "thread": int(digest.thread),
        "created_by": created_by,
        "now": seconds(now),
        "next_due_at": _next(digest, now),
    }


async def _check_room(conn: Connection, guild_id: int) -> None:
    if len(await store.select_all(conn, guild_id)) >= MOST_DIGESTS:
        raise UserError(f"This server has {MOST_DIGESTS} digests, which is the most it can have. Delete one first.")


async def _known(conn: Connection, guild_id: int, digest_id: int) -> Digest:
    digest = await select_one(conn, guild_id, digest_id)
    if digest is None:
        raise _unknown(digest_id)
    return digest


async def _missed(conn: Connection, digest: Digest, reason: str, now: datetime) -> None:
    """Write down what was due while a digest did not run; before it was started, nothing was."""
    if digest.paused_reason in UNSTARTED:
        return
    try:
        missed = list(due_between(digest.schedule, max(digest.settled_at, now - REACH), now))
    except UserError:  # a zone that is not known any more
        return
    await ledger.insert(conn, [(digest.id, digest.guild_id, seconds(due), ledger.SKIPPED, reason) for due in missed])


def _unknown(digest_id: int) -> UserError:
    return UserError(f"There is no digest {digest_id} in this server.")


def _next(digest: Digest, now: datetime) -> int | None:
    moment = next_after(digest.schedule, now)
    return None if moment is None else seconds(moment)
