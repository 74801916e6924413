"""What the bot does without being asked: it notes which servers it is in, and sweeps once a day."""

from __future__ import annotations

import discord
import pytest
from newsroom import Newsroom

from bot.client import Dateline
from bot.config import Config
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

GONE = 77
DAY = 24 * 60 * 60


@pytest.fixture
def config() -> Config:
    """Return settings with ten days of grace."""
    return Config(cooldown=None, grace_days=10)


@pytest.fixture
async def simcord_bot(store: Database, config: Config) -> Dateline:
    """Return a bot whose store has something of a server that it is not in."""
    await write(store, "INSERT INTO guild_setting VALUES (?, 'prefix', '.')", GONE)
    return Dateline(config, store, message_content=True)


async def write(store: Database, sql: str, *values: int | str) -> None:
    """Change the store."""
    async with store.write() as conn:
        await conn.execute(sql, values)


async def read(store: Database, sql: str) -> list[int]:
    """Return a column of numbers."""
    async with store.read() as conn:
        return [row[0] for row in await conn.execute_fetchall(sql)]


async def departed(store: Database) -> list[int]:
    """Return the servers that are noted as left."""
    return await read(store, "SELECT guild_id FROM departed ORDER BY guild_id")


async def test_server_that_is_missing_at_start(newsroom: Newsroom) -> None:
    """A server with data that the bot is not in any more is noted when it connects, and keeps its data."""
    await newsroom.env.settle()

    assert await departed(newsroom.store) == [GONE]
    assert await read(newsroom.store, "SELECT guild_id FROM guild_setting") == [GONE]


async def test_leaving_and_returning(newsroom: Newsroom) -> None:
    """A server that removes the bot is noted, and is not any more as soon as the bot is back."""
    bot = newsroom.env.bot
    await newsroom.env.settle()
    [guild] = bot.guilds

    await guild.leave()
    await newsroom.env.settle()
    assert await departed(newsroom.store) == [GONE, guild.id]

    newsroom.env.create_guild("The missing one", id=GONE)
    await newsroom.env.settle()
    assert await departed(newsroom.store) == [guild.id]


async def test_sweep_after_the_days_of_grace(newsroom: Newsroom) -> None:
    """Once the days are over, a sweep deletes what is stored of the server."""
    await newsroom.env.settle()
    long_ago = int(discord.utils.utcnow().timestamp()) - 10 * DAY - 60
    await write(newsroom.store, "UPDATE departed SET left_at = ?", long_ago)

    await newsroom.env.advance_time(DAY + 1)

    assert await departed(newsroom.store) == []
    assert await read(newsroom.store, "SELECT guild_id FROM guild_setting") == []


async def test_clock_that_jumps(newsroom: Newsroom) -> None:
    """A clock that is suddenly ahead deletes nothing; once it has run on for a day, what is old goes."""
    await newsroom.env.settle()
    now = int(discord.utils.utcnow().timestamp())
    await write(newsroom.store, "UPDATE meta SET value = ? WHERE key = 'sweep:clock'", f"0 {now - 20 * DAY}")
    await write(newsroom.store, "UPDATE departed SET left_at = ?", now - 20 * DAY)
    await write(newsroom.store, "INSERT INTO draft VALUES (1, 5, 7, 'add', 'stat', 0, 0, '{}', ?)", now - 20 * DAY)

    await newsroom.env.advance_time(DAY + 1)
    kept = await departed(newsroom.store), await read(newsroom.store, "SELECT id FROM draft")
    await newsroom.env.advance_time(DAY + 1)
    gone = await departed(newsroom.store), await read(newsroom.store, "SELECT id FROM draft")

    assert kept == ([GONE], [1])
    assert gone == ([], [])


async def test_fault_in_a_sweep(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A sweep that fails is logged, and the next one comes a day later."""
    await newsroom.env.settle()
    await write(newsroom.store, "INSERT INTO draft VALUES (1, 5, 7, 'add', 'stat', 0, 0, '{}', 0)")
    await write(newsroom.store, "CREATE TRIGGER t BEFORE DELETE ON draft BEGIN SELECT raise(ABORT, 'not now'); END")

    await newsroom.env.advance_time(DAY + 1)
    assert await read(newsroom.store, "SELECT id FROM draft") == [1]
    assert "the daily sweep failed and is tried again tomorrow" in caplog.messages

    await write(newsroom.store, "DROP TRIGGER t")
    await newsroom.env.advance_time(DAY + 1)
    assert await read(newsroom.store, "SELECT id FROM draft") == []


class TestElsewhere:
    """A Discord that is not the one of the servers in the store, such as the local page's."""

    @pytest.fixture
    def config(self) -> Config:
        """Return settings by which no server counts as left."""
        return Config(cooldown=None, grace_days=None)

    async def test_nothing_is_concluded(self, newsroom: Newsroom) -> None:
        """Servers that are missing there are not noted, and none is deleted."""
        await newsroom.env.settle()
        await write(newsroom.store, "INSERT INTO departed VALUES (?, 0)", GONE)

        await newsroom.env.advance_time(DAY + 1)

        assert await read(newsroom.store, "SELECT guild_id FROM guild_setting") == [GONE]
