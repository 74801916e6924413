"""A machine as the doctor finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.doctor import Check, examine
from bot.ingest.build import build
from bot.ingest.read import load_pack
from bot.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Patient:
    """A folder with settings, and what the doctor finds there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env_file = folder / ".env"
        self.store = folder / "store.db"
        self.packs = folder / "packs"

    async def checks(self, **settings: str) -> list[Check]:
        """Return all checks; the folder is proven to be left as it was."""
        before = self.files()
        environ = {"DATABASE_PATH": str(self.store), **settings}
        found = [check async for check in examine(environ, self.env_file, self.packs)]
        assert self.files() == before
        return found

    async def check(self, beginning: str, **settings: str) -> Check:
        """Return the one check that begins so."""
        [found] = [check for check in await self.checks(**settings) if check.what.startswith(beginning)]
        return found

    async def build(self) -> None:
        """Build the packs into the store."""
        async with Database(self.store) as db:
            for path in self.packs.iterdir():
                await build(db, load_pack(path), NOW)

    def sql(self, script: str) -> None:
        """Change the store behind the bot's back."""
        with closing(sqlite3.connect(self.store)) as conn:
            conn.executescript(script)

    def files(self) -> dict[str, bytes]:
        """Return every file but SQLite's scratch memory."""
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {str(path): path.read_bytes() for path in found if path.suffix != ".db-shm"}
