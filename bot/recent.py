"""What was answered a moment ago, for as long as the store is as it was. A server asks the same things again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last `size` values by key, all forgotten when the version that they were made from is past."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._version: int | None = None
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, version: int) -> V | None:
        """Return what is kept for a key, if it was made from this version."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: K, version: int, value: V) -> None:
        """Keep a value that was made since `version` was read; a later version may have come meanwhile."""
        if version != self._version:
            return
        self._kept[key] = value
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
