"""The rules of suggestions, on a real store: who may, what is alike, one decision, and a history of everything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UserError
from bot.model import Actor, Kind, Settings, Suggesting
from bot.moderating import drafts, reviews, suggestions
from bot.moderating.suggestions import State, Suggestion
from bot.store import entries, revisions
from bot.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE, ELSEWHERE = 10, 20
MEMBER = Actor(HERE, 1, manages=False, roles=frozenset())
OTHER = Actor(HERE, 2, manages=False, roles=frozenset())
FIRST = Actor(HERE, 3, manages=True, roles=frozenset())
SECOND = Actor(HERE, 4, manages=False, roles=frozenset({7}))
STRANGER = Actor(ELSEWHERE, 3, manages=True, roles=frozenset())

SETTINGS = Settings(moderator_roles=(7,))
NEW = {
    "source": drafts.NEW,
    "new.title": "Survey",
    "new.publisher": "not stated",
    "new.author": "not stated",
    "new.url": "not stated",
    "new.published": "not stated",
}
STAT = {
    "about": "Harrow Bay",
    "measure": "crossings",
    "figure": "about 12,400 people",
    "statement": "They cross.",
    "source": "1",
}
QUOTE = {"words": "We can’t wait.", "speaker": "Ines Calder", "statement": "On ferries.", **NEW}
LONGER = QUOTE | {"words": "The pier is full by seven, and we can’t wait."}
EVENT = {"title": "Vote for a ferry", "about": "Harrow Bay", "statement": "They voted.", **NEW}


async def suggest(db: Database, kind: Kind, fields: Mapping[str, str], by: Actor = MEMBER) -> Suggestion:
    """Send a draft with these fields."""
    draft_id = await drafts.begin(db, by, kind, fields, NOW, purpose="suggest")
    return await suggestions.suggest(db, by, draft_id, NOW)


async def stand(db: Database, suggestion: Suggestion) -> Suggestion:
    """Return a suggestion as it is now."""
    async with db.read() as conn:
        return await suggestions.find(conn, suggestion.guild_id, suggestion.id)


async def history(db: Database, target: str, target_id: int) -> list[tuple[str, int]]:
    """Return what was done to something and by whom, oldest first."""
    async with db.read() as conn:
        found = await revisions.select_of(conn, HERE, target, target_id, limit=50)
    return [(one.action, one.actor_id) for one in reversed(found)]


@pytest.mark.parametrize(
    ("suggesting", "member", "moderator"),
    [(Suggesting.EVERYONE, True, True), (Suggesting.MODERATORS, False, True), (Suggesting.NOBODY, False, False)],
)
def test_who_may(suggesting: Suggesting, *, member: bool, moderator: bool) -> None:
    """The settings decide who may suggest, and a moderator is one by permission or by role."""
    settings = Settings(moderator_roles=(7,), suggesting=suggesting)

    for actor, allowed in ((MEMBER, member), (FIRST, moderator), (SECOND, moderator)):
        if allowed:
            suggestions.require(actor, settings)
        else:
            with pytest.raises(UserError):
                suggestions.require(actor, settings)


async def test_one_of_many_decisions(store: Database) -> None:
    """Of many decisions at the same moment exactly one is taken, and every other is refused with its name and time."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)
    deeds = [
        reviews.approve(store, FIRST, suggestion.id, NOW)
        if number % 2
        else reviews.reject(store, SECOND, suggestion.id, "No.", NOW)
        for number in range(20)
    ]

    results = await asyncio.gather(*deeds, return_exceptions=True)

    [decided] = [one for one in results if isinstance(one, Suggestion)]
    refused = [one for one in results if isinstance(one, suggestions.Decided)]
    assert len(refused) == 19
    assert {str(one) for one in refused} == {
        f"#S{suggestion.id} was {decided.state} already by <@{decided.decided_by}>, <t:{int(NOW.timestamp())}:R>."
    }
    assert await history(store, "suggestion", suggestion.id) == [
        ("suggested", MEMBER.user_id),
        (decided.state.value, decided.decided_by),
    ]


async def test_a_round_trip(store: Database) -> None:
    """Approved, taken back, approved: one entry, one new source, and a history of each step at both."""
    suggestion = await suggest(store, Kind.QUOTE, QUOTE)

    first = await reviews.approve(store, FIRST, suggestion.id, NOW)
    back = await reviews.take_back(store, SECOND, suggestion.id, NOW)
    second = await reviews.approve(store, SECOND, suggestion.id, NOW + timedelta(days=1))

    assert back.state is State.PENDING
    assert (back.decided_by, back.decided_at, back.reason) == (0, None, "")
    assert second.entry_id == first.entry_id
    assert second.fields["source"] == first.fields["source"]
    assert await history(store, "suggestion", suggestion.id) == [
        ("suggested", MEMBER.user_id),
        ("approved", FIRST.user_id),
        ("taken back", SECOND.user_id),
        ("approved", SECOND.user_id),
    ]
    assert await history(store, "entry", first.entry_id) == [
        ("approved", FIRST.user_id),
        ("removed", SECOND.user_id),
        ("restored", SECOND.user_id),
    ]
    async with store.read() as conn:
        found = await entries.select_any(conn, HERE, second.entry_id)
    assert found is not None
    assert found[0].added_by == MEMBER.user_id
    assert not found[1]


async def test_looking_changes_nothing(store: Database) -> None:
    """A suggestion is tried out for its card, and nothing of that stays: no entry, no source, no row of a history."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)
    before = await _counts(store)

    review = await reviews.review(store, HERE, suggestion.id, NOW)

    assert review.entry is not None
    assert review.entry.statement == "They voted."
    assert await _counts(store) == before
    assert (await stand(store, suggestion)).fields == EVENT


async def test_faults_leave_everything(store: Database) -> None:
    """What cannot be approved is refused with each reason, and neither its source nor its entry is made."""
    suggestion = await suggest(store, Kind.EVENT, {**EVENT, "title": "", "date": "someday"})
    before = await _counts(store)

    with pytest.raises(UserError) as refused:
        await reviews.approve(store, FIRST, suggestion.id, NOW)

    assert "“Title”" in str(refused.value)
    assert "“Date”" in str(refused.value)
    assert await _counts(store) == before
    assert (await stand(store, suggestion)).state is State.PENDING
    assert set((await reviews.review(store, HERE, suggestion.id, NOW)).faults) == {"title", "date"}


@pytest.mark.parametrize(
    ("kind", "fields", "other", "alike"),
    [
        (Kind.QUOTE, QUOTE, {"words": "we can't WAIT"}, True),
        (Kind.QUOTE, QUOTE, {"words": "We can wait."}, False),
        (Kind.QUOTE, LONGER, {"words": f"{LONGER['words']}\n[…]\nThe boat is old."}, True),
        (Kind.QUOTE, LONGER, {"words": "The boat is old."}, False),
        (Kind.STAT, STAT, {"about": "the Harrow Bay", "figure": "12400 persons"}, True),
        (Kind.STAT, STAT, {"figure": "about 12,500 people"}, False),
        (Kind.STAT, STAT, {"measure": "tickets"}, False),
        (Kind.STAT, STAT, {"as_of": "2020"}, True),
        (Kind.STAT, STAT | {"as_of": "2019"}, {"as_of": "2020"}, False),
        (Kind.STAT, STAT | {"about": "Philadelphia"}, {"about": "philly"}, True),
        (Kind.STAT, STAT | {"about": "Philadelphia"}, {"about": "Chicago"}, False),
        (Kind.EVENT, EVENT, {"title": "vote for a ferry!"}, True),
        (Kind.EVENT, EVENT, {"title": "Vote for ferry"}, True),
        (Kind.EVENT, EVENT, {"title": "Vote for a tunnel", "about": "Chicago"}, False),
        (Kind.EVENT, EVENT, {"date": "2024"}, False),
    ],
)
async def test_alike(
    store: Database, kind: Kind, fields: dict[str, str], other: dict[str, str], *, alike: bool
) -> None:
    """What would be a near-duplicate of a stored entry is one of a suggestion that waits."""
    suggestion = await suggest(store, kind, fields)
    async with store.read() as conn:
        found = await suggestions.alike(conn, HERE, kind, fields | other)
        elsewhere = await suggestions.alike(conn, ELSEWHERE, kind, fields)

    assert [one.id for one in found] == ([suggestion.id] if alike else [])
    assert elsewhere == ()


async def test_what_is_decided_is_not_alike(store: Database) -> None:
    """Only what waits is offered for support, supported or withdrawn."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)
    await reviews.reject(store, FIRST, suggestion.id, "No.", NOW)

    async with store.read() as conn:
        found = await suggestions.alike(conn, HERE, Kind.EVENT, EVENT)

    assert found == ()
    with pytest.raises(suggestions.Decided) as refused:
        await suggestions.support(store, OTHER, suggestion.id)
    with pytest.raises(suggestions.Decided) as late:
        await suggestions.withdraw(store, MEMBER, suggestion.id, NOW)
    for error in (refused.value, late.value):
        assert str(error) == f"#S{suggestion.id} does not wait any more: it was rejected."  # and by whom is not said


async def test_support_counts_once(store: Database) -> None:
    """Each member's support counts once, however often and at the same moment it is given."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)

    results = await asyncio.gather(
        *(suggestions.support(store, OTHER, suggestion.id) for _ in range(5)),
        *(suggestions.support(store, SECOND, suggestion.id) for _ in range(5)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, Suggestion) for one in results) == 2
    assert (await stand(store, suggestion)).supporters == 2


async def test_the_limit_holds_at_once(store: Database) -> None:
    """Drafts that are sent at the same moment do not get past the limit, and those refused are kept."""
    ids = [
        await drafts.begin(store, MEMBER, Kind.EVENT, EVENT, NOW, purpose="suggest")
        for _ in range(suggestions.OPEN_LIMIT + 3)
    ]

    results = await asyncio.gather(
        *(suggestions.suggest(store, MEMBER, id_, NOW) for id_ in ids), return_exceptions=True
    )

    refused = [id_ for id_, one in zip(ids, results, strict=True) if isinstance(one, UserError)]
    assert len(refused) == 3
    async with store.read() as conn:
        for id_ in refused:
            assert (await drafts.find(conn, MEMBER, id_)).fields == EVENT


async def test_a_draft_becomes_one_suggestion(store: Database) -> None:
    """A draft that is sent twice at the same moment becomes one suggestion."""
    draft_id = await drafts.begin(store, MEMBER, Kind.EVENT, EVENT, NOW, purpose="suggest")

    results = await asyncio.gather(
        *(suggestions.suggest(store, MEMBER, draft_id, NOW) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(one, Suggestion) for one in results) == 1
    async with store.read() as conn:
        assert await suggestions.count_waiting(conn, HERE) == 1


async def test_another_server(store: Database) -> None:
    """Another server's id answers like one that there is not, whatever is done."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)
    missing = f"There is no suggestion #S{suggestion.id} in this server."

    for deed in (
        reviews.approve(store, STRANGER, suggestion.id, NOW),
        reviews.reject(store, STRANGER, suggestion.id, "No.", NOW),
        reviews.take_back(store, STRANGER, suggestion.id, NOW),
        reviews.begin(store, STRANGER, suggestion.id, EVENT, NOW),
        reviews.review(store, ELSEWHERE, suggestion.id, NOW),
        suggestions.support(store, STRANGER, suggestion.id),
    ):
        with pytest.raises(UserError, match=missing):
            await deed
    assert (await reviews.queue(store, ELSEWHERE, 0, NOW)).review is None
    assert await stand(store, suggestion) == suggestion


async def test_a_member_withdraws(store: Database) -> None:
    """A withdrawn suggestion makes room, is decided by nobody, and is not taken back by moderators."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)

    withdrawn = await suggestions.withdraw(store, MEMBER, suggestion.id, NOW)

    assert (withdrawn.state, withdrawn.decided_by, withdrawn.decided_at) == (State.WITHDRAWN, 0, None)
    with pytest.raises(suggestions.Decided, match="was withdrawn by its member"):
        await reviews.take_back(store, FIRST, suggestion.id, NOW)
    with pytest.raises(suggestions.Decided, match="was withdrawn by its member"):
        await reviews.approve(store, FIRST, suggestion.id, NOW)


@pytest.mark.parametrize("other", [OTHER, FIRST])
async def test_nobody_else_withdraws(store: Database, other: Actor) -> None:
    """Another member's suggestion is not there for anybody to withdraw, not for moderators either; it waits on."""
    suggestion = await suggest(store, Kind.EVENT, EVENT)

    with pytest.raises(UserError, match=f"You have no suggestion #S{suggestion.id}"):
        await suggestions.withdraw(store, other, suggestion.id, NOW)

    assert (await stand(store, suggestion)).state is State.PENDING


async def test_a_page_of_ones_own_that_is_gone(store: Database) -> None:
    """A page beyond the end of one's own suggestions is the last one, also where that is full."""
    made = [(await suggest(store, Kind.EVENT, EVENT | {"title": f"Vote {i}"})).id for i in range(suggestions.PAGE)]

    async with store.read() as conn:
        found, page, total = await suggestions.mine(conn, MEMBER, 99)

    assert sorted(one.id for one in found) == made
    assert (page, total) == (0, suggestions.PAGE)


async def test_a_page_that_is_gone(store: Database) -> None:
    """A page beyond the end of the queue is its last one."""
    one = await suggest(store, Kind.EVENT, EVENT)
    other = await suggest(store, Kind.QUOTE, QUOTE)

    first = await reviews.queue(store, HERE, 0, NOW)
    beyond = await reviews.queue(store, HERE, 99, NOW)

    assert first.review is not None
    assert beyond.review is not None
    assert (first.review.suggestion.id, first.page) == (one.id, 0)
    assert (beyond.review.suggestion.id, beyond.page) == (other.id, 1)


_COUNTS = """
    SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM source), (SELECT count(*) FROM subject),
        (SELECT count(*) FROM name), (SELECT count(*) FROM revision), (SELECT count(*) FROM suggestion)
"""


async def _counts(db: Database) -> tuple[int, ...]:
    async with db.read() as conn:
        [counts] = await conn.execute_fetchall(_COUNTS)
    return tuple(counts)
