"""Reading entries: by subject, by id, by date, and at random."""

from __future__ import annotations

from dataclasses import dataclass

import aiosqlite

from bot.model import COUNT_LIMIT, Entry, Kind, Subject
from bot.store import rows

VISIBLE = "e.deleted_at IS NULL AND e.guild_id IN (0, :guild_id)"

Relations = tuple[str, str, str]

ABOUT: Relations = ("about", "counter", "measure")
TOPIC: Relations = ("about", "about", "about")
SPEAKER: Relations = ("speaker", "speaker", "speaker")
MEASURE: Relations = ("measure", "measure", "measure")

_RELATED = f"""
    FROM entry_subject AS es JOIN entry AS e ON e.id = es.entry_id
    WHERE es.subject_id = {{subject}} AND es.kind IN (:kind, :kind2, :kind3)
        AND es.relation IN (:relation1, :relation2, :relation3) AND {VISIBLE}
"""

# One statement answers a lookup: which subjects a name means, and the entries of the likeliest.
# The likeliest has entries of this kind; then a name goes before an alias before an ending; then the most entries.
_ABOUT = f"""
    WITH counted AS (
        SELECT s.id, s.kind, s.name, s.description, min(n.rank) AS rank, (
            SELECT count(*) FROM (SELECT 1 {_RELATED.format(subject="s.id")} LIMIT {COUNT_LIMIT})
        ) AS total
        FROM (
            SELECT * FROM (
                SELECT subject_id, rank FROM name WHERE guild_id = 0 AND key = :key ORDER BY rank LIMIT 25
            )
            UNION ALL
            SELECT * FROM (
                SELECT subject_id, rank FROM name WHERE guild_id = :guild_id AND key = :key ORDER BY rank LIMIT 25
            )
            UNION ALL
            SELECT :subject_id, 0 WHERE :subject_id <> 0
        ) AS n JOIN subject AS s ON s.id = n.subject_id AND s.guild_id IN (0, :guild_id)
        WHERE NOT :measures OR s.kind = 'measure'
        GROUP BY s.id
    ),
    meant AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY total = 0, rank, total DESC, id) AS place FROM counted LIMIT 6
    ),
    page AS MATERIALIZED (
        SELECT es.entry_id {_RELATED.format(subject="(SELECT id FROM meant WHERE place = 1)")}
        ORDER BY es.relation, es.position, es.entry_id LIMIT :limit OFFSET :offset
    )
    SELECT m.id, m.kind, m.name, m.description, m.total, {rows.ENTRY}
    FROM meant AS m LEFT JOIN page ON m.place = 1 LEFT JOIN entry AS e ON e.id = page.entry_id {rows.JOINS}
    ORDER BY m.place
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means, likeliest first with the number of entries, and a page of the likeliest one's entries."""

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

    The entries are of one kind, or of any where `kind` is None; `measures` lets the name mean measures only.
    """
    kinds = (kind, kind, kind) if kind else (Kind.STAT, Kind.QUOTE, Kind.EVENT)
    fetched = await conn.execute_fetchall(
        _ABOUT,
        {
            "guild_id": guild_id,
            "kind": kinds[0].value,
            "kind2": kinds[1].value,
            "kind3": kinds[2].value,
            "key": key,
            "subject_id": subject_id,
            "relation1": relations[0],
            "relation2": relations[1],
            "relation3": relations[2],
            "measures": measures,
            "limit": limit,
            "offset": offset,
        },
    )
    meant: dict[int, tuple[Subject, int]] = {}
    found: list[Entry] = []
    for row in fetched:
        if row[0] not in meant:
            meant[row[0]] = (rows.subject(row), row[4])
        if row[5] is not None:
            found.append(rows.entry(row[5:]))
    return Found(tuple(meant.values()), tuple(found))


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
    """Return a page of one speaker's quotes that concern a subject, and how many there are up to COUNT_LIMIT."""
    where = f"""
        FROM entry_subject AS es
        JOIN entry_subject AS other ON other.entry_id = es.entry_id AND other.relation = 'about'
        JOIN entry AS e ON e.id = es.entry_id
        WHERE es.subject_id = :speaker_id AND es.kind = 'quote' AND es.relation = 'speaker'
            AND other.subject_id = :subject_id AND {VISIBLE}
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


async def select_events(
    conn: aiosqlite.Connection, guild_id: int, *, limit: int, offset: int
) -> tuple[tuple[Entry, ...], int]:
    """Return a page of all events by date, those without a date last, and how many there are up to COUNT_LIMIT."""
    half = f"""
        SELECT e.id, e.date FROM entry AS e
        WHERE e.kind = 'event' AND e.deleted_at IS NULL AND e.guild_id = {{guild}}
        ORDER BY {_BY_DATE} LIMIT {{limit}}
    """
    both = "SELECT * FROM ({}) UNION ALL SELECT * FROM ({})"
    first = both.format(
        half.format(guild="0", limit=":limit + :offset"),
        half.format(guild="nullif(:guild_id, 0)", limit=":limit + :offset"),
    )
    counted = both.format(
        half.format(guild="0", limit=COUNT_LIMIT), half.format(guild="nullif(:guild_id, 0)", limit=COUNT_LIMIT)
    )
    fetched = list(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY}, (SELECT min(count(*), {COUNT_LIMIT}) FROM ({counted}))
            FROM (SELECT e.id FROM ({first}) AS e ORDER BY {_BY_DATE} LIMIT :limit OFFSET :offset) AS page
            JOIN entry AS e ON e.id = page.id {rows.JOINS} ORDER BY {_BY_DATE}
            """,
            {"guild_id": guild_id, "limit": limit, "offset": offset},
        )
    )
    return rows.entries(fetched), fetched[0][-1] if fetched else 0


async def select_events_about(
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, *, limit: int, offset: int
) -> tuple[Entry, ...]:
    """Return a page of one subject's events by date, those without a date last."""
    return rows.entries(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY}
            FROM entry_subject AS es JOIN entry AS e ON e.id = es.entry_id {rows.JOINS}
            WHERE es.subject_id = :subject_id AND es.kind = 'event' AND {VISIBLE}
            GROUP BY e.id ORDER BY {_BY_DATE} LIMIT :limit OFFSET :offset
            """,
            {"guild_id": guild_id, "subject_id": subject_id, "limit": limit, "offset": offset},
        )
    )


async def take_unshown(
    conn: aiosqlite.Connection, guild_id: int, channel_id: int, kind: Kind | None, point: int
) -> Entry | None:
    """Return an entry that the channel has not been shown at random and note it as shown; None if all were.

    `point` is a random 64-bit signed integer: entries lie on a circle by their own random number, and the first
    from there on is taken. Needs a write transaction, so that two askers at once get two entries.
    """
    pool = "any" if kind is None else "quote"
    only = "" if kind is None else "AND e.kind = 'quote'"
    half = f"""
        SELECT e.id FROM entry AS e
        WHERE e.guild_id = {{guild}} AND e.deleted_at IS NULL {only} AND e.shuffle {{side}} :point AND NOT EXISTS (
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
