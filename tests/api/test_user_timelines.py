"""User.tweets by filter. Who sees what of it is in test_visibility_matrix.py."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.errors import only_error
from tests.client import Api, People

TWEETS = """
query($filter: UserTimelineFilter, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  user(by: {username: "bob"}) { ... on User {
    tweets(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { text kind }
      edges { cursor node { ... on TimelineTweet { reason { code } } } }
      pageInfo { hasNextPage startCursor endCursor }
    }
  } }
}
"""
PATH = ["user", "tweets"]
LISTINGS = {"TWEETS": "tweets without replies", "TWEETS_AND_REPLIES": "tweets"}


async def page(api: Api, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(TWEETS, variables))["user"]["tweets"]
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [node["text"] or node["kind"] for node in found["nodes"]]


@pytest.fixture
async def written(api: Api, people: People) -> dict[str, str]:
    """What bob has said, by its text, and among it what ann has."""
    made = {"ann's": await api.tweeted(people.ann, "ann's")}
    made["tweet"] = await api.tweeted(people.bob, "tweet")
    made["reply"] = await api.tweeted(people.bob, "reply", in_reply_to=made["ann's"])
    made["on"] = await api.tweeted(people.bob, "on", in_reply_to=made["tweet"])
    made["ann's answer"] = await api.tweeted(people.ann, "ann's answer", in_reply_to=made["tweet"])
    made["answer"] = await api.tweeted(people.bob, "answer", in_reply_to=made["ann's answer"])
    quote = "mutation($id: ID!) { postTweet(input: {text: %s, quote: $id, inReplyTo: %s}) { tweet { id } } }"
    await api.data(quote % ('"quote"', "null"), {"id": made["ann's"]}, by=people.bob)
    await api.data(quote % ('"quote in reply"', "$id"), {"id": made["ann's"]}, by=people.bob)
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(retweet, {"id": made["ann's answer"]}, by=people.bob)
    return made


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"filter": "TWEETS"}, ["RETWEET", "quote", "on", "tweet"]),
        (
            {"filter": "TWEETS_AND_REPLIES"},
            ["RETWEET", "quote in reply", "quote", "answer", "on", "reply", "tweet"],
        ),
        ({}, ["RETWEET", "quote in reply", "quote", "answer", "on", "reply", "tweet"]),
    ],
)
async def test_a_filter_says_which_tweets_are_listed(
    api: Api, written: dict[str, str], asked: dict[str, Any], expected: list[str]
) -> None:
    found = await page(api, **asked)
    assert texts(found) == expected
    assert [edge["node"]["reason"]["code"] for edge in found["edges"]] == ["AUTHOR"] * len(expected)


async def test_pages_without_replies_join_in_both_directions(api: Api, written: dict[str, str]) -> None:
    first = await page(api, filter="TWEETS", first=3)
    assert (texts(first), first["pageInfo"]["hasNextPage"]) == (["RETWEET", "quote", "on"], True)
    second = await page(api, filter="TWEETS", first=3, after=first["pageInfo"]["endCursor"])
    assert (texts(second), second["pageInfo"]["hasNextPage"]) == (["tweet"], False)
    back = await page(api, filter="TWEETS", last=2, before=second["pageInfo"]["startCursor"])
    assert texts(back) == ["quote", "on"]


@pytest.mark.parametrize("filter", LISTINGS)
async def test_a_cursor_is_good_for_its_own_filter(api: Api, people: People, filter: str) -> None:
    [other] = set(LISTINGS) - {filter}
    assert texts(await page(api, filter=filter, after=ids.cursor(LISTINGS[filter], 1))) == []
    foreign = {"filter": filter, "after": ids.cursor(LISTINGS[other], 1)}
    assert await only_error(api, TWEETS, foreign) == ("BAD_CURSOR", PATH)


async def test_replies_are_not_newer_where_they_are_not_listed(
    api: Api, people: People, written: dict[str, str]
) -> None:
    query = """{ user(by: {username: "bob"}) { ... on User { tweets(filter: TWEETS) {
        newCountSince(cursor: "%s") { value } } } } }"""
    cursor = (await page(api, filter="TWEETS"))["pageInfo"]["startCursor"]
    await api.tweeted(people.bob, "another reply", in_reply_to=written["ann's"])
    await api.tweeted(people.bob, "another tweet")
    found = await api.data(query % cursor)
    assert found["user"]["tweets"] == {"newCountSince": {"value": 1}}


async def test_a_pinned_reply_stays_pinned_whatever_is_listed(
    api: Api, people: People, written: dict[str, str]
) -> None:
    pin = "mutation($id: ID!) { pinTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(pin, {"id": written["reply"]}, by=people.bob)
    query = """{ user(by: {username: "bob"}) { ... on User {
        pinnedTweet { ... on Tweet { text } } tweets(filter: TWEETS, last: 1) { nodes { text } } } } }"""
    found = (await api.data(query))["user"]
    assert found == {"pinnedTweet": {"text": "reply"}, "tweets": {"nodes": [{"text": "tweet"}]}}
