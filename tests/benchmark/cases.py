"""What is measured: for each case, a call that asks the store one question, another one each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from bot.answers import lookup
from bot.answers.meaning import suggest
from bot.digest.digests import Digest
from bot.digest.editorial import compose
from bot.digest.schedule import DAILY
from bot.model import Ask, Command, Scope
from bot.store.database import Database
from tests.benchmark import world

SERVER = 1_200_000_000_000_000_001
SAMPLES = 400
"""So many different questions are asked in turn: what they read does not fit into a connection's cache."""

Call = Callable[[Database], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table. `within` is its target: "ratio" of 1.5, "ms" for 50 at the larger size, or none.

    `question` makes a call for one story. The call fails if the store does not answer as it has to.
    """

    name: str
    within: str
    question: Callable[[int], Call]

    def calls(self, entries: int) -> list[Call]:
        """Return calls on stories from all over a store of so many entries."""
        rng = Random(self.name)  # noqa: S311 - the same questions each time are what is wanted
        stories = entries // world.ENTRIES
        return [self.question(story) for story in rng.sample(range(stories), min(SAMPLES, stories))]


def _asked(ask: Ask) -> Call:
    async def call(db: Database) -> object:
        answer = await lookup.answer(db, Scope(SERVER, 2), ask)
        assert answer.entries, f"no answer to {ask}"
        return answer

    return call


def _typed(text: str) -> Call:
    async def call(db: Database) -> object:
        async with db.read() as conn:
            found = await suggest(conn, SERVER, text)
        assert found, f"nothing suggested for {text!r}"
        return found

    return call


def _stats(about: str) -> Call:
    return _asked(Ask(Command.STATS, about=about))


def _search(text: str) -> Call:
    return _asked(Ask(Command.SEARCH, text=text))


def _place(story: int) -> str:
    return world.cast(story).places[1].name


def _mistyped(story: int) -> str:
    """Return a place's name with two letters in its last word exchanged."""
    name = _place(story)
    return f"{name[:-5]}{name[-4]}{name[-5]}{name[-3:]}"


def _surprise(story: int) -> Call:
    # A channel of its own for each, as a channel that has been shown everything begins anew.
    channel = Random().getrandbits(60)  # noqa: S311
    del story

    async def call(db: Database) -> object:
        nonlocal channel
        channel += 1
        answer = await lookup.answer(db, Scope(SERVER, channel), Ask(Command.QUOTE))
        assert answer.entries
        return answer

    return call


def _show(story: int) -> Call:
    return _asked(Ask(Command.SHOW, entry_id=story * world.ENTRIES + 50))


_DIGEST = Digest(guild_id=SERVER, channel_id=1, name="News digest", zone="UTC", at=time(9), days=DAILY)
_DUE = datetime(2026, 1, 2, 9, tzinfo=UTC)


def _edition(about: str = "") -> Call:
    """Choose what the first edition of a digest would carry: of everything, or of the subject with a key."""
    # Chance is drawn by the digest's number.
    digest = replace(_DIGEST, id=Random().getrandbits(40), created_at=_DUE - timedelta(days=1))  # noqa: S311

    async def call(db: Database) -> object:
        async with db.read() as conn:
            subjects = await conn.execute_fetchall("SELECT id FROM subject WHERE guild_id = 0 AND key = ?", (about,))
            wanted = replace(digest, subjects=tuple(row[0] for row in subjects))
            content = await compose(conn, wanted, 0, _DUE, _DUE, dry=True)
        assert content is not None
        assert len(content.entry_ids) == digest.stats + digest.quotes + digest.events
        return content

    return call


CASES = (
    Case("lookup: a name", "ratio", lambda story: _stats(_place(story))),
    Case("lookup: an alias", "ratio", lambda story: _stats(world.cast(story).places[2].aliases[0])),
    Case("lookup: a surname of many", "", lambda _: _stats(world.COMMON_SURNAME)),
    Case("lookup: a subject of every tenth entry", "", lambda _: _stats(world.BUSY_PLACE.name)),
    Case("keystroke: 1 letter", "ratio", lambda story: _typed(world.cast(story).people[0].name[0])),
    # Three letters begin 25 names or more in a large store, and two or three in a small one: no like for like.
    Case("keystroke: 3 letters, 25 names against 2", "", lambda story: _typed(world.cast(story).people[0].name[:3])),
    Case("keystroke: all but 2 letters", "ratio", lambda story: _typed(_place(story)[:-2])),
    Case("keystroke: a whole name", "ratio", lambda story: _typed(_place(story))),
    Case("keystroke: a typing mistake", "ms", lambda story: _typed(_mistyped(story))),
    Case("search: a rare word", "ms", lambda story: _search(world.own_word(story))),
    Case("search: two words", "ms", lambda story: _search(f"{_place(story)} expects")),
    Case("search: a word in half of the entries", "ms", lambda _: _search(world.COMMON_WORD)),
    Case("search: that and a rare word", "ms", lambda s: _search(f"{_place(s)} {world.COMMON_WORD}")),
    Case("quote: at random, with its write", "ratio", _surprise),
    Case("timeline of everything", "", lambda _: _asked(Ask(Command.TIMELINE))),
    Case("show: an entry", "", _show),
    Case("digest: what an edition carries", "", lambda _: _edition()),
    Case("digest: of a subject of every tenth entry", "", lambda _: _edition(world.BUSY_PLACE.key)),
)
