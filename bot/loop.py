"""The event loop that everything runs on, and how it is stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

STOP_SECONDS = 9.5
"""Time that a stop may take, in seconds. Supervisors often kill after ten."""

STOPPED = 130
"""Exit code of what Ctrl-C cut short, as shells have it (128 + SIGINT)."""


def until_stopped(main: Coroutine[Any, Any, T], *, fast: bool = True, code: int = STOPPED) -> T:
    """Run a coroutine; SIGTERM and Ctrl-C cancel it. `fast` takes uvloop's event loop where it is installed.

    A stop that takes longer than STOP_SECONDS ends the process with the exit `code`. SQLite then has each transaction
    as a whole or not at all. Raises asyncio.CancelledError or KeyboardInterrupt if it was cancelled and let itself be.
    """
    task: asyncio.Task[T] | None = None
    ending: threading.Thread | None = None

    async def noted() -> T:
        nonlocal task
        task = asyncio.current_task()
        return await main

    # A handler of the interpreter's, not of the loop's, is called even while something keeps the loop busy.
    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal ending
        if task is None:
            raise KeyboardInterrupt
        if ending is None:
            ending = threading.Thread(target=_end, args=(code,), name="stop", daemon=True)
            ending.start()
        with suppress(RuntimeError):  # the loop is closed
            task.get_loop().call_soon_threadsafe(task.cancel)

    with _handled_by(stop), asyncio.Runner(loop_factory=_fast_loop() if fast else None) as runner:
        return runner.run(noted())


@contextmanager
def _handled_by(stop: Callable[[int, FrameType | None], None]) -> Generator[None]:
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


def _end(code: int) -> None:
    """End the process in STOP_SECONDS, also with a thread that computes or a connection that hangs."""
    time.sleep(STOP_SECONDS)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)
