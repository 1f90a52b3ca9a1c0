"""TimelineGap: what a page of the home timeline is too small to reach, and how it is filled."""

from __future__ import annotations

import random
from typing import Any

import pytest

from domain import ids
from services import filled_pages
from tests.client import Api, People, Person

EDGES = """
edges { cursor node {
  __typename
  ... on TimelineTweet { tweet { ... on Tweet { text } } reason { code } }
  ... on TimelineGap { newest oldest missing { value precision } gapReason }
} }
nodes { text }
pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
"""
CATCH_UP = f"""
query($since: Cursor!, $order: CatchUpOrder, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {{
  viewer {{ page: catchUp(since: $since, order: $order, first: $first, after: $after, last: $last, before: $before) {{
    {EDGES}
  }} }}
}}
"""
HOME = f"""
query($first: Int, $after: Cursor, $last: Int, $before: Cursor) {{
  viewer {{ page: homeTimeline(first: $first, after: $after, last: $last, before: $before) {{ {EDGES} }} }}
}}
"""
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
RETWEET = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
NEWEST, OLDEST = {"order": "NEWEST_FIRST"}, {"order": "OLDEST_FIRST"}


def cursor(tweet_id: str) -> str:
    raw_id = ids.raw_id(tweet_id, "Tweet")
    assert raw_id is not None
    return ids.cursor("home", raw_id)


class Reader:
    """ann, whose home timeline holds what she writes."""

    def __init__(self, api: Api, people: People) -> None:
        self.api, self.ann = api, people.ann
        self.written: list[str] = []
        """Ids, oldest first; the text of each is its place."""

    async def write(self, count: int) -> list[str]:
        for _ in range(count):
            self.written.append(await self.api.tweeted(self.ann, str(len(self.written))))
        return [cursor(tweet_id) for tweet_id in self.written]

    async def delete(self, *numbers: int) -> None:
        for number in numbers:
            await self.api.data(DELETE, {"id": self.written[number]}, by=self.ann)

    async def page(self, query: str, **variables: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.data(query, variables, by=self.ann))["viewer"]["page"]
        return found


@pytest.fixture
def reader(api: Api, people: People) -> Reader:
    return Reader(api, people)


def gap(newest: str, oldest: str, missing: int, precision: str = "EXACT") -> dict[str, Any]:
    return {
        "__typename": "TimelineGap",
        "newest": newest,
        "oldest": oldest,
        "missing": {"value": missing, "precision": precision},
        "gapReason": "PAGE_LIMIT",
    }


def shown(page: dict[str, Any]) -> list[Any]:
    """The numbers of its tweets, and its gaps."""
    return [
        edge["node"] if edge["node"]["__typename"] == "TimelineGap" else int(edge["node"]["tweet"]["text"])
        for edge in page["edges"]
    ]


async def test_a_page_that_does_not_come_down_to_since_ends_with_a_gap(reader: Reader) -> None:
    at = await reader.write(7)
    assert await reader.page(CATCH_UP, since=at[1], first=2, **NEWEST) == {
        "edges": [
            *(
                {
                    "cursor": at[n],
                    "node": {"__typename": "TimelineTweet", "tweet": {"text": str(n)}, "reason": {"code": "SELF"}},
                }
                for n in (6, 5)
            ),
            {"cursor": at[5], "node": gap(at[5], at[1], 3)},
        ],
        "nodes": [{"text": "6"}, {"text": "5"}],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": at[6], "endCursor": at[5]},
    }


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        pytest.param(CATCH_UP, {"since": 1, "first": 4, **NEWEST}, [6, 5, 4, 3, (3, 1, 1)], id="one is missing"),
        pytest.param(CATCH_UP, {"since": 1, "first": 5, **NEWEST}, [6, 5, 4, 3, 2], id="none is missing"),
        pytest.param(CATCH_UP, {"since": 6, "first": 1, **NEWEST}, [], id="nothing is newer"),
        pytest.param(CATCH_UP, {"since": 1, "before": 3, "first": 1, **NEWEST}, [6, (6, 3, 2)], id="before"),
        pytest.param(CATCH_UP, {"since": 1, "after": 5, "first": 1, **NEWEST}, [4, (4, 1, 2)], id="after"),
        pytest.param(CATCH_UP, {"since": 1, "last": 2, **NEWEST}, [3, 2], id="from since on, newest first"),
        pytest.param(CATCH_UP, {"since": 1, "after": 5, "last": 2, **NEWEST}, [(5, 3, 1), 3, 2], id="up to after"),
        pytest.param(CATCH_UP, {"since": 1, "first": 2, **OLDEST}, [2, 3], id="from since on"),
        pytest.param(CATCH_UP, {"since": 1, "before": 5, "first": 2, **OLDEST}, [2, 3, (5, 3, 1)], id="up to before"),
        pytest.param(CATCH_UP, {"since": 1, "last": 2, **OLDEST}, [(5, 1, 3), 5, 6], id="the newest, oldest first"),
        pytest.param(HOME, {"first": 2}, [6, 5], id="home"),
        pytest.param(HOME, {"last": 2, "before": 3}, [5, 4], id="home, backward"),
        pytest.param(HOME, {"first": 2, "before": 1}, [6, 5, (5, 1, 3)], id="home, newer than a cursor"),
        pytest.param(HOME, {"first": 2, "after": 5, "before": 1}, [4, 3, (3, 1, 1)], id="home, filling"),
        pytest.param(HOME, {"last": 2, "after": 5, "before": 1}, [(5, 3, 1), 3, 2], id="home, filling from below"),
        pytest.param(HOME, {"last": 2, "after": 3}, [(3, 1, 1), 1, 0], id="home, from the oldest up"),
        pytest.param(HOME, {"first": 2, "after": 1, "before": 5}, [], id="nothing lies between"),
    ],
)
async def test_a_gap_lies_between_a_page_and_the_cursor_it_was_to_reach(
    reader: Reader, query: str, variables: dict[str, Any], expected: list[Any]
) -> None:
    """Cursors stand as the numbers of their tweets; a gap as its newest, its oldest, and how many are missing."""
    at = await reader.write(7)
    asked = {name: at[n] if name in {"since", "after", "before"} else n for name, n in variables.items()}
    assert shown(await reader.page(query, **asked)) == [
        gap(at[each[0]], at[each[1]], each[2]) if isinstance(each, tuple) else each for each in expected
    ]


async def test_what_is_missing_is_counted_up_to_a_hundred(reader: Reader) -> None:
    at = await reader.write(103)
    for since, missing in ((1, (100, "EXACT")), (0, (100, "AT_LEAST"))):
        assert shown(await reader.page(HOME, first=1, before=at[since])) == [102, gap(at[102], at[since], *missing)]


async def test_what_is_not_shown_is_not_missing(api: Api, people: People, reader: Reader) -> None:
    await api.followed(people.ann, people.bob)
    at = await reader.write(2)
    await api.tweeted(people.bob, "hello")
    at = await reader.write(2)
    mute = "mutation($id: ID!) { muteUser(input: {userId: $id}) { userErrors { code } } }"
    await api.data(mute, {"id": people.bob.id}, by=people.ann)
    assert shown(await reader.page(HOME, first=1, before=at[0])) == [3, gap(at[3], at[0], 2)]
    assert shown(await reader.page(HOME, first=1, before=at[1])) == [3, gap(at[3], at[1], 1)]
    await reader.delete(2)
    assert shown(await reader.page(HOME, first=1, before=at[1])) == [3], "only bob's tweet lies between"


async def test_a_gap_whose_entries_are_gone_is_filled_by_nothing(reader: Reader) -> None:
    at = await reader.write(5)
    assert shown(await reader.page(HOME, first=2, before=at[0])) == [4, 3, gap(at[3], at[0], 2)]
    await reader.delete(0, 1, 2, 3)
    filled = await reader.page(HOME, after=at[3], before=at[0])
    assert (filled["edges"], filled["pageInfo"]["hasNextPage"]) == ([], False)


async def test_only_counting_what_is_missing_costs_a_statement(reader: Reader, statements: list[str]) -> None:
    at = await reader.write(5)
    node = "node { ... on TimelineTweet { tweet { ... on Tweet { text } } } ... on TimelineGap { newest %s } }"
    await reader.page(HOME)
    sent = []
    for missing in ("", "missing { value }"):
        statements.clear()
        query = f'{{ viewer {{ page: homeTimeline(first: 2, before: "{at[0]}") {{ edges {{ {node % missing} }} }} }} }}'
        assert len((await reader.page(query))["edges"]) == 3
        sent.append(len(statements))
    assert sent[1] == sent[0] + 1


class Change:
    """Random histories of people whom ann follows, and what her home timeline was after each step."""

    def __init__(self, api: Api, people: People, reader: Reader, chance: random.Random) -> None:
        self.api, self.people, self.reader, self.chance = api, people, reader, chance
        self.tweets: list[tuple[Person, str]] = []
        self.timelines: list[list[str]] = []

    async def happen(self) -> None:
        author = self.chance.choice([self.people.ann, self.people.bob, self.people.cat])
        match self.chance.choice(["post", "retweet", "retweet", "delete"] if self.tweets else ["post"]):
            case "post":
                self.tweets.append((author, await self.api.tweeted(author, "hello")))
            case "retweet":
                _, tweet_id = self.chance.choice(self.tweets)
                await self.api.data(RETWEET, {"id": tweet_id}, by=author)
            case "delete":
                author, tweet_id = self.tweets.pop(self.chance.randrange(len(self.tweets)))
                await self.api.data(DELETE, {"id": tweet_id}, by=author)
        edges = (await self.reader.page(HOME, first=100))["edges"]
        self.timelines.append([edge["cursor"] for edge in edges])


def place(cursor: str) -> int:
    return ids.cursor_key("home", cursor)


@pytest.mark.parametrize("seed", range(1, 5))  # 0 writes faster than it reads, for a minute
async def test_pages_and_filled_gaps_are_the_whole_timeline(
    api: Api, people: People, reader: Reader, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes and goes between two requests, and from whichever end a gap is filled: what was there all the time
    is there once, in its order. Pages are short where they have looked at enough."""
    monkeypatch.setattr(filled_pages, "MAX_ROUNDS", 1)
    for followee in (people.bob, people.cat):
        await api.followed(people.ann, followee)
    chance = random.Random(seed)
    change = Change(api, people, reader, chance)
    while len((change.timelines or [[]])[-1]) < 16:
        await change.happen()
    change.timelines = change.timelines[-1:]
    since = chance.choice(change.timelines[0][10:])
    held = await filled_at_random(reader, change, since=since)
    newer = [{each for each in timeline if place(each) > place(since)} for timeline in change.timelines]
    top = place(change.timelines[0][0])
    assert [place(each) for each in held] == sorted({place(each) for each in held}, reverse=True)
    assert {each for each in set.intersection(*newer) if place(each) <= top} <= set(held) <= set.union(*newer)


async def filled_at_random(reader: Reader, change: Change, *, since: str) -> list[str]:
    """The cursors that a client has, newest first, once it has filled the gap, and the smaller ones it then gets."""
    chance = change.chance

    async def page(query: str, **variables: Any) -> list[Any]:
        edges = (await reader.page(query, **variables))["edges"]
        found = [edge["node"] if edge["node"]["__typename"] == "TimelineGap" else edge["cursor"] for edge in edges]
        for each in found:
            if isinstance(each, dict):
                low, high, missing = place(each["oldest"]), place(each["newest"]), each["missing"]
                between = len([cursor for cursor in change.timelines[-1] if low < place(cursor) < high])
                assert missing["value"] == between or (
                    missing["precision"] == "AT_LEAST" and missing["value"] < between
                )
        return found

    held = await page(CATCH_UP, since=since, first=chance.randint(1, 3), **NEWEST)
    while gaps := [number for number, each in enumerate(held) if isinstance(each, dict)]:
        await change.happen()
        [number] = gaps
        newest, oldest = held[number]["newest"], held[number]["oldest"]
        asked: list[tuple[str, dict[str, Any]]] = [
            (HOME, {"after": newest, "before": oldest}),
            (CATCH_UP, {"since": oldest, "after": newest, **NEWEST}),
            (CATCH_UP, {"since": oldest, "before": newest, **OLDEST}),
        ]
        query, between = chance.choice(asked)
        size = {chance.choice(["first", "last"]): chance.randint(1, 3)}
        filling = await page(query, **between, **size)
        held[number : number + 1] = filling[::-1] if between.get("order") == "OLDEST_FIRST" else filling
    return held
