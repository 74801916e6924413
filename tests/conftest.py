"""The store and the bot on an in-memory Discord, made anew for each test from a store that is built once."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
import simcord.pytest_plugin
from newsroom import Newsroom
from thorough import pytest_addoption, pytest_configure
from town import found_town
from unhurried import UnhurriedEnv

from bot.client import Dateline
from bot.config import Config
from bot.ingest.shipped import build_shipped
from bot.store.database import Database
from bot.store.processes import HELD
from bot.worker import AT_ONCE, Worker

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# Every test that starts a process would compile the bot again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

__all__ = ["pytest_addoption", "pytest_configure"]

# simcord's fixture `simcord_env` takes no class.
simcord.pytest_plugin.Env = UnhurriedEnv


def pytest_collection_finish() -> None:
    """Spare Python from looking for garbage in what was imported; that took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    """Let go of the locks of bots that were not closed: simcord ends them as a crash would, in this process."""
    yield
    while HELD:
        os.close(HELD.popitem()[1])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a store that holds the packs that come with the bot; it is only copied."""
    path = tmp_path_factory.mktemp("built") / "dateline.db"

    async def build() -> None:
        async with Database(path) as db:
            await build_shipped(db, NOW)

    asyncio.run(build())
    return path


@pytest.fixture
async def store(built: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Return an open store of one's own that holds the packs that come with the bot."""
    path = tmp_path / "dateline.db"
    shutil.copyfile(built, path)
    async with Database(path) as db:
        yield db


@pytest.fixture(scope="session")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a store with nothing in it; migrating takes longer than copying."""
    path = tmp_path_factory.mktemp("unused") / "dateline.db"

    async def create() -> None:
        async with Database(path):
            pass

    asyncio.run(create())
    return path


@pytest.fixture
async def empty(unused: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Return an open store with nothing in it."""
    path = tmp_path / "empty.db"
    shutil.copyfile(unused, path)
    async with Database(path) as db:
        yield db


@pytest.fixture
async def town(empty: Database) -> Database:
    """Return a store with an article, its text included, and what its pack says of it."""
    await found_town(empty)
    return empty


@pytest.fixture
def config() -> Config:
    """Return the settings; a module with others defines its own."""
    return Config(cooldown=None)


class _SharedWorker(Worker):
    """Helper processes that a bot leaves to the next one when it is closed."""

    def renew(self) -> Self:
        """Forget the event loop of the test before."""
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns = {}
        return self

    def close(self) -> None:
        """Keep the processes."""

    def end(self) -> None:
        """End the processes."""
        super().close()


@pytest.fixture(scope="session")
def _shared_helpers() -> Iterator[_SharedWorker]:
    shared = _SharedWorker("cogs.data_jobs")
    yield shared
    shared.end()


@pytest.fixture
def helpers(_shared_helpers: _SharedWorker) -> Worker:
    """Return helper processes that stay for the next test: each takes a second of the processor to start."""
    return _shared_helpers.renew()


@pytest.fixture
def simcord_bot(store: Database, config: Config, helpers: Worker) -> Dateline:
    """Return the bot that `simcord_env` starts."""
    bot = Dateline(config, store, message_content=True)
    bot.worker = helpers
    return bot


@pytest.fixture
def newsroom(simcord_env: simcord.Env, store: Database) -> Newsroom:
    """Return a server with a channel and two members, and the bot in it."""
    guild = simcord_env.create_guild("Newsroom")
    return Newsroom(
        env=simcord_env,
        store=store,
        guild=guild,
        channel=guild.create_text_channel("dateline"),
        asker=guild.add_member(simcord_env.create_user("asker")),
        other=guild.add_member(simcord_env.create_user("other")),
    )
