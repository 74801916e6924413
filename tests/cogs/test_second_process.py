"""A process that is not the first of its bot on a store: it leaves typed commands to the first, and does the rest."""

from __future__ import annotations

import pytest
from newsroom import Newsroom
from process import POSIX
from sharing import others

from bot.client import Dateline
from bot.config import Config

pytestmark = pytest.mark.simcord(shard_count=1)


@POSIX
async def test_typed_commands(newsroom: Newsroom) -> None:
    """Nothing that is typed is answered by the second process; commands are; and all is once the first is killed."""
    bot = newsroom.env.bot
    assert isinstance(bot, Dateline)
    bot.processes.leave()
    with others(newsroom.store.path) as start:
        first = start("1")
        assert first.answers()
        bot.processes.enter("1")

        assert await newsroom.silent("!stats chicago")
        assert await newsroom.silent(f"{bot.user.mention}")
        assert (await newsroom.slash("stats", about="chicago")).title == "Figures: Chicago"

        first.kill()
        assert (await newsroom.typed("!stats chicago")).title == "Figures: Chicago"


async def test_restart_in_the_same_process(newsroom: Newsroom) -> None:
    """A bot that was not closed, in the same process, is no other process."""
    await newsroom.env.restart_bot(Dateline(Config(cooldown=None), newsroom.store, message_content=True))

    assert (await newsroom.typed("!stats chicago")).title == "Figures: Chicago"


async def test_command_that_the_other_process_answered(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Discord sends a command to both processes and takes one answer; the other is not a fault of anybody."""
    newsroom.env.inject_error("POST", "/interactions/*/*/callback", status=400, code=40060, times=1)

    await newsroom.asker.slash(newsroom.channel, "stats", about="chicago")

    assert not [record for record in caplog.records if record.exc_info]
    assert "answered by another process" in caplog.messages
