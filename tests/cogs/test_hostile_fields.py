"""Whatever is written into any form is stored as it is, found again, carried along, and shown without any effect."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

import pytest
import simcord
from digesting import MINUTE, create, posts
from intruding import intruder, leaves
from moderating import Moderated, Opened, moderated
from newsroom import seen

from bot.client import Dateline
from bot.config import Config
from bot.errors import UserError
from bot.model import Kind
from bot.moderating import moderation
from bot.store.database import Database
from bot.store.settings import upsert_setting
from bot.text import units
from bot.worker import Worker

pytestmark = pytest.mark.simcord(shard_count=1)

TEXTS = {
    "mentions": "@everyone @here <@1> <@!1> <@&1> <#1> <t:0:R> <a:boo:1> </stats:1> <id:home> sure",
    "markup": "``` `(code)` ||(hidden)|| **(b)** __(u)__ ~~(s)~~ [x](http://x.example) https://x.example",
    "lines": "# head\n> quoted\n>>> all\n- list\n-# small\n1. one\n||two\nlines||",
    "unseen": "a\u200bb\u2060 \u202eright\u202c \u2066iso\u2069 \ufeffsoft\u00ad \u200f \U000e0041tag \u0301",
    "syntax": "=1+1 @sum '; DROP TABLE entry; -- \" NEAR(a AND NOT OR * ^ : ( {x} %s #12 \t'=cmd|x",
}
WORD = "ferrywords"
"""Stands after each text, so that it can be looked for."""

UNSEEN = re.compile("[\u200b\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\ufeff\U000e0041]")
"""Characters that nobody sees, and some of which turn what stands behind them around."""

EFFECT = re.compile(
    r"@everyone|@here|<@[!&]?1>|<#1>|<t:0:R>|<a:boo:1>|</stats:1>|<id:home>"
    r"|\*\*\(b|__\(u|~~\(s|\|\|(?:\(hidden|two)|`\(code|```|\[x\]\(|http://x|https://x\.example(?!/)"
    r"|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\ufeff\U000e0041]"
    r"|^[ ]*(?:# head|> quoted|>>> all|- list|-# small|1\. one)",
    re.MULTILINE,
)
"""What of those texts has an effect in a message, unless it is escaped."""

GIVEN = {
    "stat": {"figure": "about 12,400 people", "out_of": "20,000 people", "as_of": "2024-03-04"},
    "quote": {},
    "event": {"date": "2024-03-04"},
}
NAMES = {"about", "measure", "speaker", "counted_by", "title"}
"""Fields that hold the name of a subject, or no more than one."""


@pytest.fixture
def simcord_bot(town: Database, config: Config, helpers: Worker) -> Dateline:
    """Return the bot on a small store."""
    bot = Dateline(config, town, message_content=True)
    bot.worker = helpers
    return bot


@pytest.fixture
async def room(simcord_env: simcord.Env, town: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, town)


def written(form: Opened, text: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody fills into a form: as much of the text as each field takes, but for what is given."""
    fields: dict[str, str] = {}
    modal: Any = form.result.modal
    for row in modal["components"]:
        control = row["component"]
        key, most = control["custom_id"], control.get("max_length", 0)
        if key in given:
            fields[key] = given[key]
        elif "options" not in control:
            whole = called(text) if key in NAMES else f"{text} {WORD} " * 100
            fields[key] = (whole if control["style"] == 2 else one_line(whole))[:most].strip()
    return fields


def one_line(text: str) -> str:
    """Return text without line breaks and tabs."""
    return re.sub(r"\s", " ", text)


def called(text: str, more: str = "") -> str:
    """Return a text as the name of something."""
    return f"{one_line(text).replace(';', '')[:70].strip()} {WORD}{more}"


async def write(room: Moderated, kind: str, text: str) -> tuple[int, dict[str, str]]:
    """Add an entry with this text in every field, from a source of its own; return its id and what was typed."""
    form = await room.slash_form(f"entry add {kind}")
    typed = written(form, text, GIVEN[kind])
    draft = await room.fill(form, None, None, **typed)
    details = await room.press_form(draft, "Details")
    more = written(details, text, GIVEN[kind])
    draft = await room.fill(details, None, draft, **more)
    choice = await room.press_form(draft, "Source")
    draft = await room.fill(choice, None, draft, source="new")
    asked = await room.press_form(draft, "New source")
    given = {"new.url": f"https://x.example/{one_line(text)}".replace(" ", "")[:400], "new.published": "2024-03-05"}
    draft = await room.fill(asked, None, draft, **written(asked, text, given))
    save = next(label for label in draft.buttons if label.startswith("Save"))
    assert save not in draft.disabled, draft.everything
    saved = await room.press(draft, save)
    return int(saved.title.removeprefix("Saved as #")), typed | more


def shown(body: Any) -> Iterator[str]:
    """Yield whatever Discord reads as markup in a message."""
    yield body.get("content") or ""
    for embed in body.get("embeds") or ():
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for field in embed.get("fields") or ():
            yield from (field["name"], field["value"])


def harmless(room: Moderated) -> int:
    """Assert that no message of the bot wakes anybody or shows what was typed as anything but text; count them."""
    count = 0
    for request in room.env.http_requests:
        body = request.json if isinstance(request.json, dict) else {}
        data = body.get("data") if "data" in body else body
        if not data or not {"embeds", "content"} & set(data):
            continue
        count += 1
        if request.method != "PATCH" or data.get("content"):  # an edit without content notifies nobody
            assert {name for name, allowed in data["allowed_mentions"].items() if allowed} == set()
        for text in shown(data):
            bare = re.sub(r"```.*?```|`[^`\n]*`", "", re.sub(r"\\([^\w\s])", "·", text), flags=re.DOTALL)
            assert EFFECT.search(bare) is None, text
            assert "\\\\" not in text, f"escaped twice: {text}"
            assert "went wrong" not in text
    raised = [getattr(error, "original", error) for error in room.env.errors]
    assert [error for error in raised if not isinstance(error, UserError)] == []
    return count


async def stored(room: Moderated, guild_id: int, entry_id: int) -> dict[str, str]:
    """Return the fields of an entry."""
    async with room.store.read() as conn:
        return (await moderation.fields_of(conn, guild_id, entry_id))[1]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_entries(room: Moderated, text: str) -> None:
    """An entry of each kind is stored as it was typed, found by its words and names, and shown harmlessly."""
    for kind in Kind:
        entry_id, typed = await write(room, kind, text)
        name = typed["speaker" if kind is Kind.QUOTE else "about"]
        questions = [
            ("search", {"text": WORD}), ("show", {"id": str(entry_id)}), ("profile", {"name": name}),
            ("timeline", {"about": name}), ("stats", {"about": name}), ("quote", {"who": name}), ("sources", {}),
            ("sources", {"source": "3"}), ("search", {"text": one_line(text), "source": "3"}),
        ]  # fmt: skip
        answers = [(command, await room.slash(command, room.member, **options)) for command, options in questions]
        await room.slash("compare", room.member, measure=typed.get("measure", name))

        fields = await stored(room, room.here.guild.id, entry_id)
        assert {key: fields[key] for key in typed} == typed
        for command, answer in answers[:3]:
            assert WORD in answer.everything, command
    assert harmless(room) > 30


@pytest.mark.parametrize("text", [TEXTS["unseen"], "😀" * 80, "*_~|" * 60], ids=["unseen", "emoji", "signs"])
async def test_completions(room: Moderated, text: str) -> None:
    """What is offered while somebody types, in whatever command, is a line of what can be seen, and not too long."""
    await write(room, "event", text)
    offered: dict[str, list[str]] = {}
    for path, leaf in leaves(room.env):
        for option in (one["name"] for one in leaf.get("options", ()) if one.get("autocomplete")):
            for typed in ("", WORD, "3"):
                choices = await room.moderator.autocomplete(room.here.channel, path, option, typed)
                offered.setdefault(f"{path} {option}", []).extend(choice["name"] for choice in choices)

    names = {name for listed in offered.values() for name in listed}
    assert offered["entry source edit source"]
    assert offered["entry subject edit name"]
    assert [name for name in names if UNSEEN.search(name) or not 0 < units(name.strip()) <= 100] == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_refusals(room: Moderated, text: str) -> None:
    """Whatever is typed into a command that fits nothing is said back harmlessly, and escaped once."""
    moderator, line = await intruder(room.env, room.moderator, room.here.channel), one_line(text)

    for path, leaf in leaves(room.env):
        for typed in (line, "[x](http://x.example)"):
            await moderator.slash(path, leaf, typed)
    for typed in ("entry alias list", "entry source edit", "entry subject edit", "entry add event", "digest show"):
        await moderator.type(f"!{typed} {line}")

    assert harmless(room) > 80


async def entries_of(room: Moderated, guild_id: int) -> list[dict[str, str]]:
    """Return the fields of every entry of a server, but for the numbers of sources."""
    async with room.store.read() as conn:
        rows = await conn.execute_fetchall("SELECT id FROM entry WHERE guild_id = ? ORDER BY id", (guild_id,))
    return [{**await stored(room, guild_id, id_), "source": ""} for (id_,) in rows]


def renumbered(sheet: bytes) -> bytes:
    """Return a sheet as new entries of source 2, after a look whether a spreadsheet would take a cell for a formula."""
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))
    assert [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")] == []
    new = io.StringIO()
    writer = csv.DictWriter(new, rows[0])
    writer.writeheader()
    writer.writerows({**row, "id": "", "source": "2"} for row in rows)
    return new.getvalue().encode()


@pytest.mark.parametrize("format_", ["json lines", "csv"])
async def test_carried(room: Moderated, format_: str) -> None:
    """What is exported, as either file, is the same where it is brought in; no cell of a sheet is a formula."""
    for text, kind in zip(TEXTS.values(), cycle(Kind)):
        await write(room, kind, text)
    answer = await room.slash("data export", room.moderator, format=format_)
    [file] = answer.files
    content = await file.read()
    content = renumbered(content) if format_ == "csv" else content
    there = room.elsewhere.moderator

    dry = await room.slash("data import", there, file=(file.filename, content))
    [button] = [label for label in dry.buttons if label.startswith("Import")]
    await room.press(dry, button, there)

    carried = await entries_of(room, room.elsewhere.guild.id)
    assert len(carried) == len(TEXTS)
    assert carried == await entries_of(room, room.here.guild.id)
    assert WORD in (await room.slash("search", room.elsewhere.member, text=WORD)).everything
    assert harmless(room)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_files(room: Moderated, text: str) -> None:
    """A file with such a name, with such columns or with such rows is answered harmlessly, whatever is wrong."""
    line = one_line(text)
    good = {"kind": "event", "about": called(text), "title": line, "statement": text, "source": "1"}
    rows = [good, {**good, "kind": line}, {**good, "source": line}, {**good, "date": line, "status": line}]
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, good | {"date": "", "status": ""})
    writer.writeheader()
    writer.writerows(rows)
    name = re.sub(r"[^\w .@<>&!*`()-]", "", line)

    files = {f"{name}.csv": sheet.getvalue(), "a.csv": f"kind,{line}\n", "a.toml": f"{line} = 1\n"}
    files |= {"a.jsonl": f"{line}\n", name: ""}
    told = [await room.slash("data import", file=(named, content.encode())) for named, content in files.items()]

    assert told[0].title.startswith("Dry run")
    assert harmless(room) >= len(told)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_moderators_do(room: Moderated, text: str) -> None:
    """Other names, reasons, changes and what came of them show such texts harmlessly, and so do refusals."""
    id_, typed = await write(room, Kind.EVENT, text)
    entry, name, line = str(id_), typed["about"], called(text)
    subject = await room.slash_form("entry subject edit", name=name)
    await room.fill(subject, None, None, description=one_line(text)[:400])
    await room.slash("entry alias add", subject=name, alias=called(text, " other"))
    await room.slash("entry alias add", subject=name, alias=called(text, " other"))
    found = await room.slash("profile", room.member, name=called(text, " other"))
    await room.slash("entry status", id=entry, status="disputed", reason=(f"{text} {WORD} " * 20)[:1000])
    form = await room.slash_form("entry edit", id=entry)
    draft = await room.fill(form, None, None, statement=f"{text} {WORD}, changed")
    await room.press(draft, "Save all the same" if "Save all the same" in draft.buttons else "Save")
    history = await room.slash("entry history", id=entry)
    await room.pick(history, history.options[0].label)
    await room.slash("entry remove", id=entry)
    for command, option in (("entry alias add", "subject"), ("entry alias remove", "alias"), ("entry edit", "id")):
        more = {"alias": line} if option == "subject" else {}
        await room.slash(command, **{option: f"no {line}"}, **more)
    for typed_text in ("alias remove", "alias add a =", "status 1", "status", "edit", "drafts"):
        await room.typed(f"!entry {typed_text} {line}")
    for command in ("digest show", "digest log"):
        await room.slash(command, digest=line)
    await room.typed(f"!digest create {line}")
    await room.typed(f"<@{room.env.bot.user.id}> {line}")  # pyright: ignore[reportOptionalMemberAccess]

    assert WORD in found.everything
    assert harmless(room) > 20


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_suggestions(room: Moderated, text: str) -> None:
    """A suggestion, the reason why it is turned down, and the message to its member show such texts harmlessly."""
    async with room.store.write() as conn:
        await upsert_setting(conn, room.here.guild.id, "review_channel", str(room.here.channel.id))
    form = await room.slash_form("suggest", room.member, kind="quotation", source="2")
    draft = await room.fill(form, room.member, None, **written(form, text, {}))
    await room.press(draft, "Send", room.member)
    queue = await room.slash("review")
    rejecting = await room.press_form(queue, "Reject")

    rejected = await room.fill(rejecting, None, queue, reason=(f"{text} {WORD} " * 20)[:300])

    mine = await room.slash("suggestions mine", room.member)
    privacy = await room.slash("privacy", room.member)
    [told] = [seen(message) for message in room.member.user.dm_channel.history()]
    assert "rejected" in rejected.title
    assert WORD in mine.text
    assert WORD in told.text
    assert "uggest" in privacy.text
    assert harmless(room)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_digests(room: Moderated, text: str) -> None:
    """The name and the introduction of a digest, and what it cannot understand, are shown harmlessly, also posted."""
    await write(room, "quote", text)
    card = await create(room)
    words = await room.press_form(card, "Words and time")
    await room.fill(words, None, card, **written(words, text, {"time": "0:03", "zone": "UTC"}))
    await room.press(await room.slash("digest edit", digest="1"), "Start")
    for command in ("show", "list", "log", "preview", "now", "delete"):
        await room.slash(f"digest {command}", **({} if command == "list" else {"digest": "1"}))
    await create(room, time=one_line(text)[:16], zone=one_line(text)[:40], days=one_line(text)[:40])

    await room.env.advance_time(5 * MINUTE)

    [post] = posts(room)
    assert WORD in post.title
    assert harmless(room)
