"""Taking an import back: all of it becomes what it was, as long as nothing of it was changed since."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from carrying import DEEDS, HEADER, HERE, LATER, MODERATOR, NOW, THERE, bring, do, fill, history, lines, rows, whole
from hypothesis import HealthCheck, given, settings
from thorough import examples

from bot.carry.apply import Done
from bot.carry.back import take_back
from bot.carry.bring import bring_in, parse
from bot.carry.state import Target
from bot.errors import UserError
from bot.model import Actor, Kind, Status
from bot.moderating import moderation
from bot.store.database import Database

OTHER = Actor(5, 502, manages=True, roles=frozenset())
LAST = LATER + timedelta(hours=1)
STAT = {"about": "Pier", "measure": "Crossings", "figure": "about 12,400 people", "statement": "Many.", "source": "1"}
SHEET = "id,kind,about,measure,figure,statement,source,note\n"


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, an entry of this server (#9), and its version (#10) of a shared one (#1)."""
    await fill(empty, [("add", HERE, Kind.STAT, STAT), ("edit", HERE, 1, {"note": "Not so."})])
    yield empty
    await whole(empty)


async def brought(db: Database, content: str, name: str = "sheet.csv", target: Target = MODERATOR) -> Done:
    """Bring a file in as a moderator."""
    return await bring_in(db, target, parse(name, content.encode(), limited=True), LATER, lambda _: True)


def said(carried: str, *types: str) -> list[dict[str, Any]]:
    """Return the lines of these types, of entries those that are not removed."""
    found = [json.loads(line) for line in carried.split("\n")[1:-1]]
    return [line for line in found if line["type"] in types and "deleted_at" not in line]


SEEN = ("entry", "name", "hidden", "digest")


async def test_a_sheet(town: Database) -> None:
    """What a sheet added, changed and corrected is as it was; the history keeps both, and the numbers stay."""
    before = said(await lines(town, 5), *SEEN)
    done = await brought(
        town,
        f"{SHEET}9,stat,Pier,Crossings,13 people,Fewer.,2,Less.\n"
        f"1,stat,Harrow Bay,Weekly passengers,2 people,Two.,1,\n"
        f"2,stat,Harrow Bay,Weekly passengers,3 people,Three.,1,\n"
        f",stat,A new place,Crossings,7 people,Seven.,1,\n",
    )

    back = await take_back(town, OTHER, done.first, done.last, LAST)

    assert done.last - done.first == 3
    # The name of a place that nothing is about any more stays.
    assert [line for line in said(await lines(town, 5), *SEEN) if line.get("text") != "A new place"] == before
    assert await history(town, 9) == [("reverted", 502), ("imported", 501), ("added", 501)]
    assert await history(town, 10) == [("reverted", 502), ("imported", 501), ("edited", 501)]
    assert await history(town, 11) == [("reverted", 502), ("imported", 501)]
    assert (back.first, back.last) == (done.last + 1, done.last + 4)
    async with town.read() as conn:
        assert (await moderation.fields_of(conn, 5, 2))[0].guild_id == 0


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds=DEEDS, there=DEEDS)
async def test_whatever_it_was(deeds: list[tuple[Any, ...]], there: list[tuple[Any, ...]]) -> None:
    """Whatever a server has and whatever file it brings in: once that is taken back, people see what they saw."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "a.db") as one, Database(Path(folder) / "b.db") as other:
            await fill(one, deeds)
            # The other store has gone another way since it was carried.
            await bring(other, Target(-1), await lines(one))
            for number, deed in enumerate(there):
                await do(other, deed, NOW + timedelta(hours=1, seconds=number))
            before, seen = said(await lines(one, 5), "entry", "hidden"), await rows(one, 5)

            for name, content in (("a.jsonl", await lines(other, 5)), ("a.csv", await rows(other, 5))):
                done = await brought(one, content, name)
                if done.first:
                    await take_back(one, HERE, done.first, done.last, LAST)

                assert said(await lines(one, 5), "entry", "hidden") == before
                assert await rows(one, 5) == seen
                await whole(one)


async def test_names_articles_and_subjects(town: Database) -> None:
    """Search names go, and articles and subjects that a file has changed are what they were."""
    for deed in (("source", HERE, "A title", "The pier is full."), ("alias", HERE, "Pier", "jetty")):
        await do(town, deed, NOW)
    await do(town, ("hide", HERE, 3), NOW)
    before = await lines(town, 5)
    file = HEADER
    for line in map(json.loads, before.splitlines()[1:]):
        match line:
            case {"type": "source"}:
                line["label"] = "Renamed"
            case {"type": "subject", "name": "Pier"}:
                line |= {"kind": "place", "description": "In the bay."}
            case {"type": "name", "text": "jetty"}:
                line["text"] = "Jetty"
        file += json.dumps(line) + "\n"
    for more in (
        {"type": "name", "subject": "shared:ferry", "text": "the boat", "alias": True},
        {"type": "hidden", "entry": ["harbor", await key_of(town, 4)]},
    ):
        file += json.dumps(more) + "\n"

    done = await brought(town, file, "a.jsonl")
    between = await lines(town, 5)
    await take_back(town, HERE, done.first, done.last, LAST)

    types = ("source", "subject", "name", "entry", "hidden")
    assert said(between, *types) != said(before, *types)
    assert said(await lines(town, 5), *types) == said(before, *types)


async def test_a_text_of_the_operators(town: Database) -> None:
    """An article to which the operator's file has given another text has its own again, by a moderator's hand."""
    await do(town, ("source", HERE, "A title", "The pier is full."), NOW)
    before = await lines(town, 5)
    text = "Another text."
    hashed = {"text": text, "length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    [line] = [line for line in map(json.loads, before.splitlines()) if line["type"] == "source"]

    done = await brought(town, HEADER + json.dumps(line | hashed), "a.jsonl", Target(5))
    between = await lines(town, 5)
    await take_back(town, HERE, done.first, done.last, LAST)

    assert said(between, "source") == [line | hashed]
    assert said(await lines(town, 5), "source") == [line]


async def key_of(db: Database, entry_id: int) -> str:
    """Return the key of an entry."""
    async with db.read() as conn:
        [(key,)] = await conn.execute_fetchall("SELECT key FROM entry WHERE id = ?", (entry_id,))
    return str(key)


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (("edit", HERE, 9, {"note": "Mine."}), "as this was changed since then: #9."),
        (("remove", HERE, 11), "since then: #11."),
        (("set_status", HERE, 2, Status.DISPUTED, "So."), "since then: #12."),
    ],
    ids=str,
)
async def test_changed_since(town: Database, deed: tuple[Any, ...], sentence: str) -> None:
    """Where somebody has changed something of it since, nothing is taken back, and it is said what that is."""
    sheet = f"{SHEET}9,stat,Pier,Crossings,13 people,Fewer.,1,\n,stat,Pier,Crossings,7 people,Seven.,1,\n"
    done = await brought(town, f"{sheet}2,stat,Harrow Bay,Weekly passengers,3 people,Three.,1,\n")
    await do(town, deed, LAST)
    now = await lines(town, 5)

    with pytest.raises(UserError, match=sentence):
        await take_back(town, HERE, done.first, done.last, LAST)

    assert await lines(town, 5) == now


async def test_one_was_taken_back_alone(town: Database) -> None:
    """Where one change of several was taken back by itself, it is named; the import is not said to be taken back."""
    done = await brought(
        town, f"{SHEET}9,stat,Pier,Crossings,13 people,Fewer.,1,\n,stat,Pier,Crossings,7 people,Seven.,1,\n"
    )
    async with town.write() as conn:
        await moderation.revert(conn, HERE, done.first, LAST)

    with pytest.raises(UserError, match=r"as this was changed since then: #9\."):
        await take_back(town, HERE, done.first, done.last, LAST)

    async with town.write() as conn:
        await moderation.revert(conn, HERE, done.last, LAST)
    with pytest.raises(UserError, match="or each of its changes was"):
        await take_back(town, HERE, done.first, done.last, LAST)


async def test_many_were_changed_since(town: Database) -> None:
    """Of many things that stand in the way, the first are named and the rest is counted."""
    done = await brought(town, SHEET + "".join(f",stat,Pier,Crossings,{i} people,Row.,1,\n" for i in range(20)))
    for entry_id in range(11, 31):
        await do(town, ("remove", HERE, entry_id), LAST)

    with pytest.raises(UserError, match=r"#19, #20, 10 more\."):
        await take_back(town, HERE, done.first, done.last, LAST)


async def test_twice(town: Database) -> None:
    """An import is taken back once."""
    done = await brought(town, f"{SHEET}9,stat,Pier,Crossings,13 people,Fewer.,1,\n")
    back = await take_back(town, HERE, done.first, done.last, LAST)

    with pytest.raises(UserError, match="was taken back already"):
        await take_back(town, HERE, done.first, done.last, LAST)
    with pytest.raises(UserError, match="There is no such import in this server"):
        await take_back(town, HERE, back.first, back.last, LAST)


async def test_twice_with_articles(town: Database) -> None:
    """Of an import that has brought an article too, which stays, it is said as well that it was taken back."""
    for deed in (("source", HERE, "A title", "The pier is full."), ("add", HERE, Kind.STAT, STAT | {"source": "3"})):
        await do(town, deed, NOW)
    carried = await lines(town, 5)
    done = await brought(town, carried, "a.jsonl", Target(6, THERE))
    await take_back(town, THERE, done.first, done.last, LAST)

    with pytest.raises(UserError, match="was taken back already"):
        await take_back(town, THERE, done.first, done.last, LAST)


async def test_another_servers(town: Database) -> None:
    """What another server has imported, or a moderator has done by hand, is no import of this server."""
    done = await brought(town, f"{SHEET}9,stat,Pier,Crossings,13 people,Fewer.,1,\n")
    now = await lines(town)

    for actor, first, last in ((THERE, done.first, done.last), (HERE, 1, done.last), (HERE, 1, 1), (HERE, 0, 2**62)):
        with pytest.raises(UserError, match="There is no such import in this server"):
            await take_back(town, actor, first, last, LAST)

    assert await lines(town) == now


async def test_a_digest(town: Database) -> None:
    """A digest that came with it goes with it, unless somebody has started that."""
    digest = {"type": "digest", "name": "News", "channel": "7", "zone": "UTC", "time": "09:00", "days": "daily"}
    digest |= {"late": "latest", "window": 360, "stats": 2, "quotes": 2, "events": 1}
    digest |= {"corrections": True, "only_new": False, "thread": False}
    alias = {"type": "name", "subject": "shared:ferry", "text": "the boat", "alias": True}
    file = HEADER + json.dumps(alias) + "\n" + json.dumps(digest)

    first = await brought(town, file, "a.jsonl")
    await take_back(town, HERE, first.first, first.last, LAST)
    second = await brought(town, file, "a.jsonl")
    await do(town, ("resume", HERE, 2), LAST)

    assert said(await lines(town, 5), "digest")[0]["id"] == 2
    with pytest.raises(UserError, match="Digest 2 was started since then"):
        await take_back(town, HERE, second.first, second.last, LAST)


async def test_what_cannot_become_what_it_was(town: Database) -> None:
    """Where a name means something else by now, nothing is taken back, and the reason is said."""
    done = await brought(town, f"{SHEET}9,stat,Ferry,Crossings,13 people,Fewer.,1,\n")
    async with town.write() as conn:
        await conn.execute("DELETE FROM name WHERE text = 'Pier'")

    with pytest.raises(UserError, match="#9 cannot become what it was: “Pier” is no subject any more"):
        await take_back(town, HERE, done.first, done.last, LAST)


async def test_many(town: Database) -> None:
    """Many rows are taken back as one, and meanwhile it is told how far that is."""
    told: list[tuple[int, int, str]] = []
    done = await brought(town, SHEET + "".join(f",stat,Pier {i},Crossings,{i} people,Row.,1,\n" for i in range(600)))

    back = await take_back(town, HERE, done.first, done.last, LAST, lambda *far: told.append(far))

    assert len(back.plan.steps) == 600
    assert (602, 602, "entries") in told
    assert [far[:2] for far in told if far[2] == "changes looked at"] == [(n, 600) for n in range(0, 601, 100)]
    assert len(said(await lines(town, 5), "entry")) == 2
