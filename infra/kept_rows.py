"""Versions of rows that this process has read, so that statements need not send them again.

PostgreSQL never changes a version of a row: an update makes another one, with another `xmin`. What is kept is therefore
true of its version for ever; whether that is still the row's version is asked of PostgreSQL each time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Generic, NamedTuple, TypeVar

Record = TypeVar("Record")

MAX_ROWS = 20_000
MAX_BYTES = 32 * 1024 * 1024
"""Both of one table. What was not asked for while half as much came is forgotten."""


class Version(NamedTuple, Generic[Record]):
    xmin: int
    record: Record
    size: int
    """Bytes, about."""


class KeptRows(Generic[Record]):
    """Of one table, the version of each row that was read last."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        self._half_rows = max_rows // 2
        self._half_bytes = max_bytes // 2
        self.clear()

    def clear(self) -> None:
        self._recent: dict[int, Version[Record]] = {}
        self._recent_bytes = 0
        self._older: dict[int, Version[Record]] = {}

    def versions(self, row_ids: Collection[int]) -> dict[int, Version[Record]]:
        """Those that are kept."""
        recent, older = self._recent, self._older
        found = {row_id: recent[row_id] for row_id in row_ids if row_id in recent}
        if len(found) < len(row_ids):
            for row_id in older.keys() & set(row_ids) - found.keys():
                found[row_id] = older[row_id]
                self.keep(row_id, older[row_id])
        return found

    def keep(self, row_id: int, version: Version[Record]) -> None:
        if len(self._recent) >= self._half_rows or self._recent_bytes + version.size > self._half_bytes:
            self._older, self._recent, self._recent_bytes = self._recent, {}, 0
        replaced = self._recent.get(row_id)
        self._recent[row_id] = version
        self._recent_bytes += version.size - (0 if replaced is None else replaced.size)
