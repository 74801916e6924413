"""A form before it becomes Discord's modal: at most five fields, filled in with what is known."""

from __future__ import annotations

from dataclasses import dataclass

from bot.render.card import Option, Pick


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. With `options` it is a menu, otherwise a text of at most `most` characters.

    With `pick` it is a menu of what the server has, of which `value` is an id, or "". `label` has at most 45
    characters, `hint` (shown below it) 100. `value` is raw and comes back as it was.
    """

    key: str
    label: str
    hint: str = ""
    value: str = ""
    required: bool = False
    long: bool = False
    most: int = 4000
    options: tuple[Option, ...] = ()
    pick: Pick | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Its `custom_id` is an action's (see `actions`), which is given the fields by their keys."""

    title: str
    custom_id: str
    fields: tuple[Field, ...]
