"""Reading what an edition of a digest can carry, and noting what it has carried."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from bot.model import Entry, Kind, moment
from bot.store import rows
from bot.store.entries import VISIBLE

GROUP = "ifnull(e.speaker_id, e.subject_id)"
"""What entries are balanced by: who speaks, else what they are mainly about."""

FIT = f"{VISIBLE} AND e.status <> 'retracted'"
ABOUT = """(
    :subjects = '[]' OR EXISTS (
        SELECT 1 FROM entry_subject AS es
        WHERE es.entry_id = e.id AND es.subject_id IN (SELECT value FROM json_each(:subjects))
    )
)"""
WAITS = """NOT EXISTS (
    SELECT 1 FROM digest_carried AS c WHERE c.digest_id = :digest_id AND c.entry_id IN (e.id, e.corrects)
)"""

LOOKED_AT = 4
"""So many entries are looked at for each of a sample: some were carried in this round."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a digest chooses from: what its server sees of some subjects (of all, where there are none)."""

    digest_id: int
    guild_id: int
    subjects: tuple[int, ...] = ()

    @property
    def parameters(self) -> dict[str, int | str]:
        """What the statements here know it by."""
        return {"digest_id": self.digest_id, "guild_id": self.guild_id, "subjects": json.dumps(self.subjects)}


@dataclass(frozen=True, slots=True)
class Last:
    """What came before an edition: the number of the newest, and the content and due moment of the last one."""

    number: int = 0
    content: str = ""
    due_at: datetime | None = None


async def select_last(conn: aiosqlite.Connection, digest_id: int, edition_id: int, due_at: datetime) -> Last:
    """Return what came before this edition of a digest. What is yet to be posted counts as posted."""
    parameters = {"digest_id": digest_id, "edition_id": edition_id, "due_at": int(due_at.timestamp())}
    [(number,)] = await conn.execute_fetchall(
        """
        SELECT ifnull(max(number), 0) FROM digest_edition WHERE digest_id = :digest_id AND id <> :edition_id
        """,
        parameters,
    )
    fetched = await conn.execute_fetchall(
        """
        SELECT content, due_at FROM digest_edition
        WHERE digest_id = :digest_id AND id <> :edition_id AND content IS NOT NULL AND due_at < :due_at
            AND state NOT IN ('skipped', 'failed')
        ORDER BY due_at DESC LIMIT 1
        """,
        parameters,
    )
    for content, due in fetched:
        return Last(number, content, moment(due))
    return Last(number)


async def select_waiting(
    conn: aiosqlite.Connection, choice: Choice, kind: Kind, *, own: bool, limit: int
) -> list[tuple[int, int]]:
    """Return entries that wait in this round, with the group of each: a server's own ones, or shared ones.

    What waits is read in the order of its source, or of the first of the subjects, and no further than needed.
    """
    return [
        (row[0], row[1])
        for row in await conn.execute_fetchall(
            _WAITING_ABOUT if choice.subjects else _WAITING,
            {**choice.parameters, "kind": kind.value, "whose": choice.guild_id if own else 0, "limit": limit},
        )
    ]


async def select_sample(
    conn: aiosqlite.Connection, choice: Choice, kind: Kind, *, own: bool, limit: int, point: int
) -> list[tuple[int, int]]:
    """Return the same of a sample of entries, whatever they have in common; `point`, a 63-bit integer, is by chance.

    Without subjects they lie on a circle by their own random number, of which a part is read; with subjects, what is
    about them is put into an order by chance. No more than `LOOKED_AT` are looked at for each that is wanted.
    """
    parameters = {
        **choice.parameters,
        "kind": kind.value,
        "whose": choice.guild_id if own else 0,
        "looked_at": LOOKED_AT * limit,
        "point": 2 * point - 2**63,
        "factor": point % 2**30 * 2 + 1,
    }
    found: dict[int, int] = {}
    for one in [_SAMPLE_ABOUT] if choice.subjects else [_SAMPLE.format(side=">="), _SAMPLE.format(side="<")]:
        rows = await conn.execute_fetchall(one, {**parameters, "limit": limit - len(found)})
        found |= {row[0]: row[1] for row in rows}
        if len(found) >= limit:
            break
    return list(found.items())


# Each is read from an index in its order; what does not wait is passed over.
_WAITING = f"""
    SELECT e.id, {GROUP} FROM entry AS e INDEXED BY entry_count
    WHERE e.guild_id = :whose AND e.kind = :kind AND {FIT} AND {WAITS}
    ORDER BY e.source_id, e.id LIMIT :limit
"""
_WAITING_ABOUT = f"""
    SELECT DISTINCT e.id, {GROUP}
    FROM json_each(:subjects) AS s
    CROSS JOIN entry_subject AS es ON es.subject_id = s.value AND es.kind = :kind AND es.guild_id = :whose
    CROSS JOIN entry AS e ON e.id = es.entry_id
    WHERE NOT es.deleted AND {FIT} AND {WAITS} LIMIT :limit
"""
_SAMPLE = f"""
    SELECT e.id, {GROUP}
    FROM (
        SELECT id FROM entry INDEXED BY entry_sample
        WHERE guild_id = :whose AND kind = :kind AND deleted_at IS NULL AND shuffle {{side}} :point
        ORDER BY shuffle LIMIT :looked_at
    ) AS s
    CROSS JOIN entry AS e ON e.id = s.id
    WHERE {FIT} AND {WAITS} LIMIT :limit
"""
_SAMPLE_ABOUT = f"""
    SELECT DISTINCT e.id, {GROUP}
    FROM (
        SELECT es.entry_id AS id
        FROM json_each(:subjects) AS s
        CROSS JOIN entry_subject AS es ON es.subject_id = s.value AND es.kind = :kind AND es.guild_id = :whose
        WHERE NOT es.deleted ORDER BY (es.entry_id * :factor) & 2147483647 LIMIT :looked_at
    ) AS s
    CROSS JOIN entry AS e ON e.id = s.id
    WHERE {FIT} AND {WAITS} LIMIT :limit
"""


async def select_carried(conn: aiosqlite.Connection, digest_id: int) -> dict[Kind, dict[int, int]]:
    """Return by kind how many entries of each group were carried in its round."""
    carried: dict[Kind, dict[int, int]] = {kind: {} for kind in Kind}
    for kind, group, number in await conn.execute_fetchall(
        f"""
        SELECT e.kind, {GROUP} AS part, count(*)
        FROM digest_carried AS c CROSS JOIN entry AS e ON e.id = c.entry_id
        WHERE c.digest_id = :digest_id GROUP BY e.kind, part
        """,
        {"digest_id": digest_id},
    ):
        carried[Kind(kind)][group] = number
    return carried


async def insert_carried(conn: aiosqlite.Connection, digest_id: int, edition_id: int, entry_ids: Iterable[int]) -> None:
    """Note entries as carried in this round, by an edition."""
    await conn.executemany(
        "INSERT INTO digest_carried (digest_id, entry_id, edition_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(digest_id, entry_id, edition_id) for entry_id in entry_ids],
    )


async def delete_round(conn: aiosqlite.Connection, digest_id: int, kind: Kind) -> None:
    """Begin a new round of a kind."""
    await conn.execute(
        """
        DELETE FROM digest_carried WHERE digest_id = :digest_id AND entry_id IN (
            SELECT c.entry_id FROM digest_carried AS c CROSS JOIN entry AS e ON e.id = c.entry_id
            WHERE c.digest_id = :digest_id AND e.kind = :kind
        )
        """,
        {"digest_id": digest_id, "kind": kind.value},
    )


async def select_shown(conn: aiosqlite.Connection, guild_id: int, entry_ids: Collection[int]) -> dict[int, Entry]:
    """Return entries by these ids as a server sees them; one that it has corrected since is its correction."""
    fetched = await conn.execute_fetchall(
        f"""
        SELECT {rows.ENTRY}
        FROM (
            SELECT value AS id FROM json_each(:ids)
            UNION
            SELECT own.id FROM json_each(:ids) AS wanted
            CROSS JOIN entry AS own ON own.corrects = wanted.value AND own.guild_id = :guild_id
            WHERE own.corrects IS NOT NULL AND own.deleted_at IS NULL
        ) AS wanted
        CROSS JOIN entry AS e ON e.id = wanted.id {rows.JOINS} WHERE {VISIBLE}
        """,
        {"guild_id": guild_id, "ids": json.dumps(list(entry_ids))},
    )
    wanted = set(entry_ids)
    found = rows.entries(fetched)
    return {entry.corrects: entry for entry in found if entry.corrects in wanted} | {
        entry.id: entry for entry in found if entry.id in wanted
    }


async def select_same_measure(
    conn: aiosqlite.Connection, guild_id: int, entry_id: int, *, limit: int
) -> tuple[Entry, ...]:
    """Return figures of the same measure and unit as a figure, and the same as to being projected, oldest first."""
    return rows.entries(
        await conn.execute_fetchall(
            f"""
            SELECT {rows.ENTRY}
            FROM entry AS one
            CROSS JOIN entry_subject AS es ON es.subject_id = one.measure_id AND es.kind = 'stat'
                AND es.guild_id IN (0, :guild_id) AND es.relation = 'measure' AND NOT es.deleted
            CROSS JOIN entry AS e ON e.id = es.entry_id AND e.unit = one.unit
                AND (e.basis = 'projection') = (one.basis = 'projection') {rows.JOINS}
            WHERE one.id = :id AND {FIT}
            ORDER BY es.guild_id, es.relation, es.position, es.entry_id LIMIT :limit
            """,
            {"guild_id": guild_id, "id": entry_id, "limit": limit},
        )
    )
