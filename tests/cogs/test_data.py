"""Carrying data out of a server and in again, as a moderator does it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import digesting
import discord
import pytest
import simcord
from moderating import Moderated, moderated
from newsroom import Seen, seen

from bot.carry import files
from bot.carry.bring import bring_in, parse
from bot.carry.state import Target
from bot.store.database import Database
from cogs import data_jobs

pytestmark = pytest.mark.simcord(shard_count=1)

SHEET = (
    "id,kind,about,measure,figure,statement,source\n"
    ",stat,Harrow Bay,Crossings,about 12 people,@everyone **cross**.,1\n"
    ",stat,Harrow Bay,Crossings,many,They cross.,1\n"
)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators and members."""
    return await moderated(simcord_env, store)


async def upload(desk: Moderated, content: str | bytes, name: str = "sheet.csv", by: Any = None) -> Seen:
    """Use /data import with a file."""
    content = content.encode() if isinstance(content, str) else content
    return await desk.slash("data import", by or desk.moderator, file=(name, content))


async def download(desk: Moderated, by: Any = None, **options: Any) -> tuple[Seen, str, bytes]:
    """Use /data export and return the answer with the file that comes with it."""
    answer = await desk.slash("data export", by or desk.moderator, **options)
    [file] = answer.files
    return answer, file.filename, await file.read()


async def test_a_dry_run_changes_nothing(desk: Moderated) -> None:
    """An import first shows what would come of each line, to the person alone, with the whole report as a file."""
    card = await upload(desk, SHEET)

    assert card.hidden
    assert card.title == "Dry run: nothing is changed yet"
    assert "Entries: 1 added, 1 refused" in card.everything
    assert "row 3: stat “many”: “Figure” is wrong" in card.everything
    assert card.buttons == ("Import 1 entry", "Cancel")
    [sheet, report] = card.files
    assert (sheet.filename, report.filename) == ("sheet.csv", data_jobs.REPORT)
    assert b"row 2: added: stat" in await report.read()
    assert (await desk.slash("data export")).everything.startswith("\nExported\n0 lines")


async def test_a_file_called_like_the_report(desk: Moderated) -> None:
    """What a file is called is its author's choice: one that is called like the report is brought in as any other."""
    card = await upload(desk, SHEET, f"{data_jobs.REPORT}.csv")

    done = await desk.press(card, "Import 1 entry")

    assert done.title == "Imported"


async def test_confirmed(desk: Moderated) -> None:
    """What is confirmed is there, and the file is gone from the card."""
    card = await upload(desk, SHEET)

    done = await desk.press(card, "Import 1 entry")

    assert done.title == "Imported"
    assert done.files == ()
    assert done.buttons == ("Take this import back",)
    shown = await desk.slash("search", text="cross")
    assert "@\u200beveryone" in shown.everything


async def test_taken_back(desk: Moderated) -> None:
    """An import is taken back with one click, by any moderator, and the history of each entry has both."""
    done = await desk.press(await upload(desk, SHEET), "Import 1 entry")

    back = await desk.press(done, "Take this import back")

    assert (back.title, back.hidden, back.buttons) == ("Taken back", True, ())
    assert "1 entry removed" in back.text
    history = await desk.slash("entry history", id="36")
    assert [option.label.split(":")[0] for option in history.options] == [
        "Before it was reverted",
        "Before it was imported",
    ]
    assert "Nothing was found" in (await desk.slash("search", text="cross")).text


async def test_changed_since(desk: Moderated) -> None:
    """What was changed since is not written over: it is said which entries these are, and the card stays."""
    done = await desk.press(await upload(desk, SHEET), "Import 1 entry")
    await desk.press(await desk.slash("entry remove", id="36"), "Remove")

    pressed = await desk.moderator.click(done.message, label="Take this import back")

    refused, card = seen(pressed.followups[-1]), desk.now(done)
    assert refused.hidden
    assert "this was changed since then: #36" in refused.content
    assert (card.title, card.text, card.buttons) == (done.title, done.text, done.buttons)
    again = await desk.moderator.click(card.message, label="Take this import back")
    assert seen(again.followups[-1]).content == refused.content


async def test_corrections_travel(desk: Moderated) -> None:
    """Messages that show what an import changed are updated with one click, and so they are once it is taken back."""
    first, second, other = [await desk.typed(f"!show {number}", desk.member) for number in (1, 2, 3)]
    listed = await desk.typed("!stats los angeles", desk.member)
    sheet = "id,kind,note\n1,stat,Not so.\n2,stat,Nor this.\n"

    done = await desk.press(await upload(desk, sheet), "Import 2 entries")
    updated = await desk.press(done, "Update 3 messages")
    now = [desk.now(card) for card in (first, second, other, listed)]
    back = await desk.press(updated, "Take this import back")
    again = await desk.press(back, "Update 3 messages")

    assert done.footer == "3 messages here still show it as it was before."
    assert "3 messages that showed what was changed were updated." in updated.everything
    assert "Not so." in now[0].text
    assert "Nor this." in now[1].text
    assert now[2].text == other.text
    assert "Corrected" in now[3].text
    assert "3 messages that showed what was changed were updated." in again.everything
    assert again.buttons == ()
    assert "Not so." not in desk.now(first).text


async def test_corrections_of_articles_and_subjects_travel(desk: Moderated) -> None:
    """Messages that name an article or a subject which an import changed are updated, and so once it is taken back."""
    entry_id = await desk.add("stat")
    shown = await desk.typed(f"!show {entry_id}", desk.member)
    _, name, content = await download(desk)
    changed = content.decode().replace('"label":"Article 1', '"label":"Harbor report')
    changed = changed.replace('"name":"Harrow Bay"', '"name":"Harrow Cove"')

    card = await upload(desk, changed, name)
    done = await desk.press(card, "Import 2 changes")
    updated = await desk.press(done, "Update 1 message")
    now = desk.now(shown)
    back = await desk.press(updated, "Take this import back")
    await desk.press(back, "Update 1 message")

    assert "Harrow Cove" in now.title
    assert "Harbor report" in now.footer
    assert "Harrow Bay" in desk.now(shown).title
    assert "Article" in desk.now(shown).footer


async def test_the_operators_file(desk: Moderated) -> None:
    """What the bot's operator brings in for a server is said to be theirs, in the history and on the card."""
    sheet = (
        "id,kind,about,measure,figure,statement,source\n"
        ",stat,Ferry,Crossings,12 boats,Few cross.,1\n"
        "1,stat,Los Angeles County,Crossings,7 people,Seven cross.,1\n"
    )
    rows = parse("sheet.csv", sheet.encode(), limited=False)
    await bring_in(desk.store, Target(desk.here.guild.id), rows, discord.utils.utcnow(), lambda _: True)

    shown = await desk.typed("!show 36", desk.member)
    history = await desk.slash("entry history", id="1")

    assert "brought in by the bot’s operator, <t:" in shown.everything
    assert "Imported (`#37`) by the bot’s operator, <t:" in history.everything


async def test_cancelled(desk: Moderated) -> None:
    """What is cancelled is not done, and the card says so."""
    card = await upload(desk, SHEET)

    done = await desk.press(card, "Cancel")

    assert done.text == "Nothing was changed."
    assert done.files == ()


async def test_restarted_before_it_is_confirmed(desk: Moderated) -> None:
    """A dry run can be confirmed after the bot was started anew: nothing of it was kept in memory."""
    card = await upload(desk, SHEET)

    await desk.restart()
    done = await desk.press(card, "Import 1 entry")

    assert done.title == "Imported"


async def test_pressed_twice(desk: Moderated) -> None:
    """An import that was confirmed twice is done once."""
    first, second = await upload(desk, SHEET), await upload(desk, SHEET)

    await desk.press(first, "Import 1 entry")
    again = await desk.press(second, "Import 1 entry")

    assert again.title == "The server has changed meanwhile. Look again"
    assert again.buttons == ("Cancel",)
    assert "1 left as it is" in again.everything


async def test_carried_to_another_server(desk: Moderated) -> None:
    """What one server exports another can bring in, and neither sees the other's."""
    await desk.press(await upload(desk, SHEET), "Import 1 entry")
    _, name, content = await download(desk)
    there = desk.elsewhere.moderator

    before = await desk.slash("data export", there)
    card = await upload(desk, content, name, there)
    done = await desk.press(card, "Import 1 entry", there)

    assert before.everything.startswith("\nExported\n0 lines")
    assert done.title == "Imported"
    assert b"12 people" in (await download(desk, there))[2]


async def test_csv(desk: Moderated) -> None:
    """The sheet holds the entries, opens in Excel, and says the same when it comes back."""
    await desk.press(await upload(desk, SHEET), "Import 1 entry")

    answer, name, content = await download(desk, format="csv")
    card = await upload(desk, content, name)

    assert answer.hidden
    assert name == "dateline-2026-01-01.csv"
    assert content.startswith(b'\xef\xbb\xbf"id","kind",')
    assert b"'@everyone" in content
    assert "1 left as it is" in card.everything
    assert answer.text.startswith("1 entry. /data import")


async def test_a_source_of_one_entry(desk: Moderated) -> None:
    """A source with one entry has one entry, not entries."""
    source = await desk.publish()
    figure = 'kind,about,measure,figure,statement,source\nstat,Ferry,Crossings,"12,400 people",Many cross.,'
    await desk.press(await upload(desk, f"{figure}{source}\n"), "Import 1 entry")

    listed = await desk.slash("sources")

    assert listed.options[-1].description == f"source {source} · 1 entry"


async def test_a_digest_of_another_server(desk: Moderated) -> None:
    """A digest that came from a file says so, and cannot be started for a channel that is not this server's."""
    await digesting.start(desk)
    _, name, content = await download(desk)
    there = desk.elsewhere.moderator
    card = await upload(desk, content, name, there)
    await desk.press(card, card.buttons[0], there)

    listed = await desk.slash("digest list", there)
    shown = await desk.pick(listed, "2: News digest", there)
    refused = await desk.press(shown, "Resume", there)

    assert "digest “News digest”: It comes in paused: look whether its channel" in card.everything
    assert "in a deleted channel" in listed.everything
    assert "paused: It came from a file. Resume starts it, if its channel and its role" in listed.everything
    assert "The channel was deleted. Choose another one." in refused.content
    assert (await desk.slash("digest list", there)).everything == listed.everything


async def test_a_digest_that_mentions_a_role(desk: Moderated) -> None:
    """Whoever starts a digest that came from a file needs the rights of one who sets it up."""
    role = desk.here.guild.create_role("Readers")
    line = {"type": "digest", "name": "News", "channel": str(desk.here.channel.id), "role": str(role.id)}
    line |= {"zone": "UTC", "time": "09:00", "days": "daily", "late": "latest", "window": 360}
    line |= {"stats": 2, "quotes": 2, "events": 1, "corrections": True, "only_new": False, "thread": False}
    card = await upload(desk, f'{{"type":"header","dateline":1}}\n{json.dumps(line)}', "digest.jsonl")
    await desk.press(card, "Import 1 change")

    shown = await desk.slash("digest show", digest="News")
    refused = await desk.press(shown, "Resume")

    said = refused.content.replace("\u200b", "")
    assert "You need Mention @everyone, @here and All Roles in #dateline yourself" in said


async def test_large_exports_are_compressed(desk: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would be too large to bring in again is compressed; what even so is too large is refused."""
    await desk.press(await upload(desk, SHEET), "Import 1 entry")
    monkeypatch.setattr(files, "FILE_BYTES", 100)

    answer, name, content = await download(desk)

    assert name.endswith(".jsonl.gz")
    assert "It is compressed" in answer.everything
    assert b'"type":"header"' in gzip.decompress(content)


@pytest.mark.parametrize("command", ["export", "import"])
async def test_members_may_not(desk: Moderated, command: str) -> None:
    """A member is refused by the commands themselves, whatever Discord shows."""
    options = {"file": ("sheet.csv", SHEET.encode())} if command == "import" else {}
    for shown in await desk.env.bot.tree.fetch_commands():
        if shown.name == "data":
            desk.here.guild.set_command_permissions(shown, {desk.member: True})

    answer = await desk.slash(f"data {command}", desk.member, **options)

    assert answer.hidden
    assert "Manage Server" in answer.content
    assert answer.files == ()


async def test_another_persons_button(desk: Moderated) -> None:
    """A button that was made up brings in nothing."""
    planted = await desk.plant("do:data.bring::" + "0" * 32)

    answer = await desk.press(planted, "Press")

    assert answer.content == data_jobs.GONE


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.exe", b"x", "has to end in .jsonl"),
        ("a.csv", b"id,colour\n", "Unknown columns: colour"),
        ("a.jsonl", b"{}", "no export of Dateline"),
        ("a.csv", b"\xff\x00", "not UTF-8"),
        ("a.csv", b"id,kind,@everyone **x**" + b",long" * 900, "Unknown columns: @\u200beveryone \\*\\*x"),
        ("a.toml", b'format = 1\n"**' + b"x" * 4000 + b'" = 1\n', "The pack cannot be read"),
    ],
)
async def test_what_is_no_file_of_ours(desk: Moderated, name: str, content: bytes, sentence: str) -> None:
    """A file that cannot be read is refused with the reason, to the person alone."""
    answer = await upload(desk, content, name)

    assert answer.hidden
    assert sentence in answer.content


async def test_a_whole_store(desk: Moderated) -> None:
    """A file of everything is the operator's to bring in."""
    answer = await upload(desk, '{"type":"header","dateline":1,"everything":true}\n', "all.jsonl")

    assert answer.hidden
    assert "Only the bot’s operator can bring it in" in answer.content


async def test_compressed(desk: Moderated) -> None:
    """What was compressed is read as it is; a small file that unpacks to a huge one is refused."""
    card = await upload(desk, gzip.compress(SHEET.encode()), "sheet.csv.gz")
    bomb = await upload(desk, gzip.compress(bytes(files.UNPACKED_BYTES + 1)), "bomb.csv.gz")

    assert "1 added, 1 refused" in card.everything
    assert "more than 64 MiB" in bomb.content


async def test_typed(desk: Moderated) -> None:
    """The typed command answers with a button, which gets the file to the person alone, without Attach Files too."""
    await digesting.deny(desk, desk.here.channel, digesting.me(desk), attach_files=True)
    offered = await desk.typed("!data export csv")

    answer = seen(await desk.moderator.click(offered.message, label="Export as CSV"))

    assert answer.hidden
    assert answer.files[0].filename.endswith(".csv")
    assert "/data import" in (await desk.typed("!data import")).content
    assert "Manage Server" in (await desk.typed("!data export", desk.member)).content
