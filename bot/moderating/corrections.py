"""Corrections that travel: where an entry was shown, what its card says now, and what has changed in it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answers import lookup
from bot.answers.asks import decode, encode
from bot.errors import UserError
from bot.model import SHARED, Answer, Ask, Command, Entry, Scope
from bot.moderating import keeping
from bot.moderating.posted import REMEMBERED, look
from bot.store import entries, posted, revisions
from bot.store.database import Connection, Database
from bot.store.posted import Posted
from bot.store.revisions import Revision
from bot.writing.fields import LABELS

MOST = 500
"""So many messages are corrected at once: Discord takes about one a second, and the card lives a quarter of an hour."""

_UNSEEN = {"passage"}
"""What readers are not told of: where in the source it stands, in characters."""

_under_way: set[tuple[int, str]] = set()
"""Servers, and what it is whose messages are being gone through."""


@dataclass(frozen=True, slots=True)
class Redone:
    """What a message is to show now: an answer, or None where only what was removed stood in it.

    `asker_id` is whom its buttons name; `removed` says that the entry is shown no longer. Of a `listing` nothing but
    its entries is known: title and buttons are those that the message has.
    """

    answer: Answer | None
    asker_id: int
    removed: bool
    listing: bool = False


async def outdated(conn: Connection, guild_id: int, entry_id: int, now: datetime) -> list[Posted]:
    """Return those messages that may show an entry otherwise than it is shown now; raises as `messages` does."""
    found = await messages(conn, guild_id, entry_id, now)
    wanted = look(await current(conn, guild_id, entry_id))
    return [message for message in found if not message.is_known_to_show(wanted)]


async def messages(conn: Connection, guild_id: int, entry_id: int, now: datetime) -> list[Posted]:
    """Return the messages in which an entry, or the shared one that it corrects, was shown; newest first.

    Raises UserError if the server has no such entry.
    """
    ids = await _ids(conn, guild_id, entry_id)
    return await posted.select_of(conn, guild_id, ids, now - REMEMBERED)


async def outdated_by(conn: Connection, guild_id: int, first: int, last: int, now: datetime) -> list[Posted]:
    """Return the messages that may show otherwise what changes with ids from `first` to `last` are about.

    At most MOST, the newest first; also those that showed the shared entries which these correct.
    """
    ids = await revisions.select_entries_between(conn, guild_id, first, last)
    ids |= await entries.select_corrected(conn, guild_id, ids)
    found: list[Posted] = []
    wanted: dict[int, tuple[tuple[int, ...], str]] = {}
    for message in await posted.select_of(conn, guild_id, sorted(ids), now - REMEMBERED):
        for id_ in message.looks:
            if id_ not in wanted:
                wanted[id_] = (await _ids(conn, guild_id, id_), look(await current(conn, guild_id, id_)))
            same, shown = wanted[id_]
            here = {each: message.looks[each] for each in same if each in message.looks}
            if not replace(message, looks=here).is_known_to_show(shown):
                found.append(message)
                break
        if len(found) == MOST:
            break
    return found


async def current(conn: Connection, guild_id: int, entry_id: int) -> Entry | None:
    """Return what a server shows in place of an entry: itself, its correction, what it corrected, or nothing."""
    for id_ in await _ids(conn, guild_id, entry_id):
        if entry := await entries.select_by_id(conn, guild_id, id_):
            return entry
    return None


async def redo(db: Database, message: Posted, entry_id: int) -> Redone:
    """Look up again what a message shows, now that an entry of it has changed; what tells of a change, shows none.

    Raises ValueError where the question belongs to an older version of the bot.
    """
    if message.ask == posted.TOLD:
        return Redone(None, 0, removed=True)
    ask, asker_id = decode(message.ask)
    async with db.read() as conn:
        entry = await current(conn, message.guild_id, entry_id)
        listed = await _listed(conn, message) if ask.command is Command.SEARCH else ()
    scope = Scope(message.guild_id, message.channel_id)
    answer = None
    if ask.command is Command.SEARCH:
        answer = Answer(ask, entries=listed, total=len(listed)) if listed else None
    elif lookup.is_random(ask):
        # Another draw would be another entry.
        answer = Answer(ask, entries=(entry,), total=1) if entry else None
    elif ask.command is Command.SHOW:
        answer = await lookup.answer(db, scope, replace(ask, entry_id=entry.id)) if entry else None
    else:
        answer = await lookup.answer(db, scope, ask)
        if not answer.entries:
            # It answers another question now, or none.
            answer = await lookup.answer(db, scope, Ask(Command.SHOW, entry_id=entry.id)) if entry else None
    return Redone(answer, asker_id, removed=entry is None, listing=ask.command is Command.SEARCH)


async def _listed(conn: Connection, message: Posted) -> tuple[Entry, ...]:
    """Return the entries that stand for those that a message has shown."""
    shown = await posted.select_shown(conn, message.message_id)
    found = [await current(conn, message.guild_id, id_) for id_ in shown]
    return tuple({entry.id: entry for entry in found if entry}.values())


async def changes(conn: Connection, guild_id: int, entry: Entry, entry_id: int) -> dict[str, tuple[str, str]]:
    """Return in what an entry differs from before its last change: by what people call a field, before and now.

    `entry` is what is shown in place of `entry_id`; it is the same as before where it was hidden and is shown again.
    Before a version that is back, there was the shared entry.
    Raises UserError if it was never changed.
    """
    found: list[Revision] = []
    for id_ in await _ids(conn, guild_id, entry_id):
        found += await revisions.select_of(conn, guild_id, "entry", id_, limit=1)
    if not found:
        raise UserError(f"#{entry_id} has not been changed in this server, so there is nothing to tell.")
    before = max(found, key=lambda revision: revision.id).before
    now = await keeping.fields_of(conn, entry)
    if before is None and entry.corrects and (shared := await entries.select_any(conn, SHARED, entry.corrects)):
        before = await keeping.fields_of(conn, shared[0])
    if before is None:
        return {}
    return {
        label: (before.get(key, ""), now.get(key, ""))
        for key, label in LABELS.items()
        if key not in _UNSEEN and before.get(key, "") != now.get(key, "")
    }


async def told(db: Database, message: Posted, reply_id: int, entry_id: int) -> None:
    """Note a reply to a message that tells what has changed in an entry: it goes when its words are erased."""
    reply = replace(message, message_id=reply_id, ask=posted.TOLD, looks={entry_id: None})
    async with db.write(content=False) as conn:
        await posted.insert(conn, [reply])


async def forget(db: Database, message: Posted) -> None:
    """Forget a message that is there no longer."""
    async with db.write(content=False) as conn:
        await posted.delete_messages(conn, [message.message_id])


async def forget_asker(conn: Connection, user_id: int) -> None:
    """Forget the messages whose buttons belong to a person: those that answered what they typed."""
    asker = encode(Ask(Command.STATS), user_id).split(".")[0].removeprefix("ask:t-")
    await posted.delete_asked(conn, f"ask:??{asker}.")


async def remember(db: Database, message: Posted, shown: Mapping[int, Entry]) -> None:
    """Note what a message shows now: entries, by the ids that they stand for.

    What it showed before stays known as not there any more, so that whatever is restored comes back there too.
    """
    async with db.write(content=False) as conn:
        await posted.update_emptied(conn, message.message_id)
        await posted.insert(conn, [replace(message, looks={id_: look(entry) for id_, entry in shown.items()})])


@contextmanager
def alone(guild_id: int, what: str) -> Generator[None]:
    """Keep others off the messages of an entry ("#12") meanwhile. Raises UserError if somebody is at it already."""
    if (guild_id, what) in _under_way:
        raise UserError(f"The messages that show {what} are being corrected at this moment. Wait for the result.")
    _under_way.add((guild_id, what))
    try:
        yield
    finally:
        _under_way.discard((guild_id, what))


async def _ids(conn: Connection, guild_id: int, entry_id: int) -> tuple[int, ...]:
    """Return an entry's id, that of the shared entry that it corrects, and that of the server's correction."""
    found = await entries.select_any(conn, guild_id, entry_id)
    if found is None:
        raise UserError(f"There is no entry #{entry_id} in this server.")
    shared_id = found[0].corrects or entry_id
    correction = await entries.select_correction(conn, guild_id, shared_id)
    ids = (entry_id, shared_id, correction.id if correction else entry_id)
    return tuple(dict.fromkeys(ids))
