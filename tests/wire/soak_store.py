"""What a store holds while nobody has it open: every check that it has to pass, and every change that is in it."""

# ruff: noqa: ASYNC240, S608 - nothing else waits, and its queries are put together from constants

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from ledger import PROJECT
from soak_ledger import Broken, Key, Ledger

from bot import names
from bot.moderating import keeping
from bot.store.database import Database
from bot.store.revisions import Fields

assert PROJECT  # `ledger` has made the project's own modules known

MARK = re.compile(r"(?:mk|sg)\d{6}(?: row \d+)?")

NONE = {
    "a document of no entry": """
        SELECT rowid FROM entry_fts WHERE rowid NOT IN (SELECT id FROM entry WHERE deleted_at IS NULL)""",
    "an entry without its subject": """
        SELECT id FROM entry AS e WHERE NOT EXISTS (
            SELECT 1 FROM entry_subject AS es
            WHERE es.entry_id = e.id AND es.subject_id = e.subject_id AND es.relation = 'about' AND es.position = 0
        )""",
    "a relation that is missing": """
        SELECT id, measure_id, 'measure' FROM entry WHERE measure_id IS NOT NULL
        UNION ALL SELECT id, counter_id, 'counter' FROM entry WHERE counter_id IS NOT NULL
        UNION ALL SELECT id, speaker_id, 'speaker' FROM entry WHERE speaker_id IS NOT NULL
        EXCEPT SELECT entry_id, subject_id, relation FROM entry_subject""",
    "a relation too many": """
        SELECT entry_id, subject_id, relation FROM entry_subject WHERE relation <> 'about'
        EXCEPT SELECT id, measure_id, 'measure' FROM entry
        EXCEPT SELECT id, counter_id, 'counter' FROM entry
        EXCEPT SELECT id, speaker_id, 'speaker' FROM entry""",
    "a relation that says otherwise than its entry": """
        SELECT es.entry_id FROM entry_subject AS es JOIN entry AS e ON e.id = es.entry_id
        WHERE es.kind <> e.kind OR es.guild_id <> e.guild_id OR es.deleted <> (e.deleted_at IS NOT NULL)""",
    "an entry about another server's subject": """
        SELECT es.entry_id FROM entry_subject AS es JOIN subject AS s ON s.id = es.subject_id
        WHERE s.guild_id NOT IN (0, es.guild_id)""",
    "a subject without its name": """
        SELECT id FROM subject AS s WHERE NOT EXISTS (
            SELECT 1 FROM name AS n WHERE n.subject_id = s.id AND n.rank = 0 AND n.guild_id = s.guild_id
        )""",
    "a subject of nothing": """
        SELECT id FROM subject AS s
        WHERE guild_id > 0 AND NOT EXISTS (SELECT 1 FROM entry_subject AS es WHERE es.subject_id = s.id)""",
    "a source of nothing": """
        SELECT id FROM source AS s
        WHERE guild_id > 0 AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.source_id = s.id)""",
    "an own entry without history": """
        SELECT id FROM entry AS e WHERE guild_id > 0 AND NOT EXISTS (
            SELECT 1 FROM revision AS r WHERE r.guild_id = e.guild_id AND r.target = 'entry' AND r.target_id = e.id
        )""",
    "an approved suggestion without its entry": """
        SELECT s.id FROM suggestion AS s LEFT JOIN entry AS e ON e.id = s.entry_id AND e.guild_id = s.guild_id
        WHERE s.status = 'approved' AND (e.id IS NULL OR e.deleted_at IS NOT NULL)""",
    "a suggestion that waits and has an entry": """
        SELECT s.id FROM suggestion AS s JOIN entry AS e ON e.id = s.entry_id
        WHERE s.status <> 'approved' AND e.deleted_at IS NULL""",
}
"""Queries that find nothing in a store that is whole, by what they would find."""


class Inspection:
    """Checks the store each time the bot was killed, on a copy: the next bot has to mend what was left itself."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.copy = path, folder / "copy.db"
        self.found: Counter[Key] = Counter()
        self.checks = self.entries = self.revisions = 0
        self._newest = 0
        self._now: dict[tuple[int, str, str], Fields | None] = {}
        self._imported: Counter[tuple[int, str]] = Counter()

    async def run(self, ledger: Ledger, *, whole: bool = False) -> None:
        """Raise Broken unless everything is as it has to be; with `whole`, entries that were not touched too."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.copy}{suffix}").unlink(missing_ok=True)
        for suffix in ("", "-wal"):
            if (left := Path(f"{self.path}{suffix}")).exists():
                shutil.copyfile(left, f"{self.copy}{suffix}")
        with closing(sqlite3.connect(self.copy, isolation_level=None)) as conn:
            self._sound(conn)
            touched = self._history(conn, ledger)
            self._present(conn)
            self._documents(conn)
            self._drafts(conn)
            own = {row[0] for row in conn.execute("SELECT id FROM entry WHERE guild_id > 0")}
        self.entries = len(own)
        await self._fields(own if whole else own & touched)
        ledger.compare(self.found)

    def _sound(self, conn: sqlite3.Connection) -> None:
        for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            self._hold(conn.execute(check).fetchall() in ([], [("ok",)]), check)
        conn.execute("INSERT INTO entry_fts (entry_fts) VALUES ('integrity-check')")
        for what, query in NONE.items():
            self._hold(not (rows := conn.execute(query).fetchall()), f"{what}: {rows[:5]}")

    def _history(self, conn: sqlite3.Connection, ledger: Ledger) -> set[int]:
        """Replay what is new of the history, and return the entries that it speaks of."""
        [(old,)] = conn.execute("SELECT count(*) FROM revision WHERE id <= ?", (self._newest,))
        self._hold(old == self.revisions, f"of {self.revisions} lines of history {old} are left")
        touched: set[int] = set()
        for id_, guild, target, target_id, action, actor, *texts in conn.execute(
            "SELECT id, guild_id, target, target_id, action, actor_id, before, after FROM revision WHERE id > ?",
            (self._newest,),
        ):
            before, after = (text and json.loads(text) for text in texts)
            said: dict[str, str] = after or before
            which = names.key(said["alias"]) if target == "subject" else ""
            place = (guild, target, f"{target_id} {which}")
            corrected = action in {"edited", "status", "hidden"} and target == "entry"
            if place in self._now or not corrected:  # a correction begins with what the shared entry says
                self._hold(self._now.get(place) == before, f"line {id_} does not follow on the one before: {place}")
            self._now[place] = after
            self._newest, self.revisions = id_, self.revisions + 1
            if target == "entry":
                touched.add(target_id)
            self._count(guild, target, action, f"{target_id} {actor}", said)
        for (_, batch), many in self._imported.items():
            self._hold(many == ledger.rows[batch], f"{many} rows of {ledger.rows[batch]} were imported: {batch}")
        return touched

    def _count(self, guild: int, target: str, action: str, by: str, said: Fields) -> None:
        """Count a change as those who made it know it."""
        if target == "source":
            return  # made with an entry, and held against it
        marks = MARK.findall(said.get("statement", ""))
        which = f"{target} {by}"
        if target == "entry":
            if marks and marks[0].startswith("sg"):
                return  # a decision on a suggestion has made it, and is counted there
            if action == "imported":
                self._imported[guild, marks[0].split()[0]] += 1
                self.found["imported", guild, marks[0].split()[0]] = 1
                return
            if action in {"added", "edited", "status"}:
                which = said["status_reason"] if action == "status" else marks[-1]
        elif target == "subject":
            which = said["alias"]
        elif action == "suggested":
            which = marks[0]
        self.found[action, guild, which] += 1

    def _present(self, conn: sqlite3.Connection) -> None:
        """Hold names, hidden entries and suggestions against their history, and the marks of entries for repetition."""
        stored = {
            (guild, f"{subject} {key}")
            for guild, subject, key in conn.execute(
                "SELECT guild_id, subject_id, key FROM name WHERE rank = 1 AND guild_id > 0"
            )
        }
        told = {(guild, which) for (guild, target, which), after in self._now.items() if target == "subject" and after}
        self._hold(stored == told, f"search names: {stored ^ told}")
        hidden = set(conn.execute("SELECT guild_id, entry_id FROM hidden"))
        query = "SELECT guild_id, corrects FROM entry WHERE corrects IS NOT NULL AND deleted_at IS NULL"
        wanted = set(conn.execute(query))
        shared = {row[0] for row in conn.execute("SELECT id FROM entry WHERE guild_id = 0")}
        for (guild, target, which), after in self._now.items():
            if target == "entry" and after is None and int(which) in shared:
                wanted.add((guild, int(which)))
        self._hold(hidden == wanted, f"hidden entries: {hidden ^ wanted}")
        for id_, guild, fields, state, reason, entry in conn.execute(
            "SELECT id, guild_id, fields, status, reason, entry_id FROM suggestion"
        ):
            is_ = {**json.loads(fields), "suggestion.state": state, "suggestion.reason": reason}
            is_ |= {"suggestion.entry": str(entry)} if entry else {}
            was = self._now.get((guild, "suggestion", f"{id_} "))
            self._hold(was == is_, f"suggestion {id_} is {is_}, by its history {was}")
        query = "SELECT statement FROM entry WHERE guild_id > 0"
        marks = Counter(found[0] for [text] in conn.execute(query) if (found := MARK.match(text)))
        twice = [mark for mark, many in marks.items() if many > 1]
        self._hold(not twice, f"entries that are there twice: {twice[:5]}")

    def _documents(self, conn: sqlite3.Connection) -> None:
        """Hold what search knows of each entry against the entry."""
        columns = "facet, subjects, statement, words, context, source"
        known = {row[0]: row[1:] for row in conn.execute(f"SELECT rowid, {columns} FROM entry_fts")}
        for id_, *wanted in conn.execute(f"SELECT id, {columns} FROM entry_document"):
            self._hold(id_ in known, f"search does not know #{id_}")
            self._hold(_loose(known[id_]) == _loose(wanted), f"search knows #{id_} as {known[id_]}, not {wanted}")

    def _drafts(self, conn: sqlite3.Connection) -> None:
        """Hold drafts against what is saved: of that none is left."""
        done = {key[2] for key in self.found if key[0] in {"added", "edited", "suggested"}}
        query = "SELECT json_extract(fields, '$.statement') FROM draft WHERE purpose <> 'review'"
        left = {MARK.findall(text)[-1] for [text] in conn.execute(query)}
        self._hold(not left & done, f"drafts of what is saved: {left & done}")

    async def _fields(self, ids: set[int]) -> None:
        """Hold what entries say now against the last line of their history."""
        async with Database(self.copy) as db, db.read() as conn:
            rows: Any = await conn.execute_fetchall("SELECT id, guild_id FROM entry WHERE guild_id > 0")
            for id_, guild in rows:
                if id_ in ids:
                    entry, removed = await keeping.find(conn, guild, id_)
                    says = None if removed else await keeping.fields_of(conn, entry)
                    told = self._now[guild, "entry", f"{id_} "]
                    self._hold(says == told, f"#{id_} says {says}, by its history {told}")

    def _hold(self, holds: bool, what: str) -> None:  # noqa: FBT001 - what holds, or what to say
        self.checks += 1
        if not holds:
            raise Broken(what)


def _loose(document: Any) -> list[Any]:
    """Return a document in which the names have no order."""
    return [sorted((text or "").split(",")) if column == 1 else text for column, text in enumerate(document)]
