"""JSON Lines: one record a line, always in the same bytes, read strictly and with the line's number."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeGuard, get_type_hints

from bot.carry.records import FORMAT, NAMES, TYPES, Fault, Header, Moment, Record, Snowflake, Texts
from bot.errors import UserError

_LARGEST = 2**63
_KNOWN_BY = ("figure", "words", "title", "label", "name", "text", "key")
_SHOWN = 80
_DIGITS = re.compile("[0-9]{1,19}")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HALF = re.compile("[\ud800-\udfff]")
_FIRST, _LAST = -62_135_596_800, 253_402_300_799  # the years 1 and 9999


class Wrong(ValueError):  # noqa: N818 - a reason, not an error
    """Says what a value has to be."""


def header(what: Header) -> str:
    """Return the first line."""
    return _line(
        {
            "type": "header",
            "dateline": FORMAT,
            "everything": what.everything,
            "counts": dict(sorted(what.counts.items())),
        }
    )


def line(record: Record) -> str:
    """Return a record as a line; what is as by default is left out."""
    values: dict[str, Any] = {"type": NAMES[type(record)]}
    for name, _, write, default in _shape(type(record)):
        value = getattr(record, name)
        if default is MISSING or value != default:
            values[name] = write(value)
    return _line(values)


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def read(text: str) -> tuple[Header, Iterator[Record | Fault]]:
    """Read a file: its header, then each of its lines, or what is wrong with it.

    Raises UserError for a file that is none of ours, or written by a newer version.
    """
    rows = ((number, row) for number, row in _rows(text) if not row.isspace())
    _, first = next(rows, (1, ""))
    return _header(first), (_read(number, row) for number, row in rows)


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, with their numbers; of millions of empty ones, none is made."""
    number, end = 1, 0
    # Only a line feed ends a line: what else breaks one on a screen may stand in a text as it is.
    for row in re.finditer("[^\n]+", text):
        number += text.count("\n", end, row.start())
        end = row.end()
        yield number, row[0]


def _header(row: str) -> Header:
    try:
        found = _object(row)
    except Wrong:
        found = {}
    written = found.get("dateline")
    if found.get("type") != "header" or not _is_whole(written):
        raise UserError(
            'This is no export of Dateline: the first line has to be the header, {"type": "header", "dateline": 1, …}.'
        )
    if written > FORMAT:
        raise UserError(
            f"This file was written by a newer Dateline: it has format {written}, and this one reads up to {FORMAT}. "
            "Update the bot, then try again."
        )
    counts = found.get("counts")
    numbers = counts.items() if _is_object(counts) else ()
    return Header(found.get("everything") is True, {name: value for name, value in numbers if _is_whole(value)})


def _read(number: int, row: str) -> Record | Fault:
    what = ""
    try:
        found = _object(row)
        what = _named(found)
        return _record(_type(found.pop("type", None)), found, number)
    except Wrong as wrong:
        return Fault(number, what, str(wrong))


def record(row: str) -> Record:
    """Read one line that `line` has made. Raises ValueError for any other."""
    found = _object(row)
    return _record(_type(found.pop("type", None)), found, 0)


def _named(found: Mapping[str, object]) -> str:
    """Return what a line is about, as far as that can be told."""
    fields = found.get("fields")
    texts = {**(fields if _is_object(fields) else {}), **found}
    known = [value for key in _KNOWN_BY if isinstance(value := texts.get(key), str)]
    type_ = texts.get("type")
    return " ".join([*([type_] if isinstance(type_, str) else []), *(f"“{text[:_SHOWN]}”" for text in known[:1])])


def _type(name: object) -> type[Record]:
    if not isinstance(name, str) or name not in TYPES:
        raise Wrong(f'"type" has to be one of {", ".join(TYPES)}.')
    return TYPES[name]


def _record(of: type[Record], found: dict[str, object], number: int) -> Record:
    values: dict[str, Any] = {"line": number}
    for name, read_value, _, default in _shape(of):
        if name in found:
            try:
                values[name] = read_value(found.pop(name))
            except Wrong as wrong:
                raise Wrong(f'"{name}" has to be {wrong}.') from wrong
        elif default is MISSING:
            raise Wrong(f'"{name}" is missing.')
    if found:
        raise Wrong(f'"{min(found)[:_SHOWN]}" is no key of the type "{NAMES[of]}".')
    return of(**values)


def _object(row: str) -> dict[str, object]:
    try:
        found = json.loads(row, object_pairs_hook=_once)
        # "\ud800" is half a character: it is valid JSON, but no text.
        is_text = "\\u" not in row or not _HALF.search(json.dumps(found, ensure_ascii=False))
    except json.JSONDecodeError as error:
        raise Wrong(f"This is not valid JSON: {error.msg} at character {error.colno}.") from error
    except RecursionError as error:
        raise Wrong("This is not JSON that can be read: it is nested too deeply.") from error
    except Wrong:
        raise
    except ValueError as error:
        raise Wrong("This is not JSON that can be read: a number in it is too long.") from error
    if not _is_object(found):
        raise Wrong('A line has to be a JSON object, as in {"type": "entry", …}.')
    if not is_text:
        raise Wrong("A text in it holds half a character (a lone surrogate).")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object each of whose keys stands there once: of two, nobody knows which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise Wrong(f'The key "{key[:_SHOWN]}" stands there twice.')
    return found


Read = Callable[[object], object]
Write = Callable[[Any], object]


@cache
def _shape(of: type[Record]) -> tuple[tuple[str, Read, Write, object], ...]:
    """Return what is written of a type of record: each name, how its value is read and written, and its default."""
    hints = get_type_hints(of)
    return tuple((one.name, *_VALUES[hints[one.name]], one.default) for one in fields(of) if one.name != "line")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong("a text")
    if "\0" in value:
        raise Wrong("a text without the character NUL")
    return value


def _whole(value: object) -> int:
    if not _is_whole(value):
        raise Wrong("a whole number from 0")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("true or false")
    return value


def _snowflake(value: object) -> int:
    if not (isinstance(value, str) and _DIGITS.fullmatch(value) and int(value) < _LARGEST):
        raise Wrong('an id of Discord as a text of digits, as in "80351110224678912"')
    return int(value)


def _moment(value: object) -> int:
    wrong = Wrong('a moment as in "2026-01-01T00:00:00Z"')
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise wrong
    try:
        return int(datetime.fromisoformat(value).timestamp())
    except ValueError as error:
        raise wrong from error


def _texts(value: object) -> Texts:
    if not isinstance(value, list):
        raise Wrong("a list of texts")
    return tuple(map(_text, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of JSON


def _lists(value: object) -> tuple[Texts, ...]:
    if not isinstance(value, list):
        raise Wrong("a list of lists of texts")
    return tuple(map(_texts, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of JSON


def _fields(value: object) -> dict[str, str]:
    if not _is_object(value):
        raise Wrong("an object of texts")
    return {_text(name): _text(text) for name, text in value.items()}


def _columns(value: object) -> dict[str, str | int]:
    if not _is_object(value):
        raise Wrong("an object of texts and whole numbers")
    return {_text(name): each if _is_whole(each) else _text(each) for name, each in value.items()}


def _optional(read_value: Read) -> Read:
    return lambda value: None if value is None else read_value(value)


def _same(value: object) -> object:
    return value


def _written_id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _written_moment(value: int | None) -> str | None:
    if value is None:
        return None
    return datetime.fromtimestamp(min(max(value, _FIRST), _LAST), UTC).isoformat().replace("+00:00", "Z")


_VALUES: dict[Any, tuple[Read, Write]] = {
    str: (_text, _same),
    str | None: (_optional(_text), _same),
    int: (_whole, _same),
    bool: (_flag, _same),
    Snowflake: (_snowflake, _written_id),
    Snowflake | None: (_optional(_snowflake), _written_id),
    Moment: (_moment, _written_moment),
    Moment | None: (_optional(_moment), _written_moment),
    Texts: (_texts, list),
    tuple[Texts, ...]: (_lists, lambda value: [list(each) for each in value]),
    Mapping[str, str]: (_fields, dict),
    Mapping[str, str] | None: (_optional(_fields), _same),
    Mapping[str, str | int] | None: (_optional(_columns), _same),
}
"""How each type of value is read and written."""


def all_lines(what: Header, records: Iterable[Record]) -> Iterator[str]:
    """Yield every line of a file."""
    yield header(what)
    yield from map(line, records)
