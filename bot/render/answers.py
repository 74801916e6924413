"""The card of every answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from bot.model import Answer, Command, Language
from bot.render.card import Card
from bot.render.compare import compare_card
from bot.render.full import show_card
from bot.render.listings import (
    profile_card,
    quote_card,
    random_card,
    search_card,
    stats_card,
    timeline_card,
)
from bot.render.misses import miss_card
from bot.render.sheet import PREFIX_ROOM, Frame
from bot.render.sources import sources_card
from bot.render.words import dated
from bot.text import clip

_CARDS: MappingProxyType[Command, Callable[[Frame], Card]] = MappingProxyType(
    {
        Command.STATS: stats_card,
        Command.QUOTE: quote_card,
        Command.SEARCH: search_card,
        Command.PROFILE: profile_card,
        Command.COMPARE: compare_card,
        Command.TIMELINE: timeline_card,
        Command.SOURCES: sources_card,
        Command.SHOW: show_card,
        Command.RANDOM: random_card,
    }
)


def card(answer: Answer, asker_id: int, prefix: str = "!", language: Language = Language.BRITISH) -> Card:
    """Return what shows an answer. `asker_id` goes into its buttons; `prefix` is how commands are typed."""
    answer = replace(answer, entries=tuple(dated(entry, language) for entry in answer.entries))
    frame = Frame(answer, asker_id, clip(prefix, PREFIX_ROOM), language)
    found = answer.sources if answer.ask.command is Command.SOURCES else answer.entries
    return _CARDS[answer.ask.command](frame) if found else miss_card(frame)
