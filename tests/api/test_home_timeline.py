"""viewer.homeTimeline."""

from __future__ import annotations

from typing import Any

import pytest

from services.runtime import Runtime
from tests.client import Api, People
from tests.queue import Queue

HOME = """
query Home($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer {
    homeTimeline(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { ... on TimelineTweet { tweet { ... on Tweet { text } } reason { code } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
TEXTS = "{ viewer { homeTimeline { nodes { text } } } }"


async def texts(api: Api, people: People) -> list[str]:
    """What ann's timeline shows."""
    nodes = (await api.data(TEXTS, by=people.ann))["viewer"]["homeTimeline"]["nodes"]
    return [node["text"] for node in nodes]


async def page(api: Api, people: People, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(HOME, variables, by=people.ann))["viewer"]["homeTimeline"]
    return found


async def test_own_and_followed_tweets_are_in_it_newest_first_with_the_reason(
    api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    for person, text in ((people.bob, "one"), (people.cat, "two"), (people.ann, "three"), (people.bob, "four")):
        await api.tweeted(person, text)
    await queue.drained()
    found = await page(api, people)
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert len(set(cursors)) == 3
    assert found == {
        "edges": [
            {"cursor": cursor, "node": {"tweet": {"text": text}, "reason": {"code": code}}}
            for cursor, text, code in zip(
                cursors, ["four", "three", "one"], ["FOLLOWED", "SELF", "FOLLOWED"], strict=True
            )
        ],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": cursors[0],
            "endCursor": cursors[2],
        },
    }


@pytest.mark.parametrize("is_cached", [True, False])
async def test_pages_join_without_gap_or_repeat_in_both_directions(
    api: Api, people: People, queue: Queue, runtime: Runtime, is_cached: bool
) -> None:
    written = [f"tweet {n}" for n in range(7)]
    for text in written:
        await api.tweeted(people.ann, text)
    await queue.drained()

    async def walked(size: str, edge: str, at: str, more: str) -> list[list[str]]:
        pages, cursor = [], None
        while True:
            if not is_cached:
                await runtime.redis.execute_command("FLUSHDB")
            found = await page(api, people, **{size: 3, edge: cursor})
            pages.append([edge["node"]["tweet"]["text"] for edge in found["edges"]])
            cursor = found["pageInfo"][at]
            if not found["pageInfo"][more]:
                return pages

    newest_first = written[::-1]
    assert await walked("first", "after", "endCursor", "hasNextPage") == [
        newest_first[:3],
        newest_first[3:6],
        newest_first[6:],
    ]
    assert await walked("last", "before", "startCursor", "hasPreviousPage") == [
        newest_first[4:],
        newest_first[1:4],
        newest_first[:1],
    ]


async def test_a_page_stays_where_it_is_while_tweets_come_and_go(api: Api, people: People, queue: Queue) -> None:
    tweet_ids = [await api.tweeted(people.ann, f"tweet {n}") for n in range(6)]
    first = await page(api, people, first=2)
    await api.tweeted(people.ann, "newer")
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { deletedTweetId } }"
    for gone in (tweet_ids[4], tweet_ids[2]):
        await api.data(delete, {"id": gone}, by=people.ann)
    await queue.drained()
    second = await page(api, people, first=2, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["tweet"]["text"] for edge in second["edges"]] == ["tweet 3", "tweet 1"]
    assert second["pageInfo"]["hasNextPage"]
    newer = await page(api, people, last=5, before=first["pageInfo"]["startCursor"])
    assert [edge["node"]["tweet"]["text"] for edge in newer["edges"]] == ["newer"]


async def test_an_empty_timeline_is_an_empty_page(api: Api, people: People) -> None:
    await api.tweeted(people.bob, "hello")
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert await page(api, people) == {"edges": [], "pageInfo": nothing}


async def test_fifty_entries_are_the_default_page(api: Api, people: People) -> None:
    for n in range(51):
        await api.tweeted(people.ann, f"tweet {n}")
    found = await page(api, people)
    assert (len(found["edges"]), found["pageInfo"]["hasNextPage"]) == (50, True)


async def test_a_reply_shows_to_those_who_follow_both_sides(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.ann, people.bob)
    bobs = await api.tweeted(people.bob, "bob's")
    cats = await api.tweeted(people.cat, "cat's")
    anns = await api.tweeted(people.ann, "ann's")
    for parent, text in ((bobs, "bob to bob"), (cats, "bob to cat"), (anns, "bob to ann")):
        await api.tweeted(people.bob, text, in_reply_to=parent)
    await api.tweeted(people.ann, "ann to cat", in_reply_to=cats)
    await queue.drained()
    assert await texts(api, people) == ["ann to cat", "bob to ann", "bob to bob", "ann's", "bob's"]
    await api.followed(people.ann, people.cat)
    assert await texts(api, people) == [
        "ann to cat", "bob to ann", "bob to cat", "bob to bob", "ann's", "cat's", "bob's",
    ]  # fmt: skip


async def test_followers_see_a_tweet_when_the_queue_has_brought_it(api: Api, people: People, queue: Queue) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    assert await texts(api, people) == []
    await api.tweeted(people.bob, "hello")
    await queue.drained()
    assert await texts(api, people) == ["hello"]
