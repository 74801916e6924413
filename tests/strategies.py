"""Any answer at all: hostile texts in every field, numbers of any size, every command."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from bot.model import (
    Answer,
    Ask,
    Basis,
    Command,
    Entry,
    Event,
    Fact,
    Kind,
    Known,
    Quote,
    Source,
    Stat,
    Status,
    Subject,
    SubjectKind,
)

HOSTILE = (
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "<t:1700000000:R>",
    "</stats:123456789012345678>",
    "<a:x:123456789012345678>",
    "[click](https://example.org)",
    "https://example.org/_a_*b*",
    "```\ncode",
    "`",
    "||spoiler||",
    "**bold",
    "\\",
    "\\\\\\",
    "# heading",
    "-# small",
    "> quote",
    "1. list",
    "- list",
    "\n\n",
    "\u202eevil\u202c",
    "\u200b",
    "\x02",
    "\x03",
    "\x00",
    "\ud800",
    "😀",
    "$\\frac{",
    " ",
    "a",
    "word ",
    "אב",
)

ids = st.integers(1, 2**63 - 1)
some_text = st.one_of(
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), max_size=8).map("".join),
    st.tuples(st.sampled_from(HOSTILE), st.integers(1, 400)).map(lambda pair: pair[0] * pair[1]),
    st.text(max_size=30),
)
numbers = st.one_of(
    st.integers(-(10**9), 10**9).map(Decimal),
    st.decimals(allow_nan=True, allow_infinity=True),
)
statuses = st.sampled_from(Status)

_entry = {
    "id": ids,
    "subject": some_text,
    "source_id": st.integers(1, 2),
    "source": some_text,
    "sha256": some_text,
    "status": statuses,
    "status_reason": some_text,
    "statement": some_text,
    "note": some_text,
    "passage": st.none() | st.tuples(ids, ids),
    "guild_id": st.sampled_from((0, 1)),
    "added_by": st.none() | ids,
    "added_at": st.just(datetime(2025, 1, 1, tzinfo=UTC)),
}
stats = st.builds(
    Stat,
    **_entry,
    measure=some_text,
    value=numbers,
    unit=some_text,
    approximate=st.booleans(),
    basis=st.sampled_from(Basis),
    out_of=st.none() | numbers,
    out_of_unit=some_text,
    out_of_approximate=st.booleans(),
    as_of=some_text,
    counted_by=some_text,
)
quotes = st.builds(
    Quote,
    **_entry,
    parts=st.lists(some_text, min_size=1, max_size=30).map(tuple),
    speaker=some_text,
    role=some_text,
    said_where=some_text,
    said_when=some_text,
)
events = st.builds(
    Event,
    **_entry,
    title=some_text,
    date=st.sampled_from(("", "2018", "2024-11", "2024-11-05")) | some_text,
    date_printed=some_text,
    date_inferred=some_text,
)
entries = st.one_of(stats, quotes, events)
subjects = st.builds(Subject, id=ids, kind=st.sampled_from(SubjectKind), name=some_text, description=some_text)
facts = st.builds(
    Fact,
    field=st.sampled_from(("title", "publisher", "author", "url", "published")),
    value=some_text,
    known=st.sampled_from(Known),
    reason=some_text,
)
sources = st.builds(
    Source,
    id=ids,
    label=some_text,
    sha256=some_text,
    length=ids,
    has_text=st.booleans(),
    facts=st.lists(facts, max_size=5).map(tuple),
    entries=ids,
)
asks = st.builds(
    Ask,
    command=st.sampled_from(Command),
    about=some_text,
    who=some_text,
    text=some_text,
    subject_id=st.just(0) | ids,
    speaker_id=st.just(0) | ids,
    source_id=st.just(0) | ids,
    entry_id=st.just(0) | ids,
    kind=st.none() | st.sampled_from(Kind),
    page=st.integers(0, 1000),
)


@st.composite
def several(draw: st.DrawFn, of: st.SearchStrategy[Entry], *, most: int) -> list[Entry]:
    """Return up to so many entries, each with an id of its own, of a few different texts: those take long to make."""
    few = draw(st.lists(of, max_size=min(most, 3)))
    some = few * draw(st.integers(1, max(1, most // max(1, len(few)))))
    numbers = draw(st.lists(ids, min_size=len(some), max_size=len(some), unique=True))
    return [replace(entry, id=number) for entry, number in zip(some, numbers, strict=True)]


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Return an answer whose entries are of the kind that its command gives."""
    ask = draw(asks)
    kinds = {
        Command.STATS: stats,
        Command.COMPARE: stats,
        Command.QUOTE: quotes,
        Command.TIMELINE: events,
    }
    one = ask.command in {Command.SHOW, Command.RANDOM}
    found = draw(several(kinds.get(ask.command, entries), most=1 if one else 12))
    few = st.lists(subjects, max_size=7).map(tuple)
    return Answer(
        ask,
        subject=draw(st.none() | subjects),
        speaker=draw(st.none() | subjects),
        entries=tuple(found),
        total=draw(st.sampled_from((len(found), 900, 1000))),
        others=draw(few),
        near=() if found else draw(few),
        sources=tuple(draw(st.lists(sources, max_size=10 if ask.command is Command.SOURCES else 1))),
        excerpts=tuple(draw(st.lists(some_text, max_size=6))),
        remarks=tuple(draw(st.lists(some_text, max_size=6))),
    )
