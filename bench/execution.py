"""Execution alone: one page of tweets in memory by both executors, beside a dict written by hand.

No socket, no SQL: set-wise resolvers look their values up in dicts. All three answer the same bytes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import orjson
import strawberry

from bench.figures import Machine, machine
from bench.progress import progress
from execution.engine import Engine
from execution.limits import Limits
from execution.setwise import SetwiseCalls
from schema.binding import Bound, bound, derived, plain

TWEETS = 50
FIELDS = 13 * TWEETS
ROUNDS = 15
STOCK_TIMES, OTHER_TIMES = 3, 60
"""In a round; so long that the clock's own cost does not show."""

PAGE = """
{ tweets {
  id text author { id username displayName } counts { likes retweets replies } viewerState { liked bookmarked }
} }
"""


class Author(msgspec.Struct, frozen=True):
    number: int
    username: str
    display_name: str


class Tweet(msgspec.Struct, frozen=True):
    number: int
    text: str
    author_number: int


class Counts(msgspec.Struct, frozen=True):
    likes: int
    retweets: int
    replies: int


class ViewerState(msgspec.Struct, frozen=True):
    liked: bool
    bookmarked: bool


AUTHORS = {number: Author(number, f"person{number}", f"Person {number}") for number in range(20)}
POSTED = [Tweet(number, f"tweet {number} " * 8, number % 20) for number in range(TWEETS)]
COUNTS = {tweet.number: Counts(tweet.number, 2, 3) for tweet in POSTED}
STATES = {tweet.number: ViewerState(liked=tweet.number % 2 == 0, bookmarked=False) for tweet in POSTED}


class Context:
    def __init__(self) -> None:
        self.setwise = SetwiseCalls()


async def page(context: Context) -> list[Tweet]:  # noqa: ARG001
    return POSTED


async def authors(parents: list[Tweet], context: Context) -> list[Author]:  # noqa: ARG001
    return [AUTHORS[tweet.author_number] for tweet in parents]


async def counts(parents: list[Tweet], context: Context) -> list[Counts]:  # noqa: ARG001
    return [COUNTS[tweet.number] for tweet in parents]


async def viewer_states(parents: list[Tweet], context: Context) -> list[ViewerState | None]:  # noqa: ARG001
    return [STATES.get(tweet.number) for tweet in parents]


@strawberry.type(name="Author")
class AuthorType(Bound):
    record = Author
    id: strawberry.ID = derived(lambda author: f"U{author.number}", "")
    username: str = plain("")
    display_name: str = plain("")


@strawberry.type(name="Counts")
class CountsType(Bound):
    record = Counts
    likes: int = plain("")
    retweets: int = plain("")
    replies: int = plain("")


@strawberry.type(name="ViewerState")
class ViewerStateType(Bound):
    record = ViewerState
    liked: bool = plain("")
    bookmarked: bool = plain("")


@strawberry.type(name="Tweet")
class TweetType(Bound):
    record = Tweet
    id: strawberry.ID = derived(lambda tweet: f"T{tweet.number}", "")
    text: str = plain("")
    author: AuthorType = bound(authors, "")
    counts: CountsType = bound(counts, "")
    viewer_state: ViewerStateType | None = bound(viewer_states, "")


@strawberry.type
class Query:
    tweets: list[TweetType] = bound(page, "")


def by_hand() -> dict[str, Any]:
    answer = []
    for tweet in POSTED:
        author, counted, state = AUTHORS[tweet.author_number], COUNTS[tweet.number], STATES[tweet.number]
        answer.append(
            {
                "id": f"T{tweet.number}",
                "text": tweet.text,
                "author": {
                    "id": f"U{author.number}",
                    "username": author.username,
                    "displayName": author.display_name,
                },
                "counts": {"likes": counted.likes, "retweets": counted.retweets, "replies": counted.replies},
                "viewerState": {"liked": state.liked, "bookmarked": state.bookmarked},
            }
        )
    return {"tweets": answer}


class Execution(msgspec.Struct, frozen=True):
    machine: Machine
    fields: int
    floor_ms: float
    ours_ms: float
    stock_ms: float
    ratio: float
    """Ours over the dict written by hand."""
    stock_ratio: float
    stock_over_ours: float


async def measure() -> Execution:
    found = machine()
    schema = strawberry.Schema(Query)
    limits = Limits(cost=1_000_000)

    def engine(*, breadth_first: bool) -> Engine:
        return Engine(schema, limits, introspection=True, breadth_first=breadth_first)

    async def executed(engine: Engine) -> Any:
        return (await engine.execute(engine.prepared(PAGE, None), None, Context())).data

    async def floor() -> Any:
        return by_hand()

    breadth_first, stock = engine(breadth_first=True), engine(breadth_first=False)
    ways: dict[str, tuple[Callable[[], Awaitable[Any]], int]] = {
        "floor": (floor, OTHER_TIMES),
        "ours": (lambda: executed(breadth_first), OTHER_TIMES),
        "stock": (lambda: executed(stock), STOCK_TIMES),
    }
    answers = {orjson.dumps(await way()) for way, _times in ways.values()}
    if len(answers) != 1:
        raise AssertionError("the three do not answer the same")
    took: dict[str, list[float]] = {name: [] for name in ways}
    with progress(ROUNDS) as advance:
        for _ in range(ROUNDS):
            for name, (way, times) in ways.items():
                took[name].append(await _ms(way, times))
            advance()
    ms = {name: statistics.median(times) for name, times in took.items()}
    return Execution(
        machine=found,
        fields=FIELDS,
        floor_ms=round(ms["floor"], 3),
        ours_ms=round(ms["ours"], 3),
        stock_ms=round(ms["stock"], 3),
        ratio=round(ms["ours"] / ms["floor"], 2),
        stock_ratio=round(ms["stock"] / ms["floor"], 1),
        stock_over_ours=round(ms["stock"] / ms["ours"], 1),
    )


async def _ms(way: Callable[[], Awaitable[Any]], times: int) -> float:
    """CPU per answer, made into JSON."""
    began = time.process_time()
    for _ in range(times):
        orjson.dumps(await way())
    return (time.process_time() - began) * 1000 / times
