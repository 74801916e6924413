"""How a figure, a date, a kind and a status are said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from bot.dates import written
from bot.model import COUNT_LIMIT, SHARED, Basis, Command, Entry, Event, Kind, Language, Quote, Stat, Status

E = TypeVar("E", bound=Entry)

NOT_STATED = "not stated"

KIND = {Kind.STAT: "Figure", Kind.QUOTE: "Quotation", Kind.EVENT: "Event"}
KINDS = {Kind.STAT: "figures", Kind.QUOTE: "quotations", Kind.EVENT: "events"}
WANTED = {
    Command.STATS: "figures",
    Command.QUOTE: "quotations",
    Command.COMPARE: "figures to compare",
    Command.TIMELINE: "dated events",
}

BASIS = {
    Basis.COUNT: "a count",
    Basis.ESTIMATE: "an estimate",
    Basis.PROJECTION: "a projection",
    Basis.NOT_STATED: "",
}

STATUS = {
    Status.VERIFIED: "checked against the source",
    Status.UNVERIFIED: "not yet checked against the source",
    Status.DISPUTED: "it is in question whether this is right",
    Status.CORRECTED: "changed since it was first added",
    Status.RETRACTED: "withdrawn, not to be relied on",
}
"""What a status means, in words that follow its name."""

_LONGEST_NUMBER = 40


def standing(entry: Entry) -> str:
    """Return in a few words how far an entry can be trusted; "" where its source's text bears it out."""
    if entry.status is not Status.VERIFIED:
        return entry.status.capitalize()
    if not entry.status_reason:
        return ""
    return "Verified" if entry.guild_id == SHARED else "Verified by a moderator"


def kind(entry: Entry) -> Kind:
    """Return what an entry is."""
    match entry:
        case Stat():
            return Kind.STAT
        case Quote():
            return Kind.QUOTE
        case Event():
            return Kind.EVENT
        case _:
            raise TypeError(f"not an entry of a known kind: {entry}")


def number(value: Decimal) -> str:
    """Return a number in full, its thousands grouped: "257,000", "1.40". An absurd one is left as it is."""
    if value.is_finite() and abs(value.adjusted()) < _LONGEST_NUMBER:
        return f"{value:,f}"
    return str(value)


def amount(stat: Stat) -> str:
    """Return a figure without its unit: "about 257,000"."""
    return f"about {number(stat.value)}" if stat.approximate else number(stat.value)


def figure(stat: Stat) -> str:
    """Return a figure as a raw phrase: "about 30,000 of about 400,000 students"."""
    text = amount(stat)
    if stat.out_of is None:
        return f"{text} {stat.unit}"
    whole = f"{'about ' if stat.out_of_approximate else ''}{number(stat.out_of)}"
    if not stat.out_of_unit or stat.out_of_unit == stat.unit:
        return f"{text} of {whole} {stat.unit}"
    return f"{text} {stat.unit} out of {whole} {stat.out_of_unit}"


def dated(entry: E, language: Language) -> E:
    """Return an entry whose figure has the date that it is for in words."""
    if not isinstance(entry, Stat) or not entry.as_of:
        return entry
    return replace(entry, as_of=written(entry.as_of, language))


def doubt(event: Event) -> str:
    """Return in raw words why an event's date is uncertain, or ""."""
    if not event.uncertain:
        return ""
    printed = f"; printed as “{event.date_printed}”" if event.date_printed else ""
    if event.date_inferred:
        return f"{event.date_inferred.rstrip('. ')}{printed}"
    if not event.date:
        return printed.removeprefix("; ")
    return f"only the {'month' if '-' in event.date else 'year'} is given{printed}"


def quoted(part: str) -> str:
    """Return a part of a quotation in quotation marks, its own if it has them."""
    return part if part[:1] in {"“", '"', "«", "„"} else f"“{part}”"


def headline(entry: Entry, language: Language = Language.BRITISH) -> str:
    """Return an entry in one raw phrase, for menus and one-line lists."""
    match entry:
        case Stat():
            return figure(entry)
        case Quote():
            return " … ".join(quoted(part) for part in entry.parts)
        case Event():
            return f"{written(entry.date, language) or 'date not stated'}: {entry.title}"
        case _:
            return entry.statement


def count(total: int) -> str:
    """Return a total as counted: counting stops at `COUNT_LIMIT`."""
    return f"{total:,}+" if total >= COUNT_LIMIT else f"{total:,}"
