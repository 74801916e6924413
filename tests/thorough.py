"""How much the long tests try: a part of it, or all of it with `pytest --full`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

PART = 4
"""The short form tries one example in this many."""

_full = False

T = TypeVar("T")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--full", action="store_true", help="try all that the long tests can try; this takes long")


def pytest_configure(config: pytest.Config) -> None:
    """Read the option before the tests are imported."""
    global _full  # noqa: PLW0603 - decorators need it while their module is imported
    _full = config.getoption("--full")
    # How long an example takes says how busy the machine is.
    settings.register_profile(
        "unhurried", max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("unhurried")


def examples(number: int) -> int:
    """Return how many examples of the `number` of the full form Hypothesis tries now."""
    return number if _full else max(10, number // PART)


def some(things: Sequence[T], turn: int) -> Sequence[T]:
    """Return which of the things this turn tries: `PART` turns after each other try them all."""
    return things if _full else things[turn % PART :: PART]
