"""The search index: which terms a text has beside the words that SQLite finds in it by itself.

FTS5 splits text into words, and folds the accents of Latin letters. What it does not fold (ł, ß, full width, other
scripts), and what has no spaces between words, is stored in a column of its own in the form that is searched for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.folding import Table, is_invisible, text_words

PAIRS = 64
"""Pairs of a run of text that are looked for; what has all of these has the rest, or nearly so."""

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf"  # Tai
    "\u1b00-\u1b7f\ua980-\ua9df"  # Balinese, Javanese
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\u3041-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # Kana
    "\u3105-\u312f\u31a0-\u31bf"  # Bopomofo
    "\u1100-\u11ff\uac00-\ud7ff"  # Hangul: words have spaces between them, but endings are written on
    "\ua000-\ua4cf\U00016fe0-\U00018d8f\U0001b170-\U0001b2ff"  # Yi, Tangut, Khitan, Nushu
    "\U00020000-\U0003ffff"  # Han
)
"""Characters, for a regular expression, of scripts in which a word cannot be told from the next by a space."""

_PART = re.compile(rf"[{UNSPACED}]+|[^{UNSPACED}\s]+")
_UNSPACED = re.compile(f"[{UNSPACED}]+")

_DROPPED = frozenset(map(chr, (*range(0x300, 0x305), *range(0x306, 0x30D), 0x30F, 0x311, 0x31B, *range(0x323, 0x329))))
"""Marks that FTS5 drops."""

_UNKNOWN = frozenset("Ǡǡ")
"""Accented ASCII letters that FTS5 does not know."""

_LAST_CASED = "\u0523"
"""The last of the letters whose case every FTS5 folds; of later ones only those that are accented ASCII letters."""


def terms(text: str) -> list[str]:
    """Return what is searched for in a text, in its order: folded words, and runs of text without spaces."""
    return [term[0] for word in text_words(text) for term in parts(word)]


def parts(folded: str) -> Iterator[re.Match[str]]:
    """Return the terms in a folded text with their places."""
    return _PART.finditer(folded)


def is_unspaced(term: str) -> bool:
    """Return whether a term is a run of text without spaces."""
    return _UNSPACED.match(term) is not None


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run, and a single character as it is."""
    return [run[i : i + 2] for i in range(max(len(run) - 1, 1))]


def expression(term: str, *columns: str) -> str:
    """Return what finds a term in these columns or among the folded terms, as FTS5 has it."""
    if is_unspaced(term):
        return f'folded : "{" ".join(pairs(term)[:PAIRS])}"'
    return f'{{{" ".join((*columns, "folded"))}}} : "{term}"'


def words_of(text: str) -> list[tuple[int, int]]:
    """Return the places [start, end) of all words in a text as it is stored."""
    return [match.span() for match in re.finditer(r"\S+", text.translate(_SPLIT))]


def folded_terms(*texts: str | None) -> str:
    """Return the terms of texts that FTS5 does not find by itself, to be indexed by it with spaces between them.

    Of text without spaces these are its pairs, in their order, so that a longer run is found as a phrase of pairs.
    After that comes each single character once.
    """
    found: dict[str, None] = {}
    runs: dict[str, None] = {}
    for text in texts:
        if not text or text.isascii():
            continue
        for chunk in text.split():
            if not chunk.isascii():
                for word in chunk.translate(_SPLIT).split():
                    _add(word, found, runs)
    if not runs:
        return " ".join(found)
    characters = dict.fromkeys(character for run in runs for character in run)
    # The last character of a run parts its pairs from those of the next.
    return " ".join([*found, *(each for run in runs for each in (*pairs(run), run[-1])), *characters])


def _add(word: str, found: dict[str, None], runs: dict[str, None]) -> None:
    if word.isascii():
        return
    wanted = terms(word)
    if len(wanted) == 1 and wanted[0] == word.translate(_AS_INDEXED) and not is_unspaced(wanted[0]):
        return
    for term in wanted:
        (runs if is_unspaced(term) else found)[term] = None


def _split(character: str) -> str:
    if character.isspace():
        return " "
    shown = unicodedata.normalize("NFKC", character)
    is_word = any(unicodedata.category(each)[0] in "LMN" for each in shown)
    return character if is_word or is_invisible(character) else " "


def _as_indexed(character: str) -> str:
    """Return what FTS5 makes of a character, where that is certain; else it as it is."""
    if character in _DROPPED:
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii():
        return character if character in _UNKNOWN else base.lower()
    folded = character.casefold()
    return folded if len(folded) == 1 and character <= _LAST_CASED and character != "\u037f" else character


_SPLIT, _AS_INDEXED = Table(_split), Table(_as_indexed)
