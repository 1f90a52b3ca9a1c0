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
        text: dict[str, Any] = {"text": f"tweet {self.random.random()}"}
        if self.tweets and self.random.random() < 0.5:
            text["inReplyTo"] = self.random.choice(self.tweets)
        if self.tweets and self.random.random() < 0.3:
            text["quote"] = self.random.choice(self.tweets)
        return text


OPERATIONS: list[Operation] = [
    ("postTweet", Situation.tweet),
    ("deleteTweet", Situation.some_tweet),
    ("restoreTweet", Situation.some_tweet),
    ("bookmarkTweet", Situation.some_tweet),
    ("unbookmarkTweet", Situation.some_tweet),
    ("likeTweet", Situation.some_tweet),
    ("unlikeTweet", Situation.some_tweet),
    ("followUser", Situation.some_person),
    ("unfollowUser", Situation.some_person),
]
COUNTS = """
query Counts($tweets: [ID!]!, $people: [ID!]!) {
  tweets: nodes(ids: $tweets) { id ... on Tweet { likeCount { value } replyCount { value } bookmarkCount { value } } }
  people: nodes(ids: $people) {
    id ... on User { followerCount { value } followingCount { value } tweetCount { value } }
  }
}
"""


async def done(api: Api, situation: Situation, by: Person) -> None:
    name, argument = situation.random.choice(OPERATIONS)
    if name != "postTweet" and not situation.tweets:
        return
    capital = name[0].upper() + name[1:]
    result = "tweet { id }" if name == "postTweet" else "replayed"
    document = f"mutation($i: {capital}Input!) {{ {name}(input: $i) {{ {result} userErrors {{ code }} }} }}"
    payload = (await api.data(document, {"i": argument(situation)}, by=by))[name]
    if name == "postTweet" and not payload["userErrors"]:
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
    values = [
        field["value"]
        for node in before["tweets"] + before["people"]
        if node
        for field in node.values()
        if "value" in field
    ]
    assert min(values) >= 0
    await queue.drained()
    async with runtime.database.write() as session:
        await counts.fold(session)
    assert await counted(api, situation) == before
    assert await reconcile_some(runtime.database) == []
