"""Which Dateline this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the installed version, or that the clone it runs from is not installed."""
    try:
        return metadata.version("dateline-bot")
    except metadata.PackageNotFoundError:
        return "(a clone that is not installed)"
