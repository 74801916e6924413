"""The cards of a correction that follows an entry to where it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import discord

from bot.limits import EMBED_DESCRIPTION
from bot.model import Entry
from bot.moderating.actions import Action, custom_id
from bot.render.card import Button, Card, Style
from bot.render.colours import NOTHING, OTHERS
from bot.text import clip, line, plain, share

LISTED = 10
"""So many messages are named with a link."""

_LAST = "last"
"""The text of a way that is offered after the other one."""

_MARGIN = 300
_SOURCE_ROOM = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A message to go to."""

    guild_id: int
    channel_id: int
    message_id: int
    posted_at: datetime

    def __str__(self) -> str:
        address = f"https://discord.com/channels/{self.guild_id}/{self.channel_id}/{self.message_id}"
        return f"<#{self.channel_id}> [this message]({address}), <t:{int(self.posted_at.timestamp())}:R>"


@dataclass(slots=True)
class Tally:
    """What came of going through the messages of an entry. `refused` counts by channel."""

    done: int = 0
    gone: int = 0
    failed: int = 0
    refused: dict[int, int] = field(default_factory=dict[int, int])


def offer_card(entry_id: int, links: Sequence[Link], *, removed: bool) -> Card:
    """Return where an entry was shown, with what can be done about it."""
    text = [f"**#{entry_id}** was shown in {messages(len(links))} that I remember."]
    if len(links) > LISTED:
        text[0] += f" The newest {LISTED}:"
    text += [f"- {link}" for link in links[:LISTED]]
    what = "say that it was removed" if removed else "show it as it is now"
    text += ["", f"**Update them:** each of these messages will {what}."]
    text += ["**Reply with what changed:** one reply in each channel, to the newest message there. Nobody is pinged."]
    embed = discord.Embed(title="Correct what was shown?", description="\n".join(text), colour=OTHERS)
    return Card(embed, (*_ways(entry_id), Button("Leave them", custom_id(Action("corrections.leave", entry_id)))))


def left_card(entry_id: int) -> Card:
    """Return that nothing was done."""
    text = f"The messages that show **#{entry_id}** were left as they are."
    return Card(discord.Embed(description=text, colour=OTHERS))


def nowhere_card(entry_id: int) -> Card:
    """Return that there is nothing to correct."""
    text = f"I remember no message in this server that shows **#{entry_id}** otherwise than it is now."
    return Card(discord.Embed(description=text, colour=OTHERS))


def progress_card(what: str, number: int, total: int) -> Card:
    """Return how far it is; `what` is "#12" or the like."""
    text = f"**{what}**: {number} of {messages(total)} so far …"
    return Card(discord.Embed(title="Correcting", description=text, colour=OTHERS))


def updated_card(entry_id: int, tally: Tally, *, last: bool) -> Card:
    """Return what came of updating the messages, with the other way to correct them unless it was the `last`."""
    lines = [f"{messages(tally.done).capitalize()} that showed **#{entry_id}** {_were(tally.done)} updated."]
    return _result("Updated", lines, tally, () if last else _ways(entry_id, _LAST)[1:])


def all_updated_card(tally: Tally, back: Button | None, *, most: bool) -> Card:
    """Return what came of updating the messages that show what was changed at once, and the way `back`.

    With `most`, there may be older messages that were left as they are.
    """
    lines = [f"{messages(tally.done).capitalize()} that showed what was changed {_were(tally.done)} updated."]
    lines += ["Older ones were left as they are."] if most else []
    return _result("Updated", lines, tally, (back,) if back else ())


def replied_card(entry_id: int, tally: Tally, *, last: bool) -> Card:
    """Return what came of replying, with the other way to correct the messages unless it was the `last`."""
    posted = "One reply" if tally.done == 1 else f"{tally.done or 'No'} replies"
    lines = [f"{posted} about **#{entry_id}** {_were(tally.done)} posted."]
    return _result("Replied", lines, tally, () if last else _ways(entry_id, _LAST)[:1])


def removed_card(entry_id: int, now: datetime, *, by: str = "this server’s moderators") -> Card:
    """Return what a message shows in place of an entry that was removed or hidden, in our words by whom."""
    text = f"This entry was removed by {by} on <t:{int(now.timestamp())}:D>."
    return Card(discord.Embed(title=f"Removed: #{entry_id}", description=text, colour=NOTHING))


def remarked(card: Card, entry_id: int, now: datetime, *, removed: bool) -> Card:
    """Add to a card that it was corrected, and when."""
    what = f"`#{entry_id}` was removed" if removed else "Corrected"
    remark = f"{what} <t:{int(now.timestamp())}:R>."
    embed = card.embed.copy()
    for index, one in enumerate(embed.fields):
        if one.name == "Note":
            embed.set_field_at(index, name="Note", value=f"{one.value}\n{remark}", inline=False)
            break
    else:
        embed.add_field(name="Note", value=remark, inline=False)
    return replace(card, embed=embed)


def change_card(entry: Entry, changes: Mapping[str, tuple[str, str]]) -> Card:
    """Return what has changed in an entry: by the name of a field, its raw text before and now."""
    raw = [text for pair in changes.values() for text in pair]
    shown = share([line(text) for text in raw], EMBED_DESCRIPTION - _MARGIN - 60 * len(changes))
    lines = [f"This server’s version of it is `#{entry.id}`.", ""] if entry.corrects else []
    for index, label in enumerate(changes):
        before, after = shown[2 * index] or "(empty)", shown[2 * index + 1] or "(empty)"
        lines += [f"**{label}**", f"Before: {before}", f"Now: {after}", ""]
    lines += [] if changes else ["It is shown here again as it was."]
    title = f"Correction to #{entry.corrects or entry.id}"
    embed = discord.Embed(title=title, description="\n".join(lines).strip(), colour=OTHERS)
    embed.set_footer(text=f"Source: {clip(plain(entry.source), _SOURCE_ROOM)} · changed by this server’s moderators")
    return Card(embed)


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return "one message" if number == 1 else f"{number or 'no'} messages"


def back_button(first: int, last: int) -> Button:
    """Return the button that takes back an import, which is changes `first` to `last` of the history."""
    return Button("Take this import back", custom_id(Action("data.back", first, str(last))))


def with_update(card: Card, first: int, last: int, posted: int) -> Card:
    """Add to a card the way to update how many messages show otherwise what changes `first` to `last` are about."""
    if not posted:
        return card
    number = "1 message" if posted == 1 else f"{posted:,} messages"
    update = Button(f"Update {number}", custom_id(Action("corrections.all", first, str(last))), style=Style.MAIN)
    embed = card.embed.copy()
    embed.set_footer(text=f"{number} here still show{'s' if posted == 1 else ''} it as it was before.")
    return replace(card, embed=embed, buttons=(*card.buttons, update))


def _ways(entry_id: int, text: str = "") -> tuple[Button, Button]:
    return (
        Button("Update them", custom_id(Action("corrections.update", entry_id, text)), style=Style.MAIN),
        Button("Reply with what changed", custom_id(Action("corrections.reply", entry_id, text))),
    )


def _result(title: str, lines: list[str], tally: Tally, buttons: tuple[Button, ...]) -> Card:
    if tally.gone:
        it = "it" if tally.gone == 1 else "them"
        lines.append(f"{messages(tally.gone).capitalize()} {_were(tally.gone)} deleted meanwhile; I forgot {it}.")
    if tally.refused:
        where = ", ".join(f"<#{channel_id}>" for channel_id in tally.refused)
        number = sum(tally.refused.values())
        lines.append(
            f"I may not reach {messages(number)} in {where}. Give me the permissions View Channel, Send Messages and "
            "Read Message History there, then try again."
        )
    if tally.failed:
        lines.append(f"{messages(tally.failed).capitalize()} could not be reached, for example in a closed thread.")
    return Card(discord.Embed(title=title, description="\n".join(lines), colour=OTHERS), buttons)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
