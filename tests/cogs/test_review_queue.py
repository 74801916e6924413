"""Where suggestions wait: the queue, and the cards in the review channel, if there is one."""

from __future__ import annotations

import discord
import pytest
import simcord
from suggesting import TITLES, Desk, suggesting

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


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


async def test_a_posted_card_that_is_not_known(desk: Desk) -> None:
    """A card whose message was not recorded, because the bot stopped just then, shows the decision all the same."""
    await desk.suggest()
    async with desk.room.store.write() as conn:
        await conn.execute("UPDATE suggestion SET channel_id = NULL, message_id = NULL")

    await desk.room.press(desk.card, "Approve")

    assert "approved" in desk.card.title
