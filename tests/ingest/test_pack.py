"""Reading packs: what is accepted, and that every fault is said in a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ferry import PACK, PACK_FILE, changed
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PackError
from bot.ingest.pack import PackEvent, PackQuote, PackStat
from bot.ingest.read import load_pack, packs_in
from bot.ingest.table import Table
from bot.model import Basis, Kind, Known, Status

LINES = [line for line in PACK.splitlines() if " = " in line]
LITERALS = [
    "1",
    "-1",
    "1.5",
    "nan",
    "1e99",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    '["a"]',
    "{}",
    "[{}]",
    "2024-03-04",
]

# What is replaced, by what, and what the sentence about it says.
FAULTS = [
    ("format = 1", "format = 2", '"format" has to be 1'),
    ("format = 1", "", '"format" is missing'),
    ("format = 1", "format = 1\nformt = 1", '"formt" is not a key of this table'),
    ("[source]", "[[source]]", '"source" has to be a table; begin it with [source]'),
    ('key = "ferry"\nlabel', 'key = "The Ferry"\nlabel', '[source]: "key" is "The Ferry"; write it in small'),
    ("Report on a ferry", "r" * 101, '[source]: "label" has 101 characters; shorten it to 100'),
    ('sha256 = "', 'sha256 = "g', '"sha256" has to be 64 digits'),
    ("length = ", 'length = "1" #', '"length" has to be a whole number'),
    ("length = ", "length = true #", '"length" has to be a whole number'),
    ('field = "url"', 'field = "link"', '"field" is "link"; it has to be one of title, publisher'),
    ('field = "url"', 'field = "title"', '"title" has 2 [[source.fact]] tables'),
    ('value = "2024-03"', "", '"value" is written exactly where'),
    ('known = "inferred"', 'known = "guessed"', '"known" is "guessed"; it has to be one of "stated"'),
    ('key = "tarn-county"', 'key = "tobias-renn"', '"tobias-renn", which an earlier subject has'),
    ('key = "tarn-county"', "", '[[subject]] number 3: "key" is missing; add it.'),
    ('kind = "place"', 'kind = "town"', '[[subject]] "tarn-county": "kind" is "town"'),
    ('name = "Tarn County"', f'name = "{"n" * 101}"', '"name" has 101 characters; shorten it to 100'),
    ('name = "Tarn County"', 'name = "…"', '"…" has neither a letter nor a digit'),
    ('aliases = ["boats"]', 'aliases = ["The FERRY"]', 'the alias "The FERRY" is looked up like "Ferry"'),
    ('aliases = ["boats"]', 'aliases = "boats"', '"aliases" has to be a list of texts'),
    ("value = 12_400", 'value = "12,400"', '[[stat]] "passengers": "value" has to be a number'),
    ("value = 12_400", "value = -12_400", '"value" has to be a number from 0'),
    ("value = 12_400", "value = inf", '"value" has to be a number from 0'),
    ("value = 12_400", "value = 2_000_000", '"out_of" is smaller than "value"'),
    ("approximate = true", "approximate = 1", '"approximate" has to be true or false'),
    ('basis = "estimate"', 'basis = "guess"', '"basis" is "guess"; it has to be one of "count"'),
    ("out_of = 1_400_000\n", "", '"out_of" is missing, but its unit is there'),
    ('out_of_unit = "residents"\n', "", '"out_of_unit" is missing'),
    ('as_of = "2019"', 'as_of = "19"', '"as_of" is "19"; write a real date'),
    ('measure = "fare-rise"', 'measure = "ferry"',
     '"measure" is "ferry"; it has to be a subject of kind "measure"'),
    ('measure = "fare-rise"', 'measure = "fares"',
     '"measure" names "fares", which is no subject of this pack'),
    ('counted_by = "survey-office"', 'counted_by = "passengers"', "a subject of another kind"),
    ('["tarn-county", "ferry"]', '["tarn", "ferry"]', '"subjects" names "tarn", which is no subject'),
    ('["tarn-county", "ferry"]', '["ferry", "ferry"]', '"subjects" names a subject twice'),
    ('["tarn-county", "ferry"]', "[]", '"subjects" is empty'),
    ('statement = "Fares went up by 7.5 percent."', 'statement = " "',
     '"statement" is empty; write something'),
    ('"Five boats found a buyer."', '"Five boats found a buyer. "',
     '"statement" begins or ends with a space'),
    ('key = "boats"', 'key = "fares"', '[[stat]] "fares": "key" is "fares", which an earlier entry has'),
    ('key = "calder-pier"', 'key = "fares"',
     '[[quote]] "fares": "key" is "fares", which an earlier entry has'),
    ('"sound enough"', '"sound\\nenough"', '"parts" holds a line break'),
    ('["sound enough"]', "[]", '"parts" is empty'),
    ('"at a hearing"', "3", '"said_where" has to be a text; put it in quotation marks'),
    ('[[quote]]\nkey = "renn-row"', '[[quotes]]\nkey = "renn-row"', '"quotes" is not a key of this table'),
    ('date = "2024-03-04"', 'date = "2024-02-30"', '"date" is "2024-02-30"; write a real date'),
    ('date = "2024-03-04"', 'date = "2024-W10-1"', '"date" is "2024-W10-1"; write a real date'),
    ('date = "2024-03-04"', "date = 2024-03-04", '"date" has to be a text; put it in quotation marks'),
    ('date = "2024-03-04"', "", '"date" is missing, but "date_inferred" explains one'),
    ('date_printed = "March 4"', "", '"date_printed" is missing; copy the words'),
    ('date_inferred = "The year is not printed."', "",
     '"date_inferred" is missing; say why the year is 2024'),
    ('status = "disputed"', 'status = "doubtful"', '"status" is "doubtful"; it has to be one of "verified"'),
    ('status_reason = "Somebody remembers another year."', "", '"status_reason" is missing; say why'),
    ("[[aside]]\npassage = [", "[[aside]]\npassage = [1, 9999] # ",
     '[[aside]] number 1: "passage" has to be [start'),
    ("[[aside]]\npassage = [", "[[aside]]\npassage = [9, 9] # ", '"passage" has to be [start, end]'),
    ("[[aside]]\npassage = [", "[[aside]]\npassage = [9] # ", '"passage" has to be [start, end]'),
    ('reason = "What people', 'why = "What people', '[[aside]] number 1: "reason" is missing'),
    ("[[aside]]", "[aside]", '"aside" has to be a list of tables; begin each with [[aside]]'),
]  # fmt: skip


def test_a_pack_is_read_into_its_values() -> None:
    """What stands in the file arrives, figures as exact decimals and what is left out as its empty value."""
    pack = load_pack(PACK_FILE)

    entries = {entry.key: entry for entry in pack.entries}
    passengers, fares = entries["passengers"].detail, entries["fares"].detail
    calder, vote = entries["calder-pier"].detail, entries["vote"].detail
    assert (pack.key, pack.label, len(pack.subjects), len(pack.asides)) == (
        "ferry",
        "Report on a ferry",
        8,
        1,
    )
    assert [fact.field for fact in pack.facts if fact.known is Known.INFERRED] == ["published"]
    assert [entry.kind for entry in pack.entries] == [Kind.STAT] * 3 + [Kind.QUOTE] * 3 + [Kind.EVENT] * 2
    assert entries["fares-go-up"].status is Status.DISPUTED
    assert entries["passengers"].subjects == ("tarn-county", "ferry")
    assert isinstance(passengers, PackStat)
    assert (passengers.value, passengers.out_of, passengers.as_of) == (12_400, 1_400_000, "")
    assert isinstance(fares, PackStat)
    assert (fares.value, fares.out_of, fares.basis) == (Decimal("7.5"), None, Basis.NOT_STATED)
    assert isinstance(calder, PackQuote)
    assert (len(calder.parts), calder.role, calder.said_when) == (2, "Mayor", "")
    assert isinstance(vote, PackEvent)
    assert (vote.date, vote.date_printed) == ("2024-03-04", "March 4")


def test_a_changed_file_has_another_digest(tmp_path: Path) -> None:
    """The digest tells whether a pack has to be built again."""
    first = load_pack(PACK_FILE)

    second = changed(tmp_path, "Fares go up", "Fares rise")

    assert first.digest != second.digest


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS)
def test_each_fault_is_said(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Each thing that can be wrong with a pack has a sentence with its table, its key and how to mend it."""
    with pytest.raises(PackError) as caught:
        changed(tmp_path, old, new)

    assert any(sentence in fault for fault in caught.value.faults), caught.value.faults
    assert caught.value.name == "ferry.toml"


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    """Whoever mends a pack sees the whole work in one go, and nothing that follows from another fault."""
    path = tmp_path / "ferry.toml"
    content = PACK.replace("length = ", "length = -").replace("12_400", '"many"').replace("March 4", "")
    path.write_text(content, encoding="utf-8")

    with pytest.raises(PackError) as caught:
        load_pack(path)

    assert [fault.split(" has ")[0].split(" is ")[0] for fault in caught.value.faults] == [
        '[source]: "length"',
        '[[stat]] "passengers": "value"',
        '[[event]] "vote": "date_printed"',
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"format = ", "The file is not valid TOML"),
        (b"format = 1\nformat = 1", "The file is not valid TOML"),
        (b"format = " + b"1" * 5000, "The file is not valid TOML"),
        (b'label = "caf\xe9"', "The file is not UTF-8 (byte 12); save it as UTF-8."),
        (None, "The file cannot be read: No such file or directory."),
    ],
)
def test_an_unreadable_file_is_one_fault(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """A file that is missing, not UTF-8 or not TOML is refused in one sentence."""
    path = tmp_path / "broken.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PackError) as caught:
        load_pack(path)

    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith(sentence)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """A pack that an editor saved with a byte order mark reads like any other."""
    path = tmp_path / "ferry.toml"
    path.write_text(PACK, encoding="utf-8-sig")

    pack = load_pack(path)

    assert pack.key == "ferry"


@given(line=st.sampled_from(LINES), literal=st.sampled_from(LITERALS))
def test_any_value_is_read_or_refused_in_sentences(
    tmp_path_factory: pytest.TempPathFactory, line: str, literal: str
) -> None:
    """Whatever TOML value stands behind a key, reading ends with a pack or with sentences."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(PACK.replace(line, f"{line.partition(' = ')[0]} = {literal}", 1), encoding="utf-8")

    try:
        faults = load_pack(path) and []
    except PackError as error:
        faults = error.faults

    assert all(fault.endswith(".") and ": " in fault for fault in faults)


@given(day=st.dates(), length=st.sampled_from([4, 7, 10]))
def test_every_real_date_is_accepted(day: date, length: int) -> None:
    """A date is a year, a month or a day of the calendar."""
    written, faults = day.isoformat()[:length], list[str]()

    read = Table("[[event]]", {"date": written}, faults).date("date")

    assert (read, faults) == (written, [])


@given(written=st.text(alphabet="0129-W ", min_size=1, max_size=11))
def test_no_other_shape_is_a_date(written: str) -> None:
    """What is accepted as a date has one of the three shapes, whatever Python itself would read."""
    read = Table("[[event]]", {"date": written}, []).date("date")

    assert not read or [len(piece) for piece in read.split("-")] in ([4], [4, 2], [4, 2, 2])


def test_packs_are_found_by_name(tmp_path: Path) -> None:
    """A folder's packs come in order; other files, and a folder that is not there, are none."""
    for name in ("b.toml", "a.toml", "notes.txt"):
        (tmp_path / name).touch()

    found = packs_in(tmp_path)

    assert [path.name for path in found] == ["a.toml", "b.toml"]
    assert packs_in(tmp_path / "none") == []
