"""The functions that take people's text, each with how it is called with a text, and those that need no bound.

`found` reads the list from the signatures: every public function or method of `bot` and `cogs` that is not a coroutine
and has a parameter that holds `str` or `bytes`. A coroutine waits for the store or for Discord; what it does with a
text it has one of these functions do. Each name is either in MEASURED or, with a reason, in EXEMPT.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import discord

from bot import dates, folding, names, text, typed_command, zone_search, zones
from bot.answers import asks, similar
from bot.carry import sheet
from bot.digest import planning, wording
from bot.errors import UserError
from bot.ingest import figures, locate, verify
from bot.ingest.pack import PackEvent, PackQuote, PackStat
from bot.ingest.table import NAME_LENGTH
from bot.model import Basis, Kind, Language
from bot.moderating import actions, drafts, kept
from bot.render import blocks, chart, forms, history, listings, plain, preview, sources, words
from bot.render.moderation import Manner
from bot.servers import settings
from bot.store import search
from bot.store.sources import SourceText
from bot.writing import amounts, duplicates, fields, passages, proof, sentences, tokens
from bot.writing.filled import LINE
from bot.writing.proof import AT_ONCE
from cogs import actions as clicks
from cogs import completing, digest_desk, digest_setup, entry_typed, quoting, typed
from tests.factories import event, quote, stat

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 15, 15, tzinfo=UTC)

NAME, FORM, ARTICLE = 200, 4_000, 1_000_000
"""Characters of what is read of a name, and of the longest message, field of a form and article that people bring."""

Call = Callable[[str], object]
"""A function with all that it is given besides a text; what it returns is no iterator."""


class Measured:
    """A function in the ways that it is called with a text, and how many characters of it people can bring at most.

    `most` is for a text that others wait for, on the event loop; `longest` for one that is worked on in a thread.
    """

    def __init__(self, *ways: Call, most: int = FORM, longest: int = 0) -> None:
        self.ways = ways
        self.most = most
        self.longest = max(most, longest)


def _refused(call: Call) -> Call:
    """Return a call that may refuse the text."""

    def tried(given: str) -> object:
        try:
            return call(given)
        except (UserError, ValueError) as error:
            return error

    return tried


def _reading(kind: Kind, **given: str) -> fields.Reading:
    whole = {"speaker": "A", "statement": "A", "source": "1", "about": "A", "measure": "b", "title": "A"}
    reading = fields.read(kind, whole | given)
    assert reading.entry is not None, reading.faults
    return reading


_FIGURE = _reading(Kind.STAT, figure="1,000,000 people", out_of="2,000,000 people")
_QUOTE = _reading(Kind.QUOTE, words="zz a", passage="a")
_PARTS = ("a", "a a", "a a a", "aa", "a b", "1", "“a”") * 3


def _similar(given: str) -> object:
    return similar._within(names.key(names.typed(given))[: similar.LONGEST_KEY], names.key(given[:100]))


def _alike(one: PackQuote | PackEvent | PackStat, other: PackQuote | PackEvent | PackStat, *subjects: str) -> object:
    # Of an entry only these two are read.
    both = (
        SimpleNamespace(subjects=subjects[place : place + 1], detail=each) for place, each in enumerate((one, other))
    )
    return duplicates.alike(*both)  # type: ignore[arg-type]


def _said(*parts: str) -> PackQuote:
    return PackQuote(parts, "A", "", "", "")


def _counted(measure: str) -> PackStat:
    return PackStat(measure, Decimal(1), "people", False, Basis.NOT_STATED, None, "", False, "", "")  # noqa: FBT003


def _proven(reading: fields.Reading) -> Call:
    return lambda given: proof.prove(reading, SourceText(len(given), given))


def _form(kind: Kind, given: str) -> dict[str, str]:
    """Return a text in every field, as much of it as Discord takes there."""
    asked = {question.key: question.most for step in forms.STEPS[kind] for question in step.questions}
    return {key: given[: asked.get(key, LINE)] for key in fields.keys(kind)}


def _long(given: str) -> str:
    """Return as much as a field of a form takes of what a text is made of."""
    return (given * (FORM // max(1, len(given)) + 1))[:FORM]


def _event(title: str) -> PackEvent:
    return PackEvent(title, "2024-11-05", "", "")


def _quoting(words: str) -> fields.Reading:
    assert _QUOTE.entry is not None
    return replace(_QUOTE, quoted="", entry=replace(_QUOTE.entry, detail=_said(words)))


def _spoken_to(before: str, after: str, *, private: bool) -> Call:
    return lambda given: typed_command.read(
        f"{before}{given}{after}", typed_command.Addressee(1, 2, "!"), {"a", "help"}, private=private
    )


def _embed() -> discord.Embed:
    return discord.Embed(title="A", description="b")


def _half(given: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"words": given, "note": "a"}, {"words": given[: len(given) // 2] + "z", "note": given}


MEASURED: Mapping[str, Measured] = {
    "bot.answers.asks.fit": Measured(asks.fit),
    "bot.answers.similar._within": Measured(_similar),
    "bot.carry.sheet.guard": Measured(sheet.guard),
    "bot.carry.sheet.unguard": Measured(sheet.unguard),
    "bot.dates.is_date": Measured(dates.is_date),
    "bot.dates.parse": Measured(_refused(dates.parse)),
    "bot.dates.written": Measured(dates.written),
    "bot.digest.planning.choose": Measured(lambda given: planning.choose([], 0, given, str)),
    "bot.digest.planning.tidy": Measured(planning.tidy),
    "bot.digest.planning.print_of": Measured(lambda given: planning.print_of([given, given])),
    "bot.digest.planning.changed": Measured(
        lambda given: planning.changed(planning.print_of([given, "a"]), ["a", "b"] * 8, {"a": given, "b": given})
    ),
    "bot.digest.planning.read_words": Measured(
        lambda given: planning.read_words(dict.fromkeys(("name", "introduction", "time", "days", "zone"), given), NOW)
    ),
    "bot.digest.planning.read_late": Measured(_refused(lambda given: planning.read_late("skip", given))),
    "bot.digest.planning.zone_named": Measured(_refused(planning.zone_named)),
    "bot.digest.wording.read_time": Measured(_refused(wording.read_time)),
    "bot.digest.wording.read_days": Measured(_refused(wording.read_days)),
    "bot.digest.wording.read_line": Measured(lambda given: wording.read_line(given, NOW)),
    "bot.folding.name_words": Measured(folding.name_words),
    "bot.folding.folded": Measured(folding.folded),
    "bot.folding.text_words": Measured(folding.text_words),
    "bot.folding.spelled_words": Measured(folding.spelled_words),
    "bot.folding.unaccented": Measured(folding.unaccented),
    "bot.ingest.figures.is_printed": Measured(
        *(partial(figures.is_printed, Decimal(value)) for value in ("1", "1000000", "257000.5")),
        most=AT_ONCE,
        longest=ARTICLE,
    ),
    "bot.ingest.figures.likely": Measured(
        lambda given: list(figures.likely(Decimal(1_000_000), given, 0, len(given))), most=AT_ONCE, longest=ARTICLE
    ),
    "bot.ingest.locate.quotations": Measured(locate.quotations, most=AT_ONCE, longest=ARTICLE),
    "bot.ingest.locate.stray_marks": Measured(locate.stray_marks, most=AT_ONCE, longest=ARTICLE),
    "bot.ingest.verify._without_quotations": Measured(verify._without_quotations, most=AT_ONCE, longest=ARTICLE),
    "bot.moderating.actions.decode": Measured(_refused(actions.decode)),
    "bot.moderating.drafts.content": Measured(lambda given: drafts.content({"words": given, "new.title": given})),
    "bot.moderating.drafts.author": Measured(
        lambda given: drafts.author({drafts.MESSAGE: given, "new.author": given, drafts.MEMBER: ""}), most=NAME
    ),
    "bot.moderating.drafts.spoken_by_another": Measured(
        lambda given: drafts.spoken_by_another({drafts.MESSAGE: given, "new.author": given, "speaker": f"{given}a"}),
    ),
    "bot.moderating.kept.packed": Measured(lambda given: kept.packed({"a": given, "b": given})),
    "bot.moderating.kept.unpacked": Measured(lambda given: kept.unpacked(kept.packed({"a": given, "b": given}))),
    "bot.moderating.kept.as_file": Measured(lambda given: kept.as_file("form:entry.add::stat", {"a": given})),
    "bot.moderating.kept.from_file": Measured(lambda given: kept.from_file(kept.as_file(given, {"a": given}))),
    "bot.names.key": Measured(names.key),
    "bot.names.typed": Measured(names.typed),
    "bot.names.spelling": Measured(names.spelling),
    "bot.names.like": Measured(lambda given: names.like(given, f"{given}a")),
    "bot.names.typo_keys": Measured(names.typo_keys),
    "bot.names.entry_number": Measured(names.entry_number),
    "bot.render.blocks.block": Measured(
        *(
            lambda given, entry=entry: blocks.block(entry(given), 800, given, source=True, prefix="!")
            for entry in (
                lambda given: quote(
                    parts=(given[: len(given) // 2],) * 2,
                    speaker=given[:100],
                    role=given[:LINE],
                    statement=given,
                    note=given,
                ),
                lambda given: stat(statement=given, note=given, unit=given[:100]),
                lambda given: event(statement=given, title=given[:100], date_printed=given[:LINE]),
            )
        )
    ),
    "bot.render.chart.alt_text": Measured(lambda given: chart.alt_text([stat(subject=given, unit=given)] * 5, given)),
    "bot.render.forms.step_form": Measured(
        *(
            lambda given, kind=kind, number=number: forms.step_form(kind, number, _form(kind, given), "id")
            for kind in Kind
            for number in range(len(forms.STEPS[kind]))
        )
    ),
    "bot.render.forms.cut": Measured(lambda given: forms.cut(given, 45)),
    "bot.render.forms.merged": Measured(
        lambda given: forms.merged(forms.STEPS[Kind.QUOTE][0].questions, {"words": given}, {"words": f"{given}a"})
    ),
    "bot.render.history.differences": Measured(lambda given: history.differences(*_half(given), 200)),
    "bot.render.history.difference_lines": Measured(lambda given: history.difference_lines(*_half(given), 900)),
    "bot.render.history.gist": Measured(lambda given: history.gist({"words": given, "speaker": given})),
    "bot.render.listings.excerpt_text": Measured(
        lambda given: listings.excerpt_text(f"\x02{given}\x03 {given} \x02\x03\x02{given}\x03")
    ),
    "bot.render.plain.notice": Measured(plain.notice),
    "bot.render.plain.error": Measured(plain.error),
    "bot.render.preview.filled": Measured(
        *(lambda given, kind=kind: preview.filled(kind, _form(kind, given)) for kind in Kind)
    ),
    "bot.render.preview.add_lines": Measured(lambda given: preview.add_lines(_embed(), "A", [given] * 9)),
    "bot.render.preview.add_source": Measured(
        lambda given: preview.add_source(
            _embed(),
            {"source": drafts.NEW, **{f"new.{fact}": given for fact in ("title", "url")}},
            Language.BRITISH,
            900,
        )
    ),
    "bot.render.preview.add_message": Measured(
        lambda given: preview.add_message(_embed(), {drafts.MESSAGE: given, "new.author": given, "speaker": "a"})
    ),
    "bot.render.preview.preview": Measured(
        lambda given: preview.preview(
            quote(parts=(given[: len(given) // 2],) * 2, note=given), given, Manner("!", Language.BRITISH), called="a"
        )
    ),
    "bot.render.sources.particular": Measured(lambda given: sources.particular("url", given, Language.BRITISH)),
    "bot.render.words.quoted": Measured(words.quoted),
    "bot.servers.settings.with_form": Measured(lambda given: settings.with_form({}, {"language": given}, NOW)),
    "bot.servers.settings.read": Measured(*(_refused(partial(settings.read, name)) for name in sorted(settings.NAMES))),
    "bot.servers.settings.ids_in": Measured(settings.ids_in),
    "bot.servers.settings.unreadable": Measured(
        lambda given: settings.unreadable(1, dict.fromkeys(sorted(settings.NAMES), given))
    ),
    "bot.store.search.words": Measured(search.words),
    "bot.text.safe": Measured(text.safe),
    "bot.text.line": Measured(text.line),
    "bot.text.name": Measured(text.name),
    "bot.text.plain": Measured(text.plain),
    "bot.text.raw_name": Measured(text.raw_name),
    "bot.text.visible": Measured(text.visible),
    "bot.text.code": Measured(text.code),
    "bot.text.units": Measured(text.units),
    "bot.text.clip": Measured(
        *(lambda given, room=room: text.clip(given, room) for room in (0, 10, 1000)),
        lambda given: text.clip(given, len(given) - 1),
    ),
    "bot.text.share": Measured(lambda given: text.share([given, given[:-1], given[:50]], 1000)),
    "bot.typed_command.read": Measured(
        *(
            _spoken_to(before, after, private=private)
            for before, after in (("", ""), ("<@1>", ""), ("!", ""), ("a ", "<@&2>"))
            for private in (False, True)
        )
    ),
    "bot.writing.amounts.parse": Measured(_refused(amounts.parse)),
    "bot.writing.duplicates.alike": Measured(
        lambda given: _alike(_said(given), _said(given[: len(given) // 2], "b"), "A", "A"),
        lambda given: _alike(_event(given[:NAME_LENGTH]), _event(given[1:NAME_LENGTH]), given, f"{given}a"),
        lambda given: _alike(_counted(given), _counted(f"{given}a"), "A", "A"),
    ),
    "bot.writing.fields.read": Measured(
        *(lambda given, kind=kind: fields.read(kind, _form(kind, given)) for kind in Kind)
    ),
    "bot.writing.passages.locate_words": Measured(
        lambda given: passages.locate_words(given, _PARTS),
        lambda given: passages.locate_words(given, [given[:FORM]]),
        lambda given: passages.locate_words(given, [_long(given)]),
        lambda given: passages.locate_words(given, [f"{given[:FORM]} zz"]),
        lambda given: passages.locate_words(given, [f"{_long(given)} zz"]),
        lambda given: passages.locate_words(given, [given[: FORM // 2], "a"], given[:FORM]),
        lambda given: passages.locate_words(given, ["a", "zz"], (0, len(given))),
        most=AT_ONCE,
        longest=ARTICLE,
    ),
    "bot.writing.passages.locate_figure": Measured(
        lambda given: passages.locate_figure(given, [Decimal(1)], like=given[:FORM]),
        lambda given: passages.locate_figure(given, [Decimal(1_000_000), Decimal(20)], like=_long(given)),
        lambda given: passages.locate_figure(given, [Decimal(5)], given[:FORM]),
        lambda given: passages.locate_figure(given, [Decimal(5)], _long(given)),
        most=AT_ONCE,
        longest=ARTICLE,
    ),
    "bot.writing.passages.locate_passage": Measured(
        lambda given: passages.locate_passage(given, given[:FORM]),
        lambda given: passages.locate_passage(given, f"{given[:FORM]} zz"),
        lambda given: passages.locate_passage(given, f"{_long(given)} zz"),
        lambda given: passages.locate_passage(given, (len(given) // 3, len(given) // 2)),
        most=AT_ONCE,
        longest=ARTICLE,
    ),
    "bot.writing.proof.prove": Measured(
        _proven(_reading(Kind.QUOTE, words="\n[…]\n".join(_PARTS))),
        _proven(_QUOTE),
        _proven(_FIGURE),
        _proven(_reading(Kind.EVENT, date="2024-11-05", date_printed="5 a 2024", passage="a")),
        lambda given: _proven(replace(_QUOTE, quoted=_long(given)))(given),
        lambda given: _proven(_quoting(_long(given)))(given),
        most=AT_ONCE,
        longest=ARTICLE,
    ),
    "bot.writing.sentences.sentences": Measured(sentences.sentences, most=AT_ONCE, longest=ARTICLE),
    "bot.writing.sentences.around": Measured(
        lambda given: sentences.around(given, (len(given) // 2,) * 2), most=AT_ONCE, longest=ARTICLE
    ),
    "bot.writing.sentences.nearest": Measured(
        lambda given: sentences.nearest(given, given[:FORM]), most=AT_ONCE, longest=ARTICLE
    ),
    "bot.writing.sentences.compared": Measured(
        lambda given: sentences.compared(given, f"{given[: FORM // 2]} z"),
        lambda given: sentences.compared(given, f"z {_long(given)}"),
        most=AT_ONCE,
        longest=5_000,
    ),
    "bot.writing.sentences.numbers": Measured(sentences.numbers),
    "bot.writing.tokens.prepared": Measured(
        tokens.prepared, lambda given: tokens.prepared(given, spaced=True), most=AT_ONCE, longest=ARTICLE
    ),
    "bot.writing.tokens.has_unseen": Measured(tokens.has_unseen, most=AT_ONCE, longest=ARTICLE),
    "bot.writing.tokens.without_unseen": Measured(tokens.without_unseen, most=AT_ONCE, longest=ARTICLE),
    "bot.zone_search.suggest": Measured(lambda given: zone_search.suggest(given, NOW)),
    "bot.zone_search.meant": Measured(lambda given: zone_search.meant(given, NOW)),
    "bot.zone_search.names_one": Measured(lambda given: zone_search.names_one(given, NOW)),
    "bot.zones.zone": Measured(_refused(zones.zone.__wrapped__)),
    "bot.zones.known": Measured(zones.known),
    "bot.zones.key": Measured(zones.key),
    "cogs.actions.number": Measured(clicks.number),
    "cogs.completing.choice": Measured(lambda given: completing.choice(given, given)),
    "cogs.completing.source_choice": Measured(lambda given: completing.source_choice(1, given)),
    "cogs.digest_desk.snowflake": Measured(digest_desk.snowflake),
    "cogs.digest_setup.given": Measured(lambda given: digest_setup.given({"time": given, "days": given})),
    "cogs.entry_typed.meant": Measured(
        *(
            _refused(lambda given, way=way: entry_typed.meant(f"{way} {given}", "!"))
            for way in ("", "add", "status 1", "alias")
        )
    ),
    "cogs.entry_typed.article": Measured(entry_typed.article),
    "cogs.quoting.readable": Measured(quoting.readable),
    "cogs.typed.parse_quote": Measured(typed.parse_quote),
    "cogs.typed.parse_search": Measured(_refused(typed.parse_search)),
}
"""By name. A few that take entries in place of texts, or are not public, are here too."""

EXEMPT: Mapping[str, tuple[str, ...]] = {
    "what the store is asked, in SQL: a text is a bound parameter": ("bot.store.*",),
    "a file, which is read under limits of its own": (
        "bot.carry.*",
        "bot.ingest.read.*",
        "bot.ingest.table.*",
        "bot.ingest.content.*",
        "bot.render.carry.*",
        "cogs.data_jobs.bring_in",
    ),
    "the operator’s own text, at a terminal or a start": (
        "bot.cli.*",
        "bot.config.*",
        "bot.logs.*",
        "bot.ingest.locate.find",
        "bot.ingest.verify.verify",
    ),
    "words, ids and names of our own: of a command, a field, a right, a state, or what the store keeps of ours": (
        "bot.client.Dateline.answering",
        "bot.client.Dateline.note_once",
        "bot.digest.claims.told",
        "bot.digest.editorial.Content.from_json",
        "bot.digest.foresight.*",
        "bot.digest.planning.marks",
        "bot.digest.planning.as_typed",
        "bot.digest.schedule.parse_days",
        "bot.faults.sentence",
        "bot.moderating.access.*",
        "bot.moderating.corrections.alone",
        "bot.render.digest_words.counted",
        "bot.render.moderation.turns",
        "bot.render.plain.help_card",
        "bot.render.plain.about_card",
        "bot.render.plain.welcome_card",
        "bot.servers.settings.parse",
        "bot.servers.settings.changes",
        "bot.worker.Outside.*",
        "cogs.actions.action",
        "cogs.drafts.steps",
        "cogs.entry.named",
    ),
    "an id of a button, a menu or a form: Discord holds it to 100 characters": (
        "bot.answers.asks.decode",
        "bot.moderating.actions.custom_id",
        "bot.moderating.actions.fits",
    ),
    "a name: a form, a file and a pack hold it to 100 characters": ("bot.names.parts", "bot.render.chart._Font.width"),
    "a single character": ("bot.folding.is_invisible",),
    "a part of one that is measured": (
        "bot.render.blocks.stat_block",
        "bot.render.blocks.quote_block",
        "bot.render.blocks.event_block",
        "bot.writing.filled.Filled.*",
        "bot.writing.tokens.Tokens.*",
        "bot.writing.fields.of_entry",
        "bot.writing.fields.as_content",
        "bot.writing.naming.name_of",
        "bot.writing.naming.Author.is_called",
        "cogs.quoting.quoting",
    ),
    "a card or a form, which is put together of texts that measured functions have cut and escaped": (
        "bot.render.answers.*",
        "bot.render.corrections.*",
        "bot.render.digest.*",
        "bot.render.digest_form.*",
        "bot.render.digest_setup.*",
        "bot.render.digests.*",
        "bot.render.drafts.*",
        "bot.render.forms.source_form",
        "bot.render.forms.status_form",
        "bot.render.full.*",
        "bot.render.moderation.*",
        "bot.render.naming.*",
        "bot.render.particulars.*",
        "bot.render.refused.*",
        "bot.render.reviews.*",
        "bot.render.settings.*",
        "bot.render.sheet.*",
        "bot.render.suggestions.*",
        "cogs.replies.as_edit",
        "cogs.replies.attached",
    ),
}

_PARAMETERS = frozenset({"str", "bytes"})


@cache
def found() -> tuple[str, ...]:
    """Return the functions that take a text, by their signatures."""
    return tuple(_found())


def _found() -> Iterator[str]:
    trees = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for package in ("bot", "cogs")
        for path in sorted((ROOT / package).rglob("*.py"))
    }
    aliases = frozenset(name for tree in trees.values() for name in _aliases(tree))
    for module, tree in trees.items():
        yield from (f"{module}.{name}" for name in _taking(tree, aliases))


def _aliases(tree: ast.Module) -> Iterator[str]:
    """Yield the names of types that hold text, such as `Fields = Mapping[str, str]`."""
    for node in tree.body:
        target, value = (
            (node.targets[0], node.value)
            if isinstance(node, ast.Assign)
            else (node.target, node.value)
            if isinstance(node, ast.AnnAssign)
            else (None, None)
        )
        if isinstance(target, ast.Name) and isinstance(value, ast.Subscript | ast.BinOp) and _holds_text(value):
            yield target.id


def _taking(node: ast.AST, aliases: frozenset[str], within: str = "") -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _taking(child, aliases, f"{within}{child.name}.")
        elif isinstance(child, ast.FunctionDef) and not child.name.startswith("_"):
            given = child.args
            annotated = [
                each.annotation for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg) if each
            ]
            if any(_holds_text(annotation, aliases) for annotation in annotated if annotation):
                yield f"{within}{child.name}"


def _holds_text(annotation: ast.expr, aliases: frozenset[str] = frozenset()) -> bool:
    if (
        isinstance(annotation, ast.Subscript)
        and isinstance(annotation.value, ast.Name)
        and annotation.value.id == "Callable"
    ):
        return False
    holding = _PARAMETERS | aliases
    return any(isinstance(each, ast.Name) and each.id in holding for each in ast.walk(annotation))


def exempt(name: str) -> str:
    """Return why a function needs no bound, "" where it does."""
    for reason, names_ in EXEMPT.items():
        if any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for one in names_):
            return reason
    return ""


def stale() -> list[str]:
    """Return what is exempt, or measured, and not there any more."""
    taking = [*found(), *MEASURED]
    every = [one for names_ in EXEMPT.values() for one in names_]
    return [
        one
        for one in every
        if not any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for name in taking)
    ]
