"""The migration to keys that are folded by script: names, typo keys and the search index of an older store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot import names
from bot.answers.lookup import answer
from bot.model import Ask, Command, Scope
from bot.store.database import Database
from bot.store.files import APPLICATION_ID, migrations
from bot.store.functions import FUNCTIONS

BEFORE = 12
"""Version of the store before this migration."""


def lay(path: Path) -> None:
    """Make a store as the version before made it: with keys that lack what makes names differ."""
    with closing(sqlite3.connect(path)) as conn:
        for script in migrations()[:BEFORE]:
            conn.executescript(script)
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        conn.execute(f"PRAGMA user_version = {BEFORE}")
        conn.executescript(
            """
            INSERT INTO source (id, guild_id, key, label) VALUES (1, 0, 's', 'Gazette'), (2, 0, 't', 'Herald');
            INSERT INTO subject (id, guild_id, key, kind, name) VALUES
                (1, 0, 'ram', 'person', 'राम कुमार'),
                (2, 0, 'rima', 'person', 'रीमा कुमार'),
                (3, 0, 'ann', 'person', 'Ann Lee'),
                (4, 7, 'x', 'topic', 'Łódź'),
                (5, 7, 'webhook:łodz bot', 'person', 'Łódź bot');
            INSERT INTO name (id, guild_id, key, rank, subject_id, is_measure, text) VALUES
                (1, 0, 'रम कमर', 0, 1, 0, 'राम कुमार'),
                (2, 0, 'कमर', 2, 1, 0, 'राम कुमार'),
                (3, 0, 'रम कमर', 0, 2, 0, 'रीमा कुमार'),
                (4, 0, 'कमर', 2, 2, 0, 'रीमा कुमार'),
                (5, 0, 'ann lee', 0, 3, 0, 'Ann Lee'),
                (6, 0, 'lee', 2, 3, 0, 'Ann Lee'),
                (7, 7, 'łodz', 0, 4, 0, 'Łódź'),
                (8, 7, 'lodz', 1, 4, 0, 'Lodz'),
                (9, 7, 'łodka', 1, 4, 0, 'Łódka'),
                (10, 7, 'łodka miasto', 1, 4, 0, 'Lódka Miasto'),
                (11, 7, 'ładz', 1, 4, 0, 'Ładz'),
                (12, 7, 'ladz', 1, 4, 0, 'Ladz');
            INSERT INTO name_source (source_id, name_id) VALUES
                (1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (1, 4), (1, 5), (1, 6);
            INSERT INTO typo (key, word) VALUES ('रम', 'रम'), ('lee', 'lee'), ('le', 'lee');
            INSERT INTO entry (id, guild_id, source_id, key, kind, subject_id, statement, added_at, words, speaker_id)
                VALUES (1, 0, 1, 'e', 'quote', 1, 'राम ने कहा', 0, 'सभा में प्रवासन', 1);
            INSERT INTO entry_subject VALUES (1, 'quote', 0, 'about', 0, 1, 0), (1, 'quote', 0, 'speaker', 1, 1, 0);
            INSERT INTO entry_fts (rowid, facet, subjects, statement, words, context, source)
                SELECT id, facet, subjects, statement, words, context, source FROM entry_document;
            """
        )


async def test_names_get_their_keys(tmp_path: Path) -> None:
    """An older store's names are looked up by their letters; what its sources brought, they still bring."""
    lay(tmp_path / "old.db")

    async with Database(tmp_path / "old.db") as db, db.read() as conn:
        found = list(
            await conn.execute_fetchall(
                "SELECT id, key, rank, subject_id, text FROM name ORDER BY subject_id, rank, key"
            )
        )
        sourced = list(
            await conn.execute_fetchall(
                "SELECT source_id, key, subject_id FROM name_source JOIN name ON id = name_id ORDER BY 3, 2, 1"
            )
        )

    assert [tuple(row)[1:4] for row in found] == [
        (names.key("राम कुमार"), 0, 1),
        (names.key("कुमार"), 2, 1),
        (names.key("रीमा कुमार"), 0, 2),
        (names.key("कुमार"), 2, 2),
        ("ann lee", 0, 3),
        ("lee", 2, 3),
        ("lodz", 0, 4),
        ("ladz", 1, 4),
        ("lodka", 1, 4),
        ("lodka miasto", 1, 4),
        ("lodz", 1, 4),
        ("miasto", 2, 4),
    ]
    assert {row[0]: row[4] for row in found if row[3] == 4 and row[2] < 2}[11] == "Ładz", "the older of two is kept"
    assert [tuple(row) for row in sourced] == [
        (1, names.key("कुमार"), 1),
        (2, names.key("कुमार"), 1),
        (1, names.key("राम कुमार"), 1),
        (2, names.key("राम कुमार"), 1),
        (1, names.key("कुमार"), 2),
        (1, names.key("रीमा कुमार"), 2),
        (1, "ann lee", 3),
        (1, "lee", 3),
    ]


async def test_the_rest_follows(tmp_path: Path) -> None:
    """Typo keys are those of the new words, webhooks keep their subject, and search knows marks."""
    lay(tmp_path / "old.db")

    async with Database(tmp_path / "old.db") as db:
        async with db.read() as conn:
            typos = {tuple(row) for row in await conn.execute_fetchall("SELECT key, word FROM typo")}
            keys = [
                row[0] for row in await conn.execute_fetchall("SELECT key FROM subject WHERE guild_id = 7 ORDER BY key")
            ]
            tables = await conn.execute_fetchall("SELECT name FROM sqlite_schema WHERE name LIKE 'rekeyed%'")
        found = [
            (await answer(db, Scope(0, 1), Ask(Command.SEARCH, text=text))).total for text in ("राम", "रम", "प्रवासन")
        ]

    words = {word for name in ("राम कुमार", "रीमा", "Łódź", "Lodka Miasto", "Ladz") for word in names.key(name).split()}
    assert typos == {(key, word) for word in words for key in names.typo_keys(word)} | {("lee", "lee"), ("le", "lee")}
    assert keys == ["webhook:łódź bot", "x"]
    assert list(tables) == []
    assert found == [1, 0, 1]


async def test_a_crash_in_between(tmp_path: Path) -> None:
    """A migration that stops half-way leaves the store as it was, and the next start does it."""
    lay(tmp_path / "old.db")
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as conn:
        for name, (arguments, function) in FUNCTIONS.items():
            conn.create_function(name, arguments, function)
        conn.execute("BEGIN IMMEDIATE")
        for statement in migrations()[BEFORE].partition("DELETE FROM typo")[0].split(";\n")[:-1]:
            conn.execute(statement)
        # Closed without COMMIT, as when the process is killed.

    async with Database(tmp_path / "old.db") as db, db.read() as conn:
        [row] = await conn.execute_fetchall(
            "SELECT count(*) FROM name WHERE key = :key", {"key": names.key("रीमा कुमार")}
        )

    assert row[0] == 1
