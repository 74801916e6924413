"""Folding text for comparison: generously to look something up, strictly to tell names apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LONGEST = 10_000
"""Characters of a name or a question that are folded. Unicode's NFKC can make eighteen letters of one character: a text
is folded up to this many letters, or to as many as it has characters if it has more."""

_CACHED = 20_000
"""Entries that a table keeps, so that hostile text cannot fill the memory."""

_APOSTROPHES = frozenset("'’‘ʼʻ.")
"""Characters inside one word of a name, as in O’Brien and J.D.; a hyphen stands between two words."""

_MODIFIERS = frozenset("ʹʺʾʿ")
"""Letters of transliterations that most people leave out."""

_TATWEEL = "ـ"
"""Stretches an Arabic word and is no letter of it."""

_TYPED_AS = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
"""Latin letters that people type as others. They are no accented forms of these."""

_ARABIC = dict(zip("أإآٱؤئىیکةہە", "ااااوييىكههه", strict=True)) | {"ى": "ي", "ی": "ي"}
"""Arabic letters with hamza, final forms and those of other languages, by the plain letter."""

_ACCENTS = tuple(
    range(first, last + 1)
    for first, last in ((0x300, 0x36F), (0x483, 0x487), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0))
)
"""Combining marks of Latin, Greek and Cyrillic letters."""

_POINTS = tuple(
    range(first, last + 1)
    for first, last in ((0x591, 0x5BD), (0x5BF, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED))
)
"""Points of Hebrew and Arabic that people hardly ever type."""

_INVISIBLE = tuple(
    range(first, last + 1)
    for first, last in ((0x34F, 0x34F), (0x115F, 0x1160), (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
)
"""Characters without a shape, besides those that Unicode calls format characters."""

_VARIANT = re.compile("LATIN (?:SMALL|CAPITAL) LETTER (?:([A-Z]) WITH .*|DOTLESS ([IJ]))")
"""Unicode's names of letters that are drawn from a plain one without being composed of it, as ł and ı are."""

_STRESS = frozenset("\u0300\u0301")
_CYRILLIC_VOWELS = frozenset("АЕИОУЫЭЮЯІЄаеиоуыэюяіє")


class Table(dict[int, str]):
    """A table for `str.translate` that is filled as characters are met."""

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str:
        value = self._of(chr(code))
        if len(self) < _CACHED:
            self[code] = value
        return value


def _among(character: str, ranges: tuple[range, ...]) -> bool:
    return any(ord(character) in each for each in ranges)


def is_invisible(character: str) -> bool:
    """Return whether nobody sees a character, so that it stands between no two words."""
    return unicodedata.category(character) == "Cf" or _among(character, _INVISIBLE)


def _bare(character: str) -> str:
    """Return a Latin, Greek or Cyrillic letter without its accents, "" for an accent, and all else as it is."""
    if _among(character, _ACCENTS):
        return ""
    base, *marks = unicodedata.normalize("NFD", character)
    match unicodedata.name(character, "").partition(" ")[0]:
        case "LATIN":
            variant = _VARIANT.fullmatch(unicodedata.name(base, ""))
            plain = variant[1] or variant[2] if variant else base
            return plain if base.isupper() else plain.lower()
        case "GREEK":
            return base
        case "CYRILLIC":
            # Marks for stress are optional, and ё is often written е. Any other mark makes a letter: й, ї, ў, ѓ.
            stressed = base in _CYRILLIC_VOWELS and set(marks) <= _STRESS
            return base if stressed or (base in "Ее" and marks == ["\u0308"]) else character
        case _:
            return character


def _strict(character: str) -> str:
    """Return a letter, mark or digit as it is, "" for what is not seen as a letter, and a space for all else."""
    category = unicodedata.category(character)
    if category == "Me" or character == _TATWEEL or is_invisible(character):
        return ""
    return character if category[0] in "LMN" else " "


def _generous(character: str) -> str:
    """Return `_strict` of a character in the form that people type who cannot or do not care to type more."""
    shown, category = _strict(character), unicodedata.category(character)
    if character in _MODIFIERS or (category == "Mn" and _among(character, _POINTS)):
        return ""
    if not shown.strip():
        return shown
    if category == "Nd":
        return str(unicodedata.decimal(shown))
    bare = _bare(_ARABIC.get(shown, shown))
    return _TYPED_AS.get(bare.lower(), bare)


def _joined(of: Callable[[str], str]) -> Callable[[str], str]:
    return lambda character: "" if character in _APOSTROPHES else of(character)


_NAME, _TEXT = Table(_joined(_generous)), Table(_generous)
_SPELLING, _UNACCENTED = Table(_joined(_strict)), Table(_bare)
_COMPATIBLE = Table(lambda character: unicodedata.normalize("NFKC", character))


def name_words(text: str) -> list[str]:
    """Return the words of a name as they are looked up."""
    return _words(text, _NAME)


def folded(text: str) -> str:
    """Return a text, or a part of one, as it is searched for, with spaces between its words."""
    return _folded(text, _TEXT)


def text_words(text: str) -> list[str]:
    """Return the words of a text as they are searched for; an apostrophe stands between two."""
    return _words(text, _TEXT)


def spelled_words(text: str) -> list[str]:
    """Return the words of a name in its own letters: one form for NFKC, case, ß and ss, and apostrophes."""
    # The capital of i is İ in Turkish: casefold() leaves a dot on an i that has one already.
    return _words(text.replace("İ", "i"), _SPELLING, lambda folded: folded.replace("i\u0307", "i"))


def unaccented(letters: str) -> str:
    """Return a text of `spelled_words` without the accents of Latin, Greek and Cyrillic letters."""
    return letters.translate(_UNACCENTED)


def _words(text: str, table: Table, then: Callable[[str], str] = str) -> list[str]:
    # A mark alone is no word.
    found = then(_folded(text, table)).split()
    return [word for word in found if word.isascii() or any(map(str.isalnum, word))]


def _folded(text: str, table: Table) -> str:
    if text.isascii():
        return text.lower().translate(table)
    # NFC of each character's NFKC is NFKC of the text. It takes a quarter of the time where characters become many.
    once = unicodedata.normalize("NFC", text.translate(_COMPATIBLE))[: max(LONGEST, len(text))]
    # Each step may make what an earlier one would have changed.
    once = once.casefold().translate(table)
    return unicodedata.normalize("NFKC", once).casefold().translate(table)
