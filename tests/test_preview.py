"""The local page, driven in a real browser as a newcomer drives it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from unhurried import HUNG_SECONDS

from bot.config import SETTINGS, Config
from bot.errors import BotError
from bot.preview import NEEDED, store_of

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# Without these, the browser asks for hosts of its own at every start.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
HIDING = """
import runpy, sys
hidden = sys.argv.pop(1)
class Hiding:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        return None if name == hidden else self.finder.find_spec(name, path, target)
sys.meta_path[:] = map(Hiding, sys.meta_path)
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
"""Runs the bot where the package named first is not installed."""

expect.set_options(timeout=1000 * HUNG_SECONDS)

in_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and CHROMIUM names none: the page is not driven"
)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve a page of one's own from a folder without settings, and yield its address."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "bot", "preview", "--no-open"]
    with log.open("w") as stderr:
        served = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=tmp_path, env=_environ(), stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8"
        )
    with served:
        try:
            assert served.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\S+", "".join(served.stdout.readline() for _ in range(2)))
            assert found, log.read_text()
            assert "Its store is data" in served.stdout.readline()
            yield found[0]
        finally:
            served.terminate()
    assert served.returncode == 0 or sys.platform == "win32", log.read_text()
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser without a window."""
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *alone])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the page; its own scripts may not fail."""
    faults: list[str] = []
    page = browser.new_page(viewport={"width": 1000, "height": 1400})
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    expect(cards(page)).to_have_count(1)
    yield page
    page.close()
    assert faults == []


def composer(page: Page) -> Locator:
    """Return where a message is written."""
    return page.get_by_placeholder("Message #dateline")


def send(page: Page) -> Locator:
    """Return the button that sends the message; it and Enter rest while the page is at something else."""
    return page.get_by_role("button", name="Send", exact=True)


def cards(page: Page) -> Locator:
    """Return all cards in the channel, the latest last."""
    return page.locator("article.embed-card")


def type_and_send(page: Page, text: str) -> Locator:
    """Send the first message and return the card that comes as an answer."""
    composer(page).fill(text)
    send(page).click()
    expect(cards(page)).to_have_count(2)
    return cards(page).last


def look_through(page: Page, viewer: str) -> None:
    """See the channel as another person does."""
    page.get_by_label("Viewing as").select_option(viewer)
    expect(page.get_by_text("Preview ready")).to_be_visible()


@in_a_browser
def test_the_first_message_says_what_to_try(page: Page) -> None:
    """A newcomer finds a card in the channel with something to type."""
    welcome = cards(page).first

    expect(welcome).to_contain_text("!stats chicago")
    expect(welcome).to_contain_text("!quote homan")


@in_a_browser
def test_a_typed_command_is_answered(page: Page) -> None:
    """`!stats chicago`, typed into the composer, shows the figure and its source."""
    card = type_and_send(page, "!stats chicago")

    expect(card).to_contain_text("about 257,000 people")
    expect(card).to_contain_text("Source: Report on cities and mass deportations, November 2024")


@in_a_browser
def test_a_slash_command_is_picked_and_completed(page: Page) -> None:
    """`/sta`, Enter, `chi`, Enter, Enter: the picker and the autocomplete lead to the answer."""
    composer(page).press_sequentially("/sta")
    expect(page.get_by_text("Figures on a place, person")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("A place, person, organization or measure, such as Chicago")).to_be_visible()
    page.keyboard.type("chi")
    expect(page.get_by_role("option", name="Chicago")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Chicago")).to_have_count(0)
    expect(send(page)).to_be_enabled()
    page.keyboard.press("Enter")

    expect(cards(page)).to_have_count(2)
    expect(cards(page).last).to_contain_text("about 257,000 people")
    expect(page.get_by_text("member used")).to_be_visible()


@in_a_browser
def test_a_button_answers_its_person_alone(page: Page) -> None:
    """Details opens the entry in full for the one who pressed it; the moderator does not see that."""
    type_and_send(page, "!stats boston")
    page.get_by_role("button", name="Details").click()
    expect(cards(page)).to_have_count(3)
    expect(cards(page).last).to_contain_text("SHA-256 of the text")

    look_through(page, "moderator")

    expect(cards(page)).to_have_count(2)
    expect(page.get_by_text("SHA-256 of the text")).to_have_count(0)


@in_a_browser
def test_the_moderator_can_ask(page: Page) -> None:
    """Whoever is looked through is the one who asks."""
    look_through(page, "moderator")
    card = type_and_send(page, "!stats philadelphia")

    expect(card).to_contain_text("about 47,000 people")
    expect(page.get_by_role("article").filter(has_text="moderator").last).to_be_visible()


@in_a_browser
def test_a_chart_is_shown(page: Page) -> None:
    """`!compare` shows its picture, with words for those who cannot see it."""
    type_and_send(page, "!compare residents without legal status")

    chart = page.get_by_role("img", name=re.compile("^Bar chart, Residents without legal status"))
    expect(chart).to_be_visible()


@pytest.mark.parametrize("package", NEEDED)
def test_a_missing_part_is_named_in_one_line(package: str, tmp_path: Path) -> None:
    """Where a package of the page is not installed, the preview says how to install it, and fails."""
    run = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", HIDING, package, "preview", "--no-open"],
        cwd=tmp_path,
        env=_environ(),
        capture_output=True,
        encoding="utf-8",
        timeout=HUNG_SECONDS,
        check=False,
    )

    assert run.returncode == 1
    assert run.stdout == ""
    [line] = run.stderr.splitlines()
    assert line.startswith(f"The preview needs packages that are not installed ({package})")
    assert "make demo" in line


def test_a_store_of_its_own(tmp_path: Path, address: str) -> None:
    """The page never makes or opens the store that the bot, exports and backups use."""
    assert address
    assert (tmp_path / "data" / "dateline-preview.db").exists()
    assert not (tmp_path / "data" / "dateline.db").exists()


@pytest.mark.parametrize("name", ["dateline.db", "sub/../dateline.db", "link.db", "hard.db"])
def test_the_real_store_is_refused(tmp_path: Path, name: str) -> None:
    """The page never opens the real store under any name, and says how to look at a copy."""
    real = tmp_path / "dateline.db"
    real.write_bytes(b"")
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.db").symlink_to(real)
    (tmp_path / "hard.db").hardlink_to(real)
    config = Config(database_path=real)

    with pytest.raises(BotError, match=r"is the real store, .* python -m bot backup copy\.db"):
        store_of(config, tmp_path / name)

    assert store_of(config, tmp_path / "copy.db") == tmp_path / "copy.db"
    assert store_of(config) == tmp_path / "dateline-preview.db"


def _environ() -> dict[str, str]:
    """Return the environment without settings of the one who runs the tests."""
    keys = {setting.name for setting in SETTINGS}
    kept = {key: value for key, value in os.environ.items() if key not in keys}
    return {**kept, "PYTHONPATH": str(ROOT)}
