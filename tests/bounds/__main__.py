"""Look for the worst text for every function that takes one, and count its steps.

    python -m tests.bounds [--examples 10000] [--only NAME] [--short] [--json]

Each shape is tried at 1,000 and at 8,000 characters, a quarter of that with --short. Printed for each function is the
worst growth and the shape of it: eight times the text may take up to GROWTH times the steps, and SPARE of them more.
Exits with 1 where one takes more.
The full form, which takes a day and prints a line as each is done: python -m tests.bounds --examples 10000
"""

# ruff: noqa: T201 - its lines are its result

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from tests.bounds import shapes, steps

if TYPE_CHECKING:
    from tests.bounds.functions import Measured

LENGTHS = (1_000, 8_000)
SHORT = (250, 2_000)
"""Characters of the two texts that are compared, and of those for --short."""

GROWTH = 16.0
"""Times as many steps for eight times the text: eight for what is linear, twice that where a long text is cut besides;
64 for a square."""

SPARE = {LENGTHS: 150_000, SHORT: 75_000}
"""Steps that a text may take besides, a millisecond or two: what is longer than a card holds is cut, for one."""


def over(one: int, other: int, lengths: tuple[int, int]) -> float:
    """Return how far steps have grown, in parts of what they may: above 1 is too much."""
    return other / (GROWTH * one + SPARE[lengths])


def measured(
    call: Callable[[str], object], shape: tuple[tuple[str, ...], str], lengths: tuple[int, int] = LENGTHS
) -> tuple[int, int]:
    """Return the steps for a short and a long text of a shape."""
    one, other = (steps.count(partial(call, shapes.text(*shape, length))) for length in lengths)
    return one, other


def worst(
    one: Measured,
    examples: int,
    tried: list[tuple[tuple[str, ...], str]],
    lengths: tuple[int, int] = LENGTHS,
) -> tuple[float, str, int, int]:
    """Return the worst growth of a function, whichever way it is called, with its shape and steps."""
    found = (0.0, "", 0, 0)

    def look(shape: tuple[tuple[str, ...], str]) -> None:
        nonlocal found
        for way in one.ways:
            short, long = measured(way, shape, lengths)
            found = max(found, (over(short, long, lengths), repr(shape), short, long))

    for way in one.ways:
        way("a")  # what is made at the first use is not counted
    for shape in tried:
        look(shape)
    if examples:
        run = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        run(given(shapes.generated)(look))()
    return found


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bounds", description=__doc__)
    parser.add_argument("--examples", type=int, default=100, metavar="N", help="generated shapes for each function")
    parser.add_argument("--only", default="", metavar="NAME", help="functions whose name has this in it")
    parser.add_argument(
        "--short", action="store_true", help="a choice of the shapes made by hand, at a quarter of the length"
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    args = parser.parse_args()
    steps.install()
    gc.disable()  # what is compiled stays
    from tests.bounds.functions import MEASURED  # noqa: PLC0415 - is counted from here on

    gc.freeze()
    gc.enable()
    tried, lengths = (shapes.SHORT, SHORT) if args.short else (shapes.BY_HAND, LENGTHS)
    wanted = {name: one for name, one in MEASURED.items() if args.only in name}
    found: dict[str, tuple[float, str, int, int]] = {}
    for name, each in wanted.items():
        grown, shape, one, other = found[name] = worst(each, args.examples, tried, lengths)
        if not args.json:
            print(f"{name:<45}{grown:6.2f}{one:>12,}{other:>12,}  {shape}", flush=True)
    if args.json:
        print(json.dumps(found))
        return
    sys.exit(any(grown > 1 for grown, *_ in found.values()))


if __name__ == "__main__":
    main()
