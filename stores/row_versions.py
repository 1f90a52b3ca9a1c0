"""Rows of which a statement is sent only what the process does not have yet (docs/decisions/0019)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar

from infra.database import ReadSession
from infra.kept_rows import KeptRows, Version
from stores.arrays import array

Record = TypeVar("Record")

_RECORD_BYTES = 1_500
"""Of a record without its texts, with what it takes to keep it."""


class VersionedTable(Generic[Record]):
    """`make` makes a record of `columns`, which say nothing but what is in the row."""

    def __init__(self, name: str, columns: str, make: Callable[[Sequence[Any]], Record]) -> None:
        self.name = name
        self._make = make
        self.content = f"""CASE WHEN ({name}.id, CAST(CAST({name}.xmin AS text) AS bigint)) IN (
            SELECT * FROM unnest(
                CAST(CAST(:known_{name} AS text) AS bigint[]), CAST(CAST(:known_versions_of_{name} AS text) AS bigint[])
            )
        ) THEN NULL ELSE ROW({name}.xmin, {columns}) END"""  # noqa: S608
        """A column of a statement: null where the row's version is known."""

    def known(self, session: ReadSession, row_ids: Collection[int]) -> KnownVersions[Record]:
        """What a statement is told. `row_ids` are those that it may find, as far as they can be foreseen."""
        return KnownVersions(self, session.kept_rows(self.name), row_ids)

    def version(self, content: Sequence[Any]) -> Version[Record]:
        xmin, *columns = content
        texts = sum(len(value) for value in columns if isinstance(value, str))
        return Version(xmin, self._make(columns), _RECORD_BYTES + 4 * texts)


class KnownVersions(Generic[Record]):
    """Of one statement: what is kept may be another version before it answers."""

    def __init__(self, table: VersionedTable[Record], kept: KeptRows[Record] | None, row_ids: Collection[int]) -> None:
        self._table = table
        self._kept = kept
        self._versions = {} if kept is None else kept.known(row_ids)

    @property
    def values(self) -> dict[str, str]:
        """For the parameters of `content`."""
        name, versions = self._table.name, self._versions
        return {
            f"known_{name}": array(list(versions)),
            f"known_versions_of_{name}": array([version.xmin for version in versions.values()]),
        }

    @property
    def records(self) -> list[Record]:
        return [version.record for version in self._versions.values()]

    def record(self, row_id: int, content: Sequence[Any] | None) -> Record:
        """Of a row that the statement found; the same one as long as its version is kept, foreseen or not."""
        if content is None:
            return self._versions[row_id].record
        if self._kept is None:
            return self._table.version(content).record
        version = self._kept.get(row_id)
        if version is None or version.xmin != content[0]:
            version = self._table.version(content)
            self._kept.keep(row_id, version)
        return version.record
