"""What moderators do to entries, on a real store with two servers and an article of which the text is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import (
    ARTICLE,
    COLLEAGUE,
    EVENT,
    GIVEN,
    HERE,
    LATER,
    NOW,
    QUOTE,
    STAT,
    THERE,
    changes,
    do,
    fields_of,
    latest,
    refused,
    search,
    shared,
    show,
)

from bot.answers.lookup import answer
from bot.errors import UserError
from bot.model import Ask, Command, Event, Kind, Quote, Scope, Stat, Status
from bot.moderating import moderation
from bot.store import hidden, revisions
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


async def test_a_shared_entry_gets_a_correction(town: Database) -> None:
    """An edit of a shared entry makes the server's own version, which is edited from then on by either id."""
    pier = await shared(town, "passengers")
    before = await fields_of(town, 5, pier)

    own, _ = await do(town, moderation.edit, HERE, pier, {"note": "We asked again."}, NOW)
    again, _ = await do(town, moderation.edit, COLLEAGUE, pier, {"note": "And again."}, LATER)

    assert own == again != pier
    here = await show(town, 5, pier)
    assert here is not None
    assert (here.id, here.note, here.corrects, here.status) == (own, "And again.", pier, Status.VERIFIED)
    elsewhere = await show(town, 6, pier)
    assert elsewhere is not None
    assert elsewhere.note == before["note"]
    assert await changes(town, 5, own) == [("edited", True, True), ("edited", True, True)]
    async with town.read() as conn:
        [_, first] = await revisions.select_of(conn, 5, "entry", own, limit=5)
    assert first.before == before
    found = await answer(town, Scope(5, 1), Ask(Command.STATS, about="Tarn County"))
    assert [entry.id for entry in found.entries] == [own]


async def test_nothing_is_written_where_nothing_changes(town: Database) -> None:
    """Saving a form as it was opened leaves no change, and no correction."""
    pier = await shared(town, "passengers")

    assert await do(town, moderation.edit, HERE, pier, await fields_of(town, 5, pier), NOW) == (pier, 0)
    assert await changes(town, 5, pier) == []


async def test_two_edits_of_one_state(town: Database) -> None:
    """Of two who edit from the same state the second is told who was faster, and when."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    base = await latest(town, 5, own)

    await do(town, moderation.edit, COLLEAGUE, own, {"note": "First."}, LATER, base=base)
    told = await refused(town, moderation.edit, HERE, own, {"note": "Second."}, LATER, base=base)

    assert told == f"<@502> changed #{own} <t:{int(LATER.timestamp())}:R>. Look at it again before you change it."
    assert (await fields_of(town, 5, own))["note"] == "First."


async def test_two_corrections_of_one_shared_entry(town: Database) -> None:
    """A shared entry has no change yet; still the second of two who correct it is told of the first."""
    pier = await shared(town, "passengers")
    async with town.read() as conn:
        base = await moderation.base_of(conn, 5, pier)

    own, _ = await do(town, moderation.edit, COLLEAGUE, pier, {"note": "First."}, LATER, base=base)
    told = await refused(town, moderation.edit, HERE, pier, {"note": "Second."}, LATER, base=base)
    async with town.read() as conn:
        base = await moderation.base_of(conn, 5, pier)
    await do(town, moderation.edit, HERE, pier, {"note": "Third."}, LATER, base=base)

    assert told.startswith(f"<@502> changed #{own} ")
    assert (await fields_of(town, 5, own))["note"] == "Third."


async def test_removed_and_restored(town: Database) -> None:
    """A removed entry is found by nothing, and comes back as it was."""
    own = await do(town, moderation.add, HERE, Kind.QUOTE, QUOTE | {"note": "Zanzibar."}, NOW)
    before = await fields_of(town, 5, own)

    await do(town, moderation.remove, HERE, own, NOW)
    assert await show(town, 5, own) is None
    assert await search(town, 5, "zanzibar") == []
    assert "removed already" in await refused(town, moderation.remove, HERE, own, NOW)
    assert "restore it first" in await refused(town, moderation.edit, HERE, own, {"note": ""}, NOW)

    await do(town, moderation.restore, HERE, own, NOW)
    assert await fields_of(town, 5, own) == before
    assert await search(town, 5, "zanzibar") == [own]
    assert "not removed" in await refused(town, moderation.restore, HERE, own, NOW)
    assert [action for action, *_ in await changes(town, 5, own)] == ["added", "removed", "restored"]


async def test_a_removed_correction(town: Database) -> None:
    """Without its correction a shared entry is shown again; of two corrections only one can be there."""
    pier = await shared(town, "passengers")
    first, _ = await do(town, moderation.edit, HERE, pier, {"note": "First."}, NOW)

    await do(town, moderation.remove, HERE, first, NOW)
    entry = await show(town, 5, pier)
    assert entry is not None
    assert entry.id == pier
    second, _ = await do(town, moderation.edit, HERE, pier, {"note": "Second."}, NOW)
    assert f"corrected by #{second}" in await refused(town, moderation.restore, HERE, first, NOW)
    await do(town, moderation.remove, HERE, second, NOW)
    await do(town, moderation.restore, HERE, first, NOW)

    entry = await show(town, 5, pier)
    assert entry is not None
    assert (entry.id, entry.note) == (first, "First.")


async def test_hidden_and_shown_again(town: Database) -> None:
    """A server can hide a shared entry, and no other is concerned; its own it removes instead."""
    pier = await shared(town, "passengers")
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)

    assert "hide it here instead" in await refused(town, moderation.remove, HERE, pier, NOW)
    await do(town, moderation.hide, HERE, pier, NOW)
    assert await show(town, 5, pier) is None
    assert await show(town, 6, pier) is not None
    assert "hidden already" in await refused(town, moderation.hide, HERE, pier, NOW)
    assert "remove it instead" in await refused(town, moderation.hide, HERE, own, NOW)

    await do(town, moderation.unhide, HERE, pier, NOW)
    assert await show(town, 5, pier) is not None
    assert "not hidden" in await refused(town, moderation.unhide, HERE, pier, NOW)
    assert await changes(town, 5, pier) == [("hidden", True, False), ("unhidden", False, True)]


async def test_a_status_is_given_and_stays(town: Database) -> None:
    """A status needs its reason; an edit keeps what a person gave, and proves anew what the bot had."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)

    assert "Say why" in await refused(town, moderation.set_status, HERE, own, Status.DISPUTED, " ", NOW)
    await do(town, moderation.set_status, HERE, own, Status.DISPUTED, "The office denies it.", NOW)
    await do(town, moderation.edit, HERE, own, {"figure": "1.4 million residents"}, NOW)
    entry = await show(town, 5, own)
    assert isinstance(entry, Stat)
    assert (entry.status, entry.status_reason) == (Status.DISPUTED, "The office denies it.")

    await do(town, moderation.set_status, HERE, own, Status.VERIFIED, "", NOW)
    await do(town, moderation.edit, HERE, own, {"source": "2"}, NOW)
    entry = await show(town, 5, own)
    assert entry is not None
    assert (entry.status, entry.status_reason) == (Status.UNVERIFIED, NO_TEXT)

    await do(town, moderation.set_status, HERE, own, Status.VERIFIED, "Checked on paper.", NOW)
    await do(town, moderation.edit, HERE, own, {"note": "On paper."}, NOW)
    entry = await show(town, 5, own)
    assert entry is not None
    assert (entry.status, entry.status_reason) == (Status.VERIFIED, "Checked on paper.")
    assert [action for action, *_ in await changes(town, 5, own)].count("status") == 3


async def test_a_status_of_a_shared_entry(town: Database) -> None:
    """The status of a shared entry is this server's, as a correction; what it says stays word for word."""
    pier = await shared(town, "passengers")
    before = await fields_of(town, 5, pier)

    own, _ = await do(town, moderation.set_status, HERE, pier, Status.RETRACTED, "The office took it back.", NOW)

    changed = {"status": "retracted", "status_reason": "The office took it back."}
    assert await fields_of(town, 5, own) == before | changed
    assert await fields_of(town, 6, pier) == before


async def test_each_change_can_be_taken_back(town: Database) -> None:
    """Whatever was done, its revision leads back to what was before, and that is in the history too."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    added = await latest(town, 5, own)
    first = await fields_of(town, 5, own)
    await do(town, moderation.edit, HERE, own, {"note": "New.", "about": "Ferry; Rowing club"}, NOW)
    edited = await latest(town, 5, own)
    await do(town, moderation.set_status, HERE, own, Status.DISPUTED, "Why.", NOW)
    disputed = await latest(town, 5, own)
    await do(town, moderation.remove, HERE, own, NOW)
    removed = await latest(town, 5, own)

    assert (await do(town, moderation.revert, COLLEAGUE, removed, LATER)).entry_id == own
    assert (await fields_of(town, 5, own))["status"] == "disputed"
    await do(town, moderation.revert, COLLEAGUE, disputed, LATER)
    assert (await fields_of(town, 5, own))["status"] == "verified"
    await do(town, moderation.revert, COLLEAGUE, edited, LATER)
    assert await fields_of(town, 5, own) == first
    assert "already" in await refused(town, moderation.revert, COLLEAGUE, edited, LATER)
    await do(town, moderation.revert, COLLEAGUE, added, LATER)
    assert await show(town, 5, own) is None
    last = await latest(town, 5, own)
    await do(town, moderation.revert, COLLEAGUE, last, LATER)
    assert await fields_of(town, 5, own) == first
    assert await search(town, 5, "cross each week") != []
    done = [action for action, *_ in await changes(town, 5, own)]
    assert done == ["added", "edited", "status", "removed", *["reverted"] * 5]


async def test_a_correction_can_be_taken_back(town: Database) -> None:
    """Back before the first correction, the server shows the pack's own entry again."""
    pier = await shared(town, "passengers")
    own, _ = await do(town, moderation.edit, HERE, pier, {"note": "Ours."}, NOW)
    first = await latest(town, 5, own)

    await do(town, moderation.revert, HERE, first, NOW)

    entry = await show(town, 5, pier)
    assert entry is not None
    assert entry.id == pier
    await do(town, moderation.revert, HERE, await latest(town, 5, own), NOW)
    entry = await show(town, 5, pier)
    assert entry is not None
    assert (entry.id, entry.note) == (own, "Ours.")


async def test_hiding_can_be_taken_back(town: Database) -> None:
    """Hiding and showing are changes like others."""
    pier = await shared(town, "passengers")
    await do(town, moderation.hide, HERE, pier, NOW)

    await do(town, moderation.revert, HERE, await latest(town, 5, pier), NOW)
    assert await show(town, 5, pier) is not None
    await do(town, moderation.revert, HERE, await latest(town, 5, pier), NOW)
    assert await show(town, 5, pier) is None


async def test_another_server_has_nothing_of_it(town: Database) -> None:
    """For another server an entry's id answers like one that there is not, whatever is tried."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    revision = await latest(town, 5, own)
    none = 10_000

    for deed, *rest in (
        (moderation.edit, {"note": "Mine now."}, NOW),
        (moderation.remove, NOW),
        (moderation.restore, NOW),
        (moderation.hide, NOW),
        (moderation.unhide, NOW),
        (moderation.set_status, Status.RETRACTED, "Gone.", NOW),
    ):
        told = await refused(town, deed, THERE, own, *rest)
        assert told.replace(str(own), str(none)) == await refused(town, deed, THERE, none, *rest)
    told = await refused(town, moderation.revert, THERE, revision, NOW)
    assert told.replace(str(revision), str(none)) == await refused(town, moderation.revert, THERE, none, NOW)
    async with town.read() as conn:
        for read in (moderation.fields_of, moderation.base_of):
            with pytest.raises(UserError):
                await read(conn, 6, own)


async def test_another_servers_source_is_none(town: Database) -> None:
    """The source of another server cannot be used, and answers like one that there is not."""
    async with town.write() as conn:
        await conn.execute("INSERT INTO source (guild_id, key, label) VALUES (6, 'theirs', 'Their own')")

    told = await refused(town, moderation.add, HERE, Kind.STAT, STAT | {"source": "3"}, NOW)

    assert told == "There is no source #3 in this server; choose one of the list."
    assert await do(town, moderation.add, THERE, Kind.STAT, STAT | {"source": "3"}, NOW)


async def test_a_foreign_subject_is_not_found_by_its_name(town: Database) -> None:
    """Two servers that name the same new subject have one each."""
    ours = await do(town, moderation.add, HERE, Kind.EVENT, EVENT | {"about": "Rowing club"}, NOW)
    theirs = await do(town, moderation.add, THERE, Kind.EVENT, EVENT | {"about": "Rowing club"}, NOW)

    async with town.read() as conn:
        found = await conn.execute_fetchall(
            "SELECT e.id, s.guild_id FROM entry AS e JOIN subject AS s ON s.id = e.subject_id WHERE e.guild_id <> 0"
        )
    assert {tuple(row) for row in found} == {(ours, 5), (theirs, 6)}


async def test_all_or_nothing(town: Database) -> None:
    """What fails on the way leaves nothing behind: no subject, no entry, no hidden one."""
    pier = await shared(town, "passengers")

    async def fail(conn: Any) -> None:
        await moderation.edit(conn, HERE, pier, {"about": "Tarn County; Rowing club", "note": "Ours."}, NOW)
        raise UserError("No.")

    await refused(town, fail)

    async with town.read() as conn:
        assert not await hidden.exists(conn, 5, pier)
        assert not list(await conn.execute_fetchall("SELECT 1 FROM subject WHERE guild_id = 5"))
    assert await search(town, 5, "ours") == []


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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
