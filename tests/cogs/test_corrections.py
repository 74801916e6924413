"""Corrections that travel: after a change of an entry, the messages that show it can be corrected too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

import discord
import pytest
import simcord
from moderating import Moderated, moderated
from newsroom import Seen, seen
from simcord import ChannelHandle

from bot.answers.asks import encode
from bot.client import Dateline
from bot.model import Actor, Ask, Command, Event, Quote, Stat, Status
from bot.moderating import moderation, posted
from bot.moderating.actions import Action, custom_id
from bot.moderating.corrections import alone, forget_asker
from bot.store import entries
from bot.store.database import Database
from bot.store.posted import Posted, insert

pytestmark = pytest.mark.simcord(shard_count=1)

E = TypeVar("E", Stat, Quote, Event)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


def actor(room: Moderated) -> Actor:
    """Return the moderator as the rules know people."""
    return Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset())


async def edit(room: Moderated, entry_id: int, **fields: str) -> int:
    """Change an entry and return the id of what holds the change."""
    async with room.store.write() as conn:
        return (await moderation.edit(conn, actor(room), entry_id, fields, discord.utils.utcnow())).entry_id


async def hide(room: Moderated, entry_id: int) -> None:
    """Hide a shared entry."""
    async with room.store.write() as conn:
        await moderation.hide(conn, actor(room), entry_id, discord.utils.utcnow())


async def offered(room: Moderated, entry_id: int) -> Seen:
    """Open what is offered after a change."""
    planted = await room.plant(custom_id(Action("corrections.offer", entry_id)))
    return await room.press(planted, "Press")


async def one_of(room: Moderated, kind: type[E]) -> E:
    """Return the first entry of a kind."""
    async with room.store.read() as conn:
        for entry_id in range(1, 100):
            entry = await entries.select_by_id(conn, 0, entry_id)
            if isinstance(entry, kind):
                return entry
    raise AssertionError(kind)


async def known(store: Database) -> dict[int, set[int]]:
    """Return which entries each message is known to show."""
    async with store.read() as conn:
        rows = await conn.execute_fetchall("SELECT message_id, entry_id FROM posted ORDER BY message_id")
    found: dict[int, set[int]] = {}
    for message_id, entry_id in rows:
        found.setdefault(message_id, set()).add(entry_id)
    return found


def last(channel: ChannelHandle) -> discord.Message:
    """Return the newest message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


def replied_to(message: discord.Message) -> int | None:
    """Return which message this one replies to."""
    return message.reference.message_id if message.reference else None


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


class TestReplying:
    """Replies that say what has changed."""

    async def test_before_and_after(self, room: Moderated) -> None:
        """One reply in each channel, to the newest message there, says what was and what is; nobody is pinged."""
        entry = await one_of(room, Quote)
        second = room.here.guild.create_text_channel("second")
        await room.typed(f"!show {entry.id}", room.member)
        newest = await room.typed(f"!show {entry.id}", room.member)
        await room.member.send(second, f"!show {entry.id}")
        shown_there = last(second)
        mine = await edit(room, entry.id, statement="Said @everyone in a *corrected* context.")

        done = await room.press(await offered(room, mine), "Reply with what changed")

        here, there_ = last(room.here.channel), last(second)
        assert "2 replies" in done.text
        assert replied_to(here) == newest.message.id
        assert replied_to(there_) == shown_there.id
        assert f"Before: {entry.statement}"[:40] in seen(here).text
        assert "Now: Said @\u200beveryone in a \\*corrected\\* context." in seen(here).text
        assert not here.mentions
        assert not here.mention_everyone

    async def test_a_version_that_is_back(self, room: Moderated) -> None:
        """Of a version that is restored, the reply says in what it differs from the shared entry that was shown."""
        entry = await one_of(room, Stat)
        own = await edit(room, entry.id, note="Counted twice.")
        async with room.store.write() as conn:
            await moderation.remove(conn, actor(room), own, discord.utils.utcnow())
        await room.typed(f"!show {entry.id}", room.member)
        async with room.store.write() as conn:
            await moderation.restore(conn, actor(room), own, discord.utils.utcnow())

        await room.press(await offered(room, own), "Reply with what changed")

        reply = seen(last(room.here.channel))
        assert reply.title == f"Correction to #{entry.id}"
        assert f"Before: {entry.note}"[:40] in reply.text
        assert "Now: Counted twice." in reply.text

    async def test_removed(self, room: Moderated) -> None:
        """Of what was hidden, the reply says that and nothing more."""
        entry = await one_of(room, Quote)
        await room.typed(f"!show {entry.id}", room.member)
        await hide(room, entry.id)

        await room.press(await offered(room, entry.id), "Reply with what changed")

        reply = seen(last(room.here.channel))
        assert reply.title == f"Removed: #{entry.id}"
        assert entry.parts[0] not in reply.everything

    async def test_newest_is_gone(self, room: Moderated) -> None:
        """Where the newest message was deleted, the one before it is replied to."""
        entry = await one_of(room, Quote)
        older = await room.typed(f"!show {entry.id}", room.member)
        newest = await room.typed(f"!show {entry.id}", room.member)
        mine = await edit(room, entry.id, statement="Said in a corrected context.")
        offer = await offered(room, mine)
        await there(room.here.channel, newest).delete()

        await room.press(offer, "Reply with what changed")

        assert replied_to(last(room.here.channel)) == older.message.id

    async def test_nothing_changed(self, room: Moderated) -> None:
        """For an entry that was never changed, there is nothing to reply."""
        entry = await one_of(room, Quote)
        await room.typed(f"!show {entry.id}", room.member)

        offer = await offered(room, entry.id)
        reply = await room.plant(custom_id(Action("corrections.reply", entry.id, "last")))
        refused = await room.press(reply, "Press")

        assert "no message" in offer.text
        assert "has not been changed" in refused.content


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


class TestNoting:
    """What is remembered of what was shown."""

    async def test_after_a_moment(self, room: Moderated) -> None:
        """A message is noted some seconds after it was sent, and not before: no answer waits for it."""
        card = await room.typed("!timeline", room.member)
        before = await known(room.store)

        await room.env.advance_time(posted.FLUSH_SECONDS + 1)

        assert before == {}
        assert set(await known(room.store)) == {card.message.id}

    async def test_at_the_end(self, room: Moderated) -> None:
        """A stop writes what has been noted so far."""
        card = await room.slash("timeline", room.member)

        await room.env.bot.close()

        assert set(await known(room.store)) == {card.message.id}

    async def test_many_at_once(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """So many notes are written without waiting."""
        monkeypatch.setattr(posted, "FLUSH_AT", 3)

        cards = [await room.slash("timeline", room.member) for _ in range(3)]

        assert set(await known(room.store)) == {card.message.id for card in cards}

    async def test_only_public_answers(self, room: Moderated) -> None:
        """Neither a miss, nor what one person alone sees, nor a direct message is noted."""
        card = await room.typed("!timeline", room.member)
        await room.slash("stats", room.member, about="nobody knows this")
        await room.press(card, "Next", room.moderator)
        await room.member.user.send_dm("timeline")

        assert set(await flushed(room)) == {card.message.id}

    async def test_locked(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """While another program keeps the store to itself nothing is lost, and it is noted afterwards."""
        monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.0)
        async with room.store.write(content=False) as conn:
            await conn.execute("PRAGMA busy_timeout = 0")
        card = await room.typed("!timeline", room.member)
        async with Database(room.store.path) as other, other.write(content=False):
            nothing = await flushed(room)

        assert nothing == {}
        assert set(await flushed(room)) == {card.message.id}

    async def test_erased_asker(self, room: Moderated) -> None:
        """Of a person who wants to be forgotten, no message is remembered that names them as its asker."""
        await room.typed("!timeline", room.member)
        await room.typed("!stats chicago", room.member)
        kept = await room.typed("!timeline", room.keeper)
        await flushed(room)

        async with room.store.write(content=False) as conn:
            await forget_asker(conn, room.member.id)

        assert set(await known(room.store)) == {kept.message.id}

    async def test_erased_entry(self, room: Moderated) -> None:
        """An entry that is erased before its message is noted does not keep others from being noted."""
        card = await room.typed("!timeline", room.member)
        gone = first_listed(card)
        async with room.store.write(checked=False) as conn:
            await conn.execute("DELETE FROM entry WHERE id = :id", {"id": gone})

        noted = await flushed(room)

        assert gone not in noted[card.message.id]
        assert len(noted[card.message.id]) == len(card.options) - 1


async def flushed(room: Moderated) -> Mapping[int, set[int]]:
    """Let what was shown be noted, and return it."""
    bot = room.env.bot
    assert isinstance(bot, Dateline)
    await bot.posted.flush()
    return await known(room.store)


def first_listed(card: Seen) -> int:
    """Return the id of the first entry on a list."""
    return int(card.options[0].label.split()[0].removeprefix("#"))


def there(channel: ChannelHandle, card: Seen) -> discord.Message:
    """Return a message as it stands in a channel."""
    [message] = [one for one in channel.history() if one.id == card.message.id]
    return message


async def close(room: Moderated, channel: ChannelHandle) -> None:
    """Take a channel from the bot's sight."""
    bot_role = room.here.guild.default_role
    await room.env.bot.http.edit_channel_permissions(  # as an administrator would
        channel.id, bot_role.id, "0", str(discord.Permissions(view_channel=True).value), 0
    )
