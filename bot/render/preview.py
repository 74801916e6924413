"""What an entry is to be: how it will look, what it makes besides, and what to look at before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import discord

from bot.dates import parse
from bot.limits import EMBED_FIELD_VALUE, EMBED_TOTAL
from bot.model import Entry, Kind, Language
from bot.moderating.drafts import HIDDEN, MEMBER, NEW, spoken_by_another
from bot.render.blocks import block
from bot.render.forms import STEPS
from bot.render.listings import excerpt_text
from bot.render.moderation import Manner
from bot.render.sources import FACTS, particular
from bot.render.words import NOT_STATED, STATUS, standing
from bot.text import clip, code, line, person, share, units
from bot.writing.naming import NewName, TakenName
from bot.writing.passages import Place

BODY_ROOM = 2400
_MARKS = re.compile("[\x02\x03]")
_ABOUT_ROOM = 300
_FOOTER_ROOM = 200
"""So much of a card is left for what stands below it."""

_LEAST = 40
"""A list for which there is less room than this is left out."""


def preview(entry: Entry, about: str, manner: Manner, *, called: str, shortened: str = "") -> str:
    """Return an entry as it will look, all that it is `about` (raw), and whether it is verified.

    Where its number is not given yet (0) it is `called` something else. Where it is not stored like this, `shortened`
    says where the whole is.
    """
    shown = block(entry, BODY_ROOM, "", source=True, prefix=manner.prefix, language=manner.language)
    # The text of others holds no backtick that is not escaped, so that these are ours.
    shown = shown.replace("\u00a0`#0`", f"\u00a0{called}")
    if shortened:
        shown = shown.replace(f"Shortened: {code(f'{manner.prefix}show {entry.id}')} has it in full.", shortened)
    # A card names what it is mainly about, if that; here all of it is named.
    named = line(clip(about, _ABOUT_ROOM))
    named = f"\n\n**About:** {named}" if named else ""
    # Where it is not verified, the entry says so itself.
    verified = "" if standing(entry) else f"\n\n**Verified:** {STATUS[entry.status]}."
    return f"{shown}{named}{verified}"


def numberless(entry: Entry) -> Entry:
    """Return an entry that was only tried out, without the number that it had meanwhile."""
    return replace(entry, id=0)


def filled(wanted: Kind, fields: Mapping[str, str], source: str = "") -> str:
    """Return what is filled in so far; `source` is the name of the source that is chosen."""
    questions = [question for step in STEPS[wanted] for question in step.questions]
    given = [(q.label, line(_given(q.key, fields, source))) for q in questions if fields.get(q.key)]
    labels, values = [f"**{text}:** " for text, _ in given], [text for _, text in given]
    values = share(values, BODY_ROOM - sum(map(len, labels)) - len(labels))
    return "\n".join(a + b for a, b in zip(labels, values, strict=True)) or "Nothing is filled in yet."


def _given(key: str, fields: Mapping[str, str], source: str) -> str:
    value = fields[key]
    if key != "source":
        return value
    if value == NEW:
        called = [fields.get(f"new.{fact}", "") for fact in ("title", "publisher", "url")]
        stated = [text for text in called if text.casefold() not in {"", NOT_STATED}]
        return f"a new one: {stated[0]}" if stated else "a new one"
    return source or f"source {value}"


def add_lines(embed: discord.Embed, name: str, texts: Sequence[str], room: int = EMBED_FIELD_VALUE) -> None:
    """Add lines under a name, cut to `room` and to what else stands on the card; none if there is none."""
    room = min(room, _left(embed, name)) - len(texts) - 1
    if texts and room >= _LEAST:
        embed.add_field(name=name, value="\n".join(share(texts, room)), inline=False)


def _left(embed: discord.Embed, name: str) -> int:
    """Return how much room a card has for a list under a name."""
    held = [embed.title, embed.description, *(text for field in embed.fields for text in (field.name, field.value))]
    left = EMBED_TOTAL - _FOOTER_ROOM - units(name) - sum(units(text or "") for text in held)
    return min(EMBED_FIELD_VALUE, left)


def add_source(embed: discord.Embed, fields: Mapping[str, str], language: Language, room: int) -> None:
    """Add all that is said of a source that is not made yet."""
    stated = {fact: fields.get(f"new.{fact}", "") for fact in FACTS}
    if fields.get("source") != NEW or not any(stated.values()):
        return
    with suppress(ValueError):  # then it is told as a fault, and shown as it was typed
        stated["published"] = parse(stated["published"])
    lines = [f"{label}: {particular(fact, stated[fact], language) or NOT_STATED}" for fact, label in FACTS.items()]
    add_lines(embed, "New source, made with it", lines, room)


def add_new(embed: discord.Embed, new: Sequence[NewName], room: int = EMBED_FIELD_VALUE) -> None:
    """Add the names for which subjects would be made, each with what may have been meant, or how many more."""
    name = "New here, made when it is saved"
    room = min(room, _left(embed, name))
    if new and room >= _LEAST:
        embed.add_field(name=name, value=_whole([_new(one) for one in new], room), inline=False)


def add_taken(embed: discord.Embed, taken: Sequence[TakenName], room: int = EMBED_FIELD_VALUE) -> None:
    """Add the names that are taken for known ones, which differ from them by accents, or how many more."""
    name = "Names that are known already"
    room = min(room, _left(embed, name))
    if taken and room >= _LEAST:
        embed.add_field(name=name, value=_whole([_taken(one) for one in taken], room), inline=False)


def _taken(one: TakenName) -> str:
    typed, known = line(clip(one.text, 100)), line(clip(one.name, 100))
    return f"“{typed}” is taken for **{known}**: only accents differ."


def _whole(lines: Sequence[str], room: int) -> str:
    """Return as many lines as there is room for, none of them cut, and how many more there are."""
    fitting = list[str]()
    for number, one in enumerate(lines):
        rest = f"and {len(lines) - number} more"
        left = room - units("\n".join([*fitting, one])) - 1
        if left < (units(rest) if number < len(lines) - 1 else -1):
            return "\n".join([*fitting, rest])
        fitting.append(one)
    return "\n".join(fitting)


def _new(one: NewName) -> str:
    like = " or ".join(f"**{line(clip(other, 60))}**" for other in one.like)
    return f"“{line(clip(one.text, 100))}” ({one.kind}){f'. Did you mean {like}?' if like else ''}"


def add_message(embed: discord.Embed, fields: Mapping[str, str]) -> None:
    """Add what is to be known of the message that is quoted: that few read it, or that somebody else wrote it."""
    if fields.get(HIDDEN):
        text = "It is in a channel that not everybody can read; saving it makes it public in this server."
        embed.add_field(name="Not everybody can read this message", value=text, inline=False)
    if not spoken_by_another(fields):
        return
    member = fields.get(MEMBER, "")
    wrote = person(int(member)) if member else line(fields.get("new.author", ""))
    speaker = line(clip(fields.get("speaker", ""), _ABOUT_ROOM)) or "nobody"
    text = f"{wrote} wrote this message; its words would be attributed to “{speaker}”, who is somebody else."
    embed.add_field(name="Another speaker than the author", value=text, inline=False)


def add_place(embed: discord.Embed, place: Place | None) -> None:
    """Add the sentence of the source around the words or the figure, or the nearest one."""
    if place is None:
        return
    if place.passage is not None:
        embed.add_field(name="In the source", value=_quoted(((place.excerpt, False),)), inline=False)
    elif place.nearest:
        embed.add_field(name="Nearest in the source (bold: differs)", value=_quoted(place.nearest), inline=False)


def _quoted(segments: Iterable[tuple[str, bool]]) -> str:
    """Return a sentence of the source as a quotation, its marked pieces in bold, the beginning of a long one."""
    room = EMBED_FIELD_VALUE // 2 - 20  # `safe` makes at most two units of each character
    pieces: list[str] = []
    for text, marked in segments:
        cut = _MARKS.sub("", text)[:room]
        room -= len(cut) + (4 if marked else 0)
        pieces.append(f"\x02{cut}\x03" if marked else cut)
        if room <= 0:
            pieces.append("…")
            break
    return f"> {excerpt_text(''.join(pieces))}"
