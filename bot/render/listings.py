"""The cards that list entries: figures, quotations, search, profile, timeline, and one at random."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dates import written
from bot.model import Ask, Command, Entry, Event, Kind, Language, Quote, Stat, SubjectKind
from bot.render.blocks import block
from bot.render.card import Button, Card
from bot.render.colours import EVENTS, FIGURES, KIND_COLOUR, OTHERS, QUOTATIONS
from bot.render.sheet import Body, Frame, one_source, sheet
from bot.render.words import KIND, KINDS, NOT_STATED, figure, kind, quoted, standing
from bot.text import clip, line, name, safe, share, units, visible

_HIT = re.compile("([\x02\x03])")
_ADJACENT = re.compile("\x03\x02")
_BREAKS = re.compile(r"\s+")
_DESCRIPTION_ROOM = 400


def stats_card(frame: Frame) -> Card:
    """Return figures, in the order of the answer."""
    answer = frame.answer
    about = answer.subject.name if answer.subject else ""
    return sheet(frame, f"Figures: {about}" if about else "Figures", FIGURES, _paragraphs(frame, about))


def quote_card(frame: Frame) -> Card:
    """Return quotations of a speaker or on a subject, or one at random with a way to the next."""
    answer = frame.answer
    if frame.random:
        another = frame.button("Another", answer.ask)
        return sheet(frame, "A quotation", QUOTATIONS, _paragraphs(frame), extra=[another])
    names = [subject.name for subject in (answer.speaker, answer.subject) if subject]
    if answer.ask.text and not answer.subject:
        names.append(f"“{answer.ask.text}”")
    return sheet(frame, f"Quotations: {' on '.join(names)}", QUOTATIONS, _paragraphs(frame))


def timeline_card(frame: Frame) -> Card:
    """Return events, in the order of the answer."""
    about = frame.answer.subject
    title = f"Timeline: {about.name}" if about else "Timeline"
    return sheet(frame, title, EVENTS, _paragraphs(frame))


def random_card(frame: Frame) -> Card:
    """Return one entry and a way to another."""
    entry = frame.answer.entries[0]
    another = frame.button("Another", frame.answer.ask)
    title = f"{KIND[kind(entry)]}: {entry.subject}"
    return sheet(frame, title, KIND_COLOUR[kind(entry)], _paragraphs(frame, entry.subject), extra=[another])


def search_card(frame: Frame) -> Card:
    """Return what a search found, its hits in bold."""
    answer = frame.answer
    excerpts = answer.excerpts + tuple(entry.statement for entry in answer.entries[len(answer.excerpts) :])

    def body(entries: Sequence[Entry], room: int) -> str:
        each = room // max(1, len(entries)) - 2
        source = not one_source(entries)
        found = zip(entries, excerpts, strict=False)
        return "\n".join(_hit(entry, excerpt, each, source=source) for entry, excerpt in found)

    only = f"Only {KINDS[answer.ask.kind]} were searched." if answer.ask.kind else ""
    return sheet(frame, f"Search: “{visible(answer.ask.text)}”", OTHERS, body, intro=only)


def profile_card(frame: Frame) -> Card:
    """Return what is known of one subject, in brief, with ways to all of it."""
    answer = frame.answer
    subject = answer.subject
    if subject is None:
        return sheet(frame, "Profile", OTHERS, _briefs("", frame.language))
    described = clip(line(subject.description), _DESCRIPTION_ROOM)
    intro = f"{subject.kind.capitalize()}{': ' if described else ''}{described}"
    return sheet(frame, subject.name, OTHERS, _briefs(subject.name, frame.language), intro=intro, extra=_parts(frame))


def excerpt_text(excerpt: str) -> str:
    """Return a search excerpt as safe text on one line, in bold where U+0002 and U+0003 enclose a hit."""
    pieces: list[str] = []
    inside = False
    for piece in _HIT.split(_ADJACENT.sub("", _BREAKS.sub(" ", excerpt))):
        if piece in {"\x02", "\x03"}:
            inside = piece == "\x02"
            continue
        shown = safe(piece).replace("\n", " ")
        bold = inside and shown.strip() == shown != ""
        pieces.append(f"**{shown}**" if bold else shown)
    return "".join(pieces)


def _paragraphs(frame: Frame, about: str = "") -> Body:
    """Return a body of one paragraph per entry, each with an equal share of the room."""

    def body(entries: Sequence[Entry], room: int) -> str:
        each = room // max(1, len(entries)) - 2
        source = not one_source(entries)
        blocks = (block(e, each, about, source=source, prefix=frame.prefix, language=frame.language) for e in entries)
        return "\n".join(blocks)

    return body


def _hit(entry: Entry, excerpt: str, room: int, *, source: bool) -> str:
    """Return one thing found: what it is, and where the words stand in it."""
    head = f"### {KIND[kind(entry)]} · {clip(name(entry.subject), 80)} ·\u00a0`#{entry.id}`"
    head += f" · {said}" if (said := standing(entry)) else ""
    foot = f"\nSource: {clip(name(entry.source), 80)}" if source else ""
    left = room - units(head) - units(foot) - 1
    text = excerpt_text(excerpt)
    if units(text) > left:
        # Cut before the marks go in, so that none is left open: escapes double a text at most.
        hits = excerpt.count("\x02")
        text = excerpt_text(excerpt[: max(0, (left - 4 * hits - 1) // 2)]) + "…"
    return f"{head}\n{text.strip()}{foot}"


def _briefs(about: str, language: Language) -> Body:
    """Return a body of one line per entry under the heading of its kind."""

    def body(entries: Sequence[Entry], room: int) -> str:
        source = not one_source(entries)
        each = (room - 60) // max(1, len(entries)) - 2
        sections: list[str] = []
        for wanted in Kind:
            lines = [_brief(e, each, about, language, source=source) for e in entries if kind(e) is wanted]
            if lines:
                sections.append("\n".join([f"### {KINDS[wanted].capitalize()}", *lines]))
        return "\n".join(sections)

    return body


def _brief(entry: Entry, room: int, about: str, language: Language, *, source: bool) -> str:
    """Return an entry on one line."""
    match entry:
        case Stat():
            more = entry.measure if entry.subject == about else f"{entry.subject} · {entry.measure}"
            dated = f"as of: {entry.as_of or NOT_STATED} · counted by: {entry.counted_by or NOT_STATED}"
            parts = [figure(entry), more, dated]
        case Quote():
            by = "" if entry.speaker == about else f"said by {entry.speaker}"
            parts = [" / ".join(quoted(part) for part in entry.parts), by]
        case Event():
            doubtful = "date uncertain" if entry.uncertain and entry.date else ""
            parts = [written(entry.date, language) or "date not stated", entry.title, doubtful]
        case _:
            parts = [entry.statement]
    parts.append(standing(entry))
    if source:
        parts.append(f"source: {entry.source}")
    head = f"`#{entry.id}` "
    shown = [text for part in parts if (text := line(part))]
    joints = 3 * (len(shown) - 1) + 4
    return head + " · ".join(share(shown, room - len(head) - joints))


def _parts(frame: Frame) -> list[Button]:
    """Return the ways from a profile to everything of one kind."""
    answer = frame.answer
    subject = answer.subject
    if subject is None:
        return []
    blank = Ask(Command.STATS, subject_id=subject.id)
    said = any(isinstance(e, Quote) and e.speaker == subject.name for e in answer.entries)
    if said and subject.kind is SubjectKind.PERSON:
        quotes = Ask(Command.QUOTE, speaker_id=subject.id)
    else:
        quotes = replace(blank, command=Command.QUOTE)
    asks = {
        Kind.STAT: ("All figures", blank),
        Kind.QUOTE: ("All quotations", quotes),
        Kind.EVENT: ("Timeline", replace(blank, command=Command.TIMELINE)),
    }
    present = {kind(entry) for entry in answer.entries}
    return [frame.button(*asks[wanted]) for wanted in Kind if wanted in present]
