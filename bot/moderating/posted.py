"""What is being shown where: noted in memory, and written a moment later, so that no answer waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from bot.answers.asks import encode
from bot.answers.pages import PAGE_SIZE
from bot.errors import StoreError
from bot.model import Answer, Ask, Command, Entry
from bot.store import posted
from bot.store.database import Database
from bot.store.posted import Posted

NEWEST = 50
"""So many messages are remembered for each entry and server."""

REMEMBERED = timedelta(days=90)
"""How long a message is remembered."""

FLUSH_SECONDS = 60.0
FLUSH_AT = 500
"""What has been noted is written every so many seconds, and as soon as it is so much. A crash loses it."""

MOST_WAITING = 5000
"""If the store cannot be written for a while, older notes than these are given up."""

_MARK = 16

log = logging.getLogger("dateline.posted")


class _Note(NamedTuple):
    """That a message shows an answer's card, and whom its buttons name; `edited` if it showed another one before."""

    guild_id: int
    channel_id: int
    message_id: int
    answer: Answer
    asker_id: int
    edited: bool


class Recorder:
    """Remembers which public messages show which entries, for the corrections."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Note] = []
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def note(
        self, guild_id: int, channel_id: int, message_id: int, answer: Answer, asker_id: int, *, edited: bool = False
    ) -> None:
        """Note that a message of a server shows an answer's card; `asker_id` is whom its buttons name.

        `edited` says that the message may have shown something else before.
        """
        self._waiting.append(_Note(guild_id, channel_id, message_id, answer, asker_id, edited))
        if len(self._waiting) == FLUSH_AT:
            self._task = asyncio.get_running_loop().create_task(self.flush())

    async def flush(self) -> None:
        """Write what has been noted so far; where the store cannot be written, it is tried again later.

        Notes that it does not take are given up: with them no later one could be written. Raises nothing.
        """
        async with self._writing:
            waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            try:
                await self._write(waiting)
            except (StoreError, asyncio.CancelledError) as error:
                self._waiting = [*waiting, *self._waiting][-MOST_WAITING:]
                if isinstance(error, asyncio.CancelledError):
                    raise
            except Exception:
                log.exception("what was shown could not be noted", extra={"count": len(waiting)})

    async def _write(self, waiting: Iterable[_Note]) -> None:
        # A card whose page is turned shows what it shows last.
        last = {note.message_id: note for note in waiting}
        edited = [note.message_id for note in waiting if note.edited]
        kept = _newest(sorted(last.values(), key=lambda note: note.message_id, reverse=True))
        async with self._db.write(content=False) as conn:
            if edited:
                await posted.delete_messages(conn, edited)
            if kept:
                await posted.insert(conn, kept)
                places = {(entry_id, one.guild_id) for one in kept for entry_id in one.looks}
                await posted.delete_all_but(conn, places, NEWEST)
                # The newest message says what time it is.
                await posted.delete_before(conn, kept[0].posted_at - REMEMBERED)


def look(entry: Entry | None) -> str:
    """Return a mark of all that cards say of an entry, "" of none: with the same mark it is shown the same."""
    return sha256(repr(entry).encode("utf-8", "surrogatepass")).hexdigest()[:_MARK] if entry else ""


def _wordless(ask: Ask) -> Ask:
    """Return a question without the words that somebody searched for: their message shows a list of entries."""
    if not ask.text:
        return ask
    return replace(ask, text="") if ask.command is Command.SEARCH else Ask(Command.SEARCH, page=ask.page)


def _newest(notes: Iterable[_Note]) -> list[Posted]:
    """Return messages, newest first, without what would be forgotten at once: the same is asked again and again."""
    counts: dict[posted.Place, int] = {}
    kept: list[Posted] = []
    for note in notes:
        ask = note.answer.ask
        shown = note.answer.entries[: PAGE_SIZE[ask.command]]
        places = [(entry.id, note.guild_id) for entry in shown]
        if any(counts.get(place, 0) < NEWEST for place in places):
            custom_id = encode(_wordless(ask), note.asker_id)
            looks = {entry.id: look(entry) for entry in shown}
            kept.append(Posted(note.guild_id, note.channel_id, note.message_id, custom_id, looks))
        for place in places:
            counts[place] = counts.get(place, 0) + 1
    return kept
