"""Other processes that take part in a bot on a store, until they are killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from process import ROOT

OTHER = """
import sys
from pathlib import Path
from bot.store.processes import Processes
processes = Processes(Path(sys.argv[1]))
processes.enter(sys.argv[2])
for _ in sys.stdin:
    processes.look()
    print(processes.answers(), flush=True)
"""


class Other:
    """A process of its own that takes part."""

    def __init__(self, store: Path, bot: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", OTHER, str(store), bot],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.pid = self._process.pid

    def answers(self) -> bool:
        """Let it look, and return whether it answers typed commands."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._process.stdout.readline() == "True\n"

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def others(store: Path) -> Iterator[Callable[..., Other]]:
    """Yield what starts another process; those that are left at the end are killed."""
    started: list[Other] = []

    def begin(bot: str = "1") -> Other:
        started.append(Other(store, bot))
        return started[-1]

    yield begin
    for other in started:
        other.kill()
