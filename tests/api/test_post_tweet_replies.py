"""postTweet: replies."""

from __future__ import annotations

import asyncio

import pytest

from domain import ids
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import USER_ERRORS
from tests.client import Api, People

POST = f"""
mutation Post($input: PostTweetInput!) {{
  postTweet(input: $input) {{
    tweet {{
      text kind
      inReplyTo {{
        ... on Tweet {{
          text replyCount {{ value }} author {{ ... on User {{ username }} }} replies {{ nodes {{ text }} }}
        }}
      }}
    }}
    {USER_ERRORS}
  }}
}}
"""
NO_SUCH_PARENT = {
    "tweet": None,
    "userErrors": [
        {
            "__typename": "NotFoundError",
            "code": "NOT_FOUND",
            "message": "There is no such tweet to reply to.",
            "path": ["input", "inReplyTo"],
        }
    ],
}


async def test_a_reply_is_counted_and_listed_under_its_parent_at_once(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    data = await api.data(POST, {"input": {"text": "hi", "inReplyTo": tweet_id}}, by=people.bob)
    assert data["postTweet"] == {
        "tweet": {
            "text": "hi",
            "kind": "REPLY",
            "inReplyTo": {
                "text": "hello",
                "author": {"username": "ann"},
                "replyCount": {"value": 1},
                "replies": {"nodes": [{"text": "hi"}]},
            },
        },
        "userErrors": [],
    }


@pytest.mark.parametrize(
    "parent",
    ["", "garbage", "\0", ids.global_id("Tweet", 1), ids.global_id("Tweet", ids.MAX_ID), ids.global_id("User", 1)],
)
async def test_a_reply_to_nothing_is_not_stored(api: Api, people: People, stored: Stored, parent: str) -> None:
    before = await stored()
    data = await api.data(POST, {"input": {"text": "hi", "inReplyTo": parent}}, by=people.bob)
    assert data["postTweet"] == NO_SUCH_PARENT
    assert await stored() == before


async def test_a_reply_to_a_deleted_tweet_is_not_stored(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(delete, {"id": tweet_id}, by=people.ann)
    before = await stored()
    data = await api.data(POST, {"input": {"text": "hi", "inReplyTo": tweet_id}}, by=people.bob)
    assert data["postTweet"] == NO_SUCH_PARENT
    assert await stored() == before


@pytest.mark.parametrize("status", ["SUSPENDED", "DEACTIVATED"])
async def test_a_reply_to_a_closed_account_is_not_stored(
    api: Api, people: People, set_status: SetStatus, stored: Stored, status: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await set_status(people.ann, status)
    before = await stored()
    data = await api.data(POST, {"input": {"text": "hi", "inReplyTo": tweet_id}}, by=people.bob)
    assert data["postTweet"] == NO_SUCH_PARENT
    assert await stored() == before


async def test_replies_at_once_with_the_deletion_are_stored_before_it_or_refused(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    replies = [
        api.data(POST, {"input": {"text": f"reply {n}", "inReplyTo": tweet_id}}, by=people.bob) for n in range(6)
    ]
    answers = await asyncio.gather(*replies[:3], api.data(delete, {"id": tweet_id}, by=people.ann), *replies[3:])
    assert answers.pop(3) == {"deleteTweet": {"userErrors": []}}
    stored_texts = [answer["postTweet"]["tweet"]["text"] for answer in answers if answer["postTweet"] != NO_SUCH_PARENT]
    count = "query($name: String!) { user(by: {username: $name}) { ... on User { tweetCount { value } } } }"
    bob = (await api.data(count, {"name": "bob"}))["user"]
    assert bob == {"tweetCount": {"value": len(stored_texts)}}
