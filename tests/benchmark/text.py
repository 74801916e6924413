"""Measure what each function that takes people's text costs at 1 KB, 10 KB, 100 KB and 1 MB, for the worst of texts.

    python -m tests.benchmark.text [--only NAME] [--waiting] [--markdown]

The functions and the texts are those of `tests.bounds`. At 1 KB every text that is made by hand is tried, and the two
that took longest are tried at each size; printed are the milliseconds of the worst, measured as processor time, with
what that text is made of. Of the ways in which a function is called, the one that takes longest counts. A size that
people cannot bring to a function, such as a form's text of 100 KB, is in brackets: it shows the growth alone. 1 MB is
for articles. Exits with 1 where a text that people can bring, and that is worked on while others wait, takes more than
MOST_MS.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from itertools import cycle

from tests.bounds import shapes
from tests.bounds.functions import MEASURED, Measured

SIZES = (1_000, 10_000, 100_000, 1_000_000)
GROWTH = 100_000
"""Characters that every function is given, whether people can bring them or not."""

MOST_MS = 20
"""Milliseconds that everybody waits at most."""

WORST, TRIES = 2, 7
"""Texts that are tried at each size, and times that the longest that others wait for is measured."""

_LESS = cycle(range(16))
"""Characters by which a text is shorter than it may be, so that no cache knows it."""


def taken(one: Measured, shape: tuple[tuple[str, ...], str], length: int, tries: int = 2) -> float:
    """Return the milliseconds that a call takes, in the way that takes longest."""
    return max(_taken(way, shape, length, tries) for way in one.ways)


def _taken(call: Callable[[str], object], shape: tuple[tuple[str, ...], str], length: int, tries: int) -> float:
    """Return the best of some times, of texts that no cache knows: other work makes a call slower, and none faster."""
    found: list[float] = []
    for _ in range(tries):
        given = shapes.text(*shape, length - next(_LESS))
        gc.collect()  # what an earlier call left is not counted
        begun = time.thread_time()
        call(given)
        found.append((time.thread_time() - begun) * 1000)
        if found[0] > 50:
            break
    return min(found)


def row(one: Measured, *, waiting: bool = False) -> tuple[list[float], float, str]:
    """Return the milliseconds at each size, those at the longest text that keeps others waiting, and the text."""
    gc.freeze()  # what is imported, or in a cache, need not be looked through before each call
    for way in one.ways:
        way("a")
    tried = sorted(shapes.BY_HAND, key=lambda shape: -taken(one, shape, SIZES[0]))[:WORST]
    longest = max(taken(one, shape, one.most, TRIES) for shape in tried)
    sizes = SIZES[:1] if waiting else [size for size in SIZES if size <= max(one.longest, GROWTH)]
    each = [max((taken(one, shape, size), shape) for shape in tried) for size in sizes]
    pieces, end = each[-1][1]
    return [ms for ms, _ in each], longest, repr("".join(pieces)) + (f" … {end!r}" if end else "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.text", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="functions whose name has this in it")
    parser.add_argument("--waiting", action="store_true", help="only what others wait for, and 1 KB")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/bounds.md")
    args = parser.parse_args()
    say = sys.stdout.write
    between = " | " if args.markdown else "  "
    heads = ["function", "1 KB", "10 KB", "100 KB", "1 MB", "at most", "worst text"]
    if args.markdown:
        say(f"| {' | '.join(heads)} |\n|---|--:|--:|--:|--:|--:|---|\n")
    late = False
    for name, one in MEASURED.items():
        if args.only not in name:
            continue
        each, waiting, shape = row(one, waiting=args.waiting)
        cells = [f"{ms:.1f}" if size <= one.longest else f"({ms:.1f})" for ms, size in zip(each, SIZES, strict=False)]
        cells += [""] * (len(SIZES) - len(cells))
        late = late or waiting > MOST_MS
        if args.markdown:
            shown = shape.replace("|", "\\|")
            say(f"| `{name}` | {between.join(cells)} | {waiting:.1f} | `{shown}` |\n")
        else:
            say(f"{name:<45}{''.join(f'{cell:>11}' for cell in cells)}{waiting:>9.1f}  {shape}\n")
        sys.stdout.flush()
    sys.exit(late)


if __name__ == "__main__":
    main()
