"""What an operation may cost at most, reckoned before it runs.

An object costs 1, a connection 2, a mutation 10 more, a subscription 5 more; scalars and value objects are free. What
lies inside a list counts once for each entry the list may have: the page that was asked for, the ids that were given,
or LIST_SIZE where nothing says. Of the kinds a union or interface may turn out to be, the dearest counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

DEFAULT_PAGE_SIZE = "default_page_size"
"""Metadata of a Strawberry field: the page it gives when the client names no size."""
IS_VALUE = "is_value"
"""Class attribute of a Strawberry type whose objects have no identity: a count, an edge, a page's place."""
LIST_SIZE = 5
"""Entries assumed in a list that no argument bounds, such as a tweet's entities."""
LARGEST_PAGE = 100
"""The field itself refuses a larger one, with a better error."""
MAX_REMEMBERED = 100
EXTRA = {OperationType.QUERY: 0, OperationType.MUTATION: 10, OperationType.SUBSCRIPTION: 5}


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """Of a valid operation, with these variables."""
    defaults = {
        definition.variable.name.value: definition.default_value for definition in operation.variable_definitions or ()
    }
    reckoning = _Reckoning(schema, document, variables, defaults)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    extra = EXTRA[operation.operation] * len(operation.selection_set.selections)
    return extra + reckoning.of(operation.selection_set, root, page_size=None)


class OperationCost:
    """The cost of one valid operation, remembered for the sizes that its variables ask for."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._of = partial(cost_of, schema, document, operation)
        self._declared = [definition.variable.name.value for definition in operation.variable_definitions or ()]
        self._known: dict[tuple[object, ...], int] = {}

    def __call__(self, variables: Mapping[str, Any]) -> int:
        sizes = tuple(_size(variables[name]) if name in variables else Undefined for name in self._declared)
        cost = self._known.get(sizes)
        if cost is None:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            cost = self._known[sizes] = self._of(variables)
        return cost


def _size(value: object) -> object:
    """All that a cost may depend on."""
    return (len(value),) if isinstance(value, list) else value if isinstance(value, int) else None


class _Reckoning:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        variables: Mapping[str, Any],
        defaults: Mapping[str, ValueNode | None],
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._defaults = defaults
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._costs: dict[tuple[str, int | None], int] = {}

    def of(self, selection_set: SelectionSetNode, parent: GraphQLNamedType, *, page_size: int | None) -> int:
        """`page_size` bounds the lists right below, when the field above was asked for a page."""
        cost = 0
        by_condition: defaultdict[str, int] = defaultdict(int)
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                cost += self._of_field(node, parent, page_size)
            elif isinstance(node, FragmentSpreadNode):
                condition = self._fragments[node.name.value].type_condition.name.value
                by_condition[condition] += self._of_fragment(node.name.value, page_size)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else parent.name
                inner = self.of(node.selection_set, self._schema.type_map[condition], page_size=page_size)
                by_condition[condition] += inner
        kinds = by_condition.values()
        return cost + (max(kinds, default=0) if is_abstract_type(parent) else sum(kinds))

    def _of_fragment(self, name: str, page_size: int | None) -> int:
        call = (name, page_size)
        if call not in self._costs:
            fragment = self._fragments[name]
            parent = self._schema.type_map[fragment.type_condition.name.value]
            self._costs[call] = self.of(fragment.selection_set, parent, page_size=page_size)
        return self._costs[call]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType, page_size: int | None) -> int:
        field: GraphQLField | None = getattr(parent, "fields", {}).get(node.name.value)
        if field is None or node.selection_set is None:  # introspection, or a scalar
            return 0
        named = get_named_type(field.type)
        assert is_composite_type(named)
        own_page = self._page_size(node, field)
        if _is_list(field):
            inner = self.of(node.selection_set, named, page_size=None)
            entries = own_page or page_size or self._number_of_ids(node) or LIST_SIZE
            return entries * (self._of_object(named) + inner)
        own = self._of_object(named) if own_page is None else 2
        return own + self.of(node.selection_set, named, page_size=own_page)

    def _of_object(self, named: GraphQLNamedType) -> int:
        kinds = self._schema.get_possible_types(named) if is_abstract_type(named) else [named]
        origins = (kind.extensions["strawberry-definition"].origin for kind in kinds)
        return 0 if all(getattr(origin, IS_VALUE, False) for origin in origins) else 1

    def _page_size(self, node: FieldNode, field: GraphQLField) -> int | None:
        """None for a field that gives no page."""
        if "first" not in field.args:
            return None
        for argument in node.arguments or ():
            if argument.name.value in {"first", "last"}:
                size = self._value(argument.value)
                if isinstance(size, int):
                    return min(max(size, 1), LARGEST_PAGE)
        definition = field.extensions["strawberry-definition"]
        declared = field.args["first"].default_value
        default: int = declared if isinstance(declared, int) else definition.metadata[DEFAULT_PAGE_SIZE]
        return default

    def _number_of_ids(self, node: FieldNode) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value == "ids":
                ids = self._value(argument.value)
                return len(ids) if isinstance(ids, list) else 1
        return None

    def _value(self, node: ValueNode | None) -> object:
        """An integer or a list (of anything) as the client gave it."""
        if isinstance(node, VariableNode):
            name = node.name.value
            return self._variables[name] if name in self._variables else self._value(self._defaults.get(name))
        if isinstance(node, IntValueNode):
            return int(node.value)
        return list(node.values) if isinstance(node, ListValueNode) else None


def _is_list(field: GraphQLField) -> bool:
    nullable = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(nullable)
