"""Full-text search over everything an entry says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiosqlite

from bot.folding import LONGEST
from bot.model import COUNT_LIMIT, Entry, Kind
from bot.store import excerpts, indexing, rows
from bot.store.excerpts import HIT_END, HIT_START
from bot.store.hidden import unhidden

RANKED = 5_000
"""Relevance weighs every entry that holds one of the words, so it is worked out up to so many; beyond that
the newest entries come first. This bounds a search for a word that half of the store holds."""

EXCERPT = 64
"""An excerpt has at most so many words, chosen around the hits; FTS5 allows no more."""

ASIDE = 12
"""As many words are shown of what else was searched: the context, the names and the source."""


_COLUMNS = "{subjects statement words context source folded}"


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of a search: `excerpts` goes with `entries`, hits between U+0002 and U+0003."""

    entries: tuple[Entry, ...]
    excerpts: tuple[str, ...]
    total: int
    ranked: bool


def words(text: str) -> list[str]:
    """Return the words that are searched for, each once, in the order typed; the rest of the text is unused.

    They are folded like what is indexed. In scripts without spaces between words, a run of text is one of them.
    """
    return list(dict.fromkeys(indexing.terms(text[:LONGEST])))


# How many entries are found, and how many BM25 would have to weigh, shown or not.
_COUNTS = f"""
    SELECT
        (
            SELECT count(*) FROM (
                SELECT 1 FROM entry_fts WHERE entry_fts MATCH :match AND {unhidden("entry_fts.rowid")} LIMIT :total
            )
        ),
        (SELECT count(*) FROM (SELECT 1 FROM entry_fts WHERE entry_fts MATCH :broad LIMIT :ranked + 1))
"""
_SHOWN = f"""
    SELECT {rows.ENTRY}, hit.words, hit.statement, hit.context, hit.subjects, hit.source
    FROM hit JOIN entry AS e ON e.id = hit.id {rows.JOINS}
    ORDER BY hit.place
"""
_MARKED = f"""
    snippet(entry_fts, 3, :start, :end, '…', {EXCERPT}) AS words,
    snippet(entry_fts, 2, :start, :end, '…', {EXCERPT}) AS statement,
    snippet(entry_fts, 4, :start, :end, '…', {ASIDE}) AS context,
    snippet(entry_fts, 1, :start, :end, '…', {ASIDE}) AS subjects,
    snippet(entry_fts, 5, :start, :end, '…', {ASIDE}) AS source
"""
# BM25 reads through every entry that holds a word of the match. All of the store holds a facet, so these are
# compared with the entry itself here.
_BEST = f"""
    WITH hit AS MATERIALIZED (
        SELECT entry_fts.rowid AS id, entry_fts.rank AS place, {_MARKED}
        FROM entry_fts CROSS JOIN entry AS e ON e.id = entry_fts.rowid
        WHERE entry_fts MATCH :match AND e.deleted_at IS NULL AND e.guild_id IN (0, :guild_id)
            AND (:kind IS NULL OR e.kind = :kind) AND (:source_id = 0 OR e.source_id = :source_id)
            AND (:speaker_id = 0 OR e.speaker_id = :speaker_id)
            AND {unhidden("e.id")}
        ORDER BY entry_fts.rank LIMIT :limit OFFSET :offset
    )
    {_SHOWN}
"""
_NEWEST = f"""
    WITH hit AS MATERIALIZED (
        SELECT rowid AS id, -rowid AS place, {_MARKED}
        FROM entry_fts WHERE entry_fts MATCH :match AND {unhidden("entry_fts.rowid")}
        ORDER BY rowid DESC LIMIT :limit OFFSET :offset
    )
    {_SHOWN}
"""


# The whole columns with their hits, in the order of _MARKED.
_WHOLE = """
    SELECT rowid, highlight(entry_fts, 3, :start, :end), highlight(entry_fts, 2, :start, :end),
        highlight(entry_fts, 4, :start, :end), highlight(entry_fts, 1, :start, :end),
        highlight(entry_fts, 5, :start, :end)
    FROM entry_fts WHERE entry_fts MATCH :match AND rowid IN (SELECT value FROM json_each(:ids))
"""

Columns = tuple[str | None, ...]
"""Excerpts of the words, the statement, the context, the subjects and the source of an entry."""

_ROOM = (EXCERPT * 8, EXCERPT * 8, ASIDE * 8, 0, ASIDE * 8)
"""Characters of each of these, about as many words as in the others; of names none is cut."""


def _texts(terms: Sequence[str], *, every: bool) -> str:
    # Terms are letters, marks and digits, so that quoting them leaves no search syntax.
    words = [f'"{term}"' for term in terms if not indexing.is_unspaced(term)]
    runs = [indexing.expression(term) for term in terms if indexing.is_unspaced(term)]
    link = " AND " if every else " OR "
    return link.join([*([f"{_COLUMNS} : ({link.join(words)})"] if words else []), *runs])


def _facets(guild_id: int, kind: Kind | None, source_id: int, speaker_id: int) -> str:
    facets = [f"(g0 OR g{guild_id})" if guild_id else "g0"]
    facets += [f"k{kind.value}"] if kind else []
    facets += [f"s{source_id}"] if source_id else []
    facets += [f"p{speaker_id}"] if speaker_id else []
    return f"facet : ({' AND '.join(facets)})"


async def select_matching(
    conn: aiosqlite.Connection,
    guild_id: int,
    terms: Sequence[str],
    *,
    every: bool,
    kind: Kind | None = None,
    source_id: int = 0,
    speaker_id: int = 0,
    limit: int,
    offset: int = 0,
) -> Hits:
    """Return a page of the entries that hold every (or any) of the terms, best first.

    Best is by relevance (BM25; names weigh most, then the words and statements, then context), or the newest
    first where `ranked` is False. `terms` come from `words` and are at least one.
    """
    texts = _texts(terms, every=every)
    match = f"{_facets(guild_id, kind, source_id, speaker_id)} AND ({texts})"
    [(total, held)] = await conn.execute_fetchall(
        _COUNTS,
        {
            "match": match,
            "broad": _texts(terms, every=False),
            "guild_id": guild_id,
            "total": COUNT_LIMIT,
            "ranked": RANKED,
        },
    )
    if not total:
        return Hits((), (), 0, ranked=True)
    ranked = held <= RANKED
    fetched = list(
        await conn.execute_fetchall(
            _BEST if ranked else _NEWEST,
            {
                "match": texts if ranked else match,
                "guild_id": guild_id,
                "kind": kind and kind.value,
                "source_id": source_id,
                "speaker_id": speaker_id,
                "start": HIT_START,
                "end": HIT_END,
                "limit": limit,
                "offset": offset,
            },
        )
    )
    found = rows.entries(fetched)
    columns: dict[int, Columns] = {entry.id: row[-5:] for entry, row in zip(found, fetched, strict=True)}
    columns |= await _folded_columns(conn, texts, terms, columns)
    return Hits(found, tuple(_excerpt(entry, columns[entry.id]) for entry in found), total, ranked)


async def _folded_columns(
    conn: aiosqlite.Connection, texts: str, terms: Sequence[str], shown: Mapping[int, Columns]
) -> dict[int, Columns]:
    """Return excerpts in which not all terms are words that FTS5 finds by itself: it cannot mark the others."""
    folded = not all(map(str.isascii, terms))
    ids = [id_ for id_, columns in shown.items() if folded or not any(HIT_START in (each or "") for each in columns)]
    if not ids:
        return {}
    fetched = await conn.execute_fetchall(
        _WHOLE, {"match": texts, "ids": json.dumps(ids), "start": HIT_START, "end": HIT_END}
    )
    return {
        row[0]: tuple(excerpts.marked(text or "", terms, room) for text, room in zip(row[1:], _ROOM, strict=True))
        for row in fetched
    }


def _excerpt(entry: Entry, columns: Columns) -> str:
    """Return what an entry says with the hits marked; where it has none, then in brackets what has them."""
    words, statement, context, subjects, source = (column or "" for column in columns)
    said = (words or statement).replace(rows.PART_BREAK, " … ")
    if HIT_START in said:
        return said
    around = (statement, context, subjects, source)
    where = next((text for text in around if HIT_START in text), "")
    if where is subjects:
        where = _names(entry, subjects)
    return f"{said} [{where}]" if where else said


def _names(entry: Entry, subjects: str) -> str:
    """Return the entry's own names that have a hit, else the alias: what people type is not what we say."""
    own = {entry.subject, getattr(entry, "measure", ""), getattr(entry, "speaker", "")}
    hits = [name.strip() for name in subjects.split(",") if HIT_START in name]
    named = [name for name in hits if name.replace(HIT_START, "").replace(HIT_END, "") in own]
    return ", ".join(named) if named else f"also called: {'; '.join(hits[:1])}"


INSERT = """
    INSERT INTO entry_fts (rowid, facet, subjects, statement, words, context, source, folded)
    SELECT id, facet, subjects, statement, words, context, source,
        folded_terms(subjects, statement, words, context, source)
    FROM entry_document
"""
"""Puts entries under search; goes on with which of `entry_document`. Needs a connection with our `functions`."""


async def insert_documents(conn: aiosqlite.Connection, source_id: int) -> None:
    """Put the entries of a source, those of every server, under search; none of them may be there."""
    await conn.execute(f"{INSERT} WHERE source_id = :id", {"id": source_id})


async def delete_documents(conn: aiosqlite.Connection, source_id: int) -> None:
    """Take the entries of a source, those of every server, out of search."""
    await conn.execute(
        "DELETE FROM entry_fts WHERE rowid IN (SELECT id FROM entry WHERE source_id = :id)", {"id": source_id}
    )


async def insert_document(conn: aiosqlite.Connection, entry_id: int) -> None:
    """Put one entry, which must not be there, under search; one that is deleted is left out."""
    await conn.execute(f"{INSERT} WHERE id = :id", {"id": entry_id})


async def delete_document(conn: aiosqlite.Connection, entry_id: int) -> None:
    """Take one entry out of search, if it is there."""
    await conn.execute("DELETE FROM entry_fts WHERE rowid = :id", {"id": entry_id})


_OF_SUBJECT = """
    SELECT entry_id FROM entry_subject
    WHERE subject_id = :subject_id AND kind IN ('event', 'quote', 'stat') AND guild_id = nullif(:guild_id, 0)
"""


async def reindex(conn: aiosqlite.Connection, guild_id: int, subject_id: int) -> None:
    """Bring a server's own entries on a subject up to date under search, as when its names there have changed.

    Shared ones are left as they are: other servers search them too, and know nothing of these names.
    """
    subject = {"subject_id": subject_id, "guild_id": guild_id}
    await conn.execute(f"DELETE FROM entry_fts WHERE rowid IN ({_OF_SUBJECT})", subject)
    await conn.execute(f"{INSERT} WHERE id IN ({_OF_SUBJECT})", subject)
