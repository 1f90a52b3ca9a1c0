"""What a refusal looks like to a client."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Person

USER_ERRORS = """
userErrors {
  __typename code message path
  ... on ValidationError { constraint limit actual }
  ... on NotAllowedError { reason }
}
"""
NO_SUCH_TWEET = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such tweet.",
    "path": ["input", "tweetId"],
}
NO_SUCH_USER = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such user.",
    "path": ["input", "userId"],
}


def invalid(
    field: str, constraint: str, message: str, *, limit: int | None = None, actual: int | None = None
) -> dict[str, Any]:
    return {
        "__typename": "ValidationError",
        "code": "VALIDATION_FAILED",
        "message": message,
        "path": ["input", field],
        "constraint": constraint,
        "limit": limit,
        "actual": actual,
    }


async def only_error(
    api: Api, query: str, variables: dict[str, Any] | None = None, *, by: Person | None = None
) -> tuple[str, list[str | int]]:
    """Code and path of the one error that an executed operation was answered with."""
    [error] = (await api.answer(query, variables, by=by))["errors"]
    return error["extensions"]["code"], error["path"]
