"""What keeps the bot from running here, and what to do about it. Nothing is changed."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BotError, ConfigError, PackError, StoreError

if TYPE_CHECKING:
    from bot.config import Config

# Most of Dateline is imported inside the functions: the doctor has to say which package is missing, not to
# fail on it.
# ruff: noqa: PLC0415

DISTRIBUTION = "dateline-bot"
OPTIONAL = {
    "uvloop": "the bot runs without it, a little slower",
    "orjson": "the bot runs without it, a little slower",
    "simcord": "only preview needs it",
}
LITTLE_SPACE = 100_000_000
_SHOWN = 40


class Level(StrEnum):
    """How a check ended. Only `FAIL` keeps the bot from running."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding, and what to do about it."""

    level: Level
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.what}" + (f" — {self.advice}" if self.advice else "")


async def examine(environ: Mapping[str, str], env_file: Path, pack_folder: Path | None = None) -> AsyncIterator[Check]:
    """Yield the checks in order, each as soon as it is done. The packs are those of the bot unless given."""
    yield Check(Level.OK, f"Python {sys.version.split()[0]}")
    packages = _packages()
    for check in packages:
        yield check
    if any(check.level is Level.FAIL for check in packages):
        yield Check(Level.WARN, "Nothing else is checked until the packages are there")
        return
    config, settings = _settings(environ, env_file)
    digests, store = _store(config)
    for check in (*_sqlite(), *_limits(), *settings, *store, *_packs(pack_folder, digests)):
        yield check
    for check in await _discord(config):
        yield check


def _packages() -> list[Check]:
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return [Check(Level.FAIL, "packaging is not installed", _install("packaging"))]
    checks: list[Check] = []
    names: list[str] = []
    for requirement in map(Requirement, _requirements()):
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", "preview")):
            continue
        lacking = Level.WARN if requirement.name in OPTIONAL else Level.FAIL
        advice = _install(f"{requirement.name}{requirement.specifier}")
        if why := OPTIONAL.get(requirement.name):
            advice = f"{why}; {advice}"
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            checks.append(Check(lacking, f"{requirement.name} is not installed", advice))
            continue
        if requirement.specifier.contains(version, prereleases=True):
            names.append(f"{requirement.name} {version}")
        else:
            checks.append(Check(lacking, f"{requirement.name} {version} is not {requirement.specifier}", advice))
    return [Check(Level.OK, f"Packages: {', '.join(names) or 'none'}"), *checks]


def _requirements() -> list[str]:
    """Return what `pyproject.toml` asks for, as installed or, in a clone that is not, as it stands there."""
    try:
        return metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        pass
    try:
        text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return []
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["preview"]]


def _install(requirement: str) -> str:
    return f'{Path(sys.executable).name} -m pip install "{requirement}"'


def _sqlite() -> list[Check]:
    import sqlite3

    from bot.store.inspection import sqlite_faults

    advice = "install a Python with a newer SQLite"
    faults = [Check(Level.FAIL, fault, advice) for fault in sqlite_faults()]
    return faults or [Check(Level.OK, f"SQLite {sqlite3.sqlite_version} with full-text search")]


def _limits() -> list[Check]:
    from bot.worker import LIMITED, MEMORY_BYTES

    if LIMITED:
        return []
    memory = f"{MEMORY_BYTES // 2**20:,} MiB"
    return [
        Check(
            Level.WARN,
            f"{sys.platform} does not limit what a process takes: a file made to do harm can take more than {memory}",
            "let only people whom you trust import files, or run the bot on Linux",
        )
    ]


def _settings(environ: Mapping[str, str], env_file: Path) -> tuple[Config | None, list[Check]]:
    from bot.config import SETTINGS, load

    try:
        config = load(environ, env_file)
        if config.token:
            load(environ, env_file, need_token=True)
    except ConfigError as error:
        return None, [Check(Level.FAIL, fault) for fault in error.faults]
    given = [setting.name for setting in SETTINGS if environ.get(setting.name)]
    if env_file.exists():
        what = f"Settings: {env_file}" + (f", and from the environment {', '.join(given)}" if given else "")
        from bot.store.files import exposed

        return config, [Check(Level.OK, what), *_readable(f"{env_file}, which holds the token,", exposed([env_file]))]
    if given:
        return config, [Check(Level.OK, f"Settings: from the environment {', '.join(given)}")]
    return config, [Check(Level.WARN, f"There is no {env_file} here", "copy .env.example to .env")]


def _store(config: Config | None) -> tuple[dict[str, str] | None, list[Check]]:
    """Return also the digests of the packs as the store has them, or None where there is no store."""
    if config is None:
        return None, [Check(Level.WARN, "The store is not checked until the settings are mended")]
    path = config.database_path
    if not path.exists():
        return None, [_place(path), *_space(path)]
    if not path.is_file():
        return None, [Check(Level.FAIL, f"{path} is not a file", "set DATABASE_PATH to the path of a file")]
    for place in (path, path.parent):
        if not os.access(place, os.R_OK | os.W_OK):
            return None, [Check(Level.FAIL, f"{place} cannot be written", "give this user the right to")]
    return _contents(path)


def _contents(path: Path) -> tuple[dict[str, str] | None, list[Check]]:
    from bot.store.inspection import inspect

    try:
        found = inspect(path)
    except StoreError as error:
        return None, [Check(Level.FAIL, str(error))]
    if found.empty:
        return None, [Check(Level.OK, f"Store: {path} is empty and is filled at the first start"), *_space(path)]
    what = f"Store: {path}, version {found.version}, {found.size / 1_000_000:,.1f} MB"
    others = [*_running(path), *_exposed(path), *_unread(path), *_space(path)]
    older = found.version < found.newest
    advice = f"the next start brings it to version {found.newest}; make a backup first" if older else ""
    return found.pack_digests, [Check(Level.WARN if older else Level.OK, what, advice), *others]


def _running(path: Path) -> Iterator[Check]:
    """Return who runs on the store."""
    from bot.store.processes import running

    for first, second in running(path):
        if second:
            what = f"Two processes run the same bot on {path}: {first} answers typed commands, {second} waits"
            yield Check(Level.WARN, what, "stop one of the two if that was not meant")
        else:
            yield Check(Level.OK, f"Running: {first}")


def _exposed(path: Path) -> list[Check]:
    """Return which files with people's words and ids anybody on this machine can read."""
    from bot.store.files import exposed

    beside = [path, *path.parent.glob(f"{path.name}-*"), *path.parent.glob(f"{path.stem}-*.db")]
    return _readable("The store and its copies", exposed(sorted(set(beside))))


def _readable(what: str, files: list[Path]) -> list[Check]:
    if not files:
        return []
    names = " ".join(shlex.quote(str(file)) for file in files)
    return [Check(Level.WARN, f"{what} can be read by every user of this machine", f"chmod o-rwx {names}")]


def _unread(path: Path) -> Iterator[Check]:
    """Yield what servers have set and this version cannot read."""
    from bot import zones
    from bot.digest import digests
    from bot.servers import settings
    from bot.store.inspection import stored
    from bot.text import visible

    found = stored(path)
    for guild_id, values in found.settings.items():
        for fault in settings.unreadable(guild_id, values):
            yield Check(Level.WARN, f"Server {guild_id}: {fault}", "the default holds until /settings changes it")
    for digest in map(digests.of_row, found.digests):
        faults = [digest.unread] if digest.unread else []
        if not zones.known(digest.zone):
            faults.append(f"There is no time zone “{visible(digest.zone)[:_SHOWN]}”.")
        for fault in faults:
            yield Check(
                Level.WARN, f"Server {digest.guild_id}, digest {digest.id}: {fault}", "it waits for a moderator"
            )


def _place(path: Path) -> Check:
    """Return whether the store can be made, without making it."""
    folder = _nearest(path)
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Check(Level.OK, f"Store: {path} is made at the first start")
    return Check(
        Level.FAIL,
        f"Store: {path} cannot be made in {folder}",
        "give this user the right to write there, or set DATABASE_PATH to another place",
    )


def _nearest(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


def _space(path: Path) -> list[Check]:
    free = shutil.disk_usage(_nearest(path)).free
    if free >= LITTLE_SPACE:
        return []
    return [Check(Level.WARN, f"Only {free / 1_000_000:,.0f} MB are free for {path}", "make some room")]


def _packs(folder: Path | None, digests: dict[str, str] | None) -> Iterator[Check]:
    from bot.ingest.read import load_pack, packs_in
    from bot.ingest.shipped import PACKS

    for path in packs_in(folder or PACKS):
        try:
            pack = load_pack(path)
        except PackError as error:
            for fault in error.faults:
                yield Check(Level.FAIL, f"Pack {error.name}: {fault}")
            continue
        what = f"Pack {path.name}: {len(pack.entries)} entries"
        if digests is None or digests.get(pack.key) == pack.digest:
            yield Check(Level.OK, what)
        else:
            yield Check(Level.WARN, f"{what}, not yet in the store as it is now", "the next start brings it there")


async def _discord(config: Config | None) -> list[Check]:
    from bot import invite, portal
    from bot.config import MessageContent

    if config is None:
        return [Check(Level.WARN, "Discord is not asked until the settings are mended")]
    if not config.token:
        advice = "python -m bot preview works without one"
        return [Check(Level.WARN, "Discord is not asked, as there is no DISCORD_TOKEN", advice)]
    try:
        found = await portal.application(config.token)
    except BotError as error:
        return [Check(Level.FAIL, str(error))]
    checks = [Check(Level.OK, f"Discord: logged in as {found.name}, in about {found.servers:,} servers")]
    needs = ", ".join(need.label for need in invite.INTENTS)
    if config.message_content is MessageContent.OFF:
        checks.append(Check(Level.OK, f"Intents: {needs}; Message Content is off by MESSAGE_CONTENT"))
    elif found.message_content:
        checks.append(Check(Level.OK, f"Intents: {needs}, {invite.MESSAGE_CONTENT.label}"))
    else:
        forced = config.message_content is MessageContent.ON
        without = "MESSAGE_CONTENT is on" if forced else "everything but typed commands works"
        checks.append(
            Check(
                Level.FAIL if forced else Level.WARN,
                f"Intents: {needs}; Message Content is not granted, and {without}",
                f"to have it, switch it on at {invite.SWITCH}",
            )
        )
    checks.append(Check(Level.OK, f"Invite: {invite.link(found.id)}"))
    return checks
