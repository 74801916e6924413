"""Walk through years of digests tick by tick, and count what is posted.

    python -m tests.simulation [--schedules N] [--years N] [--since YEAR] [--seed N]

Each of N made-up schedules has a zone (more than half of them zones with a rare kind of change), a policy and a
window of its own. The bot's clock ticks at random gaps, and just before, at and after what is due. The bot goes
away for minutes to weeks, is cut off in the middle of posting, and its clock is put forward and back. Only the
newest moment dealt with survives, as in the store.

When something is due is worked out a second way: `dateutil.rrule` gives the wall times, `dateutil.tz` reads the
files of tzdata with code of its own, and the first moment that shows a wall time or a later one is looked up in the
list of all changes of clocks. Every moment has to be posted once, or skipped once for a reason that the policy
gives. Exit code 1 if any was posted twice, lost, or never due.
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from dateutil import rrule, tz
from tqdm import tqdm

from bot.digest.catchup import GRACE, MOST, CatchUp, Plan, plan
from bot.digest.schedule import DAILY, WEEKDAYS, Days, Schedule

SINCE = 2015

CHANGING = (
    "Africa/Cairo",  # no summer time from 2014 to 2023; at midnight
    "Africa/Casablanca",  # turned off for Ramadan
    "America/Asuncion",  # southern, at midnight
    "America/Caracas",  # half an hour, for good
    "America/Chicago",
    "America/Havana",  # at midnight, back at one
    "America/New_York",
    "America/Nuuk",  # on the evening before
    "America/Santiago",  # southern, at midnight
    "America/Sao_Paulo",  # southern, at midnight, until 2019
    "America/St_Johns",  # at a minute past midnight until 2011
    "Antarctica/Troll",  # two hours
    "Asia/Amman",
    "Asia/Beirut",  # at midnight
    "Asia/Gaza",  # a rule of its own every year
    "Asia/Pyongyang",  # half an hour, for good
    "Asia/Tehran",  # at midnight, by the Persian calendar, until 2022
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour
    "Australia/Sydney",
    "Europe/Dublin",  # winter time is the exception
    "Europe/Istanbul",  # stayed on summer time in 2016
    "Europe/London",
    "Europe/Volgograd",
    "Pacific/Apia",  # had no December 30, 2011
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Fakaofo",  # had no December 30, 2011
    "Pacific/Norfolk",
)


@dataclass(frozen=True, slots=True)
class Due:
    """What should be due: moments in UTC, increasing, and how many wall times the clocks left out or showed twice."""

    moments: list[datetime]
    left_out: int
    twice: int


@dataclass(slots=True)
class Figures:
    """What came of all moments that were due."""

    ticks: int = 0
    due: int = 0
    left_out: int = 0
    shown_twice: int = 0
    posted: int = 0
    skipped: int = 0
    twice: int = 0
    lost: int = 0
    never_due: int = 0

    def add(self, other: Figures) -> None:
        """Add up."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Ledger:
    """What the store remembers: the newest moment dealt with. The rest is for the count at the end."""

    last: datetime
    posted: Counter[datetime] = field(default_factory=Counter)
    skipped: Counter[datetime] = field(default_factory=Counter)
    wrongly: set[datetime] = field(default_factory=set)


@cache
def offsets(zone: str, since: datetime, until: datetime) -> list[tuple[datetime, timedelta]]:
    """Return from which naive UTC on which offset holds, by bisecting to the second wherever it differs."""
    with files("tzdata.zoneinfo").joinpath(*zone.split("/")).open("rb") as file:
        read = tz.tzfile(file)

    def offset(moment: datetime) -> timedelta:
        return moment.replace(tzinfo=tz.UTC).astimezone(read).replace(tzinfo=None) - moment

    found = [(since, offset(since))]
    moment, step, second = since, timedelta(hours=6), timedelta(seconds=1)
    while moment < until:
        if offset(moment + step) != found[-1][1]:
            early, late = moment, moment + step
            while late - early > second:
                middle = early + (late - early) // 2 // second * second
                early, late = (middle, late) if offset(middle) == found[-1][1] else (early, middle)
            found.append((late, offset(late)))
        moment += step
    return found


def recurrence(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    """Return the wall times of a schedule, naive."""
    days, at = schedule.days, schedule.at
    if days.month_day:
        # Of the days up to the wanted one that a month has, the last.
        rule = {"freq": rrule.MONTHLY, "bymonthday": range(min(days.month_day, 28), days.month_day + 1), "bysetpos": -1}
    else:
        rule = {"freq": rrule.WEEKLY, "byweekday": sorted(days.week)}
    return iter(rrule.rrule(dtstart=since, until=until, byhour=at.hour, byminute=at.minute, bysecond=0, **rule))


def expected(schedule: Schedule, since: datetime, until: datetime) -> Due:
    """Return what is due in (since, until]."""
    start, end = (moment.astimezone(UTC).replace(tzinfo=None) for moment in (since, until))
    margin = timedelta(days=4)
    changes = offsets(schedule.zone, (start - margin).replace(hour=0, minute=0, second=0, microsecond=0), end + margin)
    ends = [begun for begun, _ in changes[1:]] + [end + 2 * margin]
    moments: list[datetime] = []
    index = left_out = twice = 0
    for wall in recurrence(schedule, (start - margin / 2).replace(hour=0, minute=0), end + margin / 2):
        while (moment := max(changes[index][0], wall - changes[index][1])) >= ends[index]:
            index += 1
        if start < moment <= end and [moment] != moments[-1:]:
            moments.append(moment)
            left_out += moment + changes[index][1] != wall
            twice += any(begun <= wall - offset for begun, offset in changes[index + 1 : index + 2])
    return Due([moment.replace(tzinfo=UTC) for moment in moments], left_out, twice)


def made_up(rng: random.Random) -> Schedule:
    """Return any schedule; half of them are in the hours in which clocks change."""
    zone = rng.choice(CHANGING if rng.random() < 0.6 else everywhere())
    hour = rng.randrange(4) if rng.random() < 0.5 else rng.randrange(24)
    some = Days(frozenset(rng.sample(range(7), rng.randint(1, 6))))
    days = rng.choice((DAILY, DAILY, WEEKDAYS, some, Days(month_day=rng.randint(1, 31)), Days(month_day=31)))
    return Schedule(zone, time(hour, rng.choice((0, 0, 15, 30, rng.randrange(60)))), days)


@cache
def everywhere() -> list[str]:
    """Return all places that tzdata lists."""
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    return sorted(line.split("\t")[2] for line in lines if not line.startswith("#"))


def walk(schedule: Schedule, policy: CatchUp, since: datetime, until: datetime, rng: random.Random) -> Figures:
    """Let the bot tick from `since` to `until`, and compare."""
    # So far ahead may the clock be wrong.
    due = expected(schedule, since, until + timedelta(days=30))
    window = timedelta(hours=rng.choice((1, 24, 24 * 7, 24 * 60)))
    ledger = Ledger(since)
    true, error, latest, ticks = since, timedelta(), since, 0
    while true < until:
        now = true + error
        latest = max(latest, now)
        ticks += 1
        made = plan(schedule, ledger.last, now, policy, window)
        check(made, policy, now, window, ledger)
        deal(made, ledger, rng)
        true += gap(now, due.moments, rng)
        if rng.random() < 0.005:
            error = timedelta(minutes=rng.choice((0, 0, 0, rng.uniform(-90, 90), rng.uniform(-3000, 3000))))
    deal(plan(schedule, ledger.last, latest, policy, window), ledger, None)
    return count(ledger, due, latest, ticks)


def gap(now: datetime, due: list[datetime], rng: random.Random) -> timedelta:
    """Return the time to the next tick: mostly hardly anything is due, and the walk goes on to where it gets close."""
    kind = rng.random()
    if kind < 0.02:
        return timedelta(minutes=rng.choice((rng.uniform(1, 60), rng.uniform(60, 3000), rng.uniform(3000, 60000))))
    index = bisect_right(due, now)
    if kind < 0.8 or index == len(due):
        return timedelta(seconds=rng.uniform(1, 90))
    edge = rng.choice((timedelta(), timedelta(), GRACE))
    near = timedelta(microseconds=rng.choice((-1, 0, 1, rng.randint(-90_000_000, 90_000_000))))
    return max(due[index] + edge + near - now, timedelta(microseconds=1))


def check(made: Plan, policy: CatchUp, now: datetime, window: timedelta, ledger: Ledger) -> None:
    """Note what was decided against the policy: posted too late, or skipped though it was not."""
    limit = GRACE if policy is CatchUp.SKIP else max(GRACE, window)
    most = 1 if policy is CatchUp.LATEST else MOST
    crowded = len(made.post) == most and min(made.post) > max(made.skipped, default=since_ever())
    ledger.wrongly |= {moment for moment in made.post if now - moment > limit or moment > now}
    ledger.wrongly |= {moment for moment in made.skipped if now - moment <= limit and not crowded}
    ledger.wrongly |= set(made.post[most:])


def since_ever() -> datetime:
    """Return a moment before all others."""
    return datetime.min.replace(tzinfo=UTC)


def deal(made: Plan, ledger: Ledger, rng: random.Random | None) -> None:
    """Do as planned, one moment after the other; now and then the bot stops in between."""
    for moments, done in ((made.skipped, ledger.skipped), (made.post, ledger.posted)):
        for moment in moments:
            if rng and rng.random() < 0.03:
                return
            done[moment] += 1
            ledger.last = moment


def count(ledger: Ledger, due: Due, latest: datetime, ticks: int) -> Figures:
    """Compare what was done with what was due."""
    done = ledger.posted + ledger.skipped
    wanted = due.moments[: bisect_right(due.moments, latest)]
    return Figures(
        ticks=ticks,
        due=len(wanted),
        left_out=due.left_out,
        shown_twice=due.twice,
        posted=sum(ledger.posted[moment] == done[moment] == 1 for moment in wanted),
        skipped=sum(ledger.skipped[moment] == done[moment] == 1 for moment in wanted),
        twice=sum(times > 1 for times in done.values()),
        lost=sum(not done[moment] for moment in wanted) + len(ledger.wrongly),
        never_due=len(done.keys() - set(wanted)),
    )


def simulate(schedules: int, years: int, since: int = SINCE, seed: int = 1, *, quiet: bool = False) -> Figures:
    """Walk all schedules. The same seed gives the same walk."""
    total = Figures()
    start, end = datetime(since, 1, 1, tzinfo=UTC), datetime(since + years, 1, 1, tzinfo=UTC)
    for number in tqdm(range(schedules), unit="schedule", disable=quiet):
        rng = random.Random(f"{seed} {number}")  # noqa: S311 - made-up schedules are no secret
        policy = list(CatchUp)[number % len(CatchUp)]
        total.add(walk(made_up(rng), policy, start, end, rng))
    return total


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Walk through years of digests, and count what is posted.")
    parser.add_argument("--schedules", type=int, default=500)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--since", type=int, default=SINCE, metavar="YEAR")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    figures = simulate(args.schedules, args.years, args.since, args.seed)
    sys.stdout.write(
        f"schedules {args.schedules:,}, {args.since} to {args.since + args.years}, seed {args.seed}; "
        f"{figures.ticks:,} ticks\n"
        f"moments due          {figures.due:>12,}\n"
        f"  at a time left out {figures.left_out:>12,}\n"
        f"  at a time shown twice {figures.shown_twice:>9,}\n"
        f"posted once          {figures.posted:>12,}\n"
        f"skipped once as late {figures.skipped:>12,}\n"
        f"twice                {figures.twice:>12,}\n"
        f"lost                 {figures.lost:>12,}\n"
        f"never due            {figures.never_due:>12,}\n"
    )
    return 1 if figures.twice or figures.lost or figures.never_due else 0


if __name__ == "__main__":
    sys.exit(main())
