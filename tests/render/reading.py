"""How the tests read a card."""

from __future__ import annotations

import factories as make

from bot.answers.asks import decode
from bot.model import Answer, Ask
from bot.render.answers import card
from bot.render.card import Button, Card


def shown(answer: Answer) -> str:
    """Return title, text, fields and footer of an answer's card."""
    embed = card(answer, make.ASKER_ID).embed
    fields = [f"{field.name}: {field.value}" for field in embed.fields]
    return "\n".join([embed.title or "", embed.description or "", *fields, embed.footer.text or ""])


def asked(made: Card, label: str) -> Ask:
    """Return what the button with a label asks."""
    return decode(button(made, label).custom_id)[0]


def button(made: Card, label: str) -> Button:
    """Return the button with a label."""
    return next(button for button in made.buttons if button.label == label)
