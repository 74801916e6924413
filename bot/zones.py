"""Time zones by what people type: cities, countries, common names, offsets and abbreviations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import names
from bot.errors import UserError
from bot.text import clip, visible

CHOICES = 25
"""So many options fit into one menu of Discord."""

_CLOSE_ENOUGH = 0.7
"""Of 1: how alike a name and the typed text must be to be offered."""

_SHORTEST = 4
"""A mistake in less leaves nothing to recognize a name by."""

_SHOWN = 40
"""So much of what was typed is said back."""

_COMMON = """
America/New_York: Eastern Time, ET, US, USA, United States, America, Boston, Washington, Philadelphia, Atlanta, Miami
Europe/London: UK, GB, United Kingdom, Britain, England, Scotland, Wales, British Time, GMT, Greenwich Mean Time
America/Chicago: Central Time, CT, US, USA, United States, America, Dallas, Houston, Minneapolis, New Orleans, St. Louis
America/Los_Angeles: Pacific Time, PT, US, USA, United States, America, California, San Francisco, Seattle, Las Vegas
Asia/Kolkata: Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Hyderabad
Europe/Berlin: Germany, Munich, München, Hamburg, Frankfurt, Cologne
Europe/Paris: Central European Time, Lyon, Marseille
America/Denver: Mountain Time, MT, US, USA, United States, America, Salt Lake City, Albuquerque
America/Toronto: Ottawa
America/Sao_Paulo: Brasilia Time, Rio de Janeiro
Australia/Sydney: Australian Eastern Time, AET, New South Wales
Europe/Madrid: Barcelona, Valencia
Europe/Rome: Milan, Naples
Asia/Tokyo: Osaka, Kyoto
Asia/Shanghai: China Time, Beijing, Peking, Shenzhen, Guangzhou
Asia/Manila: Philippine Time, Cebu
Asia/Seoul: Korean Time, Korea, South Korea, Busan
Asia/Jakarta: Western Indonesia Time
Europe/Amsterdam: Rotterdam, The Hague, Holland
Europe/Warsaw: Krakow
Europe/Brussels: Antwerp
Europe/Stockholm: Gothenburg
Europe/Zurich: Geneva, Bern, Basel
Europe/Vienna: Salzburg
Europe/Dublin: Irish Time
Europe/Lisbon: Western European Time, Porto
Europe/Bucharest: Eastern European Time
Europe/Kyiv: Ukraine, Kharkiv, Odesa
Europe/Istanbul: Türkiye, Ankara
Europe/Moscow: Saint Petersburg, St. Petersburg
Asia/Dubai: Gulf Time, Abu Dhabi
Asia/Riyadh: Arabian Time, Jeddah, Mecca
Asia/Karachi: Islamabad, Lahore
Asia/Bangkok: Indochina Time
Asia/Ho_Chi_Minh: Hanoi
Africa/Lagos: West Africa Time, Abuja
Africa/Johannesburg: Cape Town, Durban, Pretoria
Africa/Nairobi: East Africa Time
Africa/Maputo: Central Africa Time
Africa/Cairo: Alexandria
Africa/Casablanca: Rabat
America/Mexico_City: Guadalajara
America/Bogota: Medellín
America/Argentina/Buenos_Aires: Argentina Time
America/Santiago: Chile Time
America/Vancouver: Victoria, British Columbia
America/Edmonton: Calgary, Alberta
America/Winnipeg: Manitoba
America/Halifax: Atlantic Time, Nova Scotia
America/St_Johns: Newfoundland Time
America/Phoenix: Arizona Time
America/Anchorage: Alaska Time, US, USA, United States, America
Pacific/Honolulu: Hawaii Time, Hawaii-Aleutian Time, US, USA, United States, America
America/Puerto_Rico: San Juan
Australia/Melbourne:
Australia/Brisbane: Queensland, Gold Coast
Australia/Adelaide: Australian Central Time, South Australia
Australia/Perth: Australian Western Time, Western Australia
Pacific/Auckland: New Zealand Time, NZ, Wellington, Christchurch
Pacific/Guam: Chamorro Time
UTC: Coordinated Universal Time, GMT, Greenwich Mean Time, Zulu
"""
"""What zones are called besides their city and country, likeliest zone first.

The names with "Time" are what Unicode's CLDR calls zones in English, less "Standard", each at a large city that
keeps it. A name on several lines stands for a choice.
"""

_DATA = files("tzdata.zoneinfo")

_OFFSET = re.compile(r"(?:UTC|GMT)? ?([-+−–±])([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE)
_SEASON = re.compile(r" (?:standard|daylight|summer|winter)(?= time|$)")

_CONTINENTS = ("Africa", "America", "Asia", "Atlantic", "Europe", "Indian", "Pacific")
"""An alias here names a city. Elsewhere it can be "East" or "Central", which says nothing by itself."""


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
class _Atlas:
    """What there is: labels by IANA name, likeliest first; that name by legacy alias; and names by key as typed."""

    labels: dict[str, str]
    aliases: dict[str, str]
    keys: dict[str, list[str]]


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name, old ones included: "US/Eastern" is America/New_York.

    The rules are those of the package tzdata, read from its files. `ZoneInfo(name)` would prefer the system's, which
    differ between machines, and `zoneinfo.reset_tzpath` works on the whole process but not on zones already made.
    Raise UserError where there is no such zone.
    """
    atlas = _atlas()
    iana = name if name in atlas.labels else atlas.aliases.get(name)
    if iana is None:
        raise UserError(f"There is no time zone “{_said(name)}”.")
    with _DATA.joinpath(*iana.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=iana)


def suggest(typed: str, now: datetime, limit: int = CHOICES) -> list[Place]:
    """Return zones for what has been typed so far, likeliest first; the best known ones for nothing."""
    key = _key(typed)
    found = [*_exact(typed, now), *_begun(key)] or _near(key)
    return [_place(iana, now) for iana in list(dict.fromkeys(found))[:limit]]


def meant(typed: str, now: datetime) -> Meant:
    """Return the one zone that was meant, or a choice: an offset or an abbreviation says nothing of the seasons.

    An offset offers the zones whose clocks have it now, an abbreviation those that use it in the year from `now`.
    What is misspelt offers a choice, even of one.
    """
    key, said = _key(typed), _said(typed)
    found = _exact(typed, now)
    if _OFFSET.fullmatch(said):
        why = f"{said} is an offset, and clocks change; choose the zone whose clocks you mean."
    elif said.upper() in _abbreviations(_day(now)):
        why = f"{said} is an abbreviation; choose the zone whose clocks you mean."
    elif found:
        why = f"“{said}” has several zones; choose the one whose clocks you mean."
    else:
        found = _begun(key)
        why = f"There is no time zone “{said}”; choose the one you mean."
    if len(found) == 1:
        return Meant(_place(found[0], now))
    found = found or _near(key)
    if not found:
        why = f"No zone is found for “{said}”. Type a large city in it, such as Chicago or Mumbai."
    return Meant(None, tuple(_place(iana, now) for iana in found[:CHOICES]), why)


def _exact(typed: str, now: datetime) -> list[str]:
    """Return the zones that have exactly this offset, abbreviation or name."""
    offset = _OFFSET.fullmatch(typed.strip())
    if offset:
        sign, hours, minutes = offset.groups(default="0")
        ahead = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign in "+±" else -1)
        return [iana for iana in _atlas().labels if now.astimezone(zone(iana)).utcoffset() == ahead]
    key, keys = _key(typed), _atlas().keys
    named = keys.get(key) or keys.get(key.removesuffix(" time"), [])
    return list(dict.fromkeys([*named, *_abbreviations(_day(now)).get(typed.strip().upper(), [])]))


def _begun(key: str) -> list[str]:
    """Return the zones of which a name begins so, then those of which a later word does."""
    atlas = _atlas()
    first = {iana for name, zones in atlas.keys.items() if name.startswith(key) for iana in zones}
    later = {iana for name, zones in atlas.keys.items() if f" {key}" in name for iana in zones} - first
    return [iana for some in (first, later) for iana in atlas.labels if iana in some]


def _near(key: str) -> list[str]:
    """Return the zones of which a name is spelt much like this, best first, else those that begin with its word."""
    word, keys = key.partition(" ")[0], _atlas().keys
    if len(key) < _SHORTEST:
        return []
    best = process.extract(
        key, keys.keys(), scorer=OSA.normalized_similarity, score_cutoff=_CLOSE_ENOUGH, limit=CHOICES
    )
    found = list(dict.fromkeys(iana for name, _, _ in best for iana in keys[name]))
    return found or (_begun(word) if len(word) >= _SHORTEST else [])


@cache
def _atlas() -> _Atlas:
    """Read the tables of tzdata. Places are those of zone.tab; zonenow.tab has one for each way clocks are kept now."""
    named = dict(_rows("iso3166.tab"))
    country = {iana: named[code] for code, _, iana, *_ in _rows("zone.tab")}
    common = {iana: found.split(",") for iana, found in (line.split(":") for line in _COMMON.split("\n") if line)}
    ordered = dict.fromkeys([*common, *(iana for _, _, iana, *_ in _rows("zonenow.tab")), *country])
    labels = {iana: _label(iana, country.get(iana, "")) for iana in ordered}

    links = [line.split() for line in _text("tzdata.zi").splitlines() if line.startswith("L ")]
    aliases = {alias: iana for _, iana, alias in links if iana in labels and alias not in labels and "/" in alias}
    aliases["Etc/UTC"] = "UTC"
    renamed = [(_city(alias), iana) for alias, iana in aliases.items() if alias.startswith(_CONTINENTS)]

    # What has a meaning in an earlier line keeps it: Germany is Berlin, and not its exclave as well.
    own = [(name, iana) for iana in labels for name in (*common.get(iana, ()), _city(iana), iana)]
    keys = _index(own)
    keys = _index((country[iana], iana) for iana in labels if iana in country) | keys
    keys = _index([*renamed, *aliases.items()]) | keys
    return _Atlas(labels, aliases, keys)


def _index(called: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return zones by the keys of their names, also without spaces, and "eastern" for "Eastern Time"."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, iana in called:
        key = names.key(name)
        short = key.removesuffix(" time")
        for form in (key, short, key.replace(" ", "")):
            found[form][iana] = None
    return {key: list(zones) for key, zones in found.items() if key}


@lru_cache(maxsize=4)
def _abbreviations(day: date) -> dict[str, list[str]]:
    """Return zones by the abbreviations, in capitals, that they use in the year from a day. Numbers are none."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    # Wherever a season has an abbreviation of its own, it lasts longer than a quarter.
    quarters = [datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=91 * i) for i in range(4)]
    for iana in _atlas().labels:
        for moment in quarters:
            found[(moment.astimezone(zone(iana)).tzname() or "").upper()][iana] = None
    return {short: list(zones) for short, zones in found.items() if short.isalpha()}


def _key(typed: str) -> str:
    """Return the key of a name, whichever season's: "Eastern Standard Time" is Eastern Time."""
    return _SEASON.sub("", names.key(typed))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _place(iana: str, now: datetime) -> Place:
    return Place(iana, f"{_atlas().labels[iana]} ({now.astimezone(zone(iana)):%H:%M} now)")


def _label(iana: str, country: str) -> str:
    """Return a place in words, the smallest part first."""
    parts = [part.replace("_", " ") for part in reversed(iana.split("/")[1:])]
    return ", ".join(dict.fromkeys([*parts, country])) if parts else f"{iana}, the same all year"


def _city(iana: str) -> str:
    return iana.rpartition("/")[2]


def _said(typed: str) -> str:
    return clip(visible(typed), _SHOWN)


def _rows(table: str) -> Iterator[list[str]]:
    """Yield the lines of one of tzdata's tables, split at tabs."""
    yield from (line.split("\t") for line in _text(table).splitlines() if not line.startswith("#"))


def _text(file: str) -> str:
    return _DATA.joinpath(file).read_text(encoding="utf-8")
