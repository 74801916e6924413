"""The chart says the same as the table, on any ground, whatever the names are."""

from __future__ import annotations

import io
from decimal import Decimal

import factories as make
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from strategies import some_text, stats
from thorough import examples

from bot.limits import ALT_TEXT
from bot.model import Answer, Ask, Basis, Command, Stat
from bot.render import chart as drawing
from bot.render.answers import card
from bot.render.card import Bars
from bot.render.chart import alt_text, chart
from bot.render.panels import panels, reasons
from bot.text import units


def opened(png: bytes) -> Image.Image:
    """Return a picture as pixels."""
    return Image.open(io.BytesIO(png)).convert("RGBA")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, "contrast ratio")."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(stats, min_size=1, max_size=5), some_text)
def test_any_figures_can_be_drawn(figures: list[Stat], measure: str) -> None:
    """Math, breaks, direction marks, emoji, endless names and numbers are drawn without a warning."""
    drawn = chart(Bars(tuple(figures), measure))

    assert opened(drawn.png).width == 1280
    assert 0 < units(drawn.alt) <= ALT_TEXT


@pytest.mark.parametrize(
    "name", ["$\\frac{1}{", "$$", "\\", "a\nb", "\u202eabc", "אבג", "😀", "日本", "W" * 100, "", "\x00"]
)
def test_hostile_names_are_text(name: str) -> None:
    """No name is read as math, and none that the font cannot write makes the drawing fail."""
    drawn = chart(Bars((make.stat(subject=name, unit=name, measure=name), make.stat()), name))

    assert drawn.png.startswith(b"\x89PNG")


def test_the_picture_has_its_own_ground() -> None:
    """It is opaque, so it reads the same on a dark and on a light theme."""
    picture = opened(chart(Bars((make.stat(), make.stat(subject="Boston")), "residents")).png)

    assert picture.getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize("colour", [drawing.INK, drawing.SOFT_INK, drawing.BAR])
def test_ink_stands_out(colour: str) -> None:
    """Text and bars have a contrast of at least 4.5 to the ground."""
    assert contrast(colour, drawing.GROUND) >= 4.5


def test_longer_bars_for_larger_figures() -> None:
    """The axis starts at 0: a bar of twice the figure has twice the length."""
    figures = [make.stat(value=Decimal(200)), make.stat(subject="Boston", value=Decimal(100))]
    picture = opened(chart(Bars(tuple(figures), "residents")).png).convert("RGB")
    bar = tuple(int(drawing.BAR[i : i + 2], 16) for i in (1, 3, 5))

    rows = [sum(picture.getpixel((x, y)) == bar for x in range(picture.width)) for y in range(picture.height)]

    lengths = sorted({length for length in rows if length > 20})
    assert lengths[-1] == pytest.approx(2 * lengths[0], abs=6)


def test_alt_text_names_every_bar() -> None:
    """Also with long names, each bar has its figure and who counted."""
    figures = [make.stat(id=i, subject="x" * 100, value=Decimal(1000 + i), counted_by="y" * 100) for i in range(10)]

    alt = alt_text(figures, "residents")

    assert units(alt) <= ALT_TEXT
    assert all(f"about 1,00{i} residents" in alt for i in range(10))
    assert alt.count("counted by: y") == 10


def test_a_projection_has_an_axis_of_its_own_and_the_card_says_so() -> None:
    """What is expected is not drawn beside what has happened."""
    done = make.stat(measure="removals", unit="people")
    expected = make.stat(measure="removals", unit="people", basis=Basis.PROJECTION)

    groups = panels([done, expected])

    assert [group.stats for group in groups] == [(done,), (expected,)]
    assert "(projected)" in groups[1].caption
    assert any("projection" in reason for reason in reasons([done, expected]))


def test_units_have_axes_of_their_own() -> None:
    """Students are not drawn beside residents."""
    figures = [make.stat(), make.stat(unit="students")]

    assert len(panels(figures)) == 2
    assert any("units differ" in reason for reason in reasons(figures))


def test_differences_on_one_axis_are_said() -> None:
    """Different counters, dates and certainty do not part figures, and are not passed over."""
    figures = [make.stat(), make.stat(counted_by="A bureau", as_of="2023", approximate=False)]

    said = " ".join(reasons(figures))

    assert len(panels(figures)) == 1
    assert "counter (not stated; A bureau)" in said
    assert "same date (not stated; 2023)" in said
    assert "others are exact" in said


@pytest.mark.parametrize(
    ("bases", "said"),
    [
        ((Basis.NOT_STATED, Basis.ESTIMATE), "How they came about is stated for some of them only (an estimate)."),
        ((Basis.COUNT, Basis.ESTIMATE), "They did not come about in the same way (a count; an estimate)."),
    ],
)
def test_how_they_came_about(bases: tuple[Basis, Basis], said: str) -> None:
    """Where figures came about in two ways, both are named; what is not stated is no way."""
    assert said in reasons([make.stat(basis=basis) for basis in bases])


def test_what_is_not_stated_is_said_once() -> None:
    """Where no figure has a date or a counter, one sentence says so."""
    said = reasons([make.stat(), make.stat(subject="Boston")])

    assert said == [
        "Who counted is not stated for any of them.",
        "The date that a figure is for is not stated for any of them.",
    ]


def test_the_chart_of_an_answer_shows_its_figures() -> None:
    """The title is the measure that was asked for."""
    measure = make.subject(name="residents without legal status")
    answer = Answer(Ask(Command.COMPARE, subject_id=3), subject=measure, entries=(make.stat(), make.stat(id=2)))

    bars = card(answer, make.ASKER_ID).bars
    assert bars
    drawn = chart(bars)

    assert drawn.alt.startswith("Bar chart, residents without legal status. Chicago: about 257,000 residents")
    assert drawn.file_name == "compare.png"
