"""What is stored by another version of the bot, or is nonsense: it is read as by default, and every command answers."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable
from datetime import time
from uuid import uuid4

import pytest
import simcord
from holding import NOW, Held, holding, moderator_of
from moderating import Moderated, moderated
from newsroom import Seen

from bot.carry.bring import bring_in, parse
from bot.carry.state import Target
from bot.digest import editions, planning
from bot.digest.schedule import WEEKDAYS
from bot.errors import StoreError
from bot.model import Settings
from bot.servers import settings
from bot.store.carry import EVERYTHING
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

BROKEN = "Something went wrong"
TEXTS = ("", "klingon", '{"format": 2, "action": "x.y", "text": 7}', '["x", 1]', "null", "7", "29:59", "monthly:x")
NUMBERS = (-1, 0, 2**62)
"""Values of a newer version, of an older one, and nonsense. What the store itself refuses is not tried."""

ASKED: dict[str, tuple[str, ...]] = {
    "guild_setting": ("show id={entry}", "settings", "review", "digest list", "suggestions mine", "help"),
    "digest": ("digest list", "digest show digest={digest}", "digest log digest={digest}", "data export"),
    "digest_edition": ("digest list", "digest log digest={digest}", "digest preview digest={digest}"),
    "draft": ("entry drafts", "suggestions mine", "privacy"),
    "suggestion": ("review", "suggestions mine", "show id={entry}"),
    "posted": ("entry history id={entry}", "privacy"),
    "revision": ("entry history id={entry}", "entry alias list", "show id={entry}", "review", "privacy"),
}
"""The tables of what servers set and people write, and commands that read each; `{…}` are numbers of the store."""

OTHERS = {
    "meta": "of the bot itself",
    "edition": "of the bot itself",
    "poster": "of the bot itself",
    "departed": "of the bot itself",
    "typo": "derived from names",
    "name": "derived from names",
    "name_source": "only ids",
    "hidden": "only ids",
    "prove_again": "only ids",
    "shown": "only ids",
    "entry_subject": "derived from entries",
    "digest_carried": "only ids",
    "suggestion_support": "only ids",
    "quoted_member": "only ids",
    "source": "content, checked when it is written",
    "source_fact": "content, checked when it is written",
    "subject": "content, checked when it is written",
    "entry": "content, checked when it is written",
}
"""Tables without anything that a version may read otherwise, and why."""

VALUES = {
    "language": ("klingon", "", "en"),
    "suggesting": ("robots", ""),
    "zone": ("Mars/Olympus", "", "../../etc/passwd"),
    "prefix": ("a b", "/", "@everyone", "x" * 5000),
    "review_channel": ("x", "-1", "9" * 25, "1,2"),
    "private_channels": ("x", "1,,2", ",", ",".join(map(str, range(1, 500)))),
    "moderator_roles": ("x", "1;2", "9" * 25, "{guild}"),
}
"""Values of each setting that nobody can choose."""


@pytest.fixture
async def held(simcord_env: simcord.Env, store: Database) -> Held:
    """Return a server that has one of everything."""
    return await holding(simcord_env, store)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators and members."""
    return await moderated(simcord_env, store)


async def put(store: Database, guild_id: int, name: str, value: str) -> None:
    """Store a setting as it is."""
    async with store.write() as conn:
        await conn.execute(
            "INSERT INTO guild_setting VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (guild_id, name, value),
        )


async def columns(store: Database, table: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the columns of a table with their types, and those of its key."""
    async with store.read() as conn:
        rows = list(await conn.execute_fetchall("SELECT name, type, pk FROM pragma_table_info(?)", (table,)))
    return [(row[0], row[1]) for row in rows if not row[2]], [row[0] for row in rows if row[2]]


async def other_values(store: Database, table: str) -> AsyncIterator[str]:
    """Put every value into every column of a table, one after the other, as far as the store takes it."""
    found, keys = await columns(store, table)
    for column, of in found:
        where = " AND ".join(f"{key} = ?" for key in keys)
        async with store.read() as conn:
            before = list(await conn.execute_fetchall(f"SELECT {column}, {', '.join(keys)} FROM {table}"))  # noqa: S608
        values: Iterable[str | int] = TEXTS if of == "TEXT" else NUMBERS
        for value in values:
            try:
                async with store.write() as conn:
                    await conn.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608 - ours
            except (sqlite3.IntegrityError, StoreError):
                continue
            yield f"{table}.{column} = {value!r}"
        async with store.write() as conn:
            await conn.executemany(f"UPDATE {table} SET {column} = ? WHERE {where}", before)  # noqa: S608 - ours


async def asked(held: Held, command: str) -> Seen:
    """Use a slash command as the moderator."""
    name, *options = command.format(entry=held.ids["stat"], digest=held.ids["digest"]).split(" ")
    while options and "=" not in options[0]:
        name += f" {options.pop(0)}"
    given = dict(option.split("=") for option in options)
    return await held.room.slash(name, None, **given)


async def test_no_table_is_forgotten(store: Database) -> None:
    """Every table is one whose values are tried, or says why it need not be."""
    async with store.read() as conn:
        rows = await conn.execute_fetchall(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
        )

    assert {row[0] for row in rows} == {*ASKED, *OTHERS}


@pytest.mark.parametrize("table", ASKED)
async def test_every_command_answers(held: Held, table: str) -> None:
    """Each command that reads a table answers, with any value in any column."""
    wrong: list[str] = []
    tried = 0
    async for what in other_values(held.room.store, table):
        tried += 1
        for command in ASKED[table]:
            answer = await asked(held, command)
            if BROKEN in answer.everything:
                wrong.append(f"{what}: /{command}: {answer.everything}")

    assert not wrong, "\n".join(wrong)
    assert tried > 2


async def test_every_due_digest_is_planned(held: Held) -> None:
    """A digest that cannot be read is paused with the reason, and keeps no other server's from being posted."""
    store, digest_id = held.room.store, held.ids["digest"]
    async for what in other_values(store, "digest"):
        async with store.write(content=False) as conn:
            await conn.execute("UPDATE digest SET next_due_at = 5 WHERE id = ? AND deleted_at IS NULL", (digest_id,))

        planned = await editions.plan_due(store, NOW)

        assert planned <= 1, what
        async with store.write(content=False) as conn:
            await conn.execute("UPDATE digest SET paused_at = NULL, paused_reason = '' WHERE id = ?", (digest_id,))
            await conn.execute("DELETE FROM digest_edition WHERE due_at <> 0 AND message_id IS NULL")


@pytest.mark.parametrize("column", ["days", "wall_time", "subjects"])
async def test_an_unreadable_digest(held: Held, column: str) -> None:
    """Its card says what cannot be read; it does not start until that is set, and then it does."""
    room, digest_id = held.room, str(held.ids["digest"])
    bad = {"days": "every blue moon", "wall_time": "29:59", "subjects": '["x"]'}[column]
    async with room.store.write() as conn:
        await conn.execute(f"UPDATE digest SET {column} = ?, next_due_at = 5 WHERE id = ?", (bad, digest_id))  # noqa: S608
    await editions.plan_due(room.store, NOW)

    shown = await room.slash("digest show", digest=digest_id)
    refused = await room.slash("digest resume", digest=digest_id)
    changes = {"at": time(9, 30), "days": WEEKDAYS, "subjects": ()}
    await planning.modify(room.store, moderator_of(held), int(digest_id), changes, NOW)
    now = await room.slash("digest show", digest=digest_id)

    assert "This version cannot read its" in shown.everything
    assert "This version cannot read its" in refused.everything
    assert "Resume" in now.buttons
    resumed = await room.press(now, "Resume")
    assert "cannot read" not in resumed.everything


@pytest.mark.parametrize("name", VALUES)
async def test_a_setting_is_its_default(room: Moderated, name: str) -> None:
    """A stored setting that cannot be read has its default, and every command answers."""
    guild = room.here.guild.id
    for value in VALUES[name]:
        await put(room.store, guild, name, value.format(guild=guild))

        answers = [await room.slash(command) for command in ("settings", "help", "review", "digest list", "random")]

        async with room.store.read() as conn:
            found = getattr(await settings.load(conn, guild), name)
        assert not [answer.everything for answer in answers if BROKEN in answer.everything]
        assert found == getattr(Settings(), name)


@pytest.mark.parametrize("name", VALUES)
def test_the_log_says_it_once(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """However often a setting is read that cannot be, the log has one line on it."""
    values = {name: f"never @ {uuid4()}"}

    assert [settings.parse(values, 5) for _ in range(3)] == [Settings()] * 3

    assert [line.message for line in caplog.records] == ["setting not read"]


@pytest.mark.parametrize("name", VALUES)
async def test_a_setting_of_a_file_is_checked(room: Moderated, name: str) -> None:
    """Of the operator's file, a setting that nobody can choose is refused in a sentence; its neighbours come in."""
    guild = room.here.guild.id
    good = {"language": "en-US", "suggesting": "nobody", "zone": "Asia/Tokyo", "prefix": "?"}.get(name, "123456789")
    for value in VALUES[name]:
        if name == "prefix" and not value:
            continue
        said = value.format(guild=guild).replace('"', '\\"')
        file = '{"type":"header","dateline":1,"everything":true}\n'
        for key, text in ((name, said), ("colour", "red")):
            file += f'{{"type":"setting","guild":"{guild}","key":"{key}","value":"{text}"}}\n'

        done = await bring_in(
            room.store, Target(EVERYTHING), parse("all.jsonl", file.encode(), limited=False), NOW, lambda _: True
        )

        refused = [item.why for item in done.plan.items if item.outcome == "refused"]
        assert len(refused) == (value != "" or name in {"language", "suggesting", "zone"}), value
    file = '{"type":"header","dateline":1,"everything":true}\n'
    file += f'{{"type":"setting","guild":"{guild}","key":"{name}","value":"{good}"}}'
    parsed = parse("all.jsonl", file.encode(), limited=False)
    done = await bring_in(room.store, Target(EVERYTHING), parsed, NOW, lambda _: True)
    assert not [item for item in done.plan.items if item.outcome == "refused"]
