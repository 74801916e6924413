"""The card of an answer without entries: what was asked, what is near, and how to see what there is."""

from __future__ import annotations

import discord

from bot.model import Ask, Command, Subject
from bot.render.card import Button, Card
from bot.render.colours import NOTHING
from bot.render.sheet import Frame, add_remarks, choices, page_buttons, unique
from bot.render.words import KINDS, WANTED
from bot.text import clip, code, name

_NAME_ROOM = 120


def miss_card(frame: Frame) -> Card:
    """Return a plain sentence on what was not found, with what there is instead as buttons."""
    answer = frame.answer
    buttons: list[Button] = []
    if answer.ask.page:
        # Entries went away since the list was shown: the way back is all there is.
        buttons += page_buttons(frame, last=True)
    if answer.ask.command is not Command.PROFILE:
        buttons += [
            frame.button(f"Profile: {known.name}", Ask(Command.PROFILE, subject_id=known.id))
            for known in (answer.speaker, answer.subject)
            if known
        ]
    if answer.near or answer.others:
        buttons += choices(frame, answer.near or answer.others)
    text = [_sentence(frame), *_near(frame), _more(frame)]
    embed = discord.Embed(title="Nothing found", description="\n\n".join(filter(None, text)), colour=NOTHING)
    add_remarks(embed, answer)
    return Card(embed, unique(buttons))


def _sentence(frame: Frame) -> str:
    """Return what was asked for and is not there."""
    answer = frame.answer
    ask = answer.ask
    if ask.page:
        return "There is nothing on this page any more."
    if answer.subject or answer.speaker:
        return _known(frame)
    match ask.command:
        case Command.SHOW:
            return _no_entry(ask)
        case Command.SOURCES if ask.source_id:
            return f"There is no source `{ask.source_id}` here."
        case _:
            return _unknown(ask, near=bool(answer.near))


def _no_entry(ask: Ask) -> str:
    """Return that there is no such entry, or that what was typed is no number of one."""
    if ask.entry_id or not ask.about:
        return f"There is no entry `#{ask.entry_id}` here."
    return f"“{_short(ask.about)}” is not the number of an entry. Each card shows its numbers, such as `#12`."


def _unknown(ask: Ask, *, near: bool) -> str:
    """Return that the words or names were not found, or that there is nothing at all."""
    typed = " and ".join(f"“{_short(text)}”" for text in (ask.who, ask.about, ask.text) if text)
    wanted = "sources" if ask.command is Command.SOURCES else WANTED.get(ask.command, "entries")
    if not typed and ask.command is Command.COMPARE and near:
        return "Name what to compare."
    if not typed:
        return f"There are no {wanted} yet."
    if ask.command is Command.SEARCH:
        only = f" among the {KINDS[ask.kind]}" if ask.kind else ""
        return f"Nothing was found for {typed}{only}."
    if ask.command is Command.PROFILE:
        return f"I know nothing by the name {typed}."
    return f"I know nothing by the name {typed}, so there are no {wanted} to show."


def _known(frame: Frame) -> str:
    """Return that the name is known, but has nothing of the kind."""
    answer = frame.answer
    wanted = WANTED.get(answer.ask.command, "entries")
    words = answer.ask.text or answer.ask.about
    of = f" of **{_of(answer.speaker)}**" if answer.speaker else ""
    on = f" on **{_of(answer.subject)}**" if answer.subject else ""
    if answer.speaker and words and not on:
        on = f" on “{_short(words)}”"
    return f"There are no {wanted}{of}{on}."


def _near(frame: Frame) -> list[str]:
    """Return the sentence that goes with the buttons of near misses."""
    answer = frame.answer
    if answer.near:
        return ["Did you mean one of these?"]
    return ["The name can also mean one of these:"] if answer.others else []


def _more(frame: Frame) -> str:
    """Return how to see what there is."""
    if frame.answer.ask.page:
        return ""
    prefix = frame.prefix
    search, sources = code(f"{prefix}search"), code(f"{prefix}sources")
    if frame.answer.ask.command is Command.SOURCES:
        return f"{sources} lists what there is."
    if frame.answer.ask.command is Command.SEARCH:
        return f"Try fewer or other words. {sources} lists the articles that the entries come from."
    return f"{search} and a word looks through everything; {sources} lists the articles that it comes from."


def _of(subject: Subject) -> str:
    return clip(name(subject.name), _NAME_ROOM)


def _short(text: str) -> str:
    return clip(name(text), _NAME_ROOM)
