"""What a digest would post, and posting it at once."""

from __future__ import annotations

import pytest
import simcord
from digesting import HOUR, MINUTE, NOW, create, log_of, posts, start
from moderating import Moderated, moderated

from bot.digest.editions import State
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestPosting:
    """Preview and now."""

    async def test_preview(self, room: Moderated) -> None:
        """The preview is what is then posted, with its chart, seen by the asker alone; it leaves no trace."""
        await start(room)

        preview = await room.slash("digest preview", digest="1")
        untouched = await log_of(room, 1)
        back = await room.press(preview, "Back to the digest")
        await room.env.advance_time(3 * MINUTE)

        [post] = posts(room)
        assert preview.hidden
        assert preview.text == post.text
        assert len(preview.files) == len(post.files) == 1
        assert preview.files[0].description == post.files[0].description
        assert "Nothing was posted" in preview.footer
        assert not untouched
        assert post.footer == "Digest 1 · No. 1"
        assert back.title == "News digest (digest 1)"
        assert not back.files

    async def test_now(self, room: Moderated) -> None:
        """An edition is posted at once when that is confirmed; a second click posts nothing more."""
        await start(room, time="12:00")
        asked = await room.slash("digest now", digest="1")
        before = posts(room)

        sent = await room.press(asked, "Post it now")
        yes = Action("digest.now.yes", 1, str(int(NOW.timestamp())))
        await room.press(await room.plant(custom_id(yes)), "Press")
        await room.env.advance_time(10)

        [post] = posts(room)
        [edition] = await log_of(room, 1)
        assert not before
        assert "on its way" in sent.text
        assert post.footer == "Digest 1 · No. 1"
        assert edition.state is State.POSTED

    async def test_now_while_the_clock_stands(self, room: Moderated) -> None:
        """It is posted before the answer is there, so that it is also on the local page, where no time passes."""
        await start(room, time="9:00")

        card = await room.press(await room.slash("digest now", digest="1"), "Post it now")

        assert len(posts(room)) == 1
        log = (await room.press(card, "Log")).text
        assert log.startswith("No. 1, asked for <t:")
        assert "[posted]" in log

    async def test_old_question(self, room: Moderated) -> None:
        """A question that was left open for an hour posts nothing."""
        await start(room, time="12:00")
        asked = await room.slash("digest now", digest="1")
        await room.env.advance_time(HOUR)

        refused = await room.press(asked, "Post it now")

        assert "too old" in refused.content
        assert not await log_of(room, 1)

    async def test_now_while_paused(self, room: Moderated) -> None:
        """What does not run posts nothing now either, and it is said how to go on."""
        await create(room)
        new = await room.slash("digest now", digest="1")
        await room.slash("digest resume", digest="1")
        await room.slash("digest pause", digest="1")

        paused = await room.slash("digest now", digest="1")

        assert "Start it first" in new.content
        assert "Resume it first" in paused.content

    async def test_nothing_new(self, room: Moderated) -> None:
        """A digest of new entries only says in show, preview and now that there is nothing."""
        card = await create(room)
        form = await room.press_form(card, "What goes in")
        await room.fill(form, None, card, rest="new")
        await room.slash("digest resume", digest="1")

        shown = await room.slash("digest show", digest="1")
        preview = await room.slash("digest preview", digest="1")
        now = await room.slash("digest now", digest="1")

        assert "it would be skipped" in shown.text
        assert "nothing to post" in preview.text
        assert "nothing to post now" in now.content
