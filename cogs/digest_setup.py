"""Setting up a digest: what each control and form of its card changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import discord

from bot.digest import planning
from bot.digest.digests import Digest
from bot.digest.foresight import ALL, MENTION, THREAD, WRITE, Channel, require_bot, require_person
from bot.digest.planning import BY_FORM, Reading
from bot.digest.wording import read_days
from bot.errors import UserError
from bot.model import Access, Actor
from bot.moderating.actions import Action
from bot.render.digest_form import (
    CONTENTS,
    LABELS,
    WORDS,
    contents_form,
    contents_of,
    days_form,
    kept,
    late_form,
    unkept,
    words_form,
)
from bot.render.digest_setup import OTHER, faulty_card, setup_card, zone_card
from bot.render.digest_words import facts
from cogs.actions import action, ask, refuse, show
from cogs.digest_desk import desk_of, found, site_of, snowflake
from cogs.posting import CHANGED
from cogs.replies import Interaction


async def show_setup(
    interaction: Interaction, digest: Digest, *, before: Digest | None = None, problem: str = "", told: str = ""
) -> None:
    """Show the card with all controls; `before` is the digest before a change, `problem` says why there was none.

    `told` is what there is to say besides.
    """
    was = facts(before, await desk_of(interaction, before)) if before else None
    desk = await desk_of(interaction, digest)
    await show(interaction, setup_card(digest, desk, before=was, problem=problem, told=told))


@action("digest.edit", Access.MODERATOR)
async def _edit(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await show_setup(interaction, await found(interaction, actor, wanted.id, "".join(wanted.values[:1])))


@action("digest.channel", Access.MODERATOR)
async def _channel(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    picked = snowflake("".join(wanted.values[:1]))
    await _save(interaction, actor, wanted.id, {"channel_id": picked} if picked else {}, ALL)


@action("digest.role", Access.MODERATOR)
async def _role(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    picked = snowflake("".join(wanted.values[:1]))
    guild = interaction.guild
    role = guild.get_role(picked) if guild else None
    if picked and (role is None or role.is_default()):
        digest = await found(interaction, actor, wanted.id)
        why = "A digest does not mention everyone." if role else "There is no such role in this server."
        await show_setup(interaction, digest, problem=f"{why} Choose one role, or none.")
        return
    await _save(interaction, actor, wanted.id, {"role_id": picked}, WRITE | ({MENTION} if picked else set()))


@action("digest.thread", Access.MODERATOR)
async def _thread(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    opens = wanted.text == "1"
    digest = await found(interaction, actor, wanted.id)
    if opens and (await site_of(interaction, digest)).thread:
        await show_setup(interaction, digest, problem="Posts are in a thread already, which can have none of its own.")
        return
    await _save(interaction, actor, wanted.id, {"thread": opens}, WRITE | ({THREAD} if opens else set()))


@action("digest.days", Access.MODERATOR)
async def _days(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take days from the menu or from the form; the menu's last line opens that, and so does a button with `text`."""
    typed = wanted.fields.get("days", "".join(wanted.values[:1]))
    if not typed or typed == OTHER:
        digest = await found(interaction, actor, wanted.id)
        await ask(interaction, days_form(digest.id, wanted.text or str(digest.days)))
        return
    try:
        days = read_days(typed)
    except UserError as refused:
        await refuse(interaction, refused, kept(Action("digest.days", wanted.id), [typed]))
        return
    await _save(interaction, actor, wanted.id, {"days": days})


@action("digest.late", Access.MODERATOR)
async def _late(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """As with days: "latest:360" from the menu, or a policy and a span from the form."""
    policy, _, minutes = "".join(wanted.values[:1]).partition(":")
    window = f"{minutes} minutes"
    if wanted.fields:
        policy, window = (wanted.fields.get(key, "") for key in ("policy", "window"))
    if policy in {"", OTHER}:
        digest = await found(interaction, actor, wanted.id)
        typed = unkept(wanted.text, ("policy", "window"))
        await ask(interaction, late_form(digest, typed.get("policy", ""), typed.get("window", "")))
        return
    try:
        changes = planning.read_late(policy, window)
    except UserError as refused:
        await refuse(interaction, refused, kept(Action("digest.late", wanted.id), [policy, window]))
        return
    await _save(interaction, actor, wanted.id, changes)


@action("digest.zone", Access.MODERATOR)
async def _zone(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Take the zone that was picked among several that were meant."""
    await _save(interaction, actor, wanted.id, {"zone": planning.zone_named("".join(wanted.values[:1]))})


@action("digest.words", Access.MODERATOR)
async def _words(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Without fields open the form, filled in with `text`; with them save what was changed in it."""
    digest = await found(interaction, actor, wanted.id)
    if not wanted.fields:
        await ask(interaction, words_form(digest, given(unkept(wanted.text, BY_FORM))))
        return
    typed = planning.changed(planning.marks(wanted.text, len(WORDS)), WORDS, wanted.fields)
    read = planning.read_words(typed, discord.utils.utcnow())
    if not read.faults:
        await _save(interaction, actor, digest.id, read.changes)
        return
    await _change(interaction, actor, digest.id, read.changes, WRITE)
    back = kept(Action("digest.words", digest.id), [typed.get(key, "") for key in BY_FORM])
    saved = [LABELS[key] for key in typed if key not in read.faults]
    await show_faults(interaction, read, back, pick=Action("digest.zone", digest.id), saved=saved, digest=digest)


@action("digest.content", Access.MODERATOR)
async def _content(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """As with words; of subjects that were typed before, those that are known are kept by their ids."""
    digest, bot = await found(interaction, actor, wanted.id), interaction.client
    async with bot.database.read() as conn:
        subjects = await planning.subjects_of(conn, digest)
        if not wanted.fields:
            typed = unkept(wanted.text, CONTENTS)
            if "subjects" in typed:
                typed["subjects"] = await planning.expanded(conn, actor.guild_id, typed["subjects"])
            await ask(interaction, contents_form(digest, subjects, typed))
            return
        typed = planning.changed(planning.marks(wanted.text, len(CONTENTS)), CONTENTS, wanted.fields)
        read, short = await planning.read_contents(conn, actor.guild_id, typed)
    ids = ";".join(f"#{id_}" for id_ in digest.subjects)
    filled = contents_of(digest, subjects) | typed | {"subjects": ids} | short
    back = kept(Action("digest.content", digest.id), [filled[key] for key in CONTENTS])
    if read.faults:
        await show(interaction, faulty_card(read.faults.values(), back, digest_id=digest.id))
        return
    try:
        before, after = await _change(interaction, actor, digest.id, read.changes, WRITE)
    except UserError as refused:
        await show(interaction, faulty_card([str(refused)], back, digest_id=digest.id))
        return
    await show_setup(interaction, after, before=before)


async def _save(
    interaction: Interaction,
    actor: Actor,
    digest_id: int,
    changes: Mapping[str, Any],
    rights: Collection[str] = WRITE,
) -> None:
    """Change a digest and show it again, or why it was not changed."""
    try:
        before, after = await _change(interaction, actor, digest_id, changes, rights)
    except UserError as refused:
        await show_setup(interaction, await found(interaction, actor, digest_id), problem=str(refused))
        return
    await show_setup(interaction, after, before=before)


async def _change(
    interaction: Interaction, actor: Actor, digest_id: int, changes: Mapping[str, Any], rights: Collection[str]
) -> tuple[Digest, Digest]:
    """Change a digest if the person, and for more than words the bot too, has these rights; raises UserError.

    A change applies to posts in the channel, so the person must be able to post there.
    """
    digest = await found(interaction, actor, digest_id)
    wanted = replace(digest, **changes)
    site = await site_of(interaction, wanted)
    if rights != WRITE:
        require_person(wanted, site, rights)
        require_bot(wanted, site, rights)
    elif site.channel is Channel.THERE:
        require_person(wanted, site, rights)
    done = await planning.modify(interaction.client.database, actor, digest_id, changes, discord.utils.utcnow())
    interaction.client.dispatch(CHANGED)
    return done


async def show_faults(
    interaction: Interaction,
    read: Reading,
    back: Action,
    *,
    pick: Action,
    saved: Collection[str] = (),
    digest: Digest | None = None,
) -> None:
    """Show all that is wrong with a form, and where the zone is unclear, the zones to pick from."""
    digest_id = digest.id if digest else 0
    others = [text for key, text in read.faults.items() if key != "zone"]
    if "zone" in read.faults and read.zone is not None and read.zone.choices:
        await show(interaction, zone_card(read.zone, pick, back, others=others, saved=saved, digest_id=digest_id))
    else:
        await show(interaction, faulty_card(read.faults.values(), back, saved=saved, digest_id=digest_id))


def given(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that were filled in."""
    return {key: text for key, text in fields.items() if text}
