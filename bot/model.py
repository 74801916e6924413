"""The values that everything speaks of. No I/O, and nothing here knows of Discord or SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

SHARED = 0
"""The `guild_id` of what comes from a pack and is seen in every server. No snowflake is 0."""

OPERATOR = 1
"""Who did it, in the history, where the operator brought a file in. No snowflake is 1 either."""

A_FILE = 2
"""Who did it, in the history, where only a moderator's file says so: nobody's id. No snowflake is 2 either."""

THE_BOT = 3
"""Who did it, in the history, where the bot has found that a proof does not hold. No snowflake is 3 either."""

_FIRST, _LAST = -62_135_424_000, 253_402_128_000
"""The third day of the year 1 and the last but one of the year 9999, in Unix seconds."""


def moment(stored: int) -> datetime:
    """Return a stored moment in UTC; one outside the calendar is the first or last that has a date in every zone."""
    return datetime.fromtimestamp(min(max(stored, _FIRST), _LAST), UTC)


class Kind(StrEnum):
    """What an entry is."""

    STAT = "stat"
    QUOTE = "quote"
    EVENT = "event"


class Status(StrEnum):
    """How far an entry can be trusted; shown on every card where it is not `verified`."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    DISPUTED = "disputed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


class SubjectKind(StrEnum):
    """What an entry can be about. A measure is what a stat counts, and can be asked for like the rest."""

    PERSON = "person"
    PLACE = "place"
    ORGANIZATION = "organization"
    TOPIC = "topic"
    MEASURE = "measure"


class Basis(StrEnum):
    """How a figure came about. A projection is not put on one axis with the rest."""

    COUNT = "count"
    ESTIMATE = "estimate"
    PROJECTION = "projection"
    NOT_STATED = "not stated"


class Known(StrEnum):
    """How a fact about a source is known."""

    STATED = "stated"
    INFERRED = "inferred"
    NOT_STATED = "not stated"


class Command(StrEnum):
    """The questions that can be asked, named as people type them."""

    STATS = "stats"
    QUOTE = "quote"
    SEARCH = "search"
    PROFILE = "profile"
    COMPARE = "compare"
    TIMELINE = "timeline"
    SOURCES = "sources"
    SHOW = "show"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, place, organization, topic or measure; `name` has at most 100 characters."""

    id: int
    kind: SubjectKind
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One of a source's particulars. `value` is "" when it is not stated; `reason` says how that is known."""

    field: str
    value: str
    known: Known
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """An article. `label` is our own short name for it, not its title; `sha256` is of its text in UTF-8.

    `text_from_file` says that its text, length and hash are only what a moderator's file said.
    """

    id: int
    label: str
    sha256: str
    length: int
    has_text: bool
    facts: tuple[Fact, ...] = ()
    entries: int = 0
    text_from_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a source says, mainly about `subject`.

    `sha256` is "" where only a moderator's file says what the text's hash is.
    `passage` is [start, end) in characters of the source's text. `added_by` is None for what a pack or the
    operator brought, and 0 for somebody whose data was erased. `corrects` is the shared entry whose place it takes in
    its server.
    """

    id: int
    subject: str
    source_id: int
    source: str
    sha256: str
    status: Status
    status_reason: str
    statement: str
    note: str
    passage: tuple[int, int] | None
    guild_id: int
    added_by: int | None
    added_at: datetime
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat(Entry):
    """A figure. `as_of` and `counted_by` are "" where the source does not say."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Entry):
    """Words as printed. Where the source breaks a quotation to name its speaker, `parts` has more than one."""

    parts: tuple[str, ...]
    speaker: str
    role: str
    said_where: str
    said_when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """Something dated. `date` is "2018", "2024-11" or "2024-11-05" (its length is its precision), or "".

    `date_printed` is the source's own wording for it; `date_inferred` says why we read it as we do, or "".
    """

    title: str
    date: str
    date_printed: str
    date_inferred: str

    @property
    def uncertain(self) -> bool:
        """Whether the date is inferred, coarser than a day, or missing."""
        return bool(self.date_inferred) or len(self.date) < len("2024-11-05")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a question is asked: the server (0 in a direct message) decides what is seen."""

    guild_id: int
    channel_id: int


class Access(StrEnum):
    """Who may do something: anybody, also in private; anybody in a server; its moderators; its managers."""

    ANYBODY = "anybody"
    MEMBER = "member"
    MODERATOR = "moderator"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a server at the moment of a click: `manages` is the permission Manage Server there and then."""

    guild_id: int
    user_id: int
    manages: bool
    roles: frozenset[int]


class Suggesting(StrEnum):
    """Who may suggest entries."""

    EVERYONE = "everyone"
    MODERATORS = "moderators"
    NOBODY = "nobody"


class Language(StrEnum):
    """How dates are written: as "November 5, 2024" or as "5 November 2024". The words are English in either."""

    AMERICAN = "en-US"
    BRITISH = "en-GB"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server has chosen. `prefix` "" is the operator's; `review_channel` 0 is none.

    `private_channels` are those in which answers are seen by their asker alone; `zone` is an IANA name.
    """

    moderator_roles: tuple[int, ...] = ()
    review_channel: int = 0
    suggesting: Suggesting = Suggesting.EVERYONE
    private_channels: tuple[int, ...] = ()
    prefix: str = ""
    zone: str = "UTC"
    language: Language = Language.BRITISH


@dataclass(frozen=True, slots=True)
class Ask:
    """One question, from whichever surface: typed text in `about`, `who` and `text`, or ids once understood."""

    command: Command
    about: str = ""
    who: str = ""
    text: str = ""
    subject_id: int = 0
    speaker_id: int = 0
    source_id: int = 0
    entry_id: int = 0
    kind: Kind | None = None
    page: int = 0

    def at(self, page: int) -> Ask:
        """Return the same question for another page, counted from 0."""
        return replace(self, page=page)


APPROVED, APPROVED_EDITED = "approved", "approved with changes"
"""What the history of an entry begins with that a member suggested: by their words, or by a moderator's."""

IMPORTED = "imported"
"""What the history calls a change by a file."""

EDITED = frozenset({APPROVED_EDITED, "edited", IMPORTED})
"""What the history calls a change of what an entry says, if not its very first line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a lookup returns. A miss is an answer without entries, perhaps with `near` ones to offer.

    `ask` is the question as understood (ids in place of names), so that its pages can be asked for again.
    `others` are the further subjects that the same name means. `total` counts at most `COUNT_LIMIT`.
    `excerpts` belongs to a search: one per entry, hits between U+0002 and U+0003. `deeds` belongs to one entry that is
    shown: what was done to it, as the history calls it, oldest first.
    """

    ask: Ask
    subject: Subject | None = None
    speaker: Subject | None = None
    entries: tuple[Entry, ...] = ()
    total: int = 0
    others: tuple[Subject, ...] = ()
    near: tuple[Subject, ...] = ()
    sources: tuple[Source, ...] = ()
    excerpts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()


COUNT_LIMIT = 1000
"""Counting stops here, so that an answer costs the same however much there is; shown as "1,000+"."""
