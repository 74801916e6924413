"""A text prepared once for searching: one character for each word, mark or space, and where each of them stands."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import overload

Span = tuple[int, int]
"""[start, end) in characters."""

LONGEST = 2_000_000
"""Characters of the longest text that is searched. It has fewer kinds of words than there are characters."""

ALIKE = ('"“”„«»', "'‘’ʼ")
"""People type straight marks where papers print curly ones."""

_KEPT = 4
"""Number of prepared texts in the cache. One of a million characters takes up to 10 MB."""

_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_REMOVED = re.compile(f"[{_UNSEEN}]++")
_TOKEN = re.compile(rf"\w++(?:[{_UNSEEN}]++\w++)*+|[^\w\s{_UNSEEN}]|[\s{_UNSEEN}]++")
_SPACED_TOKEN = re.compile(rf"\w++|[^\w\s{_UNSEEN}]|[\s{_UNSEEN}]++")


class Spans(Sequence[Span]):
    """Places in a text, in order; a million of them take 8 MB."""

    def __init__(self) -> None:
        self.starts = array("I")
        self.ends = array("I")

    def append(self, start: int, end: int) -> None:
        """Add a place after the others."""
        self.starts.append(start)
        self.ends.append(end)

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        """Return one place, or some."""
        if isinstance(index, slice):
            return list(zip(self.starts[index], self.ends[index], strict=True))
        return self.starts[index], self.ends[index]


class Tokens:
    """A text with one character for each token, so that `str.find` searches it in linear time.

    A token is a word, a mark or a run of spaces. What is found never begins or ends within a word. The length of
    spaces, line ends, what nobody sees and the shape of quotation marks do not matter; case does.
    """

    def __init__(self, text: str, token: re.Pattern[str]) -> None:
        self.places = Spans()
        self._codes: dict[str, str] = {}
        codes, coded, add = self._codes, list[str](), self.places.append
        for match in token.finditer(_folded(text)):
            word = match[0]
            code = codes.get(word)
            if code is None:
                plain = _plain(word, spaced=token is _SPACED_TOKEN)
                code = codes[word] = codes.setdefault(plain, chr(len(codes) + 1)) if plain else ""
            if code:
                coded.append(code)
                add(*match.span())
        self._coded = "".join(coded)

    def encode(self, phrase: str) -> str:
        """Return a phrase as its tokens here; "" where it has none, or one that the text does not have."""
        words = _folded(" ".join(without_unseen(phrase).split()))
        codes = [self._codes.get(match[0], "") for match in _TOKEN.finditer(words)]
        return "".join(codes) if all(codes) else ""

    def find(self, code: str, first: int, last: int) -> int:
        """Return the first token from `first` on where an encoded phrase stands that ends by `last`, or -1."""
        return self._coded.find(code, first, last) if code else -1

    def within(self, span: Span) -> Span:
        """Return the tokens that stand in a place, as [first, last)."""
        return bisect_left(self.places.starts, span[0]), bisect_right(self.places.ends, span[1])

    def around(self, place: int) -> Span:
        """Return the word that a place is inside of, or else the place itself as an empty span."""
        index = bisect_left(self.places.starts, place) - 1
        start, end = self.places[index] if index >= 0 else (place, place)
        inside = start < place < end and self._coded[index] != self._codes.get(" ")
        return (start, end) if inside else (place, place)

    def span(self, first: int, last: int) -> Span:
        """Return where the tokens [first, last) stand."""
        return self.places.starts[first], self.places.ends[last - 1]

    def occurrences(self, code: str, first: int, last: int) -> Iterator[Span]:
        """Yield the tokens [first, last) of each place of an encoded phrase; none overlaps another."""
        while (found := self.find(code, first, last)) >= 0:
            first = found + len(code)
            yield found, first


@lru_cache(maxsize=_KEPT)
def prepared(text: str, *, spaced: bool = False) -> Tokens:
    """Return a text's tokens. What nobody sees is nothing where no space is beside it, or else stands for a space."""
    return Tokens(text, _SPACED_TOKEN if spaced else _TOKEN)


def has_unseen(text: str) -> bool:
    """Return whether a text holds characters that nobody sees, such as soft hyphens."""
    return _REMOVED.search(text) is not None


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees."""
    return _REMOVED.sub("", text)


def _folded(text: str) -> str:
    """Return a text of the same length with straight quotation marks and apostrophes."""
    for alike in ALIKE:
        for mark in alike[1:]:
            text = text.replace(mark, alike[0])
    return text


def _plain(word: str, *, spaced: bool) -> str:
    """Return what counts of a token: of spaces that there are some, "" of what nobody sees."""
    plain = without_unseen(word)
    return " " if plain.isspace() or (spaced and not plain) else plain
