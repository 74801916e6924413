"""What an edition of a digest carries: what comes next in the round, what is new, and what was corrected."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from random import Random
from typing import Any, Self

from bot.digest.digests import Digest
from bot.digest.rotation import choose
from bot.model import Entry, Kind, Status
from bot.store import editorial as store
from bot.store import news, revisions
from bot.store.database import Connection
from bot.store.editorial import Choice
from bot.store.revisions import Fields

POOL = 500
"""So many entries of a kind, of the shared ones and of the server's own each, are chosen from: where more wait, from a
sample of so many, another one for each edition."""

MOST = 200
"""So many new entries and so many corrections are counted."""

LISTED = 5
"""So many further new entries, and so many corrections, are named."""

BARS = 6
"""A chart has at most so many."""


_IDS = ("stats", "quotes", "events", "new", "also_new", "bars")


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that people changed since the last edition, and the first and the last of those changes."""

    entry_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Content:
    """What an edition carries, by ids: what they stand for is read when it is posted (`gather`).

    `new` are those of the entries that are new since the last edition, `also_new` some that are named only;
    `new_total` and `corrected_total` count all. `bars` are figures to be compared in a chart, or none.
    """

    number: int
    stats: tuple[int, ...] = ()
    quotes: tuple[int, ...] = ()
    events: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    also_new: tuple[int, ...] = ()
    new_total: int = 0
    corrected: tuple[Corrected, ...] = ()
    corrected_total: int = 0
    bars: tuple[int, ...] = ()

    @property
    def entry_ids(self) -> tuple[int, ...]:
        """The entries that are carried in full, in reading order."""
        return self.stats + self.quotes + self.events

    @property
    def shown_ids(self) -> tuple[int, ...]:
        """All entries that the post shows, also those that are only named."""
        named = [*self.entry_ids, *self.also_new, *(one.entry_id for one in self.corrected), *self.bars]
        return tuple(dict.fromkeys(named))

    def to_json(self) -> str:
        """Return the text that the ledger keeps."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` has written; raises ValueError for anything else, such as what a newer version wrote."""
        try:
            told: dict[str, Any] = json.loads(text)
            told |= {key: tuple(map(int, told[key])) for key in _IDS}
            told["corrected"] = tuple(Corrected(**one) for one in told["corrected"])
            return cls(**told)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("no content of an edition") from error


@dataclass(frozen=True, slots=True)
class Material:
    """What the ids of a content stand for now. What is no longer shown in the server is not there.

    `changes` has the fields of corrected entries before the first and after the last of their changes.
    """

    entries: Mapping[int, Entry]
    changes: Mapping[int, tuple[Fields, Fields]]


async def compose(
    conn: Connection, digest: Digest, edition_id: int, due_at: datetime, now: datetime, *, dry: bool = False
) -> Content | None:
    """Choose what an edition carries; None where there is nothing, or nothing new for a digest of new entries only.

    Unless `dry`, it is noted as carried, in the transaction of the caller. New is what came after the due moment of
    the last edition (at first, after the digest was made) and not after that of this one or `now`; in a digest of new
    entries only, also what came before and had no room yet.
    """
    choice = Choice(digest.id, digest.guild_id, digest.subjects)
    last = await store.select_last(conn, digest.id, edition_id, due_at)
    since, until = last.due_at or digest.created_at, min(due_at, now)
    number = last.number + 1
    slots = {Kind.STAT: digest.stats, Kind.QUOTE: digest.quotes, Kind.EVENT: digest.events}
    first = digest.new_since if digest.only_new else since
    new = [row for row in await news.select_new(conn, choice, first, until, limit=MOST) if slots[row[1]]]
    previous = _carried_by(last.content)
    carried = await store.select_carried(conn, digest.id)
    rng = Random(f"{digest.id} {number}")  # noqa: S311 - the same each time is what is wanted
    noted = None if dry else edition_id
    desk = _Desk(conn, choice, rng, new, carried, previous, noted, only_new=digest.only_new)
    stats, quotes, events = [await desk.take(kind, most) for kind, most in slots.items()]
    taken = {*stats, *quotes, *events}
    corrected = await news.select_changed(conn, choice, since, until, limit=MOST) if digest.corrections else []
    if not taken and not corrected and not new:
        return None
    fresh = [entry_id for entry_id, _, _ in new]
    return Content(
        number,
        stats,
        quotes,
        events,
        tuple(entry_id for entry_id in fresh if entry_id in taken),
        tuple(entry_id for entry_id in fresh if entry_id not in taken)[:LISTED],
        len(fresh),
        tuple(Corrected(*row) for row in corrected[:LISTED]),
        len(corrected),
        await _bars(conn, digest.guild_id, stats),
    )


def _carried_by(content: str | None) -> frozenset[int]:
    """Return the entries of a stored content, none where it cannot be read."""
    try:
        return frozenset(Content.from_json(content).entry_ids) if content else frozenset()
    except ValueError:
        return frozenset()


async def gather(conn: Connection, guild_id: int, content: Content) -> Material:
    """Read what a content stands for, as it is shown in the server now."""
    entries = await store.select_shown(conn, guild_id, content.shown_ids)
    changes: dict[int, tuple[Fields, Fields]] = {}
    for one in content.corrected:
        if one.entry_id in entries and (change := await _change(conn, guild_id, one)):
            changes[one.entry_id] = change
    return Material(entries, changes)


def fit(content: Content, material: Material) -> Material | None:
    """Return what an edition shows without what was retracted since it was chosen; None where nothing is left."""
    corrected = {one.entry_id for one in content.corrected}
    kept = {
        id_: entry
        for id_, entry in material.entries.items()
        if id_ in corrected or entry.status is not Status.RETRACTED
    }
    told = corrected.union(content.entry_ids, content.also_new)
    return replace(material, entries=kept) if told & kept.keys() else None


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one edition is put together; what it carries is noted unless `edition_id` is None."""

    conn: Connection
    choice: Choice
    rng: Random
    new: Sequence[tuple[int, Kind, int]]
    carried: Mapping[Kind, Mapping[int, int]]
    previous: frozenset[int]
    edition_id: int | None
    only_new: bool

    async def take(self, kind: Kind, slots: int) -> tuple[int, ...]:
        """Choose so many entries of a kind; where the round is over, the next one begins."""
        if not slots:
            return ()
        fresh = {entry_id: group for entry_id, of, group in self.new if of is kind}
        waiting = fresh if self.only_new else await self._waiting(kind) | fresh
        carried: Mapping[int, int] = self.carried[kind]
        if not waiting and carried and not self.only_new:
            waiting, carried = await self._next_round(kind), dict[int, int]()
        chosen = choose(self._by_group(waiting, fresh), carried, slots, self.rng)
        if self.edition_id is not None:
            await store.insert_carried(self.conn, self.choice.digest_id, self.edition_id, chosen)
        return chosen

    async def _next_round(self, kind: Kind) -> dict[int, int]:
        if self.edition_id is None:
            waiting = await self._waiting(kind, anew=True)
        else:
            await store.delete_round(self.conn, self.choice.digest_id, kind)
            waiting = await self._waiting(kind)
        # What ended the last round does not begin this one, if there is anything else.
        return {id_: group for id_, group in waiting.items() if id_ not in self.previous} or waiting

    async def _waiting(self, kind: Kind, *, anew: bool = False) -> dict[int, int]:
        """Return the entries that wait, or a sample of very many, with their groups."""
        choice = Choice(0, self.choice.guild_id, self.choice.subjects) if anew else self.choice
        waiting: dict[int, int] = {}
        for own in (False, True):
            found = await store.select_waiting(self.conn, choice, kind, own=own, limit=POOL + 1)
            if len(found) > POOL:
                point = self.rng.getrandbits(63)
                sample = await store.select_sample(self.conn, choice, kind, own=own, limit=POOL, point=point)
                # Few are met with where nearly all were carried; the first ones are there in any case.
                found = sample if len(sample) > POOL // 2 else sample + found
            waiting |= found
        return waiting

    def _by_group(self, waiting: Mapping[int, int], fresh: Mapping[int, int]) -> dict[int, list[int]]:
        """Return entries by group, in an order of this edition's own, the new ones first."""
        groups: defaultdict[int, list[int]] = defaultdict(list)
        order = sorted(waiting)
        self.rng.shuffle(order)
        for entry_id in sorted(order, key=lambda entry_id: entry_id not in fresh):
            groups[waiting[entry_id]].append(entry_id)
        return groups


async def _change(conn: Connection, guild_id: int, one: Corrected) -> tuple[Fields, Fields] | None:
    """Return the fields of an entry before and after its changes, or None where the history has them no longer."""
    first = await revisions.select_one(conn, guild_id, one.first)
    last = await revisions.select_one(conn, guild_id, one.last)
    if first is None or last is None or first.before is None or last.after is None:
        return None
    return first.before, last.after


async def _bars(conn: Connection, guild_id: int, stats: Sequence[int]) -> tuple[int, ...]:
    """Return the figures that the first comparable one of an edition can be compared with, itself first."""
    for entry_id in stats:
        same = [entry.id for entry in await store.select_same_measure(conn, guild_id, entry_id, limit=BARS)]
        if len({*same, entry_id}) > 1:
            return tuple(dict.fromkeys([entry_id, *(id_ for id_ in stats if id_ in same), *same]))[:BARS]
    return ()
