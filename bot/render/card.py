"""What one reply is made of, before it becomes a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import discord

from bot.model import Stat

MENU_ROW = 0
NAVIGATION_ROW = 1
CHOICE_ROW = 2


class Style(StrEnum):
    """How a button looks; its label says what it does."""

    PLAIN = "secondary"
    MAIN = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button; its `custom_id` is an ask (see `asks`) or an action (see `actions`) and is unique on its card."""

    label: str
    custom_id: str
    row: int = NAVIGATION_ROW
    disabled: bool = False
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a menu; `value` is an ask like a button's `custom_id`."""

    label: str
    value: str
    description: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """A select menu of which one line can be picked."""

    placeholder: str
    options: tuple[Option, ...]
    custom_id: str
    row: int = MENU_ROW


class Pick(StrEnum):
    """What Discord offers in a picker by itself."""

    ROLES = "roles"
    CHANNELS = "channels"
    PLACES = "places"
    """Channels, their public threads and the posts of forums."""


@dataclass(frozen=True, slots=True)
class Picker:
    """A menu of the server's roles, text channels or places; `chosen` are the ids picked so far, of at most `most`."""

    pick: Pick
    placeholder: str
    custom_id: str
    chosen: tuple[int, ...] = ()
    most: int = 25
    row: int = MENU_ROW


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. Send it as a file with `description=alt`: as an embed's image it would lose its alt text."""

    png: bytes
    file_name: str
    alt: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Figures of a measure that a card has a chart of."""

    stats: tuple[Stat, ...]
    measure: str


@dataclass(frozen=True, slots=True)
class Card:
    """A reply. Its chart, if it has `bars`, is still to be drawn, in a thread (`chart.chart`)."""

    embed: discord.Embed
    buttons: tuple[Button, ...] = ()
    menu: Menu | None = None
    pickers: tuple[Picker | Menu, ...] = ()
    bars: Bars | None = None
