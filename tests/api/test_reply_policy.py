"""Who may reply in a conversation: postTweet, setReplyPolicy and canReply agree."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.records import ReplyPolicy
from domain.tweets import checked_text
from services import conversations, tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People, Person
from tests.waiting import until

POST = """
mutation Post($input: PostTweetInput!) {
  postTweet(input: $input) {
    tweet { id }
    userErrors { code message path ... on NotAllowedError { reason resolution } }
  }
}
"""
SET = f"""
mutation Set($input: SetReplyPolicyInput!) {{
  setReplyPolicy(input: $input) {{ tweet {{ replyPolicy }} {USER_ERRORS} }}
}}
"""
CAN_REPLY = """
query($id: ID!) { tweet(id: $id) { ... on Tweet { viewerState { canReply { allowed reason resolution } } } } }
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def refused(reason: str) -> dict[str, Any]:
    return {
        "tweet": None,
        "userErrors": [
            {
                "code": "REPLIES_RESTRICTED",
                "message": "The author of this conversation does not let everybody reply.",
                "path": ["input", "inReplyTo"],
                "reason": reason,
                "resolution": "Quote the tweet instead.",
            }
        ],
    }


async def posted(api: Api, by: Person, written: str, **input: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(POST, {"input": {"text": written, **input}}, by=by))["postTweet"]
    return payload


async def begun(api: Api, by: Person, written: str, policy: str) -> str:
    tweet_id: str = (await posted(api, by, written, replyPolicy=policy))["tweet"]["id"]
    return tweet_id


def raw(tweet_id: str) -> int:
    found = ids.raw_id(tweet_id, "Tweet")
    assert found is not None
    return found


COMBINATIONS = list(product(ReplyPolicy, [False, True], [False, True], [False, True]))


@pytest.mark.parametrize(("policy", "is_followed", "is_mentioned", "is_nested"), COMBINATIONS)
async def test_what_can_reply_says_is_what_post_tweet_does(
    api: Api, people: People, stored: Stored, policy: str, is_followed: bool, is_mentioned: bool, is_nested: bool
) -> None:
    """bob replies in ann's conversation: to her first tweet, or to her reply below it."""
    if is_followed:
        await api.followed(people.ann, people.bob)
    tweet_id = await begun(api, people.ann, "hello @bob" if is_mentioned else "hello", policy)
    if is_nested:
        tweet_id = await api.tweeted(people.ann, "more", in_reply_to=tweet_id)
    allowed = policy == "EVERYONE" or is_mentioned or (policy == "FOLLOWED" and is_followed)
    reason = None if allowed else f"NOT_{policy}"
    said = (await api.data(CAN_REPLY, {"id": tweet_id}, by=people.bob))["tweet"]["viewerState"]["canReply"]
    assert said == {
        "allowed": allowed,
        "reason": reason,
        "resolution": None if allowed else "Quote the tweet instead.",
    }
    before = await stored()
    payload = await posted(api, people.bob, "hi", inReplyTo=tweet_id)
    if reason is None:
        assert payload["userErrors"] == []
    else:
        assert payload == refused(reason)
        assert await stored() == before


@pytest.mark.parametrize("policy", ReplyPolicy)
async def test_the_author_always_replies_also_below_others(api: Api, people: People, policy: str) -> None:
    root = await begun(api, people.ann, "hello @bob", policy)
    reply = await api.tweeted(people.bob, "hi", in_reply_to=root)
    assert (await posted(api, people.ann, "how are you?", inReplyTo=reply))["userErrors"] == []


async def test_who_is_mentioned_further_down_is_not_let_in(api: Api, people: People, stored: Stored) -> None:
    root = await begun(api, people.ann, "hello @bob", "MENTIONED")
    reply = await api.tweeted(people.bob, "what does @cat say?", in_reply_to=root)
    before = await stored()
    assert await posted(api, people.cat, "I say", inReplyTo=reply) == refused("NOT_MENTIONED")
    assert await stored() == before


async def test_a_reply_has_no_policy_of_its_own(api: Api, people: People, stored: Stored) -> None:
    root = await api.tweeted(people.ann, "hello")
    before = await stored()
    payload = await posted(api, people.bob, "hi", inReplyTo=root, replyPolicy="MENTIONED")
    assert payload["tweet"] is None
    [error] = payload["userErrors"]
    assert (error["code"], error["reason"], error["path"]) == ("FORBIDDEN", "NOT_THE_ROOT", ["input", "replyPolicy"])
    assert await stored() == before


async def test_the_policy_is_changed_for_replies_from_now_on(api: Api, people: People, stored: Stored) -> None:
    root = await api.tweeted(people.ann, "hello")
    early = await api.tweeted(people.bob, "early", in_reply_to=root)
    variables = {"input": {"tweetId": root, "replyPolicy": "FOLLOWED"}}
    done = {"setReplyPolicy": {"tweet": {"replyPolicy": "FOLLOWED"}, "userErrors": []}}
    assert await api.data(SET, variables, by=people.ann) == done
    before = await stored()
    assert await api.data(SET, variables, by=people.ann) == done
    assert await posted(api, people.bob, "late", inReplyTo=root) == refused("NOT_FOLLOWED")
    assert await posted(api, people.bob, "late", inReplyTo=early) == refused("NOT_FOLLOWED")
    assert await stored() == before
    await api.data(SET, {"input": {"tweetId": root, "replyPolicy": "EVERYONE"}}, by=people.ann)
    assert (await posted(api, people.bob, "late", inReplyTo=early))["userErrors"] == []


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_has_no_policy(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    data = await api.data(SET, {"input": {"tweetId": tweet_id, "replyPolicy": "FOLLOWED"}}, by=people.ann)
    assert data == {"setReplyPolicy": {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before


async def test_only_the_author_of_the_first_tweet_sets_its_policy(api: Api, people: People, stored: Stored) -> None:
    root = await api.tweeted(people.ann, "hello")
    reply = await api.tweeted(people.bob, "hi", in_reply_to=root)
    before = await stored()
    for tweet_id, reason, message in (
        (root, "NOT_THE_AUTHOR", "Only its author can do this to a tweet."),
        (reply, "NOT_THE_ROOT", "The first tweet of a conversation decides who may reply in all of it."),
    ):
        error = {
            "__typename": "NotAllowedError",
            "code": "FORBIDDEN",
            "message": message,
            "path": ["input", "tweetId"],
            "reason": reason,
        }
        data = await api.data(SET, {"input": {"tweetId": tweet_id, "replyPolicy": "FOLLOWED"}}, by=people.bob)
        assert data == {"setReplyPolicy": {"tweet": None, "userErrors": [error]}}
    assert await stored() == before


async def somebody_waits(runtime: Runtime) -> bool:
    async with runtime.database.read() as session:
        waiting: int = (await session.execute(text(WAITING))).scalar_one()
        return waiting > 0


async def test_a_reply_waits_for_a_policy_being_set_and_obeys_it(api: Api, people: People, runtime: Runtime) -> None:
    root = await api.tweeted(people.ann, "hello")
    reply = await api.tweeted(people.ann, "more", in_reply_to=root)
    async with runtime.database.write() as session:
        await conversations.set_reply_policy(session, raw(root), ReplyPolicy.FOLLOWED, author_id=people.ann.raw_id)
        replying = asyncio.create_task(posted(api, people.bob, "hi", inReplyTo=reply))
        await until(lambda: somebody_waits(runtime))
    assert await replying == refused("NOT_FOLLOWED")


async def test_a_policy_waits_for_a_reply_being_written(api: Api, people: People, runtime: Runtime) -> None:
    root = await api.tweeted(people.ann, "hello")
    async with runtime.database.write() as session:
        parent = await tweets.parent_of_reply(session, raw(root), viewer_id=people.bob.raw_id)
        setting = asyncio.create_task(
            api.data(SET, {"input": {"tweetId": root, "replyPolicy": "FOLLOWED"}}, by=people.ann)
        )
        await until(lambda: somebody_waits(runtime))
        draft = Draft(
            runtime.snowflakes.next(), people.bob.raw_id, checked_text("hi"), runtime.now(), in_reply_to=parent
        )
        await tweets.post(session, [draft])
    assert (await setting)["setReplyPolicy"] == {"tweet": {"replyPolicy": "FOLLOWED"}, "userErrors": []}
    count = "query($id: ID!) { tweet(id: $id) { ... on Tweet { replies { nodes { text } } } } }"
    assert await api.data(count, {"id": root}) == {"tweet": {"replies": {"nodes": [{"text": "hi"}]}}}
