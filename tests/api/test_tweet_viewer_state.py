"""How the viewer stands to a tweet: what they did with it, and what they may do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.client import Api, People, Person

STATE = """
query($id: ID!) {
  tweet(id: $id) {
    ... on Tweet {
      viewerState {
        liked retweetId bookmarked pinned threadMuted
        canReply { ...permission } canQuote { ...permission } canRetweet { ...permission } canEdit { ...permission }
      }
    }
  }
}
fragment permission on PermissionState { allowed reason resolution }
"""
RETWEET = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } userErrors { code } } }"
ALLOWED = {"allowed": True, "reason": None, "resolution": None}
NOT_THE_AUTHOR = {"allowed": False, "reason": "NOT_THE_AUTHOR", "resolution": None}
PROTECTED = {"allowed": False, "reason": "PROTECTED", "resolution": None}


def only(reason: str) -> dict[str, Any]:
    return {"allowed": False, "reason": reason, "resolution": "Delete the tweet and post it anew."}


async def state(api: Api, tweet_id: str, by: Person | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await api.data(STATE, {"id": tweet_id}, by=by))["tweet"]["viewerState"]
    return found


async def update(runtime: Runtime, statement: str, person: Person) -> None:
    async with runtime.database.write() as session:
        await session.execute(text(statement), {"id": person.raw_id})


async def test_nobody_stands_to_a_tweet_in_no_way(api: Api, people: People) -> None:
    assert await state(api, await api.tweeted(people.ann, "hello"), None) is None


async def test_a_stranger_may_all_but_edit_and_the_author_may_all(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    fresh = {
        "liked": False,
        "retweetId": None,
        "bookmarked": False,
        "pinned": False,
        "threadMuted": False,
        "canReply": ALLOWED,
        "canQuote": ALLOWED,
        "canRetweet": ALLOWED,
        "canEdit": ALLOWED,
    }
    assert await state(api, tweet_id, people.ann) == fresh
    assert await state(api, tweet_id, people.bob) == {**fresh, "canEdit": NOT_THE_AUTHOR}


async def test_of_a_retweet_it_is_that_of_the_original(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet_id = (await api.data(RETWEET, {"id": tweet_id}, by=people.bob))["retweetTweet"]["retweet"]["id"]
    of_tweet, of_retweet = await state(api, tweet_id, people.bob), await state(api, retweet_id, people.bob)
    assert of_tweet is not None
    assert of_tweet["retweetId"] == retweet_id
    assert of_retweet == {**of_tweet, "canEdit": only("RETWEET")}
    of_retweet = await state(api, retweet_id, people.cat)
    assert of_retweet is not None
    assert of_retweet["retweetId"] is None


async def test_a_protected_tweet_is_spread_by_its_author_only(api: Api, people: People, runtime: Runtime) -> None:
    await api.followed(people.bob, people.ann)
    tweet_id = await api.tweeted(people.ann, "hello")
    await update(runtime, "UPDATE users SET is_protected = true WHERE id = :id", people.ann)
    for person, permission in ((people.ann, ALLOWED), (people.bob, PROTECTED)):
        found = await state(api, tweet_id, person)
        assert found is not None
        assert (found["canQuote"], found["canRetweet"], found["canReply"]) == (permission, permission, ALLOWED)


async def test_where_a_quote_is_refused_too_it_is_not_what_to_do_instead(
    api: Api, people: People, runtime: Runtime
) -> None:
    await api.followed(people.bob, people.ann)
    post = "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }"
    data = await api.data(post, {"i": {"text": "hello", "replyPolicy": "MENTIONED"}}, by=people.ann)
    await update(runtime, "UPDATE users SET is_protected = true WHERE id = :id", people.ann)
    found = await state(api, data["postTweet"]["tweet"]["id"], people.bob)
    assert found is not None
    assert found["canReply"] == {"allowed": False, "reason": "NOT_MENTIONED", "resolution": None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("created_at = now() - interval '30 minutes'", "EDIT_WINDOW_CLOSED"),
        ("version = 6", "EDIT_LIMIT_REACHED"),
    ],
)
async def test_a_tweet_can_be_edited_for_a_while_and_a_few_times(
    api: Api, people: People, runtime: Runtime, change: str, reason: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await update(runtime, f"UPDATE tweets SET {change} WHERE author_id = :id", people.ann)
    found = await state(api, tweet_id, people.ann)
    assert found is not None
    assert found["canEdit"] == only(reason)
