"""How many entries go on one card; lookups fetch as many, and cards count their pages by it."""

from __future__ import annotations

from types import MappingProxyType

from bot.model import Command

PAGE_SIZE = MappingProxyType(
    {
        Command.STATS: 5,
        Command.QUOTE: 3,
        Command.SEARCH: 6,
        Command.PROFILE: 12,
        Command.COMPARE: 10,
        Command.TIMELINE: 6,
        Command.SOURCES: 8,
        Command.SHOW: 1,
        Command.RANDOM: 1,
    }
)
"""Entries on one page (for `sources`: sources).

The one entry of `show` is spread over pages by its card. A profile has one page; buttons lead to the rest.
"""
