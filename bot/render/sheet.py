"""The frame that every answer shares: title, body, remarks, source and page, buttons and menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import discord

from bot import limits
from bot.answers.asks import LAST_PAGE, MENU_ID, encode
from bot.answers.pages import PAGE_SIZE
from bot.model import COUNT_LIMIT, Answer, Ask, Command, Entry, Language, Subject
from bot.render.card import CHOICE_ROW, NAVIGATION_ROW, Bars, Button, Card, Menu, Option
from bot.render.words import KIND, count, headline, kind
from bot.text import clip, line, name, plain, share, units

PREFIX_ROOM = 40
"""A longer command prefix is cut where a card names a command."""

_TITLE_ROOM = 200
_INTRO_ROOM = 500
_OTHERS_ROOM = 350
_REMARKS_ROOM = 600
_MOST_REMARKS = 5
_FOOTER_ROOM = 400
_MARGIN = 20

Body = Callable[[Sequence[Entry], int], str]
"""Makes the body of a card from its entries, in at most so many UTF-16 units of safe text."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An answer with what its card needs to know besides: who asked, and how commands and dates are written there."""

    answer: Answer
    asker_id: int
    prefix: str
    language: Language = Language.BRITISH

    @property
    def size(self) -> int:
        """How many entries this answer's command puts on a card."""
        return PAGE_SIZE[self.answer.ask.command]

    @property
    def random(self) -> bool:
        """Whether this is one entry drawn from many, which has no pages."""
        ask = self.answer.ask
        if ask.command is Command.QUOTE:
            return not (ask.subject_id or ask.speaker_id or ask.text)
        return ask.command is Command.RANDOM

    @property
    def turns_pages(self) -> bool:
        """Whether the list goes on beyond one page. A profile is a selection, and has only one."""
        one = self.random or self.answer.ask.command is Command.PROFILE
        return not one and (self.answer.total > self.size or self.answer.ask.page > 0)

    def button(self, label: str, ask: Ask, row: int = NAVIGATION_ROW, *, disabled: bool = False) -> Button:
        """Return a button that asks on behalf of the same person. `label` is raw."""
        text = clip(plain(label), limits.BUTTON_LABEL) or "(blank)"
        return Button(text, encode(ask, self.asker_id), row, disabled)

    def alternative(self, subject: Subject) -> Ask:
        """Return the first page of the same question about another subject; for a search, its profile."""
        ask = self.answer.ask
        if ask.command is Command.SEARCH:
            return Ask(Command.PROFILE, subject_id=subject.id)
        if ask.command is Command.QUOTE and not ask.subject_id and (ask.speaker_id or ask.who):
            # Of the two names, the speaker's was looked up first; the other goes along as words.
            words = ask.text or ask.about
            return Ask(Command.QUOTE, speaker_id=subject.id, text=words)
        return replace(ask, about="", subject_id=subject.id, page=0)


def sheet(
    frame: Frame,
    title: str,
    colour: int,
    body: Body,
    *,
    intro: str = "",
    extra: Sequence[Button] = (),
    bars: Bars | None = None,
) -> Card:
    """Make the card of an answer with entries. `title` is raw; `intro` is safe."""
    answer = frame.answer
    entries = answer.entries[: frame.size]
    top = f"{clip(intro, _INTRO_ROOM)}\n" if intro else ""
    text = top + body(entries, limits.EMBED_DESCRIPTION - _MARGIN - units(top))
    embed = discord.Embed(title=clip(name(title), _TITLE_ROOM), description=text, colour=colour)
    if answer.others:
        embed.add_field(name="The name can also mean", value=_others(answer), inline=False)
    add_remarks(embed, answer)
    embed.set_footer(text=footer(frame, entries))
    buttons = [*turns(frame), *extra]
    menu = None
    if len(entries) > 1:
        menu = entry_menu(frame, entries)
    elif entries and answer.ask.command is not Command.SHOW:
        buttons.append(frame.button("Details", Ask(Command.SHOW, entry_id=entries[0].id)))
    if answer.others:
        buttons += choices(frame, answer.others)
    return Card(embed, unique(buttons), menu, bars=bars)


def one_source(entries: Sequence[Entry]) -> bool:
    """Whether the footer can name the source for all entries, so that none needs to name its own."""
    return all(entry.source_id == entries[0].source_id for entry in entries)


def footer(frame: Frame, entries: Sequence[Entry]) -> str:
    """Return the line under a card: whose figures or words these are, and where in the list this page is."""
    answer = frame.answer
    words: list[str] = []
    if entries:
        source = clip(plain(entries[0].source), _FOOTER_ROOM // 2)
        words.append(f"Source: {source}" if one_source(entries) else "Sources: named at each entry")
    size, page = frame.size, answer.ask.page
    if frame.turns_pages:
        words.append(f"Page {page + 1:,} of {count_pages(answer.total, size)}")
        words.append(f"{count(answer.total)} in all")
    elif answer.ask.command is Command.PROFILE and answer.total > len(entries):
        words.append(f"{len(entries)} of {count(answer.total)} entries")
    return " · ".join(words)


def count_pages(total: int, size: int) -> str:
    """Return the number of pages; "200+" where counting stopped."""
    return f"{max(1, -(-total // size)):,}{'+' if total >= COUNT_LIMIT else ''}"


def turns(frame: Frame) -> list[Button]:
    """Return the page buttons of a list that has more than one page."""
    answer = frame.answer
    size, page = frame.size, answer.ask.page
    if not frame.turns_pages:
        return []
    last = (page + 1) * size >= answer.total
    if answer.total >= COUNT_LIMIT and len(answer.entries) >= size:
        last = False
    return page_buttons(frame, last=last)


def page_buttons(frame: Frame, *, last: bool) -> list[Button]:
    """Return Previous and Next, each disabled where there is nothing."""
    ask = frame.answer.ask
    return [
        frame.button("Previous", ask.at(max(0, ask.page - 1)), disabled=not ask.page),
        frame.button("Next", ask.at(min(ask.page + 1, LAST_PAGE)), disabled=last),
    ]


def entry_menu(frame: Frame, entries: Sequence[Entry]) -> Menu:
    """Return the menu that opens one of several entries in full."""
    options: dict[int, Option] = {}
    for entry in entries:
        label = clip(plain(f"#{entry.id} {headline(entry, frame.language)}"), limits.OPTION_LABEL)
        about = clip(plain(f"{KIND[kind(entry)]} · {entry.subject}"), limits.OPTION_DESCRIPTION)
        ask = Ask(Command.SHOW, entry_id=entry.id)
        options[entry.id] = Option(label, encode(ask, frame.asker_id), about)
    return Menu("Open an entry in full", tuple(options.values()), MENU_ID)


def choices(frame: Frame, subjects: Sequence[Subject]) -> list[Button]:
    """Return one row of buttons that ask the same of other subjects."""
    return [
        frame.button(f"{subject.name} ({subject.kind})", frame.alternative(subject), CHOICE_ROW)
        for subject in subjects[: limits.ROW_BUTTONS]
    ]


def unique(buttons: Sequence[Button]) -> tuple[Button, ...]:
    """Leave out a button whose `custom_id` is there already: Discord refuses two of the same."""
    return tuple({button.custom_id: button for button in reversed(buttons)}.values())[::-1]


def add_remarks(embed: discord.Embed, answer: Answer) -> None:
    """Add the remarks on an answer to its card, if there are any."""
    if answer.remarks:
        kept = share([line(remark) for remark in answer.remarks[:_MOST_REMARKS]], _REMARKS_ROOM)
        embed.add_field(name="Note", value="\n".join(kept).strip() or "…", inline=False)


def _others(answer: Answer) -> str:
    """Return what else the name means, as safe text."""
    shown = answer.others[: limits.ROW_BUTTONS]
    names = share([name(subject.name) for subject in shown], _OTHERS_ROOM)
    listed = ", ".join(f"**{text}** ({other.kind})" for text, other in zip(names, shown, strict=True))
    more = len(answer.others) - len(shown)
    return f"{listed} and {more:,} more" if more else listed
