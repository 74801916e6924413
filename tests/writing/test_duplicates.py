"""What says the same as an entry that is about to be saved, on a real store with two servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import packs
import pytest
from town import EVENT, HERE, NOW, QUOTE, STAT, THERE, do, shared

from bot.ingest.pack import PackStat
from bot.model import Kind
from bot.moderating import moderation
from bot.store.database import Database
from bot.writing import duplicates

SOURCE = {"source": "2"}
"""The article without a text, of which anything can be said."""


async def near(
    db: Database, kind: Kind, fields: Mapping[str, str], *, guild_id: int = 5, ignoring: int = 0
) -> list[int]:
    """Return the ids of what a server is shown before it saves these fields."""
    async with db.read() as conn:
        checked = await moderation.check(conn, guild_id, kind, fields, ignoring=ignoring)
    assert not checked.faults
    return [entry.id for entry in checked.near]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"statement": "In other words."}, True),
        ({"figure": "12400.0 souls"}, True),
        ({"figure": "12.4 thousand people", "about": "TARN COUNTY; Ferry", "measure": "weekly  passengers"}, True),
        ({"figure": "12,401 people"}, False),
        ({"measure": "Boats sold"}, False),
        ({"about": "Ferry; Tarn County"}, False),
        ({"as_of": "2019"}, True),
    ],
)
async def test_the_same_figure(town: Database, changes: Mapping[str, str], found: bool) -> None:  # noqa: FBT001 - a case
    """The same number for the same subject, measure and date is shown, however it is written."""
    assert await near(town, Kind.STAT, STAT | SOURCE | changes) == ([await shared(town, "passengers")] if found else [])


async def test_figures_of_two_dates(town: Database) -> None:
    """The same number at another date says something else; without a date it may be the same."""
    fares = STAT | SOURCE | {"figure": "7.5 percent", "about": "Ferry", "measure": "Rise in fares"}

    for as_of, found in (("2019", True), ("", True), ("2020", False), ("2019-01", False)):
        assert bool(await near(town, Kind.STAT, fares | {"as_of": as_of})) is found, as_of


async def test_a_number_is_the_same_however_a_pack_writes_it(empty: Database) -> None:
    """A pack may write 12.4e3; it is found as 12,400."""
    entry = packs.stat("pier", packs.HARBOR)
    assert isinstance(entry.detail, PackStat)
    await packs.put(empty, packs.pack(replace(entry, detail=replace(entry.detail, value=Decimal("12.4E+3")))))

    fields = STAT | {"about": "Harrow Bay", "figure": "12,400 people"}

    assert await near(empty, Kind.STAT, fields) == [1]


CROWD = "We count on the boats, and the boats’ crews count on us."


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("We will row if we must.", ["renn-row"]),
        ("“WE WILL ROW, if we must”", ["renn-row"]),
        ("will row if we must", ["renn-row"]),
        ("row if we must", []),
        ("We will row", []),
        ("Sound enough", ["renn-sound-enough"]),
        ("It is sound enough", []),
        ("We will row if they must", []),
        (f"The pier is full by seven,\n[…]\n{CROWD}", ["calder-pier"]),
        ("The pier is full by seven,", ["calder-pier"]),
        ("and the boats' crews count on us", ["calder-pier"]),
        ("We will row if we must. So we will.", ["renn-row"]),
        ("Well, if it comes to that: We will row if we must.", ["renn-row"]),
        ("– …\n[…]\nWe will row if we must.", ["renn-row"]),
        ('" OR words:* NEAR( } {', []),
        ("word " * 799, []),
    ],
)
async def test_the_same_words(town: Database, words: str, keys: list[str]) -> None:
    """The same words are shown, whoever says them, and of five words also what holds them or is held by them."""
    found = await near(town, Kind.QUOTE, QUOTE | SOURCE | {"words": words, "speaker": "Somebody"})

    assert found == [await shared(town, key) for key in keys]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": "Vote on a second ferry", "date": "2024-03-04"}, True),
        ({"title": "A second ferry: the vote", "date": "2024-03-04"}, True),
        ({"title": "Vote on a second ferry", "date": "2024-03-05"}, False),
        ({"title": "Vote on a second ferry", "date": "2024-03"}, False),
        ({"title": "Vote on a second ferry", "date": ""}, False),
        ({"title": "Storm at the harbor", "date": "2024-03-04"}, False),
        ({"title": "Council votes on the ferry", "date": "2024-03-04"}, True),
        ({"title": "Council votes on the ferry", "date": "2024-03-04", "about": "Tarn County"}, False),
    ],
)
async def test_a_similar_event(town: Database, changes: Mapping[str, str], found: bool) -> None:  # noqa: FBT001 - a case
    """An event of the same day with a title that is alike is shown; on the same subject half the title is enough."""
    event = EVENT | SOURCE | {"date_printed": "", "date_inferred": ""} | changes

    assert await near(town, Kind.EVENT, event) == ([await shared(town, "vote")] if found else [])


async def test_events_without_a_date(town: Database) -> None:
    """What has no date is compared with what has none either."""
    undated = EVENT | SOURCE | {"date": "", "date_printed": "", "date_inferred": ""}
    own = await do(town, moderation.add, HERE, Kind.EVENT, undated, NOW)

    assert await near(town, Kind.EVENT, undated | {"title": "Hearing on the ferry!"}) == [own]
    assert await near(town, Kind.EVENT, undated | {"title": "Hearing on the ferry", "date": "2024"}) == []


SAME = {
    Kind.STAT: STAT | SOURCE | {"measure": "Gulls", "figure": "77 gulls"},
    Kind.QUOTE: QUOTE | SOURCE | {"words": "Gulls everywhere"},
    Kind.EVENT: EVENT | SOURCE | {"title": "Gulls came"},
}


@pytest.mark.parametrize("kind", Kind)
async def test_what_other_servers_say_is_not_shown(town: Database, kind: Kind) -> None:
    """A server's own entries count in that server alone, and no more once they are removed."""
    theirs = await do(town, moderation.add, THERE, kind, SAME[kind], NOW)
    assert await near(town, kind, SAME[kind], guild_id=6) == [theirs]
    assert await near(town, kind, SAME[kind]) == []

    ours = await do(town, moderation.add, HERE, kind, SAME[kind], NOW)
    assert await near(town, kind, SAME[kind]) == [ours]
    assert await near(town, kind, SAME[kind], ignoring=ours) == []
    await do(town, moderation.remove, HERE, ours, NOW)
    assert await near(town, kind, SAME[kind]) == []


@pytest.mark.parametrize("kind", Kind)
async def test_the_newest_are_shown(town: Database, kind: Kind) -> None:
    """Of many that say the same a few are shown, the newest first."""
    added = [await do(town, moderation.add, HERE, kind, SAME[kind], NOW) for _ in range(duplicates.SHOWN + 2)]

    assert await near(town, kind, SAME[kind]) == added[: -duplicates.SHOWN - 1 : -1]


async def test_what_is_hidden_or_corrected_is_not_shown(town: Database) -> None:
    """A hidden entry is no duplicate, and in place of a corrected one its correction is."""
    row = await shared(town, "renn-row")
    own, _ = await do(town, moderation.edit, HERE, row, {"note": "Checked."}, NOW)
    assert await near(town, Kind.QUOTE, QUOTE) == [own]
    assert await near(town, Kind.QUOTE, QUOTE, ignoring=row) == []
    assert await near(town, Kind.QUOTE, QUOTE, guild_id=6, ignoring=row) == []

    await do(town, moderation.remove, HERE, own, NOW)
    assert await near(town, Kind.QUOTE, QUOTE, ignoring=own) == []
    await do(town, moderation.hide, HERE, row, NOW)
    assert await near(town, Kind.QUOTE, QUOTE) == []
    assert await near(town, Kind.QUOTE, QUOTE, guild_id=6) == [row]


@pytest.mark.parametrize("name", ["™ №", '" OR k', "_A_", "Ⅷ", "ﬁne Straße", "ǅ", "n" * 100])
async def test_names_that_search_does_not_know(town: Database, name: str) -> None:
    """Whatever the letters of a name are, the same figure is found, or at least nothing fails."""
    fields = SAME[Kind.STAT] | {"about": name, "measure": f"Gulls {name}"[:100]}
    own = await do(town, moderation.add, HERE, Kind.STAT, fields, NOW)

    assert await near(town, Kind.STAT, fields) == [own]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("市長は移民政策について語った。", "市長は移民政策について語った"),
        ("次はパリの番です", "次はﾊﾟﾘの番です"),
        ("Die Straße ist lang", "die STRASSE ist lang"),
        ("Nous allons à Montréal ce soir", "nous allons a\u0300 Montre\u0301al ce soir"),
        ("Łukasz nie był tam wczoraj wieczorem", "Lukasz nie byl tam wczoraj"),
        ("สภาจะประชุมพรุ่งนี้", "สภาจะประชุมพรุ่งนี้!"),
        ("कमला ने सभा में कहा", "कमला ने सभा में कहा।"),
    ],
)
async def test_the_same_words_in_any_script(town: Database, stored: str, typed: str) -> None:
    """Words are the same in another form of their letters, in each script; others are not."""
    entry_id = await do(town, moderation.add, HERE, Kind.QUOTE, QUOTE | SOURCE | {"words": stored}, NOW)

    assert entry_id in await near(town, Kind.QUOTE, QUOTE | SOURCE | {"words": typed})
    assert await near(town, Kind.QUOTE, QUOTE | SOURCE | {"words": "कमल ने कहीं और देखा"}) == []


async def test_figures_of_two_people(town: Database) -> None:
    """The same number of two whose names differ by a tone is no duplicate."""
    entry_id = await do(town, moderation.add, HERE, Kind.STAT, STAT | SOURCE | {"about": "Hòa"}, NOW)

    assert await near(town, Kind.STAT, STAT | SOURCE | {"about": "Hóa"}) == []
    assert await near(town, Kind.STAT, STAT | SOURCE | {"about": "Hoa"}) == [entry_id]
