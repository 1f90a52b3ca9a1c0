"""user and viewer."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.client import Api, People

USER = "query($by: UserBy!) { user(by: $by) { __typename ... on User { username } } }"
BOB = {"user": {"__typename": "User", "username": "bob"}}


async def test_a_user_is_found_by_each_field(api: Api, people: People) -> None:
    ways: list[dict[str, Any]] = [
        {"id": people.bob.id},
        {"rawId": str(people.bob.raw_id)},
        {"username": "bob"},
        {"username": "BOB"},
    ]
    for by in ways:
        assert await api.data(USER, {"by": by}) == BOB


@pytest.mark.parametrize(
    "by",
    [
        {"id": ids.global_id("User", 1)},
        {"id": ids.global_id("User", ids.MAX_ID)},
        {"rawId": "1"},
        {"username": "nobody"},
        {"username": ""},
        {"username": "b\0ob"},
        {"username": "bob "},
        {"username": "%"},
        {"username": "b" * 10_000},
    ],
)
async def test_a_user_who_never_was_is_null(api: Api, people: People, by: dict[str, str]) -> None:
    assert await api.data(USER, {"by": by}) == {"user": None}


@pytest.mark.parametrize(
    "by",
    [{}, {"id": "x", "username": "bob"}, {"username": None}, {"username": "bob", "rawId": None}],
)
async def test_exactly_one_field_is_needed(api: Api, people: People, by: dict[str, str | None]) -> None:
    answer = await api.answer(USER, {"by": by})
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "VALIDATION_FAILED"


async def test_nobody_is_the_viewer_of_an_anonymous_request(api: Api, people: People) -> None:
    query = """
    { viewer { email } user(by: {username: "bob"}) { ... on User { username viewerState { following } } } }
    """
    assert await api.data(query) == {"viewer": None, "user": {"username": "bob", "viewerState": None}}


async def test_the_viewer_has_an_account_and_an_address(api: Api) -> None:
    dan = await api.registered("dan", region="IE")
    query = """
    { viewer { email user {
      id rawId username displayName region status
      followerCount { value precision } followingCount { value } tweetCount { value }
      viewerState { following followedBy }
    } } }
    """
    assert await api.data(query, by=dan) == {
        "viewer": {
            "email": "dan@example.com",
            "user": {
                "id": dan.id,
                "rawId": str(dan.raw_id),
                "username": "dan",
                "displayName": "Dan",
                "region": "IE",
                "status": "ACTIVE",
                "followerCount": {"value": 0, "precision": "EXACT"},
                "followingCount": {"value": 0},
                "tweetCount": {"value": 0},
                "viewerState": {"following": "NONE", "followedBy": False},
            },
        }
    }
