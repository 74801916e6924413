"""What is stored about a person: shown, copied and erased, in one server or, asked for in private, in all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import names
from bot.answers import asks
from bot.model import Actor
from bot.moderating import keeping
from bot.moderating.posted import REMEMBERED
from bot.names import entry_number
from bot.store import blanking, departures, drafts, meta, posted, revisions, search, subjects
from bot.store import privacy as store
from bot.store import suggestions as suggestion_store
from bot.store.database import Connection, Database
from bot.store.posted import Posted
from bot.store.suggestions import Suggestion

LISTED = 20
"""So many entries are named."""

_LEFT = "erased"
"""Kept in the store while something of what was erased may still stand in the file."""

SMALL = 256 * 2**20
"""In bytes. A store up to this size is written anew right after an erasure, which takes seconds; others at night."""

NAMED_BY = ("speaker", "about")
"""The fields that may have a person's name as a subject."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about a person; `counts` are those of `store.HELD` that are not 0.

    `added` and `quoted` are the newest entries that they added or are quoted in, `states` how many of their suggestions
    stand where, `elsewhere` how many further servers hold something. `everywhere` is whether all servers are meant.
    """

    everywhere: bool
    counts: Mapping[str, int]
    added: Sequence[int]
    quoted: Sequence[int]
    states: Mapping[str, int]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left to do on Discord: entries with the messages that show them, suggestions without a text now."""

    entries: Mapping[tuple[int, int], tuple[Posted, ...]]
    suggestions: tuple[Suggestion, ...]


async def held(conn: Connection, person_id: int, guild_id: int) -> Held:
    """Return what is held about a person in a server, or (0) in all."""
    by_server = await store.select_counts(conn, person_id, asks.asker(person_id))
    counts: Counter[str] = Counter()
    for server, found in by_server.items():
        if guild_id in {0, server}:
            counts.update(found)
    return Held(
        not guild_id,
        counts,
        await store.select_ids(conn, guild_id, person_id, "entries", limit=LISTED),
        await store.select_ids(conn, guild_id, person_id, "quotations", limit=LISTED),
        await store.select_states(conn, guild_id, person_id),
        len(set(by_server) - {guild_id}) if guild_id else 0,
    )


async def copy(conn: Connection, person_id: int, guild_id: int, now: datetime) -> bytes:
    """Return everything about a person as a JSON file."""
    found = await store.select_held(conn, guild_id, person_id, asks.asker(person_id))
    whole = {"made_at": now.isoformat(timespec="seconds"), "person": str(person_id), **found}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


async def erase(db: Database, person_id: int, guild_id: int, now: datetime) -> Erased:
    """Erase a person in a server, or (0) in all: what they wrote in messages goes, the rest stays without their name.

    `overwrite` has to follow, so that nothing of it is left in the file.
    """
    async with db.write(checked=False, durable=True) as conn, store.overwriting(conn):
        if not (await held(conn, person_id, guild_id)).counts:
            return Erased({}, ())
        quoting = await store.select_quoting(conn, guild_id, person_id)
        ids = [entry_id for _, entry_id in quoting]
        suggestions = await store.select_suggestions(conn, guild_id, person_id, ids)
        for server in sorted({one[0] for one in (*quoting, *suggestions)}):
            own = [id_ for of, id_ in suggestions if of == server]
            await _erase_texts(conn, person_id, server, [id_ for of, id_ in quoting if of == server], own, now)
        for server, subject_id in await subjects.select_of_member(conn, guild_id, person_id):
            await _erase_speaker(conn, server, subject_id)
        await store.forget(conn, guild_id, person_id, asks.asker(person_id))
        await meta.upsert_value(conn, _LEFT, "1")
        shown = {one: await _messages(conn, *one, now - REMEMBERED) for one in quoting}
        cleared = [await suggestion_store.select_one(conn, *one) for one in suggestions]
    return Erased(shown, tuple(one for one in cleared if one is not None))


async def _messages(conn: Connection, guild_id: int, entry_id: int, since: datetime) -> tuple[Posted, ...]:
    """Return the messages that show an entry, or tell what has changed in it."""
    shown = await posted.select_of(conn, guild_id, [entry_id], since)
    return (*shown, *await posted.select_of(conn, guild_id, [entry_id], since, told=True))


async def overwrite(db: Database, *, at_night: bool = False) -> None:
    """Write the file anew without anything that was erased, if that is left to do; a large one `at_night` only."""
    async with db.read() as conn:
        if await meta.select_value(conn, _LEFT) != "1":
            return
    pages = -blanking.PAGES
    while True:
        async with db.write(content=False) as conn:
            if not await blanking.merge_index(conn, pages):
                break
        pages = blanking.PAGES
    if at_night or await db.size() <= SMALL:
        # What is erased meanwhile is left to do.
        async with db.write(content=False) as conn:
            await meta.upsert_value(conn, _LEFT, "0")
        try:
            await db.rewrite()
        except BaseException:
            async with db.write(content=False) as conn:
                await meta.upsert_value(conn, _LEFT, "1")
            raise
    await db.checkpoint()


async def _erase_texts(  # noqa: PLR0917 - whose, where, and what
    conn: Connection, person_id: int, guild_id: int, entry_ids: list[int], suggestion_ids: list[int], now: datetime
) -> None:
    """Delete what a server's entries and suggestions hold of a person's messages, and their history with it."""
    nobody = Actor(guild_id, 0, manages=False, roles=frozenset())
    said = await store.select_said(conn, guild_id, "entry", entry_ids)
    for entry_id in entry_ids:
        entry, removed = await keeping.find(conn, guild_id, entry_id)
        said.append(await keeping.fields_of(conn, entry))
        if not removed:
            await keeping.remove(conn, guild_id, entry, now)
    if entry_ids:
        subject_id, source_id = await blanking.upsert_nobody(conn, guild_id)
        for entry_id in entry_ids:
            await blanking.update_entry(conn, guild_id, entry_id, subject_id, source_id)
        await _erase_sources(conn, person_id, guild_id, entry_ids, said, source_id)
        await _erase_subjects(conn, guild_id, said, subject_id)
    for target, ids in (("entry", entry_ids), ("suggestion", suggestion_ids)):
        await store.update_revisions(conn, guild_id, target, ids)
        await drafts.delete_about(conn, guild_id, target, ids)
    for entry_id in entry_ids:
        await revisions.insert(conn, nobody, "entry", entry_id, "erased", now=now)
    await store.update_suggestions(conn, suggestion_ids)
    for suggestion_id in suggestion_ids:
        await revisions.insert(conn, nobody, "suggestion", suggestion_id, "erased", now=now)


async def _erase_sources(  # noqa: PLR0917 - as above
    conn: Connection,
    person_id: int,
    guild_id: int,
    entry_ids: list[int],
    said: Iterable[Mapping[str, str]],
    instead: int,
) -> None:
    """Delete the sources that were made of the messages."""
    candidates = {entry_number(fields.get("source", "")) for fields in said}
    made = await blanking.select_made(conn, guild_id, person_id, entry_ids, candidates)
    for source_id in made:
        for entry_id in await blanking.delete_source(conn, source_id, instead):
            await search.delete_document(conn, entry_id)
            await search.insert_document(conn, entry_id)
    await store.update_revisions(conn, guild_id, "source", made)


async def _erase_speaker(conn: Connection, guild_id: int, subject_id: int) -> None:
    """Delete what a member is called as the author of messages; other entries on that person are on nobody then."""
    nobody, _ = await blanking.upsert_nobody(conn, guild_id)
    for entry_id in await blanking.replace_subject(conn, guild_id, subject_id, nobody):
        await search.delete_document(conn, entry_id)
        await search.insert_document(conn, entry_id)
    await _delete_subjects(conn, guild_id, [subject_id], nobody)


async def _erase_subjects(conn: Connection, guild_id: int, said: Iterable[Mapping[str, str]], instead: int) -> None:
    """Delete the subjects that only what is erased has named."""
    named = {name.strip() for fields in said for key in NAMED_BY for name in fields.get(key, "").split(";")}
    await _delete_subjects(conn, guild_id, await blanking.select_lost_subjects(conn, guild_id, named), instead)


async def _delete_subjects(conn: Connection, guild_id: int, subject_ids: Collection[int], instead: int) -> None:
    """Delete subjects that no entry has, with their names and what the history holds of these."""
    words: set[str] = set()
    for subject_id in subject_ids:
        words |= await blanking.delete_subject(conn, guild_id, subject_id, instead)
    await store.update_revisions(conn, guild_id, "subject", subject_ids)
    await drafts.delete_about(conn, guild_id, "subject", subject_ids)
    gone = await departures.select_lost_words(conn, words)
    await departures.delete_typo_keys(conn, [(key, word) for word in gone for key in names.typo_keys(word)])
