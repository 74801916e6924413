"""Near misses: what a mistyped name may have meant."""

from __future__ import annotations

from collections.abc import Iterable

import aiosqlite
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot import names
from bot.model import Kind, Subject
from bot.store.names import select_typo_words, select_with_words

SHORTEST = 4
"""Two mistakes in a word of three letters leave nothing to recognize it by."""

LONGEST = 6
"""Only so many words of what was typed are looked at: names are short, and a pasted paragraph is not a name."""

CLOSE_ENOUGH = 0.6
"""Of 1: how alike a name's beginning and the typed text must be (one slip in three letters is too much)."""

WORDS = 25


async def subjects(
    conn: aiosqlite.Connection,
    guild_id: int,
    key: str,
    *,
    kind: Kind | None = None,
    measures: bool = False,
    limit: int = 5,
) -> tuple[Subject, ...]:
    """Return the subjects whose names are most like the key, best first; also for the beginning of a name."""
    typed = [word for word in key.split() if len(word) >= SHORTEST][:LONGEST]
    if not typed:
        return ()
    beginnings = {beginning for word in typed for beginning in names.typo_keys(word)}
    words = await select_typo_words(conn, sorted(b for b in beginnings if len(b) >= SHORTEST - 1))
    likely = {word for one in typed for word in _best(one, words)}
    if not likely:
        return ()
    found = await select_with_words(conn, guild_id, sorted(likely), kind=kind, measures=measures)
    scores: dict[Subject, float] = {}
    for subject, name_key in found:
        score = max(_alike(key, name_key), _alike(key, names.key(subject.name)))
        scores[subject] = max(score, scores.get(subject, 0.0))
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0].name))
    return tuple(subject for subject, score in best if score >= CLOSE_ENOUGH)[:limit]


def _best(typed: str, words: Iterable[str]) -> list[str]:
    found = process.extract(typed, words, scorer=_beginning, score_cutoff=CLOSE_ENOUGH, limit=WORDS)
    return [word for word, _, _ in found]


def _beginning(typed: str, word: str, *, score_cutoff: float | None = None) -> float:
    del score_cutoff
    return _alike(typed, word)


def _alike(typed: str, name: str) -> float:
    """Compare with the whole name, and with as much of it as was typed so far (a little less sure)."""
    whole = OSA.normalized_similarity(typed, name)
    begun = OSA.normalized_similarity(typed, name[: len(typed)]) if len(name) > len(typed) else 0.0
    return max(whole, begun * 0.95)
