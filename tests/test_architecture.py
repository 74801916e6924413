"""Arrows point one way, each thing is asked for in one place, and no file is two rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


@pytest.mark.parametrize("path", FILES, ids=module)
def test_length(path: Path) -> None:
    """No file has 600 lines or more."""
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines < LONGEST


@pytest.mark.parametrize("path", FILES, ids=module)
def test_arrows(path: Path) -> None:
    """Each part imports what stands before it and itself, never the other way."""
    name = module(path)

    ours = {used for used in imports(path) if within(used, "bot") or within(used, "cogs")}

    assert not {used for used in ours if place(used) > place(name)}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_render_and_store_do_not_meet(path: Path) -> None:
    """Render is given values, the store knows the model and the errors, and the model nothing at all."""
    used = set(imports(path))

    if within(module(path), "bot.store"):
        assert {one for one in used if within(one, "bot") and not within(one, "bot.store")} <= {
            "bot.model",
            "bot.errors",
        }
    if within(module(path), "bot.render"):
        assert not {one for one in used if within(one, "bot.store") or within(one, "bot.answers.lookup")}
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
