"""What one server's moderators have is nothing to those of another."""

from __future__ import annotations

import pytest
from town import (
    EVENT,
    HERE,
    NOW,
    STAT,
    THERE,
    do,
    latest,
    refused,
)

from bot.errors import UserError
from bot.model import Kind, Status
from bot.moderating import moderation
from bot.store.database import Database


async def test_another_server_has_nothing_of_it(town: Database) -> None:
    """For another server an entry's id answers like one that there is not, whatever is tried."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    revision = await latest(town, 5, own)
    none = 10_000

    for deed, *rest in (
        (moderation.edit, {"note": "Mine now."}, NOW),
        (moderation.remove, NOW),
        (moderation.restore, NOW),
        (moderation.hide, NOW),
        (moderation.unhide, NOW),
        (moderation.set_status, Status.RETRACTED, "Gone.", NOW),
    ):
        told = await refused(town, deed, THERE, own, *rest)
        assert told.replace(str(own), str(none)) == await refused(town, deed, THERE, none, *rest)
    told = await refused(town, moderation.revert, THERE, revision, NOW)
    assert told.replace(str(revision), str(none)) == await refused(town, moderation.revert, THERE, none, NOW)
    async with town.read() as conn:
        for read in (moderation.fields_of, moderation.base_of):
            with pytest.raises(UserError):
                await read(conn, 6, own)


async def test_another_servers_source_is_none(town: Database) -> None:
    """The source of another server cannot be used, and answers like one that there is not."""
    async with town.write() as conn:
        await conn.execute("INSERT INTO source (guild_id, key, label) VALUES (6, 'theirs', 'Their own')")

    told = await refused(town, moderation.add, HERE, Kind.STAT, STAT | {"source": "3"}, NOW)

    assert told == "There is no source #3 in this server; choose one of the list."
    assert await do(town, moderation.add, THERE, Kind.STAT, STAT | {"source": "3"}, NOW)


async def test_a_foreign_subject_is_not_found_by_its_name(town: Database) -> None:
    """Two servers that name the same new subject have one each."""
    ours = await do(town, moderation.add, HERE, Kind.EVENT, EVENT | {"about": "Rowing club"}, NOW)
    theirs = await do(town, moderation.add, THERE, Kind.EVENT, EVENT | {"about": "Rowing club"}, NOW)

    async with town.read() as conn:
        found = await conn.execute_fetchall(
            "SELECT e.id, s.guild_id FROM entry AS e JOIN subject AS s ON s.id = e.subject_id WHERE e.guild_id <> 0"
        )
    assert {tuple(row) for row in found} == {(ours, 5), (theirs, 6)}
