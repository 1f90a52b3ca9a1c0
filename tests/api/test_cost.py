"""What an operation may cost: reckoned before it runs, from the pages it asks for."""

from __future__ import annotations

import pytest

from tests.api.test_a_day_of_a_frontend import TWEET_CARD, USER_CARD
from tests.client import Api, People


def people_of_people(levels: int, size: int) -> str:
    inside = "id"
    for _ in range(levels):
        inside = f"followers(first: {size}) {{ nodes {{ {inside} }} }}"
    return f'{{ user(by: {{username: "ann"}}) {{ ... on User {{ {inside} }} }} }}'


LIKED = "nodes { likeCount { value } author { ... on User { username } } }"
FIVE_TIMELINES = (
    "{ viewer { a: homeTimeline(first: 100) { LIKED } b: homeTimeline(first: 100) { LIKED } "
    "c: homeTimeline(first: 100) { LIKED } d: homeTimeline(first: 100) { LIKED } "
    "e: homeTimeline(first: 100) { LIKED } } }"
).replace("LIKED", LIKED)
SUGGESTED = (
    '{ autocompleteUsers(prefix: "a", first: 20) { followers(first: 49) { nodes { id } } bioEntities { __typename } } }'
)
BY_VARIABLE = """
query Q($n: Int = 100) { viewer { homeTimeline(first: $n) { nodes { replies(last: $n) { nodes { id } } } } } }
"""
BY_DEFAULT = """
{ viewer { homeTimeline { nodes { replies { nodes {
  entities { ... on MentionEntity { user { __typename } } } } } } } } }
"""


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (people_of_people(3, 100), 1 + 2 + 100 * (1 + 2 + 100 * (1 + 2 + 100))),
        (people_of_people(2, 31), 1 + 2 + 31 * (1 + 2 + 31)),
        (FIVE_TIMELINES, 1 + 5 * (2 + 100 * 2)),
        (SUGGESTED, 20 * (1 + (2 + 49))),
        (BY_VARIABLE, 1 + 2 + 100 * (1 + 2 + 100)),
        (BY_DEFAULT, 1 + 2 + 50 * (1 + 2 + 20 * (1 + 5 * 1))),
    ],
)
async def test_an_operation_that_may_cost_too_much_is_refused(api: Api, query: str, cost: int) -> None:
    response = await api.post({"query": query}, **{"x-request-id": "r1"})
    assert response.json() == {
        "errors": [
            {
                "message": f"The document's cost is {cost}; the limit is 1000.",
                "extensions": {"code": "COST_EXCEEDED", "requestId": "r1", "limit": 1000, "actual": cost},
            }
        ]
    }


async def test_the_size_of_pages_may_come_in_variables(api: Api, people: People) -> None:
    query = "query Q($n: Int!) { viewer { homeTimeline(first: $n) { nodes { replies(first: $n) { nodes { id } } } } } }"
    await api.data(query, {"n": 20}, by=people.ann)
    refused = await api.answer(query, {"n": 60}, by=people.ann)
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["COST_EXCEEDED"]


async def test_a_home_page_of_the_default_size_with_all_that_a_card_shows_is_within_the_limit(
    api: Api, people: People
) -> None:
    page = "edges { cursor node { ... on TimelineTweet { tweet { ...TweetCard } } } } pageInfo { hasNextPage }"
    query = f"{{ viewer {{ homeTimeline {{ {page} }} }} }} {TWEET_CARD} {USER_CARD}"
    assert (await api.data(query, by=people.ann))["viewer"]["homeTimeline"]["edges"] == []
