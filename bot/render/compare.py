"""Figures side by side as a text table; the chart of the same is drawn apart, as it takes time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.model import Entry, Stat, Status
from bot.render.card import Card
from bot.render.colours import FIGURES
from bot.render.panels import Panel, panels, reasons
from bot.render.sheet import Frame, one_source, sheet
from bot.render.text import clip, line, name, plain, share
from bot.render.words import NOT_STATED, amount

_NAME_UNITS = 36
_AMOUNT_UNITS = 40
_CELL_UNITS = 34
_CAPTION_UNITS = 100
_REASONS_ROOM = 700
_WIDTH = 40


def compare_card(frame: Frame) -> Card:
    """Return figures by panel as a monospaced table, with what sets them apart, and no chart yet."""
    answer = frame.answer
    stats = [entry for entry in answer.entries if isinstance(entry, Stat)]
    title = f"Compare: {answer.subject.name if answer.subject else 'figures'}"
    return sheet(frame, title, FIGURES, _body, wants_chart=len(stats) > 1)


def table(panel: Panel, *, source: bool) -> str:
    """Return a panel as lines of at most about 44 columns, so that a phone does not break them."""
    lines: list[str] = []
    for stat in panel.stats:
        label = f"#{stat.id} {_cell(stat.subject, _NAME_UNITS)}"
        value = _cell(amount(stat), _AMOUNT_UNITS)
        gap = _WIDTH - _columns(label) - _columns(value)
        lines.append(f"{label}{' ' * gap}{value}" if gap > 1 else f"{label}\n{value.rjust(_WIDTH)}")
        lines.append(f"   counted by: {_cell(stat.counted_by, _CELL_UNITS)}")
        lines.append(f"   as of: {_cell(stat.as_of, _CELL_UNITS)}")
        if stat.status is not Status.VERIFIED:
            lines.append(f"   {stat.status.upper()}")
        if source:
            lines.append(f"   source: {_cell(stat.source, _CELL_UNITS)}")
    return "\n".join(lines)


def _body(entries: Sequence[Entry], _room: int) -> str:
    # Every cell has a limit, and a page of the longest cells fits (see PAGE_SIZE).
    stats = [entry for entry in entries if isinstance(entry, Stat)]
    source = not one_source(entries)
    parts = [
        f"**{clip(name(panel.caption), _CAPTION_UNITS)}**\n```\n{table(panel, source=source)}\n```"
        for panel in panels(stats)
    ]
    said = share([line(reason) for reason in reasons(stats)], _REASONS_ROOM)
    return "\n".join([*parts, *(f"• {reason}" for reason in said)])


def _cell(text: str, room: int) -> str:
    """Return a text for inside a code block, whose only way out is three backticks."""
    return clip(plain(text).replace("`", "ˋ"), room) or NOT_STATED


def _columns(text: str) -> int:
    """Return how many columns of a monospaced font a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
