"""What a file of carried data holds, one value for each of its lines.

What a record belongs to stands in its references. "shared:KEY" is what a pack brought, "server:KEY" what the
record's own server added; so a file means the same in a store that numbers things differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType, TypeAlias

from bot.model import SHARED

FORMAT = 1
"""The version of the file that this code writes, and the newest that it reads."""

Snowflake = NewType("Snowflake", int)
"""A Discord id. Written as text, as Discord does: programs that read numbers as floats would round it."""

Moment = NewType("Moment", int)
"""Unix seconds. Written as "2026-01-01T00:00:00Z"."""

Fields: TypeAlias = Mapping[str, str]
Texts: TypeAlias = tuple[str, ...]
Columns: TypeAlias = Mapping[str, str | int]

OF_SHARED, OF_SERVER = "shared", "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A line. `guild` is whose it is: 0 for what is shared, None in a server's own file, which does not say.

    `id` is the number it has, kept where it is free, and 0 where there is none. `line` is where it was read.
    """

    guild: Snowflake | None = None
    id: int = 0
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord(Record):
    """An article with what is known of it, each fact as its field, its value, how it is known and why so.

    `text_from_file` says that its text, length and hash are only what a moderator's file said.
    """

    key: str
    label: str
    sha256: str = ""
    length: int = 0
    text: str | None = None
    pack_digest: str = ""
    text_from_file: bool = False
    facts: tuple[Texts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRecord(Record):
    """What entries are about; its names are records of their own."""

    key: str
    kind: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord(Record):
    """A spelling that a subject answers to. `sources` are those whose packs brought it."""

    subject: str
    text: str
    alias: bool
    sources: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord(Record):
    """An entry. `fields` is what a person would type into its form, without the source.

    `subjects` are the references that the names in `fields` stand for: those of `about` in their order, then, where
    there are any, "measure=…", "counted_by=…" and "speaker=…". `corrects` is a shared entry as (source key, entry
    key), or empty. `member` is whose message it quotes. `exact` are the columns of an entry that says more than a
    form can hold, as some packs do; otherwise None.
    """

    key: str
    kind: str
    source: str
    fields: Fields
    subjects: Texts = ()
    corrects: Texts = ()
    added_by: Snowflake | None = None
    added_at: Moment | None = None
    deleted_at: Moment | None = None
    member: Snowflake | None = None
    exact: Columns | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenRecord(Record):
    """A shared entry, as (source key, entry key), that a server does not show."""

    entry: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord(Record):
    """A line of the history. `of` names its target.

    Of an entry, (whose it is, its source, its key); of a source or a subject, (its reference,); of a suggestion,
    (its number,); of a setting, ().
    """

    target: str
    of: Texts
    action: str
    actor: Snowflake
    at: Moment
    before: Fields | None
    after: Fields | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRecord(Record):
    """A suggestion with those who support it; `entry` is what became of it, named like a revision's target."""

    member: Snowflake
    kind: str
    fields: Fields
    status: str
    suggested_at: Moment
    decided_by: Snowflake | None = None
    decided_at: Moment | None = None
    reason: str = ""
    entry: Texts = ()
    channel: Snowflake | None = None
    message: Snowflake | None = None
    supporters: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRecord(Record):
    """One thing that a server has chosen."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecord(Record):
    """What a digest posts, when and where, but not what it has posted.

    `late` says what is done about late editions, up to `window` minutes; `time` is as in "09:00" and `days` as in
    "mon,wed". The rest is how it stands: when it was made and by whom, paused or deleted, from when on it counts
    (`since`), up to when it was dealt with (`settled`), when it is due next, and since when an entry is new to it.
    """

    name: str
    channel: Snowflake
    zone: str
    time: str
    days: str
    late: str
    window: int
    stats: int
    quotes: int
    events: int
    corrections: bool
    only_new: bool
    thread: bool
    subjects: Texts = ()
    introduction: str = ""
    role: Snowflake | None = None
    created_by: Snowflake | None = None
    created_at: Moment | None = None
    paused_at: Moment | None = None
    paused_reason: str = ""
    deleted_at: Moment | None = None
    since: Moment | None = None
    settled: Moment | None = None
    due: Moment | None = None
    new_since: Moment | None = None


TYPES: dict[str, type[Record]] = {
    "source": SourceRecord,
    "subject": SubjectRecord,
    "name": NameRecord,
    "entry": EntryRecord,
    "hidden": HiddenRecord,
    "revision": RevisionRecord,
    "suggestion": SuggestionRecord,
    "setting": SettingRecord,
    "digest": DigestRecord,
}
"""Every type of line but the header, in the order of a file: each refers only to those before it."""

NAMES = {of: name for name, of in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: whether the file holds `everything` or what one server has, and how many lines of each type."""

    everything: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a line from being brought in, in a sentence; `what` says which thing it is about."""

    line: int
    what: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Left:
    """What is left as it is without being compared, and why so, in a sentence; `type` is that of a line."""

    line: int
    type: str
    what: str
    sentence: str


def reference(guild_id: int, key: str) -> str:
    """Name a source or subject by whose it is and its key."""
    return f"{OF_SHARED if guild_id == SHARED else OF_SERVER}:{key}"


def resolve(text: str, guild_id: int) -> tuple[int, str]:
    """Return whose a reference in a record of this server is, and its key. Raises ValueError."""
    whose, colon, key = text.partition(":")
    if not colon or whose not in {OF_SHARED, OF_SERVER}:
        raise ValueError(text)
    return (SHARED if whose == OF_SHARED else guild_id), key


def link(text: str) -> tuple[str, str]:
    """Return the field that names one of the `subjects` of an entry ("" is `about`), and the subject's reference."""
    name, equals, meant = text.partition("=")
    return (name, meant) if equals and ":" not in name else ("", text)
