"""The settings: read from the environment over a `.env` file, and refused with every fault named at once."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.errors import ConfigError


class MessageContent(StrEnum):
    """Whether to ask Discord for the text of messages. `auto` asks only where the portal grants it."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class LogLevel(StrEnum):
    """The least serious line that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """How a log line looks."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of `.env`: its default as it would be typed, and what it is for."""

    name: str
    default: str
    purpose: str


SETTINGS = (
    Setting("DISCORD_TOKEN", "", "The bot's token. Needed to run, not to preview, build or verify."),
    Setting("DATABASE_PATH", "data/dateline.db", "The file of the store. It and its folder are made."),
    Setting("COMMAND_PREFIX", "!", "What a typed command begins with, where Message Content is granted."),
    Setting(
        "MESSAGE_CONTENT",
        "auto",
        "Whether to ask Discord for the text of messages, which typed commands need: "
        "auto (only if the developer portal grants it), on, off.",
    ),
    Setting("COOLDOWN", "5/10", "Answers/seconds for one person in one channel (5/10: five in ten), or off."),
    Setting(
        "GRACE_DAYS",
        "30",
        "For so many days (0 to 3650) the data of a server that the bot was removed from is kept for its return.",
    ),
    Setting("LOG_LEVEL", "INFO", "The least serious line to log: DEBUG, INFO, WARNING or ERROR."),
    Setting("LOG_FORMAT", "text", "How a log line looks: text or json."),
    Setting("SOURCE_URL", "", "Where you publish this bot's source code, shown by /about."),
)
"""Every key there is. `.env.example` and the README are kept in step with this table by tests."""

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}

PREFIX_LENGTH = 10
LONGEST_GRACE = 3650
URL_LENGTH = 512
"""The longest address that a Discord link button takes."""

_COOLDOWN = re.compile(r"(\d{1,3})\s*/\s*(\d{1,4}(?:\.\d+)?)", re.ASCII)
_TOKEN_LIKE = re.compile(r"(?<![\w-])[\w-]{20,}+\.[\w-]{5,}+\.[\w-]{20}", re.ASCII)
_NOT_TOKENS = (
    (re.compile(r"\d+"), "is only a number: that is the application's id, not the token"),
    (re.compile(r"[0-9a-f]{64}"), "is the application's public key, not the token"),
    (re.compile(r"(?i)bot\s.*"), 'starts with "Bot ": leave that word out'),
    (re.compile(r"(?i)(?:your|paste|changeme|<).*"), "is still the placeholder"),
    (re.compile(r""".*["'].*"""), "has quotation marks in it: leave them out"),
    (re.compile(r".*[^\x21-\x7e].*", re.DOTALL), "has a space or another character in it that no token has"),
)
_QUOTED = re.compile(r"""["'\u2018\u201c\u201e\u00ab].{2,}+(?<=["'\u2019\u201d\u201c\u00bb])""", re.DOTALL)
"""A value in quotation marks, as `docker run --env-file` hands it on."""
_WHERE = "Discord Developer Portal → your application → Bot → Reset Token"

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings as they hold for this run. `cooldown` is (answers, seconds), or None when switched off.

    With `grace_days` None, no server counts as left: the local page is not the Discord that they are in.
    """

    token: str = field(default="", repr=False)
    database_path: Path = Path(_DEFAULTS["DATABASE_PATH"])
    prefix: str = _DEFAULTS["COMMAND_PREFIX"]
    message_content: MessageContent = MessageContent.AUTO
    cooldown: tuple[int, float] | None = (5, 10.0)
    grace_days: int | None = 30
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.TEXT
    source_url: str = ""


def load(environ: Mapping[str, str], env_file: Path, *, need_token: bool = False) -> Config:
    """Read the settings; a key set in `environ` wins over the file, and an empty value counts as not set.

    Raises ConfigError with one sentence for each fault. No sentence ever quotes the token.
    """
    values, faults = _env_file(env_file)
    values |= {name: environ[name].strip() for name in _DEFAULTS if environ.get(name, "").strip()}
    for name in [name for name, value in values.items() if name != "DISCORD_TOKEN" and _QUOTED.fullmatch(value)]:
        faults.append(f"{name} has quotation marks around its value: {_shown(values.pop(name))}. Leave them out.")
    values = _DEFAULTS | values
    config = Config(
        token=_token(values["DISCORD_TOKEN"], faults, needed=need_token),
        database_path=_database_path(values["DATABASE_PATH"], faults),
        prefix=_prefix(values["COMMAND_PREFIX"], faults),
        message_content=_choice("MESSAGE_CONTENT", MessageContent, values, faults),
        cooldown=_cooldown(values["COOLDOWN"], faults),
        grace_days=_grace_days(values["GRACE_DAYS"], faults),
        log_level=_choice("LOG_LEVEL", LogLevel, values, faults),
        log_format=_choice("LOG_FORMAT", LogFormat, values, faults),
        source_url=_source_url(values["SOURCE_URL"], faults),
    )
    if faults:
        raise ConfigError(faults)
    return config


def _env_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the settings of a file that can be used, and what is wrong with the rest."""
    text, faults = _text(path)
    lines: dict[str, int] = {}
    usable: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        line = binding.original.line
        if binding.error or (binding.key is not None and binding.value is None):
            # The line itself is not shown: it may be a token pasted without its key.
            faults.append(f"Line {line} of {path} is not a setting. Write it as KEY=value.")
        elif binding.key is not None:
            if binding.key in lines:
                faults.append(f"{path} sets {binding.key} twice, in lines {lines[binding.key]} and {line}. Remove one.")
            elif binding.key not in _DEFAULTS:
                faults.append(_unknown(binding.key, line, path))
            else:
                usable.append(binding.original.string)
            lines[binding.key] = line
    parsed = dotenv_values(stream=io.StringIO("".join(usable)))
    return {key: value.strip() for key, value in parsed.items() if value and value.strip()}, faults


def _text(path: Path) -> tuple[str, list[str]]:
    """Return what a file holds, nothing where there is none, and why it cannot be read."""
    not_text = f"{path} is not UTF-8 text. Save it again with the encoding UTF-8."
    try:
        # Windows' Notepad puts a byte order mark first, which would become part of the first key.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "", [f"{path} is a link that leads nowhere. Correct or remove it."] if path.is_symlink() else []
    except UnicodeDecodeError:
        return "", [not_text]
    except OSError as error:
        if path.is_dir():
            return "", [f"{path} cannot be read: it is a folder. The settings stand in a file of that name."]
        return "", [f"{path} cannot be read: {error.strerror}. Give this user the right to read it."]
    # UTF-16 without a byte order mark is UTF-8 too, with a zero after each letter.
    return ("", [not_text]) if "\0" in text else (text, [])


def _unknown(key: str, line: int, path: Path) -> str:
    # The cutoff lets TOKEN and PREFIX find their way, but not words that have nothing to do with a key.
    near = difflib.get_close_matches(key.upper(), _DEFAULTS, n=1, cutoff=0.55)
    advice = f"Did you mean {near[0]}?" if near else f"The settings are {', '.join(_DEFAULTS)}."
    return f"Line {line} of {path} sets {_shown(key)}, which is not a setting. {advice}"


def _shown(value: str) -> str:
    return "(not shown, as it looks like a token)" if _TOKEN_LIKE.search(value) else repr(value[:60])


def _token(value: str, faults: list[str], *, needed: bool) -> str:
    if not needed:
        return value
    if not value:
        faults.append(
            f"DISCORD_TOKEN is missing. Get one at {_WHERE} and put it into .env; "
            "to try the bot without one: python -m bot preview."
        )
    for pattern, what in _NOT_TOKENS:
        if value and pattern.fullmatch(value):
            faults.append(f"DISCORD_TOKEN {what}. Copy it from {_WHERE}.")
            break
    return value


def _database_path(value: str, faults: list[str]) -> Path:
    if value.startswith((":", "file:")) or value.endswith(("/", "\\")) or not value.isprintable():
        faults.append(f"DATABASE_PATH is {_shown(value)}. Give the path of a file, such as data/dateline.db.")
        return Path(_DEFAULTS["DATABASE_PATH"])
    try:
        return Path(value).expanduser()
    except RuntimeError:
        faults.append(f"DATABASE_PATH is {_shown(value)}, but no such home folder is known. Write the path in full.")
        return Path(_DEFAULTS["DATABASE_PATH"])


def prefix_faults(value: str, called: str) -> list[str]:
    """Return what is wrong with a prefix, a sentence for each fault; `called` is what it goes by."""
    faults: list[str] = []
    shown = f"{called} is {_shown(value)}"
    if len(value) > PREFIX_LENGTH:
        faults.append(f"{shown}, which is too long. Use at most {PREFIX_LENGTH} characters.")
    if not value.isprintable() or any(c.isspace() for c in value):
        faults.append(f"{shown}. Use a prefix without spaces, such as ! or ?.")
    if value.startswith("/"):
        faults.append(f"{shown}. /commands work anyway; this is for typed ones. Use another, such as !.")
    if "@" in value:
        faults.append(f"{shown}. Mentioning the bot works anyway. Use a prefix without @, such as !.")
    return faults


def _prefix(value: str, faults: list[str]) -> str:
    faults += prefix_faults(value, "COMMAND_PREFIX")
    return value


def _choice(name: str, choices: type[E], values: Mapping[str, str], faults: list[str]) -> E:
    for choice in choices:
        if choice.casefold() == values[name].casefold():
            return choice
    *rest, last = choices
    faults.append(f"{name} is {_shown(values[name])}. Use {', '.join(rest)} or {last}.")
    return choices(_DEFAULTS[name])


def _cooldown(value: str, faults: list[str]) -> tuple[int, float] | None:
    if value.casefold() == "off":
        return None
    if (match := _COOLDOWN.fullmatch(value)) and int(match[1]) > 0 and float(match[2]) > 0:
        return int(match[1]), float(match[2])
    faults.append(f"COOLDOWN is {_shown(value)}. Write answers/seconds, such as 5/10 (five in ten seconds), or off.")
    return None


def _grace_days(value: str, faults: list[str]) -> int:
    if re.fullmatch(r"[0-9]{1,4}", value) and int(value) <= LONGEST_GRACE:
        return int(value)
    faults.append(f"GRACE_DAYS is {_shown(value)}. Give a number of days from 0 to {LONGEST_GRACE}.")
    return int(_DEFAULTS["GRACE_DAYS"])


def _source_url(value: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and value.isprintable()
    except ValueError:
        sound = False
    if value and (not sound or " " in value or len(value) > URL_LENGTH):
        faults.append(
            f"SOURCE_URL is {_shown(value)}. Give a whole address that starts with https:// or http:// "
            f"and has at most {URL_LENGTH} characters, or leave it empty."
        )
        return ""
    return value
