"""The article and the pack that these tests change, both about a town that does not exist."""

from __future__ import annotations

from pathlib import Path

from bot.ingest.pack import Pack
from bot.ingest.read import load_pack

_DATA = Path(__file__).parent / "data"

ARTICLE = (_DATA / "ferry.txt").read_bytes().decode()
PACK_FILE = _DATA / "ferry.toml"
PACK = PACK_FILE.read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str) -> Pack:
    """Load the pack from a copy in `folder`, with the only occurrence of one text replaced by another."""
    assert PACK.count(old) == 1
    path = folder / "ferry.toml"
    path.write_text(PACK.replace(old, new), encoding="utf-8")
    return load_pack(path)
