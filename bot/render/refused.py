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

    In a `private` message nothing can be done for a server, so that it says where to do it.
    """
    place = f"https://discord.com/channels/{digest.guild_id}/{channel_id}" if private else f"<#{channel_id}>"
    what = f"**{clip(name(digest.name), _NAME_ROOM)}** (digest {digest.id})"
    lines = [
        f"{what}, due <t:{int(due_at.timestamp())}:f>, was not posted in {place}.",
        clip(safe(reason), _REASON_ROOM),
    ]
    buttons: tuple[Button, ...] = ()
    if digest.paused_at:
        lines += ["", "It is paused, so that nothing is tried in vain. Once that is mended, resume it"]
        if private:
            lines[-1] += " with /digest resume in the server."
        else:
            lines[-1] += "."
            buttons = (Button("Resume", custom_id(Action("digest.resume", digest.id)), style=Style.MAIN),)
    embed = discord.Embed(title="A digest was not posted", description="\n".join(lines), colour=NOTHING)
    # By this it is known that somebody was told already.
    embed.set_footer(text=f"About digest {digest.id}, due {due_at:%Y-%m-%d %H:%M} UTC")
    return Card(embed, buttons)
