"""The dry run: what would come of a file, line by line, without changing anything."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeAlias

from bot import names
from bot.carry import check, claims, digests, edits, things, words
from bot.carry.check import Refused, Said
from bot.carry.plan import Item, Outcome, Plan, Step
from bot.carry.reading import Progress, untold
from bot.carry.records import (
    NAMES,
    TYPES,
    DigestRecord,
    EntryRecord,
    Fault,
    HiddenRecord,
    Left,
    NameRecord,
    Record,
    RevisionRecord,
    Snowflake,
    SourceRecord,
    SubjectRecord,
    reference,
    resolve,
)
from bot.carry.sheet import Row
from bot.carry.state import Identity, Key, State, identity
from bot.ingest.pack import PackEntry
from bot.model import SHARED
from bot.store.carry import EVERYTHING

TOLD = 100
"""After so many lines it is told how far it is."""

Line: TypeAlias = Record | Row | Fault | Left

_ORDER = {of: place for place, of in enumerate((*TYPES.values(), Row))}


def decide(
    state: State, lines: Iterable[Line], progress: Progress = untold, *, exported: bool, word: str = "line"
) -> Plan:
    """Compare a file with the store. `exported` says that its lines are those of an export, each with its key.

    The state is changed: what the file brings is known in it afterwards. `word` is what its lines are called.
    """
    planner = _Planner(state, exported=exported, word=word)
    found = list(lines)
    whole = sorted((one for one in found if isinstance(one, Record | Row)), key=_order)
    planner.erased = claims.erased(whole, state)
    for number, line in enumerate(whole):
        if not number % TOLD:
            progress(number, len(whole), "lines compared")
        planner.take(line)
    progress(len(whole), len(whole), "lines compared")
    items = [*planner.items, *(_settled(one) for one in found if isinstance(one, Fault | Left))]
    return Plan(state, tuple(sorted(items, key=lambda item: item.line)), tuple(planner.steps), word)


def _order(line: Record | Row) -> tuple[int, int]:
    """Return when it is a line's turn: after what is corrected come removed versions, which make room for others."""
    match line:
        case EntryRecord(guild=guild) if guild == SHARED:
            turn = 0
        case EntryRecord(corrects=(_, _), deleted_at=int()):
            turn = 1
        case _:
            turn = 2
    return _ORDER[type(line)], turn


def _settled(line: Fault | Left) -> Item:
    if isinstance(line, Fault):
        return Item(line.line, "", line.what, Outcome.REFUSED, line.sentence)
    return Item(line.line, line.type, line.what, Outcome.LEFT, line.sentence)


class _Planner:
    def __init__(self, state: State, *, exported: bool, word: str) -> None:
        self.items: list[Item] = []
        self.steps: list[Step] = []
        self.erased: Collection[str] = ()
        self._state = state
        self._exported = exported
        self._word = word.capitalize()
        self._exactly = exported and state.target.actor is None  # what the operator brings back
        self._seen: dict[Identity, int] = {}
        self._told = {
            (record.guild, record.target, record.of)
            for record in state.known.values()
            if isinstance(record, RevisionRecord)
        }
        self._entries = edits.Entries(state, word)
        self._digests = digests.Digests(state, exactly=self._exactly)

    def take(self, line: Record | Row) -> None:
        """Decide what comes of one line."""
        number = line.number if isinstance(line, Row) else line.line
        type_ = "entry" if isinstance(line, Row) else NAMES[type(line)]
        what = words.describe(line, self._state)
        try:
            outcome, why = self._row(line) if isinstance(line, Row) else self._record(line)
        except Refused as refused:
            outcome, why = Outcome.REFUSED, str(refused)
        self.items.append(Item(number, type_, what, outcome, why))

    def _row(self, row: Row) -> tuple[Outcome, str]:
        record, old = self._entries.of_row(row)
        return self._entry(replace(record, line=row.number), old)

    def _record(self, record: Record) -> tuple[Outcome, str]:
        target = self._state.target
        self._ours(record)
        record = replace(record, guild=Snowflake(self._state.owner(record)))
        if not self._exactly:
            record = claims.unbound(record, self._state)
        self._once(record)
        if isinstance(record, EntryRecord):
            return self._entry(record, self._entries.find(record))
        if isinstance(record, DigestRecord):
            return self._digest(record)
        things.check(record, self._state)
        old = self._state.known.get(self._identity(record))
        if old is None and (why := self._needless(record)):
            return Outcome.LEFT, why
        if isinstance(record, SourceRecord):
            record = replace(record, facts=tuple(sorted(record.facts)))
            if not self._exactly:
                record = claims.source(record, old if isinstance(old, SourceRecord) else None, self.erased)
        if isinstance(record, NameRecord) and target.guild_id != EVERYTHING:
            record = replace(record, sources=())
        if old is not None and (isinstance(record, RevisionRecord) or self._same(record, old)):
            return Outcome.LEFT, ""
        return self._do(record, old)

    def _needless(self, record: Record) -> str:
        """Return in a sentence why what is not here yet is not needed, or ""."""
        match record:
            case RevisionRecord() if self._is_told(record):
                return "The history of what is here already is not changed."
            case HiddenRecord() if self._entries.is_corrected(self._state.owner(record), record.entry):
                return "This server has its own version of it."
            case NameRecord() if not self._exactly and self._answers(record):
                return "All servers know it by that name."
            case _:
                return ""

    def _ours(self, record: Record) -> None:
        """Raise Refused for what is not to be changed from here."""
        here = self._state.target.guild_id
        if here == EVERYTHING:
            if record.guild is None:
                raise Refused("It does not say whose it is; bring the file into one server.")
        elif record.guild not in {None, here}:
            whose = "is shared by all servers" if record.guild == SHARED else "belongs to another server"
            raise Refused(f"It {whose}, which is not changed from here.")

    def _digest(self, record: DigestRecord) -> tuple[Outcome, str]:
        placed = self._digests.place(record)
        if placed is None:
            return Outcome.LEFT, ""
        digest, old, told = placed
        return self._do(digest, old)[0], told

    def _answers(self, record: NameRecord) -> bool:
        """Whether a subject answers to a name without a server's doing."""
        whose = resolve(record.subject, self._state.owner(record))
        return whose[0] == SHARED and any(
            key == whose and names.like(text, record.text) is not names.Likeness.OTHER
            for _, key, text in self._state.spellings.get(names.key(record.text), [])
        )

    def _once(self, record: Record) -> None:
        if isinstance(record, RevisionRecord):
            return
        first = self._seen.setdefault(self._identity(record), record.line)
        if first != record.line:
            raise Refused(f"{self._word} {first} is the same thing.")

    def _identity(self, record: Record) -> Identity:
        try:
            known = identity(record, self._state.owner(record))
        except ValueError as error:
            raise Refused(f"“{error}” names nothing; write shared:KEY or server:KEY.") from error
        while isinstance(record, RevisionRecord) and known in self._seen:
            known = (*known, "again")
        if isinstance(record, RevisionRecord):
            self._seen[known] = record.line
        return known

    def _is_told(self, record: RevisionRecord) -> bool:
        """Whether a moderator's file would change a history that is here."""
        return self._state.target.actor is not None and (record.guild, record.target, record.of) in self._told

    def _same(self, record: Record, old: Record) -> bool:
        return replace(record, id=old.id, guild=old.guild) == self._kept(record, old)

    def _kept(self, record: Record, old: Record) -> Record:
        """Return the old record with what a file does not decide as the new one has it."""
        if isinstance(record, SourceRecord) and isinstance(old, SourceRecord):
            if record.text is None and record.sha256 == old.sha256:
                old = replace(old, text=None)
            if self._state.target.guild_id != EVERYTHING:
                old = replace(old, pack_digest=record.pack_digest)
        return old

    def _entry(self, record: EntryRecord, old: EntryRecord | None) -> tuple[Outcome, str]:
        state = self._state
        guild = state.owner(record)
        if old is not None and not self._exactly:
            claims.require_unerased(old, record)
        whose = things.source(record.source, state, guild)
        if record.corrects:
            things.shared(record.corrects, state)
            if guild == SHARED:
                raise Refused("What is shared corrects nothing; a server does.")
            if other := self._entries.rival(record, old):
                raise Refused(f"{other} corrects the same shared entry already.")
        if old is not None and not self._exactly:
            record = replace(record, added_by=old.added_by, added_at=old.added_at, member=old.member)
            if self._same(replace(record, exact=old.exact), old):  # also what a form could not hold
                return Outcome.LEFT, ""
        record, content, lowered = self._content(record, old, whose)
        if old is not None and self._same(record, old):
            return Outcome.LEFT, lowered
        told = ""
        if old is not None:
            record, old, told = self._entries.change(record, old)
        self._entries.require_shown(record, old)
        if old is None and not self._exported and (other := self._entries.same(record)):
            return Outcome.LEFT, f"{other} says exactly this already."
        other = self._entries.near(record, content) if content and not self._exactly else ""
        outcome, _ = self._do(record, old, content)
        self._entries.add(record)
        same = f"It says the same as {other}." if other else ""
        return outcome, " ".join(filter(None, (told, lowered, same)))

    def _content(
        self, record: EntryRecord, old: EntryRecord | None, whose: Key
    ) -> tuple[EntryRecord, PackEntry | None, str]:
        """Return an entry as the store would have it, with its content; None for one that is taken as it is.

        Then comes which names are taken for known ones, and why it is not verified where it says so.
        """
        state = self._state
        if record.exact is not None and self._exactly:
            things.exact(record, state)
            return record, None, ""
        lowered = ""
        reading, typed = check.read(record)
        said = check.linked(typed, record, state)
        same = old is not None and old.source == record.source and self._as_written(record, said).fields == old.fields
        if not same and not self._exactly:
            proven = check.proven(reading, record, state.texts[whose], old or self._shared(record))
            lowered = check.lowered(typed, proven)
            said = check.linked(proven, record, state)
        for subject in said.new:
            self._new_subject(subject, record.line)
        told = (*map(str, said.taken), lowered)
        return self._as_written(record, said), said.content, " ".join(filter(None, told))

    def _shared(self, record: EntryRecord) -> EntryRecord | None:
        """Return the shared entry that a record is a version of, or None."""
        state = self._state
        return state.entries.get(state.shared[record.corrects[0], record.corrects[1]]) if record.corrects else None

    def _as_written(self, record: EntryRecord, said: Said) -> EntryRecord:
        """Return a record with the fields and the subjects as the store would give them."""
        new = {(self._state.owner(one), one.key): one for one in said.new}
        subjects = ChainMap(new, self._state.subjects)
        return replace(
            record,
            fields=check.written(said.content, subjects, self._state.owner(record)),
            subjects=check.references(said.content),
            exact=None,
        )

    def _new_subject(self, subject: SubjectRecord, line: int) -> None:
        name = NameRecord(
            guild=subject.guild,
            subject=reference(self._state.owner(subject), subject.key),
            text=subject.name,
            alias=False,
        )
        for record in (subject, name):
            self._do(record, None)
        self.items.append(Item(line, "subject", f"subject “{subject.name}”", Outcome.ADDED, "Named here first."))

    def _do(self, record: Record, old: Record | None, content: PackEntry | None = None) -> tuple[Outcome, str]:
        self.steps.append(Step(record, old, content))
        self._state.put(record)
        return (Outcome.CHANGED if old else Outcome.ADDED), ""
