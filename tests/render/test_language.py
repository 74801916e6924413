"""How dates are written in either kind of English."""

from __future__ import annotations

import pytest

from bot.model import Language
from bot.render.words import date


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("2024-11-05", "November 5, 2024", "5 November 2024"),
        ("2024-11", "November 2024", "November 2024"),
        ("2024", "2024", "2024"),
        ("", "", ""),
        ("2024-13-05", "2024-13-05", "2024-13-05"),
        ("last November", "last November", "last November"),
    ],
)
def test_dates(text: str, american: str, british: str) -> None:
    """A whole date has an order of its own; a coarser one reads the same, and what is no date stays as it is."""
    assert date(text, Language.AMERICAN) == american
    assert date(text, Language.BRITISH) == british
