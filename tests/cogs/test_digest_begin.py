"""Digests as moderators begin them: from the command or its form to the first post."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import simcord
from digesting import MINUTE, create, digests_of, only, posts, zone
from moderating import Moderated, moderated
from newsroom import seen

from bot.digest.catchup import CatchUp
from bot.digest.digests import MOST_DIGESTS
from bot.digest.schedule import DAILY, WEEKDAYS
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


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
