"""Every list with pages, walked from its first page to its last by Next, and back by Previous, at every length."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord
from holding import NOW
from moderating import Moderated, moderated
from newsroom import Seen

from bot.answers.pages import PAGE_SIZE
from bot.digest import digests
from bot.digest.digests import Digest
from bot.digest.schedule import DAILY, time
from bot.model import Actor, Command, Kind
from bot.moderating import aliases, drafts, history, moderation, suggestions
from bot.render import digests as digest_cards
from bot.render import moderation as entry_cards
from bot.render import settings as settings_cards
from bot.servers import settings
from bot.store.database import Database
from bot.writing import articles

pytestmark = pytest.mark.simcord(shard_count=1)

TURNING = {
    "bot.render.history", "bot.render.moderation", "bot.render.reviews", "bot.render.settings", "bot.render.sheet",
    "bot.render.suggestions", "bot.render.digests",
}  # fmt: skip
"""The modules that make buttons which turn pages; each makes those of a list below."""

EVENT = {
    "about": "Zwalk",
    "date": "2024-03-04",
    "statement": "There was a walk.",
    "title": "item{:03}.",
}
QUOTE = {"words": "item{:03}.", "speaker": "Ada Zwalk", "about": "Zwalk", "statement": "A walk."}
STAT = {"about": "Zwalk", "measure": "Zwalks", "figure": "{:03} item", "statement": "There are item{:03}."}


@dataclass
class Bench:
    """A server whose lists grow one by one."""

    room: Moderated
    actor: Actor
    source: str = ""
    target: int = 0

    async def do(self, deed: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Do something in a transaction of its own."""
        async with self.room.store.write() as conn:
            return await deed(conn, *args)

    async def add(self, kind: Kind, fields: dict[str, str], number: int) -> int:
        """Add an entry with its number in it."""
        given = {key: text.format(number) for key, text in fields.items()} | {"source": self.source}
        return await self.do(moderation.add, self.actor, kind, given, NOW + timedelta(seconds=number))

    async def event(self, number: int) -> None:
        """Add an event."""
        await self.add(Kind.EVENT, EVENT, number)

    async def quotation(self, number: int) -> None:
        """Add a quotation."""
        await self.add(Kind.QUOTE, QUOTE, number)

    async def figure(self, number: int) -> None:
        """Add a figure."""
        await self.add(Kind.STAT, STAT, number + 1)

    async def removed(self, number: int) -> None:
        """Add an event and remove it."""
        entry = await self.add(Kind.EVENT, EVENT, number)
        await self.do(moderation.remove, self.actor, entry, NOW + timedelta(seconds=number))

    async def hidden(self, number: int) -> None:
        """Hide one of the entries that all servers share."""
        async with self.room.store.read() as conn:
            rows = await conn.execute_fetchall("SELECT id FROM entry WHERE guild_id = 0 ORDER BY id")
        await self.do(moderation.hide, self.actor, [row[0] for row in rows][number], NOW)

    async def change(self, number: int) -> None:
        """Change an entry, which is added first."""
        if not self.target:
            self.target = await self.add(Kind.EVENT, EVENT, 0)
            return
        await self.do(moderation.edit, self.actor, self.target, EVENT | {"title": f"item{number:03}."} | {
            "source": self.source
        }, NOW + timedelta(seconds=number))  # fmt: skip

    async def named(self, number: int) -> None:
        """Give a subject another name."""
        await self.do(aliases.add, self.actor, "Chicago", f"item{number:03} city", NOW + timedelta(seconds=number))

    async def article(self, number: int) -> None:
        """Add a source."""
        facts = dict.fromkeys(("publisher", "author", "url", "published"), "not stated")
        await self.do(articles.add_source, self.actor, {"title": f"item{number:03}"} | facts, NOW)

    async def chosen(self, number: int) -> None:
        """Change a setting."""
        async with self.room.store.read() as conn:
            before = await settings.load(conn, self.actor.guild_id)
        wanted = replace(before, prefix=f"i{number:03}")
        await settings.change(self.room.store, self.actor, wanted, NOW + timedelta(seconds=number))

    async def suggested(self, number: int) -> None:
        """Suggest an event, as its member."""
        member = replace(self.actor, user_id=self.room.member.id, manages=False)
        given = EVENT | {"title": f"item{number:03}.", "source": self.source}
        draft = await drafts.begin(self.room.store, member, Kind.EVENT, given, NOW, purpose="suggest")
        await suggestions.suggest(self.room.store, member, draft, NOW + timedelta(seconds=number))

    async def posted(self, number: int) -> None:
        """Write an edition of the digest, which is made first, into its log."""
        if not self.target:
            where = {"guild_id": self.actor.guild_id, "channel_id": self.room.here.channel.id}
            wanted = Digest(**where, name="Morning", zone="UTC", at=time(9), days=DAILY)
            self.target = await self.do(digests.create, self.actor, wanted, NOW)
        async with self.room.store.write() as conn:
            await conn.execute(
                """
                INSERT INTO digest_edition (digest_id, guild_id, due_at, state, reason)
                VALUES (?, ?, ?, 'skipped', ?)
                """,
                (self.target, self.actor.guild_id, number, f"item{number:03}."),
            )


@dataclass(frozen=True)
class List:
    """A list: how it is opened, how it grows, how many are on a page, and how many are there from the start."""

    opened: Callable[[Bench], Awaitable[Seen]]
    grow: Callable[[Bench, int], Awaitable[None]]
    size: int
    marks: str = r"item\d+"
    least: int = 0
    counted_before: int = 0
    turns: tuple[str, str] = ("Previous", "Next")
    ends: bool = False
    """Whether a page beyond the end is the last one."""


def asked(name: str, **options: str) -> Callable[[Bench], Awaitable[Seen]]:
    """Open a list by a slash command."""
    return lambda bench: bench.room.slash(name, **options)


async def changes_of(bench: Bench) -> Seen:
    """Open the history of the entry that is changed."""
    return await bench.room.slash("entry history", id=str(bench.target))


async def log(bench: Bench) -> Seen:
    """Open the log of the digest."""
    return await bench.room.press(await bench.room.slash("digest show", digest="Morning"), "Log")


async def settings_history(bench: Bench) -> Seen:
    """Open the history of the settings."""
    return await bench.room.press(await bench.room.slash("settings"), "History")


async def own_suggestions(bench: Bench) -> Seen:
    """Open a member's own suggestions."""
    return await bench.room.slash("suggestions mine", bench.room.member)


AGES = ("Newer", "Older")

LISTS = {
    "figures": List(asked("stats", about="Zwalk"), Bench.figure, PAGE_SIZE[Command.STATS], r"\b\d+ item\b"),
    "quotations": List(asked("quote", who="Ada Zwalk"), Bench.quotation, PAGE_SIZE[Command.QUOTE]),
    "found": List(asked("search", text="zwalk"), Bench.event, PAGE_SIZE[Command.SEARCH]),
    "figures of a measure": List(
        asked("compare", measure="Zwalks"), Bench.figure, PAGE_SIZE[Command.COMPARE], r"#\d+ Zwalk"
    ),
    "timeline of a subject": List(asked("timeline", about="Zwalk"), Bench.event, PAGE_SIZE[Command.TIMELINE]),
    "sources": List(asked("sources"), Bench.article, PAGE_SIZE[Command.SOURCES], counted_before=1),
    "removed": List(asked("entry removed"), Bench.removed, entry_cards.LISTED),
    "hidden": List(asked("entry hidden"), Bench.hidden, entry_cards.LISTED, r"`#\d+`"),
    "changes of an entry": List(changes_of, Bench.change, history.PAGE, r"<t:\d+:f>", least=1, ends=True),
    "names": List(asked("entry alias list"), Bench.named, entry_cards.LISTED),
    "changes of settings": List(
        settings_history, Bench.chosen, settings_cards.PAGE, r"<t:\d+:f>", turns=AGES, ends=True
    ),
    "own suggestions": List(own_suggestions, Bench.suggested, suggestions.PAGE, ends=True),
    "queue": List(asked("review"), Bench.suggested, 1, r"\d+ of \d+ waiting"),
    "log of a digest": List(log, Bench.posted, digest_cards.LOG_PAGE, least=1, turns=AGES, ends=True),
}  # fmt: skip


@pytest.fixture
async def bench(simcord_env: simcord.Env, store: Database) -> Bench:
    """Return a server to fill."""
    room = await moderated(simcord_env, store)
    return Bench(room, Actor(room.here.guild.id, room.moderator.id, manages=True, roles=frozenset()))


async def walk(bench: Bench, card: Seen, turns: tuple[str, str], by: Any) -> list[Seen]:
    """Turn to the last page and back, and return the pages; on the way back they are as they were."""
    pages, (back, on) = [card], turns
    while on in card.buttons and on not in card.disabled:
        assert len(pages) < 100, "the list never ends"
        card = await bench.room.press(card, on, by)
        pages.append(card)
    for page in reversed(pages[:-1]):
        card = await bench.room.press(card, back, by)
        assert card.everything == page.everything
    return pages


async def beyond(bench: Bench, card: Seen, turns: tuple[str, str], by: Any) -> Seen:
    """Turn to a page that is not there any more, as a button from before can."""
    message: Any = getattr(card.message, "message", card.message)
    [custom_id] = [
        item.custom_id for row in message.components for item in row.children if getattr(item, "label", "") == turns[1]
    ]
    planted = await bench.room.plant(re.sub(r"\d+(?=:?$)", "99", custom_id))
    return await bench.room.press(planted, "Press", by)


@pytest.mark.parametrize("name", LISTS)
async def test_every_length(bench: Bench, name: str) -> None:
    """With 0, 1, size - 1, size, size + 1 and 2 * size there is each once, on as many full pages as that takes."""
    one = LISTS[name]
    if name != "sources":
        facts = dict.fromkeys(("title", "publisher", "author", "url", "published"), "not stated")
        bench.source = str(await bench.do(articles.add_source, bench.actor, facts, NOW))
    by = bench.room.member if name == "own suggestions" else None
    made = 0
    for total in sorted({0, 1, one.size - 1, one.size, one.size + 1, 2 * one.size}):
        if total < one.least or total < one.counted_before:
            continue
        for number in range(made, total - one.counted_before):
            await one.grow(bench, number)
        made = total - one.counted_before

        pages = await walk(bench, await one.opened(bench), one.turns, by)

        found = [list(dict.fromkeys(re.findall(one.marks, page.everything))) for page in pages]
        sizes = [len(marks) for marks in found]
        assert sum(sizes) == made, (total, sizes, pages[0].everything)
        assert len({mark for marks in found for mark in marks}) == made, (total, found)
        wanted = max(1, -(-total // one.size))
        assert len(pages) == wanted, (total, sizes)
        assert all(len(marks) in {one.size, one.size - one.counted_before} for marks in found[:-1]), (total, sizes)
        if one.ends and wanted > 1:
            last = await beyond(bench, pages[0], one.turns, by)
            assert list(dict.fromkeys(re.findall(one.marks, last.everything))) == found[-1], (total, last.everything)
        if wanted > 1:
            assert one.turns[0] in pages[0].disabled
            assert all(one.turns[0] not in page.disabled for page in pages[1:])


def test_every_list_is_walked() -> None:
    """The cards that turn pages are those of the lists above."""
    render = Path(__file__).parents[2] / "bot" / "render"
    texts = {f"bot.render.{path.stem}": path.read_text("utf-8") for path in render.glob("*.py")}
    turning = {name for name, text in texts.items() if '"Next"' in text or '"Older"' in text}
    paged = {command for command in PAGE_SIZE if command not in {Command.SHOW, Command.RANDOM, Command.PROFILE}}

    assert turning == TURNING
    assert {one.size for one in LISTS.values()} >= {PAGE_SIZE[command] for command in paged}
