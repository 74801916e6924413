"""`/data …`: what a server has as a file, and a file brought into it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.carry import files
from bot.carry.back import NONE
from bot.carry.files import Form
from bot.carry.state import Target
from bot.client import Dateline
from bot.errors import UserError
from bot.model import IMPORTED, Access, Actor
from bot.moderating.actions import Action
from bot.render.carry import exported_card, progress_card
from bot.render.commands import BY_NAME
from bot.render.corrections import with_update
from bot.render.plain import notice
from bot.store import revisions
from bot.worker import LimitError, Outside
from cogs import data_jobs as jobs
from cogs.actions import action, authorize, number, offer, perform, show
from cogs.corrections import offered_of
from cogs.data_jobs import GONE, File, Made, Tried
from cogs.digest_desk import hold
from cogs.notices import refresh_between
from cogs.replies import Context, Interaction, as_edit, attached, message_of

PROGRESS_SECONDS = 2.0
"""So often a person is told how far a long export or import is."""

SPLIT = "Split the file, or have the bot’s operator bring it in on the command line: python -m bot import."

Result = TypeVar("Result")


class Far:
    """How far something is: a callback that remembers what it was told."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.done = self.total = 0
        self.of = ""

    def __call__(self, done: int, total: int, of: str) -> None:
        """Remember it."""
        self.done, self.total, self.of = done, total, of


async def telling(interaction: Interaction, work: Awaitable[Result], far: Far) -> Result:
    """Wait for something, and tell the person how far it is where that takes long."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=PROGRESS_SECONDS))[0]:
            card = progress_card(far.what, far.done, far.total, far.of)
            await interaction.edit_original_response(**message_of(card))
        return task.result()
    finally:
        task.cancel()


async def run(interaction: Interaction, job: Callable[[Outside], Result], far: Far, otherwise: str) -> Result:
    """Run a job in a helper process, and tell the person how far it is. `otherwise` says what to do if it is too large.

    Raises UserError.
    """
    bot = interaction.client
    try:
        return await telling(interaction, bot.worker.run(interaction.guild_id, job, far, bot.database.lent), far)
    except LimitError as error:
        raise UserError(f"This takes too much {error.what} here. {otherwise}") from error


@action("data.export", Access.MODERATOR)
async def _export(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    form = Form.SHEET if wanted.text == Form.SHEET else Form.LINES
    await interaction.response.defer(ephemeral=True, thinking=True)
    command = f"The bot’s operator can make it on the command line: python -m bot export FILE --server {actor.guild_id}"
    most = min(interaction.filesize_limit, files.FILE_BYTES)  # so that it can be brought in again
    job = partial(jobs.write_out, interaction.client.database.path, actor.guild_id, form, most)
    found = await run(interaction, job, Far("Reading what this server has …"), command)
    if len(found.content) > interaction.filesize_limit:
        size = f"{len(found.content) / 2**20:.1f} MiB"
        raise UserError(f"The file has {size}, more than Discord takes here. {command}")
    name = f"dateline-{discord.utils.utcnow():%Y-%m-%d}{files.ENDING[form]}{'.gz' if found.packed else ''}"
    message = message_of(exported_card(found.number, sheet=form is Form.SHEET, packed=found.packed))
    await interaction.edit_original_response(**as_edit(message, [attached(found.content, name)]))


@action("data.import", Access.MODERATOR)
async def _import(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    attachment = getattr(interaction.namespace, "file", None)
    if not isinstance(attachment, discord.Attachment):
        raise UserError("Attach the file to the command: /data import file:")
    files.form_of(attachment.filename)
    files.check_size(attachment.size)
    await interaction.response.defer(ephemeral=True, thinking=True)
    file = File(attachment.filename, await attachment.read())
    job = partial(jobs.try_out, interaction.client.database.path, Target(actor.guild_id, actor), file)
    await _show(interaction, file, await run(interaction, job, Far("Comparing the file with the store …"), SPLIT))


async def _show(interaction: Interaction, file: File, tried: Tried) -> None:
    """Show a dry run with its report, and before it the file itself, from which it is brought in later."""
    both = [attached(each.content, each.name) for each in (file, tried.report)]
    await show(interaction, tried.card, files=both)


@action("data.bring", Access.MODERATOR)
async def _bring(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    there = interaction.message.attachments if interaction.message else []
    if not there:
        raise UserError(GONE)
    await interaction.response.defer()
    try:
        file = File(there[0].filename, await there[0].read())
    except discord.HTTPException as error:
        raise UserError(GONE) from error
    target, now = Target(actor.guild_id, actor), discord.utils.utcnow()
    job = partial(jobs.bring_in, interaction.client.database.path, target, file, token=wanted.text, now=now)
    try:
        done = await run(interaction, job, Far("Bringing it in …"), SPLIT)
    except BaseException:
        await show(interaction, notice("Nothing was brought in."))
        raise
    if isinstance(done, Tried):
        await _show(interaction, file, done)
    else:
        await _told(interaction, actor, done)


async def _told(interaction: Interaction, actor: Actor, made: Made) -> None:
    """Show what was done, and in which messages it can be corrected."""
    posted = await offered_of(interaction, made.first, made.last)
    await show(interaction, with_update(made.card, made.first, made.last, posted))
    await refresh_between(interaction.client, actor.guild_id, made.first, made.last)


@action("data.back", Access.MODERATOR)
async def _back(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take an import back, which is the changes from `id` to `text` of the history."""
    async with interaction.client.database.read() as conn:
        change = await revisions.select_one(conn, actor.guild_id, wanted.id)
    if change is None or change.action != IMPORTED:
        raise UserError(NONE)
    await hold(interaction)
    last, now = number(wanted.text), discord.utils.utcnow()
    job = partial(jobs.take_back, interaction.client.database.path, actor, first=wanted.id, last=last, now=now)
    try:
        done = await run(interaction, job, Far("Taking it back …"), "Nothing was changed.")
    except UserError:
        await _as_it_was(interaction)
        raise
    await _told(interaction, actor, done)


async def _as_it_was(interaction: Interaction) -> None:
    """Show the card again that was pressed: in its place it may have been told how far something is."""
    card = interaction.message
    if card is not None and card.flags.ephemeral:
        view = discord.ui.View.from_message(card, timeout=None)
        view.stop()  # its buttons are known by their ids
        await interaction.edit_original_response(embeds=card.embeds, view=view)


@action("data.cancel", Access.MODERATOR)
async def _cancel(interaction: Interaction, _wanted: Action, _actor: Actor) -> None:
    await show(interaction, notice("Nothing was changed."))


class Data(commands.Cog):
    """The commands, slash and typed."""

    data = app_commands.Group(
        name="data",
        description=BY_NAME["data"].description,
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @data.command(name="export", description="Get what this server has added as a file that only you see")
    @app_commands.describe(format="JSON Lines holds everything, history too; CSV the entries, for a spreadsheet")
    @app_commands.choices(
        format=[
            app_commands.Choice(name="JSON Lines (everything)", value=Form.LINES.value),
            app_commands.Choice(name="CSV (entries, for a spreadsheet)", value=Form.SHEET.value),
        ]
    )
    async def export_(self, interaction: Interaction, format: str = Form.LINES.value) -> None:  # noqa: A002 - shown so
        """Answer with a file."""
        await perform(interaction, Action("data.export", text=format), "slash")

    @data.command(
        name="import", description="Bring in an export, a spreadsheet or a pack; first you see what would change"
    )
    @app_commands.describe(file="A .jsonl, .csv or .toml file of at most 8 MiB")
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Answer with a dry run."""
        del file  # the action reads it: what a button brings in is read in the same way
        await perform(interaction, Action("data.import"), "slash")

    @commands.command(name="data")
    async def typed(self, ctx: Context, *, text: str = "") -> None:
        """Offer an export; an import needs a file that only a slash command keeps private."""
        await authorize(ctx, Access.MODERATOR)
        verb, _, rest = text.strip().casefold().partition(" ")
        if verb == "export":
            form = Form.SHEET if rest.strip() == "csv" else Form.LINES
            label = "Export as CSV" if form is Form.SHEET else "Export"
            await offer(
                ctx, Action("data.export", text=form.value), label, "The button gets you the file; only you see it."
            )
            return
        if verb == "import":
            raise UserError("Attach the file to /data import: a typed command cannot keep it private.")
        raise UserError("Type data export or data export csv; to bring in a file, use /data import.")


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Data())
