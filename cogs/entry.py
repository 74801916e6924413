"""`/entry …`: everything that moderators do to entries."""

from __future__ import annotations

from typing import TypeAlias

import discord
from discord import app_commands
from discord.app_commands import autocomplete, describe
from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Kind, Status
from bot.moderating.actions import Action
from bot.names import entry_number
from bot.render.commands import BY_NAME
from cogs import changes, completing, drafts, naming, particulars
from cogs.actions import perform
from cogs.replies import Interaction

LOADED = (changes, drafts, naming, particulars)
"""What enters the deeds of these commands into the table of actions."""

Id: TypeAlias = app_commands.Range[str, 1, 100]
Name: TypeAlias = app_commands.Range[str, 1, 100]
Reason: TypeAlias = app_commands.Range[str, 1, 2000]

WHICH = "The number of an entry, such as 12"


def named(typed: str) -> int:
    """Return the id in "12" or "#12"; raises UserError."""
    if entry_id := entry_number(typed):
        return entry_id
    raise UserError("Give the number of an entry, such as 12. Every card shows the numbers of its entries.")


class Entries(commands.Cog):
    """The slash commands; what they do is in `drafts`, `changes` and `naming`."""

    entry = app_commands.Group(
        name="entry",
        description=BY_NAME["entry"].description,
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )
    adding = app_commands.Group(name="add", description="Add an entry from a source", parent=entry)
    alias = app_commands.Group(name="alias", description="What else people call a subject", parent=entry)
    source = app_commands.Group(name="source", description="This server’s own sources", parent=entry)
    subject = app_commands.Group(name="subject", description="This server’s own subjects", parent=entry)

    @adding.command(name="stat", description="Add a figure from a source")
    @describe(source="Where it stands; it can be chosen later too")
    @autocomplete(source=completing.sources)
    async def add_stat(self, interaction: Interaction, source: Name = "") -> None:
        """Open the form of a figure."""
        await _add(interaction, Kind.STAT, source)

    @adding.command(name="quote", description="Add a quotation from a source")
    @describe(source="Where it stands; it can be chosen later too")
    @autocomplete(source=completing.sources)
    async def add_quote(self, interaction: Interaction, source: Name = "") -> None:
        """Open the form of a quotation."""
        await _add(interaction, Kind.QUOTE, source)

    @adding.command(name="event", description="Add an event from a source")
    @describe(source="Where it stands; it can be chosen later too")
    @autocomplete(source=completing.sources)
    async def add_event(self, interaction: Interaction, source: Name = "") -> None:
        """Open the form of an event."""
        await _add(interaction, Kind.EVENT, source)

    @entry.command(description="Go on with an entry that you have begun and not saved")
    async def drafts(self, interaction: Interaction) -> None:
        """List drafts."""
        await perform(interaction, Action("entry.drafts"), "slash")

    @entry.command(description="Change an entry; one from a pack becomes this server’s own version")
    @describe(id=WHICH)
    @autocomplete(id=completing.entries)
    async def edit(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Open the form of an entry."""
        await perform(interaction, Action("entry.edit", named(id)), "slash")

    @entry.command(description="Remove an entry of this server; you are asked first, and it can be restored")
    @describe(id=WHICH)
    @autocomplete(id=completing.entries)
    async def remove(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Ask whether to remove an entry."""
        await perform(interaction, Action("entry.remove", named(id)), "slash")

    @entry.command(description="Bring back an entry that was removed")
    @describe(id=WHICH)
    @autocomplete(id=completing.removed_entries)
    async def restore(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Restore an entry."""
        await perform(interaction, Action("entry.restore", named(id)), "slash")

    @entry.command(description="List what is removed here; each can be restored")
    async def removed(self, interaction: Interaction) -> None:
        """List removed entries."""
        await perform(interaction, Action("entry.removed"), "slash")

    @entry.command(description="Say how far an entry can be trusted, and why")
    @describe(
        id=WHICH,
        status="How far it can be trusted",
        reason="Shown on the card; needed, unless the stored text of the source verifies it",
    )
    @autocomplete(id=completing.entries)
    async def status(
        self,
        interaction: Interaction,
        id: Id,  # noqa: A002 - Discord shows this name
        status: Status,
        reason: Reason = "",
    ) -> None:
        """Give an entry a status."""
        fields = {"status": status.value, "reason": reason}
        await perform(interaction, Action("entry.status", named(id), fields=fields), "slash")

    @entry.command(description="Who changed an entry, when and what; and back to before")
    @describe(id=WHICH)
    @autocomplete(id=completing.entries)
    async def history(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Show the history of an entry."""
        await perform(interaction, Action("entry.history", named(id)), "slash")

    @entry.command(description="Hide an entry of a pack in this server")
    @describe(id=WHICH)
    @autocomplete(id=completing.entries)
    async def hide(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Hide an entry."""
        await perform(interaction, Action("entry.hide", named(id)), "slash")

    @entry.command(description="Show an entry again that is hidden in this server")
    @describe(id=WHICH)
    @autocomplete(id=completing.hidden_entries)
    async def unhide(self, interaction: Interaction, id: Id) -> None:  # noqa: A002 - Discord shows this name
        """Show an entry again."""
        await perform(interaction, Action("entry.unhide", named(id)), "slash")

    @entry.command(description="List what this server hides")
    async def hidden(self, interaction: Interaction) -> None:
        """List hidden entries."""
        await perform(interaction, Action("entry.hidden"), "slash")

    @alias.command(name="add", description="Let a subject be found by another name")
    @describe(subject="A name that is known already, such as Chicago", alias="What people type as well")
    @autocomplete(subject=completing.subjects)
    async def alias_add(self, interaction: Interaction, subject: Name, alias: Name) -> None:
        """Add an alias."""
        fields = {"subject": subject, "alias": alias}
        await perform(interaction, Action("entry.alias.add", fields=fields), "slash")

    @alias.command(name="remove", description="Take away another name that this server added")
    @describe(alias="The name to take away")
    @autocomplete(alias=completing.aliases)
    async def alias_remove(self, interaction: Interaction, alias: Name) -> None:
        """Remove an alias."""
        await perform(interaction, Action("entry.alias.remove", text=alias), "slash")

    @alias.command(name="list", description="List the other names that this server added, by whom and when")
    @describe(subject="Only those of one subject, such as Chicago")
    @autocomplete(subject=completing.subjects)
    async def alias_list(self, interaction: Interaction, subject: Name = "") -> None:
        """List aliases."""
        await perform(interaction, Action("entry.alias.list", values=(subject,)), "slash")

    @source.command(name="edit", description="Put right what a source of this server is called")
    @describe(source="One that this server has added")
    @autocomplete(source=completing.own_sources)
    async def source_edit(self, interaction: Interaction, source: Name) -> None:
        """Open the form of a source."""
        await perform(interaction, Action("source.edit", text=source), "slash")

    @subject.command(name="edit", description="Rename a subject of this server, say what it is, and describe it")
    @describe(name="One that this server has added")
    @autocomplete(name=completing.own_subjects)
    async def subject_edit(self, interaction: Interaction, name: Name) -> None:
        """Open the form of a subject."""
        await perform(interaction, Action("subject.edit", text=name), "slash")


async def _add(interaction: Interaction, kind: Kind, source: str) -> None:
    await perform(interaction, Action("entry.add", text=kind, values=(source,) if source else ()), "slash")


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Entries())
