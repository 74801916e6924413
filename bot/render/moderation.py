"""The cards around a change of an entry: what is asked before it, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.answers.asks import encode
from bot.limits import EMBED_DESCRIPTION, OPTION_DESCRIPTION, OPTION_LABEL
from bot.model import Ask, Command, Entry, Language
from bot.moderating.actions import MENU, Action, custom_id
from bot.render.blocks import block
from bot.render.card import Button, Card, Menu, Option, Style
from bot.render.colours import KIND_COLOUR, NOTHING, OTHERS
from bot.render.sheet import PREFIX_ROOM
from bot.render.words import KIND, headline, kind
from bot.text import clip, code, line, name, plain, share
from bot.writing.fields import LABELS

_ROOM = 3000


LISTED = 10
"""So many hidden or removed entries stand on a page."""


_TYPED = (
    ("add stat", "a figure, quote or event instead of stat; a source’s number or name may follow"),
    ("drafts", "what you have begun and not saved"),
    ("edit 12", "change an entry"),
    ("remove 12", "asks first"),
    ("restore 12", "bring back what was removed"),
    ("removed", "what is removed here"),
    ("status 12 disputed", "verified, unverified, disputed, corrected or retracted; a reason may follow"),
    ("history 12", "who changed what and when, and back to before"),
    ("hide 12", "hide an entry of a pack here"),
    ("unhide 12", "show it again"),
    ("hidden", "what is hidden here"),
    ("alias add chicago = windy city", "let a subject be found by another name"),
    ("alias remove windy city", "take that name away"),
    ("alias list", "the names that this server has added; a subject may follow"),
    ("source edit 12", "put right what a source of this server is called"),
    ("subject edit harrow bay", "rename a subject of this server, say what it is"),
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server's commands and dates are written."""

    prefix: str
    language: Language


def done_card(
    entry: Entry, manner: Manner, *, told: str, undo: Action | None, posted: int = 0, gone: bool = False
) -> Card:
    """Return an entry after a change, with ways to look at it, to take that back, and to correct what was posted.

    `told` says it in our words, such as "Saved as #57". `posted` is in how many messages the entry is shown.
    """
    colour = OTHERS if gone else KIND_COLOUR[kind(entry)]
    embed = discord.Embed(title=told, description=_block(entry, manner), colour=colour)
    buttons = [] if gone else [show_button(entry.id)]
    if undo is not None:
        buttons.append(Button("Undo", custom_id(undo)))
    if posted:
        messages = "1 message" if posted == 1 else f"{posted:,} messages"
        offer = Action("corrections.offer", entry.id)
        buttons.append(Button(f"Update {messages}", custom_id(offer), style=Style.MAIN))
        embed.set_footer(text=f"{messages} here still show{'s' if posted == 1 else ''} it as it was before.")
    return Card(embed, tuple(buttons))


def question_card(entry: Entry, manner: Manner, *, asked: str, hint: str, yes: str, action: Action) -> Card:
    """Return an entry with the question whether to do something to it."""
    embed = discord.Embed(title=asked, description=f"{_block(entry, manner)}\n\n{hint}", colour=NOTHING)
    buttons = (
        Button(yes, custom_id(action), style=Style.DANGER),
        Button("Cancel", custom_id(Action("entry.cancel", entry.id))),
    )
    return Card(embed, buttons)


def conflict_card(draft_id: int, entry_id: int, text: str, both: Sequence[str]) -> Card:
    """Return that somebody else was faster; `text` is our own sentence, which names them.

    `both` are the fields that the draft changes too.
    """
    named = " and ".join(f"“{LABELS.get(key, key)}”" for key in both)
    clash = f" You both changed {named}: if you go on, yours is kept." if both else ""
    embed = discord.Embed(
        title=f"#{entry_id} was changed meanwhile",
        description=f"{clip(text, 1000)}\n\nYour draft is kept, and what you did not change in it is as they have it."
        f"{clash} Look at the entry as it is now, then go on with your draft: it shows what saving it would change, "
        "and you can mend it before.",
        colour=NOTHING,
    )
    buttons = (
        show_button(entry_id, f"Look at #{entry_id}"),
        Button("Go on with my draft", custom_id(Action("entry.rebase", draft_id)), style=Style.MAIN),
        Button("Discard", custom_id(Action("entry.discard", draft_id)), style=Style.DANGER),
    )
    return Card(embed, buttons)


def hidden_card(
    hidden: Sequence[Entry], corrected: Mapping[int, int], page: int, *, more: bool, manner: Manner
) -> Card:
    """Return a page of the shared entries that a server does not show; `corrected` are its versions, by entry."""
    if not hidden:
        return Card(discord.Embed(title="Hidden here", description="This server hides no entry.", colour=OTHERS))
    notes = [f" (shown as `#{corrected[entry.id]}`)" if entry.id in corrected else "" for entry in hidden]
    text = "Shared entries that this server does not show, because it hides them or has a version of its own."
    embed = _listed("Hidden here", text, hidden, notes, manner)
    options = _options([entry for entry in hidden if entry.id not in corrected], manner)
    menu = Menu("Show one again", options, custom_id(Action("entry.unhide"), MENU)) if options else None
    return Card(embed, turns("entry.hidden", page, more=more), menu)


def restorable_card(removed: Sequence[tuple[Entry, datetime]], page: int, *, more: bool, manner: Manner) -> Card:
    """Return a page of what a server has removed of its own and when, with a menu that restores."""
    if not removed:
        return Card(discord.Embed(title="Removed here", description="Nothing is removed here.", colour=OTHERS))
    entries = [entry for entry, _ in removed]
    notes = [
        f", <t:{int(at.timestamp())}:R>{f' (version of `#{entry.corrects}`)' if entry.corrects else ''}"
        for entry, at in removed
    ]
    embed = _listed("Removed here", "Their numbers and their history stay.", entries, notes, manner)
    menu = Menu("Restore one", _options(entries, manner), custom_id(Action("entry.restore"), MENU))
    return Card(embed, turns("entry.removed", page, more=more), menu)


def _listed(title: str, text: str, entries: Sequence[Entry], notes: Sequence[str], manner: Manner) -> discord.Embed:
    """Return entries as a list, each with a note of ours after it."""
    lines = [f"`#{entry.id}` {name(entry.subject)} · {line(headline(entry, manner.language))}" for entry in entries]
    shown = share(lines, EMBED_DESCRIPTION - 800)
    listed = [text, "", *(a + b for a, b in zip(shown, notes, strict=True))]
    return discord.Embed(title=title, description="\n".join(listed), colour=OTHERS)


def _options(entries: Sequence[Entry], manner: Manner) -> tuple[Option, ...]:
    return tuple(
        Option(
            clip(plain(f"#{entry.id} {headline(entry, manner.language)}"), OPTION_LABEL),
            str(entry.id),
            clip(plain(f"{KIND[kind(entry)]} · {entry.subject}"), OPTION_DESCRIPTION),
        )
        for entry in entries
    )


def turns(name: str, page: int, *, more: bool, of: int = 0) -> tuple[Button, ...]:
    """Return the buttons that turn the pages of what an action lists; none where there is one page."""
    if not (page or more):
        return ()
    return (
        Button("Previous", custom_id(Action(name, of, str(page - 1))), disabled=not page),
        Button("Next", custom_id(Action(name, of, str(page + 1))), disabled=not more),
    )


def forms_card(prefix: str, typed: str = "") -> Card:
    """Return what can be typed after the command entry; `typed` is what was, where it made no sense."""
    wrong = [f"{code(clip(f'{prefix}entry {typed}', 200))} is none of these, or not all of it:", ""] if typed else []
    lines = [f"{code(f'{clip(prefix, PREFIX_ROOM)}entry {typed}')} {what}" for typed, what in _TYPED]
    text = "Each is answered with a button. /entry in the menu does the same at once."
    return Card(
        discord.Embed(title="Entries, for moderators", description="\n".join([*wrong, *lines, "", text]), colour=OTHERS)
    )


def show_button(entry_id: int, text: str = "Show") -> Button:
    """Return a button that shows an entry in full."""
    return Button(text, encode(Ask(Command.SHOW, entry_id=entry_id), 0))


def _block(entry: Entry, manner: Manner) -> str:
    return block(entry, _ROOM, "", source=True, prefix=manner.prefix, language=manner.language)
