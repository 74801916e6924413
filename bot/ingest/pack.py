"""A pack: one source with its subjects and entries, as a TOML file that a person can read and edit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.model import Basis, Fact, Kind, Status, SubjectKind


@dataclass(frozen=True, slots=True)
class PackSubject:
    """A subject by its `key`, which every pack that speaks of the same subject shares."""

    key: str
    kind: SubjectKind
    name: str
    description: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackStat:
    """The part of an entry that only a stat has; `measure` and `counted_by` are subject keys, or ""."""

    measure: str
    value: Decimal
    unit: str
    approximate: bool
    basis: Basis
    out_of: Decimal | None
    out_of_unit: str
    out_of_approximate: bool
    as_of: str
    counted_by: str


@dataclass(frozen=True, slots=True)
class PackQuote:
    """The part of an entry that only a quote has; `speaker` is a subject key."""

    parts: tuple[str, ...]
    speaker: str
    role: str
    said_where: str
    said_when: str


@dataclass(frozen=True, slots=True)
class PackEvent:
    """The part of an entry that only an event has."""

    title: str
    date: str
    date_printed: str
    date_inferred: str


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One entry by its `key`, unique in its pack and kept for good: the store's id hangs on it.

    A pack always has the `passage`; what a server adds may have none.
    """

    key: str
    kind: Kind
    subjects: tuple[str, ...]
    statement: str
    note: str
    status: Status
    status_reason: str
    passage: tuple[int, int] | None
    detail: PackStat | PackQuote | PackEvent


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read.

    `digest` is the SHA-256 of the file: a pack with the same digest need not be built again. `asides` are
    passages in quotation marks that are nobody's words.
    """

    key: str
    label: str
    sha256: str
    length: int
    facts: tuple[Fact, ...]
    subjects: tuple[PackSubject, ...]
    entries: tuple[PackEntry, ...]
    asides: tuple[tuple[int, int], ...]
    digest: str
