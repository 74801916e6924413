"""What editions carry, from a real store: rounds that nothing repeats in, what is new, and what was corrected."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import packs
import pytest
from packs import HARBOR, MAYOR, TOWN, put, quote, stat, subject

from bot.digest import digests, editorial
from bot.digest.digests import Digest
from bot.digest.editorial import Content, Corrected, compose, gather
from bot.digest.schedule import DAILY
from bot.model import Actor, Kind, Quote, Stat, Status, SubjectKind
from bot.moderating import moderation
from bot.store import claims, hidden
from bot.store.database import Database

MADE = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, THERE = 5, 6
MODERATOR = Actor(HERE, 501, manages=True, roles=frozenset())

DIGEST = Digest(guild_id=HERE, channel_id=1, name="Morning", zone="UTC", at=time(9), days=DAILY, stats=1, quotes=2)
PEOPLE = tuple(subject(f"Person {i}", kind=SubjectKind.PERSON) for i in range(5))
SPOKEN = (
    *(quote(f"mayor-{i}", MAYOR) for i in range(20)),
    *(quote(f"other-{i}", person) for i, person in enumerate(PEOPLE)),
)
"""One speaker has most of what was said."""


class Desk:
    """A store with a digest, of which an edition is due each day."""

    def __init__(self, store: Database) -> None:
        self.store = store
        self.now = MADE
        self.digest = DIGEST

    async def make(self, digest: Digest = DIGEST) -> None:
        """Make the digest, in place of the one there was."""
        async with self.store.write() as conn:
            digest_id = await digests.create(conn, MODERATOR, digest, self.now)
            found = await digests.select_one(conn, HERE, digest_id)
        assert found
        self.digest = found

    async def preview(self) -> Content | None:
        """Compose the next edition without noting it."""
        async with self.store.read() as conn:
            return await compose(conn, self.digest, 0, self.now + DAY, self.now + DAY, dry=True)

    async def edition(self, state: str = "posted") -> Content | None:
        """Compose the next day's edition and write it down as the ledger does."""
        self.now += DAY
        async with self.store.write() as conn:
            cursor = await conn.execute(
                "INSERT INTO digest_edition (digest_id, guild_id, due_at, state) VALUES (?, ?, ?, 'due')",
                (self.digest.id, HERE, int(self.now.timestamp())),
            )
            assert cursor.lastrowid
            content = await compose(conn, self.digest, cursor.lastrowid, self.now, self.now)
            if content is None or state == "failed":
                await claims.update_ended(conn, cursor.lastrowid, state if content else "skipped", "")
            if content:
                await claims.update_content(conn, cursor.lastrowid, content.to_json(), content.number)
            if content and state == "posted":
                await conn.execute(
                    "UPDATE digest_edition SET state = 'posted', message_id = 1 WHERE id = ?", (cursor.lastrowid,)
                )
        return content

    async def full(self) -> Content:
        """Compose an edition that is not empty."""
        content = await self.edition()
        assert content
        return content

    async def add(self, words: str = "We will row.", speaker: str = "Tobias Renn") -> int:
        """Add a quotation an hour after the last edition."""
        fields = {"words": words, "speaker": speaker, "about": "Ferry", "statement": words, "source": "1"}
        async with self.store.write() as conn:
            return await moderation.add(conn, MODERATOR, Kind.QUOTE, fields, self.now + DAY / 24)

    async def edit(self, entry_id: int, **fields: str) -> int:
        """Change an entry an hour after the last edition."""
        async with self.store.write() as conn:
            return (await moderation.edit(conn, MODERATOR, entry_id, fields, self.now + DAY / 24)).entry_id


@pytest.fixture
async def desk(empty: Database) -> Desk:
    """Return a desk over the town's store."""
    await put(empty, now=MADE - DAY)
    desk = Desk(empty)
    await desk.make()
    return desk


async def spoken(desk: Desk) -> dict[int, str]:
    """Put a pack in which one speaker has most, and return who says what."""
    await put(desk.store, packs.pack(*SPOKEN, key="spoken", subjects=(*TOWN, *PEOPLE)), MADE - DAY)
    async with desk.store.read() as conn:
        rows = await conn.execute_fetchall(
            "SELECT e.id, s.name FROM entry AS e JOIN subject AS s ON s.id = e.speaker_id WHERE e.kind = 'quote'"
        )
    return {row[0]: row[1] for row in rows}


async def test_a_round(desk: Desk) -> None:
    """All that there is of a kind is carried once; then a new round begins, and no edition mixes the two."""
    speakers = await spoken(desk)

    first = [(await desk.full()).quotes for _ in range(14)]
    second = [(await desk.full()).quotes for _ in range(14)]

    for editions in (first, second):
        carried = [entry_id for edition in editions for entry_id in edition]
        assert sorted(carried) == sorted(speakers)
    assert first != second
    assert not set(first[-1]) & set(second[0])


async def test_a_skewed_store(desk: Desk) -> None:
    """No edition has only words of one speaker while others have something left."""
    speakers = await spoken(desk)

    editions = [[speakers[entry_id] for entry_id in (await desk.full()).quotes] for _ in range(14)]

    assert Counter(speakers.values())["Ines Calder"] == 21
    mixed = [len(set(edition)) == 2 for edition in editions]
    assert mixed == [True] * 6 + [False] * 8


async def test_two_digests_take_no_notice_of_each_other(desk: Desk) -> None:
    """Each has a round of its own, in an order of its own."""
    speakers = await spoken(desk)
    one = [(await desk.full()).quotes for _ in range(7)]

    await desk.make(replace(DIGEST, name="Evening"))
    other = [(await desk.full()).quotes for _ in range(14)]

    assert other[:7] != one
    assert len({entry_id for edition in other for entry_id in edition}) == len(speakers)


async def test_a_preview_is_what_comes(desk: Desk) -> None:
    """A preview notes nothing, and the edition is the same, also where a new round begins."""
    await spoken(desk)

    for _ in range(30):
        seen, again = await desk.preview(), await desk.preview()

        assert seen == again == await desk.full()


async def test_the_number_runs_on(desk: Desk) -> None:
    """Editions are counted from 1; one that could not be posted keeps its number."""
    numbers: list[int] = []
    for state in ("posted", "failed", "posting", "due"):
        content = await desk.edition(state)
        assert content
        numbers.append(content.number)

    assert numbers == [1, 2, 3, 4]


async def test_what_is_not_shown_is_not_carried(desk: Desk) -> None:
    """What is hidden, removed, retracted or another server's is left out, and so is what has been corrected."""
    async with desk.store.write() as conn:
        [calder, renn] = [row[0] for row in await conn.execute_fetchall("SELECT id FROM entry WHERE kind = 'quote'")]
        await hidden.insert(conn, HERE, calder)
        await moderation.set_status(conn, MODERATOR, renn, Status.RETRACTED, "It was never said.", MADE)
        theirs = {"words": "Hush.", "speaker": "Tobias Renn", "about": "Ferry", "statement": "Hush.", "source": "1"}
        await moderation.add(conn, replace(MODERATOR, guild_id=THERE), Kind.QUOTE, theirs, MADE)
    removed = await desk.add("Row, row.")
    kept = await desk.add("We row.")
    async with desk.store.write() as conn:
        await moderation.remove(conn, MODERATOR, removed, MADE)

    editions = [(await desk.full()).quotes for _ in range(3)]

    assert editions == [(kept,)] * 3


async def test_only_some_subjects(desk: Desk) -> None:
    """A digest about subjects carries what is about them in any way, who speaks included, and nothing else."""
    async with desk.store.read() as conn:
        [(ferry,)] = await conn.execute_fetchall("SELECT id FROM subject WHERE name = 'Ferry'")
        [(pilot,)] = await conn.execute_fetchall("SELECT id FROM subject WHERE name = 'Tobias Renn'")
    await desk.make(replace(DIGEST, subjects=(pilot,), events=5))
    alone = await desk.full()
    await desk.make(replace(DIGEST, subjects=(ferry, pilot), stats=5, events=5))

    both = await desk.full()

    async with desk.store.read() as conn:
        found = (await gather(conn, HERE, both)).entries
    assert not alone.stats
    assert not alone.events
    assert [quote.speaker for id_ in both.quotes if isinstance(quote := found[id_], Quote)] == ["Tobias Renn"]
    assert alone.quotes == both.quotes
    assert len(both.stats) == 2
    assert len(both.events) == 2


async def test_new_entries_join_the_round(desk: Desk) -> None:
    """What was added since the last edition is carried before the rest of its speaker, and marked as new."""
    await spoken(desk)
    first = await desk.full()
    for _ in range(5):
        await desk.full()
    added = await desk.add("We will row.", "Ines Calder")

    content = await desk.full()
    later = await desk.full()

    assert not first.new
    assert content.new == (added,)
    assert added in content.quotes
    assert content.new_total == 1
    assert not later.new
    assert not later.also_new


async def test_more_is_new_than_there_is_room_for(desk: Desk) -> None:
    """New entries that are not carried are named, so many as there is room for, and counted."""
    await desk.full()
    added = [await desk.add(f"Saying number {i} is this.") for i in range(9)]

    content = await desk.full()

    assert content.new
    assert len(content.also_new) == editorial.LISTED
    assert {*content.new, *content.also_new} < set(added)
    assert content.new_total == 9


async def test_only_new(desk: Desk) -> None:
    """A digest of new entries is empty where nothing is new, and carries what came since the last that was posted."""
    await desk.make(replace(DIGEST, only_new=True))

    nothing = await desk.edition()
    added = await desk.add()
    failed = await desk.edition("failed")
    posted = await desk.edition()
    after = await desk.edition()

    assert nothing is None
    assert failed
    assert failed.quotes == (added,)
    assert posted
    assert posted.quotes == posted.new == (added,)
    assert after is None


async def test_only_new_and_more_than_there_is_room_for(desk: Desk) -> None:
    """What has no room in one edition of new entries comes in the next, before that digest is empty again."""
    await desk.make(replace(DIGEST, only_new=True))
    added = [await desk.add(f"Saying number {i} is this.") for i in range(7)]

    posted = [await desk.full() for _ in range(4)]

    assert sorted(id_ for content in posted for id_ in content.quotes) == added
    assert [content.new_total for content in posted] == [7, 5, 3, 1]
    assert await desk.edition() is None


async def test_only_new_from_now_on(desk: Desk) -> None:
    """A digest that is to carry only what is new begins with what is added after that was chosen."""
    await desk.add("Said before.")
    async with desk.store.write() as conn:
        await digests.change(conn, MODERATOR, replace(desk.digest, only_new=True), desk.now + DAY / 2)
        changed = await digests.select_one(conn, HERE, desk.digest.id)
    assert changed
    desk.digest = changed

    assert await desk.edition() is None


async def test_only_new_counts_corrections(desk: Desk) -> None:
    """A correction makes an edition of new entries, though it carries nothing else."""
    await desk.make(replace(DIGEST, only_new=True))
    changed = await desk.edit(1, figure="about 13,000 people")

    content = await desk.full()

    assert not content.entry_ids
    assert [one.entry_id for one in content.corrected] == [changed]


async def test_nothing_at_all(desk: Desk) -> None:
    """Where there is nothing of what a digest is about, its edition is empty."""
    async with desk.store.read() as conn:
        [(office,)] = await conn.execute_fetchall("SELECT id FROM subject WHERE name = 'Survey Office'")
    await desk.make(replace(DIGEST, stats=0, quotes=5, events=5, subjects=(office,)))

    assert await desk.edition() is None


async def test_corrections(desk: Desk) -> None:
    """What was changed since the last edition is told once, from what it was to what it is now, as it is shown."""
    own = await desk.add("We row.")
    before = await desk.full()
    corrected = await desk.edit(1, figure="about 12,500 people")
    await desk.edit(1, figure="about 13,000 people")
    await desk.edit(own, role="Pilot")
    await desk.edit(own, role="")
    removed = await desk.edit(3, role="Mayor of the Bay")
    async with desk.store.write() as conn:
        await moderation.remove(conn, MODERATOR, removed, desk.now)

    content = await desk.full()
    after = await desk.full()

    async with desk.store.read() as conn:
        material = await gather(conn, HERE, content)
    assert not before.corrected
    assert [one.entry_id for one in content.corrected] == [corrected]
    assert content.corrected_total == 1
    old, new = material.changes[corrected]
    assert (old["figure"], new["figure"]) == ("about 12,400 people", "about 13,000 people")
    assert material.entries[corrected].corrects == 1
    assert not after.corrected


async def test_corrections_are_a_choice(desk: Desk) -> None:
    """A digest without corrections tells of none."""
    await desk.make(replace(DIGEST, corrections=False))
    await desk.edit(1, figure="about 13,000 people")

    content = await desk.full()

    assert not content.corrected


async def test_what_was_corrected_after_it_was_chosen(desk: Desk) -> None:
    """An edition that is posted later shows the correction in place of the shared entry, and nothing removed."""
    await desk.make(replace(DIGEST, stats=5, quotes=5))
    content = await desk.full()
    corrected = await desk.edit(1, figure="about 13,000 people")
    async with desk.store.write() as conn:
        await hidden.insert(conn, HERE, 3)

    async with desk.store.read() as conn:
        entries = (await gather(conn, HERE, content)).entries

    assert {1, 3} < set(content.entry_ids)
    assert entries[1].id == corrected
    assert 3 not in entries


async def test_a_chart_of_what_is_comparable(desk: Desk) -> None:
    """A figure of an edition stands in a chart beside the others of the same measure and unit."""
    content = await desk.full()

    async with desk.store.read() as conn:
        entries = (await gather(conn, HERE, content)).entries
    bars = [entry for id_ in content.bars if isinstance(entry := entries[id_], Stat)]
    assert content.bars[0] == content.stats[0]
    assert len(bars) == 2
    assert len({(stat.measure, stat.unit) for stat in bars}) == 1


async def test_a_large_store_is_sampled(desk: Desk) -> None:
    """Where very many wait, each edition chooses from a sample of them, another one each time."""
    many = packs.pack(*(stat(f"many-{i}", HARBOR, value=i) for i in range(editorial.POOL + 100)), key="many")
    await put(desk.store, many, MADE - DAY)

    carried = [entry_id for _ in range(60) for entry_id in (await desk.full()).stats]

    assert len(set(carried)) == 60
    assert max(carried) > editorial.POOL


@pytest.mark.parametrize("subjects", [(), ("Harrow Bay", "Ines Calder")], ids=["everything", "some subjects"])
async def test_a_large_store_of_one_speaker(desk: Desk, subjects: tuple[str, ...]) -> None:
    """Where one of very many has nearly everything, and the rest stand together, the others still have their part."""
    most = (quote(f"mayor-{i}", MAYOR, HARBOR) for i in range(6 * editorial.POOL))
    others = (quote(f"other-{i}", PEOPLE[i % 5], HARBOR) for i in range(200))
    await put(desk.store, packs.pack(*most, *others, key="spoken", subjects=(*TOWN, *PEOPLE)), MADE - DAY)
    async with desk.store.read() as conn:
        rows = await conn.execute_fetchall("SELECT id, speaker_id FROM entry WHERE kind = 'quote'")
        named = await conn.execute_fetchall("SELECT id, name FROM subject WHERE kind IN ('person', 'place')")
    whose, ids = dict(map(tuple, rows)), {name: id_ for id_, name in named}
    await desk.make(replace(DIGEST, subjects=tuple(ids[name] for name in subjects)))

    pages = [(await desk.full()).quotes for _ in range(10)]

    assert len({entry_id for page in pages for entry_id in page}) == 20
    assert all(len({whose[entry_id] for entry_id in page}) == 2 for page in pages)


def test_content_is_kept_as_text() -> None:
    """What is read back is what was written."""
    content = Content(7, (1, 2), (3,), (4,), (3,), (5, 6), 12, (Corrected(1, 8, 9),), 30, (1, 2))

    assert Content.from_json(content.to_json()) == content
    assert content.entry_ids == (1, 2, 3, 4)
