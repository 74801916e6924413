"""Record what people, operators and files see of the bot, so that two versions of the code can be compared.

    python tests/wire/transcript.py FOLDER OUT [--project DIR] [--acts 450]
    diff -r OUT_BEFORE OUT_AFTER

FOLDER holds a Discord on the loopback address (its module `loopback`). DIR is a checkout of this project with its own
`.venv`; the default is this one. The program reads nothing of the project's code: it runs the bot and the command line
as processes and presses everything that it sees. OUT then holds

- `wire.txt`: each command, press and form with all messages that it made or changed, files by their hash;
- `commands.txt`: what Discord was given as commands; `cli.txt`: command lines with their output and exit code;
- `schema.sql`; `export.jsonl`, `export.csv`, `server.jsonl` of the store at the end;
- `statements.txt`: every SQL statement that was executed, once; `log.txt`: the logger and first words of each log line.

Ids, times and folders are replaced by names, so that two runs of the same code write the same bytes.
"""

# ruff: noqa: T201 - one process at a time, and the lines are the result

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

SLASH: list[tuple[str, str, dict[str, Any]]] = [
    *(
        ("user", "stats", {"about": about})
        for about in ("chicago", "la", "chicgo", "homan", "zzzz", "*hostile* @everyone")
    ),
    *(("user", "quote", options) for options in ({"who": "homan"}, {"about": "sanctuary"}, {"who": "nobody at all"})),
    *(("user", "search", {"text": text}) for text in ("police grants", "zzzz", "mass deportation", '"quoted" OR *')),
    *(("user", "search", {"text": "schools", "kind": kind}) for kind in ("figures", "quotations", "events")),
    *(("user", "profile", {"name": name}) for name in ("rue landau", "chicago", "no such name")),
    *(("user", "compare", {"measure": name}) for name in ("deportations", "residents without legal status", "zzzz")),
    *(("user", "timeline", options) for options in ({}, {"about": "newsom"}, {"about": "zzzz"})),
    *(("user", "sources", options) for options in ({}, {"source": "1"}, {"source": "99"})),
    *(("user", "show", {"id": number}) for number in ("1", "2", "12", "99", "chicago")),
    *(("user", "help", options) for options in ({}, {"command": "stats"}, {"command": "zzzz"})),
    ("user", "about", {}),
    ("user", "suggestions mine", {}),
    ("user", "privacy", {}),
    *(("user", "suggest", {"kind": kind, "source": "1"}) for kind in ("figure", "quotation", "event")),
    ("mod", "review", {}),
    *(("mod", f"entry add {kind}", {"source": "1"}) for kind in ("stat", "quote", "event")),
    *(("mod", "entry edit", {"id": number}) for number in ("1", "12", "99")),
    ("mod", "entry status", {"id": "2", "status": "disputed", "reason": "Another count says less."}),
    *(("mod", "entry hide", {"id": number}) for number in ("3", "99")),
    ("mod", "entry unhide", {"id": "3"}),
    *(("mod", "entry remove", {"id": number}) for number in ("4", "36", "99")),
    ("mod", "entry restore", {"id": "4"}),
    *(("mod", "entry history", {"id": number}) for number in ("2", "36", "99")),
    ("mod", "entry alias add", {"subject": "Chicago", "alias": "second city"}),
    ("mod", "entry alias list", {}),
    ("mod", "entry alias remove", {"alias": "second city"}),
    ("mod", "digest create", {}),
    *(("mod", f"digest {verb}", {}) for verb in ("list", "log")),
    ("mod", "settings", {}),
    ("mod", "data export", {}),
    ("mod", "data import", {"file": ("rows.csv", b"kind,statement\nevent,nothing\n")}),
    ("mod", "data import", {"file": ("lines.jsonl", b"{}\n")}),
    ("mod", "data import", {"file": ("pack.toml", b"format = 2\n")}),
    ("owner", "settings", {}),
    ("owner", "privacy", {}),
    ("owner", "review", {}),
]

TYPED = """\
!stats chicago
!stats
!quote homan
!quote homan about the border
!quote about sanctuary
!search schools kind:figures
!compare deportations
!timeline
!sources
!sources 1
!show 2
!show
!help
!help stats
!about
!suggest quotation
!suggestions
!privacy
!entry add stat
!entry edit 12
!entry remove 5
!review
!digest list
!data export
!settings
!nonsense
!profile los angeles
!STATS Chicago
stats boston
hello
""".splitlines()

AUTOCOMPLETE = [
    ("stats", "about", "c"),
    ("stats", "about", "chicgo"),
    ("quote", "who", "h"),
    ("compare", "measure", "d"),
    ("profile", "name", "lo"),
    ("sources", "source", "r"),
    ("entry alias add", "subject", "la"),
]

FILLED = {
    "statement": "The city has a plan for this.",
    "subjects": "Chicago",
    "value": "257,000",
    "unit": "people",
    "measure": "People",
    "words": "mandate from the American people",
    "speaker": "Tom Homan",
    "title": "A plan is made",
    "date": "2024-11-05",
    "name": "Daily",
    "reason": "It is so.",
    "time": "09:00",
    "zone": "America/Chicago",
}

COMMANDS = """\
--help
--version
run --help
preview --help
build --help
verify --help
backup --help
restore --help
export --help
import --help
doctor --help
nonsense
build
build
build none.toml
build bad.toml
verify
verify --source none.txt
verify --source words.txt
verify --source words.txt --pack bad.toml
verify --source words.txt --find words
verify --source words.txt --find absent
backup copy.db
backup copy.db
restore none.db
restore words.txt
restore copy.db
export all.jsonl
export all.jsonl
export all.jsonl --force
export - --format csv
export one.jsonl --server 1
export x.jsonl --server x
import none.jsonl
import words.txt
import bad.jsonl --server 1 --yes
import bad.csv --server 1 --yes
import bad.toml --server 1 --yes
import good.csv --server 1 --yes
import good.csv --server 1 --yes
import all.jsonl --yes
import all.jsonl --server 1 --yes
import one.jsonl --yes
import - --format csv --server 1 --yes
export two.csv --server 1 --format csv
export two.csv.gz --server 1 --format csv
import two.csv.gz --server 2 --yes
export - --server 2
run
preview --port x
""".splitlines()

FILES = {
    "words.txt": "These are words.\n",
    "bad.toml": "format = 1\n[source]\nkey = 1\n[[stat]]\nvalue = 'many'\n[[nonsense]]\n",
    "bad.jsonl": '{"type": "entry"}\nnot json\n{"type": "setting", "key": "language", "value": "klingon"}\n',
    "bad.csv": "kind,value,nonsense\nstat,many,1\nstat,,\n",
    "good.csv": "kind,title,statement,date,about,source\nevent,A plan,The city makes a plan.,2024-11-05,Chicago,1\n",
}

TRACE = """
import atexit, os, re, sqlite3
seen = set()
def note(sql):
    line = re.sub(r"\\s+", " ", str(sql)).strip()
    if line not in seen:
        seen.add(line)
        with open(os.environ["TRANSCRIPT_SQL"], "a", encoding="utf-8") as file:
            file.write(line + "\\n")
class Cursor(sqlite3.Cursor):
    def execute(self, sql, *args):
        note(sql)
        return super().execute(sql, *args)
    def executemany(self, sql, *args):
        note(sql)
        return super().executemany(sql, *args)
class Traced(sqlite3.Connection):
    def cursor(self, factory=Cursor):
        return super().cursor(factory)
    def execute(self, sql, *args):
        return self.cursor().execute(sql, *args)
    def executemany(self, sql, *args):
        return self.cursor().executemany(sql, *args)
connect = sqlite3.connect
def traced(*args, **options):
    return connect(*args, **{"factory": Traced, **options})
sqlite3.connect = sqlite3.dbapi2.connect = traced
"""
"""A `sitecustomize` that writes down the statements of a process."""

_ID = re.compile(r"(?<![\w.])\d{15,20}(?!\d)|\b[0-9a-f]{32}\b")
_STAMP = re.compile(r"<t:\d+(:\w)?>")
_DATE = re.compile(
    r"\b20(?:2[5-9]|[3-9]\d)-\d\d-\d\d(?:[T_ -]\d\d[:-]?\d\d(?:[:-]?\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d| UTC)?)?"
)
_COMPACT = re.compile(r"20(?:2[5-9]|[3-9]\d)\d{4}(?:[T-]?\d{6}Z?)?")
_LONG_DATE = re.compile(
    r"\b(?:\w{3,9},? )?\d{1,2} \w{3,9} 20(?:2[5-9]|[3-9]\d)(?:,? \d\d:\d\d)?|\b\w{3,9} \d{1,2}, 20(?:2[5-9]|[3-9]\d)"
)
_CLOCK = re.compile(r"\b\d\d:\d\d(?::\d\d)?(?:\.\d+)?\b")
_REF = re.compile(r"\bref [0-9a-f]{4,8}\b")
_LOG = re.compile(r"^\S+ +(?:\S+ +)?(DEBUG|INFO|WARNING|ERROR|CRITICAL) +(\S+) *(.*)$")
_VARIABLE = re.compile(r"[\d.,:/\\'\"<>=\[\]()-]+.*")


class Names:
    """Replaces what differs from run to run by names that do not."""

    def __init__(self, known: dict[str, str], folders: dict[str, str]) -> None:
        self.known, self.folders = known, folders

    def clean(self, text: str) -> str:
        """Return a text in which ids are numbered in the order in which they appear."""
        found: dict[str, str] = {}
        for folder, name in self.folders.items():
            text = text.replace(folder, name)
        text = _STAMP.sub(lambda match: f"<t:…{match[1] or ''}>", text)
        text = _ID.sub(
            lambda match: self.known.get(match[0]) or found.setdefault(match[0], f"<id {len(found) + 1}>"), text
        )
        for pattern, name in (
            (_DATE, "<date>"),
            (_LONG_DATE, "<date>"),
            (_COMPACT, "<date>"),
            (_CLOCK, "<time>"),
            (_REF, "ref …"),
        ):
            text = pattern.sub(name, text)
        return text


class Recorder:
    """Acts in one server, and writes down every message that each act makes or changes."""

    def __init__(self, world: Any, limit: int) -> None:
        self.world, self.limit, self.acts = world, limit, 0
        self.people = {"user": world.user, "mod": world.mod, "owner": world.owner}
        self.erasing = False  # only at the end: there is nothing to see afterwards
        self.lines: list[str] = []
        self.before: dict[str, str] = {}
        guild = world.channel.guild
        known = {str(user.id): f"<{name}>" for name, user in self.people.items()}
        known |= {str(world.bot.id): "<bot>", str(world.app_id): "<app>", str(guild.id): "<server>"}
        known |= {str(each.id): f"<channel {each.name}>" for each in guild.channels}
        known |= {str(each.id): f"<role {each.name}>" for each in guild.roles}
        self.names = Names(known, {world.url: "<url>"})

    def note(self, what: str, result: Any) -> None:
        """Write down an act and what came of it."""
        self.acts += 1
        self.lines.append(f"## {self.names.clean(what)}")
        if result is None:
            return
        if result.failure:
            self.lines.append(f"failure: {result.failure}")
        if result.choices:
            self.lines.append(self._json(result.choices))
        if result.modal:
            self.lines.append(self._json(result.modal))
        messages = {m["id"]: m for book in self.world.messages.values() for m in book.values()}
        messages |= {m["id"]: m for m in result.shown}
        for message in messages.values():
            if message["author"]["id"] != str(self.world.bot.id):
                continue
            kept = {
                key: message[key]
                for key in ("channel_id", "content", "flags", "embeds", "components")
                if message.get(key)
            }
            kept["attachments"] = [self._file(result, each) for each in message["attachments"]]
            text = self._json(kept)
            if self.before.get(message["id"]) != text:
                self.before[message["id"]] = text
                self.lines.append(text)

    def _file(self, result: Any, attachment: dict[str, Any]) -> dict[str, Any]:
        content = result.files.get(attachment["filename"], b"")
        if not attachment["filename"].endswith((".png", ".gz")):
            content = self.names.clean(content.decode("utf-8", "replace")).encode()
        name = self.names.clean(attachment["filename"])
        return {"name": name, "alt": attachment.get("description"), "sha256": hashlib.sha256(content).hexdigest()}

    def _json(self, value: Any) -> str:
        return self.names.clean(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1))

    async def slash(self, who: str, command: str, options: dict[str, Any]) -> None:
        """Use a command, and everything on what it shows."""
        shown = {key: value[0] if isinstance(value, tuple) else value for key, value in options.items()}
        what = f"{who} /{command} {shown}"
        await self._follow(who, what, lambda: self.world.slash(self.people[who], self.world.channel, command, options))

    async def typed(self, who: str, text: str) -> None:
        """Type a message, and use everything on what it shows."""
        await self._follow(
            who, f"{who} types {text!r}", lambda: self.world.message(self.people[who], self.world.channel, text)
        )

    async def autocomplete(self, command: str, option: str, typed: str) -> None:
        """Type into an option."""
        result = await self.world.autocomplete(self.world.mod, self.world.channel, command, option, typed)
        self.note(f"mod /{command} {option}: {typed}", result)

    async def _follow(self, who: str, what: str, act: Any, depth: int = 3, pressed: set[str] | None = None) -> None:
        from loopback import DriverError  # noqa: PLC0415 - lies in the folder that was named

        if self.acts >= self.limit:
            return
        pressed = set() if pressed is None else pressed
        try:
            result = await act()
            await result.settle(0.3)
        except DriverError as error:
            self.note(f"{what}: {str(error)[:80]}", None)
            return
        self.note(what, result)
        if not depth:
            return
        user = self.people[who]
        if result.modal:
            fields = {
                each["custom_id"]: FILLED.get(each["custom_id"].rpartition(".")[2], "words")
                for each in self._required(result.modal)
            }
            await self._follow(
                who,
                f"{what} > submit {sorted(fields)}",
                lambda: self.world.modal_submit(user, result, fields),
                depth - 1,
                pressed,
            )
        for part in list(result.components):
            name = part.get("custom_id")
            last = (part.get("label") or "").startswith("Erase") and not self.erasing
            if not name or part.get("disabled") or name in pressed or part["type"] not in {2, 3} or last:
                continue
            pressed.add(name)
            values = [part["options"][0]["value"]] if part["type"] == 3 else None
            label = part.get("label") or part.get("placeholder") or name
            await self._follow(
                who,
                f"{what} > {label}",
                lambda name=name, values=values: self.world.component(user, result, name, values),
                depth - 1,
                pressed,
            )

    def _required(self, modal: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for row in modal["components"]:
            for part in row.get("components") or [row.get("component") or {}]:
                if part.get("type") == 4 and part.get("required", True) and not part.get("value"):
                    yield part


class Recording:
    """One checkout, one folder to run it in, and the files that are written about it."""

    def __init__(self, out: Path, project: Path, folder: Path, acts: int) -> None:
        self.out, self.project, self.folder, self.acts = out, project, folder, acts
        self.store = folder / "store" / "dateline.db"
        self.python = str(project / ".venv" / "bin" / "python")
        trace = folder / "trace"
        trace.mkdir()
        (trace / "sitecustomize.py").write_text(TRACE, encoding="utf-8")
        self.sql = folder / "statements"
        self.sql.touch()
        self.env = {
            "DATABASE_PATH": str(self.store),
            "COOLDOWN": "off",
            "LOG_LEVEL": "DEBUG",
            "PYTHONPATH": f"{trace}{os.pathsep}{project}",
            "TRANSCRIPT_SQL": str(self.sql),
        }
        self.names = Names({}, {str(folder): "<folder>", str(project): "<project>"})

    def write(self, name: str, text: str) -> None:
        """Write one file of the recording."""
        (self.out / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run a command line, and return it with its output and exit code."""
        kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
        done = subprocess.run(  # noqa: S603 - the project's own command
            [self.python, "-m", "bot", *arguments],
            cwd=self.folder,
            env={**kept, **self.env},
            input=FILES["good.csv"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return self.names.clean(f"$ {' '.join(arguments)}\n{done.stdout}{done.stderr}-> {done.returncode}\n")

    def command_lines(self) -> None:
        """Record the command line on a store of its own."""
        for name, text in FILES.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self.write("cli.txt", "\n".join(self.run(*line.split()) for line in COMMANDS))
        for file in self.store.parent.iterdir():
            file.unlink()

    async def wire(self) -> None:
        """Record what people see in Discord."""
        from loopback import BotProcess, World  # noqa: PLC0415 - lies in the folder that was named

        self.run("build")
        with closing(sqlite3.connect(self.store)) as conn:
            conn.execute("UPDATE entry SET shuffle = id")  # what is random otherwise
            conn.commit()
        async with World(guilds=2) as world:
            bot = await BotProcess.start(world, "bot", cwd=str(self.project), python=self.python, env=self.env)
            try:
                await world.synced()
                await world.ready()
                commands = [each for book in world.commands.values() for each in book.values()]
                recorder = Recorder(world, self.acts)
                self.write(
                    "commands.txt", recorder._json(sorted(commands, key=lambda each: (each["type"], each["name"])))
                )
                for line in AUTOCOMPLETE:
                    await recorder.autocomplete(*line)
                for who, command, options in SLASH:
                    await recorder.slash(who, command, options)
                for text in TYPED:
                    await recorder.typed("user", text)
                    await recorder.typed("mod", text)
                recorder.erasing = True
                await recorder.slash("user", "privacy", {})
                print(f"{recorder.acts} acts, {len(world.violations)} violations of Discord's contract")
                self.write("wire.txt", "\n".join(recorder.lines) + "\n")
            finally:
                await bot.stop()
            lines = [match for line in bot.log().splitlines() if (match := _LOG.match(line))]
            told = {
                f"{match[1]} {match[2]} {_VARIABLE.sub('', match[3]).strip()}"
                for match in lines
                if "discord" not in match[2]
            }
            self.write("log.txt", "\n".join(sorted(told)) + "\n")

    def stored(self) -> None:
        """Record the store as it is now: its schema and its exports."""
        with closing(sqlite3.connect(self.store)) as conn:
            rows = conn.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name").fetchall()
            servers = conn.execute("SELECT DISTINCT guild_id FROM revision WHERE guild_id > 0").fetchall()
        self.write("schema.sql", "\n\n".join(row[0] for row in rows) + "\n")
        self.write("export.jsonl", self.run("export", "-"))
        self.write("export.csv", self.run("export", "-", "--format", "csv"))
        self.write("server.jsonl", "\n".join(self.run("export", "-", "--server", str(row[0])) for row in servers))
        self.write("statements.txt", "\n".join(sorted(set(self.sql.read_text(encoding="utf-8").splitlines()))) + "\n")


async def main() -> None:
    """Record everything in a folder of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wire", type=Path, metavar="FOLDER")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--project", type=Path, default=Path(__file__).parents[2], metavar="DIR")
    parser.add_argument("--acts", type=int, default=900)
    options = parser.parse_args()
    sys.path.insert(0, str(options.wire.resolve()))
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        recording = Recording(options.out, options.project.resolve(), Path(temporary), options.acts)
        recording.command_lines()
        await recording.wire()
        recording.stored()


if __name__ == "__main__":
    asyncio.run(main())
