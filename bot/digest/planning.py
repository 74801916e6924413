"""Digests as moderators set them up: found by number or name, changed field by field, read from what is typed."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import Any

from bot import names, zone_search, zones
from bot.answers import meaning
from bot.digest import digests, editions, schedule, wording
from bot.digest.catchup import CatchUp
from bot.digest.digests import Digest
from bot.digest.editions import Edition
from bot.errors import UserError
from bot.model import Actor, Subject
from bot.store import editions as store
from bot.store import subjects
from bot.store.database import Connection, Database
from bot.text import clip, raw_name, share, visible
from bot.zone_search import Meant

NEW = digests.NOT_STARTED
"""Why a digest is paused that is being set up."""

BY_HAND = "A moderator paused it."

DEFAULT_NAME = "News digest"

BY_FORM = ("time", "zone")
"""Of the form of words, what can be wrong."""

MOST_SUBJECTS = 10
"""So many subjects can be chosen for a digest."""

_SPAN = re.compile(r"([0-9]{1,5}) ?(m|min|minutes?|h|hours?|d|days?)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SHOWN = 40
_PLACES_ROOM = 600
"""So much is said of where digests of one name are posted; with what makes it harmless, a message holds it."""

_COUNTS = ("stats", "quotes", "events")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was filled into a form: the settings that it changes, and sentences by field for what is wrong with it.

    `zone` is what was understood of a time zone, `told` a sentence on that where it was typed in other words.
    """

    changes: Mapping[str, Any]
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    zone: Meant | None = None
    told: str = ""


async def begin(db: Database, actor: Actor, wanted: Digest, now: datetime) -> int:
    """Make a digest that posts nothing until it is resumed, and return its id. Raises UserError.

    Where its name is taken, it has a number: "News digest 2".
    """
    async with db.write() as conn:
        taken = {names.key(one.name) for one in await digests.select_all(conn, actor.guild_id)}
        numbered = (f"{wanted.name} {number}" for number in count(2))
        free = next(one for one in chain([wanted.name], numbered) if names.key(one) not in taken)
        digest_id = await digests.create(conn, actor, replace(wanted, name=free), now)
        await digests.pause(conn, actor.guild_id, digest_id, NEW, now)
    return digest_id


async def modify(
    db: Database, actor: Actor, digest_id: int, changes: Mapping[str, Any], now: datetime
) -> tuple[Digest, Digest]:
    """Change some settings of a digest, whatever others were changed meanwhile; return it before and after."""
    # What is due at this moment is still due by the settings that it had.
    await editions.plan_due(db, now, servers=[actor.guild_id])
    async with db.write() as conn:
        before = await find(conn, actor.guild_id, digest_id)
        wanted = replace(before, **changes)
        if wanted != before or before.unread:
            await digests.change(conn, actor, wanted, now)
        return before, await find(conn, actor.guild_id, digest_id)


def when(digest: Digest) -> str:
    """Return when a digest is due, in words."""
    return schedule.describe(digest.schedule)


async def find(
    conn: Connection, guild_id: int, digest_id: int, typed: str = "", place: Callable[[Digest], str] = when
) -> Digest:
    """Return a digest of a server by its id, or else by a number or name as typed. Raises UserError."""
    found = choose(await digests.select_all(conn, guild_id), digest_id, typed, place)
    if found is None:
        number = digest_id or names.entry_number(typed)
        which = str(number) if number else f"“{raw_name(_said(typed))}”"
        raise UserError(f"There is no digest {which} in this server. /digest list shows those that there are.")
    return found


def choose(listed: Sequence[Digest], digest_id: int, typed: str, place: Callable[[Digest], str]) -> Digest | None:
    """Return the one of some digests that was meant; None if it is not among them.

    Raises UserError for several of one name, which are told apart by their `place`.
    """
    meant = names.typed(typed)
    digest_id, wanted = digest_id or names.entry_number(typed), names.key(meant)
    numbered = [one for one in listed if one.id == digest_id]
    named = numbered or [one for one in listed if wanted and names.key(one.name) == wanted]
    closest = min((names.like(one.name, meant) for one in named), default=names.Likeness.OTHER)
    named = numbered or [one for one in named if names.like(one.name, meant) is closest]
    if len(named) > 1:
        places = share([place(one) for one in named], _PLACES_ROOM)
        numbers = ", ".join(f"{one.id} ({raw_name(text)})" for one, text in zip(named, places, strict=True))
        raise UserError(f"Several digests are called “{raw_name(_said(typed))}”: {numbers}. Give a number.")
    return named[0] if named else None


def print_of(texts: Sequence[str]) -> str:
    """Return a short mark of what a form showed, by which `changed` knows what was changed in it."""
    return "".join(f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}" for text in texts)


def changed(shown: Sequence[str], keys: Sequence[str], filled: Mapping[str, str]) -> dict[str, str]:
    """Return what was changed in a form, by key; `shown` is, for each key, the mark of what it showed."""
    texts = {key: tidy(filled[key]) for key in keys if key in filled}
    pairs = zip(keys, shown, strict=True)
    return {key: texts[key] for key, mark in pairs if key in texts and print_of([texts[key]]) != mark}


def marks(text: str, count: int) -> list[str]:
    """Return the marks of so many fields, from `print_of`."""
    return [text[8 * i : 8 * i + 8] for i in range(count)]


def tidy(text: str) -> str:
    """Return text as it is kept, whatever Discord does with its lines."""
    return text.replace("\r\n", "\n").strip()


def read_words(typed: Mapping[str, str], now: datetime) -> Reading:
    """Read name, time, zone, days and introduction, of which any may be missing."""
    changes: dict[str, Any] = {}
    faults: dict[str, str] = {}
    meant, told = None, ""
    if "name" in typed:
        changes["name"] = visible(typed["name"])
        if not changes["name"]:
            faults["name"] = "A digest needs a name."
    if "introduction" in typed:
        changes["introduction"] = typed["introduction"]
    for key, read in (("time", wording.read_time), ("days", wording.read_days)):
        if key in typed:
            try:
                changes["at" if key == "time" else key] = read(typed[key])
            except UserError as error:
                faults[key] = str(error)
    if "zone" in typed:
        meant = zone_search.meant(typed["zone"], now)
        if meant.place is None:
            faults["zone"] = meant.why
        else:
            changes["zone"] = meant.place.iana
            if visible(typed["zone"]).casefold() != meant.place.iana.casefold():
                told = f"“{_said(typed['zone'])}” is the time zone {meant.place.iana}: {meant.place.label}."
    return Reading({key: value for key, value in changes.items() if key not in faults}, faults, meant, told)


def as_typed(changes: Mapping[str, Any]) -> dict[str, str]:
    """Return time, zone and days as they are typed, those of them that were understood."""
    texts = {"time": f"{changes['at']:%H:%M}"} if "at" in changes else {}
    return texts | {key: str(changes[key]) for key in ("zone", "days") if key in changes}


def zone_named(iana: str) -> str:
    """Return the name of a zone that was picked. Raises UserError."""
    return zones.zone(iana).key


def read_late(policy: str, typed: str) -> dict[str, Any]:
    """Read what is done about late editions. Raises UserError."""
    if policy not in set(CatchUp):
        raise UserError("Choose what is done about what is late.")
    found = _SPAN.fullmatch(typed.strip().lower())
    if found is None:
        raise UserError(f"“{_said(typed)}” is no span of time. Type one like 90 minutes, 6 hours or 2 days.")
    window = int(found[1]) * _UNITS[found[2][0]]
    if not digests.SHORTEST_WINDOW <= window <= digests.LONGEST_WINDOW:
        raise UserError("Choose a time from 5 minutes to 7 days within which a late digest is still posted.")
    return {"catch_up": CatchUp(policy), "window": window}


async def _subjects_named(conn: Connection, guild_id: int, typed: str) -> tuple[list[Subject], dict[str, str]]:
    """Return the subjects that are named, with ";" between them, and of names that mean none a likely one, or "".

    Commas part them too, where the whole is no name.
    """
    found: dict[int, Subject] = {}
    unknown: dict[str, str] = {}
    waiting = typed.split(";")
    while waiting:
        called = visible(waiting.pop(0))
        named = [
            one for measures in (False, True) for one in await meaning.called(conn, guild_id, called, measures=measures)
        ]
        # A name may mean several; entries about any of them are about that name.
        for one in [one for one in named if one.whole] or named:
            found[one.subject.id] = one.subject
        if not named and "," in called:
            waiting = [*called.split(","), *waiting]
        elif not named and called:
            near = await meaning.suggest(conn, guild_id, called, limit=1) if names.key(names.typed(called)) else ()
            unknown[called] = near[0].name if near else ""
    return list(found.values()), unknown


async def read_contents(conn: Connection, guild_id: int, typed: Mapping[str, str]) -> tuple[Reading, dict[str, str]]:
    """Read how many of each kind, which subjects, and which of what there is, of which any may be missing.

    The subjects are returned once more in short, as `expanded` reads them.
    """
    changes: dict[str, Any] = {key: int(typed[key]) for key in _COUNTS if typed.get(key, "").isdecimal()}
    faults: dict[str, str] = {}
    short: dict[str, str] = {}
    if "rest" in typed:
        only, _, corrected = typed["rest"].rpartition(".")
        changes["only_new"] = "new" in {only, corrected}
        changes["corrections"] = corrected == "corrected"
    if "subjects" in typed:
        named, unknown = await _subjects_named(conn, guild_id, typed["subjects"])
        changes["subjects"] = tuple(subject.id for subject in named)
        short["subjects"] = ";".join([*(f"#{subject.id}" for subject in named), *unknown])
        if unknown:
            said = (f"“{_said(one)}”{f' (did you mean {near}?)' if near else ''}" for one, near in unknown.items())
            faults["subjects"] = f"There is no subject called {', '.join(said)}."
        elif len(named) > MOST_SUBJECTS:
            faults["subjects"] = f"A digest keeps to {MOST_SUBJECTS} subjects at most; these are {len(named)}."
    return Reading(changes, faults), short


async def expanded(conn: Connection, guild_id: int, short: str) -> str:
    """Return subjects in short as they are typed."""
    texts: list[str] = []
    for part in filter(None, short.split(";")):
        id_ = names.entry_number(part) if part.startswith("#") else 0
        subject = await subjects.select_one(conn, guild_id, id_) if id_ else None
        texts.append(subject.name if subject else part)
    return "; ".join(texts)


async def subjects_of(conn: Connection, digest: Digest) -> list[Subject]:
    """Return the subjects of a digest that there still are."""
    found = [await subjects.select_one(conn, digest.guild_id, id_) for id_ in digest.subjects]
    return [subject for subject in found if subject is not None]


async def waiting(conn: Connection, guild_id: int) -> dict[int, list[Edition]]:
    """Return a server's editions that could not be posted yet and are tried again, by digest."""
    found: defaultdict[int, list[Edition]] = defaultdict(list)
    for row in await store.select_waiting(conn, guild_id):
        edition = editions.of_row(row)
        found[edition.digest_id].append(edition)
    return found


def next_due(digest: Digest, now: datetime) -> datetime:
    """Return for when a digest would next be put together, whether it runs or not."""
    return schedule.next_after(digest.schedule, now) or now.astimezone(UTC)


def _said(typed: str) -> str:
    return clip(visible(typed), _SHOWN)
