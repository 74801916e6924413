"""Which entries come next: whoever has more comes up more often, but evenly, and never alone while others wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random


def choose(
    waiting: Mapping[int, Sequence[int]], carried: Mapping[int, int], slots: int, rng: Random
) -> tuple[int, ...]:
    """Return up to `slots` entries of those that wait in this round, by group in the order in which they are taken.

    `carried` counts what the groups have had in this round. The next place goes to the group that is furthest behind
    its share, which is its part of all that the round holds (the largest remainder; by chance between equals). But
    a group has at most its even part of one edition, rounded up, for as long as another has anything left.
    """
    left = {group: list(reversed(entries)) for group, entries in waiting.items() if entries}
    groups = list(left)
    rng.shuffle(groups)
    had = Counter(carried)
    holds = had + Counter({group: len(entries) for group, entries in left.items()})
    total, place = holds.total(), had.total()
    most = -(-slots // max(1, len(left)))
    here: Counter[int] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < slots:
        allowed = [group for group in groups if group in left and here[group] < most]
        if not allowed:
            most += 1
            continue
        place += 1
        group = max(allowed, key=lambda group: place * holds[group] - total * had[group])
        chosen.append(left[group].pop())
        had[group] += 1
        here[group] += 1
        if not left[group]:
            del left[group]
    return tuple(chosen)
