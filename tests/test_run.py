"""The bot's run against a Discord on the loopback address: how it gets in, is turned away, and stops."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from discord_api import (
    MESSAGE_CONTENT_GRANTED,
    MESSAGE_CONTENT_INTENT,
    TOKEN,
    DiscordApi,
    discord_api,
    pointed,
)
from process import POSIX, Home, Outcome, ended
from unhurried import HUNG_SECONDS

from bot import invite


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty folder."""
    return Home(tmp_path)


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    """Return a Discord to log in to."""
    async with discord_api() as served:
        yield served


@pytest.mark.parametrize("form", ["text", "json"])
async def test_wrong_token(home: Home, api: DiscordApi, form: str) -> None:
    """A token that Discord refuses gives one line with where to get one; even DEBUG does not print it."""
    wrong = TOKEN.replace("Gabcd", "Gwrong")

    outcome = await home.run(*pointed(api.base), DISCORD_TOKEN=wrong, LOG_LEVEL="DEBUG", LOG_FORMAT=form)

    lines = outcome.err.splitlines()
    assert outcome.code == 1
    assert ["ERROR" in line for line in lines] == [False] * (len(lines) - 1) + [True]
    assert "Discord does not accept DISCORD_TOKEN. Make a new one at " in lines[-1]
    assert wrong not in outcome.err
    if form == "json":
        assert [json.loads(line)["logger"] for line in lines][-1] == "dateline.run"


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me", "/gateway/bot"])
async def test_page_of_a_proxy(home: Home, api: DiscordApi, path: str) -> None:
    """A page with status 200 in place of Discord's answer gives one line that says so, and no traceback."""
    api.pages = {path}

    outcome = await home.run(*pointed(api.base), DISCORD_TOKEN=TOKEN)

    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    assert "never retrieved" not in outcome.err
    [line] = [line for line in outcome.err.splitlines() if "ERROR" in line]
    assert "Discord cannot be reached (a text/html came back instead of an answer of Discord's" in line


async def test_no_network(home: Home) -> None:
    """Where Discord cannot be reached, one line says so, and the store is closed."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]

    outcome = await home.run(*pointed(f"http://127.0.0.1:{port}"), DISCORD_TOKEN=TOKEN, LOG_LEVEL="ERROR")

    assert " ERROR dateline.run Discord cannot be reached (" in outcome.fault
    assert list(home.files()) == ["dateline.db"]


async def test_refused_by_discord(home: Home, api: DiscordApi) -> None:
    """What else Discord refuses at login is one line with its own words."""
    api.refuses["/oauth2/applications/@me"] = 403

    outcome = await home.run(*pointed(api.base), DISCORD_TOKEN=TOKEN, LOG_LEVEL="ERROR")

    assert "Discord refuses what the bot asks for (403: Missing Access)." in outcome.fault


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (4014, f"MESSAGE_CONTENT is on, but Discord does not grant it. Switch it on at {invite.SWITCH}"),
        (4004, "Discord does not accept DISCORD_TOKEN."),
        (4013, "Discord has closed the connection for good (code 4013)."),
    ],
)
async def test_refused_by_the_gateway(home: Home, api: DiscordApi, code: int, why: str) -> None:
    """An intent that is forced but not granted, or whatever else ends the connection, is one line."""
    api.closes_with = code

    outcome = await home.run(*pointed(api.base), DISCORD_TOKEN=TOKEN, LOG_LEVEL="ERROR", MESSAGE_CONTENT="on")

    assert why in outcome.fault
    assert list(home.files()) == ["dateline.db"]


@POSIX
@pytest.mark.parametrize(
    ("setting", "flags", "asked_for", "told"),
    [
        ("auto", 0, 0, 1),
        ("auto", MESSAGE_CONTENT_GRANTED, MESSAGE_CONTENT_INTENT, 0),
        ("auto", MESSAGE_CONTENT_GRANTED << 1, MESSAGE_CONTENT_INTENT, 0),
        ("off", MESSAGE_CONTENT_GRANTED, 0, 0),
        ("on", 0, MESSAGE_CONTENT_INTENT, 0),
    ],
)
async def test_message_content(  # noqa: PLR0917 - fixtures and the four columns of the table
    home: Home,
    api: DiscordApi,
    setting: str,
    flags: int,
    asked_for: int,
    told: int,
) -> None:
    """`auto` asks for the intent where it is granted, or names the switch, once; `on` and `off` force it."""
    api.flags = flags

    process = await home.start(*pointed(api.base), DISCORD_TOKEN=TOKEN, MESSAGE_CONTENT=setting)
    identity = await asyncio.wait_for(api.identified.get(), HUNG_SECONDS)
    process.send_signal(signal.SIGTERM)
    outcome = await ended(process)

    assert identity["intents"] & MESSAGE_CONTENT_INTENT == asked_for
    assert outcome.err.count(invite.SWITCH) == told
    assert "intent is missing" not in outcome.err
    assert outcome.code == 0


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stopped_while_connected(home: Home, api: DiscordApi, number: signal.Signals) -> None:
    """A stop closes the connection as Discord wants it, then the store, and exits with 0."""
    process = await home.start(*pointed(api.base, "run"), DISCORD_TOKEN=TOKEN, MESSAGE_CONTENT="off")
    await asyncio.wait_for(api.identified.get(), HUNG_SECONDS)

    process.send_signal(number)
    outcome = await ended(process)

    assert outcome.code == 0
    assert outcome.err.splitlines()[-1].endswith(" INFO  dateline.run stopped")
    assert await asyncio.wait_for(api.close_codes.get(), HUNG_SECONDS) == 1000
    assert list(home.files()) == ["dateline.db"]


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stopped_while_logging_in(home: Home, api: DiscordApi, number: signal.Signals) -> None:
    """A stop before there is a connection is as clean."""
    api.holds = "/users/@me"
    process = await home.start(*pointed(api.base), DISCORD_TOKEN=TOKEN, LOG_LEVEL="WARNING")
    await asyncio.wait_for(api.held.get(), HUNG_SECONDS)

    process.send_signal(number)
    outcome = await ended(process)

    assert outcome == Outcome(0, "", "")
    assert list(home.files()) == ["dateline.db"]


async def test_doctor_logs_in(home: Home, api: DiscordApi) -> None:
    """With a token, the doctor says who the bot is and how to invite it; a token refused is a FAIL."""
    right = await home.run(*pointed(api.base, "doctor"), DISCORD_TOKEN=TOKEN)
    wrong = await home.run(*pointed(api.base, "doctor"), DISCORD_TOKEN=TOKEN.replace("Gabcd", "Gwrong"))

    assert (right.code, right.err) == (0, "")
    assert "ok    Discord: logged in as Dateline, in about 3 servers\n" in right.out
    assert (wrong.code, wrong.err) == (1, "")
    assert wrong.out.splitlines()[-1].startswith("FAIL  Discord does not accept DISCORD_TOKEN.")
