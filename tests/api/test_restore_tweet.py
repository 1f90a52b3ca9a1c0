"""restoreTweet and Viewer.deletedTweets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services.reconciliation import reconcile_some
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.api.races import behind
from tests.client import Api, People, Person
from tests.queue import Queue

DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
RESTORE = f"mutation($id: ID!) {{ restoreTweet(input: {{tweetId: $id}}) {{ tweet {{ id text }} {USER_ERRORS} }} }}"
LIKE = "mutation($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } }"
REPLY = 'mutation($id: ID!) { postTweet(input: {text: "re", inReplyTo: $id}) { userErrors { code } } }'
RETWEET = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } userErrors { code } } }"
UNRETWEET = "mutation($id: ID!) { unretweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
LISTS = """
query Lists($parent: ID!) {
  viewer { homeTimeline { nodes { text } } }
  user(by: {username: "ann"}) { ... on User { tweetCount { value } tweets { nodes { text likeCount { value } } } } }
  tweet(id: $parent) { ... on Tweet { replyCount { value } quoteCount { value } replies { nodes { text } } } }
}
"""
DELETED = """
query Deleted($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer { deletedTweets(first: $first, after: $after, last: $last, before: $before) {
    nodes { id kind text deletedAt restorableUntil } edges { cursor }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } }
}
"""
AGE = text("UPDATE tweets SET deleted_at = deleted_at - CAST(:age AS interval) WHERE id = :id")

Age = Callable[[str, timedelta], Awaitable[None]]


@pytest.fixture
def age(runtime: Runtime) -> Age:
    """Makes a tweet's deletion longer ago."""

    async def update(tweet_id: str, by: timedelta) -> None:
        async with runtime.database.write() as session:
            await session.execute(AGE, {"id": ids.raw_id(tweet_id, "Tweet"), "age": by})

    return update


async def restored(api: Api, by: Person, tweet_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(RESTORE, {"id": tweet_id}, by=by))["restoreTweet"]
    return payload


async def test_a_restored_tweet_is_everywhere_it_was(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.bob, people.ann)
    parent = await api.tweeted(people.bob, "hello")
    post = """
    mutation($parent: ID!) {
      postTweet(input: {text: "hi", inReplyTo: $parent, quote: $parent}) { tweet { id } userErrors { code } }
    }
    """
    tweet_id = (await api.data(post, {"parent": parent}, by=people.ann))["postTweet"]["tweet"]["id"]
    await api.data(LIKE, {"id": tweet_id}, by=people.bob)
    await queue.drained()
    before = await api.data(LISTS, {"parent": parent}, by=people.bob)
    assert before == {
        "viewer": {"homeTimeline": {"nodes": [{"text": "hi"}, {"text": "hello"}]}},
        "user": {"tweetCount": {"value": 1}, "tweets": {"nodes": [{"text": "hi", "likeCount": {"value": 1}}]}},
        "tweet": {"replyCount": {"value": 1}, "quoteCount": {"value": 1}, "replies": {"nodes": [{"text": "hi"}]}},
    }
    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    await queue.drained()
    gone = {
        "viewer": {"homeTimeline": {"nodes": [{"text": "hello"}]}},
        "user": {"tweetCount": {"value": 0}, "tweets": {"nodes": []}},
        "tweet": {"replyCount": {"value": 0}, "quoteCount": {"value": 0}, "replies": {"nodes": []}},
    }
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == gone
    assert await restored(api, people.ann, tweet_id) == {"tweet": {"id": tweet_id, "text": "hi"}, "userErrors": []}
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == before
    await queue.drained()
    assert await api.data(LISTS, {"parent": parent}, by=people.bob) == before


async def test_a_timeline_that_was_built_without_it_gets_it_back(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    await api.followed(people.bob, people.ann)
    tweet_ids = [await api.tweeted(people.ann, f"{n}") for n in range(3)]
    await queue.drained()
    await api.data(DELETE, {"id": tweet_ids[1]}, by=people.ann)
    await queue.drained()
    await runtime.redis.flushdb()
    home = "{ viewer { homeTimeline { nodes { text } } } }"
    for person in (people.ann, people.bob):
        assert (await api.data(home, by=person))["viewer"]["homeTimeline"]["nodes"] == [{"text": "2"}, {"text": "0"}]
    await restored(api, people.ann, tweet_ids[1])
    whole = [{"text": "2"}, {"text": "1"}, {"text": "0"}]
    assert (await api.data(home, by=people.ann))["viewer"]["homeTimeline"]["nodes"] == whole, "at once for its author"
    assert await queue.drained() == 1
    assert (await api.data(home, by=people.bob))["viewer"]["homeTimeline"]["nodes"] == whole


async def test_restoring_what_is_there_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    assert await restored(api, people.ann, tweet_id) == {"tweet": {"id": tweet_id, "text": "hello"}, "userErrors": []}
    assert await stored() == before


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_is_not_restored(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    assert await restored(api, people.ann, tweet_id) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


@pytest.mark.parametrize("is_deleted", [False, True])
async def test_someone_elses_tweet_is_not_restored(api: Api, people: People, stored: Stored, is_deleted: bool) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    if is_deleted:
        await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    before = await stored()
    assert await restored(api, people.bob, tweet_id) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_thirty_days_are_the_limit(api: Api, people: People, stored: Stored, age: Age) -> None:
    in_time, too_late = [await api.tweeted(people.ann, text) for text in ("in time", "too late")]
    for tweet_id, left in ((in_time, timedelta(minutes=1)), (too_late, timedelta())):
        await api.data(DELETE, {"id": tweet_id}, by=people.ann)
        await age(tweet_id, timedelta(days=30) - left)
    listed = (await api.data(DELETED, by=people.ann))["viewer"]["deletedTweets"]["nodes"]
    assert [node["text"] for node in listed] == ["in time"]
    assert (await restored(api, people.ann, in_time))["userErrors"] == []
    before = await stored()
    assert await restored(api, people.ann, too_late) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_a_reply_is_restored_where_what_it_answers_is_gone(api: Api, people: People, runtime: Runtime) -> None:
    parent = await api.tweeted(people.bob, "hello")
    reply = await api.tweeted(people.ann, "hi", in_reply_to=parent)
    await api.data(DELETE, {"id": reply}, by=people.ann)
    async with runtime.database.write() as session:
        await session.execute(text("DELETE FROM tweets WHERE id = :id"), {"id": ids.raw_id(parent, "Tweet")})
    assert (await restored(api, people.ann, reply))["userErrors"] == []
    query = """
    query($id: ID!) { tweet(id: $id) { ... on Tweet {
      text inReplyTo { ... on TweetUnavailable { reason } } author { ... on User { tweetCount { value } } }
    } } }
    """
    assert await api.data(query, {"id": reply}) == {
        "tweet": {"text": "hi", "inReplyTo": {"reason": "NOT_FOUND"}, "author": {"tweetCount": {"value": 1}}}
    }


async def test_a_retweet_is_not_restored_beside_another_one(api: Api, people: People, stored: Stored) -> None:
    original = await api.tweeted(people.bob, "hello")
    first = (await api.data(RETWEET, {"id": original}, by=people.ann))["retweetTweet"]["retweet"]["id"]
    await api.data(UNRETWEET, {"id": original}, by=people.ann)
    await api.data(RETWEET, {"id": original}, by=people.ann)
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You have retweeted this tweet already.",
        "path": ["input", "tweetId"],
    }
    assert await restored(api, people.ann, first) == {"tweet": None, "userErrors": [error]}
    assert await stored() == before


async def test_a_retweet_made_while_the_earlier_one_is_restored(api: Api, people: People, runtime: Runtime) -> None:
    """Whoever comes second is refused: the index decides."""
    original = await api.tweeted(people.bob, "hello")
    first = (await api.data(RETWEET, {"id": original}, by=people.ann))["retweetTweet"]["retweet"]["id"]
    await api.data(UNRETWEET, {"id": original}, by=people.ann)
    answers = await behind(
        runtime,
        text("LOCK TABLE user_count_deltas IN ACCESS EXCLUSIVE MODE"),
        {},
        api.data(RETWEET, {"id": original}, by=people.ann),
        api.data(RESTORE, {"id": first}, by=people.ann),
    )
    assert answers[0]["retweetTweet"]["userErrors"] == []
    assert [error["code"] for error in answers[1]["restoreTweet"]["userErrors"]] == ["DUPLICATE"]
    assert await reconcile_some(runtime.database) == []


async def test_a_retweet_is_not_restored_without_its_original(api: Api, people: People, stored: Stored) -> None:
    original = await api.tweeted(people.bob, "hello")
    retweet = (await api.data(RETWEET, {"id": original}, by=people.ann))["retweetTweet"]["retweet"]["id"]
    await api.data(UNRETWEET, {"id": original}, by=people.ann)
    await api.data(DELETE, {"id": original}, by=people.bob)
    before = await stored()
    assert await restored(api, people.ann, retweet) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_deleted_tweets_are_listed_for_their_author_alone(api: Api, people: People) -> None:
    parent = await api.tweeted(people.bob, "hello")
    tweet_ids = [await api.tweeted(people.ann, f"{n}", in_reply_to=parent) for n in range(4)]
    for tweet_id in (tweet_ids[2], tweet_ids[0], tweet_ids[1]):
        await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    await api.data(RETWEET, {"id": parent}, by=people.ann)
    await api.data(UNRETWEET, {"id": parent}, by=people.ann)

    async def page(**arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await api.data(DELETED, arguments, by=people.ann))["viewer"]["deletedTweets"]
        return found

    whole = await page()
    assert [(node["id"], node["kind"], node["text"]) for node in whole["nodes"]] == [
        (tweet_ids[n], "REPLY", f"{n}") for n in (2, 1, 0)
    ]
    for node in whole["nodes"]:
        deleted_at, until = (datetime.fromisoformat(node[name]) for name in ("deletedAt", "restorableUntil"))
        assert until - deleted_at == timedelta(days=30)
    first = await page(first=2)
    rest = await page(first=2, after=first["pageInfo"]["endCursor"])
    assert [node["text"] for node in first["nodes"] + rest["nodes"]] == ["2", "1", "0"]
    assert [first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]] == [True, False]
    assert [node["text"] for node in (await page(last=1))["nodes"]] == ["0"]
    assert (await api.data(DELETED, by=people.bob))["viewer"]["deletedTweets"]["nodes"] == []

    tombstone = "query($id: ID!) { tweet(id: $id) { ... on TweetTombstone { restorableUntil } } }"
    for viewer, told in ((people.ann, whole["nodes"][1]["restorableUntil"]), (people.bob, None), (None, None)):
        data = await api.data(tombstone, {"id": tweet_ids[1]}, by=viewer)
        assert data == {"tweet": {"restorableUntil": told}}
    await restored(api, people.ann, tweet_ids[1])
    assert [node["text"] for node in (await page())["nodes"]] == ["2", "0"]


async def test_of_many_restorations_at_once_one_counts(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    payloads = await asyncio.gather(*(restored(api, people.ann, tweet_id) for _ in range(6)))
    assert [payload["userErrors"] for payload in payloads] == [[]] * 6
    assert await reconcile_some(runtime.database) == []
    data = await api.data('{ user(by: {username: "ann"}) { ... on User { tweetCount { value } } } }')
    assert data == {"user": {"tweetCount": {"value": 1}}}


@pytest.mark.parametrize("order", [("delete", "like", "reply", "restore"), ("restore", "reply")])
async def test_deleting_restoring_liking_and_replying_at_once_leaves_counts_exact(
    api: Api, people: People, runtime: Runtime, queue: Queue, order: tuple[str, ...]
) -> None:
    """All of them wait for the tweet's row and go on in the order they came."""
    parent = await api.tweeted(people.bob, "hello")
    tweet_id = await api.tweeted(people.ann, "hi", in_reply_to=parent)
    if order[0] == "restore":
        await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    operations = {
        "delete": (DELETE, people.ann),
        "restore": (RESTORE, people.ann),
        "like": (LIKE, people.cat),
        "reply": (REPLY, people.cat),
    }
    await behind(
        runtime,
        text("SELECT FROM tweets WHERE id = :id FOR UPDATE"),
        {"id": ids.raw_id(tweet_id, "Tweet")},
        *(api.data(operations[name][0], {"id": tweet_id}, by=operations[name][1]) for name in order),
    )
    for change in (DELETE, RESTORE):
        await api.data(change, {"id": tweet_id}, by=people.ann)
        assert await reconcile_some(runtime.database) == []
    await queue.drained()
    assert await reconcile_some(runtime.database) == []
    query = "query($id: ID!) { tweet(id: $id) { ... on Tweet { replyCount { value } } } }"
    assert await api.data(query, {"id": parent}) == {"tweet": {"replyCount": {"value": 1}}}
