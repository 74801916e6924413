"""Helper processes for work on people's files, with limits of time and memory.

A job is a function that a helper process calls with an `Outside`; it and its result are pickled. A job that takes too
much is killed, and nothing else suffers.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncGenerator, Callable, Hashable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Any, BinaryIO, TypeAlias, TypeVar

from bot.errors import StoreError, UserError

if sys.platform != "win32":
    import resource

MEMORY_BYTES = 2**30
"""Address space of a helper process, in bytes."""

CPU_SECONDS = 600
"""CPU time for one job, in seconds."""

WALL_SECONDS = 13 * 60.0
"""Time for one job, in seconds. Discord takes an answer for fifteen minutes."""

AT_ONCE = 2
"""Number of jobs that run at the same time. One server has at most one of them."""

RETIRE_BYTES = 2**28
"""A helper process that has used more memory than this, in bytes, ends after its job."""

NICENESS = 10
"""Priority of a helper process: 0 is that of the bot, 19 the lowest."""

ENDING_SECONDS = 1.0
"""Time for killed processes to end before the bot stops waiting for them, in seconds."""

LIMITED = sys.platform not in {"win32", "darwin"}
"""Whether this platform limits the memory and CPU time of a process. The limit of time holds everywhere."""

STOPPING = "The bot is being stopped. Look later whether this was done."

_OUT_OF_MEMORY = 3
"""Exit code of a helper process that cannot say so in another way."""

_PR_SET_PDEATHSIG = 1

Progress: TypeAlias = Callable[[int, int, str], None]
T = TypeVar("T")


class LimitError(Exception):
    """A job needs more time or memory than it may have. `what` is "time" or "memory"."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"a job was ended: too much {what}")


class JobError(Exception):
    """A job failed by a fault of its own. The text is the traceback from the helper process."""


class Worker:
    """The helper processes of a bot: one is kept ready, others are started as they are needed.

    `preload` names the module that a process imports before its first job.
    """

    def __init__(self, preload: str = "") -> None:
        self._preload = preload
        self._ready: _Process | None = None
        self._running: set[_Process] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: dict[Hashable, tuple[asyncio.Lock, int]] = {}
        self._closed = False

    def start(self) -> None:
        """Have a process ready for the next job."""
        if not self._closed and (self._ready is None or not self._ready.alive):
            self._ready = _Process(self._preload)

    def close(self) -> None:
        """End every process, also one in the middle of a job. Jobs that are asked for later fail."""
        self._closed = True
        processes = [*self._running, *([self._ready] if self._ready else [])]
        self._ready = None
        for process in processes:
            process.end()
        for process in processes:
            process.thread.join(ENDING_SECONDS)

    async def run(
        self,
        whose: Hashable,
        job: Callable[[Outside], T],
        progress: Progress,
        writing: Callable[[], AbstractAsyncContextManager[object]],
    ) -> T:
        """Run a job. Jobs of the same `whose` run one after the other.

        `progress` is told how far the job is, and `writing` is entered while it is inside `Outside.writing`. A
        cancellation kills the process. Raises the job's UserError or StoreError, LimitError, and JobError.
        """
        async with self._turn(whose), self._places:
            self.start()
            process, self._ready = self._ready, None
            if process is None:
                raise UserError(STOPPING)
            self._running.add(process)
            reusable = False
            try:
                async with asyncio.timeout(WALL_SECONDS):
                    kind, value, reusable = await _converse(process.begin(job), progress, writing, process)
            except TimeoutError as error:
                raise LimitError("time") from error
            finally:
                self._running.discard(process)
                if reusable and self._ready is None and not self._closed:
                    self._ready = process
                else:
                    process.end()
                self.start()
            if self._closed and kind not in {"done", "refused"}:
                raise UserError(STOPPING)
            match kind:
                case "done":
                    return value
                case "refused":
                    raise value
                case "limit":
                    raise LimitError(value)
                case _:
                    raise JobError(value)

    @asynccontextmanager
    async def _turn(self, whose: Hashable) -> AsyncGenerator[None]:
        lock, waiting = self._turns.get(whose, (asyncio.Lock(), 0))
        self._turns[whose] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns.pop(whose)
            if waiting > 1:
                self._turns[whose] = lock, waiting - 1


Message: TypeAlias = tuple[str, Any, bool]
"""What a helper process says: the kind, its value, and whether the process is ready for another job."""


async def _converse(
    messages: asyncio.Queue[Message],
    progress: Progress,
    writing: Callable[[], AbstractAsyncContextManager[object]],
    process: _Process,
) -> Message:
    """Answer a job until it is done, and return its last message."""
    async with AsyncExitStack() as held:
        while True:
            message = await messages.get()
            match message:
                case "progress", far, _:
                    progress(*far)
                case "writing", begins, _:
                    await (held.enter_async_context(writing()) if begins else held.aclose())
                    process.answer()
                case _:
                    return message


class _Process:
    """One helper process. Its thread talks with it, as pipes block, and ends with it."""

    def __init__(self, preload: str) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-c", "from bot.worker import serve; serve()", str(os.getpid()), preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Each thread's own arena would take 64 MB of the address space.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"},
        )
        self._jobs: queue.SimpleQueue[tuple[Any, Callable[[Message], None]] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._talk, name="worker", daemon=True)
        self.thread.start()

    @property
    def alive(self) -> bool:
        """Whether it can take a job."""
        return self._popen.poll() is None

    def begin(self, job: Callable[[Outside], object]) -> asyncio.Queue[Message]:
        """Hand a job over, and return where its messages arrive."""
        messages: asyncio.Queue[Message] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(message: Message) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(messages.put_nowait, message)

        self._jobs.put((job, tell))
        return messages

    def answer(self) -> None:
        """Let the job go on."""
        with suppress(OSError, ValueError):  # the process is gone
            self._send(None)

    def end(self) -> None:
        """Kill the process."""
        self._popen.kill()
        self._jobs.put(None)

    def _send(self, value: object) -> None:
        assert self._popen.stdin is not None
        pickle.dump(value, self._popen.stdin)
        self._popen.stdin.flush()

    def _talk(self) -> None:
        # Leaving the block closes the pipes, even with something left to send, and waits for the process.
        with suppress(OSError), self._popen:
            while todo := self._jobs.get():
                job, tell = todo
                for message in self._messages(job):
                    tell(message)
            self._popen.kill()

    def _messages(self, job: object) -> Iterator[Message]:
        assert self._popen.stdout is not None
        try:
            self._send(job)
            going_on = True
            while going_on:
                message: Message = pickle.load(self._popen.stdout)  # noqa: S301 - written by this program
                going_on = message[0] in {"progress", "writing"}
                yield message
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            yield *self._fate(self._popen.wait()), False

    @staticmethod
    def _fate(code: int) -> tuple[str, str]:
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            return "limit", "time"
        if code == _OUT_OF_MEMORY or (sys.platform != "win32" and code == -signal.SIGKILL):  # the system's own limit
            return "limit", "memory"
        return "failed", f"the helper process ended with {code}"


class Outside:
    """What a job sees of the bot that it works for."""

    def __init__(self, replies: BinaryIO, inbox: queue.SimpleQueue[Any]) -> None:
        self._replies = replies
        self._inbox = inbox

    def progress(self, done: int, total: int, of: str) -> None:
        """Tell how far the job is."""
        self.send("progress", (done, total, of))

    @property
    def writing(self) -> Writing:
        """Return what is entered to write into the store: until it is left, the bot writes nothing."""
        return Writing(self)

    def ask(self, *, begins: bool) -> None:
        """Ask the bot to let the job write, or tell it that this is over, and wait for its answer."""
        self.send("writing", begins)
        self._inbox.get()

    @staticmethod
    def allow(seconds: int) -> None:
        """Limit the CPU time from now on, in seconds."""
        if sys.platform != "win32" and LIMITED:
            used = resource.getrusage(resource.RUSAGE_SELF)
            _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)

    def send(self, kind: str, value: object, *, ready: bool = False) -> None:
        """Send a message."""
        pickle.dump((kind, value, ready), self._replies, pickle.HIGHEST_PROTOCOL)
        self._replies.flush()


class Writing:
    """A turn to write, which can be entered again and again."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def __aenter__(self) -> None:
        self._outside.ask(begins=True)

    async def __aexit__(self, *_: object) -> None:
        self._outside.ask(begins=False)


def serve() -> None:
    """Be a helper process: do one job after the other until the bot is gone."""
    parent, preload = int(sys.argv[1]), sys.argv[2]
    _live_as_long_as(parent)
    calls, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is printed by mistake is no message
    for number in (signal.SIGINT, signal.SIGTERM):  # the bot decides when a job is cut short
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        os.nice(NICENESS)
        if LIMITED:
            _limit(resource.RLIMIT_AS, MEMORY_BYTES)
            _limit(resource.RLIMIT_CORE, 0)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls, inbox), daemon=True).start()
    if preload:
        importlib.import_module(preload)
    gc.freeze()
    outside = Outside(replies, inbox)
    try:
        while True:
            kind, value = _outcome(outside, inbox.get())
            ready = kind in {"done", "refused"} and not _is_large()
            outside.send(kind, value, ready=ready)
            if not ready:
                os._exit(0)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _live_as_long_as(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # elsewhere `_listen` notices
    if sys.platform != "win32" and os.getppid() != parent:
        os._exit(0)


def _listen(calls: BinaryIO, inbox: queue.SimpleQueue[Any]) -> None:
    code = 0  # the bot is gone
    try:
        while True:
            inbox.put(pickle.load(calls))  # noqa: S301 - written by this program
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


def _outcome(outside: Outside, job: Callable[[Outside], object]) -> tuple[str, Any]:
    outside.allow(CPU_SECONDS)
    try:
        return "done", job(outside)
    except (UserError, StoreError) as error:
        return "refused", error
    except MemoryError:
        return "limit", "memory"
    except Exception:  # noqa: BLE001 - the bot logs it
        return "failed", traceback.format_exc()


def _limit(what: int, most: int) -> None:
    if sys.platform != "win32":
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _is_large() -> bool:
    if sys.platform == "win32" or not LIMITED:
        return False
    # getrusage() counts the bot's memory too: a process begins as a copy of the one that starts it.
    with suppress(OSError, StopIteration), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - no path of ours
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024 > RETIRE_BYTES
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > RETIRE_BYTES
