"""Only a server's own moderators decide on its suggestions, and nobody else learns who did."""

from __future__ import annotations

import discord
import pytest
import simcord
from newsroom import seen
from suggesting import Desk, suggesting

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


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
