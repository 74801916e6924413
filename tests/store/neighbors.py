"""Two servers with data of every kind in one store, in which each has to do with the same people and the same pack."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import time, timedelta

from discord.utils import time_snowflake
from town import GIVEN, NOW

from bot.digest import digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY
from bot.model import Actor, Kind, Status
from bot.moderating import aliases, drafts, moderation, reviews, subjects, suggestions
from bot.servers import settings
from bot.store import blanking, chance, departures, editions, own, posted, quoted
from bot.store import drafts as draft_store
from bot.store import suggestions as suggestion_store
from bot.store.database import Connection, Database
from bot.store.posted import Posted
from bot.store.subjects import MEMBER as MEMBER_KEY
from bot.writing import articles

MODERATOR, MEMBER = 501, 502
"""The same people are in both servers."""

CHANNEL = 7


@dataclass
class Server:
    """What one server has: `ids` by what it is, and the `keys` of its subjects."""

    guild_id: int
    word: str
    ids: dict[str, list[int]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    @property
    def moderator(self) -> Actor:
        """Who moderates it."""
        return Actor(self.guild_id, MODERATOR, manages=True, roles=frozenset())

    @property
    def member(self) -> Actor:
        """One of its members."""
        return Actor(self.guild_id, MEMBER, manages=False, roles=frozenset())


async def fill(db: Database, server: Server) -> None:
    """Give a server something of everything; each text has its word, each name is also the other server's."""
    async with db.write() as conn:
        await _entries(conn, server)
        await _digests(conn, server)
    await _suggestions(db, server)
    await _rest(db, server)
    async with db.read() as conn:
        rows = await conn.execute_fetchall("SELECT key FROM subject WHERE guild_id = ? ORDER BY id", (server.guild_id,))
        server.keys += [row[0] for row in rows]
        for name, table in (("revisions", "revision"), ("drafts", "draft"), ("sources", "source")):
            await _note(conn, server, name, f"SELECT id FROM {table} WHERE guild_id = ? ORDER BY id")  # noqa: S608
        named = "SELECT id FROM subject WHERE guild_id IN (0, ?) AND name = "
        for name in ("Harrow Pier", "Tarn County", "Weekly passengers", "Tobias Renn"):
            await _note(conn, server, name, f"{named} '{name}'")
            server.ids.setdefault("subjects", []).extend(server.ids[name])
        await _note(conn, server, "editions", "SELECT id FROM digest_edition WHERE guild_id = ? ORDER BY id")
        await _note(conn, server, "entries", "SELECT id FROM entry WHERE guild_id = ? ORDER BY id")


async def _note(conn: Connection, server: Server, name: str, query: str) -> None:
    server.ids[name] = [row[0] for row in await conn.execute_fetchall(query, (server.guild_id,))]
    assert server.ids[name], name


async def _entries(conn: Connection, server: Server) -> None:
    actor, word = server.moderator, server.word
    facts = {"title": f"{word} title", "publisher": "Gazette", "author": "A", "url": "https://x.example"}
    facts |= {"published": "2024-03-04"}
    source = await articles.add_source(
        conn, actor, facts, NOW, text=f"A {word} text. “{word} words”. About 12,400 people."
    )
    server.ids["sources"] = [source]
    rows = await conn.execute_fetchall("SELECT id FROM entry WHERE guild_id = 0 ORDER BY kind = 'stat' DESC, id")
    server.ids["shared"] = [row[0] for row in rows]
    given: dict[str, str] = {}
    for about in ("Harrow Pier", "Tarn County"):  # a subject of its own, named as the other's; and a shared one
        for kind, fields in GIVEN.items():
            given = fields | {
                "about": about,
                "statement": f"{word} statement.",
                "note": f"{word}.",
                "source": str(source),
            }
            if about == "Harrow Pier":
                given |= dict.fromkeys({"measure", "counted_by", "speaker"} & set(given), f"Boats {kind.value}")
            if kind is Kind.QUOTE:
                given["words"] = f"{word} words"
            if kind is Kind.EVENT:
                given |= {"title": f"{word} hearing", "date": "2024-03-04"}
            id_ = await moderation.add(conn, actor, kind, given, NOW)
            server.ids.setdefault("own", []).append(id_)
            await moderation.edit(conn, actor, id_, {"note": f"{word}, changed."}, NOW)
    await moderation.set_status(conn, actor, server.ids["own"][0], Status.DISPUTED, f"{word} reason", NOW)
    removed = await moderation.add(conn, actor, Kind.EVENT, given | {"title": f"{word} removed"}, NOW)
    await moderation.remove(conn, actor, removed, NOW)
    server.ids["removed"] = [removed]
    corrected, *hidden = server.ids["shared"][:4]
    await moderation.edit(conn, actor, corrected, {"note": f"{word} correction"}, NOW)
    for entry_id in (hidden[0], hidden[server.guild_id % 2 + 1]):  # one that both hide, and one that only this one does
        await moderation.hide(conn, actor, entry_id, NOW)
    await aliases.add(conn, actor, "Tarn County", "the shire", NOW)  # both give the shared subject the same name
    await aliases.add(conn, actor, "Harrow Pier", "the plank", NOW)
    await quoted.insert(conn, server.ids["own"][1], MEMBER)
    await own.upsert_subject(
        conn, server.guild_id, f"{MEMBER_KEY}{MEMBER}", "person", "The Member", [("the member", 1)]
    )
    await blanking.upsert_nobody(conn, server.guild_id)
    [(pier,)] = await conn.execute_fetchall(
        "SELECT id FROM subject WHERE guild_id = ? AND name = 'Harrow Pier'", (server.guild_id,)
    )
    await subjects.edit(conn, actor, pier, {"description": f"{word} description"}, NOW)
    await articles.edit_source(conn, actor, source, facts | {"author": f"{word} author"}, NOW)


async def _digests(conn: Connection, server: Server) -> None:
    actor = server.moderator
    wanted = Digest(
        guild_id=server.guild_id,
        channel_id=CHANNEL,
        name="Morning",
        zone="America/Chicago",
        at=time(server.guild_id % 24),
        days=DAILY,
        introduction=f"{server.word} introduction",
    )
    digest = await digests.create(conn, actor, wanted, NOW)
    gone = await digests.create(conn, actor, replace(wanted, name="Evening"), NOW)
    await digests.delete(conn, actor, gone, NOW)
    server.ids["digests"] = [digest, gone]
    due = int((NOW - timedelta(days=server.guild_id % 100 + 1)).timestamp())
    content = json.dumps({"introduction": server.word})
    await conn.executemany(
        """
        INSERT INTO digest_edition
            (digest_id, guild_id, due_at, state, number, content, message_id, posted_at, follow_up, reason)
        VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
        """,
        [
            (digest, server.guild_id, due, "posted", content, 9, due, "", ""),
            (digest, server.guild_id, due + 1, "posted", content, 10, due, "tell", ""),
            (digest, server.guild_id, due + 2, "due", None, None, None, "", f"{server.word}, tried again"),
        ],
    )
    await conn.execute(
        "INSERT INTO digest_carried (digest_id, entry_id) SELECT ?, id FROM entry WHERE guild_id = 0", (digest,)
    )
    ahead = await digests.create(conn, actor, replace(wanted, name="Noon"), NOW)
    await conn.execute("UPDATE digest SET settled_at = since_at + 1000 WHERE id = ?", (ahead,))
    await editions.insert_asked(conn, digest, server.guild_id, due + 60)
    await conn.execute("UPDATE digest_edition SET not_before = guild_id % 100000")


async def _suggestions(db: Database, server: Server) -> None:
    fields = GIVEN[Kind.EVENT] | {"note": f"{server.word} suggestion", "source": str(server.ids["sources"][0])}
    made: list[int] = []
    for title in ("pending", "approved", "rejected"):
        draft = await drafts.begin(
            db, server.member, Kind.EVENT, fields | {"title": f"{server.word} {title}"}, NOW, purpose="suggest"
        )
        made.append((await suggestions.suggest(db, server.member, draft, NOW)).id)
    await reviews.approve(db, server.moderator, made[1], NOW)
    await reviews.reject(db, server.moderator, made[2], f"{server.word} reason", NOW)
    async with db.write() as conn:
        await suggestion_store.update_message(conn, server.guild_id, made[0], CHANNEL, 90 + server.guild_id % 1000)
    await suggestions.support(db, replace(server.member, user_id=503), made[0])
    server.ids["suggestions"] = made


async def _rest(db: Database, server: Server) -> None:
    for actor, purpose in ((server.moderator, "add"), (server.member, "suggest")):
        async with db.write() as conn:
            draft = await draft_store.insert(conn, actor, purpose, Kind.STAT, {"note": server.word}, now=NOW)
            await draft_store.insert_form(conn, actor, draft, {"note": server.word}, NOW)
    async with db.write() as conn:
        about = server.ids["shared"][0]
        await draft_store.insert(conn, server.moderator, "edit", Kind.STAT, {"note": "!"}, target_id=about, now=NOW)
        await conn.execute("UPDATE entry SET shuffle = id WHERE guild_id = ?", (server.guild_id,))
    async with db.read() as conn:
        chosen = await settings.load(conn, server.guild_id)
    wanted = replace(chosen, prefix=server.word[0], review_channel=CHANNEL)
    await settings.change(db, server.moderator, wanted, NOW)
    shown = dict.fromkeys([*server.ids["own"], *server.ids["shared"]])
    async with db.write() as conn:
        await posted.insert(
            conn, [Posted(server.guild_id, CHANNEL, time_snowflake(NOW) + server.guild_id % 1000, "ask:r-.....", shown)]
        )
        await chance.take_unshown(conn, server.guild_id, CHANNEL, None, 0)
        if server.guild_id % 2:  # the bot is not in this one any more
            await departures.upsert_departed(conn, server.guild_id, NOW)
