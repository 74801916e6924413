"""What a person does to the store, as the `custom_id` of a button, a menu or a form, so that it survives a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.limits import CUSTOM_ID
from bot.text import units

BUTTON, MENU, FORM = "do", "pick", "form"
"""What a `custom_id` begins with, by what has it."""

AGAIN = "again"
"""The `custom_id` of a button that opens a form as it was sent; the file on the button's message holds that."""

_NAME = re.compile(r"[a-z]+(?:\.[a-z]+)*")
_ANY = re.compile(rf"(?:{BUTTON}|{MENU}|{FORM}):({_NAME.pattern}):([0-9]{{0,19}}):(.*)", re.DOTALL)
"""The beginning, the action's name, the id of what is acted on (0 is left out), and the rest."""


@dataclass(frozen=True, slots=True)
class Action:
    """One deed: its `name` in the table of actions, the `id` of what it is done to, and a `text` of the action's own.

    `values` are what was picked from a menu; `fields` what was filled into a form, by field.
    """

    name: str
    id: int = 0
    text: str = ""
    values: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)


def custom_id(action: Action, of: str = BUTTON) -> str:
    """Return the `custom_id` by which a button (or `MENU`, `FORM`) does this. Raises ValueError if it is too long."""
    text = f"{of}:{action.name}:{action.id or ''}:{action.text}"
    if units(text) > CUSTOM_ID or not _NAME.fullmatch(action.name):
        raise ValueError(f"no custom_id for {action}")
    return text


def fits(action: Action, of: str = BUTTON) -> bool:
    """Whether a button (or `MENU`, `FORM`) has room for an action."""
    try:
        custom_id(action, of)
    except ValueError:
        return False
    return True


def decode(text: str) -> Action:
    """Return what a `custom_id` does. Raises ValueError for anything that `custom_id` does not make."""
    found = _ANY.fullmatch(text)
    if found is None or units(text) > CUSTOM_ID:
        raise ValueError("not an action")
    name, id_, rest = found.groups()
    number = int(id_) if id_ else 0
    if number >= 2**63:
        raise ValueError("not an action: a number is too large")
    return Action(name, number, rest)
