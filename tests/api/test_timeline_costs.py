"""What the other timelines cost: the same for one entry and for fifty."""

from __future__ import annotations

import pytest

from domain import ids
from tests.client import Api, People
from tests.queue import Queue

ENTRY = "text likeCount { value } viewerState { liked } author { ... on User { username } }"
SINCE = ids.cursor("home", 1)
QUERIES = {
    "mentions": f"{{ viewer {{ mentions(first: 100) {{ nodes {{ {ENTRY} }} }} }} }}",
    "hashtag": f'{{ hashtag(name: "tea") {{ tweets(first: 100) {{ nodes {{ {ENTRY} }} }} }} }}',
    "by rank": f"{{ viewer {{ homeTimeline(mode: RANKED, first: 100) {{ nodes {{ {ENTRY} }} }} }} }}",
    "catch up": f'{{ viewer {{ catchUp(since: "{SINCE}", first: 100) {{ nodes {{ {ENTRY} }} }} }} }}',
    "newer": (
        "{ viewer { homeTimeline(first: 100) { nodes { text } "
        f'newCountSince(cursor: "{SINCE}") {{ value }} }} }} }}'
    ),
}
MAX_STATEMENTS = {"mentions": 6, "hashtag": 6, "by rank": 8, "catch up": 6, "newer": 4}
"""Who asks, the listing, its tweets or what they are ranked by, and one statement for each kind of thing shown."""
MAX_REDIS_ROUND_TRIPS = {"mentions": 0, "hashtag": 0, "by rank": 3, "catch up": 0, "newer": 2}


@pytest.mark.parametrize("name", QUERIES)
async def test_one_entry_and_fifty_cost_the_same(
    api: Api, people: People, queue: Queue, statements: list[str], redis_round_trips: list[str], name: str
) -> None:
    await api.followed(people.ann, people.bob)
    sent: list[list[str]] = []
    round_trips: list[list[str]] = []
    for count in (1, 49):
        for n in range(count):
            await api.tweeted(people.bob, f"@ann #tea {count} {n}")
        await queue.drained()
        await api.data(QUERIES[name], by=people.ann)
        statements.clear()
        redis_round_trips.clear()
        await api.data(QUERIES[name], by=people.ann)
        sent.append(list(statements))
        round_trips.append(list(redis_round_trips))
    few, many = sent
    assert 0 < len(few) == len(many) <= MAX_STATEMENTS[name], "\n".join([*few, "---", *many])
    assert len(round_trips[0]) == len(round_trips[1]) == MAX_REDIS_ROUND_TRIPS[name], round_trips


async def test_a_later_page_by_rank_is_one_read_and_one_statement(
    api: Api, people: People, statements: list[str], redis_round_trips: list[str]
) -> None:
    for n in range(4):
        await api.tweeted(people.ann, f"tweet {n}")
    query = """query($after: Cursor) { viewer { homeTimeline(mode: RANKED, first: 1, after: $after) {
        nodes { text } pageInfo { endCursor } } } }"""
    first = (await api.data(query, by=people.ann))["viewer"]["homeTimeline"]
    statements.clear()
    redis_round_trips.clear()
    later = await api.data(query, {"after": first["pageInfo"]["endCursor"]}, by=people.ann)
    assert later["viewer"]["homeTimeline"]["nodes"] == [{"text": "tweet 2"}]
    assert len(statements) == 2, "who asks, and what of the ranking is still in the timeline"
    assert len(redis_round_trips) == 1
