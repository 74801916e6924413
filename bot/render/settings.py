"""The card of a server's settings, with a control for each, and the history of who changed what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.config import PREFIX_LENGTH
from bot.limits import EMBED_FIELD_VALUE
from bot.model import Language, Settings, Suggesting
from bot.moderating.actions import FORM, MENU, Action, custom_id
from bot.render.card import Button, Card, Menu, Option, Pick, Picker
from bot.render.colours import OTHERS
from bot.render.form import Field, Form
from bot.servers.settings import Change, ids_in, texts, unreadable
from bot.text import clip, code, line, person, safe, units
from bot.zones import zone

PAGE = 5
"""So many changes stand on a page of the history."""

NAMES = {
    "moderator_roles": "Moderator roles",
    "review_channel": "Review channel",
    "suggesting": "Who may suggest",
    "private_channels": "Answers for the asker alone",
    "prefix": "Prefix",
    "zone": "Time zone",
    "language": "Language",
}
"""The settings as people call them, in the order of the card."""

SUGGESTING = {
    Suggesting.EVERYONE: "Everybody",
    Suggesting.MODERATORS: "Moderators only",
    Suggesting.NOBODY: "Nobody",
}
LANGUAGES = {
    Language.AMERICAN: "English (United States)",
    Language.BRITISH: "English (United Kingdom)",
}
WRITTEN = {Language.AMERICAN: "November 5, 2024 and 257,000", Language.BRITISH: "5 November 2024 and 257,000"}

BLOCKED = "New suggestions are not posted"
"""Stands above why they are not."""

_LISTED = 10
_ZONE_ROOM = 40
_UNREAD_ROOM = 40
_TYPED = "|"
"""Stands between what was typed into a form: the zone, the language and, as it may hold this itself, the prefix."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the card needs besides the settings.

    The operator's prefix, what was deleted in Discord, the time, whether everybody sees the review channel, why (raw)
    nothing can be posted there, how many suggestions wait, and how many of them have no card there.
    """

    prefix: str
    gone: Collection[int]
    now: datetime
    open_review: bool = False
    blocked: str = ""
    waiting: int = 0
    unposted: int = 0


def settings_card(settings: Settings, desk: Desk, *, changed: Sequence[Change] = (), problem: str = "") -> Card:
    """Return every setting with its control; `changed` is what was just done, `problem` (raw) why something was not."""
    stored = texts(settings)
    lines = [f"**{label}:** {said(name, stored[name], desk)}" for name, label in NAMES.items()]
    if desk.open_review:
        lines[1] += " (everybody can read there, also what is only suggested)"
    lines[0] += " (besides those with the permission Manage Server)"
    clock = f"{desk.now.astimezone(zone(settings.zone)):%H:%M}"
    lines[-2] += f", where it is {clock} now; digests keep to it"
    if desk.waiting:
        some = f"{desk.unposted:,} of them " if desk.unposted < desk.waiting else ""
        without = f" ({some}not posted in the review channel yet)" if desk.unposted else ""
        lines.append(f"**Suggestions that wait:** {desk.waiting:,}{without}")
    text = "What you pick below is saved at once.\n\n" + "\n".join(lines)
    embed = discord.Embed(title="Settings of this server", description=text, colour=OTHERS)
    if changed:
        embed.add_field(name="Changed", value=_fitting([_change(one, desk) for one in changed]), inline=False)
    if desk.blocked:
        embed.add_field(name=BLOCKED, value=clip(safe(desk.blocked), EMBED_FIELD_VALUE), inline=False)
    if problem:
        embed.add_field(name="Not changed", value=clip(safe(problem), EMBED_FIELD_VALUE), inline=False)
    buttons = [
        Button("Prefix, time zone, language", custom_id(Action("settings.form")), 4),
        Button("History", custom_id(Action("settings.history")), 4),
    ]
    if any(id_ in desk.gone for id_ in ids(settings)):
        buttons.append(Button("Clear what was deleted", custom_id(Action("settings.clear")), 4))
    if desk.waiting:
        buttons.append(Button(f"Queue ({desk.waiting:,})", custom_id(Action("review.queue")), 4))
    if desk.unposted and not desk.blocked:
        cards = "1 card" if desk.unposted == 1 else f"{desk.unposted:,} cards"
        buttons.append(Button(f"Post {cards}", custom_id(Action("review.post")), 4))
    return Card(embed, tuple(buttons), pickers=_controls(settings, desk))


def settings_form(settings: Settings, desk: Desk, typed: str = "") -> Form:
    """Return the form for what is typed; `typed` is what `typed_again` kept of an earlier try."""
    kept = typed.split(_TYPED, 2)
    zone_, language, prefix = kept if len(kept) == 3 else (settings.zone, settings.language, settings.prefix)  # noqa: PLR2004
    languages = tuple(Option(label, key, WRITTEN[key]) for key, label in LANGUAGES.items())
    return Form(
        "Prefix, time zone, language",
        custom_id(Action("settings.save"), FORM),
        (
            Field(
                "prefix", "Prefix", f"Typed commands begin with it. Empty: {desk.prefix}", prefix, most=PREFIX_LENGTH
            ),
            Field("zone", "Time zone", "A large city, or a name such as America/Chicago. Empty: UTC", zone_, most=100),
            Field("language", "How dates and numbers are written", value=language, required=True, options=languages),
        ),
    )


def faulty_card(faults: Sequence[str], typed: Mapping[str, str]) -> Card:
    """Return what is wrong with a form (raw), and a button that opens it again as it was filled in."""
    text = "\n".join(safe(fault) for fault in faults)
    embed = discord.Embed(title="Not saved", description=text, colour=OTHERS)
    again = Action("settings.form", text=_typed_again(typed))
    return Card(
        embed, (Button("Try again", custom_id(again)), Button("All settings", custom_id(Action("settings.show"))))
    )


def history_card(rows: Sequence[tuple[datetime, int, Sequence[Change]]], page: int, total: int, desk: Desk) -> Card:
    """Return a page of who changed what and when, newest first. Somebody whose data was erased has the id 0."""
    blocks: list[str] = []
    for at, actor_id, changed in rows:
        blocks.append(
            "\n".join([f"<t:{int(at.timestamp())}:f> by {person(actor_id)}", *(_change(one, desk) for one in changed)])
        )
    text = "\n\n".join(blocks) or "Nothing was changed so far."
    embed = discord.Embed(title="History of the settings", description=text, colour=OTHERS)
    pages = max(1, -(-total // PAGE))
    embed.set_footer(text=f"Page {page + 1:,} of {pages:,}")
    buttons = [Button("All settings", custom_id(Action("settings.show")))]
    if pages > 1:
        newer, older = Action("settings.history", max(0, page - 1)), Action("settings.history", page + 1)
        buttons = [
            Button("Newer", custom_id(newer), disabled=not page),
            Button("Older", custom_id(older), disabled=page + 1 >= pages),
            *buttons,
        ]
    return Card(embed, tuple(buttons))


def ids(settings: Settings) -> tuple[int, ...]:
    """Return the roles and channels that are named in settings."""
    review = (settings.review_channel,) if settings.review_channel else ()
    return (*settings.moderator_roles, *settings.private_channels, *review)


def said(name: str, stored: str, desk: Desk) -> str:
    """Return a setting, as it is stored, in words."""
    match name:
        case _ if unreadable(0, {name: stored}):
            return line(clip(stored, _UNREAD_ROOM))
        case "moderator_roles" | "review_channel" | "private_channels":
            mark = "@&" if name == "moderator_roles" else "#"
            found = [id_ for id_ in ids_in(stored) if id_]
            shown = ["(deleted)" if id_ in desk.gone else f"<{mark}{id_}>" for id_ in found[:_LISTED]]
            more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
            return ", ".join(shown) + more or "none"
        case "suggesting":
            return SUGGESTING.get(Suggesting(stored), stored).lower()
        case "zone" | "prefix":
            return code(stored) if stored else f"{code(desk.prefix)}, as the operator has set"
        case "language":
            language = Language(stored)
            return f"{LANGUAGES[language]}: {WRITTEN[language]}"
        case _:
            return line(stored)


def _controls(settings: Settings, desk: Desk) -> tuple[Picker | Menu, ...]:
    def there(chosen: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(id_ for id_ in chosen if id_ and id_ not in desk.gone)

    def act(name: str) -> str:
        return custom_id(Action(f"settings.{name}"), MENU)

    who = tuple(Option(label, key, chosen=key is settings.suggesting) for key, label in SUGGESTING.items())
    review = (settings.review_channel,)
    return (
        Picker(Pick.ROLES, "Moderator roles", act("moderators"), there(settings.moderator_roles), row=0),
        Picker(Pick.PLACES, "Review channel or thread for suggestions", act("review"), there(review), 1, row=1),
        Menu("Who may suggest", who, act("suggesting"), row=2),
        Picker(
            Pick.CHANNELS,
            "Channels where only the asker sees an answer",
            act("private"),
            there(settings.private_channels),
            row=3,
        ),
    )


def _change(change: Change, desk: Desk) -> str:
    before, after = said(change.name, change.before, desk), said(change.name, change.after, desk)
    return f"**{NAMES[change.name]}:** {before} → {after}"


def _fitting(lines: Sequence[str]) -> str:
    """Return as many lines as a field of a card holds: none is cut, as a mention might be in it."""
    text = ""
    for one in lines:
        if units(text) + units(one) + 2 > EMBED_FIELD_VALUE:
            return f"{text}…"
        text += f"{one}\n"
    return text


def _typed_again(typed: Mapping[str, str]) -> str:
    """Return what was typed, to go into a `custom_id`; what is far too long for a zone is left out."""
    zone_, language, prefix = (typed.get(key, "") for key in ("zone", "language", "prefix"))
    if units(zone_) > _ZONE_ROOM or _TYPED in zone_:
        zone_ = ""
    return _TYPED.join((zone_, language[: len(Language.BRITISH)], prefix[:PREFIX_LENGTH]))
