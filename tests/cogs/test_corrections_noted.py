"""What is remembered of the answers that were shown, so that they can be corrected."""

from __future__ import annotations

import pytest
import simcord
from correcting import first_listed, flushed, known
from moderating import Moderated, moderated

from bot.moderating import posted
from bot.moderating.corrections import forget_asker
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


class TestNoting:
    """What is remembered of what was shown."""

    async def test_after_a_moment(self, room: Moderated) -> None:
        """A message is noted some seconds after it was sent, and not before: no answer waits for it."""
        card = await room.typed("!timeline", room.member)
        before = await known(room.store)

        await room.env.advance_time(posted.FLUSH_SECONDS + 1)

        assert before == {}
        assert set(await known(room.store)) == {card.message.id}

    async def test_at_the_end(self, room: Moderated) -> None:
        """A stop writes what has been noted so far."""
        card = await room.slash("timeline", room.member)

        await room.env.bot.close()

        assert set(await known(room.store)) == {card.message.id}

    async def test_many_at_once(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """So many notes are written without waiting."""
        monkeypatch.setattr(posted, "FLUSH_AT", 3)

        cards = [await room.slash("timeline", room.member) for _ in range(3)]

        assert set(await known(room.store)) == {card.message.id for card in cards}

    async def test_only_public_answers(self, room: Moderated) -> None:
        """Neither a miss, nor what one person alone sees, nor a direct message is noted."""
        card = await room.typed("!timeline", room.member)
        await room.slash("stats", room.member, about="nobody knows this")
        await room.press(card, "Next", room.moderator)
        await room.member.user.send_dm("timeline")

        assert set(await flushed(room)) == {card.message.id}

    async def test_locked(self, room: Moderated, monkeypatch: pytest.MonkeyPatch) -> None:
        """While another program keeps the store to itself nothing is lost, and it is noted afterwards."""
        monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.0)
        async with room.store.write(content=False) as conn:
            await conn.execute("PRAGMA busy_timeout = 0")
        card = await room.typed("!timeline", room.member)
        async with Database(room.store.path) as other, other.write(content=False):
            nothing = await flushed(room)

        assert nothing == {}
        assert set(await flushed(room)) == {card.message.id}

    async def test_refused(self, room: Moderated, caplog: pytest.LogCaptureFixture) -> None:
        """Notes that the store does not take end nothing: that is logged, and later ones are written."""
        await room.typed("!timeline", room.member)
        async with room.store.write() as conn:
            await conn.execute("CREATE TRIGGER t BEFORE INSERT ON posted BEGIN SELECT raise(ABORT, 'no'); END")
        privacy = await room.slash("privacy", room.member)
        async with room.store.write() as conn:
            await conn.execute("DROP TRIGGER t")
        card = await room.typed("!timeline", room.member)
        noted = await flushed(room)

        assert "Something went wrong" not in privacy.everything
        assert [record.getMessage() for record in caplog.records if record.exc_info] == [
            "what was shown could not be noted"
        ]
        assert set(noted) == {card.message.id}

    async def test_erased_asker(self, room: Moderated) -> None:
        """Of a person who wants to be forgotten, no message is remembered that names them as its asker."""
        await room.typed("!timeline", room.member)
        await room.typed("!stats chicago", room.member)
        kept = await room.typed("!timeline", room.keeper)
        await flushed(room)

        async with room.store.write(content=False) as conn:
            await forget_asker(conn, room.member.id)

        assert set(await known(room.store)) == {kept.message.id}

    async def test_erased_entry(self, room: Moderated) -> None:
        """An entry that is erased before its message is noted does not keep others from being noted."""
        card = await room.typed("!timeline", room.member)
        gone = first_listed(card)
        async with room.store.write(checked=False) as conn:
            await conn.execute("DELETE FROM entry WHERE id = :id", {"id": gone})

        noted = await flushed(room)

        assert gone not in noted[card.message.id]
        assert len(noted[card.message.id]) == len(card.options) - 1
