"""Presses, picks and forms with any custom_id: each is answered, and none is done twice."""

from __future__ import annotations

from typing import Any

import pytest
import simcord
from intruding import Intruder, Told, intruder
from moderating import Moderated, moderated
from newsroom import Newsroom
from simcord import interactions
from simcord.enums import InteractionType
from suggesting import suggesting

from bot.store.database import Database
from cogs.actions import ACTIONS

pytestmark = pytest.mark.simcord(shard_count=1)

OLD = "version of the bot"
HOSTILE = [
    "do", "do:", "do::", "do:::::", "do:entry.edit", "do:entry.edit:", "do:entry.edit:x:", "do:nobody.knows:1:",
    "do:Entry.edit:1:", "DO:entry.edit:1:", "do:entry.edit:99999999999999999999:", "do:entry.edit:9999999999999999999:",
    "do:entry.edit:\u0661:", "do:entry..edit:1:", " do:entry.edit:1:",
    "ask", "ask:", "ask:xx", "ask:t", "ask:t-", "ask:t-0.0.0.0.0", "ask:w-zzzzzzzzzzzzz.0.....", "ask:\u200b",
    "ask:t-1.....", "ask:z-......", "ask:tz......", "ask:t-A......",
    "pick", "pick:", "pick::", "pick:x", "form", "form:", "form::", "form:entry.add:1:stat", "open", "open:", "opened",
    "", " ", "x" * 100, "\x00", "page_next", "confirm_yes_123", "%7B%22a%22%3A1%7D", "\U0001f600" * 50,
]  # fmt: skip
"""Ids of other bots, of other versions, and of nobody."""


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return a moderated server."""
    return await moderated(simcord_env, store)


@pytest.fixture
async def moderator(simcord_env: simcord.Env, room: Moderated) -> Intruder:
    """Return a moderator before a message that can carry any button."""
    return await intruder(simcord_env, room.moderator, room.here.channel)


def sound(told: Told) -> bool:
    """Whether somebody got an answer that is theirs alone and no fault."""
    return told.alone and "Something went wrong" not in told.text and bool(told.sentence)


async def test_ids_of_no_version(moderator: Intruder, caplog: pytest.LogCaptureFixture) -> None:
    """A custom_id of another version is answered as such, to the person alone, from a button, a menu or a form."""
    wrong: list[str] = []
    for custom_id in HOSTILE:
        told = [await moderator.press(custom_id), await moderator.pick(custom_id, "x")]
        told += [await moderator.submit(custom_id, {"words": "x"})] if not custom_id.startswith("form:entry") else []
        wrong += [custom_id for one in told if not (sound(one) and OLD in one.sentence)]

    assert wrong == []
    assert [record for record in caplog.records if record.exc_info] == []


async def test_values_of_no_version(moderator: Intruder) -> None:
    """A line of a menu that this version does not know is answered too."""
    told = [await moderator.pick("open", value) for value in HOSTILE]

    assert [value for value, one in zip(HOSTILE, told, strict=True) if not (sound(one) and OLD in one.sentence)] == []


@pytest.mark.parametrize("text", ["x", "9" * 30, '{"a": [1]}', "\u0661,,-1:\x00"])
async def test_any_text_behind_any_action(moderator: Intruder, text: str) -> None:
    """A moderator gets an answer, and never a fault, for any text behind the name of an action."""
    wrong: list[str] = []
    for name in sorted(ACTIONS):
        for number in ("", "9223372036854775807"):
            told = await moderator.press(f"do:{name}:{number}:{text}")
            if not told.answered or "Something went wrong" in told.text:
                wrong.append(f"{name}:{number}")

    assert wrong == []


@pytest.mark.parametrize(
    ("custom_id", "title"),
    [
        ("ask:stxrls1wq49ji.2...1..school district", "school district"),
        ("ask:l-.1.....", "Timeline"),
        ("ask:w-.....c.", "#12"),
        ("do:entry.hidden::", "Hidden here"),
        ("do:settings.show::", "Settings"),
    ],
)
async def test_ids_that_were_posted(moderator: Intruder, custom_id: str, title: str) -> None:
    """Cards stay in channels for weeks: an id that was ever posted keeps its meaning."""
    told = await moderator.press(custom_id)

    assert title in told.text
    assert OLD not in told.text


async def test_command_of_an_older_version(moderator: Intruder, caplog: pytest.LogCaptureFixture) -> None:
    """A slash command that Discord still shows and the bot no longer has is answered with what to do."""
    moderator.env.bot.tree.remove_command("stats")  # pyright: ignore[reportAttributeAccessIssue] - it is ours
    leaf = {"options": [{"name": "about", "type": 3}]}

    told = await moderator.slash("stats", leaf, "chicago")

    assert told.alone
    assert told.sentence == (
        "This command belongs to another version of the bot. Reload Discord (Ctrl-R) and choose it again."
    )
    assert [record for record in caplog.records if record.exc_info] == []


async def test_same_interaction_twice(newsroom: Newsroom) -> None:
    """An interaction that the gateway delivers again after a break is done once; a second press is another one."""
    who = await intruder(newsroom.env, newsroom.asker, newsroom.channel)
    seen: list[dict[str, Any]] = []
    emit = newsroom.env.backend.emit

    def twice(event: str, payload: dict[str, Any], **more: Any) -> None:
        seen.append(payload)
        emit(event, payload, **more)
        if event == "INTERACTION_CREATE":
            emit(event, payload, **more)

    newsroom.env.backend.emit = twice  # pyright: ignore[reportAttributeAccessIssue] - as the gateway does at RESUME
    pressed = await who.press("ask:l-.1.....")
    used = await who.slash("random", {}, "")
    again = await who.press("ask:l-.1.....")

    for told in (pressed, used, again):
        assert len(told.requests) == 1
        assert "Something went wrong" not in told.text


async def test_same_form_twice_at_once(room: Moderated, moderator: Intruder) -> None:
    """A form that is sent twice in the same instant is done once; sent once more later, it is done again."""
    row = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "statement", "value": "Twice."}}
    data = {"custom_id": "form:entry.add::stat", "components": [row]}
    since = len(moderator.env.http_requests)

    for _ in range(2):
        _, payload = interactions.base_payload(
            moderator.env.backend,
            type=InteractionType.MODAL_SUBMIT,
            channel_id=moderator.channel.id,
            guild_id=room.here.guild.id,
            user_id=room.moderator.id,
            data=data,
        )
        moderator.env.backend.emit("INTERACTION_CREATE", payload)
    await moderator.env.settle()
    both = [one.json["data"].get("content") for one in moderator.env.http_requests[since:]]
    later = await moderator.submit("form:entry.add::stat", {"statement": "Twice."})

    assert sorted(map(bool, both)) == [False, True]
    assert "This was sent twice, and is done once." in both
    async with room.store.read() as conn:
        rows = await conn.execute_fetchall("SELECT count(*) FROM draft")
    assert next(iter(rows))[0] == 2
    assert "sent twice" not in later.text


async def test_two_suggestions_alike_at_once(simcord_env: simcord.Env, store: Database) -> None:
    """Of two drafts that say the same and are sent in the same instant, one is sent, and the other is asked about."""
    desk = await suggesting(simcord_env, store)
    await desk.draft("quotation")
    await desk.draft("quotation", desk.other)
    channel = desk.room.here.channel
    first = await intruder(simcord_env, desk.member, channel)
    second = await intruder(simcord_env, desk.other, channel)

    for who, number in ((first, 1), (first, 1), (second, 2)):
        who.begin(f"do:suggestion.save:{number}:")
    await simcord_env.settle()

    async with store.read() as conn:
        rows = await conn.execute_fetchall("SELECT count(*) FROM suggestion")
    assert next(iter(rows))[0] == 1
    assert len(desk.cards) == 1
