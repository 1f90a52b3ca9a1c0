"""How much a query costs does not depend on how many entries it answers with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from domain import ids
from domain.records import Tweet
from domain.tweets import checked_text
from services import accounts, follows, likes, retweets, threads, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from stores import counts, timelines, trend_buckets
from tests.client import Api, People
from tests.queue import Queue

MANY = 50
MAX_STATEMENTS = {
    "home": 4,
    "tweets": 9,
    "tweets of followers": 6,
    "followers": 6,
    "following": 6,
    "replies": 9,
    "replies under a timeline": 9,
    "followers of followers": 10,
    "parents": 8,
    "retweets": 8,
    "retweeted by": 6,
    "ancestors": 9,
    "threads": 6,
    "likers": 7,
    "retweeters": 7,
    "quotes": 9,
    "likes": 9,
    "known followers": 6,
    "search": 5,
}
"""Who asks, the listings, and one statement for each kind of thing shown: tweets, authors, counts, viewer states. A
home page brings its tweets' counts and viewer states along."""
MAX_REDIS_ROUND_TRIPS = 2
"""The read, and the look whether anything was delivered meanwhile."""
REBUILD_ROUND_TRIPS = 4
"""The read that finds nothing, the begin and the end of the rebuild, and the look whether anything was delivered."""

TWEET = """
id text kind createdAt likeCount { value } replyCount { value } viewerState { liked }
author { ... on User { username displayName followerCount { value } viewerState { following followedBy } } }
"""
PERSON = "id username displayName followerCount { value } tweetCount { value } viewerState { following followedBy }"
ANN = 'user(by: {username: "ann"}) { ... on User'
RETWEETED = f"retweetOf {{ ... on Tweet {{ {TWEET} }} }}"
REPLIED = f"inReplyTo {{ ... on Tweet {{ {TWEET} }} }}"
QUERIES = {
    "home": f"{{ viewer {{ homeTimeline(first: 100) {{ nodes {{ {TWEET} }} }} }} }}",
    "tweets": f"{{ {ANN} {{ tweets(first: 100) {{ nodes {{ {TWEET} }} }} }} }} }}",
    "tweets of followers": (
        f"{{ {ANN} {{ followers(first: 100) {{ nodes {{ tweets(first: 2, filter: TWEETS) {{ nodes {{ id }} }} "
        "} } } } }"
    ),
    "followers": f"{{ {ANN} {{ followers(first: 100) {{ nodes {{ {PERSON} }} }} }} }} }}",
    "following": f"{{ {ANN} {{ following(first: 100) {{ nodes {{ {PERSON} }} }} }} }} }}",
    "replies": f'{{ tweet(id: "HUB") {{ ... on Tweet {{ replies(first: 100) {{ nodes {{ {TWEET} }} }} }} }} }}',
    "replies under a timeline": (
        "{ viewer { homeTimeline(first: 100) { nodes { id replies(first: 1) { nodes { "
        "text likeCount { value } viewerState { liked } author { ... on User { username } } } } } } } }"
    ),
    "followers of followers": (
        '{ user(by: {username: "ann"}) { ... on User { followers(first: 50) { nodes { '
        f"followers(first: 2) {{ nodes {{ {PERSON} }} }} tweets(first: 2) {{ nodes {{ id }} }} }} }} }} }} }}"
    ),
    "known followers": (
        f"{{ {ANN} {{ followers(first: 100) {{ nodes {{ knownFollowers(first: 2) {{ nodes {{ id }} }} }} }} }} }} }}"
    ),
    "search": f'{{ searchUsers(query: "fan", first: 100) {{ nodes {{ {PERSON} }} }} }}',
    "retweets": f"{{ viewer {{ homeTimeline(first: 100) {{ nodes {{ {RETWEETED} }} }} }} }}",
    "retweeted by": (
        "{ viewer { homeTimeline(first: 100) { edges { node { ... on TimelineTweet { "
        "retweetedBy { username } retweeterCount } } } nodes { id } } } }"
    ),
    "ancestors": (
        "{ viewer { homeTimeline(first: 50) { nodes { id ancestors(last: 2) { "
        f"nodes {{ ... on Tweet {{ {TWEET} }} }} }} }} }} }} }}"
    ),
    "threads": (
        "{ viewer { homeTimeline(first: 100) { nodes { threadPosition { index total } "
        "thread { root { ... on Tweet { id } } tweets(first: 2) { nodes { id } } } } } } }"
    ),
    "likers": f'{{ tweet(id: "HUB") {{ ... on Tweet {{ likers(first: 100) {{ nodes {{ {PERSON} }} }} }} }} }}',
    "retweeters": f'{{ tweet(id: "HUB") {{ ... on Tweet {{ retweeters(first: 100) {{ nodes {{ {PERSON} }} }} }} }} }}',
    "quotes": f'{{ tweet(id: "HUB") {{ ... on Tweet {{ quotes(first: 100) {{ nodes {{ {TWEET} }} }} }} }} }}',
    "likes": f"{{ {ANN} {{ likes(first: 100) {{ nodes {{ {TWEET} }} }} }} }} }}",
    "parents": f"{{ viewer {{ homeTimeline(first: 100) {{ nodes {{ {REPLIED} }} }} }} }}",
}

Grow = Callable[[int], Awaitable[None]]


@pytest.fixture
async def hub(api: Api, people: People) -> str:
    """The tweet of ann's that everybody answers."""
    return await api.tweeted(people.ann, "hub")


@pytest.fixture
def grow(runtime: Runtime, people: People, hub: str, queue: Queue) -> Grow:
    """Adds people who each follow ann and are followed by her; answer, like, quote and retweet the hub; have a tweet of
    their own answered and liked; retweet one of cat's; and post a thread."""
    made = 0

    async def more(count: int) -> None:
        nonlocal made
        names = [f"fan{made + n}" for n in range(count)]
        made += count
        new = await accounts.prepared(
            runtime, [Registration(name, name, f"{name}@example.com", "password") for name in names]
        )
        async with runtime.database.write() as session:
            fans = [user.id for user in await accounts.add(session, new)]
            pairs = [pair for fan in fans for pair in ((fan, people.ann.raw_id), (people.ann.raw_id, fan))]
            await follows.follow(session, [(runtime.snowflakes.next(), *pair) for pair in pairs])
            parent = await tweets.visible(session, raw(hub), viewer_id=people.ann.raw_id)
            new_id = runtime.snowflakes.next
            await retweets.retweet(session, [(new_id(), fan, parent.id) for fan in fans], now=runtime.now())
            own = await tweets.post(session, [draft(runtime, fan) for fan in fans])
            await tweets.post(session, [draft(runtime, fan, parent) for fan in fans])
            await tweets.post(session, [draft(runtime, people.ann.raw_id, tweet) for tweet in own])
            await likes.like(session, [(new_id(), fan, parent.id) for fan in fans])
            await likes.like(session, [(new_id(), people.ann.raw_id, tweet.id) for tweet in own])
            quotes = [msgspec.structs.replace(draft(runtime, fan), quoted=parent) for fan in fans]
            await tweets.post(session, quotes)
            cats = await tweets.post(session, [draft(runtime, people.cat.raw_id) for _ in fans])
            theirs = [(new_id(), fan, tweet.id) for fan, tweet in zip(fans, cats, strict=True)]
            await retweets.retweet(session, theirs, now=runtime.now())
            for fan in fans:
                await threads.begin(session, runtime, [checked_text("one"), checked_text("two")], author_id=fan)
        await queue.drained()

    return more


def raw(tweet_id: str) -> int:
    found = ids.raw_id(tweet_id, "Tweet")
    assert found is not None
    return found


def draft(runtime: Runtime, author_id: int, parent: Tweet | None = None) -> Draft:
    return Draft(runtime.snowflakes.next(), author_id, checked_text("hello"), runtime.now(), in_reply_to=parent)


def size_of(answer: Any) -> int:
    """How many entries the outermost connection of the answer holds."""
    while "nodes" not in answer:
        [answer] = answer.values()
    return len(answer["nodes"])


@pytest.mark.parametrize("name", QUERIES)
async def test_one_entry_and_fifty_cost_the_same(
    api: Api, people: People, hub: str, grow: Grow, statements: list[str], redis_round_trips: list[str], name: str
) -> None:
    query = QUERIES[name].replace("HUB", hub)
    sizes, sent, round_trips = [], [], []
    for count in (1, MANY - 1):
        await grow(count)
        # The first read after a follow rebuilds the cached timeline; the second is the usual one.
        await api.data(query, by=people.ann)
        statements.clear()
        redis_round_trips.clear()
        sizes.append(size_of(await api.data(query, by=people.ann)))
        sent.append(list(statements))
        round_trips.append(list(redis_round_trips))
    assert sizes[0] < MANY <= sizes[1]
    few, many = sent
    listed = "\n".join([f"for {sizes[0]}:", *few, f"for {sizes[1]}:", *many])
    # A timeline brings its authors along: of a short one they may be all the authors there are.
    brought_along = int("homeTimeline" in query)
    assert 0 < len(many) - brought_along <= len(few) <= len(many) <= MAX_STATEMENTS[name], listed
    assert len(round_trips[0]) == len(round_trips[1]) <= MAX_REDIS_ROUND_TRIPS, round_trips


async def test_a_rebuild_costs_the_same_for_one_entry_and_for_fifty(
    api: Api, people: People, grow: Grow, runtime: Runtime, statements: list[str], redis_round_trips: list[str]
) -> None:
    sent = []
    for count in (1, MANY - 1):
        await grow(count)
        await runtime.redis.execute_command("FLUSHDB")
        statements.clear()
        redis_round_trips.clear()
        await api.data(QUERIES["home"], by=people.ann)
        sent.append((list(statements), list(redis_round_trips)))
    (few, few_round_trips), (many, many_round_trips) = sent
    # One for the ids, and one for rows that are new to this process.
    assert 0 < len(few) == len(many) <= MAX_STATEMENTS["home"] + 2, "\n".join([*few, "---", *many])
    assert len(few_round_trips) == len(many_round_trips) == REBUILD_ROUND_TRIPS, (few_round_trips, many_round_trips)


async def test_the_recorders_hear_everything(
    runtime: Runtime, statements: list[str], redis_round_trips: list[str]
) -> None:
    async with runtime.database.read() as session:
        await counts.of_tweets(session, [1])
    async with runtime.database.write() as session:
        await counts.fold(session)
    assert [statement.split()[0] for statement in statements] == ["SELECT", "SELECT", "WITH", "WITH", "WITH"]

    await runtime.redis.get("a")
    await timelines.read(runtime.redis, 1)
    await trend_buckets.by_hour(runtime.redis, "GLOBAL", "tweets", [1, 2, 3])
    assert [sent.split()[0] for sent in redis_round_trips if not sent.startswith("EVAL ")] == [
        "GET",
        "EVALSHA",
        "PIPELINE",
    ]
