"""The questions as slash commands. Each becomes an `Ask`; `cogs/replies.py` answers it."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from discord import app_commands
from discord.app_commands import Choice, autocomplete, describe
from discord.ext import commands

from bot.answers.meaning import suggest
from bot.answers.similar import articles
from bot.client import Dateline
from bot.errors import UserError
from bot.model import Ask, Command, Kind
from bot.render.commands import BY_NAME
from cogs.completing import choice, source_choice
from cogs.failures import NOT_OFFERED, telling
from cogs.replies import Interaction, answer_slash

Text: TypeAlias = app_commands.Range[str, 1, 2000]
Choices: TypeAlias = list[Choice[str]]
KindName: TypeAlias = Literal["figures", "quotations", "events"]

KINDS: dict[str, Kind] = {"figures": Kind.STAT, "quotations": Kind.QUOTE, "events": Kind.EVENT}


@telling
async def _names(interaction: Interaction, typed: str, *, kind: Kind | None = None, measures: bool = False) -> Choices:
    bot, guild_id = interaction.client, interaction.guild_id or 0
    key, edition = (guild_id, typed, kind, measures), bot.database.edition()
    choices: Choices | None = bot.suggested.get(key, edition)
    if choices is None:
        async with bot.database.read() as conn:
            found = await suggest(conn, guild_id, typed, kind=kind, measures=measures)
        choices = [choice(subject.name, subject.name) for subject in found]
        bot.suggested.put(key, edition, choices)
    return choices


async def _with_stats(interaction: Interaction, typed: str) -> Choices:
    return await _names(interaction, typed, kind=Kind.STAT)


async def _with_quotes(interaction: Interaction, typed: str) -> Choices:
    return await _names(interaction, typed, kind=Kind.QUOTE)


async def _with_events(interaction: Interaction, typed: str) -> Choices:
    return await _names(interaction, typed, kind=Kind.EVENT)


async def _with_anything(interaction: Interaction, typed: str) -> Choices:
    return await _names(interaction, typed)


async def _measures(interaction: Interaction, typed: str) -> Choices:
    return await _names(interaction, typed, kind=Kind.STAT, measures=True)


@telling
async def _sources(interaction: Interaction, typed: str) -> Choices:
    async with interaction.client.database.read() as conn:
        found = await articles(conn, interaction.guild_id or 0, typed)
    return [source_choice(id_, label) for id_, label in found]


class _Said(TypedDict):
    name: str
    description: str


def _said(command: Command) -> _Said:
    """Return how a slash command introduces itself."""
    return {"name": command.value, "description": BY_NAME[command].description}


class Answers(commands.Cog):
    """Everything that is looked up in the store."""

    @app_commands.command(**_said(Command.STATS))
    @describe(about="A place, person, organization or measure, such as Chicago")
    @autocomplete(about=_with_stats)
    async def stats(self, interaction: Interaction, about: Text) -> None:
        """Answer with figures."""
        await answer_slash(interaction, Ask(Command.STATS, about=about))

    @app_commands.command(**_said(Command.QUOTE))
    @describe(who="Who said it, such as Homan", about="What it is about, such as sanctuary cities")
    @autocomplete(who=_with_quotes, about=_with_quotes)
    async def quote(self, interaction: Interaction, who: Text = "", about: Text = "") -> None:
        """Answer with quotations."""
        await answer_slash(interaction, Ask(Command.QUOTE, who=who, about=about))

    @app_commands.command(**_said(Command.SEARCH))
    @describe(text="Words to look for", kind="Only entries of this kind", source="Only entries of this article")
    @autocomplete(source=_sources)
    async def search(
        self, interaction: Interaction, text: Text, kind: KindName | None = None, source: Text = ""
    ) -> None:
        """Answer with entries that hold the words."""
        if kind and kind not in KINDS:
            raise UserError(NOT_OFFERED)
        only = KINDS[kind] if kind else None
        await answer_slash(interaction, Ask(Command.SEARCH, text=text, kind=only, about=source))

    @app_commands.command(**_said(Command.PROFILE))
    @describe(name="A person, place, organization or topic, such as Tom Homan")
    @autocomplete(name=_with_anything)
    async def profile(self, interaction: Interaction, name: Text) -> None:
        """Answer with one card about a subject."""
        await answer_slash(interaction, Ask(Command.PROFILE, about=name))

    @app_commands.command(**_said(Command.COMPARE))
    @describe(measure="What was counted, such as deportations")
    @autocomplete(measure=_measures)
    async def compare(self, interaction: Interaction, measure: Text) -> None:
        """Answer with a chart."""
        await answer_slash(interaction, Ask(Command.COMPARE, about=measure))

    @app_commands.command(**_said(Command.TIMELINE))
    @describe(about="A place, person, organization or topic; leave it out for all events")
    @autocomplete(about=_with_events)
    async def timeline(self, interaction: Interaction, about: Text = "") -> None:
        """Answer with events by date."""
        await answer_slash(interaction, Ask(Command.TIMELINE, about=about))

    @app_commands.command(**_said(Command.SOURCES))
    @describe(source="One article's card; leave it out for the list")
    @autocomplete(source=_sources)
    async def sources(self, interaction: Interaction, source: Text = "") -> None:
        """Answer with articles."""
        await answer_slash(interaction, Ask(Command.SOURCES, about=source))

    @app_commands.command(**_said(Command.SHOW))
    @describe(id="The number of an entry, such as 12")
    async def show(self, interaction: Interaction, id: Text) -> None:  # noqa: A002 - Discord shows this name
        """Answer with one entry in full."""
        await answer_slash(interaction, Ask(Command.SHOW, about=id))

    @app_commands.command(**_said(Command.RANDOM))
    async def random(self, interaction: Interaction) -> None:
        """Answer with any entry."""
        await answer_slash(interaction, Ask(Command.RANDOM))


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Answers())
