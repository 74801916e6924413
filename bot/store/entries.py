"""Reading entries: by subject, by id, and by date."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

import aiosqlite

from bot import names
from bot.model import COUNT_LIMIT, Entry, Kind, Subject, moment
from bot.names import NAMELESS, Likeness, Spelling
from bot.store import rows
from bot.store.blanking import ERASED
from bot.store.hidden import unhidden

VISIBLE = f"e.deleted_at IS NULL AND e.guild_id IN (0, :guild_id) AND {unhidden('e.id')}"

Relations = tuple[str, str]
"""The first and the last relation meant, by the alphabet: one stretch of an index."""

ABOUT: Relations = ("about", "measure")  # "counter" lies between
TOPIC: Relations = ("about", "about")
SPEAKER: Relations = ("speaker", "speaker")
MEASURE: Relations = ("measure", "measure")

# A lookup is one statement, and all of it is read from indexes in their order: SQLite makes no table of its
# own to sort in or to look things up in, which would cost more than everything else here together.
_NAMED = """
    SELECT subject_id, rank, text FROM name WHERE guild_id = 0 AND key = :key
    UNION ALL
    SELECT subject_id, rank, text FROM name WHERE guild_id = nullif(:guild_id, 0) AND key = :key
    ORDER BY rank, subject_id LIMIT {limit}
"""
_BY_ID = "SELECT :subject_id AS subject_id, 0 AS rank, '' AS text"

_RELATED = """
    FROM entry_subject AS es
    WHERE es.subject_id = {subject} AND es.kind {kinds} AND es.guild_id {whose}
        AND es.relation BETWEEN :first AND :last AND NOT es.deleted
"""
_COUNT = f"(SELECT count(*) FROM (SELECT 1 {_RELATED} LIMIT {COUNT_LIMIT}))"
_HALF = f"SELECT es.relation, es.position, es.entry_id, es.subject_id {_RELATED}"
# What goes on from "guild_id": of the shared entries a server may hide some, of its own none.
_SHARED, _OWN = f"= 0 AND {unhidden('es.entry_id')}", "= nullif(:guild_id, 0)"


def _about(named: str, first: str, kinds: str) -> str:
    """Return the statement that fetches what a name may mean, then a page of entries of its first meaning."""
    nothing = ", ".join(["NULL"] * rows.WIDTH)
    return f"""
        SELECT s.id, s.kind, s.name, s.description, n.rank,
            {_COUNT.format(subject="s.id", kinds=kinds, whose=_SHARED)}
            + {_COUNT.format(subject="s.id", kinds=kinds, whose=_OWN)},
            {nothing}, n.text, NULL
        FROM ({named}) AS n CROSS JOIN subject AS s ON s.id = n.subject_id
        WHERE s.guild_id IN (0, :guild_id) AND (NOT :measures OR s.kind = 'measure')
        UNION ALL
        SELECT page.subject_id, NULL, NULL, NULL, NULL, NULL, {rows.ENTRY}, page.relation, page.position
        FROM (
            {_HALF.format(subject=first, kinds=kinds, whose=_SHARED)}
            UNION ALL
            {_HALF.format(subject=first, kinds=kinds, whose=_OWN)}
            ORDER BY 1, 2, 3 LIMIT :limit OFFSET :offset
        ) AS page CROSS JOIN entry AS e ON e.id = page.entry_id {rows.JOINS}
    """


def _abouts(kinds: str) -> tuple[str, str]:
    first = f"(SELECT subject_id FROM ({_NAMED.format(limit=1)}))"
    return _about(_NAMED.format(limit=25), first, kinds), _about(_BY_ID, ":subject_id", kinds)


_OF_KIND = _abouts("= :kind")
_OF_ANY_KIND = _abouts("IN ('event', 'quote', 'stat')")


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means, likeliest first with the number of entries, and a page of the likeliest one's."""

    meant: tuple[tuple[Subject, int], ...]
    entries: tuple[Entry, ...]


async def select_about(
    conn: aiosqlite.Connection,
    guild_id: int,
    kind: Kind | None,
    *,
    key: str = "",
    spelling: Spelling = NAMELESS,
    subject_id: int = 0,
    relations: Relations = ABOUT,
    measures: bool = False,
    limit: int,
    offset: int = 0,
) -> Found:
    """Return what a name's key (or a subject's id) means and a page of its entries, closest first.

    Another name than that of this `spelling` comes last, though it has the same key. The likeliest has entries of this
    kind; then the same letters go before those with other accents, a name before an alias, before an ending; then the
    most entries. `kind` None stands for any; `measures` lets the name mean measures only.
    """
    by_name, by_id = _OF_KIND if kind else _OF_ANY_KIND
    parameters = {
        "guild_id": guild_id,
        "kind": kind and kind.value,
        "key": key,
        "subject_id": subject_id,
        "first": relations[0],
        "last": relations[1],
        "measures": measures,
        "limit": limit,
        "offset": offset,
    }
    fetched = list(await conn.execute_fetchall(by_id if subject_id else by_name, parameters))
    meant: dict[int, tuple[tuple[bool, bool, int, int, int, int], rows.Row]] = {}
    for row in fetched:
        if row[1] is not None:
            likeness = _likeness(spelling, row[4], row[-2])
            order = (likeness is Likeness.OTHER, not row[5], likeness, row[4], -row[5], row[0])
            if row[0] not in meant or order < meant[row[0]][0]:
                meant[row[0]] = order, row
    likely = [row for _, row in sorted(meant.values(), key=itemgetter(0))[:6]]
    page = [row for row in fetched if row[1] is None]
    if likely and likely[0][5] > offset and limit and not (page and page[0][0] == likely[0][0]):
        again = await conn.execute_fetchall(by_id, parameters | {"subject_id": likely[0][0]})
        page = [row for row in again if row[1] is None]
    page.sort(key=lambda row: (*row[-2:], row[6]))
    return Found(
        tuple((rows.subject(row), min(row[5], COUNT_LIMIT)) for row in likely),
        tuple(rows.entry(row[6:]) for row in page),
    )


def _likeness(typed: Spelling, rank: int, text: str) -> Likeness:
    """Return how like a name is to what was typed, which of an ending is its last words, or a word before "Jr"."""
    if not typed.letters or (text.isascii() and typed.letters.isascii()):
        return Likeness.SAME  # as the keys are
    name = names.spelling(text)
    if rank < 2:  # noqa: PLR2004 - the rank of an ending
        return typed.like(name)
    length = len(typed.letters.split())
    words = name.letters.split()
    parts = (" ".join(words[i : i + length]) for i in range(1, len(words) - length + 1))
    return min((typed.like(names.spelling(part)) for part in parts), default=Likeness.OTHER)


async def select_by_id(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> Entry | None:
    """Return one entry, or None where there is none that this server may see."""
    fetched = await conn.execute_fetchall(
        f"SELECT {rows.ENTRY} FROM entry AS e {rows.JOINS} WHERE e.id = :id AND {VISIBLE}",
        {"id": entry_id, "guild_id": guild_id},
    )
    return next(iter(rows.entries(fetched)), None)


async def select_corrected(conn: aiosqlite.Connection, guild_id: int, entry_ids: Iterable[int]) -> set[int]:
    """Return the shared entries that these of a server correct, or did before they were removed."""
    rows = await conn.execute_fetchall(
        """
        SELECT e.corrects FROM json_each(:ids) AS i JOIN entry AS e ON e.id = i.value
        WHERE e.guild_id = nullif(:guild_id, 0) AND e.corrects IS NOT NULL
        """,
        {"guild_id": guild_id, "ids": json.dumps(list(entry_ids))},
    )
    return {row[0] for row in rows}


async def select_correction(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> Entry | None:
    """Return a server's own entry that takes the place of a shared one, or None."""
    fetched = await conn.execute_fetchall(
        f"""
        SELECT {rows.ENTRY} FROM entry AS e {rows.JOINS}
        WHERE e.corrects = :id AND e.guild_id = nullif(:guild_id, 0) AND e.deleted_at IS NULL
        """,
        {"id": entry_id, "guild_id": guild_id},
    )
    return next(iter(rows.entries(fetched)), None)


async def select_version_ids(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> list[int]:
    """Return the ids of all that has taken the place of a shared entry in a server, also of what is deleted."""
    fetched = await conn.execute_fetchall(
        "SELECT id FROM entry WHERE corrects = :id AND guild_id = nullif(:guild_id, 0) ORDER BY id",
        {"id": entry_id, "guild_id": guild_id},
    )
    return [row[0] for row in fetched]


async def select_any(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> tuple[Entry, bool] | None:
    """Return one entry of this server or a shared one, also hidden or deleted, and whether it is deleted."""
    fetched = await conn.execute_fetchall(
        f"""
        SELECT {rows.ENTRY}, e.deleted_at IS NOT NULL FROM entry AS e {rows.JOINS}
        WHERE e.id = :id AND e.guild_id IN (0, :guild_id)
        """,
        {"id": entry_id, "guild_id": guild_id},
    )
    return next(((rows.entry(row), bool(row[-1])) for row in fetched), None)


async def select_removed(
    conn: aiosqlite.Connection, guild_id: int, limit: int, offset: int
) -> list[tuple[Entry, datetime]]:
    """Return a page of what a server has removed of its own and when, the latest first; nothing of what was erased."""
    fetched = await conn.execute_fetchall(
        f"""
        SELECT {rows.ENTRY}, e.deleted_at FROM entry AS e {rows.JOINS}
        WHERE e.guild_id = nullif(:guild_id, 0) AND e.guild_id > 0 AND e.deleted_at IS NOT NULL
            AND e.statement <> :erased
        ORDER BY e.deleted_at DESC, e.id DESC LIMIT :limit OFFSET :offset
        """,
        {"guild_id": guild_id, "erased": ERASED, "limit": limit, "offset": offset},
    )
    return [(rows.entry(row), moment(row[-1])) for row in fetched]


async def select_said_about(
    conn: aiosqlite.Connection, guild_id: int, speaker_id: int, subject_id: int, *, limit: int, offset: int
) -> tuple[tuple[Entry, ...], int]:
    """Return a page of one speaker's quotes on a subject, and how many there are up to COUNT_LIMIT."""
    where = f"""
        FROM entry_subject AS es
        JOIN entry_subject AS other ON other.entry_id = es.entry_id AND other.relation = 'about'
        WHERE es.subject_id = :speaker_id AND es.kind = 'quote' AND es.guild_id IN (0, :guild_id)
            AND es.relation = 'speaker' AND NOT es.deleted AND other.subject_id = :subject_id
            AND {unhidden("es.entry_id")}
    """
    fetched = list(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY}, (SELECT count(*) FROM (SELECT 1 {where} LIMIT {COUNT_LIMIT}))
            FROM (SELECT es.entry_id {where} ORDER BY es.entry_id LIMIT :limit OFFSET :offset) AS page
            JOIN entry AS e ON e.id = page.entry_id {rows.JOINS} ORDER BY e.id
            """,
            {
                "guild_id": guild_id,
                "speaker_id": speaker_id,
                "subject_id": subject_id,
                "limit": limit,
                "offset": offset,
            },
        )
    )
    return rows.entries(fetched), fetched[0][-1] if fetched else 0


# A coarse date comes after the finer ones that it covers ("~" sorts after "-"), a missing one last.
_BY_DATE = "e.date || '~', e.id"

_EVENTS = "FROM entry AS e WHERE e.kind = 'event' AND e.deleted_at IS NULL AND e.guild_id"
_SHARED_EVENTS, _OWN_EVENTS = f"{_EVENTS} = 0 AND {unhidden('e.id')}", f"{_EVENTS} = nullif(:guild_id, 0)"


async def select_events(
    conn: aiosqlite.Connection, guild_id: int, *, limit: int, offset: int
) -> tuple[tuple[Entry, ...], int]:
    """Return a page of all events by date, undated ones last, and how many there are up to COUNT_LIMIT."""
    fetched = list(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY},
                (SELECT count(*) FROM (SELECT 1 {_SHARED_EVENTS} LIMIT {COUNT_LIMIT}))
                + (SELECT count(*) FROM (SELECT 1 {_OWN_EVENTS} LIMIT {COUNT_LIMIT}))
            FROM (
                SELECT e.date || '~' AS day, e.id {_SHARED_EVENTS}
                UNION ALL
                SELECT e.date || '~' AS day, e.id {_OWN_EVENTS}
                ORDER BY 1, 2 LIMIT :limit OFFSET :offset
            ) AS page CROSS JOIN entry AS e ON e.id = page.id {rows.JOINS} ORDER BY {_BY_DATE}
            """,
            {"guild_id": guild_id, "limit": limit, "offset": offset},
        )
    )
    return rows.entries(fetched), min(fetched[0][-1], COUNT_LIMIT) if fetched else 0


async def select_events_about(
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, *, limit: int, offset: int
) -> tuple[Entry, ...]:
    """Return a page of one subject's events by date, those without a date last."""
    return rows.entries(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY}
            FROM (
                SELECT DISTINCT e.date || '~' AS day, e.id
                FROM entry_subject AS es JOIN entry AS e ON e.id = es.entry_id
                WHERE es.subject_id = :subject_id AND es.kind = 'event' AND es.guild_id IN (0, :guild_id)
                    AND NOT es.deleted AND {unhidden("es.entry_id")}
                ORDER BY 1, 2 LIMIT :limit OFFSET :offset
            ) AS page CROSS JOIN entry AS e ON e.id = page.id {rows.JOINS} ORDER BY {_BY_DATE}
            """,
            {"guild_id": guild_id, "subject_id": subject_id, "limit": limit, "offset": offset},
        )
    )
