"""retweetTweet and unretweetTweet."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services import retweets
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.api.races import are_blocked
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.waiting import until

_ERRORS = USER_ERRORS.replace("reason }", "reason } ... on DuplicateError { existing { id } }")
RETWEET = f"""
mutation Retweet($id: ID!) {{ retweetTweet(input: {{tweetId: $id}}) {{
  tweet {{ id retweetCount {{ value }} }} retweet {{ id kind text author {{ ... on User {{ username }} }} }} {_ERRORS}
}} }}
"""
UNDO = f"""
mutation Undo($id: ID!) {{ unretweetTweet(input: {{tweetId: $id}}) {{
  tweet {{ id retweetCount {{ value }} }} {_ERRORS}
}} }}
"""
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
BLOCK = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
HOME = """
{ viewer { homeTimeline { edges { node { ... on TimelineTweet {
  tweet { ... on Tweet { id } } reason { code via { username } } } } } } } }
"""
COUNTS = """
query($id: ID!) { tweet(id: $id) { ... on Tweet { retweetCount { value } } }
  user(by: {username: "bob"}) { ... on User { tweetCount { value } } } }
"""
PROTECTED = {
    "__typename": "NotAllowedError",
    "code": "FORBIDDEN",
    "message": "Only the author can retweet a tweet of a protected account.",
    "path": ["input", "tweetId"],
    "reason": "PROTECTED",
}


async def retweeted(api: Api, by: Person, tweet_id: str) -> str:
    """The retweet's id."""
    payload = (await api.data(RETWEET, {"id": tweet_id}, by=by))["retweetTweet"]
    assert payload["userErrors"] == []
    retweet_id: str = payload["retweet"]["id"]
    return retweet_id


async def undone(api: Api, by: Person, tweet_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(UNDO, {"id": tweet_id}, by=by))["unretweetTweet"]
    return payload


async def home(api: Api, by: Person) -> list[tuple[str, str, list[str]]]:
    edges = (await api.data(HOME, by=by))["viewer"]["homeTimeline"]["edges"]
    nodes = [edge["node"] for edge in edges]
    return [
        (node["tweet"]["id"], node["reason"]["code"], [user["username"] for user in node["reason"]["via"]])
        for node in nodes
    ]


async def test_a_retweet_is_a_tweet_of_its_own_and_counts_at_once(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    for count, by in enumerate((people.bob, people.ann), start=1):
        payload = (await api.data(RETWEET, {"id": tweet_id}, by=by))["retweetTweet"]
        assert payload["retweet"].pop("id") != tweet_id
        assert payload == {
            "tweet": {"id": tweet_id, "retweetCount": {"value": count}},
            "retweet": {"kind": "RETWEET", "text": "", "author": {"username": by.name}},
            "userErrors": [],
        }
    counts = await api.data(COUNTS, {"id": tweet_id})
    assert counts == {"tweet": {"retweetCount": {"value": 2}}, "user": {"tweetCount": {"value": 1}}}


async def test_a_second_retweet_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet_id = await retweeted(api, people.bob, tweet_id)
    before = await stored()
    payload = (await api.data(RETWEET, {"id": tweet_id}, by=people.bob))["retweetTweet"]
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You have retweeted this tweet already.",
        "path": ["input", "tweetId"],
        "existing": {"id": retweet_id},
    }
    assert (payload["retweet"]["id"], payload["userErrors"]) == (retweet_id, [error])
    assert await stored() == before


async def test_to_retweet_a_retweet_is_to_retweet_its_original(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    bobs = await retweeted(api, people.bob, tweet_id)
    payload = (await api.data(RETWEET, {"id": bobs}, by=people.cat))["retweetTweet"]
    assert payload["tweet"] == {"id": tweet_id, "retweetCount": {"value": 2}}
    assert (await undone(api, people.cat, bobs))["tweet"] == {"id": tweet_id, "retweetCount": {"value": 1}}


@pytest.mark.parametrize("names", ["the retweet", "the original"])
async def test_undoing_hides_the_retweet_and_can_be_repeated(
    api: Api, people: People, stored: Stored, names: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet_id = await retweeted(api, people.bob, tweet_id)
    done = {"tweet": {"id": tweet_id, "retweetCount": {"value": 0}}, "userErrors": []}
    named = retweet_id if names == "the retweet" else tweet_id
    assert await undone(api, people.bob, named) == done
    before = await stored()
    assert await undone(api, people.bob, named) == done
    assert await stored() == before
    counts = await api.data(COUNTS, {"id": tweet_id})
    assert counts == {"tweet": {"retweetCount": {"value": 0}}, "user": {"tweetCount": {"value": 0}}}
    assert await retweeted(api, people.bob, tweet_id) != retweet_id


async def test_a_retweet_can_be_undone_when_its_original_is_gone(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await retweeted(api, people.bob, tweet_id)
    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    assert await undone(api, people.bob, tweet_id) == {"tweet": None, "userErrors": []}
    counts = await api.data(COUNTS, {"id": tweet_id})
    assert counts == {"tweet": {}, "user": {"tweetCount": {"value": 0}}}
    assert await undone(api, people.bob, tweet_id) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}


@pytest.mark.parametrize("mutation", ["deleteTweet", "unretweetTweet"])
async def test_a_retweet_of_what_cannot_be_seen_any_more_is_not_shown_and_can_be_taken_back(
    api: Api, people: People, mutation: str
) -> None:
    """Its counts and lists are those of the original."""
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet_id = await retweeted(api, people.bob, tweet_id)
    await api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    look = "query($id: ID!) { tweet(id: $id) { __typename ... on TweetUnavailable { reason } } }"
    shown = {"tweet": {"__typename": "TweetUnavailable", "reason": "BLOCKED_BY"}}
    assert await api.data(look, {"id": retweet_id}, by=people.bob) == shown
    query = f"mutation($id: ID!) {{ {mutation}(input: {{tweetId: $id}}) {{ userErrors {{ code }} }} }}"
    assert await api.data(query, {"id": retweet_id}, by=people.bob) == {mutation: {"userErrors": []}}
    counts = await api.data(COUNTS, {"id": tweet_id})
    assert counts == {"tweet": {"retweetCount": {"value": 0}}, "user": {"tweetCount": {"value": 0}}}


async def test_undoing_leaves_the_retweets_of_others(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    bobs = await retweeted(api, people.bob, tweet_id)
    before = await stored()
    done = {"tweet": {"id": tweet_id, "retweetCount": {"value": 1}}, "userErrors": []}
    assert await undone(api, people.cat, bobs) == done
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("retweetTweet", RETWEET), ("unretweetTweet", UNDO)])
@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_has_no_retweets(
    api: Api, people: People, stored: Stored, mutation: str, query: str, tweet_id: str
) -> None:
    before = await stored()
    payload = (await api.data(query, {"id": tweet_id}, by=people.bob))[mutation]
    assert payload.get("retweet") is None
    assert (payload["tweet"], payload["userErrors"]) == (None, [NO_SUCH_TWEET])
    assert await stored() == before


async def test_only_its_author_can_retweet_a_protected_tweet(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.followed(people.bob, people.ann)
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET is_protected = true WHERE id = :id"), {"id": people.ann.raw_id})
    before = await stored()
    refused = {"tweet": {"id": tweet_id, "retweetCount": {"value": 0}}, "retweet": None, "userErrors": [PROTECTED]}
    assert await api.data(RETWEET, {"id": tweet_id}, by=people.bob) == {"retweetTweet": refused}
    hidden = {"tweet": None, "retweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await api.data(RETWEET, {"id": tweet_id}, by=people.cat) == {"retweetTweet": hidden}
    assert await stored() == before
    await retweeted(api, people.ann, tweet_id)


async def test_retweets_come_to_followers_with_their_reason(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.cat, people.bob)
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet_id = await retweeted(api, people.bob, tweet_id)
    entry = (retweet_id, "RETWEET", ["bob"])
    assert await home(api, people.bob) == [entry]
    assert await queue.drained() == 3
    assert await home(api, people.cat) == [entry]
    assert await home(api, people.ann) == [(tweet_id, "SELF", [])]

    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    assert (await home(api, people.cat), await home(api, people.bob)) == ([], [])


async def test_of_two_retweets_at_once_the_second_is_refused(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    async with runtime.database.write() as session:
        raw_id = ids.raw_id(tweet_id, "Tweet")
        _, first = await retweets.retweet_one(session, runtime, raw_id, user_id=people.bob.raw_id)
        second = asyncio.create_task(api.data(RETWEET, {"id": tweet_id}, by=people.bob))
        await until(partial(are_blocked, runtime, 1))
    payload = (await second)["retweetTweet"]
    assert payload["tweet"] == {"id": tweet_id, "retweetCount": {"value": 1}}
    assert [error["existing"] for error in payload["userErrors"]] == [{"id": first.global_id}]
    counts = await api.data(COUNTS, {"id": tweet_id})
    assert counts == {"tweet": {"retweetCount": {"value": 1}}, "user": {"tweetCount": {"value": 1}}}
