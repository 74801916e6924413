"""What a slash command offers while something is typed into it."""

from __future__ import annotations

import string

import pytest
from newsroom import Newsroom

pytestmark = pytest.mark.simcord(shard_count=1)

LABEL = "Report on cities and mass deportations, November 2024"

OFFERED = [
    ("stats", "about", "c", "Chicago"),
    ("stats", "about", "CHIC", "Chicago"),
    ("stats", "about", "chicgo", "Chicago"),
    ("stats", "about", "philly", "Philadelphia"),
    ("stats", "about", "mpi", "Migration Policy Institute"),
    ("stats", "about", "undocu", "Residents without legal status"),
    ("quote", "who", "l", "Rue Landau"),
    ("quote", "who", "landua", "Rue Landau"),
    ("quote", "who", "motomura", "Hiroshi Motomura"),
    ("quote", "about", "sanct", "Sanctuary cities and policies"),
    ("quote", "about", "sanctuery", "Sanctuary cities and policies"),
    ("profile", "name", "d", "Denver"),
    ("profile", "name", "dnever", "Denver"),
    ("profile", "name", "lausd", "Los Angeles Unified School District"),
    ("compare", "measure", "r", "Residents without legal status"),
    ("compare", "measure", "residnets", "Residents without legal status"),
    ("timeline", "about", "n", "Gavin Newsom"),
    ("timeline", "about", "newsome", "Gavin Newsom"),
    ("sources", "source", "r", LABEL),
    ("sources", "source", "cities", LABEL),
    ("sources", "source", "reprot", LABEL),
    ("search", "source", "novmeber", LABEL),
    ("help", "command", "s", "stats"),
    ("help", "command", "stast", "stats"),
]


@pytest.mark.parametrize(("command", "option", "typed", "name"), OFFERED, ids=[f"{c} {t}" for c, _, t, _ in OFFERED])
async def test_offered(newsroom: Newsroom, command: str, option: str, typed: str, name: str) -> None:
    """A name is offered from its first letter on, by any of its spellings, and through a typing mistake."""
    offered = await newsroom.suggested(command, option, typed)

    assert name in offered


OPTIONS = sorted({(command, option) for command, option, _, _ in OFFERED})


@pytest.mark.parametrize(("command", "option"), OPTIONS)
async def test_anything_typed(newsroom: Newsroom, command: str, option: str) -> None:
    """Whatever has been typed, the choices keep within Discord's limits, and nothing fails."""
    texts = [
        "",
        " ",
        "the",
        "!?",
        "“",
        "%_",
        '"',
        "\0",
        "é",
        "日本",
        "👩‍👩‍👧",
        "x" * 2000,
        "la " * 600,
        "c",
        "1",
    ]

    for text in texts:
        choices = await newsroom.asker.autocomplete(newsroom.channel, command, option, text)

        assert len(choices) <= 25
        assert all(1 <= len(choice["name"]) <= 100 and len(choice["value"]) <= 100 for choice in choices)
    assert not newsroom.env.errors


@pytest.mark.parametrize(("command", "option"), OPTIONS)
async def test_nothing_typed(newsroom: Newsroom, command: str, option: str) -> None:
    """Before anything is typed there is already something to pick."""
    offered = await newsroom.suggested(command, option, "")

    assert offered
    assert len(offered) == len(set(offered))


async def test_only_what_has_an_answer(newsroom: Newsroom) -> None:
    """Each name that is offered for figures has figures."""
    offered = {name for letter in string.ascii_lowercase for name in await newsroom.suggested("stats", "about", letter)}

    answers = {name: (await newsroom.slash("stats", about=name)).title for name in offered}

    assert len(offered) > 10
    assert answers == {name: f"Figures: {name}" for name in offered}


async def test_picked_source(newsroom: Newsroom) -> None:
    """What is picked for a source is the article itself."""
    [choice] = await newsroom.asker.autocomplete(newsroom.channel, "sources", "source", "rep")

    card = await newsroom.slash("sources", source=choice["value"])

    assert card.title == f"Source 1: {LABEL}"


async def test_in_private(newsroom: Newsroom) -> None:
    """Names are offered in a direct message too."""
    choices = await newsroom.asker.user.autocomplete("stats", "about", "chi")

    assert [choice["name"] for choice in choices] == ["Chicago"]
