"""Arguments of a field: coerced by graphql-core; once for ever where the document alone decides them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLField, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from graphql.execution import Executor, get_argument_values
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from execution.inputs import Convert, Inputs, Scalars, Unplanned

Arguments = Mapping[str, Any]
NO_ARGUMENTS: Arguments = {}


class PlannedArguments:
    def __init__(self, definition: GraphQLField, node: FieldNode) -> None:
        self._definition = definition
        self._node = node
        self._constant: Arguments | None = None
        if not definition.args:
            self._constant = NO_ARGUMENTS
        elif not any(_has_variable(argument.value) for argument in node.arguments or ()):
            self._constant = self._kept()

    def of(self, executor: Executor[Any]) -> Arguments:
        """Raises what graphql-core raises for an argument that cannot be coerced."""
        if self._constant is not None:
            return self._constant
        return get_argument_values(
            self._definition, self._node, executor.variable_values, None, executor.hide_suggestions
        )

    def _kept(self) -> Arguments | None:
        """None where they are bad, so that each request is told, or could be changed by whom they are given to."""
        try:
            arguments = get_argument_values(self._definition, self._node)
        except GraphQLError:
            return None
        return arguments if all(_is_frozen(value) for value in arguments.values()) else None


class Conversion:
    """From what graphql-core coerced to what a Strawberry resolver is given: input objects, Python's names."""

    def __init__(self, field: StrawberryField, config: StrawberryConfig, scalars: Scalars, inputs: Inputs) -> None:
        self._field = field
        self._config = config
        self._scalars = scalars
        try:
            self._planned: Sequence[tuple[str, str, Convert]] | None = [
                (config.name_converter.from_argument(each), each.python_name, inputs.conversion(each.type))
                for each in field.arguments
            ]
        except Unplanned:
            self._planned = None

    def __call__(self, arguments: Arguments) -> dict[str, Any]:
        if not arguments:
            return {}
        if self._planned is None:
            return convert_arguments(
                dict(arguments), self._field.arguments, scalar_registry=self._scalars, config=self._config
            )
        return {
            python_name: convert(arguments[name]) for name, python_name, convert in self._planned if name in arguments
        }


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(_has_variable(value) for value in node.values)
    if isinstance(node, ObjectValueNode):
        return any(_has_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)


def _is_frozen(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
