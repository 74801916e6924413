"""Further names that a server gives subjects, so that people find them by what they type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot import names
from bot.answers.meaning import called
from bot.errors import UserError
from bot.ingest.table import NAME_LENGTH
from bot.model import Actor, Subject, SubjectKind
from bot.names import Likeness
from bot.store import given, revisions, search, subjects
from bot.store import names as store
from bot.store.database import Connection
from bot.store.given import Given
from bot.store.revisions import Revision
from bot.text import raw_name, visible

_WITH_KIND = re.compile(rf"(.*\S)\s*\(({'|'.join(SubjectKind)})\)", re.IGNORECASE | re.DOTALL)


class Added(NamedTuple):
    """A name that was given: to what, the id of that change, and what else goes by it, as before."""

    subject: Subject
    change_id: int
    others: tuple[Subject, ...]


async def add(conn: Connection, actor: Actor, name: str, alias: str, now: datetime) -> Added:
    """Let a subject be found by another name in the server. Raises UserError.

    What is the whole name of another subject stays that subject's: whoever asks for it means that one.
    """
    subject = await named(conn, actor.guild_id, name)
    alias = visible(alias)
    key = names.key(names.typed(alias))
    if not key:
        raise UserError("A name needs a letter or a digit; nobody could ask for this one.")
    if len(alias) > NAME_LENGTH:
        raise UserError(f"A name has at most {NAME_LENGTH} characters; this one has {len(alias)}.")
    # A subject has one alias of a key, and needs none that is its name but for accents.
    is_name = names.like(alias, subject.name) is not Likeness.OTHER
    if is_name or key in {each for _, each, _ in await _aliases(conn, actor, subject)}:
        raise UserError(f"{raw_name(subject.name)} is found by “{raw_name(alias)}” already.")
    others = {each.id: each for each, _, _ in await _found(conn, actor.guild_id, key) if each.id != subject.id}
    for other, whole, text in await _found(conn, actor.guild_id, key):
        if whole and other.id in others and names.like(alias, text) is not Likeness.OTHER:
            said = f"“{raw_name(alias)}” is the name of a {other.kind} here"
            raise UserError(f"{said}, so that it cannot stand for {raw_name(subject.name)}.")
    await _insert(conn, actor, subject, alias)
    change_id = await _record(conn, actor, subject, "alias added", now, after=alias)
    return Added(subject, change_id, tuple(others.values()))


async def remove(conn: Connection, actor: Actor, alias: str, now: datetime) -> list[int]:
    """Take away a name that the server gave a subject, or several; return these changes' ids. Raises UserError."""
    meant = names.typed(alias)
    key = names.key(meant)
    subjects_found = {subject.id: subject for subject, _, _ in await _found(conn, actor.guild_id, key)}
    same_key = [
        (names.like(meant, text), subject, text)
        for subject in subjects_found.values()
        for text, each, own in await _aliases(conn, actor, subject)
        if own and each == key
    ]
    closest = min((likeness for likeness, _, _ in same_key), default=Likeness.OTHER)
    found = [(subject, text) for likeness, subject, text in same_key if likeness is closest is not Likeness.OTHER]
    if not found:
        raise UserError(f"This server has not added the name “{raw_name(alias)}”, so it cannot be removed.")
    changes: list[int] = []
    for subject, text in found:
        await _delete(conn, actor, subject, key)
        changes.append(await _record(conn, actor, subject, "alias removed", now, before=text))
    return changes


async def listed(conn: Connection, guild_id: int, subject_id: int, *, limit: int, offset: int) -> list[Given]:
    """Return a page of the names that a server has given a subject (0: any), newest first."""
    return await given.select_given(conn, guild_id, subject_id, limit=limit, offset=offset)


async def keep(conn: Connection, actor: Actor, subject: Subject, name: str, now: datetime) -> None:
    """Let a subject be found by the name that it had, unless it has another name of that key."""
    if names.key(name) not in {key for _, key, _ in await _aliases(conn, actor, subject)}:
        await _insert(conn, actor, subject, name)
        await _record(conn, actor, subject, "alias added", now, after=name)


async def drop(conn: Connection, actor: Actor, subject: Subject, name: str, now: datetime) -> None:
    """Let a name be no other name of a subject, as it is its own again."""
    for text, key, own in await _aliases(conn, actor, subject):
        if own and key == names.key(name):
            await _delete(conn, actor, subject, key)
            await _record(conn, actor, subject, "alias removed", now, before=text)


async def take_back(conn: Connection, actor: Actor, change: Revision, now: datetime) -> int:
    """Undo a change of a subject's names; return the id of that. Raises UserError where there is nothing to undo."""
    alias = (change.before or change.after or {}).get("alias", "")
    subject = await subjects.select_one(conn, actor.guild_id, change.target_id)
    if subject is None or not alias:
        raise UserError("This change cannot be taken back.")
    key = names.key(alias)
    known = {each for _, each, own in await _aliases(conn, actor, subject) if own}
    if (key in known) is (change.before is not None):
        raise UserError(f"The names of {raw_name(subject.name)} are as they were before that change already.")
    if change.before is None:
        await _delete(conn, actor, subject, key)
        return await _record(conn, actor, subject, "reverted", now, before=alias)
    await _insert(conn, actor, subject, alias)
    return await _record(conn, actor, subject, "reverted", now, after=alias)


class Undone(NamedTuple):
    """A name of which changes were undone, and whether it finds these subjects again, or no longer."""

    alias: str
    subjects: list[Subject]
    given: bool


async def undo(conn: Connection, actor: Actor, change_ids: Iterable[int], now: datetime) -> Undone:
    """Undo changes of one name that were made together. Raises UserError."""
    undone = Undone("", [], given=False)
    for change_id in change_ids:
        change = await revisions.select_one(conn, actor.guild_id, change_id)
        if change is None or change.target != "subject":
            raise UserError("There is no such change in this server.")
        await take_back(conn, actor, change, now)
        subject = await subjects.select_one(conn, actor.guild_id, change.target_id)
        assert subject is not None  # its name was just changed
        alias = (change.before or change.after or {}).get("alias", "")
        undone = Undone(alias, [*undone.subjects, subject], given=change.before is not None)
    return undone


async def named(conn: Connection, guild_id: int, name: str) -> Subject:
    """Return what a name means; of several of one name the kind says which, as in "Ferry (topic)". Raises UserError."""
    found = await _named(conn, guild_id, name)
    if not found and (with_kind := _WITH_KIND.fullmatch(name.strip())):
        found = [each for each in await _named(conn, guild_id, with_kind[1]) if each.kind == with_kind[2].lower()]
    if not found:
        raise UserError(f"There is no subject “{raw_name(name)}” in this server; choose one of the list.")
    if len(found) > 1:
        may_be = " or ".join(f"{raw_name(each.name)} ({each.kind})" for each in found)
        raise UserError(f"“{raw_name(name)}” may be {may_be}; write which.")
    return found[0]


async def _named(conn: Connection, guild_id: int, name: str) -> list[Subject]:
    found = [each for measures in (False, True) for each in await called(conn, guild_id, name, measures=measures)]
    return [each.subject for each in found if each.whole] or [each.subject for each in found]


async def _found(conn: Connection, guild_id: int, key: str) -> list[tuple[Subject, bool, str]]:
    """Return what is looked up by a key: (subject, whether by its name and not an alias, that spelling)."""
    return [
        each
        for measures in (False, True)
        for each in await subjects.select_named(conn, guild_id, key, measures=measures)
    ]


async def _aliases(conn: Connection, actor: Actor, subject: Subject) -> list[tuple[str, str, bool]]:
    return await store.select_aliases(conn, actor.guild_id, subject.id)


async def _insert(conn: Connection, actor: Actor, subject: Subject, alias: str) -> None:
    key = names.key(alias)
    await store.insert_alias(conn, actor.guild_id, subject.id, key, alias, names.parts(subject.kind, key))
    await store.insert_typo_keys(conn, ((typo, word) for word in key.split() for typo in names.typo_keys(word)))
    await search.reindex(conn, actor.guild_id, subject.id)


async def _delete(conn: Connection, actor: Actor, subject: Subject, key: str) -> None:
    await store.delete_alias(conn, actor.guild_id, subject.id, key)
    await search.reindex(conn, actor.guild_id, subject.id)


async def _record(
    conn: Connection, actor: Actor, subject: Subject, action: str, now: datetime, *, before: str = "", after: str = ""
) -> int:
    return await revisions.insert(
        conn,
        actor,
        "subject",
        subject.id,
        action,
        now=now,
        before={"name": subject.name, "alias": before} if before else None,
        after={"name": subject.name, "alias": after} if after else None,
    )
