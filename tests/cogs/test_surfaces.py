"""Every command is there in both surfaces, and described once for both."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands
from newsroom import Newsroom

from bot.client import Dateline
from bot.limits import COMMAND_DESCRIPTION
from bot.model import Command
from bot.render.commands import COMMANDS

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def bot(newsroom: Newsroom) -> Dateline:
    """Return the running bot."""
    assert isinstance(newsroom.env.bot, Dateline)
    return newsroom.env.bot


async def test_same_commands(bot: Dateline) -> None:
    """What can be typed, what is in the menu, what `help` lists and what can be asked are the same."""
    described = {usage.name for usage in COMMANDS}

    typed = {command.name for command in bot.commands}
    slash = {command.name for command in bot.tree.get_commands(type=discord.AppCommandType.chat_input)}

    assert typed == slash == described
    assert {*Command} <= described


async def test_menu_says_what_help_says(bot: Dateline) -> None:
    """A slash command is described as in `help`, within Discord's limit, and so is each of its options."""
    for usage in COMMANDS:
        command = bot.tree.get_command(usage.name)

        assert isinstance(command, app_commands.Command | app_commands.Group)
        assert command.description == usage.description
        assert len(command.description) <= COMMAND_DESCRIPTION
        for option in getattr(command, "parameters", ()):
            assert len(option.description) > 5
            needed, optional = f"<{option.name}>" in usage.arguments, f"[{option.name}]" in usage.arguments
            assert option.required == needed or optional


async def test_examples_answer(newsroom: Newsroom) -> None:
    """Each example that `help` gives works as it stands."""
    moderators = newsroom.guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    moderator = newsroom.guild.add_member(newsroom.env.create_user("moderator"), roles=[moderators])
    for usage in COMMANDS:
        answer = await newsroom.typed(f"!{usage.example}", moderator)

        assert answer.title or answer.buttons
        assert answer.title != "Nothing found"


@pytest.mark.parametrize("name", [usage.name for usage in COMMANDS])
async def test_help_on_each(newsroom: Newsroom, name: str) -> None:
    """`help` knows each command by its name, with or without what is typed before it."""
    plain = await newsroom.slash("help", command=name)
    typed = await newsroom.typed(f"!help !{name}")

    assert plain.title == typed.title == f"Help: {name}"


async def test_registered_once(newsroom: Newsroom) -> None:
    """The commands are registered when they have changed, and not at the next start."""
    before = [request.method for request in newsroom.env.http_requests if "commands" in request.path]
    bot = newsroom.env.bot
    assert isinstance(bot, Dateline)

    await newsroom.env.restart_bot(Dateline(bot.config, newsroom.store, message_content=True))

    after = [request.method for request in newsroom.env.http_requests if "commands" in request.path]
    assert before == after == ["PUT"]
    assert (await newsroom.slash("stats", about="chicago")).title == "Figures: Chicago"


@pytest.mark.parametrize("mention", ["<@{}>", "<@!{}>", "<@{}> "])
async def test_bare_mention(newsroom: Newsroom, bot: Dateline, mention: str) -> None:
    """A mention with nothing after it is answered with help."""
    assert bot.user is not None

    answer = await newsroom.typed(mention.format(bot.user.id))

    assert answer.title == "What I can do"


async def test_compare_without_a_measure(newsroom: Newsroom) -> None:
    """A comparison of nothing asks for a measure and offers some, instead of saying that there are none."""
    answer = await newsroom.typed("!compare")

    assert "Name what to compare." in answer.everything
    assert "Deportations (measure)" in answer.buttons


async def test_log_tells_answered_from_refused(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A question that is refused is not logged as answered, and neither line holds what was asked."""
    caplog.set_level("INFO", "dateline.client")

    await newsroom.typed("!stats chicago")
    await newsroom.slash("search", text="🙂")

    assert [record.message for record in caplog.records] == ["answered", "refused"]
    assert "chicago" not in caplog.text
