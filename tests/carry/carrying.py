"""Stores to carry, made of what people do; and carrying them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import packs
from hypothesis import strategies as st

from bot.carry.bring import bring_in, dry_run, parse
from bot.carry.export import export_lines, export_sheet
from bot.carry.plan import Outcome, Plan
from bot.carry.state import Target
from bot.digest import digests
from bot.digest.catchup import CatchUp
from bot.digest.digests import Digest
from bot.digest.schedule import parse_days
from bot.errors import UserError
from bot.ingest.pack import Pack, PackEntry, PackStat
from bot.model import Actor, Basis, Kind, Status, SubjectKind
from bot.moderating import aliases, moderation, subjects
from bot.store import carried, revisions, settings, suggestions
from bot.store.carry import EVERYTHING
from bot.store.database import Database
from bot.text import visible
from bot.writing import articles

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
HERE = Actor(5, 501, manages=True, roles=frozenset())
THERE = Actor(6, 601, manages=True, roles=frozenset())
MODERATOR = Target(5, HERE)

HEADER = '{"type":"header","dateline":1}\n'
SHEET = "id,kind,about,measure,figure,statement,source\n"
STAT = {
    "about": "Harrow Bay",
    "measure": "Crossings",
    "figure": "about 12,400 people",
    "statement": "Many cross.",
    "source": "1",
}
"""What a moderator adds."""

OURS_AND_THEIRS: list[tuple[Any, ...]] = [
    ("add", HERE, Kind.STAT, STAT),
    ("add", THERE, Kind.STAT, STAT | {"statement": "A secret."}),
]
"""An own entry of each of two servers: #9 and #10 of a store that is filled."""

HOSTILE = [
    "@everyone <@1> <@&2>", "**bold** `code` [x](https://x.example)", "a\u200bb \u202eright\u202c \u2028 \u0085",
    "'; DROP TABLE entry; --", "=1+1", "'=1+1", "+1", "-1", "@x", "''-x", 'say "so", she said; yes', "NEAR(a b) AND *",
    "x" * 3000, "ﬁn İ ß 日本語 🧑‍🧑‍🧒", "two\nlines", "tab\tin it", "shared:cities", "{}", "#12", "null",
]  # fmt: skip
TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
NAME = st.sampled_from(["Harrow Bay", "the Bay", "Ferry", "=Sum", "@here A", "Weekly passengers", "日本", "Émile"]) | (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=";"), max_size=30)
)
ACTOR = st.sampled_from([HERE, THERE])
INDEX = st.integers(0, 30)

FIELDS = {
    Kind.STAT: st.fixed_dictionaries(
        {"about": NAME, "measure": NAME, "statement": TEXT, "source": st.sampled_from(["1", "2", "3"])},
        optional={
            "counted_by": NAME,
            "note": TEXT,
            "out_of": st.just("1,000,000.50 people"),
            "basis": st.sampled_from(list(Basis)),
            "passage": st.sampled_from(["", "3-40"]),
        },
    ),
    Kind.QUOTE: st.fixed_dictionaries(
        {"words": TEXT, "speaker": NAME, "about": NAME, "statement": TEXT, "source": st.sampled_from(["1", "2", "3"])},
        optional={"role": TEXT, "said_where": TEXT, "said_when": TEXT},
    ),
    Kind.EVENT: st.fixed_dictionaries(
        {"title": TEXT, "about": NAME, "statement": TEXT, "source": st.sampled_from(["1", "2", "3"])},
        optional={"date": st.sampled_from(["", "2018", "2024-11", "2024-11-05"]), "date_inferred": TEXT},
    ),
}
FIGURE = st.sampled_from(["about 257,000 people", "7.50 %", "1.4 million", '12 "million people"', "0 x"])

DIGEST = st.fixed_dictionaries(
    {
        "channel_id": st.integers(1, 2**63 - 1),
        "name": TEXT.map(lambda text: visible(text)[:100]),
        "zone": st.sampled_from(["America/Chicago", "UTC", "Asia/Kathmandu"]),
        "at": st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
        "days": st.sampled_from(["daily", "mon,wed", "monthly:31"]).map(parse_days),
    },
    optional={
        "catch_up": st.sampled_from(list(CatchUp)),
        "window": st.integers(5, 10080).map(lambda minutes: timedelta(minutes=minutes)),
        "stats": st.integers(0, 5),
        "corrections": st.booleans(),
        "only_new": st.booleans(),
        "thread": st.booleans(),
        "subjects": st.lists(st.sampled_from([1, 2, 3]), unique=True).map(tuple),
        "introduction": TEXT.map(lambda text: text[:1000]),
        "role_id": st.integers(0, 2**63 - 1),
    },
)

DEED = st.one_of(
    *(
        st.tuples(st.just("add"), ACTOR, st.just(kind), st.builds(lambda f, n: {"figure": n, **f}, fields, FIGURE))
        for kind, fields in FIELDS.items()
    ),
    st.tuples(st.just("edit"), ACTOR, INDEX, st.fixed_dictionaries({"statement": TEXT})),
    st.tuples(st.just("set_status"), ACTOR, INDEX, st.sampled_from(list(Status)), TEXT),
    st.tuples(st.sampled_from(["remove", "restore", "hide", "unhide"]), ACTOR, INDEX),
    st.tuples(st.just("alias"), ACTOR, NAME, NAME),
    st.tuples(st.just("source"), ACTOR, TEXT, TEXT),
    st.tuples(st.just("put right"), ACTOR, INDEX, TEXT),
    st.tuples(st.just("rename"), ACTOR, NAME, NAME, st.sampled_from(list(SubjectKind)), TEXT),
    st.tuples(st.just("setting"), ACTOR, TEXT, TEXT),
    st.tuples(st.just("suggest"), ACTOR, TEXT),
    st.tuples(st.just("member"), ACTOR, INDEX),
    st.tuples(st.just("digest"), ACTOR, DIGEST),
    st.tuples(st.sampled_from(["pause", "resume", "delete", "undelete"]), ACTOR, st.integers(1, 4)),
)
DEEDS = st.lists(DEED, max_size=15)


async def do(db: Database, deed: tuple[Any, ...], now: datetime) -> None:  # noqa: C901 - one for each deed
    """Do something as a person does; what the rules refuse is not done."""
    name, actor, *rest = deed
    with suppress(UserError):
        async with db.write() as conn:
            match name:
                case "alias":
                    await aliases.add(conn, actor, *rest, now)
                case "source":
                    facts = {"title": rest[0], "publisher": rest[1]}
                    unknown = dict.fromkeys(("author", "url", "published"), "not stated")
                    await articles.add_source(conn, actor, facts | unknown, now, text=rest[1])
                case "put right":
                    unknown = dict.fromkeys(("publisher", "author", "url", "published"), "not stated")
                    await articles.edit_source(conn, actor, rest[0], {"title": rest[1]} | unknown, now)
                case "rename":
                    subject = await aliases.named(conn, actor.guild_id, rest[0])
                    fields = {"name": rest[1], "kind": rest[2].value, "description": rest[3]}
                    await subjects.edit(conn, actor, subject.id, fields, now)
                case "setting":
                    await settings.upsert_setting(conn, actor.guild_id, *rest)
                case "suggest":
                    said = {"title": rest[0], "source": "1"}
                    id_ = await suggestions.insert(
                        conn, guild_id=actor.guild_id, member_id=77, kind=Kind.EVENT, fields=said, now=now
                    )
                    await suggestions.insert_support(conn, id_, 78)
                case "member":
                    entry, _ = await moderation.fields_of(conn, actor.guild_id, rest[0])
                    if entry.guild_id:
                        await carried.replace_members(conn, [entry.id], [(entry.id, 79)])
                case "digest":
                    await digests.create(conn, actor, Digest(guild_id=actor.guild_id, **rest[0]), now)
                case "pause":
                    await digests.pause(conn, actor.guild_id, *rest, "A reason.", now)
                case "resume" | "delete" | "undelete":
                    await getattr(digests, name)(conn, actor, *rest, now)
                case _:  # the other deeds are called there as here
                    await getattr(moderation, name)(conn, actor, *rest, now)


def odd_pack() -> Pack:
    """Return a pack that says more than a form takes: a long statement, and a name with a semicolon."""
    odd = packs.subject("Odd; very", "the odd")
    detail = PackStat(
        packs.PASSENGERS.key, Decimal("1E+3"), "million people", True, Basis.COUNT, None, "", False, "", ""  # noqa: FBT003
    )  # fmt: skip
    entry = PackEntry("odd", Kind.STAT, (odd.key, "ferry"), "long " * 2000, " ", Status.DISPUTED, "why", (0, 9), detail)
    return packs.pack(entry, key="odd", label="An odd report", subjects=(*packs.TOWN, odd))


async def fill(db: Database, deeds: list[tuple[Any, ...]] = []) -> None:  # noqa: B006 - it is not changed
    """Build two packs and do all of it."""
    await packs.put(db, now=NOW)
    await packs.put(db, odd_pack(), now=NOW)
    for number, deed in enumerate(deeds):
        await do(db, deed, NOW + timedelta(seconds=number // 2))


async def lines(db: Database, guild_id: int = EVERYTHING) -> str:
    """Export as JSON Lines."""
    async with db.read() as conn:
        return "".join(await export_lines(conn, guild_id))


async def rows(db: Database, guild_id: int) -> str:
    """Export as CSV."""
    async with db.read() as conn:
        return "".join(await export_sheet(conn, guild_id))


async def try_out(db: Database, target: Target, content: str | bytes, name: str = "data.jsonl") -> Plan:
    """Make a dry run."""
    content = content.encode() if isinstance(content, str) else content
    return await dry_run(db, target, parse(name, content, limited=target.actor is not None))


async def bring(db: Database, target: Target, content: str | bytes, name: str = "data.jsonl") -> Plan:
    """Bring a file in, whatever the plan is."""
    content = content.encode() if isinstance(content, str) else content
    parsed = parse(name, content, limited=target.actor is not None)
    return (await bring_in(db, target, parsed, LATER, lambda _: True)).plan


def counts(plan: Plan) -> dict[str, int]:
    """Return how many lines come to what."""
    return {outcome.name.lower(): number for outcome in Outcome if (number := plan.count(outcome))}


def whys(plan: Plan, outcome: Outcome = Outcome.REFUSED) -> list[str]:
    """Return why lines come to this."""
    return [item.why for item in plan.items if item.outcome is outcome]


async def whole(db: Database) -> None:
    """Assert that the store is sound, and that search holds exactly what there is to find."""
    async with db.read() as conn:
        assert list(await conn.execute_fetchall("PRAGMA foreign_key_check")) == []
        assert list(await conn.execute_fetchall("PRAGMA integrity_check")) == [("ok",)]


async def found(db: Database) -> Mapping[str, Any]:
    """Return all that finds entries, but for the numbers of rows that nobody sees."""
    statements = {
        "search": "SELECT rowid, facet, subjects, statement, words, context, source FROM entry_fts ORDER BY rowid",
        "relations": "SELECT * FROM entry_subject ORDER BY 1, 2, 3, 4, 5, 6",
        "names": "SELECT guild_id, key, rank, subject_id, is_measure FROM name ORDER BY 1, 2, 3, 4",
        "typos": "SELECT * FROM typo ORDER BY 1, 2",
        "origins": """
            SELECT s.source_id, n.guild_id, n.key, n.rank, n.subject_id
            FROM name_source AS s JOIN name AS n ON n.id = s.name_id ORDER BY 1, 2, 3, 4, 5
        """,
        "hidden": "SELECT * FROM hidden ORDER BY 1, 2",
        "digests": "SELECT d.*, NULL AS new_since FROM digest AS d ORDER BY id",
    }
    async with db.read() as conn:
        return {name: list(await conn.execute_fetchall(statement)) for name, statement in statements.items()}


async def empty_store(folder: Path, name: str) -> Database:
    """Return a store with nothing in it, not yet open."""
    return Database(folder / name)


def record(type_: str, **values: Any) -> str:
    """Return a line."""
    return json.dumps({"type": type_, **values}) + "\n"


def entry(**changes: Any) -> str:
    """Return the line of an entry about the bay."""
    said = {name: text for name, text in STAT.items() if name != "source"} | changes.pop("fields", {})
    return record("entry", **{"key": "new", "kind": "stat", "source": "shared:harbor", "fields": said} | changes)


async def fields_of(db: Database, entry_id: int, guild_id: int = 5) -> dict[str, str]:
    """Return the fields of an entry."""
    async with db.read() as conn:
        return (await moderation.fields_of(conn, guild_id, entry_id))[1]


async def history(db: Database, entry_id: int, guild_id: int = 5) -> list[tuple[str, int]]:
    """Return what was done to an entry and by whom, the newest first."""
    async with db.read() as conn:
        found = await revisions.select_of(conn, guild_id, "entry", entry_id, limit=50)
    return [(one.action, one.actor_id) for one in found]
