"""Everything that can be done, tried by everybody who may not; what there is, is found by walking it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import discord
import pytest
import simcord
from attempts import ANYBODY, MANAGERS, MANAGING, MEMBERS, NUMBERLESS, OPEN, PRIVATE, commands, deeds, faults
from holding import Held, holding
from intruding import Intruder, Told, Watch, intruder, leaves, menus

from bot.client import Dateline
from bot.config import Config
from bot.model import Access
from bot.store.database import Database
from cogs.actions import ACTIONS

pytestmark = pytest.mark.simcord(shard_count=1)

DIRECT = "This works in a server only, not in a direct message"


@pytest.fixture
def simcord_bot(town: Database, config: Config) -> Dateline:
    """Return the bot on a small store."""
    return Dateline(config, town, message_content=True)


@pytest.fixture
async def held(simcord_env: simcord.Env, town: Database) -> Held:
    """Return two servers, of which the first has one of everything."""
    return await holding(simcord_env, town)


@pytest.fixture
def watch(held: Held) -> Iterator[Watch]:
    """Return a look at the store from outside."""
    looking = Watch(held.room.store.path)
    yield looking
    looking.close()


def only(*names: Mapping[str, Collection[str]], of: Held) -> dict[str, set[str]]:
    """Return all commands but these."""
    bot: Any = of.room.env.bot
    every = {
        "slash": {path for path, _ in leaves(of.room.env)},
        "typed": {command.qualified_name for command in bot.walk_commands()},
        "menu": {command["name"] for command in menus(of.room.env)},
    }
    return {surface: found.difference(*(one[surface] for one in names)) for surface, found in every.items()}


async def refused(  # noqa: PLR0917 - who, what, and why
    held: Held, who: Intruder, watch: Watch, why: str, names: set[str], but: Mapping[str, Collection[str]]
) -> list[str]:
    """Try these deeds, and all commands but these; return what was not refused in private, for this reason."""
    wrong: list[str] = []
    before = watch.moved

    def look(what: str, told: Told, *, private: bool = True) -> None:
        nonlocal before
        if not re.search(why, told.sentence) or (private and not told.alone) or watch.moved != before:
            wrong.append(f"{what}: {told.sentence}")
        before = watch.moved

    for name in sorted(names):
        for number in (held.ids["stat"], 0):
            async for what, told in deeds(who, name, number):
                look(what, told)
    async for what, told in commands(who, str(held.ids["stat"]), but):
        look(what, told, private=not what.startswith("typed"))  # Discord has no private answer to a message
    assert faults(who) == []
    return wrong


async def test_it_is_decided_who_may(held: Held) -> None:
    """Every deed, command and menu is for moderators, or stands in a list as open to others."""
    by_access = {access: {name for name, deed in ACTIONS.items() if deed.access is access} for access in Access}
    bot: Any = held.room.env.bot

    assert by_access[Access.ANYBODY] == ANYBODY
    assert by_access[Access.MEMBER] == MEMBERS
    assert by_access[Access.MANAGER] == MANAGERS
    assert set(ACTIONS) >= NUMBERLESS
    for listed in (OPEN, PRIVATE, MANAGING):
        assert only(only(listed, of=held), of=held) == listed
    assert not bot._connection._view_store._dynamic_items
    assert not bot.persistent_views


async def test_what_discord_shows(held: Held) -> None:
    """Commands of moderators form groups of their own, hidden from members, and are of servers only."""
    backend = held.room.env.backend
    roots = {path: backend.find_command(path.split()[0], None, type=1) for path, _ in leaves(held.room.env)}
    found = [("slash", path, root) for path, root in roots.items()]
    found += [("menu", command["name"], command) for command in menus(held.room.env)]

    for surface, name, root in found:
        rights = root["default_member_permissions"]
        assert (rights is None) == (name in OPEN[surface]), name
        assert rights in {None, discord.Permissions(manage_guild=True).value}, name
        assert root.get("dm_permission") == (name in PRIVATE[surface]), name


async def test_a_member(held: Held, watch: Watch) -> None:
    """A member is told which permission or role is missing, alone, and nothing is changed."""
    member = await intruder(held.room.env, held.room.member, held.room.here.channel)
    role = f"needs the permission Manage Server or the role <@&{held.role.id}>,"
    manager = "This is for those with the permission Manage Server, which"

    assert await refused(held, member, watch, f"{role}|{manager}", set(ACTIONS) - MEMBERS - ANYBODY, OPEN) == []


async def test_a_role_that_was_taken_away(held: Held, watch: Watch) -> None:
    """Whoever had the role of moderators a moment ago may not do anything that it allowed."""
    keeper = await intruder(held.room.env, held.room.keeper, held.room.here.channel)
    assert (await keeper.press("do:entry.hidden::")).sentence.startswith("Hidden here")

    held.room.env.backend.remove_member_role(held.room.here.guild.id, held.room.keeper.id, held.role.id)

    assert await refused(held, keeper, watch, "Manage Server", set(ACTIONS) - MEMBERS - ANYBODY, OPEN) == []


async def test_the_role_alone(held: Held, watch: Watch) -> None:
    """A moderator by role may not change the settings, which say who is one."""
    keeper = await intruder(held.room.env, held.room.keeper, held.room.here.channel)

    others = only(MANAGING, of=held)
    manager = "This is for those with the permission Manage Server, which"

    assert await refused(held, keeper, watch, manager, MANAGERS, others) == []


async def test_a_direct_message(held: Held, watch: Watch) -> None:
    """Nobody acts for a server in a direct message, not even those who moderate one."""
    user = held.room.moderator.user
    direct = await intruder(held.room.env, user, user.dm_channel)

    assert await refused(held, direct, watch, DIRECT, set(ACTIONS) - ANYBODY, PRIVATE) == []
