"""An edition of a digest as a card: date, figures, quotations, events, what is new and what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from bot import limits
from bot.dates import written
from bot.digest.digests import INTRODUCTION_ROOM, Digest
from bot.digest.editorial import MOST, Content, Material
from bot.model import Answer, Ask, Command, Entry, Kind, Language, Quote, Stat
from bot.render.blocks import block
from bot.render.card import Bars, Card
from bot.render.colours import OTHERS
from bot.render.history import differences
from bot.render.panels import reasons
from bot.render.sheet import Frame, entry_menu, one_source
from bot.render.words import KIND, KINDS, NOT_STATED, dated, headline, kind
from bot.text import clip, line, name, safe, share, units
from bot.zones import zone

# These stay together under what an embed can hold.
_TITLE_ROOM = 200
_TEXT_ROOM = 4_000
_SOURCE_ROOM = 200
_INTRODUCTION_ROOM = 2 * INTRODUCTION_ROOM  # what makes a character harmless is one more
_CHART_ROOM = 400
_CORRECTED_ROOM = 700
_NEW_ROOM = 500

_MARK = "### "
_NEW = "New · "
_SINCE = "New since the last edition"
_ALSO = "Also new since the last edition"
_TO_COME = "Also new, for the next edition"
_BARE = "Notes and context are left out here; the menu opens an entry in full."
_TOLD = ("figure", "out_of", "words", "title", "date", "status", "speaker", "as_of", "counted_by", "statement")
"""The fields of a correction that readers are told of first."""

_MOST_TOLD = 2
_SIDE_ROOM = 60

# Those of the calendar module are in the language of the process.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def digest_card(
    digest: Digest,
    content: Content,
    material: Material,
    *,
    due_at: datetime,
    late: bool,
    language: Language = Language.BRITISH,
    prefix: str = "/",
) -> Card:
    """Return an edition.

    What was removed since it was composed is left out. `prefix` is what commands begin with in this server.
    """
    material = replace(material, entries={id_: dated(entry, language) for id_, entry in material.entries.items()})
    carried = [material.entries[id_] for id_ in content.entry_ids if id_ in material.entries]
    top = _top(digest, due_at, late=late, language=language)
    text = "\n".join([top, *_sections(carried, content, _TEXT_ROOM - units(top), prefix, language)])
    embed = discord.Embed(title=clip(name(digest.name), _TITLE_ROOM), description=text, colour=OTHERS)
    stats = _compared_stats(content, material)
    if stats:
        embed.add_field(name="In the chart", value=_compared(stats), inline=False)
    if corrected := _corrected(content, material):
        embed.add_field(name="Corrected since the last edition", value=corrected, inline=False)
    if new := _also_new(content, material, language):
        heading = _TO_COME if digest.only_new else _ALSO if content.new else _SINCE
        embed.add_field(name=heading, value=new, inline=False)
    embed.set_footer(text=mark(digest.id, content.number))
    named = [*carried, *(material.entries[id_] for id_ in _named(content) if id_ in material.entries)]
    frame = Frame(Answer(Ask(Command.SHOW)), 0, prefix, language)
    return Card(
        embed,
        menu=entry_menu(frame, named[: limits.SELECT_OPTIONS]) if named else None,
        bars=Bars(stats, stats[0].measure) if stats else None,
    )


def mark(digest_id: int, number: int) -> str:
    """Return the footer of an edition: all of it, and no other card's, so that it is found in a channel's history."""
    return f"Digest {digest_id} · No. {number}"


def call(digest: Digest, *, role: bool = True) -> tuple[str, discord.AllowedMentions]:
    """Return what stands above the card, and whom it may notify: the role that a digest names, or nobody.

    `role` is whether that role still exists: Discord shows one that was deleted as unknown.
    """
    if not digest.role_id or not role:
        return "", discord.AllowedMentions.none()
    allowed = discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=[_role(digest.role_id)])
    return f"<@&{digest.role_id}>", allowed


def _compared_stats(content: Content, material: Material) -> tuple[Stat, ...]:
    """Return the figures of the chart; none where there are fewer than two."""
    found = [material.entries.get(id_) for id_ in content.bars]
    stats = tuple(entry for entry in found if isinstance(entry, Stat))
    return stats if len(stats) > 1 else ()


def _role(role_id: int) -> discord.Object:
    return discord.Object(role_id, type=discord.Role)


def _top(digest: Digest, due_at: datetime, *, late: bool, language: Language) -> str:
    """Return the date in words, whether the edition is late, and what the server says first."""
    day = due_at.astimezone(zone(digest.zone))
    lines = [f"**{_DAYS[day.weekday()]}, {written(day.date().isoformat(), language)}**"]
    if late:
        lines.append(f"Late: this was due at <t:{int(due_at.timestamp())}:f>.")
    if introduction := clip(safe(digest.introduction).strip(), _INTRODUCTION_ROOM):
        lines += ["", introduction]
    return "\n".join(lines)


def _sections(carried: Sequence[Entry], content: Content, room: int, prefix: str, language: Language) -> list[str]:
    """Return the entries under the headings of their kinds."""
    if not carried:
        return []
    kinds = [wanted for wanted in Kind if any(kind(entry) is wanted for entry in carried)]
    headings = {wanted: f"## {KINDS[wanted].capitalize()}" for wanted in kinds}
    one = one_source(carried)
    label = "Source of all" if len(carried) > 1 else "Source"
    foot = ["", f"{label}: {clip(name(carried[0].source), _SOURCE_ROOM)}"] if one else []
    left = room - sum(map(len, headings.values())) - sum(map(units, foot)) - len(_BARE) - 2 * len(carried) - 20

    def paragraph(entry: Entry, room: int) -> str:
        marked = _NEW if entry.id in content.new else ""
        text = block(entry, room - len(marked), "", source=not one, prefix=prefix, language=language)
        return text.replace(_MARK, _MARK + marked, 1)

    told = [paragraph(entry, limits.EMBED_DESCRIPTION) for entry in carried]
    if sum(map(units, told)) > left:
        bare = [replace(entry, statement="", note="") for entry in carried]
        told = [paragraph(entry, limits.EMBED_DESCRIPTION) for entry in bare]
        rooms = [units(text) for text in share(told, left)]
        told = [
            text if units(text) <= given else paragraph(entry, given)
            for entry, text, given in zip(bare, told, rooms, strict=True)
        ]
        foot.append(_BARE)
    if sum(map(units, told)) > left:
        # So many that not even what has to stand beside each can be said.
        told = [_brief(entry, left // len(carried), content, language) for entry in carried]
    sections: list[str] = []
    for wanted in kinds:
        sections.append(headings[wanted])
        sections += [text for entry, text in zip(carried, told, strict=True) if kind(entry) is wanted]
    return sections + foot


def _brief(entry: Entry, room: int, content: Content, language: Language) -> str:
    """Return an entry on one line, with whose words or figure it is, and its source."""
    head = f"`#{entry.id}` {_NEW if entry.id in content.new else ''}"
    match entry:
        case Stat():
            whose = f"as of: {entry.as_of or NOT_STATED}, counted by: {entry.counted_by or NOT_STATED}"
        case Quote():
            whose = f"{entry.speaker}, {entry.role or 'role not stated'}"
        case _:
            whose = entry.subject
    parts = [name(headline(entry, language)), name(whose), name(entry.source)]
    return head + " · ".join(share(parts, room - units(head) - 6))


def _compared(stats: Sequence[Stat]) -> str:
    """Return what the chart shows beside what, and what sets the figures apart."""
    first, *others = stats
    numbers = ", ".join(f"`#{stat.id}`" for stat in others)
    head = f"`#{first.id}` beside {numbers}: "
    said = " ".join(line(reason) for reason in reasons(stats))
    return head + " · ".join(share([name(first.measure), said or "all alike"], _CHART_ROOM - units(head) - 3))


def _corrected(content: Content, material: Material) -> str:
    """Return what was corrected, each from before to after, as many as there is room for."""
    lines: list[str] = []
    told, left = 0, _CORRECTED_ROOM - len("… and 200+ more")
    for one in content.corrected:
        entry = material.entries.get(one.entry_id)
        change = material.changes.get(one.entry_id)
        if entry is None or change is None:
            continue
        text = _correction(entry, *change)
        if units(text) > left:
            continue
        lines.append(text)
        told += 1
        left -= units(text) + 1
    if lines and content.corrected_total > told:
        lines.append(_and_more(content.corrected_total, told))
    return "\n".join(lines)


def _correction(entry: Entry, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Return one correction on a line: what it was and what it is, of the fields that matter most."""
    keys = [key for key in dict.fromkeys([*_TOLD, *after]) if before.get(key, "") != after.get(key, "")][:_MOST_TOLD]
    found = [
        f"{one.label}: {one.before} → {one.after}"
        for key in keys
        for one in differences({key: before.get(key, "")}, {key: after.get(key, "")}, _SIDE_ROOM)
    ]
    place = f" (in place of `#{entry.corrects}`)" if entry.corrects else ""
    return f"`#{entry.id}`{place} {clip(name(entry.subject), _SIDE_ROOM)} · {' · '.join(found)}"


def _also_new(content: Content, material: Material, language: Language) -> str:
    """Return what is new besides the entries that are marked as new."""
    named = [material.entries[id_] for id_ in content.also_new if id_ in material.entries]
    heads = [f"`#{entry.id}` {KIND[kind(entry)]}: " for entry in named]
    room = _NEW_ROOM - sum(map(units, heads)) - len(heads) - len("… and 200+ more")
    texts = share([name(headline(entry, language)) for entry in named], room)
    lines = [head + text for head, text in zip(heads, texts, strict=True)]
    told = len(content.new) + len(named)
    if lines and content.new_total > told:
        lines.append(_and_more(content.new_total, told))
    return "\n".join(lines)


def _and_more(total: int, told: int) -> str:
    """Return how many there are besides; counting stops at `MOST`."""
    return f"… and {total - told}{'+' if total >= MOST else ''} more"


def _named(content: Content) -> list[int]:
    """Return the entries that are named beside those that are carried, each once."""
    others = [*content.also_new, *(one.entry_id for one in content.corrected), *content.bars]
    return [id_ for id_ in dict.fromkeys(others) if id_ not in content.entry_ids]
