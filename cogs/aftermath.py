"""What is left to do of an edition: the thread under one that was posted, word to moderators of one that was not."""

from __future__ import annotations

import logging
from functools import partial

import aiohttp
import discord

from bot.client import Dateline
from bot.digest import claims, outcomes
from bot.digest.claims import Claim
from bot.digest.editions import NO_THREAD, FollowUp
from bot.render.refused import refused_card
from bot.text import clip, plain
from bot.zones import zone
from cogs.delivery import Record
from cogs.replies import message_of

_THREAD_NAME = 100
_HAS_THREAD = 160004
_SERVER_ERRORS = 500
_LOOKED = 100
"""So many messages are looked through for word that may have been given before a crash."""

log = logging.getLogger("dateline.posting")


async def follow_up(bot: Dateline, claim: Claim) -> Record:
    """Do what is left of an edition, and return what is to be recorded of it."""
    todo = claim.edition.follow_up
    reason = ""
    try:
        await (_open_thread(bot, claim) if todo is FollowUp.THREAD else _tell(bot, claim))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        said = {"what": str(todo), "edition": claim.edition.id, "error": str(error)}
        if not isinstance(error, discord.HTTPException) or error.status >= _SERVER_ERRORS:
            log.warning("put off", extra=said)
            return partial(outcomes.follow_up_later, bot.database, claim, todo, discord.utils.utcnow())
        # A message has one thread at most: one that is there was opened before a crash.
        if error.code != _HAS_THREAD:
            log.warning("refused", extra=said)
            reason = NO_THREAD if todo is FollowUp.THREAD else ""
    return partial(outcomes.followed_up, bot.database, claim, reason)


async def _open_thread(bot: Dateline, claim: Claim) -> None:
    assert claim.edition.message_id is not None
    guild = bot.get_guild(claim.digest.guild_id)
    channel = guild.get_channel_or_thread(claim.channel_id) if guild else None
    channel = channel or await bot.fetch_channel(claim.channel_id)
    if isinstance(channel, discord.TextChannel):  # in a thread, none can be opened
        day = claim.edition.due_at.astimezone(zone(claim.digest.zone)).date().isoformat()
        title = f"{clip(plain(claim.digest.name), _THREAD_NAME - len(day) - 3)} · {day}"
        async with bot.pace.slot():
            await channel.create_thread(name=title, message=discord.Object(claim.edition.message_id))


async def _tell(bot: Dateline, claim: Claim) -> None:
    """Tell the channel for moderators; or else, or where that refuses, who made the digest, or who owns the server."""
    guild_id, maker = claim.digest.guild_id, claim.digest.created_by
    review_channel = (await bot.settings(guild_id)).review_channel
    if review_channel and await _told(
        bot, bot.get_partial_messageable(review_channel, guild_id=guild_id), claim, private=False
    ):
        return
    guild = bot.get_guild(guild_id)
    for person in (maker, guild.owner_id if guild else None):
        if not person or not await _is_member(guild, person):
            continue
        if await _told(bot, await bot.create_dm(discord.Object(person)), claim, private=True):
            return
    log.warning("nobody could be told of a digest", extra={"digest": claim.digest.id, "edition": claim.edition.id})


async def _told(bot: Dateline, place: discord.abc.Messageable, claim: Claim, *, private: bool) -> bool:
    """Tell of an edition there, unless that was done before a crash; False where it is refused."""
    edition = claim.edition
    card = refused_card(claim.digest, edition.due_at, claim.channel_id, edition.reason, private=private)
    after = discord.Object(discord.utils.time_snowflake(edition.due_at))
    try:
        async with bot.pace.slot():
            async for message in place.history(limit=_LOOKED, after=after):
                if message.author == bot.user and any(
                    one.footer.text == card.embed.footer.text for one in message.embeds
                ):
                    return True
    except (discord.Forbidden, discord.NotFound):
        pass  # it may be written to all the same
    try:
        async with bot.pace.slot():
            await place.send(**message_of(card), nonce=f"t{claims.nonce(claim)}"[:25])
    except (discord.Forbidden, discord.NotFound) as error:
        log.info("word of a digest is refused", extra={"digest": claim.digest.id, "error": str(error)})
        return False
    return True


async def _is_member(guild: discord.Guild | None, person: int) -> bool:
    """Whether somebody is in a server, or this process cannot know."""
    if guild is None:
        return True
    try:
        await guild.fetch_member(person)
    except discord.NotFound:
        return False
    return True
