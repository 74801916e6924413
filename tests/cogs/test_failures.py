"""What a person is told when something goes wrong, and what the log then holds."""

from __future__ import annotations

import logging
import re

import discord
import pytest
from attempts import faults
from intruding import intruder
from newsroom import Newsroom, Seen, seen
from simcord import ChannelHandle

from cogs.failures import NOT_OFFERED

pytestmark = pytest.mark.simcord(shard_count=1)

REFERENCE = re.compile(
    r"Something went wrong \(ref ([0-9a-f]{4})\)\. It is logged; please tell those who run this bot\."
)


async def break_store(newsroom: Newsroom) -> None:
    """Take away the tables that every answer needs."""
    async with newsroom.store.write() as conn:
        await conn.execute("ALTER TABLE entry RENAME TO entry_gone")
        await conn.execute("ALTER TABLE subject RENAME TO subject_gone")
        await conn.execute("ALTER TABLE source RENAME TO source_gone")


def closed(newsroom: Newsroom, **rights: bool) -> ChannelHandle:
    """Make a channel in which the bot has other rights than in the rest of the server."""
    assert newsroom.env.bot.user is not None
    overwrites = {newsroom.env.bot.user: discord.PermissionOverwrite(**rights)}
    return newsroom.guild.create_text_channel("closed", overwrites=overwrites)


def logged(caplog: pytest.LogCaptureFixture, shown: Seen) -> logging.LogRecord:
    """Return the one log record with the reference that a person was shown."""
    found = REFERENCE.fullmatch(shown.content)
    assert found, shown.content
    [record] = [record for record in caplog.records if getattr(record, "ref", None) == found[1]]
    return record


def nothing_offered(newsroom: Newsroom) -> bool:
    """Return whether the bot's last word was an empty list; without one Discord shows that loading failed."""
    return newsroom.env.http_requests[-1].json == {"type": 8, "data": {"choices": []}}


async def test_fault_after_a_slash_command(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """The person alone gets one sentence with a reference, and the log has the traceback with it."""
    await break_store(newsroom)

    told = seen(await newsroom.asker.slash(newsroom.channel, "stats", about="chicago"))

    record = logged(caplog, told)
    assert told.hidden
    assert record.exc_info
    assert "no such table" in str(record.exc_info[1])


async def test_fault_after_a_typed_command(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A typed command gets the sentence as its reply."""
    await break_store(newsroom)

    told = await newsroom.typed("!stats chicago")

    record = logged(caplog, told)
    assert record.exc_info
    assert "no such table" in str(record.exc_info[1])
    assert newsroom.env.errors


async def test_answer_that_came_too_late(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Discord takes no answer after three seconds; the log says so in a line, and there is nothing else to be done."""
    newsroom.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062, times=1)

    await newsroom.asker.slash(newsroom.channel, "stats", about="chicago")

    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.message == "answered too late"
    assert not record.exc_info


async def test_fault_after_a_press(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A button tells its presser alone and leaves the card as it was."""
    card = await newsroom.typed("!timeline")
    await break_store(newsroom)

    told = await newsroom.press(card, "Next")

    record = logged(caplog, told)
    assert told.hidden
    assert record.exc_info
    assert newsroom.now(card).text == card.text


async def test_fault_after_a_pick(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """A menu does the same as a button."""
    card = await newsroom.typed("!timeline")
    await break_store(newsroom)

    told = await newsroom.pick(card, "#26")

    assert told.hidden
    assert logged(caplog, told).exc_info


@pytest.mark.parametrize(("command", "option"), [("stats", "about"), ("compare", "measure"), ("sources", "source")])
async def test_fault_while_typing(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, command: str, option: str
) -> None:
    """While something is typed into a slash command, a fault offers nothing, is logged, and stops nothing."""
    await break_store(newsroom)

    await newsroom.suggested(command, option, "chi")

    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info
    assert "no such table" in str(record.exc_info[1])
    assert re.fullmatch("[0-9a-f]{4}", record.__dict__["ref"])
    assert nothing_offered(newsroom)
    assert (await newsroom.slash("help")).title == "What I can do"


async def test_suggestions_for_a_command_that_is_gone(newsroom: Newsroom) -> None:
    """Who types into a command that Discord shows and the bot no longer has is offered nothing."""
    newsroom.env.bot.tree.remove_command("stats")

    await newsroom.suggested("stats", "about", "chi")

    assert nothing_offered(newsroom)


@pytest.mark.parametrize("text", ["!foo", "!", "!!", "! ?", "!statschicago"])
async def test_unknown_command(newsroom: Newsroom, text: str) -> None:
    """Another bot may share the prefix: what is no command of ours is left to it."""
    silent = await newsroom.silent(text)

    assert silent


@pytest.mark.parametrize("text", ["hello", "!foo", "statschicago", "a" * 1900, "**@everyone** https://x.example"])
async def test_unknown_words_to_the_bot(newsroom: Newsroom, text: str) -> None:
    """Who speaks to the bot itself is told where to begin."""
    private = await newsroom.private(text)
    mentioned = await newsroom.mentioned(text)

    for answer in (private, mentioned):
        assert answer.content.startswith("I do not know “")
        assert answer.content.endswith("”. Type help to see what I can answer.")
        assert "@everyone" not in answer.content


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("!search !!!", "Type at least one word or number to search for."),
        (
            "!search grants kind:rumours",
            "A kind is one of figures, quotations or events: kind:figures, for example.",
        ),
        ("!search grants source:nowhere", "There is no such article."),
        ("!search grants source:??", "There is no such article."),
    ],
)
async def test_question_that_cannot_be_asked(newsroom: Newsroom, text: str, sentence: str) -> None:
    """A question that cannot be asked is answered with how it can be, and nothing is logged as a fault."""
    answer = await newsroom.typed(text)

    assert answer.content.startswith(sentence)
    assert len(newsroom.env.errors) == 1


async def test_same_sentence_after_a_slash_command(newsroom: Newsroom) -> None:
    """After a slash command the asker alone sees the sentence."""
    answer = await newsroom.slash("search", text="???")

    assert answer.content == "Type at least one word or number to search for."
    assert answer.hidden


async def test_without_embed_links(newsroom: Newsroom) -> None:
    """Where the bot may write but not show a card, it says which permission is missing."""
    channel = closed(newsroom, embed_links=False)

    await newsroom.asker.send(channel, "!stats chicago")

    assert channel.last_message is not None
    assert channel.last_message.content == "I need the permission Embed Links in this channel to answer here."
    assert newsroom.env.errors


async def test_without_send_messages(newsroom: Newsroom) -> None:
    """Where the bot may not write it does not try, as Discord bans those who keep trying."""
    channel = closed(newsroom, send_messages=False)
    before = len(newsroom.env.http_requests)

    await newsroom.asker.send(channel, "!stats chicago")
    await newsroom.asker.send(channel, f"{newsroom.env.bot.user.mention} foo")

    assert len(newsroom.env.http_requests) == before
    assert newsroom.env.errors


async def test_in_a_thread(newsroom: Newsroom) -> None:
    """In a thread it is the right to write in threads that counts."""
    channel = closed(newsroom, send_messages=False, send_messages_in_threads=True)
    known = newsroom.env.bot.get_channel(channel.id)
    assert isinstance(known, discord.TextChannel)
    await known.create_thread(name="thread", type=discord.ChannelType.public_thread)
    [thread] = channel.threads

    await newsroom.asker.send(thread, "!stats chicago")

    assert thread.last_message is not None
    assert thread.last_message.embeds[0].title == "Figures: Chicago"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("search", {"text": 3, "kind": 3}),
        ("suggest", {"kind": 3}),
        ("entry status", {"id": 3, "status": 3}),
    ],
)
async def test_a_choice_that_is_not_offered(newsroom: Newsroom, command: str, options: dict[str, int]) -> None:
    """Discord lets nobody type such a choice; a client that sends one is told so, and it is no fault."""
    who = await intruder(newsroom.env, newsroom.asker, newsroom.channel)
    leaf = {"options": [{"name": name, "type": kind} for name, kind in options.items()]}

    told = await who.slash(command, leaf, "nonsense")

    assert NOT_OFFERED in told.sentence
    assert told.alone
    assert faults(who) == []
