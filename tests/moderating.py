"""A server with a member and two kinds of moderators, another server beside it, and the ways in which they act."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from newsroom import Seen, seen
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor
from simcord.enums import ComponentType

from bot.client import Dateline
from bot.config import Config
from bot.errors import UserError
from bot.store import sources
from bot.store.database import Database
from bot.store.settings import upsert_setting

ARTICLE = """HARROW BAY – The council voted on March 4, 2024, to buy a second ferry.
“The pier is full by seven,” said Mayor Ines Calder. “We can’t wait.”
About 12,400 people cross the bay each week, according to the Harbor Survey Office.
"""
FIGURE = {
    "about": "Harrow Bay",
    "measure": "Crossings by ferry",
    "figure": "about 12,400 people",
    "statement": "About 12,400 people cross the bay each week.",
}
QUOTATION = {
    "words": "The pier is full by seven,",
    "speaker": "Ines Calder",
    "role": "Mayor",
    "about": "Harrow Bay",
    "statement": "The mayor on the crowds at the pier.",
}
EVENT = {
    "title": "Council votes for a second ferry",
    "date": "2024-03-04",
    "date_printed": "March 4, 2024",
    "about": "Harrow Bay",
    "statement": "The council voted to buy a second ferry.",
}
"""What the first form of each kind is filled in with, so that it is true of the article."""

CHICAGO = 2
"""A figure of the pack that comes with the bot, whose text is not stored."""


@dataclass(frozen=True)
class Opened:
    """A form as a person sees it: what is asked, and what is filled in already, by field."""

    result: InteractionResult
    title: str
    labels: dict[str, str]
    hints: dict[str, str]
    values: dict[str, str]
    options: dict[str, dict[str, str]]
    """Of each menu the value of each line by its label."""
    channels: frozenset[str] = frozenset()
    """The menus of channels; each has an id for its value."""


def opened(result: InteractionResult) -> Opened:
    """Return the form that an interaction was answered with."""
    modal = result.modal
    assert modal is not None, f"no form was opened, but: {seen(result).everything}"
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    values: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    channels: set[str] = set()
    for row in modal["components"]:
        control = row["component"]
        key = control["custom_id"]
        labels[key], hints[key] = row["label"], row.get("description") or ""
        if "options" in control:
            chosen = [option["value"] for option in control["options"] if option.get("default")]
            values[key] = "".join(chosen)
            options[key] = {option["label"]: option["value"] for option in control["options"]}
        elif control["type"] == ComponentType.CHANNEL_SELECT:
            values[key] = "".join(str(one["id"]) for one in control.get("default_values", ()))
            channels.add(key)
        else:
            values[key] = control.get("value") or ""
    return Opened(result, modal["title"], labels, hints, values, options, frozenset(channels))


@dataclass(frozen=True)
class Server:
    """A server with a channel and the people in it: a moderator has Manage Server."""

    guild: GuildHandle
    channel: ChannelHandle
    moderator: MemberActor
    member: MemberActor


@dataclass(frozen=True)
class Moderated:
    """Two servers with the bot. `keeper` moderates the first by the role that its settings name."""

    env: simcord.Env
    store: Database
    here: Server
    keeper: MemberActor
    elsewhere: Server

    @property
    def moderator(self) -> MemberActor:
        """The one with Manage Server, who acts unless somebody else is named."""
        return self.here.moderator

    @property
    def member(self) -> MemberActor:
        """Somebody without any right of that kind."""
        return self.here.member

    async def slash(self, name: str, by: MemberActor | None = None, /, **options: Any) -> Seen:
        """Use a slash command and return what it answers."""
        by = by or self.moderator
        return seen(await by.slash(self._channel(by), name, **options))

    async def slash_form(self, name: str, by: MemberActor | None = None, /, **options: Any) -> Opened:
        """Use a slash command that opens a form."""
        by = by or self.moderator
        return opened(await by.slash(self._channel(by), name, **options))

    async def typed(self, text: str, by: MemberActor | None = None) -> Seen:
        """Type a message and return the bot's answer to it."""
        by = by or self.moderator
        channel = self._channel(by)
        sent = await by.send(channel, text)
        # discord.py reports a refusal as an error, also where it was answered.
        faults = [getattr(error, "original", error) for error in self.env.errors]
        assert [error for error in faults if not isinstance(error, UserError)] == []
        reply = channel.last_message
        assert reply is not None
        assert reply != sent, "the bot did not answer"
        return seen(reply)

    async def press(self, card: Seen, label: str, by: MemberActor | None = None) -> Seen:
        """Press a button and return what is shown then, in place of the card or beside it."""
        by = by or self.moderator
        return self.after(card, await by.click(card.message, label=label), by)

    async def press_form(self, card: Seen, label: str, by: MemberActor | None = None) -> Opened:
        """Press a button that opens a form."""
        return opened(await (by or self.moderator).click(card.message, label=label))

    async def pick(self, card: Seen, label: str, by: MemberActor | None = None) -> Seen:
        """Pick the line of a card's menu that begins so."""
        by = by or self.moderator
        [value] = [option.value for option in card.options if option.label.startswith(label)]
        return self.after(card, await by.select(card.message, [value]), by)

    async def menu(self, name: str, message: discord.Message, by: MemberActor | None = None) -> InteractionResult:
        """Use a command of a message's context menu."""
        by = by or self.moderator
        return await by.context_menu(self._channel(by), name, message)

    async def fill(
        self, form: Opened, by: MemberActor | None = None, card: Seen | None = None, /, **given: str
    ) -> Seen:
        """Fill in a form and send it. What is not given stays as the form had it; "new_title" is "new.title"."""
        by = by or self.moderator
        answers = {key.replace("new_", "new."): text for key, text in given.items()}
        assert set(answers) <= set(form.values), f"the form asks for {', '.join(form.values)}"
        values: dict[str, Any] = {}
        for key, text in {**form.values, **answers}.items():
            chosen = self._handle(text) if key in form.channels and text else text
            values[key] = ([chosen] if text else []) if key in form.options or key in form.channels else text
        result = await by.submit_modal(form.result, values)
        return self.after(card, result, by) if card else seen(result)

    async def publish(self, text: str = ARTICLE, label: str = "Report on a second ferry") -> int:
        """Let the first server have an article with its text, and return the source's id."""
        async with self.store.write() as conn:
            return await sources.upsert(
                conn,
                self.here.guild.id,
                label,
                label=label,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                length=len(text),
                text=text,
                pack_digest="",
                facts=(),
            )

    async def add(self, kind: str = "stat", by: MemberActor | None = None, /, **fields: str) -> int:
        """Add an entry through its form and return its id; the article is published if there is none to choose."""
        given = {"stat": FIGURE, "quote": QUOTATION, "event": EVENT}[kind] | fields
        source = await self.publish(label=f"Article {len(await self._sources())}")
        form = await self.slash_form(f"entry add {kind}", by, source=str(source))
        draft = await self.fill(form, by, None, **given)
        saved = await self.press(draft, "Save all the same" if "Save all the same" in draft.buttons else "Save", by)
        assert saved.title.startswith("Saved as #"), draft.everything
        return int(saved.title.removeprefix("Saved as #"))

    async def plant(self, custom_id: str, server: Server | None = None) -> Seen:
        """Return a message of the bot's own with a button, labelled "Press", that anybody in the server can press."""
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Press", custom_id=custom_id))
        view.stop()
        channel = self.env.bot.get_partial_messageable((server or self.here).channel.id)
        return seen(await channel.send("planted", view=view))

    async def _sources(self) -> list[tuple[int, str]]:
        async with self.store.read() as conn:
            return await sources.select_labels(conn, self.here.guild.id, limit=100)

    async def restart(self) -> None:
        """Start another bot on the same store."""
        await self.env.restart_bot(Dateline(Config(cooldown=None), self.store, message_content=True))

    def now(self, card: Seen, by: MemberActor | None = None) -> Seen:
        """Return a message as a person sees it now."""
        by = by or self.moderator
        [message] = [one for one in self._channel(by).history(viewer=by) if one.id == card.message.id]
        return seen(message)

    def after(self, card: Seen, result: InteractionResult, by: MemberActor) -> Seen:
        """Return what an interaction with a card was answered with, in its place or beside it."""
        assert result.acknowledged, "nothing was answered"
        return seen(result) if result.response or result.followups else self.now(card, by)

    def _handle(self, channel_id: str) -> ChannelHandle:
        """Return a channel of the first server."""
        return ChannelHandle(self.env, self.here.guild, self.env.backend.get_channel(int(channel_id)))

    def _channel(self, by: MemberActor) -> ChannelHandle:
        return self.here.channel if by.guild.id == self.here.guild.id else self.elsewhere.channel


async def moderated(env: simcord.Env, store: Database) -> Moderated:
    """Make both servers; the settings of the first name a role for moderators."""
    here, elsewhere = _server(env, "Newsroom"), _server(env, "Elsewhere")
    role = here.guild.create_role("Keepers")
    keeper = here.guild.add_member(env.create_user("keeper"), roles=[role])
    async with store.write() as conn:
        await upsert_setting(conn, here.guild.id, "moderator_roles", str(role.id))
    return Moderated(env, store, here, keeper, elsewhere)


async def edited(room: Moderated, entry_id: int, **fields: str) -> Seen:
    """Edit an entry through its first form, and return what is shown once it is saved."""
    draft = await room.fill(await room.slash_form("entry edit", id=str(entry_id)), None, None, **fields)
    return await room.press(draft, next(label for label in draft.buttons if label.startswith("Save")))


async def shown(room: Moderated, entry_id: int) -> str:
    """Return what a member reads when they look at an entry."""
    return (await room.typed(f"!show {entry_id}", room.member)).everything


def _server(env: simcord.Env, name: str) -> Server:
    guild = env.create_guild(name)
    manager = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return Server(
        guild,
        guild.create_text_channel("dateline"),
        guild.add_member(env.create_user(f"{name.lower()}-moderator"), roles=[manager]),
        guild.add_member(env.create_user(f"{name.lower()}-member")),
    )
