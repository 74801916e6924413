"""What moderators do to entries. Each change and its row in the history are one transaction, the caller's.

An id of another server answers like one that there is not. The id of a shared entry that the server has corrected
stands for that correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import UserError
from bot.ingest.pack import PackEntry
from bot.model import SHARED, Actor, Entry, Kind, Status, Subject
from bot.moderating import keeping, reverting
from bot.moderating.keeping import Done, Said
from bot.store import entries, hidden, revisions, sources
from bot.store.database import Connection
from bot.store.revisions import Fields
from bot.text import person, visible
from bot.writing import duplicates, naming
from bot.writing.fields import kind_of, of_content, read
from bot.writing.naming import Author, Meant, Name, NewName, TakenName
from bot.writing.passages import Place
from bot.writing.proof import claim, proven

revert = reverting.revert


@dataclass(frozen=True, slots=True)
class Checked:
    """What would be stored of fields that a person wrote, or what is wrong with them.

    `faults` are sentences by field; with any, `fields` are as they were given, else as the history would have them.
    `near` are entries that say the same. `place` is where the source says so, None where its text is not stored.
    `said` is what to store, None where there are faults. `new` are names for which subjects would be made,
    `taken` are names that are taken for known ones.
    """

    kind: Kind
    fields: dict[str, str]
    faults: dict[str, str]
    near: tuple[Entry, ...] = ()
    place: Place | None = None
    status: Status = Status.UNVERIFIED
    said: Said | None = None
    new: tuple[NewName, ...] = ()
    taken: tuple[TakenName, ...] = ()


async def check(
    conn: Connection,
    guild_id: int,
    kind: Kind,
    fields: Mapping[str, str],
    *,
    ignoring: int = 0,
    author: Author | None = None,
) -> Checked:
    """Check fields against the store. Of the entry that is edited, `ignoring`, those that are not given stay.

    It may be a removed one. `author` wrote the message that is quoted. Raises UserError if there is no such entry.
    """
    editing = (await keeping.find(conn, guild_id, ignoring))[0] if ignoring else None
    return await _check(conn, guild_id, kind, fields, editing, author)


async def fields_of(conn: Connection, guild_id: int, entry_id: int) -> tuple[Entry, dict[str, str]]:
    """Return an entry with its fields; for a corrected shared one its correction. Raises UserError."""
    entry = await _present(conn, guild_id, entry_id)
    return entry, await keeping.fields_of(conn, entry)


async def base_of(conn: Connection, guild_id: int, entry_id: int) -> int:
    """Return the newest change of an entry, by which `edit` knows whether there has been another since; 0 for none."""
    entry = await _present(conn, guild_id, entry_id)
    return await revisions.select_latest(conn, guild_id, "entry", entry.id)


async def add(
    conn: Connection,
    actor: Actor,
    kind: Kind,
    fields: Mapping[str, str],
    now: datetime,
    *,
    key: str = "",
    action: str = "added",
    added_by: int | None = None,
    author: Author | None = None,
) -> int:
    """Add an entry, the actor's or that of `added_by`, and return its id. Raises UserError with all faults.

    `author` wrote the message that is quoted.
    """
    checked = await _check(conn, actor.guild_id, kind, fields, author=author)
    entry_id = await keeping.insert(conn, actor, _sound(checked), now, key=key, added_by=added_by)
    await revisions.insert(conn, actor, "entry", entry_id, action, now=now, after=checked.fields)
    return entry_id


async def edit(
    conn: Connection,
    actor: Actor,
    entry_id: int,
    fields: Mapping[str, str],
    now: datetime,
    *,
    base: int | None = None,
    action: str = "edited",
    author: Author | None = None,
) -> Done:
    """Change an entry; of a shared one, a correction holds the change.

    Fields that are not given stay. `base` is `base_of` the entry when its fields were looked at, None if it does not
    matter. Raises UserError with all faults, where somebody else has changed the entry since, and where the server
    hides it.
    """
    entry = await _present(conn, actor.guild_id, entry_id)
    if base is not None:
        await _unchanged_since(conn, actor.guild_id, entry.id, base)
    checked = await _check(conn, actor.guild_id, kind_of(entry), fields, entry, author)
    return await _change(conn, actor, entry, _sound(checked), now, action=action)


async def remove(conn: Connection, actor: Actor, entry_id: int, now: datetime) -> Done:
    """Remove an entry of the server, so that it can be restored. What a pack says returns where it was corrected."""
    entry, removed = await keeping.find(conn, actor.guild_id, entry_id)
    if entry.guild_id == SHARED:
        raise UserError(f"#{entry.id} comes with the bot and is not this server’s to remove; hide it here instead.")
    if removed:
        raise UserError(f"#{entry.id} is removed already.")
    before = await keeping.fields_of(conn, entry)
    await keeping.remove(conn, actor.guild_id, entry, now)
    return await _record(conn, actor, entry.id, "removed", now, before=before)


async def restore(conn: Connection, actor: Actor, entry_id: int, now: datetime) -> Done:
    """Bring a removed entry back as it was."""
    entry, removed = await keeping.find(conn, actor.guild_id, entry_id)
    if not removed:
        raise UserError(f"#{entry.id} is not removed.")
    await keeping.restore(conn, actor.guild_id, entry)
    after = await keeping.fields_of(conn, entry)
    return await _record(conn, actor, entry.id, "restored", now, after=after)


async def set_status(  # noqa: PLR0917 - what to say of which entry, and why
    conn: Connection, actor: Actor, entry_id: int, status: Status, reason: str, now: datetime
) -> Done:
    """Say how far an entry can be trusted; of a shared one, a correction holds that.

    Raises UserError where the server hides the entry, and without a reason. That is not needed to call verified what
    the stored text of the source bears out.
    """
    entry = await _present(conn, actor.guild_id, entry_id)
    reason = reason.replace("\r\n", "\n").strip() if visible(reason) else ""
    if status is not Status.VERIFIED and not reason:
        raise UserError(f"Say why it is {status}; the reason is shown on the card.")
    old = await keeping.content(conn, entry)
    wanted = replace(old, status=status, status_reason=reason)
    if status is Status.VERIFIED and not reason and wanted != old:
        wanted = await _borne_out(conn, actor.guild_id, entry, old)
    if fault := read(old.kind, of_content(wanted, entry.source_id)).faults.get("status_reason"):
        raise UserError(fault)
    said = Said(wanted, entry.source_id, Meant(await naming.of_entry(conn, entry.id)))
    return await _change(conn, actor, entry, said, now, action="status")


async def hide(conn: Connection, actor: Actor, entry_id: int, now: datetime) -> Done:
    """Stop showing a shared entry in the server."""
    entry = await _present(conn, actor.guild_id, entry_id)
    if entry.guild_id != SHARED:
        which = f"this server’s correction of #{entry.corrects}" if entry.corrects else "this server’s own"
        raise UserError(f"#{entry.id} is {which}; remove it instead.")
    if await hidden.exists(conn, actor.guild_id, entry.id):
        raise UserError(f"#{entry.id} is hidden already.")
    await hidden.insert(conn, actor.guild_id, entry.id)
    before = await keeping.fields_of(conn, entry)
    return await _record(conn, actor, entry.id, "hidden", now, before=before)


async def unhide(conn: Connection, actor: Actor, entry_id: int, now: datetime) -> Done:
    """Show a shared entry in the server again."""
    entry = await _present(conn, actor.guild_id, entry_id)
    if entry.guild_id != SHARED or not await hidden.delete(conn, actor.guild_id, entry.id):
        raise UserError(f"#{entry.id} is not hidden.")
    after = await keeping.fields_of(conn, entry)
    return await _record(conn, actor, entry.id, "unhidden", now, after=after)


async def _present(conn: Connection, guild_id: int, entry_id: int) -> Entry:
    entry, removed = await keeping.find(conn, guild_id, entry_id)
    if removed:
        raise UserError(f"#{entry.id} is removed; restore it first.")
    return entry


async def _unchanged_since(conn: Connection, guild_id: int, entry_id: int, base: int) -> None:
    latest = await revisions.select_latest(conn, guild_id, "entry", entry_id)
    if latest == base or (change := await revisions.select_one(conn, guild_id, latest)) is None:
        return
    who = person(change.actor_id)
    when = f"<t:{int(change.at.timestamp())}:R>"
    raise UserError(f"{who[0].upper()}{who[1:]} changed #{entry_id} {when}. Look at it again before you change it.")


async def _check(  # noqa: PLR0917 - what of which server, and what is known of it
    conn: Connection,
    guild_id: int,
    kind: Kind,
    fields: Mapping[str, str],
    editing: Entry | None = None,
    author: Author | None = None,
) -> Checked:
    given, kept, before, ignored = dict(fields), dict[Name, Subject](), None, list[int]()
    if editing is not None:
        old = await keeping.content(conn, editing)
        given = of_content(old, editing.source_id) | given
        kept = await naming.of_entry(conn, editing.id)
        before = (editing.source_id, old)
        ignored = [editing.id, editing.corrects or editing.id]
    reading = read(kind, given)
    faults = dict(reading.faults)
    source = await sources.select_text(conn, guild_id, reading.source_id)
    if source is None:
        faults.setdefault("source", f"There is no source #{reading.source_id} in this server; choose one of the list.")
    if reading.entry is None or source is None:
        return Checked(kind, given, faults)
    meant = await naming.understand(conn, guild_id, reading.entry, kept, author)
    proof = await proven(replace(reading, entry=meant.named(reading.entry)), source, before)
    faults = proof.faults | meant.faults
    near = await duplicates.find(conn, guild_id, proof.entry, ignoring=ignored)
    new = await naming.new(conn, guild_id, proof.entry, meant)
    if faults:
        return Checked(kind, given, faults, near, proof.place, new=new, taken=meant.taken)
    said = Said(proof.entry, reading.source_id, meant)
    return Checked(kind, said.fields, {}, near, proof.place, proof.entry.status, said, new, meant.taken)


async def bear_out(conn: Connection, guild_id: int, entry: Entry, old: PackEntry) -> tuple[PackEntry | None, str]:
    """Return an entry as it is verified without a word: by its source's text, or as what it corrects is.

    None, and why, where it is not.
    """
    if entry.corrects and (found := await entries.select_any(conn, SHARED, entry.corrects)):
        shared = await keeping.content(conn, found[0])
        verified = (shared.status, shared.status_reason) == (Status.VERIFIED, "")
        if verified and found[0].source_id == entry.source_id and claim(shared) == claim(old):
            return replace(old, status=Status.VERIFIED, status_reason=""), ""
    undecided = replace(old, status=Status.UNVERIFIED, status_reason="")
    reading = read(old.kind, of_content(undecided, entry.source_id))
    source = await sources.select_text(conn, guild_id, entry.source_id)
    if reading.entry is None or source is None:
        return None, ""
    proof = await proven(reading, source)
    if not proof.faults and proof.entry.status is Status.VERIFIED:
        return proof.entry, ""
    return None, " ".join(proof.faults.values()) or proof.entry.status_reason


async def _borne_out(conn: Connection, guild_id: int, entry: Entry, old: PackEntry) -> PackEntry:
    """Return what `bear_out` does; raises UserError where a person has to say how they have checked it."""
    verified, why = await bear_out(conn, guild_id, entry, old)
    if verified is None:
        raise UserError(
            f"The bot cannot check #{entry.id} by itself. {why} Say how you have checked it: every card shows that as "
            "the reason. Or give it another status."
        )
    return verified


def _sound(checked: Checked) -> Said:
    if checked.said is None:
        raise UserError("\n".join(checked.faults.values()))
    return checked.said


async def _change(conn: Connection, actor: Actor, entry: Entry, said: Said, now: datetime, *, action: str) -> Done:
    """Store what an entry says from now on, if that is something else."""
    before = await keeping.fields_of(conn, entry)
    if before == said.fields:
        return Done(entry.id, 0)
    entry_id = entry.id
    if entry.guild_id == SHARED:
        entry_id = await keeping.insert(conn, actor, said, now, corrects=entry.id)
    else:
        await keeping.update(conn, actor.guild_id, entry.id, said)
    return await _record(conn, actor, entry_id, action, now, before=before, after=said.fields)


async def _record(
    conn: Connection,
    actor: Actor,
    entry_id: int,
    action: str,
    now: datetime,
    *,
    before: Fields | None = None,
    after: Fields | None = None,
) -> Done:
    change_id = await revisions.insert(conn, actor, "entry", entry_id, action, now=now, before=before, after=after)
    return Done(entry_id, change_id)
