"""Search by words: what is found, in which order, how it is marked, and that no text can break it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from contextlib import closing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packs import FERRY, HARBOR, MAYOR, PILOT, event, pack, put, quote, stat, subject
from thorough import examples

from bot.answers.lookup import answer
from bot.errors import UserError
from bot.model import Answer, Ask, Command, Kind, Scope
from bot.store import excerpts, indexing, search
from bot.store.database import Database
from bot.store.files import migrations
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


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def shown(texts: Sequence[str]) -> list[str]:
    """Return what excerpts mark."""
    return [hit for text in texts for hit in marked(text)]


@pytest.mark.parametrize(
    ("stored", "typed", "hit"),
    [
        ("Talks in İstanbul began", "İstanbul", "İstanbul"),
        ("Talks in İstanbul began", "istanbul", "İstanbul"),
        ("Die lange Straße", "Straße", "Straße"),
        ("Die lange Straße", "STRASSE", "Straße"),
        ("In Montre\u0301al today", "Montréal", "Montre\u0301al"),
        ("In Montréal today", "Montre\u0301al", "Montréal"),
        ("In Montréal today", "montreal", "Montréal"),
        ("Łukasz left", "lukasz", "Łukasz"),
        ("Đặng spoke", "dang", "Đặng"),
        ("Семён спал", "семен", "Семён"),
        ("Ο Οδυσσεύς ήρθε", "οδυσσευς", "Οδυσσεύς"),
        ("Ｔｏｋｙｏ grows", "tokyo", "Ｔｏｋｙｏ"),
        ("an im\u00admigration law", "immigration", "im\u00admigration"),
        ("كتب مُحَمَّد هنا", "محمد", "مُحَمَّد"),
        ("कमला ने कहा", "कमला", "कमला"),
        ("市長は移民政策について語った。", "移民", "移民"),
        ("市長は移民政策について語った。", "移", "移"),
        ("市長は移民政策について語った。", "た", "た"),
        ("市長は移民政策について語った。", "移民政策", "移民政策"),
        ("新型iPhone発売へ", "iphone", "iPhone"),
        ("新型iPhone発売へ", "発売", "発売"),
        ("ﾊﾟﾘの朝", "パリ", "ﾊﾟﾘ"),
        ("การประชุมสภา", "ประชุม", "ประชุม"),
        ("ການປະຊຸມ", "ປະຊຸມ", "ປະຊຸມ"),
        ("កិច្ចប្រជុំថ្មី", "ប្រជុំ", "ប្រជុំ"),
        ("အစည်းအဝေးသစ်", "အဝေး", "အဝေး"),
        ("서울에서 이민정책을 말했다", "서울", "서울"),
        ("서울에서 이민정책을 말했다", "정책", "정책"),
        ("བོད་ལྗོངས།", "བོད", "བོད"),
    ],
)
async def test_any_script(empty: Database, stored: str, typed: str, hit: str) -> None:
    """A word is found as it is stored and as people type it, marked where it is, also where no spaces are."""
    await put(empty, pack(stat("a", HARBOR, statement=stored), stat("b", HARBOR, statement="Nothing of the kind")))

    found = await find(empty, typed)

    assert [found.total, found.remarks] == [1, ()]
    assert shown(found.excerpts) == [hit]
    assert found.excerpts[0].replace(HIT_START, "").replace(HIT_END, "") == stored


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("कमला ने कहा", "कमल"),
        ("ハトが飛ぶ", "バト"),
        ("Андрей ушёл", "Андреи"),
        ("市長は移民政策について", "民移"),
        ("市長は移民、民政党", "移民政"),
        ("ม้าวิ่ง", "มา"),
    ],
)
async def test_another_word(empty: Database, stored: str, typed: str) -> None:
    """Another sign, mark or order of characters is another word."""
    await put(empty, pack(stat("a", HARBOR, statement=stored)))

    assert (await find(empty, typed)).total == 0


async def test_words_of_two_scripts(empty: Database) -> None:
    """Words of several scripts are looked for together, wherever they are, and each is marked."""
    both = stat("both", HARBOR, statement="Apple: 新型iPhoneの発売へ")
    await put(empty, pack(both, stat("one", HARBOR, statement="The iPhone is late")))

    found = await find(empty, "iPhone 発売 apple")

    assert found.total == 1
    assert shown(found.excerpts) == ["Apple", "iPhone", "発売"]


async def test_a_long_text_without_spaces(empty: Database) -> None:
    """Of a long text without spaces the part around the hit is shown."""
    await put(empty, pack(stat("long", HARBOR, statement="前" * 900 + "移民" + "後" * 900)))

    found = await find(empty, "移民")

    assert shown(found.excerpts) == ["移民"]
    assert len(found.excerpts[0]) < 600


def test_latin_text_is_indexed_once() -> None:
    """English text takes no room beside FTS5's own words, and accents that FTS5 folds by itself do not either."""
    texts = ("The “city” council’s vote – a 5% rise – in Montréal, São Paulo and Zürich", "Москва растёт")

    assert indexing.folded_terms(*texts) == "растет"


def test_every_letter_is_found() -> None:
    """FTS5 finds a word by its terms, with any letter of any script in it."""
    letters = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] in "LNM"]
    some = [each for each in letters if not "\u4e10" < each < "\u9f00" and not "\uac10" < each < "\ud700"][::12]
    with closing(sqlite3.connect(":memory:")) as conn:
        *_, create = re.findall(r"CREATE VIRTUAL TABLE entry_fts USING fts5.*?;", "".join(migrations()), re.DOTALL)
        conn.execute(create)
        rows = [(ord(each), f"q{each}vw", indexing.folded_terms(f"q{each}vw")) for each in some]
        conn.executemany("INSERT INTO entry_fts (rowid, statement, folded) VALUES (?, ?, ?)", rows)

        for code, text, _ in rows:
            match = " AND ".join(indexing.expression(term, "statement") for term in indexing.terms(text))
            found = conn.execute("SELECT 1 FROM entry_fts WHERE entry_fts MATCH ? AND rowid = ?", (match, code))
            assert found.fetchone(), hex(code)


@given(text=st.text(max_size=60), terms=st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=3))
def test_marks_change_nothing(text: str, terms: list[str]) -> None:
    """Marking a text adds marks and changes nothing else, for any search."""
    plain = text.replace(HIT_START, "").replace(HIT_END, "")

    excerpt = excerpts.marked(plain, [term for each in terms for term in indexing.terms(each)], 0)

    assert excerpt.replace(HIT_START, "").replace(HIT_END, "") == plain
