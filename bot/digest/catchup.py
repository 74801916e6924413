"""What to do about moments that were due while the bot was away: post them late, or skip them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.digest.schedule import Schedule, due_between, next_after

GRACE = timedelta(minutes=5)
"""What is posted so soon after it was due is on time."""

MOST = 31
"""So many are posted at once, at the most: a month of a daily digest."""

REACH = timedelta(days=366)
"""Moments due longer ago are not listed one by one, so that a clock gone wrong costs nothing."""


class CatchUp(StrEnum):
    """Which of the late moments are posted."""

    SKIP = "skip"
    LATEST = "latest"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the moments that are due, each of them in one place; both in order, the skipped ones first.

    `older` is the first of those due longer than `REACH` ago. They are skipped too, up to the first listed one.
    """

    post: tuple[datetime, ...] = ()
    skipped: tuple[datetime, ...] = ()
    older: datetime | None = None

    @property
    def last(self) -> datetime | None:
        """The newest moment dealt with, from which the next plan starts; None where nothing was due."""
        return max((*self.post, *self.skipped), default=None)


def plan(schedule: Schedule, last: datetime, now: datetime, policy: CatchUp, window: timedelta) -> Plan:
    """Decide about all that was due after `last`, the newest moment dealt with, and not after `now`.

    Nothing is late within `GRACE`. `SKIP` posts nothing that is late, `LATEST` the newest if it was due within the
    window, `ALL` the newest `MOST` of those within the window. Where `now` is before `last`, because the clock was
    put back, nothing is due. Raise UserError for a zone that is not known.
    """
    since = last if now - last <= REACH else now - REACH
    due = tuple(due_between(schedule, since, now))
    late = GRACE if policy is CatchUp.SKIP else max(window, GRACE)
    within = [moment for moment in due if now - moment <= late]
    post = within[-1 if policy is CatchUp.LATEST else -MOST :]
    first = next_after(schedule, last) if since > last else None
    return Plan(
        tuple(post),
        due[: len(due) - len(post)],
        first if first is not None and first <= since else None,
    )
