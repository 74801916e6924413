"""`/review` and the decisions on suggestions. Each is committed before anybody is told of it."""

from __future__ import annotations

from collections.abc import Awaitable

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Dateline
from bot.model import Access, Actor
from bot.moderating import reviews, suggestions
from bot.moderating.actions import FORM, Action, custom_id
from bot.moderating.suggestions import State, Suggestion
from bot.render.commands import BY_NAME
from bot.render.forms import STEPS, merged, step_form
from bot.render.reviews import (
    DECIDED,
    WAITING,
    done_card,
    empty_card,
    posted_card,
    queue_card,
    reject_form,
    review_card,
)
from cogs.actions import action, ask, number, offer, perform, show
from cogs.changes import manner
from cogs.corrections import offered
from cogs.drafts import show_draft, steps
from cogs.notices import blocked, names_reviewers, post, refresh, tell, waiting
from cogs.replies import Context, Interaction, as_edit, message_of

FAMILY = "review"

AT_ONCE = 25
"""So many cards are posted by one click: Discord takes about one a second in a channel."""

steps(FAMILY, Access.MODERATOR)


class Reviews(commands.Cog):
    """The ways to the queue."""

    @app_commands.command(name="review", description=BY_NAME["review"].description)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def review_slash(self, interaction: Interaction) -> None:
        """Show the queue."""
        await perform(interaction, Action("review.queue"), "slash")

    @commands.command(name="review")
    async def review_typed(self, ctx: Context, *, _text: str = "") -> None:
        """Offer the queue."""
        await offer(ctx, Action("review.queue"), "Open the queue", "The queue of suggestions is shown to you alone.")


@action("review.queue", Access.MODERATOR)
async def _queue(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a page of the queue, such as "w0" (`text`, or picked from the menu)."""
    bot, where = interaction.client, "".join(wanted.values[:1]) or wanted.text
    shown = DECIDED if where.startswith(DECIDED) else WAITING
    now = discord.utils.utcnow()
    queue = await reviews.queue(bot.database, actor.guild_id, number(where[1:]), now, decided=shown == DECIDED)
    counts, wrong = (queue.waiting, queue.decided), await _blocked(interaction, actor)
    if queue.review is None:
        await show(interaction, empty_card(shown, counts, wrong))
    else:
        await show(interaction, queue_card(queue.review, await manner(bot, actor), shown, queue.page, counts, wrong))


@action("review.post", Access.MODERATOR)
async def _post(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    """Post the cards of what waits and has none, the oldest first."""
    bot, guild = interaction.client, interaction.guild
    assert guild is not None, "an actor is in a server"
    wrong = await _blocked(interaction, actor)
    channel_id = (await bot.settings(guild.id)).review_channel
    if wrong or not channel_id:
        await show(interaction, posted_card(0, 0, channel_id, wrong))
        return
    private = interaction.message is not None and interaction.message.flags.ephemeral
    await interaction.response.defer(ephemeral=True, thinking=not private)
    _, unposted = await waiting(bot, guild)
    done = [await post(bot, one) for one in unposted[:AT_ONCE]]
    left = len(unposted) - len(done)
    await show(interaction, posted_card(sum(done), left, channel_id))


async def _blocked(interaction: Interaction, actor: Actor) -> str:
    """Return why no card can be posted in the review channel, "" if one can or there is no such channel."""
    channel_id = (await interaction.client.settings(actor.guild_id)).review_channel
    return await blocked(interaction.guild, channel_id) if interaction.guild and channel_id else ""


@action("suggestion.approve", Access.MODERATOR)
async def _approve(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    deed = reviews.approve(interaction.client.database, actor, wanted.id, discord.utils.utcnow())
    await _decide(interaction, actor, wanted, deed)


@action("suggestion.reject", Access.MODERATOR)
async def _reject(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields ask for the reason, with them turn the suggestion down."""
    db = interaction.client.database
    if not wanted.fields:
        found = await _waiting(interaction, actor, wanted.id)
        await ask(interaction, reject_form(found, wanted.text))
        return
    deed = reviews.reject(db, actor, wanted.id, wanted.fields.get("reason", ""), discord.utils.utcnow())
    await _decide(interaction, actor, wanted, deed)


@action("suggestion.back", Access.MODERATOR)
async def _back(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    deed = reviews.take_back(interaction.client.database, actor, wanted.id, discord.utils.utcnow())
    await _decide(interaction, actor, wanted, deed)


@action("suggestion.edit", Access.MODERATOR)
async def _edit(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Begin a reviewer's draft of a suggestion with the fields of its first form.

    Without fields go on with a draft that this reviewer has begun, or open that form.
    """
    found = await _waiting(interaction, actor, wanted.id)
    if not wanted.fields:
        async with interaction.client.database.read() as conn:
            begun = await reviews.begun(conn, actor, found.id)
        if begun:
            await show_draft(interaction, actor, begun)
            return
        submit = custom_id(Action("suggestion.edit", found.id), FORM)
        await ask(interaction, step_form(found.kind, 0, found.fields, submit))
        return
    fields = merged(STEPS[found.kind][0].questions, found.fields, wanted.fields)
    draft_id = await reviews.begin(interaction.client.database, actor, found.id, fields, discord.utils.utcnow())
    await show_draft(interaction, actor, draft_id)


@action("review.save", Access.MODERATOR)
async def _save(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Approve a reviewer's draft."""
    db, now = interaction.client.database, discord.utils.utcnow()
    if (await reviews.try_out(db, actor, wanted.id, now)).faults:
        await show_draft(interaction, actor, wanted.id)
        return
    await _decide(interaction, actor, wanted, reviews.approve_draft(db, actor, wanted.id, now))


async def _waiting(interaction: Interaction, actor: Actor, suggestion_id: int) -> Suggestion:
    """Return a suggestion that still waits; raises UserError, and lets an outdated card say how things stand."""
    bot = interaction.client
    async with bot.database.read() as conn:
        found = await suggestions.find(conn, actor.guild_id, suggestion_id)
    if found.state is not State.PENDING:
        await refresh(bot, found)
        raise suggestions.Decided(found)
    return found


async def _decide(interaction: Interaction, actor: Actor, wanted: Action, deed: Awaitable[Suggestion]) -> None:
    """Take a decision, then show what came of it where it was taken, on the posted card, and to the member."""
    bot = interaction.client
    try:
        decided = await deed
    except suggestions.Decided as late:
        await refresh(bot, late.suggestion)  # the card that was clicked may not have heard of it
        raise
    shown = None
    try:
        shown = await _show_decided(interaction, actor, wanted.text, decided)
    finally:  # also if whoever decided cannot be answered any more
        await refresh(bot, decided, shown=shown)
        await tell(bot, decided, actor.user_id)


async def _show_decided(interaction: Interaction, actor: Actor, where: str, decided: Suggestion) -> Suggestion | None:
    """Show what came of a decision, in place of the card on which it was taken; return what the posted one shows then.

    None if that is another card.
    """
    bot, message = interaction.client, interaction.message
    review = await reviews.review(bot.database, actor.guild_id, decided.id, discord.utils.utcnow())
    count = await offered(interaction, decided.entry_id) if decided.entry_id else 0
    said = await manner(bot, actor)
    if message is not None and not message.flags.ephemeral:
        named = await names_reviewers(bot, actor.guild_id, message.channel.id, await bot.settings(actor.guild_id))
        card = review_card(review, said, named=named, posted=count)
        await interaction.response.edit_message(**as_edit(message_of(card), []))
        return review.suggestion if message.id == decided.message_id else None
    async with bot.database.read() as conn:
        total = await suggestions.count_waiting(conn, actor.guild_id)
    await show(interaction, done_card(review, said, where or f"{WAITING}0", total, posted=count))
    return None


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Reviews())
