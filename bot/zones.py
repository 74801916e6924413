"""The time zones that there are: their rules and places from the package tzdata, and the names that people know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot import names
from bot.errors import UserError
from bot.text import clip, visible
from bot.zone_names import COMMON, SEVERAL, STATES

_SHOWN = 40
"""So much of what was typed is said back."""

_DATA = files("tzdata.zoneinfo")

_SEASON = re.compile(r" (?:standard|daylight|summer|winter)(?= time|$)")
_SAME = (("saint", "st"), ("and", ""))
"""Words that are written in two ways, or left out."""

_MARKED = re.compile(r"(.+) \((.+)\)(.*)")
"""As in "Korea (North)"."""

_CONTINENTS = ("Africa", "America", "Asia", "Atlantic", "Europe", "Indian", "Pacific")
"""An alias here names a city. Elsewhere it can be "East" or "Central", which says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """What there is: labels by IANA name, likeliest first; that name by legacy alias; and names by key as typed.

    `known` are the zones that people mean most.
    """

    labels: dict[str, str]
    aliases: dict[str, str]
    keys: dict[str, list[str]]
    known: frozenset[str]


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name, old ones included: "US/Eastern" is America/New_York.

    The rules are those of the package tzdata, read from its files. `ZoneInfo(name)` would prefer the system's, which
    differ between machines, and `zoneinfo.reset_tzpath` works on the whole process but not on zones already made.
    Raise UserError where there is no such zone.
    """
    iana = _iana(name)
    if iana is None:
        raise UserError(f"There is no time zone “{clip(visible(name), _SHOWN)}”.")
    with _DATA.joinpath(*iana.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=iana)


def known(name: str) -> bool:
    """Whether there is a zone of this IANA name: what was stored may come from another version of tzdata."""
    return _iana(name) is not None


def key(typed: str) -> str:
    """Return the key of a name, whichever season's: "Eastern Standard Time" is Eastern Time."""
    words = names.key(typed).split()
    for word, written in _SAME:
        words = [written if one == word else one for one in words]
    return _SEASON.sub("", " ".join(filter(None, words)))


@cache
def atlas() -> Atlas:
    """Read the tables of tzdata. Places are those of zone.tab; zonenow.tab has one for each way clocks are kept now."""
    named = dict(_rows("iso3166.tab"))
    country = {iana: named[code] for code, _, iana, *_ in _rows("zone.tab")}
    common = [(name, iana) for iana, called in _lines(COMMON + STATES) for name in called.split(",")]
    several = [(name, iana) for called, them in _lines(SEVERAL) for iana in them.split() for name in called.split(",")]
    known = dict.fromkeys(iana for _, iana in common)
    ordered = dict.fromkeys([*known, *(iana for _, _, iana, *_ in _rows("zonenow.tab")), *country])
    labels = {iana: _label(iana, country.get(iana, "")) for iana in ordered}

    links = [line.split()[1:] for line in _text("tzdata.zi").splitlines() if line.startswith("L ")]
    aliases = {alias: iana for iana, alias in links if iana in labels and alias not in labels and "/" in alias}
    aliases["Etc/UTC"] = "UTC"
    renamed = [(_city(alias), iana) for alias, iana in aliases.items() if alias.startswith(_CONTINENTS)]

    # What has a meaning in an earlier line keeps it: Germany is Berlin, and not its exclave as well.
    keys = _index([*several, *common, *((_city(iana), iana) for iana in labels), *((iana, iana) for iana in labels)])
    keys = _index((name, iana) for iana in labels if iana in country for name in _called(country[iana])) | keys
    keys = _index([*renamed, *aliases.items()]) | keys
    return Atlas(labels, aliases, keys, frozenset(known))


def _iana(name: str) -> str | None:
    return name if name in atlas().labels else atlas().aliases.get(name)


def _index(called: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return zones by the keys of their names, of places also without spaces, and "eastern" for "Eastern Time"."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, iana in called:
        whole = key(name)
        joined = "" if "/" in name else whole.replace(" ", "")
        for form in (whole, whole.removesuffix(" time"), joined):
            found[form][iana] = None
    return {form: list(zones) for form, zones in found.items() if form}


def _called(country: str) -> Iterator[str]:
    """Yield what a country is called: "Korea (North)" is North Korea, and one of two that are Korea."""
    yield country
    if marked := _MARKED.fullmatch(country):
        base, mark, rest = marked.groups()
        yield f"{base}{rest}"
        yield f"{mark} {base}{rest}"


def _label(iana: str, country: str) -> str:
    """Return a place in words, the smallest part first."""
    parts = [part.replace("_", " ") for part in reversed(iana.split("/")[1:])]
    return ", ".join(dict.fromkeys([*parts, country])) if parts else f"{iana}, the same all year"


def _city(iana: str) -> str:
    return iana.rpartition("/")[2]


def _lines(table: str) -> Iterator[list[str]]:
    """Yield the lines of a table of ours, split at the colon."""
    yield from (line.split(":") for line in table.splitlines() if line)


def _rows(table: str) -> Iterator[list[str]]:
    """Yield the lines of one of tzdata's tables, split at tabs."""
    yield from (line.split("\t") for line in _text(table).splitlines() if not line.startswith("#"))


def _text(file: str) -> str:
    return _DATA.joinpath(file).read_text(encoding="utf-8")
