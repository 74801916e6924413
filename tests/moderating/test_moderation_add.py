"""Entries that moderators add: proven by their article, about subjects by name, and kept as they were written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thorough import examples
from town import (
    ARTICLE,
    EVENT,
    GIVEN,
    HERE,
    NOW,
    QUOTE,
    STAT,
    THERE,
    changes,
    do,
    fields_of,
    refused,
    search,
    shared,
    show,
)

from bot.answers.lookup import answer
from bot.model import Ask, Command, Event, Kind, Quote, Scope, Stat, Status
from bot.moderating import moderation
from bot.store.database import Database
from bot.text import visible
from bot.writing.proof import NO_DATE, NO_PASSAGE, NO_TEXT


@pytest.mark.parametrize("kind", Kind)
async def test_an_added_entry_is_shown_in_its_server_alone(town: Database, kind: Kind) -> None:
    """What is added is found by its id, its subject and its words, here and nowhere else."""
    id_ = await do(town, moderation.add, HERE, kind, GIVEN[kind] | {"note": "Zanzibar."}, NOW)

    entry = await show(town, 5, id_)
    assert entry is not None
    assert (entry.guild_id, entry.added_by, entry.added_at) == (5, 501, NOW)
    assert await search(town, 5, "zanzibar") == [id_]
    for guild_id in (0, 6):
        assert await show(town, guild_id, id_) is None
        assert await search(town, guild_id, "zanzibar") == []
    assert await changes(town, 5, id_) == [("added", False, True)]


async def test_what_is_proven_is_verified(town: Database) -> None:
    """A figure, a quotation and a dated passage that the text bears out are verified, each with its place."""
    stat = await show(town, 5, await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW))
    quote = await show(town, 5, await do(town, moderation.add, HERE, Kind.QUOTE, QUOTE, NOW))
    passage = {"passage": 'called the plan "sound enough" at a hearing last week.'}
    event = await show(town, 5, await do(town, moderation.add, HERE, Kind.EVENT, EVENT | passage, NOW))

    for entry, words in ((stat, "About 12,400 of Tarn"), (quote, "Tobias Renn, the"), (event, "called the plan")):
        assert entry is not None
        assert entry.status is Status.VERIFIED
        assert entry.passage is not None
        assert ARTICLE[slice(*entry.passage)].startswith(words)


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        (Kind.STAT, {"source": "2"}, NO_TEXT),
        (Kind.QUOTE, {"source": "2", "words": "Anything at all"}, NO_TEXT),
        (Kind.EVENT, {"source": "2"}, NO_TEXT),
        (Kind.EVENT, {}, NO_PASSAGE),
        (Kind.EVENT, {"date_printed": "", "passage": "Fares rose 7.5 percent in 2019"}, NO_DATE),
    ],
)
async def test_what_cannot_be_proven_is_unverified(
    town: Database, kind: Kind, changes: Mapping[str, str], reason: str
) -> None:
    """Without the text, or without the words for it, an entry is unverified and says why."""
    entry = await show(town, 5, await do(town, moderation.add, HERE, kind, GIVEN[kind] | changes, NOW))

    assert entry is not None
    assert (entry.status, entry.status_reason) == (Status.UNVERIFIED, reason)


async def test_another_figure_keeps_no_old_proof(town: Database) -> None:
    """Where the text is not stored, a place that bore out one figure is not said to bear out another."""
    given = STAT | {"source": "2", "passage": "10-200"}
    id_ = await do(town, moderation.add, HERE, Kind.STAT, given, NOW)

    await do(town, moderation.edit, HERE, id_, {"note": "A note."}, NOW)
    same = await show(town, 5, id_)
    await do(town, moderation.edit, HERE, id_, {"figure": "13,000 people"}, NOW)
    other = await show(town, 5, id_)

    assert same is not None
    assert other is not None
    assert (same.passage, other.passage) == ((10, 200), None)


@pytest.mark.parametrize(
    ("kind", "changes", "field", "said"),
    [
        (Kind.QUOTE, {"words": "We will swim if we must."}, "words", "does not have this quotation word for word"),
        (Kind.QUOTE, {"passage": "The harbor master called the plan"}, "words", "This passage does not have"),
        (Kind.STAT, {"figure": "12,401 people"}, "figure", "does not print 12,401"),
        (Kind.STAT, {"passage": "no such words"}, "passage", "does not have this passage"),
        (Kind.EVENT, {"passage": "Fares rose 7.5 percent in 2019"}, "date_printed", "date as printed"),
        (Kind.STAT, {"source": "2", "passage": "Some words"}, "passage", "not stored here"),
        (Kind.STAT, {"source": "2", "passage": "10-2000"}, "passage", "has 1,000 characters"),
        (Kind.STAT, {"source": "77"}, "source", "There is no source #77"),
    ],
)
async def test_what_the_source_does_not_say_is_refused(
    town: Database, kind: Kind, changes: Mapping[str, str], field: str, said: str
) -> None:
    """What the text does not bear out is a fault at its field, before and when it is saved."""
    async with town.read() as conn:
        checked = await moderation.check(conn, 5, kind, GIVEN[kind] | changes)

    assert list(checked.faults) == [field]
    assert said in checked.faults[field]
    assert checked.fields == GIVEN[kind] | changes
    assert said in await refused(town, moderation.add, HERE, kind, GIVEN[kind] | changes, NOW)


async def test_words_are_kept_as_printed(town: Database) -> None:
    """Typed with straight marks and other spaces, a quotation is stored with the article's own."""
    words = "We count on the boats,  and the boats' crews\ncount on us."

    id_ = await do(town, moderation.add, HERE, Kind.QUOTE, QUOTE | {"words": words, "speaker": "Mayor Calder"}, NOW)

    entry = await show(town, 5, id_)
    assert isinstance(entry, Quote)
    assert entry.parts == ("We count on the boats, and the boats’ crews count on us.",)
    assert entry.speaker == "Ines Calder"


async def test_subjects_are_found_by_their_names_or_made(town: Database) -> None:
    """A known name or alias means its subject; any other becomes a subject of the server, found there alone."""
    about = "boats; Rowing club; Ferry"

    id_ = await do(town, moderation.add, HERE, Kind.STAT, STAT | {"about": about, "counted_by": "Port desk"}, NOW)

    assert (await fields_of(town, 5, id_))["about"] == "Ferry; Rowing club"
    for name in ("rowing club", "port desk", "desk"):
        found = await answer(town, Scope(5, 1), Ask(Command.STATS, about=name))
        assert [entry.id for entry in found.entries] == [id_]
        assert not (await answer(town, Scope(6, 1), Ask(Command.STATS, about=name))).subject
    again = await do(town, moderation.add, HERE, Kind.EVENT, EVENT | {"about": "ROWING CLUB"}, NOW)
    assert (await fields_of(town, 5, again))["about"] == "Rowing club"


async def test_a_measure_and_a_topic_may_have_one_name(town: Database) -> None:
    """What is counted is a measure; the same word as a topic is another subject."""
    id_ = await do(
        town, moderation.add, HERE, Kind.STAT, STAT | {"measure": "Ferry", "about": "Ferry; Boats sold"}, NOW
    )

    entry = await show(town, 5, id_)
    assert isinstance(entry, Stat)
    assert (entry.subject, entry.measure) == ("Ferry", "Ferry")
    async with town.read() as conn:
        kinds = await conn.execute_fetchall("SELECT name, kind FROM subject WHERE guild_id = 5 ORDER BY kind")
    assert [tuple(row) for row in kinds] == [("Ferry", "measure"), ("Boats sold", "topic")]


async def test_an_alias_of_several_is_asked_about(store: Database) -> None:
    """A name that several subjects answer to is not guessed at."""
    async with store.read() as conn:
        checked = await moderation.check(conn, 5, Kind.EVENT, EVENT | {"about": "LA"})

    assert checked.faults["about"] == "“LA” may be Los Angeles County or City of Los Angeles; write which."


async def test_a_near_duplicate_is_shown(town: Database) -> None:
    """What the pack says already is shown beside what is about to be added, and what another server says is not."""
    await do(town, moderation.add, THERE, Kind.STAT, STAT, NOW)

    async with town.read() as conn:
        checked = await moderation.check(conn, 5, Kind.STAT, STAT)

    assert [entry.id for entry in checked.near] == [await shared(town, "passengers")]
    assert not checked.faults


HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60),
    st.sampled_from(
        [
            "@everyone <@&1> <#2> [x](https://example.org) **b** ||s|| `c` ```d```",
            "\u200bzero\u200bwidth\u2060 \u202eright to left\u202c \u0627\u0644",
            "'; DROP TABLE entry; -- \" OR 1=1",
            'NEAR("a" b) AND NOT * ^ {x} : "',
            '=HYPERLINK("https://example.org") +1 -1 @SUM(A1)',
            "word " * 799 + "words",
            "line one\nline two\ttab",
        ]
    ),
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statement=HOSTILE, note=HOSTILE, words=HOSTILE, role=HOSTILE)
async def test_hostile_text_is_kept_and_found(town: Database, statement: str, note: str, words: str, role: str) -> None:
    """Whatever is written comes back unchanged and is found by its words."""
    given_ = QUOTE | {
        "source": "2",
        "statement": f"Begin {statement[:3980]} end",
        "note": note.strip(),
        "words": f"Qxz {words[:3980]} qxz",
        "role": " ".join(f"As {role[:1980]} said".split()),
    }

    id_ = await do(town, moderation.add, HERE, Kind.QUOTE, given_, NOW)

    held = await fields_of(town, 5, id_)
    for key, text in given_.items():
        assert held[key] == (text if visible(text) else ""), key
    await do(town, moderation.edit, HERE, id_, {"said_where": f"xq{id_}"}, NOW)
    assert await search(town, 5, f"qxz xq{id_}") == [id_]
    assert await search(town, 6, f"xq{id_}") == []


async def test_an_event_is_kept_whole(town: Database) -> None:
    """All that an event holds comes back as it was given."""
    entry = await show(town, 5, await do(town, moderation.add, HERE, Kind.EVENT, EVENT, NOW))

    assert isinstance(entry, Event)
    assert (entry.title, entry.date, entry.date_printed) == ("Hearing on the ferry", "2024-03", "last week")
    assert entry.date_inferred == "The article is of March 2024."
