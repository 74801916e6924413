"""Who may do what, as it is meant to be; and all that can be tried, found by walking what there is.

Nothing new is forgotten: who may use it, and what it does with a number, has to be decided here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from holding import LURE
from intruding import Intruder, Told, leaves, menus
from thorough import some

from bot.errors import UserError
from bot.model import Command

QUESTIONS = {*Command, "help", "about"}

ANYBODY = {"privacy.show", "privacy.copy", "privacy.erase", "privacy.erase.yes", "private.resume"}
"""The deeds that work in private: on the person's own data, or with the rights that they have in the server named."""
MEMBERS = {
    *("suggestion.new", "suggestion.quote", "suggestion.step", "suggestion.source", "suggestion.draft"),
    *("suggestion.discard", "suggestion.discard.yes", "suggestion.save", "suggestion.send", "suggestion.support"),
    *("suggestion.mine", "suggestion.withdraw"),
}
"""The deeds that need no right; each does something with what is the person's own. All others are for moderators."""

MANAGERS = {
    *("settings.show", "settings.form", "settings.save", "settings.clear", "settings.history"),
    *("settings.moderators", "settings.review", "settings.suggesting", "settings.private"),
}
"""The deeds for which a moderator's role is not enough."""

OPEN = {
    "slash": QUESTIONS | {"privacy", "suggest", "suggestions mine"},
    "typed": QUESTIONS | {"privacy", "suggest", "suggestions"},
    "menu": {"Suggest as quote"},
}
"""The commands that members may use."""

PRIVATE = {"slash": QUESTIONS | {"privacy"}, "typed": QUESTIONS | {"privacy"}, "menu": set[str]()}
"""Those that work in a direct message too."""

MANAGING = {"slash": {"settings"}, "typed": {"settings"}, "menu": set[str]()}
"""Those for which a moderator's role is not enough."""

NUMBERLESS = (
    {
        *("entry.cancel", "entry.hidden", "entry.removed", "entry.drafts", "entry.add"),
        *("entry.alias.add", "entry.alias.remove"),
        *("entry.quote", "suggestion.new", "suggestion.quote", "suggestion.mine", "corrections.leave"),
        *(
            "review.queue",
            "review.post",
            "data.export",
            "data.import",
            "data.bring",
            "data.cancel",
            "digest.list",
            "digest.create",
        ),
    }
    | MANAGERS
    | ANYBODY
)
"""The deeds that look nothing up by a number. All others say that there is nothing of a number that is not theirs."""

FIELDS = dict.fromkeys(("about", "measure", "figure", "words", "speaker", "title", "statement", "note"), LURE) | {
    "status": "disputed",
    "reason": LURE,
    "subject": LURE,
    "alias": LURE,
    "prefix": "%",
    "zone": LURE,
    "language": "en-GB",
    "new.title": LURE,
    "name": LURE,
    "subjects": LURE,
    "kind": "place",
    "description": LURE,
}
"""A form that somebody filled in with what fits nothing."""

LINES = (
    *("", "1", LURE, "export", "import", "drafts", "hidden", "removed", "add event", "list", "create 9:00"),
    *("alias add a = b", "alias list", f"alias list {LURE}", f"subject edit {LURE}", "source edit {}"),
    *(f"{verb} {{}}" for verb in ("edit", "remove", "restore", "history", "hide", "unhide", "alias remove", "now")),
    "status {} disputed",
)
"""What is typed after each command's name; `{}` is a number."""


async def deeds(who: Intruder, name: str, number: int | str, *texts: str) -> AsyncIterator[tuple[str, Told]]:
    """Try a deed as a button and as a form, with each of these texts; as a menu; and as a form that is empty."""
    for text in texts or ("",):
        yield f"button {name} {number} {text}", await who.press(f"do:{name}:{number or ''}:{text}")
        yield f"form {name} {number} {text}", await who.submit(f"form:{name}:{number or ''}:{text}", FIELDS)
    yield f"menu {name} {number}", await who.pick(f"pick:{name}:{number or ''}:", str(number))
    yield f"empty form {name} {number}", await who.submit(f"form:{name}:{number or ''}:", {})


async def commands(who: Intruder, text: str, *but: Mapping[str, Collection[str]]) -> AsyncIterator[tuple[str, Told]]:
    """Try every command, slash, typed and of context menus, without those named."""

    def wanted(surface: str, name: str) -> bool:
        return not any(name in names[surface] for names in but)

    bot: Any = who.env.bot
    for path, leaf in leaves(who.env):
        # discord.py refuses a channel or a role in a direct message, where Discord offers none.
        placed = any(option["type"] in {7, 8} for option in leaf.get("options", ()))
        if wanted("slash", path) and (who.channel.guild or not placed):
            yield f"/{path} {text}", await who.slash(path, leaf, text)
    for command in menus(who.env):
        if wanted("menu", command["name"]):
            yield command["name"], await who.menu(command, await who.say(text))
    prefix = await bot.prefix(who.channel.guild.id if who.channel.guild else 0)
    for turn, command in enumerate(bot.walk_commands()):
        for line in some(LINES, turn) if wanted("typed", command.qualified_name) else ():
            typed = f"{prefix}{command.qualified_name} {line.format(text)}"
            yield f"typed {typed}", await who.type(typed)


def faults(who: Intruder) -> list[BaseException]:
    """Return what the bot raised besides refusals."""
    raised = [getattr(error, "original", error) for error in who.env.errors]
    return [error for error in raised if not isinstance(error, UserError)]
