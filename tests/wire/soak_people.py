"""The people of a server, who all act at once: as Discord lets them, and told by it what came of that."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from loopback import DriverError  # lies in the folder that was named
from soak_ledger import Attempt, Broken, Ledger
from soak_store import MARK

STATUSES = ("verified", "disputed", "corrected", "retracted", "unverified")
CORRECTED, HIDDEN = range(1, 12), range(12, 30)
"""The shared entries that are corrected, and those that are hidden: one after the other would tell on each other."""

_GONE = "This draft is gone"
_FAULT = "Something went wrong"
_DEFERRED = 6


class Late(Exception):  # noqa: N818 - it happens
    """No answer came in time: nobody knows what became of it."""


@dataclass
class Again:
    """A button that was pressed in vain when the bot was killed, on a card that still shows it."""

    user: Any
    card: Any
    label: str
    key: tuple[str, int, str]
    done: str


@dataclass
class Desk:
    """What the people of one server know in common."""

    world: Any
    guild: Any
    channel: Any
    review: Any
    ledger: Ledger
    rng: Random
    own: list[int] = field(default_factory=list)
    findable: list[tuple[str, int]] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
    before: list[Again] = field(default_factory=list)

    def restarted(self) -> None:
        """Let buttons be pressed again: what became of the first time is known now."""
        self.before, self.again = self.before[-20:] + self.again, []

    def pick(self) -> str:
        """Return the number of an entry, mostly a late one."""
        own = self.own[-30:] if self.rng.random() < 0.7 else self.own
        return str(self.rng.choice(own) if own else self.rng.choice(CORRECTED))

    def card(self, *states: str) -> Any:
        """Return one of the newest cards of the review channel whose suggestion stands so, or None."""
        newest = list(self.world.messages.get(self.review.id, {}).values())[-120:]
        fit = [one for one in newest if one["embeds"] and one["embeds"][0]["title"].endswith(states)]
        return self.rng.choice(fit) if fit else None


@dataclass
class Person:
    """Somebody who acts: each step is a click, and the next follows when Discord has shown what came of it."""

    desk: Desk
    user: Any
    done: int = 0

    async def slash(self, command: str, **options: Any) -> Any:
        """Use a slash command."""
        return self._seen(await self.desk.world.slash(self.user, self.desk.channel, command, options))

    async def fill(self, form: Any, **fields: Any) -> Any:
        """Send a form."""
        if form.modal is None:
            raise DriverError(f"no form but: {_brief(form.text)}")
        return self._seen(await self.desk.world.modal_submit(self.user, form, fields))

    async def press(self, card: Any, label: str) -> Any:
        """Press the button whose label begins so."""
        shown = [card] if isinstance(card, dict) else card.shown
        found = [
            c for message in shown for c in _walk(message["components"]) if (c.get("label") or "").startswith(label)
        ]
        if not found or found[0].get("disabled"):
            text = card["embeds"][0]["title"] if isinstance(card, dict) else card.text
            raise DriverError(f"no button {label} but: {_brief(text)}")
        return self._seen(await self.desk.world.component(self.user, card, found[0]["custom_id"]))

    async def commit(self, key: tuple[str, str], step: Callable[[], Awaitable[Any]], done: str) -> Any:
        """Take the step that makes a change, and note what was said of it: it is done where the answer holds `done`."""
        with self.desk.ledger.trying((key[0], self.desk.guild.id, key[1])) as attempt:
            return await self._step(attempt, step, done)

    async def finish(self, key: tuple[str, str], card: Any, label: str, done: str) -> Any:
        """Press the button that makes a change; where the bot dies meanwhile, somebody may press it again."""
        again = Again(self.user, card, label, (key[0], self.desk.guild.id, key[1]), done)
        try:
            return await self.commit(key, lambda: self.press(card, label), done)
        except (asyncio.CancelledError, Late):
            self.desk.again.append(again)
            raise

    async def repeat(self, again: Again) -> None:
        """Press a button again: what was done meanwhile is not done twice, what was not is still there to be done."""
        with self.desk.ledger.trying(again.key) as attempt:
            there = self.desk.ledger.told[again.key]
            result = await self._step(attempt, lambda: self.press(again.card, again.label), again.done)
            if there and done_in(result, again.done):
                raise Broken(f"done twice: {again.key}: {result}")
            if not there and _GONE in result.text:
                raise Broken(f"a draft was lost: {again.key}: {result}")

    async def _step(self, attempt: Attempt, step: Callable[[], Awaitable[Any]], done: str) -> Any:
        try:
            result = await step()
        except DriverError as error:
            attempt.refused(_brief(str(error)))
            raise
        if attempt.key[0] == "imported":
            await _changed(result)
        if done_in(result, done):
            attempt.told()
        else:
            attempt.refused(_brief(result.text))
        return result

    def _seen(self, result: Any) -> Any:
        self.done += 1
        if not result.ok:
            raise Late(result.failure)
        if _FAULT in result.text:
            raise Broken(f"a fault: {result}")
        return result


def done_in(result: Any, done: str) -> bool:
    """Whether an answer says that it is done."""
    return re.search(done, result.text) is not None


async def _changed(result: Any) -> None:
    """Wait until a card that is to be edited shows what came of it, not how far it is."""
    for _ in range(2000):
        if result.callback_type != _DEFERRED or result.followups:
            return
        if result.edits and any(embed.get("title") for embed in result.message["embeds"]):
            return
        await asyncio.sleep(0.005)
    raise Late("an import")


def _walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for row in components for one in [row, *_walk(row.get("components") or [])]]


def _brief(text: str) -> str:
    """Return the beginning of an answer without what differs each time."""
    first = MARK.sub("…", text.removeprefix("That did not work\n").split("\n")[0])
    return re.sub(r"<[@t][^>]*>|\d+", "…", first)[:70]
