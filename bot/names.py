"""Names as people type them: one key for all spellings that count as one, and keys for typing mistakes."""

from __future__ import annotations

import re
import unicodedata

from bot.model import SubjectKind

TYPO_PREFIX = 8
"""So many first characters of a word carry typo keys: mistakes come early or the rest is near enough."""

ID_DIGITS = 18
"""SQLite's integers hold any number of so many digits; a longer one is no id of ours."""

_JOINED = re.compile("['’ʼ.\u00ad\u200b-\u200d\u2060\ufeff]")
"""Apostrophes, full stops and what is invisible stand inside a word; hyphens stand between two."""
_WORDS = re.compile(r"[^\W_]+")


def key(text: str) -> str:
    """Return the form under which a name is stored and looked up: "The São-Paulo" and "sao paulo" are one.

    Case, accents, punctuation, spaces and a leading "the" do not matter. "" where there is no letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = _WORDS.findall(_JOINED.sub("", plain))
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words)


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
