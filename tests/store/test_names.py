"""What a typed name means: exactly, by its beginning, or by what it may have been meant to be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packs import HARBOR, TOWN, WHOLE, give, pack, put, stat, subject
from thorough import examples

from bot import names
from bot.answers import similar
from bot.answers.lookup import answer
from bot.answers.meaning import suggest
from bot.model import Answer, Ask, Command, Kind, Scope, SubjectKind
from bot.store.database import Database
from bot.store.names import select_prefix, select_with_words

SOME_TEXT = st.text(max_size=200)


async def profile(db: Database, name: str, guild_id: int = 0) -> Answer:
    """Ask for a profile."""
    return await answer(db, Scope(guild_id, 1), Ask(Command.PROFILE, about=name))


MEANINGS = [
    ("Chicago", "Chicago"),
    ("cHiCaGo", "Chicago"),
    ("the chicago", "Chicago"),
    ("The City of Chicago!", "Chicago"),
    ("chi-town", "Chicago"),
    ("Chi‐Town", "Chicago"),
    ("chi town", "Chicago"),
    ("chi\u00adca\u200bgo", "Chicago"),
    ("  chicago  ", "Chicago"),
    ("¿Chicagó?", "Chicago"),
    ("philly", "Philadelphia"),
    ("Phila.", "Philadelphia"),
    ("lausd", "Los Angeles Unified School District"),
    ("L.A.U.S.D.", "Los Angeles Unified School District"),
    ("aclu", "American Civil Liberties Union"),
    ("US Justice Department", "Justice Department"),
    ("u.s. immigration and customs enforcement", "U.S. Immigration and Customs Enforcement"),
    ("ice", "U.S. Immigration and Customs Enforcement"),
    ("homan", "Tom Homan"),
    ("price", "Curren D. Price Jr."),
    ("price jr", "Curren D. Price Jr."),
    ("Nov. 5", "Presidential election"),
    ("lgbtq+", "LGBTQ+ resolution of the Los Angeles Unified School District"),
    ("chicag", "Chicago"),
    ("massach", "Massachusetts"),
    ("eagle pass, t", "Eagle Pass"),
    ("legal status", "Residents without legal status"),
]


@pytest.mark.parametrize(("typed", "name"), MEANINGS)
async def test_meaning(store: Database, typed: str, name: str) -> None:
    """Case, accents, punctuation and "the" do not matter; a beginning is enough, and so is any ending's."""
    found = await profile(store, typed)

    assert found.subject is not None
    assert found.subject.name == name


NEAR = [
    ("chicgo", "Chicago"),
    ("chciago", "Chicago"),
    ("chicagoo", "Chicago"),
    ("xhicago", "Chicago"),
    ("landua", "Rue Landau"),
    ("lnadau", "Rue Landau"),
    ("philadelpia", "Philadelphia"),
    ("philladelphia", "Philadelphia"),
    ("los angelse", "Los Angeles County"),
    ("migration polcy institute", "Migration Policy Institute"),
    ("hiroshi motomora", "Hiroshi Motomura"),
    ("masachusetts", "Massachusetts"),
    ("residents witout legal", "Residents without legal status"),
    ("inaugaration", "Inauguration"),
    ("sanctuery cities", "Sanctuary cities and policies"),
]


@pytest.mark.parametrize(("typed", "name"), NEAR)
async def test_near_miss(store: Database, typed: str, name: str) -> None:
    """A typing mistake is not taken for a name, and the name that was meant is offered first."""
    found = await profile(store, typed)

    assert found.subject is None
    assert found.near
    assert found.near[0].name == name


@pytest.mark.parametrize("typed", ["zzzzzz", "qwertyuiop", "xyz", "a very long text that is no name of anything " * 40])
async def test_no_near_miss(store: Database, typed: str) -> None:
    """What is like no name offers none."""
    found = await profile(store, typed)

    assert found.subject is None
    assert not found.near


@pytest.mark.parametrize(
    ("command", "typed", "likeliest", "others"),
    [
        (Command.STATS, "la", "Los Angeles County", ["City of Los Angeles"]),
        (Command.TIMELINE, "la", "City of Los Angeles", []),
        (Command.STATS, "trump", "Donald Trump", ["Trump administration"]),
        (Command.PROFILE, "trump", "Donald Trump", ["Trump administration"]),
        (Command.QUOTE, "trump", "Donald Trump", []),
        (Command.PROFILE, "aclu", "American Civil Liberties Union", ["ACLU of Southern California"]),
        (Command.STATS, "deportation", "Deportations", []),
    ],
)
async def test_ambiguous(store: Database, command: Command, typed: str, likeliest: str, others: list[str]) -> None:
    """Of several meanings the one with an answer to the question is taken; others with one are offered."""
    ask = Ask(command, who=typed) if command is Command.QUOTE else Ask(command, about=typed)

    found = await answer(store, Scope(0, 1), ask)

    subject = found.speaker if command is Command.QUOTE else found.subject
    assert subject is not None
    assert subject.name == likeliest
    assert [other.name for other in found.others] == others


async def test_whole_name_before_beginning(empty: Database) -> None:
    """A whole name is meant before a longer one that begins with it."""
    short, hill = subject("Harrow"), subject("Harrow Hill")
    figures = [stat("x", HARBOR), stat("y", short), stat("z", hill)]
    await put(empty, pack(*figures, subjects=[*TOWN, short, hill]))

    whole = await profile(empty, "harrow")
    begun = await profile(empty, "harro")

    assert whole.subject is not None
    assert whole.subject.name == "Harrow"
    assert begun.subject is not None
    assert {begun.subject.name, *(other.name for other in begun.others)} == {
        "Harrow",
        "Harrow Bay",
        "Harrow Hill",
    }


@given(text=SOME_TEXT)
@example("The")
@example("the the")
@example("İstanbul ẞ ﬁ ①")
@example("'’-.")
def test_key(text: str) -> None:
    """A key holds letters, their marks and digits with single spaces, however the name is written."""
    key = names.key(text)

    assert all(unicodedata.category(each)[0] in "LMN" for part in key.split(" ") for each in part)
    assert all(any(map(str.isalnum, part)) for part in key.split(" ")) or not key
    assert names.key(f"  {text}!? ") == key
    assert names.key(text.swapcase()) == key or text.swapcase().casefold() != text.casefold()


@given(
    word=st.text(alphabet="abcdefghijklmnop", min_size=4, max_size=12),
    place=st.integers(0, 7),
    letter=st.sampled_from("abcxyz"),
    slip=st.sampled_from(["leave out", "put in", "replace", "exchange"]),
)
def test_typo_keys(word: str, place: int, letter: str, slip: str) -> None:
    """A word and the same word with one slip in its first letters share a key, or the beginning of one."""
    place = min(place, len(word) - 2)
    head, at, rest = word[:place], word[place], word[place + 1 :]
    typed = {
        "leave out": head + rest,
        "put in": head + letter + at + rest,
        "replace": head + letter + rest,
        "exchange": head + rest[:1] + at + rest[1:],
    }[slip]

    keys, asked = names.typo_keys(word), names.typo_keys(typed)

    assert any(key.startswith(one) for key in keys for one in asked)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("#12", 12),
        (" #7 ", 7),
        ("", 0),
        ("#", 0),
        ("-1", 0),
        ("1.5", 0),
        ("²", 0),
        ("٣", 0),
        ("9" * 19, 0),
    ],
)
def test_entry_number(typed: str, number: int) -> None:
    """A number is read with or without its mark; what is none, or larger than any, is 0."""
    assert names.entry_number(typed) == number


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=2000))
@example('"')
@example("\0")
@example("%_\\")
@example("\U0010ffff")
async def test_any_text(store: Database, text: str) -> None:
    """Whatever is typed, names can be suggested for it and a question about it is answered."""
    async with store.read() as conn:
        suggested = await suggest(conn, 0, text)

    found = await profile(store, text)

    assert len(suggested) <= 25
    assert found.subject is None or names.key(text)


class TestServersOwn:
    """Names that one server has added."""

    @pytest.fixture
    async def db(self, empty: Database) -> Database:
        """Return a store with a shared pack and another of which everything belongs to server 5."""
        island = subject("Gull Island", "the Gull")
        landings = subject("Yearly landings", kind=SubjectKind.MEASURE)
        await put(empty)
        await put(
            empty, pack(stat("gulls", island, TOWN[3], landings), key="own", subjects=(island, landings, *TOWN[3:5]))
        )
        await give(empty, 5, "own")
        return empty

    @pytest.mark.parametrize(("guild_id", "known"), [(5, True), (0, False), (6, False)])
    async def test_found(self, db: Database, guild_id: int, *, known: bool) -> None:
        """A server's own name means something there only: exactly, begun, mistyped and suggested."""
        exact = await profile(db, "gull island", guild_id)
        begun = await profile(db, "gull isl", guild_id)
        near = await profile(db, "gull islnad", guild_id)
        async with db.read() as conn:
            suggested = await suggest(conn, guild_id, "g")
            prefixed = await select_prefix(conn, guild_id, "", kind=None, limit=100)
            measures = await select_prefix(conn, guild_id, "", kind=None, measures=True, limit=100)
            worded = await select_with_words(conn, guild_id, ["gull"], kind=None)
            typos = await similar.subjects(conn, guild_id, "islnad")

        found = [
            exact.subject is not None,
            begun.subject is not None,
            any(one.name == "Gull Island" for one in near.near),
            any(one.name == "Gull Island" for one in suggested),
            any(one.name == "Gull Island" for one in prefixed),
            any(one.name == "Yearly landings" for one in measures),
            bool(worded),
            bool(typos),
        ]
        assert found == [known] * 8

    async def test_shared_subject_without_shared_entries(self, empty: Database) -> None:
        """A subject that everybody knows is suggested for figures only where there are figures to see."""
        await put(empty, pack(*WHOLE.entries[:1]))
        await put(empty, pack(stat("quay", TOWN[1]), key="own"))
        await give(empty, 5, "own")

        offered = {}
        for guild_id in (0, 5, 6):
            async with empty.read() as conn:
                offered[guild_id] = [one.name for one in await suggest(conn, guild_id, "ines", kind=Kind.STAT)]

        assert offered == {0: [], 5: ["Ines Calder"], 6: []}
