"""What a moderator's file claims: it binds nobody and proves nothing. The operator's file is taken as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from hashlib import sha256

from bot.carry.check import Refused
from bot.carry.records import (
    OF_SERVER,
    DigestRecord,
    EntryRecord,
    NameRecord,
    Record,
    RevisionRecord,
    SourceRecord,
    SubjectRecord,
    link,
    reference,
    resolve,
)
from bot.carry.state import State
from bot.model import A_FILE
from bot.store.blanking import ERASED
from bot.store.subjects import MEMBER

_NOBODY = "file:"
"""Begins the key of a subject that a file ties to a member."""


def unbound(record: Record, state: State) -> Record:  # noqa: PLR0911 - one for each type
    """Return a record without the people whom a moderator's file names.

    The person who imports entries is the one who adds them. The history keeps what was done, and says that it is from a
    file. A member who speaks is a person of that name, unless the server knows them as that member already.
    """
    guild = state.owner(record)
    match record:
        case SubjectRecord(key=key):
            return replace(record, key=resolve(_subject(reference(guild, key), state, guild), guild)[1])
        case NameRecord(subject=subject):
            return replace(record, subject=_subject(subject, state, guild))
        case EntryRecord(subjects=subjects):
            said = tuple(_link(each, state, guild) for each in subjects)
            return replace(record, subjects=said, added_by=None, added_at=None, member=None)
        case RevisionRecord(target="subject", of=(subject,)):
            return replace(record, actor=A_FILE, of=(_subject(subject, state, guild),))
        case RevisionRecord():
            return replace(record, actor=A_FILE)
        case DigestRecord(subjects=subjects):
            return replace(record, subjects=tuple(_subject(each, state, guild) for each in subjects))
        case _:
            return record


def _link(text: str, state: State, guild: int) -> str:
    field, meant = link(text)
    named = _subject(meant, state, guild)
    return f"{field}={named}" if field else named


def _subject(text: str, state: State, guild: int) -> str:
    """Return the reference of a subject, of a member that the server does not know one that names nobody."""
    try:
        whose, key = resolve(text, guild)
    except ValueError:
        return text
    if not key.startswith(MEMBER) or (whose, key) in state.subjects:
        return text
    return reference(whose, _NOBODY + sha256(key.encode()).hexdigest()[:32])


def source(record: SourceRecord, old: SourceRecord | None, gone: Collection[str]) -> SourceRecord:
    """Return a source whose text is noted as one of a file, or stays as it is.

    Raises Refused for another text, and for a source that is `gone` (see `erased`).
    """
    if old is None and f"{OF_SERVER}:{record.key}" in gone:
        raise Refused("It was erased here, at the wish of the person who wrote it.")
    if old is None:
        return replace(record, text_from_file=bool(record.sha256 or record.length), pack_digest="")
    if record.sha256 not in {"", old.sha256}:
        raise Refused(
            "The text of an article that is here is not changed by a file; to bring in another text, give it another "
            "key."
        )
    return replace(
        record,
        sha256=old.sha256,
        length=old.length,
        text=old.text if old.text is not None else record.text,
        text_from_file=old.text_from_file,
        pack_digest=old.pack_digest,
    )


def erased(lines: Iterable[object], state: State) -> frozenset[str]:
    """Return the references of sources in a file's lines whose entries were erased here at their authors' wish."""
    gone = {one.key for one in state.known.values() if isinstance(one, EntryRecord) and _is_erased(one)}
    return frozenset(one.source for one in lines if isinstance(one, EntryRecord) and one.key in gone)


def require_unerased(old: EntryRecord, record: EntryRecord) -> None:
    """Raise Refused for a record that brings back an entry whose author had it erased."""
    if _is_erased(old) and not _is_erased(record):
        raise Refused(f"#{old.id} was erased at the wish of the person who wrote it.")


def _is_erased(entry: EntryRecord) -> bool:
    return entry.fields.get("statement") == ERASED
