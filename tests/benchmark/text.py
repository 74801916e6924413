"""Measure what each function that takes people's text costs at 1 KB, 10 KB, 100 KB and 1 MB, for the worst of texts.

    python -m tests.benchmark.text [--only NAME] [--markdown]

The functions and the texts are those of `tests.bounds`. At 1 KB every text that is made by hand is tried, and the two
that took longest are tried at each size; printed are the milliseconds of the worst, measured as processor time, with
what that text is made of. A size that people cannot bring to a function, such as a form's text of 100 KB, is in
brackets: it shows the growth alone. 1 MB is for articles. Exits with 1 where a text that people can bring, and that is
worked on while others wait, takes more than MOST_MS.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable

from bot.writing.proof import AT_ONCE
from tests.bounds import shapes
from tests.bounds.functions import MEASURED, Measured

SIZES = (1_000, 10_000, 100_000, 1_000_000)
GROWTH = 100_000
"""Characters that every function is given, whether people can bring them or not."""

MOST_MS = 20
"""Milliseconds that everybody waits at most."""

WORST = 2


def taken(call: Callable[[str], object], shape: tuple[tuple[str, ...], str], length: int) -> float:
    """Return the milliseconds that a call takes; the better of two, of texts that no cache knows."""
    found: list[float] = []
    for extra in (0, 1):
        given = shapes.text(*shape, length - extra)
        gc.collect()  # what an earlier call left is not counted
        begun = time.thread_time()
        call(given)
        found.append((time.thread_time() - begun) * 1000)
        if found[0] > 50:
            break
    return min(found)


def row(one: Measured) -> tuple[list[float], float, str]:
    """Return the milliseconds at each size, those at the longest text that keeps others waiting, and the text."""
    one.call("a")
    tried = sorted(shapes.BY_HAND, key=lambda shape: -taken(one.call, shape, SIZES[0]))[:WORST]
    most = min(one.most, AT_ONCE)  # what is longer is searched in a thread
    waiting = max(taken(one.call, shape, most) for shape in tried)
    sizes = [size for size in SIZES if size <= max(one.most, GROWTH)]
    each = [max((taken(one.call, shape, size), shape) for shape in tried) for size in sizes]
    pieces, end = each[-1][1]
    return [ms for ms, _ in each], waiting, repr("".join(pieces)) + (f" … {end!r}" if end else "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.text", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="functions whose name has this in it")
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
        each, waiting, shape = row(one)
        cells = [f"{ms:.1f}" if size <= one.most else f"({ms:.1f})" for ms, size in zip(each, SIZES, strict=False)]
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
