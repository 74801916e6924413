"""Finding a command in a message, in each form that a keyboard, a phone or a copied text gives it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069"
    "\u3164\ufe00\ufe01\ufe0e\ufe0f\ufeff\uffa0"
)
"""Characters that nobody sees."""

_MARKS = ",.:;!?\u2026"
_BETWEEN = rf"[\s{_UNSEEN}{_MARKS}\u2013\u2014-]*"
"""What people write between the name of the bot and what they say to it."""

_IS_UNSEEN = re.compile(f"[{_UNSEEN}]")
_EDGES = _UNSEEN + "".join(filter(str.isspace, map(chr, range(0x3001))))
_WORD = re.compile(r"(\S++)\s*+(.*)", re.DOTALL)
_NAME = re.compile(rf"([^\s{_UNSEEN}{_MARKS}]++)[{_MARKS}]*+[\s{_UNSEEN}]*+(.*)", re.DOTALL)

_LONGEST_WORD = 200
"""Characters of the longest first word that is read as a command; Discord's longest command has 32."""

_LONGEST_TAIL = 60
"""The characters at the end of a message in which a mention is looked for."""

_FOLDS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
    | dict.fromkeys("\u2010\u2011\u2012\u2013", "-")
    # Phones write "--" as one long dash.
    | dict.fromkeys("\u2014\u2015", "--")
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """How the bot is called in one place: by its user, by its own role (0: it has none), or by the prefix."""

    user_id: int
    role_id: int
    prefix: str

    @property
    def mention(self) -> str:
        """What matches a mention of the user or the role."""
        role = f"|<@&{self.role_id}>" if self.role_id else ""
        return rf"(?:<@!?{self.user_id}>{role})"


def read(text: str, bot: Addressee, known: Collection[str], *, private: bool) -> str | None:
    """Return a message that speaks to the bot in the form that discord.py reads, None for any other message.

    That form begins with the prefix, or with a mention of the user and a space; in a direct message (`private`) it may
    also begin with the command. A mention alone asks for help. A message that only ends with a mention speaks to the
    bot if it begins with one of the `known` commands, which are lower-case.
    """
    text = text.strip(_EDGES)
    mention = f"<@{bot.user_id}> "
    if found := re.match(bot.mention, text):
        rest = _after_prefix(text[found.end() :].lstrip(_EDGES), bot.prefix)
        if rest is None:
            rest = re.sub(rf"\A{_BETWEEN}", "", text[found.end() :])
        return mention + (_command(_without_end(rest, bot), known) or "help")
    rest = _after_prefix(text, bot.prefix)
    if rest is not None:
        return bot.prefix + _command(_without_end(rest, bot), known)
    kept = _without_end(text, bot)
    if private:
        return _command(kept, known)
    if kept != text and (command := _command(kept, known)).partition(" ")[0] in known:
        return mention + command
    return None


def _after_prefix(text: str, prefix: str) -> str | None:
    """Return what follows the prefix, None if a text does not begin with it."""
    wanted = _folded(prefix)
    for end in range(1, min(len(text), len(wanted)) + 1):
        if _folded(text[:end]) == wanted:
            return text[end:]
    return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLDS)


def _without_end(text: str, bot: Addressee) -> str:
    """Return a text without a mention of the bot at its end."""
    head, tail = text[:-_LONGEST_TAIL], text[-_LONGEST_TAIL:]
    return head + re.sub(rf"{_BETWEEN}{bot.mention}{_BETWEEN}\Z", "", tail)


def _command(text: str, known: Collection[str]) -> str:
    """Return a text that begins with a command, which is written as it is known if it is."""
    text = text.lstrip(_EDGES)
    for form in (_WORD, _NAME):
        if (found := form.match(text)) and len(found[1]) <= _LONGEST_WORD:
            name = _IS_UNSEEN.sub("", unicodedata.normalize("NFKC", found[1])).rstrip(_MARKS).lower()
            if name in known:
                return f"{name} {found[2].lstrip(_EDGES)}"
    return text
