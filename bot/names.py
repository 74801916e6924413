"""Names as people type them: a key to look them up by, which spellings are one name, and keys for typing mistakes."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import NamedTuple

from bot.folding import LONGEST, name_words, spelled_words, unaccented
from bot.model import SubjectKind

TYPO_PREFIX = 8
"""So many first characters of a word carry typo keys: mistakes come early or the rest is near enough."""

ID_DIGITS = 18
"""SQLite's integers hold any number of so many digits; a longer one is no id of ours."""

_LONGEST_TYPED = 200
"""Characters of what is typed for a name that are looked at: twice as many as the longest name has."""

_HANGUL = re.compile("[가-힣]+")


class Likeness(IntEnum):
    """How far two spellings are one name, the closest first."""

    SAME = 0
    """The same letters, perhaps in another form."""
    ACCENTS = 1
    """The same letters but for accents, which one of the two spellings leaves out altogether."""
    OTHER = 2
    """Two names, even where both are looked up by one key."""


class Spelling(NamedTuple):
    """The letters of a name in one form, and the same without accents."""

    letters: str
    bare: str

    def like(self, other: Spelling) -> Likeness:
        """Compare with another spelling. Punctuation, spaces and a leading "the" make no other name."""
        if self.letters == other.letters:
            return Likeness.SAME
        if self.bare == other.bare and self.bare in {self.letters, other.letters}:
            return Likeness.ACCENTS
        return Likeness.OTHER


NAMELESS = Spelling("", "")
"""The spelling of nothing."""


def typed(text: str) -> str:
    """Return as much of what somebody typed as can be a name: a long text is cut before its letters are folded."""
    return text[:_LONGEST_TYPED]


def key(text: str) -> str:
    """Return the form under which a name is stored and looked up: "The São-Paulo" and "sao paulo" are one.

    Case, accents, punctuation, spaces and a leading "the" do not matter. "" where there is no letter or digit.
    Two names may share a key: which spellings are one name is for `like` to say.
    """
    found = " ".join(_without_article(name_words(text[:LONGEST])))
    # In Korean, what has been typed of a syllable begins it.
    return found if found.isascii() else _HANGUL.sub(lambda run: unicodedata.normalize("NFD", run[0]), found)


def spelling(text: str) -> Spelling:
    """Return what tells a name from others that are looked up by the same key."""
    letters = " ".join(_without_article(spelled_words(typed(text))))
    return Spelling(letters, letters if letters.isascii() else unaccented(letters))


def like(one: str, other: str) -> Likeness:
    """Return how far two spellings are one name: José is Jose, but Hòa is not Hóa."""
    return spelling(one).like(spelling(other))


def _without_article(words: list[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def parts(kind: SubjectKind, name_key: str) -> list[str]:
    """Return the further keys of a full name: each of its endings, so that any word can be typed first.

    >>> parts(SubjectKind.PERSON, "curren d price jr")
    ['d price jr', 'price jr', 'jr', 'price']
    """
    words = name_key.split()
    endings = [" ".join(words[i:]) for i in range(1, len(words))]
    if kind is SubjectKind.PERSON and len(words) > 2 and words[-1] in {"jr", "sr", "ii", "iii", "iv"}:  # noqa: PLR2004
        endings.append(words[-2])
    return endings


def typo_keys(word: str) -> set[str]:
    """Return a word's beginning and that beginning less each one character.

    Two words within one insertion, deletion, substitution or transposition of each other share such a key
    once the same is done to the typed word (symmetric deletes, Garbe 2012).
    """
    head = word[:TYPO_PREFIX]
    return {head} | {head[:i] + head[i + 1 :] for i in range(len(head))}


def entry_number(typed: str) -> int:
    """Return the id in "12" or "#12", and 0 where there is none."""
    digits = typed.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= ID_DIGITS else 0
