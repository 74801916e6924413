"""Search by words: what is found, in which order, how it is marked, and that no text can break it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packs import FERRY, HARBOR, MAYOR, PILOT, event, pack, put, quote, stat, subject

from bot.answers.lookup import answer
from bot.errors import UserError
from bot.model import Answer, Ask, Command, Kind, Scope
from bot.store import search
from bot.store.database import Database
from bot.store.search import HIT_END, HIT_START, select_matching, words


async def find(db: Database, text: str, kind: Kind | None = None, source: str = "", page: int = 0) -> Answer:
    """Search."""
    return await answer(db, Scope(0, 1), Ask(Command.SEARCH, text=text, kind=kind, about=source, page=page))


SYNTAX = [
    '"',
    "'",
    "chicago",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "(",
    ")",
    "*",
    "^",
    ":",
    "{",
    "}",
    "-",
    "+",
    "facet",
    "g0",
    "_",
]
"""What the search engine would take for more than words."""


def marked(excerpt: str) -> list[str]:
    """Return what an excerpt marks."""
    return [part.partition(HIT_END)[0] for part in excerpt.split(HIT_START)[1:]]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("sanctuary", {"sanctuary", "Sanctuary"}),
        ("SANCTUARY", {"sanctuary", "Sanctuary"}),
        ("deportation", {"deportation", "deportations", "deport"}),
        ("deporting", {"deportation", "deportations", "deport"}),
        ("eagle pass", {"Eagle", "Pass"}),
        ("951000", {"951000"}),
        ("prôgrèssive", {"progressive"}),
        ("nonpartisan OR", {"or"}),
    ],
)
async def test_found(store: Database, text: str, hits: set[str]) -> None:
    """Words are found whatever their case, accents and endings, and each result marks where."""
    found = await find(store, text)

    assert found.entries
    for excerpt in found.excerpts:
        assert marked(excerpt)
        assert set(marked(excerpt)) <= hits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("statement-word", "stat"),
        ("spoken", "quote"),
        ("heading", "event"),
        ("renn", "quote"),
        ("printed", "quote"),
        ("alias", "quote"),
    ],
)
async def test_everything_is_searched(empty: Database, text: str, expected: str) -> None:
    """Statements, quotations, titles, speakers, roles and all spellings of names are searched and marked."""
    named = subject("Quay", "alias")
    await put(
        empty,
        pack(
            stat("stat", HARBOR, statement="A statement-word."),
            quote("quote", PILOT, named, words="as it was spoken"),
            event("heading", MAYOR),
            subjects=[HARBOR, PILOT, MAYOR, named, subject("Weekly passengers", key="weekly-passengers")],
        ),
    )

    found = await find(empty, text)

    kinds = [type(entry).__name__.lower() for entry in found.entries]
    assert kinds == [expected]
    assert marked(found.excerpts[0])


async def test_source_is_searched(empty: Database) -> None:
    """The name of an article finds what it says."""
    await put(empty, pack(stat("a", HARBOR), label="Gazette"))

    found = await find(empty, "gazette")

    assert [marked(excerpt) for excerpt in found.excerpts] == [["Gazette"]]


async def test_context_is_set_apart(empty: Database) -> None:
    """What stands around a quotation is shown in brackets: it is not taken for the speaker's words."""
    await put(empty, pack(quote("talk", PILOT, words="We will row")))

    found = await find(empty, "context")

    assert found.excerpts == (f"We will row [{HIT_START}Context{HIT_END} of talk.]",)


async def test_hit_in_a_long_text(empty: Database) -> None:
    """Of a long text the part with the hit is shown."""
    await put(empty, pack(stat("long", HARBOR, statement="before " * 300 + "needle" + " after" * 300)))

    found = await find(empty, "needle")

    assert marked(found.excerpts[0]) == ["needle"]
    assert len(found.excerpts[0]) < 600


async def test_best_first(empty: Database) -> None:
    """An entry about what is searched for comes before one that mentions it among much else."""
    await put(
        empty,
        pack(stat("mention", HARBOR, statement="On the ferry " + "and much else " * 20), stat("topic", FERRY)),
    )

    found = await find(empty, "ferry")

    assert found.entries[0].statement == "Passengers, topic."


async def test_some_of_the_words(store: Database) -> None:
    """Where no entry holds all words, those with some of them are shown, and the answer says so."""
    every = await find(store, "chicago residents")
    some = await find(store, "chicago zzzz")

    assert every.entries
    assert not every.remarks
    assert some.entries
    assert some.remarks == ("No entry holds all of these words; these hold some of them.",)


async def test_nothing_found(store: Database) -> None:
    """A word that no entry holds finds nothing, and nothing is said about other words."""
    found = await find(store, "zzzz")

    assert not found.entries
    assert not found.remarks


@pytest.mark.parametrize("kind", Kind)
async def test_kind(store: Database, kind: Kind) -> None:
    """A search can keep to one kind of entry, and counts only these."""
    found = await find(store, "chicago los angeles trump boston", kind)

    assert found.entries
    assert {type(entry).__name__.lower() for entry in found.entries} == {kind.value}


async def test_source(empty: Database) -> None:
    """A search can keep to one article, by number or by name; there has to be such an article."""
    await put(empty, pack(stat("a", HARBOR), label="Gazette"))
    await put(empty, pack(stat("b", HARBOR), key="other", label="Herald"))

    found = [await find(empty, "passengers", source=source) for source in ("2", "#2", "her", "HERALD", "herlad")]

    assert {tuple(entry.statement for entry in one.entries) for one in found} == {("Passengers, b.",)}
    for source in ("3", "zzzz", "!"):
        with pytest.raises(UserError, match="no such article"):
            await find(empty, "passengers", source=source)


@pytest.mark.parametrize("text", ["", "   ", "?!", "👍", "*", '""', "—"])
async def test_no_word(store: Database, text: str) -> None:
    """A text without a word cannot be searched for, and the sentence says so."""
    with pytest.raises(UserError, match="at least one word"):
        await find(store, text)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=2000) | st.lists(st.sampled_from(SYNTAX)).map(" ".join),
    kind=st.none() | st.sampled_from(Kind),
)  # fmt: skip
@example(text="_", kind=None)
@example(text="facet:g0", kind=None)
@example(text="g0 kstat s1", kind=None)
@example(text="①²", kind=None)
@example(text='"' * 2000, kind=None)
@example(text="x" * 2000, kind=None)
@example(text="chicago " * 250, kind=None)
@example(text=" ".join(map(str, range(500))), kind=Kind.STAT)
async def test_any_text(store: Database, text: str, kind: Kind | None) -> None:
    """Any text at all is safe to search for, and finds only entries that hold one of its words."""
    if not words(text):
        return

    found = await find(store, text, kind)

    assert len(found.excerpts) == len(found.entries) <= 6
    assert all(marked(excerpt) for excerpt in found.excerpts)
    assert found.total >= len(found.entries)


async def test_common_words(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that very many entries hold is not weighed: the newest come first, and the answer says so."""
    monkeypatch.setattr(search, "RANKED", 3)

    found = await find(store, "the")

    ids = [entry.id for entry in found.entries]
    assert ids == sorted(ids, reverse=True)
    assert found.total > 6
    assert "the newest come first" in found.remarks[0]
    assert all(marked(excerpt) for excerpt in found.excerpts)


async def test_pages_of_common_words(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weighed or not, pages hold each result once."""
    async with store.read() as conn:
        every = []
        for ranked in (5000, 3):
            monkeypatch.setattr(search, "RANKED", ranked)
            pages = [await select_matching(conn, 0, ["the"], every=True, limit=5, offset=5 * i) for i in range(10)]
            every.append([entry.id for page in pages for entry in page.entries])
            total = pages[0].total

    assert sorted(every[0]) == sorted(every[1])
    assert len(set(every[0])) == len(every[0]) == total
