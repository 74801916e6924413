"""Moderators decide on suggestions: once, after a restart, whatever comes in between."""

from __future__ import annotations

import pytest
import simcord
from intruding import intruder
from suggesting import Desk, suggesting

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
