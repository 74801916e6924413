"""What an entry of a file says, checked like what is typed into a form."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from bot import names
from bot.carry.records import EntryRecord, Snowflake, SubjectRecord, link, reference, resolve
from bot.carry.state import Key, State
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import SHARED, Kind, Status, SubjectKind
from bot.names import Likeness, Spelling
from bot.store.sources import SourceText
from bot.writing import fields
from bot.writing.fields import Reading
from bot.writing.filled import LINE
from bot.writing.naming import TakenName
from bot.writing.proof import prove

LINKS = {"measure": SubjectKind.MEASURE, "counted_by": SubjectKind.ORGANIZATION, "speaker": SubjectKind.PERSON}
"""The fields that name one subject, and what such a subject is if it is new."""

AS_SAID = "As the file says:"
"""Begins what a file says of how an entry was checked."""

_SOURCE = 1
"""Stands for whichever source it is: fields have a number there, records a reference."""

_LAST = 2**63


class Refused(Exception):  # noqa: N818 - a reason, not an error
    """Why a line cannot be brought in, in a sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says, with references in place of names, and the subjects that have to be made for it.

    `taken` are names that are taken for known ones.
    """

    content: PackEntry
    new: tuple[SubjectRecord, ...]
    taken: tuple[TakenName, ...] = ()


def read(record: EntryRecord) -> tuple[Reading, PackEntry]:
    """Read the fields of an entry, and return what they say too. Raises Refused with all that is wrong with them."""
    if record.kind not in list(Kind):
        raise Refused(f'"kind" is “{record.kind}”; it has to be one of {", ".join(Kind)}.')
    reading = fields.read(Kind(record.kind), {**record.fields, "source": str(_SOURCE)})
    if reading.entry is None:
        raise Refused(" ".join(reading.faults.values()))
    return reading, reading.entry


def proven(reading: Reading, record: EntryRecord, source: SourceText, old: EntryRecord | None) -> PackEntry:
    """Return an entry as the text of its source bears it out. Raises Refused where that does not say so.

    `old` is what the entry is here, or the shared entry that it is a version of.
    """
    before = None
    if old is not None and old.exact is None:
        # The numbers only say whether it is still the same source.
        before = (_SOURCE if old.source == record.source else 0), read(old)[1]
    proof = prove(reading, source, before)
    if proof.faults:
        raise Refused(" ".join(proof.faults.values()))
    said = reading.entry
    if said and said.status_reason and lowered(said, proof.entry):
        # How somebody elsewhere has checked it is worth knowing, and no proof here.
        told = f"{proof.entry.status_reason} {AS_SAID} {said.status_reason.removeprefix(AS_SAID).strip()}"
        return replace(proof.entry, status_reason=told if len(told) <= LINE else f"{told[: LINE - 1]}…")
    return proof.entry


def lowered(said: PackEntry, proven: PackEntry) -> str:
    """Return in a sentence that an entry which says it is verified is not, and why; "" for any other."""
    if said.status is not Status.VERIFIED or proven.status is Status.VERIFIED:
        return ""
    return f"It comes in as {proven.status} and not as verified. {proven.status_reason}".strip()


def linked(said: PackEntry, record: EntryRecord, state: State) -> Said:
    """Find out which subjects an entry names. Raises Refused for a name that may be more than one."""
    finder = _Finder(state, record)
    detail = said.detail
    match detail:
        case PackStat():
            counter = finder.one("counted_by", detail.counted_by) if detail.counted_by else ""
            detail = replace(detail, measure=finder.one("measure", detail.measure), counted_by=counter)
        case PackQuote():
            detail = replace(detail, speaker=finder.one("speaker", detail.speaker))
        case PackEvent():
            pass
    content = replace(said, key=record.key, subjects=finder.about(said.subjects), detail=detail)
    return Said(content, tuple(finder.new.values()), tuple(finder.taken))


class _Finder:
    """Finds the subjects that an entry names: those it refers to, where they are called so, else by their names."""

    def __init__(self, state: State, record: EntryRecord) -> None:
        self.new: dict[tuple[bool, Spelling], SubjectRecord] = {}
        self.taken: dict[TakenName, None] = {}
        self._state = state
        self._guild = state.owner(record)
        self._links = dict(map(link, record.subjects))
        self._about = [text for field, text in map(link, record.subjects) if not field]

    def one(self, field: str, name: str) -> str:
        """Return the reference of the subject that a field names."""
        meant = self._links.get(field, "")
        if self._called(meant) == name:
            kind = self._state.subjects[_key(meant, self._guild)].kind
            if (kind == SubjectKind.MEASURE) == (field == "measure") or self._state.target.actor is None:
                return meant
        return self._named(name, LINKS[field])

    def about(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Return the references of what an entry is about."""
        if [self._called(each) for each in self._about] == list(named):
            return tuple(self._about)
        return tuple(dict.fromkeys(self._named(name, SubjectKind.TOPIC) for name in named))

    def _called(self, text: str) -> str | None:
        found = self._state.subjects.get(_key(text, self._guild))
        return found.name if found else None

    def _named(self, name: str, kind: SubjectKind) -> str:
        """Return the subject that a name means as in a form (see `naming.understand`); for none, one is made."""
        measure, spelling = kind is SubjectKind.MEASURE, names.spelling(name)
        subjects = self._state.subjects
        ranks: dict[Key, tuple[Likeness, int]] = {}
        for rank, key, text in self._state.spellings.get(names.key(name), []):
            found = subjects.get(key)
            if found and key[0] in {SHARED, self._guild} and (found.kind == SubjectKind.MEASURE) == measure:
                order = spelling.like(names.spelling(text)), rank
                ranks[key] = min(order, ranks.get(key, order))
        closest = min((likeness for likeness, _ in ranks.values()), default=Likeness.OTHER)
        called = [] if closest is Likeness.OTHER else [key for key, order in ranks.items() if order[0] is closest]
        called.sort(key=lambda key: (ranks[key][1], subjects[key].id or _LAST, key))
        meant = [key for key in called if not ranks[key][1]] or called
        likely = [key for key in meant if subjects[key].kind == kind] or meant
        if likely and (len(likely) == 1 or names.spelling(subjects[likely[0]].name).letters == spelling.letters):
            if closest is Likeness.ACCENTS:
                self.taken[TakenName(name, subjects[likely[0]].name)] = None
            return reference(*likely[0])
        if likely:
            raise Refused(f"“{name}” may be {' or '.join(subjects[key].name for key in likely)}; write which.")
        if self._guild == SHARED:
            raise Refused(f"“{name}” is no subject of the file or of the store.")
        for (counted, other), one in self.new.items():
            if counted is measure and spelling.like(other) is not Likeness.OTHER:
                return reference(self._guild, one.key)
        new = SubjectRecord(guild=Snowflake(self._guild), key=uuid4().hex, kind=kind.value, name=name)
        self.new[measure, spelling] = new
        return reference(self._guild, new.key)


def _key(text: str, guild: int) -> Key:
    try:
        return resolve(text, guild)
    except ValueError:
        return guild, ""


def alike(content: PackEntry) -> tuple[Hashable, ...]:
    """Return what two entries of a kind have in common that say the same: words, or the figure of a thing and date."""
    match content.detail:
        case PackStat() as stat:
            return content.subjects[:1], stat.measure, stat.value, stat.as_of
        case PackQuote() as quote:
            return (names.key(" ".join(quote.parts)),)
        case PackEvent() as event:
            return names.key(event.title), event.date


def references(content: PackEntry) -> tuple[str, ...]:
    """Return the subjects of an entry as a record has them."""
    match content.detail:
        case PackStat() as stat:
            links = {"measure": stat.measure, "counted_by": stat.counted_by}
        case PackQuote() as quote:
            links = {"speaker": quote.speaker}
        case PackEvent():
            links = {}
    return (*content.subjects, *(f"{field}={each}" for field, each in links.items() if each))


def written(content: PackEntry, subjects: Mapping[Key, SubjectRecord], guild: int) -> dict[str, str]:
    """Return the fields of an entry in the one form that the store would give them, without the source."""

    def called(text: str) -> str:
        return subjects[resolve(text, guild)].name if text else ""

    detail = content.detail
    match detail:
        case PackStat():
            detail = replace(detail, measure=called(detail.measure), counted_by=called(detail.counted_by))
        case PackQuote():
            detail = replace(detail, speaker=called(detail.speaker))
        case PackEvent():
            pass
    named = replace(content, subjects=tuple(map(called, content.subjects)), detail=detail)
    return {name: text for name, text in fields.of_content(named, 0).items() if name != "source"}
