"""`/data …`: what a server has as a file, and a file brought into it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable
from typing import TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.carry import export, files
from bot.carry.back import NONE, take_back
from bot.carry.bring import Moved, Parsed, bring_in, dry_run, parse
from bot.carry.files import Form
from bot.carry.plan import Plan
from bot.carry.state import Target
from bot.client import Dateline
from bot.errors import UserError
from bot.model import IMPORTED, Access, Actor
from bot.moderating.actions import Action
from bot.render.carry import brought_card, dry_run_card, exported_card, progress_card, report, taken_back_card
from bot.render.commands import BY_NAME
from bot.render.plain import notice
from bot.store import revisions
from cogs.actions import action, authorize, number, offer, perform, show
from cogs.corrections import offered_of
from cogs.digest_desk import hold
from cogs.notices import refresh_between
from cogs.replies import Context, Interaction, as_edit, attached, message_of

PROGRESS_SECONDS = 2.0
"""So often a person is told how far a long export or import is."""

REPORT = "dry-run.txt"
"""The report's name. The file itself is beside it, so that nothing of it is kept between the two clicks."""

DIGITS = 16
"""So much of a SHA-256 stands in the button that brings a file in: of the file, then of what was shown."""

GONE = "The file of this dry run is gone. Use /data import again."

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


@action("data.export", Access.MODERATOR)
async def _export(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    form = Form.SHEET if wanted.text == Form.SHEET else Form.LINES
    await interaction.response.defer(ephemeral=True, thinking=True)
    far = Far("Reading what this server has …")
    name, content, number = await telling(interaction, _content(interaction, actor, form, far), far)
    packed = len(content) > min(interaction.filesize_limit, files.FILE_BYTES)  # so that it can be brought in again
    if packed:
        content = await asyncio.to_thread(files.pack, content)
        name += ".gz"
    if len(content) > interaction.filesize_limit:
        raise UserError(
            f"The file has {len(content) / 2**20:.1f} MiB, more than Discord takes here. The bot’s operator can "
            f"make it on the command line: python -m bot export FILE --server {actor.guild_id}"
        )
    message = message_of(exported_card(number, sheet=form is Form.SHEET, packed=packed))
    await interaction.edit_original_response(**as_edit(message, [attached(content, name)]))


async def _content(interaction: Interaction, actor: Actor, form: Form, far: Far) -> tuple[str, bytes, int]:
    """Return the name of a file, what is in it, and how many entries or lines these are."""
    async with interaction.client.database.read() as conn:
        read = export.export_sheet if form is Form.SHEET else export.export_lines
        rows = await read(conn, actor.guild_id, far)
    content = await asyncio.to_thread(lambda: "".join(rows).encode())
    name = f"dateline-{discord.utils.utcnow():%Y-%m-%d}{files.ENDING[form]}"
    return name, content, len(rows) - 1


@action("data.import", Access.MODERATOR)
async def _import(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    attachment = getattr(interaction.namespace, "file", None)
    if not isinstance(attachment, discord.Attachment):
        raise UserError("Attach the file to the command: /data import file:")
    files.form_of(attachment.filename)
    files.check_size(attachment.size)
    await interaction.response.defer(ephemeral=True, thinking=True)
    content = await attachment.read()
    far = Far("Comparing the file with the store …")
    work = _tried(interaction, actor, attachment.filename, content, far)
    plan, parsed = await telling(interaction, work, far)
    await _show(interaction, attachment.filename, content, plan, parsed)


async def _tried(interaction: Interaction, actor: Actor, name: str, content: bytes, far: Far) -> tuple[Plan, Parsed]:
    parsed = await asyncio.to_thread(parse, name, content, limited=True)
    return await dry_run(interaction.client.database, Target(actor.guild_id, actor), parsed, far), parsed


async def _show(
    interaction: Interaction, name: str, content: bytes, plan: Plan, parsed: Parsed, *, moved: bool = False
) -> None:
    """Show a dry run with its report, and with the file itself, from which it is brought in later."""
    token = _digest(content) + plan.digest[:DIGITS]
    card = dry_run_card(name, plan, remark=parsed.remark, token=token, moved=moved)
    whole = await asyncio.to_thread(lambda: report(name, plan, parsed.remark).encode())
    report_name = REPORT
    if len(whole) > files.FILE_BYTES:
        whole, report_name = await asyncio.to_thread(files.pack, whole), f"{REPORT}.gz"
    both = [attached(content, name), attached(whole, report_name)]
    await show(interaction, card, files=both)


@action("data.bring", Access.MODERATOR)
async def _bring(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    there = interaction.message.attachments if interaction.message else []
    attachment = next((one for one in there if not one.filename.startswith(REPORT)), None)
    if attachment is None:
        raise UserError(GONE)
    await interaction.response.defer()
    try:
        content = await attachment.read()
    except discord.HTTPException as error:
        raise UserError(GONE) from error
    if _digest(content) != wanted.text[:DIGITS]:
        raise UserError(GONE)
    parsed = await asyncio.to_thread(parse, attachment.filename, content, limited=True)
    far = Far("Bringing it in …")
    work = bring_in(
        interaction.client.database,
        Target(actor.guild_id, actor),
        parsed,
        discord.utils.utcnow(),
        lambda plan: plan.digest[:DIGITS] == wanted.text[DIGITS:],
        progress=far,
    )
    try:
        done = await telling(interaction, work, far)
    except Moved as moved:
        await _show(interaction, attachment.filename, content, moved.plan, parsed, moved=True)
    except BaseException:
        await show(interaction, notice("Nothing was brought in."))
        raise
    else:
        await show(interaction, brought_card(done, await offered_of(interaction, done.first, done.last)))
        await refresh_between(interaction.client, actor.guild_id, done.first, done.last)


@action("data.back", Access.MODERATOR)
async def _back(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take an import back, which is the changes from `id` to `text` of the history."""
    async with interaction.client.database.read() as conn:
        change = await revisions.select_one(conn, actor.guild_id, wanted.id)
    if change is None or change.action != IMPORTED:
        raise UserError(NONE)
    await hold(interaction)
    now, far = discord.utils.utcnow(), Far("Taking it back …")
    work = take_back(interaction.client.database, actor, wanted.id, number(wanted.text), now, far)
    try:
        done = await telling(interaction, work, far)
    except UserError:
        await _as_it_was(interaction)
        raise
    await show(interaction, taken_back_card(done, await offered_of(interaction, done.first, done.last)))
    await refresh_between(interaction.client, actor.guild_id, done.first, done.last)


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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]


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
