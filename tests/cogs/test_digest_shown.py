"""What the cards of a digest say when something is the matter with it, and what can be done about it from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import simcord
from digesting import MINUTE, create, log_of, pick, start
from moderating import Moderated, moderated
from newsroom import Seen

from bot.digest.editions import State
from bot.store.database import Database

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
