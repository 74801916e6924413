"""Posts scheduled digests: looks when something is due, shares the work with other processes, and paces it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import discord
from discord.ext import commands, tasks
from tzdata import IANA_VERSION

from bot.client import Dateline
from bot.digest import claims, editions, editorial
from bot.digest.claims import Claim, Mine
from bot.digest.digests import NEVER
from bot.errors import StoreError
from cogs.aftermath import follow_up
from cogs.delivery import Delivery, Record

CHANGED = "digests_changed"
"""`bot.dispatch` this after a change of digests: what is due now is then posted at once."""

WORKING_SECONDS, RESTING_SECONDS = 1.0, 60.0
"""How often it is looked for work: while there is some, and at the least."""

LOOK_AGAIN = timedelta(hours=1)
"""So long is trusted in what was read when nothing was due."""

PLANNED = 100
"""So many digests are planned in one transaction: commands write in between."""

BATCH = 10
"""So many editions are claimed in one transaction, in which each is put together."""

CLAIMED = 70
"""So many are claimed at once: more than are on their way, so that a slow disk does not leave the rate unused."""

RENEWED = claims.LEASE / 4
ATTENDED = timedelta(seconds=5)
"""How often it is noted that this process still has its editions, and that it posts."""

SETTLING = ATTENDED + timedelta(seconds=2)
"""So much later than it was noted, a process joins in: by then, those that post have seen that they share the rate."""

_HOLD = claims.LEASE.total_seconds() * 0.9
"""Seconds. Nothing is sent for longer than this after the lease was renewed: another may have taken over."""

MANY = 500
"""In so many servers, what is known of them is kept from the garbage collector: it would go through all of it every few
seconds, and hold everything up for a tenth of a second or more."""

_DRIFT = timedelta(seconds=2)

log = logging.getLogger("dateline.posting")


class Posting(commands.Cog):
    """Posts what is due in all servers."""

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot
        self.process = uuid4().hex
        self.delivery = Delivery(bot)
        self._held: dict[Mine, tuple[Claim, asyncio.Timeout | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking = asyncio.Lock()
        self._worker: asyncio.Task[None] | None = None
        self._wake: datetime | None = None
        self._looked = (-1, NEVER)
        self._now = NEVER
        self._renewed = self._attended = self._joined = NEVER

    async def cog_load(self) -> None:
        """Begin as soon as it is known which servers there are."""
        self.tick.start()

    async def cog_unload(self) -> None:
        """Begin nothing more, and leave the rate to other processes. What is on its way is finished by `close`."""
        self.tick.cancel()
        if self._attended != NEVER:
            with contextlib.suppress(StoreError):
                await claims.leave(self.bot.database, self.process)

    @property
    def _servers(self) -> editions.Servers:
        """Whose digests are looked after. The local page is not the Discord of the other servers in the store."""
        return [guild.id for guild in self.bot.guilds] if self.bot.config.grace_days is None else None

    @commands.Cog.listener(f"on_{CHANGED}")
    async def changed(self) -> None:
        """Look again at once."""
        if self.bot.is_ready():
            with self.bot.busy():
                await self._look(anew=True)
        self.tick.change_interval(seconds=0)

    @tasks.loop(seconds=WORKING_SECONDS)
    async def tick(self) -> None:
        """Look for work."""
        now = discord.utils.utcnow()
        seconds = await self._look()
        self.tick.change_interval(seconds=seconds)
        # The loop reckons with the time of day. If that jumps, it would not run for as long, or over and over.
        planned = self.tick.next_iteration
        if planned is not None and abs(planned - now - timedelta(seconds=seconds)) > _DRIFT:
            self.tick.restart()

    @tick.before_loop
    async def _connected(self) -> None:
        await self.bot.wait_until_ready()
        if len(self.bot.guilds) >= MANY:
            gc.collect()
            gc.freeze()

    async def _look(self, *, anew: bool = False) -> float:
        """Do what there is to do, and return when to look again; what fails is tried again a second later.

        `anew` says that nothing is known of what there is.
        """
        async with self._looking:
            if anew:
                self._wake = NEVER
            try:
                if not self.bot.stopping and self.delivery.accepted:
                    return await self._beat(discord.utils.utcnow())
            except StoreError:
                pass  # the store has logged it
            except Exception:
                log.exception("digests could not be looked after; it is tried again")
        return WORKING_SECONDS

    async def _beat(self, now: datetime) -> float:
        """Do what the time calls for, and return for how many seconds nothing will."""
        db = self.bot.database
        if self._now == NEVER or self._now - now > _DRIFT:
            await self._reckon(now)
        self._now = now
        busy = bool(self._tasks)
        if busy:
            await self._attend(now)
        version, looked = db.edition(), self._looked
        due = self._wake is not None and self._wake <= now
        if busy or due or version != looked[0] or now - looked[1] > LOOK_AGAIN:
            self._wake = await editions.next_work(db, now, servers=self._servers)
            self._looked = (version, now)
        if self._wake is not None and self._wake <= now:
            if not busy:
                await self._attend(now)
            await self._plan(now)
            return WORKING_SECONDS
        if busy:
            return WORKING_SECONDS
        if self._attended != NEVER:
            self._attended = NEVER
            await claims.leave(db, self.process)
        ahead = RESTING_SECONDS if self._wake is None else (self._wake - now).total_seconds()
        return min(max(ahead, WORKING_SECONDS), RESTING_SECONDS)

    async def _reckon(self, now: datetime) -> None:
        """Take note of a new time of day: at the start, and when the clock was put back."""
        db, servers = self.bot.database, self._servers
        self._wake = NEVER
        if count := await editions.rewind(db, now, servers=servers):
            log.warning("the clock was put back; digests go on from here", extra={"digests": count})
        if count := await editions.reckon(db, IANA_VERSION, now, servers=servers):
            log.info("when digests are due was reckoned anew", extra={"zones": IANA_VERSION, "digests": count})

    async def _attend(self, now: datetime) -> None:
        """Keep what this process has, and share the rate with the others."""
        db = self.bot.database
        if abs(now - self._attended) >= ATTENDED:
            posters = await claims.attend(db, self.process, now)
            self.bot.pace.share(posters)
            if self._attended == NEVER:
                self._joined = now + SETTLING if posters > 1 else now
            self._attended = now
        if self._held and abs(now - self._renewed) >= RENEWED:
            held = list(self._held.values())
            kept = await claims.renew(db, [claim for claim, _ in held], now)
            until = asyncio.get_running_loop().time() + _HOLD
            for claim, _ in held:
                _, timeout = self._held.get(claim.mine, (claim, None))
                if claim.edition.id in kept and timeout is not None and not timeout.expired():
                    timeout.reschedule(until)
            self._renewed = now

    async def _plan(self, now: datetime) -> None:
        """Write down what is due, and have it posted from the first on."""
        while True:
            planned = await editions.plan_due(self.bot.database, now, PLANNED, servers=self._servers)
            if now >= self._joined and (self._worker is None or self._worker.done()):
                self._worker = self._begin(self._work())
            if planned < PLANNED or self.bot.stopping:
                return

    async def _work(self) -> None:
        """Claim what is due, in order, and post it, until there is nothing left; a stop waits for what was claimed."""
        db = self.bot.database
        while not self.bot.stopping and self.delivery.accepted:
            if len(self._held) > CLAIMED - BATCH:
                others = self._tasks - {asyncio.current_task()}
                await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
                continue
            now = discord.utils.utcnow()
            servers = self._servers
            claimed, looked = await claims.claim(
                db,
                self.process,
                now,
                limit=BATCH,
                compose=editorial.compose,
                newest=self.delivery.newest,
                servers=servers,
            )
            left = await claims.claim_follow_ups(db, self.process, now, limit=BATCH, servers=servers)
            for claim in claimed:
                self._begin(self._handle(claim, self.delivery.deliver(claim)))
            for claim in left:
                self._begin(self._handle(claim, follow_up(self.bot, claim)))
            if not looked and not left:
                return
            await asyncio.sleep(0)  # until they are held
        if others := self._tasks - {asyncio.current_task()}:
            await asyncio.wait(others)

    async def _handle(self, claim: Claim, doing: Coroutine[Any, Any, Record]) -> None:
        """See an edition through and record what came of it, unless another process has had to take it over."""
        try:
            async with asyncio.timeout(_HOLD) as timeout:
                self._held[claim.mine] = (claim, timeout)
                record = await doing
        except TimeoutError:
            log.warning("an edition was left to others", extra={"edition": claim.edition.id})
        else:
            self._held[claim.mine] = (claim, None)
            await record()
        finally:
            self._held.pop(claim.mine, None)

    def _begin(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guarded(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, doing: Coroutine[Any, Any, None]) -> None:
        """Hold off a stop meanwhile. What fails is tried again when the lease is over."""
        with self.bot.busy():
            try:
                await doing
            except StoreError:
                pass  # the store has logged it
            except Exception:
                log.exception("an edition could not be seen through")


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Posting(bot))
