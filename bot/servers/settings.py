"""What a server has chosen: read from the store as a value, and changed with a row in its history."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache

from bot import zones
from bot.config import prefix_faults
from bot.errors import UserError
from bot.model import Actor, Language, Settings, Suggesting
from bot.store import revisions
from bot.store import settings as store
from bot.store.database import Connection, Database
from bot.text import clip, visible
from bot.zone_search import meant

NAMES = tuple(one.name for one in fields(Settings))
"""Every setting there is."""

MOST_IDS = 25
"""The most roles or channels that a menu of Discord can have."""

_SHOWN = 40
"""Characters of a value that are repeated where it is wrong."""

_IDS = re.compile("[0-9]{1,19}(?:,[0-9]{1,19})*")

_OFFERED = 5
"""So many zones are named where one was not understood."""

log = logging.getLogger("dateline.settings")


@dataclass(frozen=True, slots=True)
class Change:
    """One setting as it is stored, before and after."""

    name: str
    before: str
    after: str


def parse(values: Mapping[str, str], guild_id: int = 0) -> Settings:
    """Make settings of what is stored; what is not there, or cannot be read, has its default."""
    found = Settings()
    for name, text in values.items():
        if name in NAMES:
            try:
                found = replace(found, **{name: read(name, text, guild_id)})
            except UserError as error:
                _note(guild_id, name, str(error))
    return found


def read(name: str, text: str, guild_id: int = 0) -> object:
    """Return the value of a stored setting. Raises UserError for one that nobody can choose in this version."""
    default = getattr(Settings(), name)
    if isinstance(default, tuple):
        return _roles(name, _ids(text), guild_id)
    if isinstance(default, int):
        found = _ids(text)
        if len(found) > 1:
            raise UserError(f"The setting “{name}” is {_shown(text)}; it has to be one id.")
        return sum(found)
    if isinstance(default, Suggesting | Language):
        known = type(default)
        if text not in list(known):
            raise UserError(f"The setting “{name}” is {_shown(text)}; it has to be one of {', '.join(known)}.")
        return known(text)
    if name == "zone":
        zones.zone(text)
    elif faults := prefix_faults(text, f"The setting “{name}”"):
        raise UserError(faults[0])
    return text


def ids_in(text: str) -> tuple[int, ...]:
    """Return the roles or channels of a stored setting, none where it cannot be read."""
    try:
        return _ids(text)
    except UserError:
        return ()


def unreadable(guild_id: int, values: Mapping[str, str]) -> list[str]:
    """Return in a sentence each what is wrong with those stored settings that `parse` gives their defaults."""
    faults: list[str] = []
    for name in sorted(NAMES & values.keys()):
        try:
            read(name, values[name], guild_id)
        except UserError as error:
            faults.append(str(error))
    return faults


def texts(settings: Settings) -> dict[str, str]:
    """Return settings as they are stored."""
    return {name: _text(getattr(settings, name)) for name in NAMES}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """Return what differs between settings as they are stored."""
    return [
        Change(name, before[name], after[name])
        for name in NAMES
        if name in before and name in after and before[name] != after[name]
    ]


async def load(conn: Connection, guild_id: int) -> Settings:
    """Return a server's settings; those of no server (0) are the defaults."""
    return parse(await store.select_settings(conn, guild_id), guild_id) if guild_id else Settings()


async def change(
    db: Database, actor: Actor, wanted: Settings, now: datetime, *, base: Settings | None = None
) -> list[Change]:
    """Make these the settings of the actor's server; what differs goes into the history and is returned.

    With `base`, only what differs from it is wanted: what another changed meanwhile stays.
    """
    async with db.write() as conn:
        stored = await load(conn, actor.guild_id)
        if base is not None:
            own = {name: getattr(wanted, name) for name in NAMES if getattr(wanted, name) != getattr(base, name)}
            wanted = replace(stored, **own)
        changed = changes(texts(stored), texts(wanted))
        for one in changed:
            await store.upsert_setting(conn, actor.guild_id, one.name, one.after)
        if changed:
            await revisions.insert(
                conn,
                actor,
                "setting",
                0,
                "changed",
                now=now,
                before={one.name: one.before for one in changed},
                after={one.name: one.after for one in changed},
            )
    return changed


def with_moderators(settings: Settings, guild_id: int, roles: tuple[int, ...]) -> Settings:
    """Return settings with these moderator roles. Raises UserError for @everyone, whose id is the server's."""
    _roles("moderator_roles", roles, guild_id)
    return replace(settings, moderator_roles=roles)


def with_form(settings: Settings, typed: Mapping[str, str], now: datetime) -> tuple[Settings, list[str]]:
    """Return settings with the prefix, zone and language of a form, and a sentence for whatever is wrong with it.

    A zone may be typed as a city or in other words, as long as it means one.
    """
    prefix = typed.get("prefix", "").strip()
    faults = prefix_faults(prefix, "The prefix")
    zone, fault = _zone(typed.get("zone", "").strip(), now)
    faults += [fault] if fault else []
    language = typed.get("language", "")
    if language not in list(Language):
        faults.append("Choose one of the languages in the menu.")
    if faults:
        return settings, faults
    return replace(settings, prefix=prefix, zone=zone, language=Language(language)), []


def _zone(typed: str, now: datetime) -> tuple[str, str]:
    """Return the IANA name that was typed or meant, or else what is wrong."""
    if not typed:
        return Settings().zone, ""
    found = meant(typed, now)
    if found.place:
        return found.place.iana, ""
    some = ", ".join(place.iana for place in found.choices[:_OFFERED])
    return "", f"{found.why} For example: {some}." if some else found.why


def _roles(name: str, ids: tuple[int, ...], guild_id: int) -> tuple[int, ...]:
    if name == "moderator_roles" and guild_id in ids:
        raise UserError("Everyone has the role @everyone, so it cannot make moderators. Choose roles of their own.")
    return ids


def _ids(text: str) -> tuple[int, ...]:
    found = tuple(int(one) for one in text.split(",")) if _IDS.fullmatch(text) else ()
    if text and (not found or max(found) >= 2**63 or len(found) > MOST_IDS):
        raise UserError(f"{_shown(text)} are no roles or channels; write at most {MOST_IDS} ids with commas between.")
    return found


@lru_cache(maxsize=1000)
def _note(guild_id: int, name: str, why: str) -> None:
    """Log that a setting cannot be read, once for as long as it is the same."""
    log.warning("setting not read", extra={"server": guild_id, "setting": name, "why": why})


def _shown(text: str) -> str:
    return f"“{clip(visible(text), _SHOWN)}”"


def _text(value: object) -> str:
    match value:
        case tuple():
            return ",".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of ids
        case _:
            return str(value)
