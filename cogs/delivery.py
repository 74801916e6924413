"""One edition on its way to Discord: looked for if it may be there, posted with a nonce, and what came of it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import aiohttp
import discord

from bot.client import Dateline
from bot.digest import claims, editorial, outcomes
from bot.digest.catchup import GRACE
from bot.digest.claims import Claim
from bot.digest.editions import ABSENT, TOO_LATE, why_empty
from bot.digest.editorial import Content
from bot.digest.foresight import EMBED, LABELS, VIEW, Channel, missing, refusal
from bot.errors import StoreError
from bot.moderating.posted import look
from bot.recent import Recent
from bot.render.card import Bars, Chart
from bot.render.chart import chart
from bot.render.digest import call, mark
from bot.servers import departures
from cogs import places
from cogs.digest_desk import edition_card
from cogs.replies import file_of, message_of

NONCE_WINDOW = timedelta(minutes=2)
"""For so long Discord certainly knows a nonce again; it says "the past few minutes":
https://discord.com/developers/docs/resources/message#create-message"""

MOST_LOOKED = 2_000
"""So many messages are looked through for an edition that may be among them."""

_PICTURES = 100
"""So many charts are kept ready: many servers are sent the same one. A chart is some 30 kB."""

# A message's id tells when it was sent. Servers of Discord's disagree a little about the time.
_MARGIN_ID = 10_000 << 22
_MARGIN = timedelta(hours=1)

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_UNKNOWN_CHANNEL, _UNKNOWN_GUILD, _UNKNOWN_MESSAGE, _MISSING_ACCESS = 10003, 10004, 10008, 50001

_THREAD_CLOSED = frozenset({50083, 160005})
"""A thread that is archived or locked. Discord opens one that is only archived by itself, for the message."""

_UNAUTHORIZED, _TOO_MANY, _SERVER_ERRORS = 401, 429, 500

Record: TypeAlias = Callable[[], Awaitable[object]]
"""What is to be written down."""

log = logging.getLogger("dateline.posting")


class _Stopping(Exception):  # noqa: N818 - not an error
    """The bot is being stopped."""


class Delivery:
    """Posts editions for a bot. `accepted` turns False when Discord does not accept the token any more."""

    def __init__(self, bot: Dateline) -> None:
        self.accepted = True
        self._bot = bot
        self._pictures: Recent[Bars, Chart] = Recent(_PICTURES)
        self._drawing = asyncio.Lock()

    def newest(self, guild_id: int, channel_id: int) -> int:
        """Return the id of a message in a channel that is older than any to be posted from now on."""
        channel = self._known(guild_id, channel_id)
        if channel is None:  # a thread at rest, or of a shard that another process has
            return discord.utils.time_snowflake(discord.utils.utcnow() - _MARGIN)
        # What Discord numbered is not affected by a clock of ours that is wrong.
        return max(0, (getattr(channel, "last_message_id", None) or channel.id) - _MARGIN_ID)

    async def deliver(self, claim: Claim) -> Record:
        """Post an edition, once, and return what is to be recorded of it. What waits at a stop is given back."""
        try:
            return await self._ended(claim) or await self._post(claim)
        except _Stopping:
            return partial(outcomes.given_back, self._bot.database, claim)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Wait for the turn of a request."""
        async with self._bot.pace.slot():
            if self._bot.stopping:
                raise _Stopping
            yield

    async def _ended(self, claim: Claim) -> Record | None:
        """Return what is to be recorded of an edition that is not to be posted, or is posted; None if it is to be."""
        db = self._bot.database
        if not self._present(claim.digest.guild_id):
            await departures.left(db, claim.digest.guild_id, discord.utils.utcnow())
            return self._again(claim, ABSENT, surely_not_posted=True)
        if claim.tried_at is not None:
            try:
                known = await self._look(claim, claim.tried_at)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                return self._judge(claim, error)
            if known is not None:
                return known
        if claim.over:
            return partial(outcomes.skipped, db, claim, claim.over)
        if discord.utils.utcnow() > claim.closes_at:
            return self._failed(claim, claim.edition.reason or TOO_LATE)
        refusal = self._refusal(claim)
        return self._failed(claim, refusal, pause=True) if refusal else None

    async def _post(self, claim: Claim) -> Record:
        """Post an edition that is certainly not posted."""
        db = self._bot.database
        try:
            made = await self._message(claim)
        except StoreError as error:
            log.warning("the store could not be read", extra={"digest": claim.digest.id, "error": str(error)})
            return self._again(claim, claims.BROKEN, surely_not_posted=True)
        except Exception:
            log.exception("an edition could not be rendered", extra={"digest": claim.digest.id})
            return self._failed(claim, claims.BROKEN)
        if made is None:
            return partial(outcomes.skipped, db, claim, why_empty(claim.digest))
        message, looks = made
        channel = self._bot.get_partial_messageable(claim.channel_id, guild_id=claim.digest.guild_id)
        try:
            async with self._turn():
                if over := await claims.stopped(db, claim):  # while it waited for its turn
                    return partial(outcomes.skipped, db, claim, over)
                sent = await channel.send(**message, nonce=claims.nonce(claim))
        except _Stopping:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it may be posted
            return self._judge(claim, error)
        return self._posted(claim, sent, looks)

    async def _look(self, claim: Claim, tried_at: datetime) -> Record | None:
        """Look for an edition that may be posted; None if it can be posted now without being there twice."""
        # Without the right there is no error, but nothing to see:
        # https://discord.com/developers/docs/resources/message#get-channel-messages
        readable = self._right(claim, "read_message_history")
        looked = 0
        if readable is not False:
            try:
                found, looked = await self._find(claim)
            except discord.Forbidden as error:
                if not error.code:  # not of Discord's: a proxy, or its guard against floods
                    raise
            else:
                if found is not None:
                    log.info("edition found", extra={"digest": claim.digest.id, "edition": claim.edition.id})
                    return self._posted(claim, found, {})
                if looked < MOST_LOOKED and (looked or readable):
                    return None
        known = timedelta(0) <= discord.utils.utcnow() - tried_at < NONCE_WINDOW
        return None if known else self._failed(claim, outcomes.TOO_MANY if looked else outcomes.MAYBE, unseen=False)

    async def _find(self, claim: Claim) -> tuple[discord.Message | None, int]:
        """Return the message of an edition, and how many were looked through."""
        assert self._bot.user is not None
        assert claim.content is not None
        wanted = re.compile(re.escape(mark(claim.digest.id, Content.from_json(claim.content).number)) + r"(?!\d)")
        channel = self._bot.get_partial_messageable(claim.channel_id, guild_id=claim.digest.guild_id)
        looked, after = 0, discord.Object(claim.after_id)
        async with self._turn():
            async for message in channel.history(limit=MOST_LOOKED, after=after, oldest_first=True):
                looked += 1
                footers = [embed.footer.text or "" for embed in message.embeds]
                if message.author.id == self._bot.user.id and any(map(wanted.match, footers)):
                    return message, looked
        return None, looked

    async def _message(self, claim: Claim) -> tuple[dict[str, Any], dict[int, str]] | None:
        """Return an edition as the arguments of a message, and how its entries look there.

        None where nothing of it is left to be shown.
        """
        assert claim.content is not None
        digest, content = claim.digest, Content.from_json(claim.content)
        async with self._bot.database.read() as conn:
            material = editorial.fit(content, await editorial.gather(conn, digest.guild_id, content))
        if material is None:
            return None
        late = discord.utils.utcnow() - claim.edition.due_at > GRACE
        card = await edition_card(self._bot, digest, content, material, due_at=claim.edition.due_at, late=late)
        guild = self._bot.get_guild(digest.guild_id)
        said, allowed = call(digest, role=guild is None or guild.get_role(digest.role_id) is not None)
        message = {**message_of(card), "content": said or None, "allowed_mentions": allowed}
        if card.bars and self._right(claim, "attach_files") is not False:
            try:
                message["files"] = [file_of(await self._draw(card.bars))]
            except Exception:
                log.exception("a chart could not be drawn; the edition goes without", extra={"digest": digest.id})
        return message, {id_: look(entry) for id_, entry in material.entries.items()}

    async def _draw(self, bars: Bars) -> Chart:
        """Draw a chart, one at a time: commands need the processor too."""
        async with self._drawing:
            drawn = self._pictures.get(bars, 0)
            if drawn is None:
                with self._bot.pace.held():
                    drawn = await asyncio.to_thread(chart, bars)
                self._pictures.put(bars, 0, drawn)
            return drawn

    def _judge(self, claim: Claim, error: Exception) -> Record:
        """Return what follows from what a request has raised."""
        match error:
            case discord.HTTPException(status=status) if status == _UNAUTHORIZED:
                return self._locked_out(claim)
            case discord.HTTPException() if error.code:
                return self._answered(claim, error)
            case discord.HTTPException(status=status):
                # Without a code it is not of Discord's API, but of what stands before it.
                surely = status == _TOO_MANY
                return self._again(claim, f"Discord answered with an error ({status}).", surely_not_posted=surely)
            case aiohttp.ClientConnectorError():
                return self._again(claim, "Discord could not be reached.", surely_not_posted=True)
            case OSError() | aiohttp.ClientError():
                return self._again(claim, "The connection to Discord was lost.")
            case _:
                log.error("an edition could not be posted", exc_info=error, extra={"digest": claim.digest.id})
                return self._again(claim, claims.BROKEN)

    def _answered(self, claim: Claim, error: discord.HTTPException) -> Record:
        """Return what follows from an answer that names its reason."""
        match error:
            case discord.HTTPException(code=code) if code in _THREAD_CLOSED:
                return self._failed(claim, outcomes.LOCKED, pause=True)
            case discord.NotFound(code=code) if code in {_UNKNOWN_CHANNEL, _UNKNOWN_GUILD}:
                return self._failed(claim, outcomes.GONE, pause=True)
            case discord.NotFound(code=code) if code == _UNKNOWN_MESSAGE:
                # So Discord answers a nonce whose message was deleted meanwhile.
                return self._failed(claim, outcomes.DELETED, unseen=False)
            case discord.Forbidden(code=code):
                return self._failed(claim, outcomes.UNSEEN if code == _MISSING_ACCESS else outcomes.REFUSED, pause=True)
            case discord.HTTPException(status=status) if status >= _SERVER_ERRORS or status == _TOO_MANY:
                return self._again(claim, f"Discord answered with an error ({status}).")
            case _:
                log.error("an edition was not accepted", extra={"digest": claim.digest.id, "error": str(error)})
                return self._failed(claim, f"Discord did not accept the message (error {error.code}).")

    def _locked_out(self, claim: Claim) -> Record:
        """Post nothing more: Discord bans addresses that keep trying with a token that it does not accept."""
        if self.accepted:
            log.error("Discord does not accept the token any more: no digest is posted until the bot is started again")
        self.accepted = False
        return self._again(claim, "Discord did not accept the bot's token.", surely_not_posted=True)

    def _posted(self, claim: Claim, message: discord.Message, looks: Mapping[int, str]) -> Record:
        """Record a message. Of one that was found after a crash, it is not known how the entries look there."""
        assert claim.content is not None
        shown = {id_: looks.get(id_) for id_ in Content.from_json(claim.content).shown_ids}
        return partial(outcomes.posted, self._bot.database, claim, message.id, message.created_at, shown)

    def _failed(self, claim: Claim, reason: str, *, pause: bool = False, unseen: bool = True) -> Record:
        now = discord.utils.utcnow()
        return partial(outcomes.failed, self._bot.database, claim, reason, now, pause=pause, unseen=unseen)

    def _again(self, claim: Claim, reason: str, *, surely_not_posted: bool = False) -> Record:
        now = discord.utils.utcnow()
        return partial(outcomes.retry, self._bot.database, claim, reason, now, surely_not_posted=surely_not_posted)

    def _present(self, guild_id: int) -> bool:
        """Whether the bot is in a server, or this process cannot know."""
        return self._bot.get_guild(guild_id) is not None or not self._bot.watches(guild_id)

    def _refusal(self, claim: Claim) -> str:
        """Return what a channel lacks, as far as it is known without asking: Discord bans those who ask in vain."""
        place = self._known(claim.digest.guild_id, claim.channel_id)
        home = places.home(place) if place else None
        if place is None or home is None or place.guild.unavailable:
            return ""
        if places.kind(place) is Channel.LOCKED:
            return outcomes.LOCKED
        held = [right for right in LABELS if self._right(claim, right)]
        lacking = missing((VIEW, places.write(place), EMBED), held)
        return refusal(lacking, home.name, place.guild.me.display_name) if lacking else ""

    def _right(self, claim: Claim, right: str) -> bool | None:
        """Whether the bot has a right in a channel; None where that is not known."""
        channel = self._known(claim.digest.guild_id, claim.channel_id)
        if channel is None or channel.guild.unavailable:
            return None
        return bool(getattr(channel.permissions_for(channel.guild.me), right))

    def _known(self, guild_id: int, channel_id: int) -> discord.abc.GuildChannel | discord.Thread | None:
        # Client.get_channel goes through all servers.
        guild = self._bot.get_guild(guild_id)
        place = guild.get_channel_or_thread(channel_id) if guild else None
        return place if place and places.home(place) else None
