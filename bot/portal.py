"""What Discord says of the bot before it connects, and what its refusals mean for the operator."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
import discord

from bot import invite
from bot.errors import BotError

_LOGIN = (
    "Discord does not accept DISCORD_TOKEN. Make a new one at "
    "Discord Developer Portal → your application → Bot → Reset Token and put it into .env."
)
_INTENT = (
    f"MESSAGE_CONTENT is on, but Discord does not grant it. Switch it on at {invite.SWITCH}, "
    "or set MESSAGE_CONTENT=auto."
)
_CLOSED = {4004: _LOGIN, 4014: _INTENT}
"""By close code: https://docs.discord.com/developers/topics/opcodes-and-status-codes"""

_WITH_BODY = (200, 201)
"""The statuses that Discord answers with a body; it is always JSON."""


class ForeignAnswerError(aiohttp.ClientError):
    """What came back is no answer of Discord's, such as the page of a proxy that stands before it."""


def checked(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Let a client take only answers of Discord's API for such; others raise ForeignAnswerError.

    discord.py would take a page with status 200 for an answer, and fail somewhere in its own depths.
    """
    trace.on_request_end.append(_require_json)
    return trace


async def _require_json(_: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
    response = request.response
    if not request.url.path.startswith("/api/") or response.status not in _WITH_BODY:
        return
    if response.content_type != "application/json":
        raise ForeignAnswerError(
            f"a {response.content_type} came back instead of an answer of Discord's; is there a proxy?"
        )


@dataclass(frozen=True, slots=True)
class Application:
    """The bot as the developer portal has it. `servers` is Discord's own, approximate count."""

    id: int
    name: str
    message_content: bool
    servers: int


async def application(token: str) -> Application:
    """Log in, read what the portal has on the bot, and log out; the gateway is not opened.

    Raises BotError where Discord refuses the token or cannot be reached.
    """
    with explained():
        trace = checked(aiohttp.TraceConfig())
        async with discord.Client(intents=invite.intents(message_content=False), http_trace=trace) as client:
            await client.login(token)
            info = client.application
            assert info is not None, "login() has read it"
            flags = info.flags
            return Application(
                info.id,
                info.name,
                flags.gateway_message_content or flags.gateway_message_content_limited,
                info.approximate_guild_count,
            )


@contextmanager
def explained() -> Generator[None]:
    """Turn what logging in and connecting can fail with into a BotError of one line, without the token."""
    try:
        yield
    except discord.LoginFailure as error:
        raise BotError(_LOGIN) from error
    except discord.PrivilegedIntentsRequired as error:
        raise BotError(_INTENT) from error
    except discord.ConnectionClosed as error:
        raise BotError(
            _CLOSED.get(error.code, f"Discord has closed the connection for good (code {error.code}).")
        ) from error
    except discord.GatewayNotFound as error:
        raise BotError("Discord does not say where to connect. Try again in a few minutes.") from error
    except discord.HTTPException as error:
        raise BotError(_refusal(error)) from error
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BotError(
            f"Discord cannot be reached ({reason}). Check this machine's network, proxy and clock."
        ) from error


def _refusal(error: discord.HTTPException) -> str:
    if error.status >= 500:  # noqa: PLR2004 - RFC 9110: the server's own faults
        return f"Discord has a fault of its own ({error.status}). Try again in a few minutes."
    if error.status == 429:  # noqa: PLR2004 - RFC 6585
        return "Discord has had too many requests from this address. Try again in an hour."
    reason = " ".join(error.text.split())[:200]
    return f"Discord refuses what the bot asks for ({error.status}: {reason})."
