"""What SQL can call of our own: how names and texts are folded."""

from __future__ import annotations

import json
from collections.abc import Callable

import aiosqlite

from bot import names
from bot.model import SubjectKind
from bot.store.indexing import folded_terms


def _name_endings(kind: str, key: str) -> str:
    return json.dumps(names.parts(SubjectKind(kind), key))


def _typo_keys(word: str) -> str:
    return json.dumps(sorted(names.typo_keys(word)))


def _name_letters(text: str) -> str:
    return names.spelling(text).letters


FUNCTIONS: dict[str, tuple[int, Callable[..., str]]] = {
    "name_key": (1, names.key),
    "name_letters": (1, _name_letters),
    "name_endings": (2, _name_endings),
    "typo_keys": (1, _typo_keys),
    "folded_terms": (-1, folded_terms),
}
"""Functions by name, with the number of their arguments (-1 for any)."""


async def register(conn: aiosqlite.Connection) -> None:
    """Let SQL on this connection call them; migrations call them, and each write to the search index."""
    for name, (arguments, function) in FUNCTIONS.items():
        await conn.create_function(  # pyright: ignore[reportUnknownMemberType] - aiosqlite leaves `func` open
            name, arguments, function, deterministic=True
        )
