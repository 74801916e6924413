"""Values to test with; every field has a plain default."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.model import Basis, Event, Fact, Known, Quote, Source, Stat, Status, Subject, SubjectKind

ADDED_AT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
SHA256 = "ab" * 32
ASKER_ID = 1_200_000_000_000_000_007

_COMMON: dict[str, Any] = {
    "id": 12,
    "subject": "Chicago",
    "source_id": 1,
    "source": "Cities prepare for deportations",
    "sha256": SHA256,
    "status": Status.VERIFIED,
    "status_reason": "",
    "statement": "About 257,000 residents of Chicago have no legal status.",
    "note": "",
    "passage": (6200, 6280),
    "guild_id": 0,
    "added_by": None,
    "added_at": ADDED_AT,
}


def stat(**changes: Any) -> Stat:
    """Return a figure on Chicago."""
    fields: dict[str, Any] = {
        "measure": "residents without legal status",
        "value": Decimal(257_000),
        "unit": "residents",
        "approximate": True,
        "basis": Basis.NOT_STATED,
        "out_of": None,
        "out_of_unit": "",
        "out_of_approximate": False,
        "as_of": "",
        "counted_by": "",
    }
    return Stat(**_COMMON | fields | changes)


def quote(**changes: Any) -> Quote:
    """Return a quotation in two parts."""
    fields: dict[str, Any] = {
        "subject": "immigration enforcement",
        "statement": "On what people in Philadelphia expect.",
        "parts": ("People’s fear is incredibly high,", "They are preparing for the worst."),
        "speaker": "Rue Landau",
        "role": "Philadelphia Councilwoman",
        "said_where": "",
        "said_when": "",
    }
    return Quote(**_COMMON | {"id": 5} | fields | changes)


def event(**changes: Any) -> Event:
    """Return an event dated to the day."""
    fields: dict[str, Any] = {
        "subject": "United States",
        "statement": "The presidential election took place.",
        "title": "Presidential election",
        "date": "2024-11-05",
        "date_printed": "Nov. 5",
        "date_inferred": "",
    }
    return Event(**_COMMON | {"id": 7} | fields | changes)


def subject(**changes: Any) -> Subject:
    """Return the subject Chicago."""
    fields: dict[str, Any] = {
        "id": 3,
        "kind": SubjectKind.PLACE,
        "name": "Chicago",
        "description": "City in Illinois",
    }
    return Subject(**fields | changes)


def source(**changes: Any) -> Source:
    """Return a source of which only the title is stated."""
    fields: dict[str, Any] = {
        "id": 1,
        "label": "Cities prepare for deportations",
        "sha256": SHA256,
        "length": 8123,
        "has_text": True,
        "facts": (
            Fact("title", "", Known.NOT_STATED, "the text begins without a headline"),
            Fact("published", "2024-11", Known.INFERRED, "it speaks of the election as this month"),
        ),
        "entries": 61,
    }
    return Source(**fields | changes)
