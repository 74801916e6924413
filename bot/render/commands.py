"""The commands in words, once: the slash commands, `help` and the README take them from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """A command in words.

    `arguments` is as typed after the name, with <needed> and [optional] parts. `description` has at most 100
    characters, Discord's limit. `example` is what follows the prefix. `details` is for `help` with a name.
    """

    name: str
    arguments: str
    description: str
    example: str
    details: str


COMMANDS = (
    Usage(
        "stats",
        "<about>",
        "Figures on a place, person, organization or measure, each with its source",
        "stats chicago",
        "Shows the number with its unit, whether it is “about” or exact, what it is out of, the date it is "
        "for and who counted. What the article does not say is “not stated” on the card. Nothing is rounded.",
    ),
    Usage(
        "quote",
        "[who] [about]",
        "What somebody said, word for word; with no name, one quotation at random",
        "quote homan",
        "Give a speaker, a subject or both: `quote homan about the border`. The words are as the article "
        "prints them; where it breaks off to name the speaker, the parts are shown apart.",
    ),
    Usage(
        "search",
        "<text>",
        "Look through all figures, quotations and events for words",
        "search school district",
        "Finds entries that hold the words, best first, the words in bold. Names may be part of it. "
        "The slash command can keep to one kind of entry or to one source.",
    ),
    Usage(
        "profile",
        "<name>",
        "One card on a person, place, organization or topic",
        "profile los angeles",
        "Shows who or what it is, with figures, quotations and events, and buttons to all of each kind.",
    ),
    Usage(
        "compare",
        "<measure>",
        "Figures of one measure side by side, as a bar chart and a table",
        "compare residents without legal status",
        "Each bar names who counted and the date it is for. Figures that cannot be compared, such as a "
        "projection and a count, are not put on one axis, and the card says why.",
    ),
    Usage(
        "timeline",
        "[about]",
        "Dated events in order; uncertain dates are marked",
        "timeline",
        "With a name, only the events about it. Where a date is inferred or only the year is known, the card "
        "says so and why.",
    ),
    Usage(
        "sources",
        "[id]",
        "The articles that everything comes from, and what is known of each",
        "sources 1",
        "With a number, one article: title, publisher, author, address and date, each marked as stated, "
        "inferred or not stated, and the SHA-256 of the text that its entries were checked against.",
    ),
    Usage(
        "show",
        "<id>",
        "One entry in full: where in the source, how checked, who added it and when",
        "show 12",
        "Every card gives the number of its entries, such as `#12`.",
    ),
    Usage(
        "random",
        "",
        "Any one entry",
        "random",
        "A figure, a quotation or an event, with a button for another.",
    ),
    Usage(
        "help",
        "[command]",
        "What the bot can do, with examples",
        "help stats",
        "With the name of a command, more about that one.",
    ),
    Usage(
        "about",
        "",
        "Version, what is stored, and where the bot’s code is",
        "about",
        "Also says whether the bot can read plain messages here.",
    ),
)
"""In the order in which a newcomer meets them."""

BY_NAME = {usage.name: usage for usage in COMMANDS}
