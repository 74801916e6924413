"""Finding a command in a message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.typed_command import Addressee, read

BOT = Addressee(1, 2, "!")
KNOWN = {"stats", "help"}
NOISE = st.text("\u200b\u2060\ufeff \n\u00a0\ufe0f", max_size=6)


@given(NOISE, NOISE, NOISE, st.sampled_from(["!", "\uff01", "<@1>", "<@!1>", "<@&2>", "<@1>,", "<@1> !"]))
def test_nothing_unseen_hides_a_command(before: str, between: str, after: str, called: str) -> None:
    """Invisible characters before, within and after a command hide neither it nor what follows it."""
    found = read(f"{before}{called}{between}STATS {between}chicago{after}", BOT, KNOWN, private=False)

    assert found in {"!stats chicago", "<@1> stats chicago"}


@given(text=st.text(), private=st.booleans())
def test_any_text(text: str, *, private: bool) -> None:
    """Any text is taken or left, and what is taken begins as discord.py reads it; what is read again is the same."""
    found = read(text, BOT, KNOWN, private=private)

    if found is not None:
        assert private or found.startswith(("!", "<@1> "))
        assert read(found, BOT, KNOWN, private=private) is not None or not found.strip()


@given(st.text("abc \n", max_size=40), st.sampled_from(["<@12>", "<@&3>", "@here", "\u2757", "?"]))
def test_others_are_not_the_bot(text: str, other: str) -> None:
    """What begins with somebody else's name or another prefix is left alone."""
    assert read(f"{other} stats {text}", BOT, KNOWN, private=False) is None


def test_the_first_word_has_a_bound() -> None:
    """A command is found behind a long run of marks, and a word longer than any command is none."""
    marked = read("!help" + "!" * 1000 + " me", BOT, KNOWN, private=False)
    hidden = read("!he" + "\u200b" * 1000 + "lp", BOT, KNOWN, private=False)

    assert marked == "!help me"
    assert hidden is not None
    assert hidden.startswith("!he\u200b")
