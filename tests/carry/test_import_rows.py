"""What an import makes of each row or line: an entry that is added, changed, corrected, left or refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from carrying import (
    HEADER,
    HERE,
    MODERATOR,
    NOW,
    OURS_AND_THEIRS,
    SHEET,
    STAT,
    bring,
    counts,
    do,
    entry,
    fields_of,
    fill,
    history,
    try_out,
    whole,
    whys,
)
from counting import counted

from bot.carry.plan import Outcome
from bot.model import Kind
from bot.store.database import Database


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, OURS_AND_THEIRS)
    yield empty
    await whole(empty)


async def test_a_sheet(town: Database) -> None:
    """A row with a number changes that entry, one without adds one, and the history says who brought them in."""
    sheet = f"{SHEET}9,stat,Harrow Bay,Crossings,13 people,Fewer.,1\n,stat,Ferry,Crossings,7 boats,Few.,1\n"

    plan = await bring(town, MODERATOR, sheet, "sheet.csv")

    assert counts(plan) == {"added": 1, "changed": 1}
    assert (await fields_of(town, 9))["figure"] == "13 people"
    assert (await fields_of(town, 11))["status"] == "unverified"
    assert await history(town, 9) == [("imported", 501), ("added", 501)]
    assert await history(town, 11) == [("imported", 501)]


async def test_a_row_keeps_what_has_no_column(town: Database) -> None:
    """A sheet may have only the columns that matter; the rest of an entry stays."""
    plan = await bring(town, MODERATOR, "id,kind,note\n9,stat,Seen on the pier.\n", "sheet.csv")

    assert counts(plan) == {"changed": 1}
    assert (await fields_of(town, 9)) == STAT | await fields_of(town, 9) | {"note": "Seen on the pier."}


async def test_a_shared_entry_becomes_a_correction(town: Database) -> None:
    """A row that changes a pack's entry becomes this server's own version; other servers see the pack's."""
    before = await fields_of(town, 1, 6)

    plan = await bring(town, MODERATOR, "id,kind,note\n1,stat,Not so.\n", "sheet.csv")
    again = await try_out(town, MODERATOR, "id,kind,note\n1,stat,Not so.\n", "sheet.csv")

    assert counts(plan) == {"added": 1}
    assert whys(plan, Outcome.ADDED) == ["This server’s own version of #1: Note: (empty) → “Not so.”."]
    assert (await fields_of(town, 1))["note"] == "Not so."
    assert await fields_of(town, 1, 6) == before
    assert counts(again) == {"left": 1}


TWICE = "id,kind,note\n{},stat,First.\n{},stat,Second.\n"


@pytest.mark.parametrize(("first", "second"), [(9, 9), (1, 1), (1, 11), (11, 1)])
async def test_a_row_twice(town: Database, first: int, second: int) -> None:
    """Of two rows about one entry the second is refused, also where one names what the other corrects."""
    if 11 in {first, second}:
        await bring(town, MODERATOR, "id,kind,note\n1,stat,Not so.\n", "sheet.csv")

    plan = await bring(town, MODERATOR, TWICE.format(first, second), "sheet.csv")

    assert whys(plan) == ["Row 2 is the same entry."]
    assert counts(plan).keys() <= {"added", "changed", "refused"}
    assert (await fields_of(town, first))["note"] == "First."
    async with town.read() as conn:
        assert list(await conn.execute_fetchall("SELECT 1 FROM revision WHERE target_id = 0")) == []


async def test_an_event_twice(town: Database) -> None:
    """An event that a sheet has under two subjects is found by the first one only."""
    event = {"title": "Vote", "about": "Harrow Bay", "statement": "They voted.", "source": "1"}
    await do(town, ("add", HERE, Kind.EVENT, event), NOW)

    plan = await bring(town, MODERATOR, "id,kind,about\n11,event,Ferry\n11,event,Harrow Bay\n", "sheet.csv")

    assert whys(plan) == ["Row 2 is the same entry."]
    async with town.read() as conn:
        found = await conn.execute_fetchall(
            "SELECT s.name FROM entry_subject AS es JOIN subject AS s ON s.id = es.subject_id WHERE es.entry_id = 11"
        )
    assert list(found) == [("Ferry",)]


async def test_a_key_twice(town: Database) -> None:
    """Two lines with one key and two sources are two entries, whichever of them is in the store already."""
    both = HEADER + entry(key="k") + entry(key="k", source="shared:odd", fields={"note": "Another."})
    turned = HEADER + entry(key="k", source="shared:odd", fields={"note": "More."}) + entry(key="k")

    plan = await bring(town, MODERATOR, both)
    again = await bring(town, MODERATOR, both)
    changed = await bring(town, MODERATOR, turned)

    assert counts(plan)["added"] >= 2
    assert counts(again) == {"left": 2}
    assert counts(changed) == {"changed": 1, "left": 1}


async def test_a_line_that_moves_what_another_is(town: Database) -> None:
    """Where one line moves an entry to another source, a later one cannot be about that entry as well."""
    await bring(town, MODERATOR, HEADER + entry(key="k"))
    moved = HEADER + entry(key="k", source="shared:odd") + entry(key="k", fields={"note": "Here."})

    plan = await bring(town, MODERATOR, moved)

    assert whys(plan) == ["Line 2 is the same entry."]


async def test_words_that_the_source_does_not_have(town: Database) -> None:
    """Where a source's text is in the store, a quotation has to stand in it word for word."""
    text = "“The pier is full,” she said. Nobody answered."
    await do(town, ("source", HERE, "With a text", text), NOW)
    async with town.read() as conn:
        [(source,)] = await conn.execute_fetchall("SELECT id FROM source WHERE label = 'With a text'")
    head = "kind,speaker,words,about,statement,source\n"
    sheet = (
        f"{head}quote,Calder,The pier is full,Ferry,On it.,{source}\nquote,Calder,It is empty,Ferry,On it.,{source}\n"
    )

    plan = await bring(town, MODERATOR, sheet, "sheet.csv")

    assert plan.count(Outcome.ADDED, "entry") == 1
    assert whys(plan) == ["The source does not have this quotation word for word."]
    assert (await fields_of(town, 11))["status"] == "verified"


async def test_numbers_are_kept_where_they_are_free(town: Database) -> None:
    """An entry keeps its number unless it is taken, and no file can use the numbers up."""
    far = 10**14
    file = HEADER + entry(key="free", id=500) + entry(key="taken", id=10) + entry(key="far", id=far)

    await bring(town, MODERATOR, file)

    async with town.read() as conn:
        found = dict(await conn.execute_fetchall("SELECT key, id FROM entry WHERE guild_id = 5"))
    assert found["free"] == 500
    assert found["taken"] not in {10, 500}
    assert found["far"] < 1000


async def test_many_rows(town: Database) -> None:
    """Ten times as many rows cost ten times as much, not a hundred times."""

    def sheet(rows: int) -> str:
        return SHEET + "".join(
            f",stat,Harrow Bay,Measure {i % 40},{i} things,Row {i} of {rows}.,1\n" for i in range(rows)
        )

    with counted() as few:
        await bring(town, MODERATOR, sheet(200), "few.csv")
    with counted() as many:
        plan = await bring(town, MODERATOR, sheet(2_000), "many.csv")

    assert plan.count(Outcome.ADDED, "entry") == 2_000
    assert few.count > 200
    assert many.count < 15 * few.count


async def test_each_entry_costs_the_same(town: Database) -> None:
    """What search holds of an entry is read by its own subjects, and not from all names that a server has."""
    async with town.read() as conn:
        plan = await conn.execute_fetchall("EXPLAIN QUERY PLAN SELECT subjects FROM entry_document WHERE id = 9")

    assert [row[3] for row in plan if row[3].startswith("SEARCH n ")] == [
        "SEARCH n USING INDEX name_subject (subject_id=?)"
    ]


async def test_names_that_differ_by_accents(town: Database) -> None:
    """A name without its accents is taken for the known one, which the line says; another letter makes another name."""
    first = ",stat,José; राम; Hòa,Crossings,1 boats,One.,1\n"
    others = enumerate(("Jose", "रीमा", "Hóa"), 2)
    second = "".join(f",stat,{name},Crossings,{number} boats,Row {number}.,1\n" for number, name in others)

    await bring(town, MODERATOR, SHEET + first, "sheet.csv")
    plan = await bring(town, MODERATOR, SHEET + second, "sheet.csv")

    assert (await fields_of(town, 11))["about"] == "José; राम; Hòa"
    assert [(await fields_of(town, id_))["about"] for id_ in (12, 13, 14)] == ["José", "रीमा", "Hóa"]
    told = whys(plan, Outcome.ADDED)
    assert [why for why in told if "is taken for" in why] == [
        "“Jose” is taken for José, as they differ only in accents."
    ]
    assert plan.count(Outcome.ADDED, "subject") == 2


async def test_which_of_two_names(town: Database) -> None:
    """A name without accents that may be two is refused, with both."""
    await bring(town, MODERATOR, f"{SHEET},stat,Hòa; Hóa,Crossings,1 boats,One.,1\n", "sheet.csv")

    plan = await bring(town, MODERATOR, f"{SHEET},stat,Hoa,Crossings,2 boats,Two.,1\n", "sheet.csv")

    assert whys(plan) == ["“Hoa” may be Hòa or Hóa; write which."]
