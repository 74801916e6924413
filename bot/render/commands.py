"""The commands in words, once: the slash commands, `help` and the README take them from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Whom a command is for, as the heading of its part of `help`."""

    EVERYBODY = "Questions"
    MEMBERS = "Taking part"
    MODERATORS = "For moderators"


@dataclass(frozen=True, slots=True)
class Usage:
    """A command in words, or a family of them.

    `arguments` is as typed after the name, with <needed> and [optional] parts. `description` has at most 100
    characters, Discord's limit. `example` is what follows the prefix. `details` is for `help` with a name, and so are
    the `subcommands` of a family.
    """

    name: str
    arguments: str
    description: str
    example: str
    details: str
    who: Who = Who.EVERYBODY
    subcommands: tuple[str, ...] = ()


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
    Usage(
        "suggest",
        "<kind> [source]",
        "Suggest a figure, a quotation or an event; moderators look at it first",
        "suggest quotation",
        "Opens a form. What you suggest is shown to others only once a moderator has approved it. A right click on a "
        "message, Apps, “Suggest as quote” fills the form with its words.",
        Who.MEMBERS,
    ),
    Usage(
        "suggestions",
        "mine",
        "What you have suggested in this server, and what became of it",
        "suggestions",
        "Seen by you alone. Those that wait can be withdrawn, and what you began to write can be gone on with.",
        Who.MEMBERS,
    ),
    Usage(
        "privacy",
        "",
        "What is stored about you here: look at it, get a copy, have it erased",
        "privacy",
        "Seen by you alone. Erasing takes your name off what you have added and deletes your own words. "
        "In a direct message, about all servers.",
        Who.MEMBERS,
    ),
    Usage(
        "entry",
        "<what>",
        "Add, correct, hide and restore entries",
        "entry add stat",
        "Typed, `entry` alone lists every form. A right click on a message, Apps, “Save as quote” saves it.",
        Who.MODERATORS,
        (
            *("add stat", "add quote", "add event", "drafts", "edit", "remove", "restore", "removed", "status"),
            *("history", "hide", "unhide", "hidden", "alias add", "alias remove", "alias list"),
            *("source edit", "subject edit"),
        ),
    ),
    Usage(
        "review",
        "",
        "The suggestions of members that wait for a decision",
        "review",
        "One at a time, with what its source bears out: approve, edit or reject. Every decision can be taken back.",
        Who.MODERATORS,
    ),
    Usage(
        "digest",
        "<what>",
        "Posts at set times: figures, quotations and events with their sources",
        "digest list",
        "Typed, `digest` alone lists every form. Nothing is posted before you press Start. `show` says whether the "
        "next post will go through.",
        Who.MODERATORS,
        ("create", "list", "show", "edit", "preview", "now", "pause", "resume", "log", "delete", "restore"),
    ),
    Usage(
        "data",
        "<what>",
        "Get what this server has as a file, or bring a file in",
        "data export",
        "JSON Lines hold everything with its history, CSV the entries for a spreadsheet. An import of .jsonl, .csv or "
        ".toml, at most 8 MiB and 50,000 rows, first shows what would change. The file of an import is given with "
        "the slash command.",
        Who.MODERATORS,
        ("export", "import"),
    ),
    Usage(
        "settings",
        "",
        "What this server has chosen: moderators, review channel, prefix, time zone and more",
        "settings",
        "For those with Manage Server. Every change is saved at once and listed under History.",
        Who.MODERATORS,
    ),
)
"""In the order in which a newcomer meets them."""

BY_NAME = {usage.name: usage for usage in COMMANDS}
