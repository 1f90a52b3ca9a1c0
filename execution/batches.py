"""Objects that are executed together, and where each of them is in the response."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection

Indices = tuple[int, ...]
Order = tuple[float, ...]


class Batch:
    """Objects of one type that one field of the plan gave for the objects of the batch `above`.

    Paths are not stored but found when somebody asks: an error, or a resolver that is given `info`.
    """

    __slots__ = ("_paths", "above", "field", "fields", "indices", "owners", "parents", "results", "selection")

    def __init__(
        self,
        selection: Selection,
        parents: Sequence[Any],
        results: Sequence[dict[str, Any]],
        fields: Sequence[PlannedField],
        *,
        field: PlannedField | None = None,
        above: Batch | None = None,
        owners: Sequence[int] = (),
        indices: Sequence[Indices] | None = None,
    ) -> None:
        self.selection = selection
        self.parents = parents
        self.results = results
        """What the response says of each object; fields are written into it."""
        self.fields = fields
        """Those that are still to be executed."""
        self.field = field
        self.above = above
        self.owners = owners
        """For each object, which one of the batch above it belongs to."""
        self.indices = indices
        """For each object, its place in the lists of that field; None where the field is no list."""
        self._paths: list[Path | None] | None = None

    def indices_of(self, number: int) -> Indices:
        return () if self.indices is None else self.indices[number]

    def paths(self) -> Sequence[Path | None]:
        """Of every object; None is the root."""
        if self.field is None or self.above is None:
            return [None]
        if self._paths is None:
            above, key, type_name = self.above.paths(), self.field.key, self.above.selection.type.name
            of_field = [Path(path, key, type_name) for path in above]
            paths: list[Path | None] = []
            for owner, indices in zip(self.owners, repeat(()) if self.indices is None else self.indices, strict=False):
                path = of_field[owner]
                for index in indices:
                    path = Path(path, index, None)
                paths.append(path)
            self._paths = paths
        return self._paths

    def order(self, number: int) -> Order:
        """Sorts as the stock executor comes by: depth first, fields as they are selected."""
        if self.field is None or self.above is None:
            return ()
        return (*self.above.order(self.owners[number]), self.field.position, *self.indices_of(number))
