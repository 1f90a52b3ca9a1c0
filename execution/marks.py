"""What a Strawberry schema may tell the breadth-first executor, so that it need not go through one parent at a time.

Everything here is optional: a schema without marks gives the same answers, and the stock executor ignores them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

SETWISE = "execution.setwise"
"""Metadata of a Strawberry field: a SetwiseResolver that stands for the field's own resolver."""
OF_PARENT = "execution.of_parent"
"""Metadata of a Strawberry field: a function of the parent alone that stands for the field's own resolver. It may be
called more than once."""

BROUGHT_BY = "execution.brought_by"
"""Metadata of a set-wise field without arguments: by classes of parents that bring the value along, the function that
takes it from one. Where all parents are of such a class, the resolver need not be called."""
KEPT = "is_kept"
"""Attribute of a class: where it is true, its objects never change, and the same objects come again and again, so that
it pays to remember what they answered, as long as they live: there have to be weak references to them."""

SetwiseResolver = Callable[..., Awaitable[Sequence[Any]]]
"""(parents, context, **arguments) -> one value per parent, in their order.

A value that is an exception is that parent's error; an exception that is raised is every parent's.
"""

Predicate = TypeVar("Predicate", bound=Callable[..., bool])


def decided_by_class(is_type_of: Predicate) -> Predicate:
    """Promises that this `is_type_of` looks at nothing but the class of the value, so that its answer may be kept."""
    is_type_of.decided_by_class = True  # type: ignore[attr-defined]
    return is_type_of


def is_decided_by_class(is_type_of: object) -> bool:
    return getattr(is_type_of, "decided_by_class", False)


def is_kept(kind: type) -> bool:
    return getattr(kind, KEPT, False) is True
