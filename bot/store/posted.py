"""Which messages show which entries, so that a correction can follow them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import aiosqlite

from bot.model import moment
from bot.store.blanking import ERASED
from bot.store.rows import Row

Place: TypeAlias = tuple[int, int]
"""An entry in a server: (entry_id, guild_id)."""

_EPOCH = 1_420_070_400
"""Discord counts from the start of 2015: https://discord.com/developers/docs/reference#snowflakes"""


TOLD = "told"
"""The `ask` of a message that shows no entry, but tells what has changed in one."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that shows entries. `ask` is the `custom_id` that shows its card again (see `asks`), or TOLD.

    `looks` is how each entry looks there, by its id: a mark of what is said of it, "" where it is not there any more,
    None where that is not known.
    """

    guild_id: int
    channel_id: int
    message_id: int
    ask: str
    looks: Mapping[int, str | None] = field(default_factory=dict[int, str | None], hash=False)

    @property
    def posted_at(self) -> datetime:
        """When the message was sent, to the second; its id says so."""
        return moment(_second(self.message_id))

    def is_known_to_show(self, look: str) -> bool:
        """Whether what it shows of these entries, which stand for one another, looks like this."""
        known = [each for each in self.looks.values() if each is not None]
        return bool(known) and max(known) == look


async def insert(conn: aiosqlite.Connection, messages: Iterable[Posted]) -> None:
    """Add messages with the entries that they show. What is known keeps its place and takes the new ask and look.

    An entry that has been erased meanwhile is left out.
    """
    rows = [
        [entry_id, one.guild_id, one.message_id, one.channel_id, one.ask, _second(one.message_id), look]
        for one in messages
        for entry_id, look in one.looks.items()
    ]
    await conn.execute(
        """
        INSERT INTO posted (entry_id, guild_id, message_id, channel_id, ask, posted_at, look)
        SELECT e.id, json_extract(r.value, '$[1]'), json_extract(r.value, '$[2]'), json_extract(r.value, '$[3]'),
            json_extract(r.value, '$[4]'), json_extract(r.value, '$[5]'), json_extract(r.value, '$[6]')
        FROM json_each(:rows) AS r CROSS JOIN entry AS e ON e.id = json_extract(r.value, '$[0]') WHERE true
        ON CONFLICT (entry_id, guild_id, message_id) DO UPDATE SET ask = excluded.ask, look = excluded.look
        """,
        {"rows": json.dumps(rows)},
    )


async def select_shown(conn: aiosqlite.Connection, message_id: int) -> list[int]:
    """Return the ids of all entries that a message shows, or has shown before it was corrected."""
    rows = await conn.execute_fetchall(
        "SELECT entry_id FROM posted WHERE posted_at = ? AND message_id = ? ORDER BY entry_id",
        (_second(message_id), message_id),
    )
    return [row[0] for row in rows]


async def update_emptied(conn: aiosqlite.Connection, message_id: int) -> None:
    """Note that a message shows none of what it showed; what it shows instead is inserted."""
    await conn.execute(
        "UPDATE posted SET look = '' WHERE posted_at = ? AND message_id = ?", (_second(message_id), message_id)
    )


async def delete_messages(conn: aiosqlite.Connection, message_ids: Iterable[int]) -> None:
    """Forget messages."""
    # The second, which is in the index, says where to look: there is no index by message.
    await conn.executemany(
        "DELETE FROM posted WHERE posted_at = ? AND message_id = ?", [(_second(id_), id_) for id_ in message_ids]
    )


async def delete_all_but(conn: aiosqlite.Connection, places: Iterable[Place], most: int) -> None:
    """Forget all but the `most` newest messages of each of these."""
    await conn.executemany(
        """
        DELETE FROM posted WHERE entry_id = ?1 AND guild_id = ?2 AND message_id <= (
            SELECT message_id FROM posted WHERE entry_id = ?1 AND guild_id = ?2
            ORDER BY message_id DESC LIMIT 1 OFFSET ?3
        )
        """,
        [(*place, most) for place in places],
    )


async def delete_asked(conn: aiosqlite.Connection, beginning: str) -> None:
    """Forget messages whose ask begins so, where "?" stands for any character."""
    await conn.execute("DELETE FROM posted WHERE ask GLOB :beginning || '*'", {"beginning": beginning})


async def delete_before(conn: aiosqlite.Connection, moment: datetime) -> None:
    """Forget messages that were sent before a moment."""
    await conn.execute("DELETE FROM posted WHERE posted_at < :moment", {"moment": int(moment.timestamp())})


async def select_of(
    conn: aiosqlite.Connection, guild_id: int, entry_ids: Sequence[int], since: datetime, *, told: bool = False
) -> list[Posted]:
    """Return the messages in a server that were sent since a moment and show one of these, newest first.

    With `told`, those instead that tell what has changed in one.
    """
    rows = await conn.execute_fetchall(
        """
        SELECT channel_id, message_id, max(ask), json_group_array(entry_id), json_group_array(look) FROM posted
        WHERE entry_id IN (SELECT value FROM json_each(:entry_ids)) AND guild_id = :guild_id AND posted_at >= :since
            AND (ask = :told) = :wanted
        GROUP BY message_id ORDER BY message_id DESC
        """,
        {
            "guild_id": guild_id,
            "entry_ids": json.dumps(list(entry_ids)),
            "since": int(since.timestamp()),
            "told": TOLD,
            "wanted": told,
        },
    )
    return [_posted(guild_id, row) for row in rows]


async def select_erased(conn: aiosqlite.Connection) -> list[Posted]:
    """Return the messages, of whichever server, that still show an entry which was erased, newest first."""
    rows = await conn.execute_fetchall(
        """
        SELECT p.channel_id, p.message_id, max(p.ask), json_group_array(p.entry_id), json_group_array(p.look),
            p.guild_id
        FROM entry AS e CROSS JOIN posted AS p ON p.entry_id = e.id
        WHERE e.statement = :erased AND e.deleted_at IS NOT NULL AND p.look IS NOT ''
        GROUP BY p.message_id ORDER BY p.message_id DESC
        """,
        {"erased": ERASED},
    )
    return [_posted(row[5], row) for row in rows]


def _posted(guild_id: int, row: Row) -> Posted:
    return Posted(guild_id, row[0], row[1], row[2], dict(zip(json.loads(row[3]), json.loads(row[4]), strict=True)))


def _second(message_id: int) -> int:
    """Return when a message was sent, in Unix seconds."""
    return (message_id >> 22) // 1000 + _EPOCH
