"""Texts of any length made to be costly: one thing again and again, or several as Hypothesis puts them together."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    *("a", " ", "\n", "\t", "\r\n", "\x00", "\x02", "\u2028", "\u00a0", "1", "0", ".", ",", ";", ":", "-", "–", "_"),
    *(
        '"',
        "“",
        "”",
        "„",
        "'",
        "’",
        "ʼ",
        "«",
        "*",
        "`",
        "\\",
        "<",
        ">",
        "[",
        "]",
        "(",
        ")",
        "@",
        "|",
        "~",
        "#",
        "/",
        "%",
    ),
    *("\u0301", "\u00ad", "\u200b", "\u202e", "的", "م", "\ufdfa", "\U0001d4b3", "👍🏽", "é", "ß", "İ", "½"),
    *("a ", "1 ", "11 ", "aa ", "a b ", "a\n", "a\u00ad", "a\u200b", "a.", "A. ", "Mr. ", "a; ", "a'", "“a” ", "“a\n"),
    *("1,", "1,000 ", "1.", "1-", "1\u202f000", "twenty ", "one million and ", "million, ", "five-", "half a ", "1m "),
    *(
        "[…]\n",
        "[",
        "[[",
        "((",
        "](",
        "://",
        "https://a ",
        "@everyone",
        "<@1>",
        "<t:1",
        "<:a",
        "<a:",
        "# ",
        "- ",
        "1. ",
    ),
    *("kind:“", "kind:„", 'source:"', "about ", "mon ", "at 9 ", "monday and ", "in ", "1st ", "UTC+1 ", "[a](b) "),
)
"""What texts are made of."""


def text(pieces: tuple[str, ...], end: str, length: int) -> str:
    """Return pieces repeated up to a length, with another end."""
    once = "".join(pieces)
    return (once * (length // len(once) + 1))[: length - len(end)] + end


BY_HAND = [((piece,), end) for piece in PIECES for end in ("", "b")]
"""Each piece by itself, and with something else at the end, where what has gone well so far fails."""

SHORT = [(pieces, "b") for pieces in ((" ",), ("a ",), ("\ufdfa", "aaaaaaa "), ("1,000 ",), ("\\",))]
"""A choice for the suite. U+FDFA becomes eighteen letters; it stands among others, as alone it takes the longest."""

generated = st.tuples(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(tuple),
    st.sampled_from(["", "b", " ", "1", "“", "\n"]),
)
