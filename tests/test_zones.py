"""Time zones are found by what people type."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.text import units
from bot.zone_search import CHOICES, meant, suggest
from bot.zones import zone

WINTER = datetime(2026, 1, 15, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "iana"),
    [
        ("America/Chicago", "America/Chicago"),
        ("america/new_york", "America/New_York"),
        ("chicago", "America/Chicago"),
        ("  New  York ", "America/New_York"),
        ("newyork", "America/New_York"),
        ("St. John’s", "America/St_Johns"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Kolkata", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Eastern", "America/New_York"),
        ("kiev", "Europe/Kyiv"),
        ("munich", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        ("Oslo", "Europe/Oslo"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("UK", "Europe/London"),
        ("Eastern Time", "America/New_York"),
        ("eastern daylight time", "America/New_York"),
        ("Pacific", "America/Los_Angeles"),
        ("Central European Summer Time", "Europe/Paris"),
        ("India Standard Time", "Asia/Kolkata"),
        ("London time", "Europe/London"),
        ("ET", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("HKT", "Asia/Hong_Kong"),
        ("JST", "Asia/Tokyo"),
        ("SGT", "Asia/Singapore"),
        ("+5:45", "Asia/Kathmandu"),
        ("UTC+5.75", "Asia/Kathmandu"),
        ("+14", "Pacific/Kiritimati"),
        ("-2:30", "America/St_Johns"),
        ("+12:45", "Pacific/Chatham"),
        ("Etc/GMT-14", "Pacific/Kiritimati"),
        ("EST5EDT", "America/New_York"),
        ("PST8PDT", "America/Los_Angeles"),
        ("Z", "UTC"),
        ("Etc/GMT", "UTC"),
        ("NYC", "America/New_York"),
        ("new york city", "America/New_York"),
        ("LA", "America/Los_Angeles"),
        ("SF", "America/Los_Angeles"),
        ("D.C.", "America/New_York"),
        ("Washington, DC", "America/New_York"),
        ("Ohio", "America/New_York"),
        ("colorado", "America/Denver"),
        ("Czechia", "Europe/Prague"),
        ("Ivory Coast", "Africa/Abidjan"),
        ("Côte d'Ivoire", "Africa/Abidjan"),
        ("Trinidad and Tobago", "America/Port_of_Spain"),
        ("Saint Lucia", "America/St_Lucia"),
        ("North Korea", "Asia/Pyongyang"),
        ("South Korea", "Asia/Seoul"),
        ("American Samoa", "Pacific/Pago_Pago"),
        ("Burma", "Asia/Yangon"),
    ],
)
def test_one_zone_is_meant(typed: str, iana: str) -> None:
    """Places, old names, countries and common names mean one zone; an offset or abbreviation may mean only one."""
    found = meant(typed, WINTER)

    assert found.place is not None
    assert found.place.iana == iana
    assert not found.choices


@pytest.mark.parametrize(
    ("typed", "first", "why"),
    [
        ("EST", ["America/New_York", "America/Toronto"], "EST is an abbreviation; choose the zone"),
        ("CET", ["Europe/Berlin", "Europe/Paris"], "CET is an abbreviation"),
        ("IST", ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"], "IST is an abbreviation"),
        ("cst", ["America/Chicago", "Asia/Shanghai"], "cst is an abbreviation"),
        ("GMT", ["Europe/London", "UTC"], "GMT is an abbreviation"),
        ("USA", ["America/New_York", "America/Chicago", "America/Los_Angeles"], "“USA” has several zones"),
        ("san juan", ["America/Puerto_Rico", "America/Argentina/San_Juan"], "“san juan” has several zones"),
        ("chcago", ["America/Chicago"], "There is no time zone “chcago”"),
        ("lon", ["Europe/London", "Arctic/Longyearbyen"], "There is no time zone “lon”"),
        ("Samoa", ["Pacific/Apia", "Pacific/Pago_Pago"], "“Samoa” has several zones"),
        ("Cambridge", ["Europe/London", "America/New_York"], "“Cambridge” has several zones"),
        ("cambridge b", ["America/Cambridge_Bay"], "There is no time zone “cambridge b”"),
        ("philad", ["America/New_York"], "There is no time zone “philad”"),
        ("Texas", ["America/Chicago", "America/Denver"], "“Texas” has several zones"),
        ("florida", ["America/New_York", "America/Chicago"], "“florida” has several zones"),
        ("Indiana", ["America/Indiana/Indianapolis", "America/Chicago"], "“Indiana” has several zones"),
        ("Washington", ["America/New_York", "America/Los_Angeles"], "“Washington” has several zones"),
        ("Georgia", ["America/New_York", "Asia/Tbilisi"], "“Georgia” has several zones"),
        ("Congo", ["Africa/Kinshasa"], "“Congo” has several zones"),
        ("Canada", ["America/Toronto", "America/Vancouver"], "“Canada” has several zones"),
        ("Korea", ["Asia/Seoul", "Asia/Pyongyang"], "“Korea” has several zones"),
        ("Etc/GMT+5", ["America/New_York"], "Etc/GMT+5 is an offset"),
        ("UTC+5.5", ["Asia/Kolkata", "Asia/Colombo"], "UTC+5.5 is an offset"),
        ("xyzzyq", [], "No zone is found for “xyzzyq”. Type a large city"),
        ("+13:37", [], "No zone is found for “+13:37”"),
    ],
)
def test_a_choice_says_why(typed: str, first: list[str], why: str) -> None:
    """What several zones share, and what is misspelt, is asked about, with the likeliest zones first."""
    found = meant(typed, WINTER)

    assert found.place is None
    assert [place.iana for place in found.choices][: len(first)] == first
    assert bool(found.choices) == bool(first)
    assert found.why.startswith(why)


def test_an_abbreviation_is_of_the_whole_year() -> None:
    """People say EST in July too, and mean clocks that show it in winter."""
    found = [meant(typed, now).choices[0].iana for typed in ("EST", "EDT") for now in (WINTER, SUMMER)]

    assert set(found) == {"America/New_York"}


@pytest.mark.parametrize("typed", ["UTC+1", "utc +1", "GMT+01:00", "+1", "+0100", "+1:00", "+1.0"])
def test_an_offset_is_of_any_season(typed: str) -> None:
    """Zones are offered that have it at any time of the year, first those that have it at the moment."""
    winter, summer = meant(typed, WINTER), meant(typed, SUMMER)

    assert (winter.choices[0].iana, summer.choices[0].iana) == ("Europe/Berlin", "Europe/London")
    for found in (winter, summer):
        assert "is an offset" in found.why
        assert {"Europe/Berlin", "Europe/London", "Africa/Lagos"} <= {place.iana for place in found.choices}
        for place in found.choices:
            assert timedelta(hours=1) in {now.astimezone(zone(place.iana)).utcoffset() for now in (WINTER, SUMMER)}


@pytest.mark.parametrize("typed", ["UTC-5", "UTC−5", "-05:00", "GMT -5", "-5", "Etc/GMT+5"])
@pytest.mark.parametrize("now", [WINTER, SUMMER])
def test_a_minus_is_west(typed: str, now: datetime) -> None:
    """Offsets have the sign of ISO 8601, but for names of POSIX; any dash does. New York has it in one season."""
    found = meant(typed, now)

    assert "America/New_York" in {place.iana for place in found.choices[:10]}


def test_clocks_that_are_a_day_apart() -> None:
    """Where the same time is another date, the labels say the date too."""
    samoa, canada = meant("Samoa", WINTER), meant("Canada", WINTER)

    assert [place.label for place in samoa.choices] == [
        "Apia, Samoa (western) (2026-01-16 04:00 now)",
        "Pago Pago, Samoa (American) (2026-01-15 04:00 now)",
    ]
    assert "2026" not in canada.choices[0].label


def test_suggestions_follow_the_typing() -> None:
    """Each keystroke offers what can still come of it, and nothing typed offers the best known."""
    typings = ("", "c", "chi", "eastern sta", "EST", "Z", "indiana", "north korea", "new yor", "newyor")
    steps = {typed: [place.iana for place in suggest(typed, WINTER)] for typed in typings}

    assert steps[""][:2] == ["America/New_York", "Europe/London"]
    assert len(steps[""]) == CHOICES
    assert "America/Chicago" in steps["c"]
    assert steps["chi"][0] == "America/Chicago"
    assert steps["eastern sta"][0] == "America/New_York"
    assert steps["EST"][0] == "America/New_York"
    assert steps["Z"][:2] == ["UTC", "Europe/Zurich"]
    assert steps["indiana"][:2] == ["America/Indiana/Indianapolis", "America/Chicago"]
    assert "Indian/Antananarivo" not in steps["indiana"]
    assert steps["north korea"] == ["Asia/Pyongyang"]
    assert steps["new yor"] == steps["newyor"] == ["America/New_York"]


def test_labels_tell_the_time_there() -> None:
    """A person recognizes the own clock sooner than an offset."""
    (chicago,) = suggest("chicago", WINTER)
    everything = suggest("", WINTER, limit=1000)

    assert chicago.label == "Chicago, United States (09:00 now)"
    assert all(units(place.label) <= 100 for place in everything)


def test_every_place_is_found_by_its_name() -> None:
    """All of tzdata's places can be chosen, by IANA name and by what their label begins with."""
    listed = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    places = {line.split("\t")[2] for line in listed if not line.startswith("#")} | {"UTC"}

    offered = {place.iana: place.label for place in suggest("", WINTER, limit=1000)}

    assert offered.keys() == places
    for iana, label in offered.items():
        city = label.partition(",")[0].partition(" (")[0]
        assert (meant(iana, WINTER).place or suggest(iana, WINTER)[0]).iana == iana
        assert iana in {place.iana for place in suggest(city, WINTER)}
        assert zone(iana).key == iana


STATES = """Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Georgia, Hawaii,
Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota,
Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New York, North Carolina,
North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, Utah,
Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming"""


@pytest.mark.parametrize("state", STATES.replace("\n", " ").split(", "))
def test_american_states(state: str) -> None:
    """Each of the fifty is one zone of the United States, or a choice that begins with one."""
    found = meant(state, WINTER)

    first = found.place or found.choices[0]
    assert first.label.partition(" (")[0].endswith("United States")
    assert found.place or "has several zones" in found.why


def test_countries() -> None:
    """Each country of tzdata is found by its name: the zones that are there, or all to choose from."""
    data = files("tzdata.zoneinfo")
    rows = {
        table: [line.split("\t") for line in data.joinpath(table).read_text(encoding="utf-8").splitlines()]
        for table in ("iso3166.tab", "zone.tab")
    }
    named = {row[0]: row[1] for row in rows["iso3166.tab"] if not row[0].startswith("#")}
    places = [(named[row[0]], row[2]) for row in rows["zone.tab"] if len(row) > 2 and row[0] in named]

    for country, iana in places:
        found = meant(country, WINTER)
        of_country = {place for name, place in places if name == country}
        offered = {found.place.iana} if found.place else {place.iana for place in found.choices}
        assert offered, country
        assert iana in offered or len(of_country) > 1, country
        assert offered & of_country, country


@given(st.text() | st.from_regex(r"(utc|gmt)?[-+][0-9:]{1,6}", fullmatch=True))
def test_anything_can_be_typed(typed: str) -> None:
    """Whatever is typed is one zone, or a sentence with at most a menu of choices."""
    found = meant(typed, SUMMER)

    assert (found.place is None) == bool(found.why)
    assert len(found.choices) <= CHOICES
    assert len(suggest(typed, SUMMER)) <= CHOICES


@pytest.mark.parametrize(
    "name", ["", "EST", "Etc/GMT+5", "Mars/Olympus", "america/chicago", "../zone.tab", "/etc/passwd"]
)
def test_only_zones_are_zones(name: str) -> None:
    """What is no place or former name of one is refused with a sentence, and no other file is opened."""
    with pytest.raises(UserError, match="There is no time zone"):
        zone(name)


def test_an_old_name_is_its_new_zone() -> None:
    """A schedule stored under a name that has been changed since goes on."""
    assert zone("Europe/Kiev").key == "Europe/Kyiv"


def test_the_package_wins_over_the_system(tmp_path: Path) -> None:
    """A machine whose own data has other rules for a zone changes nothing."""
    (tmp_path / "Pacific").mkdir()
    tokyo = files("tzdata.zoneinfo").joinpath("Asia", "Tokyo").read_bytes()
    (tmp_path / "Pacific" / "Tahiti").write_bytes(tokyo)
    zoneinfo.reset_tzpath((tmp_path,))
    try:
        system = zoneinfo.ZoneInfo.no_cache("Pacific/Tahiti")
        ours = zone.__wrapped__("Pacific/Tahiti")
    finally:
        zoneinfo.reset_tzpath()

    assert system.utcoffset(datetime(2026, 1, 1)) == timedelta(hours=9)  # noqa: DTZ001 - asked of a wall time
    assert ours.utcoffset(datetime(2026, 1, 1)) == timedelta(hours=-10)  # noqa: DTZ001
