"""Figures side by side as a text table; the chart of the same is drawn apart, as it takes time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from bot.model import Entry, Stat
from bot.render.card import Bars, Card
from bot.render.colours import FIGURES
from bot.render.panels import Panel, panels, reasons
from bot.render.sheet import Frame, one_source, sheet
from bot.render.words import NOT_STATED, amount, standing
from bot.text import clip, line, name, plain, share, units

_WIDTH = 40


class _Room(NamedTuple):
    """How many units the texts of a table may take."""

    name: int
    amount: int
    cell: int
    caption: int
    reasons: int


_WIDE = _Room(name=36, amount=40, cell=34, caption=100, reasons=700)
_NARROW = _Room(name=20, amount=24, cell=14, caption=30, reasons=250)
"""With these a page of bars always fits, each in a panel of its own, with the most there can be around it."""


def compare_card(frame: Frame) -> Card:
    """Return figures by panel as a monospaced table, with what sets them apart, and no chart yet."""
    answer = frame.answer
    stats = [entry for entry in answer.entries if isinstance(entry, Stat)]
    measure = answer.subject.name if answer.subject else "figures"
    bars = Bars(tuple(stats[: frame.size]), measure) if len(stats) > 1 else None
    return sheet(frame, f"Compare: {measure}", FIGURES, _body, bars=bars)


def table(panel: Panel, room: _Room = _WIDE, *, source: bool = False) -> str:
    """Return a panel as lines of at most about 44 columns, so that a phone does not break them."""
    lines: list[str] = []
    for stat in panel.stats:
        label = f"#{stat.id} {_cell(stat.subject, room.name)}"
        value = _cell(amount(stat), room.amount)
        gap = _WIDTH - _columns(label) - _columns(value)
        lines.append(f"{label}{' ' * gap}{value}" if gap > 1 else f"{label}\n{value.rjust(_WIDTH)}")
        lines.append(f"   counted by: {_cell(stat.counted_by, room.cell)}")
        lines.append(f"   as of: {_cell(stat.as_of, room.cell)}")
        if said := standing(stat):
            lines.append(f"   {said.upper()}")
        if source:
            lines.append(f"   source: {_cell(stat.source, room.cell)}")
    return "\n".join(lines)


def _body(entries: Sequence[Entry], room: int) -> str:
    stats = [entry for entry in entries if isinstance(entry, Stat)]
    source = not one_source(entries)
    wide = _text(stats, _WIDE, source=source)
    return wide if units(wide) <= room else _text(stats, _NARROW, source=source)


def _text(stats: Sequence[Stat], room: _Room, *, source: bool) -> str:
    """Return the tables of all panels, and what sets the figures apart."""
    parts = [
        f"**{clip(name(panel.caption), room.caption)}**\n```\n{table(panel, room, source=source)}\n```"
        for panel in panels(stats)
    ]
    said = share([line(reason) for reason in reasons(stats)], room.reasons)
    return "\n".join([*parts, *(f"• {reason}" for reason in said)])


def _cell(text: str, room: int) -> str:
    """Return a text for inside a code block, whose only way out is three backticks."""
    return clip(plain(text).replace("`", "ˋ"), room) or NOT_STATED


def _columns(text: str) -> int:
    """Return how many columns of a monospaced font a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
