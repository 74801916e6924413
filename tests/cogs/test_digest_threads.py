"""Digests in threads and in the posts of forums: set up, posted, archived, locked and deleted."""

from __future__ import annotations

import discord
import pytest
import simcord
from digesting import DAY, create, deny, digests_of, log_of, me, menus, only, pick, posts, start, submit
from moderating import Moderated, moderated
from newsroom import seen
from places import THREADS, place, set_thread
from simcord import ChannelHandle

from bot.moderating.actions import Action
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

PARENTS = {"thread": "dateline", "announcement thread": "announcements", "forum post": "forum"}


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return a server with moderators, and the bot in it."""
    return await moderated(simcord_env, store)


async def parent_of(room: Moderated, where: ChannelHandle) -> ChannelHandle:
    """Return the channel that a thread belongs to."""
    [parent] = [one for one in room.here.guild.channels.values() if where.id in {thread.id for thread in one.threads}]
    return parent


@pytest.mark.parametrize("kind", THREADS)
async def test_posted(room: Moderated, kind: str) -> None:
    """A digest is begun, started and posted there."""
    where = await place(room, kind)
    await start(room, channel=where)

    await room.env.advance_time(120)

    shown = await room.slash("digest show", digest="1")
    assert len(posts(room, where)) == 1
    assert (await only(room)).channel_id == where.id
    assert f"<#{where.id}>" in shown.text
    assert "**Yes.**" in shown.text
    assert "✓ Send Messages in Threads" in shown.text
    assert "Send Messages:" not in shown.text


@pytest.mark.parametrize("kind", THREADS)
async def test_moved(room: Moderated, kind: str) -> None:
    """The menu of channels offers it, and a digest can be moved there and back."""
    where = await place(room, kind)
    card = await create(room)

    moved = await pick(room, card, "channel", where)
    there = (await only(room)).channel_id
    back = await pick(room, moved, "channel", room.here.channel)

    kinds = {discord.ChannelType.text, discord.ChannelType.news}
    kinds |= {discord.ChannelType.public_thread, discord.ChannelType.news_thread}
    assert set(menus(card)["digest.channel"].channel_types) == kinds
    assert there == where.id
    assert f"<#{where.id}>" in moved.text
    assert (await only(room)).channel_id == room.here.channel.id
    assert "Not changed" not in moved.text + back.text


@pytest.mark.parametrize("kind", THREADS)
async def test_begun_there(room: Moderated, kind: str) -> None:
    """Who begins a digest in a thread is offered that thread."""
    where = await place(room, kind)
    await room.moderator.send(where, "!digest create 0:01")
    offer = where.last_message
    assert offer is not None

    form = await room.press_form(seen(offer), "A new digest")
    card = await room.fill(form)

    assert form.values["channel"] == str(where.id)
    assert (await only(room)).channel_id == where.id
    assert f"<#{where.id}>" in card.text


@pytest.mark.parametrize("right", ["send_messages_in_threads", "embed_links", "view_channel"])
@pytest.mark.parametrize("kind", THREADS)
async def test_rights_of_the_bot(room: Moderated, kind: str, right: str) -> None:
    """The rights are those of the channel that a thread belongs to, which is named; all else is told as missing too."""
    where = await place(room, kind)
    await start(room, channel=where)
    await deny(room, await parent_of(room, where), me(room), **{right: True})

    shown = await room.slash("digest show", digest="1")
    refused = await create(room, channel=where)
    await room.env.advance_time(120)

    label = {"send_messages_in_threads": "Send Messages in Threads", "embed_links": "Embed Links"}
    named = f"{label.get(right, 'View Channel')} in #{PARENTS[kind]}"
    assert f"I lack {named}: nothing is posted." in shown.text
    assert f"I need {named}. Set it under Edit Channel → Permissions → TestBot." in refused.text
    assert posts(room, where) == []
    assert (await only(room)).paused_reason.startswith(f"I need {named}.")


async def test_send_messages_is_not_needed(room: Moderated) -> None:
    """In a thread the right Send Messages counts for nobody."""
    where = await place(room, "thread")
    await start(room, channel=where)
    await deny(room, room.here.channel, me(room), send_messages=True)
    await deny(room, room.here.channel, room.moderator, send_messages=True)

    await room.env.advance_time(120)
    made = await create(room, channel=where)

    assert len(posts(room, where)) == 1
    assert "Preview" in made.buttons or made.hidden
    assert len(await digests_of(room)) == 2


async def test_rights_of_the_moderator(room: Moderated) -> None:
    """A digest does nothing in a thread for somebody who may not write there."""
    where = await place(room, "thread")
    await deny(room, room.here.channel, room.moderator, send_messages_in_threads=True)

    refused = await submit(room, room.moderator, Action("digest.create", where.id), time="9:00")

    assert "You need Send Messages in Threads in #dateline yourself" in refused
    assert not await digests_of(room)


async def test_no_thread_within(room: Moderated) -> None:
    """A thread is opened under posts in a channel only: in a thread there is no such button, and the card says so."""
    where = await place(room, "thread")
    outside = await room.press(await create(room), "With a thread")

    inside = await pick(room, outside, "channel", where)
    refused = await room.press(await room.plant("do:digest.thread:1:1"), "Press")
    await room.press(inside, "Start")
    await room.env.advance_time(120)

    assert "With a thread" in (await create(room)).buttons
    assert not {"With a thread", "No thread"} & set(inside.buttons)
    assert "**Thread:** none, as posts are in a thread already" in inside.text
    assert "in a thread already" in refused.text
    assert len(posts(room, where)) == 1
    assert (await log_of(room, 1))[0].reason == ""


@pytest.mark.parametrize("kind", THREADS)
async def test_archived(room: Moderated, kind: str) -> None:
    """An archived thread is there: Discord opens it again for the next post. It can be chosen, too."""
    where = await place(room, kind)
    await start(room, channel=where)
    set_thread(room, where, archived=True)

    shown = await room.slash("digest show", digest="1")
    listed = await room.slash("digest list")
    again = await create(room, channel=where)
    await room.env.advance_time(120)

    assert "**Yes.**" in shown.text
    assert f"<#{where.id}>" in shown.text
    assert "deleted" not in shown.text + listed.text
    assert f"<#{where.id}>" in again.text
    assert len(posts(room, where)) == 1


@pytest.mark.parametrize("archived", [False, True])
async def test_locked(room: Moderated, *, archived: bool) -> None:
    """A locked thread takes no digest; a digest whose thread is locked is paused with the reason, and goes on after."""
    where = await place(room, "thread")
    await start(room, channel=where)
    set_thread(room, where, archived=archived, locked=True)
    if archived:
        path = f"/channels/{where.id}/messages"
        room.env.inject_error("POST", path, status=400, code=50083, message="Thread is archived")

    refused = await create(room, channel=where)
    shown = await room.slash("digest show", digest="1")
    await room.env.advance_time(120)
    paused = await only(room)
    resumed = await room.slash("digest resume", digest="1")
    set_thread(room, where, archived=False, locked=False)
    on = await room.slash("digest resume", digest="1")
    await room.env.advance_time(DAY)

    assert "The thread is locked." in refused.text
    assert "The thread is locked." in shown.text
    assert paused.paused_reason.startswith("The thread is locked.")
    assert "The thread is locked." in resumed.content
    assert "It runs again." in on.text
    assert len(posts(room, where)) == 1


@pytest.mark.parametrize("code", [50083, 160005])
async def test_locked_at_the_last_moment(room: Moderated, code: int) -> None:
    """What Discord answers for a locked thread pauses the digest, too."""
    where = await place(room, "thread")
    await start(room, channel=where)
    path = f"/channels/{where.id}/messages"
    room.env.inject_error("POST", path, status=400 if code == 50083 else 403, code=code, message="Thread is closed")

    await room.env.advance_time(120)

    assert (await only(room)).paused_reason.startswith("The thread is locked.")


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("kind", THREADS)
async def test_deleted(room: Moderated, kind: str, *, archived: bool) -> None:
    """A thread that was deleted is as a channel that was: the digest is paused, and can be moved."""
    where = await place(room, kind)
    await start(room, channel=where)
    set_thread(room, where, archived=archived)
    await room.env.bot.http.delete_channel(where.id)

    shown = await room.slash("digest show", digest="1")
    await room.env.advance_time(120)
    paused = await only(room)
    moved = await pick(room, await room.slash("digest edit", digest="1"), "channel", room.here.channel)

    assert "a channel that was deleted" in shown.text
    assert paused.paused_reason.startswith("The channel was deleted.")
    assert f"a channel that was deleted → <#{room.here.channel.id}>" in moved.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("private thread", "That is a private thread, which I lose when I am taken out of it. Choose a public one"),
        ("forum", "#forum is a forum. Choose one of its posts, or a text channel."),
        ("voice", "#place is no text or announcement channel, and no thread of one. Choose another one."),
    ],
)
async def test_no_place_for_a_digest(room: Moderated, kind: str, said: str) -> None:
    """A place that takes no digest is refused with what to choose instead, also when a client sends it."""
    where = room.here.guild.create_forum_channel("forum") if kind == "forum" else await place(room, kind)

    told = await submit(room, room.moderator, Action("digest.create"), time="9:00", channel=str(where.id))

    assert said in told
    assert await digests_of(room) == []


@pytest.mark.parametrize("why", ["private", "locked"])
async def test_begun_where_none_can_be(room: Moderated, why: str) -> None:
    """In a thread that takes no digest, its channel is offered instead."""
    where = await place(room, "private thread" if why == "private" else "thread")
    await room.moderator.send(where, "!digest create 9:00")
    offer = where.last_message
    assert offer is not None
    set_thread(room, where, locked=why == "locked")

    form = await room.press_form(seen(offer), "A new digest")

    assert form.values["channel"] == str(room.here.channel.id)
