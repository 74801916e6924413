"""What moderators see of suggestions: the card that is decided on, the queue, and the form of a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import discord

from bot.moderating.actions import FORM, MENU, Action, custom_id
from bot.moderating.reviews import REASON, Change, Review
from bot.moderating.suggestions import State, Suggestion, edit_of
from bot.render.card import CHOICE_ROW, Button, Card, Menu, Option, Style
from bot.render.colours import KIND_COLOUR, NOTHING, OTHERS
from bot.render.form import Field, Form
from bot.render.history import difference_lines
from bot.render.moderation import Manner, show_button
from bot.render.preview import (
    add_lines,
    add_message,
    add_new,
    add_place,
    add_source,
    add_taken,
    filled,
    numberless,
    preview,
)
from bot.render.settings import BLOCKED
from bot.render.suggestions import STANDING, became, gist_line, supporters
from bot.render.words import KIND, headline
from bot.text import line, person

WAITING, DECIDED = "w", "d"
"""The two lists of the queue, as a custom_id names them before the page: "w0"."""

_FIELD_ROOM = 450
_NEAR = 3


def review_card(review: Review, manner: Manner, *, where: str = "", named: bool = True, posted: int = 0) -> Card:
    """Return a suggestion with the decisions that can be taken on it.

    `where` is the page of the queue that it stands on, "" for the card in the review channel. Without `named` no
    reviewer is named. `posted` is in how many messages the entry stands that it was.
    """
    one = review.suggestion
    title = f"#S{one.id} · {KIND[one.kind]} · {STANDING[one.state]}"
    colour = KIND_COLOUR[one.kind] if one.state is State.PENDING else OTHERS
    text = f"{_standing(review, named=named)}\n\n{_body(review, manner)}"
    embed = discord.Embed(title=title, description=text, colour=NOTHING if review.faults else colour)
    if one.state is State.PENDING:
        _add_hints(embed, review, manner)
    if one.state is State.APPROVED:
        add_lines(embed, "Changed before it was approved", _edited(review.history[0]), _FIELD_ROOM)
    if named:
        add_lines(embed, "Before", _past(review.history), _FIELD_ROOM)
    return Card(embed, tuple(_ways(review, where, posted)))


def queue_card(  # noqa: PLR0917 - a page, of which list of how many, and what is wrong
    review: Review, manner: Manner, shown: str, page: int, counts: tuple[int, int], blocked: str = ""
) -> Card:
    """Return a page of the queue; `counts` are how many suggestions wait, and how many are decided.

    `blocked` (raw) is why new ones are not posted.
    """
    card = review_card(review, manner, where=f"{shown}{page}")
    _add_blocked(card.embed, blocked)
    total = counts[0] if shown == WAITING else counts[1]
    what = "waiting, oldest first" if shown == WAITING else "decided, latest first"
    card.embed.set_footer(text=f"{page + 1:,} of {total:,} {what} · Only you see this.")
    turns = (
        _turn("Previous", shown, page - 1, disabled=not page),
        _turn("Next", shown, page + 1, disabled=page + 1 >= total),
    )
    return replace(card, buttons=(*card.buttons, *turns), menu=_menu(shown, counts))


def empty_card(shown: str, counts: tuple[int, int], blocked: str = "") -> Card:
    """Return that there is nothing to look at, and (raw) why new suggestions are not posted."""
    text = "No suggestion waits for a decision." if shown == WAITING else "No suggestion was decided yet."
    embed = discord.Embed(title="Suggestions", description=text, colour=OTHERS)
    _add_blocked(embed, blocked)
    return Card(embed, menu=_menu(shown, counts))


def posted_card(posted: int, left: int, channel_id: int, blocked: str = "") -> Card:
    """Return how many cards of what waits were posted, how many are left, and (raw) why none can be."""
    cards = "1 card was" if posted == 1 else f"{posted:,} cards were"
    text = f"{cards} posted in <#{channel_id}>." if posted else "Nothing was posted."
    embed = discord.Embed(title="Suggestions that wait", description=text, colour=OTHERS)
    _add_blocked(embed, blocked)
    buttons = [Button("Open the queue", custom_id(Action("review.queue")))]
    if left and not blocked:
        buttons.append(Button(f"Post {left:,} more", custom_id(Action("review.post")), style=Style.MAIN))
    return Card(embed, tuple(buttons))


def _add_blocked(embed: discord.Embed, blocked: str) -> None:
    if blocked:
        add_lines(embed, BLOCKED, [line(blocked)], _FIELD_ROOM)


def done_card(review: Review, manner: Manner, where: str, waiting: int, *, posted: int = 0) -> Card:
    """Return a suggestion after a decision in the queue, with a way on to what still waits."""
    card = review_card(review, manner, where=where, posted=posted)
    card.embed.set_footer(text=f"{waiting:,} still waiting · Only you see this." if waiting else "Nothing waits now.")
    page = where[1:] if where.startswith(WAITING) else "0"
    on = Button("Go on", custom_id(Action("review.queue", text=f"{WAITING}{page}")), CHOICE_ROW, disabled=not waiting)
    return replace(card, buttons=(*card.buttons, on))


def reject_form(suggestion: Suggestion, where: str, reason: str = "") -> Form:
    """Return the form that asks why a suggestion is turned down."""
    field = Field("reason", "Reason", "The member is shown it.", reason, required=True, long=True, most=REASON)
    submit = custom_id(Action("suggestion.reject", suggestion.id, where), FORM)
    return Form(f"Reject #S{suggestion.id}", submit, (field,))


def _standing(review: Review, *, named: bool) -> str:
    """Return who suggested it, and who decided what and why."""
    one = review.suggestion
    lines = [f"Suggested by {person(one.member_id)}, <t:{int(one.suggested_at.timestamp())}:f>."]
    if one.supporters:
        lines[0] += f" {supporters(one.supporters)}"
    if one.decided_at is not None:
        lines.append(f"**{one.state.capitalize()}** by {_who(one.decided_by, named=named)}, {_when(review)}.")
    if one.state is State.APPROVED:
        lines.append(became(one))
    if one.state is State.REJECTED:
        lines.append(f"Reason: {line(one.reason)}")
    return "\n".join(lines)


def _who(user_id: int, *, named: bool) -> str:
    return person(user_id) if named else "a moderator"


def _when(review: Review) -> str:
    decided_at = review.suggestion.decided_at
    return f"<t:{int(decided_at.timestamp())}:f>" if decided_at else ""


def _body(review: Review, manner: Manner) -> str:
    """Return the entry as it would look, or what is filled in where it cannot be one."""
    one = review.suggestion
    if review.entry is None:
        return filled(one.kind, one.fields, review.source)
    entry = review.entry if one.state is State.APPROVED else numberless(review.entry)
    shortened = "" if one.state is State.APPROVED else "Edit shows it in full."
    return preview(entry, one.fields.get("about", ""), manner, called=f"`#S{one.id}`", shortened=shortened)


def _add_hints(embed: discord.Embed, review: Review, manner: Manner) -> None:
    """Add what those who decide should look at."""
    fields = review.suggestion.fields
    faults = [f"- {line(text)}" for text in review.faults.values()]
    add_lines(embed, "To be mended before it can be approved", faults, _FIELD_ROOM)
    if review.lost:
        changed = difference_lines(*review.lost, _FIELD_ROOM)
        add_lines(embed, f"Approving changes #{review.suggestion.entry_id} as it was last", changed, _FIELD_ROOM)
    add_message(embed, fields)
    add_place(embed, review.place)
    near = [f"`#{entry.id}` {line(headline(entry, manner.language))}" for entry in review.near[:_NEAR]]
    add_lines(embed, "Stored already, much the same", near, _FIELD_ROOM)
    add_source(embed, fields, manner.language, _FIELD_ROOM)
    add_new(embed, review.new, _FIELD_ROOM)
    add_taken(embed, review.taken, _FIELD_ROOM)
    alike = [f"`#S{one.id}` {gist_line(one)}" for one in review.alike[:_NEAR]]
    add_lines(embed, "Suggested as well, much the same", alike, _FIELD_ROOM)


def _past(history: Sequence[Change]) -> list[str]:
    """Return the decisions that were taken back, newest first, and their taking back."""
    taken = [index for index, change in enumerate(history) if change.action == "taken back"]
    if not taken:
        return []
    past = [change for change in history[taken[0] :] if change.action != "suggested"]
    return [
        f"{change.action.capitalize()}{' with changes' if _edited(change) else ''} by "
        f"{_who(change.actor_id, named=True)}, <t:{int(change.at.timestamp())}:f>"
        for change in past
    ]


def _edited(change: Change) -> list[str]:
    """Return what a reviewer changed before they approved it, as lines."""
    edit = edit_of(change)
    return difference_lines(*edit, _FIELD_ROOM) if edit else []


def _ways(review: Review, where: str, posted: int) -> Iterable[Button]:
    """Return the decisions that can be taken now."""
    one = review.suggestion
    match one.state:
        case State.PENDING:
            approve = custom_id(Action("suggestion.approve", one.id, where))
            yield Button("Approve", approve, disabled=bool(review.faults), style=Style.MAIN)
            yield Button("Edit", custom_id(Action("suggestion.edit", one.id, where)))
            yield Button("Reject", custom_id(Action("suggestion.reject", one.id, where)), style=Style.DANGER)
        case State.APPROVED | State.REJECTED:
            if one.state is State.APPROVED and not one.removed:
                yield show_button(one.entry_id, f"Show #{one.entry_id}")
            yield Button("Take back", custom_id(Action("suggestion.back", one.id, where)))
        case _:
            pass
    if posted:
        messages = "1 message" if posted == 1 else f"{posted:,} messages"
        yield Button(f"Update {messages}", custom_id(Action("corrections.offer", one.entry_id)), style=Style.MAIN)


def _menu(shown: str, counts: tuple[int, int]) -> Menu:
    options = (
        Option(f"Waiting ({counts[0]:,})", f"{WAITING}0", "Oldest first", chosen=shown == WAITING),
        Option(f"Decided ({counts[1]:,})", f"{DECIDED}0", "The latest decision first", chosen=shown == DECIDED),
    )
    return Menu("Which suggestions", options, custom_id(Action("review.queue"), MENU))


def _turn(label: str, shown: str, page: int, *, disabled: bool) -> Button:
    return Button(label, custom_id(Action("review.queue", text=f"{shown}{page}")), CHOICE_ROW, disabled=disabled)
