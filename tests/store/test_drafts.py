"""Drafts: kept as they were written, for their author in their server alone."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Actor, Kind
from bot.store import drafts
from bot.store.database import Database
from bot.store.drafts import Draft
from bot.store.files import migrations
from bot.store.functions import FUNCTIONS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AUTHOR = Actor(5, 501, manages=False, roles=frozenset())


@pytest.mark.parametrize("text", ["", "a\n\u200b\u202e“b”", "'; DROP TABLE draft; --", '{"json": [1]}', "x" * 4000])
async def test_a_draft_is_kept_as_written(empty: Database, text: str) -> None:
    """All that a form held comes back, whatever it was."""
    fields = {"statement": text, "new.title": text, "": text}

    async with empty.write() as conn:
        id_ = await drafts.insert(conn, AUTHOR, "edit", Kind.EVENT, fields, target_id=7, base=3, now=NOW)

    async with empty.read() as conn:
        assert await drafts.select(conn, 5, 501, id_) == Draft(id_, "edit", Kind.EVENT, 7, 3, fields, NOW)


async def test_a_draft_is_its_authors(empty: Database) -> None:
    """Nobody else finds it, and its author does not in another server."""
    async with empty.write() as conn:
        id_ = await drafts.insert(conn, AUTHOR, "add", Kind.STAT, {"note": "Mine."}, now=NOW)

    async with empty.read() as conn:
        assert await drafts.select(conn, 5, 502, id_) is None
        assert await drafts.select(conn, 6, 501, id_) is None
        assert await drafts.select_of(conn, 5, 502, ["add"], limit=5) == []
        assert await drafts.select_of(conn, 6, 501, ["add"], limit=5) == []


async def test_drafts_are_listed_by_what_they_are_for(empty: Database) -> None:
    """Of the purposes asked for, the last touched come first, and no more than asked for."""
    async with empty.write() as conn:
        ids = [
            await drafts.insert(conn, AUTHOR, purpose, Kind.STAT, {}, now=NOW)
            for purpose in ("add", "suggest", "edit", "add")
        ]
        await drafts.update(conn, ids[0], {"note": "Touched."}, NOW + timedelta(minutes=1))

    async with empty.read() as conn:
        listed = await drafts.select_of(conn, 5, 501, ["add", "edit"], limit=2)
        assert [draft.id for draft in listed] == [ids[0], ids[3]]
        assert listed[0].fields == {"note": "Touched."}
        assert [draft.id for draft in await drafts.select_of(conn, 5, 501, ["suggest"], limit=9)] == [ids[1]]


async def test_a_draft_is_deleted_alone(empty: Database) -> None:
    """A draft that was saved or thrown away is gone, and the others stay."""
    async with empty.write() as conn:
        gone, left = [await drafts.insert(conn, AUTHOR, "add", Kind.STAT, {}, now=NOW) for _ in range(2)]
        await drafts.delete(conn, gone)

    async with empty.read() as conn:
        assert await drafts.select(conn, 5, 501, gone) is None
        assert [draft.id for draft in await drafts.select_of(conn, 5, 501, ["add"], limit=5)] == [left]


async def test_a_form_is_no_draft(empty: Database) -> None:
    """What a form held is found by its author in their server, and never as a draft; a draft is no form."""
    text = "a\n\u200b'; DROP TABLE draft; --"
    async with empty.write() as conn:
        form_id = await drafts.insert_form(conn, AUTHOR, 7, {"action": "entry.status", "text": text}, NOW)
        draft_id = await drafts.insert(conn, AUTHOR, "add", Kind.STAT, {}, now=NOW)

    async with empty.read() as conn:
        assert await drafts.select_form(conn, 5, 501, form_id) == (7, {"action": "entry.status", "text": text})
        assert await drafts.select_form(conn, 5, 502, form_id) is None
        assert await drafts.select_form(conn, 6, 501, form_id) is None
        assert await drafts.select_form(conn, 5, 501, draft_id) is None
        assert await drafts.select(conn, 5, 501, form_id) is None


def test_ids_are_given_once() -> None:
    """A button of a draft that is gone never leads to another one, also where the table was made anew meanwhile."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    row = "INSERT INTO draft VALUES (NULL, 5, 501, 'add', 'stat', 0, 0, '{}', 0)"
    for name, (arguments, function) in FUNCTIONS.items():
        conn.create_function(name, arguments, function)
    for script in migrations()[:4]:
        conn.executescript(script)
    for _ in range(2):
        conn.execute(row)
    conn.execute("DELETE FROM draft WHERE id = 2")

    for script in migrations()[4:]:
        conn.executescript(script)
    conn.execute(row)

    assert conn.execute("SELECT id, purpose FROM draft").fetchall() == [(1, "add"), (3, "add")]
    conn.close()
