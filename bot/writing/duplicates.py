"""Near-duplicates: entries that say what another one is about to say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz

from bot import names
from bot.folding import LONGEST
from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.model import Entry
from bot.store import indexing, likeness
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


async def find(conn: Connection, guild_id: int, entry: PackEntry, *, ignoring: Iterable[int] = ()) -> tuple[Entry, ...]:
    """Return entries that the server may see and that are `alike`, at most SHOWN, the newest first.

    `entry` has the names of its subjects as the store has them. Those that are ignored are left out.
    """
    [found] = await find_all(conn, guild_id, [entry])
    ignored = set(ignoring)
    return tuple(one for one in found if one.id not in ignored)[:SHOWN]


async def find_all(conn: Connection, guild_id: int, entries: Sequence[PackEntry]) -> list[tuple[Entry, ...]]:
    """Return for each of many entries all that are `alike`, as `find` does; it is asked for them at once."""
    looks = [(place, look) for place, entry in enumerate(entries) for look in _looks(entry)]
    dates = [(place, date) for place, entry in enumerate(entries) if (date := _date(entry))]
    held = await likeness.select_holding(conn, guild_id, [(entries[place].kind, look) for place, look in looks])
    timed = await likeness.select_same_day(conn, guild_id, [date for _, date in dates])
    found: list[dict[int, Entry]] = [{} for _ in entries]
    for place, candidates in zip([place for place, _ in (*looks, *dates)], [*held, *timed], strict=True):
        for one in candidates:
            if alike(as_content(one, [one.subject]), entries[place]):
                found[place][one.id] = one
            await asyncio.sleep(0)  # each may be long
    return [tuple(one for _, one in sorted(each.items(), reverse=True)) for each in found]


def alike(one: PackEntry, other: PackEntry) -> bool:
    """Return whether two entries, with the names of their subjects as the store has them, say the same.

    The same words, the same figure for the same subject, measure and date, or a similar event on the same day.
    """
    same_subject = _same_name(one.subjects[0], other.subjects[0])
    match one.detail, other.detail:
        case PackStat() as a, PackStat() as b:
            same_date = a.as_of == b.as_of or not a.as_of or not b.as_of
            return a.value == b.value and same_date and same_subject and _same_name(a.measure, b.measure)
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


def _date(entry: PackEntry) -> str:
    return entry.detail.date if isinstance(entry.detail, PackEvent) else ""


def _looks(entry: PackEntry) -> Iterator[list[likeness.Phrase]]:
    """Yield what to look for: what holds all phrases of any one of these may say the same."""
    match entry.detail:
        case PackStat() as stat:
            for number in sorted({f"{stat.value:f}", f"{stat.value.normalize():f}"}):
                phrases = [("context", number), ("subjects", entry.subjects[0]), ("subjects", stat.measure)]
                yield [(column, words) for column, text in phrases if (words := _words(text))]
        case PackQuote() as quote:
            if words := _words(" ".join(quote.parts)):
                for phrase in {tuple(words[:PHRASE]), tuple(words[:WHOLE]), tuple(words[-WHOLE:])}:
                    yield [("words", phrase)]
        case PackEvent() as event:
            if not event.date and (words := _words(event.title)):
                yield [("statement", words[:PHRASE])]


def _words(text: str) -> list[str]:
    """Return the words of a text as they are searched for."""
    return indexing.terms(text[:LONGEST])


@lru_cache(maxsize=256)
def _key(text: str) -> str:
    """Return the key of a text; one and the same is compared with many others."""
    return names.key(text)


def _same_name(one: str, other: str) -> bool:
    return one == other or names.like(one, other) is not names.Likeness.OTHER


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= WHOLE and f" {short} " in f" {long} "
