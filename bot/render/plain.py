"""Cards that come from no answer: help, about, and single sentences."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.limits import EMBED_DESCRIPTION
from bot.render.card import Card
from bot.render.colours import NOTHING, OTHERS
from bot.render.commands import BY_NAME, COMMANDS, Usage, Who
from bot.render.sheet import PREFIX_ROOM
from bot.render.words import NOT_STATED
from bot.text import clip, code, line, safe

_VALUE_ROOM = 300


def help_card(topic: str | None, prefix: str, *, message_content: bool) -> Card:
    """Return the list of commands, or one of them in detail. An unknown topic gives the list and says so.

    `prefix` is what typed commands begin with; without `message_content` it works in direct messages only.
    """
    prefix = clip(prefix, PREFIX_ROOM)
    typed = (topic or "").strip().removeprefix("/").removeprefix(prefix).casefold()
    usage = BY_NAME.get(typed)
    if usage is not None:
        return _one(usage, prefix, message_content=message_content)
    unknown = f"There is no command {code(clip(typed, 60))}. These are all:\n\n" if typed else ""
    lines: list[str] = []
    for who in Who:
        lines.append(f"### {who}")
        lines += [
            f"**/{usage.name}** {usage.description}: {code(_example(usage, prefix, message_content=message_content))}"
            for usage in COMMANDS
            if usage.who is who
        ]
    intro = "I answer questions about a news story from entries that were checked against the article."
    text = "\n".join([f"{unknown}{intro}", "", *lines, "", _ways(prefix, message_content=message_content)])
    return Card(discord.Embed(title="What I can do", description=text, colour=OTHERS))


def about_card(version: str, *, message_content: bool, counts: Mapping[str, int], source_url: str) -> Card:
    """Return what this bot is. `counts` maps what is stored, in words ("figures"), to how many there are."""
    mode = (
        "reads messages that begin with its prefix (Message Content is on)"
        if message_content
        else "does not read messages (Message Content is off); slash commands, mentions and direct messages work"
    )
    stored = ", ".join(f"{number:,} {line(what)}" for what, number in counts.items())
    lines = [
        "Answers questions about a news story. Every figure and quotation names its source.",
        "",
        f"**Version:** {clip(line(version), _VALUE_ROOM) or NOT_STATED}",
        f"**Mode:** {mode}",
        f"**Stored:** {clip(stored, _VALUE_ROOM) or 'nothing yet'}",
        # The operator sets this address, so it stays a link.
        f"**Code:** {source_url[:_VALUE_ROOM] or NOT_STATED}",
    ]
    return Card(discord.Embed(title="About Dateline", description="\n".join(lines), colour=OTHERS))


def welcome_card(prefix: str) -> Card:
    """Return what greets a newcomer in the local page: what to type first."""
    prefix = clip(prefix, PREFIX_ROOM)
    tries = [
        (f"{prefix}stats chicago", "a figure, who counted it and where it stands"),
        (f"{prefix}quote homan", "what somebody said, word for word"),
        (f"{prefix}compare residents without legal status", "a chart"),
        (f"{prefix}timeline", "what happened when"),
        ("/", "the menu of all commands; names complete themselves"),
        (f"{prefix}help", "the rest"),
    ]
    lines = [f"{code(typed)} {what}" for typed, what in tries]
    text = "This is the real bot with its real store; the page, made by SimCord, stands in for Discord. Try:\n\n"
    return Card(discord.Embed(title="Welcome to Dateline", description=text + "\n".join(lines), colour=OTHERS))


def notice(text: str) -> Card:
    """Return a sentence as a card. `text` is raw."""
    return Card(discord.Embed(description=_shown(text), colour=OTHERS))


def error(text: str) -> Card:
    """Return a sentence on what went wrong as a card. `text` is raw."""
    return Card(discord.Embed(title="That did not work", description=_shown(text), colour=NOTHING))


def _shown(text: str) -> str:
    """Return a raw sentence as safe text that Discord takes."""
    return clip(safe(text).strip(), EMBED_DESCRIPTION) or "…"


def _one(usage: Usage, prefix: str, *, message_content: bool) -> Card:
    """Return one command in detail."""
    lines = [
        usage.description + ".",
        "",
        usage.details,
        "",
        f"**Slash:** {_slash(usage)}",
        f"**Typed:** {code(_example(usage, prefix, message_content=message_content))}",
        "",
        _ways(prefix, message_content=message_content),
    ]
    title = f"Help: {usage.name}"
    return Card(discord.Embed(title=title, description="\n".join(lines), colour=OTHERS))


def _slash(usage: Usage) -> str:
    """Return a slash command as it is given; of a family, what there is of it."""
    if not usage.subcommands:
        return code(f"/{usage.name} {usage.arguments}".strip())
    return f"{code(f'/{usage.name}')} with {', '.join(map(code, usage.subcommands))}"


def _example(usage: Usage, prefix: str, *, message_content: bool) -> str:
    """Return an example as it is typed in a channel of this server."""
    return f"{prefix if message_content else '@Dateline '}{usage.example}"


def _ways(prefix: str, *, message_content: bool) -> str:
    """Return how commands can be given here."""
    if message_content:
        return f"Type a command after {code(prefix)} or after a mention of me, or pick it from the / menu."
    return (
        "Pick a command from the / menu, or mention me and type it. "
        f"In a direct message {code(prefix)} works as well; here I cannot read it."
    )
