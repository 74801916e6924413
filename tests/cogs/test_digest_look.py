"""What moderators see of their digests: the list, the card of one, and its log."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import simcord
from digesting import DAY, MINUTE, create, deny, log_of, me, posts, start, zone
from moderating import Moderated, moderated

from bot.digest.digests import MOST_DIGESTS
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestLooking:
    """List, show and log."""

    async def test_show(self, room: Moderated) -> None:
        """The next five posts stand there in words, by the server's clocks, and as Discord's timestamps."""
        await zone(room, "Asia/Tokyo")
        await start(room, time="9:00", zone="Chicago", days="weekdays")

        card = await room.slash("digest show", digest="1")

        due = [datetime(2026, 1, day, 15, tzinfo=UTC) for day in (1, 2, 5, 6, 7)]
        assert card.hidden
        assert [int(found) for found in re.findall(r"· <t:(\d+):F>", card.text)] == [int(at.timestamp()) for at in due]
        assert "Next 5 posts, in Asia/Tokyo" in card.text
        assert "Friday, 2 January 2026, 00:00 · <t:" in card.text
        assert "every weekday at 09:00, America/Chicago" in card.text
        assert re.search(r"2 figures, 2 quotations, 1 event: \d,\d{3} of 6,000 characters", card.text)
        assert "Will the next post go through?\n**Yes.**" in card.text
        for right in ("View Channel", "Send Messages", "Embed Links", "Attach Files", "Read Message History"):
            assert f"✓ {right}: granted" in card.text

    async def test_size_is_that_of_the_post(self, room: Moderated) -> None:
        """The size that is shown is that of what is then posted."""
        await start(room)

        card = await room.slash("digest show", digest="1")
        await room.env.advance_time(3 * MINUTE)

        [post] = posts(room)
        assert f"{len(post.message.embeds[0]):,} of 6,000 characters" in card.text  # type: ignore[union-attr]

    async def test_list(self, room: Moderated) -> None:
        """The list says of each where, when and whether it runs, and opens one."""
        empty = await room.slash("digest list")
        await start(room, time="9:00")
        await create(room, time="18:00", days="monthly:31")
        await room.slash("digest pause", digest="1")

        card = await room.slash("digest list")
        opened = await room.pick(card, "2:")

        assert "/digest create" in empty.text
        assert "every day at 09:00, UTC · **paused:** A moderator paused it." in card.text
        assert "on the last day of every month at 18:00, UTC · **not started**" in card.text
        assert f"2 of at most {MOST_DIGESTS}" in card.footer
        assert opened.title == "News digest 2 (digest 2)"

    async def test_the_longest_list(self, room: Moderated) -> None:
        """As many as there can be, all with the longest names, days and reasons, are listed."""
        news = room.here.guild.create_text_channel("n" * 100)
        for number in range(10):
            card = await create(room, channel=news, days="monthly:30", zone="America/Argentina/ComodRivadavia")
            form = await room.press_form(card, "Words and time")
            await room.fill(form, None, None, name=f"{number} " + "_*" * 49)
            await room.press(await room.slash("digest edit", digest=str(number + 1)), "Start")
        room.env.inject_error("POST", f"/channels/{news.id}/messages", status=503, times=None)
        for number in range(10):
            question = await room.slash("digest now", digest=str(number + 1))
            await room.press(question, "Post it now")
        await room.env.advance_time(MINUTE)
        await deny(room, news, me(room), send_messages=True)
        async with room.store.write() as conn:
            await conn.execute("UPDATE digest SET paused_at = 1, paused_reason = ?", (f"I need it in #{'n' * 180}.",))

        card = await room.slash("digest list")

        assert card.text.count("is delayed") == card.text.count("paused:") == 10
        assert card.footer == "10 of at most 10"

    async def test_log(self, room: Moderated) -> None:
        """The log has what was posted, with a link, what was late, skipped and failed, and why; newest first."""
        await start(room)
        empty = await room.slash("digest log", digest="1")
        await room.env.advance_time(3 * MINUTE)

        card = await room.slash("digest log", digest="1")

        [edition] = await log_of(room, 1)
        link = f"https://discord.com/channels/{room.here.guild.id}/{room.here.channel.id}/{edition.message_id}"
        assert "Nothing was due" in empty.text
        assert f"No. 1, due <t:{int(edition.due_at.timestamp())}:f>: [posted]({link}) on time" in card.text

    async def test_log_of_what_went_wrong(self, room: Moderated) -> None:
        """An edition that the channel refused is there as failed, with the reason; the digest is shown as paused."""
        await start(room)
        await deny(room, room.here.channel, me(room), send_messages=True)
        await room.env.advance_time(3 * MINUTE)

        card = await room.slash("digest log", digest="1")
        shown = await room.slash("digest show", digest="1")

        assert re.search(r"\*\*failed\.\*\* I need Send Messages in #\w+\.", card.text)
        assert "**It is paused**" in shown.text
        assert "**No:** it is paused." in shown.text
        assert "✗ Send Messages: missing" in shown.text
        assert "Resume" in shown.buttons

    @pytest.mark.parametrize(
        ("times", "said"), [(1, "on time\n"), (9, "minutes. Discord answered with an error (503).")]
    )
    async def test_log_of_what_was_late(self, room: Moderated, times: int, said: str) -> None:
        """Of one that Discord did not take at first, it is there why it was late, if it was."""
        await start(room)
        room.env.inject_error("POST", f"/channels/{room.here.channel.id}/messages", status=503, times=times)

        await room.env.advance_time(20 * MINUTE)

        assert said in (await room.slash("digest log", digest="1")).everything

    async def test_pages_of_the_log(self, room: Moderated) -> None:
        """Ten editions stand on a page."""
        await start(room)
        async with room.store.write() as conn:
            await conn.executemany(
                "INSERT INTO digest_edition (digest_id, guild_id, due_at, state, reason) "
                "VALUES (1, ?, ?, 'skipped', 'The bot was not running at that time.')",
                [(room.here.guild.id, day * DAY) for day in range(1, 13)],
            )

        first = await room.slash("digest log", digest="1")
        second = await room.press(first, "Older")
        back = await room.press(second, "Newer")

        assert first.text.count("**skipped.** The bot was not running") == 10
        assert second.text.count("**skipped.**") == 2
        assert "12 editions · page 2 of 2" in second.footer
        assert second.disabled == ("Older",)
        assert back.text == first.text
