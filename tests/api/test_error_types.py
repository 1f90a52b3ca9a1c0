"""Each type of `userErrors`, with all its fields, by one operation that provokes it; what is limited is in
test_rate_limits.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from schema.errors import CONCRETE
from tests.api.conftest import Stored
from tests.client import Api, People

ERRORS = """
fragment Errors on UserError {
  __typename code message path
  ... on RateLimitedError { action scope limit window retryAt }
  ... on ValidationError { constraint limit actual }
  ... on NotAllowedError { reason resolution }
  ... on DuplicateError { existing { __typename id } }
  ... on ContentRejectedError { policy appealable decisionId }
  ... on ConflictError { currentVersion }
}
"""


@dataclass(frozen=True)
class Provocation:
    """`before` is done first and succeeds; `tweet` and `bob` in an input stand for their ids."""

    type: str
    mutation: str
    input: dict[str, Any]
    error: dict[str, Any]
    before: tuple[tuple[str, dict[str, Any]], ...] = ()


PROVOCATIONS = [
    Provocation(
        "ValidationError",
        "updateProfile",
        {"location": "x" * 31},
        {
            "code": "VALIDATION_FAILED",
            "message": "'location' has 31 characters; the limit is 30.",
            "path": ["input", "location"],
            "constraint": "TOO_LONG",
            "limit": 30,
            "actual": 31,
        },
    ),
    Provocation(
        "NotFoundError",
        "likeTweet",
        {"tweetId": "bob"},
        {"code": "NOT_FOUND", "message": "There is no such tweet.", "path": ["input", "tweetId"]},
    ),
    Provocation(
        "NotAllowedError",
        "pinTweet",
        {"tweetId": "tweet"},
        {
            "code": "FORBIDDEN",
            "message": "Only its author can do this to a tweet.",
            "path": ["input", "tweetId"],
            "reason": "NOT_THE_AUTHOR",
            "resolution": None,
        },
    ),
    Provocation(
        "DuplicateError",
        "likeTweet",
        {"tweetId": "tweet"},
        {
            "code": "DUPLICATE",
            "message": "You already like this tweet.",
            "path": ["input", "tweetId"],
            "existing": {"__typename": "Tweet", "id": "tweet"},
        },
        before=(("likeTweet", {"tweetId": "tweet"}),),
    ),
    Provocation(
        "ContentRejectedError",
        "postTweet",
        {"text": "@bob " * 51},
        {
            "code": "CONTENT_REJECTED",
            "message": "This is against a rule of this service: at most 50 mentions.",
            "path": ["input", "text"],
            "policy": "at most 50 mentions",
            "appealable": False,
            "decisionId": None,
        },
    ),
    Provocation(
        "ConflictError",
        "updateProfile",
        {"bio": "late", "ifVersion": 1},
        {
            "code": "CONFLICT",
            "message": "It was changed meanwhile and is at version 2: look at it again.",
            "path": ["input", "ifVersion"],
            "currentVersion": 2,
        },
        before=(("updateProfile", {"bio": "early"}),),
    ),
    Provocation(
        "ConflictError",
        "createList",
        {"name": "milk", "idempotencyKey": "k1"},
        {
            "code": "IDEMPOTENCY_MISMATCH",
            "message": "This idempotency key was used for another request.",
            "path": ["input", "idempotencyKey"],
            "currentVersion": None,
        },
        before=(("createList", {"name": "tea", "idempotencyKey": "k1"}),),
    ),
]


async def refusals(api: Api, people: People, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    """What ann's call is answered with."""
    capital = mutation[0].upper() + mutation[1:]
    document = f"mutation($input: {capital}Input!) {{ {mutation}(input: $input) {{ userErrors {{ ...Errors }} }} }}"
    return await api.data(document + ERRORS, {"input": given}, by=people.ann)


@pytest.mark.parametrize("provocation", PROVOCATIONS, ids=lambda each: f"{each.type} {each.error['code']}")
async def test_an_error_has_its_data_and_nothing_is_changed(
    api: Api, people: People, stored: Stored, provocation: Provocation
) -> None:
    ids = {"tweet": await api.tweeted(people.bob, "hello"), "bob": people.bob.id}

    def with_ids(given: dict[str, Any]) -> dict[str, Any]:
        return {name: ids.get(value, value) for name, value in given.items()}

    for mutation, given in provocation.before:
        done = await refusals(api, people, mutation, with_ids(given))
        assert done == {mutation: {"userErrors": []}}
    before = await stored()
    data = await refusals(api, people, provocation.mutation, with_ids(provocation.input))
    expected = {"__typename": provocation.type, **provocation.error}
    if "existing" in expected:
        expected["existing"] = with_ids(expected["existing"])
    assert data == {provocation.mutation: {"userErrors": [expected]}}
    assert await stored() == before


def test_every_type_is_provoked() -> None:
    assert {each.type for each in PROVOCATIONS} == {concrete.__name__ for concrete in CONCRETE} - {"RateLimitedError"}
