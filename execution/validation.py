"""The rules that a document must keep to."""

from __future__ import annotations

from typing import Any

from graphql import (
    ASTValidationRule,
    NoSchemaIntrospectionCustomRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
)
from graphql.validation.validate import ValidationAbortedError

from execution.limits import LimitExceeded, Limits


def rules(limits: Limits, *, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    """Those of the specification; validation ends with LimitExceeded where merging fields costs too much."""
    specified = (
        _merging_up_to(limits.merging) if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
    )
    return (*specified, *(() if introspection else (NoSchemaIntrospectionCustomRule,)))


def _merging_up_to(limit: int) -> type[ASTValidationRule]:
    class Merging(OverlappingFieldsCanBeMergedRule):
        """Each field is compared with each that shares its response key, and so are their selections: a few kilobytes
        of equal fields make a second of work. graphql-core counts what it does, and gives up at half a million."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = limit

        def enter_selection_set(self, *visited: Any) -> None:
            """Any: what visitors are given."""
            try:
                super().enter_selection_set(*visited)
            except ValidationAbortedError:
                left = self.rule_context.remaining_complexity_budget
                if left >= 0:  # too many errors
                    raise
                raise LimitExceeded("cost of merging fields", limit=limit, actual=limit - left) from None

    return Merging
