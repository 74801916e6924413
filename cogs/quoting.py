"""The context menu “Save as quote”: a message becomes the draft of a quotation, and its source."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Dateline
from bot.dates import written
from bot.errors import UserError
from bot.model import Access, Actor, Kind
from bot.moderating import drafts
from bot.moderating.actions import FORM, Action, custom_id
from bot.render.forms import step_form
from bot.render.words import NOT_STATED
from bot.text import visible
from cogs.actions import OUTDATED, action, ask, perform
from cogs.replies import Interaction

NAME = "Save as quote"
NOTE = "Saved from a message in this server."
FORWARDED = "forwarded"

_EMOJI = re.compile(r"<a?(?=:):(\w+):\d+>", re.ASCII)
_TIME = re.compile(r"<t:(-?\d{1,15})(?::([tTdDfFR]))?>", re.ASCII)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
async def _save_as_quote(interaction: Interaction, message: discord.Message) -> None:
    """Open the form of a quotation, filled in with a message."""
    await perform(interaction, quoting("entry.quote", interaction, message), "context menu")


@action("entry.quote", Access.MODERATOR)
async def _quote(interaction: Interaction, wanted: Action, actor: Actor) -> None:
    await begin_quote(interaction, wanted, actor)


async def begin_quote(
    interaction: Interaction, wanted: Action, actor: Actor, *, purpose: str = "add", family: str = "entry"
) -> None:
    """Begin the draft of a quotation, as the menu gives it, and open its form."""
    if interaction.type is not discord.InteractionType.application_command:
        raise UserError(OUTDATED)  # Discord has not named a message, so that anybody could have written these fields
    if wanted.text == FORWARDED:
        raise UserError(
            "This message was forwarded, and has no author here who could be quoted. Open the original, and quote that."
        )
    if not wanted.fields["words"]:
        raise UserError("This message has no text to quote. A picture, a file or a sticker cannot be saved as a quote.")
    me = interaction.client.user
    if me is not None and wanted.fields[drafts.MEMBER] == str(me.id):
        raise UserError("This is an answer of mine, and no source. Quote what it quotes.")
    now = discord.utils.utcnow()
    draft_id = await drafts.begin(interaction.client.database, actor, Kind.QUOTE, wanted.fields, now, purpose=purpose)
    submit = custom_id(Action(f"{family}.step", draft_id, "0"), FORM)
    await ask(interaction, step_form(Kind.QUOTE, 0, wanted.fields, submit))


def quoting(name: str, interaction: Interaction, message: discord.Message) -> Action:
    """Return the action that begins the draft of a message, which says too if the message was forwarded."""
    forwarded = FORWARDED if message.message_snapshots else ""
    return Action(name, message.id, forwarded, fields=message_fields(interaction, message))


def message_fields(interaction: Interaction, message: discord.Message) -> dict[str, str]:
    """Return the draft of a message: the quotation, the source that the message is, and whose it is."""
    said = message.created_at
    # As people read it: names in place of ids, and without the invisible characters that keep them from being pinged.
    text = "" if message.is_system() else readable(message.clean_content.replace("@\u200b", "@")).strip()
    author, day = _author(message), written(f"{said:%Y-%m-%d}")
    channel = interaction.channel
    where = f"#{visible(channel.name)}" if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else "Discord"
    # Discord names the channel of a message that comes with an interaction, but not always its server.
    link = f"https://discord.com/channels/{interaction.guild_id}/{message.channel.id}/{message.id}"
    return {
        "words": text if visible(text) else "",
        "speaker": author,
        "said_when": f"{day}, {said:%H:%M} UTC",
        "note": NOTE,
        "source": drafts.NEW,
        "new.title": NOT_STATED,
        "new.publisher": "Discord",
        "new.author": author,
        "new.url": link,
        "new.published": f"{said:%Y-%m-%d}",
        drafts.MESSAGE: text,
        drafts.MEMBER: "" if message.webhook_id else str(message.author.id),
        drafts.LABEL: f"Message in {where}, {day}",
        **({} if _is_open(channel) else {drafts.HIDDEN: "1"}),
    }


def readable(text: str) -> str:
    """Return a message's text with the emoji of a server and with moments as words: Discord draws both from ids."""
    return _TIME.sub(_moment, _EMOJI.sub(r":\1:", text))


def _moment(found: re.Match[str]) -> str:
    try:
        at = datetime.fromtimestamp(int(found[1]), UTC)
    except (ValueError, OverflowError, OSError):
        return found[0]
    day, clock = written(f"{at:%Y-%m-%d}"), f"{at:%H:%M} UTC"
    return {"t": clock, "d": day}.get((found[2] or "f").lower(), f"{day}, {clock}")


def _is_open(channel: object) -> bool:
    """Whether everybody in the server can read a channel; of a thread, whether it is none of a few people."""
    if isinstance(channel, discord.Thread):
        return not channel.is_private() and _is_open(channel.parent)
    if not isinstance(channel, discord.abc.GuildChannel):
        return False
    return channel.permissions_for(channel.guild.default_role).view_channel


def _author(message: discord.Message) -> str:
    """Return a name for a message's author that no person of the story and no other member has."""
    author = message.author
    shown = visible(author.display_name).replace(";", ",") or author.name
    if message.webhook_id:
        return f"{shown} (webhook)"
    return f"{shown} (@{author.name}, {'bot' if author.bot else 'member'})"


class Quoting(commands.Cog):
    """Puts the context menu into the tree; discord.py does not take one from a cog's class."""

    def __init__(self, bot: Dateline) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name=NAME, callback=_save_as_quote)

    async def cog_load(self) -> None:
        """Add the menu."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Remove the menu."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)


async def setup(bot: Dateline) -> None:
    """Add the cog."""
    await bot.add_cog(Quoting(bot))
