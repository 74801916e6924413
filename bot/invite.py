"""What Dateline asks of Discord, each with its reason: the one place for the invitation and the gateway."""

from __future__ import annotations

from dataclasses import dataclass

import discord

# Voice is not among it: without this, every start warns of two packages that are missing for that.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


@dataclass(frozen=True, slots=True)
class Need:
    """A permission or an intent: discord.py's name for it, Discord's own, and why it is needed."""

    flag: str
    label: str
    why: str


PERMISSIONS = (
    Need("view_channel", "View Channels", "to be asked in a channel at all"),
    Need("send_messages", "Send Messages", "to answer typed commands"),
    Need("send_messages_in_threads", "Send Messages in Threads", "to answer and post in threads and forum posts too"),
    Need("embed_links", "Embed Links", "answers are cards, which Discord calls embeds"),
    Need("attach_files", "Attach Files", "/compare draws a chart"),
    Need("read_message_history", "Read Message History", "to answer as a reply to the message that asked"),
)

INTENTS = (
    Need("guilds", "Guilds", "to know its servers and channels, and what it may do in them"),
    Need("guild_messages", "Guild Messages", "to be mentioned in a channel"),
    Need("dm_messages", "Direct Messages", "to be asked in private"),
)

MESSAGE_CONTENT = Need(
    "message_content", "Message Content", "to read commands typed with the prefix; the one privileged intent"
)

SWITCH = "Discord Developer Portal → your application → Bot → Privileged Gateway Intents → Message Content Intent"
"""The exact place where Message Content is granted."""

SCOPES = ("bot", "applications.commands")


def permissions() -> discord.Permissions:
    """Return what the invitation asks for."""
    return discord.Permissions(**{need.flag: True for need in PERMISSIONS})


def intents(*, message_content: bool) -> discord.Intents:
    """Return what the gateway is asked for; Discord refuses `message_content` if it is not granted."""
    asked = discord.Intents.none()
    for need in (*INTENTS, MESSAGE_CONTENT) if message_content else INTENTS:
        setattr(asked, need.flag, True)
    return asked


def link(application_id: int) -> str:
    """Return the address at which an administrator adds the bot to a server."""
    return discord.utils.oauth_url(application_id, permissions=permissions(), scopes=SCOPES)
