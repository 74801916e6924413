"""Digests as moderators begin them, look at them, stop them and post them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import simcord
from digesting import DAY, HOUR, MINUTE, create, deny, digests_of, log_of, me, only, posts, start
from moderating import Moderated, moderated
from newsroom import seen

from bot.client import Dateline
from bot.digest.catchup import CatchUp
from bot.digest.digests import MOST_DIGESTS
from bot.digest.editions import State
from bot.digest.schedule import DAILY, WEEKDAYS
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database
from bot.store.settings import upsert_setting
from cogs.actions import ACTIONS

pytestmark = pytest.mark.simcord(shard_count=1)

VERBS = ("show", "edit", "pause", "resume", "delete", "preview", "now", "log", "restore")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def zone(room: Moderated, name: str) -> None:
    """Let the first server keep to the clocks of a zone."""
    async with room.store.write() as conn:
        await upsert_setting(conn, room.here.guild.id, "zone", name)


class TestBegin:
    """From the command to the first post."""

    async def test_nothing_is_posted_before_it_is_started(self, room: Moderated) -> None:
        """A digest that is being set up posts nothing when it is due; once started, it posts at its hour, once."""
        card = await create(room)
        await room.env.advance_time(3 * MINUTE)
        before = posts(room)

        started = await room.press(card, "Start")
        await room.env.advance_time(5 * MINUTE)
        meanwhile = posts(room)
        form = await room.press_form(await room.slash("digest edit", digest="1"), "Words and time")
        await room.fill(form, time="0:10")
        await room.env.advance_time(5 * MINUTE)

        assert card.hidden
        assert "not started" in card.text
        assert not before
        assert "The next post" in started.text
        assert not meanwhile
        assert [post.footer for post in posts(room)] == ["Digest 1 · No. 1"]

    async def test_what_comes_after_the_start(self, room: Moderated) -> None:
        """From the word that it is started, one comes to its next posts and whether they will go through."""
        started = await room.press(await create(room), "Start")

        shown = await room.press(started, "Back to the digest")

        assert "Next 5 posts, in UTC" in shown.text
        assert "Will the next post go through?\nYes." in shown.everything

    async def test_defaults(self, room: Moderated) -> None:
        """What is left out: the server's zone, every day, two figures, two quotations, an event, corrections."""
        await zone(room, "America/Chicago")

        await create(room, time="9:30 pm")

        digest = await only(room)
        assert (digest.at, digest.zone, digest.days) == (time(21, 30), "America/Chicago", DAILY)
        assert (digest.stats, digest.quotes, digest.events) == (2, 2, 1)
        assert (digest.corrections, digest.only_new, digest.thread, digest.role_id) == (True, False, False, 0)
        assert (digest.catch_up, digest.window) == (CatchUp.LATEST, timedelta(hours=6))
        assert digest.created_by == room.moderator.id
        assert digest.channel_id == room.here.channel.id

    async def test_words_are_understood(self, room: Moderated) -> None:
        """A zone may be given as a city, days in words."""
        await create(room, time="9", zone="chicago", days="Monday to Friday")

        digest = await only(room)
        assert (digest.at, digest.zone, digest.days) == (time(9), "America/Chicago", WEEKDAYS)

    @pytest.mark.parametrize(
        ("typed", "label", "zone"), [("EST", "New York", "America/New_York"), ("-6", "Chicago", "America/Chicago")]
    )
    async def test_unclear_zone(self, room: Moderated, typed: str, label: str, zone: str) -> None:
        """An abbreviation or an offset is answered with the zones to choose from; the rest is kept."""
        asked = await create(room, time="9:30", zone=typed, days="mon,wed")
        before = await digests_of(room)

        await room.pick(asked, label)

        digest = await only(room)
        assert asked.title == "Which time zone?"
        assert not before
        assert (str(digest.days), digest.at, digest.zone) == ("mon,wed", time(9, 30), zone)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [({"time": "25:00"}, "no time of day"), ({"days": "someday"}, "names no days"), ({"zone": "zzzz"}, "No zone")],
    )
    async def test_fault(self, room: Moderated, wrong: dict[str, str], said: str) -> None:
        """What cannot be understood is named, and the form has everything as it was typed."""
        given = {"time": "9:30", "zone": "Chicago", "days": "mon,wed"} | wrong

        refused = await create(room, **given)
        form = await room.press_form(refused, "Back to the form")
        card = await room.fill(form, None, refused, time="8:00", zone="Asia/Tokyo", days="daily")

        understood = {"time": "09:30", "zone": "America/Chicago", "days": "mon,wed"}
        assert said in refused.text
        assert form.values == {"channel": str(room.here.channel.id)} | understood | wrong
        assert card.title == "News digest (digest 1)"
        assert (await only(room)).zone == "Asia/Tokyo"

    async def test_every_fault(self, room: Moderated) -> None:
        """All that is wrong is named at once, with the zones to choose from; what was picked is then in the form."""
        refused = await create(room, time="25:00", zone="-5", days="someday")

        picked = await room.pick(refused, "New York")
        form = await room.press_form(picked, "Back to the form")

        assert refused.title == "Which time zone?"
        for said in ("-5 is an offset", "“25:00” is no time of day", "“someday” names no days"):
            assert said in refused.text.replace("\\-", "-")
        assert "“25:00” is no time of day" in picked.text
        assert "“someday” names no days" in picked.text
        assert form.values["zone"] == "America/New_York"
        assert form.values["days"] == "someday"

    async def test_form(self, room: Moderated) -> None:
        """Without options a form asks for channel, time, zone and days, and begins with what is usual."""
        await zone(room, "America/Chicago")
        other = room.here.guild.create_text_channel("elsewhere")

        form = await room.slash_form("digest create")
        card = await room.fill(form, None, None, channel=str(other.id), time="9:00")

        usual = {"channel": str(room.here.channel.id), "time": "", "zone": "America/Chicago", "days": "daily"}
        assert form.title == "A new digest"
        assert form.values == usual
        assert card.hidden
        assert (await only(room)).channel_id == other.id

    async def test_part_of_the_options(self, room: Moderated) -> None:
        """What was given already is filled in."""
        other = room.here.guild.create_text_channel("elsewhere")

        form = await room.slash_form("digest create", channel=other, days="weekdays", zone="Tokyo")

        assert form.values == {"channel": str(other.id), "time": "", "zone": "Tokyo", "days": "weekdays"}

    @pytest.mark.parametrize("by_form", [True, False])
    async def test_preview_of_the_first_post(self, room: Moderated, *, by_form: bool) -> None:
        """With the first card comes the first post as it would be, for the asker alone; nothing is noted of it."""
        before = room.here.channel.history(viewer=room.moderator)
        if by_form:
            card = await room.fill(await room.slash_form("digest create"), None, None, time="0:01")
        else:
            card = await create(room)
        shown = [one for one in room.here.channel.history(viewer=room.moderator) if one not in before]

        await room.press(card, "Start")
        await room.env.advance_time(3 * MINUTE)

        [post] = posts(room)
        first, preview = map(seen, shown)
        assert first.title == "News digest (digest 1)"
        assert preview.hidden
        assert preview.text == post.text
        assert preview.footer == "Preview of No. 1 of digest 1. Nothing was posted."
        assert len(preview.files) == len(post.files) == 1
        assert room.here.channel.history(viewer=room.member) == [*before, post.message]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("JST", "“JST” is the time zone Asia/Tokyo: Tokyo, Japan (09:00 now)."),
            ("+5:45", "“+5:45” is the time zone Asia/Kathmandu: Kathmandu, Nepal (05:45 now)."),
            ("chicago", "“chicago” is the time zone America/Chicago: Chicago, United States (18:00 now)."),
        ],
    )
    async def test_zone_that_was_understood(self, room: Moderated, typed: str, said: str) -> None:
        """In other words than its IANA name, the card says which zone was taken; else there is nothing to say."""
        card = await create(room, zone=typed)
        plain = await create(room, zone="Asia/Tokyo")

        assert said in card.text.replace("\\_", "_")
        assert "Understood" not in plain.text

    async def test_each_has_a_name(self, room: Moderated) -> None:
        """A further digest has a number in its name, the lowest that is free."""
        for _ in range(3):
            await create(room)
        await room.press(await room.slash("digest delete", digest="2"), "Delete")

        await create(room)

        assert [one.name for one in await digests_of(room)] == ["News digest", "News digest 3", "News digest 2"]

    async def test_limit(self, room: Moderated) -> None:
        """How many a server can have is said; another server has its own."""
        for _ in range(MOST_DIGESTS):
            await create(room)

        refused = await create(room)
        elsewhere = await create(room, room.elsewhere.moderator, channel=room.elsewhere.channel)

        assert f"This server has {MOST_DIGESTS} digests" in refused.text
        assert len(await digests_of(room)) == MOST_DIGESTS
        assert "not started" in elsewhere.text

    async def test_restart(self, room: Moderated) -> None:
        """What was begun goes on after a restart, from the card that is still there."""
        card = await create(room)
        await room.restart()

        started = await room.press(card, "Start")

        assert "It is started." in started.text


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


class TestWhich:
    """How a digest is named."""

    async def test_by_name(self, room: Moderated) -> None:
        """A name finds it, whatever its case."""
        await create(room)

        one = await room.slash("digest show", digest="news DIGEST")

        assert one.title == "News digest (digest 1)"

    async def test_two_of_one_name(self, room: Moderated) -> None:
        """Of two with one name, the numbers are asked for, and where and when each is posted tells them apart."""
        other = room.here.guild.create_text_channel("_news_")
        await create(room, time="9:00")
        card = await create(room, channel=other, time="10:00", days="weekdays")
        await room.fill(await room.press_form(card, "Words and time"), None, card, name="News digest")

        asked = await room.slash("digest show", digest="News digest")
        typed = await room.typed("!digest show News digest")
        offered = await room.moderator.autocomplete(room.here.channel, "digest show", "digest", "news")

        said = (
            "Several digests are called “News digest”: 1 (in #dateline, every day at 09:00, UTC), 2 (in #\\_news\\_, "
        )
        assert asked.content.startswith(f"{said}every weekday at 10:00, UTC). Give a number.")
        assert "(in #dateline, every day at 09:00, UTC)" in typed.content
        assert [choice["name"] for choice in offered] == [
            "1: News digest · in #dateline, every day at 09:00, UTC",
            "2: News digest · in #_news_, every weekday at 10:00, UTC",
        ]

    async def test_ten_of_one_name(self, room: Moderated) -> None:
        """As many as there can be of one name, where all names are the longest, are told apart, typed too."""
        news = room.here.guild.create_text_channel("n_" * 50)
        for number in range(1, 11):
            card = await create(room, channel=news, days="monthly:30", zone="America/Argentina/ComodRivadavia")
            form = await room.press_form(card, "Words and time")
            await room.fill(form, None, None, name="The news") if number > 1 else None

        asked = await room.slash("digest show", digest="the news")
        typed = await room.typed("!digest show the news")

        for said in (asked.content, typed.content):
            assert all(f"{number} (in #n" in said for number in range(2, 11))
            assert said.endswith("Give a number.")

    @pytest.mark.parametrize("verb", VERBS)
    async def test_another_servers(self, room: Moderated, verb: str) -> None:
        """Another server's digest is answered like one that does not exist, whether by number, name or button."""
        await start(room)
        theirs = room.elsewhere.moderator

        by_number = await room.slash(f"digest {verb}", theirs, digest="1")
        missing = await room.slash(f"digest {verb}", theirs, digest="99")
        by_name = await room.slash(f"digest {verb}", theirs, digest="News digest")
        planted = await room.plant(custom_id(Action(f"digest.{verb}", 1)), room.elsewhere)
        pressed = await room.press(planted, "Press", theirs)

        assert by_number.content == missing.content.replace("99", "1") == pressed.content
        assert "There is no digest" in by_name.content
        assert [digest.paused_at for digest in await digests_of(room)] == [None]

    async def test_completion(self, room: Moderated) -> None:
        """A moderator is offered the digests of the server; a member, or another server, is not."""
        await create(room)
        choices = room.moderator.autocomplete(room.here.channel, "digest show", "digest", "news")

        offered = [choice["name"] for choice in await choices]
        theirs = await room.elsewhere.moderator.autocomplete(room.elsewhere.channel, "digest show", "digest", "")

        assert offered == ["1: News digest"]
        assert theirs == []

    @pytest.mark.parametrize(
        ("option", "typed", "value"),
        [
            ("zone", "eastern", "America/New_York"),
            ("zone", "EST", "America/New_York"),
            ("zone", "mumb", "Asia/Kolkata"),
            ("time", "9:30 pm", "21:30"),
            ("time", "", "07:00"),
            ("days", "mon, wed", "mon,wed"),
            ("days", "week", "weekdays"),
        ],
    )
    async def test_suggestions(self, room: Moderated, option: str, typed: str, value: str) -> None:
        """Zone, time and days are completed to what is understood."""
        choices = await room.moderator.autocomplete(room.here.channel, "digest create", option, typed)

        assert value in [choice["value"] for choice in choices]


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


class TestWho:
    """Only moderators."""

    async def test_members(self, room: Moderated) -> None:
        """A member can do none of it, neither by slash, typed, nor by a button of somebody else."""
        await start(room)
        deeds = [name for name in ACTIONS if name.startswith("digest.")]
        bot = room.env.bot
        assert isinstance(bot, Dateline)
        [command] = [one for one in await bot.tree.fetch_commands() if one.name == "digest"]
        room.here.guild.set_command_permissions(command, {room.member: True})

        slash = [await room.slash(f"digest {verb}", room.member, digest="1") for verb in VERBS]
        slash.append(await create(room, room.member))
        typed = [await room.typed(f"!digest {verb} 1", room.member) for verb in (*VERBS, "list", "create", "")]
        pressed = [
            await room.press(await room.plant(custom_id(Action(name, 1, "0"))), "Press", room.member) for name in deeds
        ]
        offered = await room.member.autocomplete(room.here.channel, "digest show", "digest", "")

        assert len(deeds) >= 18
        for refused in (*slash, *typed, *pressed):
            assert "This is for moderators" in refused.content
        assert offered == []
        assert (await only(room)).paused_at is None

    async def test_moderators_by_role(self, room: Moderated) -> None:
        """Who moderates by a role that the settings name can begin and start a digest."""
        command = [one for one in await room.env.bot.tree.fetch_commands() if one.name == "digest"]  # type: ignore[attr-defined]
        room.here.guild.set_command_permissions(command[0], {room.keeper: True})

        card = await create(room, room.keeper)
        started = await room.press(card, "Start", room.keeper)

        assert "It is started." in started.text
        assert (await only(room)).created_by == room.keeper.id


class TestTyped:
    """`!digest …`."""

    @pytest.mark.parametrize("verb", VERBS)
    async def test_verbs(self, room: Moderated, verb: str) -> None:
        """Each is answered with a button that does what the slash command does, by number or by name."""
        await start(room)

        by_number = await room.typed(f"!digest {verb} 1")
        by_name = await room.typed(f"!digest {verb} news digest")
        shown = await room.press(by_name, by_name.buttons[0])

        assert by_number.buttons == by_name.buttons
        assert shown.hidden
        assert "Something went wrong" not in shown.everything

    async def test_create(self, room: Moderated) -> None:
        """A form opens, for the channel that is named, with the time that was typed."""
        other = room.here.guild.create_text_channel("elsewhere")
        offered = await room.typed(f"!digest create <#{other.id}> 9:30")

        form = await room.press_form(offered, "A new digest")
        card = await room.fill(form)

        assert form.values == {"channel": str(other.id), "time": "9:30", "zone": "UTC", "days": "daily"}
        assert card.hidden
        assert (await only(room)).channel_id == other.id

    async def test_line(self, room: Moderated) -> None:
        """Channel, time, days and zone are found in what was typed; what is not understood is said."""
        other = room.here.guild.create_text_channel("news")

        offered = await room.typed("!digest create #news 9:00 weekdays in Chicago please")
        form = await room.press_form(offered, "A new digest")
        await room.fill(form)

        digest = await only(room)
        assert "I did not understand “please”." in offered.text
        assert form.values == {"channel": str(other.id), "time": "9:00", "zone": "Chicago", "days": "weekdays"}
        assert (digest.channel_id, digest.at, digest.zone) == (other.id, time(9), "America/Chicago")

    async def test_unknown_channel(self, room: Moderated) -> None:
        """A channel that there is not is said to be unknown, and none is chosen for it."""
        offered = await room.typed("!digest create #nowhere 9:00")

        form = await room.press_form(offered, "A new digest")

        assert "I did not understand “#nowhere”." in offered.text
        assert (form.values["channel"], form.values["time"]) == ("", "9:00")

    async def test_here(self, room: Moderated) -> None:
        """Without a channel, it is the one in which that is typed."""
        form = await room.press_form(await room.typed("!digest create"), "A new digest")

        await room.fill(form, time="8")

        assert (await only(room)).channel_id == room.here.channel.id

    @pytest.mark.parametrize(("typed", "said"), [("show", "Say which digest"), ("show 99", "There is no digest 99")])
    async def test_unknown(self, room: Moderated, typed: str, said: str) -> None:
        """What does not exist is said at once."""
        assert said in (await room.typed(f"!digest {typed}")).content

    async def test_help(self, room: Moderated) -> None:
        """Without anything known after it, it says what can be typed."""
        card = await room.typed("!digest")

        assert "`!digest create #news 9:00 weekdays`" in card.text

    async def test_list(self, room: Moderated) -> None:
        """The list is offered too."""
        card = await room.press(await room.typed("!digest list"), "All digests")

        assert "no digest yet" in card.text
