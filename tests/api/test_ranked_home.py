"""viewer.homeTimeline(mode: RANKED). The formula is in tests/domain/test_ranking.py, no Redis in test_outages.py."""

from __future__ import annotations

import math
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.ranking import KEPT_FOR
from services.runtime import Runtime
from tests.api.errors import only_error
from tests.client import Api, People, Person

QUERY = """
query($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer {
    homeTimeline(mode: RANKED, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { ... on TimelineTweet {
        tweet { ... on Tweet { id text } } reason { code } rank { score engagement recency affinity }
      } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      freshness { state source asOf }
    }
  }
}
"""
PATH = ["viewer", "homeTimeline"]


async def page(api: Api, by: Person, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(QUERY, variables, by=by))["viewer"]["homeTimeline"]
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["tweet"]["text"] for edge in found["edges"]]


async def do(api: Api, mutation: str, subject: str, *, by: Person) -> None:
    argument = "userId" if "User" in mutation else "tweetId"
    query = f"mutation($id: ID!) {{ {mutation}(input: {{{argument}: $id}}) {{ userErrors {{ code }} }} }}"
    assert await api.data(query, {"id": subject}, by=by) == {mutation: {"userErrors": []}}


@pytest.fixture
async def seven(api: Api, people: People) -> list[str]:
    """The ids of bob's tweets, whom ann follows; each but the first has a like of cat's or a reply more."""
    await api.followed(people.ann, people.bob)
    tweet_ids = [await api.tweeted(people.bob, f"tweet {n}") for n in range(7)]
    for number, tweet_id in enumerate(tweet_ids):
        if number % 2:
            await do(api, "likeTweet", tweet_id, by=people.cat)
        for _ in range(number // 2):
            await api.tweeted(people.cat, "reply", in_reply_to=tweet_id)
    return tweet_ids


BY_RANK = ["tweet 6", "tweet 5", "tweet 4", "tweet 3", "tweet 2", "tweet 1", "tweet 0"]


async def test_entries_say_what_they_are_ordered_by(api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    own = await api.tweeted(people.ann, "own")
    liked = await api.tweeted(people.bob, "liked")
    await api.tweeted(people.bob, "nothing")
    shared = await api.tweeted(people.cat, "shared")
    for by in (people.bob, people.cat):
        await do(api, "likeTweet", own, by=by)
        await do(api, "likeTweet", shared, by=by)
        await do(api, "retweetTweet", shared, by=by)
    await api.tweeted(people.cat, "reply", in_reply_to=liked)
    await do(api, "likeTweet", liked, by=people.ann)
    found = await page(api, people.ann)
    shown = [(edge["node"]["tweet"]["text"], edge["node"]["reason"]["code"]) for edge in found["edges"]]
    assert shown == [("", "RETWEET"), ("liked", "FOLLOWED"), ("own", "SELF"), ("nothing", "FOLLOWED")]
    ranks = [edge["node"]["rank"] for edge in found["edges"]]
    close = 1 + math.log(2)
    assert [(rank["engagement"], rank["affinity"]) for rank in ranks] == [
        (6, pytest.approx(close)),
        (4, pytest.approx(close)),
        (2, 1),
        (0, pytest.approx(close)),
    ]
    for rank in ranks:
        assert 0.9 < rank["recency"] <= 1
        assert rank["score"] == pytest.approx(rank["engagement"] * rank["recency"] * rank["affinity"])
    assert (found["freshness"]["state"], found["freshness"]["source"]) == ("LIVE", "CACHE")


async def test_affinity_is_what_the_viewer_did_in_thirty_days(api: Api, people: People, runtime: Runtime) -> None:
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.bob, "hello")
    await do(api, "likeTweet", tweet_id, by=people.ann)
    await do(api, "retweetTweet", tweet_id, by=people.ann)
    await api.tweeted(people.ann, "reply", in_reply_to=tweet_id)
    # What others do, and what the viewer does to themselves or others, is not the viewer's with bob.
    own = await api.tweeted(people.ann, "own")
    for by in (people.ann, people.bob):
        await do(api, "likeTweet", own, by=by)
    await do(api, "likeTweet", tweet_id, by=people.cat)

    async def affinity() -> float:
        edges = (await page(api, people.ann))["edges"]
        [found] = [edge["node"]["rank"] for edge in edges if edge["node"]["tweet"]["text"] == "hello"]
        return float(found["affinity"])

    assert await affinity() == pytest.approx(1 + math.log(4))
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE likes SET id = 1 WHERE user_id = :ann"), {"ann": people.ann.raw_id})
    assert await affinity() == pytest.approx(1 + math.log(3))
    await do(api, "unretweetTweet", tweet_id, by=people.ann)
    assert await affinity() == pytest.approx(1 + math.log(2))


@pytest.mark.parametrize("direction", ["first", "last"])
async def test_pages_neither_repeat_nor_lose_what_stays_while_counts_change(
    api: Api, people: People, seven: list[str], direction: str
) -> None:
    key, at, more = {
        "first": ("after", "endCursor", "hasNextPage"),
        "last": ("before", "startCursor", "hasPreviousPage"),
    }[direction]
    found: list[str] = []
    states = []
    cursor = None
    for round_ in range(4):
        one = await page(api, people.ann, **{direction: 2, key: cursor})
        found = found + texts(one) if direction == "first" else texts(one) + found
        states.append(one["freshness"]["state"])
        assert one["pageInfo"][more] is (round_ < 3)
        cursor = one["pageInfo"][at]
        for tweet_id in (seven[0], seven[3]):
            await api.tweeted(people.cat, "reply", in_reply_to=tweet_id)
        await api.tweeted(people.bob, "new")
    assert found == BY_RANK
    assert states == ["LIVE", "STALE", "STALE", "STALE"]
    assert set(texts(await page(api, people.ann, first=2))) != set(BY_RANK[:2]), "a new first page is ranked anew"


async def test_later_pages_are_explained_as_of_the_first(api: Api, people: People, seven: list[str]) -> None:
    whole = await page(api, people.ann)
    first = await page(api, people.ann, first=3)
    later = await page(api, people.ann, first=50, after=first["pageInfo"]["endCursor"])
    assert later["freshness"] == {**first["freshness"], "state": "STALE"}
    assert [edge["node"]["rank"]["engagement"] for edge in later["edges"]] == [
        edge["node"]["rank"]["engagement"] for edge in whole["edges"][3:]
    ]
    scores = [edge["node"]["rank"]["score"] for edge in (*first["edges"], *later["edges"])]
    assert scores == sorted(scores, reverse=True)
    assert later["pageInfo"]["hasPreviousPage"] is True


async def test_what_has_left_the_timeline_is_left_out_and_the_page_filled(
    api: Api, people: People, seven: list[str]
) -> None:
    first = await page(api, people.ann, first=2)
    for tweet_id in (seven[4], seven[2]):
        await do(api, "deleteTweet", tweet_id, by=people.bob)
    later = await page(api, people.ann, first=2, after=first["pageInfo"]["endCursor"])
    assert (texts(later), later["pageInfo"]["hasNextPage"]) == (["tweet 3", "tweet 1"], True)
    await do(api, "muteUser", people.bob.id, by=people.ann)
    later = await page(api, people.ann, first=2, after=first["pageInfo"]["endCursor"])
    assert (texts(later), later["pageInfo"]["hasNextPage"]) == ([], False)


async def test_a_cursor_is_good_for_its_ranking_its_viewer_and_ten_minutes(
    api: Api, people: People, seven: list[str], runtime: Runtime
) -> None:
    first = await page(api, people.ann, first=2)
    cursor = first["pageInfo"]["endCursor"]
    refused = ("BAD_CURSOR", PATH)
    assert await only_error(api, QUERY, {"after": cursor}, by=people.bob) == refused
    await api.tweeted(people.bob, "new")
    other = (await page(api, people.ann, first=2))["pageInfo"]["endCursor"]
    assert await only_error(api, QUERY, {"after": cursor, "before": other}, by=people.ann) == refused
    [*keys] = await runtime.redis.keys("timeline:ranked:*")
    assert len(keys) == 2
    for key in keys:
        assert KEPT_FOR.total_seconds() - 60 < await runtime.redis.ttl(key) <= KEPT_FOR.total_seconds()
        await runtime.redis.delete(key)
    for gone in (cursor, other):
        assert await only_error(api, QUERY, {"after": gone}, by=people.ann) == refused
        assert await only_error(api, QUERY, {"before": gone, "last": 1}, by=people.ann) == refused
    for bad in ("", "garbage", ids.cursor("tweets", 1)):
        assert await only_error(api, QUERY, {"after": bad}, by=people.ann) == refused
    chronological = "query($after: Cursor) { viewer { homeTimeline(after: $after) { nodes { id } } } }"
    assert await only_error(api, chronological, {"after": cursor}, by=people.ann) == refused


async def test_reloading_what_has_not_moved_keeps_one_ranking(
    api: Api, people: People, seven: list[str], runtime: Runtime
) -> None:
    for _ in range(3):
        await page(api, people.ann)
    assert len(await runtime.redis.keys("timeline:ranked:*")) == 1


async def test_what_came_since_the_ranking_is_counted(api: Api, people: People, seven: list[str]) -> None:
    first = await page(api, people.ann, first=2)
    query = """query($at: Cursor!) { viewer { homeTimeline(mode: RANKED, first: 1) {
        newCountSince(cursor: $at) { value precision } } } }"""
    for _ in range(2):
        await api.tweeted(people.bob, "new")
    for edge in first["edges"]:
        data = await api.data(query, {"at": edge["cursor"]}, by=people.ann)
        assert data["viewer"]["homeTimeline"]["newCountSince"] == {"value": 2, "precision": "EXACT"}
    others = await only_error(api, query, {"at": first["edges"][0]["cursor"]}, by=people.bob)
    assert others == ("BAD_CURSOR", [*PATH, "newCountSince"])


async def test_of_nothing_there_is_an_empty_page(api: Api, people: People) -> None:
    found = await page(api, people.ann)
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert (found["edges"], found["pageInfo"]) == ([], nothing)
