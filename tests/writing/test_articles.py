"""Sources that servers add, on a real store with two servers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest
from town import HERE, LATER, NOW, STAT, THERE, do, refused

from bot.answers.lookup import answer
from bot.model import Ask, Command, Kind, Known, Scope, Source
from bot.moderating import moderation
from bot.store import revisions
from bot.store.database import Database
from bot.writing import articles

GIVEN = {
    "title": "Second ferry sails",
    "publisher": "Harrow Bay Courier",
    "author": "not stated",
    "url": "https://example.org/ferry?a=1#b",
    "published": "2024-03",
}
NOTHING = dict.fromkeys(GIVEN, "Not stated.")


async def seen(db: Database, guild_id: int, source_id: int) -> Source | None:
    """Return a source as a server sees it."""
    found = await answer(db, Scope(guild_id, 1), Ask(Command.SOURCES, source_id=source_id))
    return next(iter(found.sources), None)


async def test_a_source_is_seen_in_its_server_alone(town: Database) -> None:
    """A new source has each particular as given, or as not stated, and no other server sees or uses it."""
    id_ = await do(town, articles.add_source, HERE, GIVEN, NOW)

    source = await seen(town, 5, id_)
    assert source is not None
    assert (source.label, source.sha256, source.has_text) == ("Second ferry sails", "", False)
    assert {fact.field: (fact.value, fact.known) for fact in source.facts} == {
        key: ("", Known.NOT_STATED) if text == "not stated" else (text, Known.STATED) for key, text in GIVEN.items()
    }
    assert await seen(town, 6, id_) is None
    assert await seen(town, 0, id_) is None
    told = await refused(town, moderation.add, THERE, Kind.STAT, STAT | {"source": str(id_)}, NOW)
    assert told == f"There is no source #{id_} in this server; choose one of the list."


async def test_a_new_source_is_in_the_history(town: Database) -> None:
    """Who added it is kept, with all that was given."""
    id_ = await do(town, articles.add_source, HERE, GIVEN, NOW)

    async with town.read() as conn:
        [change] = await revisions.select_of(conn, 5, "source", id_, limit=5)
    assert (change.action, change.actor_id, change.at, change.before) == ("added", 501, NOW, None)
    assert change.after == {"label": "Second ferry sails", **GIVEN, "author": ""}


async def test_the_same_source_stays_one(town: Database) -> None:
    """The same particulars again are the same source; in another server, or with another, they are a new one."""
    first = await do(town, articles.add_source, HERE, GIVEN, NOW)

    assert await do(town, articles.add_source, HERE, {key: f" {text} " for key, text in GIVEN.items()}, LATER) == first
    theirs = await do(town, articles.add_source, THERE, GIVEN, NOW)
    other = await do(town, articles.add_source, HERE, GIVEN | {"published": "2024-04"}, NOW)
    with_text = await do(town, articles.add_source, HERE, GIVEN, NOW, text="It sails.")
    assert len({first, theirs, other, with_text}) == 4
    assert await do(town, articles.add_source, HERE, GIVEN, NOW, text="It sails.") == with_text


async def test_the_same_source_among_many_alike(town: Database) -> None:
    """A source stays one also where dozens have the same title."""
    for day in range(1, 31):
        await do(town, articles.add_source, HERE, GIVEN | {"published": f"2024-03-{day:02}"}, NOW)
    last = await do(town, articles.add_source, HERE, GIVEN, NOW)

    assert await do(town, articles.add_source, HERE, GIVEN, NOW) == last


async def test_its_text_proves_what_is_said(town: Database) -> None:
    """Where the text came along, it is kept with its hash, and entries are checked against it."""
    text = "Some 900 people of Tarn County sailed.\nThey were pleased."

    id_ = await do(town, articles.add_source, HERE, GIVEN, NOW, text=text)

    source = await seen(town, 5, id_)
    assert source is not None
    assert (source.has_text, source.length) == (True, len(text))
    assert source.sha256 == hashlib.sha256(text.encode()).hexdigest()
    fields = STAT | {"source": str(id_), "figure": "901 people"}
    assert "does not print 901" in await refused(town, moderation.add, HERE, Kind.STAT, fields, NOW)
    assert await do(town, moderation.add, HERE, Kind.STAT, fields | {"figure": "900 people"}, NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "The title is empty; write it, or “not stated”."),
        ({"publisher": "\u200b"}, "The publisher is empty; write it, or “not stated”."),
        ({"author": " "}, "The author is empty; write it, or “not stated”."),
        ({"url": ""}, "The address is empty; write it, or “not stated”."),
        ({"published": ""}, "The date is empty; write it, or “not stated”."),
        ({"title": "x" * 501}, "The title has 501 characters; shorten it to 500."),
        ({"author": "x" * 100_000}, "The author has 100000 characters; shorten it to 500."),
        ({"title": "a\nb"}, "The title holds a line break or a control character; write it on one line."),
        ({"title": "a\x00b"}, "The title holds a line break or a control character; write it on one line."),
        ({"title": "a\ud800b"}, "The title holds a line break or a control character; write it on one line."),
        ({"url": "example.org"}, "The address is not a link; write it as https://example.org/article."),
        ({"url": "javascript:alert(1)"}, "The address is not a link; write it as https://example.org/article."),
        ({"url": "https://a b"}, "The address is not a link; write it as https://example.org/article."),
        ({"url": "https:///x"}, "The address is not a link; write it as https://example.org/article."),
        ({"published": "5/11/24"}, "The date is not a real one; write it as 5 November 2024, November 2024 or 2024."),
        (
            {"published": "2023-02-29"},
            "The date is not a real one; write it as 5 November 2024, November 2024 or 2024.",
        ),
    ],
)
async def test_what_is_wrong_is_said(town: Database, changes: Mapping[str, str], said: str) -> None:
    """Empty is not allowed where "not stated" is, and each fault is a sentence that says what to do."""
    assert await refused(town, articles.add_source, HERE, GIVEN | changes, NOW) == said


async def test_all_that_is_wrong_is_said_at_once(town: Database) -> None:
    """Nothing given is five faults, a line each."""
    told = await refused(town, articles.add_source, HERE, {}, NOW)

    assert [line.split(" is empty")[0] for line in told.split("\n")] == [
        "The title",
        "The publisher",
        "The author",
        "The address",
        "The date",
    ]


@pytest.mark.parametrize(
    ("stated", "label"),
    [
        ({"title": "Second ferry sails", "publisher": "Courier"}, "Second ferry sails"),
        ({"publisher": "Courier", "published": "2024-03"}, "Courier, March 2024"),
        ({"author": "A. Bell", "published": "2024"}, "A. Bell, 2024"),
        ({"published": "2024-03-05"}, "Source of 5 March 2024"),
        ({}, "Unknown source, added 1 January 2026"),
        ({"publisher": "Courier"}, "Courier"),
        ({"url": "https://example.org/ferry"}, "https://example.org/ferry"),
        ({"title": "x" * 100}, "x" * 100),
        ({"title": "word " * 99 + "end"}, ("word " * 20).strip() + "…"),
        ({"title": "@everyone **<@1>**"}, "@everyone **<@1>**"),
    ],
)
async def test_a_source_is_called_by_what_is_known(town: Database, stated: Mapping[str, str], label: str) -> None:
    """The list shows the title, else whose it is and when, in at most 100 characters; all of it may be unknown."""
    source = await seen(town, 5, await do(town, articles.add_source, HERE, NOTHING | stated, NOW))

    assert source is not None
    assert source.label == label
