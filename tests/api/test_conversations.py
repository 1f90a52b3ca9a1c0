"""Tweet.ancestors and the orders of Tweet.replies."""

from __future__ import annotations

from typing import Any

from domain.tweets import checked_text
from services import threads
from services.runtime import Runtime
from stores.threads import MAX_ANCESTORS
from tests.api.conftest import SetStatus
from tests.api.errors import only_error
from tests.client import Api, People, Person

ANCESTORS = """
query($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) { tweet(id: $id) { ... on Tweet {
  ancestors(first: $first, after: $after, last: $last, before: $before) {
    nodes { __typename ... on Tweet { text } ... on TweetUnavailable { reason } }
    edges { cursor node { ... on Tweet { text } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} } }
"""
REPLIES = """
query($id: ID!, $sort: ReplySort!, $first: Int, $after: Cursor) { tweet(id: $id) { ... on Tweet {
  replies(sort: $sort, first: $first, after: $after) { nodes { text } pageInfo { hasNextPage endCursor } }
} } }
"""
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"


async def ladder(api: Api, *authors: Person) -> list[str]:
    """Tweets called 0, 1, 2 ..., each answering the one before."""
    tweet_ids: list[str] = []
    for number, author in enumerate(authors):
        tweet_ids.append(await api.tweeted(author, str(number), in_reply_to=tweet_ids[-1] if tweet_ids else None))
    return tweet_ids


async def ancestors(api: Api, tweet_id: str, *, by: Person | None = None, **page: Any) -> dict[str, Any]:
    data = await api.data(ANCESTORS, {"id": tweet_id, **page}, by=by)
    found: dict[str, Any] = data["tweet"]["ancestors"]
    return found


def texts(connection: dict[str, Any]) -> str:
    return "".join(node["text"] for node in connection["nodes"])


async def test_ancestors_lead_from_the_root_down_to_the_parent(api: Api, people: People) -> None:
    tweet_ids = await ladder(api, people.ann, people.bob, people.ann, people.cat, people.cat, people.bob)
    assert (await ancestors(api, tweet_ids[0]))["edges"] == []
    whole = await ancestors(api, tweet_ids[-1])
    assert texts(whole) == "01234"
    cursors = [edge["cursor"] for edge in whole["edges"]]
    assert whole["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[-1],
    }
    nearest = await ancestors(api, tweet_ids[-1], last=2)
    assert (texts(nearest), nearest["pageInfo"]["hasPreviousPage"]) == ("34", True)
    above = await ancestors(api, tweet_ids[-1], last=2, before=nearest["pageInfo"]["startCursor"])
    assert texts(above) == "12"
    assert texts(await ancestors(api, tweet_ids[-1], first=2)) == "01"
    below = await ancestors(api, tweet_ids[-1], first=9, after=cursors[1])
    assert (texts(below), below["pageInfo"]["hasNextPage"]) == ("234", False)


async def test_ancestors_that_cannot_be_shown_keep_their_place(api: Api, people: People, set_status: SetStatus) -> None:
    tweet_ids = await ladder(api, people.ann, people.bob, people.cat, people.ann)
    await api.data(DELETE, {"id": tweet_ids[0]}, by=people.ann)
    await set_status(people.bob, "SUSPENDED")
    assert (await ancestors(api, tweet_ids[-1], by=people.ann))["nodes"] == [
        {"__typename": "TweetTombstone"},
        {"__typename": "TweetUnavailable", "reason": "SUSPENDED"},
        {"__typename": "Tweet", "text": "2"},
    ]


async def test_only_the_nearest_two_hundred_ancestors_are_listed(api: Api, people: People, runtime: Runtime) -> None:
    ladder = [checked_text(f"{number};") for number in range(MAX_ANCESTORS + 2)]
    async with runtime.database.write() as session:
        posted = await threads.begin(session, runtime, ladder, author_id=people.ann.raw_id)
    topmost = await ancestors(api, posted[-1].global_id, first=2)
    assert texts(topmost) == "1;2;"
    assert texts(await ancestors(api, posted[1].global_id)) == "0;"


async def test_ancestors_of_several_tweets_are_each_their_own(api: Api, people: People) -> None:
    one, two = await ladder(api, *[people.ann] * 3), await ladder(api, people.bob, people.cat)
    listed = "ancestors { nodes { ... on Tweet { text } } }"
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Tweet {{ {listed} }} }} }}"
    data = await api.data(query, {"ids": [one[2], two[1], one[0], one[2]]})
    assert [texts(node["ancestors"]) for node in data["nodes"]] == ["01", "0", "", "01"]


async def test_replies_come_in_either_order(api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    for number in range(5):
        await api.tweeted(people.bob, str(number), in_reply_to=root)
    for sort, expected in (("OLDEST", ["01", "23", "4"]), ("NEWEST", ["43", "21", "0"])):
        found, after = [], None
        for _ in expected:
            data = await api.data(REPLIES, {"id": root, "sort": sort, "first": 2, "after": after})
            found.append(texts(data["tweet"]["replies"]))
            after = data["tweet"]["replies"]["pageInfo"]["endCursor"]
        assert found == expected
    error = await only_error(api, REPLIES, {"id": root, "sort": "OLDEST", "after": after})
    assert error == ("BAD_CURSOR", ["tweet", "replies"])
