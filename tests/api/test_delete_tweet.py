"""deleteTweet."""

from __future__ import annotations

import asyncio

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People
from tests.queue import Queue

DELETE = f"""
mutation Delete($id: ID!) {{
  deleteTweet(input: {{tweetId: $id, clientMutationId: "c1"}}) {{ deletedTweetId clientMutationId {USER_ERRORS} }}
}}
"""
LISTS = """
query Lists($parent: ID!) {
  viewer { homeTimeline { nodes { text } } }
  user(by: {username: "ann"}) { ... on User { tweetCount { value } tweets { nodes { text } } } }
  tweet(id: $parent) { ... on Tweet { replyCount { value } replies { nodes { text } } } }
}
"""


async def test_a_deleted_tweet_is_gone_from_every_list_at_once(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.bob, people.ann)
    parent = await api.tweeted(people.bob, "hello")
    reply = await api.tweeted(people.ann, "hi", in_reply_to=parent)
    await queue.drained()
    lists = {
        "viewer": {"homeTimeline": {"nodes": [{"text": "hi"}, {"text": "hello"}]}},
        "user": {"tweetCount": {"value": 1}, "tweets": {"nodes": [{"text": "hi"}]}},
        "tweet": {"replyCount": {"value": 1}, "replies": {"nodes": [{"text": "hi"}]}},
    }
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == lists

    assert await api.data(DELETE, {"id": reply}, by=people.ann) == {
        "deleteTweet": {"deletedTweetId": reply, "clientMutationId": "c1", "userErrors": []}
    }
    lists = {
        "viewer": {"homeTimeline": {"nodes": [{"text": "hello"}]}},
        "user": {"tweetCount": {"value": 0}, "tweets": {"nodes": []}},
        "tweet": {"replyCount": {"value": 0}, "replies": {"nodes": []}},
    }
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == lists
    await queue.drained()
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == lists


async def test_replies_to_a_deleted_tweet_stay_and_show_a_tombstone(api: Api, people: People, stored: Stored) -> None:
    parent = await api.tweeted(people.ann, "hello")
    reply = await api.tweeted(people.bob, "hi", in_reply_to=parent)
    await api.data(DELETE, {"id": parent}, by=people.ann)
    query = """
    query($parent: ID!, $reply: ID!) {
      parent: tweet(id: $parent) { __typename ... on TweetTombstone { id deletedAt } }
      reply: tweet(id: $reply) {
        ... on Tweet { text inReplyTo { __typename ... on TweetTombstone { id deletedAt } } }
      }
    }
    """
    data = await api.data(query, {"parent": parent, "reply": reply})
    tombstone = data["parent"]
    assert data == {"parent": tombstone, "reply": {"text": "hi", "inReplyTo": tombstone}}
    assert {**tombstone, "deletedAt": None} == {"__typename": "TweetTombstone", "id": parent, "deletedAt": None}
    assert tombstone["deletedAt"] is not None


async def test_someone_elses_tweet_is_not_deleted(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    error = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "Only its author can do this to a tweet.",
        "path": ["input", "tweetId"],
        "reason": "NOT_THE_AUTHOR",
    }
    assert await api.data(DELETE, {"id": tweet_id}, by=people.bob) == {
        "deleteTweet": {"deletedTweetId": None, "clientMutationId": "c1", "userErrors": [error]}
    }
    assert await stored() == before


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_is_not_deleted(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    assert await api.data(DELETE, {"id": tweet_id}, by=people.ann) == {
        "deleteTweet": {"deletedTweetId": None, "clientMutationId": "c1", "userErrors": [NO_SUCH_TWEET]}
    }
    assert await stored() == before


async def test_of_many_deletions_at_once_one_counts(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    answers = await asyncio.gather(*(api.data(DELETE, {"id": tweet_id}, by=people.ann) for _ in range(6)))
    refusals = sorted((answer["deleteTweet"]["userErrors"] for answer in answers), key=len)
    assert refusals == [[]] + [[NO_SUCH_TWEET]] * 5
    data = await api.data('{ user(by: {username: "ann"}) { ... on User { tweetCount { value } } } }')
    assert data == {"user": {"tweetCount": {"value": 0}}}
