"""The history of an entry: who changed what and when, each change from before to after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.dates import written
from bot.limits import EMBED_DESCRIPTION, OPTION_DESCRIPTION, OPTION_LABEL
from bot.model import SHARED
from bot.moderating.actions import MENU, Action, custom_id
from bot.moderating.history import PAGE, Change, History, WayBack
from bot.render.card import Button, Card, Menu, Option, Style
from bot.render.colours import NOTHING, OTHERS
from bot.render.listings import excerpt_text
from bot.render.moderation import Manner
from bot.render.words import headline
from bot.text import clip, line, person, plain, visible
from bot.writing.fields import LABELS

_FIELDS = 6
"""So many changed fields of one change are shown."""

_ROOM = EMBED_DESCRIPTION // PAGE - 90
_DONE = {"status": "given a status", "unhidden": "shown again"}
"""What a change is called where its own name is no word for people."""

_WAS = {"added": "It was not there", "restored": "It was removed", "unhidden": "It was hidden here"}
"""What an entry was before it was there, by what was done then."""

_EITHER = {"imported", "reverted"}
"""What was done may have brought an entry, or taken it away."""

_EMPTY = "(empty)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed, both sides as safe text on one line with what differs in bold."""

    label: str
    before: str
    after: str


def differences(before: Mapping[str, str], after: Mapping[str, str], room: int) -> list[Difference]:
    """Return the fields that differ, in the order of their labels; a value takes about `room` characters at most."""
    return [
        Difference(LABELS.get(key, key), *_around(_value(key, before), _value(key, after), room))
        for key in _differing(before, after)
    ]


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    keys = dict.fromkeys([*LABELS, *after, *before])
    return [key for key in keys if before.get(key, "") != after.get(key, "")]


def difference_lines(before: Mapping[str, str], after: Mapping[str, str], room: int) -> list[str]:
    """Return what differs as lines of at most `room` units together, unless even the labels need more."""
    shown = differences(before, after, 0)[:_FIELDS]
    each = max(12, room // (4 * max(1, len(shown))) - 12)
    found = differences(before, after, each)
    lines = [f"- {one.label}: {one.before} → {one.after}" for one in found[:_FIELDS]]
    if len(found) > _FIELDS:
        more = len(found) - _FIELDS
        lines.append(f"- and {more} more field{'s' if more > 1 else ''}")
    return lines


def history_card(history: History, manner: Manner) -> Card:
    """Return a page of an entry's history, newest change first."""
    changes, page = history.changes, history.page
    title = f"History of #{history.entry_id}"
    if not changes:
        text = "Nobody in this server has changed this entry. It is as its source’s pack brought it."
        return Card(discord.Embed(title=title, description=text, colour=OTHERS))
    told = [_told(change, numbered=history.several) for change in changes]
    embed = discord.Embed(title=title, description="\n\n".join(told), colour=OTHERS)
    pages = -(-history.total // PAGE)
    named = clip(plain(headline(history.entry, manner.language)), 100)
    embed.set_footer(text=f"{named} · Page {page + 1:,} of {pages:,}" if pages > 1 else named)
    turns = (
        _turn("Previous", history.entry_id, page - 1, disabled=page <= 0),
        _turn("Next", history.entry_id, page + 1, disabled=page + 1 >= pages),
    )
    return Card(embed, turns if pages > 1 else (), _menu(changes, manner))


def revert_card(way: WayBack) -> Card:
    """Return the question whether to go back to before a change."""
    entry_id = way.entry.id
    embed = discord.Embed(
        title=f"Go back to before this change of #{entry_id}?",
        description=f"{_head(way.change)}\n\n{_would(way)}\n\n"
        "The history keeps everything, so that this can be taken back too.",
        colour=NOTHING,
    )
    buttons = (
        Button("Go back", custom_id(Action("entry.revert.yes", way.change.id)), style=Style.DANGER),
        Button("Cancel", custom_id(Action("entry.history", entry_id))),
    )
    return Card(embed, buttons)


def _would(way: WayBack) -> str:  # noqa: PLR0911 - one for each of what may come of it
    """Return in safe words what going back would do."""
    shared = way.entry.guild_id == SHARED
    match way.now, way.goal:
        case None, None:
            return "It is as it was before this change. Nothing would change."
        case _, None if shared:
            return "It would be hidden here again. It could be shown again."
        case _, None if way.entry.corrects:
            which = f"This server’s version #{way.entry.id} would be removed"
            return f"{which}, and #{way.entry.corrects} shown as its pack has it. It could be restored."
        case _, None:
            return "It was added or brought back then, so that it would be removed. It could be restored."
        case None, _ if shared:
            return "It is hidden here now, and would be shown again."
        case None, _:
            return "It is removed now, and would be there again as it was before this change."
        case now, goal:
            if shared or not differences(now, goal, 0):
                return "It says the same now as before this change. Nothing would change."
            return "\n".join(["This would change:", *difference_lines(now, goal, 2000)])


def _turn(text: str, entry_id: int, page: int, *, disabled: bool) -> Button:
    # The page is the action's text, so that both buttons of a card have ids of their own.
    return Button(text, custom_id(Action("entry.history", entry_id, str(page))), disabled=disabled)


def _menu(changes: Sequence[Change], manner: Manner) -> Menu:
    options: list[Option] = []
    for change in changes:
        when = f"{written(f'{change.at:%Y-%m-%d}', manner.language)}, {change.at:%H:%M} UTC"
        said = clip(plain(_was(change)), OPTION_DESCRIPTION)
        options.append(Option(clip(f"Before it was {_done(change)}: {when}", OPTION_LABEL), str(change.id), said))
    return Menu("Go back to before …", tuple(options), custom_id(Action("entry.revert"), MENU))


def _was(change: Change) -> str:
    """Return in one raw phrase what it was before a change: the first field that is another now, or all of it."""
    if change.before is None:
        return _WAS.get(change.action, "It was not shown")
    changed = _differing(change.before, change.after or change.before)
    if not changed:
        return gist(change.before)
    return f"{LABELS.get(changed[0], changed[0])}: {_value(changed[0], change.before) or _EMPTY}"


def _told(change: Change, *, numbered: bool) -> str:
    lines = [_head(change, numbered=numbered)]
    if change.before is not None and change.after is not None:
        lines += difference_lines(change.before, change.after, _ROOM)
    else:
        lines.append(clip(f"{_came_or_went(change)}{line(gist(change.before or change.after or {}))}", _ROOM // 2))
    return "\n".join(filter(None, lines))


def _came_or_went(change: Change) -> str:
    """Return whether an entry is there since a change, or no more, where what was done may be either."""
    if change.action not in _EITHER:
        return ""
    return "Shown from then on: " if change.before is None else "Not shown any more: "


def _head(change: Change, *, numbered: bool = False) -> str:
    which = f" (`#{change.target_id}`)" if numbered else ""
    return f"**{_done(change).capitalize()}**{which} by {person(change.actor_id)}, <t:{int(change.at.timestamp())}:f>"


def _done(change: Change) -> str:
    """Return in safe words what was done."""
    return _DONE.get(change.action) or clip(line(change.action), 60)


def gist(fields: Mapping[str, str]) -> str:
    """Return in one raw phrase what an entry says."""
    said = fields.get("words") or fields.get("figure") or fields.get("title") or ""
    about = fields.get("speaker") or fields.get("about") or ""
    return f"{about}: {said}" if about else said


def _value(key: str, fields: Mapping[str, str]) -> str:
    """Return a value as a person knows it."""
    text = visible(fields.get(key, ""))
    return f"source {text}" if key == "source" and text.isdecimal() else text


def _around(old: str, new: str, room: int) -> tuple[str, str]:
    """Return both values clipped around where they differ."""
    start = _alike(old, new)
    while start and old[start - 1] != " ":
        start -= 1  # whole words
    end = _alike(old[start:][::-1], new[start:][::-1])
    while end and old[-end] != " ":
        end -= 1
    return _marked(old, start, len(old) - end, room), _marked(new, start, len(new) - end, room)


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    differ = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def _marked(text: str, start: int, end: int, room: int) -> str:
    """Return safe text of about `room` characters around a part of it, which is in bold unless it is all of it."""
    if not text:
        return _EMPTY
    if end - start == len(text):
        return excerpt_text(text if len(text) <= room else f"{text[:room]}…")
    part = text[start:end] if end - start <= room else f"{text[start : start + room]}…"
    beside = max(0, room - len(part)) // 2
    left, right = text[max(0, start - beside) : start], text[end : end + beside]
    return excerpt_text(
        f"{'…' if len(left) < start else ''}{left}\x02{part.strip()}\x03"
        f"{' ' if part.endswith(' ') else ''}{right}{'…' if end + len(right) < len(text) else ''}"
    )
