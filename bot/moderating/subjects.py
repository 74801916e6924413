"""A server's own subjects: what they are called, what they are, and what is said of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot import names
from bot.answers.meaning import called
from bot.errors import UserError
from bot.ingest.table import NAME_LENGTH
from bot.model import Actor, Subject, SubjectKind
from bot.moderating import aliases
from bot.names import Likeness
from bot.store import departures, own, revisions, search, subjects
from bot.store import names as name_store
from bot.store.database import Connection
from bot.text import raw_name, visible

DESCRIPTION = 400
"""A description has at most so many characters: a profile shows no more."""

KINDS = tuple(kind for kind in SubjectKind if kind is not SubjectKind.MEASURE)
"""What a subject can become. What is counted stays a measure, and nothing else becomes one."""


def fields_of(subject: Subject) -> dict[str, str]:
    """Return a subject as its form and its history have it."""
    return {"name": subject.name, "kind": subject.kind.value, "description": subject.description}


async def find(conn: Connection, guild_id: int, subject_id: int) -> Subject:
    """Return a subject that is a server's own to change; raises UserError."""
    subject = await subjects.select_one(conn, guild_id, subject_id)
    if subject is None:
        raise UserError("There is no such subject in this server.")
    if not await subjects.is_own(conn, guild_id, subject_id):
        raise UserError(
            f"{raw_name(subject.name)} came with a pack and is the same in every server: it cannot be changed here. "
            "/entry alias add gives it another name."
        )
    return subject


async def edit(conn: Connection, actor: Actor, subject_id: int, fields: Mapping[str, str], now: datetime) -> int:
    """Change a subject and return the id of that, 0 where nothing changes. Raises UserError with all faults.

    What it was called finds it still, as another name: its history, and drafts, speak of it so.
    """
    subject = await find(conn, actor.guild_id, subject_id)
    wanted = _read(subject, fields)
    if wanted == subject:
        return 0
    await _require_free(conn, actor.guild_id, wanted)
    if names.like(wanted.name, subject.name) is Likeness.OTHER:
        await aliases.keep(conn, actor, wanted, subject.name, now)
    return await _change(conn, actor, subject, wanted, "edited", now)


async def undo(conn: Connection, actor: Actor, change_id: int, now: datetime) -> Subject:
    """Take back the last change of a subject, and return it as it is then. Raises UserError."""
    change = await revisions.select_one(conn, actor.guild_id, change_id)
    if change is None or change.target != "subject" or change.before is None or change.action != "edited":
        raise UserError("There is no such change in this server.")
    subject = await find(conn, actor.guild_id, change.target_id)
    if await revisions.select_latest(conn, actor.guild_id, "subject", subject.id) != change_id:
        raise UserError(f"{raw_name(subject.name)} was changed again since then, so that this is not undone.")
    wanted = replace(
        subject,
        kind=SubjectKind(change.before["kind"]),
        name=change.before["name"],
        description=change.before["description"],
    )
    await _require_free(conn, actor.guild_id, wanted)
    await aliases.drop(conn, actor, wanted, wanted.name, now)
    await _change(conn, actor, subject, wanted, "reverted", now)
    return wanted


async def _change(  # noqa: PLR0917 - what is done to which subject, by whom and when
    conn: Connection, actor: Actor, subject: Subject, wanted: Subject, action: str, now: datetime
) -> int:
    key, old = names.key(wanted.name), names.key(subject.name)
    keys = [(key, 0), *((ending, 2) for ending in names.parts(wanted.kind, key))]
    await own.update_subject(conn, actor.guild_id, wanted, keys)
    await name_store.insert_typo_keys(conn, ((typo, word) for word in key.split() for typo in names.typo_keys(word)))
    lost = await departures.select_lost_words(conn, set(old.split()))
    await departures.delete_typo_keys(conn, [(typo, word) for word in lost for typo in names.typo_keys(word)])
    await search.reindex(conn, actor.guild_id, wanted.id)
    return await revisions.insert(
        conn, actor, "subject", wanted.id, action, now=now, before=fields_of(subject), after=fields_of(wanted)
    )


async def _require_free(conn: Connection, guild_id: int, wanted: Subject) -> None:
    """Raise UserError where another subject of the kind has the name."""
    measures = wanted.kind is SubjectKind.MEASURE
    for one in await called(conn, guild_id, wanted.name, measures=measures):
        other = one.subject
        if one.whole and other.id != wanted.id and other.kind is wanted.kind:
            raise UserError(
                f"“{raw_name(wanted.name)}” is the name of another {other.kind} here; choose a name that is not."
            )


def _read(subject: Subject, fields: Mapping[str, str]) -> Subject:
    faults: list[str] = []
    name = fields.get("name", subject.name).strip()
    said = fields.get("description", subject.description).strip()
    kind = fields.get("kind", subject.kind.value)
    if not names.key(name):
        faults.append("The name needs a letter or a digit, so that it can be asked for.")
    if ";" in name:
        faults.append("The name has “;” in it; leave that out.")
    if len(name) > NAME_LENGTH:
        faults.append(f"The name has {len(name)} characters; shorten it to {NAME_LENGTH}.")
    if len(said) > DESCRIPTION:
        faults.append(f"The description has {len(said)} characters; shorten it to {DESCRIPTION}.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name + said):
        faults.append("A line break or a control character is in it; write each on one line.")
    if kind != subject.kind and kind not in KINDS:
        faults.append(f"It can be a {', a '.join(KINDS)}.".replace("a organization", "an organization"))
    if faults:
        raise UserError("\n".join(faults))
    return replace(subject, name=name, kind=SubjectKind(kind), description=said if visible(said) else "")
