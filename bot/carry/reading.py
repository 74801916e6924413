"""Reading what a server has, or what the whole store holds, as the records of a file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.carry.records import (
    DigestRecord,
    EntryRecord,
    HiddenRecord,
    Moment,
    NameRecord,
    Record,
    RevisionRecord,
    SettingRecord,
    Snowflake,
    SourceRecord,
    SubjectRecord,
    SuggestionRecord,
    reference,
)
from bot.ingest.content import content_of
from bot.model import SHARED
from bot.names import entry_number
from bot.store import carry, rows
from bot.store import digests as digest_rows
from bot.store.carry import EVERYTHING
from bot.store.database import Connection
from bot.store.packs import CONTENT
from bot.store.rows import Row
from bot.writing import fields

CHUNK = 200
"""So many entries are read at a time; between two such chunks the bot answers others."""

Progress = Callable[[int, int, str], None]
"""Told how many are done, of how many of what."""


def untold(_done: int, _total: int, _what: str) -> None:
    """Tell nobody."""


_LINKS = frozenset({"kind", "subject_id", "measure_id", "counter_id", "speaker_id"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the records of one server, or with EVERYTHING those of all. Open in a steady connection."""

    conn: Connection
    guild_id: int
    sources: Mapping[int, tuple[int, str]]
    subjects: Mapping[int, tuple[int, str, str]]

    @classmethod
    async def open(cls, conn: Connection, guild_id: int) -> Reader:
        """Read what others refer to: whose each source and subject is, its key, and what subjects are called."""
        sources = await carry.select_sources(conn, guild_id, seen=True)
        subjects = await carry.select_subjects(conn, guild_id, seen=True)
        return cls(
            conn,
            guild_id,
            {row[0]: (row[1], row[2]) for row in sources},
            {row[0]: (row[1], row[2], row[4]) for row in subjects},
        )

    async def records(self, progress: Progress = untold, *, but: Collection[type[Record]] = ()) -> list[Record]:
        """Return everything in the order of a file, `but` what is of no use."""
        done: list[Record] = [*await self.things()]
        total = await carry.select_count(self.conn, self.guild_id)
        found = 0
        async for chunk in self.entries():
            done.extend(entry for entry, _ in chunk)
            found += len(chunk)
            progress(found, total, "entries")
        done.extend(await self.hidden())
        if RevisionRecord not in but:
            done.extend(await self.revisions())
        if self.guild_id == EVERYTHING:
            done.extend(await self.suggestions())
            done.extend(
                SettingRecord(guild=Snowflake(row[0]), key=row[1], value=row[2])
                for row in await carry.select_settings(self.conn, self.guild_id)
            )
        done.extend(await self.digests())
        return done

    async def things(self) -> list[Record]:
        """Return sources, subjects and names."""
        facts: dict[int, list[tuple[str, ...]]] = {}
        for source_id, *fact in await carry.select_facts(self.conn, self.guild_id):
            facts.setdefault(source_id, []).append(tuple(fact))
        return [
            *(
                SourceRecord(
                    guild=self._guild(guild),
                    id=id_,
                    key=key,
                    label=label,
                    sha256=sha256,
                    length=length,
                    text=text,
                    pack_digest=digest,
                    text_from_file=bool(from_file),
                    facts=tuple(facts.get(id_, ())),
                )
                for id_, guild, key, label, sha256, length, text, digest, from_file in await carry.select_sources(
                    self.conn, self.guild_id
                )
            ),
            *(
                SubjectRecord(guild=self._guild(guild), id=id_, key=key, kind=kind, name=name, description=description)
                for id_, guild, key, kind, name, description in await carry.select_subjects(self.conn, self.guild_id)
            ),
            *(
                NameRecord(
                    guild=self._guild(guild),
                    subject=self._subject(subject_id),
                    text=text,
                    alias=rank > 0,
                    sources=tuple(self._source(id_) for id_ in json.loads(sources)),
                )
                for guild, subject_id, rank, text, sources in await carry.select_names(self.conn, self.guild_id)
            ),
        ]

    async def entries(self) -> AsyncIterator[list[tuple[EntryRecord, dict[str, str]]]]:
        """Yield chunks of entries, each with its fields as they are typed here, the source's number included."""
        after = 0
        while chunk := await carry.select_entries(self.conn, self.guild_id, after=after, limit=CHUNK):
            yield [self.entry(row) for row in chunk]
            after = chunk[-1][0]

    def entry(self, row: Row) -> tuple[EntryRecord, dict[str, str]]:
        """Make a record of a row of `carry.select_entries`."""
        entry = rows.entry(row)
        key, deleted_at, about, measure, counter, speaker, shared_source, shared_key, member = row[rows.WIDTH :]
        ids: list[int] = json.loads(about)
        said = fields.as_content(entry, [self.subjects[id_][2] for id_ in ids])
        typed = fields.of_content(said, entry.source_id)
        read = fields.read(said.kind, typed).entry
        links = {"measure": measure, "counted_by": counter, "speaker": speaker}
        record = EntryRecord(
            guild=self._guild(entry.guild_id),
            id=entry.id,
            key=key,
            kind=said.kind.value,
            source=self._source(entry.source_id),
            fields={name: text for name, text in typed.items() if name != "source"},
            subjects=(
                *map(self._subject, ids),
                *(f"{name}={self._subject(id_)}" for name, id_ in links.items() if id_),
            ),
            corrects=() if shared_key is None else (self.sources[shared_source][1], shared_key),
            added_by=entry.added_by if entry.added_by is None else Snowflake(entry.added_by),
            added_at=Moment(int(entry.added_at.timestamp())),
            deleted_at=deleted_at,
            member=member,
            exact=None if read == said else _columns(said),
        )
        return record, typed

    async def hidden(self) -> list[Record]:
        """Return what servers hide."""
        return [
            HiddenRecord(guild=self._guild(guild), entry=(self.sources[source_id][1], key))
            for guild, source_id, key in await carry.select_hidden(self.conn, self.guild_id)
        ]

    async def revisions(self) -> list[Record]:
        """Return the history; of one server, that of its entries, sources and subjects."""
        return [
            record
            for row in await carry.select_revisions(self.conn, self.guild_id)
            if (record := self._revision(row)) is not None
        ]

    def _revision(self, row: Row) -> RevisionRecord | None:
        id_, guild, target, target_id, action, actor, at, before, after, *entry = row
        match target:
            case "entry" if entry[2] is not None:
                of = self._entry(*entry)
            case "source" if target_id in self.sources:
                of = (self._source(target_id),)
            case "subject" if target_id in self.subjects:
                of = (self._subject(target_id),)
            case "suggestion" if self.guild_id == EVERYTHING:
                of = (str(target_id),)
            case "setting" if self.guild_id == EVERYTHING:
                of = ()
            case _:
                return None
        return RevisionRecord(
            guild=self._guild(guild),
            id=id_,
            target=target,
            of=of,
            action=action,
            actor=Snowflake(actor),
            at=Moment(at),
            before=None if before is None else self._named(rows.texts(before), guild),
            after=None if after is None else self._named(rows.texts(after), guild),
        )

    async def suggestions(self) -> list[Record]:
        """Return what members suggested."""
        return [
            SuggestionRecord(
                guild=self._guild(guild),
                id=id_,
                member=member,
                kind=kind,
                fields=self._named(rows.texts(texts), guild),
                status=status,
                suggested_at=suggested_at,
                decided_by=decided_by,
                decided_at=decided_at,
                reason=reason,
                channel=channel,
                message=message,
                supporters=tuple(map(str, json.loads(supporters))),
                entry=() if entry[2] is None else self._entry(*entry),
            )
            for (
                id_, guild, member, kind, texts, status, suggested_at, decided_by, decided_at, reason,
                channel, message, supporters, *entry,
            ) in await carry.select_suggestions(self.conn, self.guild_id)
        ]  # fmt: skip

    async def digests(self) -> list[Record]:
        """Return digests as they are set; of one server, those that are there."""
        return [
            DigestRecord(
                guild=self._guild(guild),
                id=id_,
                created_at=created_at,
                name=name,
                channel=channel,
                zone=zone,
                time=time,
                days=days,
                late=late,
                window=window,
                stats=stats,
                quotes=quotes,
                events=events,
                corrections=bool(corrections),
                only_new=bool(only_new),
                thread=bool(thread),
                subjects=tuple(
                    self._subject(each) for each in digest_rows.subject_ids(about) or () if each in self.subjects
                ),
                introduction=introduction,
                role=role or None,
                created_by=created_by or None,
                paused_at=paused_at,
                paused_reason=reason,
                deleted_at=deleted_at,
                since=since,
                settled=settled,
                due=due,
                # What it has carried since is not in the file, and is not to be posted again.
                new_since=max(new_since, settled),
            )
            for (
                id_, guild, created_at, name, channel, zone, time, days, late, window, stats, quotes, events,
                corrections, only_new, thread, about, introduction, role, created_by, paused_at, reason, deleted_at,
                since, settled, due, new_since,
            ) in await carry.select_digests(self.conn, self.guild_id)
        ]  # fmt: skip

    def _named(self, texts: dict[str, str], guild: int) -> dict[str, str]:
        """Put a reference in place of the number of a source, which another store may give to another."""
        whose, key = self.sources.get(entry_number(texts.get("source", "")), (None, ""))
        return texts if whose not in {SHARED, guild} else texts | {"source": reference(whose or SHARED, key)}

    def _entry(self, guild: int, source_id: int, key: str) -> tuple[str, str, str]:
        return ("shared" if guild == SHARED else "server", self._source(source_id), key)

    def _source(self, id_: int) -> str:
        return reference(*self.sources[id_])

    def _subject(self, id_: int) -> str:
        return reference(*self.subjects[id_][:2])

    def _guild(self, guild: int) -> Snowflake | None:
        return Snowflake(guild) if self.guild_id == EVERYTHING else None


def _columns(said: Any) -> dict[str, str | int]:
    """Return the columns of an entry without its links, which are its subjects."""

    class Links(dict[str, int]):
        def __missing__(self, _: str) -> int:
            return 0

    row = dict(zip(CONTENT, content_of(said, Links()), strict=True))
    return {name: value for name, value in row.items() if value is not None and name not in _LINKS}
