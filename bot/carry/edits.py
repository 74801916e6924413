"""Entries of a file and those of the store: which is a change of which, and which say the same."""

from __future__ import annotations

import uuid
from collections.abc import Hashable
from dataclasses import replace

from bot.carry import check
from bot.carry.check import Refused
from bot.carry.records import EntryRecord, HiddenRecord, Snowflake, reference
from bot.carry.sheet import Row
from bot.carry.state import Key, State, identity
from bot.ingest.pack import PackEntry
from bot.model import SHARED
from bot.names import entry_number
from bot.writing.fields import LABELS, keys

_TOLD, _SAID = 3, 60
"""So many changed fields are told, and so many characters of each."""


class Entries:
    """Finds entries of the store, and of the file as far as it was read."""

    def __init__(self, state: State, word: str) -> None:
        self._state = state
        self._word = word
        self._by_key: dict[tuple[int, str], list[EntryRecord]] = {}
        self._corrections: dict[tuple[int, tuple[str, ...]], EntryRecord] = {}
        self._alike: dict[Hashable, EntryRecord] = {}
        self._exact: dict[Hashable, EntryRecord] = {}
        self._met: dict[Hashable, int] = {}
        self._sources: dict[int, Key] = {id_: key for key, id_ in state.sources.items() if id_}
        for record in state.known.values():
            if isinstance(record, EntryRecord):
                self._index(record)

    def _index(self, record: EntryRecord) -> None:
        guild = self._state.owner(record)
        if record.deleted_at is None:
            self._exact.setdefault(_exactly(record), record)
        if guild != SHARED:
            self._by_key.setdefault((guild, record.key), []).append(record)
            if record.corrects and record.deleted_at is None:
                self._corrections[guild, record.corrects] = record
            elif (other := self._corrections.get((guild, record.corrects))) and other.key == record.key:
                del self._corrections[guild, record.corrects]

    def add(self, record: EntryRecord) -> None:
        """Let an entry of the file be known."""
        self._index(record)

    def find(self, record: EntryRecord) -> EntryRecord | None:
        """Return the entry that a record is a version of: by its source and key, or by its key if only one has that.

        Raises Refused where an earlier line is a version of it.
        """
        guild = self._state.owner(record)
        try:
            found = self._state.known.get(identity(record, guild))
        except ValueError as error:
            raise Refused(f"“{record.source}” does not name a source; write shared:KEY or server:KEY.") from error
        if not isinstance(found, EntryRecord):
            named = self._by_key.get((guild, record.key), []) if guild != SHARED else []
            moved = [one for one in named if not one.line and self._of(one) not in self._met]
            found = moved[0] if len(moved) == 1 else None
        if found is not None:
            self.meet(found, record.line)
        return found

    def meet(self, old: EntryRecord, line: int, *, rows: bool = False) -> None:
        """Note which line is about an entry of the store. Raises Refused where an earlier one is.

        To `rows`, a shared entry and the server's version of it are the same.
        """
        pair = old.corrects or (old.source.partition(":")[2], old.key)
        whole = (SHARED, pair) if rows and (old.corrects or self._state.owner(old) == SHARED) else self._of(old)
        if (first := self._met.setdefault(whole, line)) != line:
            raise Refused(f"{self._word.capitalize()} {first} is the same entry.")

    def _of(self, record: EntryRecord) -> Hashable:
        return identity(record, self._state.owner(record))

    def of_row(self, row: Row) -> tuple[EntryRecord, EntryRecord | None]:
        """Make a record of a row, and return what it is a version of."""
        guild = self._state.target.guild_id
        old = self._state.entries.get(row.id)
        said = {name: text for name, text in row.fields.items() if name in keys(row.kind) and name != "source"}
        if not row.id:
            source = self._source(row.fields.get("source", ""))
            return EntryRecord(
                guild=Snowflake(guild), key=uuid.uuid4().hex, kind=row.kind.value, source=source, fields=said
            ), None
        if old is None or self._state.owner(old) not in {SHARED, guild}:
            raise Refused(f"There is no entry #{row.id} in this server.")
        if old.deleted_at is not None:
            raise Refused(f"#{row.id} was removed; restore it first, with /entry restore.")
        if old.kind != row.kind:
            raise Refused(f"#{row.id} is a {old.kind}, which cannot become a {row.kind}.")
        if self._state.owner(old) == SHARED:
            old = self._corrections.get((guild, (old.source.partition(":")[2], old.key)), old)
        self.meet(old, row.number, rows=True)
        typed = row.fields.get("source", "").strip()
        source = self._source(typed) if typed else old.source
        fields = {name: said.get(name, text) for name, text in old.fields.items()}
        return replace(old, guild=Snowflake(guild), source=source, fields=fields, exact=None), old

    def _source(self, typed: str) -> str:
        if (number := entry_number(typed)) in self._sources:
            return reference(*self._sources[number])
        raise Refused(f"“source” is “{typed}”; write the number of a source, as /sources shows it.")

    def change(self, record: EntryRecord, old: EntryRecord) -> tuple[EntryRecord, EntryRecord | None, str]:
        """Return a changed entry as it is kept, what it takes the place of, and in raw words what changes.

        What is shared stays as it is: a server that says something else gets a version of its own.
        """
        told = f"{differences(record, old)}."
        if self._state.owner(old) != SHARED or self._state.owner(record) == SHARED:
            whose = f"#{old.id}, this server’s version of the shared entry: " if old.corrects and old.id else ""
            return record, old, f"{whose}{told}"
        own = replace(
            record,
            id=0,
            key=uuid.uuid4().hex,
            corrects=(old.source.partition(":")[2], old.key),
            added_by=None,
            added_at=None,
        )
        return own, None, f"This server’s own version of #{old.id}: {told}"

    def is_corrected(self, guild: int, pair: tuple[str, ...]) -> bool:
        """Return whether a server has its own version of a shared entry."""
        return (guild, pair) in self._corrections

    def require_shown(self, record: EntryRecord, old: EntryRecord | None) -> None:
        """Raise Refused for what would take the place of a shared entry that the server hides."""
        takes = record.corrects and record.deleted_at is None and (old is None or old.deleted_at is not None)
        pair = HiddenRecord(guild=record.guild, entry=record.corrects)
        if takes and identity(pair, self._state.owner(record)) in self._state.known:
            shared = self._state.shared[record.corrects[0], record.corrects[1]]
            raise Refused(f"#{shared} is hidden here; show it again first, with /entry unhide.")

    def rival(self, record: EntryRecord, old: EntryRecord | None) -> str:
        """Return what corrects the same shared entry as a record, or ""."""
        if not record.corrects or record.deleted_at is not None:
            return ""
        other = self._corrections.get((self._state.owner(record), record.corrects))
        if other is None or other is old or (old is not None and other.key == old.key):
            return ""
        return self._named(other)

    def same(self, record: EntryRecord) -> str:
        """Return which live entry says exactly what a new one does, or ""."""
        other = self._exact.get(_exactly(record))
        return self._named(other) if other is not None else ""

    def _named(self, entry: EntryRecord) -> str:
        return f"#{entry.id}" if entry.id else f"{self._word} {entry.line}" if entry.line else entry.key

    def near(self, record: EntryRecord, content: PackEntry) -> str:
        """Return which earlier line of the file says the same as a record, or ""."""
        if record.deleted_at is not None:
            return ""
        first = self._alike.setdefault((content.kind, check.alike(content)), record)
        return "" if first is record else f"{self._word} {first.line}"


def differences(record: EntryRecord, old: EntryRecord) -> str:
    """Return in raw words what a record says otherwise than an old one, the first few fields of many."""
    changed = [key for key in LABELS if record.fields.get(key, "") != old.fields.get(key, "")]
    said = [f"{LABELS[key]}: {_short(old, key)} → {_short(record, key)}" for key in changed[:_TOLD]]
    if record.source != old.source:
        said.append("another source")
    if record.deleted_at != old.deleted_at:
        said.append("removed" if record.deleted_at else "restored")
    more = len(changed) - _TOLD
    return "; ".join([*said, *([f"and {more} more fields"] if more > 0 else [])])


def _short(record: EntryRecord, key: str) -> str:
    value = " ".join(record.fields.get(key, "").split())
    return f"“{value if len(value) <= _SAID else f'{value[:_SAID]}…'}”" if value else "(empty)"


def _exactly(record: EntryRecord) -> Hashable:
    return record.guild, record.source, record.subjects, tuple(sorted(record.fields.items()))
