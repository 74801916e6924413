"""A question and who asked it as the `custom_id` of a button, so that it still works after a restart."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.limits import CUSTOM_ID
from bot.model import Ask, Command, Kind
from bot.text import units, visible

PREFIX = "ask:"
MENU_ID = "open"
"""The `custom_id` of every menu. What is asked, and by whom, is in the value of the line that is picked."""

_COMMANDS = {
    Command.STATS: "t",
    Command.QUOTE: "q",
    Command.SEARCH: "s",
    Command.PROFILE: "p",
    Command.COMPARE: "c",
    Command.TIMELINE: "l",
    Command.SOURCES: "o",
    Command.SHOW: "w",
    Command.RANDOM: "r",
}
_KINDS = {None: "-", Kind.STAT: "t", Kind.QUOTE: "q", Kind.EVENT: "e"}
_COMMAND_OF = {letter: command for command, letter in _COMMANDS.items()}
_KIND_OF = {letter: kind for kind, letter in _KINDS.items()}

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**63 - 1
LAST_PAGE = 36**4 - 1
"""The largest page that an id has room for."""

_ID = "([0-9a-z]{0,13})"
TEMPLATE = re.compile(
    rf"ask:([tqspclowr])([-tqe]){_ID}\.([0-9a-z]{{0,4}})\.{_ID}\.{_ID}\.{_ID}\.{_ID}\.(.*)", re.DOTALL
)
"""What every such `custom_id` matches in full."""

_TEXT_ROOM = CUSTOM_ID - len("ask:s-" + "......") - 13 - 4 - 13
"""What is left beside the largest asker, page and source, which are what a search needs."""


def encode(ask: Ask, asker_id: int) -> str:
    """Return a `custom_id` of at most 100 characters for a question that has been understood.

    `about` and `who` are left out, as their ids stand for them. `text` is cut to the whole words that
    fit; what `fit` returned is carried whole, also with a kind and a source. Raises ValueError for a
    number that no id has.
    """
    page = ask.page
    if not 0 <= page <= LAST_PAGE:
        raise ValueError(f"no such page: {page}")
    head = (
        f"ask:{_COMMANDS[ask.command]}{_KINDS[ask.kind]}{_base36(asker_id)}.{_base36(page)}"
        f".{_base36(ask.subject_id)}.{_base36(ask.speaker_id)}.{_base36(ask.source_id)}.{_base36(ask.entry_id)}."
    )
    return head + _words(ask.text, CUSTOM_ID - len(head)) if ask.text else head


def decode(custom_id: str) -> tuple[Ask, int]:
    """Return the question and who asked it. Raises ValueError for anything that `encode` does not make."""
    found = TEMPLATE.fullmatch(custom_id)
    if found is None or units(custom_id) > CUSTOM_ID:
        raise ValueError("not a question")
    command, kind, *numbers, text = found.groups()
    asker_id, page, subject_id, speaker_id, source_id, entry_id = (int(n, 36) if n else 0 for n in numbers)
    if max(asker_id, subject_id, speaker_id, source_id, entry_id) > _LARGEST:
        raise ValueError("not a question: a number is too large")
    ask = Ask(
        _COMMAND_OF[command],
        text=text,
        subject_id=subject_id,
        speaker_id=speaker_id,
        source_id=source_id,
        entry_id=entry_id,
        kind=_KIND_OF[kind],
        page=page,
    )
    return ask, asker_id


def asker(asker_id: int) -> str:
    """Return who asked as it stands in a `custom_id`, between the first two letters after PREFIX and a full stop."""
    return _base36(asker_id)


def fit(text: str) -> str:
    """Return as much of a search text, in whole words, as every page button of its answer can carry.

    Space is single and invisible characters are gone. A first word that is too long by itself is cut.
    """
    return _words(text, _TEXT_ROOM)


def _words(text: str, room: int) -> str:
    """Return the words of text that fit into `room` UTF-16 units."""
    kept = " ".join(visible(text).split())
    if units(kept) <= room:
        return kept
    cut = kept.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    if kept[len(cut)] == " ":
        return cut
    return cut.rpartition(" ")[0] or cut


@lru_cache(maxsize=4096)
def _base36(number: int) -> str:
    """Return a number in base 36, and nothing for 0: most of them are."""
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"no such id: {number}")
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
