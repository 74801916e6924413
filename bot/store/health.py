"""Whether the store's files are still those that are open, and what the operator is told when they are not."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from time import monotonic

REPEAT_SECONDS = 600.0
"""Seconds after which the same fault is logged again."""

FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 60.0
"""Seconds between attempts to open the store again; each takes twice as long as the one before, up to the second."""

CALM_SECONDS = 300.0
"""Seconds without a fault after which the first retry comes soon again."""

_FRAMES = """
import struct, sys
header = open(sys.argv[1], "rb").read(48)
[page] = struct.unpack_from("=H", header, 14)
[frames] = struct.unpack_from("=I", header, 16)
print(32 + frames * ((65536 if page == 1 else page) + 24) if frames else 0)
"""
"""Prints how many bytes the WAL has to have (https://www.sqlite.org/walformat.html#the_wal_index_header)."""

log = logging.getLogger("dateline.store")


class Change(StrEnum):
    """What has become of the files, as a sentence continues after the path."""

    NONE = ""
    GONE = "was removed while it was in use"
    REPLACED = "was replaced while it was in use"
    WAL_GONE = "has lost its -wal file, which was removed while it was in use"
    WAL_CUT = "has lost the end of its -wal file, which was cut while it was in use"


Identity = tuple[int, int] | None


class Files:
    """The store's file and the WAL beside it, as they were when they were opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wal = Path(f"{path}-wal")
        self.shm = Path(f"{path}-shm")
        self._file: Identity = None
        self._log: Identity = None
        self._size = 0

    def note(self) -> None:
        """Take the files that are there for those that are open."""
        self._file, _ = _look(self.path)
        self._log, self._size = _look(self.wal)

    def change(self) -> Change:
        """Return what has changed since; a WAL that is shorter only may be a fault (see `is_whole`)."""
        file, _ = _look(self.path)
        if file != self._file:
            return Change.REPLACED if file else Change.GONE
        wal, size = _look(self.wal)
        if wal != self._log:
            return Change.WAL_GONE
        if size < self._size:
            return Change.WAL_CUT
        self._size = size
        return Change.NONE

    def is_whole(self) -> bool:
        """Whether a WAL that has become shorter holds all that it should: another process may have emptied it.

        Another process looks, since SQLite's locks on a file end as soon as this one closes that file.
        """
        for _ in range(2):  # another process may just be writing
            size = _look(self.wal)[1]
            told = subprocess.run(  # noqa: S603 - our own words
                [sys.executable, "-I", "-S", "-c", _FRAMES, str(self.shm)], capture_output=True, text=True, check=False
            )
            if told.returncode == 0 and size >= int(told.stdout):
                self._size = size
                return True
        return False

    def set_aside(self) -> Path | None:
        """Keep what is left of a WAL that was cut, and empty it, so that closing the store writes none of it back."""
        kept = Path(f"{self.wal}.kept")
        shutil.copyfile(self.wal, kept)
        os.truncate(self.wal, 0)
        return kept

    def remove_leftovers(self) -> bool:
        """Remove the emptied WAL of a file that is not the store any more; whether none is left that could harm."""
        wal, size = _look(self.wal)
        if wal != self._log or wal is None:
            return True
        if size:
            return False
        self.wal.unlink()
        self.shm.unlink(missing_ok=True)
        return True


def _look(path: Path) -> tuple[Identity, int]:
    """Return which file is there, if any, and its size in bytes."""
    try:
        found = path.stat()
    except OSError:
        return None, 0
    return (found.st_dev, found.st_ino), found.st_size


class Reports:
    """What the operator is told: each fault in one line, and again only after a while."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._failing = False

    def fault(self, message: str) -> None:
        """Tell a fault; `well` will say when it is over."""
        self._failing |= self._tell(message, logging.ERROR)

    def remark(self, message: str) -> None:
        """Tell what is over by itself."""
        self._tell(message, logging.WARNING)

    def _tell(self, message: str, level: int) -> bool:
        moment = monotonic()
        if moment - self._told.get(message, -REPEAT_SECONDS) >= REPEAT_SECONDS:
            self._told[message] = moment
            log.log(level, "%s", message)
            return True
        return False

    def well(self, message: str) -> None:
        """Tell that the store works again, where a fault was told."""
        if self._failing:
            self._failing = False
            log.warning("%s", message)

    def opened(self, message: str) -> None:
        """Tell that the store was opened again, and why; at most as often as a fault."""
        self._failing = False
        self.remark(message)


class Retry:
    """When it is worth trying to open the store again."""

    def __init__(self) -> None:
        self._wait = FIRST_RETRY_SECONDS
        self._next = self._last = -CALM_SECONDS

    def due(self) -> bool:
        """Whether to try now; the next time is then later."""
        moment = monotonic()
        if moment < self._next:
            return False
        calm = moment - self._last > CALM_SECONDS
        self._wait = FIRST_RETRY_SECONDS if calm else min(self._wait * 2, LAST_RETRY_SECONDS)
        self._last, self._next = moment, moment + self._wait
        return True
