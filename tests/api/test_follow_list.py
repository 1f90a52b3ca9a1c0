"""followList, unfollowList and Viewer.followedLists."""

from __future__ import annotations

import pytest

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.races import queued
from tests.api.user_lists import BLOCK, FOLLOW, NO_SUCH_LIST, UNFOLLOW, blocked, followed, made, shown
from tests.client import Api, People
from tests.queue import Queue

FOLLOWED = "{ viewer { followedLists { nodes { name } } } }"
HOME = "{ viewer { homeTimeline { nodes { text } } } }"


async def test_a_followed_list_is_among_those_the_viewer_follows(api: Api, people: People, stored: Stored) -> None:
    list_id, other = await made(api, people.ann), await made(api, people.cat, name="jam")
    before = await stored()
    data = await api.data(FOLLOW, {"list": list_id}, by=people.bob)
    assert data == {"followList": {"list": shown(followers=("bob",), seen_by="bob"), "userErrors": []}}
    await followed(api, people.bob, other)
    both = {"viewer": {"followedLists": {"nodes": [{"name": "jam"}, {"name": "tea"}]}}}
    assert await api.data(FOLLOWED, by=people.bob) == both
    for _ in range(2):
        data = await api.data(UNFOLLOW, {"list": list_id}, by=people.bob)
        assert data == {"unfollowList": {"list": shown(seen_by="bob"), "userErrors": []}}
    await api.data(UNFOLLOW, {"list": other}, by=people.bob)
    assert await stored() == before


async def test_following_a_list_again_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann)
    await followed(api, people.bob, list_id)
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You already follow this list.",
        "path": ["input", "listId"],
        "existing": {"id": list_id},
    }
    query = FOLLOW.replace("... on NotAllowedError", "... on DuplicateError { existing { id } } ... on NotAllowedError")
    data = await api.data(query, {"list": list_id}, by=people.bob)
    assert data == {"followList": {"list": shown(followers=("bob",), seen_by="bob"), "userErrors": [error]}}
    assert await stored() == before


async def test_nobody_follows_a_list_of_their_own(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann)
    before = await stored()
    error = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You cannot follow a list of your own.",
        "path": ["input", "listId"],
        "reason": "SELF",
    }
    data = await api.data(FOLLOW, {"list": list_id}, by=people.ann)
    assert data == {"followList": {"list": shown(), "userErrors": [error]}}
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("followList", FOLLOW), ("unfollowList", UNFOLLOW)])
@pytest.mark.parametrize(
    "list_id", ["garbage", ids.global_id("UserList", 1), ids.global_id("User", 1), "private", "blocked"]
)
async def test_what_cannot_be_seen_cannot_be_followed(
    api: Api, people: People, stored: Stored, mutation: str, query: str, list_id: str
) -> None:
    if list_id in {"private", "blocked"}:
        is_private = list_id == "private"
        list_id = await made(api, people.ann, people.bob, is_private=is_private)
        if not is_private:
            await blocked(api, people.ann, people.bob)
    before = await stored()
    data = await api.data(query, {"list": list_id}, by=people.bob)
    assert data == {mutation: {"list": None, "userErrors": [NO_SUCH_LIST]}}
    assert await stored() == before


async def test_a_follow_that_waits_for_a_block_finds_no_list(api: Api, people: People, runtime: Runtime) -> None:
    list_id = await made(api, people.ann)
    block, follow = await queued(
        runtime,
        people.ann,
        people.bob,
        api.data(BLOCK, {"id": people.bob.id}, by=people.ann),
        api.data(FOLLOW, {"list": list_id}, by=people.bob),
    )
    assert block["blockUser"]["userErrors"] == []
    assert follow == {"followList": {"list": None, "userErrors": [NO_SUCH_LIST]}}


async def test_a_followed_list_does_not_come_into_the_home_timeline(api: Api, people: People, queue: Queue) -> None:
    list_id = await made(api, people.ann, people.cat)
    await followed(api, people.bob, list_id)
    await api.tweeted(people.cat, "hello")
    await queue.drained()
    assert await api.data(HOME, by=people.bob) == {"viewer": {"homeTimeline": {"nodes": []}}}
