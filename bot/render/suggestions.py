"""What a member sees of suggestions: what is sent, what says the same already, and what became of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.model import Kind
from bot.moderating.actions import Action, custom_id
from bot.moderating.drafts import Draft
from bot.moderating.suggestions import PAGE, Edit, State, Suggestion
from bot.render.card import CHOICE_ROW, Button, Card, Style
from bot.render.colours import NOTHING, OTHERS
from bot.render.drafts import drafts_menu
from bot.render.history import difference_lines, gist
from bot.render.words import KIND
from bot.text import clip, line, name

LIKE = 3
"""So many suggestions that say the same are offered for support."""

_LINE = 250
_EDIT_ROOM = 400
_EDITED = "A moderator changed it before it was approved"

STANDING = {
    State.PENDING: "waits for a decision",
    State.APPROVED: "approved",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
}


def gist_line(suggestion: Suggestion, room: int = _LINE) -> str:
    """Return in safe words what a suggestion says."""
    return clip(line(gist(suggestion.fields)), room) or "(blank)"


def heading(suggestion: Suggestion) -> str:
    """Return the line above a suggestion in a list."""
    return f"### {KIND[suggestion.kind]} · `#S{suggestion.id}`"


def kinds_card() -> Card:
    """Return the question what is suggested, for those who typed no kind."""
    text = "What do you suggest? A form opens. Moderators look at what you send before it is stored."
    buttons = tuple(Button(KIND[one], custom_id(Action("suggestion.new", text=one)), style=Style.MAIN) for one in Kind)
    return Card(discord.Embed(title="Suggest an entry", description=text, colour=OTHERS), buttons)


def alike_card(draft_id: int, alike: Sequence[Suggestion], member_id: int) -> Card:
    """Return suggestions that wait and say the same as a draft, to be supported unless they are one's own."""
    shown = alike[:LIKE]
    own = {one.id for one in shown if one.member_id == member_id}
    said = dict.fromkeys(own, "You suggested this yourself.")
    lines = [f"{heading(one)}\n{gist_line(one)}\n{said.get(one.id) or supporters(one.supporters)}" for one in shown]
    text = "This is suggested already and waits for a decision."
    if len(own) < len(shown):
        text += " Supporting it helps more than a second one:"
    embed = discord.Embed(title="Much the same waits already", description="\n".join([text, *lines]), colour=NOTHING)
    support = (
        Button(f"Support #S{one.id}", custom_id(Action("suggestion.support", one.id, str(draft_id))), style=Style.MAIN)
        for one in shown
        if one.id not in own
    )
    others = [
        Button("Suggest mine all the same", custom_id(Action("suggestion.send", draft_id)), CHOICE_ROW),
        Button("Back to my draft", custom_id(Action("suggestion.draft", draft_id)), CHOICE_ROW),
    ]
    if own:
        others.append(Button("My suggestions", custom_id(Action("suggestion.mine")), CHOICE_ROW))
    return Card(embed, (*support, *others))


def sent_card(suggestion: Suggestion) -> Card:
    """Return that a suggestion waits."""
    text = (
        f"{KIND[suggestion.kind]}: {gist_line(suggestion)}\n\n"
        "Moderators will look at it. `/suggestions mine` shows you what becomes of it."
    )
    embed = discord.Embed(title=f"Sent as #S{suggestion.id}", description=text, colour=OTHERS)
    return Card(embed, (_mine_button(), _withdraw_button(suggestion.id, 0)))


def supported_card(suggestion: Suggestion) -> Card:
    """Return that one's support counts."""
    text = (
        f"{KIND[suggestion.kind]}: {gist_line(suggestion)}\n\n"
        f"{supporters(suggestion.supporters)} You hear of the decision, and `/suggestions mine` lists it. "
        "Your own draft is discarded."
    )
    return Card(discord.Embed(title=f"You support #S{suggestion.id}", description=text, colour=OTHERS))


def mine_card(
    suggestions: Sequence[Suggestion],
    total: int,
    page: int,
    member_id: int,
    *,
    drafts: Sequence[Draft] = (),
    edits: Mapping[int, Edit] | None = None,
) -> Card:
    """Return a page of what a member suggested or supports here, newest first, and what they have begun to.

    `edits` are what moderators changed, by suggestion.
    """
    edits = edits or {}
    text = (
        "\n".join(_told(one, member_id, edits.get(one.id)) for one in suggestions)
        or "You have suggested nothing here yet. `/suggest` opens a form."
    )
    embed = discord.Embed(title="Your suggestions", description=text, colour=OTHERS)
    pages = max(1, -(-total // PAGE))
    embed.set_footer(text=f"Only you see this. Page {page + 1:,} of {pages:,} · {total:,} in all")
    own = [one for one in suggestions if one.state is State.PENDING and one.member_id == member_id]
    buttons = [_withdraw_button(one.id, page, named=True) for one in own]
    if pages > 1:
        buttons += [
            _turn("Previous", page - 1, disabled=page == 0),
            _turn("Next", page + 1, disabled=page + 1 >= pages),
        ]
    return Card(embed, tuple(buttons), drafts_menu(drafts, "suggestion") if drafts else None)


def message_card(suggestion: Suggestion, server: str, edit: Edit | None = None, *, supported: bool = False) -> Card:
    """Return what a member, or one who supports it, is told in private of a decision; it names no reviewer.

    `server` is raw, `edit` is what a moderator changed.
    """
    whose = "A suggestion that you support" if supported else "Your suggestion"
    match suggestion.state:
        case State.APPROVED:
            title, more = f"{whose} was approved", f"It is entry `#{suggestion.entry_id}` there now."
        case State.REJECTED:
            title, more = f"{whose} was not taken", f"Reason: {line(suggestion.reason)}"
        case _:
            title = f"{whose} waits again"
            more = "The decision on it was taken back, and it will be looked at once more."
    where = f"`#S{suggestion.id}` in {clip(name(server), _LINE)}"
    text = f"{where}\n{KIND[suggestion.kind]}: {gist_line(suggestion)}\n\n{more}"
    embed = discord.Embed(title=title, description=text, colour=OTHERS)
    if edit:
        embed.add_field(name=_EDITED, value="\n".join(difference_lines(*edit, _EDIT_ROOM)), inline=False)
    embed.set_footer(text="In that server, /suggestions mine lists all of yours.")
    return Card(embed)


def supporters(number: int) -> str:
    """Return in a sentence how many members support a suggestion."""
    if not number:
        return "Nobody supports it yet."
    return "1 member supports it." if number == 1 else f"{number:,} members support it."


def became(one: Suggestion) -> str:
    """Return in a sentence which entry an approved suggestion is, and whether it was removed since."""
    return f"Entry `#{one.entry_id}` was removed since then." if one.removed else f"It is entry `#{one.entry_id}`."


def _told(one: Suggestion, member_id: int, edit: Edit | None) -> str:
    """Return a suggestion and what became of it."""
    when = int((one.decided_at or one.suggested_at).timestamp())
    lines = [heading(one), f"**{STANDING[one.state].capitalize()}**, <t:{when}:f>", gist_line(one)]
    match one.state:
        case State.PENDING:
            lines[1] = f"**Waits for a decision** since <t:{when}:f>"
            lines += [supporters(one.supporters)] if one.supporters else []
        case State.APPROVED:
            lines.append(became(one))
            if edit:
                lines += [f"{_EDITED}:", *difference_lines(*edit, _EDIT_ROOM)]
        case State.REJECTED:
            lines.append(f"Reason: {line(one.reason)}")
        case State.WITHDRAWN:
            lines[1] = "**Withdrawn**"
    if one.member_id != member_id:
        lines.insert(1, "You support it; somebody else suggested it.")
    return "\n".join(lines)


def _mine_button() -> Button:
    return Button("My suggestions", custom_id(Action("suggestion.mine")))


def _withdraw_button(suggestion_id: int, page: int, *, named: bool = False) -> Button:
    label = f"Withdraw #S{suggestion_id}" if named else "Withdraw"
    return Button(label, custom_id(Action("suggestion.withdraw", suggestion_id, str(page))))


def _turn(label: str, page: int, *, disabled: bool) -> Button:
    return Button(label, custom_id(Action("suggestion.mine", text=str(page))), CHOICE_ROW, disabled=disabled)
