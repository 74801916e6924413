"""The accent of a card. It repeats what the title says in words and never says anything alone."""

from __future__ import annotations

from bot.model import Kind

FIGURES = 0x2F6FDE
QUOTATIONS = 0x8A4FBF
EVENTS = 0x1F8A70
OTHERS = 0x5A6472
NOTHING = 0x9A6B00

KIND_COLOUR = {Kind.STAT: FIGURES, Kind.QUOTE: QUOTATIONS, Kind.EVENT: EVENTS}
