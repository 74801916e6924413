"""Entries that an earlier version called verified: the sweep proves them once more, and says where that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord
from moderating import CHICAGO, FIGURE, QUOTATION, Moderated, edited, moderated, shown

from bot.moderating import proving
from bot.store.database import Database
from bot.store.files import migrations
from bot.writing.proof import BROUGHT, NO_TEXT, NOT_FOUND

pytestmark = pytest.mark.simcord(shard_count=1)

BEFORE = 13
DAY = 24 * 60 * 60
VERIFIED = "Status: verified"
UNVERIFIED = "Status: unverified: not yet checked against the source"


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators and members."""
    return await moderated(simcord_env, store)


async def doubt(room: Moderated, *entry_ids: int, change: str = "") -> None:
    """Leave entries, changed in the way of an earlier file, to be proven once more."""
    async with room.store.write() as conn:
        for entry_id in entry_ids:
            if change:
                await conn.execute(f"UPDATE entry SET {change} WHERE id = ?", (entry_id,))  # noqa: S608 - ours
            await conn.execute("INSERT INTO prove_again VALUES (?)", (entry_id,))


async def swept(room: Moderated) -> None:
    """Let the daily sweep come."""
    await room.env.advance_time(DAY + 1)


async def left(room: Moderated) -> int:
    """Return how many entries have to be proven once more."""
    async with room.store.read() as conn:
        [(count,)] = await conn.execute_fetchall("SELECT count(*) FROM prove_again")
    return count


async def changes(room: Moderated, entry_id: int) -> int:
    """Return how long an entry's history is."""
    async with room.store.read() as conn:
        [(count,)] = await conn.execute_fetchall("SELECT count(*) FROM revision WHERE target_id = ?", (entry_id,))
    return count


FORGED = {
    "quote": ("words = 'I will eat the harbor whole.'", NOT_FOUND),
    "stat": ("value = '99999'", NOT_FOUND),
    "event": ("passage_start = NULL, passage_end = NULL, date_printed = 'May 9, 1999'", ""),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_forged(room: Moderated, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    """An entry whose source's text does not bear it out becomes unverified; its history and the log say so."""
    change, reason = FORGED[kind]
    entry_id = await room.add(kind)
    await doubt(room, entry_id, change=f"{change}, status = 'verified', status_reason = ''")
    assert VERIFIED in await shown(room, entry_id)

    await swept(room)

    read = await shown(room, entry_id)
    assert UNVERIFIED in read
    assert reason in read
    history = await room.slash("entry history", id=str(entry_id))
    assert "Given a status by the bot, which proved it once more" in history.everything
    assert await left(room) == 0
    assert [record for record in caplog.records if getattr(record, "count", 0) == 1]


@pytest.mark.parametrize("kind", ["quote", "stat"])
async def test_proven(room: Moderated, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    """An entry that is borne out stays as it is, without a line of history, and is not proven a third time."""
    entry_id = await room.add(kind)
    before = await shown(room, entry_id), await changes(room, entry_id)
    await doubt(room, entry_id)

    await swept(room)

    assert VERIFIED in before[0]
    assert (await shown(room, entry_id), await changes(room, entry_id)) == before
    assert await left(room) == 0
    assert not [record for record in caplog.records if record.name == "dateline.upkeep"]


async def test_word_of_a_moderator(room: Moderated) -> None:
    """What a moderator has called verified, and said how, is theirs to say."""
    entry_id = await room.add("quote")
    said = "status_reason = 'I have read the paper.', words = 'I will eat the harbor whole.'"
    await doubt(room, entry_id, change=said)

    await swept(room)

    assert "I have read the paper." in await shown(room, entry_id)
    assert UNVERIFIED not in await shown(room, entry_id)
    assert await left(room) == 0


async def test_version_of_the_pack(room: Moderated) -> None:
    """A server's version stays verified while it says the same as a verified entry of the pack, and no longer."""
    await edited(room, CHICAGO, statement="In other words.")
    async with room.store.read() as conn:
        [(own,)] = await conn.execute_fetchall("SELECT id FROM entry WHERE corrects = ?", (CHICAGO,))
    assert VERIFIED in await shown(room, CHICAGO)
    await doubt(room, own)
    await swept(room)
    same = await shown(room, CHICAGO)

    await doubt(room, own, change="value = '99999'")
    await swept(room)
    other = await shown(room, CHICAGO)

    assert VERIFIED in same
    assert UNVERIFIED in other
    assert NO_TEXT in other


async def test_text_of_a_file(room: Moderated) -> None:
    """Words that stand only in a text that a file brought are not proven by it."""
    entry_id = await room.add("quote")
    async with room.store.write() as conn:
        await conn.execute("UPDATE source SET text_from_file = 1 WHERE guild_id > 0")
    await doubt(room, entry_id)

    await swept(room)

    assert BROUGHT in await shown(room, entry_id)


async def test_removed(room: Moderated) -> None:
    """A removed entry comes back unverified."""
    entry_id = await room.add("quote")
    await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")
    await doubt(room, entry_id, change="words = 'I will eat the harbor whole.'")

    await swept(room)
    await room.slash("entry restore", id=str(entry_id))

    assert UNVERIFIED in await shown(room, entry_id)


async def test_not_taken_back(room: Moderated) -> None:
    """To go back to before the bot's finding does not make the entry verified."""
    entry_id = await room.add("quote")
    await doubt(room, entry_id, change="words = 'I will eat the harbor whole.'")
    await swept(room)

    history = await room.slash("entry history", id=str(entry_id))
    refused = await room.pick(history, history.options[0].label)

    assert f"#{entry_id} cannot become what it was" in refused.everything
    assert UNVERIFIED in await shown(room, entry_id)


async def test_true_again(room: Moderated) -> None:
    """Once its words are those of the source, an edit makes the entry verified as any other."""
    entry_id = await room.add("quote")
    await doubt(room, entry_id, change="words = 'I will eat the harbor whole.'")
    await swept(room)

    await edited(room, entry_id, words=QUOTATION["words"])

    assert VERIFIED in await shown(room, entry_id)


async def test_many_in_pieces(room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one piece is done in one sweep, each piece in a transaction of its own."""
    monkeypatch.setattr(proving, "PIECE", 2)
    source = await room.publish()
    ids: list[int] = []
    for number in range(5):
        fields = FIGURE | {"measure": f"Crossings by ferry {number}", "source": str(source)}
        ids.append(await room.add("stat", None, **{key: text for key, text in fields.items() if key != "source"}))
    await doubt(room, *ids[:4])
    await doubt(room, ids[4], change="value = '99999'")

    await swept(room)

    assert await left(room) == 0
    assert [UNVERIFIED in await shown(room, entry_id) for entry_id in ids] == [False] * 4 + [True]


async def test_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new version leaves to the sweep what servers call verified without a word, unless the operator brought it."""
    path, scripts = tmp_path / "old.db", migrations()
    monkeypatch.setattr("bot.store.database.migrations", lambda: scripts[:BEFORE])
    rows = [(0, "verified", ""), (7, "verified", ""), (7, "verified", "Read."), (7, "disputed", "No.")]
    rows += [(7, "verified", "")] * 3
    imports = [(5, 1), (6, 1), (6, 99), (7, 99)]
    async with Database(path) as db, db.write() as conn:
        await conn.execute("INSERT INTO source (id, guild_id, key, label) VALUES (1, 0, 's', 'Gazette')")
        await conn.execute("INSERT INTO subject (id, guild_id, key, kind, name) VALUES (1, 0, 'x', 'topic', 'X')")
        await conn.executemany(
            """
            INSERT INTO entry (guild_id, status, status_reason, id, source_id, key, kind, subject_id, statement,
                added_at, title, date)
            VALUES (?, ?, ?, ?, 1, hex(randomblob(8)), 'event', 1, 'S', 0, 'T', '2024')
            """,
            [(*row, id_) for id_, row in enumerate(rows, 1)],
        )
        await conn.executemany(
            """
            INSERT INTO revision (guild_id, target, target_id, action, actor_id, at)
            VALUES (7, 'entry', ?, 'imported', ?, 0)
            """,
            imports,
        )
    monkeypatch.setattr("bot.store.database.migrations", lambda: scripts)

    async with Database(path) as db, db.read() as conn:
        found = [row[0] for row in await conn.execute_fetchall("SELECT entry_id FROM prove_again")]

    assert found == [2, 6, 7]
