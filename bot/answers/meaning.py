"""What a typed name means: exact, else a beginning, else near misses to choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import names
from bot.answers import similar
from bot.model import Answer, Ask, Entry, Kind, Subject
from bot.names import Likeness
from bot.store import subjects
from bot.store.database import Connection
from bot.store.entries import Relations, select_about
from bot.store.names import select_prefix

OTHERS = 4
"""So many further meanings or near misses are offered; five buttons make a row."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question with its name made a subject, and a page of that subject's entries.

    `subject` is None on a miss, and `near` then holds what may have been meant.
    """

    ask: Ask
    subject: Subject | None = None
    entries: tuple[Entry, ...] = ()
    total: int = 0
    others: tuple[Subject, ...] = ()
    near: tuple[Subject, ...] = ()
    remarks: tuple[str, ...] = ()

    def answer(self) -> Answer:
        """Return it as it stands."""
        return Answer(
            self.ask,
            subject=self.subject,
            entries=self.entries,
            total=self.total,
            others=self.others,
            near=self.near,
            remarks=self.remarks,
        )


async def understand(  # noqa: PLR0917 - the first three are in every rule, the next three in every call
    conn: Connection,
    guild_id: int,
    ask: Ask,
    kind: Kind | None,
    relations: Relations,
    limit: int,
    *,
    measures: bool = False,
) -> Understood:
    """Find what `ask.about` (or `ask.subject_id`) means and a page of `limit` of its entries.

    `kind` None counts entries of every kind and fetches none. `measures` lets a name mean only measures.
    """
    about = names.typed(ask.about)
    key = names.key(about)
    if not key and not ask.subject_id:
        return Understood(ask)
    found = await select_about(
        conn,
        guild_id,
        kind,
        key=key,
        spelling=names.spelling(about),
        subject_id=ask.subject_id,
        relations=relations,
        measures=measures,
        limit=limit,
        offset=ask.page * limit,
    )
    if found.meant:
        (subject, total), *rest = found.meant
        return Understood(
            replace(ask, subject_id=subject.id),
            subject,
            found.entries,
            total,
            others=tuple(other for other, count in rest if count)[:OTHERS],
        )
    if ask.subject_id:
        return Understood(ask)
    begun = await select_prefix(conn, guild_id, key, kind=kind, measures=measures, limit=OTHERS + 1)
    if begun:
        first = await understand(
            conn, guild_id, replace(ask, subject_id=begun[0].id), kind, relations, limit, measures=measures
        )
        return replace(first, others=tuple(begun[1:]))
    near = await similar.subjects(conn, guild_id, key, kind=kind, measures=measures)
    return Understood(ask, near=near)


@dataclass(frozen=True, slots=True)
class Called:
    """A subject that a name is taken for; `whole` where that is its name and not an alias."""

    subject: Subject
    whole: bool
    likeness: Likeness


async def called(conn: Connection, guild_id: int, name: str, *, measures: bool) -> list[Called]:
    """Return the subjects that have this name, all with the closest likeness; none for another name of the same key.

    Names come before aliases. With `measures` they are measures, without they are anything else.
    """
    name = names.typed(name)
    wanted, found = names.spelling(name), dict[int, Called]()
    for subject, whole, text in await subjects.select_named(conn, guild_id, names.key(name), measures=measures):
        likeness = wanted.like(names.spelling(text))
        known = found.get(subject.id)
        if likeness is not Likeness.OTHER and (known is None or likeness < known.likeness):
            found[subject.id] = Called(subject, whole, likeness)
    closest = min((each.likeness for each in found.values()), default=Likeness.OTHER)
    return [each for each in found.values() if each.likeness is closest]


async def suggest(
    conn: Connection,
    guild_id: int,
    typed: str,
    *,
    kind: Kind | None = None,
    measures: bool = False,
    limit: int = 25,
) -> tuple[Subject, ...]:
    """Return subjects for what has been typed so far: those that begin so, then those that nearly do."""
    key = names.key(names.typed(typed))
    begun = await select_prefix(conn, guild_id, key, kind=kind, measures=measures, limit=limit)
    if begun or not key:
        return tuple(begun)
    return await similar.subjects(conn, guild_id, key, kind=kind, measures=measures, limit=limit)
