"""One entry as a paragraph of a list, in `room` UTF-16 units; what is cut says where the whole is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.dates import written
from bot.model import Basis, Entry, Event, Language, Quote, Stat
from bot.render.words import BASIS, NOT_STATED, STATUS, dated, doubt, figure, quoted, standing
from bot.text import code, line, name, share, units

_MOST_PARTS = 8
_MOST_LINES = 8


def stat_block(stat: Stat, room: int, about: str, *, source: bool, prefix: str) -> str:
    """Return a figure with everything that it has to be read with. `about` is what the card is titled by."""
    topic = " · ".join(name(text) for text in (stat.subject, stat.measure) if text != about)
    parts = [
        name(figure(stat)),
        topic,
        line(stat.statement),
        line(stat.as_of) or NOT_STATED,
        line(stat.counted_by) or NOT_STATED,
        *_about_entry(stat, source=source),
    ]

    def text(parts: Sequence[str]) -> str:
        heading, topic, statement, as_of, counted_by, *rest = parts
        exact = "" if stat.approximate else " (exact)"
        basis = f" · {BASIS[stat.basis]}" if stat.basis is not Basis.NOT_STATED else ""
        facts = f"As of: {as_of} · counted by: {counted_by}{basis}"
        top = f"### {heading}{exact} ·\u00a0`#{stat.id}`"
        return _lines(stat, [top, topic, statement, facts], rest)

    return _fitted(text, parts, room, stat, prefix)


def quote_block(quote: Quote, room: int, *, source: bool, prefix: str) -> str:
    """Return a quotation as printed, each of its parts by itself, with who said it, where and when."""
    words = [_spoken(part) for part in quote.parts[:_MOST_PARTS]]
    if len(quote.parts) > _MOST_PARTS:
        words[-1] = f"… and {len(quote.parts) - _MOST_PARTS + 1:,} more parts, all of them in `#{quote.id}`"
    said = ", ".join(line(text) for text in (quote.said_where, quote.said_when) if text)
    parts = [
        *words,
        name(quote.speaker),
        line(quote.role),
        said or NOT_STATED,
        line(quote.statement),
        *_about_entry(quote, source=source),
    ]

    def text(parts: Sequence[str]) -> str:
        broken, (speaker, role, said, context, *rest) = parts[: len(words)], parts[len(words) :]
        # The empty line ends the quotation for every reader of Markdown: nothing of ours may look quoted.
        shown = "".join("> " + part.replace("\n", "\n> ") + "\n\n" for part in broken).removesuffix("\n")
        top = f"### {speaker} ·\u00a0`#{quote.id}`"
        return _lines(quote, [top, role, shown, f"Where and when: {said}", context], rest)

    return _fitted(text, parts, room, quote, prefix)


def _spoken(part: str) -> str:
    """Return a part of a quotation as safe text with its lines, of many the first few and the rest as one."""
    lines = [one for one in map(line, filter(str.strip, quoted(part).split("\n"))) if one]
    return "\n".join([*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]).strip() or name("")


def event_block(event: Event, room: int, *, source: bool, prefix: str, language: Language = Language.BRITISH) -> str:
    """Return an event under its date, with the reason where the date is uncertain."""
    parts = [
        name(event.title),
        line(written(event.date, language)) or "date not stated",
        line(doubt(event)),
        line(event.statement),
        *_about_entry(event, source=source),
    ]

    def text(parts: Sequence[str]) -> str:
        title, day, why, statement, *rest = parts
        label = "Date uncertain" if event.date else "Date"
        top = f"### {day} · {title} ·\u00a0`#{event.id}`"
        return _lines(event, [top, f"{label}: {why}" if why else "", statement], rest)

    return _fitted(text, parts, room, event, prefix)


def block(
    entry: Entry, room: int, about: str, *, source: bool, prefix: str, language: Language = Language.BRITISH
) -> str:
    """Return an entry of whichever kind."""
    match entry:
        case Stat():
            return stat_block(dated(entry, language), room, about, source=source, prefix=prefix)
        case Quote():
            return quote_block(entry, room, source=source, prefix=prefix)
        case Event():
            return event_block(entry, room, source=source, prefix=prefix, language=language)
        case _:
            raise TypeError(f"not an entry of a known kind: {entry}")


def _about_entry(entry: Entry, *, source: bool) -> tuple[str, str, str]:
    """Return what any kind may have, safe: why its status is what it is, its note, its source."""
    return line(entry.status_reason), line(entry.note), name(entry.source) if source else ""


def _lines(entry: Entry, lines: list[str], rest: Sequence[str]) -> str:
    """Join the lines of an entry that are not empty, with status, note and source at the end."""
    reason, note, source = rest
    if said := standing(entry):
        lines.append(f"**{said}:** {reason or STATUS[entry.status]}")
    if note:
        lines.append(f"Note: {note}")
    if source:
        lines.append(f"Source: {source}")
    return "\n".join(filter(None, lines))


def _fitted(text: Callable[[Sequence[str]], str], parts: Sequence[str], room: int, entry: Entry, prefix: str) -> str:
    """Return `text(parts)`, its parts cut where that is too long."""
    whole = text(parts)
    if len(whole) * 2 <= room or units(whole) <= room:
        return whole
    link = f"\nShortened: {code(f'{prefix}show {entry.id}')} has it in full."
    left = room - units(link) - (units(whole) - sum(map(units, parts)))
    return text(share(parts, left)) + link
