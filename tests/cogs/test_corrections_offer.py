"""What is offered after a change of an entry: which messages still show it as it was, and to whom that is told."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
import simcord
from correcting import edit, flushed, known, offered, one_of
from moderating import Moderated, moderated

from bot.answers.asks import encode
from bot.model import Ask, Command, Quote
from bot.moderating import posted
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database
from bot.store.posted import Posted, insert

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestOffer:
    """What is offered, and to whom."""

    async def test_after_a_change(self, room: Moderated) -> None:
        """The card that says what was done to an entry leads to the messages that show it."""
        entry = await one_of(room, Quote)
        card = await room.typed(f"!show {entry.id}", room.member)
        asked = await room.slash("entry hide", id=str(entry.id))
        done = await room.press(asked, "Hide") if "Hide" in asked.buttons else asked

        offer = await room.press(done, "Update 1 message")
        result = await room.press(offer, "Update them")

        assert "was shown in one message" in offer.text
        assert "One message that showed" in result.text
        assert room.now(card).title == f"Removed: #{entry.id}"

    async def test_as_it_was_posted(self, room: Moderated) -> None:
        """Where a change is undone before the messages were updated, they show the entry as it is: no offer."""
        entry_id = await room.add("stat")
        card = await room.typed(f"!show {entry_id}", room.member)
        removed = await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")
        offer = await room.press(removed, "Update 1 message")
        undone = await room.slash("entry restore", id=str(entry_id))
        hidden = await room.slash("entry hide", id="2")
        shown = await room.press(hidden, "Undo")

        updated = await room.press(offer, "Update them")

        assert undone.buttons == shown.buttons == ("Show", "Undo")
        assert undone.footer == ""
        assert "no message" in updated.text
        assert room.now(card).text == card.text

    async def test_undone_after_an_update(self, room: Moderated) -> None:
        """Messages that were updated show the change; once it is undone, they are offered again."""
        entry_id = await room.add("stat")
        card = await room.typed("!stats harrow bay", room.member)
        told = await room.slash("entry status", id=str(entry_id), status="disputed", reason="Counted twice.")
        await room.press(await offered(room, entry_id), "Update them")
        disputed = room.now(card)

        undone = await room.press(told, "Undo")
        await room.press(await room.press(undone, "Update 1 message"), "Update them")

        assert "Counted twice." in disputed.text
        assert "Counted twice." not in room.now(card).text

    async def test_shown_after_the_change(self, room: Moderated) -> None:
        """A message that shows what has changed already is not one to update."""
        entry = await one_of(room, Quote)
        before = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        await room.typed(f"!show {mine}", room.member)

        offer = await offered(room, mine)

        assert "shown in one message" in offer.text
        assert f"/{before.message.id})" in offer.text

    async def test_left(self, room: Moderated) -> None:
        """Left as they are, the messages stay."""
        entry = await one_of(room, Quote)
        card = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")

        left = await room.press(await offered(room, mine), "Leave them")

        assert "left as they are" in left.text
        assert not left.buttons
        assert room.now(card).text == card.text

    async def test_many(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only the newest messages are remembered, and the newest ten of them named."""
        monkeypatch.setattr(posted, "NEWEST", 12)
        entry = await one_of(room, Quote)
        cards = [await room.slash("show", room.member, id=str(entry.id)) for _ in range(8)]
        await flushed(room)
        cards += [await room.slash("show", room.member, id=str(entry.id)) for _ in range(8)]
        mine = await edit(room, entry.id, statement="Said in a corrected context.")

        offer = await offered(room, mine)

        assert "12 messages" in offer.text
        assert offer.text.count("https://discord.com/channels/") == 10
        assert str(cards[-1].message.id) in offer.text
        assert set(await known(room.store)) == {card.message.id for card in cards[-12:]}

    async def test_old(self, room: Moderated) -> None:
        """After ninety days a message is not offered any more, and is forgotten when the next one is noted."""
        entry = await one_of(room, Quote)
        then = discord.utils.utcnow() - timedelta(days=90, seconds=1)
        old = Posted(
            room.here.guild.id,
            room.here.channel.id,
            discord.utils.time_snowflake(then),
            encode(Ask(Command.SHOW, entry_id=entry.id), 0),
            {entry.id: None},
        )
        async with room.store.write() as conn:
            await insert(conn, [old])

        nothing = await offered(room, entry.id)
        new = await room.typed(f"!show {entry.id}", room.member)
        await flushed(room)

        assert abs(old.posted_at - then) < timedelta(seconds=1)
        assert "no message" in nothing.text
        assert set(await known(room.store)) == {new.message.id}

    async def test_another_server(self, room: Moderated) -> None:
        """What another server was shown is neither counted nor edited, and its entries are not known."""
        entry = await one_of(room, Quote)
        theirs = await room.slash("show", room.elsewhere.member, id=str(entry.id))
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        planted = await room.plant(custom_id(Action("corrections.offer", mine)), room.elsewhere)

        here = await offered(room, mine)
        elsewhere = await room.press(planted, "Press", room.elsewhere.moderator)

        assert "no message" in here.text
        assert "There is no entry" in elsewhere.content
        assert room.now(theirs, room.elsewhere.member).text == theirs.text

    @pytest.mark.parametrize("action", ["offer", "update", "reply", "leave"])
    async def test_members_may_not(self, room: Moderated, action: str) -> None:
        """None of it is for members."""
        entry = await one_of(room, Quote)
        card = await room.typed(f"!show {entry.id}", room.member)
        planted = await room.plant(custom_id(Action(f"corrections.{action}", entry.id)))

        refused = await room.press(planted, "Press", room.member)

        assert "This is for moderators" in refused.content
        assert room.now(card).text == card.text
