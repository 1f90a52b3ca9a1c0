"""A tweet that several followees retweet comes once in viewer.homeTimeline, with who retweeted it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.ids import snowflake
from domain.tweets import checked_text
from services import filled_pages, retweets, tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.client import Api, People, Person

ENTRY = """... on TimelineTweet {
  tweet { ... on Tweet { text retweetOf { ... on Tweet { text } } } }
  reason { code via { username } } retweetedBy { username } retweeterCount
}"""
HOME = f"""
query($first: Int, $after: Cursor, $last: Int, $before: Cursor) {{
  viewer {{ homeTimeline(first: $first, after: $after, last: $last, before: $before) {{
    edges {{ cursor node {{ __typename {ENTRY} ... on TimelineGap {{ newest oldest missing {{ value }} }} }} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  }} }}
}}
"""
HOUR, MILLISECOND = timedelta(hours=1), timedelta(milliseconds=1)
Shown = list[tuple[str, list[str], int]]


class Circle:
    """ann follows them all but dan; what they post and retweet has ids of the past."""

    def __init__(self, api: Api, runtime: Runtime, people: dict[str, Person]) -> None:
        self.api, self.runtime, self.people = api, runtime, people
        self.ann = people["ann"]
        self.now_ms = runtime.clock.now_ms()

    def id_at(self, ago: timedelta) -> int:
        return snowflake(ms=self.now_ms - ago // MILLISECOND, worker=0, sequence=0)

    async def posts(self, name: str, words: str, ago: timedelta) -> int:
        draft = Draft(self.id_at(ago), self.people[name].raw_id, checked_text(words), self.runtime.now())
        async with self.runtime.database.write() as session:
            [tweet] = await tweets.post(session, [draft])
        return tweet.id

    async def retweets(self, name: str, tweet_id: int, ago: timedelta) -> None:
        triple = (self.id_at(ago), self.people[name].raw_id, tweet_id)
        async with self.runtime.database.write() as session:
            await retweets.retweet(session, [triple], now=self.runtime.now())

    async def do(self, mutation: str, subject: str, *, by: str) -> None:
        argument = "userId" if "User" in mutation or "Retweets" in mutation else "tweetId"
        extra = ", showRetweets: false" if "Retweets" in mutation else ""
        query = f"mutation($id: ID!) {{ {mutation}(input: {{{argument}: $id{extra}}}) {{ userErrors {{ code }} }} }}"
        assert await self.api.data(query, {"id": subject}, by=self.people[by]) == {mutation: {"userErrors": []}}

    async def page(self, **variables: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.data(HOME, variables, by=self.ann))["viewer"]["homeTimeline"]
        return found

    async def home(self) -> Shown:
        """The same from the cache and from Postgres."""
        found = [shown(await self.page(**size)) for size in ({"first": 50}, {"last": 50})]
        assert found[0] == found[1]
        return found[0]


def shown(page: dict[str, Any]) -> Shown:
    """Whose retweet it is, or its text; who is named; how many there are."""
    return [
        (
            "".join(user["username"] for user in node["reason"]["via"]) or node["tweet"]["text"],
            [user["username"] for user in node["retweetedBy"]],
            node["retweeterCount"],
        )
        for node in (edge["node"] for edge in page["edges"])
    ]


@pytest.fixture
async def circle(api: Api, runtime: Runtime, people: People) -> Circle:
    others = {name: await api.registered(name) for name in ("eve", "fay", "gus", "hal")}
    followed = {"bob": people.bob, "cat": people.cat, **others}
    for followee in followed.values():
        await api.followed(people.ann, followee)
    return Circle(api, runtime, {"ann": people.ann, "dan": await api.registered("dan"), **followed})


async def test_the_earliest_retweet_stays_and_says_who_else_retweeted(circle: Circle) -> None:
    tweet_id = await circle.posts("dan", "tea", 3 * HOUR)
    for hours, name in ((2, "cat"), (1, "bob")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    cursor = ids.cursor("home", circle.id_at(2 * HOUR))
    assert await circle.page() == {
        "edges": [
            {
                "cursor": cursor,
                "node": {
                    "__typename": "TimelineTweet",
                    "tweet": {"text": "", "retweetOf": {"text": "tea"}},
                    "reason": {"code": "RETWEET", "via": [{"username": "cat"}]},
                    "retweetedBy": [{"username": "cat"}, {"username": "bob"}],
                    "retweeterCount": 2,
                },
            }
        ],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": cursor, "endCursor": cursor},
    }


async def test_the_tweet_itself_stays_where_its_author_is_followed_too(circle: Circle) -> None:
    tweet_id = await circle.posts("bob", "tea", 3 * HOUR)
    await circle.retweets("cat", tweet_id, 2 * HOUR)
    assert await circle.home() == [("tea", ["cat"], 1)]


async def test_the_viewers_own_retweet_stands_beside_the_others(circle: Circle) -> None:
    tweet_id = await circle.posts("dan", "tea", 5 * HOUR)
    for hours, name in ((4, "bob"), (3, "ann"), (2, "cat")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    assert await circle.home() == [("ann", ["bob", "cat"], 2), ("bob", ["bob", "cat"], 2)]


async def test_what_the_viewer_wrote_or_retweeted_first_does_not_come_back(circle: Circle) -> None:
    own = await circle.posts("ann", "own", 6 * HOUR)
    other = await circle.posts("dan", "tea", 5 * HOUR)
    await circle.retweets("ann", other, 4 * HOUR)
    for hours, tweet_id in ((3, own), (2, other)):
        await circle.retweets("bob", tweet_id, hours * HOUR)
    assert await circle.home() == [("ann", ["bob"], 1), ("own", ["bob"], 1)]


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        pytest.param({"bob": 25 * HOUR, "cat": HOUR}, ["bob"], id="24 hours"),
        pytest.param({"bob": 25 * HOUR + MILLISECOND, "cat": HOUR}, ["cat", "bob"], id="a millisecond more"),
        pytest.param({"bob": 40 * HOUR, "cat": 20 * HOUR, "eve": HOUR}, ["bob"], id="a repeat counts"),
        pytest.param({"bob": 70 * HOUR, "cat": 30 * HOUR, "eve": 20 * HOUR}, ["cat", "bob"], id="two at a distance"),
    ],
)
async def test_after_a_day_it_comes_again(circle: Circle, ages: dict[str, timedelta], expected: list[str]) -> None:
    tweet_id = await circle.posts("dan", "tea", 80 * HOUR)
    for name, ago in ages.items():
        await circle.retweets(name, tweet_id, ago)
    assert [via for via, _, _ in await circle.home()] == expected


@pytest.mark.parametrize(
    ("mutation", "by"),
    [
        ("unretweetTweet", "bob"),
        ("muteUser", "ann"),
        ("unfollowUser", "ann"),
        ("blockUser", "ann"),
        ("setShowRetweets", "ann"),
    ],
)
async def test_the_next_one_takes_over(circle: Circle, mutation: str, by: str) -> None:
    tweet_id = await circle.posts("dan", "tea", 4 * HOUR)
    for hours, name in ((3, "bob"), (2, "cat"), (1, "eve")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    assert await circle.home() == [("bob", ["bob", "cat", "eve"], 3)]
    subject = ids.global_id("Tweet", tweet_id) if mutation == "unretweetTweet" else circle.people["bob"].id
    await circle.do(mutation, subject, by=by)
    assert await circle.home() == [("cat", ["cat", "eve"], 2)]


async def test_no_retweet_outlives_its_tweet(circle: Circle) -> None:
    tweet_id = await circle.posts("dan", "tea", 4 * HOUR)
    for hours, name in ((3, "bob"), (2, "cat")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    await circle.do("deleteTweet", ids.global_id("Tweet", tweet_id), by="dan")
    assert await circle.home() == []


async def test_the_first_three_are_named(circle: Circle) -> None:
    tweet_id = await circle.posts("dan", "tea", 30 * HOUR)
    for hours, name in ((29, "fay"), (28, "cat"), (2, "eve"), (1, "bob")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    named = ["fay", "cat", "eve"]
    assert await circle.home() == [("eve", named, 4), ("fay", named, 4)]


@pytest.mark.parametrize("by", ["ann", "cat", None])
async def test_other_timelines_name_those_whom_the_viewer_follows(circle: Circle, by: str | None) -> None:
    tweet_id = await circle.posts("dan", "#tea", 2 * HOUR)
    await circle.retweets("bob", tweet_id, HOUR)
    query = f'{{ hashtag(name: "tea") {{ tweets {{ edges {{ node {{ {ENTRY} }} }} }} }} }}'
    found = (await circle.api.data(query, by=None if by is None else circle.people[by]))["hashtag"]["tweets"]
    assert shown(found) == [("#tea", *((["bob"], 1) if by == "ann" else ([], 0)))]


@pytest.fixture
async def crowded(circle: Circle) -> Circle:
    """Two tweets that everybody retweets one after the other, between tweets of bob's."""
    await circle.posts("bob", "oldest", 20 * HOUR)
    for hours in (16, 9):
        tweet_id = await circle.posts("dan", "tea", hours * HOUR)
        for later, name in enumerate(("bob", "cat", "eve", "fay", "gus", "hal"), start=1):
            await circle.retweets(name, tweet_id, (hours - later) * HOUR)
    await circle.posts("bob", "newest", HOUR)
    return circle


WHOLE = [
    ("newest", [], 0),
    ("bob", ["bob", "cat", "eve"], 6),
    ("bob", ["bob", "cat", "eve"], 6),
    ("oldest", [], 0),
]
Walk = Callable[[str], Awaitable[list[Shown]]]


@pytest.fixture
def walk(crowded: Circle) -> Walk:
    async def walked(direction: str) -> list[Shown]:
        edge, at, more = {
            "first": ("after", "endCursor", "hasNextPage"),
            "last": ("before", "startCursor", "hasPreviousPage"),
        }[direction]
        pages, cursor = [], None
        while True:
            found = await crowded.page(**{direction: 2, edge: cursor})
            pages.append(shown(found))
            cursor = found["pageInfo"][at]
            if not found["pageInfo"][more]:
                return pages

    return walked


async def test_pages_through_repeats_are_full(walk: Walk) -> None:
    assert await walk("first") == [WHOLE[:2], WHOLE[2:]]
    assert await walk("last") == [WHOLE[2:], WHOLE[:2]]


async def test_where_rounds_run_out_pages_are_short_and_lead_on(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filled_pages, "MAX_ROUNDS", 1)
    assert await walk("first") == [WHOLE[:1], WHOLE[1:2], WHOLE[2:]]
    assert await walk("last") == [WHOLE[2:], [], WHOLE[1:2], [], WHOLE[:1]]


async def test_a_short_page_ends_at_what_it_looked_at(crowded: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filled_pages, "MAX_ROUNDS", 1)

    def at(hours: int) -> str:
        return ids.cursor("home", crowded.id_at(hours * HOUR))

    # Twice two repeats, hal's and gus's in the cache, fay's and eve's in Postgres.
    assert await crowded.page(first=1, after=at(1), before=at(20)) == {
        "edges": [
            {
                "cursor": at(6),
                "node": {
                    "__typename": "TimelineGap",
                    "newest": at(6),
                    "oldest": at(20),
                    "missing": {"value": 2},
                },
            }
        ],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": True, "startCursor": at(6), "endCursor": at(6)},
    }
    backward = await crowded.page(last=1, before=at(15))
    assert (backward["edges"], backward["pageInfo"]) == (
        [],
        {"hasNextPage": True, "hasPreviousPage": True, "startCursor": at(13), "endCursor": None},
    )


async def test_every_count_and_order_of_the_home_timeline_has_it_once(crowded: Circle) -> None:
    since = ids.cursor("home", crowded.id_at(20 * HOUR))
    query = f"""{{ viewer {{
        homeTimeline {{ newCountSince(cursor: "{since}") {{ value precision }} }}
        catchUp(since: "{since}", first: 10) {{ edges {{ node {{ {ENTRY} }} }} }}
        ranked: homeTimeline(mode: RANKED, first: 10) {{ edges {{ node {{ {ENTRY} }} }} }}
    }} }}"""
    viewer = (await crowded.api.data(query, by=crowded.ann))["viewer"]
    assert viewer["homeTimeline"]["newCountSince"] == {"value": 3, "precision": "EXACT"}
    assert shown(viewer["catchUp"]) == WHOLE[2::-1]
    assert sorted(shown(viewer["ranked"])) == sorted(WHOLE)


async def test_a_suspended_retweeter_is_not_named(circle: Circle) -> None:
    tweet_id = await circle.posts("dan", "tea", 3 * HOUR)
    for hours, name in ((2, "cat"), (1, "bob")):
        await circle.retweets(name, tweet_id, hours * HOUR)
    async with circle.runtime.database.write() as session:
        await session.execute(text("UPDATE users SET status = 'SUSPENDED' WHERE username = 'cat'"))
    assert await circle.home() == [("bob", ["bob"], 1)]
