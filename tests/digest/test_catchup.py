"""What was due while the bot was away is posted or skipped, each moment once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from counting import counted
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.catchup import GRACE, MOST, REACH, CatchUp, Plan, plan
from bot.digest.schedule import DAILY, Days, Schedule, due_between
from bot.errors import UserError

MORNING = Schedule("UTC", time(9), DAILY)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)

schedules = st.builds(
    Schedule,
    st.sampled_from(["UTC", "America/Chicago", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from([DAILY, Days(frozenset({0, 3})), Days(month_day=31)]),
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
policies = st.sampled_from(CatchUp)
windows = st.timedeltas(timedelta(0), timedelta(days=60))


def day(number: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment in March 2026."""
    return datetime(2026, 3, number, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("policy", CatchUp)
@pytest.mark.parametrize("late", [timedelta(0), SECOND, GRACE])
def test_on_time(policy: CatchUp, late: timedelta) -> None:
    """Within five minutes nothing is late, even where the window is none."""
    made = plan(MORNING, day(1), day(2) + late, policy, timedelta(0))

    assert made == Plan(post=(day(2),))
    assert made.last == day(2)


@pytest.mark.parametrize("policy", CatchUp)
def test_nothing_due(policy: CatchUp) -> None:
    """Between two moments there is nothing to do, and what has been dealt with does not come again."""
    made = plan(MORNING, day(2), day(3) - SECOND, policy, WEEK)

    assert made == Plan()
    assert made.last is None


@pytest.mark.parametrize(
    ("policy", "post", "skipped"),
    [
        (CatchUp.SKIP, [], [2, 3, 4, 5]),
        (CatchUp.LATEST, [5], [2, 3, 4]),
        (CatchUp.ALL, [3, 4, 5], [2]),
    ],
)
def test_policies(policy: CatchUp, post: list[int], skipped: list[int]) -> None:
    """After four missed moments: none, the newest, or all that the window still holds, oldest first."""
    made = plan(MORNING, day(1), day(5, 10), policy, timedelta(days=2, hours=1))

    assert made == Plan(tuple(map(day, post)), tuple(map(day, skipped)))
    assert made.last == day(5)


@pytest.mark.parametrize("policy", [CatchUp.LATEST, CatchUp.ALL])
def test_the_window_ends(policy: CatchUp) -> None:
    """A moment is posted as late as the window is long, and not a second later."""
    window = timedelta(hours=2)

    assert plan(MORNING, day(1), day(2) + window, policy, window).post == (day(2),)
    assert plan(MORNING, day(1), day(2) + window + SECOND, policy, window) == Plan(skipped=(day(2),))


def test_a_late_and_a_punctual_one() -> None:
    """Skipping what is late does not skip what is due now."""
    made = plan(MORNING, day(1), day(3, 9, 4), CatchUp.SKIP, WEEK)

    assert made == Plan(post=(day(3),), skipped=(day(2),))


def test_no_flood() -> None:
    """However long the window, no more than a month of a daily digest comes at once: the newest."""
    made = plan(MORNING, day(1), day(1) + timedelta(days=40), CatchUp.ALL, timedelta.max)

    assert len(made.post) == MOST
    assert made.post[-1] == day(1) + timedelta(days=40)
    assert made.skipped == tuple(day(1) + timedelta(days=i) for i in range(1, 10))


@pytest.mark.parametrize("policy", CatchUp)
def test_a_clock_put_back(policy: CatchUp) -> None:
    """What was posted by a clock that ran ahead is not posted again once it is right."""
    assert plan(MORNING, day(20), day(5), policy, WEEK) == Plan()


@pytest.mark.parametrize("policy", CatchUp)
def test_years_away(policy: CatchUp) -> None:
    """After millennia, moments are listed for a year, and the rest is known by where it begins."""
    now = datetime(9000, 1, 1, 10, tzinfo=UTC)

    made = plan(MORNING, day(1), now, policy, WEEK)

    assert len(made.post) + len(made.skipped) == REACH.days
    assert made.older == day(2)
    assert made.last == datetime(9000, 1, 1, 9, tzinfo=UTC)


def test_years_away_cost_no_more_than_two() -> None:
    """However long the bot was away, the work is that of one year."""
    with counted() as two:
        plan(MORNING, day(1), datetime(2028, 1, 1, 10, tzinfo=UTC), CatchUp.ALL, WEEK)
    with counted() as thousands:
        plan(MORNING, day(1), datetime(9000, 1, 1, 10, tzinfo=UTC), CatchUp.ALL, WEEK)

    assert two.count > REACH.days
    assert thousands.count < 1.1 * two.count


def test_the_reach_ends() -> None:
    """The oldest moment is listed, or is the one that the rest begins with; never both, never neither."""
    listed = plan(MORNING, day(1), day(2) + REACH - SECOND, CatchUp.SKIP, WEEK)
    older = plan(MORNING, day(1), day(2) + REACH, CatchUp.SKIP, WEEK)

    assert (listed.skipped[0], listed.older) == (day(2), None)
    assert (older.skipped[0], older.older) == (day(3), day(2))


@given(schedules, moments, st.timedeltas(timedelta(0), REACH), policies, windows)
def test_everything_due_is_in_one_place(
    schedule: Schedule, last: datetime, away: timedelta, policy: CatchUp, window: timedelta
) -> None:
    """Skipped and then posted moments are together all that was due, in order."""
    made = plan(schedule, last, last + away, policy, window)

    assert [*made.skipped, *made.post] == list(due_between(schedule, last, last + away))
    assert made.older is None
    assert len(made.post) <= MOST


@given(schedules, moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), max_size=20), policies, windows)
def test_ticks_add_up(
    schedule: Schedule, start: datetime, gaps: list[timedelta], policy: CatchUp, window: timedelta
) -> None:
    """Whatever the gaps between ticks, each moment is dealt with once."""
    last = now = start
    dealt: list[datetime] = []

    for gap in gaps:
        now += gap
        made = plan(schedule, last, now, policy, window)
        dealt += [*made.skipped, *made.post]
        last = made.last or last

    assert dealt == list(due_between(schedule, start, now))


def test_an_unknown_zone() -> None:
    """It is said in a sentence."""
    with pytest.raises(UserError, match="There is no time zone"):
        plan(Schedule("Mars/Olympus", time(9), DAILY), day(1), day(2), CatchUp.ALL, WEEK)
