"""What a person is told when something goes wrong, wherever it went wrong, and what the log keeps of it."""

from __future__ import annotations

import logging
import secrets

from bot.errors import MarkedError, StoreError, UserError
from bot.limits import CONTENT
from bot.text import clip, safe

MARGIN = 100
"""So much less is said than a message has room for."""

log = logging.getLogger("dateline.faults")


def sentence(error: BaseException, where: str) -> str:
    """Return what to tell the person, escaped; a fault that is not theirs is logged with a reference to quote."""
    if isinstance(error, MarkedError):
        return str(error)
    if isinstance(error, UserError):
        return clip(safe(str(error)[:CONTENT]), CONTENT - MARGIN)
    if isinstance(error, StoreError):
        return error.told  # the store has logged it, once for everybody
    reference = secrets.token_hex(2)
    log.error("failed", exc_info=error, extra={"where": where, "ref": reference})
    return f"Something went wrong (ref {reference}). It is logged; please tell those who run this bot."
