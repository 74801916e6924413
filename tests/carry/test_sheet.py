"""Cells that a spreadsheet would take for formulas are made texts, and become again what they were."""

from __future__ import annotations

import csv
import io

from carrying import TEXT
from hypothesis import given
from hypothesis import strategies as st

from bot.carry import sheet
from bot.carry.sheet import Row, guard, read, rows, unguard
from bot.model import Kind

SIGNS = "=+-@\t\r\n'＝"
CELL = TEXT | st.text(st.sampled_from(f"{SIGNS}a1"), max_size=5)


@given(CELL)
def test_guarded(text: str) -> None:
    """No cell begins with a sign of a formula, and what was guarded comes back."""
    cell = guard(text)

    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert unguard(cell) == text


@given(st.lists(st.dictionaries(st.sampled_from(sheet.COLUMNS[2:]), CELL)))
def test_a_sheet_is_read_as_it_was_written(entries: list[dict[str, str]]) -> None:
    """Whatever is in the cells, the rows come back."""
    text = "".join(rows((number, Kind.STAT, each) for number, each in enumerate(entries, 1)))

    found = list(read(text))

    full = [dict.fromkeys(sheet.COLUMNS[2:], "") | each for each in entries]
    assert found == [Row(number + 1, number, Kind.STAT, each) for number, each in enumerate(full, 1)]
    # Any other program that reads CSV finds as many rows.
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(entries) + 1
