"""The cards of digests that exist: their list, one in full with what comes next, and the log of its editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

import discord

from bot.dates import written
from bot.digest.digests import MOST_DIGESTS, Digest
from bot.digest.editions import NO_THREAD, Edition, State
from bot.digest.foresight import Forecast
from bot.digest.planning import NEW
from bot.digest.schedule import describe, occurrences
from bot.limits import EMBED_DESCRIPTION, EMBED_FIELD_VALUE, EMBED_TOTAL, OPTION_DESCRIPTION, OPTION_LABEL
from bot.moderating.actions import MENU, Action, custom_id
from bot.render.card import CHOICE_ROW, NAVIGATION_ROW, Button, Card, Menu, Option, Style
from bot.render.colours import NOTHING, OTHERS
from bot.render.digest_setup import zone_menu
from bot.render.digest_words import Desk, carries, counted, delayed, facts, nothing, roughly, state, title
from bot.render.plain import notice
from bot.render.sheet import PREFIX_ROOM
from bot.text import clip, code, name, plain, safe, units
from bot.zone_search import CHOICES, suggest
from bot.zones import known, zone

LOG_PAGE = 10
"""So many editions stand on a page of the log."""

_LISTED, _LISTED_TIGHTLY = (120, 200), (40, 45)
"""The room for a name and for a reason in the list; with the second there is enough for `MOST_DIGESTS` of them."""

_AHEAD = 5
_WAITING = 3
_REASON_ROOM = 200

_TYPED = (
    ("create #news 9:00 weekdays", "a form, then everything else; nothing is posted before you start it"),
    ("list", "the digests of this server"),
    ("show 4", "what is set, the next posts, and whether they will go through"),
    ("edit 4", "change it"),
    ("preview 4", "the next post, seen by you alone"),
    ("now 4", "post one more at once; asks first"),
    ("pause 4", "post nothing until it is resumed"),
    ("resume 4", "go on"),
    ("log 4", "what was posted, late, skipped or failed, and why"),
    ("delete 4", "asks first, and can be undone"),
    ("restore 4", "brings one back that was deleted"),
)

# Those of the calendar module are in the language of the process.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_VERDICT = {True: "Yes.", False: "No.", None: "Yes, but not all of it."}
_HELD = {True: "✓ {}: granted", False: "✗ {}: missing", None: "– {}: known once the one above is there"}


def list_card(digests: Sequence[Digest], gone: set[int], waiting: Mapping[int, Sequence[Edition]]) -> Card:
    """Return a server's digests with a menu that opens one; `gone` are those whose channel was deleted.

    `waiting` are editions that could not be posted yet, by digest.
    """
    if not digests:
        return notice("This server has no digest yet. /digest create begins one.")

    def listed(rooms: tuple[int, int]) -> str:
        return "\n".join(_listed(one, gone, waiting.get(one.id, ()), *rooms) for one in digests)

    text = listed(_LISTED)
    if units(text) > EMBED_DESCRIPTION:
        text = clip(listed(_LISTED_TIGHTLY), EMBED_DESCRIPTION)
    embed = discord.Embed(title="Digests", description=text, colour=OTHERS)
    embed.set_footer(text=f"{len(digests)} of at most {MOST_DIGESTS}")
    options = tuple(
        Option(
            clip(plain(f"{digest.id}: {digest.name}"), OPTION_LABEL),
            str(digest.id),
            clip(plain(describe(digest.schedule)), OPTION_DESCRIPTION),
        )
        for digest in digests
    )
    return Card(embed, menu=Menu("Open a digest", options, custom_id(Action("digest.show"), MENU)))


def show_card(digest: Digest, desk: Desk) -> Card:
    """Return a digest in full: its settings, the next posts, what the next has, and whether it will go through."""
    lines = [f"**{label}:** {text}" for label, text in facts(digest, desk).items() if label != "Name"]
    held_up = digest.paused_at is not None or desk.forecast.goes is False
    embed = discord.Embed(
        title=title(digest),
        description="\n".join([state(digest), *(delayed(digest, one) for one in desk.waiting[:_WAITING]), "", *lines]),
        colour=NOTHING if held_up else OTHERS,
    )
    embed.add_field(name="Will the next post go through?", value=_verdict(digest, desk), inline=False)
    if desk.forecast.checks:
        embed.add_field(name="My rights there", value=_rights(desk.forecast), inline=False)
    if not known(digest.zone):
        return Card(embed, _ways(digest), _other_zones(digest, desk.now))
    embed.add_field(name="What it would have", value=_next(digest, desk), inline=False)
    ahead = f"Next {_AHEAD} posts" if digest.paused_at is None else f"The next {_AHEAD} would be"
    embed.add_field(name=f"{ahead}, in {desk.zone}", value=_ahead(digest, desk), inline=False)
    return Card(embed, _ways(digest))


def question_card(digest: Digest, *, asked: str, hint: str, yes: Button) -> Card:
    """Return a question about a digest. `hint` is safe."""
    embed = discord.Embed(title=asked, description=f"**{clip(name(digest.name), 200)}**\n\n{hint}", colour=NOTHING)
    return Card(embed, (yes, replace(overview(digest), label="Cancel")))


def done_card(digest: Digest, told: str, *buttons: Button) -> Card:
    """Return what was done to a digest, in our own safe words, with ways to go on."""
    embed = discord.Embed(title=title(digest), description=told, colour=OTHERS)
    return Card(embed, buttons)


def log_card(digest: Digest, editions: Sequence[Edition], page: int, total: int) -> Card:
    """Return a page of a digest's editions, newest first, each with what became of it and why."""
    text = "\n".join(_edition(edition) for edition in editions) or "Nothing was due so far."
    embed = discord.Embed(title=f"Log of {title(digest)}", description=clip(text, EMBED_DESCRIPTION), colour=OTHERS)
    pages = max(1, -(-total // LOG_PAGE))
    embed.set_footer(text=f"{counted(total, 'edition')} · page {page + 1:,} of {pages:,}")
    turns: tuple[Button, ...] = ()
    if pages > 1:
        turns = (
            Button("Newer", custom_id(Action("digest.log", digest.id, str(page - 1))), disabled=not page),
            Button("Older", custom_id(Action("digest.log", digest.id, str(page + 1))), disabled=page + 1 >= pages),
        )
    return Card(embed, (*turns, overview(digest)))


def overview(digest: Digest) -> Button:
    """Return the button that leads to a digest; while it is set up, to that."""
    new = digest.paused_reason == NEW
    return Button("Back to the digest", custom_id(Action("digest.edit" if new else "digest.show", digest.id)))


def typed_card(prefix: str) -> Card:
    """Return what can be typed after the command digest."""
    lines = [f"{code(f'{clip(prefix, PREFIX_ROOM)}digest {typed}')} {what}" for typed, what in _TYPED]
    text = "Each is answered with a button. /digest in the menu does the same at once."
    return Card(
        discord.Embed(title="Digests, for moderators", description="\n".join([*lines, "", text]), colour=OTHERS)
    )


def _other_zones(digest: Digest, now: datetime) -> Menu:
    """Return the zones to choose from instead of one that is lost: what is called alike, then the best known ones."""
    found = dict.fromkeys([*suggest(digest.zone.rpartition("/")[2], now), *suggest("", now)])
    return zone_menu(list(found)[:CHOICES], Action("digest.zone", digest.id))


def _listed(digest: Digest, gone: set[int], waiting: Sequence[Edition], name_room: int, reason_room: int) -> str:
    """Return the lines of a digest in the list."""
    place = "a deleted channel" if digest.id in gone else f"<#{digest.channel_id}>"
    lines = [f"`{digest.id}` **{clip(name(digest.name), name_room)}** in {place}"]
    lines.append(f"{safe(describe(digest.schedule))} · {_brief(digest, reason_room)}")
    lines += [delayed(digest, edition, reason_room) for edition in waiting[:1]]
    return "\n".join([*lines, ""])


def _brief(digest: Digest, room: int) -> str:
    if not known(digest.zone):
        return "**no such time zone**"
    if digest.paused_at is None:
        return f"next <t:{int(digest.next_due_at.timestamp())}:R>" if digest.next_due_at else "never due"
    if digest.paused_reason == NEW:
        return "**not started**"
    return f"**paused:** {clip(safe(digest.paused_reason), room)}"


def _ahead(digest: Digest, desk: Desk) -> str:
    """Return the next moments, in words in the server's zone, and as Discord shows them to each reader."""
    lines = [f"{_moment(due, desk)} · <t:{int(due.timestamp())}:F>" for due in _moments(digest, desk.now)]
    return "\n".join(lines) or "never"


def _moments(digest: Digest, now: datetime) -> list[datetime]:
    return list(islice(occurrences(digest.schedule, now), _AHEAD))


def _moment(moment: datetime, desk: Desk) -> str:
    local = moment.astimezone(zone(desk.zone))
    return f"{_WEEKDAYS[local.weekday()]}, {written(local.date().isoformat(), desk.language)}, {local:%H:%M}"


def _next(digest: Digest, desk: Desk) -> str:
    if desk.content is None:
        return f"Nothing at present. {nothing(digest, desk.subjects)}"
    picture = ", with a chart" if desk.charted else ""
    return f"{carries(desk.content)}: {desk.size:,} of {EMBED_TOTAL:,} characters{picture}"


def _verdict(digest: Digest, desk: Desk) -> str:
    """Return whether the next post will go through, and if not, why."""
    seen, why = desk.forecast.goes, [safe(text) for text in desk.forecast.why]
    if digest.paused_at is not None:
        started = "it is not started" if digest.paused_reason == NEW else "it is paused"
        after = {True: "Apart from that it would.", None: "Apart from that, not all of it would."}.get(seen, "")
        return clip("\n".join([f"**No:** {started}. {after}".strip(), *why]), EMBED_FIELD_VALUE)
    text = "\n".join([f"**{_VERDICT[seen]}**", *why])
    if desk.content is None and seen is not False:
        lost = digest.subjects and not desk.subjects
        head = "**No.**\n" if lost else "**If there is something by then:** at present it would be skipped. "
        text = "\n".join([head + nothing(digest, desk.subjects), *why])
    return clip(text, EMBED_FIELD_VALUE)


def _rights(forecast: Forecast) -> str:
    return "\n".join(safe(_HELD[check.held].format(check.label)) for check in forecast.checks)


def _ways(digest: Digest) -> tuple[Button, ...]:
    def way(label: str, verb: str, row: int, style: Style = Style.PLAIN) -> Button:
        return Button(label, custom_id(Action(f"digest.{verb}", digest.id)), row, style=style)

    if digest.paused_at is None:
        turn = way("Pause", "pause", NAVIGATION_ROW)
    else:
        label = "Start" if digest.paused_reason == NEW else "Resume"
        turn = way(label, "resume", NAVIGATION_ROW, Style.MAIN)
    return (
        way("Edit", "edit", NAVIGATION_ROW),
        way("Preview", "preview", NAVIGATION_ROW),
        turn,
        way("Log", "log", NAVIGATION_ROW),
        *([way("Post one now", "now", CHOICE_ROW)] if digest.paused_at is None else []),
        way("Delete", "delete", CHOICE_ROW, Style.DANGER),
        Button("All digests", custom_id(Action("digest.list")), CHOICE_ROW),
    )


def _edition(edition: Edition) -> str:
    """Return one line of the log."""
    due = f"<t:{int(edition.due_at.timestamp())}:f>"
    when = f"asked for {due}" if edition.asked_for else f"due {due}"
    number = f"No. {edition.number}, {when}" if edition.number else f"{when[0].upper()}{when[1:]}"
    reason = clip(safe(edition.reason), _REASON_ROOM)
    match edition.state:
        case State.POSTED:
            link = f"https://discord.com/channels/{edition.guild_id}/{edition.channel_id}/{edition.message_id}"
            why = f". {reason}" if reason and (edition.late or edition.reason == NO_THREAD) else ""
            return f"{number}: [posted]({link}) {_lateness(edition)}{why}"
        case State.SKIPPED:
            return f"{number}: **skipped.** {reason}"
        case State.FAILED:
            return f"{number}: **failed.** {reason}"
        case State.POSTING:
            return f"{number}: it is being posted. {reason}".strip()
        case State.DUE:
            tried = f"**delayed** after {counted(edition.attempts, 'attempt')}. {reason}" if edition.attempts else ""
            return f"{number}: {tried or 'it is about to be posted.'}"


def _lateness(edition: Edition) -> str:
    if edition.posted_at is None or not edition.late:
        return "on time"
    return f"**late,** by {roughly(edition.posted_at - edition.due_at)}"
