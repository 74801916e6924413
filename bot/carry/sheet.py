"""CSV for a spreadsheet: one entry a row, its columns named like the fields of a form."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.carry.records import Fault
from bot.errors import UserError
from bot.model import Kind
from bot.names import entry_number
from bot.writing import fields

COLUMNS = ("id", "kind", *dict.fromkeys(key for kind in Kind for key in fields.keys(kind)))
"""The first row: what an entry is known by, then every field that any kind has."""

MOST_COLUMNS = 1_000
"""Number of columns in the first row beyond which the file is not read."""

NAMED = 10
"""Number of unknown columns that are named."""

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""

# A cell that begins so is a formula to a spreadsheet (https://owasp.org/www-community/attacks/CSV_Injection). An
# apostrophe before it makes it a text; one that was there already gets another, so that taking one off is exact.
# A spreadsheet that separates by semicolons or tabs, as many countries' do, takes what follows these inside of a cell
# for a cell of its own, and a line of it for a row: the quotes that hold a cell together are then not at its beginning.
_SIGNS = "=+\\-@＝＋－＠"
_GUARDED = f"(?:'*[{_SIGNS}\t\r\n])", f"(?:['\"]*[{_SIGNS}])"
_FORMULA = re.compile(f"\\A(?={_GUARDED[0]})|(?<=[;\t\r\n])(?={_GUARDED[1]})")
_LINE_END = re.compile("[\r\n]")
_GUARD = re.compile(f"\\A'(?={_GUARDED[0]})|(?<=[;\t\r\n])'(?={_GUARDED[1]})")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a spreadsheet has it. `number` counts from the row of names, which is 1; `id` is 0 for a new one."""

    number: int
    id: int
    kind: Kind
    fields: Mapping[str, str]


def rows(entries: Iterable[tuple[int, Kind, Mapping[str, str]]]) -> Iterator[str]:
    """Yield the row of names, then one for each entry (id, kind, fields)."""
    line = io.StringIO()
    writer = csv.DictWriter(line, COLUMNS, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    yield BOM + line.getvalue()
    for id_, kind, values in entries:
        line.seek(0)
        line.truncate()
        guarded = {name: guard(text) for name, text in values.items()}
        writer.writerow({"id": id_, "kind": kind.value, **guarded})
        yield line.getvalue()


def read(text: str) -> Iterator[Row | Fault]:
    """Read a sheet that is separated by commas, semicolons or tabs; yield its rows, or what is wrong with each.

    Raises UserError where the row of names is not as it has to be.
    """
    reader = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=_delimiter(text), strict=True)
    names = [name.strip().casefold() for name in _next(reader, 1) or ()]
    while names and not names[-1]:
        names.pop()
    _check(names)
    return _rows(reader, names)


def _delimiter(text: str) -> str:
    """Return what separates the names in the first row: what Excel writes depends on the country."""
    end = _LINE_END.search(text)
    first = text[: end.start()] if end else text
    found = max(",;\t", key=first.count)
    if first.count(found) >= MOST_COLUMNS:
        raise UserError(f"The first row names more than {MOST_COLUMNS:,} columns. There are: {', '.join(COLUMNS)}.")
    return found


def _check(names: list[str]) -> None:
    unknown = [name or "(no name)" for name in names if name not in COLUMNS]
    twice = sorted(name for name, number in Counter(names).items() if number > 1)
    if unknown:
        rest = f" and {len(unknown) - NAMED:,} more" if len(unknown) > NAMED else ""
        raise UserError(f"Unknown columns: {', '.join(unknown[:NAMED])}{rest}. There are: {', '.join(COLUMNS)}.")
    if twice:
        raise UserError(f"These columns are there twice: {', '.join(twice)}. Remove one of each.")
    if "kind" not in names:
        raise UserError('There is no column "kind". The first row has to name the columns, as in an export.')


def _next(reader: Iterator[list[str]], number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise UserError(f"Row {number} is not valid CSV: {error}.") from error


def _rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[Row | Fault]:
    number = 1
    while (cells := _next(reader, number := number + 1)) is not None:
        if any(cell.strip() for cell in cells):
            yield _row(number, names, cells)


def _row(number: int, names: list[str], cells: list[str]) -> Row | Fault:
    if any(cells[len(names) :]):
        return Fault(number, "", f"The row has {len(cells)} cells, but there are {len(names)} columns.")
    values = {name: unguard(cell) for name, cell in zip(names, cells, strict=False)}
    typed, kind = values.pop("id", "").strip(), values.pop("kind", "").strip().casefold()
    what = f"#{typed}" if typed else ""
    if typed and not entry_number(typed):
        return Fault(number, what, f"“id” is “{typed}”; leave it empty for a new entry.")
    if kind not in list(Kind):
        return Fault(number, what, f"“kind” is “{kind}”; it has to be one of {', '.join(Kind)}.")
    if any("\0" in text for text in values.values()):
        return Fault(number, what, "A cell holds the character NUL, which no text has.")
    return Row(number, entry_number(typed), Kind(kind), values)


def guard(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", text)


def unguard(cell: str) -> str:
    """Return the text of which `guard` made a cell."""
    return _GUARD.sub("", cell)
