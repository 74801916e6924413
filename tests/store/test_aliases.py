"""What servers call subjects: known where it was said, and nowhere else."""

from __future__ import annotations

import pytest
from packs import LATER, WHOLE, pack, put
from servers import FERRY, HARBOR, HERE, PRIVATE, THERE, add

from bot import names
from bot.answers.lookup import answer
from bot.answers.meaning import suggest
from bot.model import Ask, Command, Scope, SubjectKind
from bot.store import names as name_store
from bot.store import own, search
from bot.store.database import Database


async def call(db: Database, guild_id: int, subject_id: int, alias: str) -> None:
    """Let a server give a subject an alias."""
    key = names.key(alias)
    async with db.write() as conn:
        await name_store.insert_alias(conn, guild_id, subject_id, key, alias, names.parts(SubjectKind.PLACE, key))
        await name_store.insert_typo_keys(conn, [(k, word) for word in key.split() for k in names.typo_keys(word)])
        await search.reindex(conn, guild_id, subject_id)


async def uncall(db: Database, guild_id: int, subject_id: int, alias: str) -> bool:
    """Let a server take an alias back."""
    async with db.write() as conn:
        was_there = await name_store.delete_alias(conn, guild_id, subject_id, names.key(alias))
        await search.reindex(conn, guild_id, subject_id)
    return was_there


async def name(db: Database, guild_id: int, text: str, kind: SubjectKind = SubjectKind.PLACE) -> int:
    """Let a server add a subject with the key "ours", or give it another name."""
    key = names.key(text)
    keys = [(key, 0), *((ending, 2) for ending in names.parts(kind, key))]
    async with db.write() as conn:
        return await own.upsert_subject(conn, guild_id, "ours", kind.value, text, keys)


async def tell(db: Database, guild_id: int, subject_id: int) -> None:
    """Let a server have a figure about a subject: what nothing is about is not offered."""
    entry_id = await add(db, guild_id, "pier", f"about {subject_id}")
    async with db.write() as conn:
        await conn.execute(
            "INSERT INTO entry_subject VALUES (?, 'stat', ?, 'about', 1, ?, 0)", (subject_id, guild_id, entry_id)
        )


async def meant(db: Database, guild_id: int, typed: str) -> str | None:
    """Return the name of what was typed."""
    found = await answer(db, Scope(guild_id, 1), Ask(Command.PROFILE, about=typed))
    return found.subject and found.subject.name


async def offered(db: Database, guild_id: int, typed: str, *, measures: bool = False) -> list[str]:
    """Return the names that are offered while somebody types."""
    async with db.read() as conn:
        return [subject.name for subject in await suggest(conn, guild_id, typed, measures=measures)]


async def hits(db: Database, guild_id: int, word: str) -> list[int]:
    """Return the ids of the entries that a search finds."""
    async with db.read() as conn:
        return sorted(
            entry.id for entry in (await search.select_matching(conn, guild_id, [word], every=True, limit=50)).entries
        )


@pytest.mark.parametrize("typed", ["Old Quay", "quay", "old qu", "old quya"])
async def test_alias_stays_at_home(empty: Database, typed: str) -> None:
    """An alias, its ending, its beginning and a slip in it are understood in the server that has it, only there."""
    await put(empty)

    await call(empty, HERE, HARBOR, "Old Quay")

    assert await offered(empty, HERE, typed) == ["Harrow Bay"]
    assert not await offered(empty, THERE, typed)
    assert not await offered(empty, PRIVATE, typed)
    assert await meant(empty, THERE, typed) is None


async def test_alias_in_search(empty: Database) -> None:
    """A search for an alias finds the server's own entries; the shared ones, which others search, do not hold it."""
    await put(empty)
    mine, theirs = await add(empty, HERE, "pier"), await add(empty, THERE, "pier")

    await call(empty, HERE, HARBOR, "Quay")

    assert await hits(empty, HERE, "quay") == [mine]
    assert await hits(empty, THERE, "quay") == await hits(empty, PRIVATE, "quay") == []
    assert await hits(empty, THERE, "secret") == [theirs]


async def test_alias_when_a_pack_is_built_again(empty: Database) -> None:
    """Building a pack again keeps a server's aliases, and puts them into no shared document."""
    await put(empty)
    mine = await add(empty, HERE, "pier")
    await call(empty, HERE, HARBOR, "Quay")

    await put(empty, pack(*WHOLE.entries, label="Another label"), LATER)

    assert await meant(empty, HERE, "quay") == "Harrow Bay"
    assert (await hits(empty, HERE, "quay"), await hits(empty, THERE, "quay")) == ([mine], [])


async def test_alias_taken_back(empty: Database) -> None:
    """An alias that is taken back means nothing any more, its endings neither; others keep theirs."""
    await put(empty)
    await add(empty, HERE, "pier")
    await call(empty, HERE, HARBOR, "Old Quay")
    await call(empty, THERE, HARBOR, "Old Quay")

    was_there = [await uncall(empty, HERE, HARBOR, "old quay") for _ in range(2)]

    assert was_there == [True, False]
    assert [await meant(empty, HERE, typed) for typed in ("old quay", "quay", "harrow bay")] == [
        None, None, "Harrow Bay",
    ]  # fmt: skip
    assert await hits(empty, HERE, "quay") == []
    assert await meant(empty, THERE, "quay") == "Harrow Bay"


async def test_shared_alias_stays(empty: Database) -> None:
    """No server takes back what a pack calls a subject, nor does a direct message."""
    await put(empty)

    was_there = [await uncall(empty, guild, HARBOR, "the Bay") for guild in (HERE, PRIVATE)]

    assert was_there == [False, False]
    assert await meant(empty, HERE, "bay") == "Harrow Bay"


async def test_common_ending(empty: Database) -> None:
    """An ending stays while another of the server's aliases has it."""
    await put(empty)
    for alias in ("Old Quay", "New Quay"):
        await call(empty, HERE, HARBOR, alias)

    await uncall(empty, HERE, HARBOR, "Old Quay")
    between = await meant(empty, HERE, "quay")
    await uncall(empty, HERE, HARBOR, "New Quay")

    assert between == "Harrow Bay"
    assert await meant(empty, HERE, "quay") is None


async def test_alias_of_two(empty: Database) -> None:
    """An alias that is taken from one subject stays with another."""
    await put(empty)
    for subject_id in (HARBOR, FERRY):
        await call(empty, HERE, subject_id, "Old Quay")

    await uncall(empty, HERE, HARBOR, "Old Quay")

    assert [await offered(empty, HERE, typed) for typed in ("old quay", "quay")] == [["Ferry"], ["Ferry"]]


async def test_list_of_aliases(empty: Database) -> None:
    """Aliases are listed with whose they are, and without another server's."""
    await put(empty)
    await call(empty, HERE, FERRY, "The Tub")
    await call(empty, HERE, FERRY, "The Tub")
    await call(empty, THERE, FERRY, "Rust Bucket")

    async with empty.read() as conn:
        here, there, private = [await name_store.select_aliases(conn, guild, FERRY) for guild in (HERE, THERE, PRIVATE)]

    assert here == [("boats", "boats", False), ("The Tub", "tub", True)]
    assert there == [("boats", "boats", False), ("Rust Bucket", "rust bucket", True)]
    assert private == [("boats", "boats", False)]


async def test_subject_of_a_server(empty: Database) -> None:
    """A server's own subject is understood by its name and its ending, there only."""
    await put(empty)

    subject_id = await name(empty, HERE, "Gull Rock")
    before = await offered(empty, HERE, "gull")
    await tell(empty, HERE, subject_id)

    assert before == []
    assert [await offered(empty, HERE, typed) for typed in ("gull", "rock")] == [["Gull Rock"]] * 2
    assert [await offered(empty, guild, "gull") for guild in (THERE, PRIVATE)] == [[], []]
    assert await meant(empty, THERE, "gull rock") is None


async def test_subject_with_another_name(empty: Database) -> None:
    """A subject that is named anew keeps its number and its aliases, and what it was called means nothing."""
    await put(empty)
    before = await name(empty, HERE, "Gull Rock")
    await call(empty, HERE, before, "Bird Island")
    await tell(empty, HERE, before)

    after = await name(empty, HERE, "Tern Island", SubjectKind.MEASURE)

    assert after == before
    assert await name(empty, THERE, "Gull Rock") != before
    assert [await meant(empty, HERE, typed) for typed in ("tern island", "bird island", "island")] == [
        "Tern Island"
    ] * 3
    assert [await meant(empty, HERE, typed) for typed in ("gull rock", "rock")] == [None, None]
    assert await offered(empty, HERE, "bird", measures=True) == ["Tern Island"]


async def test_subject_of_another_server(empty: Database) -> None:
    """A server cannot name another's subject, and so does not see it."""
    await put(empty)
    theirs = await name(empty, THERE, "Gull Rock")

    await call(empty, HERE, theirs, "Bird Island")

    assert not await offered(empty, HERE, "bird")
    async with empty.read() as conn:
        assert not await name_store.select_aliases(conn, HERE, theirs)
