"""Reading packs from TOML files. All that is wrong with one is said at once, in sentences for its author."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from bot import names
from bot.errors import PackError
from bot.ingest.pack import Pack, PackEntry, PackEvent, PackQuote, PackStat, PackSubject
from bot.ingest.table import NAME_LENGTH, Table
from bot.model import Basis, Fact, Kind, Known, Status, SubjectKind

FORMAT = 1
FACT_FIELDS = ("title", "publisher", "author", "url", "published")

_SHA256 = re.compile(r"[0-9a-f]{64}")

Subjects = dict[str, PackSubject]
Reader = Callable[[Table, Subjects], PackStat | PackQuote | PackEvent]


def packs_in(folder: Path) -> list[Path]:
    """Return the pack files of a folder, by name; none for a folder that does not exist."""
    return sorted(folder.glob("*.toml"))


def load_pack(path: Path) -> Pack:
    """Read the pack in a TOML file. Whether its article says the same is for `verify` to prove.

    Raises `PackError` with all faults of the file, or with the one that keeps it from being read at all.
    """
    return read_pack(path.name, _content(path))


def read_pack(name: str, content: bytes) -> Pack:
    """Read the pack in the content of a TOML file, which is called so; otherwise like `load_pack`."""
    faults: list[str] = []
    root = Table("the file", _parsed(name, content), faults)
    if root.whole("format") > FORMAT:
        root.fault(f'"format" has to be {FORMAT}, the only one that this version of the bot reads.')

    source = root.table("source")
    length = source.whole("length")
    subjects = _subjects(root)
    pack = Pack(
        key=source.key("key"),
        label=source.text("label", most=NAME_LENGTH),
        sha256=_sha256(source),
        length=length,
        facts=_facts(source),
        subjects=tuple(subjects.values()),
        entries=_entries(root, subjects, length),
        asides=tuple(_aside(table, length) for table in root.tables("aside", heading="[[aside]]")),
        digest=hashlib.sha256(content).hexdigest(),
    )
    source.close()
    root.close()
    if faults:
        raise PackError(name, faults)
    return pack


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackError(path.name, [f"The file cannot be read: {error.strerror}."]) from error


def _parsed(name: str, content: bytes) -> dict[str, object]:
    try:
        # As decimals, 7.1 stays 7.1.
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PackError(name, [f"The file is not UTF-8 (byte {error.start}); save it as UTF-8."]) from error
    except RecursionError as error:
        raise PackError(name, ["The file is nested too deeply to be read; a pack has lists of plain texts."]) from error
    except (ValueError, ArithmeticError) as error:  # a TOMLDecodeError, or a number of absurd size
        raise PackError(name, [f"The file is not valid TOML: {error}."]) from error


def _sha256(source: Table) -> str:
    value = source.text("sha256")
    if value and not _SHA256.fullmatch(value):
        source.fault('"sha256" has to be 64 digits 0-9 and a-f, the SHA-256 of the article\'s text in UTF-8.')
    return value


def _facts(source: Table) -> tuple[Fact, ...]:
    facts = [_fact(table) for table in source.tables("fact", heading="[[source.fact]]", named_by="field")]
    for field in FACT_FIELDS:
        count = sum(fact.field == field for fact in facts)
        if count != 1:
            source.fault(f'"{field}" has {count} [[source.fact]] tables; write exactly one, "not stated" if need be.')
    return tuple(facts)


def _fact(table: Table) -> Fact:
    field = table.text("field")
    if field and field not in FACT_FIELDS:
        table.fault(f'"field" is "{field}"; it has to be one of {", ".join(FACT_FIELDS)}.')
    known = table.choice("known", Known)
    value = table.text("value", optional=True)
    if (known is Known.NOT_STATED) == bool(value):
        table.fault('"value" is written exactly where "known" is "stated" or "inferred"; change one of the two.')
    return Fact(field, value, known, table.text("reason"))


def _subjects(root: Table) -> Subjects:
    subjects: Subjects = {}
    for table in root.tables("subject", heading="[[subject]]"):
        subject = _subject(table)
        if subject.key in subjects:
            table.fault(f'"key" is "{subject.key}", which an earlier subject has; choose another.')
        subjects[subject.key] = subject
    return subjects


def _subject(table: Table) -> PackSubject:
    subject = PackSubject(
        key=table.key("key"),
        kind=table.choice("kind", SubjectKind),
        name=table.text("name", most=NAME_LENGTH),
        description=table.text("description", optional=True),
        aliases=table.texts("aliases", most=NAME_LENGTH, optional=True),
    )
    seen: dict[str, str] = {}
    for name in filter(None, (subject.name, *subject.aliases)):
        spelling = names.key(name)
        if not spelling:
            table.fault(f'"{name}" has neither a letter nor a digit, so nobody can ask for it; change it.')
        elif spelling in seen:
            table.fault(f'the alias "{name}" is looked up like "{seen[spelling]}"; remove it.')
        seen[spelling] = name
    return subject


def _entries(root: Table, subjects: Subjects, length: int) -> tuple[PackEntry, ...]:
    readers: dict[Kind, Reader] = {Kind.STAT: _stat, Kind.QUOTE: _quote, Kind.EVENT: _event}
    entries: dict[str, PackEntry] = {}
    for kind, reader in readers.items():
        for table in root.tables(kind, heading=f"[[{kind}]]"):
            entry = _entry(table, kind, subjects, length, reader)
            if entry.key in entries:
                table.fault(f'"key" is "{entry.key}", which an earlier entry has; choose another.')
            entries[entry.key] = entry
    return tuple(entries.values())


def _entry(table: Table, kind: Kind, subjects: Subjects, length: int, reader: Reader) -> PackEntry:
    about = table.texts("subjects")
    for key in about:
        _known(table, "subjects", key, subjects)
    if len(set(about)) < len(about):
        table.fault('"subjects" names a subject twice; remove one.')
    status = table.choice("status", Status, Status.VERIFIED)
    reason = table.text("status_reason", optional=True)
    if status is not Status.VERIFIED and not reason:
        table.fault(f'"status_reason" is missing; say why the status is "{status}".')
    return PackEntry(
        key=table.key("key"),
        kind=kind,
        subjects=about,
        statement=table.text("statement"),
        note=table.text("note", optional=True),
        status=status,
        status_reason=reason,
        passage=table.passage("passage", length),
        detail=reader(table, subjects),
    )


def _stat(table: Table, subjects: Subjects) -> PackStat:
    stat = PackStat(
        measure=_reference(table, "measure", subjects, measure=True),
        value=table.figure("value"),
        unit=table.text("unit", most=NAME_LENGTH),
        approximate=table.flag("approximate"),
        basis=table.choice("basis", Basis),
        out_of=table.figure("out_of") if table.has("out_of") else None,
        out_of_unit=table.text("out_of_unit", most=NAME_LENGTH, optional=True),
        out_of_approximate=table.flag("out_of_approximate", optional=True),
        as_of=table.date("as_of"),
        counted_by=_reference(table, "counted_by", subjects, optional=True),
    )
    if stat.out_of is None:
        if stat.out_of_unit or stat.out_of_approximate:
            table.fault('"out_of" is missing, but its unit is there; add the number or remove the unit.')
    elif not stat.out_of_unit:
        table.fault('"out_of_unit" is missing; say what "out_of" counts.')
    elif stat.out_of < stat.value:
        table.fault('"out_of" is smaller than "value"; exchange them.')
    return stat


def _quote(table: Table, subjects: Subjects) -> PackQuote:
    return PackQuote(
        parts=table.texts("parts"),
        speaker=_reference(table, "speaker", subjects),
        role=table.text("role", optional=True),
        said_where=table.text("said_where", optional=True),
        said_when=table.text("said_when", optional=True),
    )


def _event(table: Table, subjects: Subjects) -> PackEvent:
    del subjects  # an event has none beyond those of every entry
    event = PackEvent(
        title=table.text("title", most=NAME_LENGTH),
        date=table.date("date"),
        date_printed=table.text("date_printed", optional=True),
        date_inferred=table.text("date_inferred", optional=True),
    )
    year = event.date[:4]
    if event.date and not event.date_printed:
        table.fault('"date_printed" is missing; copy the words of the article that "date" is read from.')
    elif year not in event.date_printed and not event.date_inferred:
        table.fault(f'"date_inferred" is missing; say why the year is {year}, which "date_printed" does not have.')
    elif event.date_inferred and not event.date:
        table.fault('"date" is missing, but "date_inferred" explains one; add the date or remove its explanation.')
    return event


def _aside(table: Table, length: int) -> tuple[int, int]:
    passage = table.passage("passage", length)
    table.text("reason")
    return passage


def _reference(table: Table, name: str, subjects: Subjects, *, measure: bool = False, optional: bool = False) -> str:
    key = table.text(name, optional=optional)
    if key and _known(table, name, key, subjects) and (subjects[key].kind is SubjectKind.MEASURE) != measure:
        wanted = 'a subject of kind "measure"' if measure else 'a subject of another kind than "measure"'
        table.fault(f'"{name}" is "{key}"; it has to be {wanted}.')
    return key


def _known(table: Table, name: str, key: str, subjects: Subjects) -> bool:
    if key in subjects:
        return True
    table.fault(f'"{name}" names "{key}", which is no subject of this pack; add a [[subject]] or correct the key.')
    return False
