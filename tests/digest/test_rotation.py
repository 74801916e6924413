"""A round carries everything once, and no edition is all one group's while another waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.rotation import choose

sizes = st.one_of(
    st.lists(st.integers(1, 12), min_size=1, max_size=12),
    st.tuples(st.integers(50, 300), st.integers(1, 20)).map(lambda pair: [pair[0], *[1] * pair[1]]),
    st.lists(st.integers(1, 60), min_size=2, max_size=4),
)
slots = st.integers(1, 5)
seeds = st.integers(0, 9)


@dataclass
class Round:
    """A round as a digest goes through it: what waits and what was carried, by group."""

    waiting: dict[int, list[int]]
    carried: Counter[int] = field(default_factory=Counter)
    group_of: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, sizes: list[int]) -> Round:
        """Begin a round of groups of these sizes."""
        begun = cls({})
        for group, size in enumerate(sizes):
            begun.add(group, size)
        return begun

    def add(self, group: int, number: int) -> None:
        """Add new entries to a group."""
        for _ in range(number):
            entry_id = len(self.group_of) + 1
            self.group_of[entry_id] = group
            self.waiting.setdefault(group, []).append(entry_id)

    def next(self, slots: int, seed: object) -> tuple[int, ...]:
        """Compose an edition."""
        chosen = choose(self.waiting, self.carried, slots, Random(f"{seed}"))  # noqa: S311 - nothing here is secret
        for entry_id in chosen:
            self.waiting[self.group_of[entry_id]].remove(entry_id)
            self.carried[self.group_of[entry_id]] += 1
        return chosen

    def editions(self, slots: int, seed: object) -> Iterator[tuple[int, ...]]:
        """Compose editions until nothing waits."""
        number = 0
        while any(self.waiting.values()):
            number += 1
            yield self.next(slots, f"{seed} {number}")


@given(sizes, slots, seeds)
def test_a_round_carries_each_entry_once(sizes: list[int], slots: int, seed: int) -> None:
    """Nothing repeats, nothing is left out, and only the last edition is not full."""
    round_ = Round.of(sizes)

    editions = list(round_.editions(slots, seed))

    carried = [entry_id for edition in editions for entry_id in edition]
    assert sorted(carried) == sorted(round_.group_of)
    assert all(len(edition) == slots for edition in editions[:-1])


@given(sizes, slots, seeds)
def test_no_edition_is_filled_by_one_while_others_wait(sizes: list[int], slots: int, seed: int) -> None:
    """A group has at most its even part of an edition, rounded up, unless there is nothing else to carry."""
    round_ = Round.of(sizes)

    while any(round_.waiting.values()):
        before = {group: len(entries) for group, entries in round_.waiting.items() if entries}
        edition = round_.next(slots, seed)

        most = -(-slots // len(before))
        here = Counter(round_.group_of[entry_id] for entry_id in edition)
        others = [group for group in before if round_.waiting[group]]
        for number in here.values():
            if number > most:
                # All that has anything left has had as much, but for the last one.
                assert all(here[other] >= number - 1 for other in others)


@settings(deadline=None)
@given(sizes, slots, seeds)
def test_the_largest_never_has_more_than_its_share(sizes: list[int], slots: int, seed: int) -> None:
    """From the start of a round to any edition, whoever has most had at most that part of it, rounded up, and one."""
    round_ = Round.of(sizes)
    largest = max(range(len(sizes)), key=lambda group: sizes[group])

    for _ in round_.editions(slots, seed):
        so_far = round_.carried.total()
        assert round_.carried[largest] <= -(-so_far * sizes[largest] // sum(sizes)) + 1


@settings(deadline=None)
@given(sizes, seeds)
def test_one_at_a_time_nobody_has_more_than_their_share(sizes: list[int], seed: int) -> None:
    """With one place in an edition, every group has at most its part of all so far, rounded up."""
    round_ = Round.of(sizes)

    for _ in round_.editions(1, seed):
        so_far = round_.carried.total()
        for group, size in enumerate(sizes):
            assert round_.carried[group] <= -(-so_far * size // sum(sizes))


@settings(deadline=None)
@given(sizes, slots, seeds)
def test_nobody_has_more_than_their_share_where_nobody_has_too_much(sizes: list[int], slots: int, seed: int) -> None:
    """Where no group has more than its even part, rounded up, of the places, all of them keep to their shares."""
    round_ = Round.of(sizes)
    fits = max(sizes) * slots <= -(-slots // len(sizes)) * sum(sizes)

    for _ in round_.editions(slots, seed):
        so_far = round_.carried.total()
        for group, size in enumerate(sizes):
            assert not fits or round_.carried[group] <= -(-so_far * size // sum(sizes)) + 1


@given(
    sizes,
    seeds,
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), slots), min_size=1, max_size=30),
)
def test_entries_come_and_go_between_editions(
    sizes: list[int], seed: int, changes: list[tuple[int, int, int, int]]
) -> None:
    """What is added joins the round, what is removed is not carried, and nothing is carried twice."""
    round_ = Round.of(sizes)
    carried: list[int] = []
    removed: set[int] = set()

    for number, (group, added, taken, slots) in enumerate(changes):
        round_.add(group, added)
        gone = [entry_id for entries in round_.waiting.values() for entry_id in entries][:taken]
        removed.update(gone)
        round_.waiting = {
            group: [entry_id for entry_id in entries if entry_id not in gone]
            for group, entries in round_.waiting.items()
        }
        carried += round_.next(slots, f"{seed} {number}")
    for edition in round_.editions(5, seed):
        carried += edition

    assert len(carried) == len(set(carried))
    assert set(carried) == set(round_.group_of) - removed


@pytest.mark.parametrize("slots", [2, 3, 5])
def test_one_who_has_nearly_everything(slots: int) -> None:
    """Of one with a thousand entries and twenty with one each, the twenty come with him, and not after him."""
    round_ = Round.of([1000, *[1] * 20])

    editions = list(round_.editions(slots, "seed"))

    mixed = [len({round_.group_of[entry_id] for entry_id in edition}) for edition in editions]
    assert mixed[: 20 // slots] == [slots] * (20 // slots)
    waiting_alone = [number for number, groups in enumerate(mixed) if groups == 1]
    assert waiting_alone == list(range(len(mixed) - len(waiting_alone), len(mixed)))


def test_half_of_everything_is_in_every_edition() -> None:
    """Who has half of the entries has half of each edition, to the end of the round."""
    round_ = Round.of([10, 5, 3, 2])

    editions = list(round_.editions(2, "seed"))

    assert len(editions) == 10
    assert all(sum(round_.group_of[entry_id] == 0 for entry_id in edition) == 1 for edition in editions)


def test_the_order_is_the_edition_s_own() -> None:
    """The same seed gives the same choice, another one another."""
    waiting = {group: [group] for group in range(1, 30)}

    first, again, other = (choose(waiting, {}, 5, Random(seed)) for seed in ("1 1", "1 1", "1 2"))  # noqa: S311 - as above

    assert first == again != other
