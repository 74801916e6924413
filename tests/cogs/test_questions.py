"""Every command, asked in each of the ways in which a person can ask."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Awaitable, Callable

import pytest
from intruding import leaves
from newsroom import Newsroom, Seen

from bot.client import Dateline
from bot.config import Config
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

Options = dict[str, str]
Way = Callable[[Newsroom, str, str, Options], Awaitable[Seen]]

WAYS: dict[str, Way] = {
    "slash": lambda room, name, _, options: room.slash(name, **options),
    "prefix": lambda room, name, text, _: room.typed(f"!{name} {text}"),
    "mention": lambda room, name, text, _: room.mentioned(f"{name} {text}"),
    "private slash": lambda room, name, _, options: room.private_slash(name, **options),
    "private prefix": lambda room, name, text, _: room.private(f"!{name} {text}"),
    "private": lambda room, name, text, _: room.private(f"{name} {text}"),
}
LABEL = "Report on cities and mass deportations, November 2024"
SOURCE = f"Source: {LABEL}"

QUESTIONS: list[tuple[str, str, Options, list[str]]] = [
    (
        "stats",
        "chicago",
        {"about": "chicago"},
        [
            "Figures: Chicago",
            "about 257,000 people · `#2`",
            "As of: not stated · counted by: not stated",
            SOURCE,
        ],
    ),
    (
        "quote",
        "landau",
        {"who": "landau"},
        [
            "Quotations: Rue Landau",
            "> “People’s fear is incredibly high,”",
            "Rue Landau",
            "Philadelphia Councilwoman",
            "Where and when: not stated",
            SOURCE,
        ],
    ),
    (
        "search",
        "police grants",
        {"text": "police grants"},
        ["Search: “police grants”", "federal police grants from agencies", SOURCE],
    ),
    (
        "profile",
        "tom homan",
        {"name": "tom homan"},
        [
            "Tom Homan",
            "Person: Former deputy director of ICE, as the article gives it.",
            "“Frankly, there will be a mass deportation,”",
            "Homan walks the border at Eagle Pass",
            SOURCE,
        ],
    ),
    (
        "compare",
        "residents without legal status",
        {"measure": "residents without legal status"},
        [
            "Compare: Residents without legal status",
            "about 951,000",
            "counted by: Migration Policy Institute",
            "about 257,000",
            "counted by: not stated",
            SOURCE,
        ],
    ),
    (
        "timeline",
        "newsom",
        {"about": "newsom"},
        ["Timeline: Gavin Newsom", "December 2024 · ", "Date uncertain: The year is not printed.", SOURCE],
    ),
    (
        "sources",
        "1",
        {"source": "1"},
        [
            f"Source 1: {LABEL}",
            "Publisher: not stated",
            "Published: November 2024 (inferred: No date is printed.",
            "Entries: 35",
        ],
    ),
    (
        "show",
        "2",
        {"id": "2"},
        [
            "#2 · Figure · Chicago",
            "Figure: about 257,000 people",
            "Counted by: not stated",
            "characters 5,642 to 5,693",
            "1731bbfcf7a92f4db30ecd97be15b0fa68120a0ebf11901f3a364d9d1f518d0d",
            "Status: verified",
            "from the source’s pack",
            SOURCE,
        ],
    ),
    ("random", "", {}, ["Another", "Details", SOURCE]),
    ("help", "", {}, ["What I can do", "!stats chicago", "/compare"]),
    (
        "about",
        "",
        {},
        ["About Dateline", "9 figures, 15 quotations, 11 events, 1 article\n", "(Message Content is on)"],
    ),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("question", QUESTIONS, ids=[question[0] for question in QUESTIONS])
async def test_answer(newsroom: Newsroom, way: Way, question: tuple[str, str, Options, list[str]]) -> None:
    """A question gets the same answer in every way of asking, and the answer names its source."""
    name, text, options, expected = question

    answer = await way(newsroom, name, text, options)

    for words in expected:
        assert words in answer.everything


LISTS: list[tuple[str, str, list[str]]] = [
    ("stats", "students", ["about 30,000 of 400,000 students", "Los Angeles United Teachers Union"]),
    ("quote", "about the sanctuary", ["Quotations: Sanctuary cities and policies", "Curren D. Price Jr."]),
    ("quote", "homan about mass deportations", ["Quotations: Tom Homan on Mass deportations", "`#16`"]),
    ("quote", "homan about border", ["Quotations: Tom Homan", "`#14`"]),
    ("quote", "“not waiting”", ["We’re not waiting for January,"]),
    ("quote", "", ["A quotation", "Another"]),
    ("search", "grants kind:quotations", ["Only quotations were searched.", "Hiroshi Motomura"]),
    ("search", "grants source:“report on”", ["Federal grants"]),
    ("search", "eagle pass", [r"\[Tom Homan, adding to his remarks in Eagle Pass"]),
    ("compare", "", ["Did you mean", "Deportations (measure)"]),
    ("compare", "chicago", ["Compare: Residents without legal status", "about 257,000"]),
    ("timeline", "", ["2018 · ", "only the year is given", "Page 1 of 2"]),
    ("sources", "", [f"{LABEL} · source 1", "published: November 2024 (inferred)", "35 entries"]),
    ("sources", "cities", [f"Source 1: {LABEL}", "this one is the nearest"]),
    ("sources", "REPORT", [f"Source 1: {LABEL}"]),
    ("show", "#14", ["#14 · Quotation · Tom Homan", "mandate from the American people"]),
    ("help", "stats", ["Help: stats", "!stats chicago"]),
]


@pytest.mark.parametrize(("name", "text", "expected"), LISTS, ids=[f"{name} {text}" for name, text, _ in LISTS])
async def test_typed_forms(newsroom: Newsroom, name: str, text: str, expected: list[str]) -> None:
    """What a command takes, it takes as people type it."""
    answer = await newsroom.typed(f"!{name} {text}")

    for words in expected:
        assert words in answer.everything


async def test_capital_letters(newsroom: Newsroom) -> None:
    """Neither the command's case nor a space after the prefix matters."""
    answer = await newsroom.typed("! STATS ChIcAgO")

    assert "257,000" in answer.text


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("stats", {"about": "zzzz"}),
        ("quote", {"who": "zzzz"}),
        ("search", {"text": "zzzz"}),
        ("profile", {"name": "zzzz"}),
        ("compare", {"measure": "zzzz"}),
        ("timeline", {"about": "zzzz"}),
        ("sources", {"source": "99"}),
        ("show", {"id": "99999"}),
    ],
)
async def test_miss(newsroom: Newsroom, name: str, options: Options) -> None:
    """A miss says what was not found; after a slash command only the one who asked sees that."""
    slash = await newsroom.slash(name, **options)
    typed = await newsroom.typed(f"!{name} {next(iter(options.values()))}")

    assert slash.title == typed.title == "Nothing found"
    assert next(iter(options.values())) in slash.text
    assert "Note" not in slash.text
    assert slash.hidden
    assert not typed.hidden


@pytest.mark.parametrize("name", ["help", "about"])
async def test_about_itself(newsroom: Newsroom, name: str) -> None:
    """What the bot says of itself after a slash command is seen by the asker alone."""
    answer = await newsroom.slash(name)

    assert answer.hidden


async def test_answer_is_public(newsroom: Newsroom) -> None:
    """An answer from the store is for the whole channel."""
    answer = await newsroom.slash("stats", about="chicago")

    assert not answer.hidden


@pytest.mark.parametrize("name", ["stats", "search", "profile", "show"])
async def test_nothing_to_look_for(newsroom: Newsroom, name: str) -> None:
    """A command that needs a name shows how it is typed."""
    answer = await newsroom.typed(f"!{name}")

    assert f"like this: !{name} " in answer.content
    assert len(newsroom.env.errors) == 1


async def test_chart(newsroom: Newsroom) -> None:
    """A comparison has a picture, and the picture has the same in words for those who cannot see it."""
    answer = await newsroom.slash("compare", measure="residents without legal status")

    [picture] = answer.files
    assert picture.content_type == "image/png"
    assert picture.description is not None
    for words in ("Los Angeles County", "951,000", "Chicago", "257,000"):
        assert words in picture.description
    assert (await picture.read()).startswith(b"\x89PNG")


async def test_what_was_sent_is_given_back(newsroom: Newsroom) -> None:
    """The bytes of a picture are given back as soon as it is sent, also if nothing is ever collected."""
    gc.collect()
    gc.disable()
    try:
        [picture] = (await newsroom.slash("compare", measure="residents without legal status")).files
        sent = await picture.read()

        # discord.py lays a `close` of its own over that of what it sends; what else is there is simcord's.
        files = [one for one in gc.get_objects() if isinstance(one, io.BytesIO) and "close" in vars(one)]
    finally:
        gc.enable()

    assert sent
    assert [one.closed for one in files] == [True]


async def test_unlike_things(newsroom: Newsroom) -> None:
    """A projection is not put on one axis with the rest, and the card says why."""
    answer = await newsroom.slash("compare", measure="deportations")

    assert "Deportations, in people (projected)" in answer.everything
    assert "A projection is not put on one axis with figures for what has already happened." in answer.text
    assert answer.text.count("```") == 4


@pytest.mark.parametrize("family", ["entry", "digest", "data"])
async def test_help_lists_what_a_family_has(newsroom: Newsroom, family: str) -> None:
    """Help on a family of commands lists every slash command of it, and no other."""
    paths = [path for path, _ in leaves(newsroom.env) if path.split()[0] == family]

    card = await newsroom.slash("help", command=family)

    [line] = [line for line in card.text.split("\n") if line.startswith("**Slash:**")]
    listed = re.findall(r"`([^`]+)`", line)
    assert listed[0] == f"/{family}"
    assert sorted(f"{family} {name}" for name in listed[1:]) == sorted(paths)


class TestWithoutMessageContent:
    """Discord does not deliver the text of messages in a server."""

    @pytest.fixture
    def simcord_bot(self, store: Database, config: Config) -> Dateline:
        """Return the bot as it is where the portal grants nothing."""
        return Dateline(config, store, message_content=False)

    @pytest.mark.parametrize("way", [name for name in WAYS if name != "prefix"])
    async def test_answer(self, newsroom: Newsroom, way: str) -> None:
        """Slash commands, mentions and direct messages work."""
        answer = await WAYS[way](newsroom, "stats", "chicago", {"about": "chicago"})

        assert "257,000" in answer.text

    async def test_prefix(self, newsroom: Newsroom) -> None:
        """What begins with the prefix is not seen."""
        silent = await newsroom.silent("!stats chicago")

        assert silent

    async def test_about(self, newsroom: Newsroom) -> None:
        """The bot says that it does not read messages."""
        answer = await newsroom.slash("about")

        assert "(Message Content is off)" in answer.text
