"""The settings of a server: one card that shows them all, controls that save at once, and their history."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from moderating import Moderated, moderated, opened
from newsroom import Seen, seen

from bot.client import Dateline
from bot.config import Config
from bot.model import Language, Settings, Suggesting
from bot.moderating.actions import FORM, MENU, Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def settings(room: Moderated) -> Settings:
    """Return what the first server has chosen."""
    bot = room.env.bot
    assert isinstance(bot, Dateline)
    return await bot.settings(room.here.guild.id)


async def pick(room: Moderated, card: Seen, name: str, *chosen: Any) -> Seen:
    """Pick from one of the menus of the card and return the card as it then is."""
    result = await room.moderator.select(card.message, chosen, custom_id=custom_id(Action(f"settings.{name}"), MENU))
    return seen(result) if result.response or result.followups else room.now(card)


def menus(card: Seen) -> dict[str, discord.SelectMenu]:
    """Return the menus of a card by what they are for."""
    message: Any = card.message
    message = message if isinstance(message, discord.Message) else message.message
    items = [item for row in message.components if isinstance(row, discord.ActionRow) for item in row.children]
    return {item.custom_id.split(":")[1]: item for item in items if isinstance(item, discord.SelectMenu)}


class TestCard:
    """The card and its controls."""

    async def test_everything_is_on_one_card(self, room: Moderated) -> None:
        """The card shows every setting, is seen by the manager alone, and a typed command offers it."""
        slash = await room.slash("settings")
        typed = await room.press(await room.typed("!settings"), "Open the settings")

        for card in (slash, typed):
            assert card.hidden
            for label in ("Moderator roles", "Review channel", "Who may suggest", "Answers for the asker alone"):
                assert f"**{label}:**" in card.text
            assert "**Prefix:** `!`" in card.text
            assert "**Time zone:** `UTC`, where it is 00:00 now" in card.text
            assert "**Language:** English (United Kingdom)" in card.text
            assert card.buttons == ("Prefix, time zone, language", "History")
            assert set(menus(card)) == {f"settings.{one}" for one in ("moderators", "review", "suggesting", "private")}

    @pytest.mark.parametrize("who", ["member", "keeper"])
    async def test_only_for_managers(self, room: Moderated, who: str) -> None:
        """Neither members nor those who moderate by a role see or change the settings."""
        person = getattr(room, who)
        names = ["show", "moderators", "review", "suggesting", "private", "clear", "form", "save", "history"]

        bot = room.env.bot
        assert isinstance(bot, Dateline)
        [command] = [one for one in await bot.tree.fetch_commands() if one.name == "settings"]
        room.here.guild.set_command_permissions(command, {person: True})
        slash = await room.slash("settings", person)
        typed = await room.typed("!settings", person)
        pressed = [
            await room.press(await room.plant(custom_id(Action(f"settings.{name}"))), "Press", person) for name in names
        ]

        for refused in (slash, typed, *pressed):
            assert refused.content.startswith("This is for those with the permission Manage Server")
        assert await settings(room) == Settings(moderator_roles=(await settings(room)).moderator_roles)

    async def test_moderators(self, room: Moderated) -> None:
        """Who has a role that was picked is a moderator at once; who had one that was taken out is none any more."""
        role = room.here.guild.create_role("Editors")
        editor = room.here.guild.add_member(room.env.create_user("editor"), roles=[role])
        entry_id = 1

        card = await pick(room, await room.slash("settings"), "moderators", role)

        planted = await room.plant(custom_id(Action("corrections.offer", entry_id)))
        allowed = await room.press(planted, "Press", editor)
        refused = await room.press(planted, "Press", room.keeper)
        assert f"<@&{role.id}>" in card.text.split("Changed")[-1]
        assert [chosen.id for chosen in menus(card)["settings.moderators"].default_values] == [role.id]
        assert "no message" in allowed.text
        assert "This is for moderators" in refused.content

    async def test_a_role_that_was_deleted(self, room: Moderated) -> None:
        """Who is refused is not told of a role that is not there any more."""
        keepers = (await settings(room)).moderator_roles[0]
        before = await room.typed("!entry", room.member)
        await room.env.bot.http.delete_role(room.here.guild.id, keepers)

        after = await room.typed("!entry", room.member)

        assert f"Manage Server or the role <@&{keepers}>, which" in before.content
        assert "it needs the permission Manage Server, which" in after.content

    async def test_everyone_is_no_moderator(self, room: Moderated) -> None:
        """@everyone is refused with a sentence, and nothing changes."""
        before = await settings(room)

        card = await pick(room, await room.slash("settings"), "moderators", room.here.guild.default_role)

        assert "Everyone has the role @\u200beveryone" in card.text
        assert await settings(room) == before

    async def test_review_channel(self, room: Moderated) -> None:
        """One channel is picked, and taken back by picking none."""
        desk = room.here.guild.create_text_channel("desk")

        chosen = await pick(room, await room.slash("settings"), "review", desk)
        picked = (await settings(room)).review_channel
        none = await pick(room, chosen, "review")

        assert f"**Review channel:** none → <#{desk.id}>" in chosen.text
        assert picked == desk.id
        assert f"**Review channel:** <#{desk.id}> → none" in none.text
        assert (await settings(room)).review_channel == 0

    async def test_review_channel_that_everybody_sees(self, room: Moderated) -> None:
        """The card says so; of one that is closed to members it says nothing."""
        desk = room.here.guild.create_text_channel("desk")
        closed = room.here.guild.create_text_channel("closed")
        [channel] = [one for one in room.env.bot.get_all_channels() if one.id == closed.id]
        bot = room.env.bot.user
        assert bot is not None
        view = str(discord.Permissions(view_channel=True).value)
        for who in (bot, room.moderator):
            await room.env.bot.http.edit_channel_permissions(closed.id, who.id, view, "0", 1)
        await channel.set_permissions(channel.guild.default_role, view_channel=False)

        seen_by_all = await pick(room, await room.slash("settings"), "review", desk)
        closed_to_members = await pick(room, seen_by_all, "review", closed)

        assert f"<#{desk.id}> (everybody can read there, also what is only suggested)" in seen_by_all.text
        assert f"**Review channel:** <#{closed.id}>\n" in closed_to_members.text

    @pytest.mark.parametrize(
        ("denied", "named"),
        [
            (discord.Permissions(view_channel=True), "View Channel"),
            (discord.Permissions(send_messages=True), "Send Messages"),
            (discord.Permissions(embed_links=True), "the permission Embed Links"),
        ],
    )
    async def test_closed_review_channel(self, room: Moderated, denied: discord.Permissions, named: str) -> None:
        """A channel in which the bot may not post is refused, with what is missing and where to set it."""
        desk = room.here.guild.create_text_channel("desk")
        bot = room.env.bot.user
        assert bot is not None
        await room.env.bot.http.edit_channel_permissions(desk.id, bot.id, "0", str(denied.value), 1)

        card = await pick(room, await room.slash("settings"), "review", desk)

        assert "I cannot post in #desk" in card.text
        assert named in card.text
        assert "Edit Channel, Permissions" in card.text
        assert (await settings(room)).review_channel == 0

    @pytest.mark.parametrize(
        ("denied", "named"),
        [
            (discord.Permissions(send_messages=True), "the permission Send Messages"),
            (discord.Permissions(embed_links=True), "the permission Embed Links"),
        ],
    )
    async def test_review_channel_that_was_closed(
        self, room: Moderated, denied: discord.Permissions, named: str
    ) -> None:
        """Where the bot may no longer post, the card and the queue say what is missing, until it is given again."""
        desk = room.here.guild.create_text_channel("desk")
        bot = room.env.bot.user
        assert bot is not None
        fine = await pick(room, await room.slash("settings"), "review", desk)
        await room.env.bot.http.edit_channel_permissions(desk.id, bot.id, "0", str(denied.value), 1)

        closed = [await room.slash("settings"), await room.slash("review")]
        await room.env.bot.http.delete_channel_permissions(desk.id, bot.id)
        again = [await room.slash("settings"), await room.slash("review")]

        for card in closed:
            assert f"I cannot post in #desk: I need {named} there." in card.text
            assert "Edit Channel, Permissions" in card.text
        for card in (fine, *again):
            assert "cannot post" not in card.text

    async def test_review_channel_that_was_deleted(self, room: Moderated) -> None:
        """The queue says that the channel is gone, and where another is chosen."""
        desk = room.here.guild.create_text_channel("desk")
        await pick(room, await room.slash("settings"), "review", desk)
        await room.env.bot.http.delete_channel(desk.id)

        for card in (await room.slash("settings"), await room.slash("review")):
            assert "The review channel was deleted" in card.text
        assert "/settings" in (await room.slash("review")).text

    async def test_suggesting(self, room: Moderated) -> None:
        """Who may suggest is picked from a menu."""
        card = await pick(room, await room.slash("settings"), "suggesting", "moderators")

        assert "**Who may suggest:** everybody → moderators only" in card.text
        assert (await settings(room)).suggesting is Suggesting.MODERATORS
        assert [option.value for option in card.options if option.default] == ["moderators"]

    async def test_private_channels(self, room: Moderated) -> None:
        """In a channel that was picked, the next answer is for the asker alone."""
        card = await pick(room, await room.slash("settings"), "private", room.here.channel)

        assert f"**Answers for the asker alone:** none → <#{room.here.channel.id}>" in card.text
        assert (await room.slash("timeline", room.member)).hidden

    async def test_deleted(self, room: Moderated) -> None:
        """What was deleted in Discord is shown as deleted, is no picker's choice, and can be cleared."""
        desk = room.here.guild.create_text_channel("desk")
        await pick(room, await room.slash("settings"), "review", desk)
        await pick(room, await room.slash("settings"), "private", desk, room.here.channel)
        keepers = (await settings(room)).moderator_roles[0]
        await room.env.bot.http.delete_channel(desk.id)
        await room.env.bot.http.delete_role(room.here.guild.id, keepers)

        card = await room.slash("settings")
        cleared = await room.press(card, "Clear what was deleted")

        assert "**Moderator roles:** (deleted)" in card.text
        assert "**Review channel:** (deleted)" in card.text
        assert [one.id for one in menus(card)["settings.private"].default_values] == [room.here.channel.id]
        assert not menus(card)["settings.review"].default_values
        assert "(deleted)" not in cleared.text.split("\nChanged\n")[0]
        assert await settings(room) == Settings(private_channels=(room.here.channel.id,))

    async def test_others_are_kept(self, room: Moderated) -> None:
        """What another manager changed meanwhile is not undone by an older card."""
        first = await room.slash("settings")
        second = await room.slash("settings")

        await pick(room, first, "suggesting", "nobody")
        await pick(room, second, "private", room.here.channel)

        now = await settings(room)
        assert now.suggesting is Suggesting.NOBODY
        assert now.private_channels == (room.here.channel.id,)

    async def test_after_a_restart(self, room: Moderated) -> None:
        """The controls of a card work after a restart."""
        card = await room.slash("settings")
        await room.restart()

        await pick(room, card, "suggesting", "nobody")

        assert (await settings(room)).suggesting is Suggesting.NOBODY

    async def test_another_server(self, room: Moderated) -> None:
        """Another server keeps its own settings."""
        await pick(room, await room.slash("settings"), "suggesting", "nobody")

        theirs = await room.slash("settings", room.elsewhere.moderator)

        assert "**Who may suggest:** everybody" in theirs.text

    async def test_direct_message(self, room: Moderated) -> None:
        """In a direct message there are none."""
        await room.moderator.user.send_dm("settings")

        reply = room.moderator.user.dm_channel.last_message
        assert reply is not None
        assert "in a server only" in reply.content
        assert len(room.env.errors) == 1  # discord.py reports a refusal as an error, also where it was answered


class TestForm:
    """What is typed: prefix, time zone, language."""

    async def test_prefix(self, room: Moderated) -> None:
        """A new prefix holds at once, in typed commands, help and hints; the old one does nothing any more."""
        card = await room.slash("settings")

        changed = await room.fill(await room.press_form(card, "Prefix, time zone, language"), None, card, prefix="?d")

        answer = await room.typed("?d stats chicago", room.member)
        helped = await room.typed("?dhelp", room.member)
        hinted = await room.typed("?dstats", room.member)
        elsewhere = await room.typed("!stats chicago", room.elsewhere.member)
        sent = await room.member.send(room.here.channel, "!stats chicago")
        assert "**Prefix:** `!`, as the operator has set → `?d`" in changed.text
        assert answer.title == elsewhere.title == "Figures: Chicago"
        assert "`?dstats chicago`" in helped.text
        assert "?dstats chicago" in hinted.content
        assert room.here.channel.last_message == sent

    async def test_prefix_on_cards(self, room: Moderated) -> None:
        """A card that was made before names the new prefix when it is asked for again."""
        long = "*a* " * 900  # each asterisk is escaped
        entry_id = await room.add("stat", statement=f"About 12,400 people cross. {long}")
        before = await room.slash("stats", room.member, about="harrow bay")

        await change(room, prefix="?")

        after = await room.slash("stats", room.member, about="harrow bay")
        assert f"`!show {entry_id}`" in before.text
        assert f"`?show {entry_id}`" in after.text

    async def test_operators_prefix_again(self, room: Moderated) -> None:
        """An empty prefix is the operator's."""
        await change(room, prefix="?")
        card = await change(room, prefix="")

        answer = await room.typed("!stats chicago", room.member)

        assert "→ `!`, as the operator has set" in card.text
        assert answer.title == "Figures: Chicago"

    @pytest.mark.parametrize("typed", ["! !", "/x", "@me"])
    async def test_wrong_prefix(self, room: Moderated, typed: str) -> None:
        """What cannot be a prefix is refused with a sentence, and the form comes back as it was filled in."""
        card = await room.slash("settings")
        form = await room.press_form(card, "Prefix, time zone, language")

        refused = await room.fill(form, None, card, prefix=typed, zone="America/Chicago", language="en-US")
        again = await room.press_form(refused, "Try again")

        assert "The prefix is" in refused.text
        assert again.values == {"prefix": typed, "zone": "America/Chicago", "language": "en-US"}
        assert (await settings(room)).prefix == ""
        assert (await settings(room)).zone == "UTC"

    @pytest.mark.parametrize(
        ("typed", "zone"),
        [
            ("America/Chicago", "America/Chicago"),
            ("chicago", "America/Chicago"),
            ("US/Eastern", "America/New_York"),
            ("", "UTC"),
        ],
    )
    async def test_zone(self, room: Moderated, typed: str, zone: str) -> None:
        """A zone is stored by its present IANA name, and may be typed as its city."""
        await change(room, zone="Asia/Tokyo")

        card = await change(room, zone=typed)

        assert (await settings(room)).zone == zone
        assert f"**Time zone:** `{zone}`, where it is" in card.text

    async def test_unclear_zone(self, room: Moderated) -> None:
        """An abbreviation is not guessed at: the zones that use it are named."""
        card = await change(room, zone="EST")

        assert card.title == "Not saved"
        assert "America/New" in card.text
        assert (await settings(room)).zone == "UTC"

    @pytest.mark.parametrize(("language", "written"), [("en-US", "November 5, 2024"), ("en-GB", "5 November 2024")])
    async def test_language(self, room: Moderated, language: str, written: str) -> None:
        """Dates are written as the language has it, on lists, in menus, on the full card and in profiles."""
        event = await room.add("event", date="2024-11-05", title="The ferry sails")
        await change(room, language="en-US" if language == "en-GB" else "en-GB")
        other = await room.slash("timeline", room.member, about="harrow bay")

        await change(room, language=language)

        listed = await room.slash("timeline", room.member, about="harrow bay")
        full = await room.slash("show", room.member, id=str(event))
        profile = await room.slash("profile", room.member, name="harrow bay")
        elsewhere = await room.slash("timeline", room.elsewhere.member)
        assert written not in other.text
        for card in (listed, full, profile):
            assert written in card.text
        assert "November 5, 2024" not in elsewhere.text

    async def test_another_process(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """A prefix that another process changes holds when changes are next looked for."""
        monkeypatch.setattr("bot.store.database.EDITION_SECONDS", 0.0)
        await room.typed("!stats chicago", room.member)

        async with Database(room.store.path) as other, other.write() as conn:
            await conn.execute(
                "INSERT INTO guild_setting (guild_id, key, value) VALUES (:id, 'prefix', '?')",
                {"id": room.here.guild.id},
            )

        assert (await room.typed("?stats chicago", room.member)).title == "Figures: Chicago"

    async def test_hostile_form(self, room: Moderated) -> None:
        """A form that no client of Discord would send changes nothing and shows harmlessly."""
        planted = await room.plant(custom_id(Action("settings.form")))
        form = await room.press_form(planted, "Press")

        refused = await room.fill(form, zone="<@1> **x** https://example.com")

        assert refused.title == "Not saved"
        assert "<@1>" not in refused.text
        assert "\\*\\*x\\*\\*" in refused.text
        assert (await settings(room)).language is Language.BRITISH


class TestHistory:
    """Who changed what."""

    async def test_history(self, room: Moderated) -> None:
        """The newest changes come first, with who, when, before and after; older ones are on the next page."""
        empty = await room.press(await room.slash("settings"), "History")
        for index in range(6):
            await change(room, prefix="?" * (index + 1))

        first = await room.press(await room.slash("settings"), "History")
        second = await room.press(first, "Older")
        back = await room.press(second, "All settings")

        assert "Nothing was changed" in empty.text
        assert f"by <@{room.moderator.id}>" in first.text
        assert "**Prefix:** `?????` → `??????`" in first.text.split("\n\n")[0]
        assert "Page 1 of 2" in first.footer
        assert "`!`, as the operator has set → `?`" in second.text
        assert back.title == "Settings of this server"

    async def test_nothing_changed(self, room: Moderated) -> None:
        """Saving a form as it is leaves no trace."""
        card = await change(room)
        history = await room.press(await room.slash("settings"), "History")

        assert "Changed" not in card.text
        assert "Nothing was changed" in history.text


async def change(room: Moderated, **typed: str) -> Seen:
    """Fill in the form of a new card and return what is shown then."""
    card = await room.slash("settings")
    form = await room.press_form(card, "Prefix, time zone, language")
    assert form.result.modal is not None
    assert form.result.modal["custom_id"] == custom_id(Action("settings.save"), FORM)
    assert opened(form.result) == form
    return await room.fill(form, None, card, **typed)


def test_defaults(config: Config) -> None:
    """A server that has chosen nothing has the operator's prefix, UTC and open suggestions."""
    assert config.prefix == "!"
    assert Settings() == Settings((), 0, Suggesting.EVERYONE, (), "", "UTC", Language.BRITISH)
