"""What is kept as long as it is asked for, within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

MAX_ENTRIES = 20_000
MAX_BYTES = 32 * 1024 * 1024
"""Both of each kind of what is kept."""


class Sized(Protocol):
    @property
    def size(self) -> int:
        """Bytes, about."""


Key = TypeVar("Key")
Value = TypeVar("Value", bound=Sized)


class Generations(Generic[Key, Value]):
    """What was not asked for while half as much came is forgotten."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._half_entries = max_entries // 2
        self._half_bytes = max_bytes // 2
        self.clear()

    def clear(self) -> None:
        self._recent: dict[Key, Value] = {}
        self._recent_bytes = 0
        self._older: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        found = self._recent.get(key)
        if found is None:
            found = self._older.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def each(self, keys: Sequence[Key]) -> list[Value | None]:
        """Of each key what is kept."""
        found = list(map(self._recent.get, keys))
        if None in found:
            found = [self.get(key) if value is None else value for key, value in zip(keys, found, strict=True)]
        return found

    def keep(self, key: Key, value: Value) -> None:
        if len(self._recent) >= self._half_entries or self._recent_bytes + value.size > self._half_bytes:
            self._older, self._recent, self._recent_bytes = self._recent, {}, 0
        replaced = self._recent.get(key)
        self._recent[key] = value
        self._recent_bytes += value.size - (0 if replaced is None else replaced.size)
