"""What somebody typed and a button has no room for: the store keeps it for them, as it keeps their drafts."""

from __future__ import annotations

from datetime import datetime

from bot.errors import UserError
from bot.model import Actor
from bot.moderating.actions import Action, fits
from bot.store import drafts
from bot.store.database import Connection, Database

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
    if held is None:
        raise UserError("What was typed here is gone. It is kept for a week, and only for the one who typed it.")
    target_id, fields = held
    return Action(fields["action"], target_id, fields["text"])
