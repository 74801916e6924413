"""One way to act, from wherever: a slash command, a typed one, a button, a menu or a form.

What can be done stands in one table with who may do it, which is asked at the moment of the click. A custom_id
carries all that is needed, so that buttons and forms work after a restart, for weeks; `cogs/clicks.py` reads them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import discord

from bot.errors import UserError
from bot.model import Access, Actor, Settings
from bot.moderating import access, kept
from bot.moderating.actions import AGAIN, FORM, Action, custom_id, decode, fits
from bot.names import ID_DIGITS
from bot.render.card import MENU_ROW, Button, Card, Picker, Style
from bot.render.form import Field, Form
from bot.render.plain import error, notice
from cogs.replies import Context, Interaction, as_edit, attached, message_of, pace, picker, reply_typed

BACK = "Back to the form"
"""The label of the button that opens a form again."""

SENT_FILE = "what-you-typed.json"
SENT_BYTES = 200_000
"""Bytes that the file of a sent form has at most: Discord takes five fields of 4,000 characters."""

_SENT, _AGAIN = "sent", "again"
"""The keys by which an interaction holds the form that it sends, and one that it opens again: custom_id and fields."""

_FILLED_IN = {"form", "slash"}
"""Where the fields of an action are what a person has typed."""

Handler: TypeAlias = Callable[[Interaction, Action, Actor], Awaitable[None]]

OUTDATED = "This belongs to an older version of the bot. Please use the command again."


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry of the table: who may do it, and how it is done."""

    access: Access
    handler: Handler


_PACED = {Access.ANYBODY, Access.MEMBER}
"""Moderators click through cards and forms as fast as they like: nobody else sees it, and it floods no channel."""

ACTIONS: dict[str, Deed] = {}
"""Everything that can be done, by the name that stands in a custom_id."""


def action(name: str, needed: Access) -> Callable[[Handler], Handler]:
    """Enter a function into the table."""

    def enter(handler: Handler) -> Handler:
        assert name not in ACTIONS, name
        ACTIONS[name] = Deed(needed, handler)
        return handler

    return enter


async def perform(interaction: Interaction, wanted: Action, surface: str) -> None:
    """Do it, if the person may; raises UserError."""
    deed = ACTIONS.get(wanted.name)
    if deed is None:
        raise UserError(OUTDATED)
    form = replace(wanted, fields={}, values=())
    if wanted.fields and surface in _FILLED_IN and fits(form, FORM):
        interaction.extras[_SENT] = (custom_id(form, FORM), wanted.fields)
    with interaction.client.answering(wanted.name, surface, interaction.response.is_done):
        actor = await authorize(interaction, deed.access)
        if deed.access in _PACED:
            pace(interaction.client, interaction.channel, interaction.user)
        await deed.handler(interaction, wanted, actor)


async def offer(ctx: Context, wanted: Action, label: str, text: str) -> None:
    """Answer a typed command with a button that does it: forms and private cards need an interaction."""
    with ctx.bot.answering(wanted.name, "typed"):
        actor = await authorize(ctx, ACTIONS[wanted.name].access)
        pace(ctx.bot, ctx.channel, ctx.author)
        wanted = await kept.short(ctx.bot.database, actor, wanted, discord.utils.utcnow())
        button = Button(label, custom_id(wanted), MENU_ROW, style=Style.MAIN)
        await reply_typed(ctx, **message_of(replace(notice(text), buttons=(button,))))


async def authorize(origin: Interaction | Context, needed: Access) -> Actor:
    """Return who acts, if they may; raises UserError."""
    actor = actor_of(origin, private=needed is Access.ANYBODY)
    bot = origin.client if isinstance(origin, discord.Interaction) else origin.bot
    settings = await bot.settings(actor.guild_id)
    access.require(needed, actor, in_force(settings, origin.guild))
    return actor


def in_force(settings: Settings, guild: discord.Guild | None) -> Settings:
    """Return settings without the roles that were deleted: nobody has one, and it is no way to be told of."""
    there = tuple(role for role in settings.moderator_roles if guild and guild.get_role(role))
    return replace(settings, moderator_roles=there)


def actor_of(origin: Interaction | Context, *, private: bool = False) -> Actor:
    """Return who acts, with the rights of this moment. Raises UserError in a direct message, unless `private`."""
    person = origin.user if isinstance(origin, discord.Interaction) else origin.author
    if origin.guild is None and private:
        return Actor(0, person.id, manages=False, roles=frozenset())
    if origin.guild is None or not isinstance(person, discord.Member):
        raise UserError("This works in a server only, not in a direct message.")
    return actor_in(person, origin.permissions)


def actor_in(person: discord.Member, rights: discord.Permissions | None = None) -> Actor:
    """Return a member as who acts in their server, with these rights or those that their roles give them."""
    rights = rights or person.guild_permissions
    return Actor(
        person.guild.id,
        person.id,
        manages=rights.manage_guild or rights.administrator,
        roles=frozenset(role.id for role in person.roles),
    )


def number(text: str) -> int:
    """Return a number that stands in a custom_id or a menu, 0 where there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS else 0


async def show(interaction: Interaction, card: Card, *, files: list[discord.File] | None = None) -> None:
    """Show a card to the person alone: in place of the private one that they clicked on, else as a new one."""
    message = message_of(card)
    private = interaction.message is not None and interaction.message.flags.ephemeral
    if interaction.response.is_done():
        await interaction.edit_original_response(**as_edit(message, files or []))
    elif private:
        await interaction.response.edit_message(**as_edit(message, files or []))
    else:
        await interaction.response.send_message(**message, files=files or [], ephemeral=True)


async def ask(interaction: Interaction, form: Form) -> None:
    """Open a form. It has to be the first response to an interaction that is not itself a form's.

    A form that `reopen` opens is filled in as it was sent, and is still about what it was about then.
    """
    if _AGAIN in interaction.extras:
        sent, typed = interaction.extras[_AGAIN]
        fields = tuple(replace(field, value=typed.get(field.key, field.value)) for field in form.fields)
        form = replace(form, custom_id=sent, fields=fields)
    modal = discord.ui.Modal(title=form.title, custom_id=form.custom_id)
    for field in form.fields:
        modal.add_item(discord.ui.Label(text=field.label, description=field.hint or None, component=_control(field)))
    modal.stop()  # it is sent all the same, and its answer is read by its custom_id, also after a restart
    await interaction.response.send_modal(modal)


async def refuse(interaction: Interaction, refused: UserError, form: Action) -> None:
    """Tell what is wrong with a form that was sent, with a button that opens it again as `form` fills it in."""
    now = discord.utils.utcnow()
    again = await kept.short(interaction.client.database, actor_of(interaction), form, now)
    button = Button(BACK, custom_id(again), style=Style.MAIN)
    await show(interaction, replace(error(str(refused)), buttons=(button,)))


def way_back(interaction: Interaction) -> dict[str, Any]:
    """Return the arguments of a message that opens the form again which an interaction filled in; none for another.

    The message holds what was typed in a file: the store may be what fails, and a restart may come before the press.
    """
    if _SENT not in interaction.extras:
        return {}
    form, fields = interaction.extras[_SENT]
    button = Button(BACK, AGAIN, style=Style.MAIN)
    view = message_of(replace(notice(""), buttons=(button,)))["view"]
    return {"view": view, "file": attached(kept.as_file(form, fields), SENT_FILE)}


async def reopen(interaction: Interaction) -> None:
    """Open the form that the file on the pressed button's message holds; raises UserError."""
    files = interaction.message.attachments if interaction.message else []
    if not files or files[0].size > SENT_BYTES:
        raise UserError(kept.GONE)
    sent = kept.from_file(await files[0].read())
    try:
        wanted = decode(sent[0])
    except ValueError as broken:
        raise UserError(kept.GONE) from broken
    interaction.extras[_AGAIN] = sent
    await perform(interaction, wanted, "button")


@action(kept.KEPT, Access.MODERATOR)
async def _kept(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    """Do what the store keeps for this person, such as to open a form as they filled it in."""
    async with interaction.client.database.read() as conn:
        held = await kept.find(conn, actor, wanted.id)
    await perform(interaction, held, "button")


def _control(field: Field) -> discord.ui.Item[Any]:
    if field.options:
        options = [
            discord.SelectOption(
                label=option.label,
                value=option.value,
                description=option.description or None,
                default=option.value == field.value,
            )
            for option in field.options
        ]
        return discord.ui.Select(custom_id=field.key, options=options, required=field.required)
    if field.pick:
        chosen = (int(field.value),) if field.value.isascii() and field.value.isdecimal() else ()
        return picker(Picker(field.pick, "", field.key, chosen, 1), required=field.required)
    return discord.ui.TextInput(
        custom_id=field.key,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        default=field.value[: field.most] or None,
        required=field.required,
        max_length=field.most,
    )


def filled(data: Any) -> dict[str, str]:
    """Return what a submitted form holds, by the custom_id of each field; of a menu, the values with commas."""
    fields: dict[str, str] = {}
    for row in data.get("components", []):
        for item in [row["component"]] if "component" in row else row.get("components", []):
            values = item.get("values")
            fields[item["custom_id"]] = item.get("value") or "" if values is None else ",".join(values)
    return fields
