"""The card of a draft: how the entry will look, what keeps it from being saved, and the ways to go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import discord

from bot.limits import EMBED_DESCRIPTION, EMBED_FIELD_VALUE, OPTION_LABEL
from bot.model import Entry, Kind, Status
from bot.moderating.actions import MENU, Action, custom_id
from bot.moderating.drafts import MEMBER, MESSAGE, NEW, Draft, Tried, content, spoken_by_another
from bot.render.blocks import block
from bot.render.card import CHOICE_ROW, Button, Card, Menu, Option, Style
from bot.render.colours import KIND_COLOUR, NOTHING, OTHERS
from bot.render.forms import STEPS
from bot.render.history import difference_lines, gist
from bot.render.listings import excerpt_text
from bot.render.moderation import Manner
from bot.render.plain import notice
from bot.render.words import KIND, NOT_STATED, STATUS, headline
from bot.text import clip, code, line, person, plain, share
from bot.writing.fields import LABELS
from bot.writing.naming import NewName
from bot.writing.passages import Place

_BODY_ROOM = 2400
_MARKS = re.compile("[\x02\x03]")
_ABOUT_ROOM = 300
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
    if tried.faults:
        faults = [f"- {_fault(key, text)}" for key, texts in tried.faults.items() for text in texts.split("\n")]
        embed.add_field(name="To be mended", value=field_lines(faults), inline=False)
    add_author(embed, draft.fields)
    add_place(embed, tried.place)
    if tried.near and not tried.faults:
        near = [f"`#{entry.id}` {line(headline(entry, manner.language))}" for entry in tried.near[:_NEAR]]
        embed.add_field(name="Stored already, much the same", value=field_lines(near), inline=False)
    if tried.new:
        embed.add_field(
            name="New here, made when it is saved", value=field_lines([_new(one) for one in tried.new]), inline=False
        )
    if tried.before is not None and (
        changed := difference_lines(tried.before, tried.after or content(draft.fields), 900)
    ):
        embed.add_field(name="Changes", value=field_lines(changed), inline=False)
    done = _SAVE.get(draft.purpose, "Save").lower()
    again = " /entry drafts finds it again." if family == "entry" else ""
    embed.set_footer(text=f"Only you see this. It is kept for a week, or until you {done} or discard it.{again}")
    return Card(embed, tuple(_ways(tried, family)))


def discard_card(draft: Draft, family: str) -> Card:
    """Return the question whether to discard a draft."""
    text = f"{line(_named(draft))}\n\nWhat you typed into it is gone then."
    buttons = (
        Button("Discard it", custom_id(Action(f"{family}.discard.yes", draft.id)), style=Style.DANGER),
        Button("Keep it", custom_id(Action(f"{family}.draft", draft.id))),
    )
    return Card(discord.Embed(title="Discard this draft?", description=text, colour=NOTHING), buttons)


def _new(one: NewName) -> str:
    like = " or ".join(f"**{line(clip(other, 60))}**" for other in one.like)
    return f"“{line(clip(one.text, 100))}” ({one.kind}){f'. Did you mean {like}?' if like else ''}"


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
    return f"{f'Changes to #{draft.target_id}' if draft.target_id else KIND[draft.kind]}: {clip(said, 80)}"


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
    """Return an entry as it will look; its number is not given yet."""
    shown = block(
        replace(entry, id=tried.draft.target_id if tried.draft.purpose == "edit" else 0),
        _BODY_ROOM,
        "",
        source=True,
        prefix=manner.prefix,
        language=manner.language,
    )
    # The text of others holds no backtick that is not escaped, so that these are ours.
    shown = shown.replace("\u00a0`#0`", "\u00a0draft")
    shown = shown.replace(
        f"Shortened: {code(f'{manner.prefix}show 0')} has it in full.", "Shortened here, not when saved."
    )
    # A card names what it is mainly about, if that; a draft names all of it.
    about = line(clip(tried.draft.fields.get("about", ""), _ABOUT_ROOM))
    about = f"\n\n**About:** {about}" if about else ""
    # Where it is not verified, the entry says so itself.
    verified = f"\n\n**Verified:** {STATUS[entry.status]}." if entry.status is Status.VERIFIED else ""
    return f"{shown}{about}{verified}"


def filled(wanted: Kind, fields: Mapping[str, str], source: str = "") -> str:
    """Return what is filled in so far; `source` is the name of the source that is chosen."""
    questions = [question for step in STEPS[wanted] for question in step.questions]
    given = [(q.label, line(_given(q.key, fields, source))) for q in questions if fields.get(q.key)]
    labels, values = [f"**{text}:** " for text, _ in given], [text for _, text in given]
    values = share(values, _BODY_ROOM - sum(map(len, labels)) - len(labels))
    return "\n".join(a + b for a, b in zip(labels, values, strict=True)) or "Nothing is filled in yet."


def _given(key: str, fields: Mapping[str, str], source: str) -> str:
    value = fields[key]
    if key != "source":
        return value
    if value == NEW:
        called = [fields.get(f"new.{fact}", "") for fact in ("title", "publisher", "url")]
        stated = [text for text in called if text.casefold() not in {"", NOT_STATED}]
        return f"a new one: {stated[0]}" if stated else "a new one"
    return source or f"source {value}"


def _fault(key: str, text: str) -> str:
    """Return a fault with the name of its field, unless it begins with that."""
    return line(text) if text.startswith("“") or key not in LABELS else f"“{LABELS[key]}”: {line(text)}"


def add_author(embed: discord.Embed, fields: Mapping[str, str]) -> None:
    """Add who wrote the message that is quoted, where somebody else is said to speak."""
    if not spoken_by_another(fields):
        return
    member = fields.get(MEMBER, "")
    wrote = person(int(member)) if member else line(fields.get("new.author", ""))
    speaker = line(clip(fields.get("speaker", ""), _ABOUT_ROOM)) or "nobody"
    text = f"{wrote} wrote this message. So it would be attributed to “{speaker}”, who is somebody else."
    embed.add_field(name="Another speaker than the author", value=text, inline=False)


def add_place(embed: discord.Embed, place: Place | None) -> None:
    """Add the sentence of the source around the words or the figure, or the nearest one."""
    if place is None:
        return
    if place.passage is not None:
        embed.add_field(name="In the source", value=_quoted(((place.excerpt, False),)), inline=False)
    elif place.nearest:
        embed.add_field(name="Nearest in the source (bold: differs)", value=_quoted(place.nearest), inline=False)


def _quoted(segments: Iterable[tuple[str, bool]]) -> str:
    """Return a sentence of the source as a quotation, its marked pieces in bold, the beginning of a long one."""
    room = EMBED_FIELD_VALUE // 2 - 20  # `safe` makes at most two units of each character
    pieces: list[str] = []
    for text, marked in segments:
        cut = _MARKS.sub("", text)[:room]
        room -= len(cut) + (4 if marked else 0)
        pieces.append(f"\x02{cut}\x03" if marked else cut)
        if room <= 0:
            pieces.append("…")
            break
    return f"> {excerpt_text(''.join(pieces))}"


def field_lines(texts: Sequence[str]) -> str:
    """Return lines that a field of an embed takes."""
    return "\n".join(share(texts, EMBED_FIELD_VALUE - len(texts) - 1))
