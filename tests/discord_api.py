"""As much of Discord, on the loopback address, as a bot meets before its first event."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"  # noqa: S105 - made up
SECRET = TOKEN.rpartition(".")[2]
APPLICATION = 123456789012345678
MESSAGE_CONTENT_GRANTED = 1 << 18
MESSAGE_CONTENT_INTENT = 1 << 15

POINTED = """
import runpy, sys
import discord.http
discord.http.Route.BASE = sys.argv.pop(1)
sys.argv[0] = "bot"
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
"""`python -c POINTED BASE …` is `python -m bot …` with its requests sent to `BASE`."""


def _json(body: object, status: int = 200) -> web.Response:
    # discord.py takes a body for JSON only if its type is just this, without a charset.
    content = json.dumps(body).encode()
    return web.Response(body=content, status=status, headers={"Content-Type": "application/json"})


class DiscordApi:
    """What it answers with, and what it has been asked.

    `flags` are the application's, `closes_with` is the gateway's answer to an IDENTIFY, `holds` a path that
    is never answered, `refuses` paths that are answered with a status.
    """

    def __init__(self) -> None:
        self.base = ""
        self.flags = 0
        self.closes_with: int | None = None
        self.holds = ""
        self.refuses: dict[str, int] = {}
        self.pages: set[str] = set()
        self.asked: list[str] = []
        self.identified: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.held: asyncio.Queue[str] = asyncio.Queue()
        self.over = asyncio.Event()
        self.close_codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        path = request.path.removeprefix("/api/v10")
        if path == "/gateway/":
            return await self._gateway(request)
        self.asked.append(f"{request.method} {path}")
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if path == self.holds:
            self.held.put_nowait(path)
            await self.over.wait()
        if path in self.pages:
            return web.Response(text="<html><body>Please log in</body></html>", content_type="text/html")
        if status := self.refuses.get(path):
            return _json({"message": "Missing Access", "code": 50001}, status=status)
        return _json(self._body(path))

    def _body(self, path: str) -> object:
        user = {
            "id": str(APPLICATION),
            "username": "dateline",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
        }
        if path == "/users/@me":
            return user
        if path == "/gateway/bot":
            limits = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
            url = self.base.replace("http", "ws", 1).replace("/api/v10", "/gateway/")
            return {"url": url, "shards": 1, "session_start_limit": limits}
        if path == "/oauth2/applications/@me":
            return {
                "id": str(APPLICATION),
                "name": "Dateline",
                "icon": None,
                "description": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "owner": user,
                "verify_key": "",
                "flags": self.flags,
                "approximate_guild_count": 3,
            }
        return []

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        async for message in socket:
            if message.type is WSMsgType.TEXT and json.loads(message.data)["op"] == 2:
                self.identified.put_nowait(json.loads(message.data)["d"])
                if self.closes_with:
                    await socket.close(code=self.closes_with)
        self.close_codes.put_nowait(socket.close_code)
        return socket


@asynccontextmanager
async def discord_api() -> AsyncIterator[DiscordApi]:
    """Serve it until the end of the block."""
    api = DiscordApi()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        api.base = f"http://{host}:{port}/api/v10"
        yield api
    finally:
        api.over.set()
        await runner.cleanup()


def pointed(base: str, *arguments: str) -> list[str]:
    """Return the command that runs the bot against `base`."""
    return [sys.executable, "-c", POINTED, base, *arguments]
