"""Every way into the bot, found by walking what there is, and what comes back. Nothing here asks who may.

The interactions are made as Discord sends them, also those that Discord would not let a person make: whoever changes
a server's settings, or Discord its mind, is not to open anything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import simcord
from discord import app_commands
from simcord import ChannelHandle, MemberActor, interactions
from simcord.backend import serializers
from simcord.builders import UserHandle
from simcord.enums import ComponentType, InteractionType, OptionType
from simcord.results import InteractionResult

from bot.client import Dateline

BOOKKEEPING = {"edition", "meta", "posted", "shown", "poster", "sqlite_sequence", "departed"}
"""Tables in which nothing stands that people wrote."""

IDLE = 0.001
"""So many seconds the bot is looked at again after; there are thousands of attempts."""

_RESPOND, _MODAL, _CHOICES = 4, 9, 8
_PRIVATE = 64

Rows = Mapping[str, frozenset[tuple[Any, ...]]]


@dataclass(frozen=True)
class Told:
    """What the bot did about one attempt: its requests to Discord, and the files that it sent."""

    requests: Sequence[Any]
    files: Sequence[bytes]

    @cached_property
    def text(self) -> str:
        """All that was sent, to whomever."""
        said = [json.dumps(one.json, ensure_ascii=False) for one in self.requests if one.json]
        return "\n".join([*said, *(file.decode("utf-8", "replace") for file in self.files)])

    @property
    def sentence(self) -> str:
        """What is said to the person, of whichever message."""
        found: list[str] = []
        for one in self.requests:
            body = one.json or {}
            data = body.get("data") or body
            found.append(data.get("content") or data.get("title") or "")
            found += [f"{embed.get('title', '')} {embed.get('description', '')}" for embed in data.get("embeds") or []]
        return "\n".join(filter(str.strip, found))

    @property
    def answered(self) -> bool:
        """Whether there was any answer."""
        return bool(self.requests)

    @property
    def alone(self) -> bool:
        """Whether all that was done is one new message that the person alone sees."""
        if len(self.requests) != 1:
            return False
        body = self.requests[0].json or {}
        return body.get("type") == _RESPOND and bool(body["data"].get("flags", 0) & _PRIVATE)

    @property
    def public(self) -> bool:
        """Whether anybody else was shown anything."""
        answers = [one.json for one in self.requests if one.path.endswith("/callback")]
        shown = [body for body in answers if body["type"] not in {_MODAL, _CHOICES}]
        hidden = all((body.get("data") or {}).get("flags", 0) & _PRIVATE for body in shown)
        elsewhere = [one for one in self.requests if one.method == "POST" and one.path.startswith("/channels")]
        return bool(elsewhere) or not hidden


@dataclass(frozen=True)
class Intruder:
    """Somebody at a place, with a message of the bot's before them that can carry any button."""

    env: simcord.Env
    actor: MemberActor | UserHandle
    channel: ChannelHandle
    card: dict[str, Any]

    async def press(self, custom_id: str) -> Told:
        """Press a button with this custom_id."""
        return await self._component(self._button(custom_id), {})

    def begin(self, custom_id: str) -> None:
        """Press a button with this custom_id and wait for nothing: others press theirs at the same moment."""
        self._emit(InteractionType.MESSAGE_COMPONENT, *self._pressed(self._button(custom_id), {}))

    async def pick(self, custom_id: str, *values: str) -> Told:
        """Pick values of a menu with this custom_id."""
        options = [{"label": "Line", "value": value} for value in values]
        most = {"min_values": 0, "max_values": len(values)}
        control = {"type": ComponentType.STRING_SELECT, "custom_id": custom_id, "options": options, **most}
        return await self._component(control, {"values": list(values)})

    async def submit(self, custom_id: str, fields: Mapping[str, str]) -> Told:
        """Submit a form with this custom_id."""
        rows = [
            {"type": 18, "id": number, "component": {"type": 4, "id": 100 + number, "custom_id": key, "value": text}}
            for number, (key, text) in enumerate(fields.items(), 1)
        ]
        data = {"custom_id": custom_id, "components": rows}
        return await self._send(InteractionType.MODAL_SUBMIT, data, {"message": self.card})

    async def slash(self, path: str, leaf: Mapping[str, Any], text: str) -> Told:
        """Use a slash command with something for each option: the text, its first choice, a file, or what is here."""
        built: list[dict[str, Any]] = []
        resolved: dict[str, dict[str, Any]] = {}
        for option in leaf.get("options", ()):
            value = self._value(option, text, resolved)
            built.append({"name": option["name"], "type": option["type"], "value": value})
        data = self._named(path, built) | ({"resolved": resolved} if resolved else {})
        return await self._send(InteractionType.APPLICATION_COMMAND, data)

    async def complete(self, path: str, option: str, typed: str) -> Told:
        """Type into an option of a slash command."""
        focused = {"name": option, "type": OptionType.STRING, "value": typed, "focused": True}
        return await self._send(InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, self._named(path, [focused]))

    async def menu(self, command: Mapping[str, Any], message: Mapping[str, Any]) -> Told:
        """Use a command of a message's context menu."""
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "target_id": message["id"],
            "resolved": {"messages": {message["id"]: dict(message)}},
        }
        return await self._send(InteractionType.APPLICATION_COMMAND, data)

    async def type(self, text: str) -> Told:
        """Type a message where the person is."""
        since = len(self.env.http_requests)
        await self.say(text)
        return self._told(since)

    async def say(self, text: str) -> dict[str, Any]:
        """Say something where the person is, and return that message."""
        stored = self.env.backend.create_message(self.channel.id, self.actor.id, text)
        await self.env.settle(idle=IDLE)
        return dict(serializers.message_payload(self.env.backend, stored))

    def _button(self, custom_id: str) -> dict[str, Any]:
        return {"type": ComponentType.BUTTON, "style": 1, "label": "Press", "custom_id": custom_id}

    async def _component(self, control: dict[str, Any], more: dict[str, Any]) -> Told:
        return await self._send(InteractionType.MESSAGE_COMPONENT, *self._pressed(control, more))

    def _pressed(self, control: dict[str, Any], more: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        card = {**self.card, "components": [{"type": 1, "id": 1, "components": [{**control, "id": 2}]}]}
        data = {"custom_id": control["custom_id"], "component_type": control["type"], **more}
        return data, {"message": card}

    def _emit(self, kind: InteractionType, data: dict[str, Any], more: dict[str, Any] | None = None) -> Any:
        source = int(self.card["id"]) if more else None
        record, payload = interactions.base_payload(
            self.env.backend,
            type=kind,
            channel_id=self.channel.id,
            guild_id=self.channel.guild.id if self.channel.guild else None,
            user_id=self.actor.id,
            data=data,
        )
        record.source_message_id = source
        self.env.backend.emit("INTERACTION_CREATE", payload | (more or {}))
        return record

    async def _send(self, kind: InteractionType, data: dict[str, Any], more: dict[str, Any] | None = None) -> Told:
        since = len(self.env.http_requests)
        record = self._emit(kind, data, more)
        await self.env.settle(idle=IDLE)
        result = InteractionResult(self.env, record)
        messages = [result.response, *result.followups] if kind is not InteractionType.MODAL_SUBMIT else []
        own = [one for one in messages if one is not None and one.id != int(self.card["id"])]
        return self._told(since, [await file.read() for one in own for file in one.attachments])

    def _told(self, since: int, files: Sequence[bytes] = ()) -> Told:
        return Told([one for one in self.env.http_requests[since:] if one.method != "GET"], files)

    def _value(  # noqa: PLR0911 - one for each type
        self, option: Mapping[str, Any], text: str, resolved: dict[str, dict[str, Any]]
    ) -> Any:
        backend, kind = self.env.backend, option["type"]
        if option.get("choices"):
            return option["choices"][0]["value"]
        match kind:
            case OptionType.STRING:
                return text[: option.get("max_length")]
            case OptionType.INTEGER | OptionType.NUMBER:
                return option.get("min_value", 1)
            case OptionType.BOOLEAN:
                return True
            case OptionType.ATTACHMENT:
                return interactions.store_interaction_attachment(
                    backend, self.channel.id, "a.csv", b"id,kind\n", resolved
                )
            case OptionType.CHANNEL:
                channel = next(one for one in backend.channels.values() if one.id == self.channel.id or not one.type)
                found = {**serializers.channel_payload(backend, channel), "permissions": "0"}
                return resolved.setdefault("channels", {}).setdefault(str(channel.id), found)["id"]
            case OptionType.ROLE:
                role = next(iter(backend.guilds.values())).everyone_role
                return resolved.setdefault("roles", {}).setdefault(str(role.id), serializers.role_payload(role))["id"]
            case _:
                raise NotImplementedError(f"decide what is given for an option of this type: {kind}")

    def _named(self, path: str, options: list[dict[str, Any]]) -> dict[str, Any]:
        root_name, *rest = path.split()
        root = self.env.backend.find_command(root_name, None, type=1)
        _, nesting = interactions.walk_to_subcommand(root, rest)
        nested = interactions.nest_options(root, nesting, options)
        return {"id": root["id"], "name": root["name"], "type": 1, "options": nested}


async def intruder(env: simcord.Env, actor: MemberActor | UserHandle, channel: ChannelHandle) -> Intruder:
    """Put somebody before a message of the bot."""
    message = await env.bot.get_partial_messageable(channel.id).send("A card")
    stored = env.backend.get_message(channel.id, message.id)
    return Intruder(env, actor, channel, dict(serializers.message_payload(env.backend, stored)))


def leaves(env: simcord.Env) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every slash command as Discord has it registered: "entry alias add" and its options."""
    assert isinstance(env.bot, Dateline)
    for command in env.bot.tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            continue
        root = env.backend.find_command(command.name, None, type=1)
        for path, leaf in interactions.command_leaves(root):
            yield " ".join(path), leaf


def menus(env: simcord.Env) -> Iterator[dict[str, Any]]:
    """Yield every command of a context menu as Discord has it registered."""
    for command in env.bot.tree.get_commands():  # pyright: ignore[reportAttributeAccessIssue] - it is ours
        if isinstance(command, app_commands.ContextMenu):
            yield env.backend.find_command(command.name, None, type=command.type.value)


class Watch:
    """The store's content, looked at from outside."""

    def __init__(self, path: Any) -> None:
        self._conn = sqlite3.connect(path, isolation_level=None)

    def close(self) -> None:
        """Let go of the file."""
        self._conn.close()

    @property
    def moved(self) -> int:
        """A number that is another after anybody's commit."""
        return self._conn.execute("PRAGMA data_version").fetchone()[0]

    def rows(self, *, but_of: int = 0) -> Rows:
        """Return every row of every table, without those of one server and what only finds or counts."""
        tables = self._conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found: dict[str, frozenset[tuple[Any, ...]]] = {}
        for (table,) in tables:
            if table in BOOKKEEPING or table.startswith("entry_fts"):
                continue
            columns = {row[1] for row in self._conn.execute(f"PRAGMA table_info({table})")}
            where = f"WHERE guild_id <> {but_of}" if "guild_id" in columns else ""
            found[table] = frozenset(self._conn.execute(f"SELECT * FROM {table} {where}"))  # noqa: S608 - its own
        return found
