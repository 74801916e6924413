"""What can be compared with what: figures sorted into panels, each with an axis of its own, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model import Basis, Stat
from bot.render.words import BASIS, NOT_STATED

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Panel:
    """Figures that can share an axis: the same measure in the same unit, all projections or none."""

    measure: str
    unit: str
    projected: bool
    stats: tuple[Stat, ...]

    @property
    def caption(self) -> str:
        """What the panel counts, in raw words."""
        counted = self.measure if self.unit in self.measure else f"{self.measure}, in {self.unit}"
        return f"{counted} (projected)" if self.projected else counted


def panels(stats: Iterable[Stat]) -> list[Panel]:
    """Sort figures into panels, both in the order in which they come."""
    groups: dict[tuple[str, str, bool], list[Stat]] = {}
    for stat in stats:
        groups.setdefault((stat.measure, stat.unit, stat.basis is Basis.PROJECTION), []).append(stat)
    return [Panel(*key, tuple(group)) for key, group in groups.items()]


def reasons(stats: Sequence[Stat]) -> list[str]:
    """Return in raw sentences why figures are kept apart, and what else sets them apart that a bar hides."""
    if len(stats) == 1:
        return ["This is the only figure, so there is nothing to compare it with."]
    said: list[str] = []
    if len({stat.measure for stat in stats}) > 1:
        said.append("They count different things, so each has an axis of its own.")
    units = _named(stat.unit for stat in stats)
    if len(units) > 1:
        said.append(f"The units differ ({_listed(units)}), so each has an axis of its own.")
    if len({stat.basis is Basis.PROJECTION for stat in stats}) > 1:
        said.append("A projection is not put on one axis with figures for what has already happened.")
    return said + _differences(stats)


def _differences(stats: Sequence[Stat]) -> list[str]:
    """Return what sets figures apart that may stand on one axis."""
    said: list[str] = []
    bases = _named(BASIS[stat.basis] or NOT_STATED for stat in stats if stat.basis is not Basis.PROJECTION)
    if len(bases) > 1:
        stated = [basis for basis in bases if basis != NOT_STATED]
        if stated == bases:
            said.append(f"They did not come about in the same way ({_listed(bases)}).")
        else:
            said.append(f"How they came about is stated for some of them only ({_listed(stated)}).")
    counters = _named(stat.counted_by or NOT_STATED for stat in stats)
    if counters == [NOT_STATED]:
        said.append("Who counted is not stated for any of them.")
    elif len(counters) > 1:
        said.append(f"Not all have the same counter ({_listed(counters)}).")
    dates = _named(stat.as_of or NOT_STATED for stat in stats)
    if dates == [NOT_STATED]:
        said.append("The date that a figure is for is not stated for any of them.")
    elif len(dates) > 1:
        said.append(f"They are not all for the same date ({_listed(dates)}).")
    if len({stat.approximate for stat in stats}) > 1:
        said.append("Some are “about” so many, others are exact.")
    return said


def _named(names: Iterable[str]) -> list[str]:
    """Return each name once, in order."""
    return list(dict.fromkeys(names))


def _listed(names: Sequence[str]) -> str:
    """Return names in a row, the first few of many."""
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; and {more:,} more" if more > 0 else "")
