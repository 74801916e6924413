"""What an older version kept of what people searched for is gone with the next start."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.answers.asks import decode, encode
from bot.model import Ask, Command, Kind
from bot.store.database import Database

SEARCH = Ask(Command.SEARCH, text="my. own. illness", kind=Kind.STAT, source_id=1, page=2)


@pytest.mark.parametrize(
    ("kept", "after"),
    [
        (encode(SEARCH, 5), encode(Ask(Command.SEARCH, kind=Kind.STAT, source_id=1, page=2), 5)),
        (encode(Ask(Command.SEARCH, text="x"), 0), encode(Ask(Command.SEARCH), 0)),
        (encode(Ask(Command.QUOTE, speaker_id=3, text="illness"), 5), encode(Ask(Command.SEARCH), 5)),
        (encode(Ask(Command.QUOTE, speaker_id=3), 5), encode(Ask(Command.QUOTE, speaker_id=3), 5)),
        (encode(Ask(Command.TIMELINE, page=1), 5), encode(Ask(Command.TIMELINE, page=1), 5)),
        ("told", "told"),
        ("digest:7", "digest:7"),
    ],
)
async def test_words_of_an_older_version(built: Path, tmp_path: Path, kept: str, after: str) -> None:
    """The words are cut off; who asked, the page and everything else stay, and it is still a question."""
    path = tmp_path / "old.db"
    shutil.copyfile(built, path)
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "INSERT INTO posted (entry_id, guild_id, message_id, channel_id, ask, posted_at) VALUES (1, 7, 8, 9, ?, 1)",
            (kept,),
        )
        conn.execute("DROP TABLE prove_again")  # a later version makes it
        conn.execute("PRAGMA user_version = 11")

    async with Database(path) as db, db.read() as conn:
        rows = [row[0] for row in await conn.execute_fetchall("SELECT ask FROM posted")]

    assert rows == [after]
    assert not after.startswith("ask:") or decode(after)
