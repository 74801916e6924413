"""Packs about a town that does not exist, made in code; and a server's own entries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from bot.ingest.build import Built, build
from bot.ingest.pack import Pack, PackEntry, PackEvent, PackQuote, PackStat, PackSubject
from bot.model import Basis, Fact, Kind, Known, Status, SubjectKind
from bot.store import search
from bot.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)


def subject(name: str, *aliases: str, kind: SubjectKind = SubjectKind.PLACE, key: str = "") -> PackSubject:
    """Return a subject; its key is its name with hyphens unless given."""
    return PackSubject(key or name.lower().replace(" ", "-"), kind, name, f"{name}, described.", aliases)


HARBOR = subject("Harrow Bay", "the Bay")
MAYOR = subject("Ines Calder", "Mayor Calder", kind=SubjectKind.PERSON)
PILOT = subject("Tobias Renn", kind=SubjectKind.PERSON)
FERRY = subject("Ferry", "boats", kind=SubjectKind.TOPIC)
PASSENGERS = subject("Weekly passengers", "riders", kind=SubjectKind.MEASURE)
OFFICE = subject("Survey Office", "SO", kind=SubjectKind.ORGANIZATION)
TOWN = (HARBOR, MAYOR, PILOT, FERRY, PASSENGERS, OFFICE)


def stat(key: str, *about: PackSubject, value: int = 12_400, statement: str = "", counted_by: str = "") -> PackEntry:
    """Return a figure of weekly passengers."""
    detail = PackStat(
        measure=PASSENGERS.key,
        value=Decimal(value),
        unit="people",
        approximate=True,
        basis=Basis.COUNT,
        out_of=None,
        out_of_unit="",
        out_of_approximate=False,
        as_of="",
        counted_by=counted_by,
    )
    return _entry(key, Kind.STAT, about, statement or f"Passengers, {key}.", detail)


def quote(key: str, speaker: PackSubject, *about: PackSubject, words: str = "") -> PackEntry:
    """Return a quotation, about its speaker first."""
    detail = PackQuote((words or f"Words of {key},",), speaker.key, "role as printed", "", "")
    return _entry(key, Kind.QUOTE, (speaker, *about), f"Context of {key}.", detail)


def event(key: str, *about: PackSubject, date: str = "2024-03-04") -> PackEntry:
    """Return an event."""
    return _entry(key, Kind.EVENT, about, f"What happened: {key}.", PackEvent(f"Event {key}", date, date, ""))


def _entry(
    key: str,
    kind: Kind,
    about: Sequence[PackSubject],
    statement: str,
    detail: PackStat | PackQuote | PackEvent,
) -> PackEntry:
    keys = tuple(one.key for one in about)
    return PackEntry(key, kind, keys, statement, "", Status.VERIFIED, "", (0, 10), detail)


def pack(
    *entries: PackEntry,
    key: str = "harbor",
    label: str = "Report on a harbor",
    subjects: Sequence[PackSubject] = TOWN,
) -> Pack:
    """Return a pack; what it holds decides its digest."""
    facts = tuple(
        Fact(field, "", Known.NOT_STATED, "It is not printed.")
        for field in ("title", "publisher", "author", "url", "published")
    )
    digest = hashlib.sha256(repr((label, entries, subjects)).encode()).hexdigest()
    return Pack(key, label, "ab" * 32, 1000, facts, tuple(subjects), entries, (), digest)


STATS = (stat("pier", HARBOR, FERRY, counted_by="survey-office"), stat("dock", FERRY, value=9))
QUOTES = (quote("calder", MAYOR, HARBOR, words="The pier is full by seven"), quote("renn", PILOT, FERRY))
EVENTS = (event("vote", HARBOR), event("storm", FERRY, date="2019"), event("someday", FERRY, date=""))
WHOLE = pack(*STATS, *QUOTES, *EVENTS)


async def put(db: Database, given: Pack = WHOLE, now: datetime = NOW) -> Built:
    """Build a pack."""
    return await build(db, given, now)


async def give(db: Database, guild_id: int, key: str) -> None:
    """Make what one pack brought a server's own: source, entries, and the subjects that only it names."""
    async with db.write() as conn:
        [(source_id,)] = await conn.execute_fetchall("SELECT id FROM source WHERE key = ?", (key,))
        await search.delete_documents(conn, source_id)
        for statement in (
            """
            UPDATE subject SET guild_id = :guild WHERE id IN (
                SELECT n.subject_id FROM name AS n JOIN name_source AS s ON s.name_id = n.id
                GROUP BY n.subject_id HAVING min(s.source_id = :source)
            )
            """,
            """
            UPDATE name SET guild_id = :guild
            WHERE subject_id IN (SELECT id FROM subject WHERE guild_id = :guild)
            """,
            "UPDATE entry SET guild_id = :guild WHERE source_id = :source",
            """
            UPDATE entry_subject SET guild_id = :guild
            WHERE entry_id IN (SELECT id FROM entry WHERE source_id = :source)
            """,
            "UPDATE source SET guild_id = :guild WHERE id = :source",
        ):
            await conn.execute(statement, {"guild": guild_id, "source": source_id})
        await search.insert_documents(conn, source_id)


async def add_own(db: Database, guild_id: int, like: str, key: str = "own") -> int:
    """Add a copy of a shared entry as a server's own, to the shared article, and return its id."""
    async with db.write() as conn:
        [(id_, source_id)] = await conn.execute_fetchall(
            """
            INSERT INTO entry (guild_id, source_id, key, kind, subject_id, statement, added_by, added_at,
                measure_id, value, unit, approximate, basis, words, speaker_id, title, date)
            SELECT ?, source_id, ?, kind, subject_id, 'Our own words.', 77, 0,
                measure_id, value, unit, approximate, basis, words, speaker_id, title, date
            FROM entry WHERE key = ?
            RETURNING id, source_id
            """,
            (guild_id, key, like),
        )
        await conn.execute(
            """
            INSERT INTO entry_subject (subject_id, kind, guild_id, relation, position, entry_id, deleted)
            SELECT subject_id, kind, ?, relation, position, ?, 0 FROM entry_subject
            WHERE entry_id = (SELECT id FROM entry WHERE key = ?)
            """,
            (guild_id, id_, like),
        )
        await search.delete_documents(conn, source_id)
        await search.insert_documents(conn, source_id)
    return id_
