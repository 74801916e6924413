"""Arrows point one way, each thing is asked for in one place, and no file is two rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")])

LONGEST = 600

DISCORD = {"bot.client", "bot.invite", "bot.portal", "bot.preview", "bot.run"}
"""Where discord is imported besides the cogs and render: the connection, and what has to do with it."""

STARTERS = {"bot.cli", "bot.preview", "bot.run"}
"""What begins something, and therefore says when."""

PACKAGES = ("store", "ingest", "answers", "writing", "moderating", "servers", "digest", "carry", "render")
"""What the bot is made of, in order; the values beside them, such as the model, come before all of them."""

BEGINNING = {"__main__", "backup", "cli", "cli_data", "client", "doctor", "preview", "run"}
"""The modules beside the packages that put everything together."""

CLOCKS = {"now", "utcnow", "today", "time.time", "time.time_ns"}
"""An event loop's `loop.time()` measures, and says nothing of the date."""


def module(path: Path) -> str:
    """Return the name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file's syntax tree."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> frozenset[str]:
    """Return what a file imports, wherever in it."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in tree(path):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(name), names=names, level=0):
                # "from bot import search" imports a module, "from bot.answers.search import find" a name of one.
                is_module = any((ROOT / Path(*name.split("."), f"{alias.name}.py")).exists() for alias in names)
                yield from (f"{name}.{alias.name}" for alias in names) if is_module else (name,)
            case ast.ImportFrom():
                pytest.fail(f"{path} has a relative import")


def within(name: str, package: str) -> bool:
    """Whether a module is a package or in it."""
    return name == package or name.startswith(f"{package}.")


def place(name: str) -> int:
    """Return where a module stands: values, the packages in their order, what begins, the cogs."""
    if within(name, "cogs"):
        return len(PACKAGES) + 2
    part = (*name.split("."), "")[1]
    if part in BEGINNING:
        return len(PACKAGES) + 1
    return PACKAGES.index(part) + 1 if part in PACKAGES else 0


def test_length() -> None:
    """No file has 600 lines or more."""
    lines = {module(path): path.read_text(encoding="utf-8").count("\n") for path in FILES}

    assert lines
    assert {name: count for name, count in lines.items() if count >= LONGEST} == {}


def test_arrows() -> None:
    """Each part imports what stands before it and itself, never the other way."""
    ours = {
        module(path): {used for used in imports(path) if within(used, "bot") or within(used, "cogs")} for path in FILES
    }

    backwards = {name: {one for one in used if place(one) > place(name)} for name, used in ours.items()}

    assert any(ours.values())
    assert {name: found for name, found in backwards.items() if found} == {}


def test_store_knows_the_model_errors_and_names() -> None:
    """Of ours, the store imports itself, the model, the errors, and names with their folding."""
    known = {"bot.model", "bot.errors", "bot.folding", "bot.names"}
    used = {module(path): {one for one in imports(path) if within(one, "bot")} for path in FILES}

    more = {
        name: {one for one in found if not within(one, "bot.store")} - known
        for name, found in used.items()
        if within(name, "bot.store")
    }

    assert more
    assert {name: found for name, found in more.items() if found} == {}


def test_render_is_given_values() -> None:
    """Render imports neither the store nor the lookups: it is given values."""
    render = [path for path in FILES if within(module(path), "bot.render")]

    asks = {
        module(path): {one for one in imports(path) if within(one, "bot.store") or within(one, "bot.answers.lookup")}
        for path in render
    }

    assert asks
    assert {name: found for name, found in asks.items() if found} == {}


def test_model_stands_alone() -> None:
    """The model imports nothing of ours."""
    [model] = [path for path in FILES if module(path) == "bot.model"]

    assert not {one for one in imports(model) if within(one, "bot") or within(one, "cogs")}


def test_database() -> None:
    """Only the store speaks to SQLite; the doctor asks for its version."""
    allowed = {"bot.doctor": {"sqlite3"}}

    speaks = {
        module(path): {one.partition(".")[0] for one in imports(path)} & {"aiosqlite", "sqlite3"} for path in FILES
    }

    assert speaks["bot.store.database"]
    assert {
        name: found
        for name, found in speaks.items()
        if not within(name, "bot.store") and found - allowed.get(name, set())
    } == {}


def test_discord() -> None:
    """Only the cogs, render and the connection know of Discord."""
    knows = {module(path) for path in FILES if any(within(one, "discord") for one in imports(path))}

    assert {name for name in knows if not within(name, "cogs") and not within(name, "bot.render")} <= DISCORD
    assert knows


def test_clock() -> None:
    """`now` comes from outside: only the cogs and what starts the bot ask what time it is."""
    asks = {module(path): asked(path) & CLOCKS for path in FILES}

    assert any(asks.values())
    assert {
        name: found for name, found in asks.items() if found and not within(name, "cogs") and name not in STARTERS
    } == {}


def asked(path: Path) -> set[str]:
    """Return what a file calls: "datetime.now" as that and as "now"."""
    called = (ast.unparse(call.func) for call in tree(path) if isinstance(call, ast.Call))
    return {text for whole in called for text in (whole, whole.rpartition(".")[2])}


def test_sql() -> None:
    """SQL stands in the store only."""
    words = ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ")
    texts = {
        module(path): [
            node.value for node in tree(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for path in FILES
    }

    found = {name for name, values in texts.items() if any(word in value for value in values for word in words)}

    assert found
    assert all(within(name, "bot.store") for name in found)
