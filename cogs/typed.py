"""The same questions as typed: `!stats chicago`, `@Dateline quote homan`, or without a prefix in private."""

from __future__ import annotations

import re

from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Ask, Command, Kind
from bot.render.commands import BY_NAME
from cogs.replies import Context, answer_typed

_FILTER = re.compile(r"(?:^|(?<=\s))(kind|source):(?:[\"“„]([^\"“”„]*)[\"“”]|(\S+))", re.IGNORECASE)
_ABOUT = re.compile(r"(?:^|\s)about\s+", re.IGNORECASE)

KINDS = {
    "figure": Kind.STAT, "figures": Kind.STAT, "stat": Kind.STAT, "stats": Kind.STAT,
    "quotation": Kind.QUOTE, "quotations": Kind.QUOTE, "quote": Kind.QUOTE, "quotes": Kind.QUOTE,
    "event": Kind.EVENT, "events": Kind.EVENT,
}  # fmt: skip


def parse_quote(text: str) -> Ask:
    """Read "homan", "homan about the border" or "about the border"."""
    who, *about = _ABOUT.split(text, maxsplit=1)
    return Ask(Command.QUOTE, who=who.strip(), about=about[0].strip() if about else "")


def parse_search(text: str) -> Ask:
    """Read words with the filters "kind:figures" and "source:1" or "source:"a name"" anywhere among them.

    Raises UserError for a kind that there is not.
    """
    filters = {name.lower(): quoted or bare for name, quoted, bare in _FILTER.findall(text)}
    kind = filters.get("kind", "").lower()
    if kind and kind not in KINDS:
        raise UserError("A kind is one of figures, quotations or events: kind:figures, for example.")
    words = " ".join(_FILTER.sub(" ", text).split())
    return Ask(Command.SEARCH, text=words, kind=KINDS.get(kind), about=filters.get("source", ""))


class Typed(commands.Cog):
    """What is typed after the command's name is one text, so that nobody needs quotation marks."""

    @commands.command()
    async def stats(self, ctx: Context, *, text: str = "") -> None:
        """Answer with figures."""
        await answer_typed(ctx, Ask(Command.STATS, about=_needed(ctx, Command.STATS, text)))

    @commands.command(aliases=["quotes"])
    async def quote(self, ctx: Context, *, text: str = "") -> None:
        """Answer with quotations."""
        await answer_typed(ctx, parse_quote(text))

    @commands.command()
    async def search(self, ctx: Context, *, text: str = "") -> None:
        """Answer with entries that hold the words."""
        await answer_typed(ctx, parse_search(_needed(ctx, Command.SEARCH, text)))

    @commands.command()
    async def profile(self, ctx: Context, *, text: str = "") -> None:
        """Answer with one card about a subject."""
        await answer_typed(ctx, Ask(Command.PROFILE, about=_needed(ctx, Command.PROFILE, text)))

    @commands.command()
    async def compare(self, ctx: Context, *, text: str = "") -> None:
        """Answer with a chart, or with what can be compared."""
        await answer_typed(ctx, Ask(Command.COMPARE, about=text))

    @commands.command()
    async def timeline(self, ctx: Context, *, text: str = "") -> None:
        """Answer with events by date."""
        await answer_typed(ctx, Ask(Command.TIMELINE, about=text))

    @commands.command(aliases=["source"])
    async def sources(self, ctx: Context, *, text: str = "") -> None:
        """Answer with articles."""
        await answer_typed(ctx, Ask(Command.SOURCES, about=text))

    @commands.command()
    async def show(self, ctx: Context, *, text: str = "") -> None:
        """Answer with one entry in full."""
        await answer_typed(ctx, Ask(Command.SHOW, about=_needed(ctx, Command.SHOW, text)))

    @commands.command()
    async def random(self, ctx: Context, *, _text: str = "") -> None:
        """Answer with any entry."""
        await answer_typed(ctx, Ask(Command.RANDOM))


def _needed(ctx: Context, command: Command, text: str) -> str:
    if not text.strip():
        raise UserError(f"Say what to look for, like this: {ctx.clean_prefix}{BY_NAME[command].example}")
    return text


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Typed())
