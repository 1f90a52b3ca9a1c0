"""followUser and unfollowUser."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS
from tests.client import Api, People
from tests.queue import Queue

_FIELDS = f"""{{
  user {{ username followerCount {{ value }} viewerState {{ following followedBy }} }} {USER_ERRORS}
}}"""
FOLLOW = f"mutation Follow($id: ID!) {{ followUser(input: {{userId: $id}}) {_FIELDS} }}"
UNFOLLOW = f"mutation Unfollow($id: ID!) {{ unfollowUser(input: {{userId: $id}}) {_FIELDS} }}"
GRAPH = """
query Graph($name: String!) {
  user(by: {username: $name}) {
    ... on User {
      followerCount { value } followingCount { value }
      followers { nodes { username } } following { nodes { username } }
    }
  }
}
"""
HOME = "{ viewer { homeTimeline { nodes { text } } } }"


def bob(*, followers: int, following: bool) -> dict[str, Any]:
    state = {"following": "FOLLOWING" if following else "NONE", "followedBy": False}
    return {"username": "bob", "followerCount": {"value": followers}, "viewerState": state}


def graph(*, followers: list[str], following: list[str]) -> dict[str, Any]:
    return {
        "user": {
            "followerCount": {"value": len(followers)},
            "followingCount": {"value": len(following)},
            "followers": {"nodes": [{"username": name} for name in followers]},
            "following": {"nodes": [{"username": name} for name in following]},
        }
    }


async def test_a_follow_brings_past_tweets_at_once_and_an_unfollow_takes_them(
    api: Api, people: People, queue: Queue
) -> None:
    await api.tweeted(people.bob, "before")
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": []}}}
    data = await api.data(FOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data == {"followUser": {"user": bob(followers=1, following=True), "userErrors": []}}
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": [{"text": "before"}]}}}
    assert await api.data(GRAPH, {"name": "bob"}) == graph(followers=["ann"], following=[])
    assert await api.data(GRAPH, {"name": "ann"}) == graph(followers=[], following=["bob"])

    data = await api.data(UNFOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data == {"unfollowUser": {"user": bob(followers=0, following=False), "userErrors": []}}
    for _ in range(2):
        assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": []}}}
        assert await api.data(GRAPH, {"name": "bob"}) == graph(followers=[], following=[])
        await queue.drained()


async def test_a_second_follow_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    await api.followed(people.ann, people.bob)
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You already follow this user.",
        "path": ["input", "userId"],
    }
    data = await api.data(FOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data == {"followUser": {"user": bob(followers=1, following=True), "userErrors": [error]}}
    assert await stored() == before


async def test_nobody_follows_themselves(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    error = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You cannot follow yourself.",
        "path": ["input", "userId"],
        "reason": "SELF",
    }
    data = await api.data(FOLLOW, {"id": people.bob.id}, by=people.bob)
    assert data == {"followUser": {"user": bob(followers=0, following=False), "userErrors": [error]}}
    assert await stored() == before


async def test_unfollowing_where_nobody_follows_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    data = await api.data(UNFOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data == {"unfollowUser": {"user": bob(followers=0, following=False), "userErrors": []}}
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("followUser", FOLLOW), ("unfollowUser", UNFOLLOW)])
@pytest.mark.parametrize("user_id", ["garbage", ids.global_id("User", 1), ids.global_id("Tweet", 1)])
async def test_an_unknown_user_cannot_be_followed(
    api: Api, people: People, stored: Stored, mutation: str, query: str, user_id: str
) -> None:
    before = await stored()
    data = await api.data(query, {"id": user_id}, by=people.ann)
    assert data == {mutation: {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await stored() == before


async def test_people_who_follow_each_other_at_once_are_counted_exactly(api: Api, people: People, queue: Queue) -> None:
    everyone = (people.ann, people.bob, people.cat)
    pairs = [(follower, followee) for follower in everyone for followee in everyone if follower is not followee] * 3
    answers = await asyncio.gather(
        *(api.data(FOLLOW, {"id": followee.id}, by=follower) for follower, followee in pairs)
    )
    codes = sorted([error["code"] for error in answer["followUser"]["userErrors"]] for answer in answers)
    assert codes == [[]] * 6 + [["DUPLICATE"]] * 12
    await queue.drained()
    data = await api.data(GRAPH, {"name": "ann"})
    assert data["user"]["followerCount"] == data["user"]["followingCount"] == {"value": 2}
    assert sorted(node["username"] for node in data["user"]["followers"]["nodes"]) == ["bob", "cat"]


async def test_mutual_follows_show_from_both_sides(api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.bob, people.ann)
    query = 'query { user(by: {username: "bob"}) { ... on User { viewerState { following followedBy } } } }'
    both = {"user": {"viewerState": {"following": "FOLLOWING", "followedBy": True}}}
    assert await api.data(query, by=people.ann) == both
    assert await api.data(query) == {"user": {"viewerState": None}}
