"""Settings as values: how they are stored and read, changed and checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import prefix_faults
from bot.errors import UserError
from bot.model import Actor, Language, Settings, Suggesting
from bot.servers import settings
from bot.store import revisions
from bot.store.database import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GUILD = 5
ACTOR = Actor(GUILD, 7, manages=True, roles=frozenset())

ids = st.integers(1, 2**63 - 1)
any_settings = st.builds(
    Settings,
    moderator_roles=st.lists(ids, max_size=25).map(tuple),
    review_channel=st.integers(0, 2**63 - 1),
    suggesting=st.sampled_from(Suggesting),
    private_channels=st.lists(ids, max_size=25).map(tuple),
    prefix=st.text(max_size=10).filter(lambda text: not prefix_faults(text, "")),
    zone=st.sampled_from(["UTC", "America/Chicago"]),
    language=st.sampled_from(Language),
)


async def stored(db: Database) -> Settings:
    """Return the server's settings as they are stored."""
    async with db.read() as conn:
        return await settings.load(conn, GUILD)


@given(any_settings)
def test_stored_and_read(chosen: Settings) -> None:
    """What is stored is read as it was."""
    assert settings.parse(settings.texts(chosen)) == chosen


def test_unknown_setting() -> None:
    """A setting of another version of the bot is left alone."""
    assert settings.parse({"colour": "red", "prefix": "?"}) == Settings(prefix="?")


async def test_no_server(empty: Database) -> None:
    """In a direct message the defaults hold."""
    async with empty.read() as conn:
        assert await settings.load(conn, 0) == Settings()


async def test_change(empty: Database) -> None:
    """A change is stored, returned, and stands in the history with what was before and after; nothing else does."""
    wanted = Settings(prefix="?", zone="America/Chicago")

    changed = await settings.change(empty, ACTOR, wanted, NOW)
    again = await settings.change(empty, ACTOR, wanted, NOW)

    async with empty.read() as conn:
        [revision] = await revisions.select_of(conn, GUILD, "setting", 0, limit=10)
    assert await stored(empty) == wanted
    assert [(one.name, one.before, one.after) for one in changed] == [
        ("prefix", "", "?"),
        ("zone", "UTC", "America/Chicago"),
    ]
    assert again == []
    assert (revision.actor_id, revision.at, revision.action) == (7, NOW, "changed")
    assert revision.before == {"prefix": "", "zone": "UTC"}
    assert revision.after == {"prefix": "?", "zone": "America/Chicago"}


async def test_change_of_an_older_sight(empty: Database) -> None:
    """What differs from what was seen is changed; what another changed since stays."""
    seen = Settings()
    await settings.change(empty, ACTOR, replace(seen, prefix="?"), NOW)

    changed = await settings.change(empty, ACTOR, replace(seen, review_channel=9), NOW, base=seen)

    assert [one.name for one in changed] == ["review_channel"]
    assert await stored(empty) == Settings(prefix="?", review_channel=9)


async def test_servers_apart(empty: Database) -> None:
    """A change in one server is none in another."""
    await settings.change(empty, ACTOR, Settings(prefix="?"), NOW)

    async with empty.read() as conn:
        assert await settings.load(conn, GUILD + 1) == Settings()


def test_everyone_is_no_moderator() -> None:
    """The role @everyone, whose id is the server's, is refused."""
    with pytest.raises(UserError, match="@everyone"):
        settings.with_moderators(Settings(), GUILD, (8, GUILD))

    assert settings.with_moderators(Settings(), GUILD, (8,)).moderator_roles == (8,)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"prefix": "12345678901"}, "too long"),
        ({"prefix": "a b"}, "without spaces"),
        ({"prefix": "/"}, "/commands work anyway"),
        ({"prefix": "@x"}, "without @"),
        ({"prefix": "\u200b"}, "without spaces"),
        ({"zone": "Atlantis"}, "Atlantis"),
        ({"zone": "CST"}, "abbreviation"),
        ({"language": "tlh"}, "languages in the menu"),
        ({"language": ""}, "languages in the menu"),
    ],
)
def test_faults_of_a_form(typed: dict[str, str], named: str) -> None:
    """Whatever is wrong is said in a sentence, and nothing is taken over."""
    sound = {"prefix": "?", "zone": "UTC", "language": "en-US"}

    found, faults = settings.with_form(Settings(), sound | typed, NOW)

    assert found == Settings()
    assert len(faults) == 1
    assert named in faults[0]


def test_form() -> None:
    """Space around what was typed does not matter, and a city is a zone."""
    found, faults = settings.with_form(
        Settings(review_channel=9), {"prefix": " ? ", "zone": " Chicago ", "language": "en-US"}, NOW
    )

    assert not faults
    assert found == Settings(review_channel=9, prefix="?", zone="America/Chicago", language=Language.AMERICAN)
