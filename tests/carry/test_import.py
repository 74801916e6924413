"""What an import adds, changes, leaves and refuses; and what it can never touch."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from carrying import HERE, NOW, THERE, bring, counts, do, fill, lines, rows, try_out, whole, whys

from bot.carry.bring import Moved, bring_in, dry_run, parse
from bot.carry.files import FILE_ROWS
from bot.carry.plan import Outcome
from bot.carry.state import Target
from bot.errors import UserError
from bot.ingest.build import build
from bot.ingest.shipped import load_packs
from bot.model import Kind
from bot.moderating import moderation
from bot.render.carry import dry_run_card, progress_card, report
from bot.store import revisions
from bot.store.carry import EVERYTHING
from bot.store.database import Connection, Database

MODERATOR = Target(5, HERE)
ABOUT = ("shared:ferry", "measure=shared:weekly-passengers")
HEADER = '{"type":"header","dateline":1}\n'
STAT = {
    "about": "Harrow Bay",
    "measure": "Crossings",
    "figure": "about 12,400 people",
    "statement": "Many cross.",
    "source": "1",
}
FERRY = Path(__file__).parents[1] / "ingest" / "data" / "ferry.toml"
SHEET = "id,kind,about,measure,figure,statement,source\n"


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, [("add", HERE, Kind.STAT, STAT), ("add", THERE, Kind.STAT, STAT | {"statement": "A secret."})])
    yield empty
    await whole(empty)


def record(type_: str, **values: Any) -> str:
    """Return a line."""
    return json.dumps({"type": type_, **values}) + "\n"


def entry(**changes: Any) -> str:
    """Return the line of an entry about the bay."""
    said = {name: text for name, text in STAT.items() if name != "source"} | changes.pop("fields", {})
    return record("entry", **{"key": "new", "kind": "stat", "source": "shared:harbor", "fields": said} | changes)


async def fields_of(db: Database, entry_id: int, guild_id: int = 5) -> dict[str, str]:
    """Return the fields of an entry."""
    async with db.read() as conn:
        return (await moderation.fields_of(conn, guild_id, entry_id))[1]


async def history(db: Database, entry_id: int, guild_id: int = 5) -> list[tuple[str, int]]:
    """Return what was done to an entry and by whom, the newest first."""
    async with db.read() as conn:
        found = await revisions.select_of(conn, guild_id, "entry", entry_id, limit=50)
    return [(one.action, one.actor_id) for one in found]


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


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
async def test_another_servers_is_invisible(town: Database, format_: str) -> None:
    """No number, key or server id in a file reaches an entry of another server, or says that there is one."""
    before = await lines(town, 6)
    async with town.read() as conn:
        [(key, number)] = await conn.execute_fetchall("SELECT key, id FROM entry WHERE guild_id = 6")
    if format_ == "csv":
        hostile = f"id,kind,note\n{number},stat,Mine now.\n99,stat,Mine now.\n"
        plan = await bring(town, MODERATOR, hostile, "sheet.csv")
        assert whys(plan) == [f"There is no entry #{number} in this server.", "There is no entry #99 in this server."]
    else:
        hostile = HEADER + entry(key=key, id=number, guild="6") + entry(key=key, id=number)
        plan = await bring(town, MODERATOR, hostile)
        assert whys(plan) == ["It belongs to another server, which is not changed from here."]
        assert counts(plan) == {"added": 1, "refused": 1}

    assert await lines(town, 6) == before


async def test_what_is_shared_is_not_touched(town: Database) -> None:
    """A moderator's file cannot change, add or remove what all servers see, nor can it bring in a whole store."""
    before = await lines(town, 0)
    hostile = HEADER + "".join(
        [
            record("source", guild="0", key="harbor", label="Mine"),
            record("subject", guild="0", key="ferry", kind="topic", name="Mine"),
            record("name", guild="0", subject="shared:ferry", text="mine", alias=True),
            entry(guild="0", key="pier"),
            record("hidden", guild="6", entry=["harbor", "pier"]),
            record("setting", key="moderator_roles", value="1"),
        ]
    )

    plan = await bring(town, MODERATOR, hostile)

    assert counts(plan) == {"refused": 6}
    assert await lines(town, 0) == before
    with pytest.raises(UserError, match="Only the bot’s operator"):
        await try_out(town, MODERATOR, await lines(town))


async def test_a_fault_in_the_middle_leaves_nothing(town: Database) -> None:
    """An import that fails while it is written is not begun: nothing of it is in the store."""
    whole_ = await lines(town)
    good = [entry(key=f"k{i}", guild="5", fields={"figure": f"{i} people"}) for i in range(900)]
    bad = entry(key="bad", guild="5", exact={"basis": "no such"}, subjects=[*ABOUT])
    file = '{"type":"header","dateline":1,"everything":true}\n' + "".join([*good, bad])

    with pytest.raises(Exception, match="does not fit the store"):
        await bring(town, Target(EVERYTHING), file)

    assert await lines(town) == whole_


async def test_the_store_has_moved_on(town: Database) -> None:
    """If the store changes after the dry run, nothing is brought in, and what would come of it now is told."""
    content = b"id,kind,note\n9,stat,A note.\n"
    agreed = await try_out(town, MODERATOR, content, "sheet.csv")
    await do(town, ("remove", HERE, 9), NOW)

    with pytest.raises(Moved) as moved:
        await bring_in(
            town,
            MODERATOR,
            parse("sheet.csv", content, limited=True),
            NOW,
            lambda plan: plan.digest == agreed.digest,
        )

    assert whys(moved.value.plan) == ["#9 was removed; restore it first, with /entry restore."]


async def test_a_dry_run_is_of_one_moment(town: Database) -> None:
    """What somebody adds while a file is compared with the store is seen as a whole or not at all."""
    loop = asyncio.get_running_loop()
    added: list[str] = []

    def add_meanwhile(statement: str) -> None:
        if "FROM entry" in statement and not added:
            added.append(statement)
            deed = ("add", HERE, Kind.STAT, STAT | {"about": "Somewhere new", "figure": "7 people"})
            asyncio.run_coroutine_threadsafe(do(town, deed, NOW), loop).result(10)

    async with town.read() as conn:
        await conn.set_trace_callback(add_meanwhile)

    plan = await try_out(town, MODERATOR, SHEET + ",stat,Harrow Bay,Crossings,8 people,Few cross.,1\n", "data.csv")
    after = await try_out(town, MODERATOR, await lines(town, 5))

    assert added
    assert counts(plan) == {"added": 1}
    assert after.count(Outcome.LEFT, "entry") == 2


async def meddle(conn: Connection, db: Database, on: str, deed: tuple[Any, ...]) -> list[str]:
    """Let somebody do something as soon as a statement with these words runs; return a list that then has it."""
    loop = asyncio.get_running_loop()
    met: list[str] = []

    def look(statement: str) -> None:
        if on in statement and not met:
            met.append(statement)
            asyncio.run_coroutine_threadsafe(do(db, deed, NOW), loop).result(10)

    await conn.set_trace_callback(look)
    return met


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


async def test_others_write_meanwhile(town: Database) -> None:
    """While a file is compared with the store, nobody's change waits for it."""
    sheet = SHEET + "".join(f",stat,Place {i},Crossings,{i} people,Row {i}.,1\n" for i in range(2_000))
    task = asyncio.create_task(bring(town, MODERATOR, sheet, "sheet.csv"))
    written = 0

    while not task.done():
        async with town.write(content=False) as conn:
            await conn.execute("SELECT 1")
        written += 1
        await asyncio.sleep(0.01)

    assert counts(await task) == {"added": 4_000}
    assert written > 10


async def test_changed_while_it_is_compared(town: Database) -> None:
    """What somebody changes in the server while a file is brought in is not written over."""
    sheet = f"{SHEET}9,stat,Harrow Bay,Crossings,13 people,Less.,1\n,stat,Ferry,Boats,3 boats,There are three.,1\n"
    async with town.read() as conn:
        met = await meddle(conn, town, "sqlite_sequence", ("edit", HERE, 9, {"note": "Mine."}))

    with pytest.raises(Moved) as moved:
        await bring_in(town, MODERATOR, parse("a.csv", sheet.encode(), limited=True), NOW, lambda _: not met)

    assert counts(moved.value.plan) == {"added": 2, "changed": 1}
    assert (await fields_of(town, 9))["note"] == "Mine."
    assert (await fields_of(town, 9))["figure"] == STAT["figure"]


async def test_numbers_that_others_take(town: Database) -> None:
    """A number that was meant for an entry of the file and that somebody takes meanwhile stays theirs."""
    async with town.read() as conn:
        met = await meddle(conn, town, "sqlite_sequence", ("add", THERE, Kind.STAT, STAT | {"figure": "3 people"}))

    await bring(town, MODERATOR, SHEET + ",stat,Ferry,Boats,3 boats,There are three.,1\n", "sheet.csv")

    assert met
    assert (await fields_of(town, 11, 6))["figure"] == "3 people"
    assert (await fields_of(town, 12, 5))["figure"] == "3 boats"


async def test_every_fault_of_a_file(town: Database) -> None:
    """What is wrong is said line by line, and the rest of the file is brought in."""
    file = HEADER + "".join(
        [
            entry(key="good"),
            '{"type":"entry","key":\n',
            '["a list"]\n',
            record("novel", key="x"),
            entry(colour="red"),
            entry(key=7),
            entry(fields={"figure": "many"}),
            entry(source="shared:nowhere"),
            entry(key="good"),
            entry(key="late", added_at="yesterday"),
            entry(key="who", added_by=77),
            '{"type":"setting","key":"a","value":"\\ud800"}\n',
            record("source", key="s", label="L", text="x", sha256="00", length=1),
            record("hidden", entry=["harbor", "nothing"]),
        ]
    )

    plan = await bring(town, MODERATOR, file)

    assert counts(plan) == {"added": 1, "refused": 13}
    assert [item.line for item in plan.items if item.outcome is Outcome.REFUSED] == list(range(3, 16))
    assert whys(plan)[0] == "This is not valid JSON: Expecting value at character 23."
    assert whys(plan)[2].startswith('"type" has to be one of source, ')
    assert whys(plan)[3] == '"colour" is no key of the type "entry".'
    assert whys(plan)[7] == "Line 2 is the same thing."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jsonl", b"{}", "no export of Dateline"),
        ("a.jsonl", b"", "The file is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "The file is empty"),
        ("a.toml.gz", gzip.compress(b"", mtime=0), "The file is empty"),
        ("a.jsonl", b'{"type":"header","dateline":2}\n', "newer Dateline: it has format 2"),
        ("a.csv", b"id,kind,colour\n", "Unknown columns: colour"),
        ("a.csv", b"id,kind,note,note\n", "twice: note"),
        ("a.csv", b"id,note\n", 'no column "kind"'),
        ("a.csv", "id,kind,note\n,stat,café\n".encode("latin-1"), "not UTF-8"),
        ("a.csv", b'kind,note\nstat,"open\n', "not valid CSV"),
        ("a.toml", b"format = 1\n", "The pack cannot be read"),
        ("a.exe", b"", "has to end in"),
        ("a.jsonl.gz", b"\x1f\x8bxxxx", "cannot be unpacked"),
        ("a.jsonl", b" " * (8 * 2**20 + 1), r"has 8,388,609 bytes; at most 8,388,608 \(8 MiB\)"),
        ("a.csv", b"kind\n" + b"stat\n" * (FILE_ROWS + 1), "at most 50,000"),
    ],
)
def test_a_file_that_is_not_read(name: str, content: bytes, sentence: str) -> None:
    """A file that cannot be brought in at all is refused with one sentence that says why."""
    with pytest.raises(UserError, match=sentence):
        parse(name, content, limited=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_what_spreadsheets_write(town: Database, encoding: str, delimiter: str) -> None:
    """A sheet is read in UTF-8 with or without its mark and in UTF-16, with commas, semicolons or tabs."""
    sheet = (await rows(town, 5)).removeprefix("\ufeff").replace("Many cross.", "Désormais").replace(",", delimiter)
    sheet = sheet.replace(f'"about 12{delimiter}400', '"about 12,400')

    plan = await try_out(town, MODERATOR, sheet.encode(encoding), "sheet.csv")

    assert counts(plan) == {"changed": 1}


async def test_a_pack(town: Database) -> None:
    """A pack of TOML becomes this server's own source with its entries; what packs share is not doubled."""
    pack = FERRY.read_bytes()

    plan = await bring(town, MODERATOR, pack, "ferry.toml")
    again = await try_out(town, MODERATOR, pack, "ferry.toml")

    assert plan.count(Outcome.ADDED, "source") == 1
    assert plan.count(Outcome.ADDED, "entry") > 0
    assert set(counts(again)) == {"left"}
    async with town.read() as conn:
        found = await conn.execute_fetchall("SELECT DISTINCT status FROM entry WHERE guild_id = 5 AND id > 10")
    assert {status for (status,) in found} == {"unverified", "disputed"}


async def test_a_pack_that_all_servers_have(town: Database) -> None:
    """Of a pack that the store was built of, a server gets only what it does not have; the rest is left as it is."""
    pack = load_packs(())[0]
    text = files("bot.packs").joinpath("cities-and-deportations.toml").read_text(encoding="utf-8")
    await build(town, pack, NOW)
    text = text.replace('statement = "', 'statement = "Really: ', 1)
    text += """
[[event]]
key = "one-more"
subjects = ["chicago"]
title = "One more thing"
statement = "It happened too."
date = ""
passage = [0, 10]
"""

    plan = await bring(town, MODERATOR, text, "pack.toml")

    assert (plan.count(Outcome.ADDED), plan.count(Outcome.ADDED, "entry")) == (1, 1)
    assert plan.count(Outcome.LEFT, "entry") == len(pack.entries)
    assert plan.count(Outcome.LEFT, "source") == 1
    first, *others = [item.why for item in plan.items if item.type == "entry" and item.outcome is Outcome.LEFT]
    assert re.fullmatch(r"All servers have it as #\d+; /entry edit changes it here\.", first)
    assert set(others) == {"All servers have it."}


async def test_where_a_pack_says_it(town: Database) -> None:
    """What comes of a pack is told with the lines of its tables, or counted where these cannot be told for certain."""
    pack = FERRY.read_text(encoding="utf-8")
    odd = pack.replace("[[event]]", "[[ 'event' ]]")

    plan = await try_out(town, MODERATOR, pack, "ferry.toml")
    counted = await try_out(town, MODERATOR, odd, "ferry.toml")

    said = {item.what: item.line for item in plan.items if item.type in {"entry", "source"}}
    lines_ = pack.splitlines()
    assert {lines_[number - 1] for number in said.values()} == {"[source]", "[[stat]]", "[[quote]]", "[[event]]"}
    assert len(set(said.values())) == len(said)
    assert plan.word == "line"
    assert (counted.word, [item.line for item in counted.items]) == ("entry", [*range(1, len(counted.items) + 1)])


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


async def test_a_history_that_is_here_stays(town: Database) -> None:
    """A moderator's file brings the history of what is new, and adds nothing to one that is here."""
    carried = await lines(town, 5)
    forged = next(line for line in carried.splitlines(keepends=True) if '"type":"revision"' in line)
    forged = forged.replace('"actor":"501"', '"actor":"502"')

    here = await bring(town, MODERATOR, HEADER + forged)
    there = await bring(town, Target(7, HERE.__class__(7, 701, manages=True, roles=frozenset())), carried)

    assert counts(here) == {"left": 1}
    assert "refused" not in counts(there)
    async with town.read() as conn:
        [(new,)] = await conn.execute_fetchall("SELECT id FROM entry WHERE guild_id = 7")
    assert await history(town, new, 7) == [("imported", 701), ("added", 501)]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "@everyone"},
        {"after": {"**x**" * 2000: "y"}},
        {"target": "setting", "of": []},
        {"of": ["server", "shared:harbor", "missing"]},
        {"of": ["shared", "shared:harbor"]},
        {"at": "2026-13-01T00:00:00Z"},
        {"actor": "99999999999999999999"},
    ],
    ids=str,
)
async def test_a_forged_history(town: Database, changes: dict[str, Any]) -> None:
    """A line of history that nobody's deed could have made is refused."""
    good = {"target": "entry", "of": ["server", "shared:harbor", "new"], "action": "added", "actor": "1"}
    good |= {"at": "2026-01-01T00:00:00Z", "before": None, "after": {"note": "x"}}

    fine = await try_out(town, MODERATOR, HEADER + entry() + record("revision", **good))
    plan = await try_out(town, MODERATOR, HEADER + entry() + record("revision", **good | changes))

    assert counts(fine)["added"] == len(fine.items)
    assert counts(plan)["refused"] == 1


async def test_many_rows(town: Database) -> None:
    """Ten thousand rows are compared and brought in within seconds."""
    sheet = SHEET + "".join(f",stat,Harrow Bay,Measure {i % 40},{i} things,Row {i}.,1\n" for i in range(10_000))
    start = time.perf_counter()

    plan = await bring(town, MODERATOR, sheet, "sheet.csv")

    assert plan.count(Outcome.ADDED, "entry") == 10_000
    assert time.perf_counter() - start < 60


async def test_each_entry_costs_the_same(town: Database) -> None:
    """What search holds of an entry is read by its own subjects, and not from all names that a server has."""
    async with town.read() as conn:
        plan = await conn.execute_fetchall("EXPLAIN QUERY PLAN SELECT subjects FROM entry_document WHERE id = 9")

    assert [row[3] for row in plan if row[3].startswith("SEARCH n ")] == [
        "SEARCH n USING INDEX name_subject (subject_id=?)"
    ]
