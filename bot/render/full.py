"""One entry in full, over as many pages as its text needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.dates import written
from bot.model import (
    APPROVED,
    APPROVED_EDITED,
    EDITED,
    IMPORTED,
    OPERATOR,
    SHARED,
    Ask,
    Command,
    Entry,
    Event,
    Language,
    Quote,
    Stat,
)
from bot.render.card import Card
from bot.render.colours import KIND_COLOUR
from bot.render.sheet import Frame, add_remarks, page_buttons
from bot.render.words import BASIS, KIND, NOT_STATED, STATUS, amount, doubt, kind, number, quoted, standing
from bot.text import clip, code, name, person, plain, safe

_PAGE_CHARACTERS = 1600
"""Raw characters on a page: `safe` makes at most two units of each, and labels and remarks need the rest."""


_WORTH_STARTING = 300
"""A long text begins on the next page if less than this is left."""


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled text of the entry. `text` is raw unless `ready`, which is our own markup and short."""

    label: str
    text: str
    ready: bool = False
    quotation: bool = False


def show_card(frame: Frame) -> Card:
    """Return a page of everything that the store holds on one entry."""
    answer = frame.answer
    entry = answer.entries[0]
    pages = full_pages(entry, frame.language, answer.deeds)
    page = min(answer.ask.page, len(pages) - 1)
    title = clip(f"#{entry.id} · {KIND[kind(entry)]} · {name(entry.subject)}", 200)
    embed = discord.Embed(title=title, description=pages[page], colour=KIND_COLOUR[kind(entry)])
    foot = f"Source: {clip(plain(entry.source), 200)}"
    buttons = [frame.button("Source", Ask(Command.SOURCES, source_id=entry.source_id))]
    if len(pages) > 1:
        foot += f" · Page {page + 1:,} of {len(pages):,}"
        buttons = [*page_buttons(frame, last=page + 1 == len(pages)), *buttons]
    add_remarks(embed, answer)
    embed.set_footer(text=foot)
    return Card(embed, tuple(buttons))


def full_pages(entry: Entry, language: Language = Language.BRITISH, deeds: Sequence[str] = ()) -> list[str]:
    """Return an entry as pages of safe text, which together hold every visible character of it.

    `deeds` are what was done to it, oldest first.
    """
    pages: list[list[str]] = [[]]
    left = _PAGE_CHARACTERS
    for item in _items(entry, language, deeds):
        text = item.text or NOT_STATED
        if len(text) > left and (len(text) <= _PAGE_CHARACTERS or left < _WORTH_STARTING):
            pages.append([])
            left = _PAGE_CHARACTERS
        for index, piece in enumerate([text] if item.ready else _pieces(text, left)):
            if index:
                pages.append([])
                left = _PAGE_CHARACTERS
            pages[-1].append(_line(item, piece, first=not index))
            left -= len(piece) + len(item.label)
    return ["\n".join(lines) for lines in pages if lines]


def _pieces(text: str, room: int) -> list[str]:
    """Cut raw text, at spaces where it has any: the first piece to `room` characters, then a page each."""
    pieces: list[str] = []
    while len(text) > room:
        space = text.rfind(" ", room // 2, room) + 1
        cut = space or room
        pieces.append(text[:cut])
        text, room = text[cut:], _PAGE_CHARACTERS
    return [*pieces, text]


def _line(item: Item, piece: str, *, first: bool) -> str:
    """Return a piece of an item with its label, or with none where it goes on from the page before."""
    label = f"**{item.label}:** " if first else ""
    if item.ready:
        return label + piece
    shown = safe(piece)
    if item.quotation:
        # The empty line ends the quotation for every reader of Markdown.
        return f"{label.rstrip()}\n> " + shown.replace("\n", "\n> ") + "\n"
    return label + shown


def _items(entry: Entry, language: Language, deeds: Sequence[str]) -> list[Item]:
    """Return everything on an entry: what it says, how far it can be trusted, where it comes from."""
    match entry:
        case Stat():
            items = _stat(entry)
        case Quote():
            items = _quote(entry)
        case Event():
            items = _event(entry, language)
        case _:
            raise TypeError(f"not an entry of a known kind: {entry}")
    said = standing(entry)
    status = said.lower() if said.startswith("Verified") else f"{entry.status}: {STATUS[entry.status]}"
    items.append(Item("Status", f"{status}. {entry.status_reason}" if entry.status_reason else status))
    if entry.note:
        items.append(Item("Note", entry.note))
    if entry.corrects:
        items.append(Item("Corrects", f"#{entry.corrects} of the pack, for this server", ready=True))
    if entry.passage:
        start, end = entry.passage
        where = f"characters {start:,} to {end:,} of the source’s text"
    else:
        where = NOT_STATED
    whose = "every server" if entry.guild_id == SHARED else "this server only"
    return [
        *items,
        Item("Source", f"{entry.source} (source {entry.source_id})"),
        Item("Passage", where, ready=True),
        Item("SHA-256 of the text", code(entry.sha256) if entry.sha256 else NOT_STATED, ready=True),
        Item("Added", f"{_by(entry, deeds)}, <t:{int(entry.added_at.timestamp())}:f>; seen in {whose}", ready=True),
    ]


def _by(entry: Entry, deeds: Sequence[str]) -> str:
    """Return whose an entry is: who added or suggested it, and whether the words may be another's by now."""
    if entry.added_by is None:
        return "from the source’s pack" if entry.guild_id == SHARED else f"brought in by {person(OPERATOR)}"
    who, edited = person(entry.added_by), EDITED.intersection(deeds[1:])
    match deeds[:1]:
        case [first] if first in {APPROVED, APPROVED_EDITED}:
            changed = first == APPROVED_EDITED or edited
            return f"suggested by {who}{', edited by a moderator' if changed else ''}"
        case [first] if first == IMPORTED:
            return f"brought in from a file by {who}{', edited since' if edited else ''}"
        case _:
            return f"{who}, edited since" if edited else who


def _stat(stat: Stat) -> list[Item]:
    figure = amount(stat) if stat.approximate else f"{amount(stat)} (exact)"
    whole = ""
    if stat.out_of is not None:
        about = "about " if stat.out_of_approximate else ""
        whole = f"{about}{number(stat.out_of)} {stat.out_of_unit or stat.unit}"
    return [
        Item("Figure", f"{figure} {stat.unit}"),
        Item("Out of", whole),
        Item("What is counted", stat.measure),
        Item("In our words", stat.statement),
        Item("As of", stat.as_of),
        Item("Counted by", stat.counted_by),
        Item("How it came about", BASIS[stat.basis]),
    ]


def _quote(quote: Quote) -> list[Item]:
    label = "Words" if len(quote.parts) == 1 else f"Words, {{}} of {len(quote.parts)}"
    words = [Item(label.format(index), quoted(part), quotation=True) for index, part in enumerate(quote.parts, 1)]
    return [
        *words,
        Item("Speaker", quote.speaker),
        Item("Role as printed", quote.role),
        Item("Where", quote.said_where),
        Item("When", quote.said_when),
        Item("Context", quote.statement),
    ]


def _event(event: Event, language: Language) -> list[Item]:
    items = [
        Item("Event", event.title),
        Item("Date", written(event.date, language)),
        Item("In our words", event.statement),
    ]
    if event.uncertain and event.date:  # the doubt says how the date is printed
        items.insert(2, Item("Date uncertain", doubt(event)))
    else:
        items.insert(2, Item("Date as printed", event.date_printed))
    return items
