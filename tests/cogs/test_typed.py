"""Reading what was typed after a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.model import Ask, Command, Kind
from cogs.typed import parse_quote, parse_search


@pytest.mark.parametrize(
    ("text", "who", "about"),
    [
        ("", "", ""),
        ("homan", "homan", ""),
        ("tom homan about the border", "tom homan", "the border"),
        ("About the border", "", "the border"),
        ("homan  ABOUT   border", "homan", "border"),
        ("homan about", "homan about", ""),
        ("aboutness", "aboutness", ""),
        ("homan about talk about walls", "homan", "talk about walls"),
        ("homan\nabout\nborder", "homan", "border"),
    ],
)
def test_quote(text: str, who: str, about: str) -> None:
    """The word "about" stands between the speaker and the subject."""
    ask = parse_quote(text)

    assert ask == Ask(Command.QUOTE, who=who, about=about)


@pytest.mark.parametrize(
    ("text", "words", "kind", "source"),
    [
        ("grants", "grants", None, ""),
        ("police grants kind:events", "police grants", Kind.EVENT, ""),
        ("kind:figure grants SOURCE:1", "grants", Kind.STAT, "1"),
        ('grants source:"a long name" police', "grants police", None, "a long name"),
        ("grants source:“a long name”", "grants", None, "a long name"),
        ("Kind:Quotes x", "x", Kind.QUOTE, ""),
        ("mankind:figures", "mankind:figures", None, ""),
        ("kind: figures", "kind: figures", None, ""),
        ('"quoted words"', '"quoted words"', None, ""),
        ("source:", "source:", None, ""),
    ],
)
def test_search(text: str, words: str, kind: Kind | None, source: str) -> None:
    """Filters may stand anywhere among the words."""
    ask = parse_search(text)

    assert ask == Ask(Command.SEARCH, text=words, kind=kind, about=source)


@given(text=st.text(max_size=2000))
def test_any_quote(text: str) -> None:
    """Nothing that is typed is lost but the word between."""
    ask = parse_quote(text)

    kept = f"{ask.who} about {ask.about}" if ask.about else ask.who
    assert kept.split() == text.split() or "about" in text.lower()


@given(
    words=st.lists(st.text('abcä"“”:', min_size=1, max_size=8), max_size=20),
    name=st.sampled_from(["kind", "source"]),
)
def test_any_search(words: list[str], name: str) -> None:
    """Whatever the words are, they stay, and what is no kind is said to be none."""
    text = " ".join(words)

    ask = parse_search(text)
    with pytest.raises(UserError, match="A kind is one of"):
        parse_search(f"{text} kind:rumours")

    assert ask == Ask(Command.SEARCH, text=text)
    assert parse_search(f"{text} {name}:events").text == text
