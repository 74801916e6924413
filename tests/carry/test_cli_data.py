"""`python -m bot export | import`: what they write, print and refuse."""

from __future__ import annotations

import asyncio
import gzip
import os
import shlex
from pathlib import Path

import pytest
from process import BOT, POSIX, ROOT, Home

SHEET = "kind,about,measure,figure,statement,source\nstat,Chicago,Marches,3 marches,There were three.,1\n"
REFUSED = "stat,Chicago,Marches,many,There were many.,1\n"


@pytest.fixture
def home(tmp_path: Path, built: Path) -> Home:
    """Return a folder with a store that holds the packs of the bot."""
    home = Home(tmp_path)
    home.lay(built)
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
    assert "  row 3: refused: stat “many”: “Figure” is wrong" in outcome.out
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


@POSIX
async def test_standard_input(home: Home) -> None:
    """A store is carried through a pipe; of what comes so, only its form can be said, and nobody is asked."""
    home.write("a.csv", SHEET)
    pipe = f"{shlex.join(BOT)} export - | {shlex.join(BOT)} import - --yes"

    piped = await home.run("sh", "-c", pipe)
    sheet = await home.run("sh", "-c", f"{shlex.join(BOT)} import - --format csv --server 5 --yes < a.csv")
    unasked = await home.run("sh", "-c", f"{shlex.join(BOT)} import - < a.csv")

    assert (piped.code, piped.err) == (0, "")
    assert piped.out.endswith("There is nothing to bring in.\n")
    assert (sheet.code, "Entries: 1 added\n" in sheet.out) == (0, True)
    assert unasked.code == 2
    assert unasked.err == "Nobody can be asked here: standard input is the file. Add --yes to import.\n"


async def test_a_fault_of_our_own(home: Home) -> None:
    """Whatever goes wrong while a file is brought in is said in one line; the log shows where, for whoever asks."""
    home.write("a.csv", SHEET)
    home.sql("CREATE TRIGGER no BEFORE INSERT ON revision BEGIN SELECT RAISE(ABORT, 'no such thing'); END;")
    command = ("import", "a.csv", "--yes", "--server", "5")

    outcome = await home.bot(*command)
    process = await home.start(*BOT, *command, LOG_LEVEL="DEBUG")
    _, logged = await process.communicate()

    assert outcome.code == 1
    assert outcome.err == (
        "Something went wrong, and nothing was changed (IntegrityError: no such thing). "
        "Please report it; LOG_LEVEL=DEBUG shows where.\n"
    )
    assert b"Traceback" in logged
    assert (await home.bot("export", "-", "--server", "5")).out.count("\n") == 1


@POSIX
async def test_counts(home: Home) -> None:
    """On a terminal it is said how far an import is; what is printed is the same without."""
    home.write("a.csv", SHEET)
    ours, its = os.openpty()

    process = await asyncio.create_subprocess_exec(
        *BOT, "import", "a.csv", "--yes", "--server", "5",
        cwd=home.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE, stderr=its,
    )  # fmt: skip
    out, _ = await process.communicate()
    os.close(its)
    told = os.read(ours, 10_000).decode().replace("\r\n", "\n")
    os.close(ours)

    assert b"Brought in: 3 changes.\n" in out
    assert "\r1 of 1 lines compared\n" in told
    assert "\r1 of 1 entries looked for in the store\n" in told


async def test_no_store(home: Home) -> None:
    """An export of a store that is not there makes none."""
    outcome = await home.bot("export", "a.jsonl", DATABASE_PATH="none.db")

    assert outcome.fault.startswith("There is no store at none.db.")
    assert not (home.folder / "none.db").exists()
