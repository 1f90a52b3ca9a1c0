"""Rows of which a process is sent only the versions that it does not have yet (docs/decisions/0019).

PostgreSQL never changes a version of a row: an update makes another one, with another `xmin`. What is kept is therefore
true of its version for ever; whether that is still the row's version is asked of PostgreSQL each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from infra.database import ReadSession
from infra.generations import Generations
from stores.arrays import array

Record = TypeVar("Record")

_RECORD_BYTES = 1_500
"""Of a record without its texts, with what it takes to keep it."""


# Thousands are kept, and none is part of a cycle: collections of garbage need not look at them.
class Version(msgspec.Struct, Generic[Record], frozen=True, gc=False):
    xmin: int
    record: Record
    size: int
    """Bytes, about."""


class VersionedTable(Generic[Record]):
    """`make` makes a record of `columns`, which say nothing but what is in the row."""

    def __init__(self, name: str, columns: str, make: Callable[[Sequence[Any]], Record]) -> None:
        self.name = name
        self._make = make
        self.xmin = f"CAST(CAST({name}.xmin AS text) AS bigint)"
        row = f"ROW({name}.xmin, {columns})"
        self.rows = f"""SELECT '{name}', {name}.id, {row} FROM {name}
            WHERE {name}.id = ANY(CAST(CAST(:wanted_{name} AS text) AS bigint[]))"""  # noqa: S608
        """A statement for `WantedVersions`."""
        self.content = f"""CASE WHEN ({name}.id, {self.xmin}) IN (
            SELECT * FROM unnest(
                CAST(CAST(:known_{name} AS text) AS bigint[]), CAST(CAST(:known_versions_of_{name} AS text) AS bigint[])
            )
        ) THEN NULL ELSE {row} END"""  # noqa: S608
        """A column of a statement: null where the row's version is known."""

    def wanted(self, session: ReadSession, versions: Mapping[int, int]) -> WantedVersions[Record]:
        """By the ids of rows, what another statement has told of."""
        return WantedVersions(self, session.kept(self.name), versions)

    def known(self, session: ReadSession, row_ids: Sequence[int]) -> KnownVersions[Record]:
        """What a statement is told. `row_ids` are those that it may find, as far as they can be foreseen."""
        return KnownVersions(self, session.kept(self.name), row_ids)

    def kept_version(
        self, kept: Generations[int, Version[Record]], row_id: int, content: Sequence[Any]
    ) -> Version[Record]:
        """The same one, wherever it is found, as long as it is kept."""
        version = kept.get(row_id)
        if version is None or version.xmin != content[0]:
            version = self.version(content)
            kept.keep(row_id, version)
        return version

    def version(self, content: Sequence[Any]) -> Version[Record]:
        xmin, *columns = content
        texts = sum(len(value) for value in columns if isinstance(value, str))
        return Version(xmin, self._make(columns), _RECORD_BYTES + 4 * texts)


class WantedVersions(Generic[Record]):
    def __init__(
        self,
        table: VersionedTable[Record],
        kept: Generations[int, Version[Record]],
        versions: Mapping[int, int],
    ) -> None:
        self._table = table
        self._kept = kept
        self._versions = versions
        found = zip(versions, kept.each(list(versions)), strict=True)
        self.records = {row_id: each.record for row_id, each in found if each and each.xmin == versions[row_id]}

    @property
    def are_found(self) -> bool:
        return len(self.records) == len(self._versions)

    @property
    def missing(self) -> str:
        """For the parameter of the table's `rows`."""
        return array([row_id for row_id in self._versions if row_id not in self.records])

    def find(self, row_id: int, content: Sequence[Any]) -> None:
        """The row may be another version by now, which is not the one that is wanted."""
        version = self._table.kept_version(self._kept, row_id, content)
        if version.xmin == self._versions[row_id]:
            self.records[row_id] = version.record


class KnownVersions(Generic[Record]):
    """Of one statement: what is kept may be another version before it answers."""

    def __init__(
        self,
        table: VersionedTable[Record],
        kept: Generations[int, Version[Record]],
        row_ids: Sequence[int],
    ) -> None:
        self._table = table
        self._kept = kept
        found = zip(row_ids, kept.each(row_ids), strict=True)
        self._versions = {row_id: version for row_id, version in found if version is not None}

    @property
    def values(self) -> dict[str, str]:
        """For the parameters of `content`."""
        name, versions = self._table.name, self._versions
        return {
            f"known_{name}": array(list(versions)),
            f"known_versions_of_{name}": array([version.xmin for version in versions.values()]),
        }

    def record(self, row_id: int, content: Sequence[Any] | None) -> Record:
        """Of a row that the statement found, foreseen or not."""
        if content is None:
            return self._versions[row_id].record
        return self._table.kept_version(self._kept, row_id, content).record
