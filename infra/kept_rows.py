"""Versions of rows that this process has read, so that statements need not send them again.

PostgreSQL never changes a version of a row: an update makes another one, with another `xmin`. What is kept is therefore
true of its version for ever; whether that is still the row's version is asked of PostgreSQL each time.
"""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from infra.generations import Generations

Record = TypeVar("Record")

MAX_ROWS = 20_000
MAX_BYTES = 32 * 1024 * 1024
"""Both of one table."""


class Version(NamedTuple, Generic[Record]):
    xmin: int
    record: Record
    size: int
    """Bytes, about."""


class KeptRows(Generations[int, Version[Record]]):
    """Of one table, the version of each row that was read last."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(max_entries=max_rows, max_bytes=max_bytes)
