"""viewer.catchUp: with what is behind the cursor, exactly the home timeline."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.errors import only_error
from tests.client import Api, People
from tests.queue import Queue

QUERY = """
query($since: Cursor!, $order: CatchUpOrder, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer {
    catchUp(since: $since, order: $order, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { ... on TimelineTweet { tweet { ... on Tweet { text } } reason { code } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      freshness { state source }
    }
  }
}
"""
BEHIND = "query($after: Cursor) { viewer { homeTimeline(after: $after) { edges { cursor } nodes { text } } } }"


async def page(api: Api, people: People, since: str, **variables: Any) -> dict[str, Any]:
    variables = {"order": "OLDEST_FIRST", "since": since, **variables}
    found: dict[str, Any] = (await api.data(QUERY, variables, by=people.ann))["viewer"]["catchUp"]
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["tweet"]["text"] for edge in found["edges"] if edge["node"]]


@pytest.fixture
async def written(api: Api, people: People, queue: Queue) -> list[str]:
    """The texts of ann's home timeline, oldest first; some of it in her cache."""
    await api.followed(people.ann, people.bob)
    texts = [f"tweet {n}" for n in range(9)]
    for number, text in enumerate(texts):
        await api.tweeted((people.ann, people.bob)[number % 2], text)
        await api.tweeted(people.cat, "not in it")
        if number == 5:
            await queue.drained()
            await api.data(BEHIND, by=people.ann)
    return texts


async def cursors(api: Api, people: People) -> list[str]:
    """Of the home timeline, newest first."""
    edges = (await api.data(BEHIND, by=people.ann))["viewer"]["homeTimeline"]["edges"]
    return [edge["cursor"] for edge in edges]


async def test_a_page_says_where_to_go_on(api: Api, people: People, written: list[str]) -> None:
    at = await cursors(api, people)
    assert await page(api, people, at[5], first=2) == {
        "edges": [
            {"cursor": at[4], "node": {"tweet": {"text": "tweet 4"}, "reason": {"code": "SELF"}}},
            {"cursor": at[3], "node": {"tweet": {"text": "tweet 5"}, "reason": {"code": "FOLLOWED"}}},
        ],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": at[4], "endCursor": at[3]},
        "freshness": {"state": "LIVE", "source": "DATABASE"},
    }


@pytest.mark.parametrize("order", ["OLDEST_FIRST", "NEWEST_FIRST"])
@pytest.mark.parametrize("direction", ["first", "last"])
@pytest.mark.parametrize("seen", [0, 3, 8])
async def test_with_what_is_behind_the_cursor_it_is_the_home_timeline(
    api: Api, people: People, written: list[str], order: str, direction: str, seen: int
) -> None:
    since = (await cursors(api, people))[seen]
    key, at, more = {
        "first": ("after", "endCursor", "hasNextPage"),
        "last": ("before", "startCursor", "hasPreviousPage"),
    }[direction]
    found: list[str] = []
    cursor = None
    while True:
        one = await page(api, people, since, order=order, **{direction: 2, key: cursor})
        found = found + texts(one) if direction == "first" else texts(one) + found
        cursor = one["pageInfo"][at]
        if not one["pageInfo"][more]:
            break
    behind = (await api.data(BEHIND, {"after": since}, by=people.ann))["viewer"]["homeTimeline"]["nodes"]
    newest_first = found if order == "NEWEST_FIRST" else found[::-1]
    # What has the cursor itself is neither.
    assert [*newest_first, written[::-1][seen], *(node["text"] for node in behind)] == written[::-1]


async def test_the_last_cursor_is_where_to_catch_up_from_next(api: Api, people: People, written: list[str]) -> None:
    caught_up = await page(api, people, (await cursors(api, people))[1])
    assert texts(caught_up) == ["tweet 8"]
    since = caught_up["pageInfo"]["endCursor"]
    assert texts(await page(api, people, since)) == []
    await api.tweeted(people.bob, "later")
    assert texts(await page(api, people, since)) == ["later"]


async def test_pages_lie_between_since_and_their_cursors(api: Api, people: People, written: list[str]) -> None:
    at = await cursors(api, people)
    assert texts(await page(api, people, at[4], after=at[7])) == ["tweet 5", "tweet 6", "tweet 7", "tweet 8"]
    assert texts(await page(api, people, at[4], after=at[3], before=at[0])) == ["tweet 6", "tweet 7"]
    newest_first = {"order": "NEWEST_FIRST", "before": at[7]}
    assert texts(await page(api, people, at[4], **newest_first)) == ["tweet 8", "tweet 7", "tweet 6", "tweet 5"]


@pytest.mark.parametrize("since", ["", "garbage", ids.cursor("tweets", 1), ids.global_id("Tweet", 1)])
async def test_another_lists_cursor_is_refused(api: Api, people: People, since: str) -> None:
    variables = {"since": since, "order": "OLDEST_FIRST"}
    assert await only_error(api, QUERY, variables, by=people.ann) == ("BAD_CURSOR", ["viewer", "catchUp"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"first": 0}, "VALIDATION_FAILED"),
        ({"first": 101}, "VALIDATION_FAILED"),
        ({"first": 1, "last": 1}, "VALIDATION_FAILED"),
        ({"after": "garbage"}, "BAD_CURSOR"),
        ({"before": ids.cursor("tweets", 1)}, "BAD_CURSOR"),
    ],
)
async def test_a_bad_page_is_refused(api: Api, people: People, arguments: dict[str, Any], code: str) -> None:
    variables = {"since": ids.cursor("home", 1), "order": "OLDEST_FIRST", **arguments}
    assert await only_error(api, QUERY, variables, by=people.ann) == (code, ["viewer", "catchUp"])
