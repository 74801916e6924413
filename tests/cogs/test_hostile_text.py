"""Whatever a person types is answered within Discord's limits, wakes nobody, and breaks nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import Newsroom, Seen
from thorough import examples

pytestmark = pytest.mark.simcord(shard_count=1)

# The environment refuses, as Discord does, whatever is longer or deeper than Discord allows.
TEXTS = [
    "x" * 2000,
    "chicago " * 240,
    "🧑‍🧑‍🧒" * 300,
    "日本語" * 500,
    "é" * 1900,
    "@everyone @here <@1> <@&2> <#3>",
    "**bold** __under__ ~~gone~~ ||spoiler|| `code` ```block",
    "# heading\n> quote\n- list\n1. one",
    "[link](https://x.example) https://x.example <https://x.example>",
    "``` ``` ```",
    "\\" * 500,
    '"unclosed',
    "“curly” ‘quotes’",
    "NEAR(a b) AND NOT OR * ^ : - + (",
    "'; DROP TABLE entry; --",
    "%_%",
    "\u202eright to left\u202c",
    "a\u200bb\u2060c",
    "Z̸̢̛a̶l̷g̵o̶" * 40,
    "0",
    "#",
    "#0",
    "9" * 400,
    "-1",
    "1e999",
    "\n\n\n",
]
COMMANDS = {
    "stats": ["about"],
    "quote": ["who", "about"],
    "search": ["text", "source"],
    "profile": ["name"],
    "compare": ["measure"],
    "timeline": ["about"],
    "sources": ["source"],
    "show": ["id"],
    "help": ["command"],
}


def check(newsroom: Newsroom, answer: Seen) -> None:
    """Assert that an answer is one, that it is no fault, and that nobody is called by it."""
    assert answer.content or answer.title
    assert "Something went wrong" not in answer.content
    assert not answer.message.flags.value & (1 << 12)
    for request in newsroom.env.http_requests[-1:]:
        body = request.json or {}
        allowed = (body.get("data") or body).get("allowed_mentions")
        assert allowed is not None
        assert not allowed["parse"]
        assert not allowed.get("replied_user")


@pytest.mark.parametrize("name", COMMANDS)
async def test_typed(newsroom: Newsroom, name: str) -> None:
    """A typed command answers any text."""
    for text in TEXTS:
        answer = await newsroom.typed(f"!{name} {text}"[:2000])

        check(newsroom, answer)
    assert all("UserError" in repr(error) for error in newsroom.env.errors)


@pytest.mark.parametrize("name", COMMANDS)
async def test_slash(newsroom: Newsroom, name: str) -> None:
    """A slash command answers any text in any of its options."""
    for option in COMMANDS[name]:
        needed = {"text": "chicago"} if name == "search" else {}
        for text in TEXTS:
            answer = await newsroom.slash(name, **needed | {option: text})

            check(newsroom, answer)
    assert all("UserError" in repr(error) for error in newsroom.env.errors)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=st.sampled_from([*COMMANDS]), text=st.text(max_size=1900))
async def test_any_text(newsroom: Newsroom, name: str, text: str) -> None:
    """A typed command answers whatever text there is."""
    answer = await newsroom.typed(f"!{name} {text}")

    check(newsroom, answer)
    assert all("UserError" in repr(error) for error in newsroom.env.errors)


async def test_buttons_of_a_long_search(newsroom: Newsroom) -> None:
    """The pages of a search for a long text can be turned."""
    first = await newsroom.typed("!search " + "about " * 300)

    second = await newsroom.press(first, "Next")

    assert "Page 2 of" in second.footer
    assert second.text != first.text
