"""The card on which a digest is set up: each control and form changes what it shows, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import simcord
from digesting import MINUTE, chosen, create, log_of, only, pick, pick_form, posts, start
from moderating import Moderated, moderated
from newsroom import Seen
from test_entry_hostile import TEXTS

from bot.digest.catchup import CatchUp
from bot.digest.schedule import DAILY
from bot.store import names
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def filled(room: Moderated, card: Seen, button: str, **given: str) -> Seen:
    """Open a form of a card, fill it in, and return what is then shown."""
    return await room.fill(await room.press_form(card, button), None, card, **given)


async def about(room: Moderated) -> list[str]:
    """Return what the digest keeps to, by name."""
    ids = (await only(room)).subjects
    async with room.store.read() as conn:
        found = await names.select_prefix(conn, 0, "", kind=None, limit=1000)
    return [subject.name for id_ in ids for subject in found if subject.id == id_]


class TestControls:
    """What is picked is saved at once."""

    async def test_card(self, room: Moderated) -> None:
        """The card shows what is set, and every control stands at it."""
        card = await create(room, time="9:00", zone="Chicago", days="weekdays")

        assert "every weekday at 09:00, America/Chicago" in card.text
        assert chosen(card, "channel") == [str(room.here.channel.id)]
        assert chosen(card, "days") == ["weekdays"]
        assert chosen(card, "late") == ["latest:360"]
        assert chosen(card, "role") == []
        assert card.buttons == ("What goes in", "Words and time", "With a thread", "Preview", "Start")

    @pytest.mark.parametrize("kind", ["text", "news"])
    async def test_channel(self, room: Moderated, kind: str) -> None:
        """It is moved to another text or announcement channel, and posts there."""
        other = getattr(room.here.guild, f"create_{kind}_channel")("elsewhere")
        await start(room)

        card = await pick(room, await room.slash("digest edit", digest="1"), "channel", other)
        await room.env.advance_time(3 * MINUTE)

        assert f"<#{room.here.channel.id}> → <#{other.id}>" in card.text
        assert chosen(card, "channel") == [str(other.id)]
        assert not posts(room)
        assert len(posts(room, other)) == 1

    async def test_no_channel(self, room: Moderated) -> None:
        """Taking the channel out of the picker changes nothing."""
        card = await pick(room, await create(room), "channel")

        assert chosen(card, "channel") == [str(room.here.channel.id)]

    @pytest.mark.parametrize("line", ["daily", "mon", "sat,sun", "monthly:15"])
    async def test_days(self, room: Moderated, line: str) -> None:
        """Days are picked from the menu."""
        card = await pick(room, await create(room, days="weekdays"), "days", line)

        assert chosen(card, "days") == [line]
        assert str((await only(room)).days) == line

    async def test_other_days(self, room: Moderated) -> None:
        """Days that the menu does not have are typed, and stand in it from then on."""
        card = await create(room)

        form = await pick_form(room, card, "days", "other")
        card = await room.fill(form, None, card, days="Monday and Thursday")

        assert form.values == {"days": "daily"}
        assert chosen(card, "days") == ["mon,thu"]

    async def test_faulty_days(self, room: Moderated) -> None:
        """Days that are none are refused, and the form has them as they were typed."""
        card = await create(room)
        form = await pick_form(room, card, "days", "other")

        refused = await room.fill(form, None, card, days="every blue moon")
        again = await room.press_form(refused, "Back to the form")

        assert "names no days" in refused.text
        assert again.values == {"days": "every blue moon"}
        assert (await only(room)).days == DAILY

    @pytest.mark.parametrize(
        ("line", "policy", "hours"),
        [("skip:360", CatchUp.SKIP, 6), ("latest:60", CatchUp.LATEST, 1), ("all:10080", CatchUp.ALL, 168)],
    )
    async def test_late(self, room: Moderated, line: str, policy: CatchUp, hours: int) -> None:
        """What becomes of late ones is picked from the menu."""
        card = await pick(room, await create(room), "late", line)

        digest = await only(room)
        assert (digest.catch_up, digest.window) == (policy, timedelta(hours=hours))
        assert chosen(card, "late") == [line]

    async def test_another_span(self, room: Moderated) -> None:
        """A span of one's own is typed; one that is none is refused and comes back."""
        card = await create(room)
        form = await pick_form(room, card, "late", "other")

        refused = await room.fill(form, None, card, policy="all", window="8 days")
        again = await room.press_form(refused, "Back to the form")
        card = await room.fill(again, None, refused, window="90 min")

        assert form.values == {"policy": "latest", "window": "6 hours"}
        assert "from 5 minutes to 7 days" in refused.text
        assert again.values == {"policy": "all", "window": "8 days"}
        assert "all are posted, up to 90 minutes late" in card.text
        assert chosen(card, "late") == ["all:90"]

    async def test_role(self, room: Moderated) -> None:
        """A role is picked, mentioned by the post, and taken out again."""
        role = room.here.guild.create_role("Readers", mentionable=True)
        card = await create(room)

        card = await pick(room, card, "role", role)
        await room.press(card, "Start")
        await room.env.advance_time(3 * MINUTE)
        cleared = await pick(room, await room.slash("digest edit", digest="1"), "role")

        [post] = posts(room)
        assert f"**Mentions:** nobody → <@&{role.id}>" in card.text
        assert post.content == f"<@&{role.id}>"
        assert "→ nobody" in cleared.text
        assert (await only(room)).role_id == 0

    async def test_a_deleted_role(self, room: Moderated) -> None:
        """In Discord nobody can take out what a picker does not show, so a line says that nobody is mentioned then."""
        role = room.here.guild.create_role("Readers", mentionable=True)
        await pick(room, await create(room), "role", role)
        await room.env.bot.http.delete_role(room.here.guild.id, role.id)

        before = await room.slash("digest edit", digest="1")
        [nobody] = [option for option in before.options if option.label == "Mention nobody"]
        card = await pick(room, before, "role", nobody.value)

        assert "a role that was deleted → nobody" in card.text
        assert (await only(room)).role_id == 0
        assert "Mention nobody" not in [option.label for option in card.options]

    async def test_thread(self, room: Moderated) -> None:
        """A thread under each post is switched on and off."""
        card = await room.press(await create(room), "With a thread")
        on = (await only(room)).thread

        card = await room.press(card, "No thread")

        assert on
        assert "one is opened under each post → none" in card.text
        assert not (await only(room)).thread

    async def test_after_a_restart(self, room: Moderated) -> None:
        """The controls work after a restart."""
        card = await create(room)
        await room.restart()

        await pick(room, card, "days", "weekdays")

        assert str((await only(room)).days) == "weekdays"

    async def test_paused(self, room: Moderated) -> None:
        """A digest that is paused can be changed, stays paused, and can be resumed from its card."""
        await start(room)
        await room.slash("digest pause", digest="1")

        card = await pick(room, await room.slash("digest edit", digest="1"), "days", "weekdays")
        resumed = await room.press(card, "Resume")

        assert "**It is paused**" in card.text
        assert "It runs again." in resumed.text


class TestContents:
    """What goes in."""

    async def test_all(self, room: Moderated) -> None:
        """How many of each, which subjects, and which of them; the next post is made accordingly."""
        card = await create(room)
        form = await room.press_form(card, "What goes in")
        before = form.values

        card = await room.fill(
            form, None, card, stats="3", quotes="0", events="0", subjects="chicago; Tom Homan", rest="turn"
        )
        await room.press(card, "Start")
        await room.env.advance_time(3 * MINUTE)

        digest = await only(room)
        [post] = posts(room)
        assert before == {"stats": "2", "quotes": "2", "events": "1", "subjects": "", "rest": "corrected"}
        assert (digest.stats, digest.quotes, digest.events, digest.corrections) == (3, 0, 0, False)
        assert await about(room) == ["Chicago", "Tom Homan"]
        assert "**About:** everything → Chicago, Tom Homan" in card.text
        assert "Chicago" in post.text
        assert "Quotations" not in post.text

    @pytest.mark.parametrize(
        ("rest", "only_new", "corrections"),
        [("corrected", False, True), ("turn", False, False), ("new.corrected", True, True), ("new", True, False)],
    )
    async def test_rest(self, room: Moderated, rest: str, *, only_new: bool, corrections: bool) -> None:
        """Which of them is one choice of four, and is shown again as it was made."""
        card = await create(room)
        other = "turn" if rest == "corrected" else "corrected"
        await filled(room, card, "What goes in", rest=other)

        card = await filled(room, card, "What goes in", rest=rest)

        digest = await only(room)
        assert (digest.only_new, digest.corrections) == (only_new, corrections)
        assert (await room.press_form(card, "What goes in")).values["rest"] == rest

    async def test_unknown_subject(self, room: Moderated) -> None:
        """A name that is unknown is named, with what may be meant; nothing is saved, and the form has it all."""
        card = await create(room)
        typed = "Chicgo; Tom Homan; Gavin Newsom; Brandon Johnson; Philadelphia; Boston; Denver"

        refused = await filled(room, card, "What goes in", stats="5", subjects=typed)
        again = await room.press_form(refused, "Back to the form")
        card = await room.fill(again, None, refused, subjects=again.values["subjects"].replace("Chicgo", "chicago"))

        assert "“Chicgo” (did you mean Chicago?)" in refused.text
        assert again.values["stats"] == "5"
        assert sorted(again.values["subjects"].split("; ")) == sorted(typed.split("; "))
        assert (await only(room)).stats == 5
        assert len(await about(room)) == 7

    async def test_too_many_subjects(self, room: Moderated) -> None:
        """How many subjects there can be is said."""
        async with room.store.read() as conn:
            found = await names.select_prefix(conn, 0, "", kind=None, limit=30)
        typed = "; ".join(subject.name for subject in found)[:290].rpartition("; ")[0]

        refused = await filled(room, await create(room), "What goes in", subjects=typed)

        assert "10 subjects at most" in refused.text
        assert await about(room) == []

    async def test_empty_digest(self, room: Moderated) -> None:
        """A digest of nothing is refused, and the form has what was chosen."""
        card = await create(room)

        refused = await filled(room, card, "What goes in", stats="0", quotes="0", events="0", rest="turn")
        again = await room.press_form(refused, "Back to the form")

        assert "would be empty" in refused.text
        assert again.values == {"stats": "0", "quotes": "0", "events": "0", "subjects": "", "rest": "turn"}
        assert (await only(room)).stats == 2


class TestWords:
    """Words and time."""

    async def test_all(self, room: Moderated) -> None:
        """Name, time, zone and introduction are saved, and stand on the next post."""
        card = await create(room)
        form = await room.press_form(card, "Words and time")

        card = await room.fill(
            form, None, card, name="Evening news", time="0:02", zone="London", introduction="Good evening.\nThe news:"
        )
        await room.press(card, "Start")
        await room.env.advance_time(3 * MINUTE)

        digest = await only(room)
        [post] = posts(room)
        assert form.values == {"name": "News digest", "time": "00:01", "zone": "UTC", "introduction": ""}
        assert (digest.name, digest.at, digest.zone) == ("Evening news", time(0, 2), "Europe/London")
        assert card.title == post.title + " (digest 1)" == "Evening news (digest 1)"
        assert "Good evening.\nThe news:" in post.text

    async def test_faults(self, room: Moderated) -> None:
        """What is wrong is named and comes back as it was typed; the rest is saved, and said to be."""
        card = await create(room)

        refused = await filled(
            room, card, "Words and time", name="Evening", time="24:30", zone="Nowhere at all", introduction="x" * 1000
        )
        again = await room.press_form(refused, "Back to the form")
        await room.fill(again, None, refused, time="20:00", zone="UTC")

        digest = await only(room)
        assert "“24:30” is no time of day" in refused.text
        assert "“Nowhere at all”" in refused.text
        assert "Saved all the same\nname, introduction" in refused.text
        assert again.values == {
            "name": "Evening", "time": "24:30", "zone": "Nowhere at all", "introduction": "x" * 1000
        }  # fmt: skip
        assert (digest.name, digest.at, digest.zone) == ("Evening", time(20), "UTC")

    @pytest.mark.parametrize("typed", ["EST", "-5", "UTC-5"])
    async def test_unclear_zone(self, room: Moderated, typed: str) -> None:
        """An abbreviation or an offset is answered with the zones that may be meant; one is picked."""
        card = await create(room)

        asked = await filled(room, card, "Words and time", time="7:00", zone=typed)
        card = await room.pick(asked, "New York")

        assert asked.title == "Which time zone?"
        assert "Saved all the same\ntime of day" in asked.text
        assert "at 07:00, America/New\\_York" in card.text

    async def test_nothing_changed(self, room: Moderated) -> None:
        """Sending the form as it is changes nothing."""
        card = await create(room)
        before = await only(room)

        card = await filled(room, card, "Words and time")

        assert await only(room) == before
        assert "Saved" not in card.text

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    async def test_hostile(self, room: Moderated, text: str) -> None:
        """Whatever is typed as name, introduction or subject shows harmlessly on every card, and wakes nobody."""
        card = await create(room)

        setup = await filled(room, card, "Words and time", name=f"x{text}"[:50], introduction=text[:500])
        refused = await filled(room, setup, "What goes in", subjects=text[:150])
        started = await room.slash("digest resume", digest="1")
        await room.env.advance_time(3 * MINUTE)
        shown = [
            await room.slash(f"digest {verb}", digest="1") for verb in ("show", "log", "delete", "preview", "edit")
        ]
        shown.append(await room.slash("digest list"))

        [post] = posts(room)
        for seen in (setup, refused, started, post, *shown):
            assert "Something went wrong" not in seen.everything
            for mark in ("**bold**", "<@1>", "<#3>", "https://x", "\u202e", "@everyone", "\n# heading", "`code`"):
                assert mark not in seen.text.replace("](https://discord.com", "")
        assert not post.content
        assert room.env.errors == []


class TestTogether:
    """Two moderators at once: each changes what they changed, and nothing else."""

    async def test_controls(self, room: Moderated) -> None:
        """A control of a card that is out of date changes its own setting only."""
        first = await create(room)
        second = await room.slash("digest edit", digest="1")

        await pick(room, first, "days", "weekdays")
        await pick(room, second, "late", "skip:360")

        digest = await only(room)
        assert (str(digest.days), digest.catch_up) == ("weekdays", CatchUp.SKIP)

    @pytest.mark.parametrize(
        ("button", "one", "other"),
        [
            ("Words and time", {"time": "8:00"}, {"introduction": "Hello"}),
            ("What goes in", {"stats": "4", "subjects": "Chicago"}, {"rest": "new"}),
        ],
    )
    async def test_forms(self, room: Moderated, button: str, one: dict[str, Any], other: dict[str, Any]) -> None:
        """Of two forms that were opened at the same time, the later one keeps what the earlier one changed."""
        card = await create(room)
        first = await room.press_form(card, button)
        second = await room.press_form(await room.slash("digest edit", digest="1"), button)

        await room.fill(first, None, card, **one)
        await room.fill(second, None, card, **other)

        now = (await room.press_form(await room.slash("digest edit", digest="1"), button)).values
        expected = {key: {"8:00": "08:00"}.get(value, value) for key, value in {**one, **other}.items()}
        assert now == first.values | expected

    async def test_due_meanwhile(self, room: Moderated) -> None:
        """An edition that was due before a change, and that nobody has dealt with yet, is posted all the same."""
        await start(room)
        card = await room.slash("digest edit", digest="1")
        await room.env.bot.remove_cog("Posting")  # type: ignore[attr-defined]
        await room.env.advance_time(2 * MINUTE)

        await pick(room, card, "days", "weekdays")
        [edition] = await log_of(room, 1)
        await room.restart()
        await room.env.advance_time(10)

        assert edition.due_at == datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
        assert len(posts(room)) == 1
