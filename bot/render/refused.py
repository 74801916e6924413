"""What moderators are told of a digest that could not be posted."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.digest.digests import Digest
from bot.moderating.actions import Action, custom_id
from bot.render.card import Button, Card, Style
from bot.render.colours import NOTHING
from bot.text import clip, name, safe

_NAME_ROOM, _REASON_ROOM = 200, 1_000


def refused_card(digest: Digest, due_at: datetime, channel_id: int, reason: str, *, private: bool) -> Card:
    """Return why an edition was not posted, and with what its digest is resumed if that paused it.

    In a `private` message the server goes along with the button.
    """
    place = f"https://discord.com/channels/{digest.guild_id}/{channel_id}" if private else f"<#{channel_id}>"
    what = f"**{clip(name(digest.name), _NAME_ROOM)}** (digest {digest.id})"
    lines = [
        f"{what}, due <t:{int(due_at.timestamp())}:f>, was not posted in {place}.",
        clip(safe(reason), _REASON_ROOM),
    ]
    buttons: tuple[Button, ...] = ()
    if digest.paused_at:
        lines += ["", "It is paused, so that nothing is tried in vain. Once that is mended, resume it."]
        resume = Action("digest.resume", digest.id)
        if private:
            resume = Action("private.resume", digest.id, str(digest.guild_id))
        buttons = (Button("Resume", custom_id(resume), style=Style.MAIN),)
    embed = discord.Embed(title="A digest was not posted", description="\n".join(lines), colour=NOTHING)
    # By this it is known that somebody was told already.
    embed.set_footer(text=f"About digest {digest.id}, due {due_at:%Y-%m-%d %H:%M} UTC")
    return Card(embed, buttons)
