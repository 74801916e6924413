"""A digest while it is set up: the card with a control for each setting, and what is wrong with a form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

import discord

from bot.digest.catchup import CatchUp
from bot.digest.digests import Digest
from bot.digest.planning import NEW
from bot.digest.schedule import DAILY, WEEKDAYS, Days
from bot.limits import EMBED_FIELD_VALUE, OPTION_LABEL
from bot.moderating.actions import MENU, Action, custom_id
from bot.render.card import Button, Card, Menu, Option, Pick, Picker, Style
from bot.render.colours import NOTHING, OTHERS
from bot.render.digest_words import Desk, days, facts, late_briefly, state, title
from bot.text import clip, plain, safe, units
from bot.zone_search import Meant, Place

OTHER = "other"
"""The line of a menu that opens a form."""

_CHANGES_ROOM = EMBED_FIELD_VALUE - 200
"""The rest is for the names of what is not told in full."""

_HOURS = timedelta(hours=1)
_LATE = (
    (CatchUp.SKIP, 6 * _HOURS),
    (CatchUp.LATEST, _HOURS),
    (CatchUp.LATEST, 6 * _HOURS),
    (CatchUp.LATEST, 24 * _HOURS),
    (CatchUp.ALL, 24 * _HOURS),
    (CatchUp.ALL, 7 * 24 * _HOURS),
)
_DAYS = (
    DAILY,
    WEEKDAYS,
    Days(frozenset({5, 6})),
    *(Days(frozenset({day})) for day in range(7)),
    *(Days(month_day=day) for day in (1, 15, 31)),
)


def setup_card(
    digest: Digest, desk: Desk, *, before: Mapping[str, str] | None = None, problem: str = "", told: str = ""
) -> Card:
    """Return every setting with its control.

    `before` are the facts before a change, `problem` (raw) says why there was none, `told` (raw) what was understood.
    """
    now = facts(digest, desk)
    lines = [f"**{label}:** {text}" for label, text in now.items() if label != "Name"]
    new = digest.paused_reason == NEW
    embed = discord.Embed(
        title=title(digest), description="\n".join([state(digest), "", *lines]), colour=NOTHING if problem else OTHERS
    )
    differing = [label for label in now if before is not None and before.get(label) != now[label]]
    if differing:
        embed.add_field(name="Saved", value=_differences(differing, before or {}, now), inline=False)
    if told:
        embed.add_field(name="Understood", value=clip(safe(told), EMBED_FIELD_VALUE), inline=False)
    if problem:
        embed.add_field(name="Not changed", value=clip(safe(problem), EMBED_FIELD_VALUE), inline=False)
    if desk.forecast.goes is not True and not problem:
        why = "\n".join(safe(text) for text in desk.forecast.why)
        embed.add_field(name="In the way", value=clip(why, EMBED_FIELD_VALUE), inline=False)
    embed.set_footer(
        text=f"What you pick is kept. /digest edit {digest.id} comes back here, /digest delete {digest.id} discards it."
        if new
        else "What you pick is saved at once, and holds from the next post on."
    )
    return Card(embed, _buttons(digest, desk, new=new), pickers=_controls(digest, desk))


def faulty_card(faults: Iterable[str], back: Action, *, saved: Collection[str] = (), digest_id: int = 0) -> Card:
    """Return what is wrong with a form (raw), with a button that opens it again; `saved` are labels of the rest."""
    embed = discord.Embed(title="Not saved", description="\n".join(safe(one) for one in faults), colour=NOTHING)
    _add_saved(embed, saved)
    return Card(embed, _back(back, digest_id))


def zone_card(
    meant: Meant,
    pick: Action,
    back: Action,
    *,
    others: Sequence[str] = (),
    saved: Collection[str] = (),
    digest_id: int = 0,
) -> Card:
    """Return the zones that may be meant, of which one can be picked; `others` is what else is wrong (raw)."""
    text = "\n".join(safe(one) for one in (meant.why, *others))
    embed = discord.Embed(title="Which time zone?", description=text, colour=NOTHING)
    _add_saved(embed, saved)
    return Card(embed, _back(back, digest_id), zone_menu(meant.choices, pick))


def zone_menu(places: Iterable[Place], pick: Action) -> Menu:
    """Return a menu of time zones, of which one is picked."""
    options = tuple(Option(clip(plain(place.label), OPTION_LABEL), place.iana) for place in places)
    return Menu("Choose a time zone", options, custom_id(pick, MENU))


def _buttons(digest: Digest, desk: Desk, *, new: bool) -> tuple[Button, ...]:
    thread = Action("digest.thread", digest.id, "0" if digest.thread else "1")
    if digest.paused_at is None:
        last = Button("Overview", custom_id(Action("digest.show", digest.id)), 4)
    else:
        resume = custom_id(Action("digest.resume", digest.id))
        last = Button("Start" if new else "Resume", resume, 4, style=Style.MAIN)
    threads = Button("No thread" if digest.thread else "With a thread", custom_id(thread), 4)
    return (
        Button("What goes in", custom_id(Action("digest.content", digest.id)), 4),
        Button("Words and time", custom_id(Action("digest.words", digest.id)), 4),
        *(() if desk.in_thread else (threads,)),
        Button("Preview", custom_id(Action("digest.preview", digest.id)), 4),
        last,
    )


def _controls(digest: Digest, desk: Desk) -> tuple[Picker | Menu, ...]:
    def act(verb: str) -> str:
        return custom_id(Action(f"digest.{verb}", digest.id), MENU)

    channel = (digest.channel_id,) if desk.here else ()
    role = (digest.role_id,) if desk.role and digest.role_id else ()
    roles: Picker | Menu = Picker(Pick.ROLES, "Role to mention (none)", act("role"), role, 1, row=3)
    if digest.role_id and not desk.role:
        # A picker shows nothing that could be taken out.
        nobody = Option("Mention nobody", "0", "Another role can be chosen after that")
        roles = Menu("Role to mention (it was deleted)", (nobody,), act("role"), row=3)
    listed = dict.fromkeys([*_DAYS, digest.days])
    when = [Option(days(one), str(one), chosen=one == digest.days) for one in listed]
    policies = {(policy, digest.window if policy is CatchUp.SKIP else window) for policy, window in _LATE}
    policies.add((digest.catch_up, digest.window))
    ordered = sorted(policies, key=lambda one: (list(CatchUp).index(one[0]), one[1]))
    lateness = [
        Option(
            late_briefly(policy, window),
            f"{policy}:{int(window.total_seconds() // 60)}",
            chosen=(policy, window) == (digest.catch_up, digest.window),
        )
        for policy, window in ordered
    ]
    return (
        Picker(Pick.PLACES, "Channel or thread", act("channel"), channel, 1, row=0),
        Menu("Days", (*when, Option("Other days …", OTHER)), act("days"), row=1),
        Menu("If it is late", (*lateness, Option("Another span …", OTHER)), act("late"), row=2),
        roles,
    )


def _add_saved(embed: discord.Embed, saved: Collection[str]) -> None:
    if saved:
        embed.add_field(name="Saved all the same", value=", ".join(saved), inline=False)


def _back(back: Action, digest_id: int) -> tuple[Button, ...]:
    buttons = [Button("Back to the form", custom_id(back), style=Style.MAIN)]
    if digest_id:
        buttons.append(Button("All settings", custom_id(Action("digest.edit", digest_id))))
    return tuple(buttons)


def _differences(labels: Iterable[str], before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return what was changed; none of it is cut, as a mention might be in it."""
    text = ""
    for label in labels:
        one = f"**{label}:** {before.get(label, 'none')} → {after[label]}\n"
        if units(text) + units(one) > _CHANGES_ROOM:
            one = f"**{label}**\n"
        text += one
    return text
