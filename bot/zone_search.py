"""Time zones by what people type: cities, countries, common names, offsets and abbreviations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.text import clip, visible
from bot.zones import atlas, key, zone

CHOICES = 25
"""So many options fit into one menu of Discord."""

_CLOSE_ENOUGH = 0.7
"""Of 1: how alike a name and the typed text must be to be offered."""

_SHORTEST = 4
"""A mistake in less leaves nothing to recognize a name by."""

_LONGEST = 100
"""Characters of the longest name that is looked for; no zone has one half as long."""

_SHOWN = 40
"""So much of what was typed is said back."""

_OFFSET = re.compile(
    r"(?:(?P<posix>Etc/)?(?:UTC|GMT))? ?(?P<sign>[-+−–±])(?P<hours>[0-9]{1,2})"
    r"(?::?(?P<minutes>[0-5][0-9])|[.,](?P<part>[0-9]{1,2}))?",
    re.IGNORECASE,
)

_SEASON = timedelta(days=28)
"""A month or more is how long a way of keeping clocks lasts, in Morocco and elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """A zone to choose: its IANA name, and a label of at most 100 characters that says what time it is there."""

    iana: str
    label: str


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody meant: one `place`, else `choices`, likeliest first (none on a miss), and a sentence on why."""

    place: Place | None
    choices: tuple[Place, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """How clocks are kept in the year from a day: zones by abbreviation, in capitals, and by offset."""

    abbreviations: dict[str, list[str]]
    offsets: dict[timedelta, list[str]]


def suggest(typed: str, now: datetime, limit: int = CHOICES) -> list[Place]:
    """Return zones for what has been typed so far, likeliest first; the best known ones for nothing."""
    typed = typed.strip()
    if len(typed) > _LONGEST:
        return []
    name = key(typed)
    found = [*_exact(typed, now), *_begun(name)] or _near(name)
    return _places(list(dict.fromkeys(found))[:limit], now)


def meant(typed: str, now: datetime) -> Meant:
    """Return the one zone that was meant, or a choice: an offset or an abbreviation says nothing of the seasons.

    Both are looked for in the whole year from `now`. What is misspelt or cut short offers a choice, even of one.
    """
    typed = typed.strip()
    said, found = clip(visible(typed), _SHOWN), _exact(typed, now)
    if len(found) == 1:
        return Meant(_places(found, now)[0])
    if _OFFSET.fullmatch(said):
        why = f"{said} is an offset, and clocks change; choose the zone whose clocks you mean."
    elif said.upper() in _year(_day(now)).abbreviations:
        why = f"{said} is an abbreviation; choose the zone whose clocks you mean."
    elif found:
        why = f"“{said}” has several zones; choose the one whose clocks you mean."
    else:
        why = f"There is no time zone “{said}”; choose the one you mean."
    found = found or _like(typed)
    if not found:
        why = f"No zone is found for “{said}”. Type a large city in it, such as Chicago or Mumbai."
    return Meant(None, tuple(_places(found[:CHOICES], now)), why)


def names_one(typed: str, now: datetime) -> bool:
    """Whether this is the whole name of a zone, or of several: nothing misspelt, and no beginning."""
    return bool(_exact(typed.strip(), now))


def _exact(typed: str, now: datetime) -> list[str]:
    """Return the zones that have exactly this offset, abbreviation or name."""
    if len(typed) > _LONGEST:
        return []
    if (ahead := _offset(typed)) is not None:
        found = _year(_day(now)).offsets.get(ahead, [])
        # Some offsets have more zones than fit into a menu.
        return sorted(
            found, key=lambda iana: (iana not in atlas().known, now.astimezone(zone(iana)).utcoffset() != ahead)
        )
    name, keys = key(typed), atlas().keys
    named = keys.get(name) or keys.get(name.removesuffix(" time"), [])
    return list(dict.fromkeys([*named, *_year(_day(now)).abbreviations.get(typed.upper(), [])]))


def _offset(typed: str) -> timedelta | None:
    """Return how far clocks are ahead of UTC by what was typed: "UTC+5:30", "-5", "+5.5"; None where it is none."""
    found = _OFFSET.fullmatch(typed)
    if found is None:
        return None
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    ahead += timedelta(hours=float(f".{found['part'] or 0}"))
    # The names that begin with Etc count to the west, as POSIX does.
    return ahead if (found["sign"] in "+±") is not bool(found["posix"]) else -ahead


def _like(typed: str) -> list[str]:
    """Return the zones with a name that begins so, else those with a name that is spelled much like this."""
    if len(typed) > _LONGEST:
        return []
    name = key(typed)
    return _begun(name) or _near(name)


def _begun(name: str) -> list[str]:
    """Return the zones of which a name begins so, then those of which a later word does."""
    labels, keys = atlas().labels, atlas().keys
    first = {iana for one, zones in keys.items() if one.startswith(name) for iana in zones}
    later = {iana for one, zones in keys.items() if f" {name}" in one for iana in zones} - first
    return [iana for some in (first, later) for iana in labels if iana in some]


def _near(name: str) -> list[str]:
    """Return the zones of which a name is spelt much like this, best first, else those that begin with its word."""
    word, keys = name.partition(" ")[0], atlas().keys
    if not _SHORTEST <= len(name) <= _LONGEST:
        return []
    best = process.extract(
        name, keys.keys(), scorer=OSA.normalized_similarity, score_cutoff=_CLOSE_ENOUGH, limit=CHOICES
    )
    found = list(dict.fromkeys(iana for one, _, _ in best for iana in keys[one]))
    return found or (_begun(word) if len(word) >= _SHORTEST else [])


@lru_cache(maxsize=4)
def _year(day: date) -> _Year:
    """Return how clocks are kept in the year from a day. What clocks show as a number is no abbreviation."""
    abbreviations: defaultdict[str, dict[str, None]] = defaultdict(dict)
    offsets: defaultdict[timedelta, dict[str, None]] = defaultdict(dict)
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for iana in atlas().labels:
        for moment in (first + _SEASON * i for i in range(13)):
            local = moment.astimezone(zone(iana))
            abbreviations[(local.tzname() or "").upper()][iana] = None
            offsets[local.utcoffset() or timedelta(0)][iana] = None
    return _Year(
        {short: list(zones) for short, zones in abbreviations.items() if short.isalpha()},
        {ahead: list(zones) for ahead, zones in offsets.items()},
    )


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _places(found: Sequence[str], now: datetime) -> list[Place]:
    """Return zones with what time it is there, and the date, where the same time is another date elsewhere."""
    clocks = {iana: now.astimezone(zone(iana)).replace(tzinfo=None) for iana in found}
    apart = len({moment.time() for moment in clocks.values()}) < len({*clocks.values()})
    shown = {iana: f"{moment:%Y-%m-%d %H:%M}" if apart else f"{moment:%H:%M}" for iana, moment in clocks.items()}
    return [Place(iana, f"{atlas().labels[iana]} ({shown[iana]} now)") for iana in found]
