"""From the bytes of a file to its text: which form it has, how it is encoded, and how large it may be."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

from bot.errors import UserError

FILE_BYTES = 8 * 2**20
"""So large a file can be brought in through Discord."""

FILE_ROWS = 50_000
"""It has at most so many rows or lines; the command line has no such limit."""

UNPACKED_BYTES = 64 * 2**20
"""So large it may be once a compressed one (.gz) is unpacked."""

_GZIP = b"\x1f\x8b"

T = TypeVar("T")


class Form(StrEnum):
    """What a file of carried data can be."""

    LINES = "json lines"
    SHEET = "csv"
    PACK = "toml"


ENDINGS = {".jsonl": Form.LINES, ".json": Form.LINES, ".csv": Form.SHEET, ".tsv": Form.SHEET, ".toml": Form.PACK}
ENDING = {Form.LINES: ".jsonl", Form.SHEET: ".csv", Form.PACK: ".toml"}


def form_of(name: str) -> Form:
    """Return the form that a file's name says it has. Raises UserError."""
    path = PurePath(name.casefold())
    ending = PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if ending not in ENDINGS:
        raise UserError(
            "The file's name has to end in .jsonl (an export), .csv (a spreadsheet) or .toml (a pack), "
            "perhaps with .gz after it."
        )
    return ENDINGS[ending]


def check_size(size: int) -> None:
    """Raise UserError for a file that is too large for Discord."""
    if size > FILE_BYTES:
        raise UserError(
            f"The file has {size:,} bytes; at most {FILE_BYTES:,} ({FILE_BYTES // 2**20} MiB) are read here. Split it, "
            "compress it (.gz), or bring it in on the command line: python -m bot import."
        )


def at_most(limit: int, rows: Iterable[T]) -> Iterator[T]:
    """Yield rows. Raises UserError at the first row beyond the limit, before the rest is read."""
    for number, row in enumerate(rows):
        if number == limit:
            raise UserError(
                f"The file has too many rows: at most {limit:,} are read here. Split it, or bring it in on the command "
                "line: python -m bot import."
            )
        yield row


def unpack(content: bytes, limit: int | None = UNPACKED_BYTES) -> bytes:
    """Return what a compressed file holds, in all its members; any other is returned as it is. Raises UserError."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            found = file.read(-1 if limit is None else limit + 1)
    except EOFError as error:
        raise UserError("The compressed file is cut short and cannot be unpacked. Get it again.") from error
    except (OSError, zlib.error) as error:
        raise UserError(
            "The file is compressed (.gz), but cannot be unpacked as a whole; it may be damaged, or something else "
            "follows in it. Get it again, or compress it again."
        ) from error
    if limit is not None and len(found) > limit:
        raise UserError(f"Unpacked, the file has more than {limit // 2**20} MiB. Split it.")
    return found


def pack(content: bytes) -> bytes:
    """Compress a file; the same content always gives the same bytes."""
    return gzip.compress(content, mtime=0)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with its mark as Excel writes it. Raises UserError."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file is not UTF-8 text (byte {error.start}). Save it as UTF-8; in Excel, as “CSV UTF-8”."
        ) from error
