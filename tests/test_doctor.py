"""The doctor: that it finds what keeps the bot from running, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
import pytest
from discord_api import APPLICATION, MESSAGE_CONTENT_GRANTED, TOKEN, DiscordApi, discord_api
from patient import Patient
from process import POSIX
from sharing import others

from bot import invite, worker
from bot.doctor import Check, Level
from bot.store.database import Database, migrations

FERRY = Path(__file__).parent / "ingest" / "data"


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """Return a folder with one pack, and neither settings nor a store."""
    found = Patient(tmp_path)
    found.packs.mkdir()
    shutil.copy(FERRY / "ferry.toml", found.packs)
    return found


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordApi]:
    """Return a Discord to log in to."""
    async with discord_api() as served:
        monkeypatch.setattr(discord.http.Route, "BASE", served.base)
        yield served


async def test_new_clone(patient: Patient) -> None:
    """Where nothing is set up yet, nothing fails: each check says what will be made and what there is to do."""
    checks = await patient.checks()

    assert [(check.level, check.what.split()[0]) for check in checks] == [
        ("ok", "Python"), ("ok", "Packages:"), ("ok", "SQLite"), ("ok", "Settings:"), ("ok", "Store:"),
        ("ok", "Pack"), ("warn", "Discord"),
    ]  # fmt: skip
    assert str(checks[-1]).endswith(" — python -m bot preview works without one")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can get into, which those of pytest are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
async def test_files_that_everybody_can_read(open_folder: Path) -> None:
    """Settings, a store or copies that every user can read are named, with the command that changes it."""
    patient = Patient(open_folder)
    patient.packs.mkdir()
    await patient.build()
    patient.env_file.write_text("# all as it comes\n")
    copy = patient.store.with_name("store-20260101-000000.db")
    shutil.copyfile(patient.store, copy)
    for file in (patient.store, patient.env_file):
        file.chmod(0o600)
    copy.chmod(0o640)
    assert [check.what for check in await patient.checks() if "can be read" in check.what] == []

    for file in (patient.store, patient.env_file, copy):
        file.chmod(0o644)
    settings, store = [check for check in await patient.checks() if "can be read" in check.what]
    open_folder.chmod(0o700)  # noqa: ASYNC240 - nothing else waits
    closed = [check for check in await patient.checks() if "can be read" in check.what]

    assert (settings.level, settings.advice) == ("warn", f"chmod o-rwx {patient.env_file}")
    assert (store.level, store.advice) == ("warn", f"chmod o-rwx {copy} {patient.store}")
    assert closed == []


@POSIX
async def test_processes(patient: Patient) -> None:
    """Who runs on the store is named; two processes of one bot are a warning."""
    await patient.build()

    with others(patient.store) as start:
        first = start()
        assert first.answers()
        alone = await patient.check("Running: ")
        second = start()
        assert not second.answers()
        both = await patient.check("Two processes run the same bot")
    after = await patient.checks()

    assert (alone.level, both.level) == ("ok", "warn")
    assert f"process {first.pid} on " in alone.what
    assert f"process {second.pid} on " in both.what
    assert not [check for check in after if f"process {first.pid}" in check.what]


async def test_packages(tmp_path: Path, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the project asks for is compared with what is installed; only what the bot cannot do without fails."""
    metadata = tmp_path / "site" / "dateline_bot-1.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(
        "Metadata-Version: 2.1\nName: dateline-bot\nVersion: 1\nRequires-Dist: python-dotenv>=1\n"
        "Requires-Dist: no-such-package>=1\nRequires-Dist: aiosqlite>=99\nRequires-Dist: uvloop>=99\n"
        'Requires-Dist: simcord<1; extra == "preview"\nRequires-Dist: no-such-tool; extra == "dev"\n'
        'Requires-Dist: no-such-backport; python_version < "3"\n'
    )
    monkeypatch.syspath_prepend(metadata.parents[1])

    found = [check for check in await patient.checks() if not check.what.startswith("Python")]

    assert [(check.level, check.what.split()[0]) for check in found] == [
        ("ok", "Packages:"), ("FAIL", "no-such-package"), ("FAIL", "aiosqlite"), ("warn", "uvloop"),
        ("warn", "simcord"), ("warn", "Nothing"),
    ]  # fmt: skip
    assert found[1].advice.endswith(' -m pip install "no-such-package>=1"')
    assert found[3].advice.startswith("the bot runs without it, a little slower; ")


def places_without_the_project() -> list[str]:
    """Return where Python looks for packages, less the places that have the project's own metadata."""
    return [place for place in sys.path if not list(Path(place or ".").glob("dateline_bot*-info"))]


async def test_clone_that_is_not_installed(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the project nor its packages are installed, its pyproject.toml says what is needed."""
    monkeypatch.setattr(sys, "path", places_without_the_project())

    check = await patient.check("python-dotenv ")

    assert check.level is Level.FAIL
    assert 'pip install "python-dotenv' in check.advice


async def test_every_fault_of_the_settings(patient: Patient) -> None:
    """Unknown keys, wrong values and a token that is none each fail; the packs are checked all the same."""
    patient.env_file.write_text("COMAND_PREFIX=?\n")
    unknown = await patient.checks(LOG_LEVEL="loud", DISCORD_TOKEN=TOKEN)
    patient.env_file.unlink()
    no_token = await patient.checks(DISCORD_TOKEN="your-token-here")  # noqa: S106 - not one

    assert [check.what for check in unknown if check.level is Level.FAIL] == [
        f"Line 1 of {patient.env_file} sets 'COMAND_PREFIX', which is not a setting. Did you mean COMMAND_PREFIX?",
        "LOG_LEVEL is 'loud'. Use DEBUG, INFO, WARNING or ERROR.",
    ]
    assert [check.what.split(".")[0] for check in no_token if check.level is Level.FAIL] == [
        "DISCORD_TOKEN is still the placeholder"
    ]
    assert [check.level for check in unknown if check.what.startswith("Pack ")] == [Level.OK]
    assert [check.what for check in unknown][-1] == "Discord is not asked until the settings are mended"


async def test_where_the_settings_come_from(patient: Patient) -> None:
    """The file and the keys of the environment that win over it are named, never a value."""
    patient.env_file.write_text("COMMAND_PREFIX=?\n")

    check = await patient.check("Settings: ", LOG_LEVEL="ERROR")

    assert check == Check(Level.OK, f"Settings: {patient.env_file}, and from the environment DATABASE_PATH, LOG_LEVEL")


async def test_no_settings_at_all(patient: Patient) -> None:
    """Without a .env and with nothing in the environment, the example is pointed to."""
    check = await patient.check("There is no ", DATABASE_PATH="")

    assert (check.level, check.advice) == (Level.WARN, "copy .env.example to .env")


async def test_store_and_packs_as_they_should_be(patient: Patient) -> None:
    """A store of this version that holds the packs as they are is fine, also while the bot has it open."""
    await patient.build()

    store, pack = await patient.check("Store: "), await patient.check("Pack ")
    async with Database(patient.store) as db, db.write() as conn:
        await conn.execute("DELETE FROM typo")
        while_open = await patient.check("Store: ")

    assert (store.level, pack.level, while_open.level) == (Level.OK, Level.OK, Level.OK)
    assert store.what.startswith(f"Store: {patient.store}, version {len(migrations())}, ")


async def test_pack_that_is_not_in_the_store_yet(patient: Patient) -> None:
    """A pack that has changed since it was built is said to be waiting for the next start."""
    await patient.build()
    with (patient.packs / "ferry.toml").open("a") as file:
        file.write("# a remark\n")

    check = await patient.check("Pack ferry.toml: ")

    assert check.level is Level.WARN
    assert check.advice == "the next start brings it there"


async def test_pack_that_cannot_be_read(patient: Patient) -> None:
    """Every fault of a pack is a line that fails."""
    (patient.packs / "bad.toml").write_text("format = 1\ncolour = 1\n")

    faults = [check for check in await patient.checks() if check.what.startswith("Pack bad.toml: ")]

    assert len(faults) > 1
    assert {check.level for check in faults} == {Level.FAIL}


async def test_what_servers_have_set(patient: Patient) -> None:
    """What servers have set and this version cannot read is named, each with its server; the rest is not."""
    async with Database(patient.store) as database, database.write() as conn:
        for row in ((5, "language", "klingon"), (5, "colour", "red"), (6, "language", "en-US"), (6, "zone", "Mars")):
            await conn.execute("INSERT INTO guild_setting VALUES (?, ?, ?)", row)
        for name, zone, days in (("a", "UTC", "daily"), ("b", "UTC", "never"), ("c", "Mars", "daily")):
            await conn.execute(
                """
                INSERT INTO digest (guild_id, channel_id, name, zone, wall_time, days, created_by, created_at, since_at,
                    settled_at) VALUES (5, 1, ?, ?, '08:00', ?, 0, 0, 0, 0)
                """,
                (name, zone, days),
            )

    found = [check for check in await patient.checks() if check.what.startswith("Server ")]

    assert {check.level for check in found} == {Level.WARN}
    assert [check.what for check in found] == [
        "Server 5: The setting “language” is “klingon”; it has to be one of en-US, en-GB.",
        "Server 6: There is no time zone “Mars”.",
        "Server 5, digest 2: This version cannot read its days “never”. Set what is wrong, then resume it.",
        "Server 5, digest 3: There is no time zone “Mars”.",
    ]


async def test_older_store(patient: Patient) -> None:
    """A store that a start would bring up to date is a warning to make a backup."""
    await patient.build()
    patient.sql("PRAGMA user_version = 0")

    check = await patient.check("Store: ")

    assert (check.level, check.advice.split(";")[1]) == (Level.WARN, " make a backup first")


@pytest.mark.parametrize("script", ["", "PRAGMA journal_mode = WAL"], ids=["empty", "cut short"])
async def test_store_with_nothing_in_it(patient: Patient, script: str) -> None:
    """A file that a start would only fill needs no backup, whether it is empty or its making was cut short."""
    patient.store.touch()
    patient.sql(script)

    store, pack = await patient.check("Store: "), await patient.check("Pack ")

    assert store == Check(Level.OK, f"Store: {patient.store} is empty and is filled at the first start")
    assert pack.level is Level.OK


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("PRAGMA user_version = 99", "was written by a newer Dateline"),
        ("PRAGMA application_id = 7", "is a database of another program"),
        ("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'meta'", "is damaged"),
    ],
    ids=["newer", "foreign", "damaged inside"],
)
async def test_store_that_cannot_be_used(patient: Patient, script: str, why: str) -> None:
    """A newer, a foreign and a damaged store fail, and are left as they are."""
    await patient.build()
    patient.sql(script)

    check = await patient.check(str(patient.store))

    assert check.level is Level.FAIL
    assert check.what.startswith(f"{patient.store} {why}")


async def test_store_that_is_no_database(patient: Patient) -> None:
    """A file of something else fails."""
    patient.store.write_text("no database " * 100)

    check = await patient.check(str(patient.store))

    assert (check.level, "is damaged or not a database" in check.what) == (Level.FAIL, True)


async def test_places_where_no_store_can_be(patient: Patient) -> None:
    """A folder in the store's place, and a file in its folder's, fail; a folder that is missing does not."""
    patient.store.mkdir()
    file = patient.folder / "file"
    file.touch()

    folder = await patient.check(str(patient.store))
    through_a_file = await patient.check("Store: ", DATABASE_PATH=str(file / "a" / "store.db"))
    new = await patient.check("Store: ", DATABASE_PATH=str(patient.folder / "a" / "b" / "store.db"))

    assert (folder.level, folder.what) == (Level.FAIL, f"{patient.store} is not a file")
    assert through_a_file.level is Level.FAIL
    assert (new.level, new.what.endswith(" is made at the first start")) == (Level.OK, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
async def test_store_that_cannot_be_written(patient: Patient) -> None:
    """A store that this user may not write fails."""
    await patient.build()
    patient.store.chmod(0o444)

    check = await patient.check(str(patient.store))

    assert (check.level, check.what) == (Level.FAIL, f"{patient.store} cannot be written")


@pytest.mark.parametrize(
    ("setting", "flags", "expected"),
    [
        ("auto", MESSAGE_CONTENT_GRANTED, (Level.OK, "Direct Messages, Message Content")),
        ("auto", 0, (Level.WARN, "Message Content is not granted, and everything but typed commands works")),
        ("on", 0, (Level.FAIL, "Message Content is not granted, and MESSAGE_CONTENT is on")),
        ("off", MESSAGE_CONTENT_GRANTED, (Level.OK, "Message Content is off by MESSAGE_CONTENT")),
    ],
)
async def test_discord(
    patient: Patient, api: DiscordApi, setting: str, flags: int, expected: tuple[Level, str]
) -> None:
    """With a token: who the bot is, in how many servers, what the portal grants, and the invitation."""
    api.flags = flags

    login, intents, invitation = (await patient.checks(DISCORD_TOKEN=TOKEN, MESSAGE_CONTENT=setting))[-3:]

    assert login == Check(Level.OK, "Discord: logged in as Dateline, in about 3 servers")
    assert (intents.level, intents.what.endswith(expected[1])) == (expected[0], True)
    assert (invite.SWITCH in intents.advice) is (intents.level is not Level.OK)
    assert invitation == Check(Level.OK, f"Invite: {invite.link(APPLICATION)}")


async def test_no_network(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Discord cannot be reached, that is one plain line."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{port}")

    check = (await patient.checks(DISCORD_TOKEN=TOKEN))[-1]

    assert check.level is Level.FAIL
    assert check.what.startswith("Discord cannot be reached (")
    assert "\n" not in check.what


@pytest.mark.parametrize("limited", [True, False])
async def test_a_platform_without_limits(patient: Patient, monkeypatch: pytest.MonkeyPatch, *, limited: bool) -> None:
    """Where the platform does not limit what a file may take, the doctor says so and what to do; elsewhere nothing."""
    monkeypatch.setattr(worker, "LIMITED", limited)

    found = [check for check in await patient.checks() if "does not limit what a process takes" in check.what]

    assert [check.level for check in found] == ([] if limited else [Level.WARN])
