"""What was tried and what people were told of it, to be held against what is in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

Key: TypeAlias = tuple[str, int, str]
"""A change: what was done, in which server, and to what: a mark that stands nowhere else, or an id and a person."""


class Broken(Exception):  # noqa: N818 - it is the result, not an error
    """Something is not as it has to be."""


@dataclass
class Ledger:
    """The changes that people were told of, and those of which nobody knows what became of them.

    `rows` are how many entries each import brings. `outcome` says of the changes that were open when the bot was
    killed how many were there afterwards and how many were not; `begun` counts all that were tried.
    """

    told: Counter[Key] = field(default_factory=Counter)
    open: Counter[Key] = field(default_factory=Counter)
    rows: dict[str, int] = field(default_factory=dict)
    acknowledged: Counter[str] = field(default_factory=Counter)
    outcome: Counter[tuple[str, bool]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    begun: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def mark(self, prefix: str = "mk") -> str:
        """Return a word that stands nowhere yet."""
        return f"{prefix}{next(self._numbers):06d}"

    @contextmanager
    def trying(self, key: Key) -> Generator[Attempt]:
        """Note that somebody is about to make a change; what the block does not tell stays open."""
        self.open[key] += 1
        self.begun += 1
        yield Attempt(self, key)

    def compare(self, found: Counter[Key]) -> None:
        """Raise Broken unless all that was told is in the store, and nothing but that and what is open, each once.

        What is open is then known: from now on it is there, or it is not.
        """
        for key in self.told.keys() | self.open.keys() | found.keys():
            told, might, there = self.told[key], self.told[key] + self.open[key], found[key]
            if there < told:
                raise Broken(f"acknowledged and lost: {key}, told {told} times, found {there}")
            if there > might:
                raise Broken(f"there without having been made: {key}, found {there} times, tried {might}")
            if there > 1 and " " not in key[2]:
                raise Broken(f"there {there} times: {key}")
        for key, many in self.open.items():
            there = found[key] - self.told[key]
            self.outcome[key[0], True] += there
            self.outcome[key[0], False] += many - there
        self.told = Counter(found)
        self.open.clear()


@dataclass
class Attempt:
    """A change that somebody is making."""

    ledger: Ledger
    key: Key
    known: bool = False

    def told(self) -> None:
        """Note that the person was told that it is done."""
        if not self.known:
            self.known = True
            self._close()
            self.ledger.told[self.key] += 1
            self.ledger.acknowledged[self.key[0]] += 1

    def refused(self, why: str) -> None:
        """Note that the person was told that it is not done, or that it was never sent."""
        if not self.known:
            self.known = True
            self._close()
            self.ledger.refused[why] += 1

    def _close(self) -> None:
        self.ledger.open[self.key] -= 1
        if not self.ledger.open[self.key]:
            del self.ledger.open[self.key]
