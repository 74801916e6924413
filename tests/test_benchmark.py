"""The benchmark, in its short form."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_short_form(tmp_path: Path) -> None:
    """The benchmark fills two stores and has a row for each question, for the start and for the memory."""
    command = [sys.executable, "-m", "tests.benchmark", "--entries", "2000", "--rounds", "1"]

    run = subprocess.run(  # noqa: S603
        [*command, "--store", str(tmp_path / "bench.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    rows = [re.split("[: ]", line)[0] for line in run.stdout.splitlines()[1:]]
    assert {row: rows.count(row) for row in rows} == {
        "lookup": 4,
        "keystroke": 5,
        "search": 4,
        "quote": 1,
        "timeline": 1,
        "show": 1,
        "digest": 2,
        "start": 1,
        "memory": 1,
    }
