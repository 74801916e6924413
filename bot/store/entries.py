"""Reading entries: by subject, by id, by date, and at random."""

from __future__ import annotations

from dataclasses import dataclass

import aiosqlite

from bot.model import COUNT_LIMIT, Entry, Kind, Subject
from bot.store import rows

VISIBLE = "e.deleted_at IS NULL AND e.guild_id IN (0, :guild_id)"

Relations = tuple[str, str]
"""The first and the last relation meant, by the alphabet: one stretch of an index."""

ABOUT: Relations = ("about", "measure")  # "counter" lies between
TOPIC: Relations = ("about", "about")
SPEAKER: Relations = ("speaker", "speaker")
MEASURE: Relations = ("measure", "measure")

# A lookup is one statement, and all of it is read from indexes in their order: SQLite makes no table of its
# own to sort in or to look things up in, which would cost more than everything else here together.
_NAMED = """
    SELECT subject_id, rank FROM name WHERE guild_id = 0 AND key = :key
    UNION ALL
    SELECT subject_id, rank FROM name WHERE guild_id = nullif(:guild_id, 0) AND key = :key
    ORDER BY rank, subject_id LIMIT {limit}
"""
_BY_ID = "SELECT :subject_id AS subject_id, 0 AS rank"

_RELATED = """
    FROM entry_subject AS es
    WHERE es.subject_id = {subject} AND es.kind {kinds} AND es.guild_id {guild}
        AND es.relation BETWEEN :first AND :last AND NOT es.deleted
"""
_COUNT = f"(SELECT count(*) FROM (SELECT 1 {_RELATED} LIMIT {COUNT_LIMIT}))"
_HALF = f"SELECT es.relation, es.position, es.entry_id, es.subject_id {_RELATED}"
_SHARED, _OWN = "= 0", "= nullif(:guild_id, 0)"


def _about(named: str, first: str, kinds: str) -> str:
    """Return the statement that fetches what a name may mean, then a page of entries of its first meaning."""
    nothing = ", ".join(["NULL"] * rows.WIDTH)
    return f"""
        SELECT s.id, s.kind, s.name, s.description, n.rank,
            {_COUNT.format(subject="s.id", kinds=kinds, guild=_SHARED)}
            + {_COUNT.format(subject="s.id", kinds=kinds, guild=_OWN)},
            {nothing}, NULL, NULL
        FROM ({named}) AS n CROSS JOIN subject AS s ON s.id = n.subject_id
        WHERE s.guild_id IN (0, :guild_id) AND (NOT :measures OR s.kind = 'measure')
        UNION ALL
        SELECT page.subject_id, NULL, NULL, NULL, NULL, NULL, {rows.ENTRY}, page.relation, page.position
        FROM (
            {_HALF.format(subject=first, kinds=kinds, guild=_SHARED)}
            UNION ALL
            {_HALF.format(subject=first, kinds=kinds, guild=_OWN)}
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
    subject_id: int = 0,
    relations: Relations = ABOUT,
    measures: bool = False,
    limit: int,
    offset: int = 0,
) -> Found:
    """Return what a name's key (or a subject's id) means and a page of its entries, closest first.

    The likeliest has entries of this kind; then a name goes before an alias, before an ending; then the most
    entries. `kind` None stands for any; `measures` lets the name mean measures only.
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
    meant: dict[int, tuple[tuple[bool, int, int, int], rows.Row]] = {}
    for row in fetched:
        if row[1] is not None and row[0] not in meant:  # the best rank of a subject comes first
            meant[row[0]] = ((not row[5], row[4], -row[5], row[0]), row)
    likely = [row for _, row in sorted(meant.values())[:6]]
    page = [row for row in fetched if row[1] is None]
    if likely and likely[0][5] > offset and limit and not (page and page[0][0] == likely[0][0]):
        again = await conn.execute_fetchall(by_id, parameters | {"subject_id": likely[0][0]})
        page = [row for row in again if row[1] is None]
    page.sort(key=lambda row: (*row[-2:], row[6]))
    return Found(
        tuple((rows.subject(row), min(row[5], COUNT_LIMIT)) for row in likely),
        tuple(rows.entry(row[6:]) for row in page),
    )


async def select_by_id(conn: aiosqlite.Connection, guild_id: int, entry_id: int) -> Entry | None:
    """Return one entry, or None where there is none that this server may see."""
    fetched = await conn.execute_fetchall(
        f"SELECT {rows.ENTRY} FROM entry AS e {rows.JOINS} WHERE e.id = :id AND {VISIBLE}",
        {"id": entry_id, "guild_id": guild_id},
    )
    return next(iter(rows.entries(fetched)), None)


async def select_said_about(
    conn: aiosqlite.Connection, guild_id: int, speaker_id: int, subject_id: int, *, limit: int, offset: int
) -> tuple[tuple[Entry, ...], int]:
    """Return a page of one speaker's quotes on a subject, and how many there are up to COUNT_LIMIT."""
    where = """
        FROM entry_subject AS es
        JOIN entry_subject AS other ON other.entry_id = es.entry_id AND other.relation = 'about'
        WHERE es.subject_id = :speaker_id AND es.kind = 'quote' AND es.guild_id IN (0, :guild_id)
            AND es.relation = 'speaker' AND NOT es.deleted AND other.subject_id = :subject_id
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


async def select_events(
    conn: aiosqlite.Connection, guild_id: int, *, limit: int, offset: int
) -> tuple[tuple[Entry, ...], int]:
    """Return a page of all events by date, undated ones last, and how many there are up to COUNT_LIMIT."""
    fetched = list(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY},
                (SELECT count(*) FROM (SELECT 1 {_EVENTS} {_SHARED} LIMIT {COUNT_LIMIT}))
                + (SELECT count(*) FROM (SELECT 1 {_EVENTS} {_OWN} LIMIT {COUNT_LIMIT}))
            FROM (
                SELECT e.date || '~' AS day, e.id {_EVENTS} {_SHARED}
                UNION ALL
                SELECT e.date || '~' AS day, e.id {_EVENTS} {_OWN}
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
                    AND NOT es.deleted
                ORDER BY 1, 2 LIMIT :limit OFFSET :offset
            ) AS page CROSS JOIN entry AS e ON e.id = page.id {rows.JOINS} ORDER BY {_BY_DATE}
            """,
            {"guild_id": guild_id, "subject_id": subject_id, "limit": limit, "offset": offset},
        )
    )


async def take_unshown(
    conn: aiosqlite.Connection, guild_id: int, channel_id: int, kind: Kind | None, point: int
) -> Entry | None:
    """Return an entry that the channel has not been shown at random and note it as shown; None if all were.

    `point` is a random 64-bit signed integer: entries lie on a circle by their own random number, and the
    first from there on is taken. Needs a write transaction, so that two askers at once get two entries.
    """
    pool = "any" if kind is None else "quote"
    only = "" if kind is None else "AND e.kind = 'quote'"
    half = f"""
        SELECT e.id FROM entry AS e
        WHERE e.guild_id = {{guild}} AND e.deleted_at IS NULL {only} AND e.shuffle {{side}} :point
        AND NOT EXISTS (
            SELECT 1 FROM shown AS s WHERE s.channel_id = :channel_id AND s.pool = :pool AND s.entry_id = e.id
        ) ORDER BY e.shuffle LIMIT 1
    """
    fetched = await conn.execute_fetchall(
        f"""
        INSERT INTO shown (channel_id, pool, entry_id)
        SELECT :channel_id, :pool, id FROM (
            SELECT * FROM ({half.format(guild=":first", side=">=")})
            UNION ALL SELECT * FROM ({half.format(guild=":first", side="<")})
            UNION ALL SELECT * FROM ({half.format(guild=":second", side=">=")})
            UNION ALL SELECT * FROM ({half.format(guild=":second", side="<")})
        ) LIMIT 1
        RETURNING entry_id
        """,
        {
            "channel_id": channel_id,
            "pool": pool,
            "point": point,
            # A coin decides whether the server's own entries or the shared ones come first this time.
            "first": guild_id if point & 1 else 0,
            "second": 0 if point & 1 else guild_id,
        },
    )
    for (entry_id,) in fetched:
        return await select_by_id(conn, guild_id, entry_id)
    return None


async def delete_shown(conn: aiosqlite.Connection, channel_id: int, kind: Kind | None) -> bool:
    """Forget what the channel has been shown, so that a new round begins; False if there was nothing."""
    cursor = await conn.execute(
        "DELETE FROM shown WHERE channel_id = :channel_id AND pool = :pool",
        {"channel_id": channel_id, "pool": "any" if kind is None else "quote"},
    )
    return cursor.rowcount > 0
