"""`kill -9` during an import, an erasure or a proof: the short form of `tests/killing.py`."""

from __future__ import annotations

import killing
import pytest
from process import POSIX


@POSIX
async def test_nothing_is_lost_and_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is done as a whole or not at all, and neither a file nor a process is left."""
    sound = await killing.run(kills=2, seed=2)

    assert sound
    assert capsys.readouterr().out.count("in between 0") == 3
