"""Reviewing suggestions: a moderator approves, edits or rejects, and every decision can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.errors import UserError
from bot.model import APPROVED, APPROVED_EDITED, Actor, Entry, Kind, Status
from bot.moderating import drafts, moderation, suggestions
from bot.names import entry_number
from bot.store import drafts as draft_store
from bot.store import entries, quoted, revisions, sources
from bot.store import suggestions as store
from bot.store.database import Connection, Database
from bot.store.suggestions import DECIDED, State, Suggestion
from bot.text import visible
from bot.writing import fields as forms
from bot.writing.naming import Author, NewName, TakenName
from bot.writing.passages import Place

REASON = 300
"""A reason has at most so many characters."""

REMEMBERED = 10
"""So many of the newest changes of a suggestion are shown with it."""

Change: TypeAlias = revisions.Revision


@dataclass(frozen=True, slots=True)
class Review:
    """A suggestion as those who decide on it need it.

    `entry` is the one that it would become or, once approved, has become; None where `faults` are in the way.
    `near` are entries that say the same, `alike` other suggestions that wait and do. `lost` is, as fields before and
    after, what approving would change in the entry that it was before the approval was taken back. `source` is the
    name of the source that is chosen, `new` are names for which subjects would be made.
    """

    suggestion: Suggestion
    entry: Entry | None
    faults: Mapping[str, str]
    near: tuple[Entry, ...] = ()
    place: Place | None = None
    status: Status = Status.UNVERIFIED
    alike: tuple[Suggestion, ...] = ()
    lost: suggestions.Edit | None = None
    history: tuple[Change, ...] = ()
    source: str = ""
    new: tuple[NewName, ...] = ()
    taken: tuple[TakenName, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue: one suggestion, None if there is none; how many wait, and how many are decided."""

    review: Review | None
    page: int
    waiting: int
    decided: int


async def approve(db: Database, actor: Actor, suggestion_id: int, now: datetime) -> Suggestion:
    """Add what is suggested to the entries.

    After it was taken back, the entry that it had become is restored. Raises UserError if it has faults, and
    Decided if somebody was faster.
    """
    async with db.write() as conn:
        found = await suggestions.waiting(conn, actor.guild_id, suggestion_id)
        return await _approve(conn, actor, found, found.fields, now)


async def approve_draft(db: Database, actor: Actor, draft_id: int, now: datetime) -> Suggestion:
    """Add a reviewer's version of what is suggested to the entries, and delete the draft. Raises as `approve` does."""
    async with db.write() as conn:
        draft, found = await _draft(conn, actor, draft_id)
        await draft_store.delete(conn, draft_id)
        return await _approve(conn, actor, found, draft.fields, now)


async def reject(db: Database, actor: Actor, suggestion_id: int, reason: str, now: datetime) -> Suggestion:
    """Turn a suggestion down for a reason, which its member is shown. Raises UserError, and Decided."""
    if not visible(reason):
        raise UserError("Give a reason: the member is shown it.")
    async with db.write(content=False, durable=True) as conn:
        found = await suggestions.waiting(conn, actor.guild_id, suggestion_id)
        await store.update_state(
            conn,
            actor.guild_id,
            suggestion_id,
            State.REJECTED,
            of=State.PENDING,
            decided_by=actor.user_id,
            now=now,
            reason=reason.strip()[:REASON],
        )
        return await suggestions.record(conn, actor, found, suggestion_id, "rejected", now=now)


async def take_back(db: Database, actor: Actor, suggestion_id: int, now: datetime) -> Suggestion:
    """Let a decided suggestion wait again; the entry that it became is removed. Raises UserError."""
    async with db.write() as conn:
        found = await suggestions.find(conn, actor.guild_id, suggestion_id)
        if found.state not in DECIDED:
            raise suggestions.Decided(found)
        if found.state is State.APPROVED:
            stored = await entries.select_any(conn, actor.guild_id, found.entry_id)
            if stored is not None and not stored[1]:
                await moderation.remove(conn, actor, found.entry_id, now)
            # What a reviewer made of it is in the history; what waits is the member's own.
            changes = await _history(conn, actor.guild_id, suggestion_id)
            before = next((change.before for change in changes if change.action == "approved"), None)
            if before:
                own = {key: text for key, text in before.items() if not key.startswith(suggestions.STATE)}
                await store.update_fields(conn, actor.guild_id, suggestion_id, own)
        await store.update_state(conn, actor.guild_id, suggestion_id, State.PENDING, of=found.state)
        return await suggestions.record(conn, actor, found, suggestion_id, "taken back", now=now)


async def review(db: Database, guild_id: int, suggestion_id: int, now: datetime) -> Review:
    """Return a suggestion for those who decide on it. Raises UserError."""
    async with db.read() as conn:
        found = await suggestions.find(conn, guild_id, suggestion_id)
        if found.state is State.APPROVED:
            stored = await entries.select_any(conn, guild_id, found.entry_id)
            assert stored is not None
            history = await _history(conn, guild_id, suggestion_id)
            return Review(found, stored[0], {}, history=history)
    async with drafts.undone(db) as conn:
        history = await _history(conn, guild_id, suggestion_id)
        return replace(await _try_out(conn, found, now), history=history)


async def queue(db: Database, guild_id: int, page: int, now: datetime, *, decided: bool = False) -> Queue:
    """Return a page of what waits, oldest first, or of what was decided, the latest first; one suggestion each."""
    async with db.read() as conn:
        counts = await store.select_counts(conn, guild_id)
        waiting, done = counts.get(State.PENDING, 0), sum(counts.get(state, 0) for state in DECIDED)
        page = max(0, min(page, (done if decided else waiting) - 1))
        select = store.select_decided if decided else store.select_pending
        found = await select(conn, guild_id, limit=1, offset=page)
    shown = await review(db, guild_id, found[0].id, now) if found else None
    return Queue(shown, page, waiting, done)


async def begin(db: Database, actor: Actor, suggestion_id: int, fields: Mapping[str, str], now: datetime) -> int:
    """Keep a reviewer's version of a suggestion that waits as a draft, and return its id. Raises UserError."""
    async with db.write(content=False) as conn:
        found = await suggestions.waiting(conn, actor.guild_id, suggestion_id)
        return await draft_store.insert(conn, actor, "review", found.kind, fields, target_id=suggestion_id, now=now)


async def begun(conn: Connection, actor: Actor, suggestion_id: int) -> int:
    """Return the draft that this reviewer touched last of a suggestion, 0 if there is none."""
    found = await draft_store.select_of(
        conn, actor.guild_id, actor.user_id, ("review",), target_id=suggestion_id, limit=1
    )
    return found[0].id if found else 0


async def try_out(db: Database, actor: Actor, draft_id: int, now: datetime) -> drafts.Tried:
    """Return what would come of approving a reviewer's draft. Raises UserError, and Decided."""
    async with drafts.undone(db) as conn:
        draft, found = await _draft(conn, actor, draft_id)
        tried = await _try_out(conn, replace(found, fields=draft.fields), now)
        before = drafts.content(found.fields)
        return drafts.Tried(
            draft,
            tried.faults,
            tried.near,
            tried.place,
            tried.status,
            tried.entry,
            before,
            source=tried.source,
            new=tried.new,
            taken=tried.taken,
        )


async def _draft(conn: Connection, actor: Actor, draft_id: int) -> tuple[drafts.Draft, Suggestion]:
    """Return a reviewer's draft and the suggestion, which has to wait still."""
    draft = await drafts.find(conn, actor, draft_id)
    if draft.purpose != "review":
        raise UserError(drafts.GONE)
    return draft, await suggestions.waiting(conn, actor.guild_id, draft.target_id)


async def _approve(
    conn: Connection, actor: Actor, found: Suggestion, held: Mapping[str, str], now: datetime
) -> Suggestion:
    try:
        content = await drafts.sourced(conn, actor, held, now)
        author = drafts.author(held)
        entry_id = found.entry_id or await _add(conn, actor, found, content, now, author, edited=held != found.fields)
        if found.entry_id:
            await _restore(conn, actor, entry_id, now)
            await moderation.edit(conn, actor, entry_id, _whole(found.kind, content), now, author=author)
    except UserError as error:
        raise UserError(
            f"#S{found.id} cannot be approved as it is. {error} The button Edit lets you mend it."
        ) from error
    if not found.entry_id and (member := held.get(drafts.MEMBER)):
        await quoted.insert(conn, entry_id, int(member))
    guild_id, who = actor.guild_id, actor.user_id
    # What a source was made of stays with it, so that the history tells it from another one.
    made = {key: text for key, text in held.items() if key.startswith("new.") and held.get("source") == drafts.NEW}
    await store.update_fields(conn, guild_id, found.id, content | made)
    await store.update_state(
        conn, guild_id, found.id, State.APPROVED, of=State.PENDING, decided_by=who, now=now, entry_id=entry_id
    )
    return await suggestions.record(conn, actor, found, found.id, "approved", now=now)


async def _try_out(conn: Connection, found: Suggestion, now: datetime) -> Review:
    """Return what would come of an approval; all that this does has to be undone."""
    actor = Actor(found.guild_id, found.member_id, manages=False, roles=frozenset())
    content, faults = drafts.content(found.fields), dict[str, str]()
    try:
        content = await drafts.sourced(conn, actor, found.fields, now)
    except UserError as error:
        content["source"], faults["source"] = "", str(error)
    if found.entry_id:
        await _restore(conn, actor, found.entry_id, now)
    whole, author = _whole(found.kind, content), drafts.author(found.fields)
    checked = await moderation.check(conn, found.guild_id, found.kind, whole, ignoring=found.entry_id, author=author)
    faults = {**checked.faults, **faults}
    entry, lost = None, None
    if not faults:
        entry_id = found.entry_id or await _add(conn, actor, found, content, now, author)
        if found.entry_id:
            _, before = await moderation.fields_of(conn, found.guild_id, entry_id)
            lost = (before, checked.fields) if before != checked.fields else None
            await moderation.edit(conn, actor, entry_id, whole, now, author=author)
        stored = await entries.select_any(conn, found.guild_id, entry_id)
        entry = stored and stored[0]
    waiting = found.state is State.PENDING
    others = await suggestions.alike(conn, found.guild_id, found.kind, content, ignoring=found.id) if waiting else ()
    return Review(
        found,
        entry,
        faults,
        checked.near,
        checked.place,
        checked.status,
        others,
        lost,
        source=await sources.select_label(conn, found.guild_id, entry_number(content.get("source", ""))),
        new=checked.new,
        taken=checked.taken,
    )


async def _add(  # noqa: PLR0917 - who adds what, when, and whose words it quotes
    conn: Connection,
    actor: Actor,
    found: Suggestion,
    content: Mapping[str, str],
    now: datetime,
    author: Author | None,
    *,
    edited: bool = False,
) -> int:
    return await moderation.add(
        conn,
        actor,
        found.kind,
        content,
        now,
        action=APPROVED_EDITED if edited else APPROVED,
        added_by=found.member_id,
        author=author,
    )


async def _restore(conn: Connection, actor: Actor, entry_id: int, now: datetime) -> None:
    """Bring back the entry that a suggestion had become, if it is removed."""
    stored = await entries.select_any(conn, actor.guild_id, entry_id)
    if stored is not None and stored[1]:
        await moderation.restore(conn, actor, entry_id, now)


def _whole(kind: Kind, content: Mapping[str, str]) -> dict[str, str]:
    """Return content with every field that a form asks for; of an entry, what is not given would stay."""
    return {key: content.get(key, "") for key in forms.keys(kind) if key not in {"status", "status_reason"}}


async def _history(conn: Connection, guild_id: int, suggestion_id: int) -> tuple[Change, ...]:
    return tuple(await revisions.select_of(conn, guild_id, "suggestion", suggestion_id, limit=REMEMBERED))
