"""What a person sees of carrying data: the dry run as a card and in full, what was done, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import discord

from bot.carry.apply import Done
from bot.carry.plan import Item, Outcome, Plan
from bot.carry.records import NAMES, HiddenRecord
from bot.limits import EMBED_DESCRIPTION
from bot.moderating.actions import Action, custom_id
from bot.render.card import MENU_ROW, Button, Card, Style
from bot.render.colours import NOTHING, OTHERS
from bot.render.corrections import back_button, with_update
from bot.text import clip, code, line, visible

SHOWN = 8
"""So many problems stand on the card; the report has them all."""

ROOM = 260
"""A problem on the card has at most so many characters."""

_TOLD = {"entry", "source", "digest"}
"""The types of line of which it is worth knowing why they come to what they do, where they are not refused."""

NAMED = 5
"""So many of those of which the same is said are named by their numbers."""

PLURALS = {
    "entry": ("entry", "entries"),
    "source": ("source", "sources"),
    "subject": ("subject", "subjects"),
    "name": ("other name", "other names"),
    "hidden": ("hidden entry", "hidden entries"),
    "revision": ("line of history", "lines of history"),
    "suggestion": ("suggestion", "suggestions"),
    "setting": ("setting", "settings"),
    "digest": ("digest", "digests"),
    "": ("line that cannot be read", "lines that cannot be read"),
}
"""What each type of line is called, one of it and many."""


def counted(number: int, type_: str) -> str:
    """Return "1 entry", "2,000 entries"."""
    return f"{number:,} {PLURALS[type_][number != 1]}"


def dry_run_card(name: str, plan: Plan, *, remark: str, token: str, moved: bool = False) -> Card:
    """Return what would come of a file; `token` is the rest of the custom_id that brings it in."""
    title = "The server has changed meanwhile. Look again" if moved else "Dry run: nothing is changed yet"
    lines = [
        f"**File:** {code(clip(name, 80))}",
        *(f"**Note:** {line(text)}" for text in (remark, plan.remark) if text),
        "",
    ]
    lines += _counts(plan)
    refused, known = _odd(plan)
    for heading, items in (("Refused", refused), ("To know", known)):
        lines += ["", f"**{heading}**", *(f"- {told}" for told in _listed(plan, items, SHOWN))] if items else []
    todo = _todo(plan)
    lines += ["", _what_now(todo, refused)]
    buttons = (Button("Cancel", custom_id(Action("data.cancel")), MENU_ROW),)
    if todo:
        bring = Button(f"Import {todo}", custom_id(Action("data.bring", text=token)), MENU_ROW, style=Style.MAIN)
        buttons = (bring, *buttons)
    text = clip("\n".join(lines), EMBED_DESCRIPTION)
    return Card(discord.Embed(title=title, description=text, colour=OTHERS if todo else NOTHING), buttons)


def _odd(plan: Plan) -> tuple[list[Item], list[Item]]:
    """Return what is refused, and of what there is something to know."""
    refused = [item for item in plan.items if item.outcome is Outcome.REFUSED]
    known = [item for item in plan.items if item.outcome is not Outcome.REFUSED and item.why and item.type in _TOLD]
    return refused, known


def _what_now(todo: str, refused: list[Item]) -> str:
    if not todo:
        return "There is nothing to bring in. The complete report is attached."
    rest = " What is refused stays out." if refused else ""
    return f"The complete report is attached. The import is done as a whole or not at all.{rest}"


def brought_card(done: Done, posted: int) -> Card:
    """Return what was brought in, with ways to take it back and to correct in how many messages it was `posted`."""
    text = "\n".join([*_counts(done.plan), "", "Each change is in the history."])
    embed = discord.Embed(title="Imported", description=text, colour=OTHERS)
    back = (back_button(done.first, done.last),) if done.first else ()
    return with_update(Card(embed, back), done.first, done.last, posted)


def taken_back_card(done: Done, posted: int) -> Card:
    """Return what an import was taken back to."""
    counts: Counter[tuple[str, str]] = Counter()
    for step in done.plan.steps:
        gone = step.gone or getattr(step.record, "deleted_at", None)
        how = ("shown again" if isinstance(step.record, HiddenRecord) else "removed") if gone else "as before"
        counts[NAMES[type(step.record)], how] += 1
    lines = [f"{counted(number, type_)} {how}" for (type_, how), number in counts.items()]
    text = "\n".join([*lines, "", "Each change is in the history. Removed entries can be restored."])
    card = Card(discord.Embed(title="Taken back", description=text, colour=OTHERS))
    return with_update(card, done.first, done.last, posted)


def progress_card(what: str, done: int, total: int, of: str) -> Card:
    """Return how far something is: how many are done, of how many of what; `total` 0 is not known."""
    far = f" {done:,} of {total:,} {of}." if total else ""
    return Card(discord.Embed(description=f"{what}{far}", colour=OTHERS))


def exported_card(number: int, *, sheet: bool, packed: bool) -> Card:
    """Return the sentence that goes with an exported file, which has so many entries or lines."""
    lines = f"{number:,} {'line' if number == 1 else 'lines'}: entries, sources, subjects, names, history and digests"
    counts = f"{counted(number, 'entry') if sheet else lines}."
    packed_text = " It is compressed (.gz) because it is large; an import reads it as it is."
    text = f"{counts} /data import reads this file again.{packed_text if packed else ''}"
    return Card(discord.Embed(title="Exported", description=text, colour=OTHERS))


def report(name: str, plan: Plan, remark: str) -> str:
    """Return the dry run in full, as a text to read: each line of the file, and what comes of it."""
    lines = [f"Dry run of {visible(name)}", *filter(None, (remark, plan.remark)), "", *_plain_counts(plan), ""]
    lines += [f"{plan.word} {item.line}: {item.outcome.value}: {visible(_said(item))}" for item in plan.items]
    return "\n".join(lines) + "\n"


def summary(plan: Plan, shown: int = 20) -> str:
    """Return the dry run for a terminal: the counts, and the first that are refused or have something to know."""
    refused, known = _odd(plan)
    odd = [f"  {plan.word} {item.line}: {item.outcome.value}: {visible(_said(item))}" for item in (*refused, *known)]
    more = [f"  … and {len(odd) - shown:,} more"] if len(odd) > shown else []
    return "\n".join([*_plain_counts(plan), *odd[:shown], *more])


def _todo(plan: Plan) -> str:
    """Return what the button brings in, or ""."""
    entries = plan.count(Outcome.ADDED, "entry") + plan.count(Outcome.CHANGED, "entry")
    if entries:
        return counted(entries, "entry")
    others = len(plan.steps)
    return f"{others:,} {'change' if others == 1 else 'changes'}" if others else ""


def _plain_counts(plan: Plan) -> list[str]:
    lines: list[str] = []
    for type_ in PLURALS:
        counts = [(plan.count(outcome, type_), outcome) for outcome in Outcome]
        parts = ", ".join(f"{number:,} {_outcome(outcome, number)}" for number, outcome in counts if number)
        if parts:
            lines.append(f"{PLURALS[type_][1].capitalize()}: {parts}")
    return lines or ["The file holds nothing."]


def _outcome(outcome: Outcome, number: int) -> str:
    return "left as they are" if outcome is Outcome.LEFT and number != 1 else outcome.value


def _counts(plan: Plan) -> list[str]:
    return [
        f"**{type_}:**{rest}" for type_, _, rest in (text.partition(":") for text in _plain_counts(plan)) if rest
    ] or ["The file holds nothing."]


def _said(item: Item) -> str:
    """Return what an item is about and why it comes to what it does, in raw words."""
    return ": ".join(filter(None, (item.what, item.why)))


def _listed(plan: Plan, items: Iterable[Item], most: int) -> list[str]:
    """Return items in lines of safe text; those of which the same is said are one line."""
    alike: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        alike.setdefault((item.type, item.why), []).append(item)
    lines = [
        f"{plan.word} {each[0].line}: {line(_said(each[0]))}"
        if len(each) == 1
        else f"{_numbers(plan.word, each)}: {line(why)}"
        for (_, why), each in alike.items()
    ]
    more = [f"… and {len(lines) - most:,} more"] if len(lines) > most else []
    return [*(clip(told, ROOM) for told in lines[:most]), *more]


def _numbers(word: str, items: Sequence[Item]) -> str:
    """Return "rows 2, 3 and 17 more"."""
    first = ", ".join(f"{item.line:,}" for item in items[:NAMED])
    rest = f" and {len(items) - NAMED:,} more" if len(items) > NAMED else ""
    return f"{'entries' if word == 'entry' else f'{word}s'} {first}{rest}"
