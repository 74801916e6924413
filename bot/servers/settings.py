"""What a server has chosen: read from the store as a value, and changed with a row in its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.config import prefix_faults
from bot.errors import UserError
from bot.model import Actor, Language, Settings, Suggesting
from bot.store import revisions
from bot.store import settings as store
from bot.store.database import Connection, Database
from bot.zone_search import meant

NAMES = tuple(one.name for one in fields(Settings))
"""Every setting there is."""

_OFFERED = 5
"""So many zones are named where one was not understood."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting as it is stored, before and after."""

    name: str
    before: str
    after: str


def parse(values: dict[str, str]) -> Settings:
    """Make settings of what is stored; what is not there keeps its default."""
    found = Settings()
    for name, text in values.items():
        if name in NAMES:
            found = replace(found, **{name: _value(name, text)})
    return found


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
    return parse(await store.select_settings(conn, guild_id)) if guild_id else Settings()


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
    if guild_id in roles:
        raise UserError("Everyone has the role @everyone, so it cannot make moderators. Choose roles of their own.")
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


def _value(name: str, text: str) -> object:
    match getattr(Settings(), name):
        case tuple():
            return tuple(int(one) for one in text.split(",") if one)
        case int():
            return int(text)
        case Suggesting():
            return Suggesting(text)
        case Language():
            return Language(text)
        case _:
            return text


def _text(value: object) -> str:
    match value:
        case tuple():
            return ",".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of ids
        case _:
            return str(value)
