"""What one server has, asked for and acted on from another, in private, and by other members."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import time
from itertools import product

import pytest
import simcord
from attempts import FIELDS, MEMBERS, NUMBERLESS, OPEN, QUESTIONS, commands, deeds, faults
from holding import EVENT, LURE, NOW, PRIVATE, SECRET, Held, holding, said
from intruding import Intruder, Rows, Told, Watch, intruder, leaves
from thorough import some

from bot.answers.asks import MENU_ID, encode
from bot.client import Dateline
from bot.config import Config
from bot.digest import digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY
from bot.model import Actor, Ask, Command, Kind
from bot.moderating import drafts
from bot.store.database import Database
from cogs.actions import ACTIONS

pytestmark = pytest.mark.simcord(shard_count=1)

THINGS = (
    *("source", "stat", "removed", "correction", "change of entry", "draft to add", "draft to suggest", "pending"),
    *("digest", "edition"),
)
"""One of everything that has a number."""

UNUSED = 799_000
NOTHING = re.compile(r"There is no |is gone|You have no |older version|too old")

IN_PLACE = {"privacy.erase.yes"}
"""Deeds that answer in place of the card that asks, which the person alone sees."""

TEXTS = ("", LURE, LURE[:4], SECRET[:4], said("place"), said("alias"))
"""What is typed into an option."""

GROWING = {"typo", "name_source", "source_fact", "digest_carried"}
"""Tables whose rows belong to a server by others only; what another server makes adds to them."""

PLACES = ("subject_id", "speaker_id", "source_id", "entry_id")


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


@pytest.fixture
async def stranger(held: Held) -> Intruder:
    """Return the moderator of the other server, there."""
    return await intruder(held.room.env, held.room.elsewhere.moderator, held.room.elsewhere.channel)


@pytest.fixture
async def passer(held: Held) -> Intruder:
    """Return a member of the other server, in a direct message."""
    user = held.room.elsewhere.member.user
    return await intruder(held.room.env, user, user.dm_channel)


@pytest.fixture
async def member(held: Held) -> Intruder:
    """Return a member of the first server."""
    return await intruder(held.room.env, held.room.member, held.room.here.channel)


def disturbed(held: Held, watch: Watch, before: Rows) -> list[str]:
    """Return the tables in which a row that is not the other server's was changed, deleted or added."""
    after = watch.rows(but_of=held.room.elsewhere.guild.id)
    return [
        name for name in before if before[name] - after[name] or (after[name] - before[name] and name not in GROWING)
    ]


def same(told: Told) -> str:
    """Return what was told, whatever number it was told of."""
    return re.sub(r"\d+", "N", told.sentence)


def held_of_theirs(held: Held, watch: Watch) -> list[str]:
    """Return the tables in which a row of the other server holds a number of the first one's."""
    ids = {held.ids["source"], held.ids["stat"], held.ids["subject"], held.desk.id, held.role.id}
    texts = {str(id_) for id_ in ids}
    rows = watch.rows()
    return [
        name
        for name in ("entry", "entry_subject", "digest", "guild_setting", "hidden", "suggestion_support")
        for row in rows[name] - watch.rows(but_of=held.room.elsewhere.guild.id)[name]
        if not ids.isdisjoint(row) or any(isinstance(one, str) and not texts.isdisjoint(one.split(",")) for one in row)
    ]


async def own(held: Held) -> list[int]:
    """Give the other server's moderator a draft with a source of the first and a digest, and return their numbers."""
    server = held.room.elsewhere
    actor = Actor(server.guild.id, server.moderator.id, manages=True, roles=frozenset())
    fields = {key: text.replace(SECRET, "") for key, text in EVENT.items()}
    fields["source"] = str(held.ids["source"])
    draft_id = await drafts.begin(held.room.store, actor, Kind.EVENT, fields, NOW)
    wanted = Digest(
        guild_id=actor.guild_id, channel_id=server.channel.id, name="Own", zone="UTC", at=time(9), days=DAILY
    )
    async with held.room.store.write() as conn:
        await conn.execute("DELETE FROM digest WHERE guild_id = ?", (actor.guild_id,))
        return [draft_id, await digests.create(conn, actor, wanted, NOW)]


async def questions(who: Intruder, held: Held) -> AsyncIterator[tuple[str, Told]]:
    """Ask everything: by commands with a name and with a number, and by buttons and menus with every number."""
    others = {"slash": {path for path, _ in leaves(who.env)} - QUESTIONS, "menu": OPEN["menu"] | {"Save as quote"}}
    others["typed"] = {command.qualified_name for command in who.env.bot.walk_commands()} - QUESTIONS
    for text in (LURE, str(held.ids["stat"])):
        async for what, told in commands(who, text, others):
            yield what, told
    things = ("stat", "quote", "event", "removed", "correction", "subject", "measure", "source")
    for turn, (command, place) in enumerate(product(Command, PLACES)):
        for thing in things if command is Command.SHOW else some(things, turn):
            ask = encode(Ask(command, text=LURE, **{place: held.ids[thing]}), who.actor.id)
            yield f"button {ask}", await who.press(ask)
            if command is Command.SHOW:
                yield f"menu {ask}", await who.pick(MENU_ID, ask)


async def test_every_deed_with_their_numbers(held: Held, stranger: Intruder, watch: Watch) -> None:
    """To a moderator of another server, a number of this one is as one that there is not, and nothing happens."""
    wrong: list[str] = []
    before = watch.rows(but_of=held.room.elsewhere.guild.id)
    for turn, name in enumerate(sorted(ACTIONS)):
        unused = [same(told) async for _, told in deeds(stranger, name, UNUSED, str(UNUSED))]
        for thing in some(THINGS, turn):
            tried = [one async for one in deeds(stranger, name, held.ids[thing], str(held.ids[thing]))]
            for (what, told), other in zip(tried, unused, strict=True):
                nothing = told.alone and same(told) == other and (NOTHING.search(told.sentence) or "button" not in what)
                seen = any(one in told.text for one in held.names) or (told.public and name not in IN_PLACE)
                if seen or not (nothing or name in NUMBERLESS):
                    wrong.append(f"{what} ({thing}): {told.sentence}")
        if tables := disturbed(held, watch, before):
            wrong.append(f"{name} changed {', '.join(tables)}")
            before = watch.rows(but_of=held.room.elsewhere.guild.id)

    assert wrong == []
    assert faults(stranger) == []


async def test_their_numbers_in_own_things(held: Held, stranger: Intruder, watch: Watch) -> None:
    """What a moderator of another server writes does not get hold of anything here, whatever numbers are in it."""
    wrong: list[str] = []
    ids = {str(held.ids[thing]) for thing in ("source", "stat", "subject")} | {str(held.desk.id), str(held.role.id)}
    fields = FIELDS | {"source": str(held.ids["source"]), "subjects": f"#{held.ids['subject']}"}
    before = watch.rows(but_of=held.room.elsewhere.guild.id)
    for turn, name in enumerate(sorted(ACTIONS)):
        for text in some(("event", "2", f"1|1|1|#{held.ids['subject']}", ""), turn):
            for number in await own(held):
                moved = watch.moved
                tried = [await stranger.press(f"do:{name}:{number}:{text}")]
                tried += [await stranger.submit(f"form:{name}:{number}:{text}", fields)]
                tried += [await stranger.pick(f"pick:{name}:{number}:{text}", id_) for id_ in ids if text == "event"]
                wrong += [f"{name} {number}: {told.sentence}" for told in tried if SECRET in told.text]
                if watch.moved != moved and (taken := held_of_theirs(held, watch)):
                    wrong.append(f"{name} got hold of {taken}")
        if tables := disturbed(held, watch, before):
            wrong.append(f"{name} changed {', '.join(tables)}")
            before = watch.rows(but_of=held.room.elsewhere.guild.id)

    assert wrong == []
    assert faults(stranger) == []


async def test_every_question(held: Held, stranger: Intruder, passer: Intruder, member: Intruder) -> None:
    """No question, asked by name or by number, shows another server what this one has."""
    wrong: list[str] = []
    shown: set[str] = set()
    for who in (stranger, passer, member):
        async for what, told in questions(who, held):
            if not told.requests or (who is not member and any(one in told.text for one in held.names)):
                wrong.append(f"{what}: {told.sentence}")
            if SECRET in told.text:
                shown.add(what.split()[0])
            await held.room.env.bot.posted.flush()  # else it is done by the clock, in the middle of an attempt

    assert wrong == []
    assert shown >= {"/stats", "/quote", "/search", "/profile", "/sources", "/show", "typed", "button", "menu"}
    assert faults(stranger) == []


async def test_every_completion(held: Held, stranger: Intruder, passer: Intruder, member: Intruder) -> None:
    """Nothing is offered from another server while somebody types, and of moderators' things nothing to members."""
    moderator = await intruder(held.room.env, held.room.moderator, held.room.here.channel)
    offered: dict[str, set[str]] = {}
    for path, leaf in leaves(held.room.env):
        for option in leaf.get("options", ()):
            for typed in (*TEXTS, str(held.ids["stat"])) if option.get("autocomplete") else ():
                for what, who in (("s", stranger), ("p", passer), ("m", member), ("o", moderator)):
                    told = await who.complete(path, option["name"], typed)
                    if any(one in told.text for one in held.names):
                        offered.setdefault(what, set()).add(f"{path} {option['name']}")

    assert set(offered) == {"m", "o"}
    assert {name.split()[0] for name in offered["m"]} <= {*OPEN["slash"]}
    assert offered["o"] - offered["m"] >= {"entry edit id", "entry alias remove alias", "digest show digest"}
    assert faults(stranger) == []


async def test_what_is_anothers(held: Held, watch: Watch) -> None:
    """A member reaches no draft and no suggestion of another member of the same server."""
    other = await intruder(held.room.env, held.other, held.room.here.channel)
    wrong: list[str] = []
    numbers = [
        number for what, number in held.ids.items() if what.startswith("draft") or what in {"pending", "rejected"}
    ]
    theirs = {"draft", "suggestion"}
    before = {table: rows for table, rows in watch.rows().items() if table in theirs}
    for name in sorted(MEMBERS):
        for number in numbers:
            async for what, told in deeds(other, name, number, str(number)):
                supports = name == "suggestion.support" and number == held.ids["pending"]  # it says what is supported
                if (PRIVATE in told.text and not supports) or told.public:
                    wrong.append(f"{what}: {told.sentence}")

    assert wrong == []
    assert all(rows <= watch.rows()[table] for table, rows in before.items())


async def test_odd_numbers(held: Held) -> None:
    """Numbers that nothing has, that are far too large or are of what was removed, are answered in a sentence."""
    moderator = await intruder(held.room.env, held.room.moderator, held.room.here.channel)
    wrong: list[str] = []
    odd = (0, 2**63 - 1, 2**63, 10**19 - 1, held.ids["removed"], held.ids["deleted digest"])
    for turn, name in enumerate(sorted(set(ACTIONS) - {"privacy.erase.yes"})):
        for number in some(odd, turn):
            async for what, told in deeds(moderator, name, number, "9" * 19):
                if not told.requests or "went wrong" in told.sentence:
                    wrong.append(f"{what}: {told.sentence}")

    assert wrong == []
    assert faults(moderator) == []
