"""Digests in files: as they were for the operator; for a moderator set alike, paused, and within what can be set."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from carrying import HERE, LATER, NOW, THERE, bring, counts, do, fill, lines, try_out, whole, whys

from bot.carry.plan import Outcome
from bot.carry.state import Target
from bot.digest import digests
from bot.digest.catchup import CatchUp
from bot.digest.digests import Digest
from bot.digest.schedule import parse_days
from bot.model import Kind
from bot.store.carry import EVERYTHING
from bot.store.database import Database

HEADER = '{"type":"header","dateline":1}\n'
NEWS = {
    "channel_id": 700,
    "name": "Morning news",
    "zone": "America/Chicago",
    "at": time(9, 30),
    "days": parse_days("mon,wed"),
    "catch_up": CatchUp.ALL,
    "window": timedelta(minutes=90),
    "stats": 5,
    "only_new": True,
    "introduction": "What is new,\nevery morning.",
    "role_id": 701,
    "thread": True,
}
LINE = {
    "type": "digest", "name": "News", "channel": "700", "zone": "UTC", "time": "09:00", "days": "daily",
    "late": "latest", "window": 360, "stats": 2, "quotes": 2, "events": 1, "corrections": True, "only_new": False,
    "thread": False,
}  # fmt: skip


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store in which a server has a digest about a subject of its own."""
    about = {"about": "The pier", "title": "A vote", "statement": "They voted.", "source": "1"}
    await fill(empty, [("add", HERE, Kind.EVENT, about)])
    async with empty.read() as conn:
        [(pier,)] = await conn.execute_fetchall("SELECT id FROM subject WHERE name = 'The pier'")
    await do(empty, ("digest", HERE, {**NEWS, "subjects": (pier,)}), NOW)
    yield empty
    await whole(empty)


def digest(**changes: Any) -> str:
    """Return the line of a digest."""
    return json.dumps(LINE | changes) + "\n"


async def digests_of(db: Database, guild_id: int) -> list[Digest]:
    """Return the digests of a server."""
    async with db.read() as conn:
        return await digests.select_all(conn, guild_id)


async def test_as_they_were(town: Database, tmp_path: Path) -> None:
    """The operator's file brings digests back as they stand: running, paused and deleted, due when they were."""
    for name in ("Paused", "Deleted", "Resumed"):
        await do(town, ("digest", HERE, {**NEWS, "name": name}), NOW)
    for deed in (("pause", HERE, 2), ("pause", HERE, 4), ("resume", HERE, 4), ("delete", HERE, 3)):
        await do(town, deed, LATER)
    async with town.write() as conn:  # as older data of zones had it
        await conn.execute("UPDATE digest SET zone = 'Mars/Olympus' WHERE id = 2")
    carried = await lines(town)

    async with Database(tmp_path / "other.db") as other:
        plan = await bring(other, Target(EVERYTHING), carried)
        again = await bring(other, Target(EVERYTHING), carried)

        assert plan.count(Outcome.ADDED, "digest") == 4
        assert set(counts(again)) == {"left"}
        assert await lines(other) == carried
        assert [(one.name, one.paused_reason) for one in await digests_of(other, 5)] == [
            ("Morning news", ""), ("Paused", "A reason."), ("Resumed", ""),
        ]  # fmt: skip
        first, theirs = (await digests_of(town, 5))[0], (await digests_of(other, 5))[0]
        assert theirs == first


async def test_what_is_new_to_it(town: Database, tmp_path: Path) -> None:
    """What a digest has carried is not in the file; so that nothing is new twice, what came until then is not."""
    async with town.write() as conn:
        await conn.execute("UPDATE digest SET settled_at = settled_at + 100")

    async with Database(tmp_path / "other.db") as other:
        await bring(other, Target(EVERYTHING), await lines(town))

        [theirs] = await digests_of(other, 5)
        assert theirs.new_since == theirs.settled_at == NOW + timedelta(seconds=100)


async def test_in_another_server(town: Database) -> None:
    """A moderator's file adds a digest as it is set, paused until somebody has looked at it; once."""
    carried = await lines(town, 5)

    here = await try_out(town, Target(5, HERE), carried)
    there = await bring(town, Target(6, THERE), carried)
    again = await bring(town, Target(6, THERE), carried)

    assert here.count(Outcome.LEFT, "digest") == again.count(Outcome.LEFT, "digest") == 1
    assert there.count(Outcome.ADDED, "digest") == 1
    assert "It comes in paused: look whether its channel and its role are there" in "".join(whys(there, Outcome.ADDED))
    [made] = await digests_of(town, 6)
    assert (made.paused_at, made.paused_reason) == (LATER, digests.FROM_FILE)
    assert (made.created_by, made.created_at, made.next_due_at) == (THERE.user_id, LATER, None)
    assert made.subjects != (await digests_of(town, 5))[0].subjects
    assert {key: getattr(made, key) for key in NEWS} == NEWS


async def test_it_runs_once_it_is_resumed(town: Database) -> None:
    """What came from a file runs from the next due moment on; before, nothing was due and nothing was missed."""
    await bring(town, Target(6, THERE), HEADER + digest())
    later = LATER + timedelta(days=9)

    await do(town, ("resume", THERE, 2), later)

    [made] = await digests_of(town, 6)
    assert made.paused_at is None
    assert made.next_due_at == later.replace(hour=9)
    async with town.read() as conn:
        assert list(await conn.execute_fetchall("SELECT 1 FROM digest_edition")) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "x" * 101}, "A digest needs a name of at most 100 characters."),
        ({"name": "\u200b"}, "A digest needs a name."),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"zone": "../../etc/passwd"}, "passwd"),
        ({"time": "24:00"}, '"time" has to be a time of day as in "09:00".'),
        ({"time": "9:00"}, '"time" has to be'),
        ({"days": "never"}, '"days" has to be as in "daily", "weekdays", "mon,wed" or "monthly:31".'),
        ({"days": "monthly:32"}, '"days" has to be as in'),
        ({"days": ""}, '"days" has to be as in'),
        ({"days": "monthly:" + "9" * 5000}, '"days" has to be as in'),
        ({"late": "twice"}, '"late" is “twice”; it has to be one of skip, latest, all.'),
        ({"window": 4}, "from 5 minutes to 7 days"),
        ({"window": 2**62}, "from 5 minutes to 7 days"),
        ({"stats": 6}, "a digest can post 0 to 5 each"),
        ({"stats": 0, "quotes": 0, "events": 0, "corrections": False}, "This digest would be empty."),
        ({"introduction": "x" * 1001}, "The introduction can have 1,000 characters at most."),
        ({"subjects": ["shared:nothing"]}, "Its subject “shared:nothing” is neither in the store nor"),
        ({"subjects": ["shared:ferry"] * 11}, "A digest keeps to 10 subjects at most; these are 11."),
        ({"channel": 700}, '"channel" has to be an id of Discord as a text'),
        ({"channel": str(2**63)}, '"channel" has to be an id of Discord'),
        ({"role": "6"}, "A digest mentions one role, and never everyone."),
        ({"thread": "yes"}, '"thread" has to be true or false.'),
        ({"guild": "5"}, "It belongs to another server, which is not changed from here."),
        ({"posted": 7}, '"posted" is no key of the type "digest".'),
    ],
    ids=str,
)
async def test_what_cannot_be_set(town: Database, changes: dict[str, Any], sentence: str) -> None:
    """A digest that nobody could set up by hand is refused in a sentence, and the rest comes in."""
    plan = await bring(town, Target(6, THERE), HEADER + digest(**changes) + digest())

    assert counts(plan) == {"added": 1, "refused": 1}
    assert sentence in whys(plan)[0]


async def test_too_many(town: Database) -> None:
    """A file brings a server as many digests as it may have."""
    many = "".join(digest(name=f"Number {number}") for number in range(12))

    plan = await bring(town, Target(5, HERE), HEADER + many + digest(name="Number 0"))

    assert counts(plan) == {"added": 9, "left": 1, "refused": 3}
    assert set(whys(plan)) == {"This server has 10 digests, which is the most it can have."}
    assert len(await digests_of(town, 5)) == 10


async def test_how_it_stands_is_not_the_files_to_say(town: Database) -> None:
    """A moderator's file can neither start a digest nor say who made it or why it is paused."""
    forged = digest(created_by="1", created_at="2020-01-01T00:00:00Z", settled="2020-01-01T00:00:00Z")
    forged = forged[:-2] + ',"due":"2020-01-01T00:00:00Z","paused_reason":"Fine.","id":77}\n'

    await bring(town, Target(6, THERE), HEADER + forged)

    [made] = await digests_of(town, 6)
    assert (made.id, made.created_by, made.created_at) == (77, THERE.user_id, LATER)
    assert (made.paused_reason, made.next_due_at, made.settled_at) == (digests.FROM_FILE, None, LATER)
