"""Limits on a document, checked before it is validated: validation of a hostile one is what costs.

Only what merging its fields costs is counted while it is validated (validation.py), and the cost of an operation before
it runs (cost.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.validation.validate import ValidationAbortedError


@dataclass(frozen=True, slots=True)
class Limits:
    """API.md 3.1, "Document limits"."""

    depth: int = 12
    aliases: int = 15
    tokens: int = 2_000
    root_fields: int = 20
    directives: int = 20
    merging: int = 30_000
    """About twice the pairs of fields and of fragments that validation compares. 30 fragments with the same 15 fields
    in one selection take 25,000, introspection takes none; graphql-core would go on to 500,000, for a second."""
    cost: int = 1_000
    body_bytes: int = 256 * 1024
    characters: int = 32_000
    """Of a document, before it is parsed: behind 240 KB of empty lines graphql-core takes two seconds to say where
    twenty conflicts are (places.py helps where an error has one place)."""


class LimitExceeded(ValidationAbortedError):
    def __init__(self, what: str, *, limit: int, actual: int) -> None:
        code = "DEPTH_EXCEEDED" if what == "depth" else "COST_EXCEEDED"
        super().__init__(
            f"The document's {what} is {actual}; the limit is {limit}.",
            extensions={"code": code, "limit": limit, "actual": actual},
        )


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: _Size) -> _Size:
        return _Size(max(self.depth, other.depth), self.aliases + other.aliases, self.directives + other.directives)


class _Measure:
    """Each fragment is measured once; a spread inside itself (validation refuses it later) counts nothing."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sizes: dict[str, _Size] = {}

    def of(self, selection_set: SelectionSetNode | None) -> _Size:
        size = _Size()
        for node in selection_set.selections if selection_set else ():
            own = _Size(directives=len(node.directives or ()))
            if isinstance(node, FieldNode):
                inner = self.of(node.selection_set)
                # Introspection nests deeper than any product query; graphql-core bounds its depth.
                depth = 0 if node.name.value.startswith("__") else inner.depth + 1
                own = own.beside(_Size(depth, inner.aliases + (node.alias is not None), inner.directives))
            elif isinstance(node, InlineFragmentNode):
                own = own.beside(self.of(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                own = own.beside(self._of_fragment(node.name.value))
            size = size.beside(own)
        return size

    def root_fields(self, selection_set: SelectionSetNode) -> int:
        """Fields of the root, also those that fragments bring."""
        spread = set()
        waiting = [selection_set]
        fields = 0
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    fields += 1
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    if (fragment := self._fragments.get(node.name.value)) is not None:
                        waiting.append(fragment.selection_set)
        return fields

    def _of_fragment(self, name: str) -> _Size:
        if name not in self._sizes:
            self._sizes[name] = _Size()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._sizes[name] = self.of(fragment.selection_set)
        return self._sizes[name]


def exceeded(document: DocumentNode, limits: Limits) -> list[LimitExceeded]:
    """One error per limit that an operation of the document exceeds."""
    measure = _Measure(document)
    errors: dict[str, LimitExceeded] = {}
    for node in document.definitions:
        if not isinstance(node, OperationDefinitionNode):
            continue
        size = measure.of(node.selection_set)
        for what, limit, actual in (
            ("depth", limits.depth, size.depth),
            ("number of aliases", limits.aliases, size.aliases),
            ("number of directives", limits.directives, size.directives),
            ("number of root fields", limits.root_fields, measure.root_fields(node.selection_set)),
        ):
            if actual > limit:
                errors[what] = LimitExceeded(what, limit=limit, actual=actual)
    return list(errors.values())
