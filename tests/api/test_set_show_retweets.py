"""setShowRetweets."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS
from tests.client import Api, People
from tests.queue import Queue

SET = f"""
mutation Set($id: ID!, $show: Boolean!) {{
  setShowRetweets(input: {{userId: $id, showRetweets: $show}}) {{
    user {{ username viewerState {{ following showRetweets }} }} {USER_ERRORS}
  }}
}}
"""
RETWEET = "mutation Retweet($id: ID!) { retweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
HOME = "{ viewer { homeTimeline { nodes { text author { ... on User { username } } } } } }"


async def home(api: Api, people: People) -> list[str]:
    """Whose tweets and retweets are in ann's home timeline."""
    data = await api.data(HOME, by=people.ann)
    return [node["author"]["username"] for node in data["viewer"]["homeTimeline"]["nodes"]]


@pytest.mark.parametrize("rebuilt", [False, True])
async def test_retweets_go_and_come_back_with_the_next_read(
    api: Api, people: People, queue: Queue, runtime: Runtime, *, rebuilt: bool
) -> None:
    await api.followed(people.ann, people.bob)
    await api.tweeted(people.bob, "bob's")
    tweet_id = await api.tweeted(people.cat, "cat's")
    assert await api.data(RETWEET, {"id": tweet_id}, by=people.bob) == {"retweetTweet": {"userErrors": []}}
    await queue.drained()
    both = await home(api, people)
    assert len(both) == 2
    for show in (False, False, True, True):
        user = {"username": "bob", "viewerState": {"following": "FOLLOWING", "showRetweets": show}}
        assert await api.data(SET, {"id": people.bob.id, "show": show}, by=people.ann) == {
            "setShowRetweets": {"user": user, "userErrors": []}
        }
        if rebuilt and not show:
            await runtime.redis.execute_command("FLUSHDB")
        assert await home(api, people) == (both if show else ["bob"])


async def test_what_is_so_already_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    await api.followed(people.ann, people.bob)
    await api.data(SET, {"id": people.bob.id, "show": False}, by=people.ann)
    before = await stored()
    user = {"username": "bob", "viewerState": {"following": "FOLLOWING", "showRetweets": False}}
    assert await api.data(SET, {"id": people.bob.id, "show": False}, by=people.ann) == {
        "setShowRetweets": {"user": user, "userErrors": []}
    }
    assert await stored() == before


async def test_of_whom_the_viewer_does_not_follow_nothing_can_be_set(api: Api, people: People, stored: Stored) -> None:
    await api.followed(people.bob, people.ann)
    before = await stored()
    error: dict[str, Any] = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You do not follow this user.",
        "path": ["input", "userId"],
        "reason": "NOT_FOLLOWING",
    }
    refused = {"setShowRetweets": {"user": None, "userErrors": [error]}}
    for person in (people.bob, people.ann):
        assert await api.data(SET, {"id": person.id, "show": False}, by=people.ann) == refused
    assert await stored() == before


@pytest.mark.parametrize("user_id", ["garbage", ids.global_id("User", 1), ids.global_id("Tweet", 1)])
async def test_an_unknown_user_is_refused(api: Api, people: People, stored: Stored, user_id: str) -> None:
    before = await stored()
    data = await api.data(SET, {"id": user_id, "show": False}, by=people.ann)
    assert data == {"setShowRetweets": {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await stored() == before


async def test_a_new_follow_shows_retweets_again(api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    await api.data(SET, {"id": people.bob.id, "show": False}, by=people.ann)
    unfollow = "mutation Unfollow($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }"
    await api.data(unfollow, {"id": people.bob.id}, by=people.ann)
    await api.followed(people.ann, people.bob)
    state = 'query { user(by: {username: "bob"}) { ... on User { viewerState { following showRetweets } } } }'
    assert await api.data(state, by=people.ann) == {
        "user": {"viewerState": {"following": "FOLLOWING", "showRetweets": True}}
    }
