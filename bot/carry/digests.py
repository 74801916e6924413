"""A digest of a file: what it has to be, which of the server's it is, and how it comes in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

from bot import zones
from bot.carry import things
from bot.carry.check import Refused
from bot.carry.records import DigestRecord
from bot.carry.state import State, identity
from bot.digest import digests, schedule
from bot.digest.catchup import CatchUp
from bot.digest.digests import FROM_FILE, Digest
from bot.digest.planning import MOST_SUBJECTS
from bot.errors import UserError
from bot.model import SHARED
from bot.text import visible

_TIME = re.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_MOST_MINUTES = digests.LONGEST_WINDOW // timedelta(minutes=1)


class Digests:
    """The digests of the store, and of the file as far as it was read."""

    def __init__(self, state: State, *, exactly: bool) -> None:
        self._state = state
        self._exactly = exactly
        self._there = [one for one in state.known.values() if isinstance(one, DigestRecord)]

    def place(self, record: DigestRecord) -> tuple[DigestRecord, DigestRecord | None, str] | None:
        """Return a digest as it comes in, what it takes the place of, and what to know of it; None if it is there.

        What the operator brings back is as it was. What anybody else brings is set alike or new, and posts nothing
        before somebody has looked at it. Raises Refused.
        """
        check(record, self._state)
        if not self._exactly:
            record = replace(record, zone=_zone(record))
        old, told = None, ""
        if self._exactly:
            guild = self._state.owner(record)
            found = self._state.known.get(identity(record, guild))
            old = found if isinstance(found, DigestRecord) else None
            if old is not None and old == replace(record, guild=old.guild, id=old.id):
                return None
        elif any(_set(one) == _set(record) for one in self._there if one.deleted_at is None):
            return None
        else:
            told = "It comes in paused: look whether its channel and its role are there, then press Resume."
            record = replace(_set(record), guild=record.guild, id=record.id, line=record.line, paused_reason=FROM_FILE)
        others = [one for one in self._there if one.guild == record.guild and one is not old]
        if record.deleted_at is None and sum(one.deleted_at is None for one in others) >= digests.MOST_DIGESTS:
            raise Refused(f"This server has {digests.MOST_DIGESTS} digests, which is the most it can have.")
        self._there = [*(one for one in self._there if one is not old), record]
        return record, old, told


def check(record: DigestRecord, state: State) -> None:
    """Raise Refused for a digest that could not be set up by hand."""
    guild = state.owner(record)
    if guild == SHARED:
        raise Refused("Only a server has this; what is shared does not.")
    for reference in record.subjects:
        things.subject(reference, state, guild)
    if len(record.subjects) > MOST_SUBJECTS:
        raise Refused(f"A digest keeps to {MOST_SUBJECTS} subjects at most; these are {len(record.subjects)}.")
    if not _TIME.fullmatch(record.time):
        raise Refused('"time" has to be a time of day as in "09:00".')
    if record.late not in list(CatchUp):
        raise Refused(f'"late" is “{record.late}”; it has to be one of {", ".join(CatchUp)}.')
    if record.role == guild:  # Discord's @everyone is a role with the server's id
        raise Refused("A digest mentions one role, and never everyone.")
    if not visible(record.name):
        raise Refused("A digest needs a name.")
    try:
        wanted = Digest(
            guild_id=guild,
            channel_id=record.channel,
            name=record.name,
            zone=record.zone,
            at=time.fromisoformat(record.time),
            days=schedule.parse_days(record.days),
            window=timedelta(minutes=min(record.window, _MOST_MINUTES + 1)),
            stats=record.stats,
            quotes=record.quotes,
            events=record.events,
            corrections=record.corrections,
            introduction=record.introduction,
        )
        digests.check(wanted)
    except UserError as error:
        raise Refused(str(error)) from error
    except ValueError as error:
        raise Refused('"days" has to be as in "daily", "weekdays", "mon,wed" or "monthly:31".') from error


def _zone(record: DigestRecord) -> str:
    """Return the name of a zone. Raises Refused for one that is not known, which may stand in a store from before."""
    try:
        return zones.zone(record.zone).key
    except UserError as error:
        raise Refused(str(error)) from error


def _set(record: DigestRecord) -> DigestRecord:
    """Return a digest without whose it is and how it stands."""
    return replace(
        record,
        guild=None,
        id=0,
        days=str(schedule.parse_days(record.days)),
        created_by=None,
        created_at=None,
        paused_at=None,
        paused_reason="",
        deleted_at=None,
        since=None,
        settled=None,
        due=None,
        new_since=None,
    )
