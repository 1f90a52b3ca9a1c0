"""Following protected accounts: followUser, unfollowUser, acceptFollowRequest, rejectFollowRequest and the lists."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS
from tests.api.races import queued
from tests.client import Api, People, Person
from tests.queue import Queue

_FIELDS = f"{{ user {{ username viewerState {{ following followedBy }} }} {USER_ERRORS} }}"
FOLLOW = f"mutation Follow($id: ID!) {{ followUser(input: {{userId: $id}}) {_FIELDS} }}"
UNFOLLOW = f"mutation Unfollow($id: ID!) {{ unfollowUser(input: {{userId: $id}}) {_FIELDS} }}"
ACCEPT = f"mutation Accept($id: ID!) {{ acceptFollowRequest(input: {{userId: $id}}) {_FIELDS} }}"
REJECT = f"mutation Reject($id: ID!) {{ rejectFollowRequest(input: {{userId: $id}}) {_FIELDS} }}"
BLOCK = "mutation Block($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
REQUESTS = "{ viewer { followRequests { nodes { username } } sentFollowRequests { nodes { username } } } }"
GRAPH = """
query Graph($ann: ID!, $bob: ID!) {
  ann: user(by: {id: $ann}) { ... on User { followerCount { value } followers { nodes { username } } } }
  bob: user(by: {id: $bob}) { ... on User { followingCount { value } following { nodes { username } } } }
}
"""
HOME = "{ viewer { homeTimeline { nodes { text } } } }"
NO_SUCH_REQUEST = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such follow request.",
    "path": ["input", "userId"],
}


def done(mutation: str, name: str, following: str = "NONE", *, followed_by: bool = False) -> dict[str, Any]:
    state = {"following": following, "followedBy": followed_by}
    return {mutation: {"user": {"username": name, "viewerState": state}, "userErrors": []}}


def requests(*, received: list[str], sent: list[str]) -> dict[str, Any]:
    return {
        "viewer": {
            "followRequests": {"nodes": [{"username": name} for name in received]},
            "sentFollowRequests": {"nodes": [{"username": name} for name in sent]},
        }
    }


async def graph(api: Api, people: People, *, by: Person | None = None) -> bool:
    """Whether bob follows ann; lists and counts of both agree, as ann or whoever asks sees them."""
    data = await api.data(GRAPH, {"ann": people.ann.id, "bob": people.bob.id}, by=by or people.ann)
    follows: bool = data["ann"]["followerCount"]["value"] == 1
    names = {"ann": [{"username": "bob"}] if follows else [], "bob": [{"username": "ann"}] if follows else []}
    assert data == {
        "ann": {"followerCount": {"value": int(follows)}, "followers": {"nodes": names["ann"]}},
        "bob": {"followingCount": {"value": int(follows)}, "following": {"nodes": names["bob"]}},
    }
    return follows


async def test_an_accepted_request_is_a_follow(api: Api, people: People, queue: Queue) -> None:
    await api.protected(people.ann)
    await api.tweeted(people.ann, "secret")
    assert await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob) == done("followUser", "ann", "REQUESTED")
    assert await api.data(REQUESTS, by=people.ann) == requests(received=["bob"], sent=[])
    assert await api.data(REQUESTS, by=people.bob) == requests(received=[], sent=["ann"])
    assert await api.data(HOME, by=people.bob) == {"viewer": {"homeTimeline": {"nodes": []}}}
    assert not await graph(api, people)

    accepted = await api.data(ACCEPT, {"id": people.bob.id}, by=people.ann)
    assert accepted == done("acceptFollowRequest", "bob", followed_by=True)
    for _ in range(2):
        assert await api.data(REQUESTS, by=people.ann) == requests(received=[], sent=[])
        assert await api.data(HOME, by=people.bob) == {"viewer": {"homeTimeline": {"nodes": [{"text": "secret"}]}}}
        assert await graph(api, people)
        await queue.drained()


async def test_a_rejected_request_is_gone_and_can_be_made_again(api: Api, people: People) -> None:
    await api.protected(people.ann)
    for _ in range(2):
        assert await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob) == done("followUser", "ann", "REQUESTED")
        for _ in range(2):
            rejected = await api.data(REJECT, {"id": people.bob.id}, by=people.ann)
            assert rejected == done("rejectFollowRequest", "bob")
            assert await api.data(REQUESTS, by=people.bob) == requests(received=[], sent=[])
    assert not await graph(api, people)


async def test_unfollowing_withdraws_a_request(api: Api, people: People) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    assert await api.data(UNFOLLOW, {"id": people.ann.id}, by=people.bob) == done("unfollowUser", "ann")
    assert await api.data(REQUESTS, by=people.ann) == requests(received=[], sent=[])


async def test_asking_again_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    await api.protected(people.ann)
    asked = await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You have asked to follow this user already.",
        "path": ["input", "userId"],
    }
    again = await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    assert again == {"followUser": {**asked["followUser"], "userErrors": [error]}}
    assert await stored() == before


async def test_followers_from_before_stay_and_are_not_asked(api: Api, people: People) -> None:
    await api.followed(people.bob, people.ann)
    await api.protected(people.ann)
    assert await graph(api, people)
    again = await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    assert [error["message"] for error in again["followUser"]["userErrors"]] == ["You already follow this user."]


async def test_only_a_request_that_is_there_can_be_accepted(api: Api, people: People, stored: Stored) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    before = await stored()
    refused = {"acceptFollowRequest": {"user": None, "userErrors": [NO_SUCH_REQUEST]}}
    # cat has not asked; bob's request is not his own to accept, nor cat's.
    assert await api.data(ACCEPT, {"id": people.cat.id}, by=people.ann) == refused
    assert await api.data(ACCEPT, {"id": people.ann.id}, by=people.bob) == refused
    assert await api.data(ACCEPT, {"id": people.bob.id}, by=people.cat) == refused
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("acceptFollowRequest", ACCEPT), ("rejectFollowRequest", REJECT)])
@pytest.mark.parametrize("user_id", ["garbage", ids.global_id("User", 1), ids.global_id("Tweet", 1)])
async def test_an_unknown_user_cannot_be_answered(
    api: Api, people: People, stored: Stored, mutation: str, query: str, user_id: str
) -> None:
    before = await stored()
    data = await api.data(query, {"id": user_id}, by=people.ann)
    assert data == {mutation: {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await stored() == before


async def test_requests_of_closed_accounts_are_out_of_sight(
    api: Api, people: People, set_status: SetStatus, stored: Stored
) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    await set_status(people.bob, "SUSPENDED")
    before = await stored()
    assert await api.data(REQUESTS, by=people.ann) == requests(received=[], sent=[])
    refused = {"acceptFollowRequest": {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await api.data(ACCEPT, {"id": people.bob.id}, by=people.ann) == refused
    assert await stored() == before
    await set_status(people.bob, "ACTIVE")
    assert await api.data(REQUESTS, by=people.ann) == requests(received=["bob"], sent=[])


async def test_a_block_takes_requests_away(api: Api, people: People) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    await api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    assert await api.data(REQUESTS, by=people.bob) == requests(received=[], sent=[])
    refused = {"followUser": {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob) == refused


async def test_whom_the_viewer_blocks_cannot_be_followed(api: Api, people: People, stored: Stored) -> None:
    await api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    before = await stored()
    error = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You block this user: unblock them first.",
        "path": ["input", "userId"],
        "reason": "BLOCKING",
    }
    data = await api.data(FOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data["followUser"]["userErrors"] == [error]
    assert await stored() == before


@pytest.mark.parametrize("order", list(permutations(("accept", "withdraw", "block"))), ids="-".join)
async def test_whatever_comes_first_a_follow_never_survives_a_block(
    api: Api, people: People, runtime: Runtime, queue: Queue, order: tuple[str, ...]
) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    operations = {
        "accept": api.data(ACCEPT, {"id": people.bob.id}, by=people.ann),
        "withdraw": api.data(UNFOLLOW, {"id": people.ann.id}, by=people.bob),
        "block": api.data(BLOCK, {"id": people.bob.id}, by=people.ann),
    }
    await queued(runtime, people.ann, people.bob, *(operations[name] for name in order))
    await queue.drained()
    assert not await graph(api, people)
    assert await api.data(REQUESTS, by=people.bob) == requests(received=[], sent=[])


@pytest.mark.parametrize(("first", "follows"), [("accept", True), ("reject", False)])
async def test_of_an_accept_and_a_reject_at_once_the_first_counts(
    api: Api, people: People, runtime: Runtime, first: str, *, follows: bool
) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    accept = api.data(ACCEPT, {"id": people.bob.id}, by=people.ann)
    reject = api.data(REJECT, {"id": people.bob.id}, by=people.ann)
    answers = await queued(runtime, people.ann, people.bob, *((accept, reject) if follows else (reject, accept)))
    codes = [[error["code"] for payload in answer.values() for error in payload["userErrors"]] for answer in answers]
    assert codes == ([[], []] if follows else [[], ["NOT_FOUND"]])
    assert await graph(api, people) is follows


@pytest.mark.parametrize("first", ["follow", "block"])
async def test_a_follow_and_a_block_at_once_leave_the_block(
    api: Api, people: People, runtime: Runtime, queue: Queue, first: str
) -> None:
    follow = api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    block = api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    await queued(runtime, people.ann, people.bob, *((follow, block) if first == "follow" else (block, follow)))
    await queue.drained()
    assert not await graph(api, people)


async def test_a_follow_and_a_block_of_ones_own_at_once_leave_the_block(
    api: Api, people: People, runtime: Runtime
) -> None:
    block = api.data(BLOCK, {"id": people.ann.id}, by=people.bob)
    follow = api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    _, refused = await queued(runtime, people.ann, people.bob, block, follow)
    assert [error["reason"] for error in refused["followUser"]["userErrors"]] == ["BLOCKING"]
    assert not await graph(api, people, by=people.cat)
