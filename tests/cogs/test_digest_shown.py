"""What the cards of a digest say when something is the matter with it, and what can be done about it from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import simcord
from digesting import MINUTE, create, log_of, only, pick, start
from moderating import Moderated, moderated
from newsroom import Seen

from bot.digest.editions import State
from bot.store.database import Database

KINDS = ("stats", "quotes", "events")

pytestmark = pytest.mark.simcord(shard_count=1)

DUE = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def fill(room: Moderated, card: Seen, button: str, **given: str) -> Seen:
    """Open a form of a card, fill it in, and return what is then shown."""
    return await room.fill(await room.press_form(card, button), None, card, **given)


def refuse(room: Moderated, times: int) -> None:
    """Let Discord have a fault for so many posts."""
    path = f"/channels/{room.here.channel.id}/messages"
    room.env.inject_error("POST", path, status=503, times=times)


def stamp(moment: datetime) -> str:
    """Return how Discord is told of a moment."""
    return f"<t:{int(moment.timestamp())}:f>"


class TestLostZone:
    """A zone that this version does not know, as one from a newer version that was taken back."""

    @pytest.fixture
    async def lost(self, room: Moderated) -> Moderated:
        """Return the room with a digest whose zone is not known any more."""
        await start(room)
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest SET zone = 'Mars/Chicagou'")
        return room

    @pytest.mark.parametrize("verb", ["show", "preview", "now", "resume"])
    async def test_shown(self, lost: Moderated, verb: str) -> None:
        """The digest is shown with what is wrong, and another zone can be chosen there: first what is alike."""
        card = await lost.slash(f"digest {verb}", digest="1")

        chosen = await lost.pick(card, "Chicago")
        again = await lost.slash("digest show", digest="1")

        assert card.title == "News digest (digest 1)"
        assert "There is no time zone “Mars/Chicagou”" in card.text
        assert "**No.**" in card.text
        assert "What it would have" not in card.text
        assert "America/Chicago" in chosen.text.replace("\\_", "_")
        assert "There is no time zone" not in again.text
        assert "**Yes.**" in again.text

    async def test_anything_else(self, lost: Moderated) -> None:
        """Where nothing is alike, the best known zones are offered; the form takes any."""
        async with lost.store.write() as conn:
            await conn.execute("UPDATE digest SET zone = 'Mars/Xyzzyq'")

        card = await lost.slash("digest show", digest="1")
        edit = await lost.slash("digest edit", digest="1")
        changed = await fill(lost, edit, "Words and time", zone="tokyo")

        assert len(card.options) == 25
        assert "There is no time zone “Mars/Xyzzyq”" in edit.text
        assert "Asia/Tokyo" in changed.text

    async def test_list(self, lost: Moderated) -> None:
        """The list says so too."""
        card = await lost.slash("digest list")

        assert "no such time zone" in card.text

    async def test_paused_for_it(self, lost: Moderated) -> None:
        """When it was due it was paused; with another zone it is resumed."""
        await lost.env.advance_time(3 * MINUTE)
        paused = await lost.slash("digest show", digest="1")

        chosen = await lost.pick(paused, "Chicago")
        resumed = await lost.press(chosen, "Resume")

        assert "**No:** it is paused." in paused.text
        assert "It runs again." in resumed.text


class TestWaiting:
    """An edition that could not be posted yet."""

    async def test_shown(self, room: Moderated) -> None:
        """It is said which one is delayed, why, and until when it is tried; also in the list."""
        await start(room)
        refuse(room, 10)
        await room.env.advance_time(90)

        card = await room.slash("digest show", digest="1")
        listed = await room.slash("digest list")

        until = f"It is tried again until {stamp(DUE + timedelta(hours=6))}."
        said = f"The one due {stamp(DUE)} is delayed: Discord answered with an error (503). {until}"
        assert said in card.everything
        assert said in listed.everything

    async def test_no_longer(self, room: Moderated) -> None:
        """Once it is posted, nothing of it is said."""
        await start(room)
        refuse(room, 2)
        await room.env.advance_time(5 * MINUTE)

        card = await room.slash("digest show", digest="1")

        assert (await log_of(room, 1))[0].state is State.POSTED
        assert "delayed" not in card.text

    async def test_skip(self, room: Moderated) -> None:
        """A digest that skips what is late is tried for as long as it is on time."""
        await pick(room, await create(room), "late", "skip:360")
        await room.slash("digest resume", digest="1")
        refuse(room, 10)
        await room.env.advance_time(90)

        card = await room.slash("digest show", digest="1")

        assert f"It is tried again until {stamp(DUE + timedelta(minutes=5))}." in card.text


class TestNothing:
    """When there is nothing to post, it is said why."""

    async def test_subjects_are_gone(self, room: Moderated) -> None:
        """A digest about what there is no more says so, and where to choose something else."""
        await start(room)
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest SET subjects = '[999999]'")

        shown = await room.slash("digest show", digest="1")
        preview = await room.slash("digest preview", digest="1")
        now = await room.slash("digest now", digest="1")

        said = "What it is to be about is gone. Choose other subjects, or none, under What goes in."
        assert "About: nothing, as its subjects are gone" in shown.everything
        assert f"No.\n{said}" in shown.everything
        assert "something new" not in shown.text
        assert f"There is nothing to post at present. {said}" in preview.text
        assert f"There is nothing to post now. {said}" in now.content

    async def test_some_subjects_are_gone(self, room: Moderated) -> None:
        """Those that are left are named, and how many are not there any more."""
        card = await fill(room, await create(room), "What goes in", subjects="Chicago")
        [chicago] = (await only(room)).subjects
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest SET subjects = ?", (f"[{chicago}, 999998, 999999]",))

        shown = await room.slash("digest show", digest="1")

        assert "About: Chicago" in card.everything
        assert "About: Chicago, and 2 that are gone" in shown.everything

    async def test_nothing_new(self, room: Moderated) -> None:
        """A digest of what is new waits for that."""
        await fill(room, await create(room), "What goes in", rest="new")
        await room.slash("digest resume", digest="1")

        shown = await room.slash("digest show", digest="1")
        now = await room.slash("digest now", digest="1")

        assert "If there is something by then: at present it would be skipped. Nothing is new since" in shown.everything
        assert "There is nothing to post now. Nothing is new since the last post." in now.content

    @pytest.mark.parametrize(
        ("rest", "said"),
        [("new", "There was nothing new."), ("corrected", "There was nothing that it could carry.")],
    )
    async def test_log(self, room: Moderated, rest: str, said: str) -> None:
        """The log says why an edition was skipped for which there was nothing."""
        none = {"stats": "1", "quotes": "0", "events": "0"} if rest == "new" else dict.fromkeys(KINDS, "0")
        await fill(room, await create(room), "What goes in", rest=rest, **none)
        await room.slash("digest resume", digest="1")
        await room.env.advance_time(3 * MINUTE)

        log = await room.slash("digest log", digest="1")

        assert f"skipped. {said}" in log.everything

    async def test_nothing_at_all(self, room: Moderated) -> None:
        """A digest of everything for which there is nothing does not speak of what is new."""
        await fill(room, await create(room), "What goes in", stats="0", quotes="0", events="0")
        await room.slash("digest resume", digest="1")

        shown = await room.slash("digest show", digest="1")

        assert "What goes in: what was corrected\n" in shown.everything
        assert "at present it would be skipped. There is nothing that it could carry." in shown.everything


class TestWords:
    """How it is said."""

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "2 figures, 2 quotations and 1 event; what was corrected"),
            ({"rest": "turn"}, "2 figures, 2 quotations and 1 event"),
            ({"rest": "new"}, "2 figures, 2 quotations and 1 event, only new ones"),
            ({"rest": "new.corrected", "stats": "0", "events": "0"}, "2 quotations, only new ones; what was corrected"),
            ({"rest": "new.corrected", "stats": "0", "events": "0", "quotes": "0"}, "what was corrected"),
        ],
    )
    async def test_what_goes_in(self, room: Moderated, given: dict[str, str], said: str) -> None:
        """What goes in is one clear line; without entries there are none that could be new."""
        card = await fill(room, await create(room), "What goes in", **given)

        assert f"What goes in: {said}\n" in card.everything

    @pytest.mark.parametrize(
        ("minutes", "said"),
        [
            (6, "6 minutes"),
            (61, "1 hour and 1 minute"),
            (120, "2 hours"),
            (60 * 24 + 5, "1 day"),
            (10_079, "6 days and 23 hours"),
        ],
    )
    async def test_lateness(self, room: Moderated, minutes: int, said: str) -> None:
        """How late a post was is said as people would, in the two largest units."""
        await start(room)
        await room.env.advance_time(3 * MINUTE)
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest_edition SET posted_at = due_at + ?", (60 * minutes,))

        card = await room.slash("digest log", digest="1")

        assert f"late, by {said}\n" in f"{card.everything}\n"

    async def test_commas_between_subjects(self, room: Moderated) -> None:
        """Commas part subjects too, where the whole is no name."""
        card = await fill(room, await create(room), "What goes in", subjects="Chicago, boston; Tom Homan")
        refused = await fill(room, card, "What goes in", subjects="Chicago, Bostno")

        assert "→ Chicago, Boston, Tom Homan" in card.text
        assert "There is no subject called “Bostno” (did you mean Boston?)." in refused.text


class TestWays:
    """Where the buttons lead."""

    async def test_what_does_not_run_is_not_posted_now(self, room: Moderated) -> None:
        """A button that would refuse is not there."""
        await create(room)
        new = await room.slash("digest show", digest="1")
        await room.press(new, "Start")
        running = await room.slash("digest show", digest="1")
        await room.press(running, "Pause")
        paused = await room.slash("digest show", digest="1")

        assert "Post one now" in running.buttons
        assert "Post one now" not in (*new.buttons, *paused.buttons)

    async def test_cancel_while_it_is_set_up(self, room: Moderated) -> None:
        """Whoever does not want to delete what is being set up is back at setting it up."""
        await create(room)

        card = await room.press(await room.slash("digest delete", digest="1"), "Cancel")

        assert card.buttons == ("What goes in", "Words and time", "With a thread", "Preview", "Start")

    async def test_now_without_its_channel(self, room: Moderated) -> None:
        """Where the channel is gone, that is what is said, and how to choose another one; also if it paused it."""
        news = room.here.guild.create_text_channel("news")
        await start(room, channel=news)
        await room.env.bot.http.delete_channel(news.id)
        running = await room.slash("digest now", digest="1")
        await room.env.advance_time(3 * MINUTE)

        paused = await room.slash("digest now", digest="1")

        assert running.content == "The channel was deleted. Choose another one. /digest edit 1 does that."
        assert paused.content == f"{running.content} Then resume it."

    async def test_now_while_it_is_paused(self, room: Moderated) -> None:
        """It is said why it is paused."""
        await start(room)
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest SET paused_at = 1, paused_reason = 'I need Embed Links in #news.'")

        refused = await room.slash("digest now", digest="1")

        assert refused.content == "Digest 1 is paused. I need Embed Links in #news. Resume it first."

    async def test_now_with_a_lost_role(self, room: Moderated) -> None:
        """A role that was deleted is said to be that, and not to be mentioned."""
        role = room.here.guild.create_role("Readers", mentionable=True)
        await pick(room, await create(room), "role", role)
        await room.slash("digest resume", digest="1")
        before = await room.slash("digest now", digest="1")
        await room.env.bot.http.delete_role(room.here.guild.id, role.id)

        after = await room.slash("digest now", digest="1")
        shown = await room.slash("digest show", digest="1")

        assert f"It mentions <@&{role.id}>." in before.text
        assert "mentions" not in after.text
        assert "Yes, but not all of it.\nThe role to be mentioned was deleted" in shown.everything
