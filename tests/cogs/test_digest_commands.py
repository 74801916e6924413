"""How a digest is called: by number or name, completed or typed; and by moderators alone."""

from __future__ import annotations

from datetime import time

import pytest
import simcord
from digesting import VERBS, create, digests_of, only, start
from moderating import Moderated, moderated

from bot.client import Dateline
from bot.moderating.actions import Action, custom_id
from bot.store.database import Database
from cogs.actions import ACTIONS

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


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
