"""What is done to a digest that exists: shown, paused, resumed, deleted, tried out, posted at once, and its log."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import discord

from bot import zones
from bot.client import Dateline
from bot.digest import deleted, digests, editions, planning
from bot.digest.catchup import GRACE
from bot.digest.digests import Digest
from bot.digest.foresight import ALL, POST, WRITE, Channel, Site, require_bot, require_person, require_place
from bot.digest.planning import NEW
from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating import access
from bot.moderating.actions import Action, custom_id
from bot.render.card import Button, Style
from bot.render.digest_words import nothing
from bot.render.digests import LOG_PAGE, done_card, list_card, log_card, overview, question_card, show_card
from cogs.actions import action, actor_in, in_force, number, show
from cogs.digest_desk import desk_of, found, hold, next_of, placed, preview_of, site_in, site_of, snowflake
from cogs.digest_setup import show_setup
from cogs.posting import CHANGED
from cogs.replies import Interaction, as_edit, charts, message_of

OVER = "This question is too old. Please ask again."


@action("digest.list", Access.MODERATOR)
async def _list(interaction: Interaction, _wanted: Action, actor: Actor) -> None:
    async with interaction.client.database.read() as conn:
        listed = await digests.select_all(conn, actor.guild_id)
        waiting = await planning.waiting(conn, actor.guild_id)
    sites = await asyncio.gather(*(site_of(interaction, one) for one in listed))
    gone = {one.id for one, site in zip(listed, sites, strict=True) if site.channel is Channel.GONE}
    await show(interaction, list_card(listed, gone, waiting))


@action("digest.show", Access.MODERATOR)
async def _show(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await _overview(interaction, await _meant(interaction, wanted, actor))


@action("digest.pause", Access.MODERATOR)
async def _pause(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    digest = await _meant(interaction, wanted, actor)
    if digest.paused_at:
        raise UserError(
            f"Digest {digest.id} {'is not started' if digest.paused_reason == NEW else 'is paused already'}."
        )
    async with interaction.client.database.write() as conn:
        await digests.pause(conn, actor.guild_id, digest.id, planning.BY_HAND, discord.utils.utcnow())
    interaction.client.dispatch(CHANGED)
    resume = Button("Resume", custom_id(Action("digest.resume", digest.id)))
    await show(
        interaction, done_card(digest, "It is paused: nothing is posted until it is resumed.", resume, overview(digest))
    )


@action("digest.resume", Access.MODERATOR)
async def _resume(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Let a digest run, also one that is being set up, if its posts will go through."""
    digest = await _meant(interaction, wanted, actor)
    if not zones.known(digest.zone):
        await _overview(interaction, digest)
        return
    digest, told = await _run(interaction.client, actor, digest, await site_of(interaction, digest))
    await show(interaction, done_card(digest, told, overview(digest)))


@action("private.resume", Access.ANYBODY)
async def _resume_in_private(interaction: Interaction, wanted: Action, _: Actor) -> None:
    """Let a digest run from the private message that says why it was paused; `text` is its server."""
    bot, guild = interaction.client, interaction.client.get_guild(snowflake(wanted.text))
    try:
        member = await guild.fetch_member(interaction.user.id) if guild else None
    except discord.NotFound:
        member = None
    if guild is None or member is None:
        raise UserError("One of us is not in that server any more.")
    actor = actor_in(member)
    settings, called = in_force(await bot.settings(guild.id), guild), {role.id: role.name for role in guild.roles}
    access.require(Access.MODERATOR, actor, settings, called=called)
    async with bot.database.read() as conn:
        digest = await planning.find(conn, guild.id, wanted.id)
    digest, told = await _run(bot, actor, digest, await site_in(guild, member, digest))
    await show(interaction, done_card(digest, told))


async def _run(bot: Dateline, actor: Actor, digest: Digest, site: Site) -> tuple[Digest, str]:
    """Let a digest run, if its posts will go through; return it as it then is, and what became of that."""
    _require_place(digest, site)
    new, was_paused = digest.paused_reason in digests.UNSTARTED, digest.paused_at is not None
    require_person(digest, site, ALL if new else WRITE)
    require_bot(digest, site, ALL if new else POST)
    async with bot.database.write() as conn:
        await digests.resume(conn, actor, digest.id, discord.utils.utcnow())
        digest = await planning.find(conn, actor.guild_id, digest.id)
    bot.dispatch(CHANGED)
    due = f"<t:{int(digest.next_due_at.timestamp())}:F>" if digest.next_due_at else "never"
    told = "It is started." if new else "It runs again." if was_paused else "It is running already."
    return digest, f"{told} The next post in <#{digest.channel_id}>: {due}"


@action("digest.delete", Access.MODERATOR)
async def _delete(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    digest = await _meant(interaction, wanted, actor)
    hint = "Nothing more is posted. What was posted stays, and you can undo it."
    yes = Button("Delete", custom_id(Action("digest.delete.yes", digest.id)), style=Style.DANGER)
    await show(interaction, question_card(digest, asked=f"Delete digest {digest.id}?", hint=hint, yes=yes))


@action("digest.delete.yes", Access.MODERATOR)
async def _deleted(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    digest = await found(interaction, actor, wanted.id)
    async with interaction.client.database.write() as conn:
        await digests.delete(conn, actor, digest.id, discord.utils.utcnow())
    undo = Button("Undo", custom_id(Action("digest.restore", digest.id)))
    listed = Button("All digests", custom_id(Action("digest.list")))
    told = f"It is deleted. For {deleted.DAYS} days, /digest restore {digest.id} brings it back."
    await show(interaction, done_card(digest, told, undo, listed))


@action("digest.restore", Access.MODERATOR)
async def _restore(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take a deletion back. Who restores what then runs, starts it; where it could not post, it is paused instead."""
    db, now, typed = interaction.client.database, discord.utils.utcnow(), "".join(wanted.values[:1])
    async with db.read() as conn:
        digest = await deleted.find(
            conn, actor.guild_id, wanted.id, now, typed, place=partial(placed, interaction.guild)
        )
    halted = ""
    if digest.deleted_at and not digest.paused_at:
        site = await site_of(interaction, digest)
        if site.channel is Channel.THERE:
            require_person(digest, site, WRITE)
        try:
            require_bot(digest, site, POST)
        except UserError as lacking:
            halted = str(lacking)
    await deleted.restore(db, actor, digest.id, now, halted=halted)
    interaction.client.dispatch(CHANGED)
    digest = await found(interaction, actor, digest.id)
    if digest.paused_reason == NEW:
        await show_setup(interaction, digest)
    else:
        await _overview(interaction, digest)


@action("digest.preview", Access.MODERATOR)
async def _preview(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show the next edition as it would be posted now, to the asker alone; nothing is noted as carried."""
    digest = await _meant(interaction, wanted, actor)
    if not zones.known(digest.zone):
        await _overview(interaction, digest)
        return
    await hold(interaction)
    card = replace(await preview_of(interaction.client, digest), buttons=(overview(digest),))
    files = await charts(card.bars) if card.bars else []
    await interaction.edit_original_response(**as_edit(message_of(card), files))


@action("digest.now", Access.MODERATOR)
async def _now(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Ask whether to post an edition now. When it was asked goes along, so that a second click posts nothing more."""
    digest, now = await _meant(interaction, wanted, actor), discord.utils.utcnow()
    if not zones.known(digest.zone):
        await _overview(interaction, digest)
        return
    await _require_now(interaction, digest)
    if await next_of(interaction.client, digest, now) is None:
        async with interaction.client.database.read() as conn:
            why = nothing(digest, await planning.subjects_of(conn, digest))
        raise UserError(f"There is nothing to post now. {why}")
    mention = f" It mentions <@&{digest.role_id}>." if (await site_of(interaction, digest)).role else ""
    hint = f"It appears in <#{digest.channel_id}> at once, besides those that are due.{mention}"
    yes = Action("digest.now.yes", digest.id, str(int(now.timestamp())))
    button = Button("Post it now", custom_id(yes), style=Style.MAIN)
    await show(interaction, question_card(digest, asked="Post an edition now?", hint=hint, yes=button))


@action("digest.now.yes", Access.MODERATOR)
async def _ordered(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    asked = datetime.fromtimestamp(number(wanted.text[:10]), UTC)
    if not -GRACE / 2 <= discord.utils.utcnow() - asked <= GRACE / 2:
        raise UserError(OVER)
    digest = await found(interaction, actor, wanted.id)
    await _require_now(interaction, digest)
    async with interaction.client.database.write() as conn:
        await editions.order(conn, digest, asked)
    interaction.client.dispatch(CHANGED)
    log = Button("Log", custom_id(Action("digest.log", digest.id)))
    told = f"It is on its way to <#{digest.channel_id}>. The log says what has become of it."
    await show(interaction, done_card(digest, told, log, overview(digest)))


@action("digest.log", Access.MODERATOR)
async def _log(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Show a page (`text`) of what became of each edition."""
    digest = await _meant(interaction, wanted, actor)
    page = number(wanted.text)
    async with interaction.client.database.read() as conn:
        total = (await editions.log_of(conn, digest.id, limit=0))[1]
        page = min(page, max(0, (total - 1) // LOG_PAGE))
        shown, _ = await editions.log_of(conn, digest.id, limit=LOG_PAGE, offset=page * LOG_PAGE)
    await show(interaction, log_card(digest, shown, page, total))


async def _meant(interaction: Interaction, wanted: Action, actor: Actor) -> Digest:
    """Return the digest of a button by its id, or the one that was picked or typed. Raises UserError."""
    return await found(interaction, actor, wanted.id, "".join(wanted.values[:1]))


async def _overview(interaction: Interaction, digest: Digest) -> None:
    """Show a digest in full, with what is wrong with it."""
    await show(interaction, show_card(digest, await desk_of(interaction, digest, ahead=True)))


async def _require_now(interaction: Interaction, digest: Digest) -> None:
    """Raise UserError where nothing can be posted now, or not on behalf of this person."""
    site = await site_of(interaction, digest)
    _require_place(digest, site, " Then resume it." if digest.paused_at else "")
    if digest.paused_at:
        if digest.paused_reason == NEW:
            raise UserError(f"Digest {digest.id} is not started. Start it first.")
        raise UserError(f"Digest {digest.id} is paused. {digest.paused_reason} Resume it first.")
    require_person(digest, site)
    require_bot(digest, site, POST)


def _require_place(digest: Digest, site: Site, then: str = "") -> None:
    """Raise UserError where a digest cannot be posted at all in its channel, and say how to choose another one."""
    try:
        require_place(site)
    except UserError as gone:
        raise UserError(f"{gone} /digest edit {digest.id} does that.{then}") from gone
