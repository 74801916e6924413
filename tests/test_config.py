"""The settings: what is taken, what is refused, and that nothing of the token is ever shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import config
from bot.config import Config, LogFormat, LogLevel, MessageContent
from bot.errors import ConfigError

ROOT = Path(__file__).parents[1]
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"  # noqa: S105 - made up
NOWHERE = Path("there-is-no-such.env")


def faults(environ: dict[str, str], env_file: Path = NOWHERE, *, need_token: bool = False) -> list[str]:
    """Return what a load is refused for."""
    with pytest.raises(ConfigError) as caught:
        config.load(environ, env_file, need_token=need_token)
    return caught.value.faults


def test_defaults() -> None:
    """With nothing set, every setting has the default that the table of settings gives."""
    loaded = config.load({}, NOWHERE)

    assert loaded == Config()
    assert loaded.database_path == Path("data/dateline.db")
    assert (loaded.prefix, loaded.message_content, loaded.cooldown) == ("!", MessageContent.AUTO, (5, 10.0))
    assert loaded.grace_days == 30
    assert (loaded.log_level, loaded.log_format, loaded.source_url) == (LogLevel.INFO, LogFormat.TEXT, "")


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A key in the environment is taken before the one in .env; an empty one counts as not set."""
    env_file = tmp_path / ".env"
    env_file.write_text("COMMAND_PREFIX=?\nCOOLDOWN=off\nLOG_LEVEL=debug\nSOURCE_URL=https://example.org/x\n")

    loaded = config.load({"COMMAND_PREFIX": "$", "COOLDOWN": ""}, env_file)

    assert (loaded.prefix, loaded.cooldown, loaded.log_level) == ("$", None, LogLevel.DEBUG)
    assert loaded.source_url == "https://example.org/x"


def test_example_is_the_table_of_settings() -> None:
    """.env.example has every key in the table's order with its default and purpose, and can be used."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    prose = " ".join(line.removeprefix("# ") for line in text.splitlines())

    written = dotenv_values(ROOT / ".env.example")

    assert list(written.items()) == [(setting.name, setting.default) for setting in config.SETTINGS]
    assert [setting.name for setting in config.SETTINGS if setting.purpose not in prose] == []
    assert config.load({}, ROOT / ".env.example") == Config()


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """One load names all that is wrong, unknown keys of the file first, each with how to mend it."""
    env_file = tmp_path / ".env"
    env_file.write_text("# mine\nCOMAND_PREFIX=?\nCOLOUR=red\n")
    environ = {
        "DATABASE_PATH": ":memory:",
        "COMMAND_PREFIX": "/",
        "MESSAGE_CONTENT": "yes",
        "COOLDOWN": "five",
        "GRACE_DAYS": "never",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
        "SOURCE_URL": "example.org",
    }

    found = faults(environ, env_file, need_token=True)

    assert found[0] == (
        f"Line 2 of {env_file} sets 'COMAND_PREFIX', which is not a setting. Did you mean COMMAND_PREFIX?"
    )
    assert found[1].startswith(f"Line 3 of {env_file} sets 'COLOUR', which is not a setting. The settings are ")
    assert [re.match(r"\w+", fault)[0] for fault in found[2:]] == ["DISCORD_TOKEN", *environ]  # type: ignore[index]


BAD_LINES = {
    "COMMAND_PREFIX": "/",
    "MESSAGE_CONTENT": "yes",
    "COOLDOWN": "five",
    "GRACE_DAYS": "never",
    "LOG_LEVEL": "loud",
    "LOG_FORMAT": "xml",
    "SOURCE_URL": "example.org",
}


@pytest.mark.parametrize(
    "first", ["COMAND_PREFIX=?", "a line of prose", 'DISCORD_TOKEN="open', "LOG_LEVEL=INFO", "=", "export", "\ufeff"]
)
def test_every_fault_of_the_file_is_named_at_once(tmp_path: Path, first: str) -> None:
    """A line that is misspelt or no setting hides none of the bad values in the lines after it."""
    env_file = tmp_path / ".env"
    env_file.write_text("\n".join([first, *(f"{key}={value}" for key, value in BAD_LINES.items())]), encoding="utf-8")

    found = faults({}, env_file)

    assert found[0].startswith((f"Line 1 of {env_file}", f"{env_file} sets LOG_LEVEL twice", "COMMAND_PREFIX"))
    named = [fault.partition(" is ")[0] for fault in found]
    assert [name for name in named if name in BAD_LINES] == [name for name in BAD_LINES if name != first[:9]]


def test_good_lines_beside_a_fault_are_used(tmp_path: Path) -> None:
    """A value that can be used is not named beside a fault; on its own it is taken, however it is written."""
    env_file = tmp_path / ".env"
    good = "export LOG_LEVEL = 'ERROR' # quiet\r\nCOOLDOWN=\"2/3\"\r\nCOMMAND_PREFIX=?\r\n"
    env_file.write_bytes(f"COLOUR=red\r\n{good}".encode())

    [fault] = faults({}, env_file)
    env_file.write_bytes(good.encode())
    loaded = config.load({}, env_file)

    assert "'COLOUR'" in fault
    assert (loaded.log_level, loaded.cooldown, loaded.prefix) == (LogLevel.ERROR, (2, 3.0), "?")


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "\u201c{}\u201d", "\u00ab{}\u00bb"])
@pytest.mark.parametrize(("name", "value"), [("COMMAND_PREFIX", "!"), ("DATABASE_PATH", "x.db"), ("LOG_LEVEL", "INFO")])
def test_quotation_marks_that_are_part_of_a_value(quoted: str, name: str, value: str) -> None:
    """What hands quotation marks on, as Docker does, is named, and no file or prefix of that name is used."""
    [fault] = faults({name: quoted.format(value)})

    assert fault.startswith(f"{name} has quotation marks around its value: ")
    assert config.load({name: value}, NOWHERE)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_file_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    """With or without a byte order mark, a file that is not UTF-8 is named in one sentence."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(f"LOG_LEVEL=INFO\nDISCORD_TOKEN={TOKEN}\n".encode(encoding))

    [fault] = faults({}, env_file)

    assert fault == f"{env_file} is not UTF-8 text. Save it again with the encoding UTF-8."


def test_link_that_leads_nowhere(tmp_path: Path) -> None:
    """A link to settings that are not there is not the same as no settings."""
    env_file = tmp_path / ".env"
    env_file.symlink_to(tmp_path / "gone")

    [fault] = faults({}, env_file)

    assert fault == f"{env_file} is a link that leads nowhere. Correct or remove it."


@pytest.mark.parametrize(
    ("key", "meant"),
    [("TOKEN", "DISCORD_TOKEN"), ("PREFIX", "COMMAND_PREFIX"), ("discord_token", "DISCORD_TOKEN"),
     ("DATABASE", "DATABASE_PATH"), ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"), ("LOGLEVEL", "LOG_LEVEL")],
)  # fmt: skip
def test_unknown_key_is_answered_with_the_likeliest(tmp_path: Path, key: str, meant: str) -> None:
    """What people call a setting elsewhere leads to its name here."""
    env_file = tmp_path / ".env"
    env_file.write_text(f"{key}=x\n")

    [fault] = faults({}, env_file)

    assert fault.endswith(f"Did you mean {meant}?")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f"{TOKEN}\n".encode(), "Line 1 of {} is not a setting. Write it as KEY=value."),
        (b'LOG_LEVEL=INFO\nDISCORD_TOKEN="a\n', "Line 2 of {} is not a setting. Write it as KEY=value."),
        (b"LOG_LEVEL=INFO\nLOG_LEVEL=DEBUG\n", "{} sets LOG_LEVEL twice, in lines 1 and 2. Remove one."),
        ("LOG_LEVEL=INFO".encode("utf-16"), "{} is not UTF-8 text. Save it again with the encoding UTF-8."),
        (f"{TOKEN}=\n".encode(), "Line 1 of {} sets (not shown, as it looks like a token), which is not"),
    ],
    ids=["bare token", "open quote", "twice", "utf-16", "token as key"],
)
def test_file_that_cannot_be_understood(tmp_path: Path, content: bytes, fault: str) -> None:
    """A line that is no setting is named by its number, never quoted: it may be a token without its key."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(content)

    [found] = faults({}, env_file)

    assert found.startswith(fault.format(env_file))
    assert TOKEN not in found


def test_byte_order_mark_of_notepad(tmp_path: Path) -> None:
    """A file saved by Windows' Notepad, with a byte order mark and CRLF, is read like any other."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"\xef\xbb\xbfCOMMAND_PREFIX=?\r\nLOG_LEVEL=ERROR\r\n")

    loaded = config.load({}, env_file)

    assert (loaded.prefix, loaded.log_level) == ("?", LogLevel.ERROR)


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """A folder named .env, which Docker makes of a file that is not there, is a fault, not the same as none."""
    [fault] = faults({}, tmp_path)

    assert fault == f"{tmp_path} cannot be read: it is a folder. The settings stand in a file of that name."


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("", "is missing"),
        ("123456789012345678", "the application's id"),
        ("0123456789abcdef" * 4, "the application's public key"),
        (f"Bot {TOKEN}", 'starts with "Bot "'),
        ("your-token-here", "the placeholder"),
        (f'"{TOKEN}"', "quotation marks"),
        (TOKEN.replace("G", " "), "a space or another character"),
        (TOKEN + "é", "a space or another character"),
    ],
)
def test_token_that_cannot_be_one(token: str, what: str) -> None:
    """A token that Discord would refuse anyway is named for what it is, and not shown."""
    [fault] = faults({"DISCORD_TOKEN": token}, need_token=True)

    assert what in fault
    assert "Bot → Reset Token" in fault
    assert not token or token not in fault


def test_missing_token_points_to_the_preview() -> None:
    """Who has no token yet is told of the command that needs none."""
    [fault] = faults({}, need_token=True)

    assert "python -m bot preview" in fault


@pytest.mark.parametrize("token", [TOKEN, "", "your-token-here"])
def test_token_is_not_looked_at_where_none_is_needed(token: str) -> None:
    """Building and previewing work whatever the token is."""
    loaded = config.load({"DISCORD_TOKEN": token}, NOWHERE)

    assert loaded.token == token


def test_token_is_not_in_the_repr() -> None:
    """The settings can be logged or shown in a traceback without giving the token away."""
    loaded = config.load({"DISCORD_TOKEN": TOKEN}, NOWHERE, need_token=True)

    assert loaded.token == TOKEN
    assert TOKEN not in f"{loaded} {loaded!r}"


@pytest.mark.parametrize("name", [s.name for s in config.SETTINGS if s.name != "DATABASE_PATH"])
def test_token_in_the_wrong_place_is_not_shown(name: str) -> None:
    """A token that was put under another key is refused there without being printed."""
    if name == "DISCORD_TOKEN":
        assert config.load({name: TOKEN}, NOWHERE, need_token=True).token == TOKEN
        return

    found = faults({name: TOKEN})

    assert TOKEN not in "\n".join(found)


@pytest.mark.parametrize("value", ["!", "?", "d.", "dl!", "🗞", "#", "<", "x" * 10])
def test_prefixes_that_can_be_typed(value: str) -> None:
    """Signs, letters and emoji can be a prefix, up to ten characters."""
    assert config.load({"COMMAND_PREFIX": value}, NOWHERE).prefix == value


@pytest.mark.parametrize("value", ["/", "/d", "@", "a@b", "a b", "a\tb", "\x07", "x" * 11, "a\u200bb"])
def test_prefixes_that_cannot_work(value: str) -> None:
    """A prefix that Discord takes for its own, or that nobody can type, is refused."""
    assert [fault for fault in faults({"COMMAND_PREFIX": value}) if not fault.startswith("COMMAND_PREFIX is ")] == []


@pytest.mark.parametrize("value", ["0/10", "5/0", "5/0.0", "-1/10", "5", "5/", "/10", "1e3/5", "٥/10", "5/10/2", "on"])
def test_cooldowns_that_mean_nothing(value: str) -> None:
    """A cooldown has a number of answers and of seconds, both above nought."""
    [fault] = faults({"COOLDOWN": value})

    assert fault.startswith(f"COOLDOWN is {value!r}. ")


@given(st.integers(1, 999), st.integers(1, 9999), st.sampled_from(["{}/{}", "{} / {}", " {}/{} "]))
def test_cooldowns(answers: int, seconds: int, form: str) -> None:
    """Every pair of positive numbers is taken, with or without spaces."""
    loaded = config.load({"COOLDOWN": form.format(answers, seconds)}, NOWHERE)

    assert loaded.cooldown == (answers, seconds)


@pytest.mark.parametrize("value", ["off", "OFF"])
def test_cooldown_off(value: str) -> None:
    """The cooldown can be switched off."""
    assert config.load({"COOLDOWN": value}, NOWHERE).cooldown is None


@pytest.mark.parametrize("value", ["0", "30", "3650", "007"])
def test_days_of_grace(value: str) -> None:
    """From none to ten years are taken."""
    assert config.load({"GRACE_DAYS": value}, NOWHERE).grace_days == int(value)


@pytest.mark.parametrize("value", ["-1", "3651", "99999", "1.5", "٣", "30 days", "off"])
def test_days_of_grace_that_are_none(value: str) -> None:
    """Anything but a whole number from 0 to 3650 is refused."""
    [fault] = faults({"GRACE_DAYS": value})

    assert fault == f"GRACE_DAYS is {value!r}. Give a number of days from 0 to 3650."


@pytest.mark.parametrize(
    "value",
    ["example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https://exa mple.org", "https://[x",
     "https://example.org/" + "x" * 500],
)  # fmt: skip
def test_source_urls_that_are_no_link(value: str) -> None:
    """Only a whole web address that a Discord button takes is one."""
    [fault] = faults({"SOURCE_URL": value})

    assert fault.startswith("SOURCE_URL is ")


@pytest.mark.parametrize("value", [":memory:", "file:x.db", "data/", "data\\", "a\x00b", "~nobody-of-this-name/x"])
def test_paths_that_are_no_file(value: str) -> None:
    """What SQLite would take for something other than a file, or keep in memory, is refused."""
    [fault] = faults({"DATABASE_PATH": value})

    assert fault.startswith("DATABASE_PATH is ")


def test_home_folder_is_meant_by_a_tilde() -> None:
    """`~` is the home folder, not a folder of that name."""
    assert config.load({"DATABASE_PATH": "~/x.db"}, NOWHERE).database_path == Path.home() / "x.db"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([s.name for s in config.SETTINGS]), st.text()), st.binary(max_size=200))
def test_any_settings_are_taken_or_refused(tmp_path: Path, environ: dict[str, str], content: bytes) -> None:
    """Whatever stands in the environment and the file, the outcome is settings or faults in one line each."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(content)

    found: list[str] = []
    try:
        config.load(environ, env_file, need_token=True)
    except ConfigError as error:
        found = error.faults

    assert [fault for fault in found if "\n" in fault or not fault.endswith((".", "?"))] == []
