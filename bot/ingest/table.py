"""One table of a TOML file, read strictly: every fault becomes a sentence, and reading goes on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import TypeGuard, TypeVar

from bot.dates import is_date

NAME_LENGTH = 100
"""A name, label or title has at most this many characters: Discord shows no more on a choice or a button."""

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VALUE_LIMIT = Decimal(10) ** 15
"""A figure is below this."""

MOST_PLACES = 15
"""Decimal places of a figure."""

WHOLE_LIMIT = 2**63
"""A whole number is below this: the store holds no larger one."""

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """A table that is being read.

    Each reading method returns a harmless stand-in where the value is missing or wrong, and adds a sentence
    to `faults`; so what was read counts only if `faults` is still empty at the end. `close` comes last.
    """

    def __init__(self, name: str, values: dict[str, object], faults: list[str]) -> None:
        self.name = name
        self._values = values
        self._faults = faults
        self._asked: set[str] = set()

    def fault(self, sentence: str) -> None:
        """Add a fault: a sentence that goes on from the table's name and says how to mend it."""
        self._faults.append(f"{self.name}: {sentence}")

    def close(self) -> None:
        """Report the keys that nothing has asked for."""
        for key in sorted(self._values.keys() - self._asked):
            known = ", ".join(sorted(self._asked))
            self.fault(f'"{key}" is not a key of this table; remove it, or use one of: {known}.')

    def has(self, key: str) -> bool:
        """Return whether the key is written at all."""
        self._asked.add(key)
        return key in self._values

    def table(self, key: str) -> Table:
        """Return the table under a key; an empty one is the stand-in."""
        value = self._take(key)
        if _is_table(value):
            return Table(f"[{key}]", value, self._faults)
        if value is not None:
            self.fault(f'"{key}" has to be a table; begin it with [{key}].')
        return Table(f"[{key}]", {}, [])

    def tables(self, key: str, *, heading: str, named_by: str = "key") -> Iterator[Table]:
        """Yield the tables under a key, in order, and close each when the next one is asked for.

        A table's name is its `heading`, as in "[[stat]]", with its value of `named_by`, or else its number.
        """
        value = self._take(key, optional=True)
        if value is not None and not (_is_list(value) and all(map(_is_table, value))):
            self.fault(f'"{key}" has to be a list of tables; begin each with {heading}, in two pairs of brackets.')
            return
        for number, item in enumerate(filter(_is_table, value or ()), start=1):
            name = item.get(named_by)
            table = Table(f'{heading} "{name}"' if name else f"{heading} number {number}", item, self._faults)
            yield table
            table.close()

    def text(self, key: str, *, most: int | None = None, optional: bool = False) -> str:
        """Return a text of one line and at most `most` characters; "" only where `optional`."""
        value = self._take(key, optional=optional)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(f'"{key}" has to be a text; put it in quotation marks.')
            return ""
        return self._line(key, value, most=most, optional=optional)

    def texts(self, key: str, *, most: int | None = None, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts of one line each; empty only where `optional`."""
        value = self._take(key, optional=optional)
        if value is None:
            return ()
        if not _is_list(value) or not all(isinstance(item, str) for item in value):
            self.fault(f'"{key}" has to be a list of texts, as in {key} = ["one", "two"].')
            return ()
        if not value and not optional:
            self.fault(f'"{key}" is empty; it needs at least one text.')
        return tuple(self._line(key, str(item), most=most, optional=False) for item in value)

    def key(self, key: str) -> str:
        """Return a key: small letters, digits and single hyphens, as in "chicago" or "los-angeles-county"."""
        value = self.text(key, most=NAME_LENGTH)
        if value and not _KEY.fullmatch(value):
            self.fault(f'"{key}" is "{value}"; write it in small letters a-z, digits and single hyphens.')
        return value

    def flag(self, key: str, *, optional: bool = False) -> bool:
        """Return true or false; false where it is `optional` and left out."""
        value = self._take(key, optional=optional)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(f'"{key}" has to be true or false, without quotation marks.')
        return False

    def whole(self, key: str) -> int:
        """Return a whole number that is greater than 0; 0 is the stand-in."""
        value = self._take(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < WHOLE_LIMIT:
            return value
        if value is not None:
            self.fault(f'"{key}" has to be a whole number from 1 to below 2^63, without quotation marks.')
        return 0

    def figure(self, key: str) -> Decimal:
        """Return a number as written, from 0 to below 10^15."""
        value = self._take(key)
        # Compared with an integer: to make a decimal of one with a million digits takes long.
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < int(VALUE_LIMIT):
            return Decimal(value)
        if isinstance(value, Decimal) and value.is_finite() and 0 <= value < VALUE_LIMIT:
            if -value.as_tuple().exponent <= MOST_PLACES:  # pyright: ignore[reportOperatorIssue] - it is finite
                return value
            self.fault(f'"{key}" has more than {MOST_PLACES} decimal places; round it.')
            return Decimal(0)
        if value is not None:
            self.fault(f'"{key}" has to be a number from 0 to below 10^15, as in {key} = 257_000 or 7.5.')
        return Decimal(0)

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """Return a member of `choices` by its value, or `default` where the key may be, and is, left out."""
        value = self.text(key, optional=default is not None)
        if value in list(choices):
            return choices(value)
        if value:
            allowed = ", ".join(f'"{choice}"' for choice in choices)
            self.fault(f'"{key}" is "{value}"; it has to be one of {allowed}.')
        return default or next(iter(choices))

    def date(self, key: str) -> str:
        """Return a real date as "2018", "2018-11" or "2018-11-05"; "" where it is left out or empty."""
        value = self.text(key, optional=True)
        if value and not is_date(value):
            self.fault(f'"{key}" is "{value}"; write a real date as "2018", "2018-11" or "2018-11-05".')
            return ""
        return value

    def passage(self, key: str, length: int) -> tuple[int, int]:
        """Return [start, end) in characters of a text of this length (0: the length is not known)."""
        value = self._take(key)
        if _is_list(value) and len(value) == len(("start", "end")):
            start, end = value
            if type(start) is int and type(end) is int and 0 <= start < end and (not length or end <= length):
                return start, end
        if value is not None:
            self.fault(f'"{key}" has to be [start, end], characters counted from 0, inside the {length} of the text.')
        return 0, 1

    def _take(self, key: str, *, optional: bool = False) -> object:
        if not self.has(key) and not optional:
            self.fault(f'"{key}" is missing; add it.')
        return self._values.get(key)

    def _line(self, key: str, value: str, *, most: int | None, optional: bool) -> str:
        if not value.strip() and not optional:
            self.fault(f'"{key}" is empty; write something, or remove the whole entry.')
        if value != value.strip():
            self.fault(f'"{key}" begins or ends with a space; remove it.')
        if any(unicodedata.category(character) == "Cc" for character in value):
            self.fault(f'"{key}" holds a line break or another control character; write it as one line.')
        if most is not None and len(value) > most:
            self.fault(f'"{key}" has {len(value)} characters; shorten it to {most}.')
        return value


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)
