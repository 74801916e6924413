"""A server that holds something of everything, with a secret word in each text, beside one that is not to see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import discord
import simcord
from moderating import Moderated, moderated
from simcord import ChannelHandle, MemberActor, RoleHandle

from bot.digest import digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY
from bot.model import Actor, Kind, Status, Suggesting
from bot.moderating import aliases, drafts, moderation, reviews, suggestions
from bot.servers import settings
from bot.store import drafts as draft_store
from bot.store import posted, quoted
from bot.store.database import Connection, Database
from bot.store.posted import Posted
from bot.writing import articles

NOW = datetime(2026, 1, 1, tzinfo=UTC)

LURE, SECRET, PRIVATE, PREFIX = "larkspur", "zsecret", "zprivate", "§§"
"""What is asked for, and stands in every text; what another server must not see of it; what is one person's own."""

STARTS = {
    "source": 701_000,
    "subject": 702_000,
    "entry": 703_000,
    "revision": 704_000,
    "draft": 705_000,
    "suggestion": 706_000,
    "digest": 707_000,
    "digest_edition": 708_000,
}
"""Where the ids of each table begin, so that none of them is taken for one of another table."""


def said(field: str) -> str:
    """Return the text of a field."""
    return f"{LURE} {SECRET} {field}"


STAT = {
    "about": said("place"),
    "measure": said("measure"),
    "figure": f"about 12,400 {LURE} {SECRET} people",
    "out_of": f"20,000 {LURE} {SECRET} people",
    "as_of": "2024-03-04",
    "counted_by": said("office"),
    "statement": said("statement"),
    "note": said("note"),
}
QUOTE = {
    "words": said("words"),
    "speaker": said("speaker"),
    "role": said("role"),
    "said_where": said("where"),
    "said_when": said("when"),
    "about": said("place"),
    "statement": said("context"),
    "note": said("note"),
}
EVENT = {
    "title": said("title"),
    "date": "2024-03-04",
    "date_printed": said("date"),
    "date_inferred": said("inferred"),
    "about": said("place"),
    "statement": said("event"),
    "note": said("note"),
}
GIVEN = {Kind.STAT: STAT, Kind.QUOTE: QUOTE, Kind.EVENT: EVENT}


@dataclass(frozen=True)
class Held:
    """Two servers; the first has one of everything. `ids` are what it has, by what it is.

    `other` is a second member of the first, `role` the one that makes `room.keeper` a moderator.
    """

    room: Moderated
    other: MemberActor
    desk: ChannelHandle
    role: RoleHandle
    ids: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """What nobody of the other server may be told of the first: texts, roles, channels and people."""
        here = self.room.here
        people = (here.moderator, here.member, self.room.keeper, self.other)
        places = (here.guild, here.channel, self.desk, self.role)
        return (SECRET, PRIVATE, PREFIX, *(str(one.id) for one in (*people, *places)))


async def holding(env: simcord.Env, store: Database) -> Held:
    """Make the servers, and fill the first."""
    room = await moderated(env, store)
    here = room.here.guild
    desk = here.create_text_channel("review")
    held = Held(room, here.add_member(env.create_user("other")), desk, here.roles["Keepers"], {})
    async with store.write() as conn:
        for table, start in STARTS.items():
            await conn.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            await conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, start))
        await _entries(conn, held)
        await _digest(conn, held)
    await _suggestions(store, held)
    await _drafts(store, held)
    await _settings(store, held)
    await _posted(store, held)
    return held


def moderator_of(held: Held) -> Actor:
    """Return the moderator of the first server as the rules know them."""
    return Actor(held.room.here.guild.id, held.room.moderator.id, manages=True, roles=frozenset())


def member_of(held: Held) -> Actor:
    """Return the member of the first server."""
    return Actor(held.room.here.guild.id, held.room.member.id, manages=False, roles=frozenset())


async def _entries(conn: Connection, held: Held) -> None:
    """Add a source and entries of each kind, and change, remove, correct and hide some."""
    actor, ids = moderator_of(held), held.ids
    facts = {"title": said("title"), "publisher": said("publisher"), "author": said("author")}
    facts |= {"url": f"https://{LURE}.example/{SECRET}", "published": "2024-03-04"}
    ids["source"] = await articles.add_source(conn, actor, facts, NOW)
    text = f"A report. “{said('words')},” they said. {STAT['figure']}."
    ids["source with a text"] = await articles.add_source(conn, actor, facts, NOW, text=text)
    for kind, fields in GIVEN.items():
        ids[kind] = await moderation.add(conn, actor, kind, fields | {"source": str(ids["source"])}, NOW)
    await moderation.set_status(conn, actor, ids["stat"], Status.DISPUTED, said("reason"), NOW)
    ids["removed"] = await moderation.add(conn, actor, Kind.EVENT, EVENT | {"source": str(ids["source"])}, NOW)
    await moderation.remove(conn, actor, ids["removed"], NOW)
    [(corrected,), (hidden,)] = await conn.execute_fetchall(
        "SELECT id FROM entry WHERE guild_id = 0 AND kind = 'stat' ORDER BY id LIMIT 2"
    )
    ids["correction"], _ = await moderation.edit(conn, actor, corrected, {"note": said("correction")}, NOW)
    await moderation.hide(conn, actor, hidden, NOW)
    await aliases.add(conn, actor, said("place"), said("alias"), NOW)
    await quoted.insert(conn, ids["quote"], held.room.member.id)
    for name, where in {"subject": "guild_id > 0", "measure": "guild_id > 0 AND kind = 'measure'"}.items():
        [(ids[name],)] = await conn.execute_fetchall(f"SELECT max(id) FROM subject WHERE {where}")  # noqa: S608 - ours
    for target in ("entry", "source", "subject"):
        rows = await conn.execute_fetchall("SELECT max(id) FROM revision WHERE target = ?", (target,))
        [(ids[f"change of {target}"],)] = rows


async def _digest(conn: Connection, held: Held) -> None:
    """Add a digest that runs and one that was deleted, with an edition that was posted."""
    actor, ids = moderator_of(held), held.ids
    wanted = Digest(
        guild_id=actor.guild_id,
        channel_id=held.room.here.channel.id,
        name=said("digest"),
        zone="America/Chicago",
        at=time(9),
        days=DAILY,
        introduction=said("introduction"),
        role_id=held.role.id,
        subjects=(ids["subject"],),
    )
    ids["digest"] = await digests.create(conn, actor, wanted, NOW)
    ids["deleted digest"] = await digests.create(conn, actor, replace(wanted, name=said("deleted")), NOW)
    await digests.delete(conn, actor, ids["deleted digest"], NOW)
    rows = await conn.execute_fetchall(
        """
        INSERT INTO digest_edition (digest_id, guild_id, due_at, state, number, content, message_id, posted_at, reason)
        VALUES (?, ?, ?, 'posted', 1, ?, 7, ?, ?) RETURNING id
        """,
        (
            ids["digest"],
            actor.guild_id,
            int((NOW - timedelta(days=1)).timestamp()),
            json.dumps({"introduction": said("edition")}),
            int(NOW.timestamp()),
            said("late"),
        ),
    )
    [(ids["edition"],)] = rows


async def _suggestions(store: Database, held: Held) -> None:
    """Let the member suggest three times: one waits, one is approved, one turned down."""
    moderator, member = moderator_of(held), member_of(held)
    for state in ("pending", "approved", "rejected"):
        fields = EVENT | {"source": str(held.ids["source"]), "title": f"{said(state)} {PRIVATE}"}
        draft_id = await drafts.begin(store, member, Kind.EVENT, fields, NOW, purpose="suggest")
        held.ids[state] = (await suggestions.suggest(store, member, draft_id, NOW)).id
    await reviews.approve(store, moderator, held.ids["approved"], NOW)
    await reviews.reject(store, moderator, held.ids["rejected"], f"{said('turned down')} {PRIVATE}", NOW)
    async with store.read() as conn:
        rows = await conn.execute_fetchall("SELECT max(id) FROM revision WHERE target = 'suggestion'")
        [(held.ids["change of suggestion"],)] = rows


async def _drafts(store: Database, held: Held) -> None:
    """Let the moderator begin drafts of each purpose, and the member one of a suggestion."""
    targets = {"add": 0, "edit": held.ids["event"], "review": held.ids["pending"], "suggest": 0}
    for purpose, target in targets.items():
        actor = member_of(held) if purpose == "suggest" else moderator_of(held)
        fields = EVENT | {"source": str(held.ids["source"]), "note": f"{said('draft')} {PRIVATE}"}
        async with store.write() as conn:
            held.ids[f"draft to {purpose}"] = await draft_store.insert(
                conn, actor, purpose, Kind.EVENT, fields, target_id=target, now=NOW
            )


async def _settings(store: Database, held: Held) -> None:
    """Choose settings, once more than is undone, so that they have a history."""
    async with store.read() as conn:
        chosen = await settings.load(conn, held.room.here.guild.id)
    wanted = replace(chosen, prefix=PREFIX, zone="America/Chicago", review_channel=held.desk.id)
    await settings.change(store, moderator_of(held), replace(wanted, suggesting=Suggesting.NOBODY), NOW)
    await settings.change(store, moderator_of(held), wanted, NOW)
    async with store.read() as conn:
        rows = await conn.execute_fetchall("SELECT max(id) FROM revision WHERE target = 'setting'")
        [(held.ids["change of setting"],)] = rows


async def _posted(store: Database, held: Held) -> None:
    """Let an answer that shows the entries stand in the first server's channel."""
    channel = held.room.env.bot.get_partial_messageable(held.room.here.channel.id)
    message: discord.Message = await channel.send("An answer")
    shown = {held.ids[kind]: None for kind in ("stat", "quote", "event", "correction")}
    one = Posted(held.room.here.guild.id, message.channel.id, message.id, "ask:r-.....", shown)
    async with store.write(content=False) as conn:
        await posted.insert(conn, [one])
