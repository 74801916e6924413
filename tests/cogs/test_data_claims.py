"""What a moderator's file says of its own proof, and of who did what: it is shown as what it is, and binds nobody."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import simcord
from moderating import ARTICLE, Moderated, moderated, shown
from newsroom import Seen

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

SHARED = "shared:cities-and-deportations"
OWN = "server:ferry"
INVENTED = "I will eat the harbor whole."
PRINTED = "The pier is full by seven,"
NO_TEXT = "The text of the source is not stored here."
BROUGHT = "The text came in a file, and nobody here has compared it with the source."


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators and members."""
    return await moderated(simcord_env, store)


def record(type_: str, **values: Any) -> str:
    """Return a line."""
    return json.dumps({"type": type_, **values}) + "\n"


def quotation(words: str = INVENTED, source: str = SHARED, key: str = "forged", **values: Any) -> str:
    """Return the line of a quotation of Tom Homan that says that it is verified."""
    fields = {
        "words": words,
        "speaker": "Tom Homan",
        "about": "Tom Homan",
        "statement": "On the harbor.",
        "status": "verified",
        **values.pop("fields", {}),
    }
    return record("entry", key=key, kind="quote", source=source, fields=fields, **values)


def article(text: str | None = ARTICLE, key: str = "ferry", **values: Any) -> str:
    """Return the line of an article of the server's own, with its text."""
    hashed = {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest(), "length": len(text)} if text else {}
    return record("source", **{"key": key, "label": "Report on a second ferry", **hashed, **values})


def change(actor: int, **values: Any) -> str:
    """Return a line of history that says that somebody added the quotation in 2020."""
    said = {"target": "entry", "of": ["server", SHARED, "forged"], "action": "added", "actor": str(actor)}
    return record("revision", **said | {"at": "2020-01-01T00:00:00Z", "before": None, "after": {"note": "x"}, **values})


async def upload(room: Moderated, *lines: str) -> Seen:
    """Use /data import with lines and return the dry run."""
    content = record("header", dateline=1) + "".join(lines)
    return await room.slash("data import", file=("export.jsonl", content.encode()))


async def bring(room: Moderated, *lines: str) -> Seen:
    """Bring lines in, and return the dry run."""
    card = await upload(room, *lines)
    done = await room.press(card, next(label for label in card.buttons if label.startswith("Import")))
    assert done.title == "Imported", done.everything
    return card


async def number(room: Moderated, key: str = "forged") -> int:
    """Return the number of the entry with this key in the first server."""
    async with room.store.read() as conn:
        [(id_,)] = await conn.execute_fetchall(
            "SELECT id FROM entry WHERE key = ? AND guild_id = ?", (key, room.here.guild.id)
        )
    return id_


async def test_invented_words_are_unverified(room: Moderated) -> None:
    """A file that calls invented words verified brings them in as unverified, and the dry run and the card say why."""
    card = await bring(room, quotation())

    read = await shown(room, await number(room))
    assert f"It comes in as unverified and not as verified. {NO_TEXT}" in card.everything
    assert "Status: unverified: not yet checked against the source" in read
    assert NO_TEXT in read
    assert "Verified" not in (await room.typed("!quote Tom Homan harbor", room.member)).everything


async def test_words_of_a_text_that_is_here_are_verified(room: Moderated) -> None:
    """Words in an article's stored text are verified, others are refused; what the file claims does not count."""
    source = await room.publish()
    async with room.store.read() as conn:
        [(key,)] = await conn.execute_fetchall("SELECT key FROM source WHERE id = ?", (source,))

    said = {"status": "unverified"}
    card = await bring(
        room, quotation(PRINTED, f"server:{key}", fields=said), quotation(source=f"server:{key}", key="b")
    )

    assert "The source does not have this quotation word for word." in card.everything
    assert "Status: verified: checked against the source" in await shown(room, await number(room))


async def test_a_text_of_the_same_file_proves_nothing(room: Moderated) -> None:
    """Words that stand in a text which the file itself brings are unverified, and the card says so."""
    card = await bring(room, article(), quotation(PRINTED, OWN))

    read = await shown(room, await number(room))
    assert f"It comes in as unverified and not as verified. {BROUGHT}" in card.everything
    assert f"Status: unverified: not yet checked against the source. {BROUGHT}" in read


async def test_a_text_of_an_earlier_file_proves_nothing(room: Moderated) -> None:
    """The text stays one of a file: later files, forms and statuses without a reason prove nothing by it either."""
    await bring(room, article())
    async with room.store.read() as conn:
        [(source,)] = await conn.execute_fetchall("SELECT id FROM source WHERE key = 'ferry'")

    await bring(room, quotation(PRINTED, OWN))
    form = await room.slash_form("entry add quote", source=str(source))
    filled = {"words": PRINTED, "speaker": "Ines Calder", "about": "Harrow Bay", "statement": "On the crowds."}
    draft = await room.fill(form, None, None, **filled)

    assert BROUGHT in draft.everything
    read = await shown(room, await number(room))
    assert f"Status: unverified: not yet checked against the source. {BROUGHT}" in read
    listed = await room.typed(f"!sources {source}", room.member)
    assert "it is in the store, as a file brought it" in listed.everything


async def test_a_moderator_may_say_how_it_was_checked(room: Moderated) -> None:
    """What came unverified becomes verified by a moderator's word, which the card shows."""
    await bring(room, article(), quotation(PRINTED, OWN))
    entry_id = await number(room)

    refused = await room.slash("entry status", id=str(entry_id), status="verified")
    await room.slash("entry status", id=str(entry_id), status="verified", reason="I read the paper.")

    assert "The bot cannot check" in refused.everything
    assert "verified by a moderator. I read the paper." in await shown(room, entry_id)


async def test_what_another_checked_is_what_the_file_says(room: Moderated) -> None:
    """How somebody elsewhere has checked an entry is told as the file says it, and does not count here."""
    card = await bring(room, quotation(fields={"status_reason": "I called his office."}))

    read = await shown(room, await number(room))
    assert "It comes in as unverified and not as verified." in card.everything
    assert f"not yet checked against the source. {NO_TEXT} As the file says: I called his office." in read


async def test_a_status_that_is_no_proof_is_kept(room: Moderated) -> None:
    """That something is in dispute claims no proof: it comes in as the file has it."""
    await bring(room, quotation(fields={"status": "disputed", "status_reason": "He denies it."}))

    assert "Status: disputed: it is in question whether this is right. He denies it." in await shown(
        room, await number(room)
    )


async def test_a_text_that_is_here_stays(room: Moderated) -> None:
    """A file gives an article that is here no other text; its name can be changed."""
    await bring(room, article(), quotation(PRINTED, OWN))

    forged = await upload(room, article(ARTICLE + INVENTED))
    hashed = await upload(room, article(None, sha256="ab" * 32, length=9))
    renamed = await bring(room, article(None, label="Renamed"))

    sentence = "The text of an article that is here is not changed by a file"
    assert sentence in forged.everything
    assert sentence in hashed.everything
    assert "Sources: 1 changed" in renamed.everything
    async with room.store.read() as conn:
        [row] = await conn.execute_fetchall("SELECT label, text, length FROM source WHERE key = 'ferry'")
    assert row == ("Renamed", ARTICLE, len(ARTICLE))


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
async def test_another_source_is_another_claim(room: Moderated, format_: str) -> None:
    """Words that one article has are not verified under another one, to which a file moves them."""
    entry_id = await room.add("quote")
    assert "Status: verified" in await shown(room, entry_id)
    async with room.store.read() as conn:
        [(key,)] = await conn.execute_fetchall("SELECT key FROM entry WHERE id = ?", (entry_id,))
    if format_ == "csv":
        card = await room.slash("data import", file=("a.csv", f"id,kind,source\n{entry_id},quote,1\n".encode()))
        await room.press(card, "Import 1 entry")
    else:
        exported = await room.slash("data export")
        lines = (await exported.files[0].read()).decode().splitlines(keepends=True)
        [line] = [line for line in lines if f'"key":"{key}"' in line and '"type":"entry"' in line]
        await bring(room, json.dumps(json.loads(line) | {"source": SHARED}) + "\n")

    read = await shown(room, entry_id)

    assert "(source 1)" in read
    assert f"Status: unverified: not yet checked against the source. {NO_TEXT}" in read


async def test_a_version_of_what_is_shared(room: Moderated) -> None:
    """A version says what the pack's entry says, and is as verified; one that says more than that is not."""
    async with room.store.read() as conn:
        [(key,)] = await conn.execute_fetchall("SELECT key FROM entry WHERE id = 1")
    await room.press(await room.fill(await room.slash_form("entry edit", id="1"), statement="In other words."), "Save")
    exported = await room.slash("data export")
    lines = (await exported.files[0].read()).decode().splitlines()
    [line] = [json.loads(line) for line in lines if '"corrects"' in line]
    pair = ["cities-and-deportations", key]
    there = room.elsewhere.moderator

    card = await room.slash(
        "data import", there, file=("a.jsonl", (record("header", dateline=1) + json.dumps(line)).encode())
    )
    await room.press(card, "Import 1 entry", there)
    same = await room.typed("!show 1", there)
    line["fields"]["figure"] = "99 people"
    line["key"] = "other"
    await room.slash("entry remove", id="1")

    assert line["corrects"] == pair
    assert "Status: verified: checked against the source" in same.everything
    await room.press(await room.slash("entry remove", id="1"), "Remove")
    await bring(room, json.dumps(line) + "\n")
    assert f"Status: unverified: not yet checked against the source. {NO_TEXT}" in await shown(room, 1)


async def test_a_history_of_a_file_proves_nothing(room: Moderated) -> None:
    """Going back to before a change that a file tells of checks what was there then."""
    before = {"words": "Other words.", "speaker": "Tom Homan", "about": "Tom Homan", "statement": "On it."}
    before |= {"status": "verified", "source": SHARED}
    await bring(room, quotation(), change(7, action="edited", before=before, after={"words": INVENTED}))
    entry_id = await number(room)

    history = await room.slash("entry history", id=str(entry_id))
    asked = await room.pick(history, "Before it was edited")
    await room.press(asked, "Go back")

    read = await shown(room, entry_id)
    assert "Other words." in read
    assert f"Status: unverified: not yet checked against the source. {NO_TEXT}" in read


async def test_nobody_acts_in_anothers_name(room: Moderated) -> None:
    """Who did what, and when, is the file's word: the card names who brought it in, and the history says so."""
    other = room.keeper.user.id
    card = await bring(
        room, quotation(added_by=str(other), added_at="2020-01-01T00:00:00Z", member=str(other)), change(other)
    )
    entry_id = await number(room)

    read = await shown(room, entry_id)
    history = await room.slash("entry history", id=str(entry_id))
    privacy = await room.slash("privacy", room.keeper)

    assert "Who did what, and when, is only what the file says" in card.everything
    # January 2026: the clock goes on while the helper process works.
    assert f"Added: brought in from a file by <@{room.moderator.user.id}>, <t:1767" in read
    assert "Added by somebody, as a file says, <t:1577836800:f>" in history.everything
    assert str(other) not in read + history.everything
    assert privacy.text.startswith("Nothing.")


async def test_what_is_here_keeps_whose_it_is(room: Moderated) -> None:
    """A server that brings back its own export keeps who added and changed what is still there."""
    entry_id = await room.add("quote")
    before = await shown(room, entry_id)
    exported = await room.slash("data export")
    content = await exported.files[0].read()
    async with room.store.write() as conn:
        await conn.execute("UPDATE entry SET added_by = ? WHERE id = ?", (room.keeper.user.id, entry_id))
    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")

    card = await room.slash("data import", file=("export.jsonl", content))
    await room.press(card, "Import 1 entry")

    now = await shown(room, entry_id)
    assert f"Added: <@{room.moderator.user.id}>" in before
    assert f"Added: <@{room.keeper.user.id}>, edited since" in now
    assert "as a file says" not in (await room.slash("entry history", id=str(entry_id))).everything


async def test_a_speaker_is_no_member(room: Moderated) -> None:
    """A subject that a file ties to a member is nobody's: the member's erasure leaves it as it is."""
    other = room.member.user.id
    name = {"subject": f"server:member:{other}", "text": "Kit Marlow", "alias": False}
    spoken = {"subjects": [f"server:member:{other}", f"speaker=server:member:{other}"]}
    fields = {"speaker": "Kit Marlow", "about": "Kit Marlow"}
    lines = [
        record("subject", key=f"member:{other}", kind="person", name="Kit Marlow"),
        record("name", **name),
        quotation(fields=fields, **spoken),
    ]
    await bring(room, *lines)

    again = await upload(room, *lines)
    privacy = await room.slash("privacy", room.member)

    assert privacy.text.startswith("Nothing.")
    assert "Kit Marlow" in await shown(room, await number(room))
    assert again.buttons == ("Cancel",), again.everything
    async with room.store.read() as conn:
        assert list(await conn.execute_fetchall("SELECT 1 FROM subject WHERE key LIKE ?", (f"%{other}%",))) == []


async def test_what_was_erased_stays_erased(room: Moderated) -> None:
    """A quotation that its author had erased does not come back with an older file."""
    sent = await room.member.send(room.here.channel, "Nobody has seen two ferries.")
    from moderating import opened  # noqa: PLC0415

    form = opened(await room.moderator.context_menu(room.here.channel, "Save as quote", sent))
    draft = await room.fill(form, None, None, about="Harrow Bay", statement="A member on ferries.")
    saved = await room.press(draft, next(label for label in draft.buttons if label.startswith("Save")))
    entry_id = int(saved.title.removeprefix("Saved as #"))
    content = await (await room.slash("data export")).files[0].read()
    card = await room.slash("privacy", room.member)
    await room.press(await room.press(card, "Erase …", room.member), "Erase for good", room.member)

    dry = await room.slash("data import", file=("export.jsonl", content))
    await room.press(dry, dry.buttons[0])

    assert "was erased at the wish of the person who wrote it" in dry.everything
    assert "It was erased here, at the wish of the person who wrote it." in dry.everything
    assert "two ferries" not in (await room.typed(f"!show {entry_id}", room.member)).everything
    assert b"two ferries" not in await (await room.slash("data export")).files[0].read()
