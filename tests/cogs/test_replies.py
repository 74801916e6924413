"""Where an answer to a typed command goes when it cannot be a reply, and what is said where it cannot go at all."""

from __future__ import annotations

import logging

import discord
import pytest
from newsroom import Newsroom, seen
from simcord import ChannelHandle

pytestmark = pytest.mark.simcord(shard_count=1)

TITLE = "Figures: Chicago"
MESSAGES = "/channels/*/messages"


def channel_with(newsroom: Newsroom, **rights: bool) -> ChannelHandle:
    """Make a channel in which the bot has other rights than in the rest of the server."""
    assert newsroom.env.bot.user is not None
    overwrites = {newsroom.env.bot.user: discord.PermissionOverwrite(**rights)}
    return newsroom.guild.create_text_channel("apart", overwrites=overwrites)


def warnings(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the lines of our own that an operator should look at."""
    return [one for one in caplog.records if one.levelno >= logging.WARNING and one.name.startswith("dateline")]


async def test_deleted_message(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Another bot that cleans up may delete the command before it is answered: the answer comes all the same."""

    async def clean_up(message: discord.Message) -> None:
        if message.content.startswith("!"):
            newsroom.env.backend.delete_message(message.channel.id, message.id)

    newsroom.env.bot.add_listener(clean_up, "on_message")

    await newsroom.asker.send(newsroom.channel, "!stats chicago")

    answer = newsroom.channel.last_message
    assert answer is not None
    assert [message.id for message in newsroom.channel.history()] == [answer.id]
    assert seen(answer).title == TITLE
    assert warnings(caplog) == []


@pytest.mark.parametrize("text", ["!stats chicago", "!help", "!settings", "!stats", "<@{}> zebra"])
async def test_without_read_message_history(newsroom: Newsroom, caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Without the right to reply, all answers and refusals come without a reference; the log says so once."""
    assert newsroom.env.bot.user is not None
    channel = channel_with(newsroom, read_message_history=False)

    for _ in range(2):
        sent = await newsroom.asker.send(channel, text.format(newsroom.env.bot.user.id))

    answer = channel.last_message
    assert answer is not None
    assert answer != sent
    assert answer.reference is None
    [line] = warnings(caplog)
    assert line.message == "a permission is missing"
    assert line.__dict__["permission"] == "Read Message History"
    assert line.__dict__["channel"] == channel.id
    assert len(newsroom.env.errors) <= 2  # discord.py reports a refusal as an error


async def test_right_taken_away_a_moment_ago(newsroom: Newsroom) -> None:
    """What the gateway has not told yet, Discord's refusal does."""
    newsroom.env.inject_error("POST", MESSAGES, status=403, code=160002)

    await newsroom.asker.send(newsroom.channel, "!stats chicago")

    answer = newsroom.channel.last_message
    assert answer is not None
    assert seen(answer).title == TITLE
    assert answer.reference is None


@pytest.mark.parametrize("in_thread", [False, True])
async def test_without_attach_files(newsroom: Newsroom, caplog: pytest.LogCaptureFixture, *, in_thread: bool) -> None:
    """A chart that may not be attached is left out, and the card, which has the figures, says so."""
    place = channel_with(newsroom, attach_files=False)
    if in_thread:
        known = newsroom.env.bot.get_channel(place.id)
        assert isinstance(known, discord.TextChannel)
        await known.create_thread(name="thread", type=discord.ChannelType.public_thread)
        [place] = place.threads

    await newsroom.asker.send(place, "!compare deportations")

    answer = place.last_message
    assert answer is not None
    shown = seen(answer)
    assert shown.title == "Compare: Deportations"
    assert shown.files == ()
    assert shown.content == "The chart is left out: I need the permission Attach Files in this channel."
    assert [line.__dict__["permission"] for line in warnings(caplog)] == ["Attach Files"]


async def test_slash_command_without_attach_files(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """The answer to a slash command has its chart all the same: Discord asks for no right there."""
    channel = channel_with(newsroom, attach_files=False)

    shown = seen(await newsroom.asker.slash(channel, "compare", measure="deportations"))

    assert len(shown.files) == 1
    assert shown.content == ""
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    ("in_thread", "right", "label"),
    [(False, "send_messages", "Send Messages"), (True, "send_messages_in_threads", "Send Messages in Threads")],
)
async def test_without_the_right_to_write(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, *, in_thread: bool, right: str, label: str
) -> None:
    """Where nothing may be written, nothing is tried, and the log names the right and the channel, once."""
    place = channel_with(newsroom, **{right: False})
    if in_thread:
        known = newsroom.env.bot.get_channel(place.id)
        assert isinstance(known, discord.TextChannel)
        await known.create_thread(name="thread", type=discord.ChannelType.public_thread)
        [place] = place.threads
    before = len(newsroom.env.http_requests)

    await newsroom.asker.send(place, "!stats chicago")
    await newsroom.asker.send(place, "!help")

    assert len(newsroom.env.http_requests) == before
    [line] = warnings(caplog)
    assert (line.__dict__["permission"], line.__dict__["channel"]) == (label, place.id)
    assert newsroom.env.errors


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, 50013), (403, 50001), (404, 10003), (400, 50083), (403, 160005), (429, 20016), (500, 0), (503, 0)],
    ids=["forbidden", "unseen", "deleted", "archived", "locked", "slow mode", "broken", "overloaded"],
)
async def test_channel_that_takes_nothing(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    """Where Discord takes no answer, the log has one line without a traceback, and the next command is answered."""
    newsroom.env.inject_error("POST", MESSAGES, status=status, code=code)

    await newsroom.asker.send(newsroom.channel, "!stats chicago")
    answer = await newsroom.typed("!stats chicago")

    [line] = warnings(caplog)
    assert line.message == "Discord did not take an answer"
    assert not line.exc_info
    assert answer.title == TITLE
    assert newsroom.env.errors


async def test_refused_interaction(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A slash command whose answer Discord does not take says so to the asker, and leaves one line in the log."""
    newsroom.env.inject_error("POST", "/interactions/*/*/callback", status=403, code=50013)

    told = seen(await newsroom.asker.slash(newsroom.channel, "stats", about="chicago"))

    assert told.content == "Discord did not take the answer. Please try again in a moment."
    assert told.hidden
    [line] = warnings(caplog)
    assert line.message == "Discord did not take an answer"
    assert not line.exc_info


async def test_our_own_fault_stays_one(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A message that Discord finds malformed is our fault, with a reference and a traceback."""
    newsroom.env.inject_error("POST", MESSAGES, status=400, code=50035)

    answer = await newsroom.typed("!stats chicago")

    assert answer.content.startswith("Something went wrong (ref ")
    [line] = warnings(caplog)
    assert line.exc_info
    assert newsroom.env.errors


async def test_text_of_a_voice_channel(newsroom: Newsroom) -> None:
    """The text of a voice channel is a channel as any other."""
    voice = newsroom.guild.create_voice_channel("studio")

    await newsroom.asker.send(voice, "!stats chicago")

    answer = voice.last_message
    assert answer is not None
    assert seen(answer).title == TITLE
