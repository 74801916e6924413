"""`python -m bot export | import`: what they write, print and refuse."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from process import Home

SHEET = "kind,about,measure,figure,statement,source\nstat,Chicago,Marches,3 marches,There were three.,1\n"
REFUSED = "stat,Chicago,Marches,many,There were many.,1\n"


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """Return a folder with a store that holds the packs of the bot."""
    home = Home(tmp_path)
    assert (await home.bot("build")).code == 0
    return home


async def test_carried_to_an_empty_store(home: Home) -> None:
    """A store that is exported and brought into an empty one is exported as the same bytes."""
    first = await home.bot("export", "a.jsonl")
    there = await home.bot("import", "a.jsonl", "--yes", DATABASE_PATH="b.db")
    second = await home.bot("export", "b.jsonl.gz", DATABASE_PATH="b.db")

    assert (first.code, there.code, second.code) == (0, 0, 0)
    assert "Entries: 35 added\n" in there.out
    assert gzip.decompress((home.folder / "b.jsonl.gz").read_bytes()) == (home.folder / "a.jsonl").read_bytes()
    assert (await home.bot("export", "-")).out.encode() == (home.folder / "a.jsonl").read_bytes()


async def test_nothing_is_written_over(home: Home) -> None:
    """A file that is there stays unless that is asked for."""
    home.write("a.jsonl", "mine")

    refused = await home.bot("export", "a.jsonl")
    kept = (home.folder / "a.jsonl").read_text()
    forced = await home.bot("export", "a.jsonl", "--force")

    assert refused.fault.startswith("a.jsonl is there already.")
    assert kept == "mine"
    assert forced.code == 0
    assert "header" in (home.folder / "a.jsonl").read_text()


async def test_nobody_to_ask(home: Home) -> None:
    """Where nobody can be asked, nothing is brought in without --yes."""
    home.write("a.csv", SHEET)

    outcome = await home.bot("import", "a.csv", "--server", "5")

    assert outcome.code == 2
    assert "Add --yes" in outcome.err
    assert (await home.bot("export", "-", "--server", "5")).out.count("\n") == 1


async def test_into_one_server(home: Home) -> None:
    """A sheet goes into one server; what is refused is named, stays out, and makes the exit code 1."""
    home.write("a.csv", SHEET + REFUSED)

    homeless = await home.bot("import", "a.csv", "--yes")
    outcome = await home.bot("import", "a.csv", "--yes", "--server", "5")
    exported = await home.bot("export", "-", "--format", "csv", "--server", "5")

    assert homeless.fault.startswith("This file is for one server; say for which: --server ID.")
    assert outcome.code == 1
    assert "Entries: 1 added, 1 refused" in outcome.out
    assert "  line 3: refused: stat “many”: “Figure” is wrong" in outcome.out
    assert "3 marches" in exported.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import", "missing.jsonl", "--yes"], "missing.jsonl cannot be read: No such file"),
        (["import", "notes.txt", "--yes"], "has to end in .jsonl"),
        (["export", "no/such/folder.jsonl"], "cannot be written: No such file"),
    ],
)
async def test_said_in_one_line(home: Home, arguments: list[str], sentence: str) -> None:
    """What cannot be read or written is said in one line."""
    home.write("notes.txt", "")

    outcome = await home.bot(*arguments)

    assert sentence in outcome.fault


async def test_no_store(home: Home) -> None:
    """An export of a store that is not there makes none."""
    outcome = await home.bot("export", "a.jsonl", DATABASE_PATH="none.db")

    assert outcome.fault.startswith("There is no store at none.db.")
    assert not (home.folder / "none.db").exists()
