"""What is offered to a moderator who types into an option of a command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from discord.app_commands import Choice

from bot import names
from bot.answers import lookup
from bot.answers.meaning import suggest
from bot.answers.similar import articles
from bot.errors import UserError
from bot.model import Access, Ask, Command, Entry, Scope
from bot.moderating import access
from bot.names import entry_number
from bot.render.words import KIND, headline, kind
from bot.store import entries as store_entries
from bot.store import given, hidden
from bot.text import clip, plain
from cogs.actions import actor_of
from cogs.failures import telling
from cogs.replies import Interaction

Choices: TypeAlias = list[Choice[str]]

LABEL = 100
"""A choice has at most so many characters."""

OFFERED = 25
LOOKED_AT = 250
"""So many of the hidden or removed entries are looked through."""


async def moderates(interaction: Interaction) -> bool:
    """Whether somebody who types is a moderator; others are offered nothing."""
    try:
        actor = actor_of(interaction)
    except UserError:
        return False
    return access.allowed(Access.MODERATOR, actor, await interaction.client.settings(actor.guild_id))


@telling
async def sources(interaction: Interaction, typed: str) -> Choices:
    """Offer the sources that this server sees."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await articles(conn, interaction.guild_id or 0, typed)
    return [source_choice(id_, label) for id_, label in found]


@telling
async def own_sources(interaction: Interaction, typed: str) -> Choices:
    """Offer the sources that are this server's own."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await articles(conn, interaction.guild_id or 0, typed, own=True)
    return [source_choice(id_, label) for id_, label in found]


@telling
async def entries(interaction: Interaction, typed: str) -> Choices:
    """Offer the entry with the number that was typed, or those that hold the words."""
    if not typed.strip() or not await moderates(interaction):
        return []
    scope = Scope(interaction.guild_id or 0, interaction.channel_id or 0)
    ask = Ask(Command.SHOW, about=typed) if entry_number(typed) else Ask(Command.SEARCH, text=typed)
    try:
        found = await lookup.answer(interaction.client.database, scope, ask)
    except UserError:  # no word was typed yet
        return []
    return _choices(found.entries)


@telling
async def hidden_entries(interaction: Interaction, typed: str) -> Choices:
    """Offer what this server hides."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await hidden.select_page(conn, interaction.guild_id or 0, LOOKED_AT, 0)
    return _choices(_holding(typed, found))


@telling
async def removed_entries(interaction: Interaction, typed: str) -> Choices:
    """Offer what this server has removed, the latest first."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await store_entries.select_removed(conn, interaction.guild_id or 0, LOOKED_AT, 0)
    return _choices(_holding(typed, (entry for entry, _ in found)))


@telling
async def subjects(interaction: Interaction, typed: str) -> Choices:
    """Offer the names that are known."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await suggest(conn, interaction.guild_id or 0, typed)
    return [choice(subject.name, subject.name) for subject in found]


@telling
async def own_subjects(interaction: Interaction, typed: str) -> Choices:
    """Offer the subjects that are this server's own, each with what it is."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await given.select_own_subjects(
            conn, interaction.guild_id or 0, names.key(names.typed(typed)), limit=OFFERED
        )
    named = [(one, f"{one.name} ({one.kind})") for one in found]
    return [choice(text, text if len(text) <= LABEL else one.name) for one, text in named]


@telling
async def aliases(interaction: Interaction, typed: str) -> Choices:
    """Offer the aliases that this server gave."""
    if not await moderates(interaction):
        return []
    async with interaction.client.database.read() as conn:
        found = await given.select_own_aliases(
            conn, interaction.guild_id or 0, names.key(names.typed(typed)), limit=OFFERED
        )
    return [choice(alias, alias) for alias in found]


def choice(text: str, value: str) -> Choice[str]:
    """Return what is offered, without anything in it that nobody sees; `text` is raw."""
    return Choice(name=clip(plain(text), LABEL), value=value)


def source_choice(source_id: int, label: str) -> Choice[str]:
    """Return a source that is offered."""
    return choice(plain(label) or f"Source {source_id}", str(source_id))


def _holding(typed: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries that hold what was typed: their number, their subject or what they say."""
    wanted = typed.strip().removeprefix("#").casefold()
    return (entry for entry in entries if wanted in f"{entry.id} {entry.subject} {headline(entry)}".casefold())


def _choices(entries: Iterable[Entry]) -> Choices:
    named = [(f"#{e.id} {KIND[kind(e)]} · {e.subject}: {headline(e)}", str(e.id)) for e in entries]
    return [choice(text, id_) for text, id_ in named[:OFFERED]]
