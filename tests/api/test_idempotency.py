"""Idempotency keys: a retried mutation is done once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People, Person

POST = f"""
mutation Post($input: PostTweetInput!) {{
  postTweet(input: $input) {{ tweet {{ id text }} clientMutationId replayed {USER_ERRORS} }}
}}
"""
MISMATCH = {
    "__typename": "ConflictError",
    "code": "IDEMPOTENCY_MISMATCH",
    "message": "This idempotency key was used for another request.",
    "path": ["input", "idempotencyKey"],
}


async def posted(api: Api, by: Person, text: str, **others: str | None) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(POST, {"input": {"text": text, **others}}, by=by))["postTweet"]
    return payload


async def test_a_retry_answers_the_first_tweet_and_writes_nothing(api: Api, people: People, stored: Stored) -> None:
    first = await posted(api, people.ann, "hello", idempotencyKey="k1", clientMutationId="c1")
    before = await stored()
    again = await posted(api, people.ann, "hello", idempotencyKey="k1", clientMutationId="c2")
    assert again == {**first, "clientMutationId": "c2", "replayed": True}
    assert await stored() == before


async def test_retries_at_once_write_one_tweet(api: Api, people: People, stored: Stored) -> None:
    payloads = await asyncio.gather(*(posted(api, people.ann, "hello", idempotencyKey="k1") for _ in range(8)))
    assert sorted(payload["replayed"] for payload in payloads) == [False] + [True] * 7
    assert len({payload["tweet"]["id"] for payload in payloads}) == 1
    assert payloads[0]["userErrors"] == []
    rows = await stored()
    assert {table: len(rows[table]) for table in ("tweets", "outbox", "user_count_deltas")} == {
        "tweets": 1,
        "outbox": 1,
        "user_count_deltas": 1,
    }


@pytest.mark.parametrize("other", [{"text": "bye"}, {"text": "hello", "inReplyTo": ""}])
async def test_a_key_of_another_request_is_refused(
    api: Api, people: People, stored: Stored, other: dict[str, str]
) -> None:
    parent = await api.tweeted(people.ann, "parent")
    await posted(api, people.ann, "hello", idempotencyKey="k1")
    before = await stored()
    if "inReplyTo" in other:
        other = {**other, "inReplyTo": parent}
    payload = await posted(api, people.ann, **other, idempotencyKey="k1")
    assert payload == {"tweet": None, "clientMutationId": None, "replayed": False, "userErrors": [MISMATCH]}
    assert await stored() == before


async def test_a_key_of_another_mutation_is_refused(api: Api, people: People, stored: Stored) -> None:
    tweet_id = (await posted(api, people.ann, "hello", idempotencyKey="k1"))["tweet"]["id"]
    before = await stored()
    like = f"mutation($i: LikeTweetInput!) {{ likeTweet(input: $i) {{ {USER_ERRORS} }} }}"
    data = await api.data(like, {"i": {"tweetId": tweet_id, "idempotencyKey": "k1"}}, by=people.ann)
    assert data == {"likeTweet": {"userErrors": [MISMATCH]}}
    assert await stored() == before


async def test_keys_of_different_people_are_different_keys(api: Api, people: People) -> None:
    anns = await posted(api, people.ann, "hello", idempotencyKey="k1")
    bobs = await posted(api, people.bob, "hello", idempotencyKey="k1")
    assert bobs["userErrors"] == []
    assert anns["tweet"]["id"] != bobs["tweet"]["id"]


async def test_a_refused_request_leaves_its_key_free(api: Api, people: People) -> None:
    unknown = await posted(api, people.ann, "hello", idempotencyKey="k1", inReplyTo="garbage")
    assert [error["code"] for error in unknown["userErrors"]] == ["NOT_FOUND"]
    assert (await posted(api, people.ann, "hello", idempotencyKey="k1"))["userErrors"] == []


@pytest.mark.parametrize("key", ["", "k" * 101, "with space", "ä", "\0"])
async def test_a_malformed_key_is_refused(api: Api, people: People, stored: Stored, key: str) -> None:
    before = await stored()
    message = "An idempotency key is 1 to 100 printable ASCII characters without spaces."
    assert await posted(api, people.ann, "hello", idempotencyKey=key) == {
        "tweet": None,
        "clientMutationId": None,
        "replayed": False,
        "userErrors": [invalid("idempotencyKey", "MALFORMED", message)],
    }
    assert await stored() == before


@pytest.mark.parametrize(
    ("mutation", "argument"),
    [
        ("likeTweet", "tweetId"),
        ("unlikeTweet", "tweetId"),
        ("followUser", "userId"),
        ("unfollowUser", "userId"),
        ("removeFollower", "userId"),
        ("rejectFollowRequest", "userId"),
    ],
)
async def test_a_retry_of_any_mutation_succeeds_again(
    api: Api, people: People, stored: Stored, mutation: str, argument: str
) -> None:
    subject = await api.tweeted(people.bob, "hello") if argument == "tweetId" else people.bob.id
    input_type = mutation[0].upper() + mutation[1:] + "Input"
    query = f"mutation($i: {input_type}!) {{ {mutation}(input: $i) {{ {USER_ERRORS} }} }}"
    variables = {"i": {argument: subject, "idempotencyKey": "k1"}}
    assert await api.data(query, variables, by=people.ann) == {mutation: {"userErrors": []}}
    before = await stored()
    assert await api.data(query, variables, by=people.ann) == {mutation: {"userErrors": []}}
    assert await stored() == before


async def test_a_retried_deletion_succeeds_again(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    query = f"mutation($i: DeleteTweetInput!) {{ deleteTweet(input: $i) {{ deletedTweetId {USER_ERRORS} }} }}"
    variables = {"i": {"tweetId": tweet_id, "idempotencyKey": "k1"}}
    done = {"deleteTweet": {"deletedTweetId": tweet_id, "userErrors": []}}
    assert await api.data(query, variables, by=people.ann) == done
    before = await stored()
    assert await api.data(query, variables, by=people.ann) == done
    assert await stored() == before
