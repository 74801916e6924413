"""Sources that a server adds: each particular is stated, or said to be not stated."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from bot import dates
from bot.errors import UserError
from bot.ingest.table import NAME_LENGTH
from bot.model import Actor, Fact, Known, Source
from bot.store import revisions, search, sources
from bot.store.database import Connection
from bot.text import visible

FACTS = {
    "title": "title",
    "publisher": "publisher",
    "author": "author",
    "url": "address",
    "published": "date",
}
"""The particulars of a source, and what people call them."""

NOT_STATED = "not stated"
LONGEST = 500
ALIKE = 200
"""So many sources whose labels begin alike are compared with a new one."""

EARLIER = 1000
"""So many changes are looked back to when a source was added."""

_STATED = "As a moderator of this server gave it."
_UNSTATED = "A moderator of this server found none."
_MESSAGE = "https://discord.com/channels/"
_ADDRESS = re.compile(r"https?://[^\s/]\S*+", re.IGNORECASE)


async def add_source(
    conn: Connection, actor: Actor, facts: Mapping[str, str], now: datetime, *, text: str = "", label: str = ""
) -> int:
    """Add a source to the server and return its id; one that the server has with the same particulars stays one.

    `text` is what it says, where that is at hand: quotations and figures are then checked against it. `label` is what
    it is called, if not by its particulars. Raises UserError with all that is missing or wrong.
    """
    given = _read(facts)
    label = _short(label or _label(given, now))
    for known in await sources.select_all(conn, actor.guild_id, beginning=label, limit=ALIKE):
        same = {fact.field: fact.value for fact in known.facts} == given and known.sha256 == _sha256(text)
        if same and not (text and known.text_from_file):
            return known.id
    source_id = await sources.upsert(
        conn,
        actor.guild_id,
        uuid4().hex,
        label=label,
        sha256=_sha256(text),
        length=len(text),
        text=text or None,
        pack_digest="",
        facts=[_fact(field, value) for field, value in given.items()],
    )
    await revisions.insert(conn, actor, "source", source_id, "added", now=now, after={"label": label, **given})
    return source_id


async def edit_source(conn: Connection, actor: Actor, source_id: int, facts: Mapping[str, str], now: datetime) -> int:
    """Change the particulars of a server's own source; return the id of that, 0 where nothing changes.

    Raises UserError with all that is missing or wrong, and where the source is not the server's to change.
    """
    source = await own_source(conn, actor.guild_id, source_id)
    return await _change(conn, actor, source, _read(facts), "edited", now)


async def undo_edit(conn: Connection, actor: Actor, change_id: int, now: datetime) -> Source:
    """Take back the last change of a source's particulars, and return the source. Raises UserError."""
    change = await revisions.select_one(conn, actor.guild_id, change_id)
    if change is None or change.target != "source" or change.before is None:
        raise UserError("There is no such change in this server.")
    source = await own_source(conn, actor.guild_id, change.target_id)
    if await revisions.select_latest(conn, actor.guild_id, "source", source.id) != change_id:
        raise UserError(f"Source {source.id} was changed again since then, so that this is not undone.")
    await _change(conn, actor, source, {field: change.before.get(field, "") for field in FACTS}, "reverted", now)
    return source


async def own_source(conn: Connection, guild_id: int, source_id: int) -> Source:
    """Return a source that is a server's own to change; raises UserError."""
    source = await sources.select_one(conn, guild_id, source_id)
    if source is None:
        raise UserError(f"There is no source {source_id} in this server.")
    if not await sources.is_own(conn, guild_id, source_id):
        raise UserError(
            f"Source {source_id} came with a pack and is the same in every server: it cannot be changed here."
        )
    if source.has_text and particulars(source)["url"].startswith(_MESSAGE):
        # By its address it is found when its author wants it to be erased. What was typed by hand has no text.
        raise UserError(f"Source {source_id} is a message that was saved as a quotation; it says itself what it is.")
    return source


def particulars(source: Source) -> dict[str, str]:
    """Return what is stated of a source, by field, "" where nothing is."""
    return {**dict.fromkeys(FACTS, ""), **{fact.field: fact.value for fact in source.facts}}


async def _change(  # noqa: PLR0917 - what is done to which source, by whom and when
    conn: Connection, actor: Actor, source: Source, given: Mapping[str, str], action: str, now: datetime
) -> int:
    old = particulars(source)
    if given == old:
        return 0
    first = (await revisions.select_of(conn, actor.guild_id, "source", source.id, limit=EARLIER))[-1:]
    added_at = first[0].at if first else now
    # A label that somebody has given it by hand stays.
    own = source.label == _short(_label(old, added_at))
    label = _short(_label(given, added_at)) if own else source.label
    known = {fact.field: fact for fact in source.facts}
    facts = [
        known[field] if field in known and old[field] == value else _fact(field, value)
        for field, value in given.items()
    ]
    await search.delete_documents(conn, source.id)
    await sources.update(conn, source.id, label, facts)
    await search.insert_documents(conn, source.id)
    before, after = {"label": source.label, **old}, {"label": label, **given}
    return await revisions.insert(conn, actor, "source", source.id, action, now=now, before=before, after=after)


def _fact(field: str, value: str) -> Fact:
    return Fact(field, value, Known.STATED if value else Known.NOT_STATED, _STATED if value else _UNSTATED)


def _read(facts: Mapping[str, str]) -> dict[str, str]:
    """Return the particulars, "" where they are not stated."""
    faults: list[str] = []
    given: dict[str, str] = {}
    for field, called in FACTS.items():
        value = facts.get(field, "").strip()
        if not visible(value):
            faults.append(f"The {called} is empty; write it, or “{NOT_STATED}”.")
        elif len(value) > LONGEST:
            faults.append(f"The {called} has {len(value)} characters; shorten it to {LONGEST}.")
        elif any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
            faults.append(f"The {called} holds a line break or a control character; write it on one line.")
        given[field] = "" if value.rstrip(".").casefold() == NOT_STATED else value
    if given["url"] and not _ADDRESS.fullmatch(given["url"]):
        faults.append("The address is not a link; write it as https://example.org/article.")
    try:
        given["published"] = given["published"] and dates.parse(given["published"])
    except ValueError:
        faults.append(f"The date is not a real one; write it as {dates.EXAMPLES}.")
    if faults:
        raise UserError("\n".join(faults))
    return given


def _label(given: Mapping[str, str], now: datetime) -> str:
    """Return our short name for it: what a list of sources shows, made of what is known of it."""
    called, published = given["publisher"] or given["url"] or given["author"], dates.written(given["published"])
    unknown = f"Source of {published}" if published else f"Unknown source, added {dates.written(f'{now:%Y-%m-%d}')}"
    return given["title"] or (", ".join(filter(None, (called, published))) if called else unknown)


def _short(label: str) -> str:
    return label if len(label) <= NAME_LENGTH else label[: NAME_LENGTH - 1].rstrip() + "…"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
