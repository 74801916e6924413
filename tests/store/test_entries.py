"""Reading entries: the closest first, page by page, and only what a server may see."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from packs import EVENTS, HARBOR, LATER, MAYOR, QUOTES, STATS, WHOLE, event, give, pack, put, quote, stat

from bot.answers.lookup import answer
from bot.answers.pages import PAGE_SIZE
from bot.model import Ask, Command, Event, Kind, Quote, Scope, Stat
from bot.store import entries, sources
from bot.store.database import Connection, Database
from bot.store.search import select_matching

HERE = Scope(0, 1)


async def test_closest_first(empty: Database) -> None:
    """What is mainly about a subject comes before what also concerns it."""
    side, main = stat("side", MAYOR, HARBOR), stat("main", HARBOR)
    await put(empty, pack(side, main))

    found = await answer(empty, HERE, Ask(Command.STATS, about="harrow bay"))

    assert [entry.statement for entry in found.entries] == ["Passengers, main.", "Passengers, side."]


async def test_ways_to_a_figure(empty: Database) -> None:
    """A figure is found by its place, its topic, its measure, and who counted."""
    await put(empty)

    found = [await answer(empty, HERE, Ask(Command.STATS, about=name)) for name in ("bay", "boats", "riders", "SO")]

    assert [one.total for one in found] == [1, 2, 2, 1]
    assert all("Passengers, pier." in [entry.statement for entry in one.entries] for one in found)


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (Ask(Command.STATS, about="ferry"), {"pier", "dock"}),
        (Ask(Command.QUOTE, who="calder"), {"calder"}),
        (Ask(Command.QUOTE, who="bay"), {"calder"}),
        (Ask(Command.QUOTE, about="ferry"), {"renn"}),
        (Ask(Command.QUOTE, who="renn", about="ferry"), {"renn"}),
        (Ask(Command.QUOTE, who="calder", about="ferry"), set()),
        (Ask(Command.QUOTE, who="calder", about="seven"), {"calder"}),
        (Ask(Command.QUOTE, about="seven"), {"calder"}),
        (Ask(Command.PROFILE, about="ferry"), {"pier", "dock", "renn", "someday", "storm"}),
        (Ask(Command.COMPARE, about="riders"), {"pier", "dock"}),
        (Ask(Command.COMPARE, about="bay"), {"pier", "dock"}),
        (Ask(Command.TIMELINE, about="ferry"), {"storm", "someday"}),
        (Ask(Command.TIMELINE), {"storm", "vote", "someday"}),
        (Ask(Command.SEARCH, text="pier"), {"pier", "calder"}),
        (Ask(Command.SEARCH, text="pier", kind=Kind.QUOTE), {"calder"}),
        (Ask(Command.SHOW, entry_id=1), {"pier"}),
    ],
    ids=lambda value: f"{value.command} {value.who} {value.about}{value.text}" if isinstance(value, Ask) else "",
)
async def test_answer(empty: Database, ask: Ask, expected: set[str]) -> None:
    """Each question finds what it asks for, and nothing else."""
    await put(empty)
    async with empty.read() as conn:
        keys = dict(await conn.execute_fetchall("SELECT id, key FROM entry"))

    found = await answer(empty, HERE, ask)

    assert {keys[entry.id] for entry in found.entries} == expected


async def test_order_of_events(empty: Database) -> None:
    """Events come by date, a month after its days, a year after its months, and one without a date last."""
    dates = ["", "2024", "2024-03", "2024-03-04", "2023-12-31", "2024-11"]
    await put(empty, pack(*(event(f"e{i}", HARBOR, date=date) for i, date in enumerate(dates))))

    every = await answer(empty, HERE, Ask(Command.TIMELINE))
    about = await answer(empty, HERE, Ask(Command.TIMELINE, about="bay"))

    expected = ["2023-12-31", "2024-03-04", "2024-03", "2024-11", "2024", ""]
    assert [entry.date for entry in every.entries if isinstance(entry, Event)] == expected
    assert [entry.date for entry in about.entries if isinstance(entry, Event)] == expected


@pytest.mark.parametrize(
    "ask",
    [
        Ask(Command.STATS, about="bay"),
        Ask(Command.COMPARE, about="riders"),
        Ask(Command.QUOTE, who="calder"),
        Ask(Command.QUOTE, about="bay"),
        Ask(Command.QUOTE, who="calder", about="bay"),
        Ask(Command.TIMELINE),
        Ask(Command.TIMELINE, about="bay"),
        Ask(Command.SEARCH, text="bay"),
        Ask(Command.SEARCH, text="harrow", kind=Kind.STAT),
        Ask(Command.SOURCES),
    ],
    ids=lambda ask: f"{ask.command} {ask.who} {ask.about}{ask.text}",
)
async def test_pages(empty: Database, ask: Ask) -> None:
    """Page after page of a list holds each thing once, no page with more than its card shows."""
    for number in range(9):
        each = [make(f"{number}-{i}") for i in range(3) for make in (
            lambda key: stat("s" + key, HARBOR),
            lambda key: quote("q" + key, MAYOR, HARBOR),
            lambda key: event("e" + key, HARBOR),
        )]  # fmt: skip
        await put(empty, pack(*each, key=f"p{number}"))

    first = await answer(empty, HERE, ask)
    found: list[int] = []
    page = first
    largest = 0
    while things := page.entries or page.sources:
        found += [one.id for one in things]
        largest = max(largest, len(page.entries))
        page = await answer(empty, HERE, page.ask.at(page.ask.page + 1))

    assert len(found) == len(set(found)) == first.total
    assert first.total > len(first.entries or first.sources)
    assert largest <= PAGE_SIZE[ask.command]


async def test_no_page_beyond_the_last(empty: Database) -> None:
    """A page that there is no more is an answer without entries."""
    await put(empty)

    found = await answer(empty, HERE, Ask(Command.STATS, about="bay", page=36**4 - 1))

    assert not found.entries


Reader = Callable[[Connection, int, dict[str, int]], Coroutine[Any, Any, Any]]

READERS: dict[str, Reader] = {
    "about": lambda conn, guild, _: entries.select_about(conn, guild, Kind.STAT, key="ferry", limit=50),
    "about any kind": lambda conn, guild, _: entries.select_about(conn, guild, None, key="ferry", limit=50),
    "by subject": lambda conn, guild, ids: entries.select_about(
        conn, guild, Kind.QUOTE, subject_id=ids["subject"], relations=entries.SPEAKER, limit=50
    ),
    "by id": lambda conn, guild, ids: entries.select_by_id(conn, guild, ids["entry"]),
    "said about": lambda conn, guild, ids: entries.select_said_about(
        conn, guild, ids["subject"], ids["topic"], limit=50, offset=0
    ),
    "events": lambda conn, guild, _: entries.select_events(conn, guild, limit=50, offset=0),
    "events about": lambda conn, guild, ids: entries.select_events_about(
        conn, guild, ids["topic"], limit=50, offset=0
    ),
    "search": lambda conn, guild, _: select_matching(conn, guild, ["secret"], every=True, limit=50),
    "search any": lambda conn, guild, _: select_matching(
        conn, guild, ["secret", "pier"], every=False, limit=50
    ),
    "sources": lambda conn, guild, _: sources.select_all(conn, guild, limit=50),
    "labels": lambda conn, guild, _: sources.select_labels(conn, guild, limit=50),
    "one source": lambda conn, guild, ids: sources.select_one(conn, guild, ids["source"]),
    "count": lambda conn, guild, _: sources.select_count(conn, guild),
    "counts": lambda conn, guild, _: sources.select_counts(conn, guild),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
async def test_own_entries_stay_at_home(empty: Database, name: str) -> None:
    """Whatever reads the store shows a server its own entries, and others what there is without them."""
    await put(empty)
    own = pack(
        stat("s", *(subject_of(WHOLE, key) for key in ("ferry",)), statement="A secret figure."),
        quote("q", MAYOR, subject_of(WHOLE, "ferry"), words="a secret"),
        event("secret", subject_of(WHOLE, "ferry")),
        key="own",
        label="Secret report",
    )

    async def read(guild_id: int) -> Any:
        async with empty.read() as conn:
            return await READERS[name](conn, guild_id, ids)

    ids = {"entry": 9, "subject": 2, "topic": 4, "source": 2}
    before = await read(5)
    await put(empty, own)
    await give(empty, 5, "own")

    assert await read(0) == await read(6) == before
    assert await read(5) != before


def subject_of(given: Any, key: str) -> Any:
    """Return a subject of a pack."""
    return next(one for one in given.subjects if one.key == key)


@pytest.mark.parametrize("name", READERS)
async def test_removed_entries_are_gone(empty: Database, name: str) -> None:
    """Whatever reads the store shows nothing of an entry that was removed."""
    ids = {"entry": 1, "subject": 2, "topic": 1, "source": 1}
    await put(empty, pack(*STATS[1:], *QUOTES[1:], *EVENTS[1:]))

    async def read() -> Any:
        async with empty.read() as conn:
            return await READERS[name](conn, 0, ids)

    before = await read()
    await put(empty, pack(*STATS, *QUOTES, *EVENTS, stat("secret", HARBOR, statement="A secret figure.")), LATER)
    await put(empty, pack(*STATS[1:], *QUOTES[1:], *EVENTS[1:]), LATER)

    assert await read() == before


async def test_as_it_was_written(store: Database) -> None:
    """An entry is read as its pack has it."""
    async with store.read() as conn:
        figure = await entries.select_by_id(conn, 0, 5)
        words = await entries.select_by_id(conn, 0, 15)

    assert isinstance(figure, Stat)
    assert (str(figure.value), str(figure.out_of), figure.out_of_unit) == ("30000", "400000", "students")
    assert isinstance(words, Quote)
    assert words.parts[0] == "We’re not waiting for January,"
    assert len(words.parts) == 2
