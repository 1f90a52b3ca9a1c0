"""removeFollower."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS
from tests.client import Api, People
from tests.queue import Queue

REMOVE = f"""
mutation Remove($id: ID!) {{
  removeFollower(input: {{userId: $id}}) {{
    user {{ username followingCount {{ value }} viewerState {{ following followedBy }} }} {USER_ERRORS}
  }}
}}
"""
HOME = "{ viewer { homeTimeline { nodes { text } } user { following { nodes { username } } } } }"


def removed(*, following: str = "NONE") -> dict[str, Any]:
    state = {"following": following, "followedBy": False}
    user = {"username": "bob", "followingCount": {"value": 0}, "viewerState": state}
    return {"removeFollower": {"user": user, "userErrors": []}}


def home(*texts: str, following: list[str]) -> dict[str, Any]:
    return {
        "viewer": {
            "homeTimeline": {"nodes": [{"text": text} for text in texts]},
            "user": {"following": {"nodes": [{"username": name} for name in following]}},
        }
    }


async def test_a_removed_follower_follows_no_more_and_is_still_followed(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.bob, people.ann)
    await api.followed(people.ann, people.bob)
    await api.tweeted(people.ann, "hello")
    await queue.drained()
    assert await api.data(HOME, by=people.bob) == home("hello", following=["ann"])
    for _ in range(2):
        assert await api.data(REMOVE, {"id": people.bob.id}, by=people.ann) == removed(following="FOLLOWING")
        assert await api.data(HOME, by=people.bob) == home(following=[])
        await queue.drained()


async def test_where_nobody_follows_nothing_changes(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    assert await api.data(REMOVE, {"id": people.bob.id}, by=people.ann) == removed()
    assert await stored() == before


@pytest.mark.parametrize("user_id", ["garbage", ids.global_id("User", 1), ids.global_id("Tweet", 1)])
async def test_an_unknown_user_cannot_be_removed(api: Api, people: People, stored: Stored, user_id: str) -> None:
    before = await stored()
    data = await api.data(REMOVE, {"id": user_id}, by=people.ann)
    assert data == {"removeFollower": {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await stored() == before
