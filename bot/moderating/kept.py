"""What somebody typed and a button has no room for: the store keeps it for them, or a file on the bot's answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import UserError
from bot.model import Actor
from bot.moderating.actions import Action, fits
from bot.store import drafts
from bot.store.database import Connection, Database

GONE = "What was typed here is gone. It is kept for a week, and only for the one who typed it."

KEPT = "form.kept"
"""The action that does what is kept under its number."""


async def short(db: Database, actor: Actor, wanted: Action, now: datetime) -> Action:
    """Return an action that a button has room for: this one, or for this person alone one that stands for it."""
    if fits(wanted):
        return wanted
    held = {"action": wanted.name, "text": wanted.text}
    async with db.write(content=False, durable=True) as conn:
        return Action(KEPT, await drafts.insert_form(conn, actor, wanted.id, held, now))


async def find(conn: Connection, actor: Actor, form_id: int) -> Action:
    """Return what `short` has kept for this person in this server; raises UserError."""
    held = await drafts.select_form(conn, actor.guild_id, actor.user_id, form_id)
    name = held[1].get("action", KEPT) if held else KEPT
    if held is None or name == KEPT:
        raise UserError(GONE)
    return Action(name, held[0], held[1].get("text", ""))


def packed(fields: Mapping[str, str]) -> str:
    """Return what was filled into a form as the text of an action, which `short` keeps if it is long."""
    return json.dumps(dict(fields), ensure_ascii=False)


def unpacked(text: str) -> dict[str, str]:
    """Return the fields that `packed` made a text of; none of any other text."""
    try:
        fields: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return {key: str(value) for key, value in fields.items()}


_FORM = "custom_id"
"""The key by which a file holds which form it is; no field is called that."""


def as_file(form: str, fields: Mapping[str, str]) -> bytes:
    """Return a form that was sent, by its `custom_id`, as a file that goes with a message."""
    return json.dumps({_FORM: form, **fields}, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def from_file(content: bytes) -> tuple[str, dict[str, str]]:
    """Return the `custom_id` and the fields that `as_file` made a file of; "" and none of any other file."""
    fields = unpacked(content.decode("utf-8", "replace"))
    return fields.pop(_FORM, ""), fields
