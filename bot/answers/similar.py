"""Near misses: what a mistyped name may have meant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from heapq import nlargest

from rapidfuzz.distance import OSA

from bot import names
from bot.model import Kind, Subject
from bot.store import sources
from bot.store.database import Connection
from bot.store.names import select_typo_words, select_with_words

SHORTEST = 4
"""Two mistakes in a word of three letters leave nothing to recognize it by."""

LONGEST = 6
"""So many words of what was typed are looked at: names are short, and a pasted paragraph is not a name."""

LONGEST_KEY = 200
"""Characters of the longest key that is looked for: nothing longer is like a name of a hundred characters."""

CLOSE_ENOUGH = 0.6
"""Of 1: how alike a name's beginning and the typed text must be (one slip in three letters is too much)."""

WORDS = 25

ARTICLES = 500
"""So many of the newest articles are looked through for a label that does not begin as typed."""

AT_ONCE = 25
"""Number of labels that are compared before others have their turn."""


async def subjects(
    conn: Connection,
    guild_id: int,
    key: str,
    *,
    kind: Kind | None = None,
    measures: bool = False,
    limit: int = 5,
) -> tuple[Subject, ...]:
    """Return the subjects whose names are most like the key, best first; also for the beginning of a name."""
    typed = [word for word in key.split() if len(word) >= SHORTEST][:LONGEST]
    if not typed or len(key) > LONGEST_KEY:
        return ()
    beginnings = {beginning for word in typed for beginning in names.typo_keys(word)}
    words = await select_typo_words(conn, sorted(b for b in beginnings if len(b) >= SHORTEST - 1))
    likely = {word: one for one in typed for word in _best(one, words)}
    if not likely:
        return ()
    # The name with one word put right is looked for too, as thousands may share that word.
    wanted = sorted({*likely, *(key.replace(one, word, 1) for word, one in likely.items())})
    found = await select_with_words(conn, guild_id, wanted, kind=kind, measures=measures)
    scores: dict[Subject, tuple[float, float]] = {}
    for subject, name_key in found:
        # Of "Chicago" and "Mayor of Chicago", the one that the whole name is like goes first.
        named = _alike(key, names.key(subject.name))
        score = (max(_alike(key, name_key), named), named)
        scores[subject] = max(score, scores.get(subject, (0.0, 0.0)))
    best = sorted(scores, key=lambda subject: (*(-score for score in scores[subject]), subject.name))
    return tuple(subject for subject in best if scores[subject][0] >= CLOSE_ENOUGH)[:limit]


async def articles(
    conn: Connection, guild_id: int, typed: str, *, limit: int = 25, own: bool = False
) -> list[tuple[int, str]]:
    """Return the id and label of the sources (or the `own` ones) that hold what was typed, or nearly so, best first."""
    key = names.key(names.typed(typed))
    if (typed.strip() and not key) or len(key) > LONGEST_KEY:
        return []
    labels = await sources.select_labels(conn, guild_id, limit=ARTICLES, own=own)
    scores: dict[int, float] = {}
    for id_, label in labels:
        if len(scores) % AT_ONCE == 0:
            await asyncio.sleep(0)
        scores[id_] = _within(key, names.key(label))
    best = sorted(labels, key=lambda item: -scores[item[0]])
    return [(id_, label) for id_, label in best if scores[id_] >= CLOSE_ENOUGH][:limit]


def _within(key: str, label: str) -> float:
    """Compare with the label from each of its words on; exact ones count for more than near ones."""
    words = label.split() or [""]
    endings = [" ".join(words[i:]) for i in range(len(words))]
    if any(ending.startswith(key) for ending in endings):
        return 2.0
    if len(key) < SHORTEST:
        return 0.0
    return max((_alike(key, ending) for ending in endings), default=0.0)


def _best(typed: str, words: Iterable[str]) -> list[str]:
    scored = ((_alike(typed, word), word) for word in words)
    return [word for score, word in nlargest(WORDS, scored) if score >= CLOSE_ENOUGH]


def _alike(typed: str, name: str) -> float:
    """Compare with the whole name, and with as much of it as was typed so far (a little less sure)."""
    whole = OSA.normalized_similarity(typed, name)
    begun = OSA.normalized_similarity(typed, name[: len(typed)]) if len(name) > len(typed) else 0.0
    return max(whole, begun * 0.95)
