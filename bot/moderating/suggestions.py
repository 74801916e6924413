"""Suggestions: what members may do. They propose entries, support each other's, and withdraw their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from bot.errors import AccessError, MarkedError, UserError
from bot.ingest.pack import PackEntry
from bot.model import Access, Actor, Kind, Settings, Suggesting
from bot.moderating import access, drafts
from bot.store import drafts as draft_store
from bot.store import revisions
from bot.store import suggestions as store
from bot.store.database import Connection, Database
from bot.store.revisions import Revision
from bot.store.suggestions import State, Suggestion
from bot.text import person
from bot.writing import duplicates, fields, naming
from bot.writing.articles import FACTS, NOT_STATED

STATE = "suggestion."
"""In a suggestion's history, what begins so is not its text but what became of it."""

OPEN_LIMIT = 10
"""So many suggestions of one member may wait in a server."""

COMPARED = 300
"""A new suggestion is compared with the oldest so many that wait."""

BRIEF = 1000
"""Of each text so many characters are compared: the same beginning is the same quotation."""

TOLD = 25
"""So many of those who support a suggestion are told by private message: Discord stops whoever sends too many."""

PAGE = 4
"""So many of one's own suggestions stand on a page."""


class Decided(MarkedError):  # noqa: N818 - as UserError, it is a sentence
    """A suggestion does not stand where it was thought to stand; somebody else was faster."""

    def __init__(self, suggestion: Suggestion, text: str = "") -> None:
        self.suggestion = suggestion
        super().__init__(text or f"#S{suggestion.id} {standing(suggestion)}.")


class Alike(UserError):  # noqa: N818 - as UserError, it is a sentence
    """Much the same is suggested already."""

    def __init__(self, found: tuple[Suggestion, ...]) -> None:
        self.found = found
        super().__init__(f"Much the same waits already as #S{found[0].id}.")


def require(actor: Actor, settings: Settings) -> None:
    """Raise UserError unless the server's settings let this person suggest."""
    if settings.suggesting is Suggesting.NOBODY:
        raise UserError("This server does not take suggestions; that is a choice in its settings.")
    if settings.suggesting is Suggesting.MODERATORS and not access.allowed(Access.MODERATOR, actor, settings):
        why = f"In this server only moderators suggest entries: {access.lacking(settings)}."
        raise AccessError(f"{why} Ask one of them to add yours.")


async def require_room(conn: Connection, actor: Actor) -> None:
    """Raise UserError if so many of this person's suggestions wait that another one has to wait as well."""
    if await store.select_pending_count(conn, actor.guild_id, actor.user_id) >= OPEN_LIMIT:
        raise UserError(
            f"{OPEN_LIMIT} of your suggestions wait for a decision here, and more are not taken. "
            "Wait until one is decided, or withdraw one: /suggestions mine lists them."
        )


async def find(conn: Connection, guild_id: int, suggestion_id: int) -> Suggestion:
    """Return a suggestion of this server; raises UserError."""
    found = await store.select_one(conn, guild_id, suggestion_id)
    if found is None:
        raise UserError(f"There is no suggestion #S{suggestion_id} in this server.")
    return found


async def alike(
    conn: Connection, guild_id: int, kind: Kind, content: Mapping[str, str], *, ignoring: int = 0
) -> tuple[Suggestion, ...]:
    """Return the suggestions that wait and say the same, oldest first."""
    entry = _read(kind, content)
    if entry is None:
        return ()
    entry = await _named(conn, guild_id, entry)
    found: list[Suggestion] = []
    for one in await store.select_pending(conn, guild_id, kind=kind, limit=COMPARED):
        await asyncio.sleep(0)  # each may be long
        other = _read(kind, one.fields) if one.id != ignoring else None
        # What names mean is looked up only where all the rest is alike.
        if other is None or not duplicates.may_be_alike(entry, other):
            continue
        if duplicates.alike(entry, await _named(conn, guild_id, other)):
            found.append(one)
    return tuple(found)


async def suggest(db: Database, actor: Actor, draft_id: int, now: datetime, *, unlike: bool = False) -> Suggestion:
    """Make a draft a suggestion. Raises UserError, and with `unlike` also Alike where much the same waits.

    The check and the change are one transaction: of two alike that are sent at the same time, one is refused.
    """
    async with db.write(content=False, durable=True) as conn:
        draft = await drafts.find(conn, actor, draft_id)
        if draft.purpose != "suggest":
            raise UserError(drafts.GONE)
        await require_room(conn, actor)
        if unlike and (found := await alike(conn, actor.guild_id, draft.kind, draft.fields)):
            raise Alike(found)
        suggestion_id = await store.insert(
            conn, guild_id=actor.guild_id, member_id=actor.user_id, kind=draft.kind, fields=draft.fields, now=now
        )
        await draft_store.delete(conn, draft_id)
        return await record(conn, actor, None, suggestion_id, "suggested", now=now)


async def support(db: Database, actor: Actor, suggestion_id: int, draft_id: int = 0) -> Suggestion:
    """Count this person's support, once, in place of a draft of their own. Raises UserError."""
    async with db.write(content=False, durable=True) as conn:
        found = await find(conn, actor.guild_id, suggestion_id)
        if found.state is not State.PENDING:
            raise _over(found)
        if found.member_id == actor.user_id:
            raise UserError(f"You suggested #S{suggestion_id} yourself, so that it has your support already.")
        if not await store.insert_support(conn, suggestion_id, actor.user_id):
            raise UserError(f"You support #S{suggestion_id} already.")
        if draft_id:
            await drafts.find(conn, actor, draft_id)
            await draft_store.delete(conn, draft_id)
        return await find(conn, actor.guild_id, suggestion_id)


async def withdraw(db: Database, actor: Actor, suggestion_id: int, now: datetime) -> Suggestion:
    """Take one's own suggestion out of the queue. Raises UserError; another's is not there for this person."""
    async with db.write(content=False, durable=True) as conn:
        found = await store.select_one(conn, actor.guild_id, suggestion_id)
        if found is None or found.member_id != actor.user_id:
            raise UserError(f"You have no suggestion #S{suggestion_id} in this server.")
        if found.state is not State.PENDING:
            raise _over(found)
        await store.update_state(conn, actor.guild_id, suggestion_id, State.WITHDRAWN, of=State.PENDING)
        return await record(conn, actor, found, suggestion_id, "withdrawn", now=now)


async def mine(conn: Connection, actor: Actor, page: int) -> tuple[list[Suggestion], int, int]:
    """Return a page of what this person suggested or supports here, newest first, its number and the total."""
    who = (conn, actor.guild_id, actor.user_id)
    found, total = await store.select_of_member(*who, limit=PAGE, offset=max(0, page) * PAGE)
    if not found and total:
        page = (total - 1) // PAGE
        found, total = await store.select_of_member(*who, limit=PAGE, offset=page * PAGE)
    return found, max(0, page) if found else 0, total


Edit: TypeAlias = tuple[dict[str, str], dict[str, str]]
"""What a moderator changed before the approval: the fields before and after."""


def edit_of(change: Revision) -> Edit | None:
    """Return what a moderator changed in an approval, None where nothing, or where it is none."""
    if change.action != "approved" or change.before is None or change.after is None:
        return None
    before, after = drafts.content(change.before), drafts.content(change.after)
    if before.get("source") == drafts.NEW:
        # It was made of what was described, unless a moderator chose another, or described it otherwise.
        before["source"], described = _described(change.before), _described(change.after)
        after["source"] = described or after.get("source", "")
    return (before, after) if before != after else None


def _described(held: Mapping[str, str]) -> str:
    """Return in one phrase what is said of a new source, "" where nothing is."""
    return ", ".join(text for fact in FACTS if (text := held.get(f"new.{fact}", "")) and text != NOT_STATED)


async def edits(conn: Connection, found: Iterable[Suggestion]) -> dict[int, Edit]:
    """Return what moderators changed in those that are approved, by suggestion."""
    done: dict[int, Edit] = {}
    for one in found:
        if one.state is State.APPROVED:
            [last] = await revisions.select_of(conn, one.guild_id, "suggestion", one.id, limit=1)
            if edit := edit_of(last):
                done[one.id] = edit
    return done


async def supporters(conn: Connection, suggestion_id: int) -> list[int]:
    """Return those members who support a suggestion that are told of its decision."""
    return await store.select_supporters(conn, suggestion_id, limit=TOLD)


async def count_waiting(conn: Connection, guild_id: int) -> int:
    """Return how many suggestions wait in a server."""
    return (await store.select_counts(conn, guild_id)).get(State.PENDING, 0)


async def waiting(conn: Connection, guild_id: int, suggestion_id: int) -> Suggestion:
    """Return a suggestion that waits for a decision; raises UserError, and Decided."""
    found = await find(conn, guild_id, suggestion_id)
    if found.state is not State.PENDING:
        raise Decided(found)
    return found


def standing(found: Suggestion) -> str:
    """Return in words for a moderator where a suggestion stands, who decided it and when."""
    if found.state is State.PENDING:
        return "waits for a decision"
    if found.decided_at is None:
        return "was withdrawn by its member"
    return f"was {found.state} already by {person(found.decided_by)}, <t:{int(found.decided_at.timestamp())}:R>"


def _over(found: Suggestion) -> Decided:
    """Return the refusal for a member, who does not learn which moderator decided."""
    return Decided(found, f"#S{found.id} does not wait any more: it was {found.state}.")


async def record(
    conn: Connection, actor: Actor, before: Suggestion | None, suggestion_id: int, action: str, *, now: datetime
) -> Suggestion:
    """Write a change into the history of a suggestion, and return it as it is now."""
    after = await find(conn, actor.guild_id, suggestion_id)
    await revisions.insert(
        conn,
        actor,
        "suggestion",
        suggestion_id,
        action,
        now=now,
        before=before and _texts(before),
        after=_texts(after),
    )
    return after


def _texts(one: Suggestion) -> dict[str, str]:
    """Return a suggestion as its history keeps it."""
    entry = {f"{STATE}entry": str(one.entry_id)} if one.entry_id else {}
    return {**one.fields, f"{STATE}state": one.state.value, f"{STATE}reason": one.reason, **entry}


def _read(kind: Kind, content: Mapping[str, str]) -> PackEntry | None:
    """Return what fields say, of each text the beginning; None where they say nothing yet."""
    brief = {key: text[:BRIEF] for key, text in content.items()}
    return fields.read(kind, {**brief, "source": "1"}).entry  # a new source has no number yet


async def _named(conn: Connection, guild_id: int, entry: PackEntry) -> PackEntry:
    """Return an entry with the names of its subjects as the store has them."""
    return (await naming.understand(conn, guild_id, entry)).named(entry)
