"""Whatever crashes, and whatever the clock does: each due moment is posted at most once, and none is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from bot.digest import claims, digests, editions, outcomes
from bot.digest.catchup import CatchUp
from bot.digest.claims import Claim
from bot.digest.digests import Digest
from bot.digest.editions import State
from bot.digest.schedule import DAILY, Schedule, due_between
from bot.model import Actor
from bot.store.database import Connection, Database

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTOR = Actor(5, 7, manages=True, roles=frozenset())
ENDED = {State.POSTED, State.SKIPPED, State.FAILED}


@dataclass(frozen=True)
class Note:
    """What an edition posts here."""

    number: int

    def to_json(self) -> str:
        """Return it as the ledger keeps it."""
        return "{}"


async def compose(_: Connection, __: Digest, edition_id: int, ___: datetime, ____: datetime) -> Note:
    """Put something together."""
    return Note(edition_id)


@dataclass
class Newsroom:
    """A store with digests, a channel, a clock that can be wrong, and processes that can die at any step."""

    db: Database
    now: datetime = START
    channel: list[int] = field(default_factory=list)
    lives: Counter[str] = field(default_factory=Counter)

    async def step(self, what: str, process: str) -> None:
        """Let a process look after the digests, and die at the step that is named."""
        name = f"{process}{self.lives[process]}"
        await editions.plan_due(self.db, self.now)
        found, _ = await claims.claim(self.db, name, self.now, limit=2, compose=compose, newest=lambda *_: 0)
        if what == "claimed":
            self.lives[process] += 1
            return
        for claim in found:
            if not await self.post(claim, what):
                self.lives[process] += 1
                return

    async def post(self, claim: Claim, what: str) -> bool:  # noqa: PLR0911 - there are so many ways for it to end
        """Do what the bot does with an edition; False if the process dies over it."""
        edition = claim.edition.id
        if claim.tried_at is not None and edition in self.channel:
            return await outcomes.posted(self.db, claim, edition, self.now) or True
        if claim.over:
            await outcomes.skipped(self.db, claim, claim.over)
            return True
        if claim.tried_at is not None and self.now > claim.closes_at:
            await outcomes.failed(self.db, claim, "No.", self.now)
            return True
        if what in {"unreachable", "not done"}:
            await outcomes.retry(self.db, claim, "No.", self.now, surely_not_posted=what == "unreachable")
            return True
        self.channel.append(edition)
        if what == "posted":
            return False
        if what == "done, not told":
            await outcomes.retry(self.db, claim, "No.", self.now, surely_not_posted=False)
            return True
        await outcomes.posted(self.db, claim, edition, self.now)
        return True

    async def rest(self) -> None:
        """Let everything come to its end, with nothing that goes wrong."""
        await editions.rewind(self.db, self.now)
        for _ in range(60):
            await self.step("well", "last")
            self.now += timedelta(seconds=61)


STEPS = st.tuples(
    st.sampled_from(["well", "well", "claimed", "posted", "unreachable", "not done", "done, not told"]),
    st.sampled_from("ab"),
    st.sampled_from([0, 5, 61, 400, 3_600, 30_000, 90_000]),
)
JUMPS = st.sampled_from([0, 0, 0, 0, -7_200, -90_000, 100_000, 900_000])


async def run(
    policies: list[CatchUp], window: timedelta, steps: list[tuple[tuple[str, str, int], int]]
) -> tuple[Newsroom, list[list[Any]], list[Schedule]]:
    """Go through the steps, each followed by some time and perhaps a jump of the clock, and come to the end."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "store.db") as db:
            room = Newsroom(db)
            ids: list[int] = []
            schedules: list[Schedule] = []
            for number, policy in enumerate(policies):
                wanted = Digest(
                    guild_id=5, channel_id=70, name="Daily", zone="Europe/London", at=time(9 + number), days=DAILY,
                    catch_up=policy, window=window,
                )  # fmt: skip
                schedules.append(wanted.schedule)
                async with db.write() as conn:
                    ids.append(await digests.create(conn, ACTOR, wanted, START))
            for (what, process, seconds), jump in steps:
                before = room.now
                room.now += timedelta(seconds=seconds + jump)
                if room.now < before:
                    await editions.rewind(db, room.now)
                await room.step(what, process)
            await room.rest()
            async with db.read() as conn:
                found = [(await editions.log_of(conn, id_, limit=1000))[0] for id_ in ids]
            return room, found, schedules


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.sampled_from(CatchUp), min_size=1, max_size=2),
    st.sampled_from([timedelta(minutes=5), timedelta(hours=6), timedelta(days=7)]),
    st.lists(st.tuples(STEPS, JUMPS), max_size=14),
)
def test_at_most_once(
    policies: list[CatchUp], window: timedelta, steps: list[tuple[tuple[str, str, int], int]]
) -> None:
    """Crashes at every step, two processes, lost answers and a clock that jumps: nothing is posted twice.

    Every moment that has come has a row, and each row ends as posted, skipped or failed.
    """
    room, found, schedules = asyncio.run(run(policies, window, steps))

    assert len(room.channel) == len(set(room.channel))
    for log, schedule in zip(found, schedules, strict=True):
        assert {edition.state for edition in log} <= ENDED
        last = room.now - timedelta(seconds=61)
        assert {edition.due_at for edition in log} >= set(due_between(schedule, START, last))
        for edition in log:
            assert (edition.state is State.POSTED) == (edition.id in room.channel)
            assert edition.message_id == (edition.id if edition.state is State.POSTED else None)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_none_lost(steps: list[tuple[str, str, int]]) -> None:
    """With a window of a week, and no more than that to catch up, every single moment is posted in the end."""
    steps = [(what, process, min(seconds, 40_000)) for what, process, seconds in steps]

    room, [log], [schedule] = asyncio.run(run([CatchUp.ALL], timedelta(days=7), [(step, 0) for step in steps]))

    due = list(due_between(schedule, START, room.now - timedelta(seconds=61)))
    assert sorted(edition.due_at for edition in log if edition.state is State.POSTED) == due
    assert len(room.channel) == len(due)


@pytest.mark.parametrize("crash", ["claimed", "posted", "not done", "done, not told", "unreachable"])
def test_each_crash(crash: str) -> None:
    """Of one digest and one crash, of each kind, there is one post."""
    room, [log], _ = asyncio.run(run([CatchUp.LATEST], timedelta(hours=6), [((crash, "a", 77_000), 0)]))

    assert len(room.channel) == 1
    assert [edition.state for edition in log] == [State.POSTED]
