"""Text of others is shown as written and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import HOSTILE, some_text

from bot.text import clip, code, line, name, plain, safe, share, units, visible

UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[*_~|`<>\[\]]")


@given(some_text)
@example(" ".join(HOSTILE))
def test_safe_text_has_no_live_markup(text: str) -> None:
    """Each mark has its own backslash, no line begins a heading or list, no link and no mention is left."""
    shown = safe(text)

    assert not UNESCAPED.search(shown)
    assert not re.search(r"^\s*(?:#{1,3}|-#|[-+]|\d+[.)])(?:\s|$)", shown, re.MULTILINE)
    assert not re.search(r"(?<!\\)://", shown)
    assert not re.search(r"@(?:everyone|here|[!&]?\d)", shown)
    assert units(shown) <= 2 * len(text)


@given(some_text)
@example("one\r\x1f\rother")
def test_safe_text_reads_as_it_was_written(text: str) -> None:
    """With the escapes taken away again, every visible character is there."""
    shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", line(text)).replace("@\u200b", "@")

    assert shown == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A week after the Nov. 5 election", "A week after the Nov. 5 election"),
        ("257,000", "257,000"),
        ("1.4 million", "1.4 million"),
        ("1. one", "1\\. one"),
        ("2018", "2018"),
        ("- a", "\\- a"),
        ("-# small", "\\-# small"),
        ("# Big\n## Less", "\\# Big\n\\## Less"),
        ("[x](https://e.org)", "\\[x\\](https\\://e.org)"),
        ("@everyone <@12>", "@\u200beveryone \\<@\u200b12\\>"),
        ("<t:1:R>", "\\<t:1:R\\>"),
        ("||a|| ~~b~~ `c` __d__", "\\|\\|a\\|\\| \\~\\~b\\~\\~ \\`c\\` \\_\\_d\\_\\_"),
        ("a\u202eb\u200bc\x00d\ud800", "abcd"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    """Ordinary text stays as it is; what Discord would read is escaped; what nobody sees is left out."""
    assert safe(text) == shown


def test_one_line_is_one_line() -> None:
    """Breaks of every sort become a space."""
    assert line(" a\r\n b\tc\x85d ") == "a  b c d"


def test_a_name_is_never_empty() -> None:
    """Discord refuses an empty label; blank text says that it is blank."""
    assert name("\u200b \n") == "(blank)"


def test_code_cannot_be_left() -> None:
    """A backtick inside code is a look-alike."""
    assert code("a`b\nc") == "`aˋb c`"


@given(some_text)
def test_plain_text_is_one_visible_line(text: str) -> None:
    """Labels and footers hold no break and no live mention, and no escapes either."""
    shown = plain(text)

    assert len(shown.splitlines()) <= 1
    assert shown.replace("@\u200b", "@") == visible(text)


@given(some_text, st.integers(0, 120))
def test_cut_text_fits_and_keeps_its_escapes_whole(text: str, room: int) -> None:
    """No backslash is left over that would take effect on what follows."""
    shown = clip(line(text), room)

    assert units(shown) <= room
    assert not UNESCAPED.search(shown)
    assert len(re.search(r"\\*\Z", shown.removesuffix("…"))[0]) % 2 == 0


@given(st.lists(some_text.map(line), min_size=1, max_size=8), st.integers(0, 2000))
def test_shared_room_is_kept_and_short_texts_stay_whole(texts: list[str], room: int) -> None:
    """Together they fit; a text within an equal share is not cut."""
    cut = share(texts, room)

    assert sum(map(units, cut)) <= room
    for before, after in zip(texts, cut, strict=True):
        assert after == before or units(before) > room // len(texts)
