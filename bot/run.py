"""The bot's whole lifetime, in the order in which it happens."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot import invite, portal
from bot.client import Dateline
from bot.config import Config, MessageContent
from bot.errors import StoreError
from bot.ingest.shipped import build_shipped
from bot.store.database import Database

WATCH_SECONDS = 2.0
"""Seconds between two looks at the store's file and at the other processes."""

log = logging.getLogger("dateline.run")


async def serve(config: Config) -> None:
    """Open the store, bring the packs into it, connect, and answer until cancelled.

    Raises BotError for whatever the operator can mend.
    """
    async with Database(config.database_path) as database:
        await build_shipped(database, discord.utils.utcnow())
        with portal.explained():
            granted = await _message_content(config)
            async with Dateline(config, database, message_content=granted) as bot:
                bot.worker.start()
                watching = asyncio.create_task(watch(bot))
                try:
                    await _connected(bot, config.token)
                except asyncio.CancelledError:
                    if database.broken:  # stopped, but what was done since is not in the store
                        raise StoreError(database.broken) from None
                    raise
                finally:
                    watching.cancel()


async def watch(bot: Dateline) -> None:
    """Notice, also while nobody asks, what becomes of the store's file and which processes use it.

    Goes on until it is cancelled. A fault that stays is logged once.
    """
    fault = ""
    while True:
        try:
            await bot.database.look()
            bot.processes.look()
            fault = ""
        except Exception as error:
            if fault != (fault := repr(error)):
                log.exception("the store could not be watched; it is tried again")
        await asyncio.sleep(WATCH_SECONDS)


async def _connected(bot: Dateline, token: str) -> None:
    """Stay connected until Discord ends it or this is cancelled; what is being answered goes on meanwhile."""
    connection = asyncio.create_task(bot.start(token))
    try:
        await asyncio.wait({connection})
    finally:
        # discord.py connects inside asyncio.wait_for, which before Python 3.12 can swallow a cancellation
        # that comes just as the connection is made: asked once only, the bot would then stay for good.
        while not connection.done():
            connection.cancel()
            await asyncio.wait({connection}, timeout=0.1)
        if not connection.cancelled():
            connection.exception()  # looked at, or asyncio logs it as forgotten when there was a stop as well
    await connection


async def _message_content(config: Config) -> bool:
    """Return whether to ask for the text of messages, and say so once where that leaves something out."""
    if config.message_content is MessageContent.ON:
        return True
    # discord.py's own warning says the same with neither the reason nor the remedy.
    logging.getLogger("discord.ext.commands.bot").setLevel(logging.ERROR)
    if config.message_content is MessageContent.OFF:
        log.info("typed commands work only in direct messages and after a mention: MESSAGE_CONTENT is off")
        return False
    application = await portal.application(config.token)
    if not application.message_content:
        log.warning(
            "typed commands such as %sstats work only in direct messages and after a mention; to have them "
            "everywhere, switch on %s, then start again",
            config.prefix,
            invite.SWITCH,
        )
    return application.message_content
