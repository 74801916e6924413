"""Several processes of one bot on one store: one answers typed commands, and another takes over when it ends."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from process import POSIX
from sharing import Other, others

from bot.store.processes import Processes, running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return where a store is."""
    return tmp_path / "store.db"


@pytest.fixture
def start(store: Path) -> Iterator[Callable[..., Other]]:
    """Return what starts another process."""
    with others(store) as begin:
        yield begin


def entered(store: Path, bot: str = "1") -> Processes:
    """Take part in this process."""
    processes = Processes(store)
    processes.enter(bot)
    return processes


def test_alone(store: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A process that is alone answers and says nothing; its file is for this user alone, and goes with it."""
    for _ in range(2):
        processes = entered(store)
        processes.look()
        assert processes.answers()
        [file] = store.parent.iterdir()
        assert sys.platform == "win32" or file.stat().st_mode & 0o777 == 0o600
        processes.leave()

    assert caplog.messages == []
    assert [*running(store)] == []
    assert sys.platform == "win32" or [*store.parent.iterdir()] == []


@POSIX
def test_stopped(store: Path, start: Callable[..., Other]) -> None:
    """When the first stops as it should, the second takes over, and a third one that comes then does not."""
    first = entered(store)
    second = start()
    assert not second.answers()

    first.leave()

    assert second.answers()
    assert not start().answers()


@POSIX
def test_killed(store: Path, start: Callable[..., Other], caplog: pytest.LogCaptureFixture) -> None:
    """A second process is noticed at both ends in one line; it answers as soon as the first is killed."""
    first = start()
    assert first.answers()

    second = entered(store)
    second.look()
    assert not second.answers()
    assert first.answers()
    assert [(f"process {first.pid} on " in one.first, bool(one.second)) for one in running(store)] == [(True, True)]
    assert len(caplog.messages) == 1
    assert f"process {first.pid} on " in caplog.text

    first.kill()
    assert second.answers()
    assert caplog.messages[1:] == ["typed commands are answered here now, as the other process on the store has ended"]
    assert len([*running(store)]) == 1
    second.leave()


@POSIX
def test_first_notices_the_second(store: Path, start: Callable[..., Other], caplog: pytest.LogCaptureFixture) -> None:
    """The process that answers says once that there is another, and once that there is none any more."""
    caplog.set_level(logging.INFO)
    first = entered(store)

    second = start()
    assert not second.answers()
    for _ in range(2):
        first.look()
    second.kill()
    for _ in range(2):
        first.look()

    assert [f"process {second.pid} on " in message for message in caplog.messages] == [True, False]
    assert caplog.messages[1] == "the other process on the store has ended"
    assert first.answers()
    first.leave()


@POSIX
def test_third_process(start: Callable[..., Other]) -> None:
    """However many there are, one of them answers, and one of those that are left takes over."""
    others = [start() for _ in range(3)]
    assert [other.answers() for other in others].count(True) == 1

    for left in (2, 1):
        answering = next(other for other in others if other.answers())
        answering.kill()
        others.remove(answering)
        assert [other.answers() for other in others].count(True) == 1
        assert len(others) == left


@POSIX
def test_another_bot(store: Path, start: Callable[..., Other]) -> None:
    """Another bot on the same store answers its own typed commands."""
    assert start("1").answers()
    assert start("2").answers()
    assert len([*running(store)]) == 2


def test_where_nothing_can_be_locked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where the lock cannot be made, the process answers, and says once that it knows of no other."""
    processes = entered(tmp_path / "none" / "store.db")
    processes.look()

    assert processes.answers()
    assert caplog.messages == ["other processes on the store cannot be noticed"]
