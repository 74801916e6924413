"""Backups: what they are called, and what has to be true of one before it is made or put back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.store import copies, inspection
from bot.store.copies import Progress
from bot.store.files import make_folder, migrations


def backup(store: Path, target: Path | None, now: datetime, progress: Progress) -> Path:
    """Copy a store, which may be in use, to a file that is not there yet, and return where; default: beside it.

    Raises StoreError in one line; there is then no such file.
    """
    if not store.exists():
        raise StoreError(f"There is no store at {store}. Set DATABASE_PATH to where it is; the first start makes one.")
    path = target or _beside(store, now)
    _require_ours(store)
    _refuse_to_overwrite(path)
    with copies.copied(store, path, like=store, progress=progress) as part:
        if finding := inspection.damage(part, thorough=False):
            raise StoreError(f"{store} is damaged ({finding}), so no copy was kept. Restore an earlier backup.")
        _refuse_to_overwrite(path)
        copies.put(part, path)
    return path


def _beside(store: Path, now: datetime, word: str = "") -> Path:
    return store.with_name(f"{store.stem}-{word}{now:%Y%m%d-%H%M%S}.db")


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise StoreError(f"{path} is there already and is not overwritten. Move it away, or name another file.")


def restore(store: Path, file: Path, now: datetime, progress: Progress) -> Path | None:
    """Put a copy of a backup in the store's place, and return as what the store that was there is kept.

    A store that is damaged, or newer than this code, can be replaced too: these are what backups are for.
    Raises StoreError in one line, and changes nothing, where the backup is not sound or the store is in use.
    """
    if store.is_symlink():
        store = store.resolve()  # SQLite keeps its other files beside the file that is meant
    there = store.exists()
    if there and file.exists() and file.samefile(store):
        raise StoreError(f"{file} is the store itself. Name a backup of it.")
    _require_sound(file)
    if there:
        _require_ours(store)
    kept = _beside(store, now, "before-restore-")
    _refuse_to_overwrite(kept)
    try:
        make_folder(store.parent)
    except OSError as error:
        raise StoreError(f"The folder {store.parent} cannot be made: {error.strerror}.") from error
    with copies.copied(file, store, like=store if there else file, in_use=False, progress=progress) as part:
        copies.exchange(part, store, kept)
    return kept if there else None


def _require_sound(file: Path) -> None:
    if not file.is_file():
        raise StoreError(f"There is no file {file}. Name the file of a backup.")
    if finding := inspection.damage(file, thorough=True):
        raise StoreError(f"{file} cannot be restored, as it is damaged or no store ({finding}). Name another backup.")
    foreign, version = inspection.stamp(file)
    if foreign or not version:
        raise StoreError(f"{file} is not a store of Dateline's. Name the file of a backup.")
    if version > (newest := len(migrations())):
        raise StoreError(
            f"{file} was written by a newer Dateline (store version {version}; this one knows {newest}). "
            "Install that one, then restore it."
        )


def _require_ours(store: Path) -> None:
    if inspection.stamp(store)[0]:
        raise StoreError(f"{store} is a database of another program. Set DATABASE_PATH to another file.")
