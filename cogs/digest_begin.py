"""Beginning a digest: the form, what is wrong with it, and then the first card and the first post as it would be."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.digest import planning
from bot.digest.digests import Digest
from bot.digest.foresight import Channel, require_bot, require_person
from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating.actions import Action
from bot.render.digest_form import TIMES, kept, new_form, unkept
from cogs import places
from cogs.actions import action, ask, refuse
from cogs.digest_desk import found, preview_of, site_of, snowflake
from cogs.digest_setup import given, show_faults, show_setup
from cogs.replies import Interaction, charts, message_of

NAME = "digest.create"


@action(NAME, Access.MODERATOR)
async def _create(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open a form, with them make a digest, which posts nothing yet, in the channel `id` or another.

    `text` is what was typed before; `values` the zone that was picked for it.
    """
    bot, now = interaction.client, discord.utils.utcnow()
    settings = await bot.settings(actor.guild_id)
    typed = {"zone": settings.zone, "days": "daily"} | given(unkept(wanted.text, TIMES)) | given(wanted.fields)
    if wanted.values:
        typed["zone"] = wanted.values[0]
    if not (wanted.fields or wanted.values):
        await ask(interaction, new_form(await _offered(interaction, wanted.id), typed))
        return
    channel_id = snowflake(typed.get("channel", "")) or wanted.id
    read = planning.read_words(typed, now)
    texts = typed | planning.as_typed(read.changes)
    back = kept(Action(NAME, channel_id), [texts.get(key, "") for key in TIMES])
    if read.faults:
        pick = kept(Action(NAME, channel_id), [texts.get("time", ""), "", texts.get("days", "")])
        await show_faults(interaction, read, back, pick=pick)
        return
    try:
        digest = Digest(
            guild_id=actor.guild_id,
            channel_id=channel_id,
            name=planning.DEFAULT_NAME,
            created_by=actor.user_id,
            **read.changes,
        )
        site = await site_of(interaction, digest)
        require_person(digest, site)
        require_bot(digest, site)
        digest_id = await planning.begin(bot.database, actor, digest, now)
    except UserError as refused:
        await refuse(interaction, refused, back)
        return
    digest = await found(interaction, actor, digest_id)
    await show_setup(interaction, digest, told=read.told)
    card = await preview_of(bot, digest)
    card = replace(card, menu=None)  # it is looked at, and nothing is opened from it
    files = await charts(card.bars) if card.bars else []
    await interaction.followup.send(**message_of(card), files=files, ephemeral=True)


async def _offered(interaction: Interaction, channel_id: int) -> int:
    """Return the channel or thread that the form begins with, if a digest can be posted there and the person sees it.

    Of a thread in which none can be posted it is the channel that it belongs to.
    """
    guild, person = interaction.guild, interaction.user
    place = await places.find(guild, channel_id) if guild else None
    if place is not None and places.kind(place) is not Channel.THERE:
        place = places.home(place)
    if place is None or places.kind(place) is not Channel.THERE or not isinstance(person, discord.Member):
        return 0
    return place.id if place.permissions_for(person).view_channel else 0
