"""Search names that servers give subjects, on a real store with two servers."""

from __future__ import annotations

import pytest
from town import EVENT, HERE, LATER, NOW, STAT, THERE, do, refused, search

from bot.answers.lookup import answer
from bot.model import Ask, Command, Kind, Scope
from bot.moderating import aliases, moderation
from bot.store import revisions
from bot.store.database import Database
from bot.store.revisions import Revision


async def meant(db: Database, guild_id: int, typed: str) -> str:
    """Return the name of what a server understands, "" for nothing."""
    found = await answer(db, Scope(guild_id, 1), Ask(Command.PROFILE, about=typed))
    return found.subject.name if found.subject else ""


async def history(db: Database, guild_id: int) -> list[Revision]:
    """Return the changes of subjects in a server, oldest first."""
    async with db.read() as conn:
        ids = await conn.execute_fetchall(
            "SELECT id FROM revision WHERE guild_id = ? AND target = 'subject' ORDER BY id", (guild_id,)
        )
        found = [await revisions.select_one(conn, guild_id, id_) for (id_,) in ids]
    return [one for one in found if one]


async def test_a_search_name_finds_its_subject(town: Database) -> None:
    """A search name is understood, also by its ending and with a slip, in its server and in no other."""
    await do(town, aliases.add, HERE, "Tarn County", "The Old Marsh", NOW)

    for typed in ("old marsh", "OLD-MARSH", "marsh"):
        assert await meant(town, 5, typed) == "Tarn County"
        assert await meant(town, 6, typed) == ""
        assert await meant(town, 0, typed) == ""
    [change] = await history(town, 5)
    assert (change.action, change.actor_id, change.before) == ("alias added", 501, None)
    assert change.after == {"name": "Tarn County", "alias": "The Old Marsh"}
    assert await history(town, 6) == []


async def test_own_entries_are_searched_by_it(town: Database) -> None:
    """A server's own entries are found by its search names, those of another server are not."""
    ours = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    theirs = await do(town, moderation.add, THERE, Kind.STAT, STAT, NOW)

    await do(town, aliases.add, HERE, "Tarn County", "Zanzibar", NOW)
    assert await search(town, 5, "zanzibar") == [ours]
    assert theirs not in await search(town, 6, "zanzibar")

    await do(town, aliases.remove, HERE, "zanzibar", NOW)
    assert await search(town, 5, "zanzibar") == []


async def test_a_search_name_is_removed(town: Database) -> None:
    """What the server added it can remove, by any spelling; then it is as if it had never been."""
    await do(town, aliases.add, HERE, "Tarn County", "Old Marsh", NOW)

    await do(town, aliases.remove, HERE, "the old-MARSH", LATER)

    assert await meant(town, 5, "old marsh") == ""
    assert await meant(town, 5, "marsh") == ""
    change = (await history(town, 5))[-1]
    assert (change.action, change.after) == ("alias removed", None)
    assert change.before == {"name": "Tarn County", "alias": "Old Marsh"}


@pytest.mark.parametrize(
    ("name", "alias", "said"),
    [
        ("Nowhere", "x", "There is no subject “Nowhere” in this server; choose one of the list."),
        ("", "x", "There is no subject “(blank)” in this server; choose one of the list."),
        ("?!", "x", "There is no subject “?!” in this server; choose one of the list."),
        ("Ferry", "?!", "A search name needs a letter or a digit; nobody could ask for this one."),
        ("Ferry", "\u200b\n", "A search name needs a letter or a digit; nobody could ask for this one."),
        ("Ferry", "x" * 101, "A search name has at most 100 characters; this one has 101."),
        ("Ferry", "x" * 100_000, "A search name has at most 100 characters; this one has 100000."),
        ("Ferry", "the FERRY", "Ferry is found by “the FERRY” already."),
        ("Ferry", "Boats", "Ferry is found by “Boats” already."),
    ],
)
async def test_what_cannot_be_a_search_name_is_refused(town: Database, name: str, alias: str, said: str) -> None:
    """What is wrong is said in a sentence, and nothing is written."""
    assert await refused(town, aliases.add, HERE, name, alias, NOW) == said
    assert await history(town, 5) == []


async def test_what_is_not_the_servers_own_is_not_removed(town: Database) -> None:
    """A pack's search name, another server's and one that there is not are refused alike."""
    await do(town, aliases.add, THERE, "Tarn County", "Old Marsh", NOW)

    for alias in ("boats", "Old Marsh", "Nowhere", "", "Tarn County"):
        told = await refused(town, aliases.remove, HERE, alias, NOW)
        assert told.endswith(f"“{alias or '(blank)'}”, so it cannot be removed.")
    assert await meant(town, 6, "old marsh") == "Tarn County"
    assert await meant(town, 5, "boats") == "Ferry"


async def test_another_servers_subject_is_none(town: Database) -> None:
    """A subject of another server cannot be given a name, and answers like one that there is not."""
    await do(town, moderation.add, THERE, Kind.EVENT, EVENT | {"about": "Rowing club"}, NOW)

    told = await refused(town, aliases.add, HERE, "Rowing club", "Rowers", NOW)

    assert told == "There is no subject “Rowing club” in this server; choose one of the list."
    assert await do(town, aliases.add, THERE, "Rowing club", "Rowers", NOW) == []
    assert await meant(town, 6, "rowers") == "Rowing club"
    assert await meant(town, 5, "rowers") == ""


async def test_a_name_of_several_is_asked_about(town: Database) -> None:
    """Where a name is that of a topic and of a measure, the kind says which."""
    await do(town, moderation.add, HERE, Kind.STAT, STAT | {"measure": "Ferry"}, NOW)

    told = await refused(town, aliases.add, HERE, "ferry", "Old boat", NOW)
    assert told == "“ferry” may be Ferry (topic) or Ferry (measure); write which."
    await do(town, aliases.add, HERE, "Ferry (measure)", "Old boat", NOW)

    found = await answer(town, Scope(5, 1), Ask(Command.COMPARE, about="old boat"))
    assert found.subject is not None
    assert found.subject.kind == "measure"


async def test_one_search_name_of_two_subjects(town: Database) -> None:
    """A name may mean two subjects; it is removed from both, each with its row in the history."""
    await do(town, aliases.add, HERE, "Tarn County", "Marsh", NOW)
    await do(town, aliases.add, HERE, "Ferry", "marsh", NOW)

    await do(town, aliases.remove, HERE, "MARSH", NOW)

    assert await meant(town, 5, "marsh") == ""
    removed = [change.before for change in await history(town, 5) if change.action == "alias removed"]
    assert removed == [{"name": "Tarn County", "alias": "Marsh"}, {"name": "Ferry", "alias": "marsh"}]


async def test_a_search_name_can_be_taken_back(town: Database) -> None:
    """Adding and removing are changes that can be taken back, once each, and by their own server."""
    await do(town, aliases.add, HERE, "Tarn County", "Old Marsh", NOW)
    [added] = await history(town, 5)

    assert "no change" in await refused(town, moderation.revert, THERE, added.id, LATER)
    await do(town, moderation.revert, HERE, added.id, LATER)
    assert await meant(town, 5, "old marsh") == ""
    assert "already" in await refused(town, moderation.revert, HERE, added.id, LATER)

    back = (await history(town, 5))[-1]
    await do(town, moderation.revert, HERE, back.id, LATER)
    assert await meant(town, 5, "marsh") == "Tarn County"
    assert [change.action for change in await history(town, 5)] == ["alias added", "reverted", "reverted"]


@pytest.mark.parametrize(
    "alias", ["@everyone <@&1>", "**b** [x](https://example.org)", "a\n b\tc", "\u202eabc\u200b", '" OR k*', "=1+1"]
)
async def test_a_hostile_search_name_finds_too(town: Database, alias: str) -> None:
    """A search name of markup, marks and invisible characters finds its subject as it was typed."""
    await do(town, aliases.add, HERE, "Tarn County", alias, NOW)

    assert await meant(town, 5, alias) == "Tarn County"
    assert await meant(town, 6, alias) == ""
    await do(town, aliases.remove, HERE, alias, NOW)
    assert await meant(town, 5, alias) == ""
