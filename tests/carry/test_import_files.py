"""Which files can be brought in: sheets, lines and packs, with their faults."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
from carrying import (
    HEADER,
    MODERATOR,
    NOW,
    OURS_AND_THEIRS,
    bring,
    counts,
    entry,
    fill,
    record,
    rows,
    try_out,
    whole,
    whys,
)

from bot.carry.bring import parse
from bot.carry.files import FILE_ROWS
from bot.carry.plan import Outcome
from bot.errors import UserError
from bot.ingest.build import build
from bot.ingest.shipped import load_packs
from bot.store.database import Database

FERRY = Path(__file__).parents[1] / "ingest" / "data" / "ferry.toml"


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, OURS_AND_THEIRS)
    yield empty
    await whole(empty)


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
