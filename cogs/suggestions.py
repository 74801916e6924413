"""`/suggest` and what members do with suggestions; what moderators do is in `review`."""

from __future__ import annotations

from typing import Literal, TypeAlias

import discord
from discord import app_commands
from discord.app_commands import autocomplete, describe
from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Access, Actor, Kind
from bot.moderating import drafts, suggestions
from bot.moderating.actions import Action
from bot.render.commands import BY_NAME
from bot.render.suggestions import alike_card, kinds_card, mine_card, sent_card, supported_card
from bot.render.words import KIND
from cogs.actions import action, actor_of, in_force, number, offer, perform, show
from cogs.answers import _sources as sources_by_name
from cogs.drafts import begin, show_draft, steps
from cogs.entry_typed import KINDS, article
from cogs.failures import NOT_OFFERED
from cogs.notices import post, refresh
from cogs.quoting import begin_quote, quoting
from cogs.replies import Context, Interaction

FAMILY, PURPOSE = "suggestion", "suggest"

KindName: TypeAlias = Literal["figure", "quotation", "event"]
SourceName: TypeAlias = app_commands.Range[str, 1, 100]

steps(FAMILY, Access.MEMBER)


class Suggestions(commands.Cog):
    """The commands; what they do is in the table of actions."""

    suggestions = app_commands.Group(
        name="suggestions", description=BY_NAME["suggestions"].description, guild_only=True
    )

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot
        # discord.py does not take a context menu from a cog's class.
        self.menu = app_commands.ContextMenu(name="Suggest as quote", callback=_suggest_as_quote)

    async def cog_load(self) -> None:
        """Add the context menu."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Remove the context menu."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(description=BY_NAME["suggest"].description)
    @app_commands.guild_only()
    @describe(kind="What it is", source="Where it stands; it can be chosen later too")
    @autocomplete(source=sources_by_name)
    async def suggest(self, interaction: Interaction, kind: KindName, source: SourceName = "") -> None:
        """Open the form."""
        if kind not in KINDS:
            raise UserError(NOT_OFFERED)
        wanted = Action("suggestion.new", text=KINDS[kind], values=(source,) if source else ())
        await perform(interaction, wanted, "slash")

    @suggestions.command(name="mine", description=BY_NAME["suggestions"].description)
    async def mine(self, interaction: Interaction) -> None:
        """List one's own suggestions."""
        await perform(interaction, Action("suggestion.mine"), "slash")

    @commands.command(name="suggest")
    async def suggest_typed(self, ctx: Context, *, text: str = "") -> None:
        """Offer the form."""
        await _allowed(ctx, actor_of(ctx))
        kind = KINDS.get(text.strip().lower())
        what = article(KIND[kind].lower()) if kind else "an entry"
        wanted = Action("suggestion.new", text=kind or "")
        await offer(
            ctx, wanted, f"Suggest {what}", "The button opens a form. Moderators look at it before it is stored."
        )

    @commands.command(name="suggestions")
    async def mine_typed(self, ctx: Context, *, _text: str = "") -> None:
        """Offer the list."""
        await offer(ctx, Action("suggestion.mine"), "My suggestions", "Your suggestions are shown to you alone.")


@app_commands.guild_only()
async def _suggest_as_quote(interaction: Interaction, message: discord.Message) -> None:
    """Open the form of a quotation, filled in with a message."""
    await perform(interaction, quoting("suggestion.quote", interaction, message), "context menu")


async def _allowed(origin: Interaction | Context, actor: Actor) -> None:
    """Raise UserError unless the server's settings let this person suggest."""
    bot = origin.client if isinstance(origin, discord.Interaction) else origin.bot
    suggestions.require(actor, in_force(await bot.settings(actor.guild_id), origin.guild))


async def _require(interaction: Interaction, actor: Actor) -> None:
    """Raise UserError unless this person may suggest, and may now."""
    await _allowed(interaction, actor)
    async with interaction.client.database.read() as conn:
        await suggestions.require_room(conn, actor)


@action("suggestion.new", Access.MEMBER)
async def _new(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Open the first form of a kind (`text`), or begin a draft with what was filled in; without a kind, ask for it."""
    await _require(interaction, actor)
    if wanted.text in set(Kind):
        await begin(interaction, wanted, actor, purpose=PURPOSE)
    else:
        await show(interaction, kinds_card())


@action("suggestion.quote", Access.MEMBER)
async def _quote(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await _require(interaction, actor)
    await begin_quote(interaction, wanted, actor, purpose=PURPOSE, family=FAMILY)


@action("suggestion.save", Access.MEMBER)
async def _save(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Send a draft, unless much the same waits already; `text` are the entries like it that its card showed."""
    await _require(interaction, actor)
    db = interaction.client.database
    tried = await drafts.try_out(db, actor, wanted.id, discord.utils.utcnow())
    seen = {number(id_) for id_ in wanted.text.split(",")}
    if tried.faults or not {entry.id for entry in tried.near} <= seen:
        await show_draft(interaction, actor, wanted.id)
        return
    try:
        await _send(interaction, actor, wanted.id, unlike=True)
    except suggestions.Alike as alike:
        await show(interaction, alike_card(wanted.id, alike.found, actor.user_id))


@action("suggestion.send", Access.MEMBER)
async def _send_all_the_same(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Send a draft although much the same waits already."""
    await _require(interaction, actor)
    tried = await drafts.try_out(interaction.client.database, actor, wanted.id, discord.utils.utcnow())
    if tried.faults:
        await show_draft(interaction, actor, wanted.id)
    else:
        await _send(interaction, actor, wanted.id)


async def _send(interaction: Interaction, actor: Actor, draft_id: int, *, unlike: bool = False) -> None:
    bot = interaction.client
    suggestion = await suggestions.suggest(bot.database, actor, draft_id, discord.utils.utcnow(), unlike=unlike)
    await show(interaction, sent_card(suggestion))
    await post(bot, suggestion)


@action("suggestion.support", Access.MEMBER)
async def _support(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Support another's suggestion in place of one's own draft (`text`)."""
    bot = interaction.client
    await _allowed(interaction, actor)
    suggestion = await suggestions.support(bot.database, actor, wanted.id, number(wanted.text))
    await show(interaction, supported_card(suggestion))
    await refresh(bot, suggestion)


@action("suggestion.mine", Access.MEMBER)
async def _mine(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a page (`text`) of one's own suggestions."""
    async with interaction.client.database.read() as conn:
        found, page, total = await suggestions.mine(conn, actor, number(wanted.text))
        begun = await drafts.mine(conn, actor, (PURPOSE,))
        edits = await suggestions.edits(conn, found)
    await show(interaction, mine_card(found, total, page, actor.user_id, drafts=begun, edits=edits))


@action("suggestion.withdraw", Access.MEMBER)
async def _withdraw(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Withdraw one's own suggestion and show the page (`text`) that it stands on."""
    bot = interaction.client
    suggestion = await suggestions.withdraw(bot.database, actor, wanted.id, discord.utils.utcnow())
    await _mine(interaction, wanted, actor)
    await refresh(bot, suggestion)


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Suggestions(bot))
