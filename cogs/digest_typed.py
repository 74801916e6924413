"""`!digest …`: the same as typed. Forms and private cards need a click, so that each is answered with a button."""

from __future__ import annotations

import re
from functools import partial

import discord
from discord.ext import commands

from bot.client import Dateline
from bot.digest import deleted, planning
from bot.digest.wording import read_line
from bot.errors import UserError
from bot.model import Access
from bot.moderating.actions import Action
from bot.render.digest_form import TIMES, kept
from bot.render.digests import typed_card
from bot.text import clip
from cogs.actions import authorize, offer
from cogs.digest_desk import placed, snowflake
from cogs.replies import Context, show_card

PLAIN = {
    "show": ("Digest {}", "The button shows you what digest {} is set to, and its next posts."),
    "edit": ("Edit digest {}", "The button opens the settings of digest {}."),
    "pause": ("Pause digest {}", "The button pauses digest {}."),
    "resume": ("Resume digest {}", "The button lets digest {} go on."),
    "delete": ("Delete digest {}", "The button asks before digest {} is deleted."),
    "restore": ("Restore digest {}", "The button takes the deletion of digest {} back."),
    "preview": ("Preview", "The button shows you the next post of digest {}."),
    "now": ("Post one now", "The button asks before an edition of digest {} is posted."),
    "log": ("Log of digest {}", "The button shows you what became of each edition of digest {}."),
}
"""The commands that take a digest: what the button says, and the sentence above it."""

_CHANNEL = re.compile(r"<#(?P<id>\d{1,19})>|(?<!\S)#(?P<name>\S+)")

_SHOWN = 100
"""So much of what was typed is said back."""


class TypedDigests(commands.Cog):
    """One typed command; what follows it is read as a text, so that nobody needs quotation marks."""

    @commands.command(name="digest", aliases=["digests"])
    async def digest(self, ctx: Context, *, text: str = "") -> None:
        """Offer what was typed as a button, or say what can be typed."""
        actor = await authorize(ctx, Access.MODERATOR)
        verb, _, rest = text.strip().partition(" ")
        verb, rest = verb.lower(), rest.strip()
        if verb in PLAIN:
            if not rest:
                raise UserError(f"Say which digest: its number or its name. {ctx.clean_prefix}digest list has them.")
            place = partial(placed, ctx.guild)
            async with ctx.bot.database.read() as conn:
                if verb == "restore":
                    found = await deleted.find(conn, actor.guild_id, 0, discord.utils.utcnow(), rest, place=place)
                else:
                    found = await planning.find(conn, actor.guild_id, 0, rest, place)
            label, sentence = PLAIN[verb]
            await offer(ctx, Action(f"digest.{verb}", found.id), label.format(found.id), sentence.format(found.id))
        elif verb == "list":
            await offer(ctx, Action("digest.list"), "All digests", "The button lists the digests of this server.")
        elif verb == "create":
            wanted, told = _create(ctx, rest)
            await offer(ctx, wanted, "A new digest", told)
        else:
            prefix = await ctx.bot.prefix(ctx.guild.id if ctx.guild else 0)
            await show_card(ctx, typed_card(prefix))


def _create(ctx: Context, rest: str) -> tuple[Action, str]:
    """Return what begins a digest in the channel that is named, or else in this one, and what to say of it."""
    channel_id, channels = ctx.channel.id, (*ctx.guild.text_channels, *ctx.guild.threads) if ctx.guild else ()
    if named := _CHANNEL.search(rest):
        called = [channel.id for channel in channels if channel.name == named["name"]]
        channel_id = snowflake(named["id"]) if named["id"] else next(iter(called), 0)
        rest = rest.replace(named[0], " ") if channel_id else rest
    line = read_line(rest, discord.utils.utcnow())
    wanted = kept(Action("digest.create", channel_id), [line.fields.get(key, "") for key in TIMES])
    left = f" I did not understand “{clip(line.rest, _SHOWN)}”." if line.rest else ""
    return wanted, f"The button opens a form for the channel, the time and the days.{left}"


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(TypedDigests())
