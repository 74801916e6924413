"""Jobs for a helper process, good and bad. Each is told what it is to do by its name."""

from __future__ import annotations

import asyncio
import os
import re
import signal

from bot.errors import UserError
from bot.worker import Outside

NEWS = "progress"


def double(number: int, outside: Outside) -> int:
    """Return a result, and tell how far it is."""
    outside.progress(1, 2, NEWS)
    return 2 * number


def state(_: Outside) -> tuple[int, int]:
    """Return the process's number and priority."""
    return os.getpid(), os.nice(0)


def read_file(name: str, content: bytes, outside: Outside) -> int:
    """Read a file, and return how many lines it has."""
    from bot.carry.bring import parse  # noqa: PLC0415 - the other jobs start sooner without it

    del outside
    return len(parse(name, content, limited=True).lines)


def refuse(_: Outside) -> None:
    """Refuse what a person asks for."""
    raise UserError("This is no number.")


def fail(_: Outside) -> None:
    """Fail by a fault of the code."""
    raise ZeroDivisionError


def crash(_: Outside) -> None:
    """End as a fault in C ends a process."""
    os.kill(os.getpid(), signal.SIGABRT)


def never_end(outside: Outside) -> None:
    """Say which process it is, then compute without end and without letting other threads run."""
    outside.progress(os.getpid(), 0, NEWS)
    re.match("(a|a)*b", "a" * 100)


def never_end_with_little_time(outside: Outside) -> None:
    """Compute without end, with a second to do so."""
    outside.allow(0)
    never_end(outside)


def wait(outside: Outside) -> None:
    """Say which process it is, then wait without end and without computing."""
    outside.progress(os.getpid(), 0, NEWS)
    signal.pause()


def fill_memory(_: Outside) -> None:
    """Take all the memory that there is."""
    found = []
    while True:
        found.append(bytes(2**24))


def write(outside: Outside) -> str:
    """Have a turn to write, twice."""

    async def turns() -> str:
        for _ in range(2):
            async with outside.writing:
                outside.progress(0, 0, "writes")
        return "written"

    return asyncio.run(turns())


def ignore_signals(outside: Outside) -> str:
    """Be told to stop as everything in a terminal or a unit is, and go on."""
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    outside.progress(0, 0, NEWS)
    return "done"
