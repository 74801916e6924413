"""A server's own sources and subjects: the form of a subject, and what was changed in either."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.ingest.table import NAME_LENGTH
from bot.limits import EMBED_DESCRIPTION, EMBED_TITLE
from bot.model import SubjectKind
from bot.moderating.actions import Action, custom_id
from bot.moderating.subjects import DESCRIPTION, KINDS
from bot.render.card import Button, Card, Option
from bot.render.colours import OTHERS
from bot.render.form import Field, Form
from bot.render.forms import cut
from bot.text import clip, line, share
from bot.writing.articles import FACTS

_LABELS = {"name": "Name", "kind": "Kind", "description": "Description"} | {
    field: called.capitalize() for field, called in FACTS.items()
}
_HINTS = {
    SubjectKind.PERSON: "Somebody who acts or speaks",
    SubjectKind.PLACE: "A town, a county, a country",
    SubjectKind.ORGANIZATION: "An office, a company, a group",
    SubjectKind.TOPIC: "What people talk about",
}


def subject_form(fields: Mapping[str, str], submit: str) -> Form:
    """Return the form of a subject; what is counted is not asked what it is."""
    kind = fields.get("kind", "")
    options = tuple(Option(one.capitalize(), one.value, _HINTS[one]) for one in KINDS)
    asked = [
        Field(
            "name",
            "Name",
            "What it was called finds it still",
            cut(fields.get("name", ""), NAME_LENGTH),
            required=True,
            most=NAME_LENGTH,
        ),
        Field("kind", "Kind", value=kind, required=True, options=options),
        Field(
            "description",
            "Description",
            "A sentence that says what it is. May stay empty.",
            cut(fields.get("description", ""), DESCRIPTION),
            long=True,
            most=DESCRIPTION,
        ),
    ]
    return Form("A subject", submit, tuple(one for one in asked if one.key != "kind" or kind in KINDS))


def changed_card(title: str, before: Mapping[str, str], after: Mapping[str, str], undo: Action, more: str = "") -> Card:
    """Return what was changed in something, from before to after, with a way to take it back; `more` is raw."""
    changed = [key for key in _LABELS if before.get(key, "") != after.get(key, "")]
    texts = [line(side.get(key, "")) or "(empty)" for key in changed for side in (before, after)]
    shown = share(texts, EMBED_DESCRIPTION - 800)
    lines = [f"**{_LABELS[key]}:** {shown[2 * i]} → {shown[2 * i + 1]}" for i, key in enumerate(changed)]
    embed = discord.Embed(
        title=clip(line(title), EMBED_TITLE),
        description="\n".join([*lines, *filter(None, ["", line(more)])]),
        colour=OTHERS,
    )
    return Card(embed, (Button("Undo", custom_id(undo)),))
