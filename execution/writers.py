"""A function written for one selection: it makes the responses of many objects, plain leaves included, in one loop.

For `{ id text author { ... } }` of a tweet, where `text` is an attribute and `id` a function of the parent, it is

    def write(parents):
        results = []
        for parent in parents:
            v0 = f0(parent)
            if type(v0) is not str: raise Unusual
            v1 = parent.text
            if type(v1) is not str: raise Unusual
            results.append({"id": v0, "text": v1, "author": None})
        return results

A loop over fields that loops over objects costs two to three times as much. The function takes only values that need
nothing done about them; it raises whatever it raises at anything else, and the batch is executed as one without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from execution.sources import Attributes, OfParents

if TYPE_CHECKING:
    from execution.plan import PlannedField, Selection

Writer = Callable[[Sequence[Any]], list[dict[str, Any]]]


class Unusual(Exception):
    """Among the values is one that has to be looked at."""


def is_plain(field: PlannedField) -> bool:
    """A leaf, in no list, that the parent alone decides."""
    if field.leaf is None or field.depth:
        return False
    source = field.source
    return isinstance(source, OfParents) or (
        isinstance(source, Attributes) and source.name.isidentifier() and not iskeyword(source.name)
    )


def writer(selection: Selection) -> Writer:
    names: dict[str, Any] = {"Unusual": Unusual}
    values = {key: repr(value) for key, value in selection.template.items()}
    lines = ["def write(parents):", "  results = []", "  for parent in parents:"]
    for number, field in enumerate(selection.plain_fields):
        value = values[field.key] = f"v{number}"
        lines += [f"    {line}" for line in _reading(field, value, names)]
    entries = ", ".join(f"{key!r}: {value}" for key, value in values.items())
    lines += [f"    results.append({{{entries}}})", "  return results"]
    exec("\n".join(lines), names)  # noqa: S102 - of names of the schema and keys of a valid document
    written: Writer = names["write"]
    return written


def _reading(field: PlannedField, value: str, names: dict[str, Any]) -> list[str]:
    assert field.leaf is not None
    if isinstance(field.source, OfParents):
        names[f"f_{value}"] = field.source.function
        lines = [f"{value} = f_{value}(parent)"]
    else:
        assert isinstance(field.source, Attributes)
        lines = [f"{value} = parent.{field.source.name}"]
    check = field.leaf.check(value, names)
    if not field.nullable[0]:
        return lines + check
    return [*lines, f"if {value} is not None:", *(f"  {line}" for line in check)]
