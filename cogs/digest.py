"""`/digest …`: everything that moderators do to scheduled digests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import discord
from discord import app_commands
from discord.app_commands import Choice, autocomplete, describe
from discord.ext import commands

from bot import names, zone_search
from bot.client import Dateline
from bot.digest import deleted, digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY, WEEKDAYS, Days
from bot.digest.wording import read_days, read_time
from bot.errors import UserError
from bot.moderating.actions import Action
from bot.render.card import Pick
from bot.render.commands import BY_NAME
from bot.render.digest_form import TIMES, kept
from bot.render.digest_words import days as days_in_words
from bot.text import clip, plain
from cogs import digest_begin, digest_deeds, digest_setup
from cogs.actions import perform
from cogs.completing import LABEL, OFFERED, Choices, moderates
from cogs.digest_desk import placed
from cogs.failures import telling
from cogs.replies import CHANNEL_TYPES, Interaction

LOADED = (digest_begin, digest_setup, digest_deeds)
"""What enters the deeds of these commands into the table of actions."""

Id: TypeAlias = app_commands.Range[str, 1, 100]
Time: TypeAlias = app_commands.Range[str, 1, 20]
Zone: TypeAlias = app_commands.Range[str, 1, 40]
OnDays: TypeAlias = app_commands.Range[str, 1, 80]

Picked: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread

WHICH = "The number or the name of a digest"

_TIMES = ("07:00", "08:00", "09:00", "12:00", "17:00", "18:00", "20:00")
_DAYS = (DAILY, WEEKDAYS, *(Days(frozenset({day})) for day in range(7)), Days(month_day=1), Days(month_day=31))


@telling
async def _which(interaction: Interaction, typed: str) -> Choices:
    """Offer the server's digests."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        return _offer(interaction, await digests.select_all(conn, interaction.guild_id or 0), typed)


@telling
async def _deleted(interaction: Interaction, typed: str) -> Choices:
    """Offer those that were deleted."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        listed = await deleted.select(conn, interaction.guild_id or 0, discord.utils.utcnow())
    return _offer(interaction, listed, typed)


def _offer(interaction: Interaction, listed: Sequence[Digest], typed: str) -> Choices:
    """Return the digests that fit what was typed; those of one name with where and when they are posted."""
    called = Counter(names.key(one.name) for one in listed)
    several = {one.id: f" · {placed(interaction.guild, one)}" for one in listed if called[names.key(one.name)] > 1}
    labels = {str(one.id): f"{one.id}: {one.name}{several.get(one.id, '')}" for one in listed}
    wanted = typed.strip().casefold()
    fitting = [(id_, label) for id_, label in labels.items() if wanted in label.casefold()]
    return [Choice(name=clip(plain(label), LABEL), value=id_) for id_, label in fitting[:OFFERED]]


@telling
async def _zones(_: Interaction, typed: str) -> Choices:
    """Offer time zones by city, country or common name; for an offset or an abbreviation, those that have it."""
    found = zone_search.suggest(typed, discord.utils.utcnow(), OFFERED)
    return [Choice(name=clip(place.label, LABEL), value=place.iana) for place in found]


@telling
async def _times(_: Interaction, typed: str) -> Choices:
    """Offer the time that was typed as it is understood, or some usual ones."""
    try:
        return [Choice(name=f"{at:%H:%M}", value=f"{at:%H:%M}") for at in [read_time(typed)]]
    except UserError:
        return [Choice(name=time, value=time) for time in _TIMES if time.startswith(typed.strip())]


@telling
async def _days(_: Interaction, typed: str) -> Choices:
    """Offer the days that were typed as they are understood, or the usual ones."""
    try:
        listed = [read_days(typed)]
    except UserError:
        listed = [one for one in _DAYS if typed.strip().casefold() in f"{days_in_words(one)} {one}".casefold()]
    return [Choice(name=clip(days_in_words(one), LABEL), value=str(one)) for one in listed]


class Places(app_commands.Transformer):
    """An option that offers text and announcement channels, public threads and the posts of forums."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of option for Discord."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What Discord offers."""
        return CHANNEL_TYPES[Pick.PLACES]

    async def transform(self, _: Interaction, value: Picked) -> Picked:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return what was picked as Discord has it: an archived thread is not known otherwise."""
        return value


class Digests(commands.Cog):
    """The slash commands; what they do is in `digest_setup` and `digest_deeds`."""

    digest = app_commands.Group(
        name="digest",
        description=BY_NAME["digest"].description,
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @digest.command(description="Begin a digest; nothing is posted before you start it")
    @describe(
        channel="Where it is posted; without it and the time, a form asks for them",
        time="At what time of day, such as 9:00 or 9:30 pm",
        zone="By whose clocks: a large city; if left out, the server’s time zone",
        days="On which days; if left out, every day",
    )
    @autocomplete(time=_times, zone=_zones, days=_days)
    async def create(
        self,
        interaction: Interaction,
        channel: app_commands.Transform[Picked, Places] | None = None,
        time: Time = "",
        zone: Zone = "",
        days: OnDays = "",
    ) -> None:
        """Make a digest and open its card, or first a form for what is needed."""
        wanted = Action("digest.create", channel.id if channel else interaction.channel_id or 0)
        fields = {"time": time, "zone": zone, "days": days}
        wanted = replace(wanted, fields=fields) if channel and time else kept(wanted, [fields[key] for key in TIMES])
        await perform(interaction, wanted, "slash")

    @digest.command(name="list", description="The digests of this server")
    async def list_(self, interaction: Interaction) -> None:
        """List digests."""
        await perform(interaction, Action("digest.list"), "slash")

    @digest.command(description="What a digest is set to, its next posts, and whether they will go through")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def show(self, interaction: Interaction, digest: Id) -> None:
        """Show a digest."""
        await _perform(interaction, "show", digest)

    @digest.command(description="Change a digest")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def edit(self, interaction: Interaction, digest: Id) -> None:
        """Open the card of a digest."""
        await _perform(interaction, "edit", digest)

    @digest.command(description="Post nothing of a digest until it is resumed")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def pause(self, interaction: Interaction, digest: Id) -> None:
        """Pause a digest."""
        await _perform(interaction, "pause", digest)

    @digest.command(description="Let a digest go on that is paused, or start one")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def resume(self, interaction: Interaction, digest: Id) -> None:
        """Resume a digest."""
        await _perform(interaction, "resume", digest)

    @digest.command(description="Delete a digest; you are asked first, and it can be undone")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def delete(self, interaction: Interaction, digest: Id) -> None:
        """Ask whether to delete a digest."""
        await _perform(interaction, "delete", digest)

    @digest.command(description=f"Take the deletion of a digest back, for {deleted.DAYS} days")
    @describe(digest="The number or the name of a digest that was deleted")
    @autocomplete(digest=_deleted)
    async def restore(self, interaction: Interaction, digest: Id) -> None:
        """Restore a digest."""
        await _perform(interaction, "restore", digest)

    @digest.command(description="The next post of a digest as it would be now, seen by you alone")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def preview(self, interaction: Interaction, digest: Id) -> None:
        """Show what would be posted."""
        await _perform(interaction, "preview", digest)

    @digest.command(description="Post one more edition of a digest at once; you are asked first")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def now(self, interaction: Interaction, digest: Id) -> None:
        """Ask whether to post now."""
        await _perform(interaction, "now", digest)

    @digest.command(description="Each edition of a digest: posted, late, skipped or failed, and why")
    @describe(digest=WHICH)
    @autocomplete(digest=_which)
    async def log(self, interaction: Interaction, digest: Id) -> None:
        """Show the log of a digest."""
        await _perform(interaction, "log", digest)


async def _perform(interaction: Interaction, verb: str, typed: str) -> None:
    await perform(interaction, Action(f"digest.{verb}", values=(typed,)), "slash")


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Digests())
