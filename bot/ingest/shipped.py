"""The packs that come with the bot."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.errors import BotError, PackError
from bot.ingest.build import Built, build
from bot.ingest.pack import Pack
from bot.ingest.read import load_pack, packs_in
from bot.store.database import Database

PACKS = Path(__file__).parents[1] / "packs"

log = logging.getLogger("dateline.build")


def load_packs(paths: Iterable[Path] = ()) -> list[Pack]:
    """Read packs, by default those of the bot; raises BotError with a line for each fault of any."""
    packs: list[Pack] = []
    failed: list[PackError] = []
    for path in paths or packs_in(PACKS):
        try:
            packs.append(load_pack(path))
        except PackError as error:
            failed.append(error)
    if failed:
        raise BotError("\n".join(map(str, failed)))
    return packs


async def build_shipped(database: Database, now: datetime) -> None:
    """Bring those packs of the bot into the store that are not in it as they are now."""
    for pack in load_packs():
        built = await build(database, pack, now)
        if built != Built(unchanged=built.unchanged):
            fields = {"added": built.added, "changed": built.changed, "removed": built.removed}
            log.info("pack built", extra={"pack": pack.key, **fields})
