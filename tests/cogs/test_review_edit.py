"""A reviewer changes a suggestion before it is approved, and everybody is told whose words it has."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE
from suggesting import Desk, suggesting

from bot.store import revisions
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


async def test_a_reviewers_version_shows_the_same(desk: Desk) -> None:
    """A reviewer who edits sees new names and the chosen source as well."""
    await desk.suggest("figure", about="Harrow Bay; chicgo")

    draft = await desk.room.fill(await desk.room.press_form(desk.card, "Edit"))
    step = await desk.room.press_form(draft, "Figure")
    faulty = await desk.room.fill(step, None, draft, figure="many")

    assert "“chicgo” (topic). Did you mean Chicago" in draft.everything
    assert "Source: Report on a second ferry" in faulty.everything


async def test_edited(desk: Desk) -> None:
    """A reviewer's version is approved in place of the member's, and the history keeps both."""
    await desk.suggest()

    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Each week, about 12,400 people cross the bay.")
    done = await desk.room.press(draft, "Approve")

    assert form.values["figure"] == FIGURE["figure"]
    assert "#S1" in draft.title
    assert "Changes" in draft.text
    assert "approved" in done.title
    assert "Changed before it was approved" in desk.card.text
    assert "approved" in desk.card.title
    assert "Each week, about 12,400" in (await desk.room.typed("!stats harrow bay")).text
    async with desk.room.store.read() as conn:
        [change, _] = await revisions.select_of(conn, desk.room.here.guild.id, "suggestion", 1, limit=9)
    assert change.before is not None
    assert change.after is not None
    assert change.before["statement"] == FIGURE["statement"]
    assert change.after["statement"] == "Each week, about 12,400 people cross the bay."
    assert change.actor_id == desk.room.moderator.id


async def test_the_member_learns_of_changes(desk: Desk) -> None:
    """The member is told that a moderator changed it, and what; `show` says that it is not in their words alone."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Each week, about 12,400 people cross the bay.")
    await desk.room.press(draft, "Approve")

    mine = await desk.room.slash("suggestions mine", desk.member)
    shown = await desk.room.typed("!show 36", desk.member)

    for card in (desk.told()[-1], mine):
        assert "A moderator changed it before it was approved" in card.everything
        assert "In our words: About 12,400 people cross the bay each week. → Each week," in card.everything
        assert str(desk.room.moderator.id) not in card.everything
    assert f"suggested by <@{desk.member.id}>, edited by a moderator, <t:" in shown.text
    assert str(desk.room.moderator.id) not in shown.everything


async def test_the_words_of_the_member(desk: Desk) -> None:
    """What is approved as it is says who suggested it; once it is edited, it says that too."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    before = await desk.room.typed("!show 36", desk.member)
    form = await desk.room.slash_form("entry edit", id="36")
    await desk.room.press(await desk.room.fill(form, None, None, statement="In other words."), "Save")

    after = await desk.room.typed("!show 36", desk.member)

    assert f"suggested by <@{desk.member.id}>, <t:" in before.text
    assert f"suggested by <@{desk.member.id}>, edited by a moderator, <t:" in after.text
    for one in (desk.told()[-1], await desk.room.slash("suggestions mine", desk.member)):
        assert "changed it" not in one.everything


async def test_another_source_is_a_change(desk: Desk) -> None:
    """A reviewer who puts a source of the list in the place of the one that was described has changed it."""
    draft = await desk.draft()
    step = await desk.room.press_form(draft, "Source", desk.member)
    draft = await desk.room.fill(step, desk.member, draft, source="new")
    form = await desk.room.press_form(draft, "New source", desk.member)
    stated = dict.fromkeys(("new_publisher", "new_author", "new_url", "new_published"), "not stated")
    draft = await desk.room.fill(form, desk.member, draft, new_title="Harbor Survey", **stated)
    await desk.room.press(draft, "Send", desk.member)
    version = await desk.room.fill(await desk.room.press_form(desk.card, "Edit"))
    step = await desk.room.press_form(version, "Source")

    version = await desk.room.fill(step, None, version, source=str(desk.source))
    await desk.room.press(version, "Approve")

    for card in (desk.card, desk.told()[-1]):
        assert f"Source: Harbor Survey → source {desk.source}" in card.everything


async def test_a_reviewers_version_is_found_again(desk: Desk) -> None:
    """Edit goes on with one's own version of a suggestion, and `/entry drafts` lists it; another's is not shown."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit")
    await desk.room.fill(form, None, None, statement="My own words.")

    again = await desk.room.press(desk.card, "Edit")
    listed = await desk.room.slash("entry drafts")
    picked = await desk.room.pick(listed, "My version of #S1")
    others = await desk.room.press_form(desk.card, "Edit", desk.room.keeper)

    for draft in (again, picked):
        assert draft.hidden
        assert "My own words." in draft.text
        assert "/entry drafts finds it again" in draft.footer
    assert others.values["statement"] == FIGURE["statement"]
    await desk.room.press(picked, "Approve")
    assert "My own words." in (await desk.room.typed("!stats harrow bay")).text
    assert "no drafts" in (await desk.room.slash("entry drafts")).text


async def test_a_version_that_comes_too_late(desk: Desk) -> None:
    """A version of what somebody else has decided says so, and can be discarded."""
    await desk.suggest()
    await desk.room.fill(await desk.room.press_form(desk.card, "Edit"), None, None, statement="My own words.")
    await desk.room.press(desk.card, "Approve", desk.room.keeper)

    late = await desk.room.pick(await desk.room.slash("entry drafts"), "My version of #S1")
    await desk.room.press(await desk.room.press(late, "Discard"), "Discard it")

    assert f"#S1 was approved already by <@{desk.room.keeper.id}>" in late.everything
    assert "My own words." in late.everything
    assert "no drafts" in (await desk.room.slash("entry drafts")).text


async def test_anothers_draft_decides_nothing(desk: Desk) -> None:
    """A moderator's version is approved by that moderator only, and a member's draft is none."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit")
    await desk.room.fill(form)
    reviewers = await desk.room.plant("do:review.save:2:")
    await desk.draft("figure", desk.room.keeper)
    own = await desk.room.plant("do:review.save:3:")

    for planted in (reviewers, own):
        assert "This draft is gone" in (await desk.room.press(planted, "Press", desk.room.keeper)).content
    assert "waits" in desk.card.title
