"""Requests are spread evenly, at the highest rate that Discord allows and no faster."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.pace import ALLOWED, RESERVE, Pace


class _Selector(selectors.DefaultSelector):
    """Does not wait: the time it would have taken is over at once."""

    clock: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        if timeout:
            self.clock.moment += timeout + self.clock.late
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes as it is slept away, and not otherwise; whoever sleeps wakes a little `late`."""

    def __init__(self) -> None:
        selector = _Selector()
        super().__init__(selector)
        self.moment = 0.0
        self.late = 0.0
        selector.clock = self

    def time(self) -> float:
        """Return the virtual time."""
        return self.moment


def virtually(main: Callable[[VirtualLoop], Coroutine[Any, Any, list[float]]]) -> list[float]:
    """Run a coroutine in virtual time and return the moments that it returns."""

    async def given() -> list[float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        return await main(loop)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(given())


async def slots(
    loop: VirtualLoop, pace: Pace, count: int, *, meanwhile: Callable[[int], None] = lambda _: None
) -> list[float]:
    """Let so many requests wait for their slot, 40 at a time, and return when they had it."""
    moments: list[float] = []
    many = asyncio.Semaphore(40)

    async def one(number: int) -> None:
        async with many, pace.slot():
            moments.append(loop.time())
            meanwhile(number)
            await asyncio.sleep(0.3)

    await asyncio.gather(*(one(number) for number in range(count)))
    return moments


def most(moments: list[float]) -> int:
    """Return how many at most fall into one second."""
    return max(sum(start <= other < start + 1 for other in moments) for start in moments)


def rate(moments: list[float]) -> float:
    """Return how many come in a second."""
    return (len(moments) - 1) / (moments[-1] - moments[0])


def test_highest_rate() -> None:
    """At least 95 % of what is allowed is used, and never more than all of it."""
    moments = virtually(lambda loop: slots(loop, Pace(), 500))

    assert 0.95 * ALLOWED <= rate(moments) <= ALLOWED - RESERVE + 0.1
    assert most(moments) <= ALLOWED
    assert moments == sorted(moments)


def test_shared() -> None:
    """Two processes have half of it each."""
    pace = Pace()
    pace.share(2)

    moments = virtually(lambda loop: slots(loop, pace, 100))

    assert rate(moments) == pytest.approx((ALLOWED - RESERVE) / 2, rel=0.02)


def test_other_requests() -> None:
    """Whatever else is asked of Discord takes slots away, also from those who wait already."""
    pace = Pace()

    moments = virtually(lambda loop: slots(loop, pace, 300, meanwhile=lambda _: pace.charge()))

    assert rate(moments) == pytest.approx((ALLOWED - RESERVE) / 2, rel=0.02)


def test_other_requests_while_nothing_waits() -> None:
    """Requests made while nothing waits keep the next slot off for as long as they would have taken."""
    pace = Pace()

    async def main(loop: VirtualLoop) -> list[float]:
        await asyncio.sleep(5)
        for _ in range(10):
            pace.charge()
        return [loop.time(), *await slots(loop, pace, 1)]

    before, first = virtually(main)

    assert first - before == pytest.approx(10 / (ALLOWED - RESERVE))


def test_pause() -> None:
    """While Discord wants a pause nothing is asked, by nobody; several refusals are one; and then there is no burst."""
    pace = Pace()

    def refuse(number: int) -> None:
        if number in {100, 101, 102}:
            pace.pause(2.0)

    moments = virtually(lambda loop: slots(loop, pace, 300, meanwhile=refuse))

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert 2.0 <= max(gaps) < 2.1
    assert most(moments) <= ALLOWED


def test_stall() -> None:
    """After the process stood still for a moment, what was missed is made up for, but never in too large a burst."""
    pace = Pace()

    async def main(loop: VirtualLoop) -> list[float]:
        def stand_still(number: int) -> None:
            if number % 100 == 0:
                loop.moment += 0.1

        return await slots(loop, pace, 1000, meanwhile=stand_still)

    moments = virtually(main)

    assert most(moments) <= ALLOWED
    assert rate(moments) >= 0.95 * ALLOWED


def test_late() -> None:
    """What is a few milliseconds late each time, since the processor is busy, loses nothing of the rate."""

    async def main(loop: VirtualLoop) -> list[float]:
        loop.late = 0.004
        return await slots(loop, Pace(), 1000)

    moments = virtually(main)

    assert most(moments) <= ALLOWED
    assert rate(moments) == pytest.approx(ALLOWED - RESERVE, rel=0.002)


def test_held() -> None:
    """While something else needs the processor nothing is sent, and then there is no burst."""
    pace = Pace()
    moments: list[float] = []

    async def main(loop: VirtualLoop) -> list[float]:
        async def work() -> None:
            await asyncio.sleep(2)
            with pace.held():
                moments.append(loop.time())
                await asyncio.sleep(0.5)
                moments.append(loop.time())

        working = asyncio.create_task(work())
        found = await slots(loop, pace, 300)
        await working
        return found

    found = virtually(main)

    assert not [moment for moment in found if moments[0] < moment < moments[1]]
    assert most(found) <= ALLOWED


@asynccontextmanager
async def discord(answer: Callable[[str], web.Response]) -> AsyncIterator[str]:
    """Serve answers on the loopback address."""

    async def handle(request: web.BaseRequest) -> web.Response:
        return answer(request.path)

    runner = web.ServerRunner(web.Server(handle))  # type: ignore[arg-type]
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "headers", "waited"),
    [
        ("/api/v10/channels/1/messages", None, 1 / (ALLOWED - RESERVE)),
        ("/api/v10/interactions/1/token/callback", None, 0),
        ("/api/v10/webhooks/1/token/messages/@original", None, 0),
        ("/cdn/attachments/1", None, 0),
        ("/api/v10/channels/1/messages", {"Via": "1.1 google", "X-RateLimit-Global": "true", "Retry-After": "7"}, 7),
        ("/api/v10/channels/1/messages", {"Via": "1.1 google", "Retry-After": "7"}, 1 / (ALLOWED - RESERVE)),
        ("/api/v10/channels/1/messages", {"Retry-After": "7"}, 7),
        ("/api/v10/channels/1/messages", {}, 60),
        ("/api/v10/webhooks/1/token", {"Via": "1.1 google", "X-RateLimit-Global": "true", "Retry-After": "7"}, 0),
    ],
)
async def test_what_the_client_asks(path: str, headers: dict[str, str] | None, waited: float) -> None:
    """The requests of the client are seen, with their refusals; answers to interactions do not count."""
    pace = Pace()
    async with (
        discord(lambda _: web.Response(status=200 if headers is None else 429, headers=headers)) as address,
        aiohttp.ClientSession(trace_configs=[pace.trace()]) as session,
    ):
        await session.get(f"{address}{path}")

        assert pace.wait == pytest.approx(waited, abs=0.02 if waited < 1 else 0.5)


async def test_slot_is_for_one_request() -> None:
    """The request that a slot is for takes no second one; a repetition of it does."""
    pace = Pace()
    async with (
        discord(lambda _: web.Response()) as address,
        aiohttp.ClientSession(trace_configs=[pace.trace()]) as session,
        pace.slot(),
    ):
        pace.pause(100)  # so that no slot is over before it is looked at
        taken = pace.wait
        await session.get(f"{address}/api/v10/channels/1/messages")
        after_one = pace.wait
        for _ in range(50):
            await session.get(f"{address}/api/v10/channels/1/messages")
        after_all = pace.wait

    assert after_one <= taken
    assert after_all - taken == pytest.approx(50 / (ALLOWED - RESERVE), abs=0.5)
