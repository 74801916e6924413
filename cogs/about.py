"""What the bot is and how to use it."""

from __future__ import annotations

from difflib import get_close_matches

from discord import app_commands
from discord.app_commands import Choice, autocomplete, describe
from discord.ext import commands

from bot.client import Dateline
from bot.model import Kind
from bot.render.card import Card
from bot.render.commands import BY_NAME
from bot.render.plain import about_card, help_card
from bot.store import sources
from bot.version import version
from cogs.failures import telling
from cogs.replies import Context, Interaction, show_card

STORED = {Kind.STAT: "figure", Kind.QUOTE: "quotation", Kind.EVENT: "event"}


@telling
async def _commands(_: Interaction, typed: str) -> list[Choice[str]]:
    wanted = typed.strip().lower()
    begun = [name for name in BY_NAME if name.startswith(wanted)]
    return [Choice(name=name, value=name) for name in begun or get_close_matches(wanted, BY_NAME)]


class About(commands.Cog):
    """Help and about, in both surfaces; both are seen by the asker alone where Discord can do that."""

    @app_commands.command(name="help", description=BY_NAME["help"].description)
    @describe(command="A command to read more about")
    @autocomplete(command=_commands)
    async def help_slash(self, interaction: Interaction, command: str = "") -> None:
        """Say what can be asked."""
        with interaction.client.answering("help", "slash", interaction.response.is_done):
            await show_card(
                interaction, await _help(interaction.client, interaction.guild_id or 0, command), hidden=True
            )

    @commands.command(name="help")
    async def help_typed(self, ctx: Context, *, command: str = "") -> None:
        """Say what can be asked."""
        with ctx.bot.answering("help", "typed"):
            await show_card(ctx, await _help(ctx.bot, ctx.guild.id if ctx.guild else 0, command))

    @app_commands.command(name="about", description=BY_NAME["about"].description)
    async def about_slash(self, interaction: Interaction) -> None:
        """Say what this is."""
        with interaction.client.answering("about", "slash", interaction.response.is_done):
            await show_card(interaction, await _about(interaction.client, interaction.guild_id or 0), hidden=True)

    @commands.command(name="about")
    async def about_typed(self, ctx: Context) -> None:
        """Say what this is."""
        with ctx.bot.answering("about", "typed"):
            await show_card(ctx, await _about(ctx.bot, ctx.guild.id if ctx.guild else 0))


async def _help(bot: Dateline, guild_id: int, topic: str) -> Card:
    return help_card(topic or None, await bot.prefix(guild_id), message_content=bot.message_content)


async def _about(bot: Dateline, guild_id: int) -> Card:
    async with bot.database.read() as conn:
        counts = await sources.select_counts(conn, guild_id)
        articles = await sources.select_count(conn, guild_id)
    counted = {name: counts.get(kind.value, 0) for kind, name in STORED.items()} | {"article": articles}
    stored = {name if count == 1 else f"{name}s": count for name, count in counted.items()}
    return about_card(
        version(),
        message_content=bot.message_content,
        counts=stored,
        source_url=bot.config.source_url,
    )


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(About())
