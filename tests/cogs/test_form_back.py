"""A form that could not be done: what was typed into it comes back, without a store to keep it in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import simcord
from moderating import CHICAGO, EVENT, Moderated, Opened, edited, moderated, opened, shown
from newsroom import seen

from bot.client import Dateline
from bot.config import Config
from bot.errors import StoreBusyError
from bot.moderating import kept
from bot.store import deadline
from bot.store.database import Database
from bot.store.settings import upsert_setting

pytestmark = pytest.mark.simcord(shard_count=1)

BACK = "Back to the form"
HOSTILE = f"  @everyone\n```\n[x](https://example.org) \U0001f600 {'é' * 3900}\n "


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "ANSWER_SECONDS", 0.05)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """Have another process write for as long as the block lasts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def form_of(room: Moderated, name: str) -> Opened:
    """Open one of the forms."""
    match name:
        case "status":
            typed = await room.typed(f"!entry status {CHICAGO} disputed")
            return await room.press_form(typed, f"#{CHICAGO}: disputed")
        case "alias":
            return await room.press_form(await room.typed("!entry alias add a = b"), "Add another name")
        case "settings":
            return await room.press_form(await room.slash("settings"), "Prefix, time zone, language")
        case "suggest":
            return await room.slash_form("suggest", room.member, kind="event")
        case _:
            return await room.slash_form(name)


FORMS = {
    "entry add event": EVENT,
    "status": {"status": "retracted", "reason": "The paper has taken it back."},
    "settings": {"prefix": "?", "zone": "Chicago"},
    "suggest": EVENT,
    "alias": {"subject": "Chicago", "alias": "Windy City"},
    "digest create": {"time": "9:15", "zone": "Berlin", "days": "mon,wed"},
}


@pytest.mark.parametrize("name", FORMS)
async def test_busy_store(room: Moderated, name: str) -> None:
    """A form that the store was too busy for opens again as it was sent, also after a restart, and saves then."""
    form = await form_of(room, name)
    by = room.member if name == "suggest" else room.moderator
    given = FORMS[name] | ({"channel": str(room.here.channel.id)} if "channel" in form.values else {})

    with busy(room.store.path):
        told = await room.fill(form, by, None, **given)
    await room.restart()
    again = await room.press_form(told, BACK, by)
    done = await room.fill(again, by, told)

    assert told.content == StoreBusyError.told
    assert told.hidden
    assert (again.title, again.values) == (form.title, form.values | given)
    assert BACK not in done.buttons
    assert StoreBusyError.told not in done.everything
    assert not done.files


async def test_free_store(room: Moderated) -> None:
    """Without anybody else who writes, the same form is done at once."""
    done = await room.fill(await form_of(room, "status"), **FORMS["status"])

    assert f"this server’s version of #{CHICAGO}, is retracted now" in done.title
    assert not done.files


async def test_every_character(room: Moderated) -> None:
    """What comes back is what was typed, to the last character, and it mentions nobody."""
    with busy(room.store.path):
        told = await room.fill(await form_of(room, "entry add event"), **EVENT | {"statement": HOSTILE})
    again = await room.press_form(told, BACK)

    assert again.values["statement"] == HOSTILE
    assert "@everyone" not in told.everything


async def test_changed_by_another(room: Moderated) -> None:
    """Whoever sends the form of a change later learns that somebody else has changed the entry, as without a wait."""
    form = await room.slash_form("entry edit", id=str(CHICAGO))
    with busy(room.store.path):
        told = await room.fill(form, None, None, statement="Mine.")
    await edited(room, CHICAGO, statement="Theirs.")

    draft = await room.fill(await room.press_form(told, BACK), None, told)
    saved = await room.press(draft, next(label for label in draft.buttons if label.startswith("Save")))

    assert "<@" in saved.everything
    assert "changed" in saved.everything
    assert "Theirs." in await shown(room, CHICAGO)


async def test_lost_right(room: Moderated) -> None:
    """The way back asks for the right again."""
    typed = await room.typed(f"!entry status {CHICAGO} disputed", room.keeper)
    form = await room.press_form(typed, f"#{CHICAGO}: disputed", room.keeper)
    with busy(room.store.path):
        told = await room.fill(form, room.keeper, None, **FORMS["status"])
    async with room.store.write() as conn:
        await upsert_setting(conn, room.here.guild.id, "moderator_roles", "")

    refused = await room.press(told, BACK, room.keeper)

    assert "moderator" in refused.everything.lower()


async def test_slash_command(room: Moderated) -> None:
    """What was typed into the options of a command comes back in the form that asks for the same."""
    typed = {"subject": "Chicago", "alias": "Windy City"}

    with busy(room.store.path):
        told = await room.slash("entry alias add", **typed)
    form = await room.press_form(told, BACK)

    assert told.content == StoreBusyError.told
    assert form.values == typed


async def test_context_menu(room: Moderated) -> None:
    """What a command takes from a message was not typed into a form: there is nothing to give back."""
    message = await room.member.send(room.here.channel, "The pier is full.")

    with busy(room.store.path):
        told = seen(await room.menu("Save as quote", message))
    form = opened(await room.menu("Save as quote", message))

    assert told.content == StoreBusyError.told
    assert not told.buttons
    assert form.values["words"] == "The pier is full."


async def test_no_file(room: Moderated) -> None:
    """A button whose message has lost its file is answered in a sentence."""
    planted = await room.plant("again")

    refused = await room.press(planted, "Press")

    assert "What was typed here is gone." in refused.everything


def test_a_nested_file() -> None:
    """A file that holds no form, however deep it is nested, opens none."""
    assert kept.from_file(b'{"custom_id":' + b"[" * 100_000) == ("", {})
    assert kept.from_file(kept.as_file("form:a:1:", {"b": "[" * 100})) == ("form:a:1:", {"b": "[" * 100})


class TestCooldown:
    """A server in which nobody may do much at once."""

    @pytest.fixture
    async def simcord_bot(self, store: Database) -> Dateline:
        """Return a bot that lets a person do two things a minute."""
        return Dateline(Config(cooldown=(2, 60.0)), store, message_content=True)

    async def test_too_fast(self, room: Moderated) -> None:
        """A member whose form comes too soon is given it back, and sends it later."""
        form = await room.slash_form("suggest", room.member, kind="event")
        await room.slash("suggestions mine", room.member)

        told = await room.fill(form, room.member, None, **EVENT)
        await room.env.advance_time(61)
        again = await room.press_form(told, BACK, room.member)
        done = await room.fill(again, room.member, told)

        assert "Try again in" in told.everything
        assert again.values == form.values | EVENT
        assert "Send" in done.buttons
