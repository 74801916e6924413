"""Writing what a server has of its own, one entry and one subject at a time."""

from __future__ import annotations

from collections.abc import Iterable

import aiosqlite

from bot.model import Subject
from bot.store.names import delete_lost_endings, insert_own
from bot.store.packs import CONTENT, Content

_COLUMNS = ("guild_id", "source_id", "key", "added_by", "added_at", "corrects", *CONTENT)
_INSERT = f"INSERT INTO entry ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)}) RETURNING id"
_UPDATE = f"""
    UPDATE entry SET source_id = :source_id, {", ".join(f"{column} = :{column}" for column in CONTENT)}
    WHERE id = :id AND guild_id = nullif(:guild_id, 0)
"""


async def insert_entry(
    conn: aiosqlite.Connection,
    guild_id: int,
    source_id: int,
    key: str,
    content: Content,
    *,
    added_by: int,
    now: int,
    corrects: int | None = None,
) -> int:
    """Add an entry (`content` is a row of `packs.CONTENT`) and return its id.

    What finds it is set apart: its subjects (`packs.replace_relations`), then its words (`search.insert_document`).
    """
    rows = await conn.execute_fetchall(
        _INSERT,
        {
            "guild_id": guild_id,
            "source_id": source_id,
            "key": key,
            "added_by": added_by,
            "added_at": now,
            "corrects": corrects,
            **dict(zip(CONTENT, content, strict=True)),
        },
    )
    return next(iter(rows))[0]


async def update_entry(
    conn: aiosqlite.Connection, guild_id: int, entry_id: int, content: Content, source_id: int
) -> None:
    """Change what a server's own entry says; what finds it is set apart, as for a new one."""
    await conn.execute(
        _UPDATE,
        {
            "id": entry_id,
            "guild_id": guild_id,
            "source_id": source_id,
            **dict(zip(CONTENT, content, strict=True)),
        },
    )


async def set_deleted(conn: aiosqlite.Connection, guild_id: int, entry_id: int, at: int | None) -> bool:
    """Delete a server's own entry, or with `at` None restore it; False if it is so already, or not there.

    Search is told apart. Raises sqlite3.IntegrityError where the entry corrects what another does meanwhile.
    """
    cursor = await conn.execute(
        """
        UPDATE entry SET deleted_at = :at
        WHERE id = :id AND guild_id = nullif(:guild_id, 0) AND (deleted_at IS NULL) <> (:at IS NULL)
        """,
        {"id": entry_id, "guild_id": guild_id, "at": at},
    )
    return cursor.rowcount > 0


async def upsert_subject(  # noqa: PLR0917 - a row of `subject`, and its names
    conn: aiosqlite.Connection, guild_id: int, key: str, kind: str, name: str, keys: Iterable[tuple[str, int]]
) -> int:
    """Add a subject of a server, or change its kind and name, and return its id.

    `keys` are what it is found by: the key of its name at rank 0, those of the name's endings at rank 2. The
    entries of a subject that was there need a `search.reindex`.
    """
    rows = await conn.execute_fetchall(
        """
        INSERT INTO subject (guild_id, key, kind, name) VALUES (:guild_id, :key, :kind, :name)
        ON CONFLICT (guild_id, key) DO UPDATE SET kind = excluded.kind, name = excluded.name
        RETURNING id
        """,
        {"guild_id": guild_id, "key": key, "kind": kind, "name": name},
    )
    subject_id: int = next(iter(rows))[0]
    await _call(conn, guild_id, subject_id, kind, name, keys)
    return subject_id


async def update_subject(
    conn: aiosqlite.Connection,
    guild_id: int,
    subject: Subject,
    keys: Iterable[tuple[str, int]],
) -> None:
    """Change the kind, the name and the description of a server's own subject; the rest as for `upsert_subject`."""
    await conn.execute(
        """
        UPDATE subject SET kind = :kind, name = :name, description = :description
        WHERE id = :id AND guild_id = nullif(:guild_id, 0)
        """,
        {
            "id": subject.id,
            "guild_id": guild_id,
            "kind": subject.kind.value,
            "name": subject.name,
            "description": subject.description,
        },
    )
    await _call(conn, guild_id, subject.id, subject.kind.value, subject.name, keys)


async def _call(  # noqa: PLR0917 - as above
    conn: aiosqlite.Connection, guild_id: int, subject_id: int, kind: str, name: str, keys: Iterable[tuple[str, int]]
) -> None:
    """Let a server's own subject be found by its name, and by none that it had before."""
    names = {"guild_id": guild_id, "id": subject_id, "is_measure": kind == "measure"}
    await conn.execute(
        "DELETE FROM name INDEXED BY name_subject WHERE guild_id = :guild_id AND subject_id = :id AND rank = 0", names
    )
    await conn.execute(
        """
        UPDATE name INDEXED BY name_subject SET is_measure = :is_measure
        WHERE guild_id = :guild_id AND subject_id = :id
        """,
        names,
    )
    await insert_own(conn, guild_id, subject_id, name, keys)
    await delete_lost_endings(conn, guild_id, subject_id)
