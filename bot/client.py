"""The bot: its connection to Discord, its cogs, and what it does at both ends of its life."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from importlib import import_module
from time import perf_counter
from typing import Any

import discord
from discord.ext import commands

from bot import invite, portal, typed_command
from bot.config import Config
from bot.errors import StoreError, UserError
from bot.model import Settings
from bot.moderating.posted import Recorder
from bot.pace import Pace
from bot.recent import Recent
from bot.servers import settings
from bot.store import deadline, meta
from bot.store.database import Database
from bot.store.processes import Processes
from bot.worker import Worker

COGS = (
    "cogs.answers",
    "cogs.typed",
    "cogs.about",
    "cogs.clicks",
    "cogs.failures",
    "cogs.settings",
    "cogs.entry",
    "cogs.entry_typed",
    "cogs.quoting",
    "cogs.suggestions",
    "cogs.review",
    "cogs.corrections",
    "cogs.data",
    "cogs.privacy",
    "cogs.digest",
    "cogs.digest_typed",
    "cogs.posting",
    "cogs.upkeep",
)

_TYPED = {discord.MessageType.default, discord.MessageType.reply}
"""The types of messages that people write; the others tell of something in words that people chose."""

RECENT = 1000
"""So many answers, and as many suggestions, are kept ready; a card is at most some 10 kB."""

CLOSING_SECONDS = 7.0
"""Time that a stop gives answers that are under way, in seconds (see `bot.loop.STOP_SECONDS`)."""

LEAVING_SECONDS = 1.0
"""Time that a stop gives Discord to close the connection, in seconds."""

log = logging.getLogger("dateline.client")


class _Tree(discord.app_commands.CommandTree["Dateline"]):
    async def interaction_check(self, interaction: discord.Interaction[Dateline], /) -> bool:
        """Take each slash command once."""
        return self.client.is_first(interaction.id)


class Dateline(commands.AutoShardedBot):
    """Answers from `database`. `message_content` is whether the gateway is asked for the text of messages.

    `sync` registers the slash commands with Discord at every start, not only when they have changed.
    """

    def __init__(self, config: Config, database: Database, *, message_content: bool, sync: bool = False) -> None:
        self.pace = Pace()
        super().__init__(
            http_trace=portal.checked(self.pace.trace()),
            command_prefix=_prefixes,
            tree_cls=_Tree,
            intents=invite.intents(message_content=message_content),
            help_command=None,
            case_insensitive=True,
            strip_after_prefix=True,
            allowed_mentions=discord.AllowedMentions.none(),
            # Nothing is asked of past messages or of who is in a server, so that neither is kept in memory.
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.config = config
        self.database = database
        self.message_content = message_content
        self.cooldowns = _cooldowns(config)
        self.refusals = _cooldowns(config)
        self.recent: Recent[Hashable, Any] = Recent(RECENT)
        self.suggested: Recent[Hashable, Any] = Recent(RECENT)
        self.posted = Recorder(database)
        self.processes = Processes(database.path)
        self.worker = Worker("cogs.data_jobs")
        self._settings: Recent[int, Settings] = Recent(RECENT)
        self._prefixes: dict[int, str] = {}
        self._seen: Recent[int, int] = Recent(RECENT)
        self._noted: Recent[Hashable, str] = Recent(RECENT)
        self._sync = sync
        self._answering = 0
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def setup_hook(self) -> None:
        """Load the cogs and, where the slash commands have changed, register them."""
        shards = "" if self.shard_ids is None else f"-{'.'.join(map(str, self.shard_ids))}"
        self.processes.enter(f"{self.application_id}{shards}")
        for cog in COGS:
            # Not load_extension, which runs the cog's file once more for every bot in the process.
            await import_module(cog).setup(self)
        digest = _digest([command.to_dict(self.tree) for command in self.tree.get_commands()])
        key = f"commands:{self.application_id}"
        async with self.database.read() as conn:
            known = await meta.select_value(conn, key)
        if self._sync or digest != known:
            synced = await self.tree.sync()
            async with self.database.write(content=False) as conn:
                await meta.upsert_value(conn, key, digest)
            log.info("commands registered", extra={"count": len(synced)})

    async def on_ready(self) -> None:
        """Say once per connection that the bot is there."""
        assert self.user is not None
        log.info("ready", extra={"user": str(self.user), "servers": len(self.guilds)})

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message if it is a typed command; those of bots, webhooks and of Discord itself are not."""
        if self.user is None or message.author.bot or message.webhook_id or message.type not in _TYPED:
            return
        if not self.processes.answers():
            return
        guild = message.guild
        role = guild.self_role if guild and "<@&" in message.content else None
        prefix = await self.prefix(guild.id if guild else 0)
        called = typed_command.Addressee(self.user.id, role.id if role else 0, prefix)
        text = typed_command.read(message.content, called, self.all_commands, private=guild is None)
        if text is not None and self.is_first(message.id):
            message.content = text
            await self.process_commands(message)

    def is_first(self, event_id: int) -> bool:
        """Whether a message or an interaction is new: after a break the gateway sends some again."""
        first = self._seen.get(event_id, 0) is None
        self._seen.put(event_id, 0, event_id)
        return first

    def note_once(self, text: str, **fields: object) -> None:
        """Log a warning once, not each time that somebody meets with it."""
        key = (text, *fields.values())
        if self._noted.get(key, 0) is None:
            self._noted.put(key, 0, text)
            log.warning(text, extra=fields)

    async def settings(self, guild_id: int) -> Settings:
        """Return what a server has chosen; in a direct message (0), the defaults."""
        edition = self.database.edition()
        found = self._settings.get(guild_id, edition)
        if found is None:
            async with self.database.read() as conn:
                found = await settings.load(conn, guild_id)
            self._settings.put(guild_id, edition, found)
            self._prefixes[guild_id] = found.prefix
        return found

    async def prefix(self, guild_id: int) -> str:
        """Return what typed commands begin with in a server; while the store cannot be read, what is known of it."""
        try:
            prefix = (await self.settings(guild_id)).prefix
        except StoreError:
            prefix = self._prefixes.get(guild_id, "")
        return prefix or self.config.prefix

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what a listener raised; a fault of the store has been logged, once for all events."""
        if not isinstance(sys.exception(), StoreError):
            await super().on_error(event_method, *args, **kwargs)

    def watches(self, guild_id: int) -> bool:
        """Whether this process would know if the bot were in a server: it runs its shard, which is connected."""
        shard = self.shards.get((guild_id >> 22) % (self.shard_count or 1))
        return self.is_ready() and shard is not None and not shard.is_closed()

    async def close(self) -> None:
        """Finish what is being answered, then leave Discord. The store is left open for whoever opened it."""
        self._stopping = True
        try:
            await asyncio.wait_for(self._idle.wait(), CLOSING_SECONDS)
        except TimeoutError:
            log.warning("stopped while answering", extra={"count": self._answering})
        finally:
            self.worker.close()
            try:
                await asyncio.wait_for(super().close(), LEAVING_SECONDS)
            except TimeoutError:
                log.warning("stopped before Discord had closed the connection")
            self.processes.leave()
            await self.posted.flush()

    @property
    def stopping(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._stopping

    @contextmanager
    def busy(self) -> Generator[None]:
        """Hold off a stop until the block ends, unless it has begun: on a busy server it would never be over."""
        waited_for = not self._stopping
        if waited_for:
            self._answering += 1
            self._idle.clear()
        try:
            yield
        finally:
            if waited_for:
                self._answering -= 1
            if not self._answering:
                self._idle.set()

    @contextmanager
    def answering(self, command: str, surface: str, answered: Callable[[], bool] = lambda: False) -> Generator[None]:
        """Hold off a stop while a command is answered, and log how long that took; never what was asked.

        Until it is `answered`, it waits for the store only as long as an answer is still in time.
        """
        start = perf_counter()
        outcome = "failed"
        try:
            with self.busy(), deadline.answering(answered):
                yield
            outcome = "answered"
        except UserError:
            outcome = "refused"
            raise
        finally:
            milliseconds = round((perf_counter() - start) * 1000, 1)
            log.info(outcome, extra={"command": command, "surface": surface, "ms": milliseconds})


async def _prefixes(bot: Dateline, message: discord.Message) -> list[str]:
    """Return what a typed command may begin with; in a direct message nothing is needed."""
    prefix = await bot.prefix(message.guild.id if message.guild else 0)
    prefixes = commands.when_mentioned_or(prefix)(bot, message)
    return prefixes if message.guild else [*prefixes, ""]


def _cooldowns(config: Config) -> commands.CooldownMapping[tuple[int, int]] | None:
    if config.cooldown is None:
        return None
    return commands.CooldownMapping[tuple[int, int]].from_cooldown(*config.cooldown, _itself)


def _itself(key: tuple[int, int]) -> tuple[int, int]:
    """Return the key of a cooldown: (channel, person)."""
    return key


def _digest(payload: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
