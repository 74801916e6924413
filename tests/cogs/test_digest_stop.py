"""Digests are paused, resumed, deleted and restored."""

from __future__ import annotations

from datetime import timedelta

import pytest
import simcord
from digesting import DAY, MINUTE, NOW, create, digests_of, only, posts, start
from moderating import Moderated, moderated

from bot.digest.digests import MOST_DIGESTS
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestStopping:
    """Pause, resume, delete."""

    async def test_pause(self, room: Moderated) -> None:
        """While it is paused nothing is posted, and nothing is made up when it is resumed."""
        await start(room)

        paused = await room.slash("digest pause", digest="1")
        await room.env.advance_time(3 * MINUTE)
        again = await room.slash("digest pause", digest="1")
        resumed = await room.press(paused, "Resume")
        await room.env.advance_time(3 * MINUTE)

        assert "It is paused" in paused.text
        assert "is paused already" in again.content
        assert "It runs again." in resumed.text
        assert f"<t:{int((NOW + timedelta(days=1, minutes=1)).timestamp())}:F>" in resumed.text
        assert not posts(room)

    async def test_resume_from_the_notice(self, room: Moderated) -> None:
        """The button of a public notice resumes it, and answers who pressed it alone."""
        await start(room)
        await room.slash("digest pause", digest="1")

        answer = await room.press(await room.plant(custom_id(Action("digest.resume", 1))), "Press")

        assert answer.hidden
        assert (await only(room)).paused_at is None

    async def test_delete(self, room: Moderated) -> None:
        """It is asked first; what was deleted posts nothing, is in no list, and comes back with Undo."""
        await start(room)
        asked = await room.slash("digest delete", digest="1")
        kept = await digests_of(room)

        gone = await room.press(asked, "Delete")
        await room.env.advance_time(3 * MINUTE)
        listed = await room.slash("digest list")
        back = await room.press(gone, "Undo")

        assert len(kept) == 1
        assert "no digest yet" in listed.text
        assert not posts(room)
        assert back.title == "News digest (digest 1)"
        assert (await only(room)).paused_at is None

    async def test_restore(self, room: Moderated) -> None:
        """What was deleted is restored by a command too, for as long as is said; it runs on, and is offered no more."""
        await start(room)
        await create(room)
        gone = [await room.press(await room.slash("digest delete", digest=id_), "Delete") for id_ in ("1", "2")]
        await room.restart()
        offered = await room.moderator.autocomplete(room.here.channel, "digest restore", "digest", "")

        back = await room.slash("digest restore", digest="1")
        new = await room.press(await room.typed("!digest restore news digest 2"), "Restore digest 2")
        again = await room.slash("digest restore", digest="1")
        left = await room.moderator.autocomplete(room.here.channel, "digest restore", "digest", "")
        await room.env.advance_time(3 * MINUTE)

        assert "For 90 days, /digest restore 1 brings it back." in gone[0].text
        assert [choice["name"] for choice in offered] == ["2: News digest 2", "1: News digest"]
        assert back.title == again.title == "News digest (digest 1)"
        assert "It runs" in back.text
        assert "not started" in new.text
        assert left == []
        assert len(posts(room)) == 1

    async def test_restore_after_too_long(self, room: Moderated) -> None:
        """What was deleted longer ago is gone."""
        await start(room)
        gone = await room.press(await room.slash("digest delete", digest="1"), "Delete")
        room.env.backend.clock.advance(91 * DAY)

        refused = await room.slash("digest restore", digest="1")
        undone = await room.press(gone, "Undo")

        assert (
            refused.content
            == undone.content
            == ("There is no digest 1 that was deleted in this server in the last 90 days.")
        )
        assert await digests_of(room) == []

    async def test_restore_where_there_is_no_room(self, room: Moderated) -> None:
        """Where a server has as many as it can have meanwhile, that is said."""
        await create(room)
        gone = await room.press(await room.slash("digest delete", digest="1"), "Delete")
        for _ in range(MOST_DIGESTS):
            await create(room)

        assert f"This server has {MOST_DIGESTS} digests" in (await room.press(gone, "Undo")).content

    async def test_cancel(self, room: Moderated) -> None:
        """Whoever does not want to delete it is back at the digest."""
        await start(room)

        card = await room.press(await room.slash("digest delete", digest="1"), "Cancel")

        assert "It runs" in card.text
        assert len(await digests_of(room)) == 1
