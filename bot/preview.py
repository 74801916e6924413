"""The same bot in a local browser page, with a store of its own, on a Discord within this process."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import discord

from bot.client import Dateline
from bot.config import Config
from bot.errors import BotError
from bot.ingest.build import build
from bot.ingest.shipped import load_packs
from bot.render.plain import welcome_card
from bot.store.database import Database

NEEDED = ("simcord", "markdown_it", "linkify_it", "regex", "PIL")
"""What `pip install dateline-bot[preview]` brings, by the names under which it is imported."""


def store_of(config: Config, chosen: Path | None = None) -> Path:
    """Return the file of the page's store: the one that was chosen, or one of its own beside the real store.

    The page's server and people are made up, and nothing of them belongs among real ones. Raises BotError for the
    real store.
    """
    real = config.database_path
    path = chosen or real.with_name(f"{real.stem}-preview{real.suffix}")
    if path.resolve() == real.resolve() or (real.exists() and path.exists() and path.samefile(real)):
        raise BotError(
            f"{path} is the real store, in which the page would leave its made-up server. "
            "Look at a copy: python -m bot backup copy.db, then python -m bot preview --store copy.db"
        )
    return path


async def serve(config: Config, *, port: int = 0, open_page: bool = True) -> None:
    """Serve the page until cancelled, and print its address. `port` 0 is any that is free."""
    async with Database(config.database_path) as database:
        for pack in load_packs():
            await build(database, pack, discord.utils.utcnow())
        async with page(config, database, port=port) as address:
            store = config.database_path
            print(  # noqa: T201 - the result
                f"\n  Dateline is at {address}\n  Its store is {store}, apart from the real one."
                "\n  Stop it with Ctrl-C.\n",
                flush=True,
            )
            if open_page:
                await asyncio.to_thread(webbrowser.open, address)
            await asyncio.Event().wait()


@asynccontextmanager
async def page(config: Config, database: Database, *, port: int = 0) -> AsyncGenerator[str]:
    """Serve the page on the loopback address and yield its address, which works for whoever has it.

    Raises BotError in one line if a package is missing or the port is taken.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise BotError(
            f"The preview needs packages that are not installed ({', '.join(missing)}). "
            'Install them with: python -m pip install ".[preview]" (or run: make demo)'
        )
    logging.getLogger("discord.state").setLevel(logging.ERROR)  # simcord's own import warns of an intent
    import simcord  # noqa: PLC0415 - an optional package

    # The page's Discord delivers the text of messages, and begins without any command registered.
    # Its clock stands still, so that no cooldown would end; and the servers of a copied store are not gone for good
    # because they are not in the page.
    here = replace(config, cooldown=None, grace_days=None)
    bot = Dateline(here, database, message_content=True, sync=True)
    async with simcord.run(bot, shard_count=1, check_errors=False) as env:
        guild = env.create_guild("Newsroom")
        channel = guild.create_text_channel("dateline", topic="Ask about the story")
        moderators = guild.create_role(
            "Moderators", permissions=discord.Permissions(manage_guild=True, manage_messages=True)
        )
        member = guild.add_member(env.create_user("member"))
        moderator = guild.add_member(env.create_user("moderator"), roles=[moderators])
        await bot.http.edit_my_member(guild.id, nick="Dateline")
        home = bot.get_partial_messageable(channel.id)
        await home.send(embed=welcome_card(await bot.prefix(guild.id)).embed)
        viewers = [member, moderator]
        try:
            async with env.preview(channel, viewers=viewers, layout="channel", port=port or None) as preview:
                yield preview.url
        except (OSError, simcord.SetupError) as error:
            raise BotError(f"The page cannot be served at port {port}: {error}. Try another --port.") from error
