"""One process of several, each with its own shards, on one store: none touches what is another's."""

from __future__ import annotations

from typing import cast

import pytest
from newsroom import Newsroom

from bot.client import Dateline
from bot.config import Config
from bot.store.database import Database
from cogs.upkeep import Upkeep

pytestmark = pytest.mark.simcord(shard_count=2)

OURS, THEIRS = (4 << 22) + 7, (5 << 22) + 7
"""Servers that the bot is not in, of shard 0, which this process runs, and of shard 1, which it does not."""


@pytest.fixture
def config() -> Config:
    """Return settings by which the data of a server that the bot left is deleted at once."""
    return Config(cooldown=None, grace_days=0)


@pytest.fixture
async def simcord_bot(store: Database, config: Config) -> Dateline:
    """Return a bot with the first of two shards, whose store has data of two servers that it does not see."""
    async with store.write() as conn:
        for guild_id in (OURS, THEIRS):
            await conn.execute("INSERT INTO guild_setting VALUES (?, 'prefix', '.')", (guild_id,))
    bot = Dateline(config, store, message_content=True)
    bot.shard_count, bot.shard_ids = 2, [0]
    return bot


async def column(store: Database, sql: str) -> list[int]:
    """Return a column of numbers."""
    async with store.read() as conn:
        return [row[0] for row in await conn.execute_fetchall(sql)]


async def kept(newsroom: Newsroom) -> list[int]:
    """Return the servers with data."""
    return await column(newsroom.store, "SELECT guild_id FROM guild_setting ORDER BY guild_id")


async def sweep(newsroom: Newsroom) -> None:
    """Do what is done once a day."""
    cast(Upkeep, newsroom.env.bot.get_cog("Upkeep")).daily.restart()
    await newsroom.env.settle()


async def test_another_process_keeps_its_servers(newsroom: Newsroom) -> None:
    """Data of a server of another process's shard stays; data of one that this process was removed from goes."""
    await newsroom.env.settle()
    await sweep(newsroom)

    assert await kept(newsroom) == [THEIRS]
    assert await column(newsroom.store, "SELECT guild_id FROM departed") == []


async def test_note_about_a_server_of_another_process(newsroom: Newsroom) -> None:
    """That a server was left is acted on by the process that would see it return."""
    await newsroom.env.settle()
    async with newsroom.store.write() as conn:
        await conn.execute("INSERT INTO departed VALUES (?, 0)", (THEIRS,))

    await sweep(newsroom)

    assert await kept(newsroom) == [THEIRS]


async def test_removed_while_connected(newsroom: Newsroom) -> None:
    """A server that removes the bot is noted, and its data is deleted at the next sweep."""
    await newsroom.env.settle()
    [guild] = newsroom.env.bot.guilds
    async with newsroom.store.write() as conn:
        await conn.execute("INSERT INTO guild_setting VALUES (?, 'prefix', '.')", (guild.id,))

    await guild.leave()
    await newsroom.env.settle()
    await sweep(newsroom)

    assert await kept(newsroom) == [THEIRS]


async def note_ours(newsroom: Newsroom, guild_id: int) -> None:
    """Store something of a server of this process, and that it was left."""
    async with newsroom.store.write() as conn:
        await conn.execute("INSERT INTO guild_setting VALUES (?, 'language', 'en')", (guild_id,))
        await conn.execute("INSERT INTO departed VALUES (?, 0)", (guild_id,))


async def test_shard_that_is_reconnecting(newsroom: Newsroom) -> None:
    """Nothing is deleted while the shard of a server has no connection; afterwards it is."""
    await newsroom.env.settle()
    await note_ours(newsroom, OURS)
    shard = newsroom.env.bot.get_shard(0)

    await shard.disconnect()
    await sweep(newsroom)
    assert await kept(newsroom) == [OURS, THEIRS]

    await shard.reconnect()
    await sweep(newsroom)
    assert await kept(newsroom) == [THEIRS]


async def test_server_that_discord_has_not_listed(newsroom: Newsroom) -> None:
    """A server that is missing although the bot is in it keeps its data: Discord is asked before any is deleted."""
    await newsroom.env.settle()
    bot = newsroom.env.bot
    [guild] = bot.guilds
    await note_ours(newsroom, guild.id)
    bot._connection._remove_guild(guild)  # as after a READY without it

    await sweep(newsroom)

    assert guild.id in await kept(newsroom)
    assert await column(newsroom.store, "SELECT guild_id FROM departed") == []


async def test_discord_that_does_not_answer(newsroom: Newsroom) -> None:
    """What Discord does not answer for is left for the next sweep."""
    await newsroom.env.settle()
    await note_ours(newsroom, OURS)
    newsroom.env.inject_error("GET", f"/guilds/{OURS}", status=400, times=1)

    await sweep(newsroom)
    assert await kept(newsroom) == [OURS, THEIRS]

    await sweep(newsroom)
    assert await kept(newsroom) == [THEIRS]
