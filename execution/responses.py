"""The responses that objects of one class have at one place, as far as they need no execution.

Where many come by, a function is written for them (`writers`). Where they are kept (`marks.KEPT`), what it made of an
object is remembered as long as the object lives, and copied when it comes again: it is found by its identity, which is
nobody else's until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from weakref import WeakSet, ref

from execution.marks import is_kept
from execution.writers import Writer, writer

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection

Begun: TypeAlias = tuple[list[dict[str, Any]], list["PlannedField"]]

WORTH_WRITING = 200
"""Objects executed at one place before a function is written for it: writing takes as long as some hundred."""
MAX_REMEMBERED_LEAVES = 200_000
"""In all that is remembered together, some hundred bytes each; when they are more, all of it is forgotten. The objects
are not held: who keeps them has bounds of their own."""


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

    def shrunk(self, leaves: int) -> None:
        self._leaves -= leaves


class _Kept(ref[Any]):
    """To an object, with what was made of it: one thing for the garbage collector to look at where many are kept."""

    __slots__ = ("identity", "response")
    identity: int
    response: dict[str, Any]


class _Written(NamedTuple):
    writer: Writer
    known: dict[int, _Kept]
    """By the identities of the objects; the references take themselves away with them."""


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
        if self._written is None:
            self._left -= len(objects)
            if self._left > 0:
                return None
        try:
            written = self._written or self._newly_written()
            responses = self._remembered(objects, written) if self._is_kept else written.writer.write(objects)
        except Exception:  # noqa: BLE001 - found again, by the field and for the object that has it
            self._put_off()
            return None
        return responses, written.writer.others

    def write_again(self) -> None:
        if self._written is not None:
            self._memory.shrunk(len(self._written.known) * self._written.writer.leaves)
            self._written = None

    def forget(self) -> None:
        if self._written is not None:
            self._written = _Written(self._written.writer, {})

    def _newly_written(self) -> _Written:
        self._written = _Written(writer(self._selection, self._kind), {})
        return self._written

    def _remembered(self, objects: Sequence[Any], written: _Written) -> list[dict[str, Any]]:
        (write, leaves, others), known = written
        try:
            found = [known[id(each)].response for each in objects]
        except KeyError:
            new = {id(each): each for each in objects if id(each) not in known}
            gone = partial(self._forget, known, leaves)
            for identity, each, response in zip(new, new.values(), write(list(new.values())), strict=True):
                kept = known[identity] = _Kept(each, gone)
                kept.identity, kept.response = identity, response
            found = [known[id(each)].response for each in objects]
            self._memory.grown(self, len(new) * leaves)
        # Nobody writes into a response that has everything.
        return [each.copy() for each in found] if others else found

    def _put_off(self) -> None:
        self.write_again()
        self._wait = self._left = 2 * self._wait

    def _forget(self, known: dict[int, _Kept], leaves: int, gone: _Kept) -> None:
        del known[gone.identity]
        self._memory.shrunk(leaves)
