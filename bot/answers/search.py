"""Search by words."""

from __future__ import annotations

from dataclasses import replace

from bot import names
from bot.answers import similar
from bot.answers.asks import fit
from bot.answers.pages import PAGE_SIZE
from bot.errors import UserError
from bot.model import Answer, Ask, Command, Kind
from bot.names import entry_number
from bot.store import sources
from bot.store.database import Connection
from bot.store.search import RANKED, select_matching, words

WORDS = 16
"""A search for more words than this is for a passage; its first words find it."""


async def search(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    """Search everything, kind and source narrowed by the ask; `ask.about` is a source as typed.

    Raises UserError for a text without a word, and for a source that there is not.
    """
    if not words(ask.text):
        raise UserError("Type at least one word or number to search for.")
    if ask.about:
        ask = replace(ask, about="", source_id=await _source_id(conn, guild_id, ask.about))
    found = await find(conn, guild_id, ask)
    if found.entries:
        return found
    return replace(found, near=await similar.subjects(conn, guild_id, names.key(names.typed(ask.text))))


async def _source_id(conn: Connection, guild_id: int, typed: str) -> int:
    source_id = entry_number(typed)
    if source_id and await sources.select_one(conn, guild_id, source_id):
        return source_id
    for id_, _ in await similar.articles(conn, guild_id, typed, limit=1):
        return id_
    raise UserError("There is no such article. The command sources lists the articles with their numbers.")


async def find(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    """Search for `ask.text`: entries with all of its words or, where there are none, with some of them."""
    text = fit(ask.text)
    terms = words(text)[:WORDS]
    ask = replace(ask, text=text)
    if not terms:
        return Answer(ask)
    size = PAGE_SIZE[ask.command]
    kind = Kind.QUOTE if ask.command is Command.QUOTE else ask.kind
    for every in (True, False):
        hits = await select_matching(
            conn,
            guild_id,
            terms,
            every=every,
            kind=kind,
            source_id=ask.source_id,
            speaker_id=ask.speaker_id,
            limit=size,
            offset=ask.page * size,
        )
        if hits.total:
            break
    remarks: list[str] = []
    if hits.total and not every:
        remarks.append("No entry holds all of these words; these hold some of them.")
    if not hits.ranked:
        remarks.append(f"More than {RANKED:,} entries hold one of these words, so the newest come first.")
    return Answer(ask, entries=hits.entries, total=hits.total, excerpts=hits.excerpts, remarks=tuple(remarks))
