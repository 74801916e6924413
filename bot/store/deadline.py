"""How long the store may keep somebody waiting who needs an answer in time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

ANSWER_SECONDS = 2.0
"""Seconds that waiting for the store may take: Discord gives up after 3, and the answer itself takes some of them."""

COMMIT_SECONDS = 2.5
"""Seconds after which nothing is committed any more: the answer would come too late, and so say that it failed."""


class _Deadline:
    """Ends with its block, also for tasks that were started inside and live on."""

    def __init__(self, answered: Callable[[], bool]) -> None:
        self.start = monotonic()
        self.answered = answered


_current: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def answering(answered: Callable[[], bool]) -> Generator[None]:
    """Limit what the block waits for the store, until somebody has been `answered`, or told to wait."""
    if left() is not None:  # inside another such block, whose moment counts
        yield
        return
    deadline = _Deadline(answered)
    token = _current.set(deadline)
    try:
        yield
    finally:
        deadline.answered = lambda: True
        _current.reset(token)


def left(limit: float = ANSWER_SECONDS) -> float | None:
    """Return the seconds left of `limit`, at least 0; None where nobody waits."""
    deadline = _current.get()
    if deadline is None or deadline.answered():
        return None
    return max(0.0, deadline.start + limit - monotonic())
