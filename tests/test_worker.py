"""Helper processes: what they return, what they may not take, and what becomes of them."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import worker_jobs as jobs
from process import POSIX, Home

from bot import worker
from bot.errors import UserError
from bot.worker import JobError, LimitError, Outside, Worker

LIMITED = pytest.mark.skipif(not worker.LIMITED, reason="this platform does not limit memory and CPU time")

ORPHANS = """
import asyncio, sys
from contextlib import nullcontext
from bot.worker import Worker
import worker_jobs as jobs

async def main():
    helpers = Worker("worker_jobs")
    told = lambda pid, _, of: print(pid, flush=True)
    busy = asyncio.create_task(helpers.run(1, getattr(jobs, sys.argv[1]), told, nullcontext))
    await asyncio.sleep(0)
    helpers.start()
    print(helpers._ready._popen.pid, flush=True)
    await busy

asyncio.run(main())
"""


@pytest.fixture
async def helpers() -> AsyncIterator[Worker]:
    """Return helper processes."""
    found = Worker("worker_jobs")
    yield found
    found.close()


async def run(helpers: Worker, job: Callable[[Outside], Any], whose: int = 1) -> Any:
    """Run a job that nobody watches."""
    return await helpers.run(whose, job, lambda *_: None, nullcontext)


async def gone(pid: int) -> None:
    """Wait until a process has ended; no event tells of one that is not our child."""
    async with asyncio.timeout(60):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_job(helpers: Worker) -> None:
    """A job's result comes back, and before it how far it is; the next job is done by the same process."""
    told: list[tuple[int, int, str]] = []

    result = await helpers.run(1, partial(jobs.double, 21), lambda *far: told.append(far), nullcontext)
    first, second = await run(helpers, jobs.state), await run(helpers, jobs.state)

    assert result == 42
    assert told == [(1, 2, jobs.NEWS)]
    assert first == second


@LIMITED
async def test_a_large_bot(helpers: Worker) -> None:
    """A process stays for the next job, however much memory the bot itself uses."""
    ballast = b"x" * (worker.RETIRE_BYTES + 2**24)

    first, second = await run(helpers, jobs.state), await run(helpers, jobs.state)

    assert first == second
    assert len(ballast) > worker.RETIRE_BYTES


@POSIX
async def test_low_priority(helpers: Worker) -> None:
    """A helper process lets everything else go first."""
    _, niceness = await run(helpers, jobs.state)

    assert niceness >= worker.NICENESS


async def test_refused(helpers: Worker) -> None:
    """What a job refuses is raised here with its sentence, and the process stays."""
    before = await run(helpers, jobs.state)

    with pytest.raises(UserError, match=r"This is no number\."):
        await run(helpers, jobs.refuse)

    assert await run(helpers, jobs.state) == before


async def test_a_fault(helpers: Worker) -> None:
    """A fault in a job is raised with the traceback that shows where it is."""
    with pytest.raises(JobError, match=r"(?s)worker_jobs\.py.*ZeroDivisionError"):
        await run(helpers, jobs.fail)


@LIMITED
@pytest.mark.parametrize(
    ("job", "what"),
    [
        (jobs.never_end_with_little_time, "time"),
        (jobs.fill_memory, "memory"),
    ],
)
async def test_too_much(helpers: Worker, job: Callable[[Outside], Any], what: str) -> None:
    """A job that takes more time or memory than there is ends with a word for it; the next one is done."""
    with pytest.raises(LimitError) as raised:
        await run(helpers, job)

    assert raised.value.what == what
    assert await run(helpers, partial(jobs.double, 2)) == 4


@POSIX
async def test_a_crash(helpers: Worker) -> None:
    """A process that crashes is replaced."""
    with pytest.raises(JobError, match="ended with -6"):
        await run(helpers, jobs.crash)

    assert await run(helpers, partial(jobs.double, 2)) == 4


@POSIX
async def test_waits_too_long(helpers: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that waits without computing is ended as well, on any platform."""
    pids: list[int] = []
    monkeypatch.setattr(worker, "WALL_SECONDS", 2.0)

    with pytest.raises(LimitError):
        await helpers.run(1, jobs.wait, lambda pid, *_: pids.append(pid), nullcontext)

    for pid in pids:
        await gone(pid)


@POSIX
async def test_cancelled(helpers: Worker) -> None:
    """A job that nobody waits for any more is ended at any point."""
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(helpers.run(1, jobs.never_end, lambda pid, *_: started.set_result(pid), nullcontext))
    pid = await started

    task.cancel()

    await gone(pid)
    assert await run(helpers, partial(jobs.double, 2)) == 4


@POSIX
async def test_closed(helpers: Worker) -> None:
    """Closing ends every process, and who waits for a job is told so."""
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(helpers.run(1, jobs.never_end, lambda pid, *_: started.set_result(pid), nullcontext))
    pid = await started

    helpers.close()

    with pytest.raises(UserError, match="being stopped"):
        await task
    with pytest.raises(UserError, match="being stopped"):
        await run(helpers, jobs.state)
    await gone(pid)


@POSIX
async def test_one_server_does_not_hold_up_another(helpers: Worker) -> None:
    """A server's jobs run one after the other; another server's job runs beside them."""
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    endless = asyncio.create_task(helpers.run(1, jobs.never_end, lambda pid, *_: started.set_result(pid), nullcontext))
    await started
    waiting = asyncio.create_task(run(helpers, partial(jobs.double, 2), whose=1))

    other = await run(helpers, partial(jobs.double, 3), whose=2)
    held_up = not waiting.done()
    endless.cancel()

    assert (other, held_up) == (6, True)
    assert await waiting == 4


async def test_turns_to_write(helpers: Worker) -> None:
    """While a job writes, the bot's own turn is taken, each time until the job has written."""
    seen: list[str] = []

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        seen.append("taken")
        yield
        seen.append("over")

    result = await helpers.run(1, jobs.write, lambda *_: seen.append("writes"), turn)

    assert result == "written"
    assert seen == ["taken", "writes", "over"] * 2


@POSIX
async def test_a_signal_for_all(helpers: Worker) -> None:
    """Ctrl-C in a terminal reaches every process in it: the bot decides what becomes of a job."""
    assert await run(helpers, jobs.ignore_signals) == "done"


@POSIX
@pytest.mark.parametrize("job", ["never_end", "wait"])
async def test_no_orphans(tmp_path: Path, job: str) -> None:
    """When the bot is killed, its helper processes end with it, the busy one and the one that waits."""
    home = Home(tmp_path)
    path = f"{Path(__file__).parent}:{Path(__file__).parents[1]}"
    bot = await home.start(sys.executable, "-c", ORPHANS, job, PYTHONPATH=path)
    assert bot.stdout is not None
    pids = [int(await bot.stdout.readline()) for _ in range(2)]

    bot.send_signal(signal.SIGKILL)

    await bot.wait()
    for pid in pids:
        await gone(pid)
