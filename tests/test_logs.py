"""Log lines: what they look like, that one record is one line, and that the token never comes out."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.config import LogFormat, LogLevel

SECRET = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"  # noqa: S105 - made up
TOKEN = f"MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.{SECRET}"


class Log:
    """What was logged since `start`."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def start(self, form: LogFormat = LogFormat.TEXT, level: LogLevel = LogLevel.DEBUG) -> Log:
        """Log from now on."""
        logs.start(level, form, secrets=[TOKEN], stream=self.stream)
        return self

    @property
    def text(self) -> str:
        """Return all that came out."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[str]:
        """Return the lines that came out."""
        return self.text.splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    """Return a log in place of pytest's, which is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Log()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("dateline").setLevel(logging.NOTSET)


def record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    """Return a record of the first second of 2026."""
    made = logging.makeLogRecord({"msg": message, "args": args, **fields})
    made.name, made.levelname, made.created = "dateline.client", "INFO", 1767225600.75
    return made


def test_text_line() -> None:
    """A line has the time in UTC, the level, the logger, the message and its fields in their order."""
    line = logs.TextFormatter().format(record("answered", command="stats", ms=3.14159, page=0))

    assert line == "2026-01-01T00:00:00Z INFO  dateline.client answered command=stats ms=3.1 page=0"


def test_text_fields_are_quoted_where_they_have_to_be() -> None:
    """A value with spaces, quotes, line ends or nothing in it is quoted and escaped."""
    line = logs.TextFormatter().format(record("x", a="two words", b='"', c="1\n2", d="", e="k=v", f="C:\\d"))

    assert line.endswith(r' x a="two words" b="\"" c="1\n2" d="" e="k=v" f="C:\\d"')


def test_json_line() -> None:
    """A line of JSON has the same, with the fields as they are."""
    line = logs.JsonFormatter().format(record("answered %s", "x", command="stats", ms=3.1))

    assert json.loads(line) == {
        "time": "2026-01-01T00:00:00Z",
        "level": "INFO",
        "logger": "dateline.client",
        "message": "answered x",
        "command": "stats",
        "ms": 3.1,
    }


@pytest.mark.parametrize("form", [logs.TextFormatter, logs.JsonFormatter])
@given(message=st.text(), value=st.text())
def test_one_record_is_one_line(form: type[logging.Formatter], message: str, value: str) -> None:
    """Whatever stands in a message or a field, the line has no end, no control character, nothing unseen."""
    line = form().format(record("%s", message, field=value))

    assert len(line.splitlines()) == 1
    assert line.isprintable()


@given(st.text())
def test_traceback_cannot_pass_for_a_line(message: str) -> None:
    """Below a text line, a traceback's lines are indented, also those that the exception's message brings."""
    error = RuntimeError(message)
    made = record("failed", exc_info=(type(error), error, error.__traceback__))

    first, *rest = logs.TextFormatter().format(made).splitlines()

    assert first == "2026-01-01T00:00:00Z INFO  dateline.client failed"
    assert rest
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


class Tells:
    """Gives the token away however it is turned into text."""

    def __str__(self) -> str:
        return TOKEN

    def __repr__(self) -> str:
        return f"<{TOKEN}>"


class Fails:
    """Cannot be turned into text, and says the token in saying so."""

    def __str__(self) -> str:
        raise ValueError(TOKEN)


def fail_with_the_token() -> None:
    """Raise an error whose cause has the token in it as well."""
    raise RuntimeError(SECRET) from ValueError(TOKEN)


@pytest.mark.parametrize("name", ["dateline.client", "discord.http", "discord.shard", "aiohttp.access", "x"])
@pytest.mark.parametrize("form", list(LogFormat))
def test_token_never_comes_out(log: Log, form: LogFormat, name: str) -> None:
    """Whole or in part, in a message, an argument, a field, a traceback or a faulty call, it is redacted."""
    log.start(form)
    logger = logging.getLogger(name)

    logger.error(TOKEN)
    logger.error("Authorization: Bot %s", TOKEN)
    logger.error("%s and %r", Tells(), Tells())
    logger.error("%(token)s", {"token": TOKEN})
    logger.error("secret %s", SECRET)
    logger.error("bytes %r", TOKEN.encode())
    logger.error("field", extra={"token": TOKEN, "headers": {"Authorization": f"Bot {TOKEN}"}, TOKEN: 1})
    logger.error("too many %s", "x", TOKEN)  # noqa: PLE1205 - a mistake is what is tried
    logger.error("%d", TOKEN)
    logger.error("%s", Fails())
    logger.error("field", extra={"odd": Fails()})
    logger.error("stack", stack_info=True, extra={"x": TOKEN})
    try:
        fail_with_the_token()
    except RuntimeError:
        logger.exception("failed %s", TOKEN)
    try:
        raise ConnectionResetError(TOKEN)
    except OSError:
        logger.exception("lost")

    assert SECRET not in log.text
    assert TOKEN not in log.text
    assert log.text.count(logs.REDACTED) > 14


def test_token_never_comes_out_by_another_way(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings go through the log too, and logging's own report of a faulty call is never printed."""
    log.start()

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"about {TOKEN}", RuntimeWarning, stacklevel=1)
    logging.getLogger("x").error("%d", TOKEN)

    assert "about [token]" in log.text
    assert SECRET not in "".join(capsys.readouterr())


def test_faulty_call_is_still_logged(log: Log) -> None:
    """A call whose arguments do not fit leaves a line that says where it is, and nothing is raised."""
    log.start()

    logging.getLogger("dateline.x").info("%d", "one")

    [line] = log.lines
    assert " ERROR dateline.x a line could not be written where=test_logs.py:" in line


def test_levels(log: Log) -> None:
    """DEBUG is ours alone: below INFO, libraries write out what people wrote."""
    log.start(level=LogLevel.DEBUG)

    for name in ("dateline.client", "discord.gateway", "aiosqlite", "aiohttp.client"):
        logging.getLogger(name).debug("debug of %s", name)
        logging.getLogger(name).info("info of %s", name)

    told = [line.partition(" of ")[0].split()[-1] + " " + line.split()[2] for line in log.lines]
    assert told == [
        "debug dateline.client", "info dateline.client", "info discord.gateway", "info aiosqlite",
        "info aiohttp.client",
    ]  # fmt: skip


@pytest.mark.parametrize(("level", "count"), [("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_level_holds_for_all(log: Log, level: str, count: int) -> None:
    """From INFO up, the level is the same for our loggers and the libraries'."""
    log.start(level=LogLevel(level))

    for name in ("dateline.client", "discord.gateway"):
        for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(number, "x")

    assert len(log.lines) == 2 * count


def test_lost_connection_is_one_line(log: Log) -> None:
    """discord.py's traceback of a connection that it then makes again is left out; ours are kept."""
    log.start()

    for name in ("discord.shard", "dateline.client"):
        try:
            raise ConnectionResetError("by peer")
        except OSError:
            logging.getLogger(name).exception("Attempting a reconnect")

    first, second, *trace = log.lines
    assert first.endswith(' ERROR discord.shard Attempting a reconnect error="ConnectionResetError: by peer"')
    assert second.endswith(" ERROR dateline.client Attempting a reconnect")
    assert trace[-1] == "    ConnectionResetError: by peer"


def test_reader_that_went_away(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is raised or printed when stderr is closed under the bot."""
    log.start().stream.close()

    logging.getLogger("dateline.x").error("said to nobody")

    assert capsys.readouterr() == ("", "")


def test_starting_twice_logs_once(log: Log) -> None:
    """A second start takes the place of the first."""
    log.start(LogFormat.JSON).start()

    logging.getLogger("dateline.x").info("once")

    assert len(log.lines) == 1
