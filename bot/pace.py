"""How fast requests go to Discord: as fast as it allows for the bot as a whole, and no faster."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import TypeAlias

import aiohttp
from yarl import URL

ALLOWED = 50
"""Requests a second for one bot: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit"""

RESERVE = 2
"""So many of them are left to typed replies, which cannot wait, and to making up for what was late."""

_SPAN = 1.04
"""Seconds. No 50 requests are followed by another within less than this: some are longer on their way than others."""

IN_FLIGHT = 45
"""So many have a slot or wait for one at once: fewer than Discord takes in a second, if a limit holds them all up."""

_MADE_UP = 0.05
"""Seconds. A slot that nobody waited for can be taken for so long."""

_HASTE = 2
"""What is late is made up for so many times as fast, at the most: the processor has to keep up."""

_BLOCKED_SECONDS = 60.0
"""A refusal that does not say when to come back is Cloudflare's, which guards Discord against floods."""

_TOO_MANY = 429

_UNLIMITED = ("/interactions/", "/webhooks/")
"""Answers to interactions do not count towards the limit."""

_Sent: TypeAlias = list[float]
"""When a request was sent, in a list of its own: it is sent a moment after it was given its slot."""

_unsent: ContextVar[_Sent | None] = ContextVar("unsent", default=None)
_sending: ContextVar[_Sent | None] = ContextVar("sending", default=None)
"""The slot of this task whose request has not begun, and that of the request that has."""


class Pace:
    """Slots for requests, at even distances. Whatever else the bot asks of Discord takes slots away."""

    def __init__(self) -> None:
        # Slots are given out by a clock that stands still while others have their turn: `_behind` is how far it is
        # behind the loop's. So what waits already keeps its distances.
        self._behind = 0.0
        self._next = 0.0
        self._paused_until = 0.0
        self._distance = 0.0
        self._latest: deque[_Sent] = deque()
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._free = asyncio.Event()
        self._free.set()
        self.share(1)

    def share(self, posters: int) -> None:
        """Leave room for so many processes that post, this one included: they are one bot."""
        self._distance = max(1, posters) / (ALLOWED - RESERVE)
        self._latest = deque(self._latest, maxlen=max(1, ALLOWED // max(1, posters)))

    @property
    def wait(self) -> float:
        """Seconds until the next slot that nobody waits for."""
        return max(0.0, self._from(self._next) - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None]:
        """Wait for one's turn, in the order of asking; the next request in the block is the one that it is for."""
        async with self._room:
            token = _unsent.set(await self._turn())
            try:
                yield
            finally:
                _unsent.reset(token)

    async def _turn(self) -> _Sent:
        now = asyncio.get_running_loop().time()
        mine = max(self._next, now - self._behind - _MADE_UP)
        self._next = mine + self._distance
        while (wait := self._from(mine) - now) > 0 or not self._free.is_set():
            await asyncio.sleep(max(0.0, wait))
            await self._free.wait()
            now = max(now + max(0.0, wait), asyncio.get_running_loop().time())
        sent = [now]
        self._latest.append(sent)
        return sent

    @contextmanager
    def held(self) -> Generator[None]:
        """Give no slot during work that keeps the processor: requests would be late, and then too many at once."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def charge(self) -> None:
        """Count a request that took no slot."""
        now = asyncio.get_running_loop().time()
        self._latest.append([now])
        if self._next > now - self._behind:
            self._behind += self._distance
        else:
            self._next = now - self._behind + self._distance

    def pause(self, seconds: float) -> None:
        """Give no slot for so long; several such times at once are one."""
        now = asyncio.get_running_loop().time()
        until = max(self._paused_until, now + seconds)
        self._behind += until - max(self._paused_until, now)
        self._paused_until = until
        self._next = max(self._next, until - self._behind)

    def _from(self, slot: float) -> float:
        """Return from when on a slot can be used: when it is its turn, and never too many in too short a time."""
        turn = slot + self._behind
        if self._latest:
            turn = max(turn, self._latest[-1][0] + self._distance / _HASTE)
            if len(self._latest) == self._latest.maxlen:
                turn = max(turn, self._latest[0][0] + _SPAN)
        return turn

    def trace(self) -> aiohttp.TraceConfig:
        """Return what lets the client's requests be counted, each attempt of each, and its refusals be heeded."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._started)
        config.on_request_headers_sent.append(self._sent)
        config.on_request_end.append(self._ended)
        return config

    async def _started(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams
    ) -> None:
        sent = _unsent.get()
        _sending.set(None)
        if not _limited(request.url):
            return
        if sent is None:
            self.charge()
        else:
            _unsent.set(None)
            _sending.set(sent)

    async def _sent(self, *_: object) -> None:
        if (sent := _sending.get()) is not None:
            sent[0] = asyncio.get_running_loop().time()

    async def _ended(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams
    ) -> None:
        headers = request.response.headers
        if request.response.status != _TOO_MANY or not _limited(request.url):
            return
        if "Via" not in headers:
            self.pause(_seconds(headers.get("Retry-After", "")) or _BLOCKED_SECONDS)
        elif "X-RateLimit-Global" in headers:
            self.pause(_seconds(headers.get("Retry-After", "")))


def _limited(url: URL) -> bool:
    return url.path.startswith("/api/") and not any(part in url.path for part in _UNLIMITED)


def _seconds(header: str) -> float:
    try:
        return max(0.0, float(header))
    except ValueError:
        return 0.0
