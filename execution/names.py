"""What is named in a document."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)


def fields(document: DocumentNode) -> frozenset[str]:
    return _found([document], FieldNode)


def event_variables(document: DocumentNode, subscription: OperationDefinitionNode) -> frozenset[str]:
    """All but those that only arguments of the root field name: of these the events are made, and not the answers."""
    parts: list[Node] = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    for selected in subscription.selection_set.selections:
        if isinstance(selected, FieldNode):
            parts += [*(selected.directives or ()), *([selected.selection_set] if selected.selection_set else [])]
        else:
            parts.append(selected)
    return _found(parts, VariableNode)


def _found(parts: Iterable[Node], kind: type[FieldNode | VariableNode]) -> frozenset[str]:
    names = _Names(kind)
    for part in parts:
        visit(part, names)
    return frozenset(names.found)


class _Names(Visitor):
    def __init__(self, kind: type[FieldNode | VariableNode]) -> None:
        super().__init__()
        self._kind = kind
        self.found: set[str] = set()

    def enter(self, node: Node, *_args: object) -> None:
        if isinstance(node, self._kind):
            self.found.add(node.name.value)
