"""The responses that objects of one class have at one place, as far as they need no execution.

Where many come by, a function is written for them (`writers`). Where they are kept (`marks.KEPT`), what it made of an
object is remembered, and copied when the object comes again: it is found by its identity, which is its own as long as
it is held beside what was made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from weakref import WeakSet

from execution.marks import is_kept
from execution.writers import Writer, writer

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection

Begun: TypeAlias = tuple[list[dict[str, Any]], list["PlannedField"]]

WORTH_WRITING = 200
"""Objects executed at one place before a function is written for it: writing takes as long as some hundred."""
MAX_REMEMBERED_LEAVES = 200_000
"""In all that is remembered together, about a hundred bytes each. When they are more, all of it is forgotten."""


class Remembered:
    """All responses that are remembered for a schema."""

    def __init__(self) -> None:
        self._places: WeakSet[Responses] = WeakSet()
        self._leaves = 0

    def grown(self, responses: Responses, leaves: int) -> None:
        self._places.add(responses)
        self._leaves += leaves
        if self._leaves > MAX_REMEMBERED_LEAVES:
            for each in list(self._places):
                each.forget()
            self._leaves = 0


class _Written(NamedTuple):
    writer: Writer
    known: dict[int, tuple[object, dict[str, Any]]]
    """By their identities, kept objects and what was made of them."""


class Responses:
    def __init__(self, selection: Selection, kind: type, memory: Remembered) -> None:
        self._selection = selection
        self._kind = kind
        self._memory = memory
        self._is_kept = is_kept(kind)
        self._written: _Written | None = None
        self._wait = self._left = WORTH_WRITING
        """Objects until a function is written."""

    def begun(self, objects: Sequence[Any]) -> Begun | None:
        """The responses, and the fields that are left to execute; None where nothing is written."""
        written = self._written
        if written is None:
            self._left -= len(objects)
            if self._left > 0:
                return None
            made = writer(self._selection, self._kind)
            if made is None:
                self._put_off()
                return None
            written = self._written = _Written(made, {})
        try:
            responses = self._remembered(objects, written) if self._is_kept else written.writer.write(objects)
        except Exception:  # noqa: BLE001 - found again, by the field and for the object that has it
            self._put_off()
            return None
        return responses, written.writer.others

    def write_again(self) -> None:
        self._written = None

    def forget(self) -> None:
        if self._written is not None:
            self._written = _Written(self._written.writer, {})

    def _remembered(self, objects: Sequence[Any], written: _Written) -> list[dict[str, Any]]:
        (write, leaves, others), known = written
        try:
            found = [known[id(each)][1] for each in objects]
        except KeyError:
            new = [each for each in objects if id(each) not in known]
            known.update(zip(map(id, new), zip(new, write(new), strict=True), strict=True))
            found = [known[id(each)][1] for each in objects]
            self._memory.grown(self, len(new) * leaves)
        # Nobody writes into a response that has everything.
        return [each.copy() for each in found] if others else found

    def _put_off(self) -> None:
        self._written = None
        self._wait = self._left = 2 * self._wait
