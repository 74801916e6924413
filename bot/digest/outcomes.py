"""What came of an edition that a process had claimed: recorded, unless another has had to take it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.dates import seconds
from bot.digest import digests, editions
from bot.digest.catchup import GRACE
from bot.digest.claims import Claim, told
from bot.digest.editions import FARTHEST, FollowUp, State
from bot.store import claims as store
from bot.store import posted as posts
from bot.store.database import Database
from bot.store.posted import Posted

MAYBE = (
    "The connection was lost while it was being posted, and I may not read the channel to see whether it is there. "
    "So it is not posted again. With the permission Read Message History I could have looked."
)
TOO_MANY = (
    "The connection was lost while it was being posted, and so many messages have come since that I cannot see whether "
    "it is there. So it is not posted again."
)
DELETED = "It was posted, and deleted at once."
UNSEEN = "I cannot see the channel any more. Give me the permission View Channel there."
REFUSED = "Discord does not let me post there. Check my permissions in the channel."
LOCKED = "The thread is locked. Unlock it, or choose another place with /digest edit."
GONE = "The channel was deleted. Choose another one with /digest edit."

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=2)
_MOST_DOUBLED = 10
_FOLLOW_UP_WAIT = timedelta(minutes=1)


async def posted(
    db: Database, claim: Claim, message_id: int, posted_at: datetime, looks: Mapping[int, str | None] | None = None
) -> bool:
    """Record the message, and how it shows which entries, so that corrections can follow them there.

    False where another process has taken the edition over, and finds the message itself.
    """
    follow_up = FollowUp.THREAD if claim.digest.thread else FollowUp.NOTHING
    async with db.write(content=False) as conn:
        held = await store.update_posted(conn, claim.mine, message_id, seconds(posted_at), follow_up)
        if held:
            guild_id, ask = claim.digest.guild_id, editions.shown_as(claim.edition.id)
            await posts.insert(conn, [Posted(guild_id, claim.channel_id, message_id, ask, looks or {})])
    told("edition posted" if held else "edition taken over", claim, late=posted_at - claim.edition.due_at > GRACE)
    return held


async def skipped(db: Database, claim: Claim, reason: str) -> None:
    """Record that it is not posted, and why; moderators asked for that."""
    async with db.write(content=False) as conn:
        if await store.select_mine(conn, claim.mine):
            await store.update_ended(conn, claim.edition.id, State.SKIPPED, reason)
    told("edition skipped", claim, why=reason)


async def failed(
    db: Database, claim: Claim, reason: str, now: datetime, *, pause: bool = False, unseen: bool = True
) -> None:
    """Record that it could not be posted, and why, which is to be told.

    `pause` pauses its digest as well, if that still posts in the same channel. `unseen` says that it is certainly not
    posted: what it was to carry comes up again.
    """
    async with db.write(content=False) as conn:
        if await store.select_mine(conn, claim.mine):
            await store.update_ended(
                conn, claim.edition.id, State.FAILED, reason, follow_up=FollowUp.TELL, unseen=unseen
            )
            if pause:
                await digests.refuse(conn, claim.digest.id, claim.channel_id, reason, now)
    told("edition failed", claim, why=reason)


async def retry(db: Database, claim: Claim, reason: str, now: datetime, *, surely_not_posted: bool) -> None:
    """Give it back for a while, longer each time. `surely_not_posted` is about this attempt."""
    wait = min(_FIRST_WAIT * 2 ** min(claim.edition.attempts, _MOST_DOUBLED), _LONGEST_WAIT)
    async with db.write(content=False) as conn:
        await store.update_retry(
            conn,
            claim.mine,
            seconds(now + wait),
            reason,
            surely_not_posted=surely_not_posted and claim.tried_at is None,
        )
    told("edition put off", claim, why=reason)


async def given_back(db: Database, claim: Claim) -> None:
    """Leave it to whoever is there next, at once: nothing was done about it."""
    async with db.write(content=False) as conn:
        surely_not = claim.tried_at is None
        await store.update_retry(conn, claim.mine, 0, claim.edition.reason, surely_not_posted=surely_not)
    told("edition given back", claim)


async def followed_up(db: Database, claim: Claim, reason: str = "") -> None:
    """Record that nothing is left to do, and why it could not be done, if so."""
    async with db.write(content=False) as conn:
        await store.update_follow_up(conn, claim.mine, FollowUp.NOTHING, 0, reason)


async def follow_up_later(db: Database, claim: Claim, follow_up: FollowUp, now: datetime) -> None:
    """Leave what is to do for later; where the edition is too old for that, let it be."""
    gone = now > claim.closes_at + FARTHEST
    async with db.write(content=False) as conn:
        await store.update_follow_up(
            conn, claim.mine, FollowUp.NOTHING if gone else follow_up, 0 if gone else seconds(now + _FOLLOW_UP_WAIT)
        )
