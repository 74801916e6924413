"""The same question asked again: the same answer while the store is as it was, and the new one after a change."""

from __future__ import annotations

import pytest
import simcord
from newsroom import Newsroom
from packs import HARBOR, LATER, STATS, WHOLE, give, pack, put, stat

from bot.client import Dateline
from bot.config import Config
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.mark.parametrize("restarted", [False, True])
async def test_cards_of_two_people(newsroom: Newsroom, *, restarted: bool) -> None:
    """Of two people who ask the same, each turns the pages of their own card in place, and not the other's."""
    first = await newsroom.slash("timeline", newsroom.asker)
    second = await newsroom.slash("timeline", newsroom.other)
    if restarted:
        await newsroom.env.restart_bot(Dateline(Config(cooldown=None), newsroom.store, message_content=True))

    own = await newsroom.press(second, "Next", newsroom.other)
    copy = await newsroom.press(first, "Next", newsroom.other)

    assert first.message.id != second.message.id == own.message.id
    assert "Page 2 of 2" in own.footer
    assert copy.message.id not in {first.message.id, second.message.id}
    assert copy.hidden
    assert "Page 1 of 2" in newsroom.now(first).footer


async def test_typed_cards_of_two_people(newsroom: Newsroom) -> None:
    """The same holds for what is typed."""
    first = await newsroom.typed("!timeline", newsroom.asker)
    second = await newsroom.typed("!timeline", newsroom.other)

    own = await newsroom.press(second, "Next", newsroom.other)
    copy = await newsroom.press(first, "Next", newsroom.other)

    assert own.message.id == second.message.id
    assert copy.hidden
    assert "Page 1 of 2" in newsroom.now(first).footer


async def test_hidden_miss_stays_hidden(newsroom: Newsroom) -> None:
    """A miss that was typed by one is still seen by the next one alone after a slash command."""
    typed = await newsroom.typed("!stats chicgo")

    slash = [await newsroom.slash("stats", about="chicgo") for _ in range(2)]

    assert not typed.hidden
    assert [one.hidden for one in slash] == [True, True]


async def test_chance_is_not_remembered(newsroom: Newsroom) -> None:
    """A quotation at random is another one each time, in whichever way it is asked for."""
    typed = [(await newsroom.typed("!quote")).text for _ in range(4)]
    slash = [(await newsroom.slash("quote")).text for _ in range(4)]
    private = [(await newsroom.private("quote")).text for _ in range(4)]

    assert len({*typed, *slash}) == 8
    assert len({*private}) == 4


async def test_picture_again(newsroom: Newsroom) -> None:
    """A comparison has its picture each time."""
    cards = [await newsroom.slash("compare", measure="deportations") for _ in range(2)]
    cards += [await newsroom.typed("!compare deportations") for _ in range(2)]

    assert [len(card.files) for card in cards] == [1, 1, 1, 1]


class TestChanges:
    """The store of a town, and changes to it while the bot answers."""

    @pytest.fixture
    async def simcord_bot(self, empty: Database) -> Dateline:
        """Return the bot on a store with a small pack."""
        await put(empty)
        return Dateline(Config(cooldown=None), empty, message_content=True)

    @pytest.fixture
    def newsroom(self, simcord_env: simcord.Env, empty: Database) -> Newsroom:
        """Return a server with the bot."""
        guild = simcord_env.create_guild()
        member = guild.add_member(simcord_env.create_user("asker"))
        return Newsroom(simcord_env, empty, guild, guild.create_text_channel("x"), member, member)

    @pytest.mark.parametrize("elsewhere", [False, True])
    async def test_changed_pack(self, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool) -> None:
        """A change is answered with at once; one that another process makes, when it is next looked for."""
        if elsewhere:
            monkeypatch.setattr("bot.store.database.EDITION_SECONDS", 0.0)
            async with newsroom.store.write(content=False):
                pass  # or the time that was set before the change of the constant counts
        changed = pack(stat("pier", HARBOR, value=99_000), *STATS[1:])
        before = [await newsroom.typed("!stats bay"), await newsroom.slash("stats", about="bay")]

        if elsewhere:
            async with Database(newsroom.store.path) as other:
                await put(other, changed, LATER)
        else:
            await put(newsroom.store, changed, LATER)

        after = [await newsroom.typed("!stats bay"), await newsroom.slash("stats", about="bay")]
        assert all("12,400" in card.text for card in before)
        assert all("99,000" in card.text for card in after)

    async def test_miss_that_is_one_no_longer(self, newsroom: Newsroom) -> None:
        """What was not there a moment ago is found when it is."""
        before = await newsroom.slash("search", text="lighthouse")

        await put(newsroom.store, pack(*WHOLE.entries, stat("new", HARBOR, statement="The lighthouse.")), LATER)

        after = await newsroom.slash("search", text="lighthouse")
        assert before.hidden
        assert not after.hidden
        assert "The lighthouse." in after.everything

    async def test_fault_is_not_remembered(self, newsroom: Newsroom) -> None:
        """When the store works again, so does the question that failed."""
        async with newsroom.store.write() as conn:
            await conn.execute("ALTER TABLE subject RENAME TO subject_gone")
        failed = await newsroom.slash("stats", about="bay")
        async with newsroom.store.write() as conn:
            await conn.execute("ALTER TABLE subject_gone RENAME TO subject")

        answered = await newsroom.slash("stats", about="bay")

        assert "Something went wrong" in failed.content
        assert "12,400" in answered.text

    async def test_two_servers(self, newsroom: Newsroom) -> None:
        """Two servers that ask the same are each answered from what they may see, and a private chat too."""
        await put(newsroom.store, pack(stat("secret", HARBOR, value=777_000), key="own", subjects=WHOLE.subjects))
        await give(newsroom.store, newsroom.guild.id, "own")
        guild = newsroom.env.create_guild()
        member = guild.add_member(newsroom.env.create_user("stranger"))
        there = Newsroom(newsroom.env, newsroom.store, guild, guild.create_text_channel("y"), member, member)

        own = [await newsroom.slash("stats", about="bay"), await newsroom.slash("stats", about="bay")]
        foreign = [await there.slash("stats", about="bay"), await newsroom.private_slash("stats", about="bay")]

        assert all("777,000" in card.text for card in own)
        assert not any("777,000" in card.everything for card in foreign)
