"""`python -m bot` as a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from discord_api import SECRET
from unhurried import HUNG_SECONDS

ROOT = Path(__file__).parents[1]
STORE = Path("data", "dateline.db")
BOT = [sys.executable, "-m", "bot"]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and shells of POSIX")


@dataclass(frozen=True)
class Outcome:
    """How a process ended."""

    code: int | None
    out: str
    err: str

    @property
    def fault(self) -> str:
        """Return the one line on stderr of a command that failed."""
        [line] = self.err.splitlines()
        assert (self.code, self.out) == (1, "")
        return line


class Home:
    """A folder to run commands in, with nothing of the surroundings' settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / STORE

    async def start(self, *command: str, **settings: str) -> asyncio.subprocess.Process:
        """Start a command with these settings in its environment."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if key in {"PATH", "SYSTEMROOT"} or key.startswith("COVERAGE")
        }
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(ROOT), **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *command: str, **settings: str) -> Outcome:
        """Run a command to its end."""
        return await ended(await self.start(*command, **settings))

    async def bot(self, *arguments: str, **settings: str) -> Outcome:
        """Run `python -m bot` with these arguments to its end."""
        return await self.run(*BOT, *arguments, **settings)

    def write(self, name: str, content: str) -> None:
        """Write a file."""
        (self.folder / name).write_text(content, encoding="utf-8")

    def lay(self, content: bytes | Path) -> None:
        """Put a file, or a copy of one, in the store's place."""
        self.store.parent.mkdir()
        self.store.write_bytes(content if isinstance(content, bytes) else content.read_bytes())

    def sql(self, script: str) -> None:
        """Change the store behind the bot's back."""
        with closing(sqlite3.connect(self.store)) as conn:
            conn.executescript(script)

    def files(self) -> dict[str, bytes]:
        """Return the store's folder."""
        return {file.name: file.read_bytes() for file in sorted(self.store.parent.iterdir())}


async def ended(process: asyncio.subprocess.Process) -> Outcome:
    """Wait for a process; whatever it did, it has printed neither a traceback nor the token."""
    out, err = await asyncio.wait_for(process.communicate(), HUNG_SECONDS)
    outcome = Outcome(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in outcome.err
    assert SECRET not in outcome.out + outcome.err
    return outcome
