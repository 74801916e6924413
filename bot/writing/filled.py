"""What a person filled in, read strictly: every fault becomes a sentence by its field, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from bot import dates, names
from bot.ingest.table import NAME_LENGTH
from bot.model import Basis
from bot.text import visible
from bot.writing import amounts
from bot.writing.amounts import Amount

LABELS = {
    "about": "About",
    "measure": "What is counted",
    "figure": "Figure",
    "out_of": "Out of",
    "as_of": "As of",
    "counted_by": "Counted by",
    "basis": "How it came about",
    "words": "Words as printed",
    "speaker": "Speaker",
    "role": "Role as printed",
    "said_where": "Where it was said",
    "said_when": "When it was said",
    "title": "Title",
    "date": "Date",
    "date_printed": "Date as printed",
    "date_inferred": "Why this date",
    "statement": "In our words",
    "note": "Note",
    "source": "Source",
    "passage": "Passage",
    "status": "Status",
    "status_reason": "Reason for the status",
}
"""What people call each field."""

LONG, LINE = 4000, 2000
"""How many characters a text of several lines has at most, and one of a single line."""

ABOUTS = 25
"""An entry is about so many subjects at most."""

MISSING = {
    "about": "name the place, person, organization or topic that it is about",
    "measure": "say what is counted, as in: residents without legal status",
    "figure": "write a number with what it counts, as in: about 257,000 people",
    "words": "copy the words as they are printed",
    "speaker": "say who said it",
    "title": "say in a few words what happened",
    "statement": "say in your own words what the source says",
    "source": "choose the source that says so, or add it",
    "status_reason": "say why; it is shown on the card",
}
"""What to do where a field that has to be filled in is empty."""

_LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters, which nobody sees and the store does not keep."""

_BETWEEN_NAMES = re.compile("[;\n]")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class Filled:
    """Fields that are being read. What is missing or wrong becomes a fault and a harmless stand-in."""

    fields: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict[str, str])

    def fault(self, key: str, rest: str) -> None:
        """Add a fault, a sentence that goes on from the field's name; the first of a field counts."""
        self.faults.setdefault(key, f"“{LABELS[key]}” {rest}")

    def missing(self, key: str) -> None:
        """Add the fault of an empty field."""
        self.fault(key, f"is empty; {MISSING[key]}.")

    def text(self, key: str, most: int, *, required: bool = False, lines: bool = False) -> str:
        """Return a text of one line, or of several, without space around it."""
        value = self.fields.get(key, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        if required and not visible(value):
            self.missing(key)
        if not lines and "\n" in value:
            self.fault(key, "has more than one line; write it on one.")
        if _LOST.search(value):
            self.fault(key, "holds a control character, which cannot be seen; type the text anew.")
        if len(value) > most:
            self.fault(key, f"has {len(value):,} characters; shorten it to {most:,}.")
        return value if visible(value) else ""

    def stated(self, key: str, most: int = LINE, *, required: bool = False) -> str:
        """Return a text that may be "not stated", which is ""."""
        value = self.text(key, most, required=required)
        if value.rstrip(".").casefold() != Basis.NOT_STATED.value:
            return value
        if required:
            self.missing(key)
        return ""

    def name(self, key: str, *, required: bool = False) -> str:
        """Return the name of a subject."""
        return self._name(key, self.stated(key, NAME_LENGTH, required=required))

    def names(self, key: str, *, required: bool) -> tuple[str, ...]:
        """Return names that have ";" or line breaks between them, each once."""
        text = self.text(key, LONG, required=required, lines=True)
        given = list(dict.fromkeys(name for each in _BETWEEN_NAMES.split(text) if (name := each.strip())))
        found: list[tuple[names.Spelling, str]] = []
        for place, each in enumerate(given):
            if len(each) > NAME_LENGTH:
                self.fault(key, f"has a name of {len(each)} characters; shorten it to {NAME_LENGTH}.")
            spelling = names.spelling(each[:NAME_LENGTH])
            if any(spelling.like(other) is not names.Likeness.OTHER for other, _ in found):
                continue
            if len(found) == ABOUTS:
                more = len(found) + len(given) - place
                self.fault(key, f"has {more} names; keep the {ABOUTS} that matter most.")
                break
            found.append((spelling, self._name(key, each)))
        if text and not found:
            self.missing(key)
        return tuple(each for _, each in found)

    def amount(self, key: str, *, required: bool = False) -> Amount | None:
        """Return a figure; None where there is none."""
        text = self.stated(key, required=required)
        try:
            return amounts.parse(text) if text else None
        except ValueError as error:
            self.fault(key, f"is wrong: {error}")
        return None

    def date(self, key: str) -> str:
        """Return a real date as it is stored, or ""."""
        value = self.stated(key)
        try:
            return dates.parse(value) if value else ""
        except ValueError:
            self.fault(key, f"is not a date; write a real one as {dates.EXAMPLES}, or leave it empty.")
        return ""

    def choice(self, key: str, choices: type[Choice], default: Choice) -> Choice:
        """Return one of a few words."""
        value = self.text(key, NAME_LENGTH).casefold()
        if value and value not in list(choices):
            self.fault(key, f"has to be one of: {', '.join(choices)}.")
        return choices(value) if value in list(choices) else default

    def _name(self, key: str, value: str) -> str:
        if value and not names.key(value[:NAME_LENGTH]):
            self.fault(key, "has a name without a letter or a digit, so nobody could ask for it; change it.")
        if ";" in value:
            self.fault(key, "has “;” in a name; leave it out.")
        return value
