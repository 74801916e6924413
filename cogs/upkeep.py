"""What is done without being asked: noting where the bot is, and deleting once a day what has had its time."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import aiohttp
import discord
from discord.ext import commands, tasks

from bot.client import Dateline
from bot.errors import StoreError
from bot.moderating.proving import prove_again
from bot.servers import departures, privacy
from cogs.privacy import go_on

CHECKED = 100
"""Servers that Discord is asked about at once: it bans an address after 10,000 refusals in ten minutes."""

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
        """Note which servers came and went while the bot was away."""
        if self.bot.config.grace_days is None:
            return
        db, now = self.bot.database, discord.utils.utcnow()
        for guild_id in await self._gone(await departures.missing(db, self._present(), now)):
            await departures.left(db, guild_id, now)

    @tasks.loop(hours=24)
    async def daily(self) -> None:
        """Sweep; what fails is tried again a day later."""
        try:
            await self._sweep()
            if count := await prove_again(self.bot.database, discord.utils.utcnow()):
                log.warning(
                    "entries were called verified, and the text of their source does not bear them out; they are "
                    "unverified now",
                    extra={"count": count},
                )
        except StoreError:
            log.warning("the daily sweep is tried again tomorrow, as the store cannot be used")
        except Exception:
            log.exception("the daily sweep failed and is tried again tomorrow")

    @daily.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()

    async def _sweep(self) -> None:
        now = discord.utils.utcnow()
        steady = await departures.steady(self.bot.database, now)
        if steady:
            await departures.tidy(self.bot.database, now)
        await privacy.overwrite(self.bot.database, at_night=True)
        days = self.bot.config.grace_days
        if days is None:
            return
        if steady or not days:
            await self._erase_departed(timedelta(days=days), now)
        await go_on(self.bot)

    async def _erase_departed(self, grace: timedelta, now: datetime) -> None:
        due = await departures.due(self.bot.database, self._present(), grace, now)
        for guild_id in await self._gone(due):
            await departures.erase(self.bot.database, guild_id)
            log.info("everything of a server that was left is deleted", extra={"server": guild_id})

    def _present(self) -> set[int]:
        return {guild.id for guild in self.bot.guilds}

    async def _gone(self, guild_ids: Iterable[int]) -> list[int]:
        """Return the servers that Discord itself says the bot has left.

        That a server is missing from the cache proves nothing: it may be another process's, or READY may have been
        incomplete. Servers of other shards, and what Discord does not answer for, are left for later.
        """
        gone: list[int] = []
        for guild_id in [id_ for id_ in guild_ids if self.bot.watches(id_)][:CHECKED]:
            try:
                await self.bot.fetch_guild(guild_id, with_counts=False)
            except (discord.NotFound, discord.Forbidden):
                gone.append(guild_id)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.warning("Discord did not say whether the bot is in a server", extra={"error": str(error)})
                break
            else:
                log.warning("a server is missing although the bot is in it", extra={"server": guild_id})
                await departures.returned(self.bot.database, guild_id)
        return gone


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Upkeep(bot))
