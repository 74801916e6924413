"""What is done without being asked: noting where the bot is, and deleting once a day what has had its time."""

from __future__ import annotations

import logging
from datetime import timedelta

import discord
from discord.ext import commands, tasks

from bot.client import Dateline
from bot.servers import departures, privacy
from cogs.privacy import go_on

log = logging.getLogger("dateline.upkeep")


class Upkeep(commands.Cog):
    """Listens to Discord for servers that come and go, and sweeps."""

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Begin with the first sweep as soon as it is known which servers there are."""
        self.daily.start()

    async def cog_unload(self) -> None:
        """Sweep no more; one that is under way is rolled back."""
        self.daily.cancel()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note a server that the bot has left; an outage of Discord's is another event."""
        await departures.left(self.bot.database, guild.id, discord.utils.utcnow())

    @commands.Cog.listener("on_guild_join")
    @commands.Cog.listener("on_guild_available")
    async def seen(self, guild: discord.Guild) -> None:
        """Forget that the bot had left."""
        await departures.returned(self.bot.database, guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note who came and went meanwhile. All shards are connected, and a server in an outage is listed too."""
        if self.bot.config.grace_days is not None:
            await departures.compare(self.bot.database, self._present(), discord.utils.utcnow())

    @tasks.loop(hours=24)
    async def daily(self) -> None:
        """Sweep; what fails is tried again a day later."""
        try:
            await self._sweep()
        except Exception:
            log.exception("the daily sweep failed and is tried again tomorrow")

    @daily.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()

    async def _sweep(self) -> None:
        now = discord.utils.utcnow()
        await departures.tidy(self.bot.database, now)
        await privacy.overwrite(self.bot.database, at_night=True)
        days = self.bot.config.grace_days
        if days is None:
            return
        for guild_id in await departures.erase_departed(self.bot.database, self._present(), timedelta(days=days), now):
            log.info("everything of a server that was left is deleted", extra={"server": guild_id})
        await go_on(self.bot)

    def _present(self) -> set[int]:
        return {guild.id for guild in self.bot.guilds}


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Upkeep(bot))
