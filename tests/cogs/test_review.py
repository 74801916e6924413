"""Moderators decide on suggestions: once, after a restart, with a way back, and nobody else learns who did."""

from __future__ import annotations

import discord
import pytest
import simcord
from intruding import intruder
from moderating import FIGURE
from newsroom import seen
from suggesting import TITLES, Desk, suggesting

from bot.store import revisions
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


async def test_approved(desk: Desk) -> None:
    """One click makes the entry; the card says who decided and when, the member is told and named as who added it."""
    await desk.suggest()

    done = await desk.room.press(desk.card, "Approve")
    told = desk.told()[-1]

    found = await desk.room.typed("!stats harrow bay", desk.member)
    shown = await desk.room.press(done, "Show #36")
    assert "about 12,400 people" in found.text
    assert f"<@{desk.member.id}>" in shown.text
    assert done.message.id == desk.card.message.id
    assert f"Approved by <@{desk.room.moderator.id}>, <t:" in done.everything
    assert done.buttons == ("Show #36", "Take back")
    assert told.title == "Your suggestion was approved"
    assert "`#36`" in told.text


async def test_all_that_is_decided_on_is_shown(desk: Desk) -> None:
    """The card of each kind shows all that it is about and which names are new, with what may have been meant."""
    for kind in ("figure", "quotation", "event"):
        await desk.suggest(kind, about="Harrow Bay; chicgo; Ferry")

        queue = await desk.room.slash("review")
        for card in (desk.card, queue):
            assert "About: Harrow Bay; chicgo; Ferry" in card.everything
            assert "“chicgo” (topic). Did you mean Chicago" in card.everything
        await desk.room.fill(await desk.room.press_form(queue, "Reject"), None, None, reason="No.")


async def test_a_new_source_is_shown_whole(desk: Desk) -> None:
    """A source that a member describes is shown with all five particulars, its address as a link."""
    draft = await desk.draft()
    step = await desk.room.press_form(draft, "Source", desk.member)
    draft = await desk.room.fill(step, desk.member, draft, source="new")
    form = await desk.room.press_form(draft, "New source", desk.member)
    given = {
        "new_title": "A second ferry",
        "new_publisher": "Harrow Bay Courier",
        "new_author": "not stated",
        "new_url": "https://courier.example/ferry",
        "new_published": "March 5, 2024",
    }
    draft = await desk.room.fill(form, desk.member, draft, **given)

    await desk.room.press(draft, "Send", desk.member)

    for card in (draft, desk.card, await desk.room.slash("review")):
        for line in (
            "Title: A second ferry",
            "Publisher: Harrow Bay Courier",
            "Author: not stated",
            "Address: https://courier.example/ferry",
            "Published: 5 March 2024",
        ):
            assert line in card.everything
    await desk.room.press(desk.card, "Approve")
    assert "Harrow Bay Courier" not in desk.card.text


async def test_a_reviewers_version_shows_the_same(desk: Desk) -> None:
    """A reviewer who edits sees new names and the chosen source as well."""
    await desk.suggest("figure", about="Harrow Bay; chicgo")

    draft = await desk.room.fill(await desk.room.press_form(desk.card, "Edit"))
    step = await desk.room.press_form(draft, "Figure")
    faulty = await desk.room.fill(step, None, draft, figure="many")

    assert "“chicgo” (topic). Did you mean Chicago" in draft.everything
    assert "Source: Report on a second ferry" in faulty.everything


async def test_rejected(desk: Desk) -> None:
    """The form asks for a reason; the member reads it in private and in their list, and nothing is stored."""
    await desk.suggest()

    form = await desk.room.press_form(desk.card, "Reject")
    done = await desk.room.fill(form, None, desk.card, reason="The figure is of *last* year.")

    mine = await desk.room.slash("suggestions mine", desk.member)
    assert "rejected" in done.title
    for text in (done.text, desk.told()[-1].text, mine.text):
        assert "Reason: The figure is of \\*last\\* year." in text
    assert "12,400" not in (await desk.room.typed("!stats harrow bay")).text


async def test_what_comes_at_the_same_moment(desk: Desk) -> None:
    """Whatever else is made of a suggestion while it is decided, its card shows the decision in the end."""
    room, channel = desk.room, desk.room.here.channel
    await desk.suggest()
    supporter = await intruder(room.env, desk.other, channel)
    keeper = await intruder(room.env, room.keeper, channel)
    moderator = await intruder(room.env, room.moderator, desk.desk)

    keeper.begin("do:suggestion.back:1:")
    supporter.begin("do:suggestion.support:1:0")
    moderator.begin("do:suggestion.approve:1:")
    await room.env.settle()

    card = next(one for one in desk.cards if one.title.startswith("#S1"))
    assert card.title == "#S1 · Figure · approved"
    assert "1 member supports it." in card.text


@pytest.mark.parametrize("blank", ["  ", "\u200b\u2060"])
async def test_a_reason_is_needed(desk: Desk, blank: str) -> None:
    """A reason in which nothing can be read is refused, and the suggestion waits on."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Reject")

    refused = await desk.room.fill(form, None, None, reason=blank)

    assert "Give a reason" in refused.content
    assert "waits" in desk.card.title


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


async def test_taken_back(desk: Desk) -> None:
    """An approval taken back removes the entry; approved again, it is the same entry, and the history has it all."""
    await desk.suggest()

    await desk.room.press(desk.card, "Approve")
    waiting = await desk.room.press(desk.card, "Take back", desk.room.keeper)
    gone = await desk.room.typed("!show 36")
    again = await desk.room.press(desk.card, "Approve")

    assert waiting.buttons[:3] == ("Approve", "Edit", "Reject")
    assert f"Taken back by <@{desk.room.keeper.id}>" in waiting.text
    assert f"Approved by <@{desk.room.moderator.id}>" in waiting.text
    assert "12,400" not in gone.text
    assert "It is entry `#36`." in again.text
    assert "12,400" in (await desk.room.typed("!show 36")).text
    assert [told.title for told in desk.told()] == [
        "Your suggestion was approved",
        "Your suggestion waits again",
        "Your suggestion was approved",
    ]


async def test_a_rejection_taken_back(desk: Desk) -> None:
    """A rejected suggestion waits again, and can be approved then."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Reject")
    await desk.room.fill(form, None, desk.card, reason="No.")

    await desk.room.press(desk.card, "Take back")
    done = await desk.room.press(desk.card, "Approve")

    assert "Reason" not in done.text
    assert "12,400" in (await desk.room.typed("!stats harrow bay")).text


async def test_edited_after_it_was_taken_back(desk: Desk) -> None:
    """What is approved the second time is what the reviewer sees, in the same entry."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    await desk.room.press(desk.card, "Take back")

    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Another wording.")
    await desk.room.press(draft, "Approve")

    assert "Another wording." in (await desk.room.typed("!show 36")).text


async def test_taken_back_after_an_edit(desk: Desk) -> None:
    """What waits again is what the member wrote; the reviewer's version stays in the history."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement="Another wording.")
    await desk.room.press(draft, "Approve")

    back = await desk.room.press(desk.card, "Take back")

    shown, lost = back.everything.split("Approving changes #36 as it was last")
    assert FIGURE["statement"] in shown
    assert "Another wording." not in shown
    assert "Another wording. → About" in lost
    async with desk.room.store.read() as conn:
        changes = await revisions.select_of(conn, desk.room.here.guild.id, "suggestion", 1, limit=9)
    assert [(change.action, change.after and change.after["statement"]) for change in changes] == [
        ("taken back", FIGURE["statement"]),
        ("approved", "Another wording."),
        ("suggested", FIGURE["statement"]),
    ]


async def test_an_entry_removed_meanwhile(desk: Desk) -> None:
    """All cards say at once that the entry was removed since, and taking the approval back is no fault."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    asked = await desk.room.slash("entry remove", id="36")
    removed = await desk.room.press(asked, "Remove")
    decided = await desk.room.pick(await desk.room.slash("review"), "Decided")
    mine = await desk.room.slash("suggestions mine", desk.member)

    for card in (desk.card, decided, mine):
        assert "Entry `#36` was removed since then." in card.text
        assert "Show #36" not in card.buttons
    await desk.room.press(removed, "Undo")
    for card in (desk.card, await desk.room.slash("suggestions mine", desk.member)):
        assert "It is entry `#36`." in card.text
    await desk.room.press(await desk.room.slash("entry remove", id="36"), "Remove")
    back = await desk.room.press(decided, "Take back")
    assert "waits" in back.title


async def test_an_entry_that_a_file_changes(desk: Desk) -> None:
    """The card shows what an import has made of the entry, and what it is once that is taken back."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    sheet = b"id,kind,status,status_reason\n36,stat,retracted,Counted twice.\n"
    dry = await desk.room.slash("data import", file=("sheet.csv", sheet))

    done = await desk.room.press(dry, "Import 1 entry")
    imported = desk.card.text
    await desk.room.press(done, "Take this import back")

    assert "Counted twice." in imported
    assert "Counted twice." not in desk.card.text


async def test_a_subject_that_is_renamed(desk: Desk) -> None:
    """The card calls the subject of the entry what it is called now."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")

    form = await desk.room.slash_form("entry subject edit", name="Harrow Bay")
    await desk.room.fill(form, None, None, name="Harrow Cove")

    assert "Harrow Cove · Crossings by ferry" in desk.card.text.replace("**", "")


async def test_an_entry_edited_meanwhile(desk: Desk) -> None:
    """What was edited since the approval is shown before it is approved once more, as that would be lost."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    form = await desk.room.slash_form("entry edit", id="36")
    await desk.room.press(await desk.room.fill(form, None, None, statement="A better wording."), "Save")

    waiting = await desk.room.press(desk.card, "Take back")
    await desk.room.press(desk.card, "Approve")
    unchanged = await desk.room.press(desk.card, "Take back")

    assert "Approving changes #36 as it was last" in waiting.text
    assert "In our words: A better wording. → About 12,400 people" in waiting.everything
    assert "Approving changes" not in unchanged.text


async def test_after_a_restart(desk: Desk) -> None:
    """Every button of a card works after a restart, the way back too."""
    await desk.suggest()
    await desk.room.restart()

    done = await desk.room.press(desk.card, "Approve")
    await desk.room.restart()
    back = await desk.room.press(done, "Take back")

    assert "waits" in back.title


async def test_two_at_once(desk: Desk) -> None:
    """Of two moderators one decides, and the other, whose form was open by then, is told who did and when."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Reject", desk.room.keeper)

    await desk.room.press(desk.card, "Approve")
    late = await desk.room.fill(form, desk.room.keeper, None, reason="No.")

    assert f"#S1 was approved already by <@{desk.room.moderator.id}>, <t:" in late.content
    assert "approved" in desk.card.title
    assert len(desk.told()) == 1


async def test_a_card_from_before(desk: Desk) -> None:
    """A page of the queue that is out of date changes nothing more, and says how things stand."""
    await desk.suggest()
    offered = await desk.room.typed("!review", desk.room.keeper)
    queue = await desk.room.press(offered, "Open the queue", desk.room.keeper)
    await desk.room.press(desk.card, "Approve")

    for label in ("Approve", "Edit", "Reject"):
        late = await desk.room.press(queue, label, desk.room.keeper)

        assert f"#S1 was approved already by <@{desk.room.moderator.id}>" in late.content
    assert (await desk.room.typed("!stats harrow bay")).text.count("about 12,400 people") == 1


async def test_decided_while_a_form_was_open(desk: Desk) -> None:
    """Who was slower with an edit is told that it is decided."""
    await desk.suggest()
    form = await desk.room.press_form(desk.card, "Edit", desk.room.keeper)
    draft = await desk.room.fill(form, desk.room.keeper)
    await desk.room.press(desk.card, "Approve")

    late = await desk.room.press(draft, "Approve", desk.room.keeper)

    assert f"#S1 was approved already by <@{desk.room.moderator.id}>" in late.content


async def test_what_can_no_longer_be_an_entry(desk: Desk) -> None:
    """If it has faults by now, approving is refused with the reasons, it waits on, and Edit mends it."""
    await desk.suggest("quotation")
    async with desk.room.store.write() as conn:
        await conn.execute("UPDATE source SET text = 'Something else.' WHERE id = :id", {"id": desk.source})

    refused = await desk.room.press(desk.card, "Approve")
    queue = await desk.room.slash("review")

    assert "#S1 cannot be approved as it is." in refused.content
    assert "To be mended" in queue.text
    assert "Approve" in queue.disabled
    assert "waits" in desk.card.title


async def test_closed_private_messages(desk: Desk) -> None:
    """A member who takes no private messages is no fault, and finds the decision in their list."""
    await desk.suggest()
    await desk.member.user.send_dm("hello")
    private = desk.member.user.dm_channel.id
    path = f"/channels/{private}/messages"
    desk.room.env.inject_error("POST", path, status=403, code=50007, message="Cannot send messages to this user")

    done = await desk.room.press(desk.card, "Approve")

    assert "approved" in done.title
    assert "Approved" in (await desk.room.slash("suggestions mine", desk.member)).text


async def test_members_do_not_learn_who_decided(desk: Desk) -> None:
    """Neither the message nor the list names the reviewer, nor a card where everybody can read it."""
    await desk.choose(review_channel=str(desk.room.here.channel.id))
    await desk.suggest()
    card = seen(desk.room.here.channel.history()[-1])

    await desk.room.press(card, "Approve")

    public = seen(next(one for one in desk.room.here.channel.history() if one.id == card.message.id))
    mine = await desk.room.slash("suggestions mine", desk.member)
    late = await desk.room.press(mine, "Withdraw #S1", desk.member) if "Withdraw #S1" in mine.buttons else mine
    for one in (public, mine, late, desk.told()[-1]):
        assert str(desk.room.moderator.id) not in one.everything
    assert "by a moderator" in public.text


@pytest.mark.parametrize("who", ["verified members", "one member", "everybody"])
async def test_a_channel_that_others_can_read(desk: Desk, who: str) -> None:
    """A card names nobody in a channel that others than moderators can see, by a role, by name or as everybody."""
    guild = desk.room.here.guild
    hidden, shown = (discord.PermissionOverwrite(view_channel=see) for see in (False, True))
    role = guild.create_role("Verified")
    reader = guild.add_member(desk.room.env.create_user("reader"), roles=[role])
    extra = {"verified members": {role: shown}, "one member": {reader: shown}, "everybody": {}}[who]
    assert guild.me is not None
    everybody = shown if who == "everybody" else hidden
    channel = guild.create_text_channel(
        "half-open",
        overwrites={guild.default_role: everybody, guild.me: shown, guild.roles["Moderators"]: shown, **extra},
    )
    await desk.choose(review_channel=str(channel.id))
    await desk.suggest()

    queue = await desk.room.slash("review")
    await desk.room.press(queue, "Approve")

    [card] = [seen(one) for one in channel.history(viewer=reader)]
    assert "by a moderator" in card.text
    assert str(desk.room.moderator.id) not in card.everything
    decided = await desk.room.pick(await desk.room.slash("review"), "Decided")
    assert f"Approved by <@{desk.room.moderator.id}>" in decided.everything


@pytest.mark.parametrize("label", ["Approve", "Edit", "Reject"])
async def test_members_decide_nothing(desk: Desk, label: str) -> None:
    """Who is no moderator at the click is refused, whatever Discord shows them."""
    await desk.choose(review_channel=str(desk.room.here.channel.id))
    await desk.suggest()
    card = seen(desk.room.here.channel.history()[-1])

    refused = await desk.room.press(card, label, desk.member)

    assert "This is for moderators" in refused.content
    assert "waits" in seen(desk.room.here.channel.history()[-1]).title


async def test_another_servers_moderator(desk: Desk) -> None:
    """In another server the number means nothing, to its moderators and members, and its queue is its own."""
    await desk.suggest()
    stranger, member = desk.room.elsewhere.moderator, desk.room.elsewhere.member
    names = ("approve", "edit", "reject", "back")

    for name in names:
        planted = await desk.room.plant(f"do:suggestion.{name}:1:", desk.room.elsewhere)
        refused = await desk.room.press(planted, "Press", stranger)
        assert refused.content == "There is no suggestion #S1 in this server."
    withdrawn = await desk.room.plant("do:suggestion.withdraw:1:0", desk.room.elsewhere)
    supported = await desk.room.plant("do:suggestion.support:1:", desk.room.elsewhere)

    assert "You have no suggestion #S1" in (await desk.room.press(withdrawn, "Press", member)).content
    assert "There is no suggestion #S1" in (await desk.room.press(supported, "Press", member)).content
    assert "No suggestion waits" in (await desk.room.slash("review", stranger)).text
    assert "waits" in desk.card.title


async def test_nobody_withdraws_anothers(desk: Desk) -> None:
    """Another member's suggestion is not there for whoever would withdraw it."""
    await desk.suggest()
    planted = await desk.room.plant("do:suggestion.withdraw:1:0")

    refused = await desk.room.press(planted, "Press", desk.other)

    assert refused.content == "You have no suggestion #S1 in this server."


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


async def test_the_queue(desk: Desk) -> None:
    """`/review` shows the oldest first, one on a page, says how many wait, and goes on after a decision."""
    for number in range(3):
        await desk.suggest("event", title=TITLES[number], date="", date_printed="")

    first = await desk.room.slash("review")
    second = await desk.room.press(first, "Next")
    done = await desk.room.press(second, "Approve")
    on = await desk.room.press(done, "Go on")

    assert first.hidden
    assert TITLES[0] in first.text
    assert first.footer.startswith("1 of 3 waiting")
    assert "Previous" in first.disabled
    assert TITLES[1] in second.text
    assert "2 still waiting" in done.footer
    assert TITLES[2] in on.text
    assert "approved" in desk.cards[1].title


async def test_what_was_decided(desk: Desk) -> None:
    """The menu shows the last decisions, the latest first, with the way back."""
    await desk.suggest()
    await desk.suggest("event")
    await desk.room.press(desk.cards[0], "Approve")
    await desk.room.env.advance_time(60)
    await desk.room.press(desk.cards[1], "Approve")

    waiting = await desk.room.slash("review")
    latest = await desk.room.pick(waiting, "Decided")
    older = await desk.room.press(latest, "Next")
    back = await desk.room.press(older, "Take back")

    assert "No suggestion waits" in waiting.text
    assert "Council votes" in latest.text
    assert "12,400" in older.text
    assert f"Approved by <@{desk.room.moderator.id}>" in older.everything
    assert "waits" in back.title
    assert "waits" in desk.cards[0].title


async def test_typed(desk: Desk) -> None:
    """`!review` offers the queue as a button to moderators, and refuses others."""
    await desk.suggest()

    offered = await desk.room.typed("!review", desk.room.keeper)
    queue = await desk.room.press(offered, "Open the queue", desk.room.keeper)
    refused = await desk.room.typed("!review", desk.member)

    assert queue.hidden
    assert "12,400" in queue.text
    assert "This is for moderators" in refused.content


async def test_without_a_review_channel(desk: Desk) -> None:
    """A suggestion waits in the queue where there is no channel, or where the bot may not post or it is gone."""
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = desk.room.here.guild.create_text_channel("closed", overwrites={desk.room.here.guild.default_role: silent})
    answers = []
    for number, channel in enumerate((0, closed.id, 99)):
        await desk.choose(review_channel=str(channel))
        answers.append(await desk.suggest("event", title=TITLES[number], date="", date_printed=""))

    queue = await desk.room.slash("review")

    assert {answer.title for answer in answers} == {"Sent as #S1", "Sent as #S2", "Sent as #S3"}
    assert queue.footer.startswith("1 of 3 waiting")
    assert "approved" in (await desk.room.press(queue, "Approve")).title


async def test_what_waits_is_posted_later(desk: Desk) -> None:
    """The settings say how many wait and how many have no card, lead to the queue, and post the cards, once."""
    await desk.choose(review_channel="0")
    for number in range(2):
        await desk.suggest("event", title=TITLES[number], date="", date_printed="")
    without = await desk.room.slash("settings")
    await desk.choose(review_channel=str(desk.desk.id))
    await desk.suggest("event", title=TITLES[2], date="", date_printed="")

    settings = await desk.room.slash("settings")
    queue = await desk.room.press(await desk.room.slash("settings"), "Queue (3)")
    posted = await desk.room.press(settings, "Post 2 cards")
    again = await desk.room.slash("settings")

    assert "Suggestions that wait: 2" in without.everything
    assert "Post" not in " ".join(without.buttons)
    assert "Suggestions that wait: 3 (2 of them not posted in the review channel yet)" in settings.everything
    assert queue.footer.startswith("1 of 3 waiting")
    assert f"2 cards were posted in <#{desk.desk.id}>." in posted.text
    assert len(desk.cards) == 3
    assert "Post" not in " ".join(again.buttons)
    await desk.room.press(desk.card, "Approve")
    assert "approved" in desk.card.title


async def test_nothing_is_left_to_post(desk: Desk) -> None:
    """A button from before posts nothing twice, and nothing where the bot may not post."""
    await desk.suggest()
    planted = await desk.room.plant("do:review.post::")

    none = await desk.room.press(planted, "Press")
    await desk.choose(review_channel="99")
    deleted = await desk.room.press(planted, "Press")

    assert "Nothing was posted" in none.text
    assert "The review channel was deleted" in deleted.everything
    assert len(desk.cards) == 1


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_discord_refuses_the_card(desk: Desk, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """If the card cannot be posted, the member is told the same, the queue has it, and the log says so."""
    desk.room.env.inject_error("POST", f"/channels/{desk.desk.id}/messages", status=status, times=None)

    sent = await desk.suggest()

    assert sent.title == "Sent as #S1"
    assert "12,400" in (await desk.room.slash("review")).text
    assert "a suggestion could not be posted" in caplog.messages


async def test_a_card_that_was_deleted(desk: Desk) -> None:
    """If somebody deletes the card, the decision is taken in the queue all the same."""
    await desk.suggest()
    channel = desk.room.env.bot.get_partial_messageable(desk.desk.id)
    await channel.get_partial_message(desk.card.message.id).delete()

    queue = await desk.room.slash("review")
    done = await desk.room.press(queue, "Approve")

    assert "approved" in done.title
    assert not desk.cards


async def test_a_message_that_shows_the_entry(desk: Desk) -> None:
    """When an approval is taken back, the messages in which its entry stands can be corrected."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")
    await desk.room.typed("!show 36", desk.member)

    back = await desk.room.press(desk.card, "Take back")

    assert "Update 1 message" in back.buttons


async def test_ones_own(desk: Desk) -> None:
    """A moderator who decides on their own suggestion is not told of it."""
    await desk.suggest("figure", desk.room.moderator)

    await desk.room.press(desk.card, "Approve")

    assert "approved" in desk.card.title
    assert desk.told(desk.room.moderator) == []


@pytest.mark.parametrize("text", ["w", "w ", "*", "@everyone "])
async def test_the_longest_texts(desk: Desk, text: str) -> None:
    """However long and whatever its parts, a suggestion is posted, listed, edited and decided."""
    longest = (text * 4000)[:3990] + "w"
    await desk.suggest("event", title=longest[:99] + "w", statement=longest)
    offered = await desk.room.press(await desk.draft("event", desk.other, title=longest[:99] + "w"), "Send", desk.other)
    form = await desk.room.press_form(desk.card, "Edit")
    draft = await desk.room.fill(form, None, None, statement=longest[:-1] + "x")
    again = await desk.room.press_form(desk.card, "Reject")

    rejected = await desk.room.fill(again, None, desk.card, reason=longest[:300])
    mine = await desk.room.slash("suggestions mine", desk.member)
    decided = await desk.room.pick(await desk.room.slash("review"), "Decided")

    assert "Support #S1" in offered.buttons
    assert "Approve" in draft.buttons
    assert "rejected" in rejected.title
    assert "Reason: " in mine.text
    assert "Take back" in decided.buttons


async def test_a_posted_card_that_is_not_known(desk: Desk) -> None:
    """A card whose message was not recorded, because the bot stopped just then, shows the decision all the same."""
    await desk.suggest()
    async with desk.room.store.write() as conn:
        await conn.execute("UPDATE suggestion SET channel_id = NULL, message_id = NULL")

    await desk.room.press(desk.card, "Approve")

    assert "approved" in desk.card.title
