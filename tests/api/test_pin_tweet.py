"""pinTweet, unpinTweet and User.pinnedTweet."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People

PIN = f"""
mutation Pin($id: ID!) {{
  pinTweet(input: {{tweetId: $id}}) {{ tweet {{ text viewerState {{ pinned }} }} {USER_ERRORS} }}
}}
"""
SHOWN = """
  ... on Tweet { text } ... on TweetTombstone { deletedAt } ... on TweetUnavailable { reason }
"""
UNPIN = f"mutation {{ unpinTweet(input: {{}}) {{ user {{ username pinnedTweet {{ {SHOWN} }} }} {USER_ERRORS} }} }}"
PINNED = f"""
{{ user(by: {{username: "ann"}}) {{ ... on User {{ pinnedTweet {{ __typename {SHOWN} }} }} }} }}
"""
DELETE = "mutation Delete($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"


def shown(pinned: dict[str, Any] | None) -> dict[str, Any]:
    return {"user": {"pinnedTweet": pinned}}


async def test_another_pin_replaces_the_first_and_unpinning_repeats(api: Api, people: People) -> None:
    assert await api.data(PINNED) == shown(None)
    for text in ("first", "second"):
        tweet_id = await api.tweeted(people.ann, text)
        pinned = {"pinTweet": {"tweet": {"text": text, "viewerState": {"pinned": True}}, "userErrors": []}}
        assert await api.data(PIN, {"id": tweet_id}, by=people.ann) == pinned
        assert await api.data(PINNED) == shown({"__typename": "Tweet", "text": text})
    for _ in range(2):
        assert await api.data(UNPIN, by=people.ann) == {
            "unpinTweet": {"user": {"username": "ann", "pinnedTweet": None}, "userErrors": []}
        }
        assert await api.data(PINNED) == shown(None)


async def test_somebody_elses_tweet_cannot_be_pinned(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.bob, "bob's")
    before = await stored()
    error = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "Only its author can do this to a tweet.",
        "path": ["input", "tweetId"],
        "reason": "NOT_THE_AUTHOR",
    }
    data = await api.data(PIN, {"id": tweet_id}, by=people.ann)
    assert data == {"pinTweet": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before


@pytest.mark.parametrize("tweet_id", ["garbage", "deleted", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_cannot_be_pinned(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    if tweet_id == "deleted":
        tweet_id = await api.tweeted(people.ann, "gone")
        await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    before = await stored()
    data = await api.data(PIN, {"id": tweet_id}, by=people.ann)
    assert data == {"pinTweet": {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before


async def test_a_pinned_tweet_that_is_deleted_is_a_tombstone(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.data(PIN, {"id": tweet_id}, by=people.ann)
    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    assert (await api.data(PINNED))["user"]["pinnedTweet"]["__typename"] == "TweetTombstone"


async def test_a_retweets_original_is_what_is_pinned(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "my own")
    retweet = "mutation Retweet($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id = (await api.data(retweet, {"id": tweet_id}, by=people.ann))["retweetTweet"]["retweet"]["id"]
    pinned = {"pinTweet": {"tweet": {"text": "my own", "viewerState": {"pinned": True}}, "userErrors": []}}
    assert await api.data(PIN, {"id": retweet_id}, by=people.ann) == pinned
    assert await api.data(PINNED) == shown({"__typename": "Tweet", "text": "my own"})


async def test_what_a_protected_account_pins_is_for_its_followers(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.followed(people.bob, people.ann)
    await api.data(PIN, {"id": tweet_id}, by=people.ann)
    protect = "mutation { updatePrivacy(input: {isProtected: true}) { userErrors { code } } }"
    await api.data(protect, by=people.ann)
    assert await api.data(PINNED, by=people.bob) == shown({"__typename": "Tweet", "text": "hello"})
    for stranger in (people.cat, None):
        assert await api.data(PINNED, by=stranger) == shown({"__typename": "TweetUnavailable", "reason": "PROTECTED"})
