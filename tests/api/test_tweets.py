"""tweets: many by their ids."""

from __future__ import annotations

import pytest

from domain import ids
from domain.records import Place, Tweet
from domain.tweets import checked_text
from services import tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.api.errors import only_error
from tests.client import Api, People

TWEETS = """
query($ids: [ID!]!) {
  tweets(ids: $ids) { __typename ... on Tweet { id text } ... on TweetTombstone { id } }
}
"""
FIELDS = {
    "of its own": (
        5,
        """
        rawId kind createdAt text weightedLength replyPolicy isHidden sensitive language version editedAt
        place { latitude longitude name }
        likeCount { value } retweetCount { value } quoteCount { value } replyCount { value } bookmarkCount { value }
        viewerState {
          liked retweetId bookmarked bookmarkFolderId pinned threadMuted
          canReply { allowed reason resolution } canQuote { allowed } canRetweet { allowed } canEdit { allowed }
        }
        """,
    ),
    "brought along": (
        5,
        """
        author { ... on User { username } }
        entities { ... on MentionEntity { username user { ... on User { username } } } }
        inReplyTo { ... on Tweet { text author { ... on User { username } } } }
        quoted { ... on Tweet { text author { ... on User { username } } } }
        retweetOf { ... on Tweet { text } }
        conversation { ... on Tweet { text } }
        """,
    ),
}
"""With the most statements they cost: who asks, tweets, then counts and viewer states, or people and tweets."""
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { deletedTweetId } }"


async def test_tweets_come_in_the_order_of_their_ids_with_what_is_left_of_others(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    deleted = await api.tweeted(people.ann, "bye")
    await api.data(DELETE, {"id": deleted}, by=people.ann)
    tweet = {"__typename": "Tweet", "id": tweet_id, "text": "hello"}
    asked = [deleted, tweet_id, ids.global_id("Tweet", 1), tweet_id]
    found = [{"__typename": "TweetTombstone", "id": deleted}, tweet, None, tweet]
    assert await api.data(TWEETS, {"ids": asked}) == {"tweets": found}
    assert await api.data(TWEETS, {"ids": []}) == {"tweets": []}


async def test_what_is_no_tweets_id_spoils_its_own_entry_only(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    answer = await api.answer(TWEETS, {"ids": ["garbage", tweet_id, people.ann.id]})
    assert answer["data"] == {"tweets": [None, {"__typename": "Tweet", "id": tweet_id, "text": "hello"}, None]}
    errors = [(error["extensions"]["code"], error["path"]) for error in answer["errors"]]
    assert sorted(errors) == [("VALIDATION_FAILED", ["tweets", 0]), ("VALIDATION_FAILED", ["tweets", 2])]


async def test_a_hundred_ids_are_the_limit(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    assert await only_error(api, TWEETS, {"ids": [tweet_id] * 101}) == ("VALIDATION_FAILED", ["tweets"])
    assert len((await api.data(TWEETS, {"ids": [tweet_id] * 100}))["tweets"]) == 100


@pytest.mark.parametrize("kind", FIELDS)
async def test_one_tweet_and_fifty_cost_the_same(
    api: Api, people: People, runtime: Runtime, statements: list[str], kind: str
) -> None:
    """Each answers one tweet, quotes another, and mentions somebody."""
    async with runtime.database.write() as session:
        roots = await tweets.post(session, [draft(runtime, people.bob.raw_id, "root") for _ in range(50)])
        parents = await tweets.post(session, [draft(runtime, people.bob.raw_id, "parent", root) for root in roots])
        posted = await tweets.post(
            session, [draft(runtime, people.ann.raw_id, "hi @cat", parent, quoted=parent) for parent in parents]
        )
    most, fields = FIELDS[kind]
    query = f"query($ids: [ID!]!) {{ tweets(ids: $ids) {{ ... on Tweet {{ id {fields} }} }} }}"
    sent = []
    for some in (posted[:1], posted):
        statements.clear()
        data = await api.data(query, {"ids": [tweet.global_id for tweet in some]}, by=people.ann)
        assert [tweet["id"] for tweet in data["tweets"]] == [tweet.global_id for tweet in some]
        sent.append(list(statements))
    few, many = sent
    assert 0 < len(few) == len(many) <= most, "\n".join([*few, "---", *many])


def draft(
    runtime: Runtime, author_id: int, text: str, parent: Tweet | None = None, *, quoted: Tweet | None = None
) -> Draft:
    return Draft(
        runtime.snowflakes.next(),
        author_id,
        checked_text(text),
        runtime.now(),
        in_reply_to=parent,
        quoted=quoted,
        place=Place(53.35, -6.26, "Dublin"),
    )
