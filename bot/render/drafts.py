"""The card of a draft: how the entry will look, what keeps it from being saved, and the ways to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import discord

from bot.limits import EMBED_DESCRIPTION, OPTION_LABEL
from bot.model import Entry, Kind
from bot.moderating.actions import MENU, Action, custom_id
from bot.moderating.drafts import MESSAGE, MODERATORS, NEW, Draft, Tried, content
from bot.render.card import CHOICE_ROW, Button, Card, Menu, Option, Style
from bot.render.colours import KIND_COLOUR, NOTHING, OTHERS
from bot.render.forms import STEPS
from bot.render.history import difference_lines, gist
from bot.render.moderation import Manner
from bot.render.plain import notice
from bot.render.preview import (
    add_lines,
    add_message,
    add_new,
    add_place,
    add_source,
    add_taken,
    filled,
    numberless,
    preview,
)
from bot.render.words import KIND, headline
from bot.text import clip, line, plain, share
from bot.writing.fields import LABELS

_SOURCE_ROOM = 600
_NEAR = 5
"""So many near-duplicates are named."""

_SAVE = {"suggest": "Send", "review": "Approve"}
"""What the button says that finishes a draft, by its purpose; of the others, "Save"."""


def draft_card(tried: Tried, manner: Manner, family: str = "entry") -> Card:
    """Return a draft: how it will look, or what keeps it from being saved, and the ways to go on.

    Its buttons are the actions `step`, `source`, `save` and `discard` of a family.
    """
    draft = tried.draft
    title = _title(draft)
    body = (
        filled(draft.kind, draft.fields, tried.source) if tried.entry is None else _preview(tried, tried.entry, manner)
    )
    embed = discord.Embed(title=title, description=body, colour=NOTHING if tried.faults else KIND_COLOUR[draft.kind])
    faults = [f"- {_fault(key, text)}" for key, texts in tried.faults.items() for text in texts.split("\n")]
    add_lines(embed, "To be mended", faults)
    add_message(embed, draft.fields)
    add_place(embed, tried.place)
    if not tried.faults:
        near = [f"`#{entry.id}` {line(headline(entry, manner.language))}" for entry in tried.near[:_NEAR]]
        add_lines(embed, "Stored already, much the same", near)
    add_source(embed, draft.fields, manner.language, _SOURCE_ROOM)
    add_new(embed, tried.new)
    add_taken(embed, tried.taken)
    if tried.before is not None:
        changed = difference_lines(tried.before, tried.after or content(draft.fields), 900)
        add_lines(embed, "Changes", changed)
    done = _SAVE.get(draft.purpose, "Save").lower()
    again = " /entry drafts finds it again." if draft.purpose in MODERATORS else ""
    embed.set_footer(text=f"Only you see this. It is kept for a week, or until you {done} or discard it.{again}")
    return Card(embed, tuple(_ways(tried, family)))


def late_card(draft: Draft, text: str) -> Card:
    """Return a reviewer's draft of a suggestion that does not wait any more; `text` is our own and says so."""
    embed = discord.Embed(title=_title(draft), description=filled(draft.kind, draft.fields), colour=NOTHING)
    add_lines(embed, "Too late", [text])
    return Card(embed, (Button("Discard", custom_id(Action("review.discard", draft.id)), style=Style.DANGER),))


def discard_card(draft: Draft, family: str) -> Card:
    """Return the question whether to discard a draft."""
    text = f"{line(_named(draft))}\n\nWhat you typed into it is gone then."
    buttons = (
        Button("Discard it", custom_id(Action(f"{family}.discard.yes", draft.id)), style=Style.DANGER),
        Button("Keep it", custom_id(Action(f"{family}.draft", draft.id))),
    )
    return Card(discord.Embed(title="Discard this draft?", description=text, colour=NOTHING), buttons)


def drafts_card(drafts: Sequence[Draft], family: str = "entry") -> Card:
    """Return what a person has begun and not saved, with a menu that goes on with one."""
    if not drafts:
        return notice("You have no drafts here. One begins with /entry add or /entry edit.")
    lines = [f"- {line(_named(draft))}, <t:{int(draft.updated_at.timestamp())}:R>" for draft in drafts]
    embed = discord.Embed(
        title="Your drafts", description="\n".join(share(lines, EMBED_DESCRIPTION - 100)), colour=OTHERS
    )
    return Card(embed, menu=drafts_menu(drafts, family))


def drafts_menu(drafts: Sequence[Draft], family: str) -> Menu:
    """Return the menu that goes on with one of some drafts."""
    options = tuple(Option(clip(plain(_named(draft)), OPTION_LABEL), str(draft.id)) for draft in drafts)
    return Menu("Go on with a draft", options, custom_id(Action(f"{family}.draft"), MENU))


def _title(draft: Draft) -> str:
    what = f"{'an' if draft.kind is Kind.EVENT else 'a'} {KIND[draft.kind].lower()}"
    match draft.purpose:
        case "edit":
            return f"Draft: changes to #{draft.target_id}"
        case "suggest":
            return f"Draft: {what}, not sent yet"
        case "review":
            return f"Your version of #S{draft.target_id}, not approved yet"
        case _:
            return f"Draft: {what}, not saved yet"


def _named(draft: Draft) -> str:
    """Return a draft in one raw phrase."""
    said = gist(draft.fields) or "nothing filled in yet"
    what = {"edit": f"Changes to #{draft.target_id}", "review": f"My version of #S{draft.target_id}"}
    return f"{what.get(draft.purpose, KIND[draft.kind])}: {clip(said, 80)}"


def _ways(tried: Tried, family: str) -> Iterable[Button]:
    """Return the buttons of a draft."""
    draft, faulty = tried.draft, bool(tried.faults)
    near = ",".join(str(entry.id) for entry in tried.near[:_NEAR])
    save = _SAVE.get(draft.purpose, "Save")
    asked = draft.fields.get("source") == NEW and MESSAGE not in draft.fields
    yield Button(
        f"{save} all the same" if near else save,
        custom_id(Action(f"{family}.save", draft.id, near)),
        disabled=faulty,
        style=Style.MAIN,
    )
    for index, step in enumerate(STEPS[draft.kind]):
        if not (MESSAGE in draft.fields and step.name == "Source"):
            # Where something is to be mended, the form that mends it stands out.
            at_fault = any(
                question.key in tried.faults and not (asked and question.key == "source") for question in step.questions
            )
            style = Style.MAIN if at_fault else Style.PLAIN
            yield Button(step.name, custom_id(Action(f"{family}.step", draft.id, str(index))), style=style)
    yield Button("Discard", custom_id(Action(f"{family}.discard", draft.id)), style=Style.DANGER)
    if asked:
        style = Style.MAIN if "source" in tried.faults else Style.PLAIN
        yield Button("New source", custom_id(Action(f"{family}.source", draft.id)), CHOICE_ROW, style=style)


def _preview(tried: Tried, entry: Entry, manner: Manner) -> str:
    """Return the entry that a draft would be; its number is not given yet, unless it is edited."""
    shown = replace(entry, id=tried.draft.target_id) if tried.draft.purpose == "edit" else numberless(entry)
    about = tried.draft.fields.get("about", "")
    return preview(shown, about, manner, called="draft", shortened="Shortened here, not when saved.")


def _fault(key: str, text: str) -> str:
    """Return a fault with the name of its field, unless it begins with that."""
    return line(text) if text.startswith("“") or key not in LABELS else f"“{LABELS[key]}”: {line(text)}"
