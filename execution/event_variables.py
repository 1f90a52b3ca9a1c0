"""Which variables the answer to an event depends on."""

from __future__ import annotations

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


def event_variables(document: DocumentNode, subscription: OperationDefinitionNode) -> frozenset[str]:
    """All but those that only arguments of the root field name: of these the events are made, and not the answers."""
    names = _Names()
    parts: list[Node] = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    for selected in subscription.selection_set.selections:
        if isinstance(selected, FieldNode):
            parts += [*(selected.directives or ()), *([selected.selection_set] if selected.selection_set else [])]
        else:
            parts.append(selected)
    for part in parts:
        visit(part, names)
    return frozenset(names.found)


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_args: object) -> None:
        self.found.add(node.name.value)
