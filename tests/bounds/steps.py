"""Counts the steps of our code: each call, each turn of a loop, and each character that C code is given to read.

Seconds depend on the machine and on who else uses it, and a tracer of lines sees nothing of what `str.find` or a
pattern does with a million characters. So the modules of `bot` and `cogs` are compiled with a counter around each
call, slice, concatenation and comparison inside of functions, which knows the function and how long its texts are:

- a method of a text, a list or the like costs as much as what it reads or makes is long;
- a pattern costs what it has run over: up to the end of its match, or of the text where it searches and finds none. A
  match that fails at a fixed place costs the spaces and the word that stand there. What a pattern does beyond that,
  going over the same text again and again, is not seen here: `tests/bounds/patterns.py` proves of each pattern that it
  cannot;
- what compares two texts letter by letter (rapidfuzz) costs their product, by 64, as it takes 64 letters at once;
- anything else written in C costs what it is given.

Use it in a process of its own, before anything of `bot` is imported.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from importlib.machinery import SourceFileLoader
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

PACKAGES = ("bot", "cogs")

total = 0
"""The steps so far."""

_ENDS = frozenset({"startswith", "endswith", "removeprefix", "removesuffix"})
_STRIPS = frozenset({"strip", "lstrip", "rstrip"})
_FINDS = frozenset({"find", "rfind", "index", "rindex", "count"})
_WHOLE = frozenset({"findall", "sub", "subn", "split", "finditer"})
_LISTS = frozenset({"count", "index", "remove", "insert", "sort", "copy", "reverse"})
_RUN = re.compile(r"[\s-]*+\w*+[\s-]*+")
_TEXTS = (str, bytes)
_SIZED = (str, bytes, list, tuple, set, frozenset, dict)
_LETTERS = 64


def _size(value: object) -> int:
    return len(value) if isinstance(value, _SIZED) else 0


def _of_pattern(name: str, args: Sequence[Any], result: object) -> int:
    at = 1 if name in {"sub", "subn"} else 0
    text: str = args[at]
    start = args[at + 1] if name not in _WHOLE and len(args) > at + 1 else 0
    if isinstance(result, re.Match):
        return result.end() - start
    if name in {"match", "fullmatch"}:
        found = _RUN.match(text, start)
        return found.end() - start if found else 0
    end = min(len(text), args[2]) if name in {"search", "finditer"} and len(args) > 2 else len(text)
    start = args[1] if name == "finditer" and len(args) > 1 else start
    return end - start + (sum(map(_size, result)) if isinstance(result, list) else _size(result))


def _of_text(name: str, text: str, args: Sequence[Any], result: object) -> int:
    if name in _ENDS:
        return _size(args[0])
    if name in _STRIPS:
        return len(text) if not result else len(text) - _size(result) + 1
    if name in _FINDS:
        start = max(0, args[1]) if len(args) > 1 else 0
        end = min(len(text), args[2]) if len(args) > 2 else len(text)
        if name in {"find", "index"} and isinstance(result, int) and result >= 0:
            end = result
        if name in {"rfind", "rindex"} and isinstance(result, int) and result >= 0:
            start = result
        return max(0, end - start) + _size(args[0])
    if name == "join":
        return _size(result)
    return len(text) + _size(result) + sum(map(_size, args))


def _cost(function: Any, args: Sequence[Any], result: object) -> int:  # noqa: PLR0911 - one for each kind
    """Return what a call of a function written in C costs."""
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if isinstance(owner, re.Pattern):
        return _of_pattern(name, args, result)
    if isinstance(owner, _TEXTS):
        return _of_text(name, owner, args, result)
    if isinstance(owner, re.Match):
        return _size(result)
    if isinstance(owner, list | tuple):
        return len(owner) if name in _LISTS else sum(map(_size, args)) if name == "extend" else 0
    if isinstance(owner, dict | set | frozenset):
        return 0 if name in {"get", "setdefault", "add", "pop", "items", "keys", "values"} else _size(result)
    module = getattr(function, "__module__", "") or ""
    if module.startswith("rapidfuzz"):
        first, second = (_size(each) for each in args[:2])
        return first + second + first * second // _LETTERS
    if function is len or (isinstance(function, type) and issubclass(function, BaseException)):
        return 0
    return sum(map(_size, args)) + _size(result)


def call(function: Any, /, *args: Any, **options: Any) -> Any:
    """Call a function and count it."""
    global total  # noqa: PLW0603 - one counter for all
    total += 1
    result = function(*args, **options)
    written = isinstance(function, FunctionType | MethodType) or hasattr(function, "__wrapped__")
    if not written and (isinstance(function, BuiltinFunctionType | type) or not isinstance(function, type(call))):
        total += _cost(function, args, result)
    return result


def each(values: Iterable[Any]) -> Iterator[Any]:
    """Count the turns of a loop."""
    global total  # noqa: PLW0603
    for value in values:
        total += 1
        yield value


def made(value: Any) -> Any:
    """Count what a slice or a concatenation is long."""
    global total  # noqa: PLW0603
    total += 1 + _size(value)
    return value


def within(value: Any, holder: Any) -> bool:
    """Count a search by `in`."""
    global total  # noqa: PLW0603
    total += 1 + (len(holder) if isinstance(holder, str | bytes | list | tuple) else 0)
    return value in holder


def step() -> None:
    """Count one step."""
    global total  # noqa: PLW0603
    total += 1


class _Counted(ast.NodeTransformer):
    """Puts the counter into functions."""

    def __init__(self) -> None:
        self._depth = 0

    def _name(self, name: str) -> ast.Attribute:
        return ast.Attribute(ast.Name("_steps_", ast.Load()), name, ast.Load())

    def _function(self, node: Any) -> Any:
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        self._depth += 1
        node.body = [self.visit(one) for one in node.body]
        self._depth -= 1
        node.body.insert(0, ast.Expr(ast.Call(self._name("step"), [], [])))
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815 - as ast calls them

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        depth, self._depth = self._depth, 0
        self.generic_visit(node)
        self._depth = depth
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if not self._depth or (isinstance(node.func, ast.Name) and node.func.id in {"super", "locals", "cast"}):
            return node
        return ast.Call(self._name("call"), [node.func, *node.args], node.keywords)

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        if self._depth:
            node.iter = ast.Call(self._name("each"), [node.iter], [])
        return node

    def visit_While(self, node: ast.While) -> Any:
        self.generic_visit(node)
        if self._depth:
            node.body.insert(0, ast.Expr(ast.Call(self._name("step"), [], [])))
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if self._depth and not node.is_async:
            node.iter = ast.Call(self._name("each"), [node.iter], [])
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if self._depth and isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Slice | ast.Call):
            return ast.Call(self._name("made"), [node], [])
        return node

    def _made(self, node: Any) -> Any:
        self.generic_visit(node)
        return ast.Call(self._name("made"), [node], []) if self._depth else node

    visit_BinOp = _made  # noqa: N815 - as ast calls it

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        node.values = [
            ast.FormattedValue(self.visit(one.value), one.conversion, one.format_spec)
            if isinstance(one, ast.FormattedValue)
            else one
            for one in node.values
        ]
        return ast.Call(self._name("made"), [node], []) if self._depth else node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if not self._depth or len(node.ops) != 1 or not isinstance(node.ops[0], ast.In | ast.NotIn):
            return node
        found = ast.Call(self._name("within"), [node.left, node.comparators[0]], [])
        return found if isinstance(node.ops[0], ast.In) else ast.UnaryOp(ast.Not(), found)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> Any:
        node.guard = self.visit(node.guard) if node.guard else None
        node.body = [self.visit(one) for one in node.body]
        return node


class _Loader(SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:
        tree = ast.fix_missing_locations(_Counted().visit(ast.parse(data)))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["_steps_"] = sys.modules[__name__]
        super().exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def count(function: Callable[[], object]) -> int:
    """Return the steps that a function takes."""
    before = total
    result = function()
    if isinstance(result, Iterator):
        for _ in result:
            pass
    elif isinstance(result, Sized):
        len(result)
    return total - before


def install() -> None:
    """Count in every module of ours that is imported from now on."""
    loaded = [name for name in sys.modules if name.partition(".")[0] in PACKAGES]
    if loaded:
        raise RuntimeError(f"imported already: {loaded}")
    sys.meta_path.insert(0, _Finder())
