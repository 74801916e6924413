"""The documents say what the code does: README, .env.example, the pins, and what CI runs."""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot import cli, invite
from bot.carry.sheet import COLUMNS
from bot.config import SETTINGS
from bot.ingest.read import load_pack
from bot.ingest.verify import verify
from bot.model import Kind
from bot.render.commands import COMMANDS
from bot.writing.fields import keys

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEVELOPING = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PINS = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-preview.txt": [*PROJECT["dependencies"], *EXTRAS["preview"]],
    "requirements-dev.txt": [*PROJECT["dependencies"], *EXTRAS["preview"], *EXTRAS["dev"]],
}
PLACES = [*PINS, *PAGES, "Makefile", "pyproject.toml", ".env.example", ".ci/run"]


def section(heading: str, page: str = README) -> str:
    """Return what stands in a page under a heading, up to the next one."""
    [text] = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL)
    return text


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the cells of all tables in a text, without their headings."""
    lines = [line[1:-1] for line in text.splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)) for line in lines]
    return [row for i, row in enumerate(cells) if not _is_rule(row) and not _is_rule(*cells[i + 1 : i + 2])]


def _is_rule(row: tuple[str, ...] = ()) -> bool:
    return bool(row) and set("".join(row)) == {"-"}


def blocks(language: str) -> list[str]:
    """Return the README's blocks of code in a language, dedented."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", README, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(body) for _, body in found]


def run_in(folder: Path, begins: str) -> str:
    """Run the README's line of Python that begins so, and return what it prints."""
    [line] = [line for body in blocks("sh") for line in body.splitlines() if line.startswith(begins)]
    found = re.fullmatch(r'python -c "(.*)"', line)
    assert found
    run = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", found[1]], cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    return run.stdout


def test_commands() -> None:
    """The README lists every command with its arguments, its description and its example."""
    expected = [
        (f"`/{f'{usage.name} {usage.arguments}'.strip()}`", usage.description, f"`!{usage.example}`")
        for usage in COMMANDS
    ]

    assert rows(section("Commands")) == expected


def test_columns() -> None:
    """The page for moderators has every column of a spreadsheet, and of which kinds of entry it is."""
    page = (ROOT / "docs" / "moderating.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| column .*?(?=^\n|\Z)", page, re.MULTILINE | re.DOTALL)
    kinds = {name: [kind for kind in Kind if name in {"id", "kind", *keys(kind)}] for name in COLUMNS}
    expected = {name: "all" if len(of) == len(Kind) else ", ".join(of) for name, of in kinds.items()}

    assert {row[0].strip("`"): row[1] for row in rows(table)} == expected


def test_settings() -> None:
    """The README lists every setting with its default and what it is for."""
    expected = [
        (f"`{setting.name}`", f"`{setting.default}`" if setting.default else "(empty)", setting.purpose)
        for setting in SETTINGS
    ]

    assert rows(section("Settings")) == expected


def test_env_example() -> None:
    """`.env.example` has every setting with its default, after a comment that begins with what it is for."""
    found = re.findall(r"((?:^#.*\n)+)^(\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE)
    comments = [" ".join(line.removeprefix("#").strip() for line in lines.splitlines()) for lines, *_ in found]

    assert [(name, default) for _, name, default in found] == [(s.name, s.default) for s in SETTINGS]
    for setting, comment in zip(SETTINGS, comments, strict=True):
        assert comment.startswith(setting.purpose)
    assert len(re.findall(r"^[^#\n]", ENV_EXAMPLE, re.MULTILINE)) == len(SETTINGS)


def test_permissions_and_intents() -> None:
    """The README lists what is asked of Discord, each with its reason, as the invitation has it."""
    needs = (*invite.PERMISSIONS, *invite.INTENTS, invite.MESSAGE_CONTENT)

    assert rows(section("What it asks of Discord, and why")) == [(need.label, need.why) for need in needs]


def test_command_line() -> None:
    """The README has every command of `python -m bot` with every option, and no other."""
    text = section("On the command line")
    parser = cli._parser()
    [commands] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    options = {o for sub in commands.choices.values() for a in sub._actions for o in a.option_strings}

    assert set(re.findall(r"python -m bot ([a-z]\w*)", text)) == set(commands.choices)
    assert set(re.findall(r"python -m bot ([a-z]\w*)", README)) == set(commands.choices)
    assert set(re.findall(r"(?<=[` ])--[a-z-]+", text)) == options - {"-h", "--help"}


def test_make() -> None:
    """The README names every target of the Makefile, and no other."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [targets] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    named = re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE)

    assert set(named) == set(targets.split())
    for target in targets.split():
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_ci_runs_what_developers_run() -> None:
    """CI calls the command that the README gives to developers."""
    [command, *_] = re.findall(r"```sh\n(.*)\n```", section("For developers"))

    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_modules() -> None:
    """The page for developers has one line for each module: the first of its docstring."""
    files = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")])
    docs = [ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in files]
    expected = [
        (f"`{path.relative_to(ROOT).as_posix()}`", doc.partition("\n")[0])
        for path, doc in zip(files, docs, strict=True)
    ]

    assert rows(section("Modules", DEVELOPING)) == expected


def test_dependencies() -> None:
    """The README says of every package that the project asks for what it is for."""
    named = {name.strip() for row in rows(section("Dependencies")) for name in row[0].split(",")}

    assert named == {Requirement(text).name for text in [*PINS["requirements-dev.txt"], "setuptools"]} - {
        PROJECT["name"]
    }


@pytest.mark.parametrize("name", PINS)
def test_pins(name: str) -> None:
    """Each file pins what it is for, in a version that the project allows, every package with hashes."""
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned = {}
    for line in lines:
        if line.startswith("#"):
            continue
        requirement, *hashes = line.split("--hash=sha256:")
        assert hashes
        assert all(re.fullmatch(r"[0-9a-f]{64}\s*", digest) for digest in hashes)
        package = Requirement(requirement)
        pinned[canonicalize_name(package.name)] = package.specifier

    for wanted in map(Requirement, [*PINS[name], "setuptools>=77"]):
        if wanted.name != PROJECT["name"]:
            [pin] = pinned[canonicalize_name(wanted.name)]
            assert pin.operator == "=="
            assert wanted.specifier.contains(pin.version)


@pytest.mark.parametrize("name", PLACES)
def test_nothing_hangs_on_one_machine(name: str) -> None:
    """No file names a place to download packages from, or a folder of somebody's machine."""
    text = (ROOT / name).read_text(encoding="utf-8")

    assert set(re.findall(r"https?://([^/\s\"')]+)", text)) <= {"discord.com"}
    assert not re.search(r"--(extra-)?(index-url|find-links)", text)
    assert not re.search(r"(?<![\w.}/])/(home|root|tmp|opt|Users|srv)\b", text)


@pytest.mark.parametrize("name", PAGES)
def test_links(name: str) -> None:
    """Every file and every heading that a page links to is there."""
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        if target.startswith("https://discord.com/"):
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / name).parent / path if path else ROOT / name
        assert there.is_file()
        assert not anchor or anchor in _anchors(there.read_text(encoding="utf-8"))


def _anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_example_pack_is_proven(tmp_path: Path) -> None:
    """The pack in the README proves against the article in the README, whose two numbers its line prints."""
    [article] = blocks("text")
    [pack_text] = blocks("toml")
    (tmp_path / "article.txt").write_bytes(article.encode())
    (tmp_path / "pack.toml").write_text(pack_text, encoding="utf-8")

    pack = load_pack(tmp_path / "pack.toml")

    assert verify(pack, article) == []
    assert run_in(tmp_path, 'python -c "import hashlib').split() == [pack.sha256, str(pack.length)]


def test_ci_script_can_be_run() -> None:
    """`.ci/run` is executable, and Bash understands it."""
    script = ROOT / ".ci" / "run"

    assert os.name == "nt" or os.access(script, os.X_OK)
    if bash := shutil.which("bash"):
        subprocess.run([bash, "-n", str(script)], check=True)  # noqa: S603 - it is only read
