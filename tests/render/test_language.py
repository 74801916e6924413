"""Cards write dates in either kind of English."""

from __future__ import annotations

from datetime import UTC, datetime, time

import factories as make
import pytest

from bot.digest.digests import Digest
from bot.digest.editorial import Content, Material
from bot.digest.schedule import DAILY
from bot.model import Answer, Ask, Command, Language
from bot.render.answers import card
from bot.render.blocks import block
from bot.render.card import Card
from bot.render.chart import chart
from bot.render.digest import digest_card

DATED = (make.stat(as_of="2023-03-04"), make.stat(id=13, subject="Boston", as_of="2023-03-05"))


def answered(command: Command, language: Language) -> Card:
    """Return a card with two figures that have dates."""
    measure = make.subject(name="residents without legal status")
    return card(Answer(Ask(command, subject_id=3), measure, entries=DATED, total=2), make.ASKER_ID, language=language)


def digested(language: Language) -> Card:
    """Return an edition with the two figures."""
    digest = Digest(id=4, guild_id=5, channel_id=1, name="Morning", zone="UTC", at=time(9), days=DAILY)
    content, material = Content(1, (12, 13), bars=(12, 13)), Material({stat.id: stat for stat in DATED}, {})
    due_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    return digest_card(digest, content, material, due_at=due_at, late=False, language=language)


@pytest.mark.parametrize(
    "command", [Command.STATS, Command.COMPARE, Command.PROFILE, Command.SHOW, Command.RANDOM, None]
)
def test_the_date_of_a_figure(command: Command | None) -> None:
    """In every answer and in digests, the date that a figure is for is written as the server has chosen."""
    for language, said in ((Language.AMERICAN, "March 4, 2023"), (Language.BRITISH, "4 March 2023")):
        made = answered(command, language) if command else digested(language)

        text = made.embed.description or ""
        assert said in text
        assert "2023-03" not in text
        if made.bars:
            assert f"as of: {said}" in chart(made.bars).alt


def test_the_date_of_a_figure_on_its_own() -> None:
    """So it is on the cards that moderators see."""
    text = block(DATED[0], 4000, "", source=True, prefix="!", language=Language.AMERICAN)

    assert "As of: March 4, 2023" in text
