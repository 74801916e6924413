"""Bringing packs into the store. Building again changes nothing; what servers have added is never touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import names
from bot.ingest.content import content_of, relations_of
from bot.ingest.pack import Pack
from bot.model import SHARED, SubjectKind
from bot.store import names as name_store
from bot.store import packs, search, sources
from bot.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Built:
    """What building a pack did to its entries."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


async def build(db: Database, pack: Pack, now: datetime, text: str | None = None) -> Built:
    """Bring one pack into the store in one transaction: all of it or, if anything fails, nothing.

    An entry is known by its key: a changed one keeps its id, one that the pack has no longer is marked
    as removed.
    `text` is the article's text where the operator has it; its hash has been checked against the pack's.
    """
    async with db.write() as conn:
        if text is None and await sources.select_pack_digest(conn, pack.key) == pack.digest:
            return Built(unchanged=len(pack.entries))
        source_id = await sources.upsert(
            conn,
            SHARED,
            pack.key,
            label=pack.label,
            sha256=pack.sha256,
            length=pack.length,
            text=text,
            pack_digest=pack.digest,
            facts=pack.facts,
        )
        subject_ids = await _build_subjects(conn, pack, source_id)
        return await _build_entries(conn, pack, source_id, subject_ids, int(now.timestamp()))


async def _build_subjects(conn: Connection, pack: Pack, source_id: int) -> dict[str, int]:
    ids = await packs.upsert_subjects(
        conn, SHARED, [(s.key, s.kind.value, s.name, s.description) for s in pack.subjects]
    )
    rows: list[tuple[int, str, int, int, int, bool, str]] = []
    words: set[str] = set()
    for subject in pack.subjects:
        measure = subject.kind is SubjectKind.MEASURE
        for rank, text in [(0, subject.name), *((1, alias) for alias in subject.aliases)]:
            key = names.key(text)
            if not key:
                continue
            words.update(key.split())
            rows.append((SHARED, key, rank, ids[subject.key], source_id, measure, text))
            rows.extend(
                (SHARED, ending, 2, ids[subject.key], source_id, measure, text)
                for ending in names.parts(subject.kind, key)
            )
    await name_store.delete_names_of_source(conn, source_id)
    await name_store.insert_names(conn, rows)
    await name_store.insert_typo_keys(conn, ((key, word) for word in words for key in names.typo_keys(word)))
    return ids


async def _build_entries(conn: Connection, pack: Pack, source_id: int, subject_ids: dict[str, int], now: int) -> Built:
    before = await packs.select_content(conn, source_id)
    wanted = {entry.key: content_of(entry, subject_ids) for entry in pack.entries}
    known = {key: id_ for key, (id_, _, _) in before.items()}
    gone = [id_ for key, (id_, removed, _) in before.items() if key not in wanted and not removed]
    changed = {
        key for key, content in wanted.items() if key in before and (before[key][1] or before[key][2] != content)
    }
    await search.delete_documents(conn, source_id)
    await packs.remove_entries(conn, gone, now)
    await packs.upsert_entries(
        conn,
        source_id,
        now,
        ((key, content) for key, content in wanted.items() if key in changed or key not in known),
    )
    ids = {key: row[0] for key, row in (await packs.select_content(conn, source_id)).items()}
    relations = [relation for entry in pack.entries for relation in relations_of(entry, ids[entry.key], subject_ids)]
    await packs.replace_relations(conn, [ids[entry.key] for entry in pack.entries], relations)
    await search.insert_documents(conn, source_id)
    added = sum(key not in known for key in wanted)
    return Built(added, len(changed), len(gone), len(wanted) - added - len(changed))
