"""The answers: what was asked becomes an `Answer`. A miss is an answer too, with near misses to offer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.answers import quotations, search, similar
from bot.answers.meaning import understand
from bot.answers.pages import PAGE_SIZE
from bot.model import SHARED, Answer, Ask, Command, Entry, Kind, Scope, Stat
from bot.names import entry_number
from bot.store import entries, revisions, sources
from bot.store.database import Connection, Database
from bot.store.entries import ABOUT, MEASURE, SPEAKER, TOPIC
from bot.store.names import select_prefix

PROFILE_EACH = 3
"""A profile shows so many figures, quotations and events; the rest are a button away."""


async def answer(db: Database, scope: Scope, ask: Ask) -> Answer:
    """Answer from what the scope's server may see. Raises UserError for what cannot be asked."""
    if is_random(ask):
        return await quotations.surprise(db, scope, ask)
    async with db.read() as conn:
        return await _ANSWERS[ask.command](conn, scope.guild_id, ask)


def is_random(ask: Ask) -> bool:
    """Whether the same question has another answer each time."""
    return ask.command is Command.RANDOM or (ask.command is Command.QUOTE and quotations.is_open(ask))


async def _stats(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    understood = await understand(conn, guild_id, ask, Kind.STAT, ABOUT, PAGE_SIZE[Command.STATS])
    return understood.answer()


async def _profile(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    understood = await understand(conn, guild_id, ask, None, ABOUT, 0)
    if understood.subject is None:
        return understood.answer()
    found: list[Entry] = []
    for kind, relations in (
        (Kind.STAT, ABOUT),
        (Kind.QUOTE, SPEAKER),
        (Kind.QUOTE, TOPIC),
        (Kind.EVENT, ABOUT),
    ):
        page = await entries.select_about(
            conn, guild_id, kind, subject_id=understood.subject.id, relations=relations, limit=PROFILE_EACH
        )
        found.extend(entry for entry in page.entries if entry not in found)
    return replace(understood.answer(), entries=tuple(found))


async def _compare(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    size = PAGE_SIZE[Command.COMPARE]
    understood = await understand(conn, guild_id, ask, Kind.STAT, MEASURE, size, measures=True)
    if understood.entries or ask.subject_id:
        return understood.answer()
    # A place or a person was named: compare what the closest of its figures measures.
    other = await understand(conn, guild_id, ask, Kind.STAT, ABOUT, 1)
    if other.entries and isinstance(other.entries[0], Stat):
        named = replace(ask, about=other.entries[0].measure)
        return (await understand(conn, guild_id, named, Kind.STAT, MEASURE, size, measures=True)).answer()
    measures = await select_prefix(conn, guild_id, "", kind=Kind.STAT, measures=True, limit=5)
    return replace(understood.answer(), near=understood.near or tuple(measures))


async def _timeline(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    size = PAGE_SIZE[Command.TIMELINE]
    if not ask.about and not ask.subject_id:
        events, total = await entries.select_events(conn, guild_id, limit=size, offset=ask.page * size)
        return Answer(ask, entries=events, total=total)
    understood = await understand(conn, guild_id, ask, Kind.EVENT, ABOUT, 0)
    if understood.subject is None:
        return understood.answer()
    events = await entries.select_events_about(
        conn, guild_id, understood.subject.id, limit=size, offset=ask.page * size
    )
    return replace(understood.answer(), entries=events)


async def _sources(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    size = PAGE_SIZE[Command.SOURCES]
    typed = ask.about.strip()
    source_id = ask.source_id or entry_number(typed)
    if source_id:
        source = await sources.select_one(conn, guild_id, source_id)
        found = (source,) if source else ()
        return Answer(replace(ask, source_id=source_id), sources=found, total=len(found))
    listed = await sources.select_all(conn, guild_id, beginning=typed, limit=size + 1, offset=ask.page * size)
    if typed and not listed:
        for id_, _ in await similar.articles(conn, guild_id, typed, limit=1):
            near = await _sources(conn, guild_id, replace(ask, source_id=id_))
            return replace(near, remarks=("No article’s name begins as typed; this one is the nearest.",))
    if typed and len(listed) == 1:
        return await _sources(conn, guild_id, replace(ask, source_id=listed[0].id))
    total = len(listed) if typed else await sources.select_count(conn, guild_id)
    return Answer(ask, sources=tuple(listed[:size]), total=total)


async def _show(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    entry_id = ask.entry_id or entry_number(ask.about)
    ask = replace(ask, entry_id=entry_id)
    if entry := await entries.select_by_id(conn, guild_id, entry_id):
        return Answer(ask, entries=(entry,), total=1, deeds=await _deeds(conn, guild_id, entry))
    if entry := await entries.select_correction(conn, guild_id, entry_id):
        remark = f"This server corrected #{entry_id}; what the pack says is kept for other servers."
        return Answer(ask, entries=(entry,), total=1, remarks=(remark,), deeds=await _deeds(conn, guild_id, entry))
    return Answer(ask, remarks=await _gone(conn, guild_id, entry_id))


async def _deeds(conn: Connection, guild_id: int, entry: Entry) -> tuple[str, ...]:
    """Return what was done to an entry of the server's own; who did it is for its moderators."""
    return () if entry.guild_id == SHARED else await revisions.select_actions(conn, guild_id, "entry", entry.id)


async def _gone(conn: Connection, guild_id: int, entry_id: int) -> tuple[str, ...]:
    """Return why an entry that there is, or was, is not shown in a server."""
    found = await entries.select_any(conn, guild_id, entry_id)
    if found is None:
        return ()
    entry, removed = found
    if not removed:
        return (f"Moderators of this server have hidden #{entry_id}; /entry unhide {entry_id} shows it again.",)
    if entry.guild_id == SHARED:
        return (f"#{entry_id} came with a pack, which does not have it any more.",)
    return (f"Moderators of this server have removed #{entry_id}; /entry restore {entry_id} brings it back.",)


_ANSWERS: dict[Command, Callable[[Connection, int, Ask], Awaitable[Answer]]] = {
    Command.STATS: _stats,
    Command.QUOTE: quotations.quote,
    Command.SEARCH: search.search,
    Command.PROFILE: _profile,
    Command.COMPARE: _compare,
    Command.TIMELINE: _timeline,
    Command.SOURCES: _sources,
    Command.SHOW: _show,
}
