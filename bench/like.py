"""Many people liking one tweet at once: what the heat of a single row costs, and whether its count is exact."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import httpx
import msgspec

from bench.clients import POST, Person, graphql, registered
from bench.figures import Latency, Machine, latency, machine

GIVE_UP_AFTER_S = 60.0
ALONE = 200
WARM_UP = 50
PREPARED_AT_ONCE = 8

LIKE = "mutation Like($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { message } } }"
UNLIKE = "mutation Unlike($id: ID!) { unlikeTweet(input: {tweetId: $id}) { userErrors { message } } }"
COUNT = "query Count($id: ID!) { tweet(id: $id) { ... on Tweet { likeCount { value } } } }"


Result = TypeVar("Result")


class Liking(msgspec.Struct, frozen=True):
    machine: Machine
    alone: Latency
    """One like after another, each of a tweet of its own."""
    spread: Latency
    """All likes at once, each of a tweet of its own: what so many requests cost this one API process anyway."""
    hot: Latency
    """All likes and unlikes at once, of one tweet; the likes' own time."""
    ratio: float
    """p99 of `hot` over p99 of `spread`: the price of the heat."""
    ratio_alone: float
    """p99 of `hot` over p99 of `alone`: heat, and the queue for one process."""
    likes: int
    unlikes: int
    counted: int
    p50_ms: float
    """Of a like alone."""
    p99_ms: float

    @property
    def is_exact(self) -> bool:
        return self.counted == self.likes


async def measure(api_url: str, *, likes: int, unlikes: int) -> Liking:
    found = machine()
    limits = httpx.Limits(max_connections=likes + unlikes, max_keepalive_connections=likes + unlikes)
    async with httpx.AsyncClient(base_url=api_url, timeout=GIVE_UP_AFTER_S, limits=limits) as http:
        author, *people = await _people(http, 1 + likes + unlikes)
        fans, former = people[:likes], people[likes:]
        own = await _tweets(http, author, likes + unlikes)
        hot, *single = await _tweets(http, author, 1 + ALONE + WARM_UP)
        for person in former:
            await _liked(http, person, hot)
        for tweet in single[:WARM_UP]:
            await _liked(http, author, tweet)
        alone = [await _liked(http, author, tweet) for tweet in single[WARM_UP:]]
        spread = await asyncio.gather(*(_liked(http, *pair) for pair in zip(people, own, strict=True)))
        unliking = (graphql(http, UNLIKE, {"id": hot}, person) for person in former)
        heating = asyncio.gather(*(_liked(http, fan, hot) for fan in fans))
        await asyncio.gather(heating, *unliking)
        heated = heating.result()
        answer = (await http.post("/graphql", json={"query": COUNT, "variables": {"id": hot}})).json()
        counted: int = answer["data"]["tweet"]["likeCount"]["value"]
    figures = {name: latency(times) for name, times in (("alone", alone), ("spread", spread), ("hot", heated))}
    return Liking(
        machine=found,
        **figures,
        ratio=round(figures["hot"].p99 / figures["spread"].p99, 2),
        ratio_alone=round(figures["hot"].p99 / figures["alone"].p99, 2),
        likes=likes,
        unlikes=unlikes,
        counted=counted,
        p50_ms=figures["alone"].p50,
        p99_ms=figures["alone"].p99,
    )


async def _people(http: httpx.AsyncClient, count: int) -> list[Person]:
    return await _a_few_at_once([registered(http) for _ in range(count)])


async def _tweets(http: httpx.AsyncClient, author: Person, count: int) -> list[str]:
    posted = [graphql(http, POST, {"text": f"tweet {n}"}, author) for n in range(count)]
    return [payload["tweet"]["id"] for payload in await _a_few_at_once(posted)]


async def _liked(http: httpx.AsyncClient, person: Person, tweet_id: str) -> float:
    """Seconds until the answer."""
    began_at = time.perf_counter()
    await graphql(http, LIKE, {"id": tweet_id}, person)
    return time.perf_counter() - began_at


async def _a_few_at_once(work: Sequence[Coroutine[Any, Any, Result]]) -> list[Result]:
    free = asyncio.Semaphore(PREPARED_AT_ONCE)

    async def one(coroutine: Coroutine[Any, Any, Result]) -> Result:
        async with free:
            return await coroutine

    return await asyncio.gather(*map(one, work))
