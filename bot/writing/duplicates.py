"""Near-duplicates: entries that say what another one is about to say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz

from bot import names
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import Entry, Kind
from bot.store import likeness
from bot.store.database import Connection
from bot.writing.fields import as_content

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
    """Return entries that the server may see and that are `alike`, at most SHOWN, the newest first.

    `entry` has the names of its subjects as the store has them.
    """
    match entry.detail:
        case PackStat() as stat:
            found = await _figures(conn, guild_id, entry, stat)
        case PackQuote() as quote:
            found = await _quotations(conn, guild_id, quote)
        case PackEvent() as event:
            found = await _events(conn, guild_id, event)
    ignored = set(ignoring)
    newest = sorted({one.id: one for one in found}.items(), reverse=True)
    same = (one for id_, one in newest if id_ not in ignored and alike(as_content(one, [one.subject]), entry))
    return tuple(islice(same, SHOWN))


def alike(one: PackEntry, other: PackEntry) -> bool:
    """Return whether two entries, with the names of their subjects as the store has them, say the same.

    The same words, the same figure for the same subject, measure and date, or a similar event on the same day.
    """
    same_subject = _key(one.subjects[0]) == _key(other.subjects[0])
    match one.detail, other.detail:
        case PackStat() as a, PackStat() as b:
            same_date = a.as_of == b.as_of or not a.as_of or not b.as_of
            return a.value == b.value and same_date and same_subject and _key(a.measure) == _key(b.measure)
        case PackQuote() as a, PackQuote() as b:
            return _same(_key(" ".join(a.parts)), _key(" ".join(b.parts)))
        case PackEvent() as a, PackEvent() as b:
            # About the same subject, half of the title is enough.
            least = ALIKE * 3 // 4 if same_subject else ALIKE
            return a.date == b.date and fuzz.token_sort_ratio(_key(a.title), _key(b.title)) >= least
        case _:
            return False


def may_be_alike(one: PackEntry, other: PackEntry) -> bool:
    """Return whether two entries would be `alike` if their names mean the same, which is for the store to say."""
    detail = other.detail
    if isinstance(one.detail, PackStat) and isinstance(detail, PackStat):
        detail = replace(detail, measure=one.detail.measure)
    return alike(one, replace(other, subjects=one.subjects, detail=detail))


async def _figures(conn: Connection, guild_id: int, entry: PackEntry, stat: PackStat) -> list[Entry]:
    found: list[Entry] = []
    for number in sorted({f"{stat.value:f}", f"{stat.value.normalize():f}"}):
        phrases = [
            ("context", _words(number)),
            *(("subjects", _words(name)) for name in (entry.subjects[0], stat.measure)),
        ]
        held = [(column, words) for column, words in phrases if words]
        found += await likeness.select_holding(conn, guild_id, Kind.STAT, held)
    return found


async def _quotations(conn: Connection, guild_id: int, quote: PackQuote) -> list[Entry]:
    words = _words(" ".join(quote.parts))
    found: list[Entry] = []
    for phrase in {tuple(words[:PHRASE]), tuple(words[:WHOLE]), tuple(words[-WHOLE:])} if words else ():
        found += await likeness.select_holding(conn, guild_id, Kind.QUOTE, [("words", phrase)])
    return found


async def _events(conn: Connection, guild_id: int, event: PackEvent) -> Iterable[Entry]:
    if event.date:
        return await likeness.select_same_day(conn, guild_id, event.date)
    if looked_for := _words(event.title):
        return await likeness.select_holding(conn, guild_id, Kind.EVENT, [("statement", looked_for[:PHRASE])])
    return ()


def _words(text: str) -> list[str]:
    """Return the words of a text as they are searched for one after the other; full text sees to their case."""
    return _WORD.findall(text)


@lru_cache(maxsize=256)
def _key(text: str) -> str:
    """Return the key of a text; one and the same is compared with many others."""
    return names.key(text)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= WHOLE and f" {short} " in f" {long} "
