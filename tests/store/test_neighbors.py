"""No function of the store mixes two servers up: all that take a server are found by their parameters and called."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from neighbors import CHANNEL, MEMBER, MODERATOR, Server, fill
from town import NOW, found_town

from bot import store as package
from bot.answers.asks import asker
from bot.model import Kind, Subject, SubjectKind
from bot.names import spelling
from bot.store import departures
from bot.store.claims import At
from bot.store.database import Connection, Database
from bot.store.packs import CONTENT
from bot.store.subjects import MEMBER as MEMBER_KEY
from bot.store.suggestions import State

HERE, THERE = 5, 6
SERVER = {"guild_id", "servers", "actor"}
"""The parameters by which a function is told which server it works for."""

TOPICS = ("tarn", "ferry", "renn", "passengers")
"""Words of names that both servers' entries and the shared ones have."""

CHECKED = {"editions.insert_asked", "editions.insert_failed", "own.insert_entry"}
"""Functions that are given numbers which their caller has just read for the same server. They look nothing up."""


@dataclass(frozen=True)
class Places:
    """The store with both servers in it, and for each server the same store without the other."""

    both: Path
    alone: Mapping[int, Path]
    servers: Mapping[int, Server]


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of the store that takes a server, with its name."""
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and SERVER & set(inspect.signature(function).parameters):
                yield f"{info.name}.{name}", function


async def made(folder: Path) -> Places:
    """Make the stores in a folder."""
    servers = {HERE: Server(HERE, "alder"), THERE: Server(THERE, "zinnia")}
    async with Database(folder / "both.db") as db:
        await found_town(db)
        for server in servers.values():
            await fill(db, server)
    for mine, other in ((HERE, THERE), (THERE, HERE)):
        copied(folder / "both.db", folder / f"{mine}.db")
        async with Database(folder / f"{mine}.db") as db, db.write() as conn:
            await departures.delete_server(conn, other)
    return Places(folder / "both.db", {mine: folder / f"{mine}.db" for mine in servers}, servers)


def copied(path: Path, to: Path) -> Path:
    """Copy a store that is closed."""
    to.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, to)
    return to


def scenes(owner: Server, mine: int) -> Iterator[dict[str, Any]]:
    """Yield what is given for each parameter: things of `owner`, for the server `mine`."""
    ids, word = owner.ids, owner.word
    targets = (
        ("entry", ids["shared"][0]),
        ("suggestion", ids["suggestions"][1]),
        ("setting", 0),
        ("source", ids["sources"][0]),
    )
    for number, kind in enumerate((*Kind, None)):
        target, target_id = targets[number]
        entry = (ids["own"][0], ids["shared"][0], ids["shared"][owner.guild_id % 2 + 2], ids["removed"][0])[number]
        subject = ids["subjects"][number]
        yield {
            "guild_id": mine, "servers": json.dumps([mine]), "channel_id": CHANNEL, "kind": kind,
            "entry_id": entry, "entry_ids": [*ids["entries"], *ids["shared"]],
            "subject_id": subject, "speaker_id": ids["subjects"][3], "instead": subject, "candidates": ids["sources"],
            "source_id": ids["sources"][0], "digest_id": ids["digests"][number % 2],
            "draft_id": ids["drafts"][number % len(ids["drafts"])],
            "form_id": ids["drafts"][number % len(ids["drafts"])],
            "suggestion_id": ids["suggestions"][min(number, 2)], "edition_id": ids["editions"][number],
            "revision_id": ids["revisions"][number], "first": ids["revisions"][2],
            "last": ids["revisions"][-1], "after": 0,
            "target": target, "target_id": target_id, "target_ids": (target_id,), "ids": [target_id, *ids["own"]],
            "person_id": (MODERATOR, MEMBER)[number % 2], "member_id": MEMBER,
            "author_id": (MODERATOR, MEMBER)[number % 2],
            "added_by": MODERATOR, "decided_by": MODERATOR, "asker": asker(MODERATOR),
            "actor": owner.moderator if owner.guild_id == mine else Server(mine, "").moderator,
            "key": ("harrow pier", "shire", "weekly passengers", "")[number], "text": "the plank",
            "spelling": spelling("Harrow Pier"),
            "name": f"{word} name",
            "names": {"Harrow Pier", "The Member"}, "keys": [(f"{word} key", 1)], "endings": [f"{word}"],
            "words": ("pier", "county", "shire"), "terms": (("statement",), (word,), ("ferry",), ("hearing",))[number],
            "every": bool(number % 2), "each": 20, "measures": number > 1, "relations": ("about", "speaker"),
            "wanted": [(one, [("subjects", [word])]) for one in Kind for word in TOPICS],
            "dates": ["2024-03-04"],
            "limit": 50, "offset": 0, "point": 0, "beginning": "", "own": bool(number % 2), "seen": bool(number % 2),
            "told": bool(number % 2), "what": ("entries", "quotations")[number % 2], "purposes": ("add", "suggest"),
            "subject_key": owner.keys[number], "purpose": "add", "fields": {"note": word}, "base": 0, "now": NOW,
            "since": NOW.replace(year=2020),
            "at": At(2**33, 2**33, 0), "horizon": 2**33, "due_at": 2**33, "reason": word, "value": "!",
            "content": content(kind or Kind.EVENT, subject, word), "corrects": None, "before": None, "action": "edited",
            "state": State.WITHDRAWN, "of": State.PENDING, "message_id": 4, "label": word, "sha256": "", "length": 1,
            "pack_digest": "", "facts": (), "rows": [(f"{MEMBER_KEY}{MEMBER}", "person", word, "")],
            "subject": Subject(subject, SubjectKind.PLACE, word, word),
        }  # fmt: skip


def arguments(function: Callable[..., Any], scene: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return what a function is called with besides the connection; a parameter that is new has to be decided on."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    hints = {name: one for name, one in inspect.signature(function).parameters.items() if name != "conn"}
    for name, one in hints.items():
        given = special(function, name, scene)
        if one.kind is one.KEYWORD_ONLY:
            named[name] = given
        elif one.kind is one.VAR_POSITIONAL:
            positional += given
        else:
            positional.append(given)
    return positional, named


def special(function: Callable[..., Any], name: str, scene: Mapping[str, Any]) -> Any:
    """Return a parameter's value; a few names mean something else where the type is another."""
    annotation = str(inspect.signature(function).parameters[name].annotation)
    other = {
        ("now", "int"): 0 if function.__name__ == "select_ahead" else 2**33,
        ("since", "int"): 0, ("at", "int | None"): 1,
        ("kind", "str"): "place",
        ("kind", "Kind"): scene["kind"] or Kind.EVENT, ("ids", "Iterable[int] | None"): scene["entry_ids"],
        ("after", "Fields | None"): None, ("text", "str | None"): None,
    }  # fmt: skip
    if (name, annotation) in other:
        return other[name, annotation]
    if name == "key" and function.__module__.endswith(".settings"):
        return "prefix"
    if name in {"source_id", "speaker_id"} and function.__name__ == "select_matching":
        return 0
    if name == "key" and function.__name__ == "select_keyed":
        return scene["subject_key"]
    assert name in scene, f"decide in scenes() what is given for {name!r} of {function.__module__}.{function.__name__}"
    return scene[name]


def content(kind: Kind, subject: int, word: str) -> tuple[Any, ...]:
    """Return an entry's row."""
    given = {"kind": kind.value, "subject_id": subject, "status": "unverified", "statement": word}
    given |= {
        Kind.STAT: {"measure_id": subject, "value": "1", "unit": "u", "approximate": 0, "basis": "count"},
        Kind.QUOTE: {"words": word, "speaker_id": subject},
        Kind.EVENT: {"title": word, "date": "2024-03-04"},
    }[kind]
    empty = dict.fromkeys(CONTENT, None) | dict.fromkeys(("status_reason", "note"), "")
    return tuple((empty | given).values())


class Mutated:
    """A connection whose statements are changed before they run, and noted."""

    def __init__(self, conn: Connection, change: Callable[[str], str]) -> None:
        self._conn, self._change = conn, change

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._conn, name)
        if name not in {"execute", "execute_fetchall", "executemany"}:
            return real
        return lambda sql, *rest: real(self._change(sql), *rest)


class _Back(Exception):  # noqa: N818 - takes a transaction back
    pass


@dataclass(frozen=True)
class Came:
    """What came of a call: what it returned or raised, and every row that there is afterwards."""

    value: Any
    rows: Mapping[str, Counter[Any]]


async def call(
    db: Database, function: Callable[..., Any], scene: Mapping[str, Any], change: Callable[[str], str] = str
) -> Came:
    """Call a function of the store, and take back what it did."""
    positional, named = arguments(function, scene)
    value: Any = None
    found: dict[str, Counter[Any]] = {}
    with suppress(_Back):
        async with db.write(content=False) as conn:
            try:
                value = await function(Mutated(conn, change), *positional, **named)
            except (sqlite3.Error, LookupError, StopIteration, ValueError, TypeError) as error:
                value = type(error)
            if not function.__name__.startswith(("select", "is_", "exists")):
                found = await rows(conn)
            raise _Back
    return Came(value, found)


async def rows(conn: Connection) -> dict[str, Counter[Any]]:
    """Return every row of every table but of what only finds."""
    tables = await conn.execute_fetchall(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_fts*' AND name <> 'edition'"
    )
    found = {
        table: Counter(map(tuple, await conn.execute_fetchall(f"SELECT * FROM {table}")))  # noqa: S608 - its own
        for (table,) in tables
    }
    return found | {
        "entry_fts": Counter(await conn.execute_fetchall("SELECT rowid, subjects, statement FROM entry_fts"))
    }


@dataclass
class Stores:
    """The open stores, and which rows are the other server's."""

    both: Database
    alone: Mapping[int, Database]
    servers: Mapping[int, Server]
    theirs: Mapping[int, Mapping[str, Counter[Any]]]
    told: set[Callable[..., Any]] = field(default_factory=set)
    """The functions that have returned something, so that what they return can be wrong."""

    async def faults(self, function: Callable[..., Any], change: Callable[[str], str] = str) -> list[str]:
        """Return how a function mixes the servers up: what it tells one of the other, and what it does to it."""
        found: list[str] = []
        for mine, owner in product(self.servers, self.servers.values()):
            for scene in scenes(owner, mine):
                wanted = await call(self.alone[mine], function, scene)
                came = await call(self.both, function, scene, change)
                if wanted.value and not isinstance(wanted.value, type):
                    self.told.add(function)
                if came.value != wanted.value:
                    found.append(f"{mine}, things of {owner.guild_id}: {came.value!r} and not {wanted.value!r}")
                for table, kept in self.theirs[mine].items() if came.rows else ():
                    if kept - came.rows[table]:
                        found.append(f"{mine}, things of {owner.guild_id}: rows of {table} are lost")
                    elif came.rows[table].total() - kept.total() != wanted.rows[table].total():
                        found.append(f"{mine}, things of {owner.guild_id}: there are more or fewer rows of {table}")
        return found


@asynccontextmanager
async def opened(places: Places, folder: Path) -> AsyncGenerator[Stores]:
    """Open copies of the stores in a folder."""
    async with AsyncExitStack() as stack:
        both, *each = [
            await stack.enter_async_context(Database(copied(path, folder / path.name)))
            for path in (places.both, *places.alone.values())
        ]
        alone = dict(zip(places.alone, each, strict=True))
        async with both.read() as conn:
            everything = await rows(conn)
        theirs: dict[int, dict[str, Counter[Any]]] = {}
        for mine, db in alone.items():
            async with db.read() as conn:
                left = await rows(conn)
            theirs[mine] = {table: everything[table] - kept for table, kept in left.items()}
        yield Stores(both, alone, places.servers, theirs)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    """Return the stores, opened."""
    async with opened(await made(tmp_path), tmp_path / "copies") as stores:
        yield stores


async def test_no_server_is_mixed_up_with_another(stores: Stores) -> None:
    """All that is asked or done for one server, with ids of either, is as if the other were not there."""
    called = {name: function for name, function in functions() if name not in CHECKED}

    found = {name: await stores.faults(function) for name, function in called.items()}

    assert len(found) > 100
    assert {name for name, one in called.items() if ".select" in name and one not in stores.told} == set()
    assert "\n".join(f"{name}: {fault[:300]}" for name, faults in found.items() for fault in faults[:4]) == ""
