"""Near-duplicates: entries that say what another one is about to say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from bot import names
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import Entry, Event, Kind, Quote, Stat
from bot.store import likeness
from bot.store.database import Connection

SHOWN = 5

PHRASE = 16
"""So many first words of a quotation are looked for; those that hold them are compared as a whole."""

WHOLE = 5
"""A quotation of fewer words is a duplicate only of the same words, a longer one also of what holds it.

What it holds itself is found where it begins or ends with the same words, so many of them.
"""

ALIKE = 80
"""Of 100: how alike the titles of two events of the same day are."""

_WORD = re.compile(r"\w+")


async def find(conn: Connection, guild_id: int, entry: PackEntry, *, ignoring: Iterable[int] = ()) -> tuple[Entry, ...]:
    """Return entries that the server may see and that say the same, at most SHOWN, the newest first.

    The same words, the same figure for the same subject, measure and date, or a similar event on the same day.
    `entry` has the names of its subjects as the store has them.
    """
    match entry.detail:
        case PackStat() as stat:
            found = await _figures(conn, guild_id, entry, stat)
        case PackQuote() as quote:
            found = await _quotations(conn, guild_id, quote)
        case PackEvent() as event:
            found = await _events(conn, guild_id, entry, event)
    ignored = set(ignoring)
    return tuple(one for one in found if one.id not in ignored)[:SHOWN]


async def _figures(conn: Connection, guild_id: int, entry: PackEntry, stat: PackStat) -> list[Entry]:
    about, measure = entry.subjects[0], stat.measure
    found: dict[int, Entry] = {}
    for number in sorted({f"{stat.value:f}", f"{stat.value.normalize():f}"}):
        phrases = [("context", _words(number)), ("subjects", _words(about)), ("subjects", _words(measure))]
        held = [(column, words) for column, words in phrases if words]
        for each in await likeness.select_holding(conn, guild_id, Kind.STAT, held):
            found[each.id] = each
    return [
        each
        for _, each in sorted(found.items(), reverse=True)
        if isinstance(each, Stat)
        and each.value == stat.value
        and names.key(each.subject) == names.key(about)
        and names.key(each.measure) == names.key(measure)
        and (each.as_of == stat.as_of or not each.as_of or not stat.as_of)
    ]


async def _quotations(conn: Connection, guild_id: int, quote: PackQuote) -> list[Entry]:
    said = " ".join(quote.parts)
    words, key = _words(said), names.key(said)
    found: dict[int, Entry] = {}
    for phrase in {tuple(words[:PHRASE]), tuple(words[:WHOLE]), tuple(words[-WHOLE:])} if words else ():
        for each in await likeness.select_holding(conn, guild_id, Kind.QUOTE, [("words", phrase)]):
            found[each.id] = each
    return [
        each
        for _, each in sorted(found.items(), reverse=True)
        if isinstance(each, Quote) and _same(names.key(" ".join(each.parts)), key)
    ]


async def _events(conn: Connection, guild_id: int, entry: PackEntry, event: PackEvent) -> list[Entry]:
    title = names.key(event.title)
    if event.date:
        found = await likeness.select_same_day(conn, guild_id, event.date)
    elif looked_for := _words(event.title):
        found = await likeness.select_holding(conn, guild_id, Kind.EVENT, [("statement", looked_for[:PHRASE])])
    else:
        found = ()
    about = names.key(entry.subjects[0])
    return [
        each
        for each in found
        if isinstance(each, Event)
        and each.date == event.date
        # About the same subject, half of the title is enough.
        and fuzz.token_sort_ratio(title, names.key(each.title))
        >= (ALIKE * 3 // 4 if names.key(each.subject) == about else ALIKE)
    ]


def _words(text: str) -> list[str]:
    """Return the words of a text as they are searched for one after the other; full text sees to their case."""
    return _WORD.findall(text)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= WHOLE and f" {short} " in f" {long} "
