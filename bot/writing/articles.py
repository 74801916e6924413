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
from bot.model import Actor, Fact, Known
from bot.store import revisions, sources
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

_STATED = "As a moderator of this server gave it."
_UNSTATED = "A moderator of this server found none."
_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


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
        if {fact.field: fact.value for fact in known.facts} == given and known.sha256 == _sha256(text):
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
        facts=[
            Fact(field, value, Known.STATED if value else Known.NOT_STATED, _STATED if value else _UNSTATED)
            for field, value in given.items()
        ],
    )
    await revisions.insert(conn, actor, "source", source_id, "added", now=now, after={"label": label, **given})
    return source_id


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
