"""A thread, or the post of a forum, as the place where moderators review: chosen, posted in, archived, deleted."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from digesting import deny, me
from moderating import Moderated
from newsroom import Seen, seen
from places import THREADS, place, set_thread
from simcord import ChannelHandle
from suggesting import TITLES, Desk, suggesting

from bot.client import Dateline
from bot.moderating.actions import MENU, Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


async def choose(room: Moderated, where: ChannelHandle) -> Seen:
    """Pick a place for reviews on the card of the settings; return the card as it then is."""
    card = await room.slash("settings")
    result = await room.moderator.select(card.message, [where], custom_id=custom_id(Action("settings.review"), MENU))
    return room.after(card, result, room.moderator)


async def chosen(desk: Desk) -> int:
    """Return the review channel of the server."""
    bot = desk.room.env.bot
    assert isinstance(bot, Dateline)
    return (await bot.settings(desk.room.here.guild.id)).review_channel


def cards(desk: Desk, where: ChannelHandle) -> list[Seen]:
    """Return the cards of suggestions in a place, oldest first."""
    found = [seen(message) for message in where.history(viewer=desk.room.moderator)]
    return [card for card in found if card.message.embeds and not card.hidden]


@pytest.mark.parametrize("kind", THREADS)
async def test_works(desk: Desk, kind: str) -> None:
    """It is offered and chosen, cards come there, are decided there, and show what was decided."""
    where = await place(desk.room, kind)

    card = await choose(desk.room, where)
    await desk.suggest("event", title=TITLES[0])
    [posted] = cards(desk, where)
    await desk.room.press(posted, "Approve")

    message: Any = (await desk.room.slash("settings")).message
    rows = message.message.components
    [menu] = [item for row in rows for item in row.children if item.custom_id.startswith("pick:settings.review")]
    kinds = {discord.ChannelType.public_thread, discord.ChannelType.news_thread}
    assert f"<#{where.id}>" in card.text
    assert "Not changed" not in card.text
    assert [one.id for one in menu.default_values] == [where.id]
    assert kinds < set(menu.channel_types)
    assert "approved" in cards(desk, where)[0].title
    assert desk.cards == []


@pytest.mark.parametrize("right", ["send_messages_in_threads", "embed_links", "view_channel"])
async def test_rights(desk: Desk, right: str) -> None:
    """The rights are those of the channel that the thread belongs to."""
    where = await place(desk.room, "thread")
    await deny(desk.room, desk.room.here.channel, me(desk.room), **{right: True})

    refused = await choose(desk.room, where)

    label = {"view_channel": "View Channel", "embed_links": "Embed Links"}.get(right, "Send Messages in Threads")
    assert f"Not changed\nI cannot post in #dateline: I need the permission {label} there." in refused.text
    assert await chosen(desk) == desk.desk.id


async def test_send_messages_is_not_needed(desk: Desk) -> None:
    """In a thread the right Send Messages does not count."""
    where = await place(desk.room, "thread")
    await deny(desk.room, desk.room.here.channel, me(desk.room), send_messages=True)

    taken = await choose(desk.room, where)
    await desk.suggest("event", title=TITLES[0])

    assert "Not changed" not in taken.text
    assert len(cards(desk, where)) == 1


@pytest.mark.parametrize("kind", THREADS)
async def test_archived(desk: Desk, kind: str) -> None:
    """An archived thread is not deleted: it can be chosen, is shown, and cards come there."""
    where = await place(desk.room, kind)
    set_thread(desk.room, where, archived=True)

    card = await choose(desk.room, where)
    await desk.suggest("event", title=TITLES[0])
    settings = await desk.room.slash("settings")
    history = await desk.room.press(settings, "History")

    assert "Not changed" not in card.text
    assert len(cards(desk, where)) == 1
    assert "not posted in the review channel yet" not in settings.text
    for shown in (card, settings, history):
        assert f"<#{where.id}>" in shown.text
        assert "deleted" not in shown.text + "".join(shown.buttons)


@pytest.mark.parametrize("archived", [False, True])
async def test_deleted(desk: Desk, *, archived: bool) -> None:
    """A thread that was deleted is as a channel that was: that is said, and what waits can be posted elsewhere."""
    where = await place(desk.room, "forum post")
    await choose(desk.room, where)
    await desk.suggest("event", title=TITLES[0])
    set_thread(desk.room, where, archived=archived)
    await desk.room.env.bot.http.delete_channel(where.id)

    settings = await desk.room.slash("settings")
    told = await desk.suggest("event", title=TITLES[1])
    moved = await choose(desk.room, desk.desk)
    await desk.room.press(moved, "Post 2 cards")

    assert "The review channel was deleted; choose another one in /settings." in settings.text
    assert "Clear what was deleted" in settings.buttons
    assert "(2 of them" not in moved.text
    assert len(desk.cards) == 2
    assert told.title


async def test_locked(desk: Desk) -> None:
    """A locked thread is refused, and one that is locked later is reported; the queue still has each suggestion."""
    where, other = await place(desk.room, "thread"), await place(desk.room, "thread", "other")
    await choose(desk.room, where)
    set_thread(desk.room, where, locked=True, archived=True)
    set_thread(desk.room, other, locked=True)

    await desk.suggest("event", title=TITLES[0])
    settings = await desk.room.slash("settings")
    queue = await desk.room.slash("review")
    refused = await choose(desk.room, other)

    assert "The thread for reviews is locked: unlock it" in settings.text
    assert TITLES[0] in queue.text
    assert "Not changed\nThe thread for reviews is locked" in refused.text
    assert cards(desk, where) == []


@pytest.mark.parametrize("kind", ["private thread", "forum", "voice"])
async def test_no_place_for_reviews(desk: Desk, kind: str) -> None:
    """A place that takes no card is refused, also when a client sends it all the same."""
    guild = desk.room.here.guild
    where = guild.create_forum_channel("forum") if kind == "forum" else await place(desk.room, kind)
    before = await chosen(desk)

    refused = await choose(desk.room, where)

    assert "That is neither a text channel of this server nor a public thread; choose another one." in refused.text
    assert await chosen(desk) == before


@pytest.mark.parametrize("parent", ["open", "closed"])
async def test_who_reads_there(desk: Desk, parent: str) -> None:
    """All who read a channel read its threads: reviewers are named only where moderators alone do."""
    room = desk.room
    channel = room.here.channel if parent == "open" else desk.desk
    known: Any = room.env.bot.get_channel(channel.id)
    made = await known.create_thread(name="reviews", type=discord.ChannelType.public_thread)
    where = next(one for one in channel.threads if one.id == made.id)

    card = await choose(room, where)
    await desk.suggest("event", title=TITLES[0])
    await room.press(cards(desk, where)[0], "Approve")

    named = f"<@{room.moderator.id}>" in cards(desk, where)[0].everything
    assert named is (parent == "closed")
    assert ("everybody can read there" in card.text) is (parent == "open")
