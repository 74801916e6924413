"""What work costs, in calls of functions: the same on a busy machine as on a quiet one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Calls:
    """How many functions were called, of Python and of C, in this thread and in those that began within the block."""

    count = 0

    def _note(self, _frame: FrameType, event: str, _arg: Any) -> None:
        self.count += event in {"call", "c_call"}


@contextmanager
def counted() -> Generator[Calls]:
    """Count the calls within the block."""
    calls, before = Calls(), sys.getprofile()
    threading.setprofile(calls._note)
    sys.setprofile(calls._note)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        threading.setprofile(before)
