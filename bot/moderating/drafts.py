"""Drafts: what a form holds until it is saved. A draft is tried out for real, and that is undone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot import names
from bot.errors import UserError
from bot.model import Actor, Entry, Kind, Status
from bot.moderating import merging, moderation
from bot.moderating.keeping import Done
from bot.names import entry_number
from bot.store import drafts, entries, quoted, revisions, sources, subjects
from bot.store.database import Connection, Database
from bot.store.drafts import Draft
from bot.writing import articles
from bot.writing.naming import Author, NewName, TakenName
from bot.writing.passages import Place

NEW = "new"
"""In the field `source`: it is made when the draft is saved, from what the draft holds of it."""

ENTRIES = ("add", "edit")
"""The purposes of drafts that become entries when they are saved; the others are of suggestions."""

MODERATORS = (*ENTRIES, "review")
"""The purposes of drafts that moderators write; the others are members'."""

LISTED = 20
"""So many drafts of a person are listed."""

MESSAGE, MEMBER = "message.text", "message.member"
"""Where the new source is a message: its text, and the id of its author, "" for a webhook."""

LABEL, HIDDEN = "message.label", "message.hidden"
"""What such a source is called, and whether ("1") not everybody can read the message."""

GONE = "This draft is gone. It was saved or discarded, or it is somebody else’s."
_WAITING = "Press “New source” and fill it in."


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft and what would come of saving it.

    `entry` is None where there are `faults`, which are sentences by field ("" where it is none in particular).
    `near` are entries that say the same. `before` are the fields of the entry that is edited, as it is now, and
    `after` those it would have. `source` is the name of the source that is chosen, `new` are names for which
    subjects would be made, `taken` are names that are taken for known ones.
    """

    draft: Draft
    faults: Mapping[str, str]
    near: tuple[Entry, ...]
    place: Place | None
    status: Status
    entry: Entry | None
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None = None
    source: str = ""
    new: tuple[NewName, ...] = ()
    taken: tuple[TakenName, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """An entry as it was saved, and the id of that change; 0 where the draft changed nothing."""

    entry: Entry
    change_id: int


class Conflict(UserError):  # noqa: N818 - as UserError, it is a sentence
    """Somebody else changed the entry since the draft was begun; `entry_id` is what stands for it now.

    `both` are the fields that the draft changes too.
    """

    def __init__(self, text: str, entry_id: int, both: tuple[str, ...]) -> None:
        self.entry_id, self.both = entry_id, both
        super().__init__(text)


async def find(conn: Connection, actor: Actor, draft_id: int) -> Draft:
    """Return a draft of this person in this server; raises UserError."""
    draft = await drafts.select(conn, actor.guild_id, actor.user_id, draft_id)
    if draft is None:
        raise UserError(GONE)
    return draft


async def mine(conn: Connection, actor: Actor, purposes: Iterable[str] = ENTRIES) -> list[Draft]:
    """Return what this person has begun to write in this server, newest first."""
    return await drafts.select_of(conn, actor.guild_id, actor.user_id, purposes, limit=LISTED)


async def begin(
    db: Database,
    actor: Actor,
    kind: Kind,
    fields: Mapping[str, str],
    now: datetime,
    *,
    purpose: str = "add",
    editing: int = 0,
    base: int = 0,
) -> int:
    """Keep fields as a new draft, of an entry to add or of the one that is edited, and return its id."""
    purpose = "edit" if editing else purpose
    async with db.write(content=False) as conn:
        return await drafts.insert(conn, actor, purpose, kind, fields, target_id=editing, base=base, now=now)


async def keep(db: Database, actor: Actor, draft_id: int, fields: Mapping[str, str], now: datetime) -> None:
    """Keep other fields in a draft; raises UserError."""
    async with db.write(content=False) as conn:
        await find(conn, actor, draft_id)
        await drafts.update(conn, draft_id, fields, now)


async def discard(db: Database, actor: Actor, draft_id: int) -> None:
    """Delete a draft; raises UserError."""
    async with db.write(content=False) as conn:
        await find(conn, actor, draft_id)
        await drafts.delete(conn, draft_id)


async def rebase(db: Database, actor: Actor, draft_id: int, now: datetime) -> int:
    """Begin a draft again on top of what its entry is now, and return the new draft's id; raises UserError.

    What the draft does not change is as it is now.
    """
    async with db.write(content=False) as conn:
        draft = await find(conn, actor, draft_id)
        entry, _ = await moderation.fields_of(conn, actor.guild_id, draft.target_id)
        base = await moderation.base_of(conn, actor.guild_id, entry.id)
        fields = (await merging.merge(conn, actor.guild_id, draft)).fields
        await drafts.delete(conn, draft_id)
        return await drafts.insert(
            conn, actor, draft.purpose, draft.kind, fields, target_id=entry.id, base=base, now=now
        )


async def try_out(db: Database, actor: Actor, draft_id: int, now: datetime) -> Tried:
    """Return what would come of saving a draft; raises UserError if there is no such draft."""
    async with undone(db) as conn:
        draft = await find(conn, actor, draft_id)
        draft = replace(draft, fields=(await merging.merge(conn, actor.guild_id, draft)).fields)
        before = None
        if draft.target_id:
            _, before = await moderation.fields_of(conn, actor.guild_id, draft.target_id)
        fields, faults = content(draft.fields), dict[str, str]()
        try:
            fields = await sourced(conn, actor, draft.fields, now)
        except UserError as error:
            faults["source"] = str(error)
            fields["source"] = ""
        checked = await moderation.check(
            conn, actor.guild_id, draft.kind, fields, ignoring=draft.target_id, author=author(draft.fields)
        )
        faults = {**checked.faults, **faults}
        entry = None
        if not faults:
            try:
                base = await moderation.base_of(conn, actor.guild_id, draft.target_id) if draft.target_id else 0
                entry = (await _save(conn, actor, draft, fields, now, base=base)).entry
            except UserError as error:
                faults[""] = str(error)
        chosen = await sources.select_label(conn, actor.guild_id, entry_number(fields.get("source", "")))
        return Tried(
            draft,
            faults,
            checked.near,
            checked.place,
            checked.status,
            entry,
            before,
            checked.fields,
            chosen,
            checked.new,
            checked.taken,
        )


async def save(db: Database, actor: Actor, draft_id: int, now: datetime, *, seen: Sequence[int] = ()) -> Saved | None:
    """Save a draft for good and delete it, in one transaction.

    Returns None where it has faults, or near-duplicates other than those that were `seen`; then it has to be
    looked at again. Raises UserError, and Conflict where somebody else was faster.
    """
    with suppress(_Undone):
        async with db.write() as conn:
            draft = await find(conn, actor, draft_id)
            if draft.purpose not in ENTRIES:
                raise UserError(GONE)
            try:
                fields = await sourced(conn, actor, draft.fields, now)
            except UserError as error:
                raise _Undone from error
            checked = await moderation.check(
                conn, actor.guild_id, draft.kind, fields, ignoring=draft.target_id, author=author(draft.fields)
            )
            if checked.faults or not {entry.id for entry in checked.near} <= set(seen):
                raise _Undone
            saved = await _save(conn, actor, draft, fields, now, base=draft.base)
            await drafts.delete(conn, draft_id)
            return saved
    return None


class _Undone(Exception):  # noqa: N818 - no error
    """Ends a transaction of which nothing is to stay."""


@asynccontextmanager
async def undone(db: Database) -> AsyncGenerator[Connection]:
    """Lend the writer for a transaction that is rolled back."""
    with suppress(_Undone):
        async with db.write(content=False) as conn:
            yield conn
            raise _Undone


def content(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the entry alone."""
    return {key: text for key, text in fields.items() if "." not in key}


def author(held: Mapping[str, str]) -> Author | None:
    """Return who wrote the message that a draft quotes, None where it quotes none."""
    if MESSAGE not in held:
        return None
    called = held.get("new.author", "")
    key = f"{subjects.MEMBER}{held[MEMBER]}" if held.get(MEMBER) else f"webhook:{names.spelling(called).letters}"
    return Author(key, called)


def spoken_by_another(held: Mapping[str, str]) -> bool:
    """Whether a draft of a message names another speaker than whoever wrote that."""
    wrote = author(held)
    return wrote is not None and not wrote.is_called(held.get("speaker", ""))


async def sourced(conn: Connection, actor: Actor, held: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return the fields of the entry alone, of all that a draft holds; a new source is made. Raises UserError."""
    fields = content(held)
    if fields.get("source") != NEW:
        return fields
    facts = {field: held.get(f"new.{field}", "") for field in articles.FACTS}
    if not any(facts.values()):
        raise UserError(_WAITING)
    called = {"text": held.get(MESSAGE, ""), "label": held.get(LABEL, "")}
    source_id = await articles.add_source(conn, actor, facts, now, **called)
    return fields | {"source": str(source_id)}


async def _save(
    conn: Connection, actor: Actor, draft: Draft, fields: Mapping[str, str], now: datetime, *, base: int
) -> Saved:
    if draft.target_id:
        try:
            done = await moderation.edit(conn, actor, draft.target_id, fields, now, base=base)
        except UserError as error:
            if base == await moderation.base_of(conn, actor.guild_id, draft.target_id):
                raise
            entry, _ = await moderation.fields_of(conn, actor.guild_id, draft.target_id)
            both = (await merging.merge(conn, actor.guild_id, draft)).both
            raise Conflict(str(error), entry.id, both) from error
    else:
        entry_id = await moderation.add(conn, actor, draft.kind, fields, now, author=author(draft.fields))
        done = Done(entry_id, await revisions.select_latest(conn, actor.guild_id, "entry", entry_id))
        if member := draft.fields.get(MEMBER):
            await quoted.insert(conn, entry_id, int(member))
    found = await entries.select_any(conn, actor.guild_id, done.entry_id)
    assert found is not None
    return Saved(found[0], done.change_id)
