"""What a server chooses, on one card. Whatever is picked is saved at once."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Access, Actor, Settings, Suggesting
from bot.moderating.actions import Action
from bot.render.commands import BY_NAME
from bot.render.settings import PAGE, Desk, faulty_card, history_card, ids, settings_card, settings_form
from bot.servers import settings as rules
from bot.servers.settings import Change, changes
from bot.store import revisions
from cogs import places
from cogs.actions import action, ask, offer, perform, show
from cogs.notices import blocked, waiting
from cogs.replies import Context, Interaction


class Commands(commands.Cog):
    """The ways to the card."""

    @app_commands.command(name="settings", description=BY_NAME["settings"].description)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings_slash(self, interaction: Interaction) -> None:
        """Show the card."""
        await perform(interaction, Action("settings.show"), "slash")

    @commands.command(name="settings")
    async def settings_typed(self, ctx: Context, *, _text: str = "") -> None:
        """Offer the card, which only an interaction can show in private."""
        await offer(ctx, Action("settings.show"), "Open the settings", "The settings are shown to you alone.")


@action("settings.show", Access.MANAGER)
async def _show(interaction: Interaction, _: Action, actor: Actor) -> None:
    await _card(interaction, actor)


@action("settings.moderators", Access.MANAGER)
async def _moderators(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    old = await interaction.client.settings(actor.guild_id)
    guild = _guild(interaction)
    roles = tuple(id_ for id_ in _picked(wanted) if guild.get_role(id_))
    try:
        new = rules.with_moderators(old, guild.id, roles)
    except UserError as error:
        await _card(interaction, actor, problem=str(error))
    else:
        await _save(interaction, actor, old, new)


@action("settings.review", Access.MANAGER)
async def _review(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    old = await interaction.client.settings(actor.guild_id)
    picked = next(iter(_picked(wanted)), 0)
    if picked and (problem := await blocked(_guild(interaction), picked)):
        await _card(interaction, actor, problem=problem)
    else:
        await _save(interaction, actor, old, replace(old, review_channel=picked))


@action("settings.suggesting", Access.MANAGER)
async def _suggesting(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    old = await interaction.client.settings(actor.guild_id)
    picked = [one for one in Suggesting if one in wanted.values]
    if picked:
        await _save(interaction, actor, old, replace(old, suggesting=picked[0]))
    else:
        await _card(interaction, actor)


@action("settings.private", Access.MANAGER)
async def _private(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    old = await interaction.client.settings(actor.guild_id)
    guild = _guild(interaction)
    channels = tuple(id_ for id_ in _picked(wanted) if guild.get_channel(id_))
    await _save(interaction, actor, old, replace(old, private_channels=channels))


@action("settings.clear", Access.MANAGER)
async def _clear(interaction: Interaction, _: Action, actor: Actor) -> None:
    old = await interaction.client.settings(actor.guild_id)
    gone = await _gone(_guild(interaction), ids(old), {old.review_channel})
    new = replace(
        old,
        moderator_roles=tuple(id_ for id_ in old.moderator_roles if id_ not in gone),
        private_channels=tuple(id_ for id_ in old.private_channels if id_ not in gone),
        review_channel=0 if old.review_channel in gone else old.review_channel,
    )
    await _save(interaction, actor, old, new)


@action("settings.form", Access.MANAGER)
async def _form(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    settings = await interaction.client.settings(actor.guild_id)
    await ask(interaction, settings_form(settings, await _desk(interaction, settings), wanted.text))


@action("settings.save", Access.MANAGER)
async def _saved(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form, with them save what was filled in."""
    if not wanted.fields:
        await _form(interaction, wanted, actor)
        return
    old = await interaction.client.settings(actor.guild_id)
    new, faults = rules.with_form(old, wanted.fields, discord.utils.utcnow())
    if faults:
        await show(interaction, faulty_card(faults, wanted.fields))
    else:
        await _save(interaction, actor, old, new)


@action("settings.history", Access.MANAGER)
async def _history(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    bot, page = interaction.client, wanted.id
    async with bot.database.read() as conn:
        total = await revisions.select_count(conn, actor.guild_id, "setting", 0)
        page = min(page, max(0, (total - 1) // PAGE))
        found = await revisions.select_of(conn, actor.guild_id, "setting", 0, limit=PAGE, offset=page * PAGE)
    rows = [(one.at, one.actor_id, changes(one.before or {}, one.after or {})) for one in found]
    changed = [one for _, _, changed in rows for one in changed]
    desk = await _desk(interaction, await bot.settings(actor.guild_id), changed)
    await show(interaction, history_card(rows, page, total, desk))


async def _save(interaction: Interaction, actor: Actor, old: Settings, new: Settings) -> None:
    """Save what differs and show the card again, with what has changed."""
    changed = await rules.change(interaction.client.database, actor, new, discord.utils.utcnow(), base=old)
    await _card(interaction, actor, changed=changed)


async def _card(interaction: Interaction, actor: Actor, *, changed: Sequence[Change] = (), problem: str = "") -> None:
    settings = await interaction.client.settings(actor.guild_id)
    guild = _guild(interaction)
    total, unposted = await waiting(interaction.client, guild)
    desk = replace(
        await _desk(interaction, settings, changed),
        blocked=await blocked(guild, settings.review_channel) if settings.review_channel else "",
        waiting=total,
        unposted=len(unposted) if settings.review_channel else 0,
    )
    await show(interaction, settings_card(settings, desk, changed=changed, problem=problem))


async def _desk(interaction: Interaction, settings: Settings, changed: Sequence[Change] = ()) -> Desk:
    guild = _guild(interaction)
    review = await places.find(guild, settings.review_channel)
    named = {id_ for one in changed for id_ in _named(one)}
    threads = {id_ for one in changed if one.name == "review_channel" for id_ in _named(one)}
    gone = await _gone(guild, {*ids(settings), *named}, {settings.review_channel, *threads})
    return Desk(
        interaction.client.config.prefix,
        gone,
        discord.utils.utcnow(),
        open_review=review is not None and review.permissions_for(guild.default_role).read_messages,
    )


def _named(change: Change) -> set[int]:
    """Return the roles and channels of a change."""
    if change.name not in {"moderator_roles", "review_channel", "private_channels"}:
        return set()
    return {id_ for text in (change.before, change.after) for id_ in rules.ids_in(text) if id_}


async def _gone(guild: discord.Guild, listed: Iterable[int], threads: Container[int]) -> set[int]:
    """Return which roles and channels are not there; of those that may be archived threads, Discord is asked."""
    unknown = [id_ for id_ in listed if guild.get_role(id_) is None and guild.get_channel_or_thread(id_) is None]
    found = await asyncio.gather(*(places.find(guild, id_) for id_ in unknown if id_ in threads))
    return set(unknown) - {place.id for place in found if place}


def _guild(interaction: Interaction) -> discord.Guild:
    assert interaction.guild is not None, "an actor is in a server"
    return interaction.guild


def _picked(wanted: Action) -> list[int]:
    return [int(value) for value in wanted.values if value.isdecimal()]


async def setup(bot: Dateline) -> None:
    """Add the commands."""
    await bot.add_cog(Commands())
