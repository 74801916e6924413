"""`python -m bot` without Discord: what it prints, how it ends, and what it leaves of the store."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from discord_api import TOKEN
from process import BOT, POSIX, ROOT, STORE, Home

FERRY = ROOT / "tests" / "ingest" / "data"
IMPATIENT = """
import runpy, sys
import bot.store.database
bot.store.database.BUSY_SECONDS = 0.1
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty folder."""
    return Home(tmp_path)


async def test_missing_token(home: Home) -> None:
    """Without a token, one line says where to get one, and nothing is made."""
    outcome = await home.bot()

    assert outcome.fault.startswith("DISCORD_TOKEN is missing. Get one at Discord Developer Portal")
    assert list(home.folder.iterdir()) == []


async def test_every_fault_at_once(home: Home) -> None:
    """All that is wrong with the settings comes in one go, a line each, from the file and the environment."""
    home.write(".env", f"COMAND_PREFIX=?\n{TOKEN}\n")

    outcome = await home.bot("run", LOG_LEVEL="loud", COOLDOWN="5", DISCORD_TOKEN=f"Bot {TOKEN}")

    assert outcome.code == 1
    assert [" ".join(line.split()[:3]) for line in outcome.err.splitlines()] == [
        "Line 1 of", "Line 2 of", "DISCORD_TOKEN starts with", "COOLDOWN is '5'.", "LOG_LEVEL is 'loud'.",
    ]  # fmt: skip


async def test_unknown_command(home: Home) -> None:
    """A command that there is not is answered with those there are, and exit code 2."""
    outcome = await home.bot("frobnicate")

    assert outcome.code == 2
    assert "choose from" in outcome.err
    assert "preview" in outcome.err


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["build", "--help"]])
async def test_help_needs_nothing(home: Home, arguments: list[str]) -> None:
    """The version and the help are printed whatever the settings are."""
    outcome = await home.bot(*arguments, LOG_LEVEL="loud")

    assert (outcome.code, outcome.err) == (0, "")
    assert "Dateline" in outcome.out or "python -m bot" in outcome.out


async def test_building_twice_changes_nothing(home: Home) -> None:
    """The second build of the bot's packs finds everything unchanged and leaves the file as it was."""
    first = await home.bot("build")
    before = home.files()
    second = await home.bot("build")

    assert (first.code, second.code) == (0, 0)
    assert first.out.endswith(" added, 0 changed, 0 removed, 0 unchanged\n")
    assert ": 0 added, 0 changed, 0 removed, " in second.out
    assert list(before) == ["dateline.db"]
    assert home.files() == before


async def test_building_a_changed_pack(home: Home) -> None:
    """A pack named on the command line is built; changed, its entry keeps its id; its article is stored."""
    pack = (FERRY / "ferry.toml").read_text(encoding="utf-8")
    home.write("ferry.toml", pack)
    first = await home.bot("build", "ferry.toml")
    home.write("ferry.toml", pack.replace('statement = "', 'statement = "In short: ', 1))

    second = await home.bot("build", "--source", str(FERRY / "ferry.txt"), "ferry.toml")

    assert first.out.startswith("ferry: ")
    assert ": 0 added, 1 changed, 0 removed, " in second.out
    with closing(sqlite3.connect(home.store)) as conn:
        [(text,)] = conn.execute("SELECT text FROM source")
        [(highest, count)] = conn.execute("SELECT max(id), count(*) FROM entry")
    assert text == (FERRY / "ferry.txt").read_bytes().decode()
    assert highest == count


async def test_article_of_no_pack_is_not_stored(home: Home) -> None:
    """A text that no pack was made from is refused before the store is touched."""
    home.write("other.txt", "Something else.")

    outcome = await home.bot("build", "--source", "other.txt")

    assert outcome.fault.startswith("other.txt is the article of none of these packs (its SHA-256 is ")
    assert not home.store.exists()


@pytest.mark.parametrize(
    "command", [["build", "a.toml", "b.toml"], ["verify", "--source", "a.toml", "--pack", "a.toml"]]
)
async def test_packs_that_cannot_be_read(home: Home, command: list[str]) -> None:
    """The faults of all packs are named at once, each with its file, and nothing is built."""
    home.write("a.toml", "format = ")
    home.write("b.toml", "colour = 1")

    outcome = await home.bot(*command)

    named = {line.split(": ")[0] for line in outcome.err.splitlines()}
    assert outcome.code == 1
    assert named == set(command) & {"a.toml", "b.toml"}
    assert not home.store.exists()


async def test_verify_proves_a_pack(home: Home) -> None:
    """A pack that its article bears out is reported with what was proven."""
    outcome = await home.bot("verify", "--source", str(FERRY / "ferry.txt"), "--pack", str(FERRY / "ferry.toml"))

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("ferry: proven against the text with SHA-256 ")
    assert ". In their passages: 3 figures, 3 quotations word for word, 2 events; no " in outcome.out


async def test_verify_counts_one_as_one(home: Home) -> None:
    """What a pack has one of is not said in the plural."""
    pack = (FERRY / "ferry.toml").read_text(encoding="utf-8")
    home.write("ferry.toml", re.sub(r"(?ms)^\[\[stat\]\].*?(?=^\[\[)", "", pack, count=2))

    outcome = await home.bot("verify", "--source", str(FERRY / "ferry.txt"), "--pack", "ferry.toml")

    assert "In their passages: 1 figure, 3 quotations word for word, 2 events; no " in outcome.out


async def test_verify_says_what_fails(home: Home) -> None:
    """A pack that its article does not bear out is refused with a line for each failure."""
    pack = (FERRY / "ferry.toml").read_text(encoding="utf-8")
    home.write("ferry.toml", re.sub(r"(?m)^value = (?=\d)", "value = 9", pack, count=1))

    outcome = await home.bot("verify", "--source", str(FERRY / "ferry.txt"), "--pack", "ferry.toml")

    assert (outcome.code, outcome.err) == (1, "1 could not be proven.\n")
    assert outcome.out.startswith("ferry: ")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("none.txt", None, "cannot be read: "), ("latin.txt", b"caf\xe9", "is not UTF-8 text (byte 3).")],
)
async def test_verify_needs_a_text(home: Home, name: str, content: bytes | None, why: str) -> None:
    """A file that is not there or is no UTF-8 text is named in one line."""
    if content is not None:
        (home.folder / name).write_bytes(content)

    outcome = await home.bot("verify", "--source", name)

    assert outcome.fault.startswith(f"{name} {why}")


async def test_verify_finds_a_phrase(home: Home) -> None:
    """`--find` prints each place of a phrase as a pack writes it; a phrase that is not there is an error."""
    home.write("a.txt", "One “two”\nthree. ONE two!")

    found = await home.bot("verify", "--source", "a.txt", "--find", "one")
    missed = await home.bot("verify", "--source", "a.txt", "--find", "four")

    assert (found.code, found.out.splitlines()) == (0, ["passage = [0, 3]  One", "passage = [17, 20]  ONE"])
    assert missed.fault == "'four' is not in a.txt."


@pytest.mark.parametrize("command", ["build", "run"])
@pytest.mark.parametrize(
    ("content", "script", "why"),
    [
        (b"not a database, whatever else it may be. " * 50, "", "is damaged or not a database"),
        (b"", "CREATE TABLE t (x)", "is a database of another program"),
        (b"", "PRAGMA user_version = 99", "was written by a newer Dateline"),
    ],
    ids=["damaged", "foreign", "newer"],
)
async def test_store_that_cannot_be_used(home: Home, command: str, content: bytes, script: str, why: str) -> None:
    """A damaged, a foreign and a newer file each give one line, a non-zero exit, and stay as they are."""
    home.lay(content)
    if script:
        home.sql(script)
    before = home.files()

    outcome = await home.bot(command, DISCORD_TOKEN=TOKEN)

    assert f"{STORE} {why}" in outcome.fault
    assert home.files() == before


async def test_locked_store(home: Home, built: Path) -> None:
    """A store that another program is writing to gives one line and a non-zero exit."""
    home.lay(built)
    before = home.files()["dateline.db"]

    with closing(sqlite3.connect(home.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcome = await home.run(sys.executable, "-c", IMPATIENT, "build")

    assert outcome.fault == f"{STORE} is locked by another program. Wait until that is done, or stop it."
    assert home.files()["dateline.db"] == before


@POSIX
async def test_full_disk(home: Home) -> None:
    """A build that the disk has no room for gives one line and leaves nothing half done."""
    await home.bot("build", str(FERRY / "ferry.toml"))

    limited = f'ulimit -f 64; unset COVERAGE_PROCESS_CONFIG; exec "{sys.executable}" -m bot build'
    outcome = await home.run("sh", "-c", limited)
    with closing(sqlite3.connect(home.store)) as conn:
        sources = list(conn.execute("SELECT key FROM source"))
    after = await home.bot("build")

    assert f"{STORE} is on a disk that is full or failing" in outcome.fault
    assert sources == [("ferry",)]
    assert after.code == 0
    assert ": 0 added" not in after.out


@POSIX
@pytest.mark.parametrize(("what", "mode"), [("file", 0o444), ("folder", 0o555)])
async def test_read_only(home: Home, built: Path, what: str, mode: int) -> None:
    """A store that may not be written gives one line and a non-zero exit, and stays as it is."""
    command = BOT
    if os.geteuid() == 0:
        # Rights mean nothing to root unless it does without those two capabilities.
        if not shutil.which("setpriv"):
            pytest.skip("root may write everything")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *BOT]
    home.lay(built)
    before = home.files()
    locked = home.store if what == "file" else home.store.parent
    locked.chmod(mode)

    outcome = await home.run(*command, "build")
    locked.chmod(0o755)

    assert f"{STORE} cannot be written. Give this user the right" in outcome.fault
    assert home.files() == before


@POSIX
@pytest.mark.parametrize("ending", ["| true", ">&-", "2>&-", ">&- 2>&- <&-"])
async def test_output_closed_early(home: Home, built: Path, ending: str) -> None:
    """Nobody reading what is printed is no reason for a traceback, or for a print to end in the store."""
    home.lay(built)
    before = home.files()

    outcome = await home.run("sh", "-c", f'"{sys.executable}" -m bot build {ending}')

    assert outcome.err == ""
    assert home.files() == before


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
async def test_output_to_a_full_disk(home: Home) -> None:
    """What cannot be printed is an error of one line."""
    outcome = await home.run("sh", "-c", f'"{sys.executable}" -m bot build > /dev/full')

    assert outcome.fault == "What was to be printed could not be: No space left on device."


@pytest.mark.parametrize(
    ("settings", "code", "last"),
    [({}, 0, "warn  Discord is not asked"), ({"LOG_LEVEL": "loud"}, 1, "warn  Discord is not asked")],
)
async def test_doctor(home: Home, settings: dict[str, str], code: int, last: str) -> None:
    """The doctor prints a line per check, fails only on a FAIL, and makes nothing."""
    outcome = await home.bot("doctor", **settings)

    lines = outcome.out.splitlines()
    assert (outcome.code, outcome.err) == (code, "")
    assert {line.split()[0] for line in lines} <= {"ok", "warn", "FAIL"}
    assert any(line.startswith("FAIL") for line in lines) is bool(code)
    assert lines[-1].startswith(last)
    assert list(home.folder.iterdir()) == []
