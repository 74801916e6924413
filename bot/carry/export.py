"""What a server has, or what the whole store holds, as the lines of a file or the rows of a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.carry import lines, sheet
from bot.carry.reading import Progress, Reader, untold
from bot.carry.records import NAMES, Header
from bot.model import Kind
from bot.store import carry
from bot.store.carry import EVERYTHING
from bot.store.database import Connection


async def export_lines(conn: Connection, guild_id: int, progress: Progress = untold) -> list[str]:
    """Return the lines of a file with what a server has, or with EVERYTHING what the store holds."""
    async with carry.steady(conn):
        reader = await Reader.open(conn, guild_id)
        records = await reader.records(progress)
    counts = Counter(NAMES[type(record)] for record in records)
    return list(lines.all_lines(Header(guild_id == EVERYTHING, counts), records))


async def export_sheet(conn: Connection, guild_id: int, progress: Progress = untold) -> list[str]:
    """Return the rows of a sheet with the entries of a server that are not removed."""
    found: list[tuple[int, Kind, Mapping[str, str]]] = []
    async with carry.steady(conn):
        reader = await Reader.open(conn, guild_id)
        total = await carry.select_count(conn, guild_id)
        async for chunk in reader.entries():
            found.extend((entry.id, Kind(entry.kind), typed) for entry, typed in chunk if entry.deleted_at is None)
            progress(len(found), total, "entries")
    return list(sheet.rows(found))
