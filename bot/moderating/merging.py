"""Two people change one entry: of each field, what was changed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.moderating import moderation
from bot.store import revisions
from bot.store.database import Connection
from bot.store.drafts import Draft
from bot.writing.fields import keys


@dataclass(frozen=True, slots=True)
class Merged:
    """What a draft holds on top of its entry as it is now; `both` are the fields that somebody else changed too."""

    fields: Mapping[str, str]
    both: tuple[str, ...] = ()


async def fields_at(conn: Connection, guild_id: int, entry_id: int, base: int) -> dict[str, str]:
    """Return the fields that an entry had after a change (0: before all); raises UserError where it is not there."""
    entry, now = await moderation.fields_of(conn, guild_id, entry_id)
    later = await revisions.select_next(conn, guild_id, "entry", entry.id, base)
    return dict(later.before) if later and later.before else now


async def merge(conn: Connection, guild_id: int, draft: Draft) -> Merged:
    """Put what a draft changes onto its entry as it is now; raises UserError where that is not there."""
    if not draft.target_id:
        return Merged(draft.fields)
    base = await fields_at(conn, guild_id, draft.target_id, draft.base)
    _, now = await moderation.fields_of(conn, guild_id, draft.target_id)
    fields, both = dict(draft.fields), list[str]()
    for key in keys(draft.kind):
        mine = fields.get(key, "")
        if mine == base.get(key, ""):
            fields[key] = now.get(key, "")
        elif now.get(key, "") not in {mine, base.get(key, "")}:
            both.append(key)
    return Merged(fields, tuple(both))
