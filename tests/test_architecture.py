"""Arrows point one way, each thing is asked for in one place, and no file is two rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")])

LONGEST = 300

DISCORD = {"bot.client", "bot.invite", "bot.portal", "bot.preview", "bot.run"}
"""Where discord is imported besides the cogs and render: the connection, and what has to do with it."""

STARTERS = {"bot.cli", "bot.preview", "bot.run"}
"""What begins something, and therefore says when."""

LAYERS = ("bot.model", "bot.store", "bot", "cogs")
"""Each may import what stands before it, and itself."""

CLOCKS = {"now", "utcnow", "today", "time.time", "time.time_ns"}
"""An event loop's `loop.time()` measures, and says nothing of the date."""


def module(path: Path) -> str:
    """Return the name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(name), names=names, level=0):
                # "from bot import search" imports a module, "from bot.search import find" a name of one.
                is_module = any((ROOT / Path(*name.split("."), f"{alias.name}.py")).exists() for alias in names)
                yield from (f"{name}.{alias.name}" for alias in names) if is_module else (name,)
            case ast.ImportFrom():
                pytest.fail(f"{path} has a relative import")


def within(name: str, package: str) -> bool:
    """Whether a module is a package or in it."""
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> int:
    """Return where a module stands; render and the rules are one layer with a rule of their own."""
    return max(i for i, package in enumerate(LAYERS) if within(name, package))


@pytest.mark.parametrize("path", FILES, ids=module)
def test_length(path: Path) -> None:
    """No file has 300 lines or more."""
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines < LONGEST


@pytest.mark.parametrize("path", FILES, ids=module)
def test_arrows(path: Path) -> None:
    """Cogs import rules and render, these the store, the store the model; never the other way."""
    name = module(path)

    wrong = [used for used in imports(path) if within(used, "bot") or within(used, "cogs") if layer(used) > layer(name)]

    # The store speaks in the bot's errors.
    assert not [used for used in wrong if not (within(name, "bot.store") and used == "bot.errors")]


@pytest.mark.parametrize("path", FILES, ids=module)
def test_render_and_store_do_not_meet(path: Path) -> None:
    """Render is given values and asks the store for nothing; the model asks for nothing at all."""
    used = set(imports(path))

    if within(module(path), "bot.render"):
        assert not {one for one in used if within(one, "bot.store") or within(one, "bot.lookup")}
    if module(path) == "bot.model":
        assert not {one for one in used if within(one, "bot")}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_database(path: Path) -> None:
    """Only the store speaks to SQLite; the doctor asks for its version."""
    used = {one.partition(".")[0] for one in imports(path)}
    elsewhere = {"aiosqlite"} if module(path) == "bot.doctor" else {"aiosqlite", "sqlite3"}

    assert within(module(path), "bot.store") or not used & elsewhere


@pytest.mark.parametrize("path", FILES, ids=module)
def test_discord(path: Path) -> None:
    """Only the cogs, render and the connection know of Discord."""
    name = module(path)
    used = {one.partition(".")[0] for one in imports(path)}

    assert within(name, "cogs") or within(name, "bot.render") or name in DISCORD or "discord" not in used


@pytest.mark.parametrize("path", FILES, ids=module)
def test_clock(path: Path) -> None:
    """`now` comes from outside: only the cogs and what starts the bot ask what time it is."""
    name = module(path)
    asked = {
        text
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for called in [ast.unparse(call.func)]
        for text in (called, called.rpartition(".")[2])
    }

    assert within(name, "cogs") or name in STARTERS or not asked & CLOCKS


def test_sql() -> None:
    """SQL stands in the store only."""
    words = ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ")
    texts = {
        module(path): [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for path in FILES
    }

    found = {name for name, values in texts.items() if any(word in value for value in values for word in words)}

    assert found
    assert all(within(name, "bot.store") for name in found)
