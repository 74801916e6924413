"""The articles: their list, and one with all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.answers.asks import MENU_ID, encode
from bot.dates import written
from bot.limits import EMBED_DESCRIPTION, OPTION_DESCRIPTION, OPTION_LABEL
from bot.model import Fact, Known, Language, Source
from bot.render.card import Card, Menu, Option
from bot.render.colours import OTHERS
from bot.render.sheet import Frame, add_remarks, count_pages, turns
from bot.render.words import NOT_STATED, count
from bot.text import clip, code, line, name, plain, share

FACTS = {
    "title": "Title",
    "publisher": "Publisher",
    "author": "Author",
    "url": "Address",
    "published": "Published",
}
"""The particulars of a source, and what they are called on a card."""

_LINK = re.compile(r"https?://[A-Za-z0-9][\w.\-/?=&%#+,;~]{0,180}", re.ASCII)
"""An address that Discord can only read as one, and that is never cut; others cannot be clicked."""

_MARGIN = 20


def sources_card(frame: Frame) -> Card:
    """Return the list of sources, or the one that was asked for."""
    answer = frame.answer
    if answer.ask.source_id:
        return _one(frame, answer.sources[0])
    shown = answer.sources[: frame.size]
    each = (EMBED_DESCRIPTION - _MARGIN) // len(shown) - 2
    listed = "\n".join(_brief(source, each, frame.language) for source in shown)
    embed = discord.Embed(title="Sources", description=listed, colour=OTHERS)
    add_remarks(embed, answer)
    if frame.turns_pages:
        pages = count_pages(answer.total, frame.size)
        embed.set_footer(text=f"Page {answer.ask.page + 1:,} of {pages} · {count(answer.total)} in all")
    return Card(embed, tuple(turns(frame)), _menu(frame, shown))


def _one(frame: Frame, source: Source) -> Card:
    """Return a source with its five particulars, each with how it is known."""
    facts = {fact.field: fact for fact in source.facts}
    values: list[str] = []
    reasons: list[str] = []
    for field in FACTS:
        fact = facts.get(field, Fact(field, "", Known.NOT_STATED, ""))
        values.append(particular(fact.field, fact.value, frame.language))
        reasons.append(line(fact.reason))
    shown = share([*values, *reasons], EMBED_DESCRIPTION - _MARGIN - 500)
    known = [facts[field].known if field in facts else Known.NOT_STATED for field in FACTS]
    lines = [
        f"**{label}:** {_known(value, how, reason)}"
        for label, value, how, reason in zip(
            FACTS.values(), shown[: len(FACTS)], known, shown[len(FACTS) :], strict=True
        )
    ]
    held = "is in the store" if source.has_text else "is not in the store"
    said = ", as a file brought it" if source.text_from_file else ""
    lines += [
        f"**Entries:** {source.entries:,}",
        f"**Text:** {source.length:,} characters; it {held}{said}",
        f"**SHA-256 of the text:** {code(clip(source.sha256, 64)) if source.sha256 else NOT_STATED}{said}",
    ]
    title = clip(f"Source {source.id}: {name(source.label)}", 240)
    embed = discord.Embed(title=title, description="\n".join(lines), colour=OTHERS)
    add_remarks(embed, frame.answer)
    embed.set_footer(text="The name above is our own short one, not the article’s title.")
    every = replace(frame.answer.ask, source_id=0, page=0)
    return Card(embed, (frame.button("All sources", every),))


def _known(value: str, known: Known, reason: str) -> str:
    """Return a particular with how it is known; all three are safe text."""
    because = f": {reason}" if reason else ""
    if known is Known.NOT_STATED:
        return f"not stated{f' ({reason})' if reason else ''}"
    return f"{value} (stated)" if known is Known.STATED else f"{value} (inferred{because})"


def particular(field: str, value: str, language: Language) -> str:
    """Return the value of a particular as safe text, an address as a link where that is safe."""
    if field == "url" and _LINK.fullmatch(value):
        return value
    return line(written(value, language) if field == "published" else value)


def _brief(source: Source, room: int, language: Language) -> str:
    """Return a source in a list."""
    facts = {fact.field: fact for fact in source.facts}
    parts = [name(source.label)]
    for field in ("publisher", "published"):
        fact = facts.get(field)
        if fact is None or fact.known is Known.NOT_STATED:
            parts.append(f"{field}: not stated")
        else:
            how = " (inferred)" if fact.known is Known.INFERRED else ""
            parts.append(f"{field}: {particular(fact.field, fact.value, language)}{how}")
    label, *rest = share(parts, room - 100)
    return f"### {label} · source {source.id}\n{' · '.join([*rest, _entries(source)])}"


def _entries(source: Source) -> str:
    return f"{source.entries:,} {'entry' if source.entries == 1 else 'entries'}"


def _menu(frame: Frame, sources: Sequence[Source]) -> Menu:
    """Return the menu that opens one source."""
    options = {
        source.id: Option(
            clip(plain(source.label), OPTION_LABEL) or f"Source {source.id}",
            encode(replace(frame.answer.ask, source_id=source.id, page=0), frame.asker_id),
            clip(f"source {source.id} · {_entries(source)}", OPTION_DESCRIPTION),
        )
        for source in sources
    }
    return Menu("Open a source", tuple(options.values()), MENU_ID)
