"""Text for Discord: what others wrote is made harmless, and cut to length without undoing that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model import A_FILE, OPERATOR, THE_BOT

_BLANK = "(blank)"

# Never shown: controls, soft hyphen, direction marks and overrides, zero-width and other invisible characters
# (but not the joiners, which emoji and some scripts need), lone surrogates (they cannot be sent), tags.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_BREAKING = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_MARKUP = "\\*_~|`<>[]"

# Most texts hold nothing that needs care, and one pass over them says so.
_CARE = re.compile(f"[{re.escape(_MARKUP)}:@{_BREAKING}{_INVISIBLE}]")
_STARTS = frozenset("#-+ 0123456789")

_REMOVED = re.compile(f"[{_INVISIBLE}]+")
_NEWLINE = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
_BREAKS = re.compile(f"[{_BREAKING}]+")
_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in _MARKUP})
# Headings, lists and small print begin a line: "# ", "- ", "+ ", "-# ", "1. ".
_LINE_START = re.compile(r"^([ \t]*(?:\d+(?=[.)](?:\s|$)))?)([#+\-.)])", re.MULTILINE)
# A backslash before a mention hides it but is not a promise that it does not fire; a zero-width space is.
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_DANGLING = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")


def safe(text: str) -> str:
    """Return text that Discord shows as it was written: no markup, link or mention in it takes effect.

    Lines stay lines. Invisible characters are left out. At most two UTF-16 units come out for each character.
    """
    if _CARE.search(text) is None:
        return text if text[:1] not in _STARTS else _LINE_START.sub(r"\1\\\2", text)
    return _escaped(_NEWLINE.sub("\n", text))


def line(text: str) -> str:
    """Return `safe` text on one line, without space around it."""
    if _CARE.search(text) is None:
        text = text.strip()
        return text if text[:1] not in _STARTS else _LINE_START.sub(r"\1\\\2", text)
    return _escaped(visible(text))


def name(text: str) -> str:
    """Return `line` text that is never empty, for where Discord or the sentence needs something."""
    return line(text) or _BLANK


def plain(text: str) -> str:
    """Return one line for where Discord reads no markup: labels, footers, alt text. May be empty."""
    return text.strip() if _CARE.search(text) is None else _MENTION.sub("@\u200b", visible(text))


def raw_name(text: str) -> str:
    """Return `plain` text that is never empty, for a sentence that is escaped where it is shown."""
    return plain(text) or _BLANK


def visible(text: str) -> str:
    """Return text on one line without its invisible characters, and otherwise as it was."""
    return _BREAKS.sub(" ", _REMOVED.sub("", text)).strip()


def code(text: str) -> str:
    """Return one line as code. Backticks, which cannot be escaped in code, become look-alikes."""
    return f"`{plain(text).replace('`', 'ˋ') or _BLANK}`"


def person(user_id: int) -> str:
    """Return who did something, in the middle of a sentence; 0 is somebody who had their data erased."""
    if user_id == OPERATOR:
        return "the bot’s operator"
    if user_id == A_FILE:
        return "somebody, as a file says"
    if user_id == THE_BOT:
        return "the bot, which proved it once more"
    # A mention in an embed shows a name and notifies nobody.
    return f"<@{user_id}>" if user_id else "somebody whose data was erased"


def units(text: str) -> int:
    """Return the length of text as Discord counts it at its strictest, in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, room: int) -> str:
    """Cut text to `room` units, at a word where there is one, ending in "…". Escapes stay whole."""
    if units(text) <= room:
        return text
    if room < 1:
        return ""
    cut = text.encode("utf-16-le", "surrogatepass")[: 2 * (room - 1)].decode("utf-16-le", "ignore")
    space = cut.rfind(" ", len(cut) // 2)
    cut = cut if space < 0 else cut[:space]
    return _DANGLING.sub(lambda found: found[0][:-1], cut).rstrip() + "…"


def share(texts: Sequence[str], room: int) -> list[str]:
    """Cut texts to take `room` units together: short ones stay whole, long ones share what is left."""
    left, allowed = room, [0] * len(texts)
    order = sorted((units(text), index) for index, text in enumerate(texts))
    for waiting, (size, index) in zip(range(len(order), 0, -1), order, strict=True):
        allowed[index] = min(size, left // waiting)
        left -= allowed[index]
    return [clip(text, size) for text, size in zip(texts, allowed, strict=True)]


def _escaped(text: str) -> str:
    """Escape text whose line breaks are settled."""
    # A colon before // is escaped: no text of others becomes a link, and what follows keeps its escapes.
    text = _REMOVED.sub("", text).translate(_ESCAPED).replace("://", "\\://")
    text = _MENTION.sub("@\u200b", text)
    return _LINE_START.sub(r"\1\\\2", text)
