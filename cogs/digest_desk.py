"""What Discord and the store say of a digest: its channel and role, everybody's rights there, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import discord

from bot import zones
from bot.client import Dateline
from bot.digest import editorial, planning
from bot.digest.digests import Digest
from bot.digest.editorial import Content, Material
from bot.digest.foresight import LABELS, Channel, Site, forecast
from bot.model import Actor
from bot.render.card import Card
from bot.render.digest import digest_card
from bot.render.digest_words import Desk, nothing
from bot.render.plain import notice
from cogs import places
from cogs.replies import Interaction

_DIGITS = 19
"""A snowflake has so many digits at most, for centuries to come; one more than an id of our own."""


@dataclass(frozen=True, slots=True)
class Next:
    """The next edition as it would be now: what it carries, and its card."""

    content: Content
    card: Card


async def site_of(interaction: Interaction, digest: Digest) -> Site:
    """Return what Discord says of the channel and the role of a digest, and of who may do what there."""
    guild, person = interaction.guild, interaction.user
    assert guild is not None, "an actor is in a server"
    assert isinstance(person, discord.Member)
    return await site_in(guild, person, digest)


async def site_in(guild: discord.Guild, person: discord.Member, digest: Digest) -> Site:
    """Return the same for a member of a server, from wherever they act."""
    place, role = await places.find(guild, digest.channel_id), guild.get_role(digest.role_id)
    home = places.home(place) if place else None
    if place is None or home is None:
        return Site(Channel.GONE, "", guild.me.display_name, frozenset(), frozenset())
    return Site(
        places.kind(place),
        home.name,
        guild.me.display_name,
        _rights(place, guild.me),
        _rights(place, person),
        role is not None,
        role is not None and role.mentionable,
        isinstance(place, discord.Thread),
    )


async def found(interaction: Interaction, actor: Actor, digest_id: int, typed: str = "") -> Digest:
    """Return one of the server's digests by its id, or by a number or a name as typed. Raises UserError."""
    async with interaction.client.database.read() as conn:
        return await planning.find(conn, actor.guild_id, digest_id, typed, partial(placed, interaction.guild))


def placed(guild: discord.Guild | None, digest: Digest) -> str:
    """Return where and when a digest is posted, as raw text."""
    place = guild.get_channel_or_thread(digest.channel_id) if guild else None
    return f"in {f'#{place.name}' if place else 'an archived thread or a deleted channel'}, {planning.when(digest)}"


async def desk_of(interaction: Interaction, digest: Digest, *, ahead: bool = False) -> Desk:
    """Return what the cards of a digest need; with `ahead` also what would be posted next."""
    bot, now, site = interaction.client, discord.utils.utcnow(), await site_of(interaction, digest)
    settings = await bot.settings(digest.guild_id)
    coming = await next_of(bot, digest, now) if ahead and zones.known(digest.zone) else None
    async with bot.database.read() as conn:
        subjects = await planning.subjects_of(conn, digest)
        waiting = await planning.waiting(conn, digest.guild_id)
    return Desk(
        subjects,
        forecast(digest, site),
        site.channel is not Channel.GONE,
        site.role,
        settings.zone,
        settings.language,
        now,
        coming.content if coming else None,
        len(coming.card.embed) if coming else 0,
        bool(coming and coming.card.bars),
        waiting.get(digest.id, ()),
        site.thread,
    )


async def next_of(bot: Dateline, digest: Digest, now: datetime) -> Next | None:
    """Put together what would be posted next, and note nothing; None where there is nothing."""
    due_at = planning.next_due(digest, now)
    async with bot.database.read() as conn:
        content = await editorial.compose(conn, digest, 0, due_at, now, dry=True)
        if content is None:
            return None
        material = await editorial.gather(conn, digest.guild_id, content)
    return Next(content, await edition_card(bot, digest, content, material, due_at=due_at, late=False))


async def preview_of(bot: Dateline, digest: Digest) -> Card:
    """Return the next edition as it would be posted now; nothing is noted as carried."""
    coming = await next_of(bot, digest, discord.utils.utcnow())
    if coming is None:
        async with bot.database.read() as conn:
            why = nothing(digest, await planning.subjects_of(conn, digest))
        return notice(f"There is nothing to post at present. {why}")
    # Not as on an edition, whose footer is how it is found in a channel.
    coming.card.embed.set_footer(
        text=f"Preview of No. {coming.content.number} of digest {digest.id}. Nothing was posted."
    )
    return coming.card


async def edition_card(
    bot: Dateline, digest: Digest, content: Content, material: Material, *, due_at: datetime, late: bool
) -> Card:
    """Return the card of an edition."""
    settings = await bot.settings(digest.guild_id)
    prefix = settings.prefix or bot.config.prefix
    return digest_card(digest, content, material, due_at=due_at, late=late, language=settings.language, prefix=prefix)


def snowflake(text: str) -> int:
    """Return the id of a channel or a role that was picked or typed; 0 where there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


async def hold(interaction: Interaction) -> None:
    """Say that an answer for this person alone will take a moment."""
    private = interaction.message is not None and interaction.message.flags.ephemeral
    await (interaction.response.defer() if private else interaction.response.defer(ephemeral=True, thinking=True))


def _rights(place: discord.abc.GuildChannel | discord.Thread, person: discord.Member) -> frozenset[str]:
    rights = place.permissions_for(person)
    return frozenset(right for right in LABELS if getattr(rights, right))
