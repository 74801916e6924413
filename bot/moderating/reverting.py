"""Taking a change back: what it changed becomes what it was before, and that is a change of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.errors import UserError
from bot.model import A_FILE, SHARED, THE_BOT, Actor, Entry
from bot.moderating import aliases, keeping
from bot.moderating.keeping import Done, Said
from bot.store import entries, hidden, revisions, sources
from bot.store.database import Connection
from bot.store.revisions import Fields, Revision
from bot.writing import naming
from bot.writing.fields import kind_of, of_content, read
from bot.writing.proof import proven


async def revert(conn: Connection, actor: Actor, revision_id: int, now: datetime) -> Done:
    """Take a change back, whatever came after it; of a change of a subject's names, that is the `entry_id`.

    What was added is removed, what was removed or hidden returns. Raises UserError where there is no such change, or
    nothing to take back.
    """
    change = await revisions.select_one(conn, actor.guild_id, revision_id)
    if change is None:
        raise UserError(f"There is no change {revision_id} in this server.")
    if change.target == "subject":
        return Done(change.target_id, await aliases.take_back(conn, actor, change, now))
    found = await entries.select_any(conn, actor.guild_id, change.target_id) if change.target == "entry" else None
    if found is None:
        raise UserError("Only changes of entries and of other names can be taken back.")
    entry, removed = found
    if entry.guild_id == SHARED:
        before, after = await _shown_or_hidden(conn, actor.guild_id, entry, change)
    else:
        before, after = await _written(conn, actor.guild_id, entry, change, now, removed=removed)
    change_id = await revisions.insert(conn, actor, "entry", entry.id, "reverted", now=now, before=before, after=after)
    return Done(entry.id, change_id)


async def _shown_or_hidden(
    conn: Connection, guild_id: int, entry: Entry, change: Revision
) -> tuple[Fields | None, Fields | None]:
    """Hide or show a shared entry as it was, and return its fields before and after."""
    await keeping.require_uncorrected(conn, guild_id, entry.id)
    shown = await keeping.fields_of(conn, entry)
    if change.before is None:
        if await hidden.exists(conn, guild_id, entry.id):
            raise _already(entry)
        await hidden.insert(conn, guild_id, entry.id)
        return shown, None
    if not await hidden.delete(conn, guild_id, entry.id):
        raise _already(entry)
    return None, shown


async def _written(
    conn: Connection, guild_id: int, entry: Entry, change: Revision, now: datetime, *, removed: bool
) -> tuple[Fields | None, Fields | None]:
    """Make an entry of the server what it was, and return its fields before and after."""
    present = await keeping.fields_of(conn, entry)
    goal = await goal_of(conn, guild_id, entry, change)
    if goal == (None if removed else present):
        raise _already(entry)
    if goal is None:
        await keeping.remove(conn, guild_id, entry, now)
        return present, None
    if removed:
        await keeping.restore(conn, guild_id, entry)
    if goal != present:
        await _rewrite(conn, guild_id, entry, goal)
    return None if removed else present, goal


async def goal_of(conn: Connection, guild_id: int, entry: Entry, change: Revision) -> Fields | None:
    """Return the fields before a change; None where there was none: before a correction was the shared entry.

    Raises UserError where the source does not bear out what only a file says, or what the bot has found unproven.
    """
    first = await revisions.select_next(conn, guild_id, "entry", entry.id, 0) if entry.corrects is not None else None
    if change.before is None or (first and first.id == change.id):
        return None
    doubtful = change.actor_id in {A_FILE, THE_BOT}
    return await _borne_out(conn, guild_id, entry, change.before) if doubtful else change.before


async def _borne_out(conn: Connection, guild_id: int, entry: Entry, said: Fields) -> Fields:
    """Return fields that an entry had or that a file says it had, with the status that its source bears out."""
    reading = read(kind_of(entry), said)
    source = await sources.select_text(conn, guild_id, reading.source_id)
    if reading.entry is None or source is None:
        return said  # `_rewrite` says what is wrong
    proof = await proven(reading, source, (entry.source_id, await keeping.content(conn, entry)))
    if proof.faults:
        raise _impossible(entry, proof.faults)
    return of_content(proof.entry, reading.source_id)


async def _rewrite(conn: Connection, guild_id: int, entry: Entry, goal: Fields) -> None:
    reading = read(kind_of(entry), goal)
    faults, content = dict(reading.faults), reading.entry
    if await sources.select_text(conn, guild_id, reading.source_id) is None:
        faults.setdefault("source", "Its source is not there any more.")
    if content is None or faults:
        raise _impossible(entry, faults)
    meant = await naming.understand(conn, guild_id, content, await naming.of_entry(conn, entry.id))
    if meant.faults:
        raise _impossible(entry, meant.faults)
    await keeping.update(conn, guild_id, entry.id, Said(content, reading.source_id, meant))


def _impossible(entry: Entry, faults: Mapping[str, str]) -> UserError:
    return UserError(f"#{entry.id} cannot become what it was: {' '.join(faults.values())}")


def _already(entry: Entry) -> UserError:
    return UserError(f"#{entry.id} is as it was before that change already.")
