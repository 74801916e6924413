"""`!entry …`: the same as typed. Forms and private cards need a click, so that each is answered with a button."""

from __future__ import annotations

import re
from dataclasses import replace

from discord.ext import commands

from bot.client import Dateline
from bot.errors import UserError
from bot.model import Access, Actor, Kind, Status
from bot.moderating import keeping
from bot.moderating.actions import Action
from bot.render.moderation import forms_card
from bot.render.words import KIND
from cogs.actions import authorize, offer
from cogs.drafts import source_named
from cogs.entry import named
from cogs.replies import Context, show_card

KINDS = {
    "stat": Kind.STAT, "stats": Kind.STAT, "figure": Kind.STAT,
    "quote": Kind.QUOTE, "quotes": Kind.QUOTE, "quotation": Kind.QUOTE,
    "event": Kind.EVENT, "events": Kind.EVENT,
}  # fmt: skip

PLAIN = {
    "edit": ("Edit #{}", "The button opens the form of #{}, filled in."),
    "remove": ("Remove #{}", "The button shows #{} and asks before it is removed."),
    "restore": ("Restore #{}", "The button brings #{} back."),
    "history": ("History of #{}", "The button shows you who changed #{}, when and what."),
    "hide": ("Hide #{}", "The button hides #{} in this server."),
    "unhide": ("Show #{} again", "The button shows #{} in this server again."),
}
"""The commands that take a number and nothing else: what the button says, and the sentence above it."""

LISTS = {
    "drafts": ("Your drafts", "The button lists what you have begun and not saved."),
    "hidden": ("Hidden entries", "The button lists what this server hides."),
    "removed": ("Removed entries", "The button lists what is removed here."),
}
"""The commands that take nothing."""

OWN = {
    "source": ("Edit the source", "The button opens the form of the source “{}”, filled in."),
    "subject": ("Edit the subject", "The button opens the form of the subject “{}”, filled in."),
}
"""What of the server's own can be edited by its name."""

_SOURCE = re.compile(r"^source:\s*", re.IGNORECASE)

Offer = tuple[Action, str, str]
"""What is offered: what it does, what its button says, and the sentence above it."""


def meant(text: str, prefix: str) -> Offer | None:
    """Return what was typed after the command's name, None where that is no command. Raises UserError.

    `prefix` is what commands begin with. The name of a source is in the action's values.
    """
    verb, _, rest = text.strip().partition(" ")
    verb, rest = verb.lower(), rest.strip()
    if verb in PLAIN:
        entry_id = named(rest)
        label, sentence = PLAIN[verb]
        return Action(f"entry.{verb}", entry_id), label.format(entry_id), sentence.format(entry_id)
    if verb in LISTS:
        return Action(f"entry.{verb}"), *LISTS[verb]
    if verb in OWN:
        return _own(verb, rest)
    if verb == "status":
        return _status(rest, prefix)
    read = {"add": _add, "alias": _alias}.get(verb)
    return read(rest) if read else None


def _add(rest: str) -> Offer | None:
    typed, _, source = rest.partition(" ")
    kind = KINDS.get(typed.lower())
    if kind is None:
        return None
    what = KIND[kind].lower()
    return (
        Action("entry.add", text=kind, values=(source.strip(),) if source.strip() else ()),
        f"Add {article(what)}",
        f"The button opens the form of {article(what)}.",
    )


def _status(rest: str, prefix: str) -> Offer:
    typed, _, more = rest.partition(" ")
    status, _, reason = more.strip().partition(" ")
    entry_id = named(typed)
    if status.lower() not in set(Status):
        *others, last = Status
        raise UserError(
            f"Say which status #{entry_id} has: {', '.join(others)} or {last}. Such as: "
            f"{prefix}entry status {entry_id} disputed and why."
        )
    wanted = Action("entry.status", entry_id, f"{status.lower()} {reason.strip()}".strip())
    return wanted, f"#{entry_id}: {status.lower()}", "The button opens a form, which asks for the reason."


def _alias(rest: str) -> Offer | None:
    verb, _, names = rest.partition(" ")
    wanted = Action(f"entry.alias.{verb.lower()}", text=names.strip())
    match verb.lower():
        case "add":
            return wanted, "Add another name", "The button opens a form with a name and what else it is called."
        case "list":
            return wanted, "Other names", "The button lists the names that this server has added."
        case "remove" if names.strip():
            return wanted, "Take the name away", f"The button takes “{names.strip()}” away."
        case _:
            return None


def _own(what: str, rest: str) -> Offer | None:
    verb, _, name = rest.partition(" ")
    if verb.lower() != "edit" or not name.strip():
        return None
    label, sentence = OWN[what]
    return Action(f"{what}.edit", text=name.strip()), label, sentence.format(name.strip())


async def _found(ctx: Context, actor: Actor, wanted: Action) -> Action:
    """Return what was typed with the number of the source that it names; raises UserError for what there is not."""
    async with ctx.bot.database.read() as conn:
        if wanted.values:
            source = _SOURCE.sub("", wanted.values[0])
            return replace(wanted, id=await source_named(conn, actor, source), values=())
        if wanted.id:
            await keeping.find(conn, actor.guild_id, wanted.id)
    return wanted


def article(what: str) -> str:
    """Return a word with its article."""
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


class TypedEntries(commands.Cog):
    """One typed command; what follows it is read as a text, so that nobody needs quotation marks."""

    @commands.command(name="entry")
    async def entry(self, ctx: Context, *, text: str = "") -> None:
        """Offer what was typed as a button, or say what can be typed."""
        actor = await authorize(ctx, Access.MODERATOR)
        prefix = await ctx.bot.prefix(actor.guild_id)
        offered = meant(text, prefix)
        if offered is None:
            await show_card(ctx, forms_card(prefix, text.strip()))
            return
        wanted, label, sentence = offered
        await offer(ctx, await _found(ctx, actor, wanted), label, sentence)


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(TypedEntries())
