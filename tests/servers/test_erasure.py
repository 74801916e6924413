"""What is stored about a person, and that nothing of it is left once it was erased."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packs import NOW, WHOLE, put

from bot.answers import asks
from bot.errors import UserError
from bot.model import Actor, Ask, Command, Kind
from bot.moderating import drafts, moderation
from bot.servers import privacy
from bot.store import posted
from bot.store import privacy as store
from bot.store.database import Database
from bot.store.posted import Posted

HERE, THERE = 5_000_000_000_001, 6_000_000_000_001
PERSON, MODERATOR, OTHER = 987_654_321_098_765_432, 111_111_111_111_111_111, 222_222_222_222_222_222
WORDS = "Quixotic zebras juggle marmalade"
NAME = "Xanthippe Vellichor"
MESSAGE = f"{WORDS} at every single ferry."

OTHERWISE = re.compile(
    r"(?:guild|channel|message|role|after|entry|source|subject|measure|counter|speaker|name|target|suggestion|digest|edition)_id"
)
"""Columns that hold the id of something else."""


def actor(user_id: int, guild_id: int = HERE) -> Actor:
    """Return somebody who acts."""
    return Actor(guild_id, user_id, manages=True, roles=frozenset())


def message(member: int, text: str = MESSAGE, name: str = NAME) -> dict[str, str]:
    """Return the draft of a message, as the context menu makes it."""
    return {
        "about": name,
        "words": text,
        "speaker": name,
        "statement": f"{name} on ferries.",
        "note": f"{name} wrote this.",
        "source": drafts.NEW,
        "new.title": "not stated",
        "new.publisher": "Discord",
        "new.author": name,
        "new.url": f"https://discord.com/channels/{HERE}/1/{len(text)}",
        "new.published": "2026-01-01",
        drafts.MESSAGE: text,
        drafts.MEMBER: str(member),
    }


async def save(db: Database, by: int, fields: dict[str, str], guild_id: int = HERE) -> int:
    """Save a draft of a quotation as an entry and return its id."""
    draft_id = await drafts.begin(db, actor(by, guild_id), Kind.QUOTE, fields, NOW)
    tried = await drafts.try_out(db, actor(by, guild_id), draft_id, NOW)
    saved = await drafts.save(db, actor(by, guild_id), draft_id, NOW, seen=[entry.id for entry in tried.near])
    assert saved is not None, tried.faults
    return saved.entry.id


async def rows(db: Database, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Return what is in the store."""
    async with db.read() as conn:
        return [tuple(row) for row in await conn.execute_fetchall(sql, values)]


async def run(db: Database, sql: str, *values: object) -> None:
    """Change what is in the store."""
    async with db.write() as conn:
        await conn.execute(sql, values)


async def involve(db: Database, guild_id: int, entry_id: int, person: int = PERSON) -> None:
    """Let a person stand in every column that holds persons, and in the button of a card."""
    for sql in (
        """
        INSERT INTO revision VALUES (NULL, :g, 'entry', :e, 'edited', :p, 0, '{"note": "a"}', '{"note": "b"}')
        """,
        "INSERT INTO draft VALUES (NULL, :g, :p, 'add', 'stat', 0, 0, '{\"note\": \"Undrafted gnu\"}', 1767225600)",
        """
        INSERT INTO suggestion (guild_id, member_id, kind, fields, suggested_at)
        VALUES (:g, :p, 'stat', '{"note": "Unsuggested gnu"}', 0)
        """,
        """
        INSERT INTO suggestion (guild_id, member_id, kind, fields, status, suggested_at, decided_by, decided_at)
        VALUES (:g, 7, 'stat', '{"note": "kept"}', 'rejected', 0, :p, 0)
        """,
        "INSERT INTO suggestion_support SELECT max(id), :p FROM suggestion WHERE guild_id = :g",
        """
        INSERT INTO digest (guild_id, channel_id, name, zone, wall_time, days, created_by, created_at, since_at,
            settled_at) VALUES (:g, 1, 'Daily', 'UTC', '08:00', 'daily', :p, 0, 0, 0)
        """,
        "UPDATE entry SET added_by = :p WHERE id = :e",
    ):
        async with db.write() as conn:
            await conn.execute(sql, {"g": guild_id, "p": person, "e": entry_id})
    async with db.write() as conn:
        ask = asks.encode(Ask(Command.QUOTE, text="a search"), person)
        await posted.insert(conn, [Posted(guild_id, 3, (guild_id << 8) + 4, ask, {entry_id: None})])


async def counts(db: Database, guild_id: int, person: int = PERSON) -> dict[str, int]:
    """Return what is held about a person."""
    async with db.read() as conn:
        return dict((await privacy.held(conn, person, guild_id)).counts)


async def copy(db: Database, guild_id: int) -> dict[str, list[dict[str, object]]]:
    """Return the copy of what is held about the person."""
    async with db.read() as conn:
        return json.loads(await privacy.copy(conn, PERSON, guild_id, NOW))


async def erase(db: Database, guild_id: int = HERE, person: int = PERSON) -> privacy.Erased:
    """Erase a person, to the end."""
    erased = await privacy.erase(db, person, guild_id, NOW)
    await privacy.overwrite(db)
    return erased


def content(path: Path) -> bytes:
    """Return every byte that the store has on the disk."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if not file.name.endswith("-shm"))


@pytest.fixture
async def db(empty: Database) -> Database:
    """Return a store with the town's pack, two servers' entries, and the person in every column."""
    await put(empty, WHOLE)
    for guild_id in (HERE, THERE):
        own = message(OTHER, f"Something else altogether, in {guild_id}.", f"Somebody {guild_id}")
        entry_id = await save(empty, MODERATOR, own, guild_id)
        await involve(empty, guild_id, entry_id)
    return empty


async def test_no_column_is_forgotten(db: Database) -> None:
    """Every column that may hold the id of a person is one that is erased; of a new one, one has to say what it is."""
    columns = await rows(
        db,
        """
        SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND c.type = 'INTEGER'
            AND (c.name LIKE '%\\_id' ESCAPE '\\' OR c.name LIKE '%\\_by' ESCAPE '\\' OR c.name LIKE '%user%'
                OR c.name LIKE '%member%' OR c.name LIKE '%author%' OR c.name LIKE '%person%')
        """,
    )

    persons = {(str(table), str(name)) for table, name in columns if not OTHERWISE.fullmatch(str(name))}
    assert persons == store.PERSONS


async def test_every_column_is_counted_copied_and_erased(db: Database) -> None:
    """Each column with the person adds to what is shown and to the copy; after the erasure, none has them."""
    entry_id = await save(db, MODERATOR, message(PERSON))

    held, copied = await counts(db, HERE), await copy(db, HERE)
    assert set(held) == set(store.HELD) - {"messages"}
    assert {name: len(copied[name]) for name in held} == held
    assert [one["entry"] for one in copied["quotations"]] == [entry_id]
    await erase(db)

    assert await counts(db, HERE) == {}
    for table, column in store.PERSONS:
        assert (
            len(await rows(db, f"SELECT 1 FROM {table} WHERE {column} = ?", PERSON))  # noqa: S608 - ours
            == (0 if column == "member_id" and table == "quoted_member" else 1)
        ), (table, column)
    assert await rows(db, "PRAGMA foreign_key_check") == []


async def test_other_servers_keep_what_they_have(db: Database) -> None:
    """An erasure in one server leaves another as it was, and says that there is one; in private, all are meant."""
    before = await counts(db, THERE)
    async with db.read() as conn:
        assert (await privacy.held(conn, PERSON, HERE)).elsewhere == 1

    await erase(db)

    assert await counts(db, THERE) == before
    assert await counts(db, 0) == before

    await erase(db, 0)
    assert await counts(db, 0) == {}


async def test_nothing_is_left_in_the_file(db: Database) -> None:
    """Neither the words of a saved message nor its author's name or id are anywhere in the bytes of the file."""
    entry_id = await save(db, MODERATOR, message(PERSON))
    await save(db, MODERATOR, message(PERSON, f"{WORDS} twice.", NAME))
    kept = message(PERSON)
    await drafts.begin(db, actor(MODERATOR), Kind.QUOTE, kept, NOW)
    await run(
        db,
        "INSERT INTO suggestion (guild_id, member_id, kind, fields, suggested_at) VALUES (?, ?, 'quote', ?, 0)",
        HERE,
        OTHER,
        json.dumps(kept),
    )
    await run(db, "INSERT INTO suggestion_support SELECT max(id), ? FROM suggestion", OTHER)
    await db.checkpoint()
    traces = [WORDS, "quixot", "Quixotic", "marmalad", NAME, "Xanthippe", "xanthippe", "Vellichor", "vellichor", "gnu"]
    forms = [*(text.encode() for text in traces), str(PERSON).encode(), PERSON.to_bytes(8, "big")]
    forms.append(f"{asks.asker(PERSON)}.".encode())
    there = content(db.path)
    assert [form for form in forms if form not in there] == []

    erased = await erase(db, 0)

    left = content(db.path)
    assert [form for form in forms if form in left] == []
    assert {found for _, found in erased.entries} >= {entry_id}
    assert await rows(db, "PRAGMA integrity_check") == [("ok",)]
    assert await rows(db, "PRAGMA foreign_key_check") == []
    assert await rows(db, "SELECT status FROM suggestion WHERE kind = 'quote'") == [("withdrawn",)]


async def test_what_others_have_stays(db: Database) -> None:
    """Another member's quotation, the pack, decided suggestions and what was changed stay, without the name."""
    shared = await rows(db, "SELECT * FROM entry WHERE guild_id = 0")
    await save(db, MODERATOR, message(PERSON))
    await erase(db)

    assert await rows(db, "SELECT * FROM entry WHERE guild_id = 0") == shared
    [others] = await rows(db, "SELECT words, added_by, deleted_at FROM entry WHERE guild_id = ? AND added_by = 0", HERE)
    assert others == (f"Something else altogether, in {HERE}.", 0, None)
    assert await rows(
        db, "SELECT fields, decided_by FROM suggestion WHERE status = 'rejected' AND guild_id = ?", HERE
    ) == [('{"note": "kept"}', 0)]
    assert await rows(db, "SELECT actor_id, after FROM revision WHERE guild_id = ? AND action = 'edited'", HERE) == [
        (0, '{"note": "b"}')
    ]
    assert await rows(db, "SELECT created_by, deleted_at FROM digest WHERE guild_id = ?", HERE) == [(0, None)]


async def test_answers_are_nobodys(db: Database) -> None:
    """A card that the person asked for can still be corrected; its buttons name nobody any more."""
    await erase(db)

    [(ask,)] = await rows(db, "SELECT ask FROM posted WHERE guild_id = ?", HERE)
    assert asks.decode(str(ask)) == (Ask(Command.QUOTE, text="a search"), 0)


async def test_a_source_of_others_stays(db: Database) -> None:
    """Only the source that was made of the message goes; an article that its quotation was moved to stays."""
    [(other_source,)] = await rows(db, "SELECT max(id) FROM source WHERE guild_id = ?", HERE)
    entry_id = await save(db, MODERATOR, message(PERSON))
    [(made,)] = await rows(db, "SELECT source_id FROM entry WHERE id = ?", entry_id)
    await run(db, "UPDATE entry SET source_id = ? WHERE id = ?", other_source, entry_id)

    await erase(db)

    assert await rows(db, "SELECT id FROM source WHERE id IN (?, ?)", made, other_source) == [(other_source,)]
    assert [text for (text,) in await rows(db, "SELECT text FROM source WHERE id = ?", other_source)] == [
        f"Something else altogether, in {HERE}."
    ]


async def test_a_subject_of_others_stays(db: Database) -> None:
    """A name that another entry has as well stays with that one; a digest on a deleted name is on nothing."""
    await save(db, MODERATOR, message(PERSON))
    await save(db, MODERATOR, message(PERSON, f"{WORDS} twice.", "Lone Name"))
    await save(db, MODERATOR, message(OTHER, "Another message of this name.", NAME))
    [(lone,)] = await rows(db, "SELECT id FROM subject WHERE name = 'Lone Name'")
    await run(db, "UPDATE digest SET subjects = json_array(?) WHERE guild_id = ?", lone, HERE)

    await erase(db)

    assert await rows(db, "SELECT name FROM subject WHERE name IN (?, 'Lone Name')", NAME) == [(NAME,)]
    [(subjects,)] = await rows(db, "SELECT subjects FROM digest WHERE guild_id = ?", HERE)
    assert await rows(db, "SELECT name FROM subject WHERE id = json_extract(?, '$[0]')", subjects) == [("Erased",)]


async def test_the_names_of_a_member_go(db: Database) -> None:
    """Nothing of what a member was called as a speaker is left, also where others wrote an entry on that person."""
    await save(db, MODERATOR, message(PERSON))
    await save(db, MODERATOR, message(PERSON, f"{WORDS} twice.", "Ulalume Qwrst"))
    about = message(OTHER, "A word on somebody.") | {"speaker": "Somebody else", "about": "Ulalume Qwrst"}
    entry_id = await save(db, MODERATOR, about)
    copied = await copy(db, HERE)
    assert sorted(str(one["name"]) for one in copied["names"]) == ["Ulalume Qwrst", NAME]

    await erase(db)

    assert await rows(db, "SELECT 1 FROM subject WHERE key LIKE ?", f"%{PERSON}%") == []
    assert await rows(db, "SELECT 1 FROM name WHERE text IN (?, 'Ulalume Qwrst')", NAME) == []
    assert await rows(db, "SELECT 1 FROM typo WHERE word = 'ulalume'") == []
    assert str(PERSON).encode() not in content(db.path)
    [(about_now,)] = await rows(
        db, "SELECT s.name FROM entry AS e JOIN subject AS s ON s.id = e.subject_id WHERE e.id = ?", entry_id
    )
    assert about_now == "Erased"
    assert await rows(db, "SELECT 1 FROM entry_fts WHERE entry_fts MATCH 'subjects : ulalume'") == []
    assert await rows(db, "PRAGMA foreign_key_check") == []


async def test_an_erased_entry_cannot_be_restored(db: Database) -> None:
    """Nothing brings it back, and its history says that it was erased."""
    entry_id = await save(db, MODERATOR, message(PERSON))
    await erase(db)

    async with db.write() as conn:
        with pytest.raises(UserError, match="was erased at the wish"):
            await moderation.restore(conn, actor(MODERATOR), entry_id, NOW)
    assert (await rows(db, "SELECT action, actor_id FROM revision WHERE target_id = ? ORDER BY id", entry_id))[-1] == (
        "erased",
        0,
    )


async def test_a_crash_before_the_end_is_made_good(db: Database) -> None:
    """Where the bot stopped between the erasure and the overwriting, the next night does that."""
    await save(db, MODERATOR, message(PERSON))
    await privacy.erase(db, PERSON, HERE, NOW)
    await db.checkpoint()
    assert b"quixot" in content(db.path)

    await privacy.overwrite(db, at_night=True)

    assert b"quixot" not in content(db.path)


async def test_nothing_to_erase(db: Database) -> None:
    """Whoever presses an old button again has nothing erased, and the file is not written anew for it."""
    edition = db.edition()

    erased = await privacy.erase(db, 333_333_333_333_333_333, HERE, NOW)

    assert erased == privacy.Erased({}, ())
    assert db.edition() == edition
    assert await rows(db, "SELECT value FROM meta WHERE key = 'erased'") == []


async def test_an_asker_whose_number_begins_alike(db: Database) -> None:
    """On the buttons of cards, an asker is told from one whose number only begins with the same digits."""
    asks_of = {person: asks.encode(Ask(Command.QUOTE, text="a"), person) for person in (35, 35 * 36 + 1)}
    assert asks.asker(35 * 36 + 1).startswith(asks.asker(35))
    entry_id = await save(db, MODERATOR, message(OTHER))
    async with db.write() as conn:
        for number, ask in enumerate(asks_of.values()):
            await posted.insert(conn, [Posted(HERE, 3, (HERE << 8) + number, ask, {entry_id: None})])

    async with db.write() as conn:
        await store.forget(conn, HERE, 35, asks.asker(35))

    left = [ask for (ask,) in await rows(db, "SELECT ask FROM posted WHERE entry_id = ?", entry_id)]
    assert asks_of[35] not in left
    assert asks_of[35 * 36 + 1] in left
