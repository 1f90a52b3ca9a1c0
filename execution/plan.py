"""What an operation asks, worked out once: for each type that may stand at a place, the fields to execute there.

graphql-core collects the fields (fragments, merging, directives), so what is asked is what it says. Selections are
made when the first object arrives that needs them, and kept as long as the document.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from weakref import WeakSet

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    visit,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from execution.arguments import PlannedArguments
from execution.responses import Begun, Remembered, Responses
from execution.runtime_types import MAX_CLASSES
from execution.sources import Source, Sources

CONDITIONS = {"skip", "include"}
MAX_VARIANTS = 16
MAX_PLANNED_FIELDS = 50_000
"""Kept in all plans together, about a kilobyte each: strangers' documents are not to fill the memory."""
TYPENAME = "__typename"


class PlannedField:
    """A field at one place: what it is called in the response, where its values come from, what they have to be."""

    def __init__(
        self,
        operation: PlannedOperation,
        above: Selection,
        definition: GraphQLField,
        key: str,
        details: FieldDetailsList,
        position: int,
    ) -> None:
        self._operation = operation
        self.above = above
        self.details = details
        self.key = key
        self.position = position
        self.definition = definition
        self.parent_type = above.type
        self.nodes: list[FieldNode] = [detail.node for detail in details]
        self.arguments = PlannedArguments(definition, self.nodes[0])
        self.source: Source = operation.sources.of(definition)
        self.nullable = _nullable(definition.type)
        """For the field, and for the entries of each list in it."""
        self.depth = len(self.nullable) - 1
        """How many lists are around the named type."""
        named = get_named_type(definition.type)
        self.leaf = operation.sources.leaf(named) if is_leaf_type(named) else None
        self.abstract: GraphQLAbstractType | None = named if is_abstract_type(named) else None
        self.object: GraphQLObjectType | None = named if is_object_type(named) else None
        self.selection_of_class: dict[type, Selection] = {}
        """For classes of values whose instances all are of one type of the schema; see `decided_by_class`."""
        self._selections: dict[str, Selection] = {}

    def selection(self, runtime_type: GraphQLObjectType) -> Selection:
        found = self._selections.get(runtime_type.name)
        if found is None:
            found = self._selections[runtime_type.name] = self._operation.sub_selection(runtime_type, self)
        return found

    def met(self, kind: type, selection: Selection) -> None:
        """All values of the class are to be asked this."""
        self.selection_of_class[kind] = selection
        self.above.learned()


class Memory:
    """All plans of a schema. When they are too many, all are forgotten, and made again as they are needed."""

    def __init__(self) -> None:
        self.responses = Remembered()
        self._kept: WeakSet[OperationPlans] = WeakSet()
        self._fields = 0

    def keep(self, plans: OperationPlans) -> None:
        """As long as somebody else does."""
        self._kept.add(plans)

    def grown(self, fields: int) -> None:
        self._fields += fields
        if self._fields > MAX_PLANNED_FIELDS:
            for plans in self._kept:
                plans.forget()
            self._fields = 0


class Selection:
    """The fields asked of one object type at one place."""

    def __init__(
        self,
        operation: PlannedOperation,
        type_: GraphQLObjectType,
        grouped: GroupedFieldSet,
        field: PlannedField | None = None,
    ) -> None:
        self.type = type_
        self._field = field
        self.template: dict[str, Any] = {}
        """The response of an object before its fields are executed, in the order of the selection."""
        self.fields: list[PlannedField] = []
        for position, (key, details) in enumerate(grouped.items()):
            name = details[0].node.name.value
            definition = operation.schema.get_field(type_, name)
            if definition is None:
                continue
            if name == TYPENAME:
                self.template[key] = type_.name
                continue
            self.template[key] = None
            self.fields.append(PlannedField(operation, self, definition, key, details, position))
        operation.memory.grown(len(self.fields))
        self._memory = operation.memory.responses
        self._responses: dict[type, Responses] = {}

    def begun(self, objects: Sequence[Any], kinds: Collection[type]) -> Begun:
        """The responses of the objects, which are of these classes, as far as they need no execution, and the fields
        that are left to execute."""
        if len(kinds) == 1:
            [kind] = kinds
            responses = self._responses.get(kind)
            if responses is None and len(self._responses) < MAX_CLASSES:
                responses = self._responses[kind] = Responses(self, kind, self._memory)
            begun = None if responses is None else responses.begun(objects)
            if begun is not None:
                return begun
        template = self.template
        return [template.copy() for _object in objects], self.fields

    def learned(self) -> None:
        """More can be written of the objects, and of those that they are parts of."""
        for responses in list(self._responses.values()):
            responses.write_again()
        if self._field is not None:
            self._field.above.learned()


class PlannedOperation:
    """One operation with one outcome of its `@skip` and `@include`."""

    def __init__(self, executor: Executor[Any], conditions: VariableValues, sources: Sources, memory: Memory) -> None:
        self.schema: GraphQLSchema = executor.schema
        self.sources = sources
        self.memory = memory
        self._fragments: dict[str, FragmentDetails] = executor.fragments
        self._conditions = conditions
        self._definition: OperationDefinitionNode = executor.operation
        root = self.schema.get_root_type(self._definition.operation)
        assert root is not None
        collected = collect_fields(self.schema, executor.fragments, conditions, root, self._definition)
        self.root = Selection(self, root, collected.grouped_field_set)

    def sub_selection(self, type_: GraphQLObjectType, field: PlannedField) -> Selection:
        collected = collect_subfields(
            self.schema, self._fragments, self._conditions, self._definition, type_, field.details
        )
        return Selection(self, type_, collected.grouped_field_set, field)


class OperationPlans:
    """All plans of one operation of a document: one for each combination of the variables that decide what is asked."""

    def __init__(self, document: DocumentNode, sources: Sources, memory: Memory) -> None:
        directives = _Directives()
        visit(document, directives)
        self._sources = sources
        self._memory = memory
        self._in_directives = directives.variables
        self._conditions: list[str] | None = None
        self._is_plannable = not directives.others
        self._plans: dict[tuple[object, ...], PlannedOperation] = {}
        memory.keep(self)

    def plan(self, executor: Executor[Any]) -> PlannedOperation | None:
        """None for what only the stock executor can do: other directives, arguments of fragments, a condition that is
        not a boolean, fields that cannot be collected."""
        if not self._is_plannable or executor.schema.get_root_type(executor.operation.operation) is None:
            return None
        if self._conditions is None:
            self._conditions = _booleans(executor.operation, self._in_directives)
        values = executor.variable_values
        combination = tuple(values.coerced.get(name) for name in self._conditions)
        known = self._plans.get(combination)
        if known is not None:
            return known
        if not all(isinstance(value, bool) for value in combination):
            return None
        conditions = VariableValues(
            {name: values.sources[name] for name in self._conditions},
            {name: values.coerced[name] for name in self._conditions},
        )
        try:
            plan = PlannedOperation(executor, conditions, self._sources, self._memory)
        except (RecursionError, GraphQLError):
            return None
        if len(self._plans) >= MAX_VARIANTS:
            self._plans.clear()
        self._plans[combination] = plan
        return plan

    def forget(self) -> None:
        self._plans.clear()


class _Directives(Visitor):
    """Finds what `@skip` and `@include` depend on, and what there is besides them."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.others = False

    def enter_directive(self, node: DirectiveNode, *_args: object) -> None:
        if node.name.value not in CONDITIONS:
            self.others = True
        self.variables |= {
            argument.value.name.value for argument in node.arguments or () if isinstance(argument.value, VariableNode)
        }

    def enter_fragment_definition(self, node: Any, *_args: object) -> None:
        self.others = self.others or bool(node.variable_definitions)


def _booleans(operation: OperationDefinitionNode, names: Collection[str]) -> list[str]:
    """Which of the names are conditions here: in another operation of the document they may stand for anything."""
    declared = {node.variable.name.value: node.type for node in operation.variable_definitions or ()}
    return sorted(name for name in names if name in declared and _is_boolean(declared[name]))


def _is_boolean(type_: TypeNode) -> bool:
    named = type_.type if isinstance(type_, NonNullTypeNode) else type_
    return isinstance(named, NamedTypeNode) and named.name.value == "Boolean"


def _nullable(type_: GraphQLOutputType) -> Sequence[bool]:
    nullable: list[bool] = []
    inner: Any = type_
    while True:
        nullable.append(not is_non_null_type(inner))
        if is_non_null_type(inner):
            inner = inner.of_type
        if not is_list_type(inner):
            return tuple(nullable)
        inner = inner.of_type
