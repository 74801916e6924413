"""Quotations: by speaker, by subject, by both, and at random."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.answers.meaning import understand
from bot.answers.pages import PAGE_SIZE
from bot.answers.search import find
from bot.model import Answer, Ask, Command, Kind, Scope, Subject
from bot.store import chance, entries
from bot.store.database import Connection, Database
from bot.store.entries import SPEAKER, TOPIC


def is_open(ask: Ask) -> bool:
    """Whether a quote is asked for without saying whose or about what."""
    return not (ask.who or ask.about or ask.text or ask.speaker_id or ask.subject_id)


async def surprise(db: Database, scope: Scope, ask: Ask) -> Answer:
    """Answer with an entry (a quote, if quotes were asked for) at random, none again before all were shown."""
    kind = Kind.QUOTE if ask.command is Command.QUOTE else None
    point = secrets.randbits(64) - 2**63
    async with db.write(content=False) as conn:
        entry = await chance.take_unshown(conn, scope.guild_id, scope.channel_id, kind, point)
        if entry is None and await chance.delete_shown(conn, scope.channel_id, kind):
            entry = await chance.take_unshown(conn, scope.guild_id, scope.channel_id, kind, point)
    return Answer(ask, entries=(entry,) if entry else (), total=1 if entry else 0)


async def quote(conn: Connection, guild_id: int, ask: Ask) -> Answer:
    """Answer with a speaker's quotations, or those on a subject; words that name neither are searched for."""
    if ask.text:
        return replace(await find(conn, guild_id, ask), speaker=await _speaker(conn, guild_id, ask))
    size = PAGE_SIZE[Command.QUOTE]
    if not ask.who and not ask.speaker_id:
        return await _on(conn, guild_id, ask, size)
    asked = replace(ask, about=ask.who, subject_id=ask.speaker_id)
    speaker = await understand(conn, guild_id, asked, Kind.QUOTE, SPEAKER, size)
    if ask.about or ask.subject_id:
        if speaker.subject is None:
            return replace(speaker.answer(), ask=ask)
        return await _said_on(conn, guild_id, replace(ask, speaker_id=speaker.subject.id), size)
    if not speaker.entries and ask.who:
        # "!quote border": what was typed may be what the quotation is about.
        topic = await _on(conn, guild_id, replace(ask, who="", about=ask.who), size)
        if topic.entries or (speaker.subject is None and not speaker.near):
            return topic
    understood = speaker.answer()
    speaker_id = speaker.subject.id if speaker.subject else 0
    return replace(
        understood,
        ask=replace(ask, about="", speaker_id=speaker_id, subject_id=0),
        subject=None,
        speaker=speaker.subject,
    )


async def _on(conn: Connection, guild_id: int, ask: Ask, size: int) -> Answer:
    topic = await understand(conn, guild_id, ask, Kind.QUOTE, TOPIC, size)
    if topic.entries or ask.subject_id:
        return topic.answer()
    spoken = await find(conn, guild_id, replace(ask, text=ask.about, about=""))
    return spoken if spoken.entries else topic.answer()


async def _said_on(conn: Connection, guild_id: int, ask: Ask, size: int) -> Answer:
    speaker = await _speaker(conn, guild_id, ask)
    topic = await understand(conn, guild_id, ask, Kind.QUOTE, TOPIC, 0)
    if topic.subject:
        found, total = await entries.select_said_about(
            conn, guild_id, ask.speaker_id, topic.subject.id, limit=size, offset=ask.page * size
        )
        if found:
            return replace(
                topic.answer(),
                ask=replace(ask, who="", about="", subject_id=topic.subject.id),
                speaker=speaker,
                entries=found,
                total=total,
            )
    spoken = await find(conn, guild_id, replace(ask, text=ask.about, about="", who=""))
    return replace(spoken, subject=topic.subject, speaker=speaker)


async def _speaker(conn: Connection, guild_id: int, ask: Ask) -> Subject | None:
    """Return the speaker that a question names by id."""
    named = Ask(ask.command, subject_id=ask.speaker_id)
    return (await understand(conn, guild_id, named, Kind.QUOTE, SPEAKER, 0)).subject
