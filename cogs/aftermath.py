"""What is left to do of an edition: the thread under one that was posted, word to moderators of one that was not."""

from __future__ import annotations

import logging
from functools import partial

import aiohttp
import discord

from bot.client import Dateline
from bot.digest import claims
from bot.digest.claims import Claim
from bot.digest.editions import FollowUp
from bot.render.refused import refused_card
from bot.text import clip, plain
from cogs.delivery import Record
from cogs.replies import message_of

_THREAD_NAME = 100
_HAS_THREAD = 160004
_SERVER_ERRORS = 500

log = logging.getLogger("dateline.posting")


async def follow_up(bot: Dateline, claim: Claim) -> Record:
    """Do what is left of an edition, and return what is to be recorded of it."""
    todo = claim.edition.follow_up
    try:
        await (_open_thread(bot, claim) if todo is FollowUp.THREAD else _tell(bot, claim))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        said = {"what": str(todo), "edition": claim.edition.id, "error": str(error)}
        if not isinstance(error, discord.HTTPException) or error.status >= _SERVER_ERRORS:
            log.warning("put off", extra=said)
            return partial(claims.follow_up_later, bot.database, claim, todo, discord.utils.utcnow())
        # A message has one thread at most: one that is there was opened before a crash.
        if error.code != _HAS_THREAD:
            log.warning("refused", extra=said)
    return partial(claims.followed_up, bot.database, claim)


async def _open_thread(bot: Dateline, claim: Claim) -> None:
    assert claim.edition.message_id is not None
    guild = bot.get_guild(claim.digest.guild_id)
    channel = guild.get_channel(claim.channel_id) if guild else None
    channel = channel or await bot.fetch_channel(claim.channel_id)
    if isinstance(channel, discord.TextChannel):
        day = claim.edition.due_at.date().isoformat()
        title = f"{clip(plain(claim.digest.name), _THREAD_NAME - len(day) - 3)} · {day}"
        async with bot.pace.slot():
            await channel.create_thread(name=title, message=discord.Object(claim.edition.message_id))


async def _tell(bot: Dateline, claim: Claim) -> None:
    """Tell the channel for moderators, or else, or where that refuses, the one who made the digest."""
    review_channel = (await bot.settings(claim.digest.guild_id)).review_channel
    if review_channel:
        try:
            channel = bot.get_partial_messageable(review_channel, guild_id=claim.digest.guild_id)
            await _send(bot, channel, claim, private=False)
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("the channel for moderators refuses", extra={"error": str(error)})
        else:
            return
    if claim.digest.created_by:
        await _send(bot, await bot.create_dm(discord.Object(claim.digest.created_by)), claim, private=True)


async def _send(bot: Dateline, place: discord.abc.Messageable, claim: Claim, *, private: bool) -> None:
    edition = claim.edition
    card = refused_card(claim.digest, edition.due_at, claim.channel_id, edition.reason, private=private)
    async with bot.pace.slot():
        await place.send(**message_of(card), nonce=f"t{claims.nonce(claim)}"[:25])
