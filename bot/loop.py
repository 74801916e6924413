"""The event loop that everything runs on, and how it is stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def until_stopped(main: Coroutine[Any, Any, T], *, fast: bool = True) -> T:
    """Run a coroutine; SIGTERM and Ctrl-C cancel it. `fast` takes uvloop's event loop where it is installed.

    Raises asyncio.CancelledError or KeyboardInterrupt if it was cancelled and let itself be.
    """
    with asyncio.Runner(loop_factory=_fast_loop() if fast else None) as runner:
        return runner.run(_cancelled_by_signals(main))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _cancelled_by_signals(main: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows' loops have no signal handlers; there, asyncio.Runner itself makes Ctrl-C a cancellation.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await main
