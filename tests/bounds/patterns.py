r"""Proves of a regular expression that it goes over any text only once.

Two things make a pattern go over the same characters again. Both are found in the pattern itself:

- within one try, a repetition whose characters may also be those of what follows it, so that there are many ways to
  share a run among the two (`\s*[\r\n]+` on line breaks; `(a+)+`). One that is possessive (`++`) never gives back;
- between tries, a search that begins again at the next character of a run that a repetition has just gone through in
  vain (`\s+x` on spaces). It does not, if what a match begins with is none of the characters of that repetition.

Characters are compared over a sample of the kinds that patterns speak of.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the tree of a pattern has no public name
from typing import Any

SAMPLE = [chr(code) for code in range(0x250)] + list(
    "ʹʼ\u0301\u0660\u0967अ的あア가‐‑–—―‘’“”„…‹›«»\u2009\u200b\u200e\u2028\u202f\u2060\u3000\ufdfa\ufeff𝒳👍"
)
EVERY = frozenset(range(len(SAMPLE)))
REVIEWED = {
    "bot.text._DANGLING": "a run of backslashes is tried once, as none may stand before it, and given back once",
    "bot.writing.amounts._NUMBER": "it repeats one separator with three digits, neither of which can be the other",
    "bot.writing.tokens._TOKEN": "what nobody sees after a word is read once more, as a token of its own",
    "bot.writing.sentences._STOP": "spaces after a full stop are read once more, from the first line break in them",
    "bot.ingest.locate._QUOTATION": "a try ends at the next mark, so that no other begins before it",
    "cogs.typed._FILTER": "a try ends at the next mark, so that no other quotes the same",
    "bot.moderating.aliases._WITH_KIND": "it matches as a whole; each space is read once for the word before it",
    "bot.carry.sheet._GUARD": "a run of quotation marks is tried once, as a separator has to stand before it",
    "bot.ingest.verify._NAMED_AS": "a try ends at the next mark, so that no other begins before it",
    "bot.zones._MARKED": "names of countries, of tzdata",
    "bot.config._TOKEN_LIKE": "a run of letters is tried once, as none may stand before it",
}
"""Sound patterns that the rules below cannot prove, and why each is sound."""

UNBOUNDED = 64
"""A repetition of more is as good as one without end."""

_REPEATS = {"MAX_REPEAT", "MIN_REPEAT"}
_ATOMIC = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}


def faults(pattern: re.Pattern[str], *, searched: bool) -> list[str]:
    """Return what makes a pattern go over a text again; `searched` patterns are tried at every place."""
    flags = pattern.flags
    tree = list(_parser.parse(pattern.pattern, flags))
    found = list(_ambiguous(tree, [], flags))
    if searched:
        begins, _ = _first(tree, flags)
        if tree and str(tree[0][0]) == "AT" and str(tree[0][1]).startswith("AT_BEGINNING"):
            begins = _matching("\n", 0)  # only a line that begins is another place to try
        found += [f"begins again in a run of {part}" for part, chars in _failing(tree, [], flags) if chars & begins]
    return found


@cache
def _matching(source: str, flags: int) -> frozenset[int]:
    one = re.compile(source, flags & (re.IGNORECASE | re.ASCII) | re.DOTALL)
    return frozenset(index for index, character in enumerate(SAMPLE) if one.fullmatch(character))


def _chars(op: str, value: Any, flags: int) -> frozenset[int]:
    """Return the characters that a node of one character takes."""
    if op == "ANY":
        return EVERY if flags & re.DOTALL else EVERY - _matching("\n", 0)
    if op == "LITERAL":
        return _matching(re.escape(chr(value)), flags)
    if op == "NOT_LITERAL":
        return EVERY - _matching(re.escape(chr(value)), flags)
    taken: frozenset[int] = frozenset()
    negated = False
    for kind, what in value:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                taken |= _matching(re.escape(chr(what)), flags)
            case "RANGE":
                taken |= _matching(f"[{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}]", flags)
            case _:
                letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[str(what).rsplit("_", 1)[1]]
                taken |= _matching(f"\\{letter.upper() if '_NOT_' in str(what) else letter}", flags)
    return EVERY - taken if negated else taken


def _first(nodes: Sequence[Any], flags: int) -> tuple[frozenset[int], bool]:
    """Return what may come first, and whether nothing may come at all."""
    chars: frozenset[int] = frozenset()
    for node in nodes:
        some, empty = _first_of(node, flags)
        chars |= some
        if not empty:
            return chars, False
    return chars, True


def _first_of(node: Any, flags: int) -> tuple[frozenset[int], bool]:  # noqa: PLR0911 - one for each kind of node
    op, value = str(node[0]), node[1]
    match op:
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
            return _chars(op, value, flags), False
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return frozenset(), True
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, body = value
            some, empty = _first(body, flags)
            return some, empty or not least
        case "SUBPATTERN":
            return _first(value[-1], flags)
        case "ATOMIC_GROUP":
            return _first(value, flags)
        case "BRANCH":
            each = [_first(branch, flags) for branch in value[1]]
            return frozenset().union(*(some for some, _ in each)), any(empty for _, empty in each)
        case "GROUPREF":
            return EVERY, True
        case _:
            raise ValueError(f"not known: {op}")


def _all(nodes: Sequence[Any], flags: int) -> frozenset[int]:
    """Return every character that nodes may take."""
    chars: frozenset[int] = frozenset()
    for op, value in ((str(node[0]), node[1]) for node in nodes):
        match op:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                chars |= _chars(op, value, flags)
            case "GROUPREF":
                chars |= EVERY
            case "AT" | "ASSERT" | "ASSERT_NOT":
                pass
            case _:
                chars = chars.union(*(_all(part, flags) for part in _bodies(op, value)))
    return chars


def _bodies(op: str, value: Any) -> list[Any]:
    match op:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [value[2]]
        case "SUBPATTERN":
            return [value[-1]]
        case "ATOMIC_GROUP":
            return [value]
        case "BRANCH":
            return list(value[1])
        case "ASSERT" | "ASSERT_NOT":
            return [value[1]]
        case _:
            return []


def _ambiguous(nodes: Sequence[Any], after: Sequence[Any], flags: int) -> Iterator[str]:
    """Yield the repetitions whose run may be shared with what follows."""
    for index, node in enumerate(nodes):
        op, value = str(node[0]), node[1]
        rest = [*nodes[index + 1 :], *after]
        if op in _REPEATS and value[1] > UNBOUNDED:
            body = list(value[2])
            follows, _ = _first(rest, flags)
            if _all(body, flags) & follows:
                yield f"shares a run with what follows: {_shown(node)}"
            yield from _ambiguous(body, [*body, *rest], flags)
        elif op == "POSSESSIVE_REPEAT":
            body = list(value[2])
            yield from _ambiguous(body, body if value[1] > 1 else [], flags)
        else:
            for body in _bodies(op, value):
                yield from _ambiguous(list(body), [] if op in {"ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"} else rest, flags)


def _failing(nodes: Sequence[Any], after: Sequence[Any], flags: int) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield the repetitions after which a try may fail, with their characters."""
    for index, node in enumerate(nodes):
        op, value = str(node[0]), node[1]
        rest = [*nodes[index + 1 :], *after]
        if (op in _REPEATS or op == "POSSESSIVE_REPEAT") and value[1] > UNBOUNDED:
            body = list(value[2])
            if _may_fail(rest) or _may_fail(body[1:]):
                yield _shown(node), _all(body, flags)
        else:
            for body in _bodies(op, value):
                yield from _failing(list(body), rest, flags)


def _may_fail(nodes: Sequence[Any]) -> bool:
    """Return whether what follows a repetition may be missing in a text."""
    for node in nodes:
        op, value = str(node[0]), node[1]
        if op in _REPEATS | {"POSSESSIVE_REPEAT"} and not value[0]:
            continue
        if op == "SUBPATTERN" and not _may_fail(value[-1]):
            continue
        return True
    return False


def _shown(node: Any) -> str:
    return str(node)[:120]


def of_modules() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Yield the patterns of our modules that are loaded: by name, and whether one is searched for in a text."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in {"bot", "cogs"} or not (path := getattr(module, "__file__", None)):
            continue
        source = Path(path).read_text(encoding="utf-8")
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern):
                searched = re.search(rf"\b{key}\.(?:search|finditer|findall|sub|subn|split)\b", source) is not None
                yield f"{name}.{key}", value, searched
