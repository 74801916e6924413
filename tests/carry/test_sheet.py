"""Cells that a spreadsheet would take for formulas are made texts, and become again what they were."""

from __future__ import annotations

import csv
import io

import pytest
from carrying import TEXT
from hypothesis import given
from hypothesis import strategies as st

from bot.carry import sheet
from bot.carry.sheet import Row, guard, read, rows, unguard
from bot.model import Kind

FORMULA = tuple("=+-@＝＋－＠")
SIGNS = "=+-@\t\r\n'＝;,\""
CELL = TEXT | st.text(st.sampled_from(f"{SIGNS}a1"), max_size=6)
ENTRIES = st.lists(st.dictionaries(st.sampled_from(sheet.COLUMNS[2:]), CELL))


@given(CELL)
def test_guarded(text: str) -> None:
    """No cell begins with a sign of a formula, and what was guarded comes back."""
    cell = guard(text)

    assert not cell.startswith((*FORMULA, *"\t\r\n"))
    assert unguard(cell) == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(ENTRIES)
def test_no_formula_however_it_is_read(delimiter: str, entries: list[dict[str, str]]) -> None:
    """No cell is a formula either where a spreadsheet takes another sign for what separates them."""
    text = "".join(rows((number, Kind.STAT, each) for number, each in enumerate(entries, 1)))

    # Where the quotes do not stand at the beginning of a cell, they are part of it, and line breaks end a row.
    found = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]

    assert [cell for cell in found if cell.startswith(FORMULA)] == []


@given(ENTRIES)
def test_a_sheet_is_read_as_it_was_written(entries: list[dict[str, str]]) -> None:
    """Whatever is in the cells, the rows come back."""
    text = "".join(rows((number, Kind.STAT, each) for number, each in enumerate(entries, 1)))

    found = list(read(text))

    full = [dict.fromkeys(sheet.COLUMNS[2:], "") | each for each in entries]
    assert found == [Row(number + 1, number, Kind.STAT, each) for number, each in enumerate(full, 1)]
    # Any other program that reads CSV finds as many rows.
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(entries) + 1
