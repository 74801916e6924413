"""Suggestions as people make them: through the form, with a review channel and two members more."""

from __future__ import annotations

from dataclasses import dataclass

import discord
import simcord
from moderating import EVENT, FIGURE, QUOTATION, Moderated, moderated
from newsroom import Seen, seen
from simcord import ChannelHandle, MemberActor

from bot.store.database import Database
from bot.store.settings import upsert_setting

TITLES = (
    "Ferry bought", "Pier closed", "Mayor resigns", "Tolls double", "A storm warning", "Council meets", "Museum opens",
    "Bridge painted", "School rebuilt", "Harbor dredging", "Lighthouse for sale",
)  # fmt: skip
"""Of events that nobody takes for one another."""

NAMES = {"figure": FIGURE, "quotation": QUOTATION, "event": EVENT}


@dataclass(frozen=True)
class Desk:
    """A moderated server in which members suggest: `other` is a second member, `desk` the channel for moderators."""

    room: Moderated
    desk: ChannelHandle
    other: MemberActor
    source: int

    @property
    def member(self) -> MemberActor:
        """Who suggests unless somebody else is named."""
        return self.room.member

    async def draft(self, kind: str = "figure", by: MemberActor | None = None, /, **fields: str) -> Seen:
        """Fill in the form of a suggestion and return its draft."""
        by = by or self.member
        form = await self.room.slash_form("suggest", by, kind=kind, source=str(self.source))
        return await self.room.fill(form, by, None, **NAMES[kind] | fields)

    async def suggest(self, kind: str = "figure", by: MemberActor | None = None, /, **fields: str) -> Seen:
        """Send a suggestion and return what its member is told."""
        by = by or self.member
        draft = await self.draft(kind, by, **fields)
        [send] = [label for label in draft.buttons if label.startswith("Send")]
        return await self.room.press(draft, send, by)

    @property
    def cards(self) -> list[Seen]:
        """What stands in the review channel for everybody who reads it, oldest first."""
        found = [seen(message) for message in self.desk.history(viewer=self.room.moderator)]
        return [one for one in found if not one.hidden]

    @property
    def card(self) -> Seen:
        """The newest card in the review channel."""
        return self.cards[-1]

    def told(self, by: MemberActor | None = None) -> list[Seen]:
        """Return what a person was told in private, oldest first."""
        return [seen(message) for message in (by or self.member).user.dm_channel.history()]

    async def choose(self, **values: str) -> None:
        """Choose settings of the server."""
        async with self.room.store.write() as conn:
            for key, value in values.items():
                await upsert_setting(conn, self.room.here.guild.id, key, value)


async def suggesting(env: simcord.Env, store: Database) -> Desk:
    """Make the server; its review channel is for moderators only."""
    room = await moderated(env, store)
    guild = room.here.guild
    hidden = discord.PermissionOverwrite(view_channel=False)
    shown = discord.PermissionOverwrite(view_channel=True)
    assert guild.me is not None
    moderators = [guild.roles[name] for name in ("Moderators", "Keepers")]
    channel = guild.create_text_channel(
        "review",
        overwrites={guild.default_role: hidden, guild.me: shown, **dict.fromkeys(moderators, shown)},
    )
    desk = Desk(room, channel, guild.add_member(env.create_user("other")), await room.publish())
    await desk.choose(review_channel=str(channel.id))
    return desk
