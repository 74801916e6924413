"""Files made to cost much: what is read of them is bounded, and what cannot be read is said."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest
from carrying import record
from worker_jobs import read_file

from bot.carry import files, lines, sheet
from bot.carry.bring import Parsed, parse
from bot.carry.files import FILE_ROWS, UNPACKED_BYTES
from bot.carry.records import Fault, Header
from bot.errors import PackError, UserError
from bot.ingest.read import read_pack
from bot.ingest.shipped import PACKS
from bot.worker import LIMITED, Worker

HEADER = '{"type":"header","dateline":1}\n'
SHIPPED = next(PACKS.glob("*.toml")).read_text(encoding="utf-8")
ROWS = HEADER.encode() + record("setting", key="language", value="en").encode() * 3


def zeros(line: bytes, number: int) -> bytes:
    """Return a compressed file with a header and millions of the same line."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as file:
        file.write(HEADER.encode())
        for _ in range(64):
            file.write(line * (number // 64))
    return buffer.getvalue()


def test_rows_are_counted_as_they_are_read() -> None:
    """Beyond the limit, no row is made: the one that is too many is the last."""
    drawn: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(10**9):
            drawn.append(number)
            yield number

    with pytest.raises(UserError, match="at most 1,000 are read here"):
        list(files.at_most(1_000, rows()))

    assert len(drawn) == 1_001


def test_as_many_rows_as_there_may_be() -> None:
    """A file with the most rows that are read is read."""
    assert list(files.at_most(1_000, range(1_000))) == list(range(1_000))


@pytest.mark.skipif(not LIMITED, reason="this platform does not limit memory")
@pytest.mark.parametrize("line", [b"1\n", b"\n"])
async def test_a_small_file_with_millions_of_lines(line: bytes) -> None:
    """A small file with millions of lines is read to the limit in a helper process, which has memory enough for it."""
    content = zeros(line, (UNPACKED_BYTES - 1_000) // len(line))
    helpers = Worker("worker_jobs")

    try:
        found = await helpers.run(1, partial(read_file, "a.jsonl.gz", content), lambda *_: None, nothing)
    except UserError as error:
        found = str(error)
    finally:
        helpers.close()

    assert len(content) < 70_000
    assert found == 0 if line == b"\n" else f"at most {FILE_ROWS:,}" in str(found)


def nothing() -> gzip.GzipFile:
    """Return what is entered where nothing is written."""
    raise AssertionError


@pytest.mark.parametrize("name", ["kind", "colour", ""])
def test_many_columns(name: str) -> None:
    """A first row with hundreds of thousands of columns is refused for their number, with any names."""
    with pytest.raises(UserError, match="names more than 1,000 columns"):
        parse("a.csv", (",".join([name] * 400_000) + "\nx\n").encode(), limited=True)


def test_some_unknown_columns() -> None:
    """Of many unknown columns a few are named, so that there is something to look for."""
    names = ",".join(f"n{number}" for number in range(500))

    with pytest.raises(UserError, match=r"n0, n1, .*n9 and 490 more\. There are: id, kind"):
        parse("a.csv", f"{names}\n".encode(), limited=True)


def test_columns_by_the_first_row_alone() -> None:
    """Commas beyond the first row are not taken for columns, with each line ending."""
    [row] = parse("a.csv", b"kind;note\rstat;" + b"a, " * 2_000 + b"\r", limited=True).lines

    assert isinstance(row, sheet.Row)
    assert len(row.fields["note"]) == 6_000


@pytest.mark.parametrize("content", [b"a = " + b"[" * 100_000, b"a = " + b"{b=" * 100_000])
def test_a_deep_pack(content: bytes) -> None:
    """TOML that is nested without end is refused in a sentence."""
    with pytest.raises(UserError, match="nested too deeply"):
        parse("a.toml", content, limited=True)


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, '{"\\u0041":' * 500 + "1" + "}" * 500])
def test_a_deep_line(content: str) -> None:
    """JSON that is nested without end is a fault of its line, and the lines after it are read."""
    header, found = lines.read(HEADER + content + "\n" + record("setting", key="language", value="en"))

    deep, other = found

    assert header == Header(everything=False, counts={})
    assert isinstance(deep, Fault)
    assert not isinstance(other, Fault)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('{"type":"setting","key":"a","key":"b","value":"c"}', 'The key "key" stands there twice.'),
        ('{"type":"entry","fields":{"note":"a","note":"b"}}', 'The key "note" stands there twice.'),
        ('{"type":"setting","key":"a","value":' + "9" * 5_000 + "}", "a number in it is too long"),
        ('{"type":"setting","key":"a","value":NaN}', '"value" has to be a text'),
        ('{"type":"setting","key":"a","value":1e999999}', '"value" has to be a text'),
        ('{"type":"setting","key":"a","value":"\\ud800"}', "half a character"),
        ('{"type":"setting","key":"a","value":"b","' + "k" * 100_000 + '":1}', "k" * 80 + '" is no key'),
    ],
)
def test_an_odd_line(row: str, sentence: str) -> None:
    """What JSON allows and a record has no use for is a fault of its line, in a sentence of bounded length."""
    [found] = lines.read(HEADER + row)[1]

    assert isinstance(found, Fault)
    assert sentence in found.sentence
    assert len(found.sentence) < 200


def test_line_numbers_count_empty_lines() -> None:
    """A line has the number that an editor shows, however many empty ones stand before it."""
    row = record("setting", key="language", value="en")

    found = list(lines.read("\n\n" + HEADER + "\n \n\n" + row + "\n" + "wrong\n")[1])

    assert [line.line for line in found] == [7, 9]


def test_a_header_that_counts_everything() -> None:
    """Only types that there are are counted, each of them once: a header cannot make the count long."""
    counts = {f"type {number}": 1 for number in range(100_000)} | {"setting": 5}
    text = json.dumps({"type": "header", "dateline": 1, "counts": counts}) + "\n"

    remark = parse("a.jsonl", text.encode() + ROWS, limited=True).remark

    assert remark.startswith("The header speaks of more than could be read: 5 × setting.")


def test_several_members() -> None:
    """Compressed files that were put together are read as a whole, with padding or without."""
    whole = b"".join(gzip.compress(part) for part in ROWS.splitlines(keepends=True)) + bytes(512)

    assert parse("a.jsonl.gz", whole, limited=True) == parse("a.jsonl", ROWS, limited=True)


@pytest.mark.parametrize(
    "rest",
    [b"garbage", b"\x1f\x8bgarbage and more of it", gzip.compress(ROWS, mtime=0)[:-4]],
    ids=["garbage", "like gzip", "cut short"],
)
def test_something_else_in_it(rest: bytes) -> None:
    """Where something follows in a compressed file that is not whole, nothing of it is read."""
    with pytest.raises(UserError, match="cannot be unpacked"):
        parse("a.jsonl.gz", gzip.compress(ROWS) + rest, limited=True)


def test_unpacked_size_is_bounded() -> None:
    """Of a compressed file no more is unpacked than may be read; exactly so much is."""
    with pytest.raises(UserError, match="more than 1 MiB"):
        files.unpack(gzip.compress(bytes(2**20)) + gzip.compress(b"0"), 2**20)

    assert len(files.unpack(gzip.compress(bytes(2**20)), 2**20)) == 2**20


@pytest.mark.parametrize(
    ("written", "value", "sentence"),
    [
        ("length = ", "0x" + "f" * 100_000, '"length" has to be a whole number from 1 to below 2^63'),
        ("value = ", "0x" + "f" * 100_000, '"value" has to be a number from 0 to below 10^15'),
        ("value = ", "1e999999", '"value" has to be a number from 0 to below 10^15'),
        ("value = ", "1e-999999", '"value" has more than 15 decimal places'),
        ("value = ", "nan", '"value" has to be a number from 0 to below 10^15'),
        ("value = ", "inf", '"value" has to be a number from 0 to below 10^15'),
        ("value = ", "9" * 5_000, "The file is not valid TOML"),
    ],
)
def test_an_absurd_number(written: str, value: str, sentence: str) -> None:
    """A number that nobody could print is refused before anything is made of it."""
    before = next(line for line in SHIPPED.splitlines() if re.match(f"{written}[0-9]", line))

    with pytest.raises(PackError) as raised:
        read_pack("a.toml", SHIPPED.replace(before, written + value, 1).encode())

    assert sentence in raised.value.faults[0]


def test_a_precise_number() -> None:
    """A figure with as many decimal places as there may be is kept to the last of them."""
    before = next(line for line in SHIPPED.splitlines() if re.match("value = [0-9]", line))

    pack = read_pack("a.toml", SHIPPED.replace(before, "value = 0.000000000000001", 1).encode())

    assert Decimal("1e-15") in {getattr(entry.detail, "value", None) for entry in pack.entries}


def test_parsed_is_the_same_for_the_operator() -> None:
    """Without the limits of Discord, the same file is the same."""
    assert isinstance(found := parse("a.jsonl", ROWS, limited=False), Parsed)
    assert found == parse("a.jsonl", ROWS, limited=True)
