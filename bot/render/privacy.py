"""The cards of what is stored about a person: what there is, the question before it is erased, and that it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.moderating.actions import Action, custom_id
from bot.render.card import Button, Card, Style
from bot.render.colours import NOTHING, OTHERS
from bot.servers.privacy import LISTED, Held

_HELD = {
    "entries": "Entries that you added",
    "suggestions": "Suggestions of yours",
    "supports": "Others’ suggestions that you support",
    "drafts": "Drafts, begun and not saved",
    "decisions": "Decisions on suggestions, as a moderator",
    "changes": "Changes in the history that name you",
    "quotations": "Messages of yours saved as quotations",
    "names": "Names of yours under which you are quoted",
    "messages": "Messages of yours in others’ suggestions and drafts",
    "digests": "Digests that you made",
    "answers": "Answers to what you typed, where their buttons are yours",
}
"""What each is called, in the order in which it is shown."""

_STATES = {"pending": "waiting", "approved": "approved", "rejected": "rejected", "withdrawn": "withdrawn"}

_REST = (
    "**Not in the store:** the log says which commands were used, not by whom or what was asked. For a few seconds the "
    "bot remembers who asked, to slow down whoever asks too much. Copies that were made earlier (backups, exports) are "
    "with those who made them."
)

_GOES = {
    "entries": "Your name at {} that you added. The entries stay.",
    "suggestions": "Your name at {} of yours. Those without a decision are withdrawn and their text goes.",
    "supports": "Your support for {}.",
    "drafts": "{}, with all that is in them.",
    "decisions": "Your name at {}. The decisions stay.",
    "changes": "Your name at {} in the history. The changes stay.",
    "quotations": "{} of your messages, with words, name, link and text, in the history too.",
    "names": "The {} under which you are quoted.",
    "messages": "Your messages in {} of others. Such a suggestion is withdrawn.",
    "digests": "Your name at {}, to be posted all the same.",
    "answers": "Your name at the buttons of {}.",
}
_COUNTED = {
    "entries": ("entry", "entries"),
    "suggestions": ("suggestion", "suggestions"),
    "supports": ("suggestion", "suggestions"),
    "drafts": ("draft", "drafts"),
    "decisions": ("decision", "decisions"),
    "changes": ("change", "changes"),
    "quotations": ("quotation", "quotations"),
    "names": ("name", "names"),
    "messages": ("suggestion or draft", "suggestions and drafts"),
    "digests": ("digest", "digests"),
    "answers": ("answer", "answers"),
}

_STAYS = (
    "**Stays, without your name:** entries, decisions and changes. What others typed stays as it is. Quotations from "
    "news articles are public record and stay."
)


_BEYOND = (
    "Messages of the bot that show your words in a server’s channels are corrected, where the bot still may. Backups "
    "and exports that were made before keep everything."
)


def held_card(held: Held) -> Card:
    """Return what is stored about the person who asks, with ways to get it and to have it erased."""
    title = "What is stored about you" + (", in all servers" if held.everywhere else " in this server")
    lines = [
        f"**{called}:** {held.counts[what]:,}{_more(held, what)}" for what, called in _HELD.items() if _has(held, what)
    ]
    text = "\n".join(lines) or "Nothing."
    embed = discord.Embed(title=title, description=f"{text}\n\n{_elsewhere(held)}{_REST}", colour=OTHERS)
    embed.set_footer(text="Only you see this.")
    if not lines:
        return Card(embed)
    buttons = (
        Button("Get a copy", custom_id(Action("privacy.copy"))),
        Button("Erase …", custom_id(Action("privacy.erase")), style=Style.DANGER),
    )
    return Card(embed, buttons)


def question_card(held: Held) -> Card:
    """Return the question whether to erase it, with what goes and what stays."""
    goes = [f"- {_GOES[what].format(_counted(what, held.counts[what]))}" for what in _HELD if _has(held, what)]
    if not goes:
        return held_card(held)
    where = "in all servers" if held.everywhere else "in this server"
    text = "\n".join(
        [
            "**Goes:**",
            *goes,
            "",
            _STAYS,
            "",
            _BEYOND,
            "",
            "**This cannot be taken back.** A copy can be had before.",
        ]
    )
    embed = discord.Embed(title=f"Erase what is stored about you {where}?", description=text, colour=NOTHING)
    buttons = (
        Button("Erase for good", custom_id(Action("privacy.erase.yes")), style=Style.DANGER),
        Button("Keep it", custom_id(Action("privacy.show"))),
    )
    return Card(embed, buttons)


def copy_card(size: int) -> Card:
    """Return what is said beside the copy."""
    text = (
        "The file holds everything that is stored about you here, with all texts. It is JSON, which any text editor "
        f"shows. {max(1, round(size / 1024)):,} KiB."
    )
    embed = discord.Embed(title="Your copy", description=text, colour=OTHERS)
    embed.set_footer(text="Only you see this.")
    return Card(embed, (Button("Back", custom_id(Action("privacy.show"))),))


def erased_card(*, everywhere: bool, entry_ids: Sequence[int]) -> Card:
    """Return that it is done; `entry_ids` are the entries that quoted the person."""
    where = "in any server" if everywhere else "in this server"
    said = "Where you did something, it says “somebody whose data was erased”. What others typed may still name you."
    lines = [f"Your Discord id is not stored {where} any more. {said}"]
    if entry_ids:
        shown = ", ".join(f"`#{id_}`" for id_ in entry_ids[:LISTED]) + (" …" if len(entry_ids) > LISTED else "")
        lines.append(f"What quoted your messages is deleted: {shown}.")
    lines.append(
        "The places in the file are overwritten at once, in a very large store within a day. If you use the bot again, "
        "it stores again what that needs."
    )
    return Card(discord.Embed(title="Erased", description="\n\n".join(lines), colour=OTHERS))


def _has(held: Held, what: str) -> bool:
    return held.counts.get(what, 0) > 0


def _counted(what: str, count: int) -> str:
    one, many = _COUNTED[what]
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def _more(held: Held, what: str) -> str:
    match what:
        case "entries":
            return _ids(held.added, held.counts[what])
        case "quotations":
            return _ids(held.quoted, held.counts[what])
        case "suggestions":
            return f" ({_standing(held.states)})"
        case _:
            return ""


def _ids(ids: Sequence[int], total: int) -> str:
    return f" ({', '.join(f'`#{id_}`' for id_ in ids)}{' …' if total > len(ids) else ''})" if ids else ""


def _standing(states: Mapping[str, int]) -> str:
    return ", ".join(f"{states[state]:,} {called}" for state, called in _STATES.items() if state in states)


def _elsewhere(held: Held) -> str:
    if not held.elsewhere:
        return ""
    servers = "1 other server" if held.elsewhere == 1 else f"{held.elsewhere:,} other servers"
    holds = "holds" if held.elsewhere == 1 else "hold"
    return f"{servers} {holds} something about you too. Ask there, or ask me in private for all servers.\n\n"
