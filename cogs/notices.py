"""What the bot says of a suggestion by itself: its card in the review channel, and the message to its member."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import discord

from bot.client import Dateline
from bot.digest.foresight import EMBED, LABELS, VIEW, Channel
from bot.model import Settings
from bot.moderating import reviews, suggestions
from bot.moderating.suggestions import State, Suggestion
from bot.render.card import Card
from bot.render.moderation import Manner
from bot.render.reviews import review_card
from bot.render.suggestions import message_card
from bot.store import revisions
from bot.store import suggestions as store
from cogs import places
from cogs.replies import as_edit, message_of

log = logging.getLogger("dateline.suggestions")

_TRIES = 5
"""So often a card is made anew at once, before it is left to whoever does the next thing."""


async def post(bot: Dateline, suggestion: Suggestion) -> bool:
    """Post the card of a suggestion in the review channel, and return whether it is there; the queue has it anyway."""
    guild_id = suggestion.guild_id
    channel_id = (await bot.settings(guild_id)).review_channel
    if not channel_id:
        return False
    guild = bot.get_guild(guild_id)
    if guild is None or await blocked(guild, channel_id):  # Discord bans an address that keeps trying what it may not
        log.warning("no suggestion can be posted in the review channel", extra={"guild": guild_id})
        return False
    message, _ = await _message(bot, suggestion, channel_id)
    try:
        sent = await bot.get_partial_messageable(channel_id, guild_id=guild_id).send(**message)
    except discord.HTTPException as error:
        log.warning("a suggestion could not be posted", extra={"guild": guild_id, "error": str(error)})
        return False
    async with bot.database.write(content=False) as conn:
        await store.update_message(conn, guild_id, suggestion.id, channel_id, sent.id)
    async with bot.database.read() as conn:
        now = await store.select_one(conn, guild_id, suggestion.id)
    if now is not None and now.state is not State.PENDING:
        await refresh(bot, now)  # it was decided meanwhile, from the queue
    return True


async def blocked(guild: discord.Guild, channel_id: int) -> str:
    """Return in a sentence why no card can be posted in a channel or thread, and what to do; "" if it can."""
    place = await places.find(guild, channel_id)
    home = places.home(place) if place else None
    if place is None or home is None:
        return "The review channel was deleted; choose another one in /settings."
    kind = places.kind(place)
    if kind is Channel.LOCKED:
        return "The thread for reviews is locked: unlock it, or choose another place in /settings."
    if kind is not Channel.THERE:
        return "That is neither a text channel of this server nor a public thread; choose another one."
    rights = place.permissions_for(guild.me)
    # Where one is missing, Discord takes away those that follow it too.
    missing = next((LABELS[one] for one in (VIEW, places.write(place), EMBED) if not getattr(rights, one)), "")
    return missing and (
        f"I cannot post in #{home.name}: I need the permission {missing} there. "
        "An administrator sets it under Edit Channel, Permissions."
    )


async def waiting(bot: Dateline, guild: discord.Guild) -> tuple[int, list[Suggestion]]:
    """Return how many suggestions wait in a server, and the oldest that have no card in a channel that there is."""
    async with bot.database.read() as conn:
        total = await suggestions.count_waiting(conn, guild.id)
        oldest = await store.select_pending(conn, guild.id, limit=suggestions.COMPARED)
    there = {id_ for id_ in {one.channel_id for one in oldest} if await places.find(guild, id_)}
    return total, [one for one in oldest if not one.message_id or one.channel_id not in there]


async def refresh(bot: Dateline, suggestion: Suggestion, *, shown: Suggestion | None = None) -> None:
    """Let the card in the review channel show how things stand now; `shown` is what it shows already.

    Where others did something meanwhile, the card may just have been made to show what was before: it is looked again.
    """
    for _ in range(_TRIES):
        async with bot.database.read() as conn:
            now = await store.select_one(conn, suggestion.guild_id, suggestion.id)
        if now is None or now == shown or not now.message_id:
            return
        channel = bot.get_partial_messageable(now.channel_id, guild_id=now.guild_id)
        message, shown = await _message(bot, now, now.channel_id)
        try:
            await channel.get_partial_message(now.message_id).edit(**as_edit(message, []))
        except discord.NotFound:
            async with bot.database.write(content=False) as conn:
                await store.update_message(conn, now.guild_id, now.id, 0, 0)
            return
        except discord.HTTPException as error:
            log.warning("a suggestion's card could not be brought up to date", extra={"error": str(error)})
            return


async def refresh_of(bot: Dateline, guild_id: int, entry_ids: Iterable[int]) -> None:
    """Let the cards of the suggestions that have become entries show how these stand now."""
    async with bot.database.read() as conn:
        found = await store.select_of_entries(conn, guild_id, entry_ids)
    for suggestion in found:
        await refresh(bot, suggestion)


async def refresh_between(bot: Dateline, guild_id: int, first: int, last: int) -> None:
    """Do that for all entries that changes with ids from `first` to `last` are about."""
    async with bot.database.read() as conn:
        entry_ids = await revisions.select_entries_between(conn, guild_id, first, last)
    await refresh_of(bot, guild_id, entry_ids)


async def tell(bot: Dateline, suggestion: Suggestion, decider_id: int) -> None:
    """Tell the member and those who support it what was decided, but not whoever did. No reviewer is named."""
    guild = bot.get_guild(suggestion.guild_id)
    if guild is None:
        return
    async with bot.database.read() as conn:
        supporters = await suggestions.supporters(conn, suggestion.id)
        edit = (await suggestions.edits(conn, (suggestion,))).get(suggestion.id)
    for person_id in (suggestion.member_id, *supporters):
        if person_id and person_id != decider_id:
            card = message_card(suggestion, guild.name, edit, supported=person_id != suggestion.member_id)
            await _tell(bot, person_id, card)


async def _tell(bot: Dateline, person_id: int, card: Card) -> None:
    """Write to somebody in private, if their direct messages are open."""
    try:
        private = await bot.create_dm(discord.Object(person_id))
        await private.send(**message_of(card))
    except discord.Forbidden:
        pass  # closed, which is everybody's right; /suggestions mine says the same
    except discord.HTTPException as error:
        log.warning("a member could not be told of a decision", extra={"error": str(error)})


async def names_reviewers(bot: Dateline, guild_id: int, channel_id: int, settings: Settings) -> bool:
    """Whether a card in this channel may name reviewers: nobody but moderators can see it, as far as can be known.

    What a member who is no role's may see there is granted by name; who that is, the bot does not know.
    """
    guild = bot.get_guild(guild_id)
    place = await places.find(guild, channel_id) if guild else None
    channel = places.home(place) if place else None
    if guild is None or channel is None:
        return False
    others = (role for role in guild.roles if not (_moderates(role, settings) or role.is_bot_managed()))
    named = (who.id for who, overwrite in channel.overwrites.items() if _is_member(who) and overwrite.view_channel)
    return not any(channel.permissions_for(role).view_channel for role in others) and set(named) <= {
        guild.me.id,
        guild.owner_id,
    }


def _moderates(role: discord.Role, settings: Settings) -> bool:
    rights = role.permissions
    return rights.manage_guild or rights.administrator or role.id in settings.moderator_roles


def _is_member(who: object) -> bool:
    """Whether somebody is granted something by name; who is not known to the bot is so much as an id."""
    return not isinstance(who, discord.Role) and getattr(who, "type", None) is not discord.Role


async def _message(bot: Dateline, suggestion: Suggestion, channel_id: int) -> tuple[dict[str, Any], Suggestion]:
    """Return the card as it stands in a channel, and what it shows."""
    guild_id = suggestion.guild_id
    review = await reviews.review(bot.database, guild_id, suggestion.id, discord.utils.utcnow())
    settings = await bot.settings(guild_id)
    manner = Manner(settings.prefix or bot.config.prefix, settings.language)
    named = await names_reviewers(bot, guild_id, channel_id, settings)
    return message_of(review_card(review, manner, named=named)), review.suggestion
