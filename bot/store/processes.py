"""Which of several processes of one bot on a store answers typed commands: the one that holds an OS lock."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.store.files import lock

FIRST, SECOND = ".lock", ".second.lock"
"""Ends of the names of the lock files: of the process that answers, and of one that waits to take over."""

HELD: dict[Path, int] = {}
"""The open files of the locks that this process holds: two bots in one process are none of two processes."""

log = logging.getLogger("dateline.processes")


class _Lock:
    """A file that one process at a time can hold. The operating system lets go of it when that process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def held(self) -> bool:
        """Whether this process holds it."""
        return self.path in HELD

    def take(self) -> bool:
        """Hold it, and write into it who does, unless another process holds it. Raises OSError."""
        while not self.held:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            if not lock(fd):
                os.close(fd)
                return False
            if not self._is_at_path(fd):  # its last owner has just removed it
                os.close(fd)
                continue
            HELD[self.path] = fd
            os.ftruncate(fd, 0)
            os.write(fd, f"process {os.getpid()} on {socket.gethostname()}".encode())
        return True

    def _is_at_path(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), self.path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Remove the file, and let go of it."""
        if self.held:
            with suppress(OSError):  # Windows removes no open file; it stays, and does no harm
                self.path.unlink()
            os.close(HELD.pop(self.path))

    def holder(self) -> str:
        """Return which process holds it, "" if none does or there is no such file; nothing is changed."""
        try:
            fd = os.open(self.path, os.O_RDONLY)
        except OSError:
            return ""
        try:
            if lock(fd, shared=True):
                return ""
            return os.read(fd, 200).decode(errors="replace") or "another process"
        except OSError:
            return ""
        finally:
            os.close(fd)


class Processes:
    """The place of this process among those that run one bot on one store."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._first: _Lock | None = None
        self._second: _Lock | None = None
        self._other = ""

    def enter(self, bot: str) -> None:
        """Take part for a bot; processes with other shards of it count as another one."""
        self._first, self._second = (_Lock(Path(f"{self._store.absolute()}.{bot}{end}")) for end in (FIRST, SECOND))
        self.look()

    def leave(self) -> None:
        """Leave the answers to another process."""
        for place in (self._first, self._second):
            if place is not None:
                place.release()
        self._first = self._second = None

    def answers(self) -> bool:
        """Whether this process answers typed commands; it begins to as soon as the one before has ended."""
        return self._first is None or self._first.held or self._takes_over(self._first)

    def look(self) -> None:
        """Say in one line that there is another process, and that there is none any more."""
        first, second = self._first, self._second
        if first is None or second is None or not self.answers():
            if second is not None:
                with suppress(OSError):
                    second.take()
            return
        other = second.holder()
        if other and other != self._other:
            log.warning(
                "%s has started on the same store with the same bot: typed commands are answered here, not there. "
                "Stop one of the two if that was not meant",
                other,
            )
        elif self._other and not other:
            log.info("the other process on the store has ended")
        self._other = other

    def _takes_over(self, first: _Lock) -> bool:
        try:
            taken = first.take()
        except OSError as error:
            self._first = self._second = None
            log.warning("other processes on the store cannot be noticed", extra={"error": error.strerror})
            return True
        if taken:
            if self._second is not None:
                self._second.release()
            if self._other:
                log.warning("typed commands are answered here now, as the other process on the store has ended")
            self._other = ""
        elif not self._other:
            self._other = first.holder() or "another process"
            log.warning(
                "%s answers typed commands from the same store with the same bot; this process answers none until "
                "that one ends. Stop one of the two if that was not meant",
                self._other,
            )
        return taken


class Running(NamedTuple):
    """The processes that run one bot: the one that answers typed commands, and "" or one that waits."""

    first: str
    second: str


def running(store: Path) -> Iterator[Running]:
    """Return the processes that run on a store, for each bot; nothing is changed."""
    for path in sorted(store.parent.glob(f"{store.name}.*{FIRST}")):
        if not path.name.endswith(SECOND) and (first := _Lock(path).holder()):
            yield Running(first, _Lock(path.with_name(path.name.removesuffix(FIRST) + SECOND)).holder())
