"""Suspended and deactivated accounts: gone for everybody, from every list, at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SetStatus, Stored
from tests.client import Api, People
from tests.queue import Queue

pytestmark = pytest.mark.parametrize("status", ["SUSPENDED", "DEACTIVATED"])

SHOWN = """
query Shown($bob: ID!, $hello: ID!, $hi: ID!, $own: ID!) {
  viewer { homeTimeline { nodes { text } } user { followers { nodes { username } } following { nodes { username } } } }
  user(by: {id: $bob}) { ...Profile }
  byName: user(by: {username: "BOB"}) { ...Profile }
  nodes(ids: [$bob, $hello, $own]) { id }
  hello: tweet(id: $hello) { ...Shown }
  hi: tweet(id: $hi) {
    ... on Tweet {
      text inReplyTo { ...Shown } author { ...Profile } entities { ... on MentionEntity { user { ...Profile } } }
    }
  }
  own: tweet(id: $own) { ... on Tweet { replies { nodes { text } } replyCount { value } likeCount { value } } }
}
fragment Profile on UserResult {
  __typename ... on User { username status } ... on UserUnavailable { name: username reason }
}
fragment Shown on TweetResult { __typename ... on Tweet { text } ... on TweetUnavailable { id reason } }
"""


async def test_a_closed_account_and_its_tweets_are_gone_from_every_list(
    api: Api, people: People, set_status: SetStatus, queue: Queue, status: str
) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.bob, people.ann)
    await api.followed(people.ann, people.cat)
    own = await api.tweeted(people.ann, "own")
    hello = await api.tweeted(people.bob, "hello")
    hi = await api.tweeted(people.cat, "@bob hi", in_reply_to=hello)
    await api.tweeted(people.bob, "bob to ann", in_reply_to=own)
    await queue.drained()
    variables = {"bob": people.bob.id, "hello": hello, "hi": hi, "own": own}

    def expected(bob: dict[str, Any], hello_shown: dict[str, Any], *, is_open: bool) -> dict[str, Any]:
        texts = ["bob to ann", "@bob hi", "hello", "own"] if is_open else ["@bob hi", "own"]
        return {
            "viewer": {
                "homeTimeline": {"nodes": [{"text": text} for text in texts]},
                "user": {
                    "followers": {"nodes": [{"username": "bob"}] if is_open else []},
                    "following": {"nodes": [{"username": name} for name in (["cat", "bob"] if is_open else ["cat"])]},
                },
            },
            "user": bob,
            "byName": bob,
            "nodes": [{"id": people.bob.id}, {"id": hello}, {"id": own}] if is_open else [None, None, {"id": own}],
            "hello": hello_shown,
            "hi": {
                "text": "@bob hi",
                "inReplyTo": hello_shown,
                "author": {"__typename": "User", "username": "cat", "status": "ACTIVE"},
                "entities": [{"user": bob}],
            },
            "own": {
                "replies": {"nodes": [{"text": "bob to ann"}] if is_open else []},
                "replyCount": {"value": 1},
                "likeCount": {"value": 0},
            },
        }

    shown = expected(
        {"__typename": "User", "username": "bob", "status": "ACTIVE"},
        {"__typename": "Tweet", "text": "hello"},
        is_open=True,
    )
    assert await api.data(SHOWN, variables, by=people.ann) == shown
    await set_status(people.bob, status)
    gone = expected(
        {"__typename": "UserUnavailable", "name": "bob", "reason": status},
        {"__typename": "TweetUnavailable", "id": hello, "reason": status},
        is_open=False,
    )
    assert await api.data(SHOWN, variables, by=people.ann) == gone
    await set_status(people.bob, "ACTIVE")
    assert await api.data(SHOWN, variables, by=people.ann) == shown


async def test_its_tokens_stop_working_at_once(
    api: Api, people: People, set_status: SetStatus, stored: Stored, status: str
) -> None:
    await set_status(people.bob, status)
    before = await stored()
    for query in ("{ viewer { email } }", 'mutation { postTweet(input: {text: "hello"}) { tweet { id } } }'):
        response = await api.post({"query": query}, token=people.bob.token)
        [error] = response.json()["errors"]
        assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert await stored() == before


@pytest.mark.parametrize(
    ("mutation", "input_type", "argument", "what"),
    [
        ("likeTweet", "LikeTweetInput", "tweetId", "tweet"),
        ("unlikeTweet", "UnlikeTweetInput", "tweetId", "tweet"),
        ("followUser", "FollowUserInput", "userId", "user"),
        ("unfollowUser", "UnfollowUserInput", "userId", "user"),
        ("removeFollower", "RemoveFollowerInput", "userId", "user"),
        ("acceptFollowRequest", "AcceptFollowRequestInput", "userId", "user"),
        ("rejectFollowRequest", "RejectFollowRequestInput", "userId", "user"),
    ],
)
async def test_nothing_can_be_done_to_it(
    api: Api, people: People, set_status: SetStatus, stored: Stored, status: str, mutation: str, input_type: str,
    argument: str, what: str,
) -> None:  # fmt: skip
    subject = await api.tweeted(people.bob, "hello") if what == "tweet" else people.bob.id
    await set_status(people.bob, status)
    before = await stored()
    query = f"mutation($i: {input_type}!) {{ {mutation}(input: $i) {{ {what} {{ id }} userErrors {{ code path }} }} }}"
    assert await api.data(query, {"i": {argument: subject}}, by=people.ann) == {
        mutation: {what: None, "userErrors": [{"code": "NOT_FOUND", "path": ["input", argument]}]}
    }
    assert await stored() == before
