"""Whether the tests notice it when one statement of the store forgets which server it works for.

    .venv/bin/python tests/store/unfiltered.py

Of every statement that `test_neighbors` has run, the conditions on the server are dropped, all at once and then each
alone. Prints those that nobody notices; some of them say what another condition says too.
"""

# ruff: noqa: T201 - its lines are its result

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_neighbors import CHECKED, Stores, functions, made, opened

CONDITION = re.compile(
    r"(?<!SET )(?<![\w.])(?:\w+\.)?guild_id\s*(?:=|IN)\s*"
    r"(?:nullif\([^)]*\)|\((?:[^()]|\([^()]*\))*\)|:\w+|\?\d*|\w+\.guild_id)"
)


def mutants(sql: str) -> list[tuple[str, str]]:
    """Return what is dropped of a statement, and the statement without it."""
    places = list(CONDITION.finditer(sql))
    each = [(one[0], f"{sql[: one.start()]}(1 OR {one[0]}){sql[one.end() :]}") for one in places]
    return [("all", CONDITION.sub(lambda found: f"(1 OR {found[0]})", sql)), *each]


async def main() -> None:
    """Try every mutant."""
    with tempfile.TemporaryDirectory() as folder:
        places = await made(Path(folder))
        async with opened(places, Path(folder, "copies")) as stores:
            await run(stores)


async def run(stores: Stores) -> None:
    """Try every mutant on these stores."""
    counts = {"all": [0, 0], "one": [0, 0]}
    for name, function in functions():
        if name in CHECKED:
            continue
        seen: dict[str, None] = {}
        await stores.faults(function, lambda sql, seen=seen: seen.setdefault(sql) or sql)
        for sql in filter(CONDITION.search, seen):
            for dropped, mutant in mutants(sql):
                faults = await stores.faults(function, lambda one, sql=sql, new=mutant: new if one == sql else one)
                count = counts["all" if dropped == "all" else "one"]
                count[0] += 1
                count[1] += bool(faults)
                if not faults:
                    print(f"not noticed: {name}: {dropped}: {' '.join(sql.split())[:160]}")
    print(f"all conditions of a statement dropped: {counts['all'][1]} of {counts['all'][0]} noticed")
    print(f"one condition dropped: {counts['one'][1]} of {counts['one'][0]} noticed")


if __name__ == "__main__":
    asyncio.run(main())
