"""After a change of an entry, the messages that show it are corrected in place."""

from __future__ import annotations

import re

import discord
import pytest
import simcord
from correcting import actor, edit, first_listed, flushed, hide, known, last, offered, one_of, there
from moderating import Moderated, moderated
from simcord import ChannelHandle

from bot.model import Quote, Stat, Status
from bot.moderating import moderation
from bot.moderating.corrections import alone
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestUpdating:
    """Messages edited in place."""

    async def test_typed_and_slash(self, room: Moderated) -> None:
        """Whether an entry was shown after a typed or a slash command, its message shows the correction."""
        entry = await one_of(room, Quote)
        typed = await room.typed(f"!show {entry.id}", room.member)
        slash = await room.slash("show", room.member, id=str(entry.id))
        mine = await edit(room, entry.id, statement="Said in a corrected context.")

        offer = await offered(room, mine)
        done = await room.press(offer, "Update them")

        assert offer.hidden
        assert "shown in 2 messages" in offer.text
        assert f"/{room.here.channel.id}/{typed.message.id}" in offer.text
        assert "2 messages that showed" in done.text
        for card in (typed, slash):
            now = room.now(card)
            assert now.title.startswith(f"#{mine} ")
            assert "Said in a corrected context." in now.text
            assert "Corrected <t:" in now.text
        assert room.now(typed).buttons == typed.buttons

    @pytest.mark.parametrize("text", ["!search cities kind:events", "!search police"])
    async def test_search(self, room: Moderated, text: str) -> None:
        """What a search found is corrected in its order, with its title and pages; its words are not kept."""
        card = await room.typed(text, room.member)
        first = first_listed(card)
        mine = await edit(room, first, statement="Said in a corrected context.")

        await room.press(await offered(room, mine), "Update them")
        now = room.now(card)
        second = await room.press(now, "Next", room.member) if "Next" in card.buttons else now

        assert now.title == card.title
        assert now.footer == card.footer
        assert now.buttons == card.buttons
        assert "Said in a corrected context." in now.text
        numbers = [re.findall(r"`#(\d+)`", one.text.partition("Corrected <t:")[0]) for one in (card, now)]
        assert [str(mine) if one == str(first) else one for one in numbers[0]] == numbers[1]
        assert second.title == card.title
        async with room.store.read() as conn:
            asks = [row[0] for row in await conn.execute_fetchall("SELECT ask FROM posted")]
        assert asks
        assert not [ask for ask in asks if text.split()[1] in ask]

    async def test_buttons_work_on(self, room: Moderated) -> None:
        """The asker of a corrected list turns its pages in place, also after a restart; another one does not."""
        card = await room.typed("!timeline", room.member)
        mine = await edit(room, first_listed(card), title="A title put right")

        await room.press(await offered(room, mine), "Update them")
        await room.restart()
        corrected = room.now(card)
        theirs = await room.press(corrected, "Next", room.moderator)
        second = await room.press(corrected, "Next", room.member)

        assert "A title put right" in corrected.text
        assert theirs.hidden
        assert second.message.id == card.message.id
        assert "Page 2 of" in second.footer

    async def test_a_page_that_was_turned(self, room: Moderated) -> None:
        """A message whose page was turned counts for the entries that it shows now, and is corrected on that page."""
        card = await room.typed("!timeline", room.member)
        first = first_listed(card)
        second = await room.press(card, "Next", room.member)
        later = first_listed(second)
        mine = await edit(room, later, title="A title put right")

        nowhere = await offered(room, first)
        await room.press(await offered(room, mine), "Update them")

        assert "no message" in nowhere.text
        assert "A title put right" in room.now(card).text
        assert "Page 2 of" in room.now(card).footer

    async def test_random(self, room: Moderated) -> None:
        """A card drawn at random keeps its entry and is no new draw."""
        card = await room.typed("!random", room.member)
        [entry_id] = (await flushed(room))[card.message.id]
        async with room.store.write() as conn:
            mine, _ = await moderation.set_status(
                conn, actor(room), entry_id, Status.DISPUTED, "Doubted by its author.", discord.utils.utcnow()
            )

        await room.press(await offered(room, mine), "Update them")

        now = room.now(card)
        assert "Doubted by its author." in now.text
        assert now.title == card.title
        assert now.buttons == card.buttons

    async def test_chart(self, room: Moderated) -> None:
        """A comparison is drawn again."""
        card = await room.slash("compare", room.member, measure="deportations")
        mine = await edit(room, first_listed(card), figure="about 999,999 people")

        await room.press(await offered(room, mine), "Update them")

        now = room.now(card)
        assert "999,999" in now.text
        assert len(now.files) == 1
        assert now.files[0].id != card.files[0].id

    async def test_removed(self, room: Moderated) -> None:
        """What a server hides is named by its number and nothing else in the messages that were about it alone."""
        entry = await one_of(room, Stat)
        card = await room.typed(f"!show {entry.id}", room.member)
        await hide(room, entry.id)

        offer = await offered(room, entry.id)
        await room.press(offer, "Update them")

        now = room.now(card)
        assert "say that it was removed" in offer.text
        assert now.title == f"Removed: #{entry.id}"
        assert "moderators" in now.text
        assert not now.buttons
        assert str(entry.value) not in now.everything.replace(",", "")
        assert entry.statement not in now.everything

    async def test_removed_from_a_list(self, room: Moderated) -> None:
        """A list goes on without the entry, and says so."""
        card = await room.typed("!timeline", room.member)
        entry_id = first_listed(card)
        await hide(room, entry_id)

        await room.press(await offered(room, entry_id), "Update them")

        now = room.now(card)
        assert f"`#{entry_id}` was removed <t:" in now.text
        assert not [option for option in now.options if option.label.startswith(f"#{entry_id} ")]
        assert len(now.options) == len(card.options)

    async def test_restored(self, room: Moderated) -> None:
        """What is shown again comes back to the messages that it was taken from."""
        entry = await one_of(room, Quote)
        card = await room.typed(f"!show {entry.id}", room.member)
        await hide(room, entry.id)
        await room.press(await offered(room, entry.id), "Update them")
        async with room.store.write() as conn:
            await moderation.unhide(conn, actor(room), entry.id, discord.utils.utcnow())

        await room.press(await offered(room, entry.id), "Update them")

        assert room.now(card).title == card.title
        assert room.now(card).buttons == card.buttons

    async def test_correction_taken_back(self, room: Moderated) -> None:
        """When a correction is removed, its messages show what the pack says; they are found under both numbers."""
        entry = await one_of(room, Quote)
        before = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        after = await room.typed(f"!show {mine}", room.member)
        await room.press(await offered(room, mine), "Update them")
        async with room.store.write() as conn:
            await moderation.remove(conn, actor(room), mine, discord.utils.utcnow())

        offer = await offered(room, mine)
        corrected = room.now(before)
        await room.press(offer, "Update them")

        assert "2 messages" in offer.text
        assert corrected.title == after.title != before.title
        assert room.now(before).title == room.now(after).title == before.title

    async def test_gone(self, room: Moderated) -> None:
        """A message that was deleted is said to be gone, and forgotten."""
        entry = await one_of(room, Quote)
        deleted = await room.typed(f"!show {entry.id}", room.member)
        kept = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        await there(room.here.channel, deleted).delete()

        done = await room.press(await offered(room, mine), "Update them")

        assert "One message that showed" in done.text
        assert "One message was deleted meanwhile" in done.text
        assert deleted.message.id not in await known(room.store)
        assert "corrected context" in room.now(kept).text

    async def test_not_allowed(self, room: Moderated) -> None:
        """A channel that the bot may no longer see is named with what is missing, asked once, and others go on."""
        entry = await one_of(room, Quote)
        closed = room.here.guild.create_text_channel("closed")
        for _ in range(3):
            await room.member.send(closed, f"!show {entry.id}")
        card = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        await flushed(room)
        await close(room, closed)

        done = await room.press(await offered(room, mine), "Update them")

        assert f"I may not reach 3 messages in <#{closed.id}>" in done.text
        assert "View Channel" in done.text
        assert "corrected context" in room.now(card).text
        assert room.env.transcript().count(f"PATCH /channels/{closed.id}/messages") == 1

    async def test_failing(self, room: Moderated) -> None:
        """What Discord refuses for another reason is counted, and alone is tried again when it is pressed again."""
        entry = await one_of(room, Quote)
        closed = await room.typed(f"!show {entry.id}", room.member)
        card = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        path = f"/channels/{room.here.channel.id}/messages/{closed.message.id}"
        room.env.inject_error("PATCH", path, status=400, code=50083, message="Thread is archived")

        first = await room.press(await offered(room, mine), "Update them")
        unchanged = room.now(closed)
        corrected = room.now(card)
        second = await room.press(await offered(room, mine), "Update them")

        assert "One message could not be reached" in first.text
        assert "corrected context" in room.now(card).text
        assert "corrected context" not in unchanged.text
        assert "One message that showed" in second.text
        assert "corrected context" in room.now(closed).text
        assert room.now(card).text == corrected.text

    async def test_progress(self, room: Moderated) -> None:
        """With many messages it is said how far it is."""
        entry = await one_of(room, Quote)
        cards = [await room.slash("show", room.member, id=str(entry.id)) for _ in range(7)]
        mine = await edit(room, entry.id, statement="Said in a corrected context.")

        done = await room.press(await offered(room, mine), "Update them")

        assert "7 messages that showed" in done.text
        assert "5 of 7 messages so far" in room.env.transcript()
        assert all("corrected context" in room.now(card).text for card in cards)

    @pytest.mark.parametrize("way", ["Update them", "Reply with what changed"])
    async def test_one_at_a_time(self, room: Moderated, way: str) -> None:
        """Whoever presses while the messages are gone through is told so; afterwards it can be done again."""
        entry = await one_of(room, Quote)
        card = await room.slash("show", room.member, id=str(entry.id))
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        offer = await offered(room, mine)

        with alone(room.here.guild.id, f"#{mine}"):
            refused = await room.press(offer, way)
        unchanged = (room.now(card).text, last(room.here.channel).id)
        await room.press(offer, way)

        assert "are being corrected at this moment" in refused.content
        assert (room.now(card).text, last(room.here.channel).id) != unchanged


async def close(room: Moderated, channel: ChannelHandle) -> None:
    """Take a channel from the bot's sight."""
    bot_role = room.here.guild.default_role
    await room.env.bot.http.edit_channel_permissions(  # as an administrator would
        channel.id, bot_role.id, "0", str(discord.Permissions(view_channel=True).value), 0
    )
