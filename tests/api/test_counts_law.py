"""The law of counts: whatever people do at once, in whatever order, a count is the number of its rows.

Every count is asked for in three ways that must agree: the API's `Count`, the rows (by the reconciler), and after the
queue has drained and the deltas are folded, the same again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from sqlalchemy import text

from domain.visibility import RESTORABLE_FOR
from services import deletions
from services.reconciliation import reconcile_some
from services.runtime import Runtime
from stores import counts
from tests.client import Api, Person
from tests.queue import Queue

PEOPLE = 6
STEPS = 60
"""By each person, all people at once."""
Operation: TypeAlias = tuple[str, Callable[["Situation"], dict[str, Any]]]


class Situation:
    """What a step may choose from; tweets come and go while others choose."""

    def __init__(self, seed: int, people: list[Person]) -> None:
        self.random = random.Random(seed)
        self.people = people
        self.tweets: list[str] = []

    def some_tweet(self) -> dict[str, Any]:
        return {"tweetId": self.random.choice(self.tweets)}

    def some_person(self) -> dict[str, Any]:
        return {"userId": self.random.choice(self.people).id}

    def tweet(self) -> dict[str, Any]:
        tweet = self.words()
        if self.tweets and self.random.random() < 0.5:
            tweet["inReplyTo"] = self.random.choice(self.tweets)
        if self.tweets and self.random.random() < 0.3:
            tweet["quote"] = self.random.choice(self.tweets)
        if self.random.random() < 0.2:
            tweet["poll"] = {"options": ["yes", "no"], "durationMinutes": 5, "multiple": True}
        return tweet

    def thread(self) -> dict[str, Any]:
        thread: dict[str, Any] = {"tweets": [self.words(), self.words()]}
        if self.tweets and self.random.random() < 0.5:
            thread["continues"] = self.random.choice(self.tweets)
        return thread

    def words(self) -> dict[str, Any]:
        return {"text": f"tweet {self.random.random()}"}

    def vote(self) -> dict[str, Any]:
        return {**self.some_tweet(), "choices": self.random.choice([[0], [1], [0, 1]])}


OPERATIONS: list[Operation] = [
    ("postTweet", Situation.tweet),
    ("postThread", Situation.thread),
    ("editTweet", lambda situation: situation.some_tweet() | situation.words()),
    ("deleteTweet", Situation.some_tweet),
    ("restoreTweet", Situation.some_tweet),
    ("retweetTweet", Situation.some_tweet),
    ("unretweetTweet", Situation.some_tweet),
    ("hideReply", Situation.some_tweet),
    ("votePoll", Situation.vote),
    ("bookmarkTweet", Situation.some_tweet),
    ("unbookmarkTweet", Situation.some_tweet),
    ("likeTweet", Situation.some_tweet),
    ("unlikeTweet", Situation.some_tweet),
    ("followUser", Situation.some_person),
    ("unfollowUser", Situation.some_person),
    ("removeFollower", Situation.some_person),
    ("blockUser", Situation.some_person),
    ("unblockUser", Situation.some_person),
    ("unblockUser", Situation.some_person),
]
POSTING = {"postTweet": "tweet { id }", "postThread": "tweet { id }", "retweetTweet": "tweet: retweet { id }"}
"""Operations that make tweets, and where their payloads name them."""
COUNTS = """
query Counts($tweets: [ID!]!, $people: [ID!]!) {
  tweets: nodes(ids: $tweets) { id ... on Tweet {
    likeCount { value } retweetCount { value } quoteCount { value } replyCount { value } bookmarkCount { value }
    poll { voters { value } options { votes { value } } }
  } }
  people: nodes(ids: $people) {
    id ... on User { followerCount { value } followingCount { value } tweetCount { value } }
  }
}
"""


MISCOUNTED_POLLS = text(
    """
    SELECT polls.tweet_id FROM polls JOIN poll_options USING (tweet_id)
    WHERE polls.voters + coalesce((
        SELECT sum(votes) FROM poll_vote_deltas WHERE tweet_id = polls.tweet_id AND position IS NULL
    ), 0) <> (SELECT count(*) FROM poll_votes WHERE tweet_id = polls.tweet_id)
    OR poll_options.votes + coalesce((
        SELECT sum(votes) FROM poll_vote_deltas
        WHERE tweet_id = polls.tweet_id AND position = poll_options.position
    ), 0) <> (
        SELECT count(*) FROM poll_votes WHERE tweet_id = polls.tweet_id AND poll_options.position = ANY(positions)
    )
    """
)


async def miscounted_polls(runtime: Runtime) -> list[int]:
    """The reconciler knows nothing of polls."""
    async with runtime.database.read() as session:
        return list((await session.execute(MISCOUNTED_POLLS)).scalars())


async def done(api: Api, situation: Situation, by: Person) -> None:
    name, argument = situation.random.choice(OPERATIONS)
    if name not in {"postTweet", "postThread"} and not situation.tweets:
        return
    capital = name[0].upper() + name[1:]
    result = POSTING.get(name, "replayed")
    document = f"mutation($i: {capital}Input!) {{ {name}(input: $i) {{ {result} userErrors {{ code }} }} }}"
    payload = (await api.data(document, {"i": argument(situation)}, by=by))[name]
    # Null where somebody has deleted or blocked in the meantime.
    if name in POSTING and not payload["userErrors"] and payload["tweet"]:
        situation.tweets.append(payload["tweet"]["id"])


async def counted(api: Api, situation: Situation) -> dict[str, Any]:
    variables = {"tweets": situation.tweets[:100], "people": [person.id for person in situation.people]}
    return await api.data(COUNTS, variables)


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_the_rows_whatever_happens_at_once(
    api: Api, runtime: Runtime, queue: Queue, seed: int
) -> None:
    situation = Situation(seed, [await api.registered(f"p{n}") for n in range(PEOPLE)])

    async def live(person: Person) -> None:
        for _ in range(STEPS):
            await done(api, situation, person)

    await asyncio.gather(*map(live, situation.people))
    assert await reconcile_some(runtime.database) == []
    before = await counted(api, situation)
    assert await miscounted_polls(runtime) == []
    await queue.drained()
    async with runtime.database.write() as session:
        await counts.fold(session)
    assert await counted(api, situation) == before
    await deletions.purge(runtime.database, now=runtime.now() + RESTORABLE_FOR)
    assert await reconcile_some(runtime.database) == []
    assert await miscounted_polls(runtime) == []
