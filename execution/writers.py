"""Functions written for one selection: each makes the responses of many objects of one class in one loop.

For `{ id text author { name } replies { ... } }` of a tweet, where `text` is an attribute, `id` a function of the
parent, `author` an attribute that holds a person, and `replies` asks a store, it is

    def write(parents):
        results = []
        for parent in parents:
            v0 = f_v0(parent)
            if type(v0) is not str: raise Unusual
            v1 = parent.text
            if type(v1) is not str: raise Unusual
            v2 = parent.author
            if type(v2) is c_v2_0:
                v3 = v2.name
                if type(v3) is not str: raise Unusual
                v2 = {"name": v3}
            else:
                raise Unusual
            results.append({"id": v0, "text": v1, "author": v2, "replies": None})
        return results

A loop over fields that loops over objects costs two to three times as much. The function takes only values that need
nothing done about them; it raises whatever it raises at anything else, and the batch is executed as one without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, NamedTuple

from execution.sources import Attributes, OfParents, Setwise

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection

Write = Callable[[Sequence[Any]], list[dict[str, Any]]]
MAX_DEPTH = 10
"""Of objects in objects; what lies deeper is executed in batches. Python takes a hundred levels of indentation."""


class Unusual(Exception):
    """Among the values is one that has to be looked at."""


class Writer(NamedTuple):
    write: Write
    leaves: int
    """Values in the response of an object."""
    others: list[PlannedField]
    """Fields of the selection that are still to be executed: their values are None until then."""


def writer(selection: Selection, kind: type) -> Writer:
    """For objects of that class; raises Unusual where nothing can be written."""
    names: dict[str, Any] = {"Unusual": Unusual}
    read = _Writing(names).read("parent", selection, kind, depth=0)
    if not read.leaves:
        raise Unusual
    in_loop = [*read.lines, f"results.append({read.response})"]
    lines = ["def write(parents):", "  results = []", "  for parent in parents:", *_indented(_indented(in_loop))]
    exec("\n".join([*lines, "  return results"]), names)  # noqa: S102 - of names of the schema and keys of a valid document
    return Writer(names["write"], read.leaves, read.others)


class _Read(NamedTuple):
    """Of an object in a variable."""

    lines: list[str]
    response: str
    """An expression, true after the lines."""
    leaves: int
    others: list[PlannedField]


class _Writing:
    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        """What the function uses."""
        self._variables = 0

    def read(self, parent: str, selection: Selection, kind: type, *, depth: int) -> _Read:
        entries = {key: repr(value) for key, value in selection.template.items()}
        lines: list[str] = []
        others: list[PlannedField] = []
        leaves = 0
        for field in selection.fields:
            variable = f"v{self._variables}"
            self._variables += 1
            value = self._value(variable, parent, field, kind)
            completed = None if value is None else self._completed(variable, field, depth)
            if completed is None:
                others.append(field)
                continue
            lines += [f"{variable} = {value}", *completed[0]]
            leaves += completed[1]
            entries[field.key] = variable
        response = ", ".join(f"{key!r}: {entry}" for key, entry in entries.items())
        return _Read(lines, f"{{{response}}}", leaves, others)

    def _value(self, variable: str, parent: str, field: PlannedField, kind: type) -> str | None:
        """As an expression."""
        source = field.source
        if isinstance(source, Attributes) and source.name.isidentifier() and not iskeyword(source.name):
            return f"{parent}.{source.name}"
        function = None
        if isinstance(source, OfParents):
            function = source.function
        elif isinstance(source, Setwise):
            function = source.brought_by.get(kind)
        if function is None:
            return None
        self._names[f"f_{variable}"] = function
        return f"f_{variable}({parent})"

    def _completed(self, variable: str, field: PlannedField, depth: int) -> tuple[list[str], int] | None:
        """Lines that make the value in the variable its response, and how many leaves are in it."""
        if field.depth:
            return None
        if field.leaf is None:
            return self._object(variable, field, depth + 1)
        check = field.leaf.check(variable, self._names)
        return [f"if {variable} is not None:", *_indented(check)] if field.nullable[0] else check, 1

    def _object(self, variable: str, field: PlannedField, depth: int) -> tuple[list[str], int] | None:
        """Of one of the classes that were met so far."""
        if depth > MAX_DEPTH:
            return None
        lines = [f"if {variable} is None: pass"] if field.nullable[0] else []
        most_leaves = 1
        for number, (kind, selection) in enumerate(list(field.selection_of_class.items())):
            read = self.read(variable, selection, kind, depth=depth)
            if read.others:
                return None
            name = f"c_{variable}_{number}"
            self._names[name] = kind
            lines += [f"{'elif' if lines else 'if'} type({variable}) is {name}:"]
            lines += _indented([*read.lines, f"{variable} = {read.response}"])
            most_leaves = max(most_leaves, read.leaves)
        return ([*lines, "else: raise Unusual"], most_leaves) if lines else None


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
