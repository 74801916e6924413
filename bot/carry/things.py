"""What a line of each type but an entry has to be, so that the store can take it."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal, InvalidOperation

from bot import names
from bot.carry.check import Refused
from bot.carry.records import (
    EntryRecord,
    HiddenRecord,
    NameRecord,
    Record,
    RevisionRecord,
    SettingRecord,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    link,
    resolve,
)
from bot.carry.state import State
from bot.errors import UserError
from bot.ingest.read import FACT_FIELDS
from bot.ingest.table import NAME_LENGTH
from bot.model import SHARED, Kind, Known, SubjectKind
from bot.servers import settings
from bot.store.carry import EVERYTHING
from bot.store.packs import CONTENT
from bot.store.suggestions import DECIDED
from bot.store.suggestions import State as Stands
from bot.text import clip, visible
from bot.writing.fields import keys

_ACTION = re.compile("[a-z][a-z ]{0,39}")
_SAID = {
    "entry": frozenset(key for kind in Kind for key in keys(kind)),
    "subject": frozenset({"name", "alias", "kind", "description"}),
    "source": frozenset({"label", "record", *FACT_FIELDS}),
}
"""The fields of which the history of each target speaks; those of the rest come only from the operator."""

TARGETS = ("entry", "source", "subject", "suggestion", "setting")
KEY_LENGTH = 200
_SHOWN = 40


def check(record: Record, state: State) -> None:
    """Raise Refused for what the store cannot hold, or what does not fit what is in it."""
    match record:
        case SourceRecord():
            _source(record)
        case SubjectRecord():
            _one_of("kind", record.kind, list(SubjectKind))
            _key(record.key)
            _name("name", record.name)
        case NameRecord():
            subject(record.subject, state, state.owner(record))
            _name("text", record.text)
            for reference in record.sources:
                source(reference, state, state.owner(record))
        case HiddenRecord():
            shared(record.entry, state)
            _of_a_server(state.owner(record))
        case RevisionRecord():
            _of_a_server(state.owner(record))
            _one_of("target", record.target, TARGETS)
            _target(record, state)
            _told(record)
        case SuggestionRecord():
            _suggestion(record, state)
        case SettingRecord():
            _of_everything(state)
            _of_a_server(state.owner(record))
            _setting(record, state.owner(record))
        case _:
            raise TypeError(record)


def source(reference: str, state: State, guild: int) -> tuple[int, str]:
    """Return whose a source is and its key. Raises Refused where there is none such."""
    try:
        key = resolve(reference, guild)
    except ValueError as error:
        raise Refused(f"“{reference}” does not name a source; write shared:KEY or server:KEY.") from error
    if key not in state.sources:
        raise Refused(f"Its source “{reference}” is neither in the store nor earlier in the file.")
    return key


def subject(reference: str, state: State, guild: int) -> tuple[int, str]:
    """Return whose a subject is and its key. Raises Refused where there is none such."""
    try:
        key = resolve(reference, guild)
    except ValueError as error:
        raise Refused(f"“{reference}” does not name a subject; write shared:KEY or server:KEY.") from error
    if key not in state.subjects:
        raise Refused(f"Its subject “{reference}” is neither in the store nor earlier in the file.")
    return key


def shared(pair: tuple[str, ...], state: State) -> tuple[str, str]:
    """Return a shared entry as (source key, entry key). Raises Refused where there is none such."""
    match pair:
        case (source_key, key) if (source_key, key) in state.shared:
            return source_key, key
        case _:
            raise Refused(f"The shared entry {' / '.join(pair) or '(none)'} is not in the store.")


def of_entry(of: tuple[str, ...], state: State, guild: int) -> bool:
    """Return whether the entry that is named so is known."""
    match of:
        case ("shared", reference, key):
            return (reference.partition(":")[2], key) in state.shared
        case ("server", reference, key):
            try:
                return (EntryRecord, guild, resolve(reference, guild), key) in state.known
            except ValueError:
                return False
        case _:
            return False


def exact(record: EntryRecord, state: State) -> None:
    """Raise Refused unless the columns of an entry, and the subjects that it needs, can be stored."""
    for _, reference in map(link, record.subjects):
        subject(reference, state, state.owner(record))
    needed = {Kind.STAT: {"", "measure"}, Kind.QUOTE: {"", "speaker"}, Kind.EVENT: {""}}
    _one_of("kind", record.kind, list(Kind))
    if not needed[Kind(record.kind)] <= {field for field, _ in map(link, record.subjects)}:
        raise Refused('"subjects" lacks what every entry of this kind has.')
    if unknown := sorted(set(record.exact or ()).difference(CONTENT)):
        raise Refused(f'"exact" has {unknown[0]}, which is no column.')
    for column in ("value", "out_of"):
        if not _is_number(text := str((record.exact or {}).get(column, "0"))):
            raise Refused(f'"{column}" of "exact" is “{clip(visible(text), _SHOWN)}”; it has to be a number.')


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _target(record: RevisionRecord, state: State) -> None:
    guild = state.owner(record)
    match record.target, record.of:
        case "entry", of if of_entry(of, state, guild):
            return
        case "source", (reference,):
            source(reference, state, guild)
        case "subject", (reference,):
            subject(reference, state, guild)
        case "suggestion", (_,):
            _of_everything(state)
        case "setting", ():
            _of_everything(state)
        case _:
            raise Refused("What it is the history of is neither in the store nor in the file.")


def _told(record: RevisionRecord) -> None:
    """Raise Refused for a change that the history could not show."""
    if not _ACTION.fullmatch(record.action):
        raise Refused('"action" has to be a few words in small letters, such as “edited”.')
    known = _SAID.get(record.target)
    for name in (name for each in (record.before, record.after) for name in each or {}):
        if known is not None and name not in known:
            raise Refused(f"“{name[:NAME_LENGTH]}” is no field of this.")


def _source(record: SourceRecord) -> None:
    _key(record.key)
    if not 1 <= len(record.label) <= NAME_LENGTH:
        raise Refused(f'"label" has {len(record.label)} characters; write 1 to {NAME_LENGTH}.')
    for fact in record.facts:
        match fact:
            case (name, value, known, _) if name in FACT_FIELDS and known in list(Known):
                if (known == Known.NOT_STATED) == bool(value):
                    raise Refused(
                        f'"{name}" has a value exactly where it is stated or inferred; change one of the two.'
                    )
            case _:
                raise Refused('A fact has to be ["title", "its value", "stated", "how that is known"] or the like.')
    if len({fact[0] for fact in record.facts}) < len(record.facts):
        raise Refused("A fact is there twice; remove one.")
    if record.text is not None:
        digest = hashlib.sha256(record.text.encode()).hexdigest()
        if (digest, len(record.text)) != (record.sha256, record.length):
            raise Refused("Its text is not the one that its SHA-256 and its length are of.")


def _suggestion(record: SuggestionRecord, state: State) -> None:
    _of_everything(state)
    _of_a_server(state.owner(record))
    _one_of("kind", record.kind, list(Kind))
    _one_of("status", record.status, list(Stands))
    if (record.status in DECIDED) != (record.decided_at is not None):
        raise Refused('"decided_at" is there exactly where it is approved or rejected.')
    if record.entry and not of_entry(record.entry, state, state.owner(record)):
        raise Refused("The entry that came of it is neither in the store nor in the file.")
    if record.status == Stands.APPROVED and not record.entry:
        raise Refused("It is approved, but the entry that came of it is missing.")
    if not all(each.isascii() and each.isdecimal() and int(each) < 2**63 for each in record.supporters):
        raise Refused('"supporters" have to be ids of Discord.')


def _setting(record: SettingRecord, guild: int) -> None:
    """Raise Refused for a value that nobody could choose; a setting of another version is kept as it is."""
    if record.key in settings.NAMES:
        try:
            settings.read(record.key, record.value, guild)
        except UserError as error:
            raise Refused(str(error)) from error


def _of_everything(state: State) -> None:
    if state.target.guild_id != EVERYTHING:
        raise Refused("Settings and suggestions come in only with a file that holds everything.")


def _of_a_server(guild: int) -> None:
    if guild == SHARED:
        raise Refused("Only a server has this; what is shared does not.")


def _one_of(key: str, value: str, allowed: list[str] | tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refused(f'"{key}" is “{value}”; it has to be one of {", ".join(allowed)}.')


def _key(key: str) -> None:
    if not 1 <= len(key) <= KEY_LENGTH:
        raise Refused(f'"key" has {len(key)} characters; write 1 to {KEY_LENGTH}.')


def _name(key: str, name: str) -> None:
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Refused(f'"{key}" has {len(name)} characters; write 1 to {NAME_LENGTH}.')
    if not names.key(name):
        raise Refused(f'"{key}" has neither a letter nor a digit, so nobody could ask for it.')
