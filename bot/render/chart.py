"""The bar chart of a comparison, as a picture that reads on Discord's dark and light themes.

Drawing takes a tenth of a second or so: call it in a thread. The picture has its own opaque ground. All text
is drawn as it is (never as math), wrapped, and replaced by the entry's number where the font cannot write it.
"""

from __future__ import annotations

import io
import textwrap
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bot.limits import ALT_TEXT
from bot.model import Basis, Stat
from bot.render.card import Bars, Chart
from bot.render.panels import Panel, panels
from bot.render.words import NOT_STATED, amount, standing
from bot.text import clip, plain, share, units, visible

GROUND = "#ffffff"
INK = "#1b1f24"
SOFT_INK = "#4a515c"
BAR = "#2f6fde"
PROJECTED_BAR = "#e3ecfb"

_DPI = 160
_WIDTH = 8.0
_EDGE = 0.25
_BAR_LEFT = 2.95
_NAME_LINE = 0.2
_SMALL_LINE = 0.155
_GAP = 0.2
_BESIDE = 0.1
_LABEL_WIDTH = _BAR_LEFT - _EDGE - _BESIDE
_MOST_LINES = 3
_VALUE_UNITS = 32
_HIGHEST_POWER = 30
"""Figures of more digits than this are named, but get no bar: nothing beside them could be seen."""

# matplotlib does not promise that its font caches can be used from several threads at a time.
_DRAWING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Font:
    """A size in points of the font that comes with matplotlib, so that every machine draws the same."""

    size: float
    bold: bool = False

    def width(self, text: str) -> float:
        """Return how wide a text is, in inches."""
        advances = _advances(bold=self.bold)
        return sum(advances.get(c, 1.0) for c in text) * self.size / 72


_NAME = _Font(11, bold=True)
_VALUE = _Font(11)
_SMALL = _Font(8.5)


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar with the lines beside it, and its height in inches."""

    stat: Stat
    name: list[str]
    small: list[str]
    value: list[str]

    @property
    def height(self) -> float:
        return len(self.name) * _NAME_LINE + len(self.small) * _SMALL_LINE + _GAP


def chart(bars: Bars) -> Chart:
    """Draw figures as horizontal bars, one panel with an axis of its own for each sort of them."""
    with _DRAWING:
        return Chart(_draw(panels(bars.stats), bars.measure), "compare.png", alt_text(bars.stats, bars.measure))


def alt_text(stats: Sequence[Stat], measure: str) -> str:
    """Return what a person hears in place of the picture: every bar, in at most 1,024 units."""
    parts = panels(stats)
    apart = "; unlike figures on axes of their own" if len(parts) > 1 else ""
    intro = f"Bar chart, {clip(plain(measure), 100)}{apart}. "
    cells: list[str] = []
    for stat in (stat for panel in parts for stat in panel.stats):
        how = "projected, " if stat.basis is Basis.PROJECTION else ""
        cells += [stat.subject, f"{how}{amount(stat)} {stat.unit}"]
        cells += [stat.counted_by or NOT_STATED, stat.as_of or NOT_STATED]
    joints = len(": , counted by: , as of: ; ") * len(stats)
    shared = share([plain(cell) for cell in cells], ALT_TEXT - units(intro) - joints)
    bars = zip(*(shared[i::4] for i in range(4)), strict=True)
    return intro + "; ".join(f"{name}: {value}, counted by: {by}, as of: {of}" for name, value, by, of in bars) + "."


def _draw(parts: Sequence[Panel], measure: str) -> bytes:
    """Return the picture as PNG."""
    # Imported here: it takes half a second, which no start and no other command should wait for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    across = _WIDTH - 2 * _EDGE
    title = _wrapped(measure[:1].upper() + measure[1:], across, _Font(14, bold=True), "Comparison")
    rows = [[_row(stat) for stat in panel.stats] for panel in parts]
    own = " – on its own axis" if len(parts) > 1 else ""
    captions = [
        []
        if len(parts) == 1 and panel.caption == measure
        else _wrapped(panel.caption + own, across, _Font(10, bold=True), "Figures")
        for panel in parts
    ]
    widest = max((_VALUE.width(line) for group in rows for row in group for line in row.value), default=0.0)
    right = _WIDTH - _EDGE - _BESIDE - widest
    height = 2 * _EDGE - _GAP / 2 + len(title) * 0.27 + 0.12
    height += sum(len(caption) * 0.19 + 0.16 for caption in captions if caption)
    height += sum(row.height for group in rows for row in group)

    figure: Any = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    axes: Any = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")

    y = _EDGE
    _write(axes, _EDGE, y, title, _Font(14, bold=True))
    y += len(title) * 0.27 + 0.12
    for panel, group, caption in zip(parts, rows, captions, strict=True):
        if caption:
            y += 0.06
            _write(axes, _EDGE, y, caption, _Font(10, bold=True), colour=SOFT_INK)
            y += len(caption) * 0.19 + 0.1
        y = _bars(axes, panel, group, y, right)
    target = io.BytesIO()
    figure.savefig(target, format="png", facecolor=GROUND)
    return target.getvalue()


def _bars(axes: Any, panel: Panel, rows: Sequence[_Row], y: float, right: float) -> float:
    """Draw the bars of a panel from `y` inches down and return where they end. The axis always holds 0."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    drawn = [row.stat.value for row in rows if _can_be_drawn(row.stat.value)]
    low, high = min([Decimal(0), *drawn]), max([Decimal(0), *drawn])
    span = high - low or Decimal(1)

    def x(value: Decimal) -> float:
        return _BAR_LEFT + float((value - low) / span) * (right - _BAR_LEFT)

    zero = x(Decimal(0))
    top = y
    for row in rows:
        _write(axes, _EDGE, y, row.name, _NAME)
        below = y + len(row.name) * _NAME_LINE
        _write(axes, _EDGE, below, row.small, _SMALL, colour=SOFT_INK)
        value = row.stat.value if _can_be_drawn(row.stat.value) else Decimal(0)
        end = x(value)
        look: dict[str, Any] = {"facecolor": BAR, "edgecolor": BAR}
        if panel.projected:
            look = {"facecolor": PROJECTED_BAR, "edgecolor": BAR, "hatch": "////", "linestyle": "--"}
        middle = y + (row.height - _GAP) / 2
        axes.add_patch(Rectangle((min(zero, end), middle - 0.16), abs(end - zero), 0.32, linewidth=1, **look))
        _write(axes, max(zero, end) + _BESIDE, middle, row.value, _VALUE, centred=True)
        y += row.height
    axes.plot([zero, zero], [top - 0.02, y - _GAP + 0.04], color=SOFT_INK, linewidth=1)
    return y


def _row(stat: Stat) -> _Row:
    """Return the lines beside a bar."""
    name = _wrapped(stat.subject, _LABEL_WIDTH, _NAME, f"#{stat.id} (name in the table)")
    by, of = stat.counted_by or NOT_STATED, stat.as_of or NOT_STATED
    small = _wrapped(f"counted by: {by}", _LABEL_WIDTH, _SMALL, "counted by: see the table")
    small += _wrapped(f"as of: {of}", _LABEL_WIDTH, _SMALL, "as of: see the table")
    if said := standing(stat):
        small.append(said.upper())
    value = [clip(amount(stat), _VALUE_UNITS)]
    if stat.basis is Basis.PROJECTION:
        value.append("projected")
    return _Row(stat, name, small, value)


def _wrapped(text: str, width: float, font: _Font, instead: str) -> list[str]:
    """Return raw text as up to three lines, or `instead` if it is empty or the font cannot write it."""
    shown = visible(text)
    if not shown or not _can_be_written(shown):
        shown = instead
    columns = max(1, int(width / font.width("e") * 1.3))
    while True:
        lines = textwrap.wrap(shown, columns, max_lines=_MOST_LINES, placeholder="…") or [instead]
        if columns == 1 or max(map(font.width, lines)) <= width:
            return lines
        columns -= 1


def _can_be_drawn(value: Decimal) -> bool:
    return value.is_finite() and value.adjusted() <= _HIGHEST_POWER


def _can_be_written(text: str) -> bool:
    """Whether the font has every character, and none runs from right to left: that would be reversed."""
    advances = _advances(bold=True)
    return all(c in advances and unicodedata.bidirectional(c) not in {"R", "AL", "AN"} for c in text)


@lru_cache(maxsize=2)
def _advances(*, bold: bool) -> dict[str, float]:
    """Return how wide each character of matplotlib's own font is, as a part of its size."""
    from matplotlib import get_data_path  # noqa: PLC0415
    from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: PLC0415

    file = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font: Any = FT2Font(f"{get_data_path()}/fonts/ttf/{file}")
    font.set_size(1000, 72)
    return {
        chr(code): font.load_char(code, LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 1000
        for code in font.get_charmap()
    }


def _write(
    axes: Any,
    x: float,
    y: float,
    lines: Sequence[str],
    font: _Font,
    *,
    colour: str = INK,
    centred: bool = False,
) -> None:
    """Write lines at a place given in inches from the top left."""
    axes.text(
        x,
        y,
        "\n".join(lines),
        size=font.size,
        weight="bold" if font.bold else "normal",
        family="DejaVu Sans",
        color=colour,
        va="center" if centred else "top",
        linespacing=1.2,
        parse_math=False,
    )
