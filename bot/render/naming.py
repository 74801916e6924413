"""The other names that a server has given subjects: the form of one, and their list."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.ingest.table import NAME_LENGTH
from bot.limits import EMBED_DESCRIPTION
from bot.model import Subject
from bot.moderating.aliases import Given
from bot.render.card import Card
from bot.render.colours import OTHERS
from bot.render.form import Field, Form
from bot.render.forms import cut
from bot.render.moderation import turns
from bot.text import clip, line, name, person, share

_SUBJECT_ROOM = 60


def alias_form(subject: str, alias: str, custom_id: str) -> Form:
    """Return the form of another name for a subject."""
    return Form(
        "Another name",
        custom_id,
        (
            Field(
                "subject",
                "Name",
                "One that is known already, such as Chicago",
                cut(subject, NAME_LENGTH),
                required=True,
                most=NAME_LENGTH,
            ),
            Field(
                "alias",
                "Also called",
                "What people type as well",
                cut(alias, NAME_LENGTH),
                required=True,
                most=NAME_LENGTH,
            ),
        ),
    )


def aliases_card(given: Sequence[Given], subject: Subject | None, page: int, *, more: bool) -> Card:
    """Return a page of the names that a server has added, newest first: all, or those of one subject."""
    of = f" for {clip(name(subject.name), _SUBJECT_ROOM)}" if subject else ""
    title = f"Other names{of}"
    if not given:
        text = f"This server has added no name{of}. /entry alias add does."
        return Card(discord.Embed(title=title, description=text, colour=OTHERS))
    aliases = share([name(one.alias) for one in given], EMBED_DESCRIPTION // 2)
    lines = [f"- “{alias}” finds {_found(one.subject)}, {_by(one)}" for alias, one in zip(aliases, given, strict=True)]
    text = "Names by which people find something in this server only. /entry alias remove takes one away."
    embed = discord.Embed(title=title, description="\n".join([text, "", *lines]), colour=OTHERS)
    return Card(embed, turns("entry.alias.list", page, more=more, of=subject.id if subject else 0))


def _found(subject: Subject) -> str:
    return f"{clip(line(subject.name), _SUBJECT_ROOM)} ({subject.kind})"


def _by(one: Given) -> str:
    if one.added_at is None:
        return "brought by a file"
    return f"added by {person(one.added_by)}, <t:{int(one.added_at.timestamp())}:d>"
