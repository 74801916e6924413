"""Help, about, and the table of commands."""

from __future__ import annotations

import pytest

from bot.limits import COMMAND_DESCRIPTION
from bot.model import Command
from bot.render.commands import BY_NAME, COMMANDS, Usage
from bot.render.plain import about_card, error, help_card, notice, welcome_card
from bot.text import units


def test_every_question_is_in_the_table() -> None:
    """The table has each command once, all that can be asked among them."""
    assert {*Command, "help", "about"} <= set(BY_NAME)
    assert len(BY_NAME) == len(COMMANDS)


@pytest.mark.parametrize("usage", COMMANDS, ids=lambda usage: usage.name)
def test_descriptions_fit_and_examples_begin_with_their_command(usage: Usage) -> None:
    """Discord takes 100 characters."""
    assert 0 < units(usage.description) <= COMMAND_DESCRIPTION
    assert usage.example.split()[0] == usage.name


@pytest.mark.parametrize(
    ("message_content", "example"), [(True, "`!stats chicago`"), (False, "`@Dateline stats chicago`")]
)
def test_help_lists_every_command_with_an_example_that_works(example: str, *, message_content: bool) -> None:
    """Without Message Content no example begins with the prefix, which the bot could not read."""
    text = help_card(None, "!", message_content=message_content).embed.description or ""

    assert all(f"**/{usage.name}** " in text for usage in COMMANDS)
    assert example in text
    assert ("`!stats" in text) is message_content


@pytest.mark.parametrize("topic", ["stats", "/stats", "!stats", " Stats "])
def test_help_on_one_command(topic: str) -> None:
    """However it is typed, it is found."""
    embed = help_card(topic, "!", message_content=True).embed

    assert embed.title == "Help: stats"
    assert BY_NAME["stats"].details in (embed.description or "")


def test_help_on_what_is_no_command_lists_all() -> None:
    """It says so first."""
    text = help_card("fly", "!", message_content=True).embed.description or ""

    assert text.startswith("There is no command `fly`.")
    assert "**/stats** " in text


def test_about_says_how_the_bot_runs() -> None:
    """Version, mode, what is stored and where the code is."""
    made = about_card(
        "0.1.0",
        message_content=False,
        counts={"figures": 9, "quotations": 1234},
        source_url="https://example.org",
    )

    text = made.embed.description or ""
    assert "**Version:** 0.1.0" in text
    assert "Message Content is off" in text
    assert "9 figures, 1,234 quotations" in text
    assert "**Code:** https://example.org" in text


def test_sentences_are_shown_as_written() -> None:
    """A notice and an error escape what is in them."""
    assert notice("a *b*").embed.description == "a \\*b\\*"
    assert error("a *b*").embed.description == "a \\*b\\*"


def test_the_welcome_says_what_to_type() -> None:
    """With the prefix that is set."""
    assert "`?stats chicago`" in (welcome_card("?").embed.description or "")
