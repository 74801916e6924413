"""What counts as a command to the bot, in each form that people type, and what does not."""

from __future__ import annotations

import discord
import pytest
from newsroom import Newsroom

pytestmark = pytest.mark.simcord(shard_count=1)

TITLE = "Figures: Chicago"


def me(newsroom: Newsroom) -> str:
    """Return a mention of the bot."""
    assert newsroom.env.bot.user is not None
    return newsroom.env.bot.user.mention


@pytest.mark.parametrize(
    "text",
    [
        "!stats chicago",
        "!STATS Chicago",
        "! stats chicago",
        "!stats, chicago",
        "!stats: chicago",
        "!stats\nchicago",
        "!stats\u00a0chicago",
        "\uff01stats chicago",
        "\uff01\uff53\uff54\uff41\uff54\uff53\u3000chicago",
        "!\u200bstats chicago",
        "\u200b!stats chicago",
        "!\u200d\ufe0fstats chicago",
        "!st\u00adats chicago",
        "!stats\u200bchicago",
        "!stats \u2060chicago\u200b",
        "!stats chicago {me}",
    ],
)
async def test_prefix(newsroom: Newsroom, text: str) -> None:
    """A command is found in each form that a keyboard, a phone or a copied text gives it."""
    answer = await newsroom.typed(text.format(me=me(newsroom)))

    assert answer.title == TITLE


@pytest.mark.parametrize(
    "text",
    [
        "{me} stats chicago",
        "{me}, stats chicago",
        "{me}: STATS chicago",
        "{me} \u2013 stats chicago",
        "{me}\nstats chicago",
        "{me}stats chicago",
        "{me} !stats chicago",
        "\u200b{me}\u200b stats chicago",
        "{legacy} stats chicago",
        "stats chicago {me}",
        "Stats chicago, {me}!",
    ],
)
async def test_mention(newsroom: Newsroom, text: str) -> None:
    """A mention of the bot begins a command, with any marks between, or ends one."""
    legacy = me(newsroom).replace("@", "@!")

    answer = await newsroom.typed(text.format(me=me(newsroom), legacy=legacy))

    assert answer.title == TITLE


@pytest.mark.parametrize("text", ["{me}", "{me},", " {me} \u200b", "{me}\n", "{me} help!", "{me}?"])
async def test_mention_alone(newsroom: Newsroom, text: str) -> None:
    """Who only says the bot's name is shown what can be asked."""
    answer = await newsroom.typed(text.format(me=me(newsroom)))

    assert answer.title == "What I can do"


async def test_role_of_the_bot(newsroom: Newsroom) -> None:
    """The bot's own role, which Discord offers under the same name, stands for the bot; other roles do not."""
    assert newsroom.env.bot.user is not None
    other = newsroom.guild.create_role("Readers")
    own = newsroom.guild.roles["TestBot"]
    cached = newsroom.env.bot.get_guild(newsroom.guild.id)
    assert cached is not None
    role = cached.get_role(own.id)
    assert role is not None
    role.tags = discord.RoleTags({"bot_id": str(newsroom.env.bot.user.id)})  # simcord leaves this out

    answer = await newsroom.typed(f"<@&{own.id}> stats chicago")
    silent = await newsroom.silent(f"<@&{other.id}> stats chicago")

    assert answer.title == TITLE
    assert silent


@pytest.mark.parametrize(
    "text",
    [
        "stats chicago",
        "I asked {me} about it",
        "ask {me} stats chicago",
        "hello {me}",
        "```!stats chicago```",
        "`!stats chicago`",
        "> !stats chicago",
        "**!stats chicago**",
        "\u2757stats chicago",
        "{me_not} stats chicago",
        "!" * 1999,
        "!" + "a" * 1900,
        "\u200b" * 1999,
    ],
)
async def test_no_command(newsroom: Newsroom, text: str) -> None:
    """Talk about the bot, code, quotations and other bots' commands are left alone."""
    silent = await newsroom.silent(text.format(me=me(newsroom), me_not="<@123456789012345678>"))

    assert silent


@pytest.mark.parametrize(
    ("prefix", "typed", "answered"),
    [
        ("--", "--stats chicago", True),
        ("--", "\u2014stats chicago", True),
        ("--", "-stats chicago", False),
        ("-", "\u2013stats chicago", True),
        ("-", "--stats chicago", False),
        ("dl!", "Dl!stats chicago", True),
        ("dl!", "DL\uff01 stats chicago", True),
        ("'", "\u2019stats chicago", True),
        ("?", "!stats chicago", False),
        ("\uff01", "!stats chicago", True),
    ],
)
async def test_own_prefix(newsroom: Newsroom, prefix: str, typed: str, *, answered: bool) -> None:
    """A server's own prefix is found as phones write it, in capitals and with long dashes, and no other is."""
    async with newsroom.store.write() as conn:
        await conn.execute(
            "INSERT INTO guild_setting (guild_id, key, value) VALUES (?, 'prefix', ?)", (newsroom.guild.id, prefix)
        )

    silent = await newsroom.silent(typed)

    assert silent is not answered


async def test_same_message_twice(newsroom: Newsroom) -> None:
    """A message that the gateway delivers again after a break is answered once; the same words again are not it."""
    sent = await newsroom.asker.send(newsroom.channel, "!stats chicago")
    count = len(newsroom.channel.history())

    newsroom.env.backend.announce_message_create(newsroom.env.backend.messages[newsroom.channel.id][sent.id])
    await newsroom.env.settle()
    again = await newsroom.typed("!stats chicago")

    assert again.title == TITLE
    assert len(newsroom.channel.history()) == count + 2


async def test_edited_message(newsroom: Newsroom) -> None:
    """A message is read as it was sent: to edit it into a command answers nothing, also not where it was one."""
    sent = await newsroom.asker.send(newsroom.channel, "!stas chicago")

    await newsroom.asker.edit(sent, "!stats chicago")

    assert newsroom.channel.last_message == sent


async def test_bots_and_webhooks(newsroom: Newsroom) -> None:
    """What bots and webhooks say is no command, so that two bots never talk to each other; a member's is."""
    webhook = newsroom.guild.create_webhook(newsroom.channel)
    bot = newsroom.guild.add_member(newsroom.env.create_user("helper", bot=True))

    await webhook.send("!stats chicago")
    by_webhook = newsroom.channel.last_message
    silent = await bot.send(newsroom.channel, "!stats chicago") == newsroom.channel.last_message
    answer = await newsroom.typed("!stats chicago")

    assert by_webhook is not None
    assert by_webhook.webhook_id is not None
    assert silent
    assert answer.title == TITLE


async def test_name_of_a_thread(newsroom: Newsroom) -> None:
    """That a thread was opened is told in the words of its name, which are no command."""
    known = newsroom.env.bot.get_channel(newsroom.channel.id)
    assert isinstance(known, discord.TextChannel)
    made = await known.create_thread(name="!stats chicago", type=discord.ChannelType.public_thread)
    before = len(newsroom.channel.history())

    message = newsroom.env.backend.create_system_message(
        newsroom.channel.id, 18, newsroom.asker.id, target_channel_id=made.id
    )
    await newsroom.env.settle()

    assert message.content == "!stats chicago"
    assert len(newsroom.channel.history()) == before + 1
