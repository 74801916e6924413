"""What a dry run says of a file: how far it is, what would change, and what to look at."""

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
    bring,
    do,
    entry,
    fields_of,
    fill,
    lines,
    try_out,
    whole,
    whys,
)

from bot.carry.bring import dry_run, parse
from bot.carry.plan import Outcome
from bot.carry.state import Target
from bot.render.carry import dry_run_card, progress_card, report
from bot.store.database import Database


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, OURS_AND_THEIRS)
    yield empty
    await whole(empty)


async def test_progress(town: Database) -> None:
    """It is told how far a dry run is: through what the server has, through the file, and in looking for the same."""
    told: list[tuple[int, int, str]] = []
    file = parse("a.csv", (SHEET + ",stat,Ferry,Boats,3 boats,Three.,1\n" * 250).encode(), limited=True)

    await dry_run(town, MODERATOR, file, lambda *far: told.append(far))

    assert told == [
        (1, 1, "entries"),
        *((done, 250, "lines compared") for done in (0, 100, 200, 250)),
        *((done, 1, "entries looked for in the store") for done in (0, 1)),
    ]
    assert "Looking … 100 of 250 lines compared." in str(progress_card("Looking …", *told[2]).embed.to_dict())


async def test_what_is_not_verified(town: Database) -> None:
    """A row that says it is verified, and comes in as unverified because no text bears it out, is told."""
    sheet = (
        "id,kind,about,measure,figure,statement,source,status\n"
        ",stat,Ferry,Boats,3 boats,Three.,1,verified\n,stat,Ferry,Boats,4 boats,Four.,1,\n"
    )

    plan = await bring(town, MODERATOR, sheet, "sheet.csv")
    card = dry_run_card("sheet.csv", plan, remark="", token="")

    assert (
        "- row 2: stat “3 boats”: It comes in as unverified and not as verified. "
        "The text of the source is not stored here.\n" in str(card.embed.description)
    )
    assert "row 3" not in str(card.embed.description)
    assert (await fields_of(town, 11))["status"] == "unverified"


async def test_words_for_what_a_line_is_about(town: Database) -> None:
    """The report calls things by their names, and an entry by what it says also where its row leaves that out."""
    for deed in (("hide", HERE, 2), ("alias", HERE, "Harrow Bay", "windy city"), ("source", HERE, "A title", "Text")):
        await do(town, deed, NOW)
    carried = await lines(town, 5)

    plan = await try_out(town, Target(5), carried)
    sheet = await try_out(town, MODERATOR, "id,kind,note\n9,stat,Mind this.\n99,stat,None.\n", "a.csv")
    broken = await try_out(town, MODERATOR, f'{HEADER}{{"type":"entry"}}\nnothing\n' + entry(colour="red"))

    assert [item.what for item in plan.items] == [
        "source “A title”", "subject “Crossings”", "name “windy city” of “Harrow Bay”",
        "name “Crossings” of “Crossings”", "stat “about 12,400 people”", "hidden: #2 stat “about 9 people”",
        "history: added stat “about 12,400 people”", "history: hidden #2 stat “about 9 people”",
        "history: alias added “Harrow Bay”", "history: added source “A title”",
    ]  # fmt: skip
    assert [item.what for item in sheet.items] == ["#9 stat “about 12,400 people”", "#99 stat"]
    assert report("a.jsonl", broken, "").splitlines()[-3:] == [
        'line 2: refused: entry: "key" is missing.',
        "line 3: refused: This is not valid JSON: Expecting value at character 1.",
        'line 4: refused: entry “about 12,400 people”: "colour" is no key of the type "entry".',
    ]


async def test_what_is_said_of_many(town: Database) -> None:
    """Rows of which the same is said are one line of the card, so that there is room for others; the report has all."""
    sheet = SHEET + ",stat,Ferry,Boats,many,So many.,1\n" * 40 + ",stat,Ferry,Boats,3 boats,Three.,77\n"

    plan = await try_out(town, MODERATOR, sheet, "sheet.csv")
    card = str(dry_run_card("sheet.csv", plan, remark="", token="").embed.description)

    assert "- rows 2, 3, 4, 5, 6 and 35 more: “Figure” is wrong" in card
    assert "- row 42: stat “3 boats”: “source” is “77”" in card
    assert report("sheet.csv", plan, "").count(": refused: ") == 41


async def test_what_changes_is_told(town: Database) -> None:
    """Of a row that changes something, the dry run says what, and which entry it is that changes."""
    await bring(town, MODERATOR, "id,kind,note\n1,stat,Not so.\n", "sheet.csv")
    long = "x" * 100
    sheet = f"id,kind,note,statement,as_of,counted_by\n9,stat,{long},Less.,2023,A bureau\n1,stat,So it is.,,,\n"

    plan = await try_out(town, MODERATOR, sheet.replace(",,,\n", "\n"), "sheet.csv")

    own, shared = whys(plan, Outcome.CHANGED)
    assert "As of: (empty) → “2023”; Counted by: (empty) → “A bureau”; In our words: “" in own
    assert own.endswith("→ “Less.”; and 1 more fields.")
    assert shared.endswith(", this server’s version of the shared entry: Note: “Not so.” → “So it is.”.")
    assert shared.startswith("#")


async def test_near_duplicates_are_told(town: Database) -> None:
    """A row that says what an entry or an earlier row says is brought in, and the dry run says so."""
    sheet = (
        f"{SHEET},stat,Harrow Bay,Crossings,about 12400 people,Again.,1\n"
        ",stat,Ferry,Boats,3 boats,There are three.,1\n,stat,Ferry,Boats,3 boats,The same once more.,1\n"
    )

    plan = await try_out(town, MODERATOR, sheet, "sheet.csv")

    said = {item.line: item.why for item in plan.items if item.type == "entry"}
    assert said == {2: "It says the same as #9.", 3: "", 4: "It says the same as row 3."}
