"""What would come of a file: each of its lines with what comes of it, and what there is to do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.carry.records import Record, RevisionRecord
from bot.carry.state import State
from bot.ingest.pack import PackEntry
from bot.model import A_FILE

AS_A_FILE_SAYS = (
    "Who did what, and when, is only what the file says. The history shows it so, and it is nobody’s deed here."
)


class Outcome(StrEnum):
    """What comes of a line."""

    ADDED = "added"
    CHANGED = "changed"
    LEFT = "left as it is"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Item:
    """A line with what comes of it; `why` is the reason, or what to know of it."""

    line: int
    type: str
    what: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: a record as the store will have it, in place of `old` or new. An entry has its content.

    What is hidden is shown again, and a name taken away, where it is to be `gone`.
    """

    record: Record
    old: Record | None = None
    content: PackEntry | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of a file; `state` is the store with it, and `word` what its items are numbered as."""

    state: State
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    word: str = "line"

    @property
    def digest(self) -> str:
        """Return what two plans that say the same have in common."""
        return hashlib.sha256(repr(self.items).encode()).hexdigest()

    @property
    def remark(self) -> str:
        """Return in a sentence what the file says that nobody here can vouch for, or ""."""
        told = any(isinstance(step.record, RevisionRecord) and step.record.actor == A_FILE for step in self.steps)
        return AS_A_FILE_SAYS if told else ""

    def count(self, outcome: Outcome, *types: str) -> int:
        """Return how many lines come to this, of some types or of all."""
        return sum(item.outcome is outcome and (not types or item.type in types) for item in self.items)
