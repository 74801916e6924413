"""Other names by which moderators let subjects be found."""

from __future__ import annotations

import pytest
import simcord
from moderating import Moderated, moderated

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def test_an_alias(room: Moderated) -> None:
    """Another name finds the subject in this server only, until it is taken away."""
    await room.slash("entry alias add", subject="Chicago", alias="Windy City")
    here = (await room.typed("!stats windy city", room.member)).everything
    there = (await room.typed("!stats windy city", room.elsewhere.member)).everything
    offered = await room.moderator.autocomplete(room.here.channel, "entry alias remove", "alias", "win")
    told = await room.slash("entry alias remove", alias="windy city")

    assert "257,000" in here
    assert "257,000" not in there
    assert [choice["value"] for choice in offered] == ["Windy City"]
    assert "“windy city” is no other name of anything in this server any more." in told.text
    assert "257,000" not in (await room.typed("!stats windy city", room.member)).everything


async def test_an_alias_as_typed(room: Moderated) -> None:
    """The button opens a form with both names, and one that is refused can be opened again."""
    offered = await room.typed("!entry alias add chicago = windy city")
    form = await room.press_form(offered, "Add another name")
    told = await room.fill(form)
    undone = await room.press(told, "Undo")

    assert form.values == {"subject": "chicago", "alias": "windy city"}
    assert "windy city" in told.text
    assert "“windy city” does not find Chicago any more." in undone.text


async def test_long_names_come_back(room: Moderated) -> None:
    """A form with names that fill it is kept when it is refused, and so is what was typed of them."""
    subject, alias = "Atlantis " * 10, "Windy City " * 9

    refused = await room.slash("entry alias add", subject=subject, alias=alias)
    again = await room.press_form(refused, "Back to the form")
    typed = await room.typed(f"!entry alias add {subject} = {alias}")
    form = await room.press_form(typed, "Add another name")

    assert again.values == {"subject": subject.strip(), "alias": alias.strip()} == form.values


async def test_an_alias_that_is_a_name(room: Moderated) -> None:
    """What is the name of one subject does not become another's: whoever types it means that one."""
    told = await room.slash("entry alias add", subject="Chicago", alias="city of los angeles")

    assert "“city of los angeles” is the name of a place here, so that it cannot stand for Chicago." in told.everything
    assert "257,000" not in (await room.typed("!stats city of los angeles", room.member)).everything


async def test_an_alias_of_two(room: Moderated) -> None:
    """An alias may have several meanings; who gives it another is told the first."""
    told = await room.slash("entry alias add", subject="Chicago", alias="los angeles")

    assert "It finds Los Angeles County, City of Los Angeles too, as before." in told.everything


async def test_an_alias_of_nobody(room: Moderated) -> None:
    """A subject that is not known is a fault that says so."""
    told = await room.slash("entry alias add", subject="Atlantis Harbor", alias="Windy City")

    assert "Atlantis Harbor" in told.everything
