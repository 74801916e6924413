"""Which process posts an edition: claimed before anything is sent, renewed, recorded, or taken over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias

from bot.digest import digests, editions
from bot.digest.catchup import GRACE
from bot.digest.digests import Digest
from bot.digest.editions import ABSENT, FARTHEST, NOTHING, TOO_LATE, Edition, FollowUp, Servers, State
from bot.errors import StoreError
from bot.store import claims as store
from bot.store import posted as posts
from bot.store.claims import Mine
from bot.store.database import Connection, Database
from bot.store.editions import WIDTH
from bot.store.posted import Posted
from bot.store.rows import Row

LEASE = timedelta(seconds=60)
"""So long is an edition left to the process that claimed it, which renews that for as long as it lives."""

SEEN = timedelta(seconds=30)
"""A process that was seen so lately still posts."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=2)
_MOST_DOUBLED = 10
_FOLLOW_UP_WAIT = timedelta(minutes=1)

_EVER = 2**62

BROKEN = "It could not be put together; the operator's log says why."

log = logging.getLogger("dateline.editions")


@dataclass(frozen=True, slots=True)
class Claim:
    """An edition that this process is about to post, or to do what is left of it, with its `content` as stored.

    `tried_at` is when the first earlier attempt began that may have posted it: the message would then be newer than
    the one with `after_id`. None if it is certainly not posted.
    """

    edition: Edition
    digest: Digest
    mine: Mine
    content: str | None
    channel_id: int
    tried_at: datetime | None
    after_id: int

    @property
    def closes_at(self) -> datetime:
        """From when on it is not posted any more."""
        return self.edition.due_at + max(self.digest.window, GRACE)


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
) -> list[Claim]:
    """Take editions that are due, or whose process has died, longest due first.

    What each posts is settled the first time. `newest` returns a message in a channel (server id, channel id) that is
    older than any to be posted now. The claim is on the disk before anything is posted: that the post may be there is
    then known, even after a power cut, and the record of it can be lost without harm.
    """
    claimed: list[Claim] = []
    async with db.write(content=False, durable=True) as conn:
        rows = await store.select_free(
            conn, _seconds(now), _seconds(now + FARTHEST), limit, editions.of_servers(servers)
        )
        for row, digest, departed in rows:
            one = _claim(row, digest, process)
            if one.tried_at is None:
                content = await _settle(conn, one, now, compose, departed=departed)
                one = replace(one, content=content, after_id=newest(one.digest.guild_id, one.channel_id))
            elif departed:
                await store.update_postponed(conn, one.edition.id, _seconds(now + FARTHEST))
                continue
            if one.content is None:
                continue
            await store.update_claimed(
                conn, one.edition.id, process, _seconds(now + LEASE), after_id=one.after_id, now=_seconds(now)
            )
            claimed.append(one)
    return claimed


async def claim_follow_ups(
    db: Database, process: str, now: datetime, *, limit: int, servers: Servers = None
) -> list[Claim]:
    """Take editions of which something is left to do."""
    claimed: list[Claim] = []
    async with db.write(content=False) as conn:
        rows = await store.select_follow_ups(
            conn, _seconds(now), _seconds(now + FARTHEST), limit, editions.of_servers(servers)
        )
        for row, digest, departed in rows:
            if departed:
                await store.update_postponed(conn, row[0], _seconds(now + FARTHEST))
            else:
                await store.update_follow_up_claimed(conn, row[0], process, _seconds(now + LEASE))
                claimed.append(_claim(row, digest, process))
    return claimed


async def posted(db: Database, claim: Claim, message_id: int, posted_at: datetime, shown: tuple[int, ...] = ()) -> bool:
    """Record the message, and that it shows these entries, so that corrections can follow them there.

    False where another process has taken the edition over, and finds the message itself.
    """
    follow_up = FollowUp.THREAD if claim.digest.thread else FollowUp.NOTHING
    async with db.write(content=False) as conn:
        held = await store.update_posted(conn, claim.mine, message_id, _seconds(posted_at), follow_up)
        if held:
            guild_id, ask = claim.digest.guild_id, editions.shown_as(claim.edition.id)
            await posts.insert(conn, [Posted(guild_id, claim.channel_id, message_id, ask, shown)])
    _told("edition posted" if held else "edition taken over", claim, late=posted_at - claim.edition.due_at > GRACE)
    return held


async def skipped(db: Database, claim: Claim, reason: str) -> None:
    """Record that it is not posted, and why; moderators asked for that."""
    async with db.write(content=False) as conn:
        if await store.select_mine(conn, claim.mine):
            await store.update_ended(conn, claim.edition.id, State.SKIPPED, reason)
    _told("edition skipped", claim, why=reason)


async def failed(
    db: Database, claim: Claim, reason: str, now: datetime, *, pause: bool = False, unseen: bool = True
) -> None:
    """Record that it could not be posted, and why, which is to be told; `pause` pauses its digest as well.

    `unseen` says that it is certain: what it carried comes up again.
    """
    async with db.write(content=False) as conn:
        if await store.select_mine(conn, claim.mine):
            await store.update_ended(
                conn, claim.edition.id, State.FAILED, reason, follow_up=FollowUp.TELL, unseen=unseen
            )
            if pause:
                await digests.halt(conn, claim.digest.id, reason, now)
    _told("edition failed", claim, why=reason)


async def retry(db: Database, claim: Claim, reason: str, now: datetime, *, surely_not_posted: bool) -> None:
    """Give it back for a while, longer each time. `surely_not_posted` is about this attempt."""
    wait = min(_FIRST_WAIT * 2 ** min(claim.edition.attempts, _MOST_DOUBLED), _LONGEST_WAIT)
    async with db.write(content=False) as conn:
        await store.update_retry(
            conn,
            claim.mine,
            _seconds(now + wait),
            reason,
            surely_not_posted=surely_not_posted and claim.tried_at is None,
        )
    _told("edition put off", claim, why=reason)


async def followed_up(db: Database, claim: Claim) -> None:
    """Record that nothing is left to do."""
    async with db.write(content=False) as conn:
        await store.update_follow_up(conn, claim.mine, FollowUp.NOTHING, 0)


async def follow_up_later(db: Database, claim: Claim, follow_up: FollowUp, now: datetime) -> None:
    """Leave what is to do for later; where the edition is too old for that, let it be."""
    gone = now > claim.closes_at + FARTHEST
    async with db.write(content=False) as conn:
        await store.update_follow_up(
            conn, claim.mine, FollowUp.NOTHING if gone else follow_up, 0 if gone else _seconds(now + _FOLLOW_UP_WAIT)
        )


async def renew(db: Database, held: Sequence[Claim], now: datetime) -> set[int]:
    """Hold editions for longer; return the ids of those that are still this process's own."""
    mine = [claim.mine for claim in held]
    async with db.write(content=False) as conn:
        await store.update_lease(conn, mine, _seconds(now + LEASE))
        return await store.select_held(conn, mine)


async def attend(db: Database, process: str, now: datetime) -> int:
    """Note that this process posts, and return how many do."""
    async with db.write(content=False) as conn:
        await store.upsert_poster(conn, process, _seconds(now))
        await store.delete_posters(conn, "", _seconds(now - SEEN), _seconds(now + SEEN))
        return await store.select_posters(conn)


async def leave(db: Database, process: str) -> None:
    """Note that this process posts no more."""
    async with db.write(content=False) as conn:
        await store.delete_posters(conn, process, 0, _EVER)


def nonce(claim: Claim) -> str:
    """Return what makes Discord take a second post of the same edition for the first, for a few minutes."""
    # 25 characters at most. The due moment is in it for a store that was restored and counts its editions again.
    return f"{claim.edition.id:x}.{_seconds(claim.edition.due_at):x}"[-25:]


async def _settle(conn: Connection, one: Claim, now: datetime, compose: Compose, *, departed: bool) -> str | None:
    """Return what an edition posts that was certainly not posted; None where it is over."""
    edition = one.edition
    late = now > one.closes_at
    over = ABSENT if departed else one.digest.stopped or (TOO_LATE if late and not edition.reason else "")
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
            await _end(conn, one, State.SKIPPED, NOTHING)
        else:
            content = written.to_json()
            await store.update_content(conn, edition.id, content, written.number)
            return content
    return None


async def _end(conn: Connection, one: Claim, state: State, reason: str) -> None:
    follow_up = FollowUp.TELL if state is State.FAILED else FollowUp.NOTHING
    await store.update_ended(conn, one.edition.id, state, reason, follow_up=follow_up)
    _told(f"edition {state}", one, why=reason)


def _claim(row: Row, digest_row: Row, process: str) -> Claim:
    edition, digest = editions.of_row(row), digests.of_row(digest_row)
    tried_at, after_id, content = row[WIDTH:]
    return Claim(
        edition,
        digest,
        (edition.id, process, edition.attempts + 1),
        content,
        edition.channel_id if tried_at and edition.channel_id else digest.channel_id,
        _moment(tried_at) if tried_at else None,
        after_id,
    )


def _told(what: str, claim: Claim, **more: object) -> None:
    log.info(what, extra={"digest": claim.digest.id, "edition": claim.edition.id, **more})


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
