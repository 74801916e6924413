"""Work on people's text has a bound: what takes a text is linear in its length, counted in steps and not in seconds.

Three things together show it, as none does alone. The list of functions is read from their signatures, so that a new
one cannot be forgotten. Each is called with texts made to be costly, and its steps are counted (`tests/bounds/steps.py`
says which): eight times the text may take sixteen times the
steps. What a regular expression does within itself is seen by
no counter; so each of ours is proven to go over a text only once (`tests/bounds/patterns.py`).

Here are a choice of the texts; `python -m tests.bounds --examples 10000` tries all, and ten thousand for each function.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.ingest import figures
from tests.bounds import patterns
from tests.bounds.functions import EXEMPT, MEASURED, exempt, found, stale

ROOT = Path(__file__).parents[1]


def test_each_function_that_takes_a_text_is_measured() -> None:
    """A function whose parameters hold text stands in one of two lists: measured, or exempt with a reason."""
    forgotten = [name for name in found() if name not in MEASURED and not exempt(name)]

    assert forgotten == [], "measure them in tests/bounds/functions.py, or say there why they need no bound"


def test_the_lists_are_of_what_is_there() -> None:
    """Nothing is exempt that is not there any more."""
    assert stale() == []
    assert all(reason and names for reason, names in EXEMPT.items())


def test_the_table_has_each_function() -> None:
    """The table of what work on text costs has a row for each function that is measured."""
    rows = re.findall(
        r"^\| `((?:bot|cogs)\.[\w.]+)` \|", (ROOT / "docs/bounds.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(rows) == sorted(MEASURED)


def test_steps_grow_with_the_text() -> None:
    """Eight times the text takes eight times the steps, or twice that where it is cut besides, whichever text it is."""
    command = [sys.executable, "-m", "tests.bounds", "--json", "--short", "--examples", "0"]
    counted = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, text=True)  # noqa: S603

    steps = json.loads(counted.stdout)

    assert steps.keys() == set(MEASURED)
    assert {name: one for name, one in steps.items() if one[0] > 1} == {}


def test_patterns_go_over_a_text_once() -> None:
    """No regular expression of ours reads the same run of characters again and again."""
    for path in sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")]):
        if path.stem != "__main__":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    seen = {name: (pattern, searched) for name, pattern, searched in patterns.of_modules()}
    seen |= {
        f"{value} {number}": (pattern, True)
        for value in ("1", "25", "2005", "257000.5", "1000000")
        for number, pattern in enumerate([*figures._patterns(Decimal(value)), figures._any_form(Decimal(value))])
    }

    wrong = {
        name: faults for name, (one, searched) in seen.items() if (faults := patterns.faults(one, searched=searched))
    }

    assert {name: faults for name, faults in wrong.items() if name not in patterns.REVIEWED} == {}
    assert [name for name in patterns.REVIEWED if name not in wrong] == []


@pytest.mark.parametrize(
    ("pattern", "sound"),
    [
        (r"\s*[\r\n]+\s*", False),
        (r"(a+)+b", False),
        (r"(\w+\s?)*!", False),
        (r"\S*\d\S*", False),
        (r"\s+x", False),
        (r"a[ab]*c", False),
        (r"[^\s/]+\S*", False),
        (r"(a|ab)*c", False),
        (r"\w+", True),
        (r"x\s+y", True),
        (r"[\r\n]\s*", True),
        (r"\d+(?:\.\d+)?", True),
        (r"^ *#", True),
    ],
)
def test_which_patterns_are_sound(pattern: str, *, sound: bool) -> None:
    """The check tells patterns that take the square of a text's length from those that do not."""
    assert (patterns.faults(re.compile(pattern), searched=True) == []) is sound
