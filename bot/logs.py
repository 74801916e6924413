"""Log lines for people (`text`) or for machines (`json`), one per record, without the token, to stderr."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO

from bot.config import LogFormat, LogLevel

REDACTED = "[token]"
SECRET_LENGTH = 6
"""Shorter parts of a token are not looked for: they would take ordinary words out of the log."""

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PLAIN = re.compile(r"[^\s\"=\\]+")


def start(level: LogLevel, form: LogFormat, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every logger's lines to `stream` (stderr by default), in place of whatever was set up before.

    `level` is for our own loggers ("dateline…"). Libraries stay at INFO or above: below it they write out
    whole payloads, with what people wrote in them.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if form is LogFormat.JSON else TextFormatter(secrets))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(logging.getLevelNamesMapping()[level], logging.INFO))
    logging.getLogger("dateline").setLevel(level.value)
    logging.captureWarnings(capture=True)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Do nothing: a reader that went away or a full disk must not stop the bot."""


class _Formatter(logging.Formatter):
    """What both formats share: UTC seconds, the extra fields, and secrets that never come out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # The last part of a token is the secret as such: it has to go even where it stands alone.
        found = {part for secret in secrets for part in (secret, secret.rpartition(".")[2])}
        longest_first = sorted((p for p in found if len(p) >= SECRET_LENGTH), key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._second = 0
        self._stamp = ""

    def format(self, record: logging.LogRecord) -> str:
        try:
            line = self.line(record)
        except Exception as error:  # noqa: BLE001 - whatever str() of a stranger's object raises
            # logging's own report would print the arguments as they are, a token among them.
            where = f"{record.filename}:{record.lineno}"
            fields = {"where": where, "error": f"{type(error).__name__}: {error}"}
            broken = logging.makeLogRecord({"msg": "a line could not be written", **fields})
            broken.name, broken.levelname, broken.created = record.name, "ERROR", record.created
            line = self.line(broken)
        # Redacting the finished line covers the message, its arguments, the fields and the traceback alike.
        return self._secret.sub(REDACTED, line) if self._secret else line

    def line(self, record: logging.LogRecord) -> str:
        raise NotImplementedError

    def stamp(self, record: logging.LogRecord) -> str:
        second = int(record.created)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
        return self._stamp

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        found = {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info and _lost_connection(record):
            error = record.exc_info[1]
            found["error"] = f"{type(error).__name__}: {error}"
        return found

    def trace(self, record: logging.LogRecord) -> str:
        if record.exc_info and not _lost_connection(record):
            return self.formatException(record.exc_info)
        return record.stack_info or ""


class TextFormatter(_Formatter):
    """`2026-01-01T00:00:00Z INFO  dateline.client answered command=stats ms=3.1`.

    A traceback follows on lines of its own, each indented, so that none of them can pass for a log line.
    """

    def line(self, record: logging.LogRecord) -> str:
        """Return the record as text, with whatever is not printable escaped."""
        parts = [f"{self.stamp(record)} {record.levelname:<5} {record.name} {_escaped(record.getMessage())}"]
        parts += [f"{key}={_value(value)}" for key, value in self.fields(record).items()]
        text = " ".join(parts)
        if trace := self.trace(record):
            text += "".join(f"\n    {_escaped(line)}" for line in trace.split("\n"))
        return text


class JsonFormatter(_Formatter):
    """One JSON object per line: `time`, `level`, `logger`, `message`, the fields, and `traceback` if any."""

    def line(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; a field of the same name never hides one of those five."""
        entry = {
            **self.fields(record),
            "time": self.stamp(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := self.trace(record):
            entry["traceback"] = trace
        return json.dumps(entry, default=str)


def _lost_connection(record: logging.LogRecord) -> bool:
    # discord.py logs each one with a traceback through its own insides, and then connects again.
    if record.name != "discord.shard" or not record.exc_info:
        return False
    error = record.exc_info[1]
    return isinstance(error, OSError) or type(error).__module__.startswith(("aiohttp.", "discord.errors"))


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.isprintable():
        return text
    return '"' + _escaped(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
