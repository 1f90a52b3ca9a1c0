"""The law of viewerState: how things were when a cursor was read, and what is told after it, is how things are now.

People do to each other's tweets and to each other whatever comes, all at once, while a device of ann's is told of
it, loses its connection and goes on from the last event it has seen.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any, TypeAlias

import pytest

from services import live
from tests.client import Api, Person
from tests.live.socket import connected

STEPS = 40
"""By each person, all people at once."""
TWEETS = 4
OF_TWEETS = ("like", "unlike", "retweet", "unretweet", "bookmark", "unbookmark")
OF_THREADS = ("mute", "unmute")
OF_PEOPLE = (
    *("follow", "follow", "follow", "unfollow", "block", "unblock", "unblock", "unblock", "mute", "unmute"),
    *("acceptFollowRequest", "rejectFollowRequest", "removeFollower"),
)
STATE = """
query State($tweets: [ID!]!, $people: [ID!]!) {
  viewer { liveCursor }
  tweets: nodes(ids: $tweets) { id ... on Tweet {
    viewerState { liked retweetId bookmarked bookmarkFolderId threadMuted }
  } }
  people: nodes(ids: $people) { id ... on User {
    viewerState { following showRetweets blocking muting { until } }
  } }
}
"""
WATCH = """
subscription Watch($after: Cursor) { viewerState(after: $after) { cursor event {
  __typename
  ... on LikeChanged { tweetId liked }
  ... on RetweetChanged { tweetId retweetId }
  ... on BookmarkChanged { tweetId bookmarked bookmarkFolderId }
  ... on ThreadMuteChanged { conversationId threadMuted }
  ... on FollowChanged { userId following showRetweets }
  ... on BlockChanged { userId blocking }
  ... on MuteChanged { userId muting { until } }
  ... on Heartbeat { head }
} } }
"""
State: TypeAlias = dict[str, dict[str, Any]]
"""By the id of the tweet or person."""


async def step(api: Api, chance: random.Random, by: Person, people: list[Person], tweet_ids: list[str]) -> None:
    what = chance.choice(("Tweet", "Thread", "User", "User", "User"))
    if what == "User":
        verb, subject = chance.choice(OF_PEOPLE), {"userId": chance.choice(people).id}
        name = verb if len(verb) > len("unfollow") else f"{verb}User"
    else:
        verb = chance.choice(OF_TWEETS if what == "Tweet" else OF_THREADS)
        subject, name = {"tweetId": chance.choice(tweet_ids)}, f"{verb}{what}"
    capital = name[0].upper() + name[1:]
    # Refused where somebody blocks, or it is done already.
    await api.data(f"mutation($i: {capital}Input!) {{ {name}(input: $i) {{ replayed }} }}", {"i": subject}, by=by)


async def state(api: Api, by: Person, people: list[Person], tweet_ids: list[str]) -> tuple[State, str]:
    read = await api.data(STATE, {"tweets": tweet_ids, "people": [person.id for person in people]}, by=by)
    # Null for who blocks ann or is blocked: nothing is known of them, and what is told of them is of no use.
    found = {each["id"]: each["viewerState"] for each in [*read["tweets"], *read["people"]] if each is not None}
    return found, read["viewer"]["liveCursor"]


def apply(told: dict[str, Any], known: State) -> None:
    fields = {name: value for name, value in told.items() if name not in {"__typename", "head"}}
    for name in ("tweetId", "conversationId", "userId"):
        if name in fields:
            known.setdefault(fields.pop(name), {}).update(fields)


async def told_after(http_url: str, by: Person, cursor: str, known: State, *, events: int | None) -> str:
    """Goes on for some events, or until the stream says that it is complete; returns where it has come to."""
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", WATCH, {"after": cursor})
        while events is None or events > 0:
            message = await socket.next_event()
            cursor = message["cursor"]
            apply(message["event"], known)
            if message["event"]["__typename"] == "Heartbeat":
                break
            events = None if events is None else events - 1
    return cursor


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_and_what_was_told_is_what_is(
    http_url: str, api: Api, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.02)
    chance = random.Random(seed)
    ann, *others = people = [await api.registered(name) for name in ("ann", "bob", "cat", "dan")]
    await api.protected(people[1])
    tweet_ids = [await api.tweeted(by, "hello") for by in people for _ in range(TWEETS)]
    for _ in range(STEPS):
        await step(api, chance, chance.choice(people), people, tweet_ids)
    known, cursor = await state(api, ann, others, tweet_ids)
    in_sight = set(known)

    async def act(by: Person) -> None:
        for _ in range(STEPS):
            await step(api, chance, by, people, tweet_ids)

    async def watch() -> None:
        nonlocal cursor
        while not acting.done():
            cursor = await told_after(http_url, ann, cursor, known, events=chance.randrange(1, 6))

    acting = asyncio.gather(act(ann), act(ann), *map(act, people))
    await asyncio.gather(acting, watch())
    now, _ = await state(api, ann, others, tweet_ids)
    await told_after(http_url, ann, cursor, known, events=None)
    compared = in_sight & set(now)
    assert len(compared) > TWEETS
    assert {subject: known[subject] for subject in compared} == {subject: now[subject] for subject in compared}
